/* At any size, with any text, no pane writes on another and nothing dangerous reaches a cell. */
#include <string.h>

#include "tests/support/desk_scene.h"
#include "ui/text.h"
#include "ui/views/views.h"

#define COLS_STEP 20
#define ROWS_STEP 11

static bool is_dangerous(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x200e || point == 0x200f ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

static void check_cells(const struct canvas *canvas)
{
    for (int y = 0; y < canvas_rows(canvas); y++) {
        const struct canvas_cell *row = canvas_row(canvas, y);
        int cols = 0;
        for (int x = 0; x < canvas_cols(canvas); x++) {
            cols += row[x].cols;
            g_assert_true(row[x].cols == 0 || !is_dangerous(row[x].base));
        }
        g_assert_cmpint(cols, ==, canvas_cols(canvas));
    }
}

/* The rules between panes stand whole, and every pane's first row begins with its own, save where a long
 * sentence lies over them. */
static void check_panes(const struct desk *desk, const struct canvas *canvas)
{
    struct layout layout = view_desk_layout(desk);
    struct rect said = view_hints_long_rows(desk, layout.hints);
    for (size_t i = 0; i < G_N_ELEMENTS(layout.divider); i++) {
        int x = layout.divider[i].x;
        for (int y = layout.divider[i].y; y < layout.divider[i].y + layout.divider[i].rows; y++)
            if (!rect_contains(said, x, y))
                g_assert_cmpuint(canvas_row(canvas, y)[x].base, ==, 0x2502);
    }
    for (int i = 0; i < LAYOUT_PANE_COUNT; i++) {
        struct rect pane = layout.pane[i];
        for (int other = 0; other < i; other++)
            g_assert_true(rect_is_empty(rect_intersect(pane, layout.pane[other])));
        if (!rect_is_empty(pane) && !rect_contains(said, pane.x, pane.y))
            g_assert_cmpuint(canvas_row(canvas, pane.y)[pane.x].base, ==, 0x2500);
    }
}

static void check_at(struct play *play, int cols, int rows)
{
    scene_resize(play, cols, rows);
    struct canvas *canvas = scene_draw(play);
    check_cells(canvas);
    bool is_small = cols < LAYOUT_MIN_COLS || rows < LAYOUT_MIN_ROWS;
    if (!is_small && play->desk->phase == DESK_OPEN && desk_popup(play->desk) == NULL)
        check_panes(play->desk, canvas);
    canvas_free(canvas);
}

static void check_all_sizes(struct play *play)
{
    for (int cols = 60; cols <= 220; cols += COLS_STEP)
        for (int rows = 16; rows <= 60; rows += ROWS_STEP)
            check_at(play, cols, rows);
    check_at(play, 0, 0);
    check_at(play, 1, 1);
    check_at(play, 59, 15);
    check_at(play, 61, 17);
    check_at(play, 99, 29);
    check_at(play, 159, 35);
}

static void test_scene(gconstpointer data)
{
    const struct scene *scene = data;
    for (enum scene_language language = SCENE_ENGLISH; language <= SCENE_CHINESE; language++) {
        struct play *play = scene_open(scene->name, language);
        check_all_sizes(play);
        play_free(play);
    }
}

/* --- hostile texts --- */

static char *long_line(void)
{
    return g_strnfill(10 * 1024, 'w');
}

static char *tower(void)
{
    GString *text = g_string_new("Z");
    for (int i = 0; i < 300; i++)
        g_string_append(text, "\u0301\u0327");
    return g_string_free(text, FALSE);
}

static char *many_lines(void)
{
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 3000; i++)
        g_string_append(text, "\n");
    return g_string_free(text, FALSE);
}

/* Caller owns; NULL past the last. */
static char *hostile_text(int index)
{
    static const char *const texts[] = {
        "\x1b[2J\x1b[31mred\x1b]0;title\x07 \23331m",
        "abc\u202Egnp.exe\u202C \u2066x\u2069 \u200F",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦🏳️‍🌈🇳🇴",
        "退货退货退货退货退货退货退货退货退货退货退货退货退货退货退货退货退货退货退货退货",
        "a\tb\rc\vd\be\x7f",
        "%s%n%d{customer.name|}{[{",
        "\xff\xfe\xc3(\xed\xa0\x80",
        "",
        "   ",
        "ﷺ﷽꧅𒐫ⷶⷶ",
    };
    if (index < (int)G_N_ELEMENTS(texts))
        return g_strdup(texts[index]);
    switch (index - (int)G_N_ELEMENTS(texts)) {
    case 0:
        return long_line();
    case 1:
        return tower();
    case 2:
        return many_lines();
    default:
        return NULL;
    }
}

static void take_hostile_contact(struct play *play, const char *text)
{
    struct event *ev = play_event(play, EVENT_CONTACT_CREATED, ACTOR_CUSTOMER, "customer", "66");
    event_set_text(ev, "channel", "chat");
    event_set_text(ev, "queue", "shop");
    for (const char *const *name =
             (const char *const[]){"name", "address", "subject", "intent", "tier", "customer", NULL};
         *name != NULL; name++)
        event_set_text(ev, *name, text);
    play_stream(play, ev);
    play_offer(play, "66");
    check_at(play, 80, 24);
    play_keys(play, "F2");
    play_deliver(play);
    for (int i = 0; i < 3; i++)
        play_customer_writes(play, "66", text);
}

static void know_hostile_customer(struct play *play, const char *text)
{
    struct customer *who = customer_new("c66", text);
    struct order *o = order_new(text, "c66");
    who->tier = g_strdup(text);
    who->since = g_strdup(text);
    who->note = g_strdup(text);
    who->postal = g_strdup(text);
    o->item = g_strdup(text);
    o->status = g_strdup(text);
    o->placed = g_strdup(text);
    o->total_minor = -(INT64_C(1) << 52);
    g_ptr_array_add(who->orders, o);
    for (enum identity_kind kind = 0; kind < IDENTITY_COUNT; kind++)
        customer_add_identity(who, kind, text);
    cJSON *json = customer_to_cjson(who);
    play_reply(play, play->last_customer, LINK_FETCH_CUSTOMER, json);
    customer_free(who);
}

static void find_hostile_articles(struct play *play, char *text)
{
    struct desk_range range = {0, strlen(text)}, inside = {1, MAX(strlen(text), 2) - 1};
    GArray *marks = g_array_new(FALSE, FALSE, sizeof range);
    g_array_append_val(marks, range);
    g_array_append_val(marks, inside);
    struct desk_hit hit = {.id = text,
                           .title = text,
                           .snippet = text,
                           .title_marks = marks,
                           .snippet_marks = marks,
                           .score = 100};
    struct desk_results results = {.hits = g_ptr_array_new(), .total = INT32_MAX, .took_us = INT64_MAX / 2};
    for (int i = 0; i < 50; i++)
        g_ptr_array_add(results.hits, &hit);
    play_keys(play, "C-k");
    play_paste(play, text);
    play_type(play, "a");
    play_msg(play,
             (struct msg){.kind = MSG_SEARCH_RESULTS, .number = play->last_search, .results = &results});
    check_all_sizes(play);
    struct desk_article article = {.id = text, .title = text, .body = text, .updated = text};
    play_keys(play, "Enter");
    play_msg(play, (struct msg){.kind = MSG_ARTICLE, .number = play->last_article, .article = &article});
    check_all_sizes(play);
    g_ptr_array_unref(results.hits);
    g_array_unref(marks);
}

static void open_popups(struct play *play, const char *text)
{
    static const char *const keys[] = {"C-p", "C-f", "C-t", "t", "e", "p", "F10", "w", "F12"};
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        play_keys(play, "Esc M-2");
        if (play->desk->current != NULL && play->desk->current->composer != COMPOSER_NONE)
            play_keys(play, "Esc M-2");
        play_keys(play, keys[i]);
        play_paste(play, text);
        for (int cols = 60; cols <= 200; cols += 70)
            check_at(play, cols, cols / 4 + 1);
        play_keys(play, "Esc Esc");
    }
}

static void test_hostile(gconstpointer data)
{
    g_autofree char *text = hostile_text(GPOINTER_TO_INT(data));
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    take_hostile_contact(play, valid);
    know_hostile_customer(play, valid);
    play_keys(play, "Esc M-2 r");
    play_paste(play, valid);
    check_all_sizes(play);
    find_hostile_articles(play, valid);
    open_popups(play, valid);
    play_free(play);
}

/* --- what a key says to have changed is all that changed --- */

/* As the program does after each frame. */
static void tell_page_rows(struct play *play)
{
    struct msg msg = {.kind = MSG_RESIZE, .size = {.cols = play->desk->cols, .rows = play->desk->rows}};
    view_desk_measure(play->desk, &msg.size);
    if (memcmp(msg.size.page_rows, play->desk->page_rows, sizeof msg.size.page_rows) != 0)
        play_msg(play, msg);
}

static void type_at_random(struct play *play, int cols, int rows)
{
    static const char *const keys[] = {"Down", "Down",  "Down", "Down", "Up",  "Up",  "PageDown", "PageUp",
                                       "Home", "End",   "M-1",  "M-2",  "M-3", "M-4", "M-5",      "Tab",
                                       "/",    "Enter", "Esc",  "Esc",  "C-k", "r",   "h",        "y"};
    GRand *rand = g_rand_new_with_seed(11);
    struct canvas *canvas = canvas_new(cols, rows);
    struct screen_caret caret, whole_caret;
    scene_resize(play, cols, rows);
    view_desk_draw(play->desk, canvas, &caret);
    for (int i = 0; i < 300; i++) {
        tell_page_rows(play);
        view_desk_draw_stale(play->desk, canvas, &caret);
        play_keys(play, keys[g_rand_int_range(rand, 0, (gint32)G_N_ELEMENTS(keys))]);
        struct canvas *before = canvas_new(cols, rows);
        canvas_copy(before, canvas);
        struct rect drawn = view_desk_draw_stale(play->desk, canvas, &caret);
        for (int y = drawn.y; y < drawn.y + drawn.rows; y++)
            canvas_copy_row(before, canvas, y);
        g_assert_true(canvas_equals(before, canvas)); /* what it says it drew is all it drew */
        canvas_free(before);
        struct canvas *whole = canvas_new(cols, rows);
        view_desk_draw(play->desk, whole, &whole_caret);
        g_assert_true(canvas_equals(canvas, whole));
        g_assert_true(caret.visible == whole_caret.visible);
        g_assert_true(!caret.visible || (caret.x == whole_caret.x && caret.y == whole_caret.y));
        canvas_free(whole);
    }
    canvas_free(canvas);
    g_rand_free(rand);
}

static void test_stale(gconstpointer data)
{
    static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 50}};
    const struct scene *scene = data;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        struct play *play = scene_open(scene->name, i == 1 ? SCENE_CHINESE : SCENE_ENGLISH);
        type_at_random(play, sizes[i][0], sizes[i][1]);
        play_free(play);
    }
}

static void moving_in_the_queue_changes_the_queue_alone(void)
{
    struct play *play = scene_open("nothing-open", SCENE_ENGLISH);
    play->desk->page_rows[PANE_QUEUE] = 8;
    play_keys(play, "M-1");
    g_assert_cmphex(play->desk->stale, ==, DESK_WHOLE_SCREEN);
    play_keys(play, "Down");
    g_assert_cmphex(play->desk->stale, ==, DESK_QUEUE_CURSOR);
    play_keys(play, "End");
    g_assert_cmphex(play->desk->stale, ==, 1u << PANE_QUEUE);
    play_free(play);
}

/* How long it still rings and its keys stay, however long a name is; who it is, where there is room. */
static void an_offer_keeps_its_clock(void)
{
    static const char *const names[] = {"Norman Bouchard-Hagen", "Anastasia Papadopoulos-Fernández of Oslo"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct play *play = scene_open("chat", SCENE_ENGLISH);
        play_arrive(play, "66", CHANNEL_CHAT, "shop", names[i]);
        play_offer(play, "66");
        scene_resize(play, 80, 24);
        play_keys(play, "Esc");
        g_autofree char *row = scene_keys(play);
        g_assert_true(g_str_has_prefix(row, " ♪ 0:"));
        g_assert_nonnull(strstr(row, "F2 accept  F3 reject"));
        g_assert_cmpint(strstr(row, names[i]) != NULL, ==, i == 0);
        play_free(play);
    }
}

/* Beside a short sentence an offer gives up no more than that needs. */
static void a_short_sentence_hides_no_name(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    play_arrive(play, "66", CHANNEL_CHAT, "shop", "Gabriel Mbeki");
    play_offer(play, "66");
    scene_resize(play, 80, 24);
    play_keys(play, "r C-s");
    g_autofree char *row = scene_keys(play);
    g_assert_nonnull(strstr(row, "chat  Gabriel Mbeki   F2 accept  F3 reject   Enter sends this reply."));
    play_free(play);
}

/* What fits is not scrolled out of sight: its first line stays at the top, and the newest in its place. */
static void a_conversation_that_fits_stays(void)
{
    struct play *play = scene_open("chat", SCENE_ENGLISH);
    scene_resize(play, 200, 50);
    g_autofree char *all = scene_text(play);
    play->desk->current->scroll_rows = 9;
    g_autofree char *scrolled = scene_text(play);
    g_assert_cmpstr(scrolled, ==, all);
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
        g_autofree char *path = g_strdup_printf("/desk/any-size/%s", scenes[i].name);
        g_test_add_data_func(path, &scenes[i], test_scene);
        g_autofree char *stale = g_strdup_printf("/desk/stale-is-all-that-changed/%s", scenes[i].name);
        g_test_add_data_func(stale, &scenes[i], test_stale);
    }
    g_test_add_func("/desk/moving-in-the-queue-changes-the-queue-alone",
                    moving_in_the_queue_changes_the_queue_alone);
    g_test_add_func("/desk/a-conversation-that-fits-stays", a_conversation_that_fits_stays);
    g_test_add_func("/desk/an-offer-keeps-its-clock", an_offer_keeps_its_clock);
    g_test_add_func("/desk/a-short-sentence-hides-no-name", a_short_sentence_hides_no_name);
    char *text;
    for (int i = 0; (text = hostile_text(i)) != NULL; i++) {
        g_autofree char *path = g_strdup_printf("/desk/hostile-text/%d", i);
        g_test_add_data_func(path, GINT_TO_POINTER(i), test_hostile);
        g_free(text);
    }
    return g_test_run();
}
