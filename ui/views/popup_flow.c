/* The flow of a script with a contact's walk on it. Marks and the weight of a line say what colours say, so
 * that a terminal without them tells as much. */
#include "ui/views/popup_frame.h"

#include <string.h>

#include "app/script/walk_flow.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"

#define FLOW_COLS_MAX 132
#define TOLD_ROWS     3 /* about the step under the cursor, with the blank row before */
#define RIGHT_COLS    26
#define TITLE_COLS    12 /* that a title keeps where its row is narrow */

struct flow_view {
    const struct desk *desk;
    const struct popup *popup;
    const struct desk_contact *dc;
    const struct script *script;
    const struct walk *walk;
    const struct walk_flow *flow;
    const struct facts *facts;
    const char *language;
    struct canvas *canvas;
    struct rect place, rows;
    GArray *shown; /* of guint: lines of the drawing, by row */
    int cursor;    /* row of the step under the cursor */
    int first;     /* row drawn first */
};

static const struct {
    const char *mark;
    enum style_role mark_role, role;
} PLACES[] = {
    [WALK_PLACE_CLOSED] = {" ", STYLE_ROLE_DIM, STYLE_ROLE_DIM},
    [WALK_PLACE_OPEN] = {"·", STYLE_ROLE_STEP_LATER, STYLE_ROLE_STEP_LATER},
    [WALK_PLACE_LIKELY] = {"›", STYLE_ROLE_STEP_NOW, STYLE_ROLE_TEXT},
    [WALK_PLACE_NOW] = {"▌", STYLE_ROLE_STEP_NOW, STYLE_ROLE_BRIGHT},
    [WALK_PLACE_DONE] = {"✓", STYLE_ROLE_OK, STYLE_ROLE_STEP_DONE},
    [WALK_PLACE_SKIPPED] = {"–", STYLE_ROLE_WARN, STYLE_ROLE_WARN},
};

static const struct graph_line *line_at(const struct flow_view *v, int row)
{
    return &g_array_index(v->flow->drawing, struct graph_line, g_array_index(v->shown, guint, row));
}

static const char *title_of(const struct flow_view *v, const struct script_step *step)
{
    const char *title = yaml_text_in(&step->title, v->language);
    return title != NULL ? title : step->id;
}

/* --- layout --- */

/* Rows that hold nothing but lines are left out where the whole would not fit. */
static void choose_lines(struct flow_view *v, int room)
{
    const GArray *drawing = v->flow->drawing;
    bool is_whole = (int)drawing->len <= room;
    int step = 0;
    v->shown = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < drawing->len; i++) {
        const struct graph_line *line = &g_array_index(drawing, struct graph_line, i);
        if (line->kind == GRAPH_LINE_JOIN && !is_whole)
            continue;
        if (line->kind == GRAPH_LINE_STEP && step++ <= v->popup->cursor)
            v->cursor = (int)v->shown->len;
        g_array_append_val(v->shown, i);
    }
}

static void lay_out(struct flow_view *v)
{
    int most = MAX(v->desk->rows - 4, 1), room = most - 2 - TOLD_ROWS;
    choose_lines(v, room);
    int count = (int)v->shown->len;
    v->place =
        popup_frame_place(v->desk, MIN(v->desk->cols - 2, FLOW_COLS_MAX), MIN(count + 2 + TOLD_ROWS, most));
    v->rows = popup_frame_inner(v->place);
    v->rows.rows = MAX(v->rows.rows - TOLD_ROWS, MIN(v->rows.rows, 1));
    v->first = CLAMP(v->cursor - v->rows.rows / 2, 0, MAX(count - v->rows.rows, 0));
}

/* --- one row --- */

static void clock_of(const struct flow_view *v, const struct script_step *step, struct line *right)
{
    const struct walk_flow_step *at = &v->flow->steps[step->index];
    char clock[FORMAT_BYTES];
    if (at->visits > 1)
        line_addf(right, 1, POPUP_STYLE(STYLE_ROLE_DIM), "%d times  ", at->visits);
    if (at->reason != NULL)
        line_add(right, 2, POPUP_STYLE(at->place == WALK_PLACE_SKIPPED ? STYLE_ROLE_WARN : STYLE_ROLE_DIM),
                 at->reason);
    else if (at->visits > 0)
        line_add(right, 3, POPUP_STYLE(at->place == WALK_PLACE_NOW ? STYLE_ROLE_BRIGHT : STYLE_ROLE_DIM),
                 format_clock(at->spent_ms, clock));
    if (at->place == WALK_PLACE_NOW && step->target_ms > 0)
        line_addf(right, 2, POPUP_STYLE(STYLE_ROLE_DIM), " of %s", format_clock(step->target_ms, clock));
    line_fit(right, RIGHT_COLS);
}

static void draw_step(const struct flow_view *v, struct rect row, int x, const struct graph_line *line)
{
    enum walk_place place = v->flow->steps[line->step->index].place;
    unsigned bold = place == WALK_PLACE_NOW ? STYLE_MARK_BOLD : 0;
    struct line right = {0};
    clock_of(v, line->step, &right);
    int end = row.x + row.cols, right_cols = line_cols(&right);
    if (end - x - 2 - right_cols - 2 < TITLE_COLS)
        right_cols = 0;
    canvas_put(v->canvas, x, row.y, POPUP_STYLE(PLACES[place].mark_role), PLACES[place].mark);
    canvas_put_fit(v->canvas, x + 2, row.y, MAX(end - x - 2 - right_cols - 2, 0),
                   POPUP_STYLE(PLACES[place].role) | bold, title_of(v, line->step));
    if (right_cols > 0)
        line_draw(&right, v->canvas, end - right_cols, row.y, right_cols);
}

static void draw_way(const struct flow_view *v, struct rect row, int x, const struct graph_line *line)
{
    bool is_taken = walk_flow_is_taken(v->flow, line);
    unsigned rule = POPUP_STYLE(is_taken ? STYLE_ROLE_BRIGHT : STYLE_ROLE_RULE);
    unsigned style = POPUP_STYLE(is_taken ? STYLE_ROLE_TEXT : STYLE_ROLE_DIM);
    g_autofree char *label = walk_flow_way_label(v->script, line->step, line->way, v->language);
    x = canvas_put(v->canvas, x, row.y, rule,
                   is_taken        ? line->is_last ? "┕━" : "┝━"
                   : line->is_last ? "└─"
                                   : "├─");
    g_autofree char *text =
        g_strdup_printf("%s%s%s%s%s", label != NULL ? " " : "", label != NULL ? label : "",
                        line->hangs     ? ""
                        : label != NULL ? " → "
                                        : "→ ",
                        line->hangs ? "" : title_of(v, line->target), line->is_above ? " (above)" : "");
    canvas_put_fit(v->canvas, x, row.y, MAX(row.x + row.cols - x, 0), style, text);
}

static void draw_row(const struct flow_view *v, struct rect row, int index)
{
    const struct graph_line *line = line_at(v, index);
    int x = canvas_put(v->canvas, row.x, row.y, POPUP_STYLE(STYLE_ROLE_RULE), line->indent);
    if (line->kind == GRAPH_LINE_STEP)
        draw_step(v, row, x, line);
    else if (line->kind == GRAPH_LINE_WAY)
        draw_way(v, row, x, line);
    if (index == v->cursor)
        canvas_set_surface(v->canvas, (struct rect){row.x - 1, row.y, row.cols + 2, 1},
                           STYLE_SURFACE_SELECTED);
}

/* --- around them --- */

/* "ask · value · target 0:30", and what is said or done in the step. */
static void draw_told(const struct flow_view *v)
{
    const struct script_step *step = line_at(v, v->cursor)->step;
    struct rect inner = popup_frame_inner(v->place);
    struct rect told = rect_below(inner, v->rows.rows + 1);
    struct line line = {0};
    char clock[FORMAT_BYTES];
    line_addf(&line, 9, POPUP_STYLE(STYLE_ROLE_TEXT), "%s", yaml_word_of(SCRIPT_KIND_WORDS, step->kind));
    line_addf(&line, 8, POPUP_STYLE(STYLE_ROLE_DIM), " · %s",
              yaml_word_of(SCRIPT_CLASS_WORDS, step->step_class));
    if (step->waste != SCRIPT_WASTE_NONE)
        line_addf(&line, 7, POPUP_STYLE(STYLE_ROLE_DIM), ", %s",
                  yaml_word_of(SCRIPT_WASTE_WORDS, step->waste));
    if (step->target_ms > 0)
        line_addf(&line, 6, POPUP_STYLE(STYLE_ROLE_DIM), " · target %s",
                  format_clock(step->target_ms, clock));
    line_draw(&line, v->canvas, told.x, told.y, told.cols);
    const char *text = yaml_text_in(step->say.count > 0 ? &step->say : &step->todo, v->language);
    if (text == NULL || told.rows < 2)
        return;
    g_autofree char *rendered = walk_render(v->walk, v->facts, text, NULL);
    g_strdelimit(g_strstrip(rendered), "\n", ' ');
    canvas_put_fit(v->canvas, told.x, told.y + 1, told.cols, POPUP_STYLE(STYLE_ROLE_DIM), rendered);
}

/* What the marks mean stands in the frame, with how much lies below. */
static void draw_legend(const struct flow_view *v)
{
    struct line line = {0};
    int below = (int)v->shown->len - v->first - v->rows.rows;
    unsigned dim = POPUP_STYLE(STYLE_ROLE_DIM);
    static const struct {
        enum walk_place place;
        const char *word;
        int worth;
    } words[] = {{WALK_PLACE_DONE, "done", 4},
                 {WALK_PLACE_SKIPPED, "left out", 2},
                 {WALK_PLACE_NOW, "here", 4},
                 {WALK_PLACE_LIKELY, "likely next", 3},
                 {WALK_PLACE_OPEN, "can come", 3}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        line_addf(&line, words[i].worth, POPUP_STYLE(PLACES[words[i].place].mark_role), " %s",
                  PLACES[words[i].place].mark);
        line_addf(&line, words[i].worth, dim, " %s ", words[i].word);
    }
    line_addf(&line, 3, dim, " ━ taken ");
    if (below > 0)
        line_addf(&line, 5, dim, " %d more ", below);
    line_fit(&line, v->place.cols - 4);
    int cols = line_cols(&line);
    line_draw(&line, v->canvas, v->place.x + v->place.cols - 2 - cols, v->place.y + v->place.rows - 1, cols);
}

static char *title_with_progress(const struct flow_view *v)
{
    const char *title = yaml_text_in(&v->script->title, v->language);
    int done, all;
    title = title != NULL ? title : v->script->id;
    if (desk_walk(v->dc) == NULL)
        return g_strdup_printf("%s · proposed", title);
    walk_progress(v->walk, v->facts, desk_shown_ms(v->desk), &done, &all);
    return g_strdup_printf("%s · %d of %d", title, done, all);
}

/* --- the whole --- */

typedef void (*flow_use)(struct flow_view *v, void *data);

/* Makes what drawing and hitting need, for as long as `use` runs. A script that is only proposed is drawn
 * with the walk it would be. */
static void with_flow(const struct desk *desk, const struct popup *p, flow_use use, void *data)
{
    struct flow_view v = {.desk = desk, .popup = p, .dc = desk_find_open(desk, p->subject)};
    struct script *script = desk_script(desk, v.dc);
    if (script == NULL || desk_contact_of(desk, v.dc) == NULL)
        return;
    struct desk_facts scratch;
    struct facts facts;
    desk_facts_init(&scratch, desk, v.dc, &facts);
    const struct walk_turn turn = {.facts = &facts, .at_ms = desk_shown_ms(desk)};
    struct walk *likely = desk_walk(v.dc) == NULL ? walk_start(script, &turn) : NULL;
    v.walk = likely != NULL ? likely : desk_walk(v.dc);
    struct walk_flow *flow = walk_flow_new(v.walk, &facts, desk_shown_ms(desk));
    for (size_t i = 0; likely != NULL && i < script->step_count; i++) {
        if (flow->steps[i].place == WALK_PLACE_NOW)
            flow->steps[i] = (struct walk_flow_step){.place = WALK_PLACE_LIKELY};
    }
    v.script = script;
    v.flow = flow;
    v.facts = &facts;
    v.language = desk_language(desk, v.dc);
    lay_out(&v);
    use(&v, data);
    g_array_unref(v.shown);
    walk_flow_free(flow);
    walk_free(likely);
    desk_facts_release(&scratch);
}

static void draw_all(struct flow_view *v, void *data)
{
    v->canvas = data;
    g_autofree char *title = title_with_progress(v);
    popup_frame_draw(v->canvas, v->place, title);
    struct rect before = canvas_clip(v->canvas, v->place);
    for (int i = 0; i < v->rows.rows && v->first + i < (int)v->shown->len; i++)
        draw_row(v, rect_row(v->rows, i), v->first + i);
    draw_told(v);
    draw_legend(v);
    canvas_unclip(v->canvas, before);
}

void popup_flow_draw(const struct desk *desk, struct canvas *canvas, const struct popup *p)
{
    with_flow(desk, p, draw_all, canvas);
}

struct hit {
    int x, y, item;
};

static void find_hit(struct flow_view *v, void *data)
{
    struct hit *hit = data;
    int row = v->first + hit->y - v->rows.y;
    if (!rect_contains(v->rows, hit->x, hit->y) || row >= (int)v->shown->len ||
        line_at(v, row)->kind != GRAPH_LINE_STEP)
        return;
    hit->item = 0;
    for (int i = 0; i < row; i++)
        hit->item += line_at(v, i)->kind == GRAPH_LINE_STEP;
}

int popup_flow_item_at(const struct desk *desk, const struct popup *p, int x, int y)
{
    struct hit hit = {.x = x, .y = y, .item = -1};
    with_flow(desk, p, find_hit, &hit);
    return hit.item;
}
