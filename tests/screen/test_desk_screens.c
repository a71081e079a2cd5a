/* The desk as it looks, in the middle of believable work. Every golden was read as a picture. */
#include <string.h>

#include "tests/support/desk_scene.h"
#include "tests/support/screen.h"
#include "ui/text.h"

static const struct {
    int cols, rows;
} SIZES[] = {{80, 24}, {120, 40}, {200, 50}};

static const char *const LANGUAGES[] = {[SCENE_ENGLISH] = "en", [SCENE_CHINESE] = "zh"};

struct picture {
    const struct scene *scene;
    enum scene_language language;
};

static void test_scene(gconstpointer data)
{
    const struct picture *picture = data;
    struct play *play = scene_open(picture->scene->name, picture->language);
    for (size_t i = 0; i < G_N_ELEMENTS(SIZES); i++) {
        scene_resize(play, SIZES[i].cols, SIZES[i].rows);
        struct canvas *canvas = scene_draw(play);
        g_autofree char *name = g_strdup_printf("desk-%s-%s-%dx%d", picture->scene->name,
                                                LANGUAGES[picture->language], SIZES[i].cols, SIZES[i].rows);
        screen_assert_golden(canvas, name);
        canvas_free(canvas);
    }
    play_free(play);
}

static void test_too_small(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    scene_resize(play, 59, 16);
    struct canvas *canvas = scene_draw(play);
    screen_assert_golden(canvas, "desk-too-small");
    canvas_free(canvas);
    play_free(play);
}

/* Mine alone are left, and why is said below them. */
static void test_filter_finds_nothing(void)
{
    struct play *play = scene_open("filter", SCENE_ENGLISH);
    play_type(play, "zz");
    scene_resize(play, 80, 24);
    struct canvas *canvas = scene_draw(play);
    screen_assert_golden(canvas, "desk-filter-nothing-80x24");
    canvas_free(canvas);
    play_free(play);
}

/* On the lowest screen what the keys do is in sight, and of fields that are not it is said how many rows. */
static void test_low_form(void)
{
    for (int language = 0; language < (int)G_N_ELEMENTS(LANGUAGES); language++) {
        struct play *play = scene_open("wrap-up", (enum scene_language)language);
        const char *const keys[] = {"", "Tab", "Tab"};
        for (int step = 0; step < (int)G_N_ELEMENTS(keys); step++) {
            play_keys(play, keys[step]);
            scene_resize(play, 60, 16);
            struct canvas *canvas = scene_draw(play);
            g_autofree char *name =
                g_strdup_printf("desk-wrap-up-%s-60x16-field-%d", LANGUAGES[language], step + 1);
            screen_assert_golden(canvas, name);
            canvas_free(canvas);
        }
        play_free(play);
    }
}

static void give_hours(struct play *play, const char *hours)
{
    GHashTableIter each;
    void *q;
    g_hash_table_iter_init(&each, play->desk->world->queues);
    while (g_hash_table_iter_next(&each, NULL, &q))
        g_assert_true(queue_set_hours(q, hours, NULL));
}

/* Only where every queue is closed whose work is mine. */
static void test_closed(void)
{
    struct play *play = scene_open("nothing-open", SCENE_ENGLISH);
    give_hours(play, "mon=00:00-24:00;tue=00:00-24:00;wed=00:00-24:00;thu=00:00-24:00;fri=00:00-24:00;"
                     "sat=00:00-24:00;sun=00:00-24:00");
    g_assert_cmpint(desk_opens_ms(play->desk), ==, 0);
    give_hours(play, "mon=00:00-00:01;tue=00:00-00:01;wed=00:00-00:01;thu=00:00-00:01;fri=00:00-00:01;"
                     "sat=00:00-00:01;sun=00:00-00:01");
    int64_t opens_ms = desk_opens_ms(play->desk);
    g_assert_cmpint(opens_ms % (24 * 3600 * 1000), ==, 0);
    g_assert_cmpint(opens_ms - play->desk->now_ms, <, 24 * 3600 * 1000);
    for (size_t i = 0; i < 2; i++) {
        scene_resize(play, SIZES[i].cols, SIZES[i].rows);
        struct canvas *canvas = scene_draw(play);
        g_autofree char *name = g_strdup_printf("desk-closed-%dx%d", SIZES[i].cols, SIZES[i].rows);
        screen_assert_golden(canvas, name);
        canvas_free(canvas);
    }
    GHashTableIter each;
    void *q;
    g_hash_table_iter_init(&each, play->desk->world->queues);
    g_assert_true(g_hash_table_iter_next(&each, NULL, &q) && queue_set_hours(q, NULL, NULL));
    g_assert_cmpint(desk_opens_ms(play->desk), ==, 0);
    play_free(play);
}

/* At 100 columns the day of a delivery stands whole, further left than the item. */
static void test_orders_when_narrow(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    scene_resize(play, 100, 40);
    g_autofree char *text = scene_text(play);
    g_assert_nonnull(strstr(text, "delivered 2025-11-06 EUR"));
    play_free(play);
}

/* Of a reply longer than its field the end is shown; how long it is, is said. */
static void test_long_reply(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    scene_resize(play, 80, 24);
    g_autofree char *brief = scene_text(play);
    g_assert_null(strstr(brief, "lines · Enter sends"));
    play_keys(play, "r C-u");
    play_paste(play, "1\n2\n3\n4\n5\n6\n7\n8\n9");
    g_autofree char *text = scene_text(play);
    g_assert_nonnull(strstr(text, " · 9 lines · Enter sends"));
    play_free(play);
}

static char *strip_of(struct play *play, int cols)
{
    scene_resize(play, cols, 24);
    struct canvas *canvas = scene_draw(play);
    char *row = g_strchomp(canvas_row_text(canvas, 17));
    canvas_free(canvas);
    return row;
}

/* A choice stands whole over the reply or is counted; what is told before them is no stub. */
static void test_choices_in_the_strip(void)
{
    struct play *play = play_new();
    play_script(play,
                "script: s\nversion: 1\ntitle: T\nintents: [return_size]\nsteps:\n"
                "- {id: one, kind: choose, title: One, class: value, next: two, fields: [{name: stage, "
                "label: The order is, type: choice, options: [{value: a, title: Not packed yet}, "
                "{value: b, title: Packed or on its way}, {value: c, title: It is packed and waits for the "
                "carrier}, {value: d, title: Delivered}]}]}\n"
                "- {id: two, kind: action, title: Two, class: value, action: x, do: Look into the record., "
                "results: {done: {to: bye, title: The carrier has taken it back to the warehouse}, "
                "failed: {to: bye, title: Nobody knows}}}\n"
                "- {id: bye, kind: end, title: Bye, class: value, disposition: d, resolved: yes}\n");
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Crystal Minh");
    play_offer(play, "1001");
    play_keys(play, "F2 M-4 Enter M-2");
    g_autofree char *narrow = strip_of(play, 80), *wide = strip_of(play, 90);
    g_assert_cmpstr(narrow, ==, " The order is  Alt-4  1 Not packed yet  2 Packed or on its way  … 2 more");
    g_assert_cmpstr(wide, ==, " The order is  Alt-4  1 Not packed yet  2 Packed or on its way  … 2 more");
    play_keys(play, "M-4 4 M-2");
    g_autofree char *told = strip_of(play, 80);
    g_assert_cmpstr(told, ==, " Alt-4  1 The carrier has taken it back to the warehouse  2 Nobody knows");
    play_free(play);
}

/* The key that holds takes up again what was left in its wrap-up, and says so. */
static void test_wrap_up_left(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    scene_resize(play, 80, 24);
    play_keys(play, "Esc w Esc M-2");
    g_autofree char *keys = scene_keys(play);
    g_assert_nonnull(strstr(keys, "h take up again"));
    play_free(play);
}

/* A pane without a contact offers no key for it. */
static void test_no_contact_no_step(void)
{
    struct play *play = scene_open("nothing-open", SCENE_ENGLISH);
    play_keys(play, "M-4");
    scene_resize(play, 80, 24);
    g_autofree char *keys = scene_keys(play);
    g_assert_null(strstr(keys, "Enter"));
    g_assert_nonnull(strstr(keys, "^F find"));
    play_keys(play, "Enter");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "No contact is open; choose one in the queue and press Enter.");
    play_free(play);
}

/* What was passed to me by name stands out among what anybody may take; what was passed to others does not.
 */
static void test_meant_for_me(void)
{
    struct play *play = scene_open("queue", SCENE_ENGLISH);
    static const char *const names[] = {"Ada Nowak", "Bo Ek"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *id = g_strdup_printf("4900%zu", i);
        play_arrive(play, id, CHANNEL_CHAT, "fjellhem", names[i]);
        struct event *ev = play_event(play, EVENT_CONTACT_TRANSFERRED, ACTOR_AGENT, "tomas", id);
        event_set_text(ev, "queue", "fjellhem");
        event_set_text(ev, "agent", i == 0 ? play->desk->me : "tomas");
        play_stream(play, ev);
    }
    play_keys(play, "M-1 /");
    play_type(play, "nowak");
    g_autofree char *mine = scene_text(play);
    g_assert_nonnull(strstr(mine, " → chat   Ada Nowak"));
    play_keys(play, "C-u");
    play_type(play, "bo ek");
    g_autofree char *others = scene_text(play);
    g_assert_nonnull(strstr(others, " chat   Bo Ek"));
    g_assert_null(strstr(others, "→"));
    play_free(play);
}

/* Where a contact may be passed to, and by when it would be seen there. */
static void test_closed_queues(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    give_hours(play, "mon=00:00-00:01;tue=00:00-00:01;wed=00:00-00:01;thu=00:00-00:01;fri=00:00-00:01;"
                     "sat=00:00-00:01;sun=00:00-00:01");
    play_keys(play, "Esc t");
    scene_resize(play, 80, 24);
    struct canvas *canvas = scene_draw(play);
    screen_assert_golden(canvas, "desk-closed-transfer-80x24");
    canvas_free(canvas);
    play_keys(play, "Esc e");
    canvas = scene_draw(play);
    screen_assert_golden(canvas, "desk-closed-escalate-80x24");
    canvas_free(canvas);
    play_free(play);
}

/* An action that waits for a connected system shows the time it has left; one that had no answer says so. */
static void test_time_limit(void)
{
    static const char script[] =
        "script: limited\nversion: 1\ntitle: Limited\nsteps:\n"
        "- {id: block, kind: action, title: Block the card, class: value, action: cards.block, timeout: 30s, "
        "do: Block it in the card system., results: {blocked: {to: bye, title: Blocked}, timeout: {to: up, "
        "title: No answer}}}\n"
        "- {id: up, kind: escalate, title: Second line blocks it, class: waste, waste: rework, ask: Please "
        "block it.}\n"
        "- {id: bye, kind: end, title: Close, class: value, disposition: closed, resolved: yes}\n";
    struct play *play = scene_open("script", SCENE_ENGLISH);
    play_script(play, script);
    play_keys(play, "x");
    play_type(play, "Limited");
    play_keys(play, "Enter");
    play_wait(play, 22000);
    for (size_t i = 0; i < 2; i++) {
        scene_resize(play, SIZES[i].cols, SIZES[i].rows);
        struct canvas *canvas = scene_draw(play);
        g_autofree char *name = g_strdup_printf("desk-limit-%dx%d", SIZES[i].cols, SIZES[i].rows);
        screen_assert_golden(canvas, name);
        canvas_free(canvas);
    }
    play_wait(play, 9000);
    struct canvas *canvas = scene_draw(play);
    screen_assert_golden(canvas, "desk-limit-passed-120x40");
    canvas_free(canvas);
    play_free(play);
}

/* A question longer than the pane is wide is there whole; the summary ends with its mark alone. */
static void test_long_question(void)
{
    static const char script[] =
        "script: long\nversion: 1\ntitle: Unhappy\nsteps:\n"
        "- {id: ask, kind: choose, class: value, title: 'The customer is not satisfied with your answer, and "
        "would like to change their refund to another card?', fields: [{name: other, type: bool, label: 'The "
        "customer is not satisfied with your answer'}], next: bye}\n"
        "- {id: bye, kind: end, title: Close, class: value, disposition: closed, resolved: yes}\n";
    struct play *play = scene_open("script", SCENE_ENGLISH);
    play_script(play, script);
    play_keys(play, "x");
    play_type(play, "Unhappy");
    play_keys(play, "Enter");
    for (size_t i = 0; i < 2; i++) {
        scene_resize(play, SIZES[i].cols, SIZES[i].rows);
        struct canvas *canvas = scene_draw(play);
        g_autofree char *name = g_strdup_printf("desk-question-%dx%d", SIZES[i].cols, SIZES[i].rows);
        screen_assert_golden(canvas, name);
        canvas_free(canvas);
    }
    play_keys(play, "y w");
    struct canvas *canvas = scene_draw(play);
    screen_assert_golden(canvas, "desk-question-wrap-up-120x40");
    canvas_free(canvas);
    play_free(play);
}

/* An approval not asked for yet, one that the contact does not wait for, and what it waits for instead; the
 * line of keys says what Enter does in each. */
static void test_meanwhile(void)
{
    static const char script[] =
        "script: lead\nversion: 1\ntitle: Goodwill\nsteps:\n"
        "- {id: lead, kind: approve, title: Above the limit, class: waste, waste: approval, approvers: "
        "[agent, specialist], ask: Refund it?, due: 5m, results: {granted: bye, refused: bye, meanwhile: "
        "photo}}\n"
        "- {id: photo, kind: wait, title: The photo, class: waste, waste: waiting, for: customer, timeout: "
        "10m, "
        "next: lead}\n"
        "- {id: bye, kind: end, title: Close, class: value, disposition: closed, resolved: yes}\n";
    static const char *const keys[] = {"", "Enter", "Enter", "Enter"}, *const names[] = {"before", "asked",
                                                                                         "meanwhile", "back"};
    struct play *play = scene_open("script", SCENE_ENGLISH);
    play_script(play, script);
    play_keys(play, "x");
    play_type(play, "Goodwill");
    play_keys(play, "Enter");
    scene_resize(play, 80, 24);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        play_keys(play, keys[i]);
        play_deliver(play);
        play_wait(play, 60000);
        struct canvas *canvas = scene_draw(play);
        g_autofree char *name = g_strdup_printf("desk-lead-%s-80x24", names[i]);
        screen_assert_golden(canvas, name);
        canvas_free(canvas);
    }
    play_free(play);
}

/* The screens that the README shows are the program's own. */
static void test_readme(void)
{
    static const char *const shown[] = {"desk-chat-en-120x40", "desk-chat-en-80x24"};
    g_autofree char *readme = NULL;
    g_assert_true(g_file_get_contents("README.md", &readme, NULL, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        g_autofree char *path = g_strdup_printf("tests/screen/golden/%s.txt", shown[i]), *golden = NULL;
        g_assert_true(g_file_get_contents(path, &golden, NULL, NULL));
        *strstr(golden, "---- styles") = '\0';
        if (strstr(readme, golden) == NULL)
            g_error("README.md does not show %s as it is now; copy its text part there.", path);
    }
}

static void add_scene(const struct scene *scene, enum scene_language language)
{
    struct picture *picture = g_new(struct picture, 1);
    g_autofree char *path = g_strdup_printf("/desk/%s/%s", scene->name, LANGUAGES[language]);
    *picture = (struct picture){scene, language};
    g_test_add_data_func_full(path, picture, test_scene, g_free);
}

/* As the program does after each frame. */
static char *text_after(struct play *play, const char *keys)
{
    play_keys(play, keys);
    scene_resize(play, play->desk->cols, play->desk->rows);
    return scene_text(play);
}

/* Beside colleagues who look or write, what to do once the customer has gone is whole. */
static void test_who_has_left_stands_before_who_looks(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    const char *id = play->desk->current->id;
    scene_resize(play, 80, 24);
    play_customer_leaves(play, id);
    g_autofree char *watching =
        g_strdup_printf("{\"contact\":\"%s\",\"watchers\":[{\"agent\":\"sigrid\",\"typing\":true}]}", id);
    cJSON *json = cJSON_Parse(watching);
    play_msg(play, (struct msg){.kind = MSG_WATCHING, .json = json});
    cJSON_Delete(json);
    struct event *note = play_event(play, EVENT_NOTE_ADDED, ACTOR_AGENT, "sigrid", id);
    event_set_text(note, "text", "He has the voucher.");
    play_stream(play, note);
    g_autofree char *text = text_after(play, "M-2 r");
    g_assert_nonnull(strstr(text, "The customer has left. Esc, then w wraps up."));
    g_assert_nonnull(strstr(text, " note     Sigrid Holm: He has the voucher."));
    scene_resize(play, 200, 50);
    g_autofree char *wide = text_after(play, "Esc");
    g_assert_nonnull(strstr(wide, "w wraps up. · Sigrid Holm is writing here"));
    play_free(play);
}

/* A customer on hold is not forgotten behind another pane. */
static void test_hold_is_in_sight_from_every_pane(void)
{
    struct play *play = scene_open("on-hold", SCENE_ENGLISH);
    static const char *const panes[] = {"M-1", "M-3", "M-4", "M-5"};
    scene_resize(play, 80, 24);
    for (size_t i = 0; i < G_N_ELEMENTS(panes); i++) {
        g_autofree char *text = text_after(play, panes[i]);
        g_assert_nonnull(strstr(text, "2 Contact   hold 1:0"));
    }
    play_free(play);
}

/* Its rows are the wrapped ones, of which there are more than lines; and no key is in vain at its end. */
static void test_timeline_scrolls_to_its_end(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    const char *id = play->desk->current->id;
    for (int i = 0; i < 12; i++)
        play_customer_writes(play, id,
                             "I have told this to two of your colleagues already, and each of them asked me "
                             "for the same number, the same address and the same photo of the same jacket.");
    play_customer_writes(play, id, "These are the last words.");
    scene_resize(play, 80, 24);
    g_autofree char *top = text_after(play, "Esc T"), *end = text_after(play, "End"),
                    *beyond = text_after(play, "PageDown"), *back = text_after(play, "Up");
    g_assert_null(strstr(top, "These are the last words."));
    g_assert_nonnull(strstr(end, "These are the last words."));
    g_assert_cmpstr(beyond, ==, end);
    g_assert_nonnull(strstr(back, "1 more"));
    play_free(play);
}

/* What a line has no room for goes on under its words, and a day that is not today is said. */
static void test_timeline_is_in_order(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    const char *id = play->desk->current->id;
    g_autofree char *today = text_after(play, "Esc T");
    g_assert_null(strstr(today, " November 2025"));
    play_keys(play, "Esc");
    play->now_ms += (int64_t)26 * 3600 * 1000;
    play_customer_writes(
        play, id,
        "It has been more than a day now, and the parcel shop wants to know what it is to do "
        "with my jacket.");
    g_autofree char *text = text_after(play, "T End");
    g_assert_nonnull(strstr(text, " 23 November 2025 "));
    g_assert_nonnull(strstr(text, " 24 November 2025 "));
    g_assert_nonnull(strstr(text, "│           know what it is to do with my jacket."));
    play_free(play);
}

/* A list whose details are short has room for long names. */
static void test_long_name_in_a_list(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    struct contact *c = world_contact(play->desk->world, play->desk->current->id);
    g_free(c->name);
    c->name = g_strdup("Anneliese Müller-Lüdenscheidt Ångström 欧阳");
    play_keys(play, "Esc C-q");
    g_autofree char *text = scene_text(play);
    g_assert_nonnull(strstr(text, " Anneliese Müller-Lüdenscheidt Ångström 欧阳 · chat   active "));
    play_free(play);
}

/* More of a question than there is room for is said to be there. */
static void test_long_ask(void)
{
    struct play *play = scene_open("escalated", SCENE_ENGLISH);
    struct contact *c = world_contact(play->desk->world, play->desk->current->id);
    g_autofree char *whole = scene_text(play);
    g_assert_null(strstr(whole, "…\n"));
    g_free(c->ask);
    c->ask =
        g_strdup("May I exchange it although the order is from March? She has the receipt, the labels are "
                 "on, the box is whole, and two colleagues told her that it can be done. If not, what may "
                 "I offer instead: a voucher, a repair, or a part of the price, and by when?");
    scene_resize(play, 80, 24);
    g_autofree char *cut = scene_text(play);
    g_assert_nonnull(strstr(cut, "…\n"));
    play_free(play);
}

int main(int argc, char **argv)
{
    size_t count;
    if (!text_use_locale())
        return 77;
    g_test_init(&argc, &argv, NULL);
    const struct scene *scenes = scene_all(&count);
    for (size_t i = 0; i < count; i++) {
        add_scene(&scenes[i], SCENE_ENGLISH);
        add_scene(&scenes[i], SCENE_CHINESE);
    }
    g_test_add_func("/desk/who has left stands before who looks", test_who_has_left_stands_before_who_looks);
    g_test_add_func("/desk/a hold is in sight from every pane", test_hold_is_in_sight_from_every_pane);
    g_test_add_func("/desk/too-small", test_too_small);
    g_test_add_func("/desk/low-form", test_low_form);
    g_test_add_func("/desk/filter-nothing", test_filter_finds_nothing);
    g_test_add_func("/desk/orders when narrow", test_orders_when_narrow);
    g_test_add_func("/desk/no contact, no step", test_no_contact_no_step);
    g_test_add_func("/desk/screen/what is meant for me is marked", test_meant_for_me);
    g_test_add_func("/desk/long-reply", test_long_reply);
    g_test_add_func("/desk/strip/choices", test_choices_in_the_strip);
    g_test_add_func("/desk/wrap-up-left", test_wrap_up_left);
    g_test_add_func("/desk/closed", test_closed);
    g_test_add_func("/desk/closed queues", test_closed_queues);
    g_test_add_func("/desk/time limit", test_time_limit);
    g_test_add_func("/desk/long question", test_long_question);
    g_test_add_func("/desk/meanwhile", test_meanwhile);
    g_test_add_func("/desk/timeline scrolls to its end", test_timeline_scrolls_to_its_end);
    g_test_add_func("/desk/timeline is in order", test_timeline_is_in_order);
    g_test_add_func("/desk/long ask", test_long_ask);
    g_test_add_func("/desk/long name in a list", test_long_name_in_a_list);
    g_test_add_func("/desk/readme", test_readme);
    return g_test_run();
}
