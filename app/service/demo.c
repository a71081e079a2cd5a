#include "app/service/demo.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/service/accounts.h"
#include "app/service/demo_centre.h"
#include "app/service/eventlog.h"
#include "app/service/service.h"
#include "app/service/settings.h"
#include "app/service/watch.h"
#include "app/sim/history.h"
#include "app/sim/traffic.h"
#include "net/problem.h"

#define DESK_AGENT   "lina"
#define CUSTOMERS    500
#define BATCH_EVENTS 2000
#define BATCHES_MOST 2           /* on their way to the store: the next is made up while one is written */
#define TRAFFIC_MS   200         /* between looks at the log */
#define OPENING_MS   (60 * 1000) /* what is older was there before */
#define TOKEN_MS     (12 * 3600 * INT64_C(1000))

struct choices {
    char *db, *listen, *desk_program;
    int64_t seed;
    double pace;
    gboolean desk;
};

struct demo {
    struct choices choices;
    struct demo_content *content;
    char *settings; /* as the store keeps them */
    struct approval_limits limits;
    struct crowd *crowd;
    struct service *service;
    struct traffic *traffic;
    GPtrArray *batch;      /* events that were not handed in yet */
    GAsyncQueue *returned; /* struct store_batch *, of the past, done */
    int on_their_way;
    int64_t written, next_contact;
    GError *error; /* of the past */
    GThread *thread;
    int ends; /* atomic */
};

static int64_t now_ms(void)
{
    return g_get_real_time() / 1000;
}

/* --- the past --- */

static void batch_returned(struct store_batch *batch, void *user_data)
{
    g_async_queue_push(user_data, batch);
}

/* Waits until no more than so many are on their way. */
static void await_batches(struct demo *demo, int most)
{
    for (; demo->on_their_way > most; demo->on_their_way--) {
        struct store_batch *batch = g_async_queue_pop(demo->returned);
        if (batch->error != NULL && demo->error == NULL)
            demo->error = g_error_copy(batch->error);
        for (guint i = 0; demo->error == NULL && i < batch->events->len; i++) {
            if (batch->results[i].problem != NULL)
                demo->error = g_error_copy(batch->results[i].problem);
        }
        store_batch_free(batch);
    }
}

static void write_batch(struct demo *demo)
{
    if (demo->batch->len == 0 || demo->error != NULL)
        return;
    demo->written += demo->batch->len;
    struct store_batch *batch = store_batch_new(demo->batch);
    demo->batch = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    batch->role = ROLE_ADMIN;
    batch->is_history = true;
    batch->done = batch_returned;
    batch->user_data = demo->returned;
    store_append(service_store(demo->service), batch);
    demo->on_their_way++;
    await_batches(demo, BATCHES_MOST - 1);
}

/* As long as a desk took to hand it in, so that the past was there when it happened and not all at once
 * today. */
static int64_t lag_ms(const struct demo *demo)
{
    return 20 + (demo->written + demo->batch->len) % 180;
}

static void take_past(struct event *ev, void *user_data)
{
    struct demo *demo = user_data;
    ev->received_at_ms = ev->at_ms + lag_ms(demo);
    g_ptr_array_add(demo->batch, ev);
    if (demo->batch->len < BATCH_EVENTS)
        return;
    write_batch(demo);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\rWriting three weeks of contacts … %d events", (int)demo->written);
}

static bool write_past(struct demo *demo, GError **error)
{
    struct history_result result;
    demo->batch = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    demo->returned = g_async_queue_new();
    history_generate(demo->content, demo->crowd,
                     &(struct history_options){.seed = (uint64_t)demo->choices.seed,
                                               .now_ms = now_ms(),
                                               .limits = &demo->limits,
                                               .sink = take_past,
                                               .user_data = demo},
                     &result);
    write_batch(demo);
    await_batches(demo, 0);
    g_async_queue_unref(g_steal_pointer(&demo->returned));
    g_ptr_array_unref(g_steal_pointer(&demo->batch));
    demo->next_contact = result.next_contact;
    if (demo->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&demo->error));
        return false;
    }
    fprintf(stderr, "%sThe past is written: %d contacts, %d events.\n",
            isatty(STDERR_FILENO) ? "\r\033[K" : "", (int)result.contacts, (int)demo->written);
    return true;
}

/* --- live traffic: a thread reads the log as it grows and lets the customers act --- */

struct listening {
    struct traffic *traffic;
    int64_t position;
};

static bool hear(struct event *ev, void *user_data)
{
    struct listening *listening = user_data;
    listening->position = ev->position;
    traffic_hear(listening->traffic, ev, now_ms());
    return true;
}

/* What waits already when the demo opens came in when it says, and not now. */
static void take_live(struct event *ev, void *user_data)
{
    struct demo *demo = user_data;
    if (now_ms() - ev->at_ms > OPENING_MS)
        ev->received_at_ms = ev->at_ms + lag_ms(demo);
    g_ptr_array_add(demo->batch, ev);
}

/* Customers hear the keys of who types, and see it in a chat. */
static void tell_typing(struct demo *demo)
{
    g_autoptr(GPtrArray) contacts = g_ptr_array_new_with_free_func(g_free);
    watch_typed(service_watch(demo->service), contacts);
    for (guint i = 0; i < contacts->len; i++)
        traffic_notice(demo->traffic, g_ptr_array_index(contacts, i), now_ms());
}

/* Whoever does it: a colleague with the role of their account, anybody else as a channel. */
static enum role role_of(const struct demo *demo, const struct event *ev)
{
    for (size_t i = 0; ev->actor_kind == ACTOR_AGENT && i < demo->content->floor.staff_count; i++)
        if (strcmp(demo->content->floor.staff[i].id, ev->actor) == 0)
            return (enum role)demo->content->floor.staff[i].role;
    return ROLE_INTEGRATION;
}

/* Takes the events, which are of one role. */
static void append_live(struct demo *demo, GPtrArray *events, enum role role)
{
    struct store_batch *batch = store_batch_new(events);
    batch->role = role;
    store_append_wait(service_store(demo->service), batch);
    store_batch_free(batch);
}

static void act(struct demo *demo)
{
    demo->batch = g_ptr_array_new();
    traffic_tick(demo->traffic, now_ms());
    g_autoptr(GPtrArray) done = g_steal_pointer(&demo->batch);
    for (guint start = 0, end; start < done->len; start = end) {
        enum role role = role_of(demo, g_ptr_array_index(done, start));
        GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
        for (end = start; end < done->len && role_of(demo, g_ptr_array_index(done, end)) == role; end++)
            g_ptr_array_add(events, g_ptr_array_index(done, end));
        append_live(demo, events, role);
    }
}

static void *traffic_main(void *data)
{
    struct demo *demo = data;
    struct store *store = service_store(demo->service);
    struct listening listening = {.traffic = demo->traffic, .position = board_position(store_board(store))};
    while (!g_atomic_int_get(&demo->ends)) {
        struct db *db = store_reader_take(store, NULL);
        if (db != NULL)
            eventlog_read(db, &(struct eventlog_range){.after = listening.position}, hear, &listening, NULL);
        store_reader_give(store, db);
        tell_typing(demo);
        act(demo);
        g_usleep(TRAFFIC_MS * 1000);
    }
    return NULL;
}

/* --- the desk --- */

static bool put_token(struct db *db, void *user_data, GError **error)
{
    return accounts_put_token(db, user_data, error);
}

/* Makes the desk's sign-in: a token, in the file where the desk looks for it. */
static bool make_token(struct demo *demo, const char *path, GError **error)
{
    char token[ACCOUNTS_TOKEN_LEN + 1], hash[ACCOUNTS_HASH_LEN + 1];
    accounts_make_token(token);
    accounts_hash_token(token, hash);
    struct account_token row = {.hash = hash,
                                .agent = (char *)DESK_AGENT,
                                .device = (char *)"", /* the desk that takes it names its own */
                                .created_ms = now_ms(),
                                .expires_ms = now_ms() + TOKEN_MS};
    g_autofree char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700);
    return store_run_wait(service_store(demo->service), put_token, &row, error) &&
           g_file_set_contents_full(path, token, -1, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

/* The desk takes signals; only the demo keeps them back. */
static void unblock_signals(void *data)
{
    (void)data;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool run_desk(struct demo *demo, const char *argv0, GError **error)
{
    const char *url = service_url(demo->service);
    g_autofree char *folder = g_path_get_dirname(argv0);
    g_autofree char *program = g_build_filename(folder, "firstline", NULL);
    g_autofree char *host = g_strdup(strstr(url, "://") + 3);
    g_strcanon(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-", '_');
    g_autofree char *token = g_build_filename(g_get_user_state_dir(), "firstline", host, "token", NULL);
    if (!make_token(demo, token, error))
        return false;
    const char *argv[] = {program, "--url", url, "--agent", DESK_AGENT, NULL};
    int status = 0;
    return g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, unblock_signals, NULL, NULL,
                        NULL, &status, error) &&
           g_spawn_check_wait_status(status, error);
}

/* Serves until it is told to end. */
static void serve(const struct demo *demo)
{
    fprintf(stderr,
            "The demo is at %s; sign in as " DESK_AGENT
            " (agent), sigrid (second line), hugo (supervisor) or admin, "
            "password " DEMO_PASSWORD ".\n"
            "A desk: firstline --url %s. Ctrl-C ends it.\n",
            service_url(demo->service), service_url(demo->service));
    sigset_t set;
    int signal_number;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigwait(&set, &signal_number);
}

static void block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* --- all of it --- */

static bool load_content(struct demo *demo, GError **error)
{
    const char *share = g_getenv("FIRSTLINE_SHARE");
    g_autofree char *folder = g_build_filename(share != NULL ? share : FIRSTLINE_SHARE, "demo", NULL);
    demo->content = demo_content_load(folder, error);
    if (demo->content == NULL)
        return false;
    demo->crowd = crowd_new(demo->content, &(struct crowd_options){.seed = (uint64_t)demo->choices.seed,
                                                                   .count = CUSTOMERS,
                                                                   .now_ms = now_ms()});
    g_autofree char *path = g_build_filename(folder, "settings.yaml", NULL);
    demo->settings = settings_from_yaml(path, error);
    if (demo->settings == NULL)
        return false;
    cJSON *settings = cJSON_Parse(demo->settings);
    approval_limits_init(&demo->limits, cJSON_GetObjectItemCaseSensitive(settings, "approvals"));
    cJSON_Delete(settings);
    return true;
}

/* The past is written while no clock ticks: time must not act on what is long over. */
static bool make_past(struct demo *demo, GError **error)
{
    struct demo_centre centre = {.content = demo->content, .settings = demo->settings};
    demo->service = service_new(&(struct service_options){.path = demo->choices.db,
                                                          .address = demo->choices.listen,
                                                          .is_quiet = true},
                                error);
    bool is_written = demo->service != NULL &&
                      store_run_wait(service_store(demo->service), demo_centre_put, &centre, error) &&
                      write_past(demo, error);
    service_free(g_steal_pointer(&demo->service));
    return is_written;
}

static bool make_service(struct demo *demo, GError **error)
{
    const struct service_options options = {.path = demo->choices.db, .address = demo->choices.listen};
    demo->service = service_new(&options, error);
    return demo->service != NULL && service_start(demo->service, error);
}

/* While the desk has the terminal, what the service logs goes to a file. */
static int redirect_log(const char *path)
{
    int kept = dup(STDERR_FILENO), fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        dup2(fd, STDERR_FILENO);
        close(fd);
    }
    return kept;
}

static void restore_log(int kept)
{
    dup2(kept, STDERR_FILENO);
    close(kept);
}

static bool run_demo(struct demo *demo, const char *program, GError **error)
{
    if (!load_content(demo, error) || !make_past(demo, error) || !make_service(demo, error))
        return false;
    demo->traffic = traffic_new(demo->content, demo->crowd,
                                &(struct traffic_options){.seed = (uint64_t)demo->choices.seed,
                                                          .now_ms = now_ms(),
                                                          .next_contact = demo->next_contact,
                                                          .leave_out = demo->choices.desk ? DESK_AGENT : NULL,
                                                          .limits = &demo->limits,
                                                          .sink = take_live,
                                                          .user_data = demo,
                                                          .pace = demo->choices.pace});
    demo->thread = g_thread_new("traffic", traffic_main, demo);
    bool is_done = true;
    if (demo->choices.desk) {
        g_autofree char *log = g_strconcat(demo->choices.db, ".log", NULL);
        int kept = redirect_log(log);
        is_done = run_desk(demo, program, error);
        restore_log(kept);
    } else {
        serve(demo);
    }
    return is_done;
}

static void remove_database(const char *path)
{
    static const char *const parts[] = {"", "-wal", "-shm", ".log"};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *part = g_strconcat(path, parts[i], NULL);
        g_unlink(part);
    }
}

static void demo_release(struct demo *demo)
{
    g_atomic_int_set(&demo->ends, 1);
    if (demo->thread != NULL)
        g_thread_join(demo->thread);
    traffic_free(demo->traffic);
    service_free(demo->service);
    crowd_free(demo->crowd);
    demo_content_free(demo->content);
    approval_limits_release(&demo->limits);
    g_free(demo->settings);
}

int demo_main(int argc, char **argv)
{
    struct demo demo = {.choices = {.seed = 1, .pace = 1.0}};
    const GOptionEntry entries[] = {
        {"db", 0, 0, G_OPTION_ARG_FILENAME, &demo.choices.db,
         "Where the database is made; a file there must not exist", "FILE"},
        {"listen", 0, 0, G_OPTION_ARG_STRING, &demo.choices.listen, "Address (127.0.0.1 and a free port)",
         "ADDR:PORT"},
        {"seed", 0, 0, G_OPTION_ARG_INT64, &demo.choices.seed, "The same seed makes the same demo (1)", "N"},
        {"pace", 0, 0, G_OPTION_ARG_DOUBLE, &demo.choices.pace, "How many times the usual traffic (1.0)",
         "FACTOR"},
        {"desk", 0, 0, G_OPTION_ARG_NONE, &demo.choices.desk, "Open the desk, signed in, and end with it",
         NULL},
        {0},
    };
    g_autofree char *program = g_strdup(g_getenv("FIRSTLINED_PROGRAM"));
    if (program == NULL)
        program = g_file_read_link("/proc/self/exe", NULL);
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_set_prgname("firstlined demo"); /* in "Usage:" */
    g_option_context_set_summary(context,
                                 "Makes a fresh database with a past and live traffic, and serves it.");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "firstlined demo: %s; see `firstlined demo --help`.\n", error->message);
        return EXIT_STATUS_USAGE;
    }
    block_signals();
    g_autofree char *folder =
        demo.choices.db == NULL ? g_dir_make_tmp("firstline-demo-XXXXXX", &error) : NULL;
    if (folder != NULL)
        demo.choices.db = g_build_filename(folder, "demo.db", NULL);
    else if (demo.choices.db != NULL && g_file_test(demo.choices.db, G_FILE_TEST_EXISTS))
        g_set_error(&error, NET_PROBLEM, PROBLEM_REFUSED,
                    "The file %s is there already; please name one that is not, or remove it first.",
                    demo.choices.db);
    bool is_done = error == NULL && run_demo(&demo, program != NULL ? program : "firstlined", &error);
    demo_release(&demo);
    if (folder != NULL) {
        remove_database(demo.choices.db);
        g_rmdir(folder);
    }
    g_free(demo.choices.db);
    g_free(demo.choices.listen);
    if (is_done)
        return EXIT_STATUS_OK;
    fprintf(stderr, "firstlined demo: %s\n", error->message);
    return problem_exit_status(error);
}
