/* A session that ended in the middle of a shift (expired, revoked): the desk says so, goes on keeping what is
 * done, and asks for the password over all that is open. */
#include "app/desk/update.h"

#include "app/desk/areas.h"

/* Somebody who is typing would type into the password; the form waits for a pause of this long. */
#define PAUSE_MS 1500

#define FORM "sign-in-again"

static bool finish(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    struct desk *desk = u->desk;
    g_autofree char *password = popup_value(popup, "password");
    desk->sign_in_request = update_number(u);
    popup_set_problem(popup, NULL, NULL);
    commands_add_request(u->commands, COMMAND_SIGN_IN, desk->sign_in_request, desk->me, password);
    return false;
}

/* Opens the form where nothing is in its way: no key of the last moment, no lock (whose password does the
 * same). */
static void ask(struct update *u)
{
    struct desk *desk = u->desk;
    desk->asks_sign_in = false;
    if (popup_named(desk, FORM) != NULL)
        return;
    struct popup *p = popup_new(POPUP_FORM, FORM, "Sign in again");
    popup_add_field(p, FIELD_SECRET, "password", "password", NULL)->required = true;
    p->text = g_strdup_printf("%s: %s", desk->name, desk->link_reason);
    const char *help = desk->settings.sign_in_help;
    g_autofree char *key = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_SIGN_IN);
    p->hint = g_strdup_printf("All that is open stays, and what you do is kept until you are signed in. Esc "
                              "works on without the backend; %s brings this back.%s%s",
                              key, help != NULL ? " " : "", help != NULL ? help : "");
    p->finish = finish;
    popup_push(u, p);
}

void token_lost(struct update *u)
{
    struct desk *desk = u->desk;
    struct popup *top = desk_popup(desk);
    if (desk->phase == DESK_SIGNED_OUT && top != NULL) /* the token of an earlier run */
        popup_set_problem(top, NULL, u->msg->text);
    if ((desk->phase != DESK_OPEN && desk->phase != DESK_LOCKED) || desk->must_sign_in)
        return;
    desk->must_sign_in = desk->asks_sign_in = true;
    if (desk->link != LINK_OFFLINE)
        desk->link_since_ms = desk->now_ms;
    desk->link = LINK_OFFLINE;
    g_free(desk->link_reason);
    desk->link_reason = g_strdup(u->msg->text);
    update_say(u, TONE_ERROR, "%s", u->msg->text);
    token_tick(u);
}

void token_tick(struct update *u)
{
    const struct desk *desk = u->desk;
    if (desk->asks_sign_in && desk->phase == DESK_OPEN && desk->now_ms - desk->typed_ms >= PAUSE_MS)
        ask(u);
}

void token_left(struct update *u)
{
    const struct desk *desk = u->desk;
    if (!desk->must_sign_in || desk->asks_sign_in || popup_named(desk, FORM) != NULL ||
        desk_popup(desk) != NULL)
        return;
    g_autofree char *label = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_SIGN_IN);
    update_say(u, TONE_WARNING, "You work without the backend; %s signs you in again.", label);
}

void token_sign_in(struct update *u)
{
    ask(u);
}

bool token_refused(struct update *u)
{
    struct popup *p = popup_named(u->desk, FORM);
    if (!u->desk->must_sign_in || u->msg->number != u->desk->sign_in_request)
        return false;
    if (p == NULL) { /* left by Esc before the answer */
        update_say(u, TONE_ERROR, "%s", u->msg->text);
        return true;
    }
    popup_set_problem(p, NULL, u->msg->text);
    editor_set_text(popup_field_of(p, "password")->editor, "");
    return true;
}

void token_renewed(struct update *u)
{
    struct desk *desk = u->desk;
    if (!desk->must_sign_in)
        return;
    desk->must_sign_in = desk->asks_sign_in = false;
    popup_drop(desk, FORM);
    if (desk->undelivered > 0)
        update_say(u, TONE_GOOD, "You are signed in again; %d kept here now go out.", desk->undelivered);
    else
        update_say(u, TONE_GOOD, "You are signed in again.");
    update_fetch(u, LINK_FETCH_FLOOR, NULL);
}
