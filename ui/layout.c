/* Where each pane lies. */
#include "ui/layout.h"

#include <glib.h>
#include <stdbool.h>

enum {
    DESK_MIN_COLS = 100,
    DESK_MIN_ROWS = 30,
    WIDE_MIN_COLS = 160,
    WIDE_MIN_ROWS = 36,
    REPLY_ROWS = 4,
    REPLY_MIN_ROWS = 2,
    TWO_TAB_ROWS_FROM = 22, /* a shorter screen has one row of tabs, and no strip */
};

static bool is_open(const struct layout_options *options, enum layout_pane pane)
{
    return options->open >> pane & 1;
}

/* The first rows of a rectangle; the rest stays in *rect. */
static struct rect take_top(struct rect *rect, int rows)
{
    struct rect top = {rect->x, rect->y, rect->cols, CLAMP(rows, 0, rect->rows)};
    *rect = rect_below(*rect, top.rows);
    return top;
}

static struct rect take_bottom(struct rect *rect, int rows)
{
    int taken = CLAMP(rows, 0, rect->rows);
    rect->rows -= taken;
    return (struct rect){rect->x, rect->y + rect->rows, rect->cols, taken};
}

/* The first columns and, in *divider, the one column between them and the rest. */
static struct rect take_left(struct rect *rect, int cols, struct rect *divider)
{
    int taken = CLAMP(cols, 0, MAX(rect->cols - 1, 0));
    struct rect left = {rect->x, rect->y, taken, rect->rows};
    *divider = (struct rect){rect->x + taken, rect->y, 1, rect->rows};
    rect->x += taken + 1;
    rect->cols -= taken + 1;
    return left;
}

static void place_contact(struct layout *layout, const struct layout_options *options, struct rect area)
{
    if (is_open(options, LAYOUT_PANE_REPLY)) {
        int wanted = options->reply_rows > 0 ? options->reply_rows : REPLY_ROWS;
        int rows = CLAMP(wanted, REPLY_MIN_ROWS, MAX(area.rows / 2 - 1, REPLY_MIN_ROWS));
        layout->pane[LAYOUT_PANE_REPLY] = take_bottom(&area, rows + 1);
    }
    layout->pane[LAYOUT_PANE_CONTACT] = area;
}

/* Two panes one over the other, or the one that is open alone. */
static void place_stack(struct layout *layout, const struct layout_options *options, struct rect area,
                        int rows, enum layout_pane upper, enum layout_pane lower)
{
    if (!is_open(options, lower))
        rows = area.rows;
    if (is_open(options, upper))
        layout->pane[upper] = take_top(&area, rows);
    if (is_open(options, lower))
        layout->pane[lower] = area;
}

/* Rows that the tabs take one after the other, left to right, two in a row where there are two rows. */
static void place_tabs(struct layout *layout, const struct layout_options *options, enum layout_pane shown)
{
    enum layout_pane panes[LAYOUT_PANE_REPLY];
    int count = 0;
    for (enum layout_pane pane = LAYOUT_PANE_QUEUE; pane < LAYOUT_PANE_REPLY; pane++)
        if (pane != shown && (pane == LAYOUT_PANE_CONTACT || is_open(options, pane)))
            panes[count++] = pane;
    if (count == 0)
        return;
    struct rect tabs = layout->tabs;
    int per_row = (count + tabs.rows - 1) / tabs.rows;
    for (int i = 0; i < count; i++) {
        int start = tabs.cols * (i % per_row) / per_row, end = tabs.cols * (i % per_row + 1) / per_row;
        layout->tab[panes[i]] = (struct rect){tabs.x + start, tabs.y + i / per_row, end - start, 1};
    }
}

static void place_single(struct layout *layout, const struct layout_options *options, struct rect body)
{
    bool other = options->focus != LAYOUT_PANE_CONTACT && options->focus < LAYOUT_PANE_REPLY;
    enum layout_pane shown = other && is_open(options, options->focus) ? options->focus : LAYOUT_PANE_CONTACT;

    unsigned others = options->open & ((1u << LAYOUT_PANE_REPLY) - 1) & ~(1u << LAYOUT_PANE_CONTACT);
    if (others)
        layout->tabs = take_top(&body, options->rows >= TWO_TAB_ROWS_FROM ? 2 : 1);
    if (shown == LAYOUT_PANE_CONTACT) {
        place_contact(layout, options, body);
        int rows = options->rows >= TWO_TAB_ROWS_FROM ? options->strip_rows : 0;
        layout->strip = take_bottom(&layout->pane[LAYOUT_PANE_CONTACT], rows);
    } else {
        layout->pane[shown] = body;
    }
    if (layout->tabs.rows)
        place_tabs(layout, options, shown);
}

/* 42 of 120 columns: four more than a sketch had, so that most names and subjects of the queue stand whole.
 */
static void place_left(struct layout *layout, const struct layout_options *options, struct rect *body)
{
    if (!is_open(options, LAYOUT_PANE_QUEUE) && !is_open(options, LAYOUT_PANE_CUSTOMER))
        return;
    int cols = MIN(options->cols * 42 / 120, 58);
    struct rect left = take_left(body, cols, &layout->divider[0]);
    place_stack(layout, options, left, left.rows * 15 / 38, LAYOUT_PANE_QUEUE, LAYOUT_PANE_CUSTOMER);
}

static void place_desk(struct layout *layout, const struct layout_options *options, struct rect body)
{
    place_left(layout, options, &body);
    bool script = is_open(options, LAYOUT_PANE_SCRIPT), knowledge = is_open(options, LAYOUT_PANE_KNOWLEDGE);
    if (script || knowledge) {
        struct rect bottom = take_bottom(&body, (body.rows + 1) / 2);
        if (script && knowledge)
            layout->pane[LAYOUT_PANE_SCRIPT] = take_left(&bottom, bottom.cols / 2, &layout->divider[1]);
        layout->pane[script && !knowledge ? LAYOUT_PANE_SCRIPT : LAYOUT_PANE_KNOWLEDGE] = bottom;
    }
    place_contact(layout, options, body);
}

/* Conversation and script side by side, and under both the knowledge: wide enough for an article beside its
 * list. */
static void place_wide(struct layout *layout, const struct layout_options *options, struct rect body)
{
    place_left(layout, options, &body);
    if (is_open(options, LAYOUT_PANE_KNOWLEDGE))
        layout->pane[LAYOUT_PANE_KNOWLEDGE] = take_bottom(&body, body.rows * 2 / 5);
    if (is_open(options, LAYOUT_PANE_SCRIPT)) {
        struct rect left = take_left(&body, body.cols * 60 / 100, &layout->divider[1]);
        layout->pane[LAYOUT_PANE_SCRIPT] = body;
        body = left;
    }
    place_contact(layout, options, body);
}

struct layout layout_of(struct layout_options options)
{
    struct layout layout = {.shape = LAYOUT_SHAPE_TOO_SMALL};
    if (options.cols < LAYOUT_MIN_COLS || options.rows < LAYOUT_MIN_ROWS)
        return layout;

    struct rect body = {0, 0, options.cols, options.rows};
    layout.status = take_top(&body, 1);
    layout.hints = take_bottom(&body, 1);
    if (options.cols >= DESK_MIN_COLS && options.rows >= DESK_MIN_ROWS)
        options.open &= ~options.empty;
    if (options.cols >= WIDE_MIN_COLS && options.rows >= WIDE_MIN_ROWS) {
        layout.shape = LAYOUT_SHAPE_WIDE;
        place_wide(&layout, &options, body);
    } else if (options.cols >= DESK_MIN_COLS && options.rows >= DESK_MIN_ROWS) {
        layout.shape = LAYOUT_SHAPE_DESK;
        place_desk(&layout, &options, body);
    } else {
        layout.shape = LAYOUT_SHAPE_SINGLE;
        place_single(&layout, &options, body);
    }
    return layout;
}

enum layout_pane layout_pane_at(const struct layout *layout, int x, int y)
{
    for (enum layout_pane pane = LAYOUT_PANE_QUEUE; pane < LAYOUT_PANE_COUNT; pane++)
        if (rect_contains(layout->pane[pane], x, y) || rect_contains(layout->tab[pane], x, y))
            return pane;
    return rect_contains(layout->strip, x, y) ? LAYOUT_PANE_SCRIPT : LAYOUT_PANE_COUNT;
}
