/* Wrap-up: the disposition proposed, the summary drafted, one key to finish. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/story.h"

static bool finish_wrap(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct contact *c = world_contact(u->desk->world, popup->subject);
    g_autofree char *disposition = popup_value(popup, "disposition"),
                    *summary = popup_value(popup, "summary");
    if (!desk_is_mine(u->desk, c)) {
        update_say(u, TONE_WARNING, "The contact is no longer yours; nothing was changed.");
        return true;
    }
    if (contact_warns_of_draft(u, popup))
        return false;
    g_autofree char *id = g_strdup(c->id);
    g_autofree char *left = popup_value(popup, "left");
    script_end(u, desk_find_open(u->desk, id), *left != '\0' ? left : "wrapped up");
    struct event *ev = record_new(u, EVENT_CONTACT_CLOSED, c);
    event_set_text(ev, "disposition", disposition);
    for (guint i = 0; i < u->desk->settings.dispositions->len; i++) {
        const struct desk_disposition *d = g_ptr_array_index(u->desk->settings.dispositions, i);
        if (g_str_equal(d->code, disposition))
            event_set_flag(ev, "resolved", d->resolved);
    }
    if (*summary != '\0')
        event_set_text(ev, "summary", summary);
    record(u, ev);
    contact_drop(u, id);
    update_say(u, TONE_GOOD, "Closed.");
    return true;
}

static bool is_mid_script(const struct desk_contact *dc)
{
    const struct script_step *step = dc->walk != NULL ? walk_current(dc->walk) : NULL;
    return step != NULL && step->kind != SCRIPT_KIND_END;
}

/* The script's end step says how it ended; without one, who left with their question open or in the middle of
 * the script has left unserved, and an answered contact counts as resolved; but it is only a proposal. */
static int propose(const struct desk *desk, const struct desk_contact *dc, const struct contact *c)
{
    bool resolved = false;
    const char *code = dc->walk != NULL ? walk_disposition(dc->walk, &resolved) : NULL;
    int first_resolved = -1, first_gone = -1;
    for (guint i = 0; i < desk->settings.dispositions->len; i++) {
        const struct desk_disposition *d = g_ptr_array_index(desk->settings.dispositions, i);
        if (code != NULL && g_str_equal(d->code, code))
            return (int)i;
        if (d->resolved && first_resolved < 0)
            first_resolved = (int)i;
        if (d->customer_gone && first_gone < 0)
            first_gone = (int)i;
    }
    bool is_answered = c->first_reply_ms != 0 && c->unanswered_ms == 0;
    if (c->customer_gone && (!is_answered || is_mid_script(dc)))
        return first_gone;
    return is_answered ? first_resolved : -1;
}

/* A script in the middle is left early, which needs a reason; the likely one is proposed. */
static void ask_why_left(struct popup *p, const struct desk_contact *dc, const struct contact *c)
{
    static const char *const REASONS[] = {"solved without the rest", "the customer left",
                                          "something else was agreed", "the script does not fit"};
    if (!is_mid_script(dc))
        return;
    struct popup_field *left = popup_add_field(p, FIELD_CHOICE, "left", "script left", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(REASONS); i++)
        popup_field_add_choice(left, REASONS[i], REASONS[i], NULL);
    left->required = true;
    left->choice = c->customer_gone ? 1 : 0;
}

void wrap_start(struct update *u)
{
    struct desk_contact *dc;
    const struct contact *c = contact_mine(u->desk, &dc);
    compose_release(u, c->id, false);
    if (c->state != CONTACT_WRAPPING)
        record_simple(u, EVENT_CONTACT_WRAP_STARTED, c, NULL, NULL);
    dc->composer = COMPOSER_NONE;
    struct popup *p = popup_new(POPUP_FORM, "wrap", "Wrap up");
    struct popup_field *disposition = popup_add_field(p, FIELD_CHOICE, "disposition", "disposition", NULL);
    for (guint i = 0; i < u->desk->settings.dispositions->len; i++) {
        const struct desk_disposition *d = g_ptr_array_index(u->desk->settings.dispositions, i);
        popup_field_add_choice(disposition, d->code, d->label, d->resolved ? "resolved" : "not resolved");
    }
    disposition->required = true;
    disposition->choice = propose(u->desk, dc, c);
    disposition->hint = g_strdup("type to narrow the list");
    popup_field_narrows(disposition);
    g_autofree char *summary = story_summary(u->desk, dc);
    popup_add_field(p, FIELD_LINES, "summary", "summary", summary);
    ask_why_left(p, dc, c);
    p->subject = g_strdup(c->id);
    p->hint = desk_key_names(u->desk, "{popup-form:confirm} closes it. Letters or {popup-form:up} and "
                                      "{popup-form:down} choose. Esc goes back.");
    p->left = "Still in wrap-up: {list:wrap-up} goes on with it, {list:hold} takes the contact up again.";
    p->finish = finish_wrap;
    popup_push(u, p);
}
