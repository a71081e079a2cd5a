#include "app/service/catalogue.h"

#include <glib/gstdio.h>
#include <string.h>

#include "app/measure/article_use.h"
#include "app/measure/flags.h"
#include "app/model/timestamp.h"
#include "app/service/eventlog.h"
#include "app/service/shelf.h"
#include "app/service/store.h"
#include "kb/reader.h"
#include "kb/update.h"
#include "net/json_writer.h"

#define DAY_MS   (24 * 3600 * INT64_C(1000))
#define USE_MS   (28 * DAY_MS) /* how far back use counts */
#define FRESH_MS (60 * 1000)   /* use as old as this is good enough for a search */

struct catalogue {
    struct store *store;
    struct shelf *shelf;
    /* The index; `held` is "shelf-version", of what is in it, and lies in a file beside it. */
    GMutex index_mutex;
    char *index_path, *held_path;
    struct kb_index *index;
    char *held;
    /* What became of articles. */
    GMutex use_mutex;
    struct article_use *use;
    struct flags *flags;
    int64_t begun_ms, read_ms, position;
    struct kb_uses *uses;
};

struct catalogue *catalogue_new(struct store *store, struct shelf *shelf)
{
    struct catalogue *c = g_new0(struct catalogue, 1);
    c->store = store;
    c->shelf = shelf;
    c->index_path = g_strconcat(store_path(store), ".articles.kb", NULL);
    c->held_path = g_strconcat(store_path(store), ".articles.version", NULL);
    g_mutex_init(&c->index_mutex);
    g_mutex_init(&c->use_mutex);
    return c;
}

void catalogue_free(struct catalogue *c)
{
    if (!c)
        return;
    kb_index_close(c->index);
    article_use_free(c->use);
    flags_free(c->flags);
    kb_uses_unref(c->uses);
    g_mutex_clear(&c->index_mutex);
    g_mutex_clear(&c->use_mutex);
    g_free(c->index_path);
    g_free(c->held_path);
    g_free(c->held);
    g_free(c);
}

/* --- the index --- */

/* Where articles go: one of the two. */
struct taking {
    struct kb_builder *builder;
    struct kb_update *update;
};

static void take_lines(const struct taking *taking, GBytes *lines)
{
    size_t size;
    const char *line = g_bytes_get_data(lines, &size), *last = line + size, *end;
    for (; line < last && (end = memchr(line, '\n', (size_t)(last - line))); line = end + 1) {
        g_autofree char *text = g_strndup(line, (size_t)(end - line));
        struct kb_reader_line read;
        if (!kb_reader_line_init(&read, text, (size_t)(end - line), NULL))
            continue;
        if (read.deleted && taking->update)
            kb_update_delete(taking->update, read.document.id);
        else if (taking->update)
            kb_update_put(taking->update, &read.document, NULL);
        else if (!read.deleted)
            kb_builder_add(taking->builder, &read.document, NULL);
        kb_reader_line_release(&read);
    }
}

static bool build(struct catalogue *c, GBytes *lines, GError **error)
{
    struct taking taking = {.builder = kb_builder_new(c->index_path, error)};
    if (!taking.builder)
        return false;
    g_unlink(c->held_path); /* the old version is not that of the new file */
    take_lines(&taking, lines);
    bool built = kb_builder_finish(taking.builder, error);
    kb_builder_free(taking.builder);
    return built;
}

static bool change(struct catalogue *c, GBytes *lines, GError **error)
{
    struct taking taking = {.update = kb_update_new(c->index_path, error)};
    if (!taking.update)
        return false;
    take_lines(&taking, lines);
    bool changed = kb_update_commit(taking.update, error);
    kb_update_free(taking.update);
    return changed;
}

/* The version of this shelf that the index is of, -1 where it is of none. */
static int64_t held_version(const struct catalogue *c, const char *shelf)
{
    size_t len = strlen(shelf);
    bool is_ours = c->held && strncmp(c->held, shelf, len) == 0 && c->held[len] == '-';
    return is_ours ? g_ascii_strtoll(c->held + len + 1, NULL, 10) : -1;
}

/* Makes the index one of `version`. Changes alone are taken where it holds an older one; should that fail it
 * is made anew, as when it is not there. */
static bool renew(struct catalogue *c, const char *shelf, int64_t version, GBytes *all, GError **error)
{
    int64_t held = held_version(c, shelf);
    g_autoptr(GBytes) changes = held >= 0 && held < version ? shelf_changes(c->shelf, held, NULL) : NULL;
    bool renewed = (changes && change(c, changes, NULL)) || build(c, all, error);
    if (!renewed)
        return false;
    g_clear_pointer(&c->index, kb_index_close);
    c->index = kb_index_open(c->index_path, error);
    g_free(c->held);
    c->held = g_strdup_printf("%s-%" G_GINT64_FORMAT, shelf, version);
    return c->index &&
           g_file_set_contents_full(c->held_path, c->held, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* The first time: what an earlier run has left. */
static void open_held(struct catalogue *c)
{
    if (c->index || c->held || !g_file_get_contents(c->held_path, &c->held, NULL, NULL))
        return;
    c->index = kb_index_open(c->index_path, NULL);
    if (!c->index)
        g_clear_pointer(&c->held, g_free);
}

static bool follow(struct catalogue *c, GError **error)
{
    int64_t version;
    g_autofree char *shelf = shelf_name(c->shelf, error);
    g_autoptr(GBytes) all = shelf ? shelf_snapshot(c->shelf, &version, error) : NULL;
    if (!all)
        return false;
    open_held(c);
    return held_version(c, shelf) == version || renew(c, shelf, version, all, error);
}

/* One more owner's index, up to date; NULL with an error. */
static struct kb_index *index_now(struct catalogue *c, GError **error)
{
    g_mutex_lock(&c->index_mutex);
    struct kb_index *index = follow(c, error) ? kb_index_ref(c->index) : NULL;
    g_mutex_unlock(&c->index_mutex);
    return index;
}

/* --- use --- */

static bool fold_use(struct event *ev, void *user_data)
{
    struct catalogue *c = user_data;
    c->position = ev->position;
    article_use_fold(c->use, ev);
    flags_fold(c->flags, ev);
    return true;
}

static void put_uses(struct catalogue *c)
{
    g_autoptr(GPtrArray) rows = article_use_rows(c->use);
    kb_uses_unref(c->uses);
    c->uses = kb_uses_new();
    for (guint i = 0; i < rows->len; i++) {
        const struct article_use_row *row = rows->pdata[i];
        kb_uses_put(c->uses, row->article,
                    &(struct kb_use){.inserted = (uint32_t)row->inserted,
                                     .helped = (uint32_t)row->helped,
                                     .misled = (uint32_t)row->misled,
                                     .resolved = (uint32_t)row->resolved,
                                     .unresolved = (uint32_t)(row->contacts - row->resolved)});
    }
}

/* Reads what the log says since the last time, or, once a day, of the last weeks anew. Under the mutex. */
static bool read_use(struct catalogue *c, GError **error)
{
    static const enum event_kind kinds[] = {EVENT_ARTICLE_OPENED, EVENT_ARTICLE_INSERTED, EVENT_ARTICLE_RATED,
                                            EVENT_ARTICLE_FLAGGED, EVENT_CONTACT_CLOSED};
    int64_t now_ms = g_get_real_time() / 1000;
    struct db *db = store_reader_take(c->store, error);
    if (!db)
        return false;
    if (now_ms - c->begun_ms > DAY_MS) {
        article_use_free(c->use);
        flags_free(c->flags);
        c->use = article_use_new(now_ms - USE_MS, INT64_MAX);
        c->flags = flags_new(now_ms - USE_MS, INT64_MAX);
        c->begun_ms = now_ms;
        c->position = 0;
    }
    struct eventlog_range range = {.after = c->position,
                                   .from_ms = c->position > 0 ? 0 : now_ms - USE_MS,
                                   .kinds = kinds,
                                   .kind_count = G_N_ELEMENTS(kinds)};
    bool read = eventlog_read(db, &range, fold_use, c, error);
    store_reader_give(c->store, db);
    if (read) {
        c->read_ms = now_ms;
        put_uses(c);
    }
    return read;
}

/* One more owner's table, at most a minute old; a log that cannot be read is no reason not to search. */
static struct kb_uses *uses_now(struct catalogue *c)
{
    g_mutex_lock(&c->use_mutex);
    if (g_get_real_time() / 1000 - c->read_ms > FRESH_MS)
        read_use(c, NULL);
    struct kb_uses *uses = c->uses ? kb_uses_ref(c->uses) : NULL;
    g_mutex_unlock(&c->use_mutex);
    return uses;
}

struct kb_results *catalogue_search(struct catalogue *c, const char *text,
                                    const struct kb_search_options *options, GError **error)
{
    struct kb_index *index = index_now(c, error);
    if (!index)
        return NULL;
    struct kb_uses *uses = options->no_priors ? NULL : uses_now(c);
    struct kb_search_options with_uses = *options;
    with_uses.uses = uses;
    struct kb_results *results = kb_search(index, text, &with_uses, error);
    kb_uses_unref(uses);
    kb_index_close(index);
    return results;
}

/* When the article was changed last; 0 where there is none of that id. */
static int64_t changed_ms(struct db *db, const char *article)
{
    struct db_stmt *s = db_prepare(db, "SELECT updated_ms FROM articles WHERE id = $1", NULL);
    if (!s)
        return 0;
    db_bind_text(s, 1, article);
    int64_t ms = db_step(s, NULL) == DB_ROW ? db_column_int(s, 0) : 0;
    db_reset(s);
    return ms;
}

static void write_flags(struct json_writer *json, const GPtrArray *flagged, const char *article,
                        int64_t since_ms)
{
    json_key(json, "flags");
    json_array_start(json);
    for (guint i = 0; i < flagged->len; i++) {
        const struct flags_row *flag = flagged->pdata[i];
        if (strcmp(flag->article, article) != 0 || flag->at_ms < since_ms)
            continue;
        char at[TIMESTAMP_BYTES];
        timestamp_format(flag->at_ms, at);
        json_object_start(json);
        json_add_string(json, "note", flag->note);
        json_add_string(json, "by", flag->agent);
        json_add_string(json, "at", at);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_use(GString *out, const struct article_use_row *row, const GPtrArray *flagged,
                      int64_t since_ms)
{
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "id", row->article);
    json_add_int64(&json, "opened", row->opened);
    json_add_int64(&json, "inserted", row->inserted);
    json_add_int64(&json, "helped", row->helped);
    json_add_int64(&json, "misled", row->misled);
    json_add_int64(&json, "resolved", row->resolved);
    json_add_int64(&json, "unresolved", row->contacts - row->resolved);
    if (row->flagged > 0)
        write_flags(&json, flagged, row->article, since_ms);
    json_object_end(&json);
    g_string_append_c(out, '\n');
}

static char *write_uses(struct catalogue *c, GError **error)
{
    g_autoptr(GPtrArray) rows = article_use_rows(c->use), flagged = flags_rows(c->flags);
    struct db *db = store_reader_take(c->store, error);
    if (!db)
        return NULL;
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const struct article_use_row *row = rows->pdata[i];
        write_use(out, row, flagged, row->flagged > 0 ? changed_ms(db, row->article) : 0);
    }
    store_reader_give(c->store, db);
    return g_string_free(out, false);
}

char *catalogue_uses(struct catalogue *c, GError **error)
{
    g_mutex_lock(&c->use_mutex);
    char *lines = read_use(c, error) ? write_uses(c, error) : NULL;
    g_mutex_unlock(&c->use_mutex);
    return lines;
}
