#include "tests/support/desk_scene.h"

#include <string.h>

#include "app/script/script.h"
#include "tests/support/scene_floor.h"
#include "ui/views/views.h"
#include "ui/widgets/editor.h"

/* --- what the knowledge answers --- */

struct article_row {
    const char *id, *title, *snippet;
    int score;
};

static const struct article_row ARTICLES[2][4] = {
    {{"FJ-101", "Returns policy",
      "Items may be returned within 90 days of delivery. After that, gold members may return for store "
      "credit. The label is free; the refund leaves us once the parcel is scanned.",
      93},
     {"FJ-114", "Refund to a gift card", "A return that was paid by gift card goes back to it.", 61},
     {"FJ-109", "Wrong size: exchange", "The other size leaves us the day the return is scanned.", 58},
     {"FJ-131", "退货政策", "签收后 90 天内可以退货。", 55}},
    {{"FJ-131", "退货政策",
      "签收后 90 天内可以退货。超过 90 天，金卡会员退货可转为店铺余额。退货面单免费，包裹扫描后开始退款。",
      93},
     {"FJ-132", "尺码不合怎么换", "退货包裹扫描当天寄出新尺码。", 71},
     {"FJ-101", "Returns policy", "Items may be returned within 90 days of delivery.", 58},
     {"FJ-140", "退款多久到账", "一般 5 个工作日内退回原付款卡。", 44}},
};

static GArray *marks_of(const char *text, const char *const *words)
{
    GArray *marks = g_array_new(FALSE, FALSE, sizeof(struct desk_range));
    for (const char *at = text; *at != '\0'; at++)
        for (int i = 0; words[i] != NULL; i++) {
            size_t len = strlen(words[i]), start = (size_t)(at - text);
            if (g_ascii_strncasecmp(at, words[i], len) == 0) {
                struct desk_range range = {start, start + len};
                g_array_append_val(marks, range);
                at += len - 1;
                break;
            }
        }
    return marks;
}

static void hit_free(gpointer data)
{
    struct desk_hit *hit = data;
    g_array_unref(hit->title_marks);
    g_array_unref(hit->snippet_marks);
    g_free(hit);
}

static void answer_search(struct play *play, enum scene_language language, int64_t number, bool is_found)
{
    static const char *const words[] = {"return", "90", "退货", NULL}, *const none[] = {NULL};
    struct desk_results results = {.total = 12, .took_us = 3140};
    results.hits = g_ptr_array_new_with_free_func(hit_free);
    for (size_t i = 0; i < G_N_ELEMENTS(ARTICLES[0]); i++) {
        const struct article_row *row = &ARTICLES[language][i];
        struct desk_hit *hit = g_new0(struct desk_hit, 1);
        *hit = (struct desk_hit){.id = (char *)row->id,
                                 .title = (char *)row->title,
                                 .snippet = (char *)row->snippet,
                                 .title_marks = marks_of(row->title, is_found ? words : none),
                                 .snippet_marks = marks_of(row->snippet, is_found ? words : none),
                                 .score = row->score};
        g_ptr_array_add(results.hits, hit);
    }
    play_msg(play, (struct msg){.kind = MSG_SEARCH_RESULTS, .number = number, .results = &results});
    g_ptr_array_unref(results.hits);
}

static void search(struct play *play, enum scene_language language)
{
    play_keys(play, "C-k");
    play_type(play, language == SCENE_CHINESE ? "退货 90 天" : "return 90 dyas");
    answer_search(play, language, play->last_search, true);
}

/* --- one contact --- */

#define CHAT  "48213"
#define PHONE "48207"
#define EMAIL "48190"

static void load_scripts(struct play *play)
{
    static const char *const files[] = {"return-wrong-size", "bill-dispute", "cancel-order", "refund-status",
                                        "where-is-my-parcel"};
    g_autoptr(GPtrArray) scripts = g_ptr_array_new_with_free_func((GDestroyNotify)script_unref);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_strdup_printf("share/demo/scripts/%s.yaml", files[i]), *text = NULL;
        g_autoptr(GError) error = NULL;
        gsize len;
        g_file_get_contents(path, &text, &len, &error);
        g_assert_no_error(error);
        struct script *script = script_parse(path, text, len, &error);
        g_assert_no_error(error);
        g_ptr_array_add(scripts, script);
    }
    play_msg(play, (struct msg){.kind = MSG_SCRIPTS, .scripts = scripts});
}

static void ready(struct play *play, enum scene_language language)
{
    scene_floor_set_up(play);
    load_scripts(play);
    play_msg(play, (struct msg){.kind = MSG_KNOWLEDGE, .number = 698});
    play_keys(play, "F9");
    play_deliver(play);
    play_wait(play, 72000);
    scene_floor_arrivals(play, language);
}

static void answer_conversation(struct play *play, const char *id)
{
    cJSON *json = cJSON_CreateObject(), *events = cJSON_AddArrayToObject(json, "events");
    (void)events;
    cJSON_AddStringToObject(json, "position", "0");
    g_assert_nonnull(desk_find_open(play->desk, id));
    play_reply(play, play->last_events, LINK_FETCH_CONTACT_EVENTS, json);
}

static void answer_fetches(struct play *play, const char *id, enum scene_language language)
{
    answer_conversation(play, id);
    scene_floor_customer(play, language);
    answer_search(play, language, play->last_suggest, false);
}

static void accept_chat(struct play *play, enum scene_language language)
{
    scene_floor_contact(play, CHAT, CHANNEL_CHAT, language);
    play_offer(play, CHAT);
    play_wait(play, 3000);
    play_keys(play, "F2 r");
    play_deliver(play);
    answer_fetches(play, CHAT, language);
}

static void say(struct play *play, const char *text)
{
    play_type(play, text);
    play_keys(play, "Enter");
    play_deliver(play);
}

/* Both sides of a chat, a line each: '>' the customer's, '<' mine; '.' the script's next step is done. */
static const char *const CHATS[2][9] = {
    {">Hi! I need to return an item, can you help me with that?",
     "<Sure. May I have your order number and your e-mail address?", ">3348917502, crystal@email.com", ".",
     "<Thank you, Crystal. May I ask why you would like to return it?",
     ">I got the wrong size. 我买错了尺码。", ">Is it too late?", NULL},
    {">你好，我想退一件衣服，可以吗？", "<当然可以。请告诉我订单号和下单用的邮箱。",
     ">订单 3348917502，crystal@email.com", ".", "<谢谢您，明小姐。请问是什么原因想退货呢？",
     ">尺码买错了，I need an L。", ">现在退还来得及吗？", NULL},
};

static void verify(struct play *play)
{
    play_keys(play, "M-4 Enter");
    play_wait(play, 9000);
    play_keys(play, "Enter Enter");
    play_type(play, "3348917502");
    play_keys(play, "Enter"); /* the e-mail is taken from what was written */
    play_wait(play, 12000);
    play_keys(play, "Enter");
    play_deliver(play);
    play_keys(play, "M-2 r");
}

static void converse(struct play *play, enum scene_language language)
{
    for (int i = 0; CHATS[language][i] != NULL; i++) {
        const char *line = CHATS[language][i];
        play_wait(play, 21000);
        if (*line == '>')
            play_customer_writes(play, CHAT, line + 1);
        else if (*line == '<')
            say(play, line + 1);
        else
            verify(play);
    }
}

static void typing(struct play *play)
{
    play_stream(play, play_event(play, EVENT_CUSTOMER_TYPING, ACTOR_CUSTOMER, "customer", CHAT));
}

static void chat(struct play *play, enum scene_language language)
{
    ready(play, language);
    accept_chat(play, language);
    converse(play, language);
    search(play, language);
    play_keys(play, "M-2 r");
    play_type(play, language == SCENE_CHINESE
                        ? "我马上帮您查。我们的退货政策是签收后 90 天内，所以"
                        : "Let me check that for you. Our returns policy allows 90 days from delivery, so ");
    typing(play);
}

/* --- the others --- */

static void no_contact(struct play *play, enum scene_language language)
{
    ready(play, language);
}

static void practice(struct play *play, enum scene_language language)
{
    ready(play, language);
    play->desk->is_practice = true;
}

static void looking(struct play *play, enum scene_language language)
{
    ready(play, language);
    play_keys(play, "C-f");
    play_type(play, "alvarez");
    play_keys(play, "Enter");
    answer_conversation(play, play->desk->current->id);
}

static void not_ready(struct play *play, enum scene_language language)
{
    (void)language;
    scene_floor_set_up(play);
    play_keys(play, "F10 Enter");
    play_deliver(play);
    play_wait(play, 9000);
}

static void sign_in(struct play *play, enum scene_language language)
{
    (void)language;
    struct desk *fresh = desk_new(&(struct desk_options){
        .device = "d1", .boot = "b1", .seed = {7}, .now_ms = play->now_ms, .boot_ms = 1000, .agent = "lina"});
    desk_free(play->desk);
    play->desk = fresh;
    g_ptr_array_set_size(play->events, 0);
    play_type(play, "secret");
    play_keys(play, "Enter");
    play_msg(play, (struct msg){.kind = MSG_SIGN_IN_REFUSED,
                                .number = play->desk->sign_in_request,
                                .text = "The name or the password is wrong."});
}

static void offer(struct play *play, enum scene_language language)
{
    chat(play, language);
    scene_floor_contact(play, "48231", CHANNEL_EMAIL, language);
    play_offer(play, "48231");
    play_wait(play, 4000);
}

/* A sentence longer than a narrow line: the link is lost in the middle of an answer. */
static void long_notice(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_msg(play, (struct msg){.kind = MSG_LINK,
                                .link = LINK_CONNECTING,
                                .text = "The backend at http://127.0.0.1:8080 does not answer (connection "
                                        "refused); work goes on and is sent later."});
}

/* The same beside an offer, which keeps the line. */
static void long_notice_offer(struct play *play, enum scene_language language)
{
    offer(play, language);
    play_keys(play, "Esc M-1 Home Down Down Enter");
}

static void note(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc N");
    play_type(play, language == SCENE_CHINESE
                        ? "客户第二次问同样的事，请优先处理。"
                        : "Second time she asks; delivered 6 Nov by the carrier's log.");
}

/* A reply and a note are begun, and the list has the keys. */
static void drafts(struct play *play, enum scene_language language)
{
    note(play, language);
    play_keys(play, "M-2");
}

static void note_kept(struct play *play, enum scene_language language)
{
    note(play, language);
    play_keys(play, "Esc r C-u M-2");
}

static void several(struct play *play, enum scene_language language)
{
    chat(play, language);
    for (int i = 0; i < 2; i++) {
        const char *id = i == 0 ? "48214" : "48216";
        scene_floor_contact(play, id, CHANNEL_CHAT, language);
        play_offer(play, id);
        play_keys(play, "F2 r");
        play_deliver(play);
        answer_fetches(play, id, language);
        play_wait(play, 8000);
    }
    play_customer_writes(play, "48214", language == SCENE_CHINESE ? "还在吗？" : "Are you still there?");
    play_keys(play, "Esc M-1");
}

static void held(struct play *play, enum scene_language language)
{
    ready(play, language);
    scene_floor_contact(play, EMAIL, CHANNEL_EMAIL, language);
    play_offer(play, EMAIL);
    play_keys(play, "F2");
    play_deliver(play);
    answer_fetches(play, EMAIL, language);
    play_customer_writes(play, EMAIL,
                         language == SCENE_CHINESE
                             ? "您好，\n\n我在十月底买的外套尺码不对，想换大一号。\n\n谢谢，\n明晶晶"
                             : "Hello,\n\nthe jacket I ordered at the end of October is too small. Could "
                               "you change it for the next size?\n\nKind regards,\nCrystal Minh");
    play_keys(play, "r");
    play_type(play, language == SCENE_CHINESE ? "明女士，您好！我们马上为您换货。"
                                              : "Dear Ms Minh, we are glad to change it for you.");
    play_keys(play, "C-s");
    play_wait(play, 2000);
}

static void phone_on_hold(struct play *play, enum scene_language language)
{
    ready(play, language);
    scene_floor_contact(play, PHONE, CHANNEL_PHONE, language);
    play_offer(play, PHONE);
    play_keys(play, "F2 r");
    play_deliver(play);
    answer_fetches(play, PHONE, language);
    play_customer_writes(
        play, PHONE, language == SCENE_CHINESE ? "我的退款还没有到账。" : "My refund has not arrived yet.");
    play_wait(play, 5000);
    play_keys(play, "Esc h");
    play_deliver(play);
    play_wait(play, 65000);
}

static void unknown(struct play *play, enum scene_language language)
{
    ready(play, language);
    scene_floor_stranger(play, "48240", language);
    play_offer(play, "48240");
    play_keys(play, "F2 r");
    play_deliver(play);
    answer_conversation(play, "48240");
    play_customer_writes(play, "48240", language == SCENE_CHINESE ? "有人吗？" : "Is anybody there?");
    play_keys(play, "Esc M-3");
}

static void escalated(struct play *play, enum scene_language language)
{
    ready(play, language);
    scene_floor_escalation(play, CHAT, language);
    play_offer(play, CHAT);
    play_keys(play, "F2");
    play_deliver(play);
    answer_fetches(play, CHAT, language);
    play_customer_writes(play, CHAT,
                         language == SCENE_CHINESE ? "我已经等了两天了。"
                                                   : "I have been waiting for two days now.");
}

static void link_down(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_msg(play, (struct msg){.kind = MSG_LINK,
                                .link = LINK_CONNECTING,
                                .text = "The backend does not answer; trying again."});
    play_keys(play, "Enter");
    play_type(play, language == SCENE_CHINESE ? "还来得及。" : "You are in time.");
    play_keys(play, "Enter");
    play_keys(play, "Esc v");
    play_msg(play, (struct msg){.kind = MSG_FLUSHED, .number = (int64_t)play->events->len});
    play_wait(play, 42000);
}

static void locked(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "F12");
}

static void palette(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "C-p");
    play_type(play, "tra");
}

static void help(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc F1");
}

static void canned(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "C-t");
}

static void find(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "C-f");
    play_type(play, language == SCENE_CHINESE ? "王芳" : "minh");
    scene_floor_found(play, language);
}

static void transfer(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc t");
}

static void escalate(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc e");
}

static void wrap_up(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc w");
    play_wait(play, 7000);
}

/* As many dispositions as a busy queue has, the chosen one further down than there is room. */
static void dispositions(struct play *play, enum scene_language language)
{
    chat(play, language);
    for (int i = 0; i < 13; i++) {
        struct desk_disposition *d = g_new0(struct desk_disposition, 1);
        d->code = g_strdup_printf("reason-%d", i + 1);
        d->label = g_strdup_printf(language == SCENE_CHINESE ? "第 %d 种原因" : "Reason number %d", i + 1);
        g_ptr_array_add(play->desk->settings.dispositions, d);
    }
    play_keys(play, "Esc w");
    for (int i = 0; i < 9; i++)
        play_keys(play, "Down");
}

static struct desk_article returns_policy(enum scene_language language)
{
    return (struct desk_article){
        .id = language == SCENE_CHINESE ? (char *)"FJ-131" : (char *)"FJ-101",
        .title = language == SCENE_CHINESE ? (char *)"退货政策" : (char *)"Returns policy",
        .body = language == SCENE_CHINESE
                    ? (char *)"签收后 90 天内可以退货，商品须未穿着、吊牌齐全。\n\n超过 90 "
                              "天，金卡会员退货可转为店铺余额，其他会员请走二线审批。\n\n退货面单免费，"
                              "包裹扫描后 5 个工作日内退款到原付款卡。"
                    : (char *)"Items may be returned within 90 days of delivery, unworn and with their "
                              "labels on.\n\nAfter that, gold members may return for store credit; others "
                              "need the second line's approval.\n\nThe label is free. The refund goes back "
                              "to the card within 5 working days of the scan.",
        .updated = (char *)"2025-10-02T08:00:00Z",
    };
}

static void article(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "C-k Enter");
    struct desk_article open = returns_policy(language);
    play_msg(
        play,
        (struct msg){.kind = MSG_ARTICLE, .number = play->desk->knowledge.article_request, .article = &open});
}

/* Somebody has said what is wrong with it, and two of its lines are chosen. */
static void excerpt(struct play *play, enum scene_language language)
{
    bool is_chinese = language == SCENE_CHINESE;
    chat(play, language);
    play_keys(play, "C-k Enter");
    struct desk_article open = returns_policy(language);
    open.flags = is_chinese ? (char *)"标签要求已取消，请更新 · sara"
                            : (char *)"The label rule ended in May, see the letter · sara";
    play_msg(
        play,
        (struct msg){.kind = MSG_ARTICLE, .number = play->desk->knowledge.article_request, .article = &open});
    play_keys(play, "M-p v Down v Down");
}

static void filter(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc M-1 /");
    play_type(play, language == SCENE_CHINESE ? "退款" : "refund");
}

static void in_script(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc M-4");
}

static void flow(struct play *play, enum scene_language language)
{
    in_script(play, language);
    play_keys(play, "m");
}

/* The customer's e-mail with a slip of the keyboard in it. */
static void mismatch(struct play *play, enum scene_language language)
{
    g_autoptr(GString) words = g_string_new(CHATS[language][2] + 1);
    g_string_replace(words, "email.com", "email.cm", 0);
    ready(play, language);
    accept_chat(play, language);
    play_wait(play, 21000);
    play_customer_writes(play, CHAT, words->str);
    play_keys(play, "Esc M-4 Enter Enter Enter");
    play_type(play, "3348917502");
    play_keys(play, "Enter");
    play_wait(play, 12000);
    play_keys(play, "Enter");
    play_deliver(play);
}

/* Back in the check: the e-mail that was typed is personal. */
static void masked(struct play *play, enum scene_language language)
{
    mismatch(play, language);
    play_wait(play, 1000);
    play_keys(play, "b");
}

/* The same from the conversation: a field of the step is still to be filled in. */
static void step_field(struct play *play, enum scene_language language)
{
    mismatch(play, language);
    play_keys(play, "M-2");
}

/* The choice of the next step is asked for. */
static void step_choice(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc M-4 y M-2");
}

static void in_customer(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc M-3 Down");
}

static void in_knowledge(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "C-k Down");
}

static void in_queue(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc M-1 Down Down Down");
}

static void second_line(struct play *play, enum scene_language language)
{
    in_queue(play, language);
    scene_floor_escalation(play, "48251", language);
    scene_floor_escalation(play, "48252", language);
    scene_floor_answer(play, "48252");
    play_keys(play, "/");
    play_type(play, language == SCENE_CHINESE ? "明晶晶" : "Minh");
}

static void marks(struct play *play, enum scene_language language)
{
    in_queue(play, language);
    play_keys(play, "F1");
    play_type(play, "mark");
}

static void question(struct play *play, enum scene_language language)
{
    chat(play, language);
    play_keys(play, "Esc C-z");
}

/* A credit above the limit is asked for and waited for. */
static void waits_for_approval(struct play *play, enum scene_language language)
{
    bool is_chinese = language == SCENE_CHINESE;
    ready(play, language);
    accept_chat(play, language);
    converse(play, language);
    play_keys(play, "Esc M-4 x");
    play_type(play, is_chinese ? "账单" : "bill");
    play_keys(play, "Enter Enter Enter");
    play_type(play, is_chinese ? "国际漫游" : "Roaming, Oslo");
    play_keys(play, "Enter");
    play_type(play, "2025-11-02");
    play_keys(play, "Enter");
    play_type(play, "86.40");
    play_keys(play, "Enter 2 Enter");
    play_deliver(play);
    play_wait(play, 74000);
}

static void request(struct play *play, const char *id, const char *name, const struct approval *about,
                    int64_t due_ms)
{
    play_arrive(play, id, CHANNEL_CHAT, "fjellhem", name);
    struct event *taken = play_event(play, EVENT_CONTACT_ACCEPTED, ACTOR_AGENT, "tomas", id);
    taken->leg = g_strconcat(id, ".1", NULL);
    play_stream(play, taken);
    struct event *ev = play_event(play, EVENT_APPROVAL_REQUESTED, ACTOR_AGENT, "tomas", id);
    event_set_text(ev, "script", "refund");
    event_set_text(ev, "step", "lead");
    event_set_text(ev, "title", about->title);
    event_set_text(ev, "ask", about->ask);
    event_set_text(ev, "reason", about->reason);
    event_set_text(ev, "approvers", "specialist supervisor");
    event_set_text(ev, "currency", "EUR");
    event_set_number(ev, "amount_minor", about->amount_minor);
    event_set_number(ev, "due_ms", due_ms);
    play_stream(play, ev);
}

static void inbox(struct play *play, enum scene_language language)
{
    static const struct approval asked[2][3] = {
        {{.title = "May we settle it at once?",
          .ask = "Trekking boots of 289.00: sole came off on the first walk. Customer wants: a new pair. "
                 "Photos are "
                 "in the contact.",
          .reason = "sole came off on the first walk",
          .amount_minor = 28900},
         {.title = "Past the return period",
          .ask = "Return of the shell jacket after the period, delivered 2025-06-30, customer tier silver. "
                 "Accept "
                 "for store credit?"},
         {.title = "Replace it at once?",
          .ask =
              "Order 3348917502 reported delivered, not received; worth 412.00. Replace before the trace is "
              "back?",
          .amount_minor = 41200}},
        {{.title = "能否当场处理",
          .ask = "徒步鞋，金额 289.00：第一次穿鞋底就脱落。客户希望：换新。照片在会话中。",
          .reason = "第一次穿鞋底就脱落",
          .amount_minor = 28900},
         {.title = "超过退货期",
          .ask = "冲锋衣超期退货，送达日期 2025-06-30，会员等级 银卡。是否同意退为店铺余额？"},
         {.title = "能否马上补发",
          .ask = "订单 3348917502 显示签收但未收到，金额 412.00。是否先行补发？",
          .amount_minor = 41200}},
    };
    bool is_chinese = language == SCENE_CHINESE;
    ready(play, language);
    world_agent(play->desk->world, "li")->role = ROLE_SPECIALIST;
    play->desk->role = ROLE_SPECIALIST;
    request(play, "48301", is_chinese ? "陈伟" : "Ingrid Solheim-Bergström", &asked[language][0], 640000);
    play_wait(play, 31000);
    request(play, "48302", is_chinese ? "王芳" : "Yara Silva", &asked[language][1], 480000);
    play_wait(play, 200000);
    request(play, "48303", is_chinese ? "李雷" : "D. Okafor", &asked[language][2], 65000);
    play_keys(play, "M-a Down");
    play_wait(play, 12000);
    play_keys(play, "Down");
}

static const struct scene SCENES[] = {
    {"sign-in", sign_in, "The sign-in form after a wrong password."},
    {"not-ready", not_ready, "Signed in, nothing waits, not ready yet."},
    {"nothing-open", no_contact, "Ready, 23 wait, nothing is open."},
    {"practice", practice, "A practice run before its customer came."},
    {"looking", looking, "A contact of the queue was found and is only looked at."},
    {"chat", chat, "A chat with its script, knowledge and a draft."},
    {"queue", in_queue, "The queue has the keys, some rows down."},
    {"customer", in_customer, "The customer's record has the keys."},
    {"script", in_script, "The script's third step has the keys."},
    {"flow", flow, "The script as it is drawn, with the way taken."},
    {"approval", waits_for_approval, "The script waits for somebody's approval."},
    {"approvals", inbox, "What others ask me to approve."},
    {"mismatch", mismatch, "A check of the script failed."},
    {"masked", masked, "Back in the check: a personal answer is masked."},
    {"step-field", step_field, "The conversation with a field of the script to fill in."},
    {"step-choice", step_choice, "The conversation with a choice of the script."},
    {"knowledge", in_knowledge, "The search has the keys, on its second hit."},
    {"article", article, "An article is open."},
    {"excerpt", excerpt, "An article with a flag, two of its lines chosen."},
    {"filter", filter, "The queue is narrowed."},
    {"offer", offer, "An e-mail rings while a chat's answer is typed."},
    {"long-notice", long_notice, "A sentence is longer than a narrow line of keys."},
    {"long-notice-offer", long_notice_offer, "An offer rings while one that cannot be taken is tried."},
    {"several", several, "Three chats are open, one of them waits for me."},
    {"note", note, "An internal note is being written."},
    {"drafts", drafts, "A reply and a note wait while the list has the keys."},
    {"note-kept", note_kept, "A note waits while the list has the keys."},
    {"held-back", held, "An e-mail's answer can still be taken back."},
    {"on-hold", phone_on_hold, "A phone call is on hold."},
    {"unknown", unknown, "An unknown caller."},
    {"escalated", escalated, "The second line is asked."},
    {"second-line", second_line, "One that waits was escalated, another was given back."},
    {"marks", marks, "What the marks of the queue mean."},
    {"link-down", link_down, "The backend is gone, three events are kept."},
    {"palette", palette, "The commands, narrowed."},
    {"help", help, "The keys of the conversation."},
    {"canned", canned, "The canned texts."},
    {"find", find, "Customers, contacts and orders found."},
    {"transfer", transfer, "Where to transfer to."},
    {"escalate", escalate, "The form for the second line, the story longer than its field."},
    {"question", question, "A question before suspending."},
    {"wrap-up", wrap_up, "The wrap-up form."},
    {"dispositions", dispositions, "The wrap-up form with more dispositions than there is room for."},
    {"locked", locked, "The lock form."},
};

const struct scene *scene_all(size_t *count)
{
    *count = G_N_ELEMENTS(SCENES);
    return SCENES;
}

struct play *scene_open(const char *name, enum scene_language language)
{
    struct play *play = play_new();
    for (size_t i = 0; i < G_N_ELEMENTS(SCENES); i++)
        if (g_str_equal(SCENES[i].name, name)) {
            SCENES[i].begin(play, language);
            scene_resize(play, 120, 40);
            return play;
        }
    g_error("There is no scene \"%s\".", name);
}

/* What the knowledge answers a wide desk that asks for the article under its cursor. */
static void answer_peek(struct play *play)
{
    const struct desk_knowledge *k = &play->desk->knowledge;
    struct desk_article chinese = returns_policy(SCENE_CHINESE), english = returns_policy(SCENE_ENGLISH);
    if (k->peek_request == 0)
        return;
    bool is_chinese = g_str_equal(k->peek_asked, chinese.id),
         is_english = g_str_equal(k->peek_asked, english.id);
    play_msg(play, (struct msg){.kind = MSG_ARTICLE,
                                .number = k->peek_request,
                                .article = is_chinese   ? &chinese
                                           : is_english ? &english
                                                        : NULL});
}

void scene_resize(struct play *play, int cols, int rows)
{
    struct msg msg = {.kind = MSG_RESIZE, .size = {.cols = cols, .rows = rows}};
    memcpy(msg.size.page_rows, play->desk->page_rows, sizeof play->desk->page_rows);
    play_msg(play, msg);
    view_desk_measure(play->desk, &msg.size);
    play_msg(play, msg);
    answer_peek(play);
}

struct canvas *scene_draw(const struct play *play)
{
    struct canvas *canvas = canvas_new(play->desk->cols, play->desk->rows);
    struct screen_caret caret;
    view_desk_draw(play->desk, canvas, &caret);
    if (caret.visible)
        g_assert_true(rect_contains(canvas_bounds(canvas), caret.x, caret.y));
    return canvas;
}

char *scene_text(const struct play *play)
{
    struct canvas *canvas = scene_draw(play);
    char *text = canvas_dump_text(canvas);
    canvas_free(canvas);
    return text;
}

char *scene_keys(const struct play *play)
{
    struct canvas *canvas = scene_draw(play);
    char *keys = canvas_row_text(canvas, play->desk->rows - 1);
    canvas_free(canvas);
    return keys;
}
