/* Who comes by which channel with what, those who wait at the start and those who come later. */
#include <string.h>

#include "app/sim/traffic_parts.h"

#define CHINESE_PERCENT 30
#define CUSTOMER_TRIES  30

static const struct persona_intent *some_intent(struct traffic *traffic)
{
    enum { INTENTS_MAX = 100 };
    size_t count;
    int64_t weights[INTENTS_MAX];
    const struct persona_intent *intents = persona_cast_intents(traffic->content->cast, &count);
    count = MIN(count, INTENTS_MAX);
    for (size_t i = 0; i < count; i++)
        weights[i] = intents[i].share;
    return &intents[sim_random_weighted(&traffic->random, weights, count)];
}

static const char *address_of(const struct visit *v)
{
    const char *handle = customer_identity(v->customer, IDENTITY_HANDLE);
    if (v->channel == CHANNEL_PHONE || v->channel == CHANNEL_SMS)
        return customer_identity(v->customer, IDENTITY_PHONE);
    if (v->channel == CHANNEL_SOCIAL && handle != NULL)
        return handle;
    return customer_identity(v->customer, IDENTITY_EMAIL);
}

static bool is_here(const struct traffic *traffic, const struct customer *c)
{
    for (guint i = 0; i < traffic->visit_order->len; i++) {
        const struct visit *v = g_ptr_array_index(traffic->visit_order, i);
        if (v->customer == c)
            return true;
    }
    return false;
}

/* Nobody calls twice at once: not somebody who is here already, where another can be found. */
static const struct customer *some_customer(struct traffic *traffic, const struct persona_intent *intent,
                                            const char *language)
{
    const struct customer *c = NULL;
    for (int i = 0; i < CUSTOMER_TRIES && (c == NULL || is_here(traffic, c)); i++)
        c = crowd_pick_buyer(traffic->crowd, language, intent, &traffic->random);
    return c;
}

static struct visit *visit_new(struct traffic *traffic, int64_t at_ms)
{
    struct visit *v = g_new0(struct visit, 1);
    v->intent = some_intent(traffic);
    bool chinese =
        persona_intent_speaks(v->intent, "zh") && sim_random_chance(&traffic->random, CHINESE_PERCENT);
    v->customer = some_customer(traffic, v->intent, chinese ? "zh" : "en");
    v->channel =
        (enum channel)sim_random_weighted(&traffic->random, traffic->content->floor.channels, CHANNEL_COUNT);
    v->id = g_strdup_printf("%" G_GINT64_FORMAT, traffic->next_contact++);
    v->facts = crowd_facts(traffic->content, v->customer, v->intent->business,
                           (enum persona_order)v->intent->order, &traffic->random);
    struct sim_customer_options options = {.cast = traffic->content->cast,
                                           .temper = crowd_temper(traffic->content, v->customer),
                                           .intent = v->intent,
                                           .facts = v->facts,
                                           .channel = v->channel,
                                           .language = v->customer->language,
                                           .seed = sim_random_next(&traffic->random),
                                           .start_ms = traffic_inner_ms(traffic, at_ms)};
    v->sim = sim_customer_new(&options);
    g_hash_table_insert(traffic->visits, v->id, v);
    g_ptr_array_add(traffic->visit_order, v);
    return v;
}

static void arrive(struct traffic *traffic, struct visit *v, int64_t at_ms)
{
    bool chinese = strcmp(v->customer->language, "zh") == 0;
    g_autofree char *queue = g_strdup_printf("%s%s", v->intent->business, chinese ? "-zh" : "");
    struct event *ev =
        sim_emitter_make(&traffic->emitter, EVENT_CONTACT_CREATED, ACTOR_INTEGRATION, "channels", at_ms);
    ev->contact = g_strdup(v->id);
    event_set_text(ev, "channel", channel_name(v->channel));
    event_set_text(ev, "class", contact_class_name((enum contact_class)v->intent->contact_class));
    event_set_text(ev, "intent", v->intent->id);
    event_set_text(ev, "queue", queue);
    event_set_text(ev, "customer", v->customer->id);
    event_set_text(ev, "name", v->customer->name);
    event_set_text(ev, "address", address_of(v));
    event_set_text(ev, "subject", yaml_text_in(&v->intent->subject, v->customer->language));
    event_set_text(ev, "tier", v->customer->tier);
    event_set_text(ev, "language", v->customer->language);
    g_autofree char *opening = sim_customer_opening(v->sim);
    traffic_send(traffic, ev);
    ev = traffic_customer_event(traffic, EVENT_MESSAGE_RECEIVED, v, at_ms);
    event_set_text(ev, "text", opening);
    traffic_send(traffic, ev);
}

/* How long somebody of the channel may have waited before now: some near the end of their service level. */
static int64_t age_at_start(struct traffic *traffic, enum channel channel)
{
    static const int64_t most_s[CHANNEL_COUNT] = {
        [CHANNEL_PHONE] = 40,  [CHANNEL_CHAT] = 55,      [CHANNEL_EMAIL] = 14300,
        [CHANNEL_WEB] = 14200, [CHANNEL_SOCIAL] = 14000, [CHANNEL_SMS] = 14000};
    bool late = sim_random_chance(&traffic->random, 25);
    return sim_random_between(&traffic->random, late ? most_s[channel] * 9 / 10 : 2, most_s[channel]) *
           SECOND_MS;
}

struct start {
    struct visit *visit;
    int64_t at_ms;
};

static gint compare_start(gconstpointer a, gconstpointer b)
{
    const struct start *one = a, *two = b;
    return one->at_ms < two->at_ms ? -1 : one->at_ms > two->at_ms;
}

/* Calls and chats are young, mail is old; nobody's patience is over already. */
void arrivals_begin(struct traffic *traffic)
{
    g_autoptr(GArray) starts = g_array_new(false, false, sizeof(struct start));
    for (int i = 0; i < traffic->waiting_at_start; i++) {
        struct visit *v = visit_new(traffic, traffic->now_ms);
        struct start start = {.visit = v, .at_ms = traffic->now_ms - age_at_start(traffic, v->channel)};
        g_array_append_val(starts, start);
    }
    g_array_sort(starts, compare_start);
    for (guint i = 0; i < starts->len; i++) {
        const struct start *start = &g_array_index(starts, struct start, i);
        arrive(traffic, start->visit, start->at_ms);
    }
    static const struct due nothing;
    if (traffic->every_ms > 0)
        traffic_plan(traffic, DUE_ARRIVAL, sim_random_about(&traffic->random, traffic->every_ms), &nothing);
}

/* When more wait than usual, fewer come: the demo's queue stays a size one can work with. */
void arrivals_next(struct traffic *traffic)
{
    int64_t waiting = (int64_t)traffic_waiting(traffic);
    int64_t every_ms = traffic->every_ms * CLAMP(waiting * 100 / WAITING_USUAL, 70, 300) / 100;
    static const struct due nothing;
    traffic_plan(traffic, DUE_ARRIVAL, sim_random_about(&traffic->random, every_ms), &nothing);
    arrive(traffic, visit_new(traffic, traffic->now_ms), traffic->now_ms);
}
