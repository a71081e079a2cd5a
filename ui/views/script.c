#include "ui/views/views.h"

#include <string.h>

#include "app/script/walk.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/held.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"
#include "ui/views/field.h"

#define LIMIT_NEAR_MS 10000 /* from here on the time left of an action stands out */

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
    bool is_airy; /* there is room for blank rows around the current step */
};

/* Letters and digits are keys only while the script has them. */
static enum style_role key_role(const struct script_view *v)
{
    return v->has_focus ? STYLE_ROLE_KEY : STYLE_ROLE_DIM;
}

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

/* What has come by now of an approval that was not waited for; NULL: the step is no such. */
static const char *came_since(const struct script_view *v, const struct walk_line *line)
{
    const char *by = NULL;
    bool was_left = line->step->kind == SCRIPT_KIND_APPROVE && line->state == WALK_STATE_DONE &&
                    g_strcmp0(line->result, SCRIPT_RESULT_MEANWHILE) == 0;
    return was_left ? walk_approval(v->dc->walk, v->facts, line->step, &by) : NULL;
}

/* What a step came to where that is not what it was for: a check that failed, an approval refused, an action
 * without an answer. */
static const char *bad_result_of(const struct script_view *v, const struct walk_line *line, const char *since)
{
    const char *came = since != NULL ? since : line->result;
    const char *bad = line->step->kind == SCRIPT_KIND_CHECK     ? "fail"
                      : line->step->kind == SCRIPT_KIND_APPROVE ? "refused"
                      : line->step->kind == SCRIPT_KIND_ACTION  ? SCRIPT_RESULT_TIMEOUT
                                                                : NULL;
    if (line->step->kind == SCRIPT_KIND_APPROVE && g_strcmp0(came, "expired") == 0)
        bad = came;
    if (bad == NULL || line->state != WALK_STATE_DONE || g_strcmp0(came, bad) != 0)
        return NULL;
    const struct script_result *result = script_result_of(line->step, bad);
    return result != NULL ? script_result_title(result, v->language) : bad;
}

/* Why a step was passed by or left out; the time that it took where it was done. */
static void tell_past(struct line *right, const struct walk_line *line, int cols)
{
    char clock[FORMAT_BYTES];
    bool is_skipped = line->state == WALK_STATE_SKIPPED;
    if (!line->automatic && !is_skipped) {
        line_add(right, 1, STYLE_ROLE_DIM, format_clock(line->spent_ms, clock));
        return;
    }
    const char *reason = line->reason != NULL ? line->reason : line->automatic ? "of itself" : "skipped";
    g_autofree char *cut = text_truncate(reason, -1, MAX(cols - line_cols(right), 0));
    line_add(right, 1, is_skipped && !line->automatic ? STYLE_ROLE_WARN : STYLE_ROLE_DIM, cut);
}

static int draw_past_step(const struct script_view *v, int y, const struct walk_line *line)
{
    if (!is_in_sight(v, y))
        return y + 1;
    const char *since = came_since(v, line), *bad = bad_result_of(v, line, since);
    bool waits = g_strcmp0(since, "asked") == 0;
    bool is_done = line->state == WALK_STATE_DONE && bad == NULL && !waits;
    int cols = MAX(v->body.cols - 3, 0), title_cols = (int)text_cols(title_of(v, line->step), -1);
    int beside = cols - title_cols - 2;
    struct line right = {0};
    if (bad != NULL)
        line_addf(&right, 2, STYLE_ROLE_WARN, "%s  ", bad);
    if (waits)
        line_add(&right, 2, STYLE_ROLE_WARN, "not decided yet");
    else if (since != NULL && bad == NULL)
        line_add(&right, 2, STYLE_ROLE_DIM, since);
    else
        tell_past(&right, line, MAX(cols / 4, beside));
    line_fit(&right, MAX(cols / 2, beside));
    int right_cols = line_cols(&right), x = v->body.x + 1;
    canvas_put(v->canvas, x, y, is_done ? STYLE_ROLE_OK : STYLE_ROLE_WARN,
               is_done       ? "✓"
               : bad != NULL ? "✗"
               : waits       ? "…"
                             : "–");
    canvas_put_fit(v->canvas, x + 2, y, MAX(cols - right_cols - 1, 0),
                   bad != NULL ? STYLE_ROLE_WARN : STYLE_ROLE_STEP_DONE, title_of(v, line->step));
    line_draw(&right, v->canvas, x + 2 + cols - right_cols - 1, y, right_cols);
    return y + 1;
}

/* Rows of a choice: its options by digit. The keys stand out only where they hold. */
static int draw_options(const struct script_view *v, int x, int y, const struct script_field *field)
{
    for (size_t i = 0; i < field->option_count; i++, y++) {
        if (!is_in_sight(v, y))
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
        if (is_in_sight(v, y)) {
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
        if (!is_in_sight(v, y))
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

static bool begins_with_vowel(const char *word)
{
    return *word != '\0' && strchr("aeiou", *word) != NULL;
}

/* What an approve step stands at: whom Enter asks, or how long it has waited and when it is due. */
static int draw_approval(const struct script_view *v, int y, const struct script_step *step)
{
    const struct approval *a = desk_approval(v->desk, v->dc);
    const struct script_result *meanwhile = script_result_of(step, SCRIPT_RESULT_MEANWHILE);
    bool was_left = g_strcmp0(walk_result(v->dc->walk, step), SCRIPT_RESULT_MEANWHILE) == 0;
    g_autofree char *open = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT, ACTION_OPEN);
    g_autofree char *back = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT, ACTION_WITHDRAW_APPROVAL);
    int x = v->body.x + 3, cols = MAX(v->body.cols - 4, 0);
    if (a == NULL && walk_missing(v->dc->walk, v->facts) != NULL)
        return y;
    struct line state = {0}, ways = {0};
    char clock[FORMAT_BYTES];
    if (a == NULL) {
        line_add(&ways, 9, key_role(v), open);
        line_add(&ways, 9, STYLE_ROLE_TEXT, " asks");
        for (size_t i = 0; i < step->approver_count; i++)
            line_addf(&ways, MAX(8 - (int)i, 1), STYLE_ROLE_TEXT, "%s%s", /* the last drop first */
                      i > 0                                   ? " or "
                      : begins_with_vowel(step->approvers[i]) ? " an "
                                                              : " a ",
                      step->approvers[i]);
    } else {
        int64_t left_ms = a->due_ms - desk_shown_ms(v->desk);
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
        if (is_in_sight(v, y))
            line_draw(&state, v->canvas, x, y, cols);
        y++;
    }
    if (is_in_sight(v, y))
        line_draw(&ways, v->canvas, x, y, cols);
    return y + 1;
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
    if (is_in_sight(v, y))
        line_draw(&text, v->canvas, v->body.x + 3, y, MAX(v->body.cols - 4, 0));
    return y + 1;
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
    const char *title = title_of(v, line->step);
    int cols = MAX(v->body.cols - 4, 0);
    line_fit(&right, MAX(cols - text_cols(title, -1), 6));
    int right_cols = line_cols(&right);
    if (is_in_sight(v, y)) {
        canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_NOW, "▌");
        line_draw(&right, v->canvas, v->body.x + 3 + cols - right_cols, y, right_cols);
    }
    struct text_line row = {0};
    for (; text_wrap(title, -1, MAX(cols - right_cols, 2), &row); y++) {
        if (is_in_sight(v, y))
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
        if (!is_in_sight(v, y))
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

static int draw_current_step(const struct script_view *v, int y, const struct walk_line *line)
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

static int draw_coming_step(const struct script_view *v, int y, const struct walk_line *line)
{
    if (is_in_sight(v, y)) {
        canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_LATER, "·");
        canvas_put_fit(v->canvas, v->body.x + 3, y, MAX(v->body.cols - 4, 0), STYLE_ROLE_STEP_LATER,
                       title_of(v, line->step));
    }
    return y + 1;
}

/* The current step's index; the number of lines where there is none. */
static guint current_line(const GArray *lines)
{
    guint at = 0;
    while (at < lines->len && g_array_index(lines, struct walk_line, at).state != WALK_STATE_CURRENT)
        at++;
    return at;
}

/* Rows that the current step takes: drawn nowhere. */
static int current_rows(const struct script_view *v, const struct walk_line *line)
{
    struct script_view nowhere = *v;
    nowhere.body.rows = 0;
    return draw_current_step(&nowhere, 0, line);
}

/* "s", or where another pane has the keys "Alt-4 s". Caller owns. */
static char *way_to(const struct script_view *v, enum action action)
{
    g_autofree char *pane = desk_key_label(v->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_PANE_SCRIPT);
    g_autofree char *key = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT, action);
    return v->has_focus ? g_steal_pointer(&key) : g_strconcat(pane, " ", key, NULL);
}

static void draw_finished(const struct script_view *v, int y)
{
    g_autofree char *key = desk_key_label(v->desk, KEYS_CONTEXT_SCRIPT, ACTION_WRAP_UP);
    g_autofree char *text = g_strdup_printf("The script is finished. %s wraps up.", key);
    canvas_put_fit(v->canvas, v->body.x + 1, y, MAX(v->body.cols - 2, 0), STYLE_ROLE_OK, text);
}

/* What the customer said last, where the conversation is out of sight: fields are filled in from it. Below
 * all else, or not at all. */
static void draw_said(const struct script_view *v, int y)
{
    const struct desk_message *said = NULL;
    for (guint i = v->dc->messages->len; i-- > 0 && said == NULL;) {
        const struct desk_message *m = v->dc->messages->pdata[i];
        if (m->speaker == SPEAKER_CUSTOMER)
            said = m;
    }
    if (said == NULL || v->body.cols < canvas_cols(v->canvas))
        return;
    g_autofree char *quoted = g_strdup_printf("“%s”", said->text);
    struct rect room = {v->body.x + 1, y + 1, MAX(v->body.cols - 2, 2), v->body.y + v->body.rows - y - 1};
    int above = room.rows - text_count_lines(quoted, -1, room.cols);
    if (above > 0)
        room = rect_below(room, above);
    if (room.rows > 0)
        marked_wrap(v->canvas, room, 0, STYLE_ROLE_CUSTOMER, quoted, NULL);
}

/* What is left of the rows goes to blank ones around the current step, then to the steps before it, then to
 * the customer's words. */
static void draw_walk(struct script_view *v)
{
    g_autoptr(GArray) lines = walk_lines(v->dc->walk, v->facts, desk_shown_ms(v->desk));
    guint current = current_line(lines), first = 0;
    int others = (int)lines->len, rows = 0;
    if (current < lines->len) {
        v->is_airy = true;
        rows = current_rows(v, &g_array_index(lines, struct walk_line, current));
        others--;
        v->is_airy = rows + others + 2 <= v->body.rows;
        int room = MAX(v->body.rows - current_rows(v, &g_array_index(lines, struct walk_line, current)), 1);
        int coming = (int)(lines->len - current) - 1, above = MAX(room - MIN(coming, room / 2), 1);
        first = (int)current > above ? current - (guint)above : 0;
    } else if (others + 2 > v->body.rows) {
        first = (guint)(others + 2 - v->body.rows);
    }
    int y = v->body.y;
    for (guint i = first; i < lines->len && y < v->body.y + v->body.rows; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state != WALK_STATE_CURRENT &&
            !desk_filter_passes(v->desk, PANE_SCRIPT, title_of(v, line->step)))
            continue;
        y += v->is_airy && i > first && (i == current || i == current + 1);
        if (line->state == WALK_STATE_CURRENT)
            y = draw_current_step(v, y, line);
        else
            y = line->state == WALK_STATE_COMING ? draw_coming_step(v, y, line) : draw_past_step(v, y, line);
    }
    if (walk_current(v->dc->walk) != NULL)
        draw_said(v, y);
    else if (is_in_sight(v, y + 1))
        draw_finished(v, y + 1);
}

/* What whoever had the contact before me did, above the way to go on. What has no room is named with the key
 * that shows all of it. Answers the row after it. */
static int draw_story(const struct script_view *v, int y)
{
    struct rect room = {v->body.x + 1, y, MAX(v->body.cols - 2, 2), MAX(v->body.y + v->body.rows - y, 0)};
    int lines = text_count_lines(v->c->story, -1, room.cols);
    bool is_cut = lines > room.rows;
    if (is_cut)
        room.rows = MAX(room.rows - 1, 0);
    int drawn = marked_wrap(v->canvas, room, 0, STYLE_ROLE_TEXT, v->c->story, NULL);
    if (is_cut) {
        struct line line = {0};
        g_autofree char *key = way_to(v, ACTION_TIMELINE);
        line_addf(&line, 8, STYLE_ROLE_DIM, "%d more  ", lines - drawn);
        line_add(&line, 9, STYLE_ROLE_KEY, key);
        line_add(&line, 9, STYLE_ROLE_DIM, " shows all");
        line_draw(&line, v->canvas, room.x, room.y + drawn, room.cols);
    }
    return y + drawn + is_cut;
}

/* How a script is begun; answers the row after it. */
static int draw_ways(const struct script_view *v, const struct script *proposed)
{
    int x = v->body.x + 1, y = v->body.y;
    struct line line = {0};
    g_autofree char *open = way_to(v, ACTION_OPEN), *other = way_to(v, ACTION_SWITCH_SCRIPT);
    if (proposed == NULL) {
        canvas_put_fit(v->canvas, x, y++, MAX(v->body.cols - 2, 0), STYLE_ROLE_DIM, desk_script_none(v->c));
        line_add(&line, 9, STYLE_ROLE_KEY, other);
        line_add(&line, 9, STYLE_ROLE_DIM, " choose one");
    } else {
        line_add(&line, 9, STYLE_ROLE_KEY, open);
        line_addf(&line, 9, STYLE_ROLE_DIM, " %s", desk_script_open_word(v->dc));
        line_addf(&line, 8, STYLE_ROLE_KEY, "   %s", other);
        line_add(&line, 8, STYLE_ROLE_DIM, " another");
    }
    line_draw(&line, v->canvas, x, y, MAX(v->body.cols - 2, 0));
    return y + 1;
}

static void draw_proposal(const struct script_view *v, struct script *proposed)
{
    int y = draw_ways(v, proposed);
    if (v->c->story != NULL) {
        draw_story(v, y + 1);
        return;
    }
    if (proposed == NULL)
        return;
    /* The way it went so far, and would go with what is known now. */
    const struct walk_turn turn = {.facts = v->facts, .at_ms = desk_shown_ms(v->desk)};
    struct walk *likely = desk_walk(v->dc) == NULL ? walk_start(proposed, &turn) : NULL;
    g_autoptr(GArray) lines =
        walk_lines(likely != NULL ? likely : desk_walk(v->dc), v->facts, desk_shown_ms(v->desk));
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        bool is_past =
            likely == NULL && (line->state == WALK_STATE_DONE || line->state == WALK_STATE_SKIPPED);
        (is_past ? draw_past_step : draw_coming_step)(v, y + 1 + (int)i, line);
    }
    walk_free(likely);
}

void view_script_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                      struct screen_caret *caret)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    struct script *script = c != NULL ? desk_script(desk, dc) : NULL;
    const char *language = desk_language(desk, dc);
    const char *title = script != NULL ? yaml_text_in(&script->title, language) : NULL;
    bool has_story = c != NULL && dc->walk == NULL && c->story != NULL;
    struct heading heading = {.key = "4",
                              .title = title != NULL ? title
                                       : has_story   ? "The story so far"
                                                     : "Script",
                              .has_focus = desk->pane == PANE_SCRIPT};
    if (c == NULL) {
        heading_draw(canvas, rect, &heading);
        if (rect.rows > 1)
            canvas_put_fit(canvas, rect.x + 1, rect.y + 1, MAX(rect.cols - 2, 0), STYLE_ROLE_DIM,
                           "The steps of the open contact.");
        return;
    }
    struct desk_facts scratch;
    struct facts facts;
    char progress[FORMAT_BYTES] = "proposed";
    desk_facts_init(&scratch, desk, dc, &facts);
    if (desk_walk(dc) != NULL) {
        int done, all;
        walk_progress(desk_walk(dc), &facts, desk_shown_ms(desk), &done, &all);
        g_snprintf(progress, sizeof progress, "%d of %d", done, all);
    }
    heading.right = script != NULL ? progress : NULL;
    heading_draw(canvas, rect, &heading);
    struct rect body = rect_below(rect, 1), before = canvas_clip(canvas, body);
    body = view_filter_draw(desk, canvas, body, PANE_SCRIPT, caret);
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
    else if (desk_is_mine(desk, c))
        draw_proposal(&v, script);
    else if (has_story)
        draw_story(&v, body.y);
    canvas_unclip(canvas, before);
    desk_facts_release(&scratch);
}
