/* The script's current step under the conversation of a small screen: its title, and what it asks for next.
 */
#include "ui/views/views.h"

#include "app/script/walk.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/held.h"
#include "ui/views/line.h"
#include "ui/widgets/editor.h"

#define TOLD_COLS_MIN 24 /* a beginning shorter than that tells nothing */
#define MORE_COLS     9  /* of "… 10 more" */
#define CHOICE_WORTH  7  /* of the first choice; all else is worth more */

/* What drawing needs at hand. */
struct strip {
    const struct desk *desk;
    const struct desk_contact *dc;
    const struct contact *c;
    const struct facts *facts;
    const char *language;
    struct canvas *canvas;
};

/* The way to the script's keys comes once, before the first of them: "Alt-4 y". */
static void add_way(const struct strip *s, struct line *line)
{
    g_autofree char *pane = desk_key_label(s->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_PANE_SCRIPT);
    line_addf(line, 9, STYLE_ROLE_KEY, "%s  ", pane);
}

static void add_key(const struct strip *s, struct line *line, enum keys_context context, enum action action,
                    const char *what)
{
    g_autofree char *key = desk_key_label(s->desk, context, action);
    line_add(line, 8, STYLE_ROLE_KEY, key);
    line_addf(line, 8, STYLE_ROLE_TEXT, " %s  ", what);
}

/* Digits and what they choose; the last ones are worth least. */
static void add_digit(struct line *line, size_t index, const char *title)
{
    line_addf(line, CHOICE_WORTH - (int)index, STYLE_ROLE_KEY, "%d", (int)index + 1);
    line_addf(line, CHOICE_WORTH - (int)index, STYLE_ROLE_TEXT, " %s  ", title);
}

static int count_choices(const struct line *line)
{
    int pieces = 0;
    for (int i = 0; i < line->count; i++)
        pieces += line->pieces[i].worth <= CHOICE_WORTH;
    return pieces / 2; /* a digit and a title each */
}

/* Choices that have no room are not hidden: it says how many more the script shows. */
static void fit(struct line *line, int cols)
{
    int pieces = line->count, choices = count_choices(line);
    line_fit(line, cols);
    if (line->count == pieces)
        return;
    line_fit(line, cols - (choices > 0 ? MORE_COLS : 1));
    int more = choices - count_choices(line);
    if (more > 0)
        line_addf(line, 9, STYLE_ROLE_DIM, "… %d more", more);
    else
        line_add(line, 9, STYLE_ROLE_DIM, "…");
}

/* The field that the step stands at: what it is called, what it holds, the keys that fill it. */
static void ask_field(const struct strip *s, struct line *line, const struct script_field *field)
{
    struct walk_fill fill = walk_fill_of(s->dc->walk, s->facts, field);
    line_addf(line, 10, STYLE_ROLE_TEXT, "%s  ", script_field_label(field, s->language));
    g_autofree char *held = s->dc->is_answering  ? g_strdup(editor_text(s->dc->answer))
                            : fill.value != NULL ? held_text(field, &fill, s->language)
                                                 : NULL;
    if (held != NULL && *held != '\0')
        line_addf(line, 9, STYLE_ROLE_FIELD_FILLED, "[%s]  ", held);
    add_way(s, line);
    if (field->type == VALUE_TYPE_BOOL) {
        add_key(s, line, KEYS_CONTEXT_SCRIPT_ASK, ACTION_YES, "yes");
        add_key(s, line, KEYS_CONTEXT_SCRIPT_ASK, ACTION_NO, "no");
    } else if (field->option_count == 0) {
        add_key(s, line, KEYS_CONTEXT_SCRIPT_FIELD, ACTION_OPEN, fill.value != NULL ? "next" : "fill in");
    }
    for (size_t i = 0; i < field->option_count; i++)
        add_digit(line, i, script_option_title(&field->options[i], s->language));
}

/* With nothing left to fill in: what it came to, else that it is done. */
static void ask_result(const struct strip *s, struct line *line, const struct script_step *step)
{
    bool decides_itself = (walk_field_count(s->dc->walk) > 0 && step->kind == SCRIPT_KIND_CHECK) ||
                          step->kind == SCRIPT_KIND_APPROVE;
    const char *word = desk_step_open_word(s->desk, s->dc);
    bool opens = (step->result_count == 0 || decides_itself) && word != NULL;
    if (opens || !decides_itself)
        add_way(s, line);
    for (size_t i = 0; i < step->result_count && !decides_itself; i++)
        add_digit(line, i, script_result_title(&step->results[i], s->language));
    if (opens)
        add_key(s, line, KEYS_CONTEXT_SCRIPT, ACTION_OPEN, word);
}

/* Text before a line that stands whole; with no room to speak of the line stands alone. */
static void draw_told(const struct strip *s, struct rect row, const char *text, struct line *line)
{
    fit(line, row.cols);
    int room = row.cols - line_cols(line) - 2;
    g_autofree char *flat = g_strdelimit(g_strdup(text != NULL ? text : ""), "\r\n\t", ' ');
    g_autofree char *cut = text_truncate(flat, -1, MAX(room, 0));
    int x = row.x;
    if (*cut != '\0' && (room >= TOLD_COLS_MIN || g_str_equal(cut, flat)))
        x = 2 + canvas_put(s->canvas, x, row.y, STYLE_ROLE_TEXT, cut);
    line_draw(line, s->canvas, x, row.y, row.x + row.cols - x);
}

static void draw_step(const struct strip *s, struct rect body, const struct script_step *step)
{
    const struct walk *walk = s->dc->walk;
    g_autofree char *todo = walk_todo(walk, s->facts), *say = NULL;
    const struct script_field *missing = walk_missing(walk, s->facts);
    size_t at = (size_t)MAX(s->dc->script_field, 0);
    const struct script_field *field =
        missing != NULL && at < walk_field_count(walk) ? walk_field(walk, at) : missing;
    struct line line = {0};
    if (field != NULL) {
        ask_field(s, &line, field);
        draw_told(s, rect_row(body, 0), NULL, &line);
        return;
    }
    const struct approval *asked = desk_approval(s->desk, s->dc);
    if (asked != NULL) {
        char clock[FORMAT_BYTES];
        int64_t left_ms = asked->due_ms - desk_shown_ms(s->desk);
        say = g_strdup_printf(left_ms < 0 ? "asked, due %s ago" : "asked, due in %s",
                              format_clock(ABS(left_ms), clock));
    } else if (todo == NULL || *todo == '\0') {
        say = walk_say(walk, s->facts, NULL);
    }
    ask_result(s, &line, step);
    draw_told(s, rect_row(body, 0), say != NULL ? say : todo, &line);
}

static void draw_proposed(const struct strip *s, struct rect body, const struct script *proposed)
{
    struct line line = {0};
    add_way(s, &line);
    if (proposed != NULL)
        add_key(s, &line, KEYS_CONTEXT_SCRIPT, ACTION_OPEN, desk_script_open_word(s->dc));
    else
        add_key(s, &line, KEYS_CONTEXT_SCRIPT, ACTION_SWITCH_SCRIPT, "choose one");
    const char *text = s->c->story != NULL ? s->c->story
                       : proposed == NULL  ? desk_script_none(s->c)
                                           : "Proposed for this contact.";
    draw_told(s, rect_row(body, 0), text, &line);
}

static void draw_finished(const struct strip *s, struct rect body)
{
    struct line line = {0};
    add_key(s, &line, KEYS_CONTEXT_CONVERSATION, ACTION_WRAP_UP, "wraps up");
    draw_told(s, rect_row(body, 0), "The script is finished.", &line);
}

static const char *title_of(const struct strip *s, const struct script_step *step)
{
    const struct script *script = desk_script(s->desk, s->dc);
    const char *title = step != NULL     ? yaml_text_in(&step->title, s->language)
                        : script != NULL ? yaml_text_in(&script->title, s->language)
                                         : NULL;
    if (title != NULL)
        return title;
    return step != NULL                                 ? step->id
           : s->dc->walk == NULL && s->c->story != NULL ? "The story so far"
                                                        : "Script";
}

void view_strip_draw(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    if (c == NULL || rect.rows < 2)
        return;
    struct desk_facts scratch;
    struct facts facts;
    char progress[FORMAT_BYTES];
    desk_facts_init(&scratch, desk, dc, &facts);
    struct strip s = {.desk = desk,
                      .dc = dc,
                      .c = c,
                      .facts = &facts,
                      .language = desk_language(desk, dc),
                      .canvas = canvas};
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    struct heading heading = {.key = "4", .title = title_of(&s, step)};
    if (dc->walk != NULL) {
        int done, all;
        walk_progress(dc->walk, &facts, desk_shown_ms(desk), &done, &all);
        g_snprintf(progress, sizeof progress, "%d of %d", done, all);
        heading.right = progress;
    }
    heading_draw(canvas, rect, &heading);
    struct rect body = rect_inset(rect_below(rect, 1), 1, 0);
    if (step != NULL)
        draw_step(&s, body, step);
    else if (dc->walk != NULL)
        draw_finished(&s, body);
    else
        draw_proposed(&s, body, desk_script(desk, dc));
    desk_facts_release(&scratch);
}
