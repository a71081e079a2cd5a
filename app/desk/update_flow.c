/* The flow map: the script as it is drawn, with the cursor on one of its steps; and what is amiss with a
 * step. */
#include "app/desk/update.h"

#include "app/desk/areas.h"
#include "app/script/graph.h"

struct walk *desk_walk(const struct desk_contact *dc)
{
    if (dc->walk != NULL)
        return dc->walk;
    return dc->before != NULL && walk_current(dc->before) != NULL ? dc->before : NULL;
}

/* The steps in the order in which they are drawn; of const struct script_step *, caller owns. */
static GPtrArray *drawn_steps(const struct script *script)
{
    g_autoptr(GArray) lines = script_graph_lines(script);
    GPtrArray *steps = g_ptr_array_new();
    for (guint i = 0; i < lines->len; i++) {
        const struct graph_line *line = &g_array_index(lines, struct graph_line, i);
        if (line->kind == GRAPH_LINE_STEP)
            g_ptr_array_add(steps, (gpointer)line->step);
    }
    return steps;
}

const struct script_step *desk_flow_step(const struct desk *desk, const struct popup *popup)
{
    const struct script *script = desk_script(desk, desk_find_open(desk, popup->subject));
    if (script == NULL)
        return NULL;
    g_autoptr(GPtrArray) steps = drawn_steps(script);
    return g_ptr_array_index(steps, CLAMP(popup->cursor, 0, (int)steps->len - 1));
}

void flow_open(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    const struct script *script = desk_script(u->desk, dc);
    if (script == NULL) {
        update_say_keys(u, TONE_PLAIN,
                        "There is no script to draw; {script:switch-script} in its pane chooses one.");
        return;
    }
    struct popup *p = popup_new(POPUP_FLOW, "flow", "");
    const struct script_step *now = desk_walk(dc) != NULL ? walk_current(desk_walk(dc)) : NULL;
    g_autoptr(GPtrArray) steps = drawn_steps(script);
    guint at = 0;
    if (now != NULL && g_ptr_array_find(steps, now, &at))
        p->cursor = (int)at;
    p->subject = g_strdup(dc->id);
    popup_push(u, p);
}

void flow_move(struct update *u, struct popup *popup, int step)
{
    const struct script *script = desk_script(u->desk, desk_find_open(u->desk, popup->subject));
    if (script == NULL)
        return;
    g_autoptr(GPtrArray) steps = drawn_steps(script);
    popup->cursor = CLAMP(popup->cursor + step, 0, (int)steps->len - 1);
}

/* --- the step is wrong or slow --- */

/* Of a step that another script brought: who answers for that one. May be NULL. */
static const char *owner_of(const struct script *script, const struct script_step *step)
{
    return step->origin != NULL ? step->origin->owner : script->owner;
}

static bool finish_flag(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    const struct script *script = desk_script(u->desk, dc);
    const struct script_step *step = script != NULL ? script_step_of(script, popup->item) : NULL;
    if (step == NULL) {
        update_say(u, TONE_WARNING, "The contact has another script now; nothing was flagged.");
        return true;
    }
    g_autofree char *what = popup_value(popup, "what"), *note = popup_value(popup, "note");
    const char *title = yaml_text_in(&step->title, "en"), *owner = owner_of(script, step);
    struct event *ev = record_new(u, EVENT_STEP_FLAGGED, desk_contact_of(u->desk, dc));
    event_set_text(ev, "script", script->id);
    event_set_number(ev, "version", script->version);
    event_set_text(ev, "step", step->id);
    if (title != NULL)
        event_set_text(ev, "title", title);
    event_set_text(ev, "what", what);
    if (owner != NULL)
        event_set_text(ev, "owner", owner);
    if (*note != '\0')
        event_set_text(ev, "note", note);
    record(u, ev);
    update_say(u, TONE_GOOD, "Flagged: it goes to %s.", owner != NULL ? owner : "whoever keeps the scripts");
    return true;
}

/* Beyond its target a step is slow, until somebody says otherwise. */
static bool is_slow(const struct desk *desk, const struct desk_contact *dc, const struct script_step *step)
{
    return dc->walk != NULL && walk_current(dc->walk) == step && step->target_ms > 0 &&
           desk->now_ms - walk_entered_ms(dc->walk) > step->target_ms;
}

static const struct script_step *step_at_hand(const struct desk *desk, const struct desk_contact *dc)
{
    const struct popup *map = desk_popup(desk);
    if (map != NULL && map->kind == POPUP_FLOW)
        return desk_flow_step(desk, map);
    return dc->walk != NULL ? walk_current(dc->walk) : NULL;
}

void flow_flag(struct update *u)
{
    const struct desk_contact *dc = u->desk->current;
    const struct script_step *step = step_at_hand(u->desk, dc);
    if (step == NULL) {
        update_say_keys(u, TONE_PLAIN,
                        "No step is under way; {script:flow} draws them all, to flag one there.");
        return;
    }
    const char *language = desk_language(u->desk, dc), *title = yaml_text_in(&step->title, language);
    const char *owner = owner_of(desk_script(u->desk, dc), step);
    g_autofree char *heading = g_strdup_printf("What is amiss: %s", title != NULL ? title : step->id);
    struct popup *p = popup_new(POPUP_FORM, "flag-step", heading);
    struct popup_field *what = popup_add_field(p, FIELD_CHOICE, "what", "the step is", NULL);
    popup_field_add_choice(what, "wrong", "wrong", NULL);
    popup_field_add_choice(what, "slow", "slow", NULL);
    popup_field_add_choice(what, "other", "otherwise amiss", NULL);
    what->choice = is_slow(u->desk, dc, step) ? 1 : 0;
    popup_add_field(p, FIELD_TEXT, "note", "in a line", NULL)->hint = g_strdup("may stay empty");
    p->hint = owner != NULL ? g_strdup_printf("It goes to %s.", owner)
                            : g_strdup("The script names no owner; it goes to whoever keeps the scripts.");
    p->subject = g_strdup(dc->id);
    p->item = g_strdup(step->id);
    p->finish = finish_flag;
    popup_push(u, p);
}
