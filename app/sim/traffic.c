#include "app/sim/traffic.h"

#include <string.h>

#include "app/sim/agenda.h"
#include "app/sim/agent_lines.h"
#include "app/sim/customer.h"

#define SECOND_MS        INT64_C(1000)
#define MINUTE_MS        INT64_C(60000)
#define WAITING_USUAL    22
#define EVERY_USUAL_MS   (30 * SECOND_MS)
#define COLLEAGUES_USUAL 3
#define CHINESE_PERCENT  30
#define OVER_KEEP_MS     (3 * 60 * MINUTE_MS) /* how long a rating may take to come */

enum visit_state { VISIT_WAITING, VISIT_IN_HAND, VISIT_OVER };

/* What a colleague does next in a contact. */
enum piece { PIECE_GREET, PIECE_LOOK, PIECE_ANSWER, PIECE_WRAP, PIECE_CLOSE };

struct visit {
    char *id;
    const struct customer *customer;
    const struct persona_intent *intent;
    enum channel channel;
    struct sim_customer *sim;
    GHashTable *facts;
    enum visit_state state;
    int legs;
    char *colleague; /* who has it, of ours; NULL: nobody of ours */
    enum piece piece;
    int64_t over_ms;
};

enum todo_kind { TODO_ARRIVE, TODO_ACCEPT, TODO_PIECE, TODO_READY };

/* What is on the agenda, by ids, for the contact or person may be gone by then. */
struct todo {
    char *contact, *agent;
    int leg;
};

struct traffic {
    const struct demo_content *content;
    const struct crowd *crowd;
    struct sim_emitter emitter;
    struct agenda agenda;
    struct sim_random random;
    GHashTable *visits;     /* id -> struct visit * */
    GPtrArray *visit_order; /* the same, in the order of arrival */
    GHashTable *colleagues; /* ids, borrowed from the staff */
    GPtrArray *todos;       /* all that are on the agenda, for freeing */
    double pace;
    int64_t start_ms; /* real time at the start; the simulation's clock runs from it at its pace */
    int64_t now_ms;   /* real */
    int64_t every_ms, next_contact;
    int waiting_at_start;
    bool begun;
};

static void visit_free(gpointer data)
{
    struct visit *v = data;
    g_free(v->id);
    g_free(v->colleague);
    sim_customer_free(v->sim);
    g_hash_table_unref(v->facts);
    g_free(v);
}

static void todo_free(gpointer data)
{
    struct todo *todo = data;
    g_free(todo->contact);
    g_free(todo->agent);
    g_free(todo);
}

/* The simulation's clock. */
static int64_t inner_ms(const struct traffic *traffic, int64_t real_ms)
{
    return traffic->start_ms + (int64_t)((double)(real_ms - traffic->start_ms) * traffic->pace);
}

static void plan(struct traffic *traffic, enum todo_kind kind, int64_t delay_ms, const struct todo *what)
{
    struct todo *todo = g_new0(struct todo, 1);
    todo->contact = g_strdup(what->contact);
    todo->agent = g_strdup(what->agent);
    todo->leg = what->leg;
    g_ptr_array_add(traffic->todos, todo);
    agenda_add(&traffic->agenda, inner_ms(traffic, traffic->now_ms) + delay_ms, kind, todo);
}

static void send(struct traffic *traffic, struct event *ev)
{
    sim_emitter_send(&traffic->emitter, ev);
}

static struct event *agent_event(struct traffic *traffic, enum event_kind kind, const char *agent,
                                 const struct visit *v)
{
    struct event *ev = sim_emitter_make(&traffic->emitter, kind, ACTOR_AGENT, agent, traffic->now_ms);
    if (v == NULL)
        return ev;
    ev->contact = g_strdup(v->id);
    ev->leg = v->legs == 0 ? NULL : g_strdup_printf("%s.%d", v->id, v->legs);
    return ev;
}

static struct event *customer_event(struct traffic *traffic, enum event_kind kind, const struct visit *v,
                                    int64_t at_ms)
{
    struct event *ev = sim_emitter_make(&traffic->emitter, kind, ACTOR_CUSTOMER, v->customer->id, at_ms);
    ev->contact = g_strdup(v->id);
    return ev;
}

/* --- arrivals --- */

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

static struct visit *visit_new(struct traffic *traffic, int64_t at_ms)
{
    struct visit *v = g_new0(struct visit, 1);
    v->intent = some_intent(traffic);
    bool chinese =
        persona_intent_speaks(v->intent, "zh") && sim_random_chance(&traffic->random, CHINESE_PERCENT);
    v->customer = crowd_pick(traffic->crowd, chinese ? "zh" : "en", NULL, &traffic->random);
    v->channel =
        (enum channel)sim_random_weighted(&traffic->random, traffic->content->floor.channels, CHANNEL_COUNT);
    v->id = g_strdup_printf("%" G_GINT64_FORMAT, traffic->next_contact++);
    v->facts = crowd_facts(traffic->content, v->customer, v->intent->business, &traffic->random);
    struct sim_customer_options options = {.cast = traffic->content->cast,
                                           .temper = crowd_temper(traffic->content, v->customer),
                                           .intent = v->intent,
                                           .facts = v->facts,
                                           .channel = v->channel,
                                           .language = v->customer->language,
                                           .seed = sim_random_next(&traffic->random),
                                           .start_ms = inner_ms(traffic, at_ms)};
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
    send(traffic, ev);
    ev = customer_event(traffic, EVENT_MESSAGE_RECEIVED, v, at_ms);
    event_set_text(ev, "text", opening);
    send(traffic, ev);
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
static void begin(struct traffic *traffic)
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
    static const struct todo nothing;
    if (traffic->every_ms > 0)
        plan(traffic, TODO_ARRIVE, sim_random_about(&traffic->random, traffic->every_ms), &nothing);
}

static void come_to_work(struct traffic *traffic)
{
    const struct demo_floor *floor = &traffic->content->floor;
    for (size_t i = 0; i < floor->staff_count; i++) {
        const char *id = floor->staff[i].id;
        if (!g_hash_table_contains(traffic->colleagues, id))
            continue;
        send(traffic, agent_event(traffic, EVENT_AGENT_SIGNED_IN, id, NULL));
        plan(traffic, TODO_READY, sim_random_between(&traffic->random, 20, 90) * SECOND_MS,
             &(struct todo){.agent = (char *)id});
    }
}

/* When more wait than usual, fewer come: the demo's queue stays a size one can work with. */
static void next_arrival(struct traffic *traffic)
{
    int64_t waiting = (int64_t)traffic_waiting(traffic);
    int64_t every_ms = traffic->every_ms * CLAMP(waiting * 100 / WAITING_USUAL, 70, 300) / 100;
    static const struct todo nothing;
    plan(traffic, TODO_ARRIVE, sim_random_about(&traffic->random, every_ms), &nothing);
    arrive(traffic, visit_new(traffic, traffic->now_ms), traffic->now_ms);
}

/* --- colleagues --- */

static bool is_live(const struct visit *v)
{
    return v->channel == CHANNEL_PHONE || v->channel == CHANNEL_CHAT;
}

static void plan_piece(struct traffic *traffic, struct visit *v, enum piece piece, int64_t usual_ms)
{
    v->piece = piece;
    plan(traffic, TODO_PIECE, sim_random_about(&traffic->random, usual_ms),
         &(struct todo){.contact = v->id, .agent = v->colleague, .leg = v->legs});
}

static void colleague_says(struct traffic *traffic, struct visit *v, enum agent_line line)
{
    g_autofree char *text = persona_fill(agent_line(line, v->customer->language), v->facts);
    struct event *ev = agent_event(traffic, EVENT_MESSAGE_SENT, v->colleague, v);
    event_set_text(ev, "text", text);
    send(traffic, ev);
}

static void colleague_closes(struct traffic *traffic, struct visit *v)
{
    struct event *ev = agent_event(traffic, EVENT_CONTACT_CLOSED, v->colleague, v);
    bool resolved = sim_random_chance(&traffic->random, 87);
    event_set_text(ev, "disposition", resolved ? v->intent->disposition : "waiting-third-party");
    event_set_flag(ev, "resolved", resolved);
    send(traffic, ev);
}

static void work(struct traffic *traffic, struct visit *v)
{
    int64_t third_ms = v->intent->handle_ms / 3;
    struct event *focus = agent_event(traffic, EVENT_FOCUS_MOVED, v->colleague, v);
    send(traffic, focus);
    switch (v->piece) {
    case PIECE_GREET:
        if (is_live(v))
            colleague_says(traffic, v, v->legs > 1 ? AGENT_LINE_SPECIALIST : AGENT_LINE_GREET);
        plan_piece(traffic, v, PIECE_LOOK, third_ms / 2);
        break;
    case PIECE_LOOK:
        if (is_live(v))
            colleague_says(traffic, v, AGENT_LINE_LOOK);
        plan_piece(traffic, v, PIECE_ANSWER, third_ms);
        break;
    case PIECE_ANSWER:
        colleague_says(traffic, v, AGENT_LINE_ANSWER);
        plan_piece(traffic, v, PIECE_WRAP, is_live(v) ? third_ms : 4 * SECOND_MS);
        break;
    case PIECE_WRAP:
        send(traffic, agent_event(traffic, EVENT_CONTACT_WRAP_STARTED, v->colleague, v));
        plan_piece(traffic, v, PIECE_CLOSE, 25 * SECOND_MS);
        break;
    case PIECE_CLOSE:
        colleague_closes(traffic, v);
        break;
    }
}

static void accept(struct traffic *traffic, struct visit *v, const char *agent)
{
    struct event *ev =
        sim_emitter_make(&traffic->emitter, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, agent, traffic->now_ms);
    ev->contact = g_strdup(v->id);
    ev->leg = g_strdup_printf("%s.%d", v->id, v->legs + 1);
    event_set_text(ev, "from", "offer");
    send(traffic, ev);
}

static void be_ready(struct traffic *traffic, const char *agent)
{
    struct event *ev = agent_event(traffic, EVENT_AGENT_PRESENCE_CHANGED, agent, NULL);
    event_set_text(ev, "presence", "ready");
    send(traffic, ev);
}

static void do_todo(struct traffic *traffic, enum todo_kind kind, const struct todo *todo)
{
    struct visit *v = todo->contact == NULL ? NULL : g_hash_table_lookup(traffic->visits, todo->contact);
    switch (kind) {
    case TODO_ARRIVE:
        next_arrival(traffic);
        break;
    case TODO_READY:
        be_ready(traffic, todo->agent);
        break;
    case TODO_ACCEPT:
        if (v != NULL && v->state == VISIT_WAITING)
            accept(traffic, v, todo->agent);
        break;
    case TODO_PIECE:
        if (v != NULL && v->state == VISIT_IN_HAND && v->legs == todo->leg &&
            g_strcmp0(v->colleague, todo->agent) == 0)
            work(traffic, v);
        break;
    }
}

/* --- what was applied --- */

static void hear_accepted(struct traffic *traffic, struct visit *v, const struct event *ev, int64_t now_ms)
{
    v->state = VISIT_IN_HAND;
    v->legs++;
    g_clear_pointer(&v->colleague, g_free);
    sim_customer_accept(v->sim, now_ms);
    if (!g_hash_table_contains(traffic->colleagues, ev->actor))
        return;
    v->colleague = g_strdup(ev->actor);
    plan_piece(traffic, v, PIECE_GREET, 9 * SECOND_MS);
}

static void hear_handed_over(struct visit *v, int64_t now_ms)
{
    v->state = VISIT_WAITING;
    g_clear_pointer(&v->colleague, g_free);
    sim_customer_requeue(v->sim, now_ms);
}

static void hear_over(struct visit *v, const struct event *ev, int64_t now_ms)
{
    v->state = VISIT_OVER;
    v->over_ms = now_ms;
    if (ev->kind == EVENT_CONTACT_CLOSED)
        sim_customer_close(v->sim, event_flag(ev, "resolved"), now_ms);
}

static void hear_about(struct traffic *traffic, struct visit *v, const struct event *ev, int64_t now_ms)
{
    const char *text = event_text(ev, "text");
    switch (ev->kind) {
    case EVENT_CONTACT_ACCEPTED:
        hear_accepted(traffic, v, ev, now_ms);
        break;
    case EVENT_CONTACT_HELD:
        sim_customer_hold(v->sim, now_ms);
        break;
    case EVENT_CONTACT_RESUMED:
        sim_customer_resume(v->sim, now_ms);
        break;
    case EVENT_CONTACT_TRANSFERRED:
    case EVENT_CONTACT_ESCALATED:
    case EVENT_CONTACT_GIVEN_BACK:
    case EVENT_CONTACT_UNPARKED:
        hear_handed_over(v, now_ms);
        break;
    case EVENT_MESSAGE_SENT:
        if (text != NULL)
            sim_customer_hear(v->sim, text, now_ms);
        break;
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_ABANDONED:
        hear_over(v, ev, now_ms);
        break;
    default:
        break;
    }
}

static void hear_offer(struct traffic *traffic, const struct visit *v, const struct event *ev)
{
    const char *agent = event_text(ev, "agent");
    if (agent == NULL || !g_hash_table_contains(traffic->colleagues, agent))
        return;
    if (ev->kind == EVENT_CONTACT_OFFER_TIMED_OUT)
        plan(traffic, TODO_READY, 30 * SECOND_MS, &(struct todo){.agent = (char *)agent});
    if (ev->kind == EVENT_CONTACT_OFFERED)
        plan(traffic, TODO_ACCEPT, sim_random_between(&traffic->random, 3000, 9000),
             &(struct todo){.contact = v->id, .agent = (char *)agent});
}

void traffic_hear(struct traffic *traffic, const struct event *ev, int64_t now_ms)
{
    struct visit *v = ev->contact == NULL ? NULL : g_hash_table_lookup(traffic->visits, ev->contact);
    if (v == NULL)
        return;
    traffic->now_ms = MAX(traffic->now_ms, now_ms);
    hear_offer(traffic, v, ev);
    hear_about(traffic, v, ev, inner_ms(traffic, traffic->now_ms));
}

/* --- time --- */

static void act(struct traffic *traffic, struct visit *v, const struct sim_action *action)
{
    static const enum event_kind kinds[] = {[SIM_ACTION_TYPING] = EVENT_CUSTOMER_TYPING,
                                            [SIM_ACTION_SAY] = EVENT_MESSAGE_RECEIVED,
                                            [SIM_ACTION_LEAVE] = EVENT_CONTACT_CUSTOMER_LEFT,
                                            [SIM_ACTION_ABANDON] = EVENT_CONTACT_ABANDONED,
                                            [SIM_ACTION_RATE] = EVENT_CONTACT_RATED};
    if (v->state == VISIT_OVER && action->kind != SIM_ACTION_RATE)
        return;
    struct event *ev = customer_event(traffic, kinds[action->kind], v, traffic->now_ms);
    if (action->kind == SIM_ACTION_SAY)
        event_set_text(ev, "text", action->text);
    if (action->kind == SIM_ACTION_RATE)
        event_set_number(ev, "csat", action->csat);
    send(traffic, ev);
}

static void tick_customers(struct traffic *traffic)
{
    int64_t now_ms = inner_ms(traffic, traffic->now_ms);
    for (guint i = 0; i < traffic->visit_order->len;) {
        struct visit *v = g_ptr_array_index(traffic->visit_order, i);
        if (sim_customer_due_ms(v->sim) <= now_ms) {
            g_autoptr(GPtrArray) actions = sim_customer_tick(v->sim, now_ms);
            for (guint j = 0; j < actions->len; j++)
                act(traffic, v, g_ptr_array_index(actions, j));
        }
        bool done = v->state == VISIT_OVER &&
                    (sim_customer_due_ms(v->sim) == INT64_MAX || v->over_ms < now_ms - OVER_KEEP_MS);
        if (!done) {
            i++;
            continue;
        }
        g_ptr_array_remove_index(traffic->visit_order, i);
        g_hash_table_remove(traffic->visits, v->id);
    }
}

void traffic_tick(struct traffic *traffic, int64_t now_ms)
{
    traffic->now_ms = MAX(traffic->now_ms, now_ms);
    if (!traffic->begun) {
        traffic->begun = true;
        begin(traffic);
        come_to_work(traffic);
    }
    struct agenda_item item;
    while (agenda_take_by(&traffic->agenda, inner_ms(traffic, traffic->now_ms), &item)) {
        do_todo(traffic, (enum todo_kind)item.kind, item.data);
        g_ptr_array_remove_fast(traffic->todos, item.data);
    }
    tick_customers(traffic);
}

/* --- life --- */

static void choose_colleagues(struct traffic *traffic, int count, const char *leave_out)
{
    const struct demo_floor *floor = &traffic->content->floor;
    static const enum role roles[] = {ROLE_SPECIALIST, ROLE_AGENT};
    /* Every second agent and two of the second line: the person at the desk finds enough left to do. */
    for (size_t r = 0; r < G_N_ELEMENTS(roles); r++) {
        int wanted = roles[r] == ROLE_SPECIALIST ? count / 3 : count - count / 3;
        for (size_t i = r; i < floor->staff_count && wanted > 0; i++) {
            const struct demo_staff *staff = &floor->staff[i];
            if ((enum role)staff->role != roles[r] || g_strcmp0(staff->id, leave_out) == 0 ||
                (roles[r] == ROLE_AGENT && i % 2 == 0))
                continue;
            g_hash_table_add(traffic->colleagues, (gpointer)staff->id);
            wanted--;
        }
    }
}

struct traffic *traffic_new(const struct demo_content *content, const struct crowd *crowd,
                            const struct traffic_options *options)
{
    struct traffic *traffic = g_new0(struct traffic, 1);
    traffic->content = content;
    traffic->crowd = crowd;
    traffic->random.state = options->seed;
    traffic->visits = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, visit_free);
    traffic->visit_order = g_ptr_array_new();
    traffic->colleagues = g_hash_table_new(g_str_hash, g_str_equal);
    traffic->todos = g_ptr_array_new_with_free_func(todo_free);
    traffic->pace = options->pace > 0 ? options->pace : 1;
    traffic->start_ms = traffic->now_ms = options->now_ms;
    traffic->every_ms = options->every_ms == 0 ? EVERY_USUAL_MS : options->every_ms;
    traffic->next_contact = options->next_contact;
    traffic->waiting_at_start = options->waiting == 0 ? WAITING_USUAL : MAX(options->waiting, 0);
    agenda_init(&traffic->agenda);
    /* A device of its own for each run, for its seq begins anew. */
    g_autofree char *prefix = g_strdup_printf("live%" G_GINT64_MODIFIER "x", (guint64)options->now_ms);
    sim_emitter_init(&traffic->emitter, prefix, options->seed ^ (uint64_t)options->now_ms,
                     options->now_ms - 86400000);
    traffic->emitter.sink = options->sink;
    traffic->emitter.user_data = options->user_data;
    choose_colleagues(traffic, options->colleagues == 0 ? COLLEAGUES_USUAL : MAX(options->colleagues, 0),
                      options->leave_out);
    return traffic;
}

void traffic_free(struct traffic *traffic)
{
    if (traffic == NULL)
        return;
    g_ptr_array_unref(traffic->visit_order);
    g_hash_table_unref(traffic->visits);
    g_hash_table_unref(traffic->colleagues);
    g_ptr_array_unref(traffic->todos);
    agenda_release(&traffic->agenda);
    sim_emitter_release(&traffic->emitter);
    g_free(traffic);
}

static size_t count_state(const struct traffic *traffic, enum visit_state state)
{
    size_t count = 0;
    for (guint i = 0; i < traffic->visit_order->len; i++)
        count += ((const struct visit *)g_ptr_array_index(traffic->visit_order, i))->state == state;
    return count;
}

size_t traffic_open(const struct traffic *traffic)
{
    return count_state(traffic, VISIT_WAITING) + count_state(traffic, VISIT_IN_HAND);
}

size_t traffic_waiting(const struct traffic *traffic)
{
    return count_state(traffic, VISIT_WAITING);
}
