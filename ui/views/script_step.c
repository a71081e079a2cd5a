/* The current step of a script: what it asks for and holds, its ways on, and the words to say. */
#include "ui/views/script_view.h"

#include <string.h>

#include "ui/text.h"
#include "ui/views/field.h"
#include "ui/views/format.h"
#include "ui/views/held.h"
#include "ui/views/line.h"

#define LIMIT_NEAR_MS 10000 /* from here on the time left of an action stands out */

/* Letters and digits are keys only while the script has them. */
static enum style_role key_role(const struct script_view *v)
{
    return v->has_focus ? STYLE_ROLE_KEY : STYLE_ROLE_DIM;
}

/* Wraps text from (x, y) on; answers the row after it. */
static int put_wrapped(const struct script_view *v, int x, int y, unsigned style, const char *text)
{
    struct text_line line = {0};
    int cols = MAX(v->body.x + v->body.cols - x - 1, 2);
    for (; text_wrap(text, -1, cols, &line); y++) {
        if (script_view_shows(v, y))
            canvas_put_len(v->canvas, x, y, style, text + line.start, (ssize_t)(line.end - line.start));
    }
    return y;
}

/* Rows of a choice: its options by digit. The keys stand out only where they hold. */
static int draw_options(const struct script_view *v, int x, int y, const struct script_field *field)
{
    for (size_t i = 0; i < field->option_count; i++, y++) {
        if (!script_view_shows(v, y))
            continue;
        int after = canvas_printf(v->canvas, x, y, key_role(v), "%d ", (int)i + 1);
        canvas_put_fit(v->canvas, after, y, MAX(v->body.x + v->body.cols - after - 1, 0), STYLE_ROLE_TEXT,
                       script_option_title(&field->options[i], v->language));
    }
    return y;
}

static void draw_yes_no(const struct script_view *v, int x, int y, int cols)
{
    struct line line = {0};
    g_autofree char *yes = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT_ASK, ACTION_YES),
                    *no = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT_ASK, ACTION_NO);
    line_add(&line, 2, key_role(v), yes);
    line_add(&line, 2, STYLE_ROLE_TEXT, " yes  ");
    line_add(&line, 1, key_role(v), no);
    line_add(&line, 1, STYLE_ROLE_TEXT, " no");
    line_draw(&line, v->canvas, x, y, cols);
}

/* "[bronze] from record": the value is cut where it is long, its source left out. */
static void draw_filled(const struct script_view *v, int x, int y, int cols, struct walk_fill fill,
                        const struct script_field *field)
{
    g_autofree char *shown = held_text(field, &fill, v->language);
    g_autofree char *value = text_truncate(shown, -1, MAX(cols - 2, 0));
    struct line line = {0};
    line_addf(&line, 9, STYLE_ROLE_FIELD_FILLED, "[%s]", value);
    if (!fill.answered && fill.source != NULL)
        line_addf(&line, 1, STYLE_ROLE_DIM, " from %s", fill.source);
    line_draw(&line, v->canvas, x, y, cols);
}

/* The editor where it is being filled, the keys where it is a question, else what it holds. */
static void draw_field_value(const struct script_view *v, int x, int y, const struct script_field *field,
                             bool is_current)
{
    int cols = MAX(v->body.x + v->body.cols - x - 1, 0);
    if (is_current && v->dc->is_answering) {
        field_draw(v->dc->answer, v->canvas, (struct rect){x, y, cols, 1}, FIELD_LOOK,
                   v->has_focus ? v->caret : NULL);
        return;
    }
    struct walk_fill fill = walk_fill_of(v->dc->walk, v->facts, field);
    if (fill.value != NULL)
        draw_filled(v, x, y, cols, fill, field);
    else if (is_current && field->type == VALUE_TYPE_BOOL)
        draw_yes_no(v, x, y, cols);
    else
        canvas_put_fit(v->canvas, x, y, MIN(cols, 9), STYLE_ROLE_FIELD,
                       field->required ? "[       ]" : "[   –   ]");
}

/* As wide as the longest label, so that the values stand in one column, but values keep a half. */
static int label_cols_of(const struct script_view *v)
{
    int cols = 8;
    for (size_t i = 0; i < walk_field_count(v->dc->walk); i++)
        cols = MAX(cols, text_cols(script_field_label(walk_field(v->dc->walk, i), v->language), -1));
    return MIN(cols, MAX(v->body.cols / 2, 8));
}

static int draw_fields(const struct script_view *v, int y)
{
    int label_cols = label_cols_of(v);
    for (size_t i = 0; i < walk_field_count(v->dc->walk); i++) {
        const struct script_field *field = walk_field(v->dc->walk, i);
        bool is_current = v->dc->script_field == (int)i;
        if (script_view_shows(v, y)) {
            canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_NOW,
                       is_current && v->has_focus ? "›" : " ");
            canvas_put_fit(v->canvas, v->body.x + 3, y, label_cols,
                           is_current ? STYLE_ROLE_TEXT : STYLE_ROLE_DIM,
                           script_field_label(field, v->language));
            draw_field_value(v, v->body.x + 5 + label_cols, y, field, is_current);
        }
        y++;
        if (is_current && field->option_count > 0 && !v->dc->is_answering)
            y = draw_options(v, v->body.x + 5, y, field);
    }
    return y;
}

/* " in 0:12", up to a column: so long the connected system still has to answer. Answers its columns. */
static int draw_left(const struct script_view *v, int x, int y, int end, int64_t left_ms)
{
    char clock[FORMAT_BYTES];
    struct line line = {0};
    line_addf(&line, 1, left_ms < LIMIT_NEAR_MS ? STYLE_ROLE_WARN : STYLE_ROLE_DIM, " in %s",
              format_clock(MAX(left_ms, 0), clock));
    int cols = line_cols(&line);
    line_draw(&line, v->canvas, MAX(end - cols, x), y, cols);
    return cols;
}

/* Results of an action, a check or an approval, by digit, once nothing else is asked for. */
static int draw_results(const struct script_view *v, int y, const struct script_step *step)
{
    bool has_fields = walk_field_count(v->dc->walk) > 0;
    bool is_compared =
        has_fields && step->kind == SCRIPT_KIND_CHECK && !walk_is_for_agent(v->dc->walk, v->facts);
    if (is_compared || walk_missing(v->dc->walk, v->facts) != NULL)
        return y;
    int64_t limit_ms = walk_limit_ms(v->dc->walk, v->facts);
    for (size_t i = 0; i < step->result_count; i++, y++) {
        if (!script_view_shows(v, y))
            continue;
        const struct script_result *result = &step->results[i];
        int x = canvas_printf(v->canvas, v->body.x + 3, y, key_role(v), "%d ", (int)i + 1);
        int end = v->body.x + v->body.cols - 1;
        if (limit_ms > 0 && g_str_equal(result->head.key, SCRIPT_RESULT_TIMEOUT))
            end -= draw_left(v, x, y, end, limit_ms - desk_shown_ms(v->desk));
        canvas_put_fit(v->canvas, x, y, MAX(end - x, 0), STYLE_ROLE_TEXT,
                       script_result_title(result, v->language));
    }
    return y;
}

/* A row under the step's title; answers the next. */
static int draw_line(const struct script_view *v, int y, struct line *line)
{
    if (script_view_shows(v, y))
        line_draw(line, v->canvas, v->body.x + 3, y, MAX(v->body.cols - 4, 0));
    return y + 1;
}

static bool begins_with_vowel(const char *word)
{
    return *word != '\0' && strchr("aeiou", *word) != NULL;
}

/* Whom the key asks. */
static int draw_approvers(const struct script_view *v, int y, const struct script_step *step)
{
    if (walk_missing(v->dc->walk, v->facts) != NULL)
        return y;
    struct line ways = {0};
    g_autofree char *open = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT, ACTION_OPEN);
    line_add(&ways, 9, key_role(v), open);
    line_add(&ways, 9, STYLE_ROLE_TEXT, " asks");
    for (size_t i = 0; i < step->approver_count; i++)
        line_addf(&ways, MAX(8 - (int)i, 1), STYLE_ROLE_TEXT, "%s%s", /* the last drop first */
                  i > 0                                   ? " or "
                  : begins_with_vowel(step->approvers[i]) ? " an "
                                                          : " a ",
                  step->approvers[i]);
    return draw_line(v, y, &ways);
}

/* How long it has waited, when it is due, and what can be done meanwhile. */
static int draw_asked(const struct script_view *v, int y, const struct script_step *step,
                      const struct approval *a)
{
    const struct script_result *meanwhile = script_result_of(step, SCRIPT_RESULT_MEANWHILE);
    bool was_left = g_strcmp0(walk_result(v->dc->walk, step), SCRIPT_RESULT_MEANWHILE) == 0;
    g_autofree char *open = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT, ACTION_OPEN),
                    *back = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT, ACTION_WITHDRAW_APPROVAL);
    int64_t left_ms = a->due_ms - desk_shown_ms(v->desk);
    char clock[FORMAT_BYTES];
    struct line state = {0}, ways = {0};
    line_addf(&state, 9, STYLE_ROLE_WARN, "asked %s ago",
              format_clock(MAX(desk_shown_ms(v->desk) - a->asked_ms, 0), clock));
    line_addf(&state, 8, left_ms < 0 ? STYLE_ROLE_RISK : STYLE_ROLE_DIM,
              left_ms < 0 ? ", due %s ago" : ", due in %s", format_clock(ABS(left_ms), clock));
    if (meanwhile != NULL && !was_left) {
        line_add(&ways, 9, key_role(v), open);
        line_addf(&ways, 9, STYLE_ROLE_TEXT, " %s  ", script_result_title(meanwhile, v->language));
    }
    line_add(&ways, 7, key_role(v), back);
    line_add(&ways, 7, STYLE_ROLE_TEXT, " take back");
    return draw_line(v, draw_line(v, y, &state), &ways);
}

static int draw_approval(const struct script_view *v, int y, const struct script_step *step)
{
    const struct approval *a = desk_approval(v->desk, v->dc);
    return a == NULL ? draw_approvers(v, y, step) : draw_asked(v, y, step, a);
}

/* For whom it waits, and how long at most. */
static int draw_wait(const struct script_view *v, int y, const struct walk_line *line)
{
    char clock[FORMAT_BYTES];
    struct line text = {0};
    int64_t most_ms = line->step->timeout_ms;
    line_add(&text, 2, STYLE_ROLE_TEXT,
             line->step->wait_for == SCRIPT_WAIT_CUSTOMER ? "waits for the customer" : "waits for others");
    if (most_ms > 0)
        line_addf(&text, 1, line->spent_ms > most_ms ? STYLE_ROLE_WARN : STYLE_ROLE_DIM, ", %s at most",
                  format_clock(most_ms, clock));
    return draw_line(v, y, &text);
}

/* The current step's title, whole: on as many rows as it takes. Answers the row after it. */
static int draw_step_title(const struct script_view *v, int y, const struct walk_line *line)
{
    char clock[FORMAT_BYTES], target[FORMAT_BYTES];
    struct line right = {0};
    int64_t target_ms = line->step->target_ms;
    line_addf(&right, 2, target_ms > 0 && line->spent_ms > target_ms ? STYLE_ROLE_WARN : STYLE_ROLE_BRIGHT,
              "  %s", format_clock(line->spent_ms, clock));
    if (target_ms > 0)
        line_addf(&right, 1, STYLE_ROLE_DIM, " of %s", format_clock(target_ms, target));
    const char *title = script_view_title(v, line->step);
    int cols = MAX(v->body.cols - 4, 0);
    line_fit(&right, MAX(cols - text_cols(title, -1), 6));
    int right_cols = line_cols(&right);
    if (script_view_shows(v, y)) {
        canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_NOW, "▌");
        line_draw(&right, v->canvas, v->body.x + 3 + cols - right_cols, y, right_cols);
    }
    struct text_line row = {0};
    for (; text_wrap(title, -1, MAX(cols - right_cols, 2), &row); y++) {
        if (script_view_shows(v, y))
            canvas_put_len(v->canvas, v->body.x + 3, y, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD,
                           title + row.start, (ssize_t)(row.end - row.start));
    }
    return y;
}

/* Words in quotes behind what is done with them; `key` may be NULL, else it stands behind the last. */
static int draw_quoted(const struct script_view *v, int y, const char *what, const char *words,
                       const char *key)
{
    int x = v->body.x + 3, cols = MAX(v->body.cols - 4, 2), indent = (int)strlen(what) + 1;
    g_autofree char *quoted = g_strdup_printf("%*s“%s”", indent, "", words);
    struct text_line line = {0};
    y += v->is_airy;
    for (bool is_first = true; text_wrap(quoted, -1, cols, &line); y++, is_first = false) {
        if (!script_view_shows(v, y))
            continue;
        int after = canvas_put_len(v->canvas, x, y, STYLE_ROLE_TEXT, quoted + line.start,
                                   (ssize_t)(line.end - line.start));
        if (is_first)
            canvas_put(v->canvas, x, y, STYLE_ROLE_DIM, what);
        if (key != NULL && quoted[line.next] == '\0' && after + 2 + (int)text_cols(key, -1) <= x + cols)
            canvas_put(v->canvas, after + 2, y, STYLE_ROLE_KEY, key);
    }
    return y;
}

/* The words to say, and the key that puts them into the reply. */
static int draw_say(const struct script_view *v, int y)
{
    g_autofree char *say = walk_say(v->dc->walk, v->facts, NULL);
    if (say == NULL || *say == '\0')
        return y;
    g_autofree char *key = desk_key_label(v->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_SAY);
    return draw_quoted(v, y, "say", say, desk_is_mine(v->desk, v->c) ? key : NULL);
}

/* What those will read who are asked, before they are. */
static int draw_request(const struct script_view *v, int y, const struct script_step *step)
{
    const char *ask = yaml_text_in(&step->request, v->language);
    if (ask == NULL)
        return y;
    g_autofree char *words = walk_render(v->dc->walk, v->facts, ask, NULL);
    return draw_quoted(v, y, "ask", words, NULL);
}

int script_step_draw(const struct script_view *v, int y, const struct walk_line *line)
{
    y = draw_step_title(v, y, line);
    g_autofree char *todo = walk_todo(v->dc->walk, v->facts);
    if (todo != NULL && *todo != '\0')
        y = put_wrapped(v, v->body.x + 3, y, STYLE_ROLE_TEXT, todo);
    y = draw_fields(v, y);
    y = line->step->kind == SCRIPT_KIND_APPROVE ? draw_approval(v, y, line->step)
        : line->step->kind == SCRIPT_KIND_WAIT  ? draw_wait(v, y, line)
                                                : draw_results(v, y, line->step);
    if (v->dc->script_problem != NULL)
        y = put_wrapped(v, v->body.x + 3, y, STYLE_ROLE_ERROR, v->dc->script_problem);
    return draw_say(v, draw_request(v, y, line->step));
}

int script_step_rows(const struct script_view *v, const struct walk_line *line)
{
    struct script_view nowhere = *v;
    nowhere.body.rows = 0;
    return script_step_draw(&nowhere, 0, line);
}
