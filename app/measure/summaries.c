#include "app/measure/summaries.h"

#include <string.h>

#include "app/measure/book.h"

/* A row in the making. */
struct making {
    struct summary row;
    int64_t number;         /* as the how-manieth it began */
    GHashTable *walked;     /* set of script/step that the present walk entered; NULL: none */
    GHashTable *values;     /* field -> value; NULL: none */
    bool is_matched;        /* among its like: customer and intent are known */
    struct making *earlier; /* the one of the same customer and intent before */
    GList *over;            /* its place in summaries.over; NULL: none */
};

struct summaries {
    GHashTable *open; /* contact -> struct making *, owned */
    GHashTable *like; /* customer and intent -> struct making *, the latest; borrowed from open */
    GQueue over;      /* struct making *, borrowed: closed ones whose time has not run out, in order */
    struct intervals *intervals;
    struct waits *waits;
    struct compliance *compliance;
    int64_t position, made;
    summaries_sink sink;
    void *user_data;
};

static void making_free(void *data)
{
    struct making *m = data;
    g_free(m->row.contact);
    g_free(m->row.customer);
    g_free(m->row.intent);
    g_free(m->row.class);
    g_free(m->row.queue);
    g_free(m->row.first_queue);
    g_free(m->row.agent);
    g_free(m->row.disposition);
    g_free(m->row.script);
    g_clear_pointer(&m->walked, g_hash_table_unref);
    g_clear_pointer(&m->values, g_hash_table_unref);
    g_free(m);
}

static struct making *find(const struct summaries *s, const char *contact)
{
    return contact == NULL ? NULL : g_hash_table_lookup(s->open, contact);
}

static void take_interval(const struct interval *i, void *user_data)
{
    struct making *m = find(user_data, i->contact);
    if (m == NULL)
        return;
    m->row.per_activity_ms[i->activity] += i->duration_ms;
    m->row.handle_ms += i->duration_ms;
    m->row.focus_ms += i->focused ? i->duration_ms : 0;
    if (i->step != NULL)
        m->row.class_ms[i->step_class] += i->duration_ms;
    else
        m->row.outside_ms += i->duration_ms;
}

static void take_wait(const struct wait *wait, void *user_data)
{
    struct making *m = find(user_data, wait->contact);
    if (m != NULL)
        m->row.wait_ms[wait->kind] += wait->end_ms - wait->start_ms;
}

static void take_run(const struct compliance_run *run, void *user_data)
{
    struct making *m = find(user_data, run->contact);
    if (m == NULL || run->verdict == COMPLIANCE_UNKNOWN)
        return;
    m->row.runs_judged++;
    m->row.runs_compliant += run->verdict == COMPLIANCE_YES;
}

struct summaries *summaries_new(summaries_sink sink, void *user_data)
{
    struct summaries *s = g_new0(struct summaries, 1);
    s->open = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, making_free);
    s->like = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_queue_init(&s->over);
    s->intervals = intervals_new(take_interval, s);
    s->waits = waits_new(take_wait, s);
    s->compliance = compliance_new(take_run, s);
    s->sink = sink;
    s->user_data = user_data;
    return s;
}

void summaries_free(struct summaries *s)
{
    if (s == NULL)
        return;
    intervals_free(s->intervals);
    waits_free(s->waits);
    compliance_free(s->compliance);
    g_queue_clear(&s->over);
    g_hash_table_unref(s->like);
    g_hash_table_unref(s->open);
    g_free(s);
}

struct compliance *summaries_compliance(struct summaries *s)
{
    return s->compliance;
}

/* --- repeats --- */

static char *like_key(const struct summary *row)
{
    return g_strconcat(row->customer, "\n", row->intent, NULL);
}

/* Takes it out of those that are like it. */
static void unmatch(struct summaries *s, struct making *m)
{
    if (!m->is_matched)
        return;
    g_autofree char *key = like_key(&m->row);
    struct making *latest = g_hash_table_lookup(s->like, key);
    if (latest == m && m->earlier == NULL)
        g_hash_table_remove(s->like, key);
    else if (latest == m)
        g_hash_table_replace(s->like, g_strdup(key), m->earlier);
    for (; latest != NULL && latest != m; latest = latest->earlier) {
        if (latest->earlier == m) {
            latest->earlier = m->earlier;
            break;
        }
    }
    m->is_matched = false;
    m->earlier = NULL;
}

/* Failures show at once and success after a week, and only where the customer is known: a failure is not told
 * where success could not be, or such contacts would count with their failures alone. */
static enum answer first_contact_resolution(const struct summary *row, int64_t now_ms)
{
    bool is_early = row->over_ms + SUMMARIES_REPEAT_MS >= now_ms;
    if (row->fate != FATE_CLOSED || row->repeated == ANSWER_UNKNOWN || is_early)
        return ANSWER_UNKNOWN;
    return row->resolved && row->repeated == ANSWER_NO ? ANSWER_YES : ANSWER_NO;
}

static void give_out(struct summaries *s, struct making *m, int64_t now_ms)
{
    struct summary *row = &m->row;
    row->first = first_contact_resolution(row, now_ms);
    s->sink(row, s->user_data);
    unmatch(s, m);
    if (m->over != NULL)
        g_queue_delete_link(&s->over, m->over);
    g_hash_table_remove(s->open, row->contact);
}

/* Is the newer one a repeat of the older? */
static bool repeats(const struct summary *newer, const struct summary *older)
{
    return newer->created_ms > older->created_ms &&
           (older->over_ms == 0 || newer->created_ms <= older->over_ms + SUMMARIES_REPEAT_MS);
}

/* Once customer and intent are known: marks those that this one repeats. */
static void match(struct summaries *s, struct making *m)
{
    if (m->is_matched || m->row.repeated == ANSWER_YES || m->row.customer == NULL || m->row.intent == NULL)
        return;
    char *key = like_key(&m->row);
    m->is_matched = true;
    m->earlier = g_hash_table_lookup(s->like, key);
    g_hash_table_replace(s->like, key, m);
    for (struct making *other = m->earlier, *before; other != NULL; other = before) {
        before = other->earlier;
        if (!repeats(&m->row, &other->row))
            continue;
        m->row.is_repeat = m->row.is_repeat || other->row.fate != FATE_ABANDONED;
        other->row.repeated = ANSWER_YES;
        if (other->row.fate != FATE_OPEN)
            unmatch(s, other);
    }
}

static void expire(struct summaries *s, int64_t now_ms)
{
    struct making *m;
    while ((m = g_queue_peek_head(&s->over)) != NULL && m->row.over_ms + SUMMARIES_REPEAT_MS < now_ms) {
        if (m->row.repeated != ANSWER_YES)
            m->row.repeated = m->is_matched ? ANSWER_NO : ANSWER_UNKNOWN;
        give_out(s, m, now_ms);
    }
}

/* --- events --- */

static void set(char **field, const char *text)
{
    if (text == NULL)
        return;
    g_free(*field);
    *field = g_strdup(text);
}

static void create(struct summaries *s, const struct event *ev)
{
    if (find(s, ev->contact) != NULL)
        return;
    struct making *m = g_new0(struct making, 1);
    m->number = ++s->made;
    m->row = (struct summary){
        .contact = g_strdup(ev->contact), .created_ms = ev->at_ms, .csat = -1, .nps = -1, .keys = -1};
    channel_parse(event_text(ev, "channel"), &m->row.channel);
    set(&m->row.class, event_text(ev, "class"));
    set(&m->row.intent, event_text(ev, "intent"));
    set(&m->row.customer, event_text(ev, "customer"));
    set(&m->row.queue, event_text(ev, "queue"));
    set(&m->row.first_queue, event_text(ev, "queue"));
    g_hash_table_insert(s->open, m->row.contact, m);
    match(s, m);
}

static void rename_matter(struct summaries *s, struct making *m, const struct event *ev)
{
    const char *intent = event_text(ev, "intent"), *customer = event_text(ev, "customer");
    bool changes = (intent != NULL && g_strcmp0(intent, m->row.intent) != 0) ||
                   (customer != NULL && g_strcmp0(customer, m->row.customer) != 0);
    if (changes)
        unmatch(s, m);
    set(&m->row.class, event_text(ev, "class"));
    set(&m->row.intent, intent);
    set(&m->row.customer, customer);
    match(s, m);
}

static void begin_walk(struct making *m, const struct event *ev)
{
    if (m->row.script == NULL) {
        set(&m->row.script, event_text(ev, "script"));
        m->row.version = event_number(ev, "version", 0);
        m->row.started_ms = ev->at_ms;
    }
    g_clear_pointer(&m->walked, g_hash_table_unref);
}

static void enter_step(struct making *m, const struct event *ev)
{
    enum step_class step_class = STEP_VALUE;
    const char *step = event_text(ev, "step"), *script = event_text(ev, "script");
    step_class_parse(event_text(ev, "class"), &step_class);
    m->row.steps[step_class]++;
    if (step == NULL)
        return;
    if (m->walked == NULL)
        m->walked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    m->row.steps_again += !g_hash_table_add(m->walked, g_strconcat(script ? script : "", "/", step, NULL));
}

/* A value is filled where the desk says that it came from elsewhere than a keyboard. */
static void answer(struct making *m, const struct event *ev)
{
    const char *field = event_text(ev, "field"), *value = answer_value(ev),
               *source = event_text(ev, "source");
    bool filled = source != NULL && strcmp(source, "customer") != 0 && strcmp(source, "agent") != 0 &&
                  strcmp(source, "typed") != 0;
    m->row.answers++;
    m->row.answers_filled += filled;
    if (field == NULL || value == NULL)
        return;
    if (m->values == NULL)
        m->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    m->row.answers_again += !filled && g_strcmp0(g_hash_table_lookup(m->values, field), value) == 0;
    g_hash_table_replace(m->values, g_strdup(field), g_strdup(value));
}

static void end(struct summaries *s, struct making *m, const struct event *ev)
{
    m->row.fate = ev->kind == EVENT_CONTACT_ABANDONED ? FATE_ABANDONED : FATE_CLOSED;
    m->row.over_ms = ev->at_ms;
    m->row.resolved = event_flag(ev, "resolved");
    set(&m->row.disposition, event_text(ev, "disposition"));
    g_clear_pointer(&m->walked, g_hash_table_unref);
    g_clear_pointer(&m->values, g_hash_table_unref);
    g_queue_push_tail(&s->over, m);
    m->over = g_queue_peek_tail_link(&s->over);
}

/* What needs no more than one line each. */
static void count(struct making *m, const struct event *ev)
{
    struct summary *row = &m->row;
    switch (ev->kind) {
    case EVENT_CONTACT_TRANSFERRED:
        row->transfers++;
        set(&row->queue, event_text(ev, "queue"));
        break;
    case EVENT_CONTACT_ESCALATED:
        row->escalations++;
        set(&row->queue, event_text(ev, "queue"));
        break;
    case EVENT_CONTACT_GIVEN_BACK:
        set(&row->queue, event_text(ev, "queue"));
        break;
    case EVENT_CUSTOMER_VERIFIED:
        row->verifications++;
        break;
    case EVENT_SEARCH_DONE:
        row->searches++;
        row->searches_found += event_number(ev, "hits", 0) > 0;
        break;
    case EVENT_ARTICLE_SUGGESTED:
        row->suggestions++;
        break;
    case EVENT_ARTICLE_OPENED:
    case EVENT_ARTICLE_INSERTED:
        row->articles++;
        break;
    case EVENT_CONTACT_RATED:
        row->csat = (int)event_number(ev, "csat", row->csat);
        row->nps = (int)event_number(ev, "nps", row->nps);
        break;
    case EVENT_MESSAGE_SENT:
        row->replied_ms = row->replied_ms == 0 && ev->actor_kind == ACTOR_AGENT ? ev->at_ms : row->replied_ms;
        break;
    default:
        break;
    }
    int64_t keys = event_number(ev, "keys", -1);
    if (keys >= 0)
        row->keys = MAX(row->keys, 0) + keys;
}

static void fold_contact(struct summaries *s, struct making *m, const struct event *ev)
{
    count(m, ev);
    switch (ev->kind) {
    case EVENT_CONTACT_CLASSIFIED:
    case EVENT_CONTACT_CUSTOMER_LINKED:
        rename_matter(s, m, ev);
        break;
    case EVENT_CONTACT_ACCEPTED:
        m->row.legs++;
        m->row.accepted_ms = m->row.accepted_ms == 0 ? ev->at_ms : m->row.accepted_ms;
        set(&m->row.agent, ev->actor);
        break;
    case EVENT_SCRIPT_STARTED:
        begin_walk(m, ev);
        break;
    case EVENT_STEP_ENTERED:
        enter_step(m, ev);
        break;
    case EVENT_STEP_ANSWERED:
        answer(m, ev);
        break;
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_ABANDONED:
        end(s, m, ev);
        break;
    default:
        break;
    }
}

void summaries_fold(struct summaries *s, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= s->position)
        return;
    s->position = MAX(s->position, ev->position);
    struct making *m = find(s, ev->contact);
    bool is_over = m != NULL && m->row.fate != FATE_OPEN;
    if (!is_over) { /* what is told of a leg afterwards belongs to none */
        intervals_fold(s->intervals, ev);
        waits_fold(s->waits, ev);
        compliance_fold(s->compliance, ev);
    }
    if (ev->kind == EVENT_CONTACT_CREATED && ev->contact != NULL)
        create(s, ev);
    else if (m != NULL && (!is_over || ev->kind == EVENT_CONTACT_RATED))
        fold_contact(s, m, ev);
    if (m != NULL && m->row.fate != FATE_OPEN && m->row.repeated == ANSWER_YES && !is_over)
        unmatch(s, m);
    expire(s, ev->at_ms);
}

static int compare_making(gconstpointer one, gconstpointer other)
{
    const struct making *a = *(const struct making *const *)one, *b = *(const struct making *const *)other;
    bool a_open = a->row.fate == FATE_OPEN, b_open = b->row.fate == FATE_OPEN;
    if (a_open != b_open)
        return a_open ? 1 : -1;
    return a->number < b->number ? -1 : a->number > b->number;
}

void summaries_settle(struct summaries *s, int64_t now_ms)
{
    expire(s, now_ms);
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, s->open);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(left, value);
    g_ptr_array_sort(left, compare_making);
    for (guint i = 0; i < left->len; i++)
        give_out(s, g_ptr_array_index(left, i), now_ms);
}
