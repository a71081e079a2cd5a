#include "app/measure/floor.h"

#include "app/measure/book.h"
#include "app/model/timestamp.h"

struct floor {
    GHashTable *queues;
    int64_t since_ms, position;
    struct aht *aht;    /* by agent; the floor's is its whole */
    GHashTable *closed; /* agent -> struct floor_own *, of it what they closed */
    struct book *book;
    GHashTable *waiting; /* set of struct book_entry *: phone and chat, nobody accepted them yet */
    struct floor_figures day;
};

struct floor *floor_new(GHashTable *queues, int64_t since_ms)
{
    struct floor *f = g_new0(struct floor, 1);
    f->queues = g_hash_table_ref(queues);
    f->since_ms = since_ms;
    f->aht = aht_new(AHT_BY_AGENT, since_ms, INT64_MAX);
    f->closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    f->book = book_new();
    f->waiting = g_hash_table_new(NULL, NULL);
    return f;
}

void floor_free(struct floor *f)
{
    if (f == NULL)
        return;
    g_hash_table_unref(f->queues);
    aht_free(f->aht);
    g_hash_table_unref(f->closed);
    g_hash_table_unref(f->waiting);
    book_free(f->book);
    g_free(f);
}

void floor_restart(struct floor *f, int64_t since_ms)
{
    f->since_ms = since_ms;
    f->day = (struct floor_figures){0};
    aht_restart(f->aht, since_ms);
    g_hash_table_remove_all(f->closed);
}

/* The queue whose service level the contact counts for; NULL: it has none, or is not of today. */
static const struct queue *serving_queue(const struct floor *f, const struct book_entry *entry)
{
    const struct queue *q =
        entry == NULL || entry->queue == NULL ? NULL : g_hash_table_lookup(f->queues, entry->queue);
    bool of_today = entry != NULL && entry->created_ms >= f->since_ms;
    return q != NULL && of_today && q->service_level_ms > 0 ? q : NULL;
}

static bool is_in_time(const struct queue *q, const struct book_entry *entry, int64_t at_ms)
{
    return calendar_between_ms(q->calendar, entry->created_ms, at_ms) <= q->service_level_ms;
}

static void fold_answered(struct floor *f, const struct event *ev, const struct book_entry *entry)
{
    const struct queue *q = serving_queue(f, entry);
    if (!g_hash_table_remove(f->waiting, entry) || q == NULL)
        return;
    f->day.answered++;
    f->day.answered_in_time += is_in_time(q, entry, ev->at_ms);
}

static void fold_abandoned(struct floor *f, const struct event *ev, const struct book_entry *entry)
{
    if (g_hash_table_remove(f->waiting, entry) && serving_queue(f, entry) != NULL)
        f->day.abandoned++;
    book_forget(f->book, ev->contact);
}

static void fold_closed_by(struct floor *f, const struct event *ev)
{
    struct floor_own *own = g_hash_table_lookup(f->closed, ev->actor);
    if (own == NULL) {
        own = g_new0(struct floor_own, 1);
        g_hash_table_insert(f->closed, g_strdup(ev->actor), own);
    }
    own->closed++;
    own->resolved += event_flag(ev, "resolved");
}

static void fold_closed(struct floor *f, const struct event *ev, const struct book_entry *entry)
{
    g_hash_table_remove(f->waiting, entry);
    book_forget(f->book, ev->contact);
    if (ev->at_ms < f->since_ms)
        return;
    f->day.closed++;
    f->day.resolved += event_flag(ev, "resolved");
    if (ev->actor_kind == ACTOR_AGENT && ev->actor != NULL)
        fold_closed_by(f, ev);
}

static void fold_created(struct floor *f, const struct book_entry *entry)
{
    if (entry != NULL && (entry->channel == CHANNEL_PHONE || entry->channel == CHANNEL_CHAT))
        g_hash_table_add(f->waiting, (void *)entry);
}

void floor_fold(struct floor *f, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= f->position)
        return;
    f->position = MAX(f->position, ev->position);
    aht_fold(f->aht, ev);
    if (ev->contact == NULL)
        return;
    book_fold(f->book, ev);
    const struct book_entry *entry = book_find(f->book, ev->contact);
    switch (ev->kind) {
    case EVENT_CONTACT_CREATED:
        fold_created(f, entry);
        break;
    case EVENT_CONTACT_ACCEPTED:
        fold_answered(f, ev, entry);
        break;
    case EVENT_CONTACT_ABANDONED:
        fold_abandoned(f, ev, entry);
        break;
    case EVENT_CONTACT_CLOSED:
        fold_closed(f, ev, entry);
        break;
    default:
        break;
    }
}

static int percent(int64_t part, int64_t whole)
{
    return whole == 0 ? -1 : (int)((part * 100 + whole / 2) / whole);
}

static int64_t count_overdue(const struct floor *f, int64_t now_ms)
{
    int64_t count = 0;
    GHashTableIter each;
    void *item;
    g_hash_table_iter_init(&each, f->waiting);
    while (g_hash_table_iter_next(&each, &item, NULL)) {
        const struct book_entry *entry = item;
        const struct queue *q = serving_queue(f, entry);
        count += q != NULL && !is_in_time(q, entry, now_ms);
    }
    return count;
}

void floor_figures(const struct floor *f, int64_t now_ms, struct floor_figures *figures)
{
    const struct floor_figures *day = &f->day;
    figures->answered = day->answered;
    figures->answered_in_time = day->answered_in_time;
    figures->abandoned = day->abandoned;
    figures->overdue = count_overdue(f, now_ms);
    figures->service_level_percent =
        percent(day->answered_in_time, day->answered + day->abandoned + figures->overdue);
    figures->resolved = day->resolved;
    figures->closed = day->closed;
    figures->resolved_percent = percent(day->resolved, day->closed);
    struct aht_row all;
    aht_whole(f->aht, &all);
    figures->handled = all.contacts;
    figures->aht_ms = (int64_t)(all.aht_ms + 0.5);
}

void floor_own(const struct floor *f, const char *agent, struct floor_own *own)
{
    const struct floor_own *closed = g_hash_table_lookup(f->closed, agent);
    *own = closed != NULL ? *closed : (struct floor_own){0};
    const struct aht_row *row = aht_find(f->aht, agent);
    own->handled = row == NULL ? 0 : row->contacts;
    own->handle_ms = row == NULL ? 0 : row->handle_ms;
}

int64_t floor_since_ms(const struct floor *f)
{
    return f->since_ms;
}

static void add_percent(cJSON *json, const char *name, int value)
{
    if (value < 0)
        cJSON_AddNullToObject(json, name);
    else
        cJSON_AddNumberToObject(json, name, value);
}

cJSON *floor_figures_to_cjson(const struct floor_figures *figures)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "queued", figures->queued);
    cJSON_AddNumberToObject(json, "at_risk", figures->at_risk);
    add_percent(json, "service_level_percent", figures->service_level_percent);
    if (figures->handled == 0)
        cJSON_AddNullToObject(json, "aht_ms");
    else
        cJSON_AddNumberToObject(json, "aht_ms", (double)figures->aht_ms);
    add_percent(json, "resolved_percent", figures->resolved_percent);
    cJSON *by_status = cJSON_AddObjectToObject(json, "agents_by_status");
    for (int i = 0; i < STATUS_COUNT; i++)
        cJSON_AddNumberToObject(by_status, agent_status_name((enum agent_status)i),
                                figures->agents_by_status[i]);
    cJSON *by_presence = cJSON_AddObjectToObject(json, "agents_by_presence");
    for (int i = 0; i < PRESENCE_COUNT; i++)
        cJSON_AddNumberToObject(by_presence, presence_name((enum presence)i), figures->agents_by_presence[i]);
    return json;
}

cJSON *floor_own_to_cjson(const struct floor_own *own, int64_t since_ms)
{
    cJSON *json = cJSON_CreateObject();
    char since[TIMESTAMP_BYTES];
    timestamp_format(since_ms, since);
    cJSON_AddStringToObject(json, "since", since);
    cJSON_AddNumberToObject(json, "handled", (double)own->handled);
    cJSON_AddNumberToObject(json, "handle_ms", (double)own->handle_ms);
    cJSON_AddNumberToObject(json, "closed", (double)own->closed);
    cJSON_AddNumberToObject(json, "resolved", (double)own->resolved);
    return json;
}
