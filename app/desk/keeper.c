#include "app/desk/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "kb/checksum.h"

#define MAGIC         "FLDESK01"
#define BYTES_MAX     (256 * 1024 * 1024)
#define HEAD_BYTES    32
#define BEHIND_EVENTS 200

struct keeper {
    char *path, *token_path;
    int64_t expires_ms;
    int64_t position, seq; /* of what was written last */
    guint loaded;
    GThread *writer;
};

/* What the writer takes with it. */
struct writing {
    char *path;
    GBytes *body;
    uint64_t checksum;
};

struct keeper *keeper_new(const char *folder, const char *token_path)
{
    struct keeper *k = g_new0(struct keeper, 1);
    k->path = g_build_filename(folder, "desk.snapshot", NULL);
    k->token_path = g_strdup(token_path);
    return k;
}

static void finish(struct keeper *k)
{
    if (k->writer != NULL)
        g_thread_join(g_steal_pointer(&k->writer));
}

void keeper_free(struct keeper *k)
{
    if (k == NULL)
        return;
    finish(k);
    g_free(k->path);
    g_free(k->token_path);
    g_free(k);
}

void keeper_set_expiry(struct keeper *k, int64_t expires_ms)
{
    k->expires_ms = expires_ms;
}

/* Which sign-in it is, without saying the token; 0: none. */
static uint64_t token_mark(const struct keeper *k)
{
    g_autofree char *token = NULL;
    if (!g_file_get_contents(k->token_path, &token, NULL, NULL))
        return 0;
    g_strstrip(token);
    uint64_t mark = *token == '\0' ? 0 : kb_checksum_of(token, strlen(token));
    explicit_bzero(token, strlen(token));
    return mark;
}

/* --- reading --- */

static GBytes *read_body(const struct keeper *k)
{
    char *data = NULL;
    gsize len = 0;
    uint64_t head[HEAD_BYTES / 8];
    if (!g_file_get_contents(k->path, &data, &len, NULL))
        return NULL;
    g_autoptr(GBytes) file = g_bytes_new_take(data, len);
    if (len < HEAD_BYTES || len > BYTES_MAX || memcmp(data, MAGIC, 8) != 0)
        return NULL;
    memcpy(head, data, sizeof head);
    if (GUINT64_FROM_LE(head[1]) != snapshot_layout() || GUINT64_FROM_LE(head[2]) != len - HEAD_BYTES ||
        GUINT64_FROM_LE(head[3]) != kb_checksum_of(data + HEAD_BYTES, len - HEAD_BYTES))
        return NULL;
    return g_bytes_new_from_bytes(file, HEAD_BYTES, len - HEAD_BYTES);
}

GBytes *keeper_read(struct keeper *k, int64_t now_ms)
{
    struct snapshot_facts facts;
    uint64_t mark = token_mark(k);
    g_autoptr(GBytes) body = mark != 0 ? read_body(k) : NULL;
    if (body == NULL || !snapshot_peek(body, &facts) || facts.token_mark != mark ||
        (facts.expires_ms != 0 && facts.expires_ms <= now_ms))
        return NULL;
    k->expires_ms = facts.expires_ms;
    k->position = facts.position;
    return g_steal_pointer(&body);
}

/* --- writing --- */

static bool write_all(int fd, const void *data, size_t len)
{
    for (const char *at = data; len > 0;) {
        ssize_t done = write(fd, at, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

static void *write_file(void *data)
{
    struct writing *w = data;
    g_autofree char *fresh = g_strconcat(w->path, ".new", NULL);
    gsize len;
    const void *body = g_bytes_get_data(w->body, &len);
    uint64_t head[HEAD_BYTES / 8] = {0, GUINT64_TO_LE(snapshot_layout()), GUINT64_TO_LE(len),
                                     GUINT64_TO_LE(w->checksum)};
    memcpy(head, MAGIC, 8);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_done = fd >= 0 && write_all(fd, head, sizeof head) && write_all(fd, body, len);
    if (fd >= 0)
        is_done = close(fd) == 0 && is_done;
    if (!is_done || g_rename(fresh, w->path) != 0)
        g_unlink(fresh);
    g_bytes_unref(w->body);
    g_free(w->path);
    g_free(w);
    return NULL;
}

/* Answers that have come since are news too, though they move no position. */
static guint loaded_count(const struct desk *desk)
{
    guint count = 0;
    for (guint i = 0; i < desk->open->len; i++) {
        const struct desk_contact *dc = desk->open->pdata[i];
        count += dc->is_loaded + (dc->customer != NULL);
    }
    return count;
}

bool keeper_write(struct keeper *k, const struct desk *desk, int64_t seq)
{
    guint loaded = loaded_count(desk);
    bool is_news = desk->world->position != k->position || seq != k->seq || loaded != k->loaded;
    if (!is_news)
        return true;
    uint64_t mark = snapshot_may_take(desk) ? token_mark(k) : 0;
    if (mark == 0)
        return false;
    GBytes *body = snapshot_take(
        desk, &(struct snapshot_facts){.seq = seq, .expires_ms = k->expires_ms, .token_mark = mark});
    gsize len;
    const void *data = g_bytes_get_data(body, &len);
    struct writing *w = g_new(struct writing, 1);
    *w = (struct writing){.path = g_strdup(k->path), .body = body, .checksum = kb_checksum_of(data, len)};
    finish(k);
    k->position = desk->world->position;
    k->seq = seq;
    k->loaded = loaded;
    k->writer = g_thread_new("snapshot", write_file, w);
    return true;
}

bool keeper_is_behind(const struct keeper *k, const struct desk *desk)
{
    return k != NULL && desk->world->position - k->position > BEHIND_EVENTS;
}

void keeper_forget(struct keeper *k)
{
    finish(k);
    k->position = k->seq = 0;
    g_unlink(k->path);
}
