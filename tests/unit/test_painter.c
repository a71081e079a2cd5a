/* The painter's bytes, read by a terminal as small as it may be. */
#include "ui/painter.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { COLS = 40, ROWS = 8, FRAMES = 400 };

struct paper_cell {
    gunichar base; /* 0: right half of a wide one */
    struct theme_look look;
};

/* What ECMA-48 says such bytes do. The cursor waits in the last column unless `wraps`. */
struct paper {
    struct paper_cell cells[ROWS][COLS];
    struct theme_look pen;
    int x, y;
    bool erases_in_pen, wraps, is_caret_on;
    int scrolled;
};

static const struct theme_look PLAIN = {THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR, 0};

static void line_feed(struct paper *paper)
{
    if (paper->y == ROWS - 1)
        paper->scrolled++;
    else
        paper->y++;
}

static void put(struct paper *paper, gunichar point)
{
    if (g_unichar_ismark(point))
        return;
    int cols = g_unichar_iswide(point) ? 2 : 1;
    g_assert_cmpint(paper->x + cols, <=, COLS); /* never written past the margin */
    paper->cells[paper->y][paper->x] = (struct paper_cell){point, paper->pen};
    if (cols == 2)
        paper->cells[paper->y][paper->x + 1] = (struct paper_cell){0, paper->pen};
    paper->x += cols;
    if (paper->wraps && paper->x == COLS) {
        paper->x = 0;
        line_feed(paper);
    }
}

static void erase(struct paper *paper, int start, int end)
{
    struct theme_look look = PLAIN;
    if (paper->erases_in_pen)
        look.background = paper->pen.background;
    for (int x = start; x < MIN(end, COLS); x++)
        paper->cells[paper->y][x] = (struct paper_cell){' ', look};
}

static void set_attribute(struct paper *paper, int attribute, bool is_on)
{
    paper->pen.attributes =
        (uint8_t)(is_on ? paper->pen.attributes | attribute : paper->pen.attributes & ~attribute);
}

static void select_rendition(struct paper *paper, const char *text)
{
    static const int on[] = {[1] = THEME_ATTRIBUTE_BOLD,
                             [2] = THEME_ATTRIBUTE_DIM,
                             [3] = THEME_ATTRIBUTE_ITALIC,
                             [4] = THEME_ATTRIBUTE_UNDERLINE,
                             [7] = THEME_ATTRIBUTE_REVERSE};
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);
    if (*text == '\0')
        paper->pen = PLAIN;
    for (char **part = parts; *part != NULL; part++) {
        int code = atoi(*part);
        int16_t *colour = code >= 40 && code != 90 && !(code > 90 && code < 98) ? &paper->pen.background
                                                                                : &paper->pen.foreground;
        if (code == 0)
            paper->pen = PLAIN;
        else if (code < 8)
            set_attribute(paper, on[code], true);
        else if (code < 28)
            set_attribute(paper, code == 22 ? THEME_ATTRIBUTE_BOLD | THEME_ATTRIBUTE_DIM : on[code - 20],
                          false);
        else if (code % 10 == 8 && code < 50)
            *colour = (int16_t)atoi((part += 2)[0]);
        else if (code % 10 == 9 && code < 50)
            *colour = THEME_DEFAULT_COLOUR;
        else
            *colour = (int16_t)(code % 10 + (code >= 90 ? 8 : 0));
    }
}

static void control(struct paper *paper, char final, const char *text)
{
    int first = MAX(atoi(text), 1);
    const char *second = strchr(text, ';');
    if (final == 'm')
        select_rendition(paper, text);
    else if (final == 'H')
        paper->y = first - 1, paper->x = second != NULL ? atoi(second + 1) - 1 : 0;
    else if (final == 'C')
        paper->x += first;
    else if (final == 'A')
        paper->y -= first;
    else if (final == 'B')
        paper->y += first;
    else if (final == 'K')
        erase(paper, paper->x, COLS);
    else if (final == 'X')
        erase(paper, paper->x, paper->x + first);
    else if (final == 'h' || final == 'l')
        paper->is_caret_on = final == 'h';
    else if (final == 'J')
        for (paper->y = ROWS - 1; paper->y >= 0; paper->y--)
            erase(paper, 0, COLS);
    else
        g_assert_not_reached();
    if (final == 'J')
        paper->y = 0;
    g_assert_cmpint(paper->x, <=, COLS);
    g_assert_cmpint(paper->y, >=, 0);
    g_assert_cmpint(paper->y, <, ROWS);
}

static void read_bytes(struct paper *paper, const GString *bytes)
{
    g_assert_true(g_utf8_validate(bytes->str, (gssize)bytes->len, NULL));
    for (const char *at = bytes->str; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar point = g_utf8_get_char(at);
        if (point == '\r') {
            paper->x = 0;
        } else if (point == '\n') {
            line_feed(paper);
        } else if (point == 0x1b) {
            g_assert_cmpint(at[1], ==, '[');
            size_t len = strspn(at + 2, "?0123456789;");
            g_autofree char *text = g_strndup(at + 2, len);
            control(paper, at[2 + len], text);
            at += 2 + len;
        } else {
            put(paper, point);
        }
    }
}

static bool is_seen_same(const struct paper_cell *paper, struct theme_look look)
{
    unsigned ink = THEME_ATTRIBUTE_UNDERLINE | THEME_ATTRIBUTE_REVERSE;
    bool is_same = paper->look.foreground == look.foreground && paper->look.attributes == look.attributes;
    if (paper->base == ' ')
        is_same |= !((paper->look.attributes | look.attributes) & ink);
    return is_same && paper->look.background == look.background;
}

static void check(const struct paper *paper, const struct canvas *canvas,
                  const struct painter_options *options)
{
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLS; x++) {
            const struct canvas_cell *cell = &canvas_row(canvas, y)[x];
            if (paper->wraps && y == ROWS - 1 && x >= COLS - 2)
                continue; /* left out, or it would scroll */
            g_assert_cmphex(paper->cells[y][x].base, ==, cell->base);
            struct theme_look look = theme_look(options->theme, options->depth, cell->style);
            g_assert_true(cell->cols == 0 || is_seen_same(&paper->cells[y][x], look));
        }
    g_assert_cmpint(paper->scrolled, ==, 0);
}

/* ---- random screens ---- */

static unsigned random_style(GRand *rand)
{
    unsigned marks = g_rand_int_range(rand, 0, 4) == 0 ? (unsigned)g_rand_int_range(rand, 0, 16) << 12 : 0;
    return (unsigned)g_rand_int_range(rand, 0, STYLE_ROLE_COUNT) |
           (unsigned)g_rand_int_range(rand, 0, STYLE_SURFACE_COUNT) << 8 | marks;
}

static void scribble(GRand *rand, struct canvas *canvas)
{
    static const char *const texts[] = {"a",   "return", "chat   K4999Q", "退货 progress", "Jose\u0301 ▌",
                                        "    "};
    for (int i = g_rand_int_range(rand, 0, 6); i >= 0; i--) {
        int x = g_rand_int_range(rand, -3, COLS), y = g_rand_int_range(rand, 0, ROWS);
        int what = g_rand_int_range(rand, 0, 10);
        if (what == 0)
            canvas_clear(canvas);
        else if (what < 3)
            canvas_fill(canvas, (struct rect){x, y, g_rand_int_range(rand, 1, COLS), 3}, random_style(rand));
        else if (what < 4)
            canvas_set_surface(canvas, (struct rect){0, y, COLS, 1},
                               (unsigned)g_rand_int_range(rand, 0, STYLE_SURFACE_COUNT) << 8);
        else
            canvas_put(canvas, x, y, random_style(rand),
                       texts[g_rand_int_range(rand, 0, (gint32)G_N_ELEMENTS(texts))]);
    }
}

static void play(const struct painter_options *options)
{
    GRand *rand = g_rand_new_with_seed(7);
    struct painter *painter = painter_new(options);
    struct canvas *canvas = canvas_new(COLS, ROWS);
    struct paper paper = {.wraps = options->wraps_at_once, .erases_in_pen = options->erases_in_pen};
    for (int i = 0; i < FRAMES; i++) {
        struct screen_caret caret = {g_rand_boolean(rand), g_rand_int_range(rand, 0, COLS),
                                     g_rand_int_range(rand, 0, ROWS)};
        scribble(rand, canvas);
        if (i % 100 == 99)
            painter_forget(painter);
        read_bytes(&paper, painter_paint(painter, canvas, canvas_bounds(canvas), caret));
        check(&paper, canvas, options);
        g_assert_true(paper.is_caret_on == caret.visible);
        if (caret.visible)
            g_assert_true(paper.x == caret.x && paper.y == caret.y);
        g_assert_cmpuint(painter_paint(painter, canvas, canvas_bounds(canvas), caret)->len, ==, 0);
    }
    canvas_free(canvas);
    painter_free(painter);
    g_rand_free(rand);
}

static void any_terminal_shows_the_canvas(void)
{
    static const enum theme_depth depths[] = {THEME_DEPTH_MONO, THEME_DEPTH_8, THEME_DEPTH_16,
                                              THEME_DEPTH_256};
    for (size_t depth = 0; depth < G_N_ELEMENTS(depths); depth++)
        for (unsigned theme = 0; theme_at(theme) != NULL; theme++)
            for (int can = 0; can < 8; can++)
                play(&(struct painter_options){.theme = theme_at(theme),
                                               .depth = depths[depth],
                                               .attributes = 0xff,
                                               .colour_attributes = 0xff,
                                               .erases_in_pen = can & 1,
                                               .can_erase_cells = can & 2,
                                               .wraps_at_once = can & 4,
                                               .caret_on = "\x1b[?25h",
                                               .caret_off = "\x1b[?25l"});
}

static const struct painter_options xterm = {.depth = THEME_DEPTH_256,
                                             .attributes = 0xff,
                                             .colour_attributes = 0xff,
                                             .erases_in_pen = true,
                                             .can_erase_cells = true,
                                             .caret_on = "",
                                             .caret_off = ""};

/* Draws twice; result: what the second canvas cost. */
static char *second_frame(void (*draw)(struct canvas *canvas, bool is_second))
{
    struct painter_options options = xterm;
    options.theme = theme_find("dark");
    struct painter *painter = painter_new(&options);
    struct canvas *canvas = canvas_new(COLS, ROWS);
    draw(canvas, false);
    painter_paint(painter, canvas, canvas_bounds(canvas), (struct screen_caret){0});
    draw(canvas, true);
    char *bytes =
        g_strdup(painter_paint(painter, canvas, canvas_bounds(canvas), (struct screen_caret){0})->str);
    canvas_free(canvas);
    painter_free(painter);
    return bytes;
}

static void draw_clock(struct canvas *canvas, bool is_second)
{
    canvas_put(canvas, 10, 2, STYLE_ROLE_TEXT, is_second ? "03:13" : "03:12");
}

static void draw_blank_styles(struct canvas *canvas, bool is_second)
{
    canvas_fill(canvas, canvas_bounds(canvas), is_second ? STYLE_ROLE_DIM : STYLE_ROLE_RISK);
}

static void draw_erasable(struct canvas *canvas, bool is_second)
{
    canvas_fill(canvas, canvas_bounds(canvas), STYLE_ROLE_TEXT);
    if (!is_second)
        canvas_put(canvas, 0, 1, STYLE_ROLE_TEXT, "a text that goes away again");
}

static void draw_colours(struct canvas *canvas, bool is_second)
{
    canvas_put(canvas, 0, 7, STYLE_ROLE_TEXT, "x");
    if (is_second) {
        canvas_put(canvas, 0, 7, STYLE_ROLE_RISK, "!");
        canvas_put(canvas, 1, 7, STYLE_ROLE_DIM, "  chat");
    }
}

static void only_what_differs_is_sent(void)
{
    g_autofree char *clock = second_frame(draw_clock), *blanks = second_frame(draw_blank_styles);
    g_autofree char *erased = second_frame(draw_erasable), *colours = second_frame(draw_colours);
    g_assert_cmpstr(clock, ==, "\x1b[3;15H3");
    g_assert_cmpstr(blanks, ==, "");
    g_assert_cmpstr(erased, ==, "\r\x1b[K");
    g_assert_cmpstr(colours, ==, "\r\x1b[1;38;5;214m!  \x1b[0;38;5;244mchat");
}

static void attributes_that_it_has_not_are_left_out(void)
{
    struct painter_options options = xterm;
    options.theme = theme_find("dark");
    options.colour_attributes = 0;
    struct painter *painter = painter_new(&options);
    struct canvas *canvas = canvas_new(COLS, ROWS);
    canvas_put(canvas, 0, 0, STYLE_ROLE_RISK, "!");
    const GString *bytes = painter_paint(painter, canvas, canvas_bounds(canvas), (struct screen_caret){0});
    g_assert_nonnull(strstr(bytes->str, "\x1b[38;5;214m!"));
    canvas_free(canvas);
    painter_free(painter);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/painter/any-terminal-shows-the-canvas", any_terminal_shows_the_canvas);
    g_test_add_func("/painter/only-what-differs-is-sent", only_what_differs_is_sent);
    g_test_add_func("/painter/attributes-that-it-has-not-are-left-out",
                    attributes_that_it_has_not_are_left_out);
    return g_test_run();
}
