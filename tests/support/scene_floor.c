#include "tests/support/scene_floor.h"

#include "app/model/queue.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define SHIFT_MS  (4 * MINUTE_MS) /* waiting ones are due relative to this moment after the scene begins */

static void put_queue(struct play *play, const char *id, const char *name, int line)
{
    struct queue *q = queue_new(id, name);
    q->business = g_strdup("fjellhem");
    q->line = line;
    q->escalates_to = line == 1 ? g_strdup("fjellhem-2") : NULL;
    q->language = g_strdup(g_str_has_suffix(id, "-zh") ? "zh" : "en");
    q->service_level_percent = 80;
    q->service_level_ms = 90 * SECOND_MS;
    q->first_reply_ms = 4 * HOUR_MS;
    q->offer_ms = 20 * SECOND_MS;
    world_put_queue(play->backend, q);
}

static void put_agent(struct play *play, const char *id, const char *name, enum role role)
{
    struct agent *a = agent_new(id, name, role);
    a->signed_in = true;
    a->presence = PRESENCE_READY;
    world_put_agent(play->backend, a);
}

static const char SETTINGS[] =
    "{\"reasons\":[\"break\",\"meal\",\"meeting\",\"training\",\"coaching\",\"back-office\"],"
    "\"dispositions\":["
    "{\"code\":\"answered\",\"label\":\"Question answered\",\"resolved\":true},"
    "{\"code\":\"return-arranged\",\"label\":\"Return or exchange arranged\",\"resolved\":true},"
    "{\"code\":\"waiting-customer\",\"label\":\"Waits for the customer\",\"resolved\":false}],"
    "\"canned\":["
    "{\"id\":\"C-01\",\"title\":\"Greeting\",\"language\":\"en\",\"text\":\"Hello {customer.name|there}, "
    "this "
    "is {agent.name}. How can I help you today?\"},"
    "{\"id\":\"C-05\",\"title\":\"Return label sent\",\"language\":\"en\",\"text\":\"I have sent the return "
    "label for order {order.id}.\"},"
    "{\"id\":\"C-06\",\"title\":\"Refund date\",\"language\":\"en\",\"text\":\"Your refund of [amount] goes "
    "back the way you paid, at the latest on [date].\"},"
    "{\"id\":\"Z-01\",\"title\":\"问候\",\"language\":\"zh\",\"text\":\"您好{customer.name|}，我是 "
    "{agent.name}，很高兴为您服务。\"},"
    "{\"id\":\"Z-02\",\"title\":\"请稍等\",\"language\":\"zh\",\"text\":\"谢谢，请给我一分钟，我马上查看。\"}"
    "],\"version\":\"1\"}";

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
    cJSON_AddItemToObject(floor, "settings", cJSON_Parse(SETTINGS));
    return floor;
}

static void tell_figures(struct play *play)
{
    g_autofree char *day = g_strdup_printf("{\"day\":%d,\"handled\":21,\"handle_ms\":5292000,\"closed\":19,"
                                           "\"resolved\":16,\"keystrokes\":4210}",
                                           (int)(play->now_ms / 86400000));
    cJSON *state = cJSON_Parse(day);
    play_msg(play, (struct msg){.kind = MSG_STATE_RESTORED, .json = state});
    cJSON_Delete(state);
    play_reply(play, 0, LINK_FETCH_REPORT_FLOOR,
               cJSON_Parse("{\"service_level_percent\":91,\"aht_ms\":268000,\"resolved_percent\":81}"));
}

void scene_floor_set_up(struct play *play)
{
    put_queue(play, "fjellhem", "Fjellhem", 1);
    put_queue(play, "fjellhem-zh", "Fjellhem 中文", 1);
    put_queue(play, "fjellhem-2", "Fjellhem second line", 2);
    put_agent(play, "sigrid", "Sigrid Holm", ROLE_SPECIALIST);
    put_agent(play, "tomas", "Tomás Herrera", ROLE_AGENT);
    play_reply(play, 0, LINK_FETCH_FLOOR, floor_json(play));
    tell_figures(play);
}

/* --- who waits --- */

struct waiting {
    const char *name, *address, *subject;
    int due_s; /* at SHIFT_MS */
    enum channel channel;
    enum contact_class class;
};

static const struct waiting WAITING[] = {
    {"T. Alvarez", NULL, "refund still missing", 42, CHANNEL_PHONE, CLASS_COMPLAINT},
    {"王芳", NULL, "发票重开", 70, CHANNEL_CHAT, CLASS_TRANSACTION},
    {"D. Okafor", NULL, "cannot sign in", 85, CHANNEL_PHONE, CLASS_ENQUIRY},
    {NULL, "+47 •••• 2210", NULL, 88, CHANNEL_PHONE, CLASS_ENQUIRY},
    {"S. Lindqvist-Hernández", NULL, "change address before Friday's delivery", 380, CHANNEL_EMAIL,
     CLASS_TRANSACTION},
    {"José Peña", NULL, "missing item in parcel", 485, CHANNEL_EMAIL, CLASS_COMPLAINT},
    {"A. Novak", NULL, "bill disputed", 700, CHANNEL_WEB, CLASS_COMPLAINT},
    {"@marwan_k", NULL, "slow site", 840, CHANNEL_SOCIAL, CLASS_ENQUIRY},
    {"李雷", NULL, "退款进度", 1351, CHANNEL_EMAIL, CLASS_ENQUIRY},
    {"P. Oyelaran", NULL, "cancel order 3348917511", 1860, CHANNEL_WEB, CLASS_TRANSACTION},
    {"Y. Tanaka", NULL, "size guide for jackets", 2892, CHANNEL_EMAIL, CLASS_ENQUIRY},
    {"M. Okonkwo", NULL, "wrong colour", 3010, CHANNEL_SMS, CLASS_TRANSACTION},
    {"R. Haugen", NULL, "gift card balance", 3300, CHANNEL_EMAIL, CLASS_ENQUIRY},
    {"L. Fischer", NULL, "parcel at neighbour", 3840, CHANNEL_WEB, CLASS_ENQUIRY},
    {"陈静", NULL, "换货地址", 4400, CHANNEL_EMAIL, CLASS_TRANSACTION},
    {"G. Rossi", NULL, "tent pole broken", 5200, CHANNEL_EMAIL, CLASS_COMPLAINT},
    {"H. Nakamura", NULL, "receipt for taxes", 6100, CHANNEL_WEB, CLASS_ENQUIRY},
    {"B. Schmidt", NULL, "delivery to a pick-up point", 7000, CHANNEL_EMAIL, CLASS_ENQUIRY},
    {"N. Haddad", NULL, "refund to another card", 8000, CHANNEL_EMAIL, CLASS_TRANSACTION},
    {"E. Virtanen", NULL, "membership level", 9000, CHANNEL_SMS, CLASS_ENQUIRY},
    {"C. Dubois", NULL, "order twice by mistake", 10000, CHANNEL_WEB, CLASS_TRANSACTION},
    {"I. Kovács", NULL, "repair of boots", 11000, CHANNEL_EMAIL, CLASS_ENQUIRY},
    {"O. Lund", NULL, "newsletter", 12000, CHANNEL_EMAIL, CLASS_ENQUIRY},
};

static struct event *created(struct play *play, const char *id, enum channel channel, const char *queue_id)
{
    struct event *ev = play_event(play, EVENT_CONTACT_CREATED, ACTOR_CUSTOMER, "customer", id);
    event_set_text(ev, "channel", channel_name(channel));
    event_set_text(ev, "queue", queue_id);
    return ev;
}

static bool is_answered_at_once(enum channel channel)
{
    return channel == CHANNEL_PHONE || channel == CHANNEL_CHAT;
}

void scene_floor_arrivals(struct play *play, enum scene_language language)
{
    int64_t then_ms = play->now_ms - 72 * SECOND_MS + SHIFT_MS;
    (void)language;
    for (size_t i = 0; i < G_N_ELEMENTS(WAITING); i++) {
        const struct waiting *row = &WAITING[i];
        g_autofree char *id = g_strdup_printf("48%03d", (int)(140 + i));
        struct event *ev = created(play, id, row->channel, "fjellhem");
        int64_t limit_ms = is_answered_at_once(row->channel) ? 90 * SECOND_MS : 4 * HOUR_MS;
        ev->at_ms = then_ms + row->due_s * SECOND_MS - limit_ms;
        event_set_text(ev, "name", row->name);
        event_set_text(ev, "address", row->address);
        event_set_text(ev, "subject", row->subject);
        event_set_text(ev, "class", contact_class_name(row->class));
        play_stream(play, ev);
    }
}

/* --- the customer --- */

static const char *const NAMES[] = {"Crystal Minh", "明晶晶"};
static const char *const SUBJECTS[] = {"return, wrong size", "退货，尺码不合"};

void scene_floor_contact(struct play *play, const char *id, enum channel channel,
                         enum scene_language language)
{
    bool is_chinese = language == SCENE_CHINESE;
    struct event *ev = created(play, id, channel, is_chinese ? "fjellhem-zh" : "fjellhem");
    bool is_other = channel == CHANNEL_CHAT && !g_str_equal(id, "48213");
    if (!is_other)
        event_set_text(ev, "customer", "cu-1881");
    event_set_text(ev, "name",
                   is_other ? (g_str_has_suffix(id, "4") ? "P. Oyelaran" : "李雷") : NAMES[language]);
    event_set_text(ev, "subject", SUBJECTS[language]);
    event_set_text(ev, "intent", "return_wrong_size");
    event_set_text(ev, "class", "transaction");
    event_set_text(ev, "tier", "bronze");
    event_set_text(ev, "language", is_chinese ? "zh" : "en");
    play_stream(play, ev);
}

void scene_floor_stranger(struct play *play, const char *id, enum scene_language language)
{
    struct event *ev =
        created(play, id, CHANNEL_CHAT, language == SCENE_CHINESE ? "fjellhem-zh" : "fjellhem");
    event_set_text(ev, "address", "guest-7f3a@chat.example");
    event_set_text(ev, "class", "enquiry");
    event_set_text(ev, "language", language == SCENE_CHINESE ? "zh" : "en");
    play_stream(play, ev);
}

static const char *const STORIES[2] = {
    "Crystal Minh, email, bronze: return, wrong size\n"
    "Verified by order id, email\n"
    "Worked on for 6:40\n"
    "Script: Return, wrong size, version 4\n"
    "+ Greet\n"
    "+ Confirm who it is (Both match): Order number 3348917502; E-mail given\n"
    "+ The item and when it came: Item Stormholt jacket M; Delivered on 2025-11-06; Unworn, labels on? yes\n"
    "+ Exchange or refund: The customer wants Money back\n"
    "> Label failed – second line\n"
    "Articles: Returns policy (read); Refund to a gift card (did not help)\n"
    "Crystal Minh: The label does not come.\n",
    "明晶晶，电子邮件，铜卡：退货，尺码不合\n"
    "身份已核实：订单号、电子邮箱\n"
    "已处理时长：6:40\n"
    "流程：退货，尺码不合，第 4 版\n"
    "+ 问候\n"
    "+ 核实身份（两项都相符）：订单号 3348917502；电子邮箱 已提供\n"
    "+ 商品与送达日期：商品 防风外套 M；送达日期 2025-11-06；未穿且吊牌齐全？ 是\n"
    "+ 换货还是退款：客户希望 退款\n"
    "> 面单失败，转二线\n"
    "文章：退货政策（读过）\n"
    "明晶晶：一直没有收到面单。\n",
};

void scene_floor_escalation(struct play *play, const char *id, enum scene_language language)
{
    bool is_chinese = language == SCENE_CHINESE;
    scene_floor_contact(play, id, CHANNEL_EMAIL, language);
    struct event *taken = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "tomas", id);
    taken->leg = g_strdup_printf("%s.1", id);
    event_set_text(taken, "from", "pull");
    play_stream(play, taken);
    play_wait(play, 60000);
    struct event *ev = play_event(play, EVENT_CONTACT_ESCALATED, ACTOR_AGENT, "tomas", id);
    ev->leg = g_strdup_printf("%s.1", id);
    event_set_text(ev, "queue", "fjellhem-2");
    event_set_text(ev, "ask",
                   is_chinese ? "系统无法生成退货面单，请发送给客户。"
                              : "The return label could not be made twice; please send it by hand and tell "
                                "her when it will come.");
    event_set_text(ev, "story", STORIES[language]);
    play_stream(play, ev);
}

void scene_floor_answer(struct play *play, const char *id)
{
    struct event *ev = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "sigrid", id);
    ev->leg = g_strdup_printf("%s.2", id);
    event_set_text(ev, "from", "pull");
    play_stream(play, ev);
    play_wait(play, 30000);
    ev = play_event(play, EVENT_CONTACT_GIVEN_BACK, ACTOR_AGENT, "sigrid", id);
    ev->leg = g_strdup_printf("%s.2", id);
    event_set_text(ev, "answer", "The label is in the mail to her.");
    play_stream(play, ev);
}

static void add_order(struct customer *who, const char *id, const char *item, const char *status,
                      int64_t total_minor)
{
    struct order *o = order_new(id, who->id);
    o->item = g_strdup(item);
    o->status = g_strdup(status);
    o->currency = g_strdup("EUR");
    o->total_minor = total_minor;
    o->placed = g_strdup("2025-10-28");
    o->delivered = g_str_equal(status, "delivered") ? g_strdup("2025-11-06") : NULL;
    g_ptr_array_add(who->orders, o);
}

struct past_row {
    const char *id, *subject[2], *queue;
    enum channel channel;
    int days;
    enum contact_state state;
    bool resolved;
};

static const struct past_row PAST[] = {
    {"48190", {"where is it", "包裹到哪了"}, "fjellhem", CHANNEL_EMAIL, 21, CONTACT_CLOSED, true},
    {"47801", {"order placed by phone", "电话下单"}, "fjellhem", CHANNEL_WEB, 26, CONTACT_CLOSED, true},
    {"45120",
     {"change of the delivery address", "改地址"},
     "fjellhem",
     CHANNEL_PHONE,
     106,
     CONTACT_CLOSED,
     false},
    {"31007",
     {"gift card did not work", "礼品卡不能用"},
     "fjellhem",
     CHANNEL_CHAT,
     400,
     CONTACT_ABANDONED,
     false},
};

static void add_past(struct play *play, cJSON *json, enum scene_language language)
{
    cJSON *contacts = cJSON_AddArrayToObject(json, "contacts");
    for (size_t i = 0; i < G_N_ELEMENTS(PAST); i++) {
        g_autoptr(contact) c = contact_new(PAST[i].id);
        c->channel = PAST[i].channel;
        c->state = PAST[i].state;
        c->resolved = PAST[i].resolved;
        c->queue = g_ref_string_new_intern(PAST[i].queue);
        c->subject = g_strdup(PAST[i].subject[language]);
        c->created_ms = play->now_ms - PAST[i].days * 24 * HOUR_MS;
        cJSON_AddItemToArray(contacts, contact_to_cjson(c));
    }
}

void scene_floor_customer(struct play *play, enum scene_language language)
{
    g_autoptr(customer) who = customer_new("cu-1881", NAMES[language]);
    customer_add_identity(who, IDENTITY_EMAIL, "crystal@email.com");
    customer_add_identity(who, IDENTITY_PHONE, "(977) 555-2661");
    who->tier = g_strdup("bronze");
    who->since = g_strdup("2018-04-02");
    who->postal = g_strdup("Storgata 12, 5003 Bergen");
    who->note = g_strdup(language == SCENE_CHINESE ? "请用中文联系" : "Prefers chat to phone");
    add_order(who, "3348917502", language == SCENE_CHINESE ? "防风外套 M" : "Stormholt jacket M", "delivered",
              9400);
    add_order(who, "3348912077", language == SCENE_CHINESE ? "羊毛袜" : "Wool socks, 3 pairs", "on its way",
              2790);
    cJSON *json = customer_to_cjson(who);
    add_past(play, json, language);
    play_reply(play, play->last_customer, LINK_FETCH_CUSTOMER, json);
}

void scene_floor_found(struct play *play, enum scene_language language)
{
    bool is_chinese = language == SCENE_CHINESE;
    cJSON *json = cJSON_CreateObject(), *hits = cJSON_AddArrayToObject(json, "hits");
    const char *rows[][4] = {
        {"customer", "cu-1881", NAMES[language], "c•••••l@email.com · bronze"},
        {"customer", "cu-2040", is_chinese ? "王芳" : "Linh Minh-Tran", "l•••••@post.example · gold"},
        {"order", "3348917502", NAMES[language], is_chinese ? "防风外套 M" : "Stormholt jacket M"},
        {"contact", "48190", NAMES[language], is_chinese ? "email · 包裹到哪了" : "email · where is it"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        cJSON *hit = cJSON_CreateObject();
        cJSON_AddStringToObject(hit, "kind", rows[i][0]);
        cJSON_AddStringToObject(hit, "id", rows[i][1]);
        cJSON_AddStringToObject(hit, "title", rows[i][2]);
        cJSON_AddStringToObject(hit, "detail", rows[i][3]);
        cJSON_AddStringToObject(hit, "customer", "cu-1881");
        cJSON_AddItemToArray(hits, hit);
    }
    play_reply(play, play->last_find, LINK_FETCH_FIND, json);
}
