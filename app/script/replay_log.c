/* What the log has of past contacts: answers, what came of steps, the way and its times; see replay.h. */
#include <string.h>

#include "app/script/replay_parts.h"

static void said_release(gpointer data)
{
    g_free(((struct said *)data)->text);
}

static GArray *new_said(void)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(struct said));
    g_array_set_clear_func(array, said_release);
    return array;
}

static void past_free(gpointer data)
{
    struct past *past = data;
    g_array_unref(past->facts);
    g_array_unref(past->answers);
    g_array_unref(past->steps);
    g_array_unref(past->way);
    g_free(past);
}

static GHashTable *new_counts(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

struct replay *replay_new(struct script *script)
{
    struct replay *replay = g_new0(struct replay, 1);
    replay->script = script_ref(script);
    replay->orders = replay_orders_new();
    replay->contacts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, past_free);
    replay->order = g_ptr_array_new();
    replay->words = g_string_chunk_new(4096);
    replay->means = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    replay->versions = g_hash_table_new(g_direct_hash, g_direct_equal);
    replay->stuck = new_counts();
    replay->ways = new_counts();
    return replay;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    g_hash_table_unref(replay->contacts);
    g_ptr_array_unref(replay->order);
    g_hash_table_unref(replay->means);
    g_hash_table_unref(replay->versions);
    g_hash_table_unref(replay->stuck);
    g_hash_table_unref(replay->ways);
    g_string_chunk_free(replay->words);
    replay_orders_free(replay->orders);
    script_unref(replay->script);
    g_free(replay);
}

static void add(struct replay *replay, GArray *array, const char *name, const char *text, int64_t spent_ms,
                bool skipped)
{
    struct said said = {.name = g_string_chunk_insert_const(replay->words, name),
                        .text = g_strdup(text),
                        .spent_ms = spent_ms,
                        .skipped = skipped};
    g_array_append_val(array, said);
}

static struct past *past_of(struct replay *replay, const char *contact)
{
    struct past *past = g_hash_table_lookup(replay->contacts, contact);
    if (past)
        return past;
    past = g_new0(struct past, 1);
    past->facts = new_said();
    past->answers = new_said();
    past->steps = new_said();
    past->way = g_array_new(FALSE, FALSE, sizeof(const char *));
    g_hash_table_insert(replay->contacts, g_strdup(contact), past);
    return past;
}

struct telling {
    struct replay *replay;
    struct past *past;
};

static void take_fact(void *data, const char *name, const char *value)
{
    struct telling *telling = data;
    add(telling->replay, telling->past->facts, name, value, 0, false);
}

/* The order that is spoken of from now on, as it was then. */
static void take_order(struct replay *replay, struct past *past, const char *id)
{
    replay_orders_tell(replay->orders, id, take_fact, &(struct telling){replay, past});
}

static void take_created(struct replay *replay, struct past *past, const struct event *ev)
{
    static const char *const facts[][2] = {
        {"channel", "contact.channel"}, {"queue", "contact.queue"},       {"intent", "contact.intent"},
        {"class", "contact.class"},     {"language", "contact.language"}, {"subject", "contact.subject"},
        {"name", "customer.name"},      {"tier", "customer.tier"},        {"customer", "customer.id"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
        if (event_text(ev, facts[i][0]))
            add(replay, past->facts, facts[i][1], event_text(ev, facts[i][0]), 0, false);
    const char *only = replay_orders_only(replay->orders, event_text(ev, "customer"));
    if (only)
        take_order(replay, past, only);
}

static void take_started(struct replay *replay, struct past *past, const struct event *ev)
{
    if (!past->started_ms) {
        past->started_ms = MAX(ev->at_ms, 1);
        g_ptr_array_add(replay->order, past);
        replay->first_ms = replay->first_ms ? MIN(replay->first_ms, ev->at_ms) : ev->at_ms;
    }
    replay->last_ms = MAX(replay->last_ms, ev->at_ms);
    g_hash_table_add(replay->versions, GINT_TO_POINTER((int)event_number(ev, "version", 0)));
}

static void take_time(struct replay *replay, struct past *past, const char *step, int64_t spent_ms)
{
    const char *name = g_string_chunk_insert_const(replay->words, step);
    struct mean *mean = g_hash_table_lookup(replay->means, name);
    if (!mean) {
        mean = g_new0(struct mean, 1);
        g_hash_table_insert(replay->means, (gpointer)name, mean);
    }
    mean->total_ms += spent_ms;
    mean->count++;
    past->total_ms += spent_ms;
}

static void take_left(struct replay *replay, struct past *past, const struct event *ev, bool skipped)
{
    const char *step = event_text(ev, "step"), *how = event_text(ev, "how"), *to = event_text(ev, "to");
    int64_t since_ms = past->entered_ms ? ev->at_ms - past->entered_ms : 0;
    int64_t spent_ms = CLAMP(event_number(ev, "spent_ms", since_ms), 0, INT64_C(86400000));
    if (!step || (skipped && event_flag(ev, "automatic")))
        return;
    take_time(replay, past, step, spent_ms);
    add(replay, past->steps, step, event_text(ev, "result"), spent_ms, skipped);
    if (to)
        g_array_index(past->steps, struct said, past->steps->len - 1).to =
            g_string_chunk_insert_const(replay->words, to);
    if (event_goes_back(ev)) {
        if (past->way->len)
            g_array_set_size(past->way, past->way->len - 1);
    } else if (skipped || !how || g_str_equal(how, "completed") || g_str_equal(how, "timeout")) {
        const char *name = g_string_chunk_insert_const(replay->words, step);
        g_array_append_val(past->way, name);
    }
}

static void take_answered(struct replay *replay, struct past *past, const struct event *ev)
{
    const char *field = event_text(ev, "field"), *value = event_text(ev, "value");
    int slot = field ? script_name_index(replay->script, field) : -1;
    if (field)
        add(replay, past->answers, field, value, 0, false);
    if (value && slot >= 0 && replay->script->names[slot].type == VALUE_TYPE_ORDER)
        take_order(replay, past, value);
}

void replay_take(struct replay *replay, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= replay->position)
        return;
    replay->position = MAX(replay->position, ev->position);
    replay_orders_take(replay->orders, ev);
    if (!ev->contact)
        return;
    if (ev->kind == EVENT_CONTACT_CREATED) {
        take_created(replay, past_of(replay, ev->contact), ev);
        return;
    }
    if (ev->kind == EVENT_CUSTOMER_VERIFIED) {
        past_of(replay, ev->contact)->verified = true;
        return;
    }
    const char *script = event_text(ev, "script");
    if (!script || !g_str_equal(script, replay->script->id))
        return;
    struct past *past = past_of(replay, ev->contact);
    if (ev->kind == EVENT_SCRIPT_STARTED)
        take_started(replay, past, ev);
    else if (ev->kind == EVENT_STEP_ENTERED)
        past->entered_ms = ev->at_ms;
    else if (ev->kind == EVENT_STEP_ANSWERED)
        take_answered(replay, past, ev);
    else if (ev->kind == EVENT_STEP_LEFT || ev->kind == EVENT_STEP_SKIPPED)
        take_left(replay, past, ev, ev->kind == EVENT_STEP_SKIPPED);
    else if (ev->kind == EVENT_SCRIPT_FINISHED) {
        const char *outcome = event_text(ev, "outcome");
        past->finished = !outcome || !(g_str_equal(outcome, "left") || g_str_equal(outcome, "switched"));
    }
}

bool replay_take_line(struct replay *replay, const char *line, size_t len, GError **error)
{
    static const char *const kinds[] = {"script.", "step.", "contact.created", "customer.verified",
                                        "order.recorded"};
    bool wanted = false;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds) && !wanted; i++)
        wanted = memmem(line, len, kinds[i], strlen(kinds[i])) != NULL;
    if (!wanted)
        return true;
    g_autoptr(event) ev = event_from_json(line, (gssize)len, error);
    if (!ev)
        return false;
    replay_take(replay, ev);
    return true;
}
