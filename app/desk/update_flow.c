/* The flow map: the script as it is drawn, with the cursor on one of its steps. */
#include "app/desk/update.h"

#include "app/desk/areas.h"
#include "app/script/graph.h"

struct script *desk_script(const struct desk *desk, const struct desk_contact *dc)
{
    if (dc == NULL)
        return NULL;
    if (dc->walk != NULL)
        return (struct script *)walk_script(dc->walk);
    return dc->proposed != NULL ? g_hash_table_lookup(desk->scripts, dc->proposed) : NULL;
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
    const struct script_step *now = dc->walk != NULL ? walk_current(dc->walk) : NULL;
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
