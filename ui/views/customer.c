#include "ui/views/views.h"

#include "app/model/timestamp.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/line.h"

#define LABEL_COLS 8
#define ORDER_COLS 12
#define STAND_COLS 14 /* how an order stands, beside it */
#define STAND_FROM 46
#define PAST_ROWS  5

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
    int cols = MAX(row.cols - 2, 0), name_cols = MIN(text_cols(known->name, -1), cols * 2 / 3);
    line_fit(&right, MAX(cols - name_cols - 2, 0));
    canvas_put_fit(canvas, row.x + 1, row.y, name_cols, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, known->name);
    line_draw(&right, canvas, row.x + 1 + name_cols + 3, row.y, MAX(cols - name_cols - 3, 0));
}

/* Number, what was bought, its price at the right; how it stands, and the price's currency, in a row of its
 * own where there is one. In one row the currency stands only where the pane is wide. */
static void draw_order(struct canvas *canvas, struct rect rows, const struct order *o)
{
    char total[FORMAT_BYTES];
    int cols = MAX(rows.cols - 2, 0), x = rows.x + 1, y = rows.y, id_cols = MIN(ORDER_COLS, cols);
    struct line right = {0};
    const char *currency = o->total_minor != 0 && o->currency != NULL ? o->currency : "",
               *price = o->total_minor != 0 ? format_money(o->total_minor, total) : "",
               *item = o->item != NULL ? o->item : "";
    int stand_cols = rows.rows == 1 && cols >= STAND_FROM ? STAND_COLS : 0;
    if (stand_cols > 0)
        canvas_put_fit(canvas, x + cols - stand_cols + 2, y, stand_cols - 2, STYLE_ROLE_DIM,
                       o->status != NULL ? o->status : "");
    cols -= stand_cols;
    if (stand_cols > 0 && *currency != '\0')
        line_addf(&right, 1, STYLE_ROLE_DIM, "  %s", currency);
    if (*price != '\0')
        line_addf(&right, 2, STYLE_ROLE_TEXT, "  %s", price);
    line_fit(&right, MAX((cols - id_cols) / 2, 0));
    int right_cols = line_cols(&right);
    g_autofree char *id = text_truncate(o->id, -1, MAX(id_cols, 0)); /* only the id is underlined */
    canvas_put(canvas, x, y, STYLE_ROLE_LINK, id);
    canvas_put_fit(canvas, x + id_cols + 1, y, MAX(cols - right_cols - id_cols - 1, 0), STYLE_ROLE_TEXT,
                   item);
    line_draw(&right, canvas, x + cols - right_cols, y, right_cols);
    if (rows.rows < 2)
        return;
    g_autofree char *stand =
        o->delivered != NULL ? g_strdup_printf("delivered %s", o->delivered)
        : o->placed != NULL ? g_strdup_printf("%s · %s", o->status != NULL ? o->status : "ordered", o->placed)
                            : g_strdup(o->status != NULL ? o->status : "ordered");
    int currency_cols = text_cols(currency, -1), room = MAX(cols - currency_cols - 1, 0);
    int indent = CLAMP(room - text_cols(stand, -1), 0, id_cols + 1); /* under the item, as far as it fits */
    canvas_put_fit(canvas, x + indent, y + 1, room - indent, STYLE_ROLE_DIM, stand);
    canvas_put_right(canvas, x + cols - currency_cols, y + 1, currency_cols, STYLE_ROLE_DIM, currency);
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
    int state_cols = MIN(text_cols(state, -1) + 1, cols);
    canvas_put_fit(canvas, x, row.y, MIN(7, cols), STYLE_ROLE_DIM,
                   timestamp_short(past->created_ms, desk_shown_ms(desk), desk->utc_offset_minutes, when));
    canvas_put_fit(canvas, x + 8, row.y, MIN(6, MAX(cols - 8, 0)), STYLE_ROLE_DIM,
                   channel_name(past->channel));
    canvas_put_fit(canvas, x + 15, row.y, MAX(cols - 15 - state_cols, 0), STYLE_ROLE_TEXT,
                   past->subject != NULL  ? past->subject
                   : past->intent != NULL ? past->intent
                                          : "");
    canvas_put_right(canvas, x + cols - state_cols, row.y, state_cols,
                     !is_over         ? STYLE_ROLE_WARN
                     : past->resolved ? STYLE_ROLE_OK
                                      : STYLE_ROLE_DIM,
                     state);
}

static const char *label_of(const struct desk_customer_line *line)
{
    static const struct {
        const char *field, *label;
    } labels[] = {{"email", "E-mail"},  {"phone", "Phone"},    {"account", "Account"},
                  {"handle", "Handle"}, {"postal", "Address"}, {"note", "Note"}};
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        if (g_strcmp0(labels[i].field, line->field) == 0)
            return labels[i].label;
    return line->field != NULL ? line->field : "";
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
    canvas_put_fit(canvas, row.x + 1, row.y, label_cols, STYLE_ROLE_DIM, label_of(line));
    canvas_put_fit(canvas, row.x + 2 + label_cols, row.y, MAX(cols - label_cols - 1, 0),
                   line->is_masked ? STYLE_ROLE_SECRET : STYLE_ROLE_TEXT, line->text);
}

/* Name, address as far as it may be seen, and how they become somebody known. */
static void draw_unknown(const struct desk *desk, struct canvas *canvas, struct rect body,
                         const struct contact *c)
{
    if (c == NULL || body.rows < 1)
        return;
    int cols = MAX(body.cols - 2, 0);
    canvas_put_fit(canvas, body.x + 1, body.y, cols, STYLE_ROLE_TEXT,
                   c->customer != NULL ? "Fetching…"
                   : c->name != NULL   ? c->name
                                       : "Unknown caller");
    if (c->customer != NULL)
        return;
    g_autoptr(GPtrArray) lines = desk_customer_lines(desk, desk->current);
    if (lines->len > 0) {
        struct rect row = rect_row(body, 1);
        draw_line(desk, canvas, row, lines->pdata[0]);
        if (desk->pane == PANE_CUSTOMER)
            canvas_set_surface(canvas, row, STYLE_SURFACE_SELECTED);
    }
    struct line ways = {0};
    g_autofree char *pane = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_PANE_CUSTOMER),
                    *who = desk_key_label(desk, KEYS_CONTEXT_CUSTOMER, ACTION_WHO_IS_THIS);
    line_addf(&ways, 2, STYLE_ROLE_KEY, "%s%s%s", desk->pane == PANE_CUSTOMER ? "" : pane,
              desk->pane == PANE_CUSTOMER ? "" : " ", who);
    line_add(&ways, 2, STYLE_ROLE_DIM, " says who this is");
    line_draw(&ways, canvas, body.x + 1, body.y + (lines->len > 0 ? 3 : 2), cols);
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

/* What one frame draws and how far it came. */
struct customer_view {
    const struct desk *desk;
    struct canvas *canvas;
    struct rect body;
    const struct contact *c;
    int row;
    int order_rows; /* an order takes */
    int extra_rows; /* beside one for each line */
    bool is_airy;   /* a blank row stands before each group */
    bool told_verified;
    const char *group;
};

/* The rows between the person and what they had to do with us. */
static void draw_before(struct customer_view *v, enum desk_customer_line_kind kind)
{
    const char *title = group_title(kind);
    if (kind > CUSTOMER_LINE_NOTE && !v->told_verified) {
        draw_verified(v->canvas, rect_row(v->body, v->row++), v->c);
        v->told_verified = true;
    }
    if (title == NULL || title == v->group)
        return;
    v->group = title;
    v->row += v->row > 0 && v->is_airy;
    canvas_put_fit(v->canvas, v->body.x + 1, v->body.y + v->row, MAX(v->body.cols - 2, 0), STYLE_ROLE_DIM,
                   title);
    v->row++;
}

/* Blank rows and the orders' second rows come after what must be seen. */
static void share_rows(struct customer_view *v, const GPtrArray *lines)
{
    int orders = 0, groups = 0, past = 0;
    for (guint i = 0; i < lines->len; i++) {
        const struct desk_customer_line *line = lines->pdata[i];
        const struct desk_customer_line *before = i > 0 ? lines->pdata[i - 1] : NULL;
        orders += line->kind == CUSTOMER_LINE_ORDER;
        past += line->kind == CUSTOMER_LINE_PAST;
        groups += group_title(line->kind) != NULL && (before == NULL || before->kind != line->kind);
    }
    /* A long timeline may end below the pane; its newest contacts may not. */
    int spare = v->body.rows - (int)lines->len + MAX(past - PAST_ROWS, 0) - 1 - groups;
    v->is_airy = spare >= groups;
    v->order_rows = spare - groups >= orders ? 2 : 1;
    v->extra_rows = 1 + 2 * groups + orders * (v->order_rows - 1);
}

static void draw_lines(const struct desk *desk, struct canvas *canvas, struct rect body,
                       const struct contact *c)
{
    g_autoptr(GPtrArray) lines = desk_customer_lines(desk, desk->current);
    struct customer_view v = {.desk = desk, .canvas = canvas, .body = body, .c = c};
    int cursor = desk->pane == PANE_CUSTOMER ? desk->current->customer_cursor : -1;
    /* The cursor's line is kept in sight: lines above it go first. */
    share_rows(&v, lines);
    int room = MAX(body.rows - v.extra_rows, 1), first = cursor >= room ? cursor - room + 1 : 0;
    v.told_verified = first > 0;
    for (guint i = (guint)first; i < lines->len && v.row < body.rows; i++) {
        const struct desk_customer_line *line = lines->pdata[i];
        draw_before(&v, line->kind);
        int rows = line->kind == CUSTOMER_LINE_ORDER ? v.order_rows : 1;
        struct rect at = rect_intersect(body, (struct rect){body.x, body.y + v.row, body.cols, rows});
        if (at.rows == 0)
            return;
        draw_line(desk, canvas, at, line);
        if ((int)i == cursor)
            canvas_set_surface(canvas, at, STYLE_SURFACE_SELECTED);
        v.row += rows;
    }
    if (!v.told_verified && v.row < body.rows)
        draw_verified(canvas, rect_row(body, v.row), c);
}

void view_customer_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                        struct screen_caret *caret)
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
        draw_lines(desk, canvas, view_filter_draw(desk, canvas, body, PANE_CUSTOMER, caret), c);
    canvas_unclip(canvas, before);
}
