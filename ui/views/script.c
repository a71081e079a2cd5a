#include "ui/views/views.h"

#include "app/script/walk.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/line.h"
#include "ui/views/field.h"

/* What drawing needs at hand; the facts are filled for one frame. */
struct script_view {
    const struct desk *desk;
    const struct desk_contact *dc;
    const struct contact *c;
    struct canvas *canvas;
    struct rect body;
    const struct facts *facts;
    const char *language;
    struct screen_caret *caret;
    bool has_focus;
};

static const char *title_of(const struct script_view *v, const struct script_step *step)
{
    const char *title = yaml_text_in(&step->title, v->language);
    return title != NULL ? title : step->id;
}

static bool is_in_sight(const struct script_view *v, int y)
{
    return y >= v->body.y && y < v->body.y + v->body.rows;
}

/* Wraps text from (x, y) on; answers the row after it. */
static int put_wrapped(const struct script_view *v, int x, int y, unsigned style, const char *text)
{
    struct text_line line = {0};
    int cols = MAX(v->body.x + v->body.cols - x - 1, 2);
    for (; text_wrap(text, -1, cols, &line); y++) {
        if (is_in_sight(v, y))
            canvas_put_len(v->canvas, x, y, style, text + line.start, (ssize_t)(line.end - line.start));
    }
    return y;
}

static int draw_past_step(const struct script_view *v, int y, const struct walk_line *line)
{
    if (!is_in_sight(v, y))
        return y + 1;
    bool is_done = line->state == WALK_STATE_DONE;
    struct line right = {0};
    char clock[FORMAT_BYTES];
    if (line->automatic)
        line_add(&right, 1, STYLE_ROLE_DIM, line->reason != NULL ? line->reason : "of itself");
    else if (line->state == WALK_STATE_SKIPPED)
        line_add(&right, 1, STYLE_ROLE_WARN, line->reason != NULL ? line->reason : "skipped");
    else
        line_add(&right, 1, STYLE_ROLE_DIM, format_clock(line->spent_ms, clock));
    int cols = MAX(v->body.cols - 3, 0);
    line_fit(&right, cols / 2);
    int right_cols = line_cols(&right), x = v->body.x + 1;
    canvas_put(v->canvas, x, y, is_done ? STYLE_ROLE_OK : STYLE_ROLE_WARN, is_done ? "✓" : "–");
    canvas_put_fit(v->canvas, x + 2, y, MAX(cols - right_cols - 1, 0), STYLE_ROLE_STEP_DONE,
                   title_of(v, line->step));
    line_draw(&right, v->canvas, x + 2 + cols - right_cols - 1, y, right_cols);
    return y + 1;
}

/* "[bronze] from record", "[………]", or the editor where it is being filled. */
static void draw_field_value(const struct script_view *v, int x, int y, const struct script_field *field,
                             bool is_current)
{
    int cols = MAX(v->body.x + v->body.cols - x - 1, 0);
    if (is_current && v->dc->is_answering) {
        struct rect box = {x, y, cols, 1};
        field_draw(v->dc->answer, v->canvas, box, FIELD_LOOK, v->has_focus ? v->caret : NULL);
        return;
    }
    struct walk_fill fill = walk_fill_of(v->dc->walk, v->facts, field);
    struct line line = {0};
    if (fill.value == NULL) {
        line_add(&line, 9, STYLE_ROLE_FIELD, field->required ? "[………]" : "[ – ]");
    } else {
        const struct script_option *option = script_option_of(field, fill.value);
        line_addf(&line, 9, STYLE_ROLE_FIELD_FILLED, "[%s]",
                  option != NULL ? script_option_title(option, v->language) : fill.value);
        if (!fill.answered && fill.source != NULL)
            line_addf(&line, 1, STYLE_ROLE_DIM, " from %s", fill.source);
    }
    line_draw(&line, v->canvas, x, y, cols);
}

static int draw_options(const struct script_view *v, int x, int y, const struct script_field *field)
{
    struct line line = {0};
    if (field->option_count == 0) {
        line_add(&line, 9, STYLE_ROLE_KEY, "y");
        line_add(&line, 9, STYLE_ROLE_TEXT, " yes   ");
        line_add(&line, 9, STYLE_ROLE_KEY, "n");
        line_add(&line, 9, STYLE_ROLE_TEXT, " no");
        if (is_in_sight(v, y))
            line_draw(&line, v->canvas, x, y, v->body.cols);
        return y + 1;
    }
    for (size_t i = 0; i < field->option_count; i++, y++) {
        if (!is_in_sight(v, y))
            continue;
        int after = canvas_printf(v->canvas, x, y, STYLE_ROLE_KEY, "%d ", (int)i + 1);
        canvas_put_fit(v->canvas, after, y, MAX(v->body.x + v->body.cols - after - 1, 0), STYLE_ROLE_TEXT,
                       script_option_title(&field->options[i], v->language));
    }
    return y;
}

static int draw_fields(const struct script_view *v, int y)
{
    int label_cols = CLAMP(v->body.cols * 2 / 5, 8, 20);
    for (size_t i = 0; i < walk_field_count(v->dc->walk); i++) {
        const struct script_field *field = walk_field(v->dc->walk, i);
        bool is_current = v->dc->script_field == (int)i;
        if (is_in_sight(v, y)) {
            canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_NOW,
                       is_current && v->has_focus ? "›" : " ");
            canvas_put_fit(v->canvas, v->body.x + 3, y, label_cols,
                           is_current ? STYLE_ROLE_TEXT : STYLE_ROLE_DIM,
                           script_field_label(field, v->language));
            draw_field_value(v, v->body.x + 4 + label_cols, y, field, is_current);
        }
        y++;
        bool is_choice = field->type == VALUE_TYPE_BOOL || field->option_count > 0;
        if (is_current && is_choice && walk_fill_of(v->dc->walk, v->facts, field).value == NULL)
            y = draw_options(v, v->body.x + 5, y, field);
    }
    return y;
}

/* Results of an action, a check or an approval, by digit. */
static int draw_results(const struct script_view *v, int y, const struct script_step *step)
{
    for (size_t i = 0; i < step->result_count; i++, y++) {
        if (!is_in_sight(v, y))
            continue;
        int x = canvas_printf(v->canvas, v->body.x + 3, y, STYLE_ROLE_KEY, "%d ", (int)i + 1);
        canvas_put_fit(v->canvas, x, y, MAX(v->body.x + v->body.cols - x - 1, 0), STYLE_ROLE_TEXT,
                       script_result_title(&step->results[i], v->language));
    }
    return y;
}

static int draw_current_step(const struct script_view *v, int y, const struct walk_line *line)
{
    const struct script_step *step = line->step;
    char clock[FORMAT_BYTES], target[FORMAT_BYTES];
    if (is_in_sight(v, y)) {
        struct line right = {0};
        bool is_slow = step->target_ms > 0 && line->spent_ms > step->target_ms;
        line_add(&right, 2, is_slow ? STYLE_ROLE_WARN : STYLE_ROLE_BRIGHT,
                 format_clock(line->spent_ms, clock));
        if (step->target_ms > 0)
            line_addf(&right, 1, STYLE_ROLE_DIM, " / %s", format_clock(step->target_ms, target));
        int cols = MAX(v->body.cols - 3, 0), right_cols = line_cols(&right);
        canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_NOW, "▌");
        canvas_put_fit(v->canvas, v->body.x + 3, y, MAX(cols - right_cols - 1, 0),
                       STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, title_of(v, step));
        line_draw(&right, v->canvas, v->body.x + 2 + cols - right_cols, y, right_cols);
    }
    y++;
    g_autofree char *todo = walk_todo(v->dc->walk, v->facts);
    if (todo != NULL && *todo != '\0')
        y = put_wrapped(v, v->body.x + 3, y, STYLE_ROLE_TEXT, todo);
    y = draw_fields(v, y);
    y = draw_results(v, y, step);
    g_autofree char *say = walk_say(v->dc->walk, v->facts, NULL);
    if (say != NULL && *say != '\0') {
        if (is_in_sight(v, y)) {
            int x = canvas_put(v->canvas, v->body.x + 3, y, STYLE_ROLE_DIM, "say  ");
            canvas_put(v->canvas, x, y, STYLE_ROLE_KEY, "s");
            canvas_put(v->canvas, x + 2, y, STYLE_ROLE_DIM, "puts it into the reply");
        }
        y = put_wrapped(v, v->body.x + 3, y + 1, STYLE_ROLE_SYSTEM, say);
    }
    if (v->dc->script_problem != NULL)
        y = put_wrapped(v, v->body.x + 3, y, STYLE_ROLE_ERROR, v->dc->script_problem);
    return y;
}

static int draw_coming_step(const struct script_view *v, int y, const struct walk_line *line)
{
    if (is_in_sight(v, y)) {
        canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_LATER, "·");
        canvas_put_fit(v->canvas, v->body.x + 3, y, MAX(v->body.cols - 4, 0), STYLE_ROLE_STEP_LATER,
                       title_of(v, line->step));
    }
    return y + 1;
}

/* How many of the done steps are left out at the top, so that the current step has room. */
static guint first_line(const GArray *lines, int rows)
{
    guint current = 0;
    for (guint i = 0; i < lines->len; i++) {
        if (g_array_index(lines, struct walk_line, i).state == WALK_STATE_CURRENT)
            current = i;
    }
    guint above = (guint)MAX(rows / 4, 1);
    return current > above ? current - above : 0;
}

static void draw_walk(const struct script_view *v)
{
    g_autoptr(GArray) lines = walk_lines(v->dc->walk, v->facts, v->desk->now_ms);
    int y = v->body.y;
    for (guint i = first_line(lines, v->body.rows); i < lines->len && y < v->body.y + v->body.rows; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state == WALK_STATE_CURRENT)
            y = draw_current_step(v, y, line);
        else
            y = line->state == WALK_STATE_COMING ? draw_coming_step(v, y, line) : draw_past_step(v, y, line);
    }
    if (walk_current(v->dc->walk) == NULL && is_in_sight(v, y + 1))
        canvas_put_fit(v->canvas, v->body.x + 1, y + 1, MAX(v->body.cols - 2, 0), STYLE_ROLE_OK,
                       "The script is finished. w wraps up.");
}

static void draw_proposal(const struct script_view *v, const struct script *proposed)
{
    int x = v->body.x + 1, y = v->body.y;
    struct line line = {0};
    if (proposed == NULL) {
        canvas_put_fit(v->canvas, x, y, MAX(v->body.cols - 2, 0), STYLE_ROLE_DIM,
                       "No script is made for this intent.");
        line_add(&line, 9, STYLE_ROLE_KEY, "o");
        line_add(&line, 9, STYLE_ROLE_DIM, " choose one");
        line_draw(&line, v->canvas, x, y + 1, MAX(v->body.cols - 2, 0));
        return;
    }
    const char *title = yaml_text_in(&proposed->title, v->language);
    canvas_put_fit(v->canvas, x, y, MAX(v->body.cols - 2, 0), STYLE_ROLE_BRIGHT,
                   title != NULL ? title : proposed->id);
    line_add(&line, 9, STYLE_ROLE_KEY, "Enter");
    line_add(&line, 9, STYLE_ROLE_DIM, " start  ");
    line_add(&line, 8, STYLE_ROLE_KEY, "o");
    line_add(&line, 8, STYLE_ROLE_DIM, " another");
    line_draw(&line, v->canvas, x, y + 1, MAX(v->body.cols - 2, 0));
    for (size_t i = 0; i < proposed->step_count && (int)i + 3 < v->body.rows; i++) {
        const struct walk_line coming = {.step = &proposed->steps[i]};
        draw_coming_step(v, y + 3 + (int)i, &coming);
    }
}

void view_script_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                      struct screen_caret *caret)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    const struct script *script = c == NULL              ? NULL
                                  : dc->walk != NULL     ? walk_script(dc->walk)
                                  : dc->proposed != NULL ? g_hash_table_lookup(desk->scripts, dc->proposed)
                                                         : NULL;
    const char *language = c != NULL && c->language != NULL ? c->language : "en";
    const char *title = script != NULL ? yaml_text_in(&script->title, language) : NULL;
    struct heading heading = {
        .key = "4", .title = title != NULL ? title : "Script", .has_focus = desk->pane == PANE_SCRIPT};
    if (c == NULL) {
        heading_draw(canvas, rect, &heading);
        return;
    }
    struct desk_facts scratch;
    struct facts facts;
    char progress[FORMAT_BYTES] = "proposed";
    desk_facts_init(&scratch, desk, dc, &facts);
    if (dc->walk != NULL) {
        int done, all;
        walk_progress(dc->walk, &facts, desk->now_ms, &done, &all);
        g_snprintf(progress, sizeof progress, "%d of %d", done, all);
    }
    heading.right = script != NULL ? progress : NULL;
    heading_draw(canvas, rect, &heading);
    struct rect body = rect_below(rect, 1), before = canvas_clip(canvas, body);
    struct script_view v = {.desk = desk,
                            .dc = dc,
                            .c = c,
                            .canvas = canvas,
                            .body = body,
                            .facts = &facts,
                            .language = language,
                            .caret = caret,
                            .has_focus = desk->pane == PANE_SCRIPT && desk_popup(desk) == NULL};
    if (dc->walk != NULL)
        draw_walk(&v);
    else
        draw_proposal(&v, script);
    canvas_unclip(canvas, before);
    desk_facts_release(&scratch);
}
