#include "app/desk/sender.h"

#include "net/retry.h"

#define BATCH_EVENTS 200
#define BATCH_BYTES  (512 * 1024)

struct sender {
    struct journal *journal;
    struct link *link;
    const struct sender_callbacks *callbacks;
    void *user_data;
    cJSON *batch;     /* array of events under way; NULL: none */
    int64_t last_seq; /* of the batch */
    bool is_on, one_by_one, is_tombstone;
    unsigned failures;
    guint timer;
    uint64_t number;
};

struct sender *sender_new(struct journal *journal, struct link *link,
                          const struct sender_callbacks *callbacks, void *user_data)
{
    struct sender *s = g_new0(struct sender, 1);
    *s = (struct sender){.journal = journal, .link = link, .callbacks = callbacks, .user_data = user_data};
    return s;
}

void sender_free(struct sender *s)
{
    if (s == NULL)
        return;
    if (s->timer != 0)
        g_source_remove(s->timer);
    cJSON_Delete(s->batch);
    g_free(s);
}

static void send_batch(struct sender *s)
{
    char *text = cJSON_PrintUnformatted(s->batch);
    link_deliver(s->link, ++s->number, text);
    cJSON_free(text);
}

void sender_wake(struct sender *s)
{
    if (!s->is_on || s->batch != NULL || s->timer != 0)
        return;
    g_autofree char *events =
        journal_pending(s->journal, s->one_by_one ? 1 : BATCH_EVENTS, BATCH_BYTES, &s->last_seq);
    if (events == NULL)
        return;
    s->batch = cJSON_Parse(events);
    send_batch(s);
}

void sender_set_on(struct sender *s, bool is_on)
{
    s->is_on = is_on;
    if (is_on && s->timer != 0)
        g_source_remove(s->timer);
    if (is_on)
        s->timer = 0;
    sender_wake(s);
}

static gboolean on_timer(void *data)
{
    struct sender *s = data;
    s->timer = 0;
    sender_wake(s);
    return G_SOURCE_REMOVE;
}

static void try_later(struct sender *s)
{
    g_clear_pointer(&s->batch, cJSON_Delete);
    s->is_tombstone = false;
    if (s->timer == 0)
        s->timer = g_timeout_add((guint)retry_delay_ms(NULL, s->failures++, g_random_int()), on_timer, s);
}

static void finish_batch(struct sender *s)
{
    journal_answered(s->journal, s->last_seq);
    g_clear_pointer(&s->batch, cJSON_Delete);
    s->is_tombstone = s->one_by_one = false;
    s->failures = 0;
    s->callbacks->outbox(journal_pending_count(s->journal), s->user_data);
    sender_wake(s);
}

static void tell_refused(struct sender *s, const cJSON *json, enum problem_code code, const char *sentence)
{
    g_autoptr(event) ev = event_from_cjson(json, NULL);
    if (ev != NULL)
        s->callbacks->refused(ev, code, sentence, s->user_data);
}

/* Tells one result; false where it is none. */
static bool tell_result(struct sender *s, const cJSON *json, const cJSON *result)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "id"));
    const char *position = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(result, "position"));
    const cJSON *problem = cJSON_GetObjectItemCaseSensitive(result, "problem");
    if (position != NULL) {
        s->callbacks->delivered(id, g_ascii_strtoll(position, NULL, 10), s->user_data);
        return true;
    }
    const char *detail = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(problem, "detail"));
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(problem, "status");
    if (problem == NULL)
        return false;
    tell_refused(s, json, problem_code_from_status(cJSON_IsNumber(status) ? (unsigned)status->valueint : 409),
                 detail != NULL ? detail : "The backend refused it without a reason.");
    return true;
}

static void tell_results(struct sender *s, const cJSON *results)
{
    if (cJSON_GetArraySize(results) != cJSON_GetArraySize(s->batch)) {
        try_later(s);
        return;
    }
    const cJSON *json = s->batch->child, *result = results->child;
    for (; json != NULL; json = json->next, result = result->next) {
        if (!tell_result(s, json, result)) {
            try_later(s);
            return;
        }
    }
    finish_batch(s);
}

/* The backend cannot read this event at all: it is refused, and what is sent in its place keeps its number.
 */
static void send_tombstone(struct sender *s, enum problem_code code, const char *sentence)
{
    cJSON *json = s->batch->child;
    tell_refused(s, json, code, sentence);
    cJSON *data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "reason", sentence);
    cJSON_ReplaceItemInObjectCaseSensitive(json, "kind",
                                           cJSON_CreateString(event_kind_name(EVENT_JOURNAL_WITHDRAWN)));
    cJSON_ReplaceItemInObjectCaseSensitive(json, "data", data);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "contact");
    cJSON_DeleteItemFromObjectCaseSensitive(json, "leg");
    s->is_tombstone = true;
    send_batch(s);
}

void sender_answer(struct sender *s, const cJSON *answer, const GError *error)
{
    if (s->batch == NULL)
        return;
    if (error == NULL) {
        tell_results(s, cJSON_GetObjectItemCaseSensitive(answer, "results"));
        return;
    }
    bool may_pass = problem_is_passing(error) || g_error_matches(error, NET_PROBLEM, PROBLEM_UNAUTHORISED) ||
                    g_error_matches(error, NET_PROBLEM, PROBLEM_BAD_ANSWER) || s->is_tombstone;
    if (may_pass) {
        s->callbacks->held(error, s->user_data);
        try_later(s);
    } else if (s->one_by_one || cJSON_GetArraySize(s->batch) == 1) {
        send_tombstone(s, problem_code_of(error), error->message);
    } else {
        g_clear_pointer(&s->batch, cJSON_Delete);
        s->one_by_one = true;
        sender_wake(s);
    }
}
