/* Keys, paste and mouse: looked up in the table by context, else typed where text goes. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"

/* --- keys --- */

/* Actions of the popup on top itself; others are done as everywhere. */
static bool is_of_popup(enum action action)
{
    switch (action) {
    case ACTION_UP:
    case ACTION_DOWN:
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
    case ACTION_FIRST:
    case ACTION_LAST:
    case ACTION_CONFIRM:
    case ACTION_SUBMIT:
    case ACTION_NEXT_FIELD:
    case ACTION_PREVIOUS_FIELD:
    case ACTION_YES:
    case ACTION_NO:
        return true;
    default:
        return false;
    }
}

/* Moving in these panes changes nothing outside of them. `only` is what the move itself said, if it did. */
static unsigned moved_in(enum desk_pane pane, enum action action, unsigned only)
{
    bool is_move = action == ACTION_UP || action == ACTION_DOWN || action == ACTION_PAGE_UP ||
                   action == ACTION_PAGE_DOWN || action == ACTION_FIRST || action == ACTION_LAST;
    if (pane == PANE_CONTACT || pane == PANE_KNOWLEDGE)
        only = 1u << pane;
    return is_move ? only : 0;
}

/* Only what does not change what the popup is about may be done under it. */
static bool is_allowed_under_popup(enum action action)
{
    return action == ACTION_OUT || action == ACTION_ACCEPT || action == ACTION_REJECT ||
           action == ACTION_REDRAW || action == ACTION_LOCK || action == ACTION_QUIT ||
           action == ACTION_UNDO_SEND || action == ACTION_SUSPEND || action == ACTION_FLAG_STEP ||
           action == ACTION_GRANT || action == ACTION_REFUSE_APPROVAL || action == ACTION_HAND_ON ||
           action == ACTION_LOOK;
}

static void type_into_answer(struct update *u, struct desk_contact *dc)
{
    if (editor_handle_key(dc->answer, &u->msg->key) == EDITOR_CHANGED)
        g_clear_pointer(&dc->script_problem, g_free);
}

/* The key that finishes another kind of text does nothing in this one; which does is said. */
static bool say_which_finishes(struct update *u, enum keys_context context)
{
    static const struct {
        enum keys_context context;
        const char *sentence;
    } texts[] = {
        {KEYS_CONTEXT_REPLY_CHAT, "{reply-chat:send} sends this reply."},
        {KEYS_CONTEXT_REPLY_MAIL, "{reply-mail:send} sends this reply."},
        {KEYS_CONTEXT_NOTE, "This is a note for colleagues; {note:keep-note} keeps it."},
    };
    const char *sentence = NULL;
    bool finishes = false;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        enum action action = keys_find(u->desk->keys, texts[i].context, u->msg->key);
        finishes |= action == ACTION_SEND || action == ACTION_KEEP_NOTE;
        sentence = texts[i].context == context ? texts[i].sentence : sentence;
    }
    if (finishes)
        update_say_keys(u, TONE_WARNING, sentence);
    return finishes;
}

/* What the table does not know is typed. */
static void type(struct update *u, enum keys_context context)
{
    struct desk *desk = u->desk;
    struct desk_contact *dc = desk->current;
    const struct key *key = &u->msg->key;
    switch (context) {
    case KEYS_CONTEXT_FILTER:
        if (desk->filter.has_keys) {
            if (editor_handle_key(desk->filter.text, key) == EDITOR_CHANGED)
                filter_changed(u);
            break;
        }
        if (editor_handle_key(desk->queue.filter, key) == EDITOR_CHANGED)
            queue_narrow(desk);
        break;
    case KEYS_CONTEXT_KNOWLEDGE:
        if (editor_handle_key(desk->knowledge.box, key) == EDITOR_CHANGED)
            knowledge_ask(u);
        break;
    case KEYS_CONTEXT_REPLY_CHAT:
    case KEYS_CONTEXT_REPLY_MAIL:
        if (say_which_finishes(u, context))
            break;
        if (editor_handle_key(dc->reply, key) == EDITOR_CHANGED)
            compose_edited(dc);
        break;
    case KEYS_CONTEXT_NOTE:
        if (say_which_finishes(u, context))
            break;
        if (editor_handle_key(dc->note, key) == EDITOR_CHANGED)
            dc->note_changed = true;
        break;
    case KEYS_CONTEXT_ANSWER:
        type_into_answer(u, dc);
        break;
    default:
        break;
    }
}

void update_key(struct update *u)
{
    struct desk *desk = u->desk;
    struct popup *popup = desk_popup(desk);
    enum keys_context context = desk_keys_context(desk);
    enum action action = keys_find(desk->keys, context, u->msg->key);
    if (desk->current != NULL) {
        desk->current->keystrokes++;
        desk->current->untold_keys++;
    }
    update_forget_notice(desk);
    if (popup != NULL && is_of_popup(action))
        update_popup_act(u, popup, action);
    else if (popup != NULL && action == ACTION_NONE)
        update_popup_key(u, popup);
    else if (popup != NULL && !is_allowed_under_popup(action))
        return;
    else if (action == ACTION_NONE)
        type(u, context);
    else
        update_act(u, action);
    u->only = popup == NULL ? moved_in(desk->pane, action, u->only) : 0;
}

static void say_no_field(struct update *u)
{
    g_autofree char *reply = desk_key_label(u->desk, KEYS_CONTEXT_LIST, ACTION_REPLY);
    update_say(u, TONE_PLAIN, "There is no field to paste into; open the reply with %s first.", reply);
}

/* False: only a part was taken. */
static bool insert_into(struct update *u, enum keys_context context, const char *text)
{
    struct desk *desk = u->desk;
    bool is_whole = true;
    switch (context) {
    case KEYS_CONTEXT_FILTER:
        is_whole = editor_insert(desk->filter.has_keys ? desk->filter.text : desk->queue.filter, text, -1);
        filter_changed(u);
        queue_narrow(desk);
        break;
    case KEYS_CONTEXT_KNOWLEDGE:
        is_whole = editor_insert(desk->knowledge.box, text, -1);
        knowledge_ask(u);
        break;
    case KEYS_CONTEXT_REPLY_CHAT:
    case KEYS_CONTEXT_REPLY_MAIL:
    case KEYS_CONTEXT_NOTE:
        compose_insert(u, text); /* says so itself */
        break;
    case KEYS_CONTEXT_ANSWER:
        is_whole = editor_insert(desk->current->answer, text, -1);
        break;
    default:
        say_no_field(u);
    }
    return is_whole;
}

/* A paste is text wherever it lands: its line feeds never send and its letters never command. */
void update_paste(struct update *u)
{
    struct popup *popup = desk_popup(u->desk);
    gsize len = u->msg->text != NULL ? strlen(u->msg->text) : 0;
    if (len == 0)
        return;
    g_autofree char *text = g_utf8_make_valid(u->msg->text, (gssize)MIN(len, DESK_PASTE_MAX_BYTES));
    bool is_whole = popup != NULL ? update_popup_insert(u, popup, text)
                                  : insert_into(u, desk_keys_context(u->desk), text);
    if (!is_whole || len > DESK_PASTE_MAX_BYTES)
        update_say_full(u);
}

/* --- mouse --- */

/* A click into the field writes there; elsewhere it goes to the pane's list. */
static void click_pane(struct update *u, const struct msg_mouse *m)
{
    const struct desk_contact *dc = u->desk->current;
    if (!m->is_field || dc == NULL)
        update_set_pane(u, m->pane);
    else if (dc->composer != COMPOSER_NONE)
        update_visit_pane(u, m->pane);
    else if (contact_mine(u->desk, NULL) != NULL)
        compose_open(u, desk_draft_shown(dc));
}

static void clicked(struct update *u, const struct msg_mouse *m)
{
    struct desk *desk = u->desk;
    click_pane(u, m);
    if (m->item < 0)
        return;
    if (m->pane == PANE_QUEUE)
        queue_go(u, m->item);
    else if (m->pane == PANE_KNOWLEDGE && desk->knowledge.article == NULL)
        knowledge_move(u, m->item - desk->knowledge.cursor);
    else if (m->pane == PANE_CUSTOMER && desk->current != NULL)
        update_move(u, m->item - desk->current->customer_cursor);
    else if (m->pane == PANE_SCRIPT && desk->current != NULL)
        script_move(u, m->item - desk->current->script_field);
    if (m->is_double)
        update_open(u);
}

void update_mouse(struct update *u)
{
    const struct msg_mouse *m = &u->msg->mouse;
    struct popup *popup = desk_popup(u->desk);
    int wheel = m->button == MOUSE_WHEEL_UP ? -3 : m->button == MOUSE_WHEEL_DOWN ? 3 : 0;
    if (popup != NULL) {
        if (wheel != 0)
            update_popup_act(u, popup, wheel < 0 ? ACTION_UP : ACTION_DOWN);
        else if (m->is_popup && m->button == MOUSE_LEFT)
            update_popup_choose(u, popup, m->item);
        return;
    }
    if (m->pane >= PANE_COUNT)
        return;
    if (wheel != 0) {
        enum desk_pane before = u->desk->pane;
        u->desk->pane = m->pane;
        update_move(u, wheel);
        u->desk->pane = before;
    } else if (m->button == MOUSE_LEFT) {
        clicked(u, m);
    }
}
