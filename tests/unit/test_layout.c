/* Panes at the sizes that matter, and at every size that can be. */
#include "ui/layout.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static void assert_rect(struct rect rect, int x, int y, int cols, int rows)
{
    g_assert_cmpint(rect.x, ==, x);
    g_assert_cmpint(rect.y, ==, y);
    g_assert_cmpint(rect.cols, ==, cols);
    g_assert_cmpint(rect.rows, ==, rows);
}

static void desk_is_as_in_the_mock(void)
{
    struct layout layout =
        layout_of((struct layout_options){.cols = 120, .rows = 40, .open = LAYOUT_OPEN_ALL});
    g_assert_cmpint(layout.shape, ==, LAYOUT_SHAPE_DESK);
    assert_rect(layout.status, 0, 0, 120, 1);
    assert_rect(layout.hints, 0, 39, 120, 1);
    assert_rect(layout.pane[LAYOUT_PANE_QUEUE], 0, 1, 42, 15);
    assert_rect(layout.pane[LAYOUT_PANE_CUSTOMER], 0, 16, 42, 23);
    assert_rect(layout.divider[0], 42, 1, 1, 38);
    assert_rect(layout.pane[LAYOUT_PANE_CONTACT], 43, 1, 77, 14);
    assert_rect(layout.pane[LAYOUT_PANE_REPLY], 43, 15, 77, 5);
    assert_rect(layout.pane[LAYOUT_PANE_SCRIPT], 43, 20, 38, 19);
    assert_rect(layout.divider[1], 81, 20, 1, 19);
    assert_rect(layout.pane[LAYOUT_PANE_KNOWLEDGE], 82, 20, 38, 19);
}

static void small_screen_keeps_contact_and_reply(void)
{
    struct layout layout = layout_of((struct layout_options){
        .cols = 80, .rows = 24, .open = LAYOUT_OPEN_ALL, .focus = LAYOUT_PANE_CONTACT});
    g_assert_cmpint(layout.shape, ==, LAYOUT_SHAPE_SINGLE);
    assert_rect(layout.pane[LAYOUT_PANE_CONTACT], 0, 3, 80, 15);
    assert_rect(layout.pane[LAYOUT_PANE_REPLY], 0, 18, 80, 5);
    assert_rect(layout.tabs, 0, 1, 80, 2);
    assert_rect(layout.tab[LAYOUT_PANE_QUEUE], 0, 1, 40, 1);
    assert_rect(layout.tab[LAYOUT_PANE_CUSTOMER], 40, 1, 40, 1);
    assert_rect(layout.tab[LAYOUT_PANE_SCRIPT], 0, 2, 40, 1);
    assert_rect(layout.tab[LAYOUT_PANE_KNOWLEDGE], 40, 2, 40, 1);
    g_assert_true(rect_is_empty(layout.tab[LAYOUT_PANE_CONTACT]));
}

/* The strip takes its rows from the conversation, so that the reply keeps its place. */
static void small_screen_has_a_strip_over_the_reply(void)
{
    struct layout_options options = {
        .cols = 80, .rows = 24, .open = LAYOUT_OPEN_ALL, .focus = LAYOUT_PANE_CONTACT, .strip_rows = 2};
    struct layout layout = layout_of(options);
    assert_rect(layout.pane[LAYOUT_PANE_CONTACT], 0, 3, 80, 13);
    assert_rect(layout.strip, 0, 16, 80, 2);
    assert_rect(layout.pane[LAYOUT_PANE_REPLY], 0, 18, 80, 5);
    g_assert_cmpint(layout_pane_at(&layout, 4, 17), ==, LAYOUT_PANE_SCRIPT);
    options.focus = LAYOUT_PANE_SCRIPT; /* which shows the step itself */
    layout = layout_of(options);
    g_assert_true(rect_is_empty(layout.strip));
    options = (struct layout_options){
        .cols = 80, .rows = 21, .open = LAYOUT_OPEN_ALL, .focus = LAYOUT_PANE_CONTACT, .strip_rows = 2};
    layout = layout_of(options);
    g_assert_true(rect_is_empty(layout.strip));
    options.cols = 120, options.rows = 40;
    layout = layout_of(options);
    g_assert_true(rect_is_empty(layout.strip));
}

static void small_screen_shows_the_focused_pane_in_its_place(void)
{
    struct layout layout = layout_of((struct layout_options){
        .cols = 80, .rows = 24, .open = LAYOUT_OPEN_ALL, .focus = LAYOUT_PANE_SCRIPT});
    assert_rect(layout.pane[LAYOUT_PANE_SCRIPT], 0, 3, 80, 20);
    g_assert_true(rect_is_empty(layout.pane[LAYOUT_PANE_CONTACT]));
    g_assert_true(rect_is_empty(layout.pane[LAYOUT_PANE_REPLY]));
    assert_rect(layout.tab[LAYOUT_PANE_CONTACT], 40, 1, 40, 1);
    g_assert_true(rect_is_empty(layout.tab[LAYOUT_PANE_SCRIPT]));
}

static void wide_screen_has_the_knowledge_under_both(void)
{
    struct layout layout =
        layout_of((struct layout_options){.cols = 200, .rows = 50, .open = LAYOUT_OPEN_ALL});
    g_assert_cmpint(layout.shape, ==, LAYOUT_SHAPE_WIDE);
    struct rect script = layout.pane[LAYOUT_PANE_SCRIPT], knowledge = layout.pane[LAYOUT_PANE_KNOWLEDGE];
    g_assert_cmpint(script.y, ==, layout.pane[LAYOUT_PANE_CONTACT].y);
    g_assert_cmpint(script.rows, >=, 28);
    g_assert_cmpint(knowledge.x, ==, layout.pane[LAYOUT_PANE_CONTACT].x);
    g_assert_cmpint(knowledge.x + knowledge.cols, ==, 200);
    for (enum layout_pane pane = 0; pane < LAYOUT_PANE_COUNT; pane++) {
        g_assert_cmpint(layout.pane[pane].cols, >=, 40);
        g_assert_cmpint(layout.pane[pane].rows, >=, 5);
    }
}

static void closed_panes_leave_their_room(void)
{
    unsigned open = 1 << LAYOUT_PANE_CONTACT | 1 << LAYOUT_PANE_QUEUE;
    struct layout layout = layout_of((struct layout_options){.cols = 120, .rows = 40, .open = open});
    assert_rect(layout.pane[LAYOUT_PANE_QUEUE], 0, 1, 42, 38);
    assert_rect(layout.pane[LAYOUT_PANE_CONTACT], 43, 1, 77, 38);
    layout = layout_of((struct layout_options){.cols = 120, .rows = 40, .open = 0});
    assert_rect(layout.pane[LAYOUT_PANE_CONTACT], 0, 1, 120, 38);
}

static void reply_grows_to_half_of_the_contact(void)
{
    struct layout layout = layout_of((struct layout_options){
        .cols = 80, .rows = 24, .open = LAYOUT_OPEN_ALL, .focus = LAYOUT_PANE_CONTACT, .reply_rows = 99});
    g_assert_cmpint(layout.pane[LAYOUT_PANE_REPLY].rows, ==, 10);
    g_assert_cmpint(layout.pane[LAYOUT_PANE_CONTACT].rows, ==, 10);
}

static void too_small_below_sixty_by_sixteen(void)
{
    g_assert_cmpint(layout_of((struct layout_options){.cols = 59, .rows = 40}).shape, ==,
                    LAYOUT_SHAPE_TOO_SMALL);
    g_assert_cmpint(layout_of((struct layout_options){.cols = 80, .rows = 15}).shape, ==,
                    LAYOUT_SHAPE_TOO_SMALL);
    g_assert_cmpint(layout_of((struct layout_options){.cols = -4, .rows = -4}).shape, ==,
                    LAYOUT_SHAPE_TOO_SMALL);
    g_assert_cmpint(layout_of((struct layout_options){.cols = 60, .rows = 16}).shape, ==,
                    LAYOUT_SHAPE_SINGLE);
}

static void mouse_finds_panes_and_tabs(void)
{
    struct layout layout = layout_of((struct layout_options){
        .cols = 80, .rows = 24, .open = LAYOUT_OPEN_ALL, .focus = LAYOUT_PANE_CONTACT});
    g_assert_cmpint(layout_pane_at(&layout, 5, 1), ==, LAYOUT_PANE_QUEUE);
    g_assert_cmpint(layout_pane_at(&layout, 5, 5), ==, LAYOUT_PANE_CONTACT);
    g_assert_cmpint(layout_pane_at(&layout, 5, 0), ==, LAYOUT_PANE_COUNT);
}

/* Counts each rectangle's cells into a grid: none twice, none outside, and none forgotten. */
static void assert_tiles(const struct layout_options *options)
{
    static unsigned char grid[100][300];
    struct layout layout = layout_of(*options);
    struct rect all[6 + LAYOUT_PANE_COUNT] = {layout.status,     layout.hints,      layout.tabs,
                                              layout.divider[0], layout.divider[1], layout.strip};
    memcpy(all + 6, layout.pane, sizeof layout.pane);
    memset(grid, 0, sizeof grid);
    int covered = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        struct rect rect = all[i];
        if (rect_is_empty(rect))
            continue;
        g_assert_true(layout.shape != LAYOUT_SHAPE_TOO_SMALL);
        g_assert_true(rect.x >= 0 && rect.y >= 0 && rect.x + rect.cols <= options->cols &&
                      rect.y + rect.rows <= options->rows);
        for (int y = rect.y; y < rect.y + rect.rows; y++)
            for (int x = rect.x; x < rect.x + rect.cols; x++)
                g_assert_false(grid[y][x]++);
        covered += rect.cols * rect.rows;
    }
    g_assert_cmpint(covered, ==, layout.shape == LAYOUT_SHAPE_TOO_SMALL ? 0 : options->cols * options->rows);
    for (enum layout_pane pane = 0; pane < LAYOUT_PANE_COUNT; pane++) {
        struct rect part = rect_intersect(layout.tab[pane], layout.tabs);
        g_assert_cmpint(part.cols * part.rows, ==, layout.tab[pane].cols * layout.tab[pane].rows);
    }
}

static void every_size_is_tiled_without_overlap(void)
{
    for (int cols = 1; cols <= 300; cols++)
        for (int rows = 1; rows <= 100; rows++) {
            unsigned turn = (unsigned)(cols * 31 + rows * 7);
            struct layout_options options = {.cols = cols,
                                             .rows = rows,
                                             .open = LAYOUT_OPEN_ALL,
                                             .focus = (enum layout_pane)(turn % LAYOUT_PANE_COUNT)};
            assert_tiles(&options);
            options.open = turn % (LAYOUT_OPEN_ALL + 1);
            options.reply_rows = (int)(turn % 40);
            options.strip_rows = (int)(turn % 3);
            assert_tiles(&options);
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/layout/desk-is-as-in-the-mock", desk_is_as_in_the_mock);
    g_test_add_func("/layout/small-screen-keeps-contact-and-reply", small_screen_keeps_contact_and_reply);
    g_test_add_func("/layout/small-screen-has-a-strip-over-the-reply",
                    small_screen_has_a_strip_over_the_reply);
    g_test_add_func("/layout/small-screen-shows-the-focused-pane-in-its-place",
                    small_screen_shows_the_focused_pane_in_its_place);
    g_test_add_func("/layout/wide-screen-has-the-knowledge-under-both",
                    wide_screen_has_the_knowledge_under_both);
    g_test_add_func("/layout/closed-panes-leave-their-room", closed_panes_leave_their_room);
    g_test_add_func("/layout/reply-grows-to-half-of-the-contact", reply_grows_to_half_of_the_contact);
    g_test_add_func("/layout/too-small-below-sixty-by-sixteen", too_small_below_sixty_by_sixteen);
    g_test_add_func("/layout/mouse-finds-panes-and-tabs", mouse_finds_panes_and_tabs);
    g_test_add_func("/layout/every-size-is-tiled-without-overlap", every_size_is_tiled_without_overlap);
    return g_test_run();
}
