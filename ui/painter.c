#include "ui/painter.h"

#include <stdio.h>
#include <string.h>

enum {
    LOOK_MARKS = 16, /* combinations of STYLE_MARK_ */
    LOOK_COUNT = STYLE_ROLE_COUNT * STYLE_SURFACE_COUNT * LOOK_MARKS,
    GAP_COLS = 4,    /* so few unchanged cells are written again rather than stepped over */
    ERASE_COLS = 12, /* so many blanks are erased rather than written */
    UNKNOWN = -1,
    CODE_BYTES = 64,
};

#define NO_INK (THEME_ATTRIBUTE_UNDERLINE | THEME_ATTRIBUTE_REVERSE) /* what shows on a blank */
#define WEIGHT (THEME_ATTRIBUTE_BOLD | THEME_ATTRIBUTE_DIM)          /* what 22 takes away together */

struct painter {
    struct painter_options options;
    char *caret_on, *caret_off;
    bool is_known[LOOK_COUNT];
    struct theme_look looks[LOOK_COUNT];
    struct canvas *shown;
    bool is_forgotten, is_pen_known, is_caret_known, is_caret_on;
    struct theme_look pen;
    int x, y; /* the terminal's cursor; UNKNOWN where it is */
    GString *out;
};

/* Parameters of one SGR sequence. */
struct code {
    char text[CODE_BYTES];
    size_t len;
};

struct painter *painter_new(const struct painter_options *options)
{
    struct painter *painter = g_new0(struct painter, 1);
    painter->options = *options;
    painter->caret_on = g_strdup(options->caret_on);
    painter->caret_off = g_strdup(options->caret_off);
    painter->shown = canvas_new(0, 0);
    painter->out = g_string_sized_new(4096);
    painter_forget(painter);
    return painter;
}

void painter_free(struct painter *painter)
{
    if (painter == NULL)
        return;
    canvas_free(painter->shown);
    g_string_free(painter->out, TRUE);
    g_free(painter->caret_on);
    g_free(painter->caret_off);
    g_free(painter);
}

void painter_set_theme(struct painter *painter, const struct theme *theme)
{
    painter->options.theme = theme;
    memset(painter->is_known, 0, sizeof painter->is_known);
    painter_forget(painter);
}

void painter_forget(struct painter *painter)
{
    painter->is_forgotten = true;
    painter->is_pen_known = painter->is_caret_known = false;
    painter->x = painter->y = UNKNOWN;
}

/* ---- the pen ---- */

static struct theme_look look_of(struct painter *painter, unsigned style)
{
    unsigned role = style & STYLE_ROLE_MASK;
    unsigned surface = (style & STYLE_SURFACE_MASK) >> STYLE_SURFACE_SHIFT, marks = style >> 12;
    g_assert(role < STYLE_ROLE_COUNT && surface < STYLE_SURFACE_COUNT);
    unsigned at = (surface * STYLE_ROLE_COUNT + role) * LOOK_MARKS + marks;
    if (!painter->is_known[at]) {
        struct theme_look look = theme_look(painter->options.theme, painter->options.depth, style);
        bool has_colour = look.foreground != THEME_DEFAULT_COLOUR || look.background != THEME_DEFAULT_COLOUR;
        look.attributes &= has_colour ? painter->options.colour_attributes : painter->options.attributes;
        painter->looks[at] = look;
        painter->is_known[at] = true;
    }
    return painter->looks[at];
}

static bool look_equals(struct theme_look a, struct theme_look b)
{
    return a.foreground == b.foreground && a.background == b.background && a.attributes == b.attributes;
}

/* Whether a blank looks the same in both. */
static bool blank_equals(struct theme_look a, struct theme_look b)
{
    return look_equals(a, b) || (a.background == b.background && !((a.attributes | b.attributes) & NO_INK));
}

static void code_put(struct code *code, const char *bytes, size_t len)
{
    g_assert(code->len + len <= sizeof code->text);
    memcpy(code->text + code->len, bytes, len);
    code->len += len;
}

/* By hand: a cursor key sends some twenty numbers, and printing them was a tenth of its work. */
static void code_put_number(struct code *code, int number)
{
    char digits[12];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    code_put(code, digits + at, sizeof digits - at);
}

static void code_add(struct code *code, int value)
{
    if (code->len > 0)
        code_put(code, ";", 1);
    code_put_number(code, value);
}

static void code_add_colour(struct code *code, int colour, int base)
{
    if (colour == THEME_DEFAULT_COLOUR) {
        code_add(code, base + 9);
    } else if (colour < 8) {
        code_add(code, base + colour);
    } else if (colour < 16) {
        code_add(code, base + 60 + colour - 8);
    } else {
        code_add(code, base + 8);
        code_add(code, 5);
        code_add(code, colour);
    }
}

static void code_add_attributes(struct code *code, unsigned attributes)
{
    static const struct {
        unsigned attribute;
        int on;
    } rows[] = {
        {THEME_ATTRIBUTE_BOLD, 1},      {THEME_ATTRIBUTE_DIM, 2},     {THEME_ATTRIBUTE_ITALIC, 3},
        {THEME_ATTRIBUTE_UNDERLINE, 4}, {THEME_ATTRIBUTE_REVERSE, 7},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (attributes & rows[i].attribute)
            code_add(code, rows[i].on);
}

/* From the pen that is to the one wanted, naming only what differs. */
static struct code code_of_change(struct theme_look from, struct theme_look to)
{
    struct code code = {0};
    unsigned off = from.attributes & ~to.attributes, on = to.attributes & ~from.attributes;
    if (off & WEIGHT) {
        code_add(&code, 22);
        on |= to.attributes & WEIGHT;
    }
    if (off & THEME_ATTRIBUTE_ITALIC)
        code_add(&code, 23);
    if (off & THEME_ATTRIBUTE_UNDERLINE)
        code_add(&code, 24);
    if (off & THEME_ATTRIBUTE_REVERSE)
        code_add(&code, 27);
    code_add_attributes(&code, on);
    if (from.foreground != to.foreground)
        code_add_colour(&code, to.foreground, 30);
    if (from.background != to.background)
        code_add_colour(&code, to.background, 40);
    return code;
}

/* The same from no pen at all. A lone 0 is the shortest of all sequences when left out. */
static struct code code_from_nothing(struct theme_look to)
{
    struct code code = {0};
    if (look_equals(to, (struct theme_look){THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR, 0}))
        return code;
    code_add(&code, 0);
    code_add_attributes(&code, to.attributes);
    if (to.foreground != THEME_DEFAULT_COLOUR)
        code_add_colour(&code, to.foreground, 30);
    if (to.background != THEME_DEFAULT_COLOUR)
        code_add_colour(&code, to.background, 40);
    return code;
}

static void take_pen(struct painter *painter, struct theme_look look)
{
    if (painter->is_pen_known && look_equals(painter->pen, look))
        return;
    struct code code = code_from_nothing(look);
    if (painter->is_pen_known) {
        struct code change = code_of_change(painter->pen, look);
        if (change.len <= code.len)
            code = change;
    }
    g_string_append(painter->out, "\x1b[");
    g_string_append_len(painter->out, code.text, (gssize)code.len);
    g_string_append_c(painter->out, 'm');
    painter->pen = look;
    painter->is_pen_known = true;
}

static bool suits_pen(const struct painter *painter, const struct canvas_cell *cell, struct theme_look look)
{
    return painter->is_pen_known &&
           (cell->base == ' ' ? blank_equals(painter->pen, look) : look_equals(painter->pen, look));
}

/* ---- the cursor ---- */

static const struct code *shorter(const struct code *a, const struct code *b)
{
    return b->len < a->len ? b : a;
}

/* A control sequence with one number, or none where it is 1. */
static void code_put_control(struct code *code, int number, char final)
{
    code_put(code, "\x1b[", 2);
    if (number != 1)
        code_put_number(code, number);
    code_put(code, &final, 1);
}

/* From the same column or the first one, some rows on. */
static void add_rows(struct code *way, int rows)
{
    if (rows > 0 && rows <= 4)
        code_put(way, "\n\n\n\n", (size_t)rows);
    else if (rows != 0)
        code_put_control(way, ABS(rows), rows > 0 ? 'B' : 'A');
}

/* Terminals write from the cursor on; the shortest way there is often one or two bytes. The line feed stays
 * in its column, for the terminal's output is not translated. */
static void go_to(struct painter *painter, int x, int y)
{
    if (painter->x == x && painter->y == y)
        return;
    struct code place = {0}, way = {0};
    code_put(&place, "\x1b[", 2);
    code_put_number(&place, y + 1);
    if (x > 0) {
        code_put(&place, ";", 1);
        code_put_number(&place, x + 1);
    }
    code_put(&place, "H", 1);
    bool is_known = painter->y != UNKNOWN, is_row = is_known && painter->y == y;
    if (is_known && x == 0) {
        code_put(&way, "\r", 1);
        add_rows(&way, y - painter->y);
    } else if (is_row && painter->x != UNKNOWN && x > painter->x) {
        code_put_control(&way, x - painter->x, 'C');
    } else if (is_known && x == painter->x) {
        add_rows(&way, y - painter->y);
    }
    const struct code *best = way.len > 0 ? shorter(&place, &way) : &place;
    g_string_append_len(painter->out, best->text, (gssize)best->len);
    painter->x = x;
    painter->y = y;
}

/* ---- cells ---- */

static void put_cell(struct painter *painter, const struct canvas_cell *cell)
{
    uint32_t points[1 + CANVAS_MAX_MARKS];
    int count = canvas_cell_points(cell, points);
    for (int i = 0; i < count; i++) {
        if (points[i] < 0x80)
            g_string_append_c(painter->out, (char)points[i]);
        else
            g_string_append_unichar(painter->out, points[i]);
    }
    painter->x += cell->cols;
    if (painter->x >= canvas_cols(painter->shown)) {
        painter->x = UNKNOWN;
        if (painter->options.wraps_at_once)
            painter->y = UNKNOWN;
    }
}

static bool is_same(struct painter *painter, const struct canvas_cell *now, const struct canvas_cell *before)
{
    if (memcmp(now, before, sizeof *now) == 0)
        return true;
    if (memcmp(now, before, offsetof(struct canvas_cell, style)) != 0)
        return false;
    struct theme_look a = look_of(painter, now->style), b = look_of(painter, before->style);
    return now->base == ' ' ? blank_equals(a, b) : look_equals(a, b);
}

/* How many blanks that erasing would make stand here. */
static int count_blanks(struct painter *painter, const struct canvas_cell *row, int x)
{
    int cols = canvas_cols(painter->shown), end = x;
    struct theme_look look = look_of(painter, row[x].style);
    if ((look.attributes & NO_INK) ||
        (look.background != THEME_DEFAULT_COLOUR && !painter->options.erases_in_pen))
        return 0;
    while (end < cols && row[end].base == ' ' && row[end].marks[0] == 0 &&
           blank_equals(look, look_of(painter, row[end].style)))
        end++;
    return end - x;
}

/* Erases the blanks at x on, where that is shorter than writing them; result: how many. */
static int erase(struct painter *painter, const struct canvas_cell *row, int x, int y)
{
    int count = row[x].base == ' ' ? count_blanks(painter, row, x) : 0;
    bool is_tail = x + count == canvas_cols(painter->shown);
    if (count < (is_tail ? GAP_COLS : ERASE_COLS) || (!is_tail && !painter->options.can_erase_cells))
        return 0;
    go_to(painter, x, y);
    struct theme_look look = look_of(painter, row[x].style);
    if (!painter->is_pen_known || !blank_equals(painter->pen, look))
        take_pen(painter, look);
    struct code code = {0};
    if (is_tail)
        code_put(&code, "\x1b[K", 3);
    else
        code_put_control(&code, count, 'X');
    g_string_append_len(painter->out, code.text, (gssize)code.len);
    return count;
}

/* Comes to a cell on the row, over a few that are as they should be where these suit the pen. */
static void step_to(struct painter *painter, const struct canvas_cell *row, int x, int y)
{
    if (painter->y == y && painter->x != UNKNOWN && x > painter->x && x - painter->x <= GAP_COLS) {
        bool suits = true;
        for (int i = painter->x; i < x; i++)
            suits &= row[i].cols == 1 && row[i].base < 0x80 &&
                     suits_pen(painter, &row[i], look_of(painter, row[i].style));
        while (suits && painter->x < x)
            put_cell(painter, &row[painter->x]);
    }
    go_to(painter, x, y);
}

/* The pen for a cell; blanks before a text that they suit are written with the text's. */
static struct theme_look pen_for(struct painter *painter, const struct canvas_cell *row, int x)
{
    struct theme_look look = look_of(painter, row[x].style);
    int cols = canvas_cols(painter->shown), end = x;
    while (end < cols && row[end].base == ' ')
        end++;
    if (end == x || end == cols)
        return look;
    struct theme_look next = look_of(painter, row[end].style);
    return blank_equals(look, next) ? next : look;
}

static void paint_row(struct painter *painter, const struct canvas *canvas, int y)
{
    const struct canvas_cell *now = canvas_row(canvas, y), *before = canvas_row(painter->shown, y);
    int cols = canvas_cols(canvas);
    if (memcmp(now, before, (size_t)cols * sizeof *now) == 0)
        return;
    for (int x = 0; x < cols; x++) {
        if (now[x].cols == 0 || is_same(painter, &now[x], &before[x]))
            continue;
        int erased = erase(painter, now, x, y);
        if (erased > 0) {
            x += erased - 1;
            continue;
        }
        if (painter->options.wraps_at_once && y == canvas_rows(canvas) - 1 && x + now[x].cols == cols)
            continue; /* written, this cell would scroll the screen */
        step_to(painter, now, x, y);
        if (!suits_pen(painter, &now[x], look_of(painter, now[x].style)))
            take_pen(painter, pen_for(painter, now, x));
        put_cell(painter, &now[x]);
    }
    canvas_copy_row(painter->shown, canvas, y);
}

/* ---- a frame ---- */

/* A cleared screen is as good as one that showed blanks in the terminal's own colours. */
static void start_over(struct painter *painter, const struct canvas *canvas)
{
    canvas_resize(painter->shown, canvas_cols(canvas), canvas_rows(canvas));
    struct theme_look plain = {THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR, 0};
    take_pen(painter, plain);
    g_string_append(painter->out, "\x1b[H\x1b[2J");
    painter->x = painter->y = 0;
    painter->is_forgotten = false;
}

static void show_caret(struct painter *painter, struct screen_caret caret)
{
    if (caret.visible)
        go_to(painter, CLAMP(caret.x, 0, MAX(canvas_cols(painter->shown) - 1, 0)),
              CLAMP(caret.y, 0, MAX(canvas_rows(painter->shown) - 1, 0)));
    if (painter->is_caret_known && caret.visible == painter->is_caret_on)
        return;
    g_string_append(painter->out, caret.visible ? painter->caret_on : painter->caret_off);
    painter->is_caret_on = caret.visible;
    painter->is_caret_known = true;
}

const GString *painter_paint(struct painter *painter, const struct canvas *canvas, struct rect part,
                             struct screen_caret caret)
{
    g_string_truncate(painter->out, 0);
    if (canvas_cols(canvas) != canvas_cols(painter->shown) ||
        canvas_rows(canvas) != canvas_rows(painter->shown))
        painter_forget(painter);
    if (painter->is_forgotten) {
        start_over(painter, canvas);
        part = canvas_bounds(canvas);
    }
    part = rect_intersect(part, canvas_bounds(canvas));
    for (int y = part.y; y < part.y + part.rows; y++)
        paint_row(painter, canvas, y);
    show_caret(painter, caret);
    return painter->out;
}
