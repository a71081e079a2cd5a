/* run: what the link says. */
#include "app/desk/run_parts.h"

#include <string.h>

#include "app/model/timestamp.h"
#include "net/retry.h"

static struct msg_problem problem_of(const GError *error)
{
    return (struct msg_problem){.code = error == NULL ? REFUSAL_NONE : run_refusal_of(problem_code_of(error)),
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
        run->clock_offset_ms = server_ms - run_clock_ms(CLOCK_REALTIME);
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
    run->save_at_ms = run_clock_ms(CLOCK_BOOTTIME) + SAVE_FIRST_MS;
}

/* Whose sign-in of before it is, where another is to sign in now; NULL: it is the right one's. */
static const char *somebody_else(const struct run *run, const cJSON *answer)
{
    const cJSON *who = cJSON_GetObjectItemCaseSensitive(answer, "agent");
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(who, "id"));
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(who, "name"));
    if (run->agent == NULL || id == NULL || g_str_equal(id, run->agent))
        return NULL;
    return name != NULL ? name : id;
}

/* Nobody works in the name of who sat here before. */
static void sign_out_before(struct run *run, const char *before)
{
    if (run->keeper != NULL)
        keeper_forget(run->keeper);
    link_sign_out(run->link);
    g_autofree char *sentence =
        g_strdup_printf("%s was still signed in here; that has ended. Sign in as %s.", before, run->agent);
    run_send(run, &(struct msg){.kind = MSG_SESSION_ENDED, .text = sentence});
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
    const char *before = was_resuming ? somebody_else(run, answer) : NULL;
    if (before != NULL) {
        sign_out_before(run, before);
        return;
    }
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
    run_fetch_articles(run);
    sender_set_on(run->sender, true);
}

static void on_fetched(uint64_t number, enum link_fetch what, const cJSON *answer, const GError *error,
                       void *user_data)
{
    struct run *run = user_data;
    if (answer != NULL)
        run_take_library(run, what, answer);
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

static void on_customer_changed(const cJSON *json, void *user_data)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "customer"));
    if (id != NULL)
        run_send(user_data, &(struct msg){.kind = MSG_CUSTOMER_CHANGED, .id = id});
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
    .customer_changed = on_customer_changed,
    .reached = on_reached,
    .state = on_state,
};

const struct link_callbacks *run_link_callbacks(void)
{
    return &link_callbacks;
}
