/* The screen in memory. */
#include "ui/canvas.h"

#include <glib.h>
#include <stdarg.h>
#include <string.h>

#include "ui/text.h"

struct canvas {
    int cols, rows;
    struct rect clip;
    struct canvas_cell *cells; /* cells[rows * cols], row by row */
};

G_STATIC_ASSERT(sizeof(struct canvas_cell) == 16);
G_STATIC_ASSERT(CANVAS_MAX_MARKS + 1 == TEXT_GRAPHEME_MAX_POINTS);

static struct canvas_cell blank_cell(unsigned style)
{
    return (struct canvas_cell){.base = ' ', .cols = 1, .style = (uint16_t)style};
}

static struct canvas_cell *cell_at(const struct canvas *canvas, int x, int y)
{
    return &canvas->cells[(size_t)y * (size_t)canvas->cols + (size_t)x];
}

struct canvas *canvas_new(int cols, int rows)
{
    struct canvas *canvas = g_new0(struct canvas, 1);
    canvas_resize(canvas, cols, rows);
    return canvas;
}

void canvas_free(struct canvas *canvas)
{
    if (!canvas)
        return;
    g_free(canvas->cells);
    g_free(canvas);
}

int canvas_cols(const struct canvas *canvas)
{
    return canvas->cols;
}

int canvas_rows(const struct canvas *canvas)
{
    return canvas->rows;
}

struct rect canvas_bounds(const struct canvas *canvas)
{
    return (struct rect){0, 0, canvas->cols, canvas->rows};
}

void canvas_resize(struct canvas *canvas, int cols, int rows)
{
    int new_cols = CLAMP(cols, 0, CANVAS_MAX_COLS), new_rows = CLAMP(rows, 0, CANVAS_MAX_ROWS);
    if (!canvas->cells || new_cols != canvas->cols || new_rows != canvas->rows) {
        canvas->cols = new_cols;
        canvas->rows = new_rows;
        g_free(canvas->cells);
        canvas->cells = g_new(struct canvas_cell, (size_t)new_cols * (size_t)new_rows + 1);
    }
    canvas_clear(canvas);
}

void canvas_clear(struct canvas *canvas)
{
    size_t cols = (size_t)canvas->cols;
    struct canvas_cell blank = blank_cell(STYLE_ROLE_TEXT);
    for (size_t x = 0; x < cols && canvas->rows > 0; x++)
        canvas->cells[x] = blank;
    for (size_t y = 1; y < (size_t)canvas->rows; y++)
        memcpy(canvas->cells + y * cols, canvas->cells, cols * sizeof blank);
    canvas->clip = canvas_bounds(canvas);
}

void canvas_copy(struct canvas *target, const struct canvas *source)
{
    if (target->cols != source->cols || target->rows != source->rows)
        canvas_resize(target, source->cols, source->rows);
    memcpy(target->cells, source->cells,
           (size_t)source->cols * (size_t)source->rows * sizeof(struct canvas_cell));
}

void canvas_copy_row(struct canvas *target, const struct canvas *source, int y)
{
    g_assert(target->cols == source->cols && y >= 0 && y < target->rows && y < source->rows);
    memcpy(cell_at(target, 0, y), cell_at(source, 0, y), (size_t)source->cols * sizeof(struct canvas_cell));
}

bool canvas_equals(const struct canvas *a, const struct canvas *b)
{
    return a->cols == b->cols && a->rows == b->rows &&
           memcmp(a->cells, b->cells, (size_t)a->cols * (size_t)a->rows * sizeof(struct canvas_cell)) == 0;
}

struct rect canvas_clip(struct canvas *canvas, struct rect rect)
{
    struct rect before = canvas->clip;
    canvas->clip = rect_intersect(before, rect);
    return before;
}

void canvas_unclip(struct canvas *canvas, struct rect before)
{
    canvas->clip = rect_intersect(before, canvas_bounds(canvas));
}

/* Whatever wide character has a half in this cell loses both, keeping its style, so that no half is left
 * behind. */
static void break_wide(struct canvas *canvas, int x, int y)
{
    struct canvas_cell *cell = cell_at(canvas, x, y);
    int other = cell->cols == 0 ? x - 1 : cell->cols == 2 ? x + 1 : x;
    if (other == x || other < 0 || other >= canvas->cols)
        return;
    struct canvas_cell *half = cell_at(canvas, other, y);
    *half = blank_cell(half->style);
    *cell = blank_cell(cell->style);
}

static void write_cell(struct canvas *canvas, int x, int y, struct canvas_cell cell)
{
    if (!rect_contains(canvas->clip, x, y))
        return;
    struct canvas_cell *old = cell_at(canvas, x, y);
    if (old->cols != 1)
        break_wide(canvas, x, y);
    *old = cell;
}

static struct canvas_cell cell_of(const struct text_grapheme *grapheme, unsigned style)
{
    struct canvas_cell cell = {
        .base = grapheme->points[0], .cols = (uint8_t)grapheme->cols, .style = (uint16_t)style};
    for (int i = 1; i < grapheme->point_count; i++) {
        cell.marks[i - 1] = (uint16_t)(grapheme->points[i] & 0xFFFF);
        cell.planes |= (uint8_t)((grapheme->points[i] >> 16 & 3) << (2 * (i - 1)));
    }
    return cell;
}

/* A wide character needs both its cells inside the clip. */
static void write_grapheme(struct canvas *canvas, int x, int y, const struct text_grapheme *grapheme,
                           unsigned style)
{
    if (grapheme->cols == 1) {
        write_cell(canvas, x, y, cell_of(grapheme, style));
        return;
    }
    bool left = rect_contains(canvas->clip, x, y), right = rect_contains(canvas->clip, x + 1, y);
    if (left && right) {
        write_cell(canvas, x, y, blank_cell(style));
        write_cell(canvas, x + 1, y, blank_cell(style));
        *cell_at(canvas, x, y) = cell_of(grapheme, style);
        *cell_at(canvas, x + 1, y) = (struct canvas_cell){.style = (uint16_t)style};
    } else if (left) {
        write_cell(canvas, x, y, blank_cell(style));
    } else if (right) {
        write_cell(canvas, x + 1, y, blank_cell(style));
    }
}

/* Most of what is drawn: len characters of ASCII. */
static void write_plain(struct canvas *canvas, int x, int y, unsigned style, const char *text, size_t len)
{
    struct canvas_cell cell = blank_cell(style);
    for (size_t i = 0; i < len && x < canvas->cols; i++, x++) {
        cell.base = (uint32_t)text[i];
        write_cell(canvas, x, y, cell);
    }
}

int canvas_put_len(struct canvas *canvas, int x, int y, unsigned style, const char *text, ssize_t len)
{
    size_t left = len < 0 ? strlen(text) : (size_t)len;
    struct text_grapheme grapheme;
    for (;;) {
        size_t plain = text_plain_len(text, left);
        write_plain(canvas, x, y, style, text, plain);
        x += (int)plain;
        text += plain;
        left -= plain;
        if (!text_read_grapheme(text, (ssize_t)left, &grapheme))
            return x;
        if (grapheme.cols)
            write_grapheme(canvas, x, y, &grapheme, style);
        x += grapheme.cols;
        text += grapheme.source_len;
        left -= grapheme.source_len;
    }
}

int canvas_put(struct canvas *canvas, int x, int y, unsigned style, const char *text)
{
    return canvas_put_len(canvas, x, y, style, text, -1);
}

int canvas_printf(struct canvas *canvas, int x, int y, unsigned style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return canvas_put(canvas, x, y, style, text);
}

void canvas_put_fit(struct canvas *canvas, int x, int y, int cols, unsigned style, const char *text)
{
    if (cols <= 0)
        return;
    size_t len = strlen(text);
    size_t fits = text_fit(text, (ssize_t)len, cols, NULL);
    if (fits < len)
        fits = text_fit(text, (ssize_t)len, cols - 1, NULL);
    int end = canvas_put_len(canvas, x, y, style, text, (ssize_t)fits);
    if (fits < len)
        end = canvas_put(canvas, end, y, style, "…");
    canvas_fill(canvas, (struct rect){end, y, x + cols - end, 1}, style);
}

void canvas_put_right(struct canvas *canvas, int x, int y, int cols, unsigned style, const char *text)
{
    int width = text_cols(text, -1);
    int pad = MAX(cols - width, 0);
    /* Plain: an underline is under the text alone. */
    canvas_fill(canvas, (struct rect){x, y, pad, 1}, STYLE_ROLE_TEXT | (style & STYLE_SURFACE_MASK));
    canvas_put_fit(canvas, x + pad, y, cols - pad, style, text);
}

void canvas_fill(struct canvas *canvas, struct rect rect, unsigned style)
{
    struct rect part = rect_intersect(rect, canvas->clip);
    for (int y = part.y; y < part.y + part.rows; y++)
        for (int x = part.x; x < part.x + part.cols; x++)
            write_cell(canvas, x, y, blank_cell(style));
}

static void fill_with(struct canvas *canvas, struct rect rect, uint32_t point, unsigned style)
{
    struct rect part = rect_intersect(rect, canvas->clip);
    struct canvas_cell cell = {.base = point, .cols = 1, .style = (uint16_t)style};
    for (int y = part.y; y < part.y + part.rows; y++)
        for (int x = part.x; x < part.x + part.cols; x++)
            write_cell(canvas, x, y, cell);
}

void canvas_hline(struct canvas *canvas, int x, int y, int cols, unsigned style)
{
    fill_with(canvas, (struct rect){x, y, MAX(cols, 0), 1}, 0x2500, style);
}

void canvas_vline(struct canvas *canvas, int x, int y, int rows, unsigned style)
{
    fill_with(canvas, (struct rect){x, y, 1, MAX(rows, 0)}, 0x2502, style);
}

void canvas_box(struct canvas *canvas, struct rect rect, unsigned style)
{
    int right = rect.x + rect.cols - 1, bottom = rect.y + rect.rows - 1;
    canvas_hline(canvas, rect.x, rect.y, rect.cols, style);
    canvas_hline(canvas, rect.x, bottom, rect.cols, style);
    canvas_vline(canvas, rect.x, rect.y, rect.rows, style);
    canvas_vline(canvas, right, rect.y, rect.rows, style);
    canvas_put(canvas, rect.x, rect.y, style, "┌");
    canvas_put(canvas, right, rect.y, style, "┐");
    canvas_put(canvas, rect.x, bottom, style, "└");
    canvas_put(canvas, right, bottom, style, "┘");
}

void canvas_set_surface(struct canvas *canvas, struct rect rect, unsigned surface)
{
    struct rect part = rect_intersect(rect, canvas->clip);
    for (int y = part.y; y < part.y + part.rows; y++)
        for (int x = part.x; x < part.x + part.cols; x++) {
            struct canvas_cell *cell = cell_at(canvas, x, y);
            cell->style = (uint16_t)((cell->style & ~STYLE_SURFACE_MASK) | (surface & STYLE_SURFACE_MASK));
        }
}

const struct canvas_cell *canvas_row(const struct canvas *canvas, int y)
{
    g_assert(y >= 0 && y < canvas->rows);
    return cell_at(canvas, 0, y);
}

int canvas_cell_points(const struct canvas_cell *cell, uint32_t points[1 + CANVAS_MAX_MARKS])
{
    if (cell->cols == 0)
        return 0;
    int count = 0;
    points[count++] = cell->base;
    for (int i = 0; i < CANVAS_MAX_MARKS; i++) {
        uint32_t mark = cell->marks[i] | (uint32_t)(cell->planes >> (2 * i) & 3) << 16;
        if (mark)
            points[count++] = mark;
    }
    return count;
}

static void append_row(GString *out, const struct canvas *canvas, int y)
{
    size_t start = out->len, end = start;
    for (int x = 0; x < canvas->cols; x++) {
        uint32_t points[1 + CANVAS_MAX_MARKS];
        int count = canvas_cell_points(cell_at(canvas, x, y), points);
        for (int i = 0; i < count; i++)
            g_string_append_unichar(out, points[i]);
        if (count && (count > 1 || points[0] != ' '))
            end = out->len;
    }
    g_string_truncate(out, end);
}

char *canvas_row_text(const struct canvas *canvas, int y)
{
    GString *out = g_string_new(NULL);
    append_row(out, canvas, y);
    return g_string_free(out, FALSE);
}

char *canvas_dump_text(const struct canvas *canvas)
{
    GString *out = g_string_new(NULL);
    for (int y = 0; y < canvas->rows; y++) {
        append_row(out, canvas, y);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void append_style(GString *out, unsigned style)
{
    static const struct {
        unsigned mark;
        const char *name;
    } marks[] = {
        {STYLE_MARK_MATCH, "+match"},
        {STYLE_MARK_BOLD, "+bold"},
        {STYLE_MARK_UNDERLINE, "+underline"},
        {STYLE_MARK_FADED, "+faded"},
    };
    g_string_append(out, style_role_name(style & STYLE_ROLE_MASK));
    if (style & STYLE_SURFACE_MASK)
        g_string_append_printf(out, "/%s", style_surface_name(style));
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (style & marks[i].mark)
            g_string_append(out, marks[i].name);
}

/* Spaces on the plain surface look the same whatever their role is. */
static unsigned visible_style(const struct canvas_cell *cell)
{
    bool empty = cell->base == ' ' && !(cell->style & (STYLE_SURFACE_MASK | STYLE_MARK_UNDERLINE));
    return empty ? STYLE_ROLE_TEXT : cell->style;
}

static void append_row_styles(GString *out, const struct canvas *canvas, int y)
{
    bool any = false;
    for (int x = 0, end; x < canvas->cols; x = end) {
        unsigned style = visible_style(cell_at(canvas, x, y));
        for (end = x + 1; end < canvas->cols && visible_style(cell_at(canvas, end, y)) == style; end++)
            ;
        if (style == STYLE_ROLE_TEXT)
            continue;
        if (any)
            g_string_append(out, ", ");
        else
            g_string_append_printf(out, "%d: ", y);
        g_string_append_printf(out, "%d+%d ", x, end - x);
        append_style(out, style);
        any = true;
    }
    if (any)
        g_string_append_c(out, '\n');
}

char *canvas_dump_styles(const struct canvas *canvas)
{
    GString *out = g_string_new(NULL);
    for (int y = 0; y < canvas->rows; y++)
        append_row_styles(out, canvas, y);
    return g_string_free(out, FALSE);
}
