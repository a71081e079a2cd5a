/* Approvals that wait for the agent's decision: a row each, and below all that is to know of the one under
 * the cursor. */
#include "ui/views/popup_frame.h"

#include <string.h>

#include "app/rules/approvals.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"

#define INBOX_COLS_MAX 116
#define INBOX_ROWS_MAX 14
#define TOLD_ROWS      6 /* below the list, with the blank row before */
#define LEFT_COLS      7
#define NAME_COLS      18
#define AMOUNT_COLS    14
#define DUE_NEAR_MS    120000

static const struct approvals_open *row_of(const GPtrArray *inbox, int index)
{
    return g_ptr_array_index(inbox, (guint)index);
}

/* The frame, with the rows of the list inside it. */
static struct rect list_place(const struct desk *desk, const GPtrArray *inbox, struct rect *rows)
{
    int count = CLAMP((int)inbox->len, 1, INBOX_ROWS_MAX);
    int all = MIN(count + TOLD_ROWS + 2, MAX(desk->rows - 2, 3));
    struct rect place = popup_frame_place(desk, MIN(desk->cols - 2, INBOX_COLS_MAX), all);
    *rows = popup_frame_inner(place);
    rows->rows = CLAMP(rows->rows - TOLD_ROWS, MIN(rows->rows, 1), count);
    return place;
}

static int first_row(int cursor, int rows)
{
    return MAX(cursor - rows + 1, 0);
}

static enum style_role due_role(int64_t left_ms)
{
    return left_ms <= 0 ? STYLE_ROLE_RISK : left_ms < DUE_NEAR_MS ? STYLE_ROLE_WARN : STYLE_ROLE_TEXT;
}

static void draw_request(const struct desk *desk, struct canvas *canvas, struct rect row,
                         const struct approvals_open *open, bool is_chosen)
{
    const struct approval *a = open->approval;
    const struct contact *c = open->contact;
    char clock[FORMAT_BYTES], amount[APPROVAL_AMOUNT_BYTES];
    int64_t left_ms = a->due_ms - desk_shown_ms(desk);
    approval_amount(a->amount_minor, a->currency, amount);
    int x = row.x, end = row.x + row.cols;
    canvas_put_fit(canvas, x, row.y, LEFT_COLS - 1, POPUP_STYLE(due_role(left_ms)),
                   format_left(left_ms, clock));
    x += LEFT_COLS;
    canvas_put_fit(canvas, x, row.y, NAME_COLS - 1, POPUP_STYLE(STYLE_ROLE_BRIGHT),
                   c->name != NULL ? c->name : c->id);
    x += NAME_COLS;
    canvas_put_fit(canvas, x + MAX(AMOUNT_COLS - 2 - text_cols(amount, -1), 0), row.y, AMOUNT_COLS - 1,
                   POPUP_STYLE(STYLE_ROLE_TEXT), amount);
    x += AMOUNT_COLS;
    marked_put(canvas, x, row.y, MAX(end - x, 0), POPUP_STYLE(STYLE_ROLE_TEXT),
               a->title != NULL ? a->title : a->ask, NULL);
    if (is_chosen)
        canvas_set_surface(canvas, (struct rect){row.x - 1, row.y, row.cols + 2, 1}, STYLE_SURFACE_SELECTED);
}

/* Who asked, how long ago, on what, and until when it can be decided. */
static void draw_circumstances(const struct desk *desk, struct canvas *canvas, struct rect row,
                               const struct approvals_open *open)
{
    const struct approval *a = open->approval;
    const struct agent *who = world_agent(desk->world, a->asked_by);
    const struct agent *by = world_agent(desk->world, a->delegated_by);
    const struct queue *q = world_queue(desk->world, open->contact->queue);
    char ago[FORMAT_BYTES], until[FORMAT_BYTES];
    struct line line = {0};
    unsigned dim = POPUP_STYLE(STYLE_ROLE_DIM);
    line_addf(&line, 9, dim, "%s asked %s ago", who != NULL ? who->name : "The system",
              format_clock(desk_shown_ms(desk) - a->asked_ms, ago));
    line_addf(&line, 8, dim, " · until %s", format_time(a->expires_ms, desk->utc_offset_minutes, until));
    line_addf(&line, 6, dim, " · %s, %s", channel_name(open->contact->channel),
              q != NULL ? q->name : open->contact->queue);
    if (by != NULL && g_strcmp0(a->delegate, desk->me) == 0)
        line_addf(&line, 7, POPUP_STYLE(STYLE_ROLE_WARN), " · for %s", by->name);
    const struct agent *to = world_agent(desk->world, a->delegate);
    if (to != NULL && g_strcmp0(a->delegate, desk->me) != 0)
        line_addf(&line, 7, dim, " · handed on to %s", to->name);
    line_draw(&line, canvas, row.x, row.y, row.cols);
}

static void draw_told(const struct desk *desk, struct canvas *canvas, struct rect room,
                      const struct approvals_open *open)
{
    const struct approval *a = open->approval;
    struct rect ask = room;
    ask.rows = MAX(room.rows - 1 - (a->reason != NULL), 0);
    int y = room.y + marked_wrap(canvas, ask, 0, POPUP_STYLE(STYLE_ROLE_BRIGHT), a->ask, NULL);
    if (a->reason != NULL && y < room.y + room.rows) {
        g_autofree char *reason = g_strconcat("Why: ", a->reason, NULL);
        marked_put(canvas, room.x, y++, room.cols, POPUP_STYLE(STYLE_ROLE_TEXT), reason, NULL);
    }
    if (y < room.y + room.rows)
        draw_circumstances(desk, canvas, (struct rect){room.x, y, room.cols, 1}, open);
}

void popup_inbox_draw(const struct desk *desk, struct canvas *canvas, const struct popup *p)
{
    g_autoptr(GPtrArray) inbox = desk_inbox(desk);
    struct rect rows;
    struct rect place = list_place(desk, inbox, &rows);
    g_autofree char *title = inbox->len == 0   ? g_strdup("Approvals")
                             : inbox->len == 1 ? g_strdup("1 approval waits for you")
                                               : g_strdup_printf("%u approvals wait for you", inbox->len);
    struct rect inner = popup_frame_draw(canvas, place, title);
    int cursor = desk_inbox_cursor(p, inbox), first = first_row(cursor, rows.rows);
    if (cursor < 0) {
        canvas_put_fit(canvas, rows.x, rows.y, rows.cols, POPUP_STYLE(STYLE_ROLE_DIM),
                       "Nothing waits for your decision any more.");
        return;
    }
    for (int row = 0; row < rows.rows && first + row < (int)inbox->len; row++)
        draw_request(desk, canvas, rect_row(rows, row), row_of(inbox, first + row), first + row == cursor);
    draw_told(desk, canvas, rect_below(inner, rows.rows + 1), row_of(inbox, cursor));
}

int popup_inbox_item_at(const struct desk *desk, const struct popup *p, int x, int y)
{
    g_autoptr(GPtrArray) inbox = desk_inbox(desk);
    struct rect rows;
    list_place(desk, inbox, &rows);
    int item = first_row(desk_inbox_cursor(p, inbox), rows.rows) + y - rows.y;
    return rect_contains(rows, x, y) && item < (int)inbox->len ? item : -1;
}
