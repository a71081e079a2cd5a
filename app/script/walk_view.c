/* What a walk has to show: texts, lines, progress; see walk.h. */
#include "app/script/template.h"
#include "app/script/walk_state.h"

/* What a template's names go through. */
struct rendering {
    const struct walk *walk;
    const struct facts *facts;
    const char *language;
    GPtrArray *blanks; /* may be NULL */
    char *shown;       /* lent to the template until its next name */
};

static const char *language_of(const struct facts *facts)
{
    return facts && facts->language ? facts->language : "en";
}

/* A value as people read it: a choice by its title, yes and no and an order's state in their language. */
static const char *shown_value(const struct rendering *rendering, const struct script_name *name,
                               const char *value)
{
    const struct script_option *option =
        name->type == VALUE_TYPE_CHOICE ? script_option_of(name->field, value) : NULL;
    if (option)
        return script_option_title(option, rendering->language);
    if (name->type == VALUE_TYPE_BOOL && g_str_equal(rendering->language, "zh"))
        return g_str_equal(value, "yes") ? "是" : "否";
    return name->fact ? fact_word(name->fact, value, rendering->language) : value;
}

static const char *template_value_of(void *data, const char *name, const char *fallback)
{
    struct rendering *rendering = data;
    int slot = script_name_index(rendering->walk->script, name);
    const char *value = slot < 0 ? NULL : walk_slot_value(rendering->walk, rendering->facts, (size_t)slot);
    if (value)
        return shown_value(rendering, &rendering->walk->script->names[slot], value);
    if (fallback)
        return fallback;
    if (rendering->blanks)
        g_ptr_array_add(rendering->blanks, g_strdup(name));
    g_free(rendering->shown);
    const char *label =
        slot < 0 ? name : script_field_label(rendering->walk->script->names[slot].field, rendering->language);
    rendering->shown = g_strdup_printf("[%s]", label);
    return rendering->shown;
}

char *walk_render(const struct walk *walk, const struct facts *facts, const char *template_text,
                  GPtrArray *blanks)
{
    struct rendering rendering = {
        .walk = walk, .facts = facts, .language = language_of(facts), .blanks = blanks};
    char *text = template_render(template_text, template_value_of, &rendering);
    g_free(rendering.shown);
    return text;
}

static char *render_text(const struct walk *walk, const struct facts *facts, const struct yaml_text *text,
                         GPtrArray *blanks)
{
    const char *found = yaml_text_in(text, language_of(facts));
    return found ? walk_render(walk, facts, found, blanks) : NULL;
}

char *walk_say(const struct walk *walk, const struct facts *facts, GPtrArray *blanks)
{
    return walk->current ? render_text(walk, facts, &walk->current->say, blanks) : NULL;
}

char *walk_todo(const struct walk *walk, const struct facts *facts)
{
    return walk->current ? render_text(walk, facts, &walk->current->todo, NULL) : NULL;
}

const char *walk_disposition(const struct walk *walk, bool *resolved)
{
    const struct script_step *step = walk->current ? walk->current : walk->last;
    if (!step || !step->disposition)
        return NULL;
    if (resolved)
        *resolved = step->resolved;
    return step->disposition;
}

static void add_trail(const struct walk *walk, GArray *lines, int64_t at_ms)
{
    for (size_t i = 0; i < walk->trail->len; i++) {
        const struct visit *visit =
            &g_array_index(walk->visits, struct visit, g_array_index(walk->trail, size_t, i));
        bool open = walk->current && i + 1 == walk->trail->len;
        struct walk_line line = {
            .step = visit->step,
            .state = open                          ? WALK_STATE_CURRENT
                     : visit->how == VISIT_SKIPPED ? WALK_STATE_SKIPPED
                                                   : WALK_STATE_DONE,
            .automatic = visit->how == VISIT_AUTOMATIC,
            .reason = visit->reason,
            .result = visit->result,
            .entered_ms = visit->entered_ms,
            .spent_ms = MAX(0, (open ? at_ms : visit->left_ms) - visit->entered_ms),
        };
        g_array_append_val(lines, line);
    }
}

/* Where the likely way leads from here; a loop whose round has been seen is done, and the way goes on behind
 * it. */
static const struct script_step *after(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                       const struct script_step *step, const bool *seen)
{
    const struct script_step *next = walk_likely_next(walk, facts, at_ms, step);
    if (!next || !seen[next->index])
        return next;
    const struct script_step *each = step->kind == SCRIPT_KIND_EACH   ? step
                                     : next->kind == SCRIPT_KIND_EACH ? next
                                                                      : NULL;
    return each ? script_result_of(each, "done")->target : next;
}

/* The likely way on, each step once. */
static void add_coming(const struct walk *walk, const struct facts *facts, int64_t at_ms, GArray *lines)
{
    g_autofree bool *seen = g_new0(bool, walk->script->step_count);
    struct walk_turn turn = {.facts = facts, .at_ms = at_ms};
    const struct script_step *step = walk->current;
    while (step) {
        seen[step->index] = true;
        step = after(walk, facts, at_ms, step, seen);
        if (!step || seen[step->index])
            return;
        struct walk_pass pass = {0};
        bool automatic = step->kind != SCRIPT_KIND_EACH && walk_automatic(walk, &turn, step, &pass);
        struct walk_line line = {.step = step,
                                 .state = WALK_STATE_COMING,
                                 .automatic = automatic,
                                 .reason = automatic ? g_intern_string(pass.reason) : NULL};
        g_array_append_val(lines, line);
        g_free(pass.reason);
    }
}

GArray *walk_lines(const struct walk *walk, const struct facts *facts, int64_t at_ms)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct walk_line));
    ((struct walk *)walk)->today = walk_today(facts, at_ms); /* as the clock is no state of the walk */
    add_trail(walk, lines, at_ms);
    if (walk->current)
        add_coming(walk, facts, at_ms, lines);
    return lines;
}

void walk_progress(const struct walk *walk, const struct facts *facts, int64_t at_ms, int *done, int *all)
{
    g_autoptr(GArray) lines = walk_lines(walk, facts, at_ms);
    *done = (int)walk->trail->len;
    *all = (int)lines->len;
}
