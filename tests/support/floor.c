#include "tests/support/floor.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "app/service/accounts.h"
#include "app/service/settings.h"

char *floor_path(void)
{
    g_autofree char *folder = g_dir_make_tmp("firstline-XXXXXX", NULL);
    g_assert_nonnull(folder);
    return g_build_filename(folder, "firstline.db", NULL);
}

void floor_remove(char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(folder, name, NULL);
        g_unlink(file);
    }
    if (dir)
        g_dir_close(dir);
    g_rmdir(folder);
    g_free(path);
}

static const char settings_text[] =
    "{\"queues\":[{\"id\":\"orders\",\"name\":\"Orders\",\"escalates_to\":\"orders-2\",\"wrap_ms\":60000},"
    "{\"id\":\"orders-2\",\"name\":\"Orders, second line\",\"line\":2}],"
    "\"reasons\":[\"break\",\"meal\"],"
    "\"dispositions\":[{\"code\":\"solved\",\"label\":\"Solved\",\"resolved\":true}],"
    "\"canned\":[{\"id\":\"hello\",\"title\":\"Greeting\",\"text\":\"Hello {name}\",\"language\":\"en\"}]}";

static bool put_people(struct db *db, void *hash, GError **error)
{
    static const struct {
        const char *id;
        enum role role;
    } people[] = {{"mira", ROLE_AGENT},      {"tom", ROLE_AGENT},       {"sara", ROLE_SPECIALIST},
                  {"tess", ROLE_TRAINER},    {"hugo", ROLE_SUPERVISOR}, {"root", ROLE_ADMIN},
                  {"chan", ROLE_INTEGRATION}};
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autoptr(agent) a = agent_new(people[i].id, people[i].id, people[i].role);
        if (!accounts_put(db, a, hash, error))
            return false;
    }
    int64_t version;
    return settings_write(db, settings_text, "test", 1, &version, error);
}

struct store *floor_open(const char *path, const struct store_options *options)
{
    GError *error = NULL;
    struct store *s = store_open(path, options ? options : &(struct store_options){.is_quiet = true}, &error);
    g_assert_no_error(error);
    g_autofree char *hash = accounts_hash_password("firstline");
    g_assert_nonnull(hash);
    store_run_wait(s, put_people, hash, &error);
    g_assert_no_error(error);
    return s;
}

struct service *floor_serve(const char *path, bool is_quiet)
{
    GError *error = NULL;
    struct service *service =
        service_new(&(struct service_options){.path = path, .is_quiet = is_quiet}, &error);
    g_assert_no_error(error);
    service_start(service, &error);
    g_assert_no_error(error);
    return service;
}

struct event *floor_event(enum event_kind kind, const char *device, int64_t seq, enum actor_kind actor_kind,
                          const char *actor, const char *about)
{
    uint8_t random[10];
    char id[EVENT_ID_LEN + 1];
    randombytes_buf(random, sizeof random);
    int64_t now_ms = g_get_real_time() / 1000;
    event_make_id(now_ms, random, id);
    struct event *ev = event_new(kind, id,
                                 &(struct event_origin){.device = device,
                                                        .boot = "boot-1",
                                                        .seq = seq,
                                                        .actor_kind = actor_kind,
                                                        .actor = actor,
                                                        .at_ms = now_ms,
                                                        .boot_ms = g_get_monotonic_time() / 1000});
    ev->contact = g_strdup(about);
    return ev;
}

int64_t floor_append(struct store *s, struct event *ev, enum role role, GError **problem)
{
    GPtrArray *events = g_ptr_array_new();
    g_ptr_array_add(events, ev);
    struct store_batch *batch = store_batch_new(events);
    batch->role = role;
    store_append_wait(s, batch);
    int64_t position = batch->results ? batch->results[0].position : 0;
    if (batch->error && problem)
        g_propagate_error(problem, g_steal_pointer(&batch->error));
    else if (!position && problem)
        g_propagate_error(problem, g_steal_pointer(&batch->results[0].problem));
    store_batch_free(batch);
    return position;
}

const char *floor_chat(struct store *s, const char *id)
{
    GError *error = NULL;
    struct event *ev = floor_event(EVENT_CONTACT_CREATED, "channel", 0, ACTOR_INTEGRATION, "chan", id);
    event_set_text(ev, "channel", "chat");
    event_set_text(ev, "queue", "orders");
    event_set_text(ev, "name", "Yara Silva");
    floor_append(s, ev, ROLE_INTEGRATION, &error);
    g_assert_no_error(error);
    return id;
}
