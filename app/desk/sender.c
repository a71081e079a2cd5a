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
    bool is_range; /* the batch is one event that stands for numbers which the backend lacks */
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
    s->is_tombstone = s->is_range = false;
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

/* The number that the backend waits for, where that is one before the batch: it had answered for more, and
 * was given an older copy of its database since. 0: it is not so. */
static int64_t lacks_from(const struct sender *s, const cJSON *results)
{
    const char *expected =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(results->child, "expected_seq"));
    int64_t from = expected != NULL ? g_ascii_strtoll(expected, NULL, 10) : 0;
    g_autoptr(event) first = event_from_cjson(s->batch->child, NULL);
    return first != NULL && from > 0 && from < first->seq ? from : 0;
}

/* What the backend had and lost is nobody's to send again: the journal keeps what is unanswered. One event
 * says so under the first of the numbers and fills them all, so that the device goes on. */
static void send_range(struct sender *s, int64_t from)
{
    g_autoptr(event) first = event_from_cjson(s->batch->child, NULL);
    uint8_t random[10];
    char id[EVENT_ID_LEN + 1];
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)g_random_int_range(0, 256);
    event_make_id(first->at_ms, random, id);
    g_autoptr(event) lost = event_new(EVENT_JOURNAL_LOST, id,
                                      &(struct event_origin){.device = first->device,
                                                             .boot = first->boot,
                                                             .seq = from,
                                                             .actor_kind = first->actor_kind,
                                                             .actor = first->actor,
                                                             .at_ms = first->at_ms,
                                                             .boot_ms = first->boot_ms});
    event_set_number(lost, "last", first->seq - 1);
    cJSON_Delete(s->batch);
    s->batch = cJSON_CreateArray();
    g_autofree char *json = event_to_json(lost);
    cJSON_AddItemToArray(s->batch, cJSON_Parse(json));
    s->is_range = true;
    send_batch(s);
}

/* Taken, the numbers are filled, and what waited is sent anew; else all begins again later. */
static void range_answered(struct sender *s, const cJSON *results)
{
    if (cJSON_GetObjectItemCaseSensitive(results->child, "position") == NULL) {
        try_later(s);
        return;
    }
    g_clear_pointer(&s->batch, cJSON_Delete);
    s->is_range = false;
    sender_wake(s);
}

static void tell_results(struct sender *s, const cJSON *results)
{
    if (cJSON_GetArraySize(results) != cJSON_GetArraySize(s->batch)) {
        try_later(s);
        return;
    }
    int64_t from = s->is_range ? 0 : lacks_from(s, results);
    if (s->is_range || from > 0) {
        s->is_range ? range_answered(s, results) : send_range(s, from);
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
                    g_error_matches(error, NET_PROBLEM, PROBLEM_BAD_ANSWER) || s->is_tombstone || s->is_range;
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
