#include "ui/views/views.h"

#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/line.h"

#define LABEL_COLS 8

static void draw_unknown(const struct desk *desk, struct canvas *canvas, struct rect body,
                         const struct contact *c)
{
    (void)desk;
    if (c == NULL || body.rows < 1)
        return;
    canvas_put_fit(canvas, body.x + 1, body.y, MAX(body.cols - 2, 0), STYLE_ROLE_TEXT,
                   c->name != NULL ? c->name : "Unknown caller");
    if (c->address != NULL)
        canvas_put_fit(canvas, body.x + 1, body.y + 1, MAX(body.cols - 2, 0), STYLE_ROLE_DIM, c->address);
    struct line ways = {0};
    line_add(&ways, 2, STYLE_ROLE_KEY, "^F");
    line_add(&ways, 2, STYLE_ROLE_DIM, " find  ");
    line_add(&ways, 1, STYLE_ROLE_KEY, "c");
    line_add(&ways, 1, STYLE_ROLE_DIM, " new customer");
    line_draw(&ways, canvas, body.x + 1, body.y + 3, MAX(body.cols - 2, 0));
}

/* The head of each group of lines, by the kind of its first. */
static const char *group_title(enum desk_customer_line_kind kind)
{
    return kind == CUSTOMER_LINE_ORDER ? "Orders" : kind == CUSTOMER_LINE_PAST ? "Timeline" : NULL;
}

static void draw_name(struct canvas *canvas, struct rect row, const struct customer *known)
{
    struct line right = {0};
    if (known->tier != NULL)
        line_add(&right, 2, STYLE_ROLE_TEXT, known->tier);
    if (known->since != NULL)
        line_addf(&right, 1, STYLE_ROLE_DIM, "%ssince %.4s", known->tier != NULL ? " · " : "", known->since);
    int cols = MAX(row.cols - 2, 0);
    line_fit(&right, cols / 2);
    int right_cols = line_cols(&right);
    canvas_put_fit(canvas, row.x + 1, row.y, MAX(cols - right_cols - 1, 0),
                   STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, known->name);
    line_draw(&right, canvas, row.x + 1 + cols - right_cols, row.y, right_cols);
}

static void draw_order(struct canvas *canvas, struct rect row, const struct order *o)
{
    char total[FORMAT_BYTES];
    struct line right = {0};
    if (o->total_minor != 0)
        line_addf(&right, 2, STYLE_ROLE_TEXT, " %s", format_money(o->total_minor, total));
    if (o->status != NULL)
        line_addf(&right, 1, STYLE_ROLE_DIM, " %s", o->status);
    int cols = MAX(row.cols - 2, 0);
    line_fit(&right, cols / 2);
    int right_cols = line_cols(&right), x = row.x + 1;
    int id_cols = MIN(12, cols - right_cols);
    canvas_put_fit(canvas, x, row.y, MAX(id_cols, 0), STYLE_ROLE_LINK, o->id);
    canvas_put_fit(canvas, x + id_cols + 1, row.y, MAX(cols - right_cols - id_cols - 1, 0), STYLE_ROLE_TEXT,
                   o->item != NULL ? o->item : "");
    line_draw(&right, canvas, x + cols - right_cols, row.y, right_cols);
}

static void draw_past(const struct desk *desk, struct canvas *canvas, struct rect row,
                      const struct contact *past)
{
    char when[FORMAT_BYTES];
    int cols = MAX(row.cols - 2, 0), x = row.x + 1;
    bool is_over = contact_is_over(past);
    const char *state = !is_over                           ? contact_state_name(past->state)
                        : past->resolved                   ? "ok"
                        : past->state == CONTACT_ABANDONED ? "left"
                                                           : "open";
    int state_cols = MIN(8, cols);
    canvas_put_fit(canvas, x, row.y, MIN(7, cols), STYLE_ROLE_DIM,
                   format_when(past->created_ms, desk->now_ms, desk->utc_offset_minutes, when));
    canvas_put_fit(canvas, x + 7, row.y, MIN(6, MAX(cols - 7, 0)), STYLE_ROLE_DIM,
                   channel_name(past->channel));
    canvas_put_fit(canvas, x + 14, row.y, MAX(cols - 14 - state_cols, 0), STYLE_ROLE_TEXT,
                   past->subject != NULL  ? past->subject
                   : past->intent != NULL ? past->intent
                                          : "");
    canvas_put_right(canvas, x + cols - state_cols, row.y, state_cols,
                     !is_over         ? STYLE_ROLE_WARN
                     : past->resolved ? STYLE_ROLE_OK
                                      : STYLE_ROLE_DIM,
                     state);
}

static void draw_line(const struct desk *desk, struct canvas *canvas, struct rect row,
                      const struct desk_customer_line *line)
{
    switch (line->kind) {
    case CUSTOMER_LINE_NAME:
        draw_name(canvas, row, desk->current->customer);
        return;
    case CUSTOMER_LINE_ORDER:
        draw_order(canvas, row, line->order);
        return;
    case CUSTOMER_LINE_PAST:
        draw_past(desk, canvas, row, line->past);
        return;
    case CUSTOMER_LINE_IDENTITY:
    case CUSTOMER_LINE_POSTAL:
    case CUSTOMER_LINE_NOTE:
        break;
    }
    int cols = MAX(row.cols - 2, 0), label_cols = MIN(LABEL_COLS, cols);
    canvas_put_fit(canvas, row.x + 1, row.y, label_cols, STYLE_ROLE_DIM,
                   line->field != NULL ? line->field : "");
    canvas_put_fit(canvas, row.x + 2 + label_cols, row.y, MAX(cols - label_cols - 1, 0),
                   line->is_masked ? STYLE_ROLE_SECRET : STYLE_ROLE_TEXT, line->text);
}

/* "verified 14:02 by order id", in its own row under the identities. */
static void draw_verified(struct canvas *canvas, struct rect row, const struct contact *c)
{
    struct line line = {0};
    if (c->verified != NULL) {
        line_add(&line, 2, STYLE_ROLE_OK, "✓ verified ");
        line_addf(&line, 1, STYLE_ROLE_DIM, "by %s", c->verified);
    } else {
        line_add(&line, 2, STYLE_ROLE_WARN, "not verified yet");
    }
    line_draw(&line, canvas, row.x + 1, row.y, MAX(row.cols - 2, 0));
}

static void draw_lines(const struct desk *desk, struct canvas *canvas, struct rect body,
                       const struct contact *c)
{
    g_autoptr(GPtrArray) lines = desk_customer_lines(desk, desk->current);
    const char *group = NULL;
    bool told_verified = false;
    int cursor = desk->pane == PANE_CUSTOMER ? desk->current->customer_cursor : -1;
    /* The cursor's line is kept in sight: lines above it go first. */
    int first = 0, room = MAX(body.rows - 6, 1);
    if (cursor >= room)
        first = cursor - room + 1;
    int row = 0;
    for (guint i = (guint)first; i < lines->len && row < body.rows; i++) {
        const struct desk_customer_line *line = lines->pdata[i];
        const char *title = group_title(line->kind);
        bool is_person = line->kind <= CUSTOMER_LINE_NOTE;
        if (!is_person && !told_verified && first == 0 && row < body.rows) {
            draw_verified(canvas, rect_row(body, row++), c);
            told_verified = true;
        }
        if (title != NULL && title != group) {
            group = title;
            row += row > 0 && body.rows > 12;
            canvas_put_fit(canvas, body.x + 1, body.y + row, row < body.rows ? MAX(body.cols - 2, 0) : 0,
                           STYLE_ROLE_DIM, title);
            row++;
        }
        if (row >= body.rows)
            break;
        draw_line(desk, canvas, rect_row(body, row), line);
        if ((int)i == cursor)
            canvas_set_surface(canvas, rect_row(body, row), STYLE_SURFACE_SELECTED);
        row++;
    }
    if (!told_verified && first == 0 && row < body.rows)
        draw_verified(canvas, rect_row(body, row), c);
}

void view_customer_draw(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    char right[FORMAT_BYTES] = "";
    if (dc != NULL && dc->customer != NULL && dc->past != NULL && dc->past->len > 0)
        g_snprintf(right, sizeof right, "%u before", dc->past->len);
    heading_draw(canvas, rect,
                 &(struct heading){.key = "3",
                                   .title = "Customer",
                                   .right = *right != '\0' ? right : NULL,
                                   .has_focus = desk->pane == PANE_CUSTOMER});
    struct rect body = rect_below(rect, 1), before = canvas_clip(canvas, body);
    if (dc == NULL || dc->customer == NULL)
        draw_unknown(desk, canvas, body, c);
    else if (c != NULL)
        draw_lines(desk, canvas, body, c);
    canvas_unclip(canvas, before);
}
