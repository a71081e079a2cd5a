#include "ui/views/views.h"

#include "app/desk/popup.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/field.h"

#define STRIP_ROWS 2 /* its rule and one line */

static const enum layout_pane places[PANE_COUNT] = {
    [PANE_QUEUE] = LAYOUT_PANE_QUEUE,         [PANE_CONTACT] = LAYOUT_PANE_CONTACT,
    [PANE_CUSTOMER] = LAYOUT_PANE_CUSTOMER,   [PANE_SCRIPT] = LAYOUT_PANE_SCRIPT,
    [PANE_KNOWLEDGE] = LAYOUT_PANE_KNOWLEDGE,
};

struct layout view_desk_layout(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    unsigned open = LAYOUT_OPEN_ALL;
    /* A note can be written into anybody's contact. */
    if (c == NULL || (!desk_is_mine(desk, c) && dc->composer != COMPOSER_NOTE))
        open &= ~(1u << LAYOUT_PANE_REPLY);
    /* With no contact there is no customer; the queue, out of which the next one comes, has the room. */
    unsigned empty = dc == NULL && desk->pane != PANE_CUSTOMER ? 1u << LAYOUT_PANE_CUSTOMER : 0;
    return layout_of((struct layout_options){.cols = desk->cols,
                                             .rows = desk->rows,
                                             .open = open,
                                             .empty = empty,
                                             .focus = places[desk->pane],
                                             .strip_rows = desk_is_mine(desk, c) ? STRIP_ROWS : 0});
}

void view_desk_measure(const struct desk *desk, struct msg_size *size)
{
    struct layout layout = view_desk_layout(desk);
    for (int i = 0; i < PANE_COUNT; i++)
        size->page_rows[i] = MAX(layout.pane[places[i]].rows - 1, 0);
    size->page_rows[PANE_QUEUE] = view_queue_list_rows(desk, layout.pane[LAYOUT_PANE_QUEUE]);
    size->reply_cols = MAX(layout.pane[LAYOUT_PANE_REPLY].cols - 2, 0);
    /* Measuring is dear, and needed only where there is a scroll to bound. */
    if (desk->current != NULL && desk->current->scroll_rows > 0)
        size->conversation_most = view_contact_most(desk, layout.pane[LAYOUT_PANE_CONTACT]);
    if (desk->knowledge.article != NULL && desk->knowledge.article_scroll_rows > 0)
        size->article_most =
            view_knowledge_most(desk, layout.pane[LAYOUT_PANE_KNOWLEDGE], &size->article_top);
    size->popup_most = view_popup_most(desk);
}

void view_desk_hit(const struct desk *desk, int x, int y, struct msg_mouse *mouse)
{
    struct layout layout = view_desk_layout(desk);
    mouse->is_popup = desk_popup(desk) != NULL;
    mouse->pane = PANE_COUNT;
    mouse->item = mouse->is_popup ? view_popup_item_at(desk, x, y) : -1;
    if (mouse->is_popup)
        return;
    enum layout_pane at = layout_pane_at(&layout, x, y);
    for (int i = 0; i < PANE_COUNT; i++) {
        if (places[i] == at || (i == PANE_CONTACT && at == LAYOUT_PANE_REPLY))
            mouse->pane = (enum desk_pane)i;
    }
    mouse->is_field = at == LAYOUT_PANE_REPLY;
    if (mouse->pane == PANE_QUEUE)
        mouse->item = view_queue_item_at(desk, layout.pane[LAYOUT_PANE_QUEUE], y);
    else if (mouse->pane == PANE_KNOWLEDGE)
        mouse->item = view_knowledge_item_at(desk, layout.pane[LAYOUT_PANE_KNOWLEDGE], y);
}

static void draw_too_small(const struct desk *desk, struct canvas *canvas)
{
    g_autofree char *text = g_strdup_printf("The window is %dx%d; Firstline needs %dx%d.", desk->cols,
                                            desk->rows, LAYOUT_MIN_COLS, LAYOUT_MIN_ROWS);
    struct text_line line = {0};
    for (int y = 0; y < desk->rows && text_wrap(text, -1, MAX(desk->cols, 2), &line); y++) {
        g_autofree char *part = g_strndup(text + line.start, line.end - line.start);
        canvas_put_fit(canvas, 0, y, desk->cols, STYLE_ROLE_WARN, part);
    }
}

static void draw_pane(const struct desk *desk, struct canvas *canvas, enum layout_pane pane, struct rect rect,
                      struct screen_caret *caret)
{
    switch (pane) {
    case LAYOUT_PANE_QUEUE:
        view_queue_draw(desk, canvas, rect, caret);
        return;
    case LAYOUT_PANE_CONTACT:
        view_contact_draw(desk, canvas, rect, caret);
        return;
    case LAYOUT_PANE_REPLY:
        view_reply_draw(desk, canvas, rect, caret);
        return;
    case LAYOUT_PANE_CUSTOMER:
        view_customer_draw(desk, canvas, rect, caret);
        return;
    case LAYOUT_PANE_SCRIPT:
        view_script_draw(desk, canvas, rect, caret);
        return;
    case LAYOUT_PANE_KNOWLEDGE:
        view_knowledge_draw(desk, canvas, rect, caret);
        return;
    case LAYOUT_PANE_COUNT:
        break;
    }
    g_assert_not_reached();
}

static void draw_clipped(const struct desk *desk, struct canvas *canvas, enum layout_pane pane,
                         struct rect rect, struct screen_caret *caret)
{
    struct rect before = canvas_clip(canvas, rect);
    draw_pane(desk, canvas, pane, rect, caret);
    canvas_unclip(canvas, before);
}

static void draw_panes(const struct desk *desk, struct canvas *canvas, const struct layout *layout,
                       struct screen_caret *caret)
{
    const struct rect *pane = layout->pane;
    for (size_t i = 0; i < G_N_ELEMENTS(layout->divider); i++)
        canvas_vline(canvas, layout->divider[i].x, layout->divider[i].y, layout->divider[i].rows,
                     STYLE_ROLE_RULE);
    for (enum layout_pane i = 0; i < LAYOUT_PANE_COUNT; i++)
        if (!rect_is_empty(pane[i]))
            draw_clipped(desk, canvas, i, pane[i], caret);
    if (!rect_is_empty(layout->strip))
        view_strip_draw(desk, canvas, layout->strip);
}

/* Last, since it stands over panes and popups; what it covers has no caret. */
static struct rect draw_long_notice(const struct desk *desk, struct canvas *canvas,
                                    const struct layout *layout, struct screen_caret *caret)
{
    struct rect rows = view_hints_draw_long(desk, canvas, layout->hints);
    if (rect_contains(rows, caret->x, caret->y))
        caret->visible = false;
    return rows;
}

void view_desk_draw(const struct desk *desk, struct canvas *canvas, struct screen_caret *caret)
{
    *caret = (struct screen_caret){0};
    canvas_clear(canvas);
    struct layout layout = view_desk_layout(desk);
    if (layout.shape == LAYOUT_SHAPE_TOO_SMALL) {
        draw_too_small(desk, canvas);
        return;
    }
    view_status_draw(desk, canvas, layout.status);
    view_hints_draw(desk, canvas, layout.hints);
    /* Nothing of a customer is in sight while nobody is signed in or the desk is locked. */
    if (desk->phase == DESK_OPEN || desk->phase == DESK_LEAVING) {
        if (!rect_is_empty(layout.tabs))
            view_tabs_draw(desk, canvas, &layout);
        draw_panes(desk, canvas, &layout, caret);
    }
    if (desk_popup(desk) != NULL)
        *caret = (struct screen_caret){0};
    view_popup_draw(desk, canvas, caret);
    draw_long_notice(desk, canvas, &layout, caret);
}

struct rect view_desk_draw_stale(const struct desk *desk, struct canvas *canvas, struct screen_caret *caret)
{
    bool is_open = desk->phase == DESK_OPEN || desk->phase == DESK_LEAVING;
    struct layout layout = view_desk_layout(desk);
    if (desk->stale == DESK_WHOLE_SCREEN || !is_open || desk_popup(desk) != NULL ||
        layout.shape == LAYOUT_SHAPE_TOO_SMALL) {
        view_desk_draw(desk, canvas, caret);
        return canvas_bounds(canvas);
    }
    struct rect drawn = {0};
    if (desk->stale & DESK_QUEUE_CURSOR && !rect_is_empty(layout.pane[LAYOUT_PANE_QUEUE])) {
        struct rect before = canvas_clip(canvas, layout.pane[LAYOUT_PANE_QUEUE]);
        drawn = view_queue_draw_cursor(desk, canvas, layout.pane[LAYOUT_PANE_QUEUE]);
        canvas_unclip(canvas, before);
    }
    for (int i = 0; i < PANE_COUNT; i++) {
        struct rect rect = layout.pane[places[i]];
        if (!(desk->stale >> i & 1) || rect_is_empty(rect))
            continue;
        canvas_fill(canvas, rect, STYLE_ROLE_TEXT);
        draw_clipped(desk, canvas, places[i], rect, caret);
        drawn = rect_union(drawn, rect);
    }
    struct rect notice = draw_long_notice(desk, canvas, &layout, caret);
    return rect_is_empty(notice) ? drawn : rect_union(drawn, notice);
}
