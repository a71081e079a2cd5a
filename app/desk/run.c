/* run: the turn, the journal and the sender, commands, life. */
#include "app/desk/run_parts.h"

#include <sodium.h>
#include <string.h>

#define TICK_MS       1000
#define SAVE_EVERY_MS 30000 /* the snapshot */
#define SAVE_OWN_MS   1500  /* after an act of one's own: with the backend gone then, nobody else tells it */

int64_t run_clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void run_command(struct run *run, struct command *command);

void run_send(struct run *run, struct msg *msg)
{
    struct commands commands;
    commands_init(&commands);
    msg->now_ms = run_clock_ms(CLOCK_REALTIME) + run->clock_offset_ms;
    msg->boot_ms = run_clock_ms(CLOCK_BOOTTIME);
    desk_update(run->desk, msg, &commands);
    for (size_t i = 0; i < commands_count(&commands); i++)
        run_command(run, commands_at(&commands, i));
    commands_release(&commands);
    run->outside->changed(run->user_data);
}

void run_settle(struct run *run)
{
    struct commands commands;
    commands_init(&commands);
    desk_settle(run->desk, &commands);
    for (size_t i = 0; i < commands_count(&commands); i++)
        run_command(run, commands_at(&commands, i));
    commands_release(&commands);
}

/* What the journal and the sender say */

static void on_flushed(int64_t seq, void *user_data)
{
    struct run *run = user_data;
    run_send(run, &(struct msg){.kind = MSG_FLUSHED, .number = seq - run->seq_before});
    if (run->sender != NULL)
        sender_wake(run->sender);
}

static void on_stuck(const char *sentence, void *user_data)
{
    run_send(user_data, &(struct msg){.kind = MSG_JOURNAL_FAILED, .text = sentence});
}

static const struct journal_callbacks journal_callbacks = {.flushed = on_flushed, .stuck = on_stuck};

static void on_delivered_event(const char *event_id, int64_t position, void *user_data)
{
    run_send(user_data, &(struct msg){.kind = MSG_DELIVERED, .id = event_id, .number = position});
}

enum refusal_code run_refusal_of(enum problem_code code)
{
    switch (code) {
    case PROBLEM_STALE:
        return REFUSAL_STALE;
    case PROBLEM_FORBIDDEN:
    case PROBLEM_UNAUTHORISED:
        return REFUSAL_FORBIDDEN;
    case PROBLEM_NOT_FOUND:
        return REFUSAL_UNKNOWN;
    case PROBLEM_REFUSED:
        return REFUSAL_STATE;
    default:
        return REFUSAL_OTHER;
    }
}

/* What a snapshot holds of it is not so. It goes before the journal forgets the event. */
static void on_refused_event(const struct event *ev, enum problem_code code, const char *sentence,
                             void *user_data)
{
    if (((struct run *)user_data)->keeper != NULL)
        keeper_forget(((struct run *)user_data)->keeper);
    run_send(user_data, &(struct msg){.kind = MSG_REFUSED,
                                      .event = ev,
                                      .problem = {.code = run_refusal_of(code), .sentence = sentence}});
}

/* Ends the session once all that was done is delivered, if its agent leaves. */
static void run_give_token_back(struct run *run)
{
    if (run->leaves && journal_pending_count(run->journal) == 0) {
        run->leaves = false;
        sender_set_on(run->sender, false);
        link_sign_out(run->link);
    }
}

static void on_outbox(int64_t count, void *user_data)
{
    struct run *run = user_data;
    run_send(run, &(struct msg){.kind = MSG_OUTBOX, .number = count});
    run_give_token_back(run);
}

static void on_held(const GError *error, void *user_data)
{
    if (problem_code_of(error) != PROBLEM_UNAUTHORISED) /* a lost token is told by the link */
        run_send(user_data, &(struct msg){.kind = MSG_HELD, .text = error->message});
}

static const struct sender_callbacks sender_callbacks = {
    .delivered = on_delivered_event, .refused = on_refused_event, .outbox = on_outbox, .held = on_held};

/* Commands */

static void sign_in(struct run *run, const struct command *command)
{
    g_autofree char *owner = journal_pending_actor(run->journal);
    if (owner != NULL && strcmp(owner, command->id) != 0) {
        g_autofree char *sentence = g_strdup_printf(
            "What %s did on this desk still waits to be sent; please let %s sign in here first.", owner,
            owner);
        run_send(run,
                 &(struct msg){.kind = MSG_SIGN_IN_REFUSED, .number = command->number, .text = sentence});
        return;
    }
    run->sign_in = command->number;
    link_sign_in(run->link, command->id, command->text);
}

static void check_password(struct run *run, const struct command *command)
{
    run->check = command->number;
    run->is_check_sign_in = run->desk->must_sign_in;
    if (run->is_check_sign_in)
        link_sign_in(run->link, command->id, command->text);
    else
        link_check(run->link, command->id, command->text);
}

static void edit(struct run *run, const struct command *command)
{
    g_autofree char *edited = run->outside->edit(command->text, run->user_data);
    if (edited != NULL)
        run_send(run, &(struct msg){
                          .kind = MSG_EDITED, .id = command->id, .flag = command->is_note, .text = edited});
}

static void save(struct run *run, const char *kind, const struct command *command)
{
    g_autofree char *key = command->id == NULL ? g_strdup(kind) : g_strconcat(kind, " ", command->id, NULL);
    bool is_empty = command->text == NULL || *command->text == '\0';
    journal_save_text(run->journal, key, is_empty ? NULL : command->text);
}

static void append(struct run *run, struct command *command)
{
    if (command->event->contact != NULL && run->save_at_ms != INT64_MAX) {
        run->save_at_ms = MIN(run->save_at_ms, run_clock_ms(CLOCK_BOOTTIME) + SAVE_OWN_MS);
        run->is_unsaved = true;
    }
    int64_t seq = journal_append(run->journal, g_steal_pointer(&command->event));
    run->seq_before = seq - command->number;
}

static void run_command(struct run *run, struct command *command)
{
    switch (command->kind) {
    case COMMAND_APPEND_EVENT:
        append(run, command);
        break;
    case COMMAND_FETCH:
        link_fetch(run->link, (uint64_t)command->number, command->fetch,
                   command->fetch == LINK_FETCH_SCRIPTS ? run->scripts_etag : command->text);
        break;
    case COMMAND_SEARCH:
        articles_search(run->articles, command->number, command->text, command->id);
        break;
    case COMMAND_SUGGEST:
        articles_suggest(run->articles, command->number, command->text, NULL);
        break;
    case COMMAND_READ_ARTICLE:
        articles_read(run->articles, command->number, command->id);
        break;
    case COMMAND_SAVE_DRAFT:
        save(run, command->is_note ? "note" : "reply", command);
        break;
    case COMMAND_SAVE_WALK:
        save(run, "walk", command);
        break;
    case COMMAND_SAVE_STATE:
        save(run, "state", command);
        break;
    case COMMAND_WATCH:
        link_watch(run->link, command->id, command->customer, *command->text != '\0');
        break;
    case COMMAND_SAVE_PLACE:
        save(run, "place", command);
        break;
    case COMMAND_SAVE_SHELF:
        save(run, "shelf", command);
        break;
    case COMMAND_RING:
        run->outside->ring(command->text, run->user_data);
        break;
    case COMMAND_TITLE:
        run->outside->title(command->text, run->user_data);
        break;
    case COMMAND_SIGN_IN:
        sign_in(run, command);
        break;
    case COMMAND_SIGN_OUT:
        run->leaves = true;
        if (run->keeper != NULL)
            keeper_forget(run->keeper);
        run->save_at_ms = INT64_MAX; /* until somebody signs in again */
        run_give_token_back(run);
        break;
    case COMMAND_CHECK_PASSWORD:
        check_password(run, command);
        break;
    case COMMAND_EDIT_IN_EDITOR:
        edit(run, command);
        break;
    case COMMAND_SUSPEND:
        run->outside->suspend(run->user_data);
        break;
    case COMMAND_PRACTICE:
        if (run->outside->practice != NULL)
            run->outside->practice(command->text, run->user_data);
        break;
    case COMMAND_NEXT_THEME:
        run->outside->next_theme(run->user_data);
        break;
    case COMMAND_REDRAW:
        run->outside->redraw(run->user_data);
        break;
    case COMMAND_QUIT:
        run->outside->quit(run->user_data);
        break;
    case COMMAND_KIND_COUNT:
        break;
    }
}

/* Life */

static void save_snapshot(struct run *run)
{
    if (run->keeper == NULL || run->save_at_ms == INT64_MAX)
        return;
    if (keeper_write(run->keeper, run->desk, journal_last_seq(run->journal)))
        run->is_unsaved = false;
}

static gboolean on_tick(void *data)
{
    struct run *run = data;
    run_send(run, &(struct msg){.kind = MSG_TICK});
    if (run->save_at_ms <= run_clock_ms(CLOCK_BOOTTIME)) {
        save_snapshot(run);
        run->save_at_ms = run_clock_ms(CLOCK_BOOTTIME) + SAVE_EVERY_MS;
    }
    if (run->desk->link == LINK_LIVE && run->renew_at_ms <= run_clock_ms(CLOCK_BOOTTIME))
        run_fetch_articles(run);
    /* In step with the clock's seconds, so that all that counts seconds turns at once. */
    int64_t past_ms = (run_clock_ms(CLOCK_REALTIME) + run->clock_offset_ms) % TICK_MS;
    run->tick = g_timeout_add((guint)(TICK_MS - past_ms), on_tick, run);
    return G_SOURCE_REMOVE;
}

static void restore_text(const char *key, const char *text, void *data)
{
    const char *id = strchr(key, ' ');
    id = id != NULL ? id + 1 : NULL;
    if (id != NULL && (g_str_has_prefix(key, "reply ") || g_str_has_prefix(key, "note "))) {
        run_send(data, &(struct msg){.kind = MSG_DRAFT_RESTORED,
                                     .id = id,
                                     .text = text,
                                     .flag = g_str_has_prefix(key, "note ")});
        return;
    }
    cJSON *json = cJSON_Parse(text);
    if (json != NULL && id != NULL && g_str_has_prefix(key, "walk "))
        run_send(data, &(struct msg){.kind = MSG_WALK_RESTORED, .id = id, .json = json});
    else if (json != NULL && strcmp(key, "place") == 0)
        run_send(data, &(struct msg){.kind = MSG_PLACE_RESTORED, .json = json});
    else if (json != NULL && strcmp(key, "state") == 0)
        run_send(data, &(struct msg){.kind = MSG_STATE_RESTORED, .json = json});
    else if (json != NULL && strcmp(key, "shelf") == 0)
        run_send(data, &(struct msg){.kind = MSG_SHELF_RESTORED, .json = json});
    cJSON_Delete(json);
}

static char *read_boot_id(void)
{
    char *boot = NULL;
    if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL))
        return g_strdup("unknown");
    return g_strstrip(boot);
}

static int utc_offset_minutes(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    return now == NULL ? 0 : (int)(g_date_time_get_utc_offset(now) / G_TIME_SPAN_MINUTE);
}

static struct desk *make_desk(const struct run *run, const struct run_options *options)
{
    g_autofree char *boot = read_boot_id();
    struct desk_options desk_options = {.device = journal_device(run->journal),
                                        .boot = boot,
                                        .utc_offset_minutes = utc_offset_minutes(),
                                        .is_practice = options->is_practice,
                                        .now_ms = run_clock_ms(CLOCK_REALTIME),
                                        .boot_ms = run_clock_ms(CLOCK_BOOTTIME),
                                        .agent = options->agent,
                                        .keys = options->keys};
    randombytes_buf(desk_options.seed, sizeof desk_options.seed);
    return desk_new(&desk_options);
}

struct run *run_new(const struct run_options *options, const struct run_outside *outside, void *user_data,
                    GError **error)
{
    struct run *run = g_new0(struct run, 1);
    run->outside = outside;
    run->user_data = user_data;
    g_autofree char *journal_path = g_build_filename(options->state_folder, "journal.db", NULL);
    run->journal = journal_open(journal_path, &journal_callbacks, run, error);
    if (run->journal == NULL) {
        run_free(run);
        return NULL;
    }
    run->agent = g_strdup(options->agent);
    run->desk = make_desk(run, options);
    run->scripts_path = g_build_filename(options->cache_folder, "scripts.json", NULL);
    run->articles = articles_new(options->cache_folder, &run_articles_callbacks, run);
    run->save_at_ms = INT64_MAX;
    if (options->token_path != NULL && !options->is_practice)
        run->keeper = keeper_new(options->state_folder, options->token_path);
    return run;
}

static void add_pending(const char *json, void *data)
{
    struct event *ev = event_from_json(json, -1, NULL);
    if (ev != NULL)
        g_ptr_array_add(data, ev);
}

void run_restore(struct run *run)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    g_autoptr(GBytes) bytes =
        run->keeper != NULL ? keeper_read(run->keeper, run_clock_ms(CLOCK_REALTIME)) : NULL;
    journal_each_pending(run->journal, add_pending, events);
    run_send(run, &(struct msg){.kind = MSG_LEFT_BEHIND, .bytes = bytes, .events = events});
    if (run->desk->is_restored)
        run->save_at_ms = 0;
    journal_each_text(run->journal, restore_text, run);
    run_send(run, &(struct msg){.kind = MSG_OUTBOX, .number = journal_pending_count(run->journal)});
    if (journal_damage(run->journal) != NULL)
        run_send(run, &(struct msg){.kind = MSG_JOURNAL_FAILED, .text = journal_damage(run->journal)});
}

void run_set_link(struct run *run, struct link *link)
{
    run->link = link;
    run->sender = sender_new(run->journal, link, &sender_callbacks, run);
    run->is_resuming = link_resume(link);
    run_restore_scripts(run);
    on_tick(run);
}

void run_leave(struct run *run)
{
    if (run != NULL && run->journal != NULL)
        journal_end(run->journal);
}

void run_end(struct run *run)
{
    if (run == NULL)
        return;
    g_clear_handle_id(&run->tick, g_source_remove);
    g_clear_handle_id(&run->resume, g_source_remove);
    bool is_flushed = run->journal != NULL && run->desk != NULL && journal_finish(run->journal);
    if (is_flushed && (run->is_unsaved || keeper_is_behind(run->keeper, run->desk)))
        save_snapshot(run); /* what others did the next start is told; the agent waits for the prompt */
    if (run->desk != NULL && run->desk->is_practice)
        articles_free(g_steal_pointer(&run->articles)); /* its folder is removed next */
    keeper_free(g_steal_pointer(&run->keeper));         /* waits for its writing */
}

void run_free(struct run *run)
{
    if (run == NULL)
        return;
    run_end(run);
    journal_close(run->journal);
    articles_free(run->articles);
    sender_free(run->sender);
    link_free(run->link);
    desk_free(run->desk);
    g_free(run->agent);
    g_free(run->scripts_path);
    g_free(run->articles_etag);
    g_free(run->scripts_etag);
    g_free(run);
}

const struct desk *run_desk(const struct run *run)
{
    return run->desk;
}

const char *run_device(const struct run *run)
{
    return journal_device(run->journal);
}
