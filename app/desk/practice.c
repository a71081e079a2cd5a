#include "app/desk/practice.h"

#include "app/desk/practice_parts.h"
#include "app/sim/at_work.h"

#define ARRIVES_MS     3000  /* after the agent became ready */
#define DECIDES_MS     12000 /* a colleague, on an approval */
#define EVENTS_MAX     20000
#define SETTINGS_DEPTH 8

/* The customer's clock. */
static int64_t inner_ms(const struct practice *p)
{
    return (p->paused_since_ms != 0 ? p->paused_since_ms : p->now_ms) - p->paused_ms;
}

/* --- settings: the demo's, for reasons, dispositions and canned texts --- */

static cJSON *json_of_node(const struct yaml_node *node, int depth)
{
    bool flag;
    if (depth > SETTINGS_DEPTH)
        return cJSON_CreateNull();
    if (node->kind == YAML_KIND_SCALAR)
        return !node->quoted && yaml_parse_bool(node->text, &flag) ? cJSON_CreateBool(flag)
                                                                   : cJSON_CreateString(node->text);
    cJSON *json = node->kind == YAML_KIND_MAP ? cJSON_CreateObject() : cJSON_CreateArray();
    for (size_t i = 0; i < node->count; i++) {
        cJSON *item = json_of_node(node->items[i], depth + 1);
        if (node->kind == YAML_KIND_MAP)
            cJSON_AddItemToObject(json, node->keys[i]->text, item);
        else
            cJSON_AddItemToArray(json, item);
    }
    return json;
}

static bool load_settings(struct practice *p, const char *folder, GError **error)
{
    static const char *const members[] = {"reasons", "dispositions", "canned"};
    g_autofree char *path = g_build_filename(folder, "settings.yaml", NULL);
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (doc == NULL)
        return false;
    p->settings = cJSON_CreateObject();
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        const struct yaml_node *node = yaml_node_get(yaml_doc_root(doc), members[i]);
        if (node != NULL)
            cJSON_AddItemToObject(p->settings, members[i], json_of_node(node, 0));
    }
    cJSON_AddStringToObject(p->settings, "version", "practice");
    yaml_doc_free(doc);
    return true;
}

/* --- the little world --- */

static void put_queue(struct practice *p, const char *id, const char *name, int line,
                      const char *escalates_to)
{
    struct queue *q = queue_new(id, name);
    q->business = g_strdup(p->scenario->business);
    q->skill = g_strdup(line == 1 ? id : p->scenario->business);
    q->language = g_strdup(p->scenario->language);
    q->line = line;
    q->escalates_to = g_strdup(escalates_to);
    q->service_level_percent = 80;
    q->service_level_ms = p->scenario->answer_ms;
    q->first_reply_ms = 4 * 3600 * INT64_C(1000);
    q->offer_ms = 30000;
    world_put_queue(p->world, q);
}

static void make_world(struct practice *p, const struct practice_options *options)
{
    g_autofree char *second = g_strconcat(p->scenario->business, "-2", NULL);
    p->world = world_new();
    put_queue(p, p->scenario->queue, yaml_text_in(&p->scenario->title, p->scenario->language), 1, second);
    put_queue(p, second, "Second line", 2, NULL);
    struct agent *me = agent_new(options->agent, options->agent_name, ROLE_AGENT);
    agent_set_skill(me, p->scenario->queue, 3);
    world_put_agent(p->world, me);
}

static bool scenario_fits(const struct practice *p, const char *path, GError **error)
{
    g_autoptr(GPtrArray) codes = g_ptr_array_new();
    const cJSON *row;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(p->settings, "dispositions"))
        g_ptr_array_add(codes, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "code")));
    return scenario_check(p->scenario, path, p->content, (const char *const *)codes->pdata, codes->len,
                          error);
}

static void send(struct event *ev, void *user_data);

struct practice *practice_new(const struct practice_options *options, GError **error)
{
    struct practice *p = g_new0(struct practice, 1);
    p->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    p->positions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    p->agent = g_strdup(options->agent);
    p->now_ms = options->now_ms;
    p->applied = options->applied;
    p->user_data = options->user_data;
    sim_emitter_init(&p->emitter, "practice", (uint64_t)options->now_ms, options->now_ms - 1000);
    p->emitter.sink = send;
    p->emitter.user_data = p;
    p->scenario = scenario_open(options->scenario_path, error);
    if (p->scenario != NULL)
        p->content = demo_content_load(options->content_folder, error);
    if (p->content == NULL || !load_settings(p, options->content_folder, error) ||
        !scenario_fits(p, options->scenario_path, error)) {
        practice_free(p);
        return NULL;
    }
    p->customer = scenario_customer(p->scenario, options->now_ms);
    p->score = score_new(p->scenario);
    make_world(p, options);
    return p;
}

void practice_free(struct practice *p)
{
    if (p == NULL)
        return;
    sim_customer_free(p->sim);
    customer_free(p->customer);
    score_free(p->score);
    if (p->world != NULL)
        world_free(p->world);
    demo_content_free(p->content);
    scenario_free(p->scenario);
    cJSON_Delete(p->settings);
    g_ptr_array_unref(p->events);
    g_hash_table_unref(p->positions);
    sim_emitter_release(&p->emitter);
    g_free(p->agent);
    g_free(p);
}

/* --- events --- */

/* The customer notices. */
static void tell_customer(struct practice *p, const struct event *ev)
{
    int64_t now_ms = inner_ms(p);
    const char *text = event_text(ev, "text");
    if (p->sim == NULL || g_strcmp0(ev->contact, CONTACT_ID) != 0)
        return;
    if (ev->kind == EVENT_CONTACT_ACCEPTED)
        sim_customer_accept(p->sim, now_ms);
    else if (ev->kind == EVENT_CONTACT_HELD)
        sim_customer_hold(p->sim, now_ms);
    else if (ev->kind == EVENT_CONTACT_RESUMED)
        sim_customer_resume(p->sim, now_ms);
    else if (ev->kind == EVENT_MESSAGE_SENT && text != NULL)
        sim_customer_hear(p->sim, text, now_ms);
    else if (ev->kind == EVENT_CONTACT_CLOSED)
        sim_customer_close(p->sim, event_flag(ev, "resolved"), now_ms);
    else if (at_work_tells(ev))
        sim_customer_notice(p->sim, now_ms);
}

static bool ends_it(enum event_kind kind)
{
    return kind == EVENT_CONTACT_CLOSED || kind == EVENT_CONTACT_ABANDONED ||
           kind == EVENT_CONTACT_ESCALATED || kind == EVENT_CONTACT_TRANSFERRED;
}

static bool is_correction(const struct practice *p, const struct event *ev)
{
    return ev->kind == EVENT_CUSTOMER_CORRECTED && event_text(ev, "field") != NULL &&
           event_text(ev, "value") != NULL && g_strcmp0(event_text(ev, "customer"), p->customer->id) == 0;
}

static bool may_correct(const struct practice *p, const struct event *ev, GError **error)
{
    if (!is_correction(p, ev))
        return true;
    g_autofree char *now = customer_value(p->customer, event_text(ev, "field"));
    return rules_check_correction(ev, now != NULL ? now : "", error);
}

/* Takes the event: it is applied. */
static void keep(struct practice *p, struct event *ev)
{
    ev->position = (int64_t)p->events->len + 1;
    ev->received_at_ms = p->now_ms;
    g_ptr_array_add(p->events, ev);
    g_hash_table_insert(p->positions, g_strdup(ev->id), GINT_TO_POINTER(ev->position));
    world_fold(p->world, ev);
    score_fold(p->score, ev);
    if (is_correction(p, ev))
        customer_correct(p->customer, event_text(ev, "field"), event_text(ev, "value"));
    if (ev->kind == EVENT_CONTACT_ACCEPTED && p->accepted_ms == 0)
        p->accepted_ms = p->now_ms;
    p->over |= ends_it(ev->kind) && g_strcmp0(ev->contact, CONTACT_ID) == 0;
    tell_customer(p, ev);
    p->applied(ev, p->user_data);
}

static void follow(struct event *bare, void *user_data)
{
    struct practice *p = user_data;
    struct event *ev = sim_emitter_make(&p->emitter, bare->kind, ACTOR_SYSTEM, bare->actor, p->now_ms);
    ev->contact = g_strdup(bare->contact);
    ev->leg = g_strdup(bare->leg);
    cJSON_Delete(ev->data);
    ev->data = cJSON_Duplicate(bare->data, true);
    event_free(bare);
    sim_emitter_send(&p->emitter, ev);
}

static bool apply(struct practice *p, struct event *ev, enum role role, GError **error)
{
    if (p->events->len >= EVENTS_MAX) {
        g_set_error(error, RULES_ERROR, RULES_ERROR_STATE,
                    "This practice has become too long; end it and begin anew.");
        return false;
    }
    if (!rules_check(p->world, ev, role, error) || !may_correct(p, ev, error))
        return false;
    struct event *kept = event_copy(ev);
    if (is_correction(p, kept)) /* compared and not kept, as the backend does */
        cJSON_DeleteItemFromObjectCaseSensitive(kept->data, "was");
    keep(p, kept);
    rules_follow(p->world, kept, p->now_ms, follow, p);
    return true;
}

/* What the simulation says; what the rules refuse, such as a word after the end, is dropped. */
static void send(struct event *ev, void *user_data)
{
    struct practice *p = user_data;
    g_autoptr(event) owned = ev;
    if (ev->actor_kind == ACTOR_SYSTEM)
        keep(p, g_steal_pointer(&owned));
    else
        apply(p, ev, ROLE_INTEGRATION, NULL);
}

static int status_of(const GError *error)
{
    static const int statuses[] = {[RULES_ERROR_FORBIDDEN] = 403,
                                   [RULES_ERROR_STATE] = 409,
                                   [RULES_ERROR_STALE] = 412,
                                   [RULES_ERROR_UNKNOWN] = 404,
                                   [RULES_ERROR_DATA] = 422};
    bool known = error->domain == RULES_ERROR && (unsigned)error->code < G_N_ELEMENTS(statuses);
    return known ? statuses[error->code] : 400;
}

static cJSON *deliver_one(struct practice *p, const cJSON *json)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(event) ev = event_from_cjson(json, &error);
    cJSON *result = cJSON_CreateObject();
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "id"));
    cJSON_AddStringToObject(result, "id", id == NULL ? "" : id);
    bool known = ev != NULL && g_hash_table_contains(p->positions, ev->id);
    if (known || (ev != NULL && apply(p, ev, ROLE_AGENT, &error))) {
        g_autofree char *position =
            g_strdup_printf("%d", GPOINTER_TO_INT(g_hash_table_lookup(p->positions, ev->id)));
        cJSON_AddStringToObject(result, "position", position);
        return result;
    }
    cJSON *problem = cJSON_AddObjectToObject(result, "problem");
    cJSON_AddNumberToObject(problem, "status", status_of(error));
    cJSON_AddStringToObject(problem, "detail", error->message);
    return result;
}

cJSON *practice_deliver(struct practice *p, const char *events_json, int64_t now_ms)
{
    p->now_ms = MAX(p->now_ms, now_ms);
    cJSON *events = cJSON_Parse(events_json), *answer = cJSON_CreateObject();
    cJSON *results = cJSON_AddArrayToObject(answer, "results");
    const cJSON *json;
    cJSON_ArrayForEach (json, events)
        cJSON_AddItemToArray(results, deliver_one(p, json));
    cJSON_Delete(events);
    return answer;
}

/* --- time --- */

static struct event *contact_event(struct practice *p, enum event_kind kind, enum actor_kind actor_kind,
                                   const char *actor)
{
    struct event *ev = sim_emitter_make(&p->emitter, kind, actor_kind, actor, p->now_ms);
    ev->contact = g_strdup(CONTACT_ID);
    return ev;
}

static void arrive(struct practice *p)
{
    const struct scenario *scenario = p->scenario;
    const struct persona_intent *intent = persona_cast_intent(p->content->cast, scenario->intent);
    g_autoptr(GHashTable) facts = scenario_facts(scenario, p->content, p->customer);
    struct sim_customer_options options = {.cast = p->content->cast,
                                           .temper = persona_cast_temper(p->content->cast, scenario->persona),
                                           .intent = intent,
                                           .facts = facts,
                                           .channel = (enum channel)scenario->channel,
                                           .language = scenario->language,
                                           .seed = g_str_hash(scenario->id),
                                           .start_ms = inner_ms(p)};
    p->sim = sim_customer_new(&options);
    bool by_phone = scenario->channel == CHANNEL_PHONE || scenario->channel == CHANNEL_SMS;
    struct event *ev = contact_event(p, EVENT_CONTACT_CREATED, ACTOR_INTEGRATION, "practice");
    event_set_text(ev, "channel", channel_name((enum channel)scenario->channel));
    event_set_text(ev, "class", contact_class_name((enum contact_class)intent->contact_class));
    event_set_text(ev, "intent", intent->id);
    event_set_text(ev, "queue", scenario->queue);
    event_set_text(ev, "customer", p->customer->id);
    event_set_text(ev, "name", p->customer->name);
    event_set_text(ev, "address", customer_identity(p->customer, by_phone ? IDENTITY_PHONE : IDENTITY_EMAIL));
    event_set_text(ev, "subject", yaml_text_in(&intent->subject, scenario->language));
    event_set_text(ev, "tier", p->customer->tier);
    event_set_text(ev, "language", scenario->language);
    sim_emitter_send(&p->emitter, ev);
    ev = contact_event(p, EVENT_MESSAGE_RECEIVED, ACTOR_CUSTOMER, p->customer->id);
    event_set_text(ev, "text", scenario->opening);
    sim_emitter_send(&p->emitter, ev);
}

static void act(struct practice *p, const struct sim_action *action)
{
    static const enum event_kind kinds[] = {[SIM_ACTION_TYPING] = EVENT_CUSTOMER_TYPING,
                                            [SIM_ACTION_SAY] = EVENT_MESSAGE_RECEIVED,
                                            [SIM_ACTION_LEAVE] = EVENT_CONTACT_CUSTOMER_LEFT,
                                            [SIM_ACTION_ABANDON] = EVENT_CONTACT_ABANDONED,
                                            [SIM_ACTION_RATE] = EVENT_CONTACT_RATED};
    struct event *ev = contact_event(p, kinds[action->kind], ACTOR_CUSTOMER, p->customer->id);
    if (action->kind == SIM_ACTION_SAY)
        event_set_text(ev, "text", action->text);
    if (action->kind == SIM_ACTION_RATE)
        event_set_number(ev, "csat", action->csat);
    sim_emitter_send(&p->emitter, ev);
}

/* The customer comes a moment after the agent is ready for them. */
static void maybe_arrive(struct practice *p)
{
    const struct agent *me = world_agent(p->world, p->agent);
    bool ready = me->signed_in && me->presence == PRESENCE_READY;
    if (!ready)
        p->ready_ms = 0;
    else if (p->ready_ms == 0)
        p->ready_ms = p->now_ms;
    else if (p->now_ms - p->ready_ms >= ARRIVES_MS)
        arrive(p);
}

/* A colleague of the second line grants what the trainee asks for, when they have read it. */
static void decide_approvals(struct practice *p)
{
    const struct contact *c = world_contact(p->world, CONTACT_ID);
    for (guint i = 0; c != NULL && c->approvals != NULL && i < c->approvals->len; i++) {
        const struct approval *a = g_ptr_array_index(c->approvals, i);
        if (a->state != APPROVAL_ASKED || p->now_ms - a->asked_ms < DECIDES_MS)
            continue;
        struct event *ev =
            sim_emitter_make(&p->emitter, EVENT_APPROVAL_DECIDED, ACTOR_SYSTEM, "second line", p->now_ms);
        ev->contact = g_strdup(c->id);
        event_set_text(ev, "approval", a->id);
        event_set_text(ev, "decision", "granted");
        sim_emitter_send(&p->emitter, ev);
    }
}

void practice_type(struct practice *p, bool is_typing)
{
    p->is_typing = is_typing;
}

void practice_tick(struct practice *p, int64_t now_ms)
{
    p->now_ms = MAX(p->now_ms, now_ms);
    if (p->paused_since_ms != 0)
        return;
    if (p->sim == NULL)
        maybe_arrive(p);
    if (p->sim != NULL && p->is_typing)
        sim_customer_notice(p->sim, inner_ms(p));
    if (p->sim != NULL) {
        g_autoptr(GPtrArray) actions = sim_customer_tick(p->sim, inner_ms(p));
        for (guint i = 0; i < actions->len; i++)
            act(p, g_ptr_array_index(actions, i));
    }
    decide_approvals(p);
    rules_tick(p->world, p->now_ms, follow, p);
}

bool practice_pause(struct practice *p, int64_t now_ms)
{
    p->now_ms = MAX(p->now_ms, now_ms);
    if (p->paused_since_ms == 0) {
        p->paused_since_ms = p->now_ms;
        return true;
    }
    p->paused_ms += p->now_ms - p->paused_since_ms;
    p->paused_since_ms = 0;
    return false;
}

bool practice_is_link_down(const struct practice *p, int64_t now_ms)
{
    for (size_t i = 0; p->accepted_ms != 0 && i < p->scenario->failure_count; i++) {
        const struct scenario_failure *failure = &p->scenario->failures[i];
        int64_t from_ms = p->accepted_ms + failure->at_ms;
        if (failure->kind == SCENARIO_FAILURE_LINK_DOWN && now_ms >= from_ms &&
            now_ms < from_ms + failure->for_ms)
            return true;
    }
    return false;
}

const char *practice_hint(struct practice *p)
{
    const struct demo_words *hints = &p->scenario->hints;
    return hints->count == 0 ? NULL : hints->items[p->hints_given++ % hints->count];
}

bool practice_is_over(const struct practice *p)
{
    return p->over;
}

char *practice_report(const struct practice *p)
{
    g_autofree char *lines = score_report(p->score);
    return g_strdup_printf("%s\n\n%s", yaml_text_in(&p->scenario->title, "en"), lines);
}
