/* The past as a whole: records, arrivals, the run, and its end. */
#include "app/sim/history.h"

#include <string.h>

#include "app/sim/history_parts.h"

#define DAYS_USUAL      21
#define CONTACTS_USUAL  3700
#define LAST_ARRIVAL_MS (10 * MINUTE_MS) /* before now */
#define BASE_PERCENT    90               /* of the contacts; the rest are repeats that follow from them */
#define CHINESE_PERCENT 30               /* of the contacts of a business that has a Chinese queue */

void past_emit(struct past *past, struct event *ev)
{
    past->result->events++;
    if (ev->at_ms >= past->keep_from_ms)
        g_ptr_array_add(past->kept, ev);
    else
        sim_emitter_send(&past->emitter, ev);
}

struct event *past_agent_event(struct past *past, enum event_kind kind, const struct past_agent *a,
                               const struct talk *t)
{
    struct event *ev = sim_emitter_make(&past->emitter, kind, ACTOR_AGENT, a->staff->id, past->now_ms);
    if (t != NULL) {
        ev->contact = g_strdup(t->id);
        ev->leg = g_strdup(t->leg);
    }
    return ev;
}

struct event *past_customer_event(struct past *past, enum event_kind kind, const struct talk *t)
{
    struct event *ev = sim_emitter_make(&past->emitter, kind, ACTOR_CUSTOMER, t->customer->id, past->now_ms);
    ev->contact = g_strdup(t->id);
    return ev;
}

/* --- records --- */

static struct event *record_event(struct past *past, enum event_kind kind, const struct customer *c)
{
    struct event *ev = sim_emitter_make(&past->emitter, kind, ACTOR_INTEGRATION, "import", past->start_ms);
    event_set_text(ev, "customer", c->id);
    return ev;
}

static void record_identities(struct event *ev, const struct customer *c)
{
    static const char *const members[IDENTITY_COUNT] = {
        [IDENTITY_EMAIL] = "emails",
        [IDENTITY_PHONE] = "phones",
        [IDENTITY_ACCOUNT] = "accounts",
        [IDENTITY_HANDLE] = "handles",
    };
    for (int kind = 0; kind < IDENTITY_COUNT; kind++)
        event_set_text(ev, members[kind], customer_identity(c, (enum identity_kind)kind));
}

static void record_customer(struct past *past, const struct customer *c)
{
    struct event *ev = record_event(past, EVENT_CUSTOMER_CREATED, c);
    event_set_text(ev, "name", c->name);
    event_set_text(ev, "tier", c->tier);
    event_set_text(ev, "since", c->since);
    event_set_text(ev, "language", c->language);
    event_set_text(ev, "consent", c->consent);
    event_set_text(ev, "postal", c->postal);
    event_set_text(ev, "note", c->note);
    record_identities(ev, c);
    past_emit(past, ev);
    for (guint i = 0; i < c->orders->len; i++) {
        const struct order *o = g_ptr_array_index(c->orders, i);
        ev = record_event(past, EVENT_ORDER_RECORDED, c);
        event_set_text(ev, "order", o->id);
        event_set_text(ev, "business", o->business);
        event_set_text(ev, "status", o->status);
        event_set_text(ev, "item", o->item);
        event_set_number(ev, "total_minor", o->total_minor);
        event_set_text(ev, "currency", o->currency);
        event_set_text(ev, "placed", o->placed);
        event_set_text(ev, "delivered", o->delivered);
        past_emit(past, ev);
    }
}

/* --- arrivals --- */

static enum channel some_channel(struct past *past)
{
    return (enum channel)sim_random_weighted(&past->random, past->content->floor.channels, CHANNEL_COUNT);
}

struct talk *past_talk_new(struct past *past, const struct customer *c, const struct persona_intent *intent)
{
    struct talk *t = g_new0(struct talk, 1);
    t->customer = c;
    t->intent = intent;
    t->language = c->language;
    t->channel = some_channel(past);
    if (strcmp(c->language, "zh") == 0 && t->channel == CHANNEL_SMS)
        t->channel = CHANNEL_CHAT;
    bool chinese = strcmp(c->language, "zh") == 0;
    t->queue = g_strdup_printf("%s%s", intent->business, chinese ? "-zh" : "");
    g_ptr_array_add(past->talks, t);
    return t;
}

/* Complaints come in the outage too, and what is not resolved comes again, of which transactions have least:
 * so that all of them together have the usual shares, the first ones have others. */
static int64_t first_percent(enum contact_class class)
{
    static const int64_t percent[CLASS_COUNT] = {
        [CLASS_ENQUIRY] = 97, [CLASS_TRANSACTION] = 106, [CLASS_COMPLAINT] = 88};
    return percent[class];
}

static const struct persona_intent *some_intent(struct past *past)
{
    enum { INTENTS_MAX = 100 };
    size_t count;
    int64_t weights[INTENTS_MAX];
    const struct persona_intent *intents = persona_cast_intents(past->content->cast, &count);
    count = MIN(count, INTENTS_MAX);
    for (size_t i = 0; i < count; i++)
        weights[i] = intents[i].share * first_percent((enum contact_class)intents[i].contact_class);
    return &intents[sim_random_weighted(&past->random, weights, count)];
}

/* What is about an order comes from who has bought there; its state is today's, and was another then. */
static const struct customer *some_customer(struct past *past, const struct persona_intent *intent,
                                            const char *language)
{
    struct persona_intent any = *intent;
    any.order = PERSONA_ORDER_ANY;
    return intent->order != PERSONA_ORDER_ANY ? crowd_pick_buyer(past->crowd, language, &any, &past->random)
                                              : crowd_pick(past->crowd, language, NULL, &past->random);
}

/* The load of the hour that begins at at_ms. The last hours before now are never empty, so that there is a
 * today whenever the demo is started. */
static int64_t load_at(const struct past *past, int64_t at_ms)
{
    const struct demo_floor *floor = &past->content->floor;
    int64_t weekday = (at_ms / DAY_MS + 3) % 7; /* 1970-01-01 was a Thursday */
    int64_t hour = at_ms % DAY_MS / HOUR_MS;
    int64_t load = floor->hours[hour] * floor->weekdays[weekday];
    return at_ms > past->end_ms - TODAY_MS ? MAX(load, 600) : load;
}

static void plan_arrivals(struct past *past, int count)
{
    size_t slots = (size_t)((past->end_ms - past->start_ms) / HOUR_MS);
    g_autofree int64_t *weights = g_new0(int64_t, slots);
    for (size_t i = 0; i < slots; i++)
        weights[i] = load_at(past, past->start_ms + (int64_t)i * HOUR_MS);
    for (int i = 0; i < count; i++) {
        int64_t slot = (int64_t)sim_random_weighted(&past->random, weights, slots);
        int64_t at_ms = past->start_ms + slot * HOUR_MS + sim_random_between(&past->random, 0, HOUR_MS - 1);
        const struct persona_intent *intent = some_intent(past);
        bool chinese =
            persona_intent_speaks(intent, "zh") && sim_random_chance(&past->random, CHINESE_PERCENT);
        const struct customer *c = some_customer(past, intent, chinese ? "zh" : "en");
        agenda_add(&past->agenda, at_ms, PAST_ARRIVE, past_talk_new(past, c, intent));
    }
}

static void plan_outage(struct past *past)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    int64_t day_ms = past->end_ms / DAY_MS * DAY_MS - planted->outage_days_ago * DAY_MS;
    for (int64_t i = 0; i < planted->outage_contacts && day_ms > past->start_ms; i++) {
        int64_t at_ms = day_ms + sim_random_between(&past->random, planted->outage_from_hour * HOUR_MS,
                                                    planted->outage_to_hour * HOUR_MS);
        const struct customer *c = crowd_pick(past->crowd, "en", planted->outage_city, &past->random);
        const struct persona_intent *intent =
            persona_cast_intent(past->content->cast, planted->outage_intent);
        struct talk *t = past_talk_new(past, c, intent);
        t->outage = true;
        t->channel = sim_random_chance(&past->random, 55) ? CHANNEL_PHONE : CHANNEL_CHAT;
        agenda_add(&past->agenda, at_ms, PAST_ARRIVE, t);
    }
}

static const char *contact_address(const struct talk *t)
{
    const char *handle = customer_identity(t->customer, IDENTITY_HANDLE);
    if (t->channel == CHANNEL_PHONE || t->channel == CHANNEL_SMS)
        return customer_identity(t->customer, IDENTITY_PHONE);
    if (t->channel == CHANNEL_SOCIAL && handle != NULL)
        return handle;
    return customer_identity(t->customer, IDENTITY_EMAIL);
}

static void describe(struct event *ev, const struct talk *t)
{
    event_set_text(ev, "channel", channel_name(t->channel));
    event_set_text(ev, "class", contact_class_name((enum contact_class)t->intent->contact_class));
    event_set_text(ev, "intent", t->intent->id);
    event_set_text(ev, "queue", t->queue);
    event_set_text(ev, "customer", t->customer->id);
    event_set_text(ev, "name", t->customer->name);
    event_set_text(ev, "address", contact_address(t));
    event_set_text(ev, "subject", yaml_text_in(&t->intent->subject, t->language));
    event_set_text(ev, "tier", t->customer->tier);
    event_set_text(ev, "language", t->language);
}

static void meet_customer(struct past *past, struct talk *t)
{
    t->facts = crowd_facts(past->content, t->customer, t->intent->business, PERSONA_ORDER_ANY, &past->random);
    struct sim_customer_options options = {.cast = past->content->cast,
                                           .temper = crowd_temper(past->content, t->customer),
                                           .intent = t->intent,
                                           .facts = t->facts,
                                           .channel = t->channel,
                                           .language = t->language,
                                           .seed = sim_random_next(&past->random),
                                           .start_ms = past->now_ms};
    t->sim = sim_customer_new(&options);
}

/* One in thirty first comes to a wrong door. */
static void maybe_misroute(struct past *past, struct talk *t)
{
    static const char *const doors[] = {"fjellhem", "tideline", "corbel"};
    const char *door = doors[sim_random_index(&past->random, G_N_ELEMENTS(doors))];
    if (!sim_random_chance(&past->random, 4) || strcmp(t->language, "en") != 0 || strcmp(door, t->queue) == 0)
        return;
    t->right_queue = t->intent->business;
    t->fate = FATE_TRANSFER;
    g_free(t->queue);
    t->queue = g_strdup(door);
}

static void arrive(struct past *past, struct talk *t)
{
    t->id = g_strdup_printf("%" G_GINT64_FORMAT, past->next_contact++);
    t->created_ms = past->now_ms;
    past->result->contacts++;
    past->result->repeats += t->repeat;
    t->fate = sim_random_chance(&past->random, persona_escalates_percent(t->intent)) && !t->outage
                  ? FATE_ESCALATE
                  : FATE_CLOSE;
    maybe_misroute(past, t);
    meet_customer(past, t);
    struct event *ev =
        sim_emitter_make(&past->emitter, EVENT_CONTACT_CREATED, ACTOR_INTEGRATION, "channels", past->now_ms);
    ev->contact = g_strdup(t->id);
    describe(ev, t);
    past_emit(past, ev);
    g_autofree char *opening = sim_customer_opening(t->sim);
    ev = past_customer_event(past, EVENT_MESSAGE_RECEIVED, t);
    event_set_text(ev, "text", opening);
    past_emit(past, ev);
    int64_t patience_ms = sim_customer_due_ms(t->sim);
    if (patience_ms != INT64_MAX)
        agenda_add(&past->agenda, patience_ms, PAST_GIVE_UP, t);
    floor_enqueue(past, t);
}

static void give_up(struct past *past, struct talk *t)
{
    if (t->state != TALK_QUEUED || t->legs > 0)
        return;
    g_ptr_array_remove(past->waiting, t);
    t->state = TALK_OVER;
    past->result->abandoned++;
    past_emit(past, past_customer_event(past, EVENT_CONTACT_ABANDONED, t));
}

/* --- the run and its end --- */

static void happen(struct past *past, const struct agenda_item *item)
{
    switch ((enum past_kind)item->kind) {
    case PAST_ARRIVE:
        if (past->now_ms < past->end_ms - LAST_ARRIVAL_MS)
            arrive(past, item->data);
        break;
    case PAST_GIVE_UP:
        give_up(past, item->data);
        break;
    case PAST_SAYS:
        talk_hear(past, item->data);
        break;
    case PAST_RATES:
        talk_rate(past, item->data);
        break;
    default:
        floor_happen(past, item);
        break;
    }
}

/* What cannot be over by now either never came, if it came lately, or is closed by the system. */
static void end_open_talks(struct past *past, GHashTable *never_came)
{
    for (guint i = 0; i < past->talks->len; i++) {
        const struct talk *t = g_ptr_array_index(past->talks, i);
        if (t->state == TALK_OVER || t->state == TALK_COMING)
            continue;
        if (t->created_ms >= past->keep_from_ms) {
            g_hash_table_add(never_came, t->id);
            past->result->contacts--;
            continue;
        }
        struct event *ev =
            sim_emitter_make(&past->emitter, EVENT_CONTACT_CLOSED, ACTOR_SYSTEM, "rules", past->end_ms);
        ev->contact = g_strdup(t->id);
        ev->leg = g_strdup(t->leg);
        event_set_text(ev, "disposition", "timeout");
        event_set_flag(ev, "resolved", false);
        event_set_flag(ev, "timeout", true);
        past_emit(past, ev);
    }
}

static void send_kept(struct past *past, GHashTable *never_came)
{
    for (guint i = 0; i < past->kept->len; i++) {
        struct event *ev = g_ptr_array_index(past->kept, i);
        if (ev->contact != NULL && g_hash_table_contains(never_came, ev->contact)) {
            past->result->events--;
            event_free(ev);
        } else {
            sim_emitter_send(&past->emitter, ev);
        }
    }
    g_ptr_array_set_size(past->kept, 0);
}

static void finish(struct past *past)
{
    g_autoptr(GHashTable) never_came = g_hash_table_new(g_str_hash, g_str_equal);
    past->now_ms = past->end_ms;
    end_open_talks(past, never_came);
    for (size_t i = 0; i < past->agent_count; i++) {
        struct past_agent *a = &past->agents[i];
        if (a->signed_in)
            past_emit(past, past_agent_event(past, EVENT_AGENT_SIGNED_OUT, a, NULL));
    }
    send_kept(past, never_came);
    past->result->next_contact = past->next_contact;
}

static void run(struct past *past)
{
    struct agenda_item item;
    while (agenda_take(&past->agenda, &item) && item.at_ms <= past->end_ms) {
        past->now_ms = MAX(past->now_ms, item.at_ms); /* a customer kept waiting may be due already */
        happen(past, &item);
    }
}

static void past_release(struct past *past)
{
    for (size_t i = 0; i < past->agent_count; i++) {
        g_ptr_array_unref(past->agents[i].talks);
        g_array_unref(past->agents[i].shifts);
    }
    g_free(past->agents);
    g_ptr_array_unref(past->kept);
    g_ptr_array_unref(past->waiting);
    g_ptr_array_unref(past->talks);
    agenda_release(&past->agenda);
    sim_emitter_release(&past->emitter);
}

void history_generate(const struct demo_content *content, const struct crowd *crowd,
                      const struct history_options *options, struct history_result *result)
{
    int days = options->days > 0 ? options->days : DAYS_USUAL;
    int contacts = options->contacts > 0 ? options->contacts : CONTACTS_USUAL;
    struct past past = {.content = content, .crowd = crowd, .options = options, .result = result};
    *result = (struct history_result){0};
    past.random.state = options->seed;
    past.end_ms = options->now_ms;
    past.start_ms = past.now_ms = (options->now_ms - days * DAY_MS) / HOUR_MS * HOUR_MS;
    past.keep_from_ms = past.end_ms - 4 * HOUR_MS;
    past.next_contact = HISTORY_FIRST_CONTACT;
    past.kept = g_ptr_array_new();
    past.waiting = g_ptr_array_new();
    past.talks = g_ptr_array_new_with_free_func(talk_free);
    agenda_init(&past.agenda);
    sim_emitter_init(&past.emitter, "past", options->seed ^ UINT64_C(0x5eed), past.start_ms - HOUR_MS);
    past.emitter.sink = options->sink;
    past.emitter.user_data = options->user_data;
    for (guint i = 0; !options->without_records && i < crowd->customers->len; i++)
        record_customer(&past, g_ptr_array_index(crowd->customers, i));
    floor_plan_shifts(&past);
    plan_outage(&past);
    plan_arrivals(&past, (int)(contacts * BASE_PERCENT / 100 - content->floor.planted.outage_contacts));
    run(&past);
    finish(&past);
    past_release(&past);
}
