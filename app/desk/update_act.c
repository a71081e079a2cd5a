/* The table of actions: what each does in the pane that has the keys, and what must be so before. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/rules/rules.h"

/* --- context and needs --- */

static enum keys_context popup_context(const struct popup *p)
{
    if (p->is_fixed)
        return KEYS_CONTEXT_LOCKED;
    static const enum keys_context CONTEXTS[] = {[POPUP_LIST] = KEYS_CONTEXT_POPUP_LIST,
                                                 [POPUP_FORM] = KEYS_CONTEXT_POPUP_FORM,
                                                 [POPUP_QUESTION] = KEYS_CONTEXT_POPUP_QUESTION,
                                                 [POPUP_TEXT] = KEYS_CONTEXT_POPUP_TEXT,
                                                 [POPUP_FLOW] = KEYS_CONTEXT_FLOW,
                                                 [POPUP_INBOX] = KEYS_CONTEXT_INBOX};
    return CONTEXTS[p->kind];
}

static enum keys_context contact_context(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = desk_contact_of(desk, dc);
    if (dc == NULL || dc->composer == COMPOSER_NONE)
        return KEYS_CONTEXT_CONVERSATION;
    if (dc->composer == COMPOSER_NOTE)
        return KEYS_CONTEXT_NOTE;
    return c == NULL || compose_is_chat(c->channel) ? KEYS_CONTEXT_REPLY_CHAT : KEYS_CONTEXT_REPLY_MAIL;
}

enum keys_context desk_keys_context(const struct desk *desk)
{
    const struct popup *p = desk_popup(desk);
    if (p != NULL)
        return popup_context(p);
    if (desk->filter.has_keys && desk->filter.pane == desk->pane)
        return KEYS_CONTEXT_FILTER;
    switch (desk->pane) {
    case PANE_QUEUE:
        return desk->queue.is_filtering ? KEYS_CONTEXT_FILTER : KEYS_CONTEXT_QUEUE;
    case PANE_CONTACT:
        return contact_context(desk);
    case PANE_CUSTOMER:
        return KEYS_CONTEXT_CUSTOMER;
    case PANE_SCRIPT:
        if (desk->current != NULL && desk->current->is_answering)
            return KEYS_CONTEXT_ANSWER;
        return script_context(desk);
    case PANE_KNOWLEDGE:
        return desk->knowledge.article != NULL ? KEYS_CONTEXT_ARTICLE : KEYS_CONTEXT_KNOWLEDGE;
    default:
        return KEYS_CONTEXT_LIST;
    }
}

/* The row of the queue that has the keys, where it is not the open contact's own; NULL: there is none. */
static const struct contact *other_row(const struct desk *desk)
{
    const struct contact *row =
        desk->pane == PANE_QUEUE ? world_contact(desk->world, desk->queue.cursor) : NULL;
    return row != desk_contact_of(desk, desk->current) ? row : NULL;
}

const struct contact *desk_acts_on(const struct desk *desk)
{
    const struct contact *row = other_row(desk);
    if (row == NULL)
        return desk_contact_of(desk, desk->current);
    return desk_is_mine(desk, row) || desk_asks_me(desk, row) ? row : NULL;
}

int desk_action_have(const struct desk *desk)
{
    const struct contact *c = desk_acts_on(desk);
    const struct desk_contact *dc = c != NULL ? desk_find_open(desk, c->id) : NULL;
    const struct agent *me = desk->me != NULL ? world_agent(desk->world, desk->me) : NULL;
    int have = 0;
    have |= me != NULL && (me->presence != PRESENCE_READY || me->not_responding) ? ACTION_NEEDS_UNREADY : 0;
    have |= c != NULL ? ACTION_NEEDS_CONTACT : 0;
    have |= c != NULL || other_row(desk) != NULL ? ACTION_NEEDS_ROW : 0;
    have |= desk_is_mine(desk, c) ? ACTION_NEEDS_MINE : 0;
    have |= c != NULL && c->state != CONTACT_WRAPPING ? ACTION_NEEDS_TALK : 0;
    have |= c != NULL && rules_can_wait(c) ? ACTION_NEEDS_PATIENCE : 0;
    have |= c != NULL && (c->escalated || c->asked_by != NULL) ? ACTION_NEEDS_ASKED : 0;
    have |= desk->offer != NULL ? ACTION_NEEDS_OFFER : 0;
    have |= c != NULL && c->customer != NULL ? ACTION_NEEDS_CUSTOMER : 0;
    have |= c != NULL && (c->customer != NULL || c->address != NULL) ? ACTION_NEEDS_PERSONAL : 0;
    have |= desk_is_mine(desk, c) && dc != NULL && dc->walk != NULL && walk_current(dc->walk) != NULL
                ? ACTION_NEEDS_SCRIPT
                : 0;
    have |= script_can_correct(desk) ? ACTION_NEEDS_ANSWER : 0;
    have |= script_has_words(desk) ? ACTION_NEEDS_WORDS : 0;
    have |= approval_is_open(desk) ? ACTION_NEEDS_REQUEST : 0;
    have |= desk->knowledge.article != NULL || desk_hits(desk)->len > 0 ? ACTION_NEEDS_ARTICLE : 0;
    have |= desk->held->len > 0 ? ACTION_NEEDS_HELD : 0;
    have |= desk->is_practice ? ACTION_NEEDS_PRACTICE : 0;
    have |= desk->must_sign_in ? ACTION_NEEDS_SIGN_IN : 0;
    return have;
}

/* --- moving about --- */

void update_move(struct update *u, int step)
{
    struct desk *desk = u->desk;
    struct desk_contact *dc = desk->current;
    switch (desk->pane) {
    case PANE_QUEUE:
        queue_move(u, step);
        break;
    case PANE_CONTACT: /* up is towards older messages */
        if (dc != NULL)
            dc->scroll_rows =
                CLAMP(dc->scroll_rows - step, 0,
                      desk->conversation_most > 0 ? desk->conversation_most : DESK_MESSAGES_MAX * 20);
        break;
    case PANE_CUSTOMER:
        if (dc != NULL) {
            g_autoptr(GPtrArray) lines = desk_customer_lines(desk, dc);
            dc->customer_cursor = CLAMP(dc->customer_cursor + step, 0, MAX((int)lines->len - 1, 0));
        }
        break;
    case PANE_SCRIPT:
        script_move(u, step);
        break;
    case PANE_KNOWLEDGE:
        knowledge_move(u, step);
        break;
    default:
        break;
    }
}

static int page(const struct desk *desk)
{
    return MAX(desk->page_rows[desk->pane] - 1, 1);
}

static void go_up(struct update *u)
{
    update_move(u, -1);
}

static void go_down(struct update *u)
{
    update_move(u, 1);
}

static void page_up(struct update *u)
{
    update_move(u, -page(u->desk));
}

static void page_down(struct update *u)
{
    update_move(u, page(u->desk));
}

static void go_first(struct update *u)
{
    update_move(u, -(1 << 24));
}

static void go_last(struct update *u)
{
    update_move(u, 1 << 24);
}

/* A past contact is opened, a masked line revealed; of an unknown caller, whose address is in the clear, it
 * is asked who they are. */
static void open_customer_line(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    g_autoptr(GPtrArray) lines = desk_customer_lines(u->desk, dc);
    if (dc == NULL)
        return;
    if (lines->len == 0) {
        customer_who(u);
        return;
    }
    const struct desk_customer_line *line =
        g_ptr_array_index(lines, (guint)CLAMP(dc->customer_cursor, 0, (int)lines->len - 1));
    if (line->is_masked)
        customer_reveal(u);
    else if (dc->customer == NULL)
        customer_who(u);
    else if (line->kind == CUSTOMER_LINE_PAST) {
        struct desk_contact *past;
        if (world_contact(u->desk->world, line->past->id) == NULL)
            world_put_contact(u->desk->world, contact_copy(line->past));
        past = contact_open(u, line->field);
        contact_focus(u, past);
        update_set_pane(u, PANE_CONTACT);
    }
}

/* Who only looks at a contact that waits may take it from where it is read. */
static void open_looked_at(struct update *u)
{
    const struct contact *c = desk_contact_of(u->desk, u->desk->current);
    if (c == NULL) {
        update_say_keys(u, TONE_PLAIN, "No contact is open; choose one in the queue and press {queue:open}.");
    } else if (g_strcmp0(u->desk->offer, c->id) == 0) {
        queue_accept(u);
    } else if (c->state == CONTACT_QUEUED || c->state == CONTACT_PARKED) {
        queue_take(u, c->id);
    } else if (c->agent != NULL && !contact_is_over(c)) {
        const struct agent *who = world_agent(u->desk->world, c->agent);
        update_say(u, TONE_PLAIN, "You are only looking; %s has this contact.",
                   who != NULL ? who->name : c->agent);
    } else {
        update_say(u, TONE_PLAIN, "You are only looking; this contact is over.");
    }
}

void update_open(struct update *u)
{
    if (u->desk->filter.has_keys && u->desk->filter.pane == u->desk->pane) {
        filter_leave_keys(u->desk);
        if (u->desk->pane != PANE_CUSTOMER)
            return;
    }
    switch (u->desk->pane) {
    case PANE_QUEUE:
        queue_open(u);
        break;
    case PANE_CONTACT:
        if (contact_mine(u->desk, NULL) != NULL)
            compose_reply(u);
        else
            open_looked_at(u);
        break;
    case PANE_CUSTOMER:
        open_customer_line(u);
        break;
    case PANE_SCRIPT:
        script_open_item(u);
        break;
    case PANE_KNOWLEDGE:
        knowledge_open(u);
        break;
    default:
        break;
    }
}

static bool leave_popup(struct update *u)
{
    const struct popup *p = desk_popup(u->desk);
    if (p == NULL)
        return false;
    if (!p->is_fixed) {
        const char *left = p->left;
        left_forms_keep(u->desk, g_ptr_array_steal_index(u->desk->popups, u->desk->popups->len - 1));
        token_left(u);
        if (left != NULL)
            update_say_keys(u, TONE_PLAIN, left);
    }
    return true;
}

static bool leave_pane(struct desk *desk)
{
    struct desk_contact *dc = desk->current;
    if (desk->pane == PANE_QUEUE && (desk->queue.is_filtering || !editor_is_empty(desk->queue.filter))) {
        desk->queue.is_filtering = false;
        editor_set_text(desk->queue.filter, "");
        queue_wake(desk);
        return true;
    }
    if (desk->filter.pane == desk->pane &&
        (dc == NULL || dc->composer == COMPOSER_NONE || desk->pane != PANE_CONTACT ||
         desk->filter.has_keys) &&
        filter_close(desk))
        return true;
    if (desk->pane == PANE_KNOWLEDGE && desk->knowledge.is_choosing) {
        desk->knowledge.is_choosing = false;
        return true;
    }
    if (desk->pane == PANE_KNOWLEDGE && desk->knowledge.article != NULL) {
        g_clear_pointer(&desk->knowledge.article, desk_article_free);
        return true;
    }
    if (desk->pane == PANE_SCRIPT && dc != NULL && dc->is_answering) {
        script_leave_field(dc);
        return true;
    }
    if (desk->pane == PANE_CONTACT && dc != NULL && dc->composer != COMPOSER_NONE) {
        dc->composer = COMPOSER_NONE; /* the draft is kept */
        return true;
    }
    return false;
}

static void out(struct update *u)
{
    struct desk *desk = u->desk;
    if (leave_popup(u) || leave_pane(desk))
        return;
    if (desk->notice.text != NULL) {
        g_clear_pointer(&desk->notice.text, g_free);
        return;
    }
    if (desk->pane != PANE_QUEUE && desk->pane != PANE_CONTACT && desk->current != NULL)
        update_visit_pane(u, PANE_CONTACT); /* back into a text that the knowledge was asked for */
    else
        update_set_pane(u, PANE_QUEUE);
}

static void pane_next(struct update *u)
{
    update_set_pane(u, (u->desk->pane + 1) % PANE_COUNT);
}

static void pane_previous(struct update *u)
{
    update_set_pane(u, (u->desk->pane + PANE_COUNT - 1) % PANE_COUNT);
}

static void pane_queue(struct update *u)
{
    update_set_pane(u, PANE_QUEUE);
}

static void pane_contact(struct update *u)
{
    update_set_pane(u, PANE_CONTACT);
}

static void pane_customer(struct update *u)
{
    update_set_pane(u, PANE_CUSTOMER);
}

static void pane_script(struct update *u)
{
    update_set_pane(u, PANE_SCRIPT);
}

static void pane_knowledge(struct update *u)
{
    update_set_pane(u, PANE_KNOWLEDGE);
}

/* --- the rest of the table --- */

static void redraw(struct update *u)
{
    commands_add(u->commands, COMMAND_REDRAW, NULL, NULL);
}

static void next_theme(struct update *u)
{
    commands_add(u->commands, COMMAND_NEXT_THEME, NULL, NULL);
}

static bool finish_suspend(struct update *u, struct popup *popup, const char *value)
{
    (void)popup;
    (void)value;
    commands_add(u->commands, COMMAND_SUSPEND, NULL, NULL);
    return true;
}

static void suspend(struct update *u)
{
    bool is_open = false;
    for (guint i = 0; i < u->desk->open->len; i++)
        is_open |= desk_is_mine(u->desk, desk_contact_of(u->desk, g_ptr_array_index(u->desk->open, i)));
    if (is_open)
        popup_ask(u, "suspend", "Contacts of yours are open and will wait for you. Suspend the desk?", NULL,
                  finish_suspend);
    else
        commands_add(u->commands, COMMAND_SUSPEND, NULL, NULL);
}

static void practice_hint(struct update *u)
{
    commands_add(u->commands, COMMAND_PRACTICE, NULL, "hint");
}

static void practice_pause(struct update *u)
{
    commands_add(u->commands, COMMAND_PRACTICE, NULL, "pause");
}

static void practice_end(struct update *u)
{
    commands_add(u->commands, COMMAND_PRACTICE, NULL, "end");
}

static void next_field(struct update *u)
{
    script_move(u, 1);
}

static void previous_field(struct update *u)
{
    script_move(u, -1);
}

static void (*const ACTS[ACTION_COUNT])(struct update *) = {
    [ACTION_UP] = go_up,
    [ACTION_DOWN] = go_down,
    [ACTION_PAGE_UP] = page_up,
    [ACTION_PAGE_DOWN] = page_down,
    [ACTION_FIRST] = go_first,
    [ACTION_LAST] = go_last,
    [ACTION_OPEN] = update_open,
    [ACTION_OUT] = out,
    [ACTION_FILTER] = filter_open,
    [ACTION_PANE_NEXT] = pane_next,
    [ACTION_PANE_PREVIOUS] = pane_previous,
    [ACTION_PANE_QUEUE] = pane_queue,
    [ACTION_PANE_CONTACT] = pane_contact,
    [ACTION_PANE_CUSTOMER] = pane_customer,
    [ACTION_PANE_SCRIPT] = pane_script,
    [ACTION_PANE_KNOWLEDGE] = pane_knowledge,
    [ACTION_KNOWLEDGE] = knowledge_focus,
    [ACTION_FIND] = find_open,
    [ACTION_PALETTE] = palette_open,
    [ACTION_HELP] = palette_help,
    [ACTION_READY] = session_ready,
    [ACTION_NOT_READY] = session_not_ready,
    [ACTION_TRANSFER_ONLY] = session_transfer_only,
    [ACTION_LOCK] = session_lock,
    [ACTION_SIGN_IN] = token_sign_in,
    [ACTION_SIGN_OUT] = session_sign_out,
    [ACTION_QUIT] = session_quit,
    [ACTION_REDRAW] = redraw,
    [ACTION_SUSPEND] = suspend,
    [ACTION_THEME] = next_theme,
    [ACTION_NEXT_FOR_ME] = contact_next_for_me,
    [ACTION_GET_NEXT] = queue_get_next,
    [ACTION_ACCEPT] = queue_accept,
    [ACTION_REJECT] = queue_reject,
    [ACTION_NEW_CONTACT] = contact_by_hand,
    [ACTION_REPLY] = compose_reply,
    [ACTION_NOTE] = compose_note,
    [ACTION_HOLD] = contact_hold,
    [ACTION_TRANSFER] = contact_transfer,
    [ACTION_ESCALATE] = contact_escalate,
    [ACTION_GIVE_BACK] = contact_give_back,
    [ACTION_PARK] = contact_park,
    [ACTION_WRAP_UP] = wrap_start,
    [ACTION_WHY] = queue_why,
    [ACTION_TIMELINE] = contact_timeline,
    [ACTION_LEAVE_CONTACT] = contact_leave,
    [ACTION_SEND] = compose_send,
    [ACTION_KEEP_NOTE] = compose_keep_note,
    [ACTION_BREAK_LINE] = compose_break_line,
    [ACTION_CANNED] = compose_canned,
    [ACTION_EDITOR] = compose_editor,
    [ACTION_UNDO_SEND] = compose_undo,
    [ACTION_REVEAL] = customer_reveal,
    [ACTION_EDIT_CUSTOMER] = customer_edit,
    [ACTION_WHO_IS_THIS] = customer_who,
    [ACTION_YES] = script_yes,
    [ACTION_NO] = script_no,
    [ACTION_CHOOSE] = script_choose,
    [ACTION_CORRECT_ANSWER] = script_correct,
    [ACTION_STEP_BACK] = script_back,
    [ACTION_SKIP_STEP] = script_skip,
    [ACTION_SWITCH_SCRIPT] = script_switch,
    [ACTION_SAY] = script_say,
    [ACTION_APPROVALS] = inbox_open,
    [ACTION_GRANT] = inbox_grant,
    [ACTION_REFUSE_APPROVAL] = inbox_refuse,
    [ACTION_HAND_ON] = inbox_hand_on,
    [ACTION_LOOK] = inbox_look,
    [ACTION_WITHDRAW_APPROVAL] = approval_take_back,
    [ACTION_FLOW] = flow_open,
    [ACTION_FLAG_STEP] = flow_flag,
    [ACTION_CHOOSE_LINES] = knowledge_choose_lines,
    [ACTION_PIN] = shelf_pin,
    [ACTION_INSERT] = knowledge_insert,
    [ACTION_HELPED] = knowledge_helped,
    [ACTION_WRONG] = knowledge_wrong,
    [ACTION_CONFIRM] = script_confirm,
    [ACTION_NEXT_FIELD] = next_field,
    [ACTION_PREVIOUS_FIELD] = previous_field,
    [ACTION_PRACTICE_HINT] = practice_hint,
    [ACTION_PRACTICE_PAUSE] = practice_pause,
    [ACTION_PRACTICE_END] = practice_end,
};

char *update_refusal(const struct desk *desk, enum action action)
{
    const char *refusal = action_refusal(action, desk_action_have(desk));
    if (refusal != NULL && desk->current != NULL && desk_acts_on(desk) == NULL &&
        (action_row(action)->needs & ACTION_NEEDS_CONTACT) != 0)
        refusal = "{queue:open} takes this one first; {everywhere:pane-contact} goes back to the open one.";
    return refusal != NULL ? desk_key_names(desk, refusal) : NULL;
}

/* A command on a row of the queue is meant for that row, and not for a contact that was opened before and
 * that another pane may hide. */
static void go_to_row(struct update *u, enum action action)
{
    const struct contact *row = other_row(u->desk);
    if (row != NULL && (action_row(action)->needs & ACTION_NEEDS_CONTACT) != 0)
        contact_focus(u, contact_open(u, row->id));
}

bool update_act(struct update *u, enum action action)
{
    g_autofree char *refusal = update_refusal(u->desk, action);
    if (refusal != NULL) {
        update_say(u, TONE_WARNING, "%s", refusal);
        return false;
    }
    if (ACTS[action] == NULL)
        return false;
    go_to_row(u, action);
    ACTS[action](u);
    return true;
}
