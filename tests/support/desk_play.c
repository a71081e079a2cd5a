#include "tests/support/desk_play.h"

#include <string.h>

#include "app/desk/update.h"
#include "app/rules/rules.h"
#include "app/script/script.h"

#define START_MS 1763900000000

static void event_release(gpointer ev)
{
    event_free(ev);
}

static int64_t *last_of(struct play *play, const struct command *c)
{
    switch (c->fetch) {
    case LINK_FETCH_FIND:
        return &play->last_find;
    case LINK_FETCH_CUSTOMER:
        return &play->last_customer;
    case LINK_FETCH_CONTACT_EVENTS:
        return &play->last_events;
    case LINK_FETCH_CONTACT:
        return &play->last_contact;
    default:
        return NULL;
    }
}

static void take(struct play *play, struct command *c)
{
    switch (c->kind) {
    case COMMAND_APPEND_EVENT:
        g_assert_cmpint(c->number, ==, (int)play->events->len + 1);
        c->event->seq = c->number; /* as the journal would */
        g_ptr_array_add(play->events, g_steal_pointer(&c->event));
        break;
    case COMMAND_FETCH: {
        int64_t *last = last_of(play, c);
        if (last != NULL)
            *last = c->number;
        break;
    }
    case COMMAND_SEARCH:
        play->last_search = c->number;
        play->searches++;
        break;
    case COMMAND_SUGGEST:
        play->last_suggest = c->number;
        break;
    case COMMAND_READ_ARTICLE:
        play->last_article = c->number;
        break;
    case COMMAND_WATCH:
        g_free(play->last_watch);
        g_free(play->last_record);
        play->last_watch = g_strdup_printf("%s %s", c->id != NULL ? c->id : "", c->text);
        play->last_record = g_strdup(c->customer);
        play->watches++;
        break;
    case COMMAND_SAVE_DRAFT:
        g_free(play->last_draft);
        play->last_draft = g_strdup(c->text);
        break;
    case COMMAND_RING:
        play->rings++;
        g_free(play->notice);
        play->notice = g_strdup(c->text);
        break;
    case COMMAND_TITLE:
        g_free(play->title);
        play->title = g_strdup(c->text);
        break;
    case COMMAND_QUIT:
        play->has_quit = true;
        break;
    default:
        break;
    }
}

void play_msg(struct play *play, struct msg msg)
{
    msg.now_ms = play->now_ms;
    msg.boot_ms = play->now_ms - START_MS + 1000;
    commands_clear(&play->commands);
    desk_update(play->desk, &msg, &play->commands);
    desk_settle(play->desk, &play->commands);
    for (size_t i = 0; i < commands_count(&play->commands); i++)
        take(play, commands_at(&play->commands, i));
}

static cJSON *floor_json(struct play *play)
{
    cJSON *floor = cJSON_CreateObject(), *queues = cJSON_AddArrayToObject(floor, "queues");
    cJSON *agents = cJSON_AddArrayToObject(floor, "agents");
    GHashTableIter iter;
    struct queue *q;
    struct agent *a;
    g_hash_table_iter_init(&iter, play->backend->queues);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&q))
        cJSON_AddItemToArray(queues, queue_to_cjson(q));
    g_hash_table_iter_init(&iter, play->backend->agents);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&a))
        cJSON_AddItemToArray(agents, agent_to_cjson(a));
    cJSON_AddItemToObject(
        floor, "settings",
        cJSON_Parse("{\"reasons\":[\"break\",\"meal\"],"
                    "\"dispositions\":[{\"code\":\"open\",\"label\":\"Not solved\",\"resolved\":false},"
                    "{\"code\":\"solved\",\"label\":\"Solved\",\"resolved\":true},"
                    "{\"code\":\"returned\",\"label\":\"Return arranged\",\"resolved\":true},"
                    "{\"code\":\"left\",\"label\":\"Customer left\",\"resolved\":false,"
                    "\"customer_gone\":true}],"
                    "\"canned\":[{\"id\":\"hello\",\"title\":\"Greeting\",\"language\":\"en\","
                    "\"text\":\"Hello {customer.name|there}, this is {agent.name}.\"},"
                    "{\"id\":\"when\",\"title\":\"Delivery day\",\"language\":\"en\","
                    "\"text\":\"It arrives on {day of delivery}.\"},"
                    "{\"id\":\"owed\",\"title\":\"Refund\",\"language\":\"en\","
                    "\"text\":\"You get [amount]. [See](https://shop.example)\"}],\"version\":\"1\"}"));
    return floor;
}

static void add_queue(struct world *w, const char *id, int line, const char *escalates_to)
{
    struct queue *q = queue_new(id, id);
    q->line = line;
    q->escalates_to = g_strdup(escalates_to);
    q->language = g_strdup(g_str_equal(id, "zh") ? "zh" : "en");
    q->offer_ms = 20000;
    q->service_level_ms = 60000;
    q->first_reply_ms = 3600000;
    world_put_queue(w, q);
}

static void add_agent(struct world *w, const char *id, const char *name, enum role role)
{
    struct agent *a = agent_new(id, name, role);
    a->signed_in = role != ROLE_AGENT;
    a->presence = PRESENCE_READY;
    world_put_agent(w, a);
}

void play_reply(struct play *play, int64_t number, enum link_fetch what, cJSON *json)
{
    play_msg(play, (struct msg){.kind = MSG_REPLY, .number = number, .fetch = what, .json = json});
    cJSON_Delete(json);
}

static void sign_in(struct play *play)
{
    play_type(play, "secret");
    play_keys(play, "Enter");
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "agent", agent_to_cjson(world_agent(play->backend, "li")));
    play_msg(play, (struct msg){.kind = MSG_SIGNED_IN, .json = answer});
    cJSON_Delete(answer);
    play_msg(play, (struct msg){.kind = MSG_LINK, .link = LINK_LIVE});
    play_reply(play, 0, LINK_FETCH_FLOOR, floor_json(play));
    play_reply(play, 0, LINK_FETCH_CONTACTS, cJSON_Parse("{\"contacts\":[],\"position\":\"0\"}"));
    play_keys(play, "F9");
    play_deliver(play);
}

struct play *play_new(void)
{
    struct play *play = g_new0(struct play, 1);
    play->now_ms = START_MS;
    play->events = g_ptr_array_new_with_free_func(event_release);
    play->backend = world_new();
    commands_init(&play->commands);
    add_queue(play->backend, "shop", 1, "shop-2");
    add_queue(play->backend, "shop-2", 2, NULL);
    add_queue(play->backend, "zh", 1, NULL);
    add_agent(play->backend, "li", "Li Na", ROLE_AGENT);
    add_agent(play->backend, "omar", "Omar Haddad", ROLE_SPECIALIST);
    play->desk = desk_new(&(struct desk_options){
        .device = "d1", .boot = "b1", .seed = {7}, .now_ms = START_MS, .boot_ms = 1000, .agent = "li"});
    play_msg(play, (struct msg){.kind = MSG_RESIZE,
                                .size = {.cols = 120, .rows = 40, .page_rows = {10, 20, 10, 10, 10}}});
    sign_in(play);
    return play;
}

void play_free(struct play *play)
{
    desk_free(play->desk);
    world_free(play->backend);
    commands_release(&play->commands);
    g_ptr_array_unref(play->events);
    g_free(play->last_watch);
    g_free(play->last_record);
    g_free(play->last_draft);
    g_free(play->title);
    g_free(play->notice);
    g_free(play);
}

void play_keys(struct play *play, const char *names)
{
    g_auto(GStrv) words = g_strsplit(names, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        struct msg msg = {.kind = MSG_KEY};
        g_autoptr(GError) error = NULL;
        if (**word == '\0')
            continue;
        key_parse(*word, &msg.key, &error);
        g_assert_no_error(error);
        play_msg(play, msg);
    }
}

void play_type(struct play *play, const char *text)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        play_msg(play, (struct msg){.kind = MSG_KEY, .key = {.code = g_utf8_get_char(p)}});
}

void play_paste(struct play *play, const char *text)
{
    play_msg(play, (struct msg){.kind = MSG_PASTE, .text = text});
}

void play_wait(struct play *play, int64_t ms)
{
    int64_t end = play->now_ms + ms;
    while (play->now_ms < end) {
        play->now_ms = MIN(play->now_ms + 1000, end);
        play_msg(play, (struct msg){.kind = MSG_TICK});
    }
}

struct event *play_event(struct play *play, enum event_kind kind, enum actor_kind actor_kind,
                         const char *actor, const char *contact_id)
{
    char id[EVENT_ID_LEN + 1];
    uint8_t random[10] = {0xee};
    int64_t count = play->position + 1;
    memcpy(random + 1, &count, sizeof count);
    event_make_id(play->now_ms, random, id);
    struct event_origin origin = {.device = "backend",
                                  .boot = "b0",
                                  .seq = count,
                                  .actor_kind = actor_kind,
                                  .actor = actor,
                                  .at_ms = play->now_ms,
                                  .boot_ms = 5};
    struct event *ev = event_new(kind, id, &origin);
    ev->contact = g_strdup(contact_id);
    return ev;
}

void play_stream(struct play *play, struct event *ev)
{
    ev->position = ++play->position;
    world_fold(play->backend, ev);
    play_msg(play, (struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    event_free(ev);
}

void play_arrive(struct play *play, const char *id, enum channel channel, const char *queue_id,
                 const char *name)
{
    struct event *ev = play_event(play, EVENT_CONTACT_CREATED, ACTOR_CUSTOMER, "customer", id);
    event_set_text(ev, "channel", channel_name(channel));
    event_set_text(ev, "queue", queue_id);
    if (name != NULL)
        event_set_text(ev, "name", name);
    event_set_text(ev, "subject", "return, wrong size");
    event_set_text(ev, "intent", "return_size");
    event_set_text(ev, "class", "transaction");
    play_stream(play, ev);
}

void play_offer(struct play *play, const char *id)
{
    struct event *ev = play_event(play, EVENT_CONTACT_OFFERED, ACTOR_SYSTEM, "router", id);
    event_set_text(ev, "agent", "li");
    event_set_number(ev, "until_ms", play->now_ms + 20000);
    play_stream(play, ev);
}

void play_customer_writes(struct play *play, const char *id, const char *text)
{
    struct event *ev = play_event(play, EVENT_MESSAGE_RECEIVED, ACTOR_CUSTOMER, "customer", id);
    event_set_text(ev, "text", text);
    play_stream(play, ev);
}

void play_accept(struct play *play, const char *id, enum channel channel)
{
    play_arrive(play, id, channel, "shop", "Crystal Minh");
    play_offer(play, id);
    play_keys(play, compose_is_chat(channel) ? "F2 r" : "F2");
    play_deliver(play);
}

void play_customer_leaves(struct play *play, const char *id)
{
    play_stream(play, play_event(play, EVENT_CONTACT_CUSTOMER_LEFT, ACTOR_CUSTOMER, "x", id));
}

static void answer_refusal(struct play *play, const struct event *ev, const GError *error)
{
    play->refusals++;
    bool is_stale = g_error_matches(error, RULES_ERROR, RULES_ERROR_STALE);
    play_msg(play, (struct msg){.kind = MSG_REFUSED,
                                .event = ev,
                                .problem = {is_stale ? REFUSAL_STALE : REFUSAL_STATE, error->message}});
    const struct contact *c = world_contact(play->backend, ev->contact);
    if (c != NULL)
        play_reply(play, play->last_contact, LINK_FETCH_CONTACT, contact_to_cjson(c));
}

void play_deliver(struct play *play)
{
    play_msg(play, (struct msg){.kind = MSG_FLUSHED, .number = (int64_t)play->events->len});
    while (play->delivered < play->events->len) {
        struct event *ev = g_ptr_array_index(play->events, play->delivered++);
        g_autoptr(GError) error = NULL;
        if (!rules_check(play->backend, ev, ROLE_AGENT, &error)) {
            answer_refusal(play, ev, error);
            continue;
        }
        ev->position = ++play->position;
        world_fold(play->backend, ev);
        play_msg(play, (struct msg){.kind = MSG_DELIVERED, .id = ev->id, .number = ev->position});
        play_msg(play, (struct msg){.kind = MSG_STREAM_EVENT, .event = ev});
    }
}

const struct event *play_last_event(const struct play *play, enum event_kind kind)
{
    for (guint i = play->events->len; i-- > 0;) {
        const struct event *ev = g_ptr_array_index(play->events, i);
        if (ev->kind == kind)
            return ev;
    }
    return NULL;
}

int play_count(const struct play *play, enum event_kind kind)
{
    int count = 0;
    for (guint i = 0; i < play->events->len; i++) {
        const struct event *ev = g_ptr_array_index(play->events, i);
        count += ev->kind == kind;
    }
    return count;
}

const struct contact *play_contact(const struct play *play, const char *id)
{
    return world_contact(play->desk->world, id);
}

void play_script(struct play *play, const char *source)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_parse("test.yaml", source, strlen(source), &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) scripts = g_ptr_array_new();
    g_ptr_array_add(scripts, script);
    play_msg(play, (struct msg){.kind = MSG_SCRIPTS, .scripts = scripts});
    script_unref(script);
}

void play_customer_known(struct play *play, const char *id, const char *name)
{
    struct customer *who = customer_new(id, name);
    struct order *bought = order_new("3348917502", id);
    customer_add_identity(who, IDENTITY_EMAIL, "crystal@email.com");
    customer_add_identity(who, IDENTITY_PHONE, "(977) 555-2661");
    who->tier = g_strdup("bronze");
    bought->item = g_strdup("jeans");
    bought->delivered = g_strdup("2025-11-06");
    g_ptr_array_add(who->orders, bought);
    play_reply(play, play->last_customer, LINK_FETCH_CUSTOMER, customer_to_cjson(who));
    customer_free(who);
}

const char *play_reply_text(const struct play *play)
{
    return editor_text(play->desk->current->reply);
}

const struct desk_message *play_last_message(const struct play *play)
{
    const GPtrArray *messages = play->desk->current->messages;
    return g_ptr_array_index(messages, messages->len - 1);
}
