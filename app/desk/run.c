#include "app/desk/run.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "app/desk/journal.h"
#include "app/desk/articles.h"
#include "app/desk/keeper.h"
#include "app/desk/markup.h"
#include "app/desk/older_scripts.h"
#include "app/desk/script_answer.h"
#include "app/desk/sender.h"
#include "app/model/timestamp.h"
#include "app/script/script.h"
#include "net/problem.h"
#include "net/retry.h"

#define TICK_MS        1000
#define SAVE_EVERY_MS  30000            /* the snapshot */
#define RENEW_EVERY_MS (10 * 60 * 1000) /* articles, and what became of them */
#define SAVE_FIRST_MS  3000             /* once what is shown is confirmed */
#define SAVE_OWN_MS                                                                         \
    1500 /* after an act of one's own: where the backend is gone then, nobody else tells it \
          */

/* Numbers of fetches that the desk did not ask for lie above all of its own. */
enum { OWN_FETCH_SCRIPTS = 1, OWN_FETCH_ARTICLES, OWN_FETCH_USES, OWN_FETCH_COUNT };
#define OWN_FETCH (INT64_C(1) << 62)

struct run {
    struct desk *desk;
    struct journal *journal;
    struct articles *articles;
    struct keeper *keeper; /* NULL: nothing is kept */
    struct link *link;
    struct sender *sender;
    const struct run_outside *outside;
    void *user_data;
    char *scripts_path, *scripts_etag, *articles_etag;
    int64_t clock_offset_ms;
    int64_t seq_before;     /* seq of an event minus the desk's number of it */
    int64_t sign_in, check; /* numbers under way; 0: none */
    bool is_check_sign_in;  /* the password asked for unlocks, and signs in where the session has ended */
    bool is_resuming, leaves;
    guint tick, resume;  /* timers */
    unsigned resumes;    /* tries to take the earlier sign-in up again that failed */
    bool is_unsaved;     /* own acts on contacts, since the last snapshot */
    int64_t save_at_ms;  /* CLOCK_BOOTTIME: the next snapshot */
    int64_t renew_at_ms; /* CLOCK_BOOTTIME: the next look for changed articles */
};

static int64_t clock_ms(clockid_t clock)
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
    msg->now_ms = clock_ms(CLOCK_REALTIME) + run->clock_offset_ms;
    msg->boot_ms = clock_ms(CLOCK_BOOTTIME);
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

static enum refusal_code refusal_of(enum problem_code code)
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
                                      .problem = {.code = refusal_of(code), .sentence = sentence}});
}

static void give_token_back(struct run *run)
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
    give_token_back(run);
}

static void on_held(const GError *error, void *user_data)
{
    if (problem_code_of(error) != PROBLEM_UNAUTHORISED) /* a lost token is told by the link */
        run_send(user_data, &(struct msg){.kind = MSG_HELD, .text = error->message});
}

static const struct sender_callbacks sender_callbacks = {
    .delivered = on_delivered_event, .refused = on_refused_event, .outbox = on_outbox, .held = on_held};

/* What the articles says */

static GArray *ranges_of(const struct kb_range *ranges, size_t count)
{
    GArray *array = g_array_new(false, false, sizeof(struct desk_range));
    for (size_t i = 0; i < count; i++) {
        struct desk_range range = {ranges[i].start, ranges[i].end};
        g_array_append_val(array, range);
    }
    return array;
}

/* Scores as parts of the best one's, which is what an agent can compare. */
static struct desk_hit *hit_of(const struct kb_result *found, float best)
{
    struct desk_hit *hit = g_new0(struct desk_hit, 1);
    hit->id = g_strdup(found->id);
    hit->title = g_strdup(found->title);
    hit->title_marks = ranges_of(found->title_ranges, found->title_range_count);
    hit->snippet_marks = ranges_of(found->snippet_ranges, found->snippet_range_count);
    hit->snippet = found->snippet != NULL ? markup_plain(found->snippet, hit->snippet_marks, NULL) : NULL;
    hit->score = best > 0 ? CLAMP((int)(100.0f * found->score / best), 0, 100) : 0;
    return hit;
}

static void hit_free(void *data)
{
    struct desk_hit *hit = data;
    g_free(hit->id);
    g_free(hit->title);
    g_free(hit->snippet);
    g_array_unref(hit->title_marks);
    g_array_unref(hit->snippet_marks);
    g_free(hit);
}

static void on_found(int64_t number, const struct kb_results *found, const GError *error, void *user_data)
{
    struct desk_results results = {.hits = g_ptr_array_new_with_free_func(hit_free)};
    for (size_t i = 0; found != NULL && i < found->count; i++)
        g_ptr_array_add(results.hits, hit_of(&found->results[i], found->results[0].score));
    if (found != NULL) {
        results.total = (int)found->total;
        results.took_us = found->took_us;
        results.problem = found->note;
    } else if (error != NULL) {
        results.problem = error->message;
    }
    run_send(user_data, &(struct msg){.kind = MSG_SEARCH_RESULTS, .number = number, .results = &results});
    g_ptr_array_unref(results.hits);
}

static void on_article(int64_t number, const struct kb_doc *doc, const char *flags, void *user_data)
{
    struct msg msg = {.kind = MSG_ARTICLE, .number = number};
    if (doc == NULL) {
        msg.problem = (struct msg_problem){REFUSAL_UNKNOWN, "There is no such article any more."};
        run_send(user_data, &msg);
        return;
    }
    char updated[TIMESTAMP_BYTES] = "";
    if (doc->updated > 0)
        timestamp_format(doc->updated * 1000, updated);
    g_autoptr(GArray) strong = NULL;
    g_autofree char *body = markup_plain(doc->body, NULL, &strong);
    struct desk_article article = {.id = (char *)doc->id,
                                   .title = (char *)doc->title,
                                   .body = body,
                                   .strong = strong,
                                   .tags = (char *)doc->tags,
                                   .language = (char *)doc->lang,
                                   .updated = *updated != '\0' ? updated : NULL,
                                   .flags = (char *)flags};
    msg.article = &article;
    run_send(user_data, &msg);
}

static void on_loaded(uint32_t count, const char *etag, const GError *error, void *user_data)
{
    struct run *run = user_data;
    if (error != NULL)
        g_info("articles: %s", error->message);
    g_free(run->articles_etag);
    run->articles_etag = g_strdup(etag);
    run_send(run, &(struct msg){.kind = MSG_KNOWLEDGE, .number = count});
}

static const struct articles_callbacks articles_callbacks = {
    .found = on_found, .article = on_article, .loaded = on_loaded};

static void send_scripts(struct run *run, const cJSON *answer)
{
    struct script_answer given;
    script_answer_read(&given, answer);
    run_send(run, &(struct msg){.kind = MSG_SCRIPTS,
                                .scripts = given.scripts,
                                .older = given.older,
                                .rollouts = given.rollouts});
    script_answer_release(&given);
}

static void restore_scripts(struct run *run)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(run->scripts_path, &text, NULL, NULL))
        return;
    cJSON *answer = cJSON_Parse(text);
    if (answer != NULL)
        send_scripts(run, answer);
    run->scripts_etag = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "etag")));
    cJSON_Delete(answer);
}

static void keep_scripts(struct run *run, const cJSON *answer)
{
    if (cJSON_GetObjectItemCaseSensitive(answer, "unchanged") != NULL)
        return;
    g_autofree char *before_text = NULL;
    g_file_get_contents(run->scripts_path, &before_text, NULL, NULL);
    cJSON *before = before_text != NULL ? cJSON_Parse(before_text) : NULL,
          *kept = cJSON_Duplicate(answer, true);
    older_scripts_add(kept, before);
    char *text = cJSON_PrintUnformatted(kept);
    g_file_set_contents(run->scripts_path, text, -1, NULL);
    cJSON_free(text);
    send_scripts(run, kept);
    g_free(run->scripts_etag);
    run->scripts_etag = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(kept, "etag")));
    cJSON_Delete(kept);
    cJSON_Delete(before);
}

static void take_articles(struct run *run, const cJSON *answer)
{
    const char *etag = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "etag"));
    const char *lines = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "lines"));
    if (lines == NULL)
        return;
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "changes")))
        articles_change(run->articles, etag != NULL ? etag : "", lines);
    else
        articles_replace(run->articles, etag != NULL ? etag : "", lines);
}

static void take_uses(struct run *run, const cJSON *answer)
{
    const char *lines = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "lines"));
    if (lines != NULL)
        articles_use(run->articles, lines);
}

/* What the link says */

static struct msg_problem problem_of(const GError *error)
{
    return (struct msg_problem){.code = error == NULL ? REFUSAL_NONE : refusal_of(problem_code_of(error)),
                                .sentence = error == NULL ? NULL : error->message};
}

static void on_checked(const GError *error, void *user_data)
{
    struct run *run = user_data;
    int64_t number = run->check;
    run->check = 0;
    run->is_check_sign_in = false;
    run_send(run, &(struct msg){.kind = MSG_UNLOCK,
                                .number = number,
                                .flag = error == NULL,
                                .text = error == NULL ? NULL : error->message});
}

static void measure_clock(struct run *run, const cJSON *answer)
{
    int64_t server_ms;
    if (timestamp_parse(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "server_time")),
                        &server_ms))
        run->clock_offset_ms = server_ms - clock_ms(CLOCK_REALTIME);
}

static gboolean on_resume(void *data)
{
    struct run *run = data;
    run->resume = 0;
    if (run->sign_in == 0 && (run->desk->phase == DESK_SIGNED_OUT || run->desk->is_restored))
        run->is_resuming = link_resume(run->link);
    return G_SOURCE_REMOVE;
}

/* The backend was not there when the desk started; who is signed in need not sign in again for that. */
static void resume_later(struct run *run)
{
    if (run->resume == 0)
        run->resume =
            g_timeout_add((guint)retry_delay_ms(NULL, run->resumes++, g_random_int()), on_resume, run);
}

/* Behind the semicolon stands what being down means for who works on; nobody does here. Caller owns. */
static char *sign_in_sentence(const GError *error)
{
    if (problem_code_of(error) != PROBLEM_UNAVAILABLE)
        return g_strdup(error->message);
    g_autofree char *cause = g_strndup(error->message, strcspn(error->message, ";"));
    return g_strdup_printf("Signing in needs the backend. %s%s", cause,
                           g_str_has_suffix(cause, ".") ? "" : ".");
}

/* Refused: the sign-in of before is over. No answer: the desk works on with what the last run kept. */
static void on_resume_failed(struct run *run, const GError *error)
{
    if (problem_code_of(error) == PROBLEM_UNAUTHORISED) {
        if (run->keeper != NULL)
            keeper_forget(run->keeper);
        run_send(run, &(struct msg){.kind = MSG_SESSION_ENDED, .text = error->message});
        return;
    }
    run_send(run, &(struct msg){.kind = MSG_LINK, .link = LINK_CONNECTING, .text = error->message});
    g_autofree char *sentence = sign_in_sentence(error);
    run_send(run, &(struct msg){.kind = MSG_SIGN_IN_REFUSED, .text = sentence});
    if (problem_is_passing(error))
        resume_later(run);
}

static void note_expiry(struct run *run, const cJSON *answer)
{
    int64_t expires_ms = 0;
    if (run->keeper == NULL)
        return;
    timestamp_parse(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "expires_at")),
                    &expires_ms);
    keeper_set_expiry(run->keeper, expires_ms);
    run->save_at_ms = clock_ms(CLOCK_BOOTTIME) + SAVE_FIRST_MS;
}

/* What changed in the articles since those that are held, and what became of them meanwhile. */
static void fetch_articles(struct run *run)
{
    bool has_etag = run->articles_etag != NULL && *run->articles_etag != '\0';
    link_fetch(run->link, OWN_FETCH + OWN_FETCH_ARTICLES, LINK_FETCH_ARTICLES,
               has_etag ? run->articles_etag : NULL);
    link_fetch(run->link, OWN_FETCH + OWN_FETCH_USES, LINK_FETCH_USES, NULL);
    run->renew_at_ms = clock_ms(CLOCK_BOOTTIME) + RENEW_EVERY_MS;
}

static void on_signed_in(const cJSON *answer, const GError *error, void *user_data)
{
    struct run *run = user_data;
    if (run->is_check_sign_in) {
        on_checked(error, run);
        if (error != NULL)
            return;
    }
    int64_t number = run->sign_in;
    bool was_resuming = run->is_resuming;
    run->sign_in = 0;
    run->is_resuming = false;
    if (error != NULL && was_resuming) {
        on_resume_failed(run, error);
        return;
    }
    if (error != NULL) {
        g_autofree char *sentence = sign_in_sentence(error);
        run_send(run, &(struct msg){.kind = MSG_SIGN_IN_REFUSED, .number = number, .text = sentence});
        return;
    }
    run->resumes = 0;
    bool is_again = run->desk->must_sign_in;
    run->leaves = false; /* who has left with work unsent is here again */
    measure_clock(run, answer);
    note_expiry(run, answer);
    run_send(run, &(struct msg){.kind = MSG_SIGNED_IN, .number = number, .json = answer});
    const char *position = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "position"));
    int64_t after = position != NULL ? g_ascii_strtoll(position, NULL, 10) : 0;
    bool goes_on = is_again || run->desk->is_catching_up; /* what happened meanwhile is streamed */
    link_stream(run->link, goes_on ? run->desk->world->position : after);
    link_fetch(run->link, OWN_FETCH + OWN_FETCH_SCRIPTS, LINK_FETCH_SCRIPTS, run->scripts_etag);
    fetch_articles(run);
    sender_set_on(run->sender, true);
}

static void on_fetched(uint64_t number, enum link_fetch what, const cJSON *answer, const GError *error,
                       void *user_data)
{
    struct run *run = user_data;
    if (answer != NULL && what == LINK_FETCH_SCRIPTS)
        keep_scripts(run, answer);
    else if (answer != NULL && what == LINK_FETCH_ARTICLES)
        take_articles(run, answer);
    else if (answer != NULL && what == LINK_FETCH_USES)
        take_uses(run, answer);
    if (number < (uint64_t)OWN_FETCH)
        run_send(run, &(struct msg){.kind = MSG_REPLY,
                                    .number = (int64_t)number,
                                    .fetch = what,
                                    .json = answer,
                                    .problem = problem_of(error)});
}

static void on_delivered(uint64_t number, const cJSON *answer, const GError *error, void *user_data)
{
    (void)number;
    sender_answer(((struct run *)user_data)->sender, answer, error);
}

static void on_streamed(const cJSON *json, void *user_data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(event) ev = event_from_cjson(json, &error);
    if (ev != NULL)
        run_send(user_data, &(struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    else
        g_info("event of the stream left out: %s", error->message);
}

static void on_watching(const cJSON *json, void *user_data)
{
    run_send(user_data, &(struct msg){.kind = MSG_WATCHING, .json = json});
}

static void on_reached(int64_t position, void *user_data)
{
    run_send(user_data, &(struct msg){.kind = MSG_REACHED, .number = position});
}

static void on_state(enum link_state state, const char *reason, void *user_data)
{
    struct run *run = user_data;
    run_send(run, &(struct msg){.kind = MSG_LINK, .link = state, .text = reason});
    if (state == LINK_LIVE)
        sender_set_on(run->sender, true);
}

static void on_token_lost(const char *reason, void *user_data)
{
    struct run *run = user_data;
    run_send(run, &(struct msg){.kind = MSG_TOKEN_LOST, .text = reason});
    sender_set_on(run->sender, false);
}

static const struct link_callbacks link_callbacks = {
    .signed_in = on_signed_in,
    .checked = on_checked,
    .token_lost = on_token_lost,
    .fetched = on_fetched,
    .delivered = on_delivered,
    .streamed = on_streamed,
    .watching = on_watching,
    .reached = on_reached,
    .state = on_state,
};

const struct link_callbacks *run_link_callbacks(void)
{
    return &link_callbacks;
}

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
        run->save_at_ms = MIN(run->save_at_ms, clock_ms(CLOCK_BOOTTIME) + SAVE_OWN_MS);
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
        link_watch(run->link, command->id, command->text != NULL && *command->text != '\0');
        break;
    case COMMAND_SAVE_PLACE:
        save(run, "place", command);
        break;
    case COMMAND_SAVE_SHELF:
        save(run, "shelf", command);
        break;
    case COMMAND_RING:
        run->outside->ring(run->user_data);
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
        give_token_back(run);
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
    if (run->save_at_ms <= clock_ms(CLOCK_BOOTTIME)) {
        save_snapshot(run);
        run->save_at_ms = clock_ms(CLOCK_BOOTTIME) + SAVE_EVERY_MS;
    }
    if (run->desk->link == LINK_LIVE && run->renew_at_ms <= clock_ms(CLOCK_BOOTTIME))
        fetch_articles(run);
    /* In step with the clock's seconds, so that all that counts seconds turns at once. */
    int64_t past_ms = (clock_ms(CLOCK_REALTIME) + run->clock_offset_ms) % TICK_MS;
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
                                        .now_ms = clock_ms(CLOCK_REALTIME),
                                        .boot_ms = clock_ms(CLOCK_BOOTTIME),
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
    run->desk = make_desk(run, options);
    run->scripts_path = g_build_filename(options->cache_folder, "scripts.json", NULL);
    run->articles = articles_new(options->cache_folder, &articles_callbacks, run);
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
    g_autoptr(GBytes) bytes = run->keeper != NULL ? keeper_read(run->keeper, clock_ms(CLOCK_REALTIME)) : NULL;
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
    restore_scripts(run);
    on_tick(run);
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
    journal_close(g_steal_pointer(&run->journal));
    articles_free(g_steal_pointer(&run->articles));
    keeper_free(g_steal_pointer(&run->keeper)); /* waits for its writing, which the others went beside */
}

void run_free(struct run *run)
{
    if (run == NULL)
        return;
    run_end(run);
    sender_free(run->sender);
    link_free(run->link);
    desk_free(run->desk);
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
