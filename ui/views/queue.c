#include "ui/views/views.h"

#include <string.h>

#include "ui/queue_mark.h"
#include "ui/views/field.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"

#define WARN_MS    (5 * 60 * 1000) /* due sooner than this is shown as soon */
#define DUE_COLS   5
#define LEFT_COLS  (1 + DUE_COLS + 3 + 7) /* marker, due, flag with its blanks, channel */
#define QUEUE_COLS 72                     /* from this width on a row also names its queue */

/* What is drawn where: rows of contacts, after `mine` of them one for the dividing line. */
struct queue_rows {
    struct rect rect;
    int first;   /* index of the line at the top */
    int lines;   /* contacts and the dividing line */
    int divider; /* line that divides mine from waiting, below mine where the filter finds none of these; -1:
                    none */
};

static bool has_filter_line(const struct desk *desk)
{
    return desk->queue.is_filtering || editor_len(desk->queue.filter) > 0;
}

static int line_of_index(const struct queue_rows *rows, int index)
{
    return rows->divider >= 0 && index >= rows->divider ? index + 1 : index;
}

static int index_of_line(const struct queue_rows *rows, int line)
{
    if (rows->divider < 0 || line < rows->divider)
        return line;
    return line == rows->divider ? -1 : line - 1;
}

static struct queue_rows queue_rows(const struct desk *desk, struct rect rect)
{
    const struct desk_queue *q = &desk->queue;
    int count = (int)q->rows->len;
    bool divided = q->mine > 0 && (q->mine < count || editor_len(q->filter) > 0);
    struct queue_rows rows = {.rect = rect_below(rect, has_filter_line(desk) ? 2 : 1),
                              .lines = count + divided,
                              .divider = divided ? q->mine : -1};
    if (rows.lines > rows.rect.rows)
        rows.rect.rows = MAX(rows.rect.rows - 1, 0); /* the last row says how many more */
    int cursor_line = line_of_index(&rows, MAX(q->cursor_index, 0));
    rows.first = cursor_line - CLAMP(q->cursor_row, 0, MAX(rows.rect.rows - 1, 0));
    rows.first = CLAMP(rows.first, 0, MAX(rows.lines - rows.rect.rows, 0));
    return rows;
}

int view_queue_list_rows(const struct desk *desk, struct rect rect)
{
    return MAX(queue_rows(desk, rect).rect.rows, 0);
}

int view_queue_item_at(const struct desk *desk, struct rect rect, int y)
{
    struct queue_rows rows = queue_rows(desk, rect);
    int line = rows.first + y - rows.rect.y;
    if (y < rows.rect.y || y >= rows.rect.y + rows.rect.rows || line >= rows.lines)
        return -1;
    return index_of_line(&rows, line);
}

/* The left column: what of this contact is urgent, and how urgent. */
static enum style_role due_text(const struct desk *desk, const struct contact *c, char *out)
{
    int64_t left_ms = c->due_ms - desk_shown_ms(desk);
    enum activity activity;
    int64_t activity_ms;
    if (c->state == CONTACT_OFFERED && g_strcmp0(c->agent, desk->me) == 0) {
        format_left(MAX(c->offer_until_ms - desk_shown_ms(desk), 0), out);
        return STYLE_ROLE_OFFER;
    }
    if (c->state == CONTACT_PARKED) {
        format_left(c->parked_until_ms - desk_shown_ms(desk), out);
        return STYLE_ROLE_DIM;
    }
    if (desk_asks_me(desk, c)) {
        format_left(MAX(desk_shown_ms(desk) - c->state_since_ms, 0), out);
        return STYLE_ROLE_WARN;
    }
    if (desk_contact_clock(desk, c, &activity, &activity_ms, NULL)) {
        int64_t waits_ms = c->unanswered_ms > 0 ? desk_shown_ms(desk) - c->unanswered_ms : activity_ms;
        format_left(MAX(waits_ms, 0), out);
        return c->unanswered_ms == 0     ? STYLE_ROLE_DIM
               : waits_ms > DESK_RISK_MS ? STYLE_ROLE_RISK
                                         : STYLE_ROLE_WARN;
    }
    if (c->due_ms == 0) {
        format_left(desk_shown_ms(desk) - c->created_ms, out);
        return STYLE_ROLE_DIM;
    }
    format_left(left_ms, out);
    return left_ms < DESK_RISK_MS ? STYLE_ROLE_RISK : left_ms < WARN_MS ? STYLE_ROLE_WARN : STYLE_ROLE_DIM;
}

/* What the contact wants now, or else its state. */
static enum queue_mark flag_of(const struct desk *desk, const struct contact *c, enum style_role *role)
{
    static const enum queue_mark states[CONTACT_STATE_COUNT] = {
        [CONTACT_OFFERED] = QUEUE_MARK_OFFERED,       [CONTACT_HELD] = QUEUE_MARK_HELD,
        [CONTACT_CONSULTING] = QUEUE_MARK_CONSULTING, [CONTACT_PARKED] = QUEUE_MARK_PARKED,
        [CONTACT_WRAPPING] = QUEUE_MARK_WRAPPING,
    };
    *role = STYLE_ROLE_OFFER;
    if (c->state == CONTACT_OFFERED && g_strcmp0(c->agent, desk->me) == 0)
        return states[c->state];
    if (desk_asks_me(desk, c))
        return states[c->state];
    bool is_due = c->due_ms > 0 && c->due_ms - desk_shown_ms(desk) < DESK_RISK_MS;
    if (c->state == CONTACT_QUEUED && c->agent != NULL && g_strcmp0(c->agent, desk->me) == 0) {
        *role = is_due ? STYLE_ROLE_RISK : STYLE_ROLE_OFFER;
        return QUEUE_MARK_MEANT;
    }
    *role = STYLE_ROLE_RISK;
    if (desk_is_mine(desk, c) && desk_needs_me(desk, c))
        return c->unread > 0              ? QUEUE_MARK_UNREAD
               : c->state == CONTACT_HELD ? states[c->state]
                                          : QUEUE_MARK_URGENT;
    if (c->state == CONTACT_QUEUED && is_due)
        return QUEUE_MARK_URGENT;
    *role = STYLE_ROLE_DIM;
    return states[c->state];
}

/* Before the subject and not the flag, since a contact can be both urgent and with the second line. */
static enum queue_mark line_of(const struct contact *c)
{
    return c->escalated ? QUEUE_MARK_ESCALATED : c->given_back ? QUEUE_MARK_GIVEN_BACK : QUEUE_MARK_NONE;
}

static const char *subject_of(const struct contact *c)
{
    if (c->subject != NULL && *c->subject != '\0')
        return c->subject;
    return c->preview != NULL ? c->preview : contact_class_name(c->class);
}

static void draw_contact(const struct desk *desk, struct canvas *canvas, struct rect row,
                         const struct contact *c, bool is_cursor)
{
    char due[FORMAT_BYTES];
    enum style_role due_role = due_text(desk, c, due), flag_role;
    enum queue_mark flag = flag_of(desk, c, &flag_role);
    bool is_current = desk->current != NULL && strcmp(desk->current->id, c->id) == 0;
    int x = row.x, y = row.y, end = row.x + row.cols;
    canvas_put_fit(canvas, x, y, 1, is_cursor ? STYLE_ROLE_WARN : STYLE_ROLE_STEP_NOW,
                   is_cursor    ? "▌"
                   : is_current ? "│"
                                : " ");
    canvas_put_right(canvas, x + 1, y, DUE_COLS, due_role, due);
    canvas_put_fit(canvas, x + DUE_COLS + 2, y, 1, flag_role, queue_mark_row(flag)->sign);
    canvas_put_fit(canvas, x + DUE_COLS + 4, y, 6,
                   c->class == CLASS_COMPLAINT ? STYLE_ROLE_WARN : STYLE_ROLE_DIM, channel_name(c->channel));
    x += LEFT_COLS;
    if (row.cols >= QUEUE_COLS) {
        const struct queue *q = world_queue(desk->world, c->queue);
        canvas_put_fit(canvas, x, y, 14, STYLE_ROLE_DIM, q != NULL ? q->name : c->queue);
        x += 15;
    }
    int name_cols = CLAMP((end - x) * 48 / 100, 6, 22);
    g_autofree char *name = contact_caller(c);
    unsigned name_style = desk_is_mine(desk, c) ? STYLE_ROLE_BRIGHT : STYLE_ROLE_TEXT;
    canvas_put_fit(canvas, x, y, MIN(name_cols, end - x), name_style, name != NULL ? name : "unknown");
    x += name_cols + 1;
    if (x < end && line_of(c) != QUEUE_MARK_NONE) {
        canvas_put_fit(canvas, x, y, 1, STYLE_ROLE_WARN, queue_mark_row(line_of(c))->sign);
        x += 2;
    }
    if (x < end)
        canvas_put_fit(canvas, x, y, end - x, STYLE_ROLE_DIM, subject_of(c));
    if (is_cursor)
        canvas_set_surface(canvas, row,
                           desk->pane == PANE_QUEUE ? STYLE_SURFACE_SELECTED : STYLE_SURFACE_REST);
}

static void draw_divider(const struct desk *desk, struct canvas *canvas, struct rect row)
{
    const struct desk_queue *q = &desk->queue;
    int found = (int)q->rows->len - q->mine;
    int x = editor_len(q->filter) > 0
                ? canvas_printf(canvas, row.x + 1, row.y, STYLE_ROLE_DIM, "waiting %d of %d %s", found,
                                q->waiting, found == 0 ? "· Esc shows all " : "")
                : canvas_printf(canvas, row.x + 1, row.y, STYLE_ROLE_DIM, "waiting %d ", q->waiting);
    canvas_hline(canvas, x, row.y, MAX(row.x + row.cols - x, 0), STYLE_ROLE_RULE);
}

static void draw_empty(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    const char *text = editor_len(desk->queue.filter) > 0 ? "Nothing matches. Esc shows all."
                       : desk->link != LINK_LIVE          ? "The queue shows itself once the link is back."
                                                          : "Nobody is waiting.";
    canvas_put_fit(canvas, rect.x + 1, rect.y + 1, MAX(rect.cols - 2, 0), STYLE_ROLE_DIM, text);
}

static void draw_filter(const struct desk *desk, struct canvas *canvas, struct rect row,
                        struct screen_caret *caret)
{
    int x = canvas_put(canvas, row.x + 1, row.y, desk->queue.is_filtering ? STYLE_ROLE_KEY : STYLE_ROLE_DIM,
                       "/ ");
    bool has_keys = desk->queue.is_filtering && desk->pane == PANE_QUEUE && desk_popup(desk) == NULL;
    field_draw(desk->queue.filter, canvas, (struct rect){x, row.y, MAX(row.x + row.cols - x - 1, 0), 1},
               (struct editor_look){.surface = has_keys ? STYLE_SURFACE_FIELD : STYLE_SURFACE_PLAIN,
                                    .placeholder = "name, subject, channel, queue"},
               has_keys ? caret : NULL);
}

struct rect view_queue_draw_cursor(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    const struct desk_queue *q = &desk->queue;
    struct queue_rows rows = queue_rows(desk, rect);
    struct rect drawn = {0};
    const int moved[] = {q->cursor_before, q->cursor_index};
    for (size_t i = 0; i < G_N_ELEMENTS(moved); i++) {
        int row = line_of_index(&rows, moved[i]) - rows.first;
        if (moved[i] < 0 || moved[i] >= (int)q->rows->len || row < 0 || row >= rows.rect.rows)
            continue;
        canvas_fill(canvas, rect_row(rows.rect, row), STYLE_ROLE_TEXT);
        draw_contact(desk, canvas, rect_row(rows.rect, row), q->rows->pdata[moved[i]],
                     moved[i] == q->cursor_index);
        drawn = rect_union(drawn, rect_row(rows.rect, row));
    }
    return drawn;
}

void view_queue_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                     struct screen_caret *caret)
{
    struct queue_rows rows = queue_rows(desk, rect);
    char above[FORMAT_BYTES];
    const char *right = rows.first > 0 ? above : "due in · by risk";
    g_snprintf(above, sizeof above, "%d above", rows.first);
    if (desk->as_of_ms != 0) { /* rows that are not confirmed say so */
        char time[FORMAT_BYTES];
        g_snprintf(above, sizeof above, "as of %s",
                   format_time(desk->as_of_ms, desk->utc_offset_minutes, time));
        right = above;
    }
    heading_draw(canvas, rect,
                 &(struct heading){
                     .key = "1", .title = "Queue", .right = right, .has_focus = desk->pane == PANE_QUEUE});
    if (has_filter_line(desk))
        draw_filter(desk, canvas, rect_row(rect, 1), caret);
    if (rows.lines == 0)
        draw_empty(desk, canvas, rows.rect);
    for (int row = 0; row < rows.rect.rows && rows.first + row < rows.lines; row++) {
        int index = index_of_line(&rows, rows.first + row);
        if (index < 0)
            draw_divider(desk, canvas, rect_row(rows.rect, row));
        else
            draw_contact(desk, canvas, rect_row(rows.rect, row), desk->queue.rows->pdata[index],
                         index == desk->queue.cursor_index);
    }
    int more = rows.lines - rows.first - rows.rect.rows;
    if (rows.lines > rows.rect.rows && more > 0)
        canvas_printf(canvas, rect.x + 1, rect.y + rect.rows - 1, STYLE_ROLE_DIM, "%d more", more);
}
