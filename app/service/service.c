#include "app/service/service.h"

#include "app/model/timestamp.h"
#include "app/rules/world_floor.h"
#include "app/service/accounts.h"
#include "app/service/eventlog.h"
#include "app/service/catalogue.h"
#include "app/service/shelf.h"
#include "app/service/projection.h"
#include "app/service/routes.h"
#include "app/service/settings.h"
#include "app/service/watch.h"
#include "net/json_writer.h"
#include "net/sse.h"

#include <malloc.h>
#include <string.h>

#define BULK_BYTES     (256 * 1024)
#define WORKERS        2
#define BACKLOG_EVENTS 200
#define GZIP_BYTES     2048
#define SESSIONS_MS    5000 /* how long a stream may outlive a session that expired */
#define DAY_MS         (24 * 3600 * INT64_C(1000))

/* The stream */

#define CUSTOMER_CHANGED "customer_changed"

static bool wants(const struct event_news *news, void *viewer, void *user_data)
{
    struct service *s = user_data;
    const struct caller *c = viewer;
    if (news->position == 0 && g_str_equal(news->kind, CUSTOMER_CHANGED))
        return (c->rights & RIGHT_CUSTOMERS_READ) &&
               watch_is_at_customer(s->watch, c->token_hash, news->subject);
    if (news->position == 0) /* passing news: who looks at this contact */
        return watch_is_at(s->watch, c->token_hash, news->subject);
    const struct store_news *subject = news->subject;
    return route_may_see(viewer, subject->ev, subject->owner);
}

struct backlog {
    struct service *service;
    struct event_page *page;
    const struct caller *viewer;
    int64_t count;
};

static bool add_to_backlog(struct event *ev, void *user_data)
{
    struct backlog *backlog = user_data;
    backlog->count++;
    backlog->page->reached = ev->position;
    g_autofree char *owner =
        ev->contact ? board_contact_agent(store_board(backlog->service->store), ev->contact) : NULL;
    if (!route_may_see(backlog->viewer, ev, owner))
        return true;
    g_autofree char *json = event_to_json(ev);
    sse_write_event(backlog->page->out, ev->position, NULL, json, strlen(json));
    return true;
}

static bool read_backlog(struct event_page *page, void *viewer, void *user_data)
{
    struct service *s = user_data;
    struct backlog backlog = {s, page, viewer, 0};
    page->reached = page->after;
    struct db *db = store_reader_take(s->store, NULL);
    bool read =
        db && eventlog_read(db, &(struct eventlog_range){.after = page->after, .limit = BACKLOG_EVENTS},
                            add_to_backlog, &backlog, NULL);
    store_reader_give(s->store, db);
    page->is_last = backlog.count < BACKLOG_EVENTS;
    /* Whoever resumes has to know when all is told, though the last events may be none of theirs. */
    if (read && page->is_last)
        sse_write_event(page->out, page->reached, "reached", "{}", 2);
    return read;
}

/* Nobody listens: nothing to write. Who comes after this look finds the events in the backlog, because they
 * are committed already. */
static void publish(struct service *s, const GPtrArray *news)
{
    if (event_hub_counts(s->hub).streams == 0)
        return;
    for (guint i = 0; i < news->len; i++) {
        const struct store_news *one = g_ptr_array_index(news, i);
        g_autofree char *json = event_to_json(one->ev);
        event_hub_publish(s->hub, &(struct event_news){.position = one->ev->position,
                                                       .data = json,
                                                       .data_len = strlen(json),
                                                       .subject = one});
    }
}

static void tell_of_customer(struct service *s, const char *id)
{
    g_autoptr(GString) data = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, data);
    json_object_start(&json);
    json_add_string(&json, "customer", id);
    json_object_end(&json);
    event_hub_publish(s->hub,
                      &(struct event_news){
                          .kind = CUSTOMER_CHANGED, .data = data->str, .data_len = data->len, .subject = id});
}

/* A correction is told with its text to the contact's agent alone. Whoever else has this customer's record in
 * view, beside a contact that may be closed long since or found by a search, hears only that there is news,
 * and asks for the record by their own right. The looks are gone through once a commit, so an import of many
 * customers costs no more than one correction. */
static void tell_of_customers(struct service *s, const struct store_commit *commit)
{
    if (commit->customers->len == 0 || event_hub_counts(s->hub).streams == 0)
        return;
    g_autoptr(GHashTable) changed = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < commit->customers->len; i++)
        g_hash_table_add(changed, g_ptr_array_index(commit->customers, i));
    watch_seen_customers(s->watch, changed, seen);
    for (guint i = 0; i < seen->len; i++)
        tell_of_customer(s, g_ptr_array_index(seen, i));
}

static bool has_ended(void *viewer, void *holding)
{
    const struct caller *c = viewer;
    return !g_hash_table_contains(holding, c->token_hash);
}

/* Ends the streams whose sessions are gone; the desk is refused when it comes back, and asks for the
 * password. */
static void end_passed_streams(struct service *s, struct db *db)
{
    g_autoptr(GHashTable) holding = accounts_tokens_that_hold(db, g_get_real_time() / 1000, NULL);
    if (holding)
        event_hub_drop(s->hub, has_ended, holding);
}

static bool has_other_rights(void *viewer, void *board)
{
    const struct caller *c = viewer;
    return c->rights != (RIGHT_SIGNED_IN | board_rights(board, c->role));
}

/* Time ends sessions too. */
static void look_for_expired(struct service *s, int64_t now_ms)
{
    if (now_ms - s->sessions_ms < SESSIONS_MS || event_hub_counts(s->hub).streams == 0)
        return;
    s->sessions_ms = now_ms;
    struct db *db = store_reader_take(s->store, NULL);
    if (db)
        end_passed_streams(s, db);
    store_reader_give(s->store, db);
}

/* Another process revoked or changed something: streams end before anything newer is committed, so that
 * nothing newer reaches them. */
static void administered(struct db *db, void *user_data)
{
    struct service *s = user_data;
    if (!s->is_live)
        return;
    epoch_advance(store_epoch(s->store));
    end_passed_streams(s, db);
}

static void forget_watchers(struct service *s, int64_t now_ms)
{
    g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func(g_free);
    watch_prune(s->watch, now_ms, changed);
    route_tell_watchers(s, changed);
}

/* The day */

static void free_queue(void *q)
{
    queue_free(q);
}

/* The queues' copy belongs to the day alone, so that reports need not wait for the writer. Under the mutex.
 */
static void copy_queues(struct service *s)
{
    int64_t version;
    g_free(board_settings(store_board(s->store), &version));
    struct db *db = store_reader_take(s->store, NULL);
    g_autofree char *text = db ? settings_read(db, version, NULL) : NULL;
    store_reader_give(s->store, db);
    g_autoptr(GHashTable) queues = settings_queues(text, NULL);
    GHashTableIter each;
    void *value;
    if (!queues)
        return;
    g_hash_table_iter_init(&each, queues);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        struct queue *q = value;
        g_hash_table_iter_steal(&each);
        g_hash_table_replace(s->day_queues, q->id, q);
    }
}

static int64_t midnight_ms(int64_t now_ms)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_ms / 1000);
    g_autoptr(GDateTime) midnight = g_date_time_new_local(
        g_date_time_get_year(now), g_date_time_get_month(now), g_date_time_get_day_of_month(now), 0, 0, 0);
    return midnight ? g_date_time_to_unix(midnight) * 1000 : now_ms - now_ms % DAY_MS;
}

static bool fold_day(struct event *ev, void *user_data)
{
    floor_fold(user_data, ev);
    return true;
}

static bool begin_day(struct service *s, struct db *db, GError **error)
{
    s->day_start_ms = midnight_ms(g_get_real_time() / 1000);
    s->day_queues = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_queue);
    copy_queues(s);
    s->day = floor_new(s->day_queues, s->day_start_ms);
    return eventlog_read(db, &(struct eventlog_range){.from_ms = s->day_start_ms - DAY_MS}, fold_day, s->day,
                         error);
}

static void ticked(const struct world *w, void *user_data)
{
    struct service *s = user_data;
    int64_t now_ms = g_get_real_time() / 1000;
    if (s->is_live)
        look_for_expired(s, now_ms);
    if (s->is_live)
        forget_watchers(s, now_ms);
    g_mutex_lock(&s->day_mutex);
    if (s->day) {
        world_count_floor(w, now_ms, &s->now);
        int64_t start_ms = midnight_ms(now_ms);
        if (start_ms > s->day_start_ms) {
            s->day_start_ms = start_ms;
            floor_restart(s->day, start_ms);
        }
    }
    g_mutex_unlock(&s->day_mutex);
}

/* Finding */

static void find_changed(struct service *s, const struct store_commit *commit)
{
    for (guint i = 0; i < commit->contacts->len; i++)
        finder_put_contact(s->finder, g_ptr_array_index(commit->contacts, i));
    if (commit->customers->len == 0)
        return;
    struct db *db = store_reader_take(s->store, NULL);
    for (guint i = 0; db && i < commit->customers->len; i++) {
        g_autoptr(customer) c = projection_customer(db, g_ptr_array_index(commit->customers, i), NULL);
        if (c)
            finder_put_customer(s->finder, c);
    }
    store_reader_give(s->store, db);
}

static bool applies_settings(const struct store_commit *commit)
{
    for (guint i = 0; i < commit->news->len; i++)
        if (((const struct store_news *)g_ptr_array_index(commit->news, i))->ev->kind == EVENT_CONFIG_APPLIED)
            return true;
    return false;
}

/* Before service_start nothing of this is there: history goes to the tables alone and is read from them then.
 */
static void committed(const struct store_commit *commit, void *user_data)
{
    struct service *s = user_data;
    if (!s->is_live)
        return;
    if (applies_settings(
            commit)) { /* rights may be others now: who has others asks anew, and is shown what they allow */
        epoch_advance(store_epoch(s->store));
        event_hub_drop(s->hub, has_other_rights, store_board(s->store));
    }
    publish(s, commit->news);
    tell_of_customers(s, commit);
    find_changed(s, commit);
    g_mutex_lock(&s->day_mutex);
    for (guint i = 0; i < commit->news->len; i++) {
        const struct store_news *one = g_ptr_array_index(commit->news, i);
        if (one->ev->kind == EVENT_CONFIG_APPLIED)
            copy_queues(s);
        floor_fold(s->day, one->ev);
    }
    world_count_floor(commit->world, g_get_real_time() / 1000, &s->now);
    g_mutex_unlock(&s->day_mutex);
}

/* The gate's user data is the service; auth has its own. */
static bool gate(struct http_request *request, void *user_data, GError **error)
{
    struct service *s = user_data;
    return auth_gate(request, s->auth, error);
}

static void observe_answer(const struct http_observation *observation, void *user_data)
{
    struct service *s = user_data;
    g_atomic_int_inc(&s->requests);
    if (observation->status < 500)
        return;
    g_atomic_int_inc(&s->failures);
    if (!s->is_quiet)
        g_printerr("firstlined: %s answered %u: %s\n", observation->pattern, observation->status,
                   observation->error ? observation->error->message : "");
}

static bool open_server(struct service *s, const struct service_options *options, GError **error)
{
    s->server = http_server_new(&(struct http_server_options){.address = options->address,
                                                              .tls_cert_path = options->tls_cert_path,
                                                              .tls_key_path = options->tls_key_path,
                                                              .gzip_from_bytes = GZIP_BYTES,
                                                              .server_name = "firstlined",
                                                              .gate = gate,
                                                              .observe = observe_answer,
                                                              .free_principal = caller_unref,
                                                              .user_data = s});
    return http_server_open(s->server, error);
}

struct service *service_new(const struct service_options *options, GError **error)
{
    /* A fixed threshold, so that bodies of imports always go back to the system when they are freed. */
    mallopt(M_MMAP_THRESHOLD, BULK_BYTES);
    struct service *s = g_new0(struct service, 1);
    g_mutex_init(&s->day_mutex);
    s->is_quiet = options->is_quiet;
    /* The address first: a server that cannot have it leaves no database behind. */
    bool is_open = open_server(s, options, error);
    if (is_open)
        s->store = store_open(options->path,
                              &(struct store_options){.committed = committed,
                                                      .ticked = ticked,
                                                      .administered = administered,
                                                      .user_data = s,
                                                      .is_quiet = options->is_quiet},
                              error);
    if (!s->store) {
        service_free(s);
        return NULL;
    }
    return s;
}

/* Runs on the writing thread, so that nothing is committed between what is read here and what is told from
 * then. */
static bool go_live(struct db *db, void *user_data, GError **error)
{
    struct service *s = user_data;
    g_mutex_lock(&s->day_mutex);
    bool begun = begin_day(s, db, error) && finder_load(s->finder, db, error);
    s->is_live = begun;
    g_mutex_unlock(&s->day_mutex);
    return begun;
}

bool service_start(struct service *s, GError **error)
{
    s->hub = event_hub_new(
        &(struct event_hub_options){.wants = wants, .read_backlog = read_backlog, .user_data = s});
    s->finder = finder_new();
    s->watch = watch_new();
    s->shelf = shelf_new(s->store);
    s->catalogue = catalogue_new(s->store, s->shelf);
    s->auth = auth_new(s->store);
    s->workers = g_thread_pool_new(route_run_later, NULL, WORKERS, FALSE, NULL);
    if (!store_run_wait(s->store, go_live, s, error))
        return false;
    for (const struct route_table *const *table = route_tables; *table; table++)
        http_server_add_routes(s->server, (*table)->rows, (*table)->count, s);
    store_tidy(s->store);
    return http_server_start(s->server, error);
}

void service_free(struct service *s)
{
    if (!s)
        return;
    if (s->hub)
        event_hub_close(s->hub);
    http_server_free(s->server);
    if (s->workers)
        g_thread_pool_free(s->workers, FALSE, TRUE);
    auth_free(s->auth);
    catalogue_free(s->catalogue);
    store_close(s->store);
    event_hub_free(s->hub);
    watch_free(s->watch);
    shelf_free(s->shelf);
    finder_free(s->finder);
    floor_free(s->day);
    if (s->day_queues)
        g_hash_table_unref(s->day_queues);
    g_mutex_clear(&s->day_mutex);
    g_free(s);
}

const char *service_url(const struct service *s)
{
    return http_server_url(s->server);
}

struct store *service_store(struct service *s)
{
    return s->store;
}

struct watch *service_watch(struct service *s)
{
    return s->watch;
}
