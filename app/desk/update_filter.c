/* The filter line of conversation, customer and script: what does not have all its words is not shown. (The
 * queue has its own, because its order depends on it.) */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"

bool desk_is_filtered(const struct desk *desk, enum desk_pane pane)
{
    const struct desk_filter *f = &desk->filter;
    return f->pane == pane && (f->has_keys || !editor_is_empty(f->text));
}

bool desk_filter_passes(const struct desk *desk, enum desk_pane pane, const char *text)
{
    if (!desk_is_filtered(desk, pane))
        return true;
    g_autofree char *have = g_utf8_casefold(text, -1),
                    *want = g_utf8_casefold(editor_text(desk->filter.text), -1);
    g_auto(GStrv) words = g_strsplit(want, " ", -1);
    for (char **word = words; *word != NULL; word++)
        if (strstr(have, *word) == NULL)
            return false;
    return true;
}

/* What was chosen or scrolled to may not be shown any more. */
void filter_changed(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    if (dc == NULL)
        return;
    if (u->desk->filter.pane == PANE_CUSTOMER)
        dc->customer_cursor = 0;
    else if (u->desk->filter.pane == PANE_CONTACT)
        dc->scroll_rows = 0;
}

void filter_open(struct update *u)
{
    struct desk *desk = u->desk;
    if (desk->pane == PANE_QUEUE) {
        queue_filter(u);
        return;
    }
    if (desk->current == NULL) {
        update_say(u, TONE_PLAIN, "No contact is open, so there is nothing to filter here.");
        return;
    }
    if (desk->filter.pane != desk->pane)
        editor_set_text(desk->filter.text, "");
    desk->filter.pane = desk->pane;
    desk->filter.has_keys = true;
}

void filter_leave_keys(struct desk *desk)
{
    desk->filter.has_keys = false;
}

bool filter_close(struct desk *desk)
{
    bool was = desk_is_filtered(desk, desk->filter.pane);
    desk->filter.has_keys = false;
    desk->filter.pane = PANE_COUNT;
    editor_set_text(desk->filter.text, "");
    return was;
}
