/* The script's pane: the steps before and after the current one, or how a script is begun. */
#include "ui/views/script_view.h"

#include <string.h>

#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"

const char *script_view_title(const struct script_view *v, const struct script_step *step)
{
    const char *title = yaml_text_in(&step->title, v->language);
    return title != NULL ? title : step->id;
}

bool script_view_shows(const struct script_view *v, int y)
{
    return y >= v->body.y && y < v->body.y + v->body.rows;
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
    if (!script_view_shows(v, y))
        return y + 1;
    const char *since = came_since(v, line), *bad = bad_result_of(v, line, since);
    bool waits = g_strcmp0(since, "asked") == 0;
    bool is_done = line->state == WALK_STATE_DONE && bad == NULL && !waits;
    int cols = MAX(v->body.cols - 3, 0), title_cols = (int)text_cols(script_view_title(v, line->step), -1);
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
                   bad != NULL ? STYLE_ROLE_WARN : STYLE_ROLE_STEP_DONE, script_view_title(v, line->step));
    line_draw(&right, v->canvas, x + 2 + cols - right_cols - 1, y, right_cols);
    return y + 1;
}

static int draw_coming_step(const struct script_view *v, int y, const struct walk_line *line)
{
    if (script_view_shows(v, y)) {
        canvas_put(v->canvas, v->body.x + 1, y, STYLE_ROLE_STEP_LATER, "·");
        canvas_put_fit(v->canvas, v->body.x + 3, y, MAX(v->body.cols - 4, 0), STYLE_ROLE_STEP_LATER,
                       script_view_title(v, line->step));
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
        rows = script_step_rows(v, &g_array_index(lines, struct walk_line, current));
        others--;
        v->is_airy = rows + others + 2 <= v->body.rows;
        int room =
            MAX(v->body.rows - script_step_rows(v, &g_array_index(lines, struct walk_line, current)), 1);
        int coming = (int)(lines->len - current) - 1, above = MAX(room - MIN(coming, room / 2), 1);
        first = (int)current > above ? current - (guint)above : 0;
    } else if (others + 2 > v->body.rows) {
        first = (guint)(others + 2 - v->body.rows);
    }
    int y = v->body.y;
    for (guint i = first; i < lines->len && y < v->body.y + v->body.rows; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state != WALK_STATE_CURRENT &&
            !desk_filter_passes(v->desk, PANE_SCRIPT, script_view_title(v, line->step)))
            continue;
        y += v->is_airy && i > first && (i == current || i == current + 1);
        if (line->state == WALK_STATE_CURRENT)
            y = script_step_draw(v, y, line);
        else
            y = line->state == WALK_STATE_COMING ? draw_coming_step(v, y, line) : draw_past_step(v, y, line);
    }
    if (walk_current(v->dc->walk) != NULL)
        draw_said(v, y);
    else if (script_view_shows(v, y + 1))
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
