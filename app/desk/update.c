/* desk_update: keys go by context through the table of keys to the acts of each area; all else is told to the
 * area it is about. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"

/* --- small acts --- */

void update_say(struct update *u, enum desk_tone tone, const char *format, ...)
{
    struct desk_notice *notice = &u->desk->notice;
    va_list arguments;
    va_start(arguments, format);
    g_free(notice->text);
    notice->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    notice->tone = tone;
    notice->until_ms = u->desk->now_ms + DESK_NOTICE_MS;
}

void update_say_error(struct update *u, GError *error)
{
    update_say(u, TONE_ERROR, "%s", error->message);
    g_error_free(error);
}

int64_t update_number(struct update *u)
{
    return ++u->desk->numbers;
}

int64_t update_fetch(struct update *u, enum link_fetch what, const char *argument)
{
    int64_t number = update_number(u);
    commands_add_fetch(u->commands, what, number, argument);
    return number;
}

void update_set_pane(struct update *u, enum desk_pane pane)
{
    if (u->desk->pane == PANE_KNOWLEDGE && pane != PANE_KNOWLEDGE)
        knowledge_leave(u);
    u->desk->pane = pane;
}

/* --- context and needs --- */

static enum keys_context popup_context(const struct popup *p)
{
    if (p->is_fixed)
        return KEYS_CONTEXT_LOCKED;
    static const enum keys_context CONTEXTS[] = {[POPUP_LIST] = KEYS_CONTEXT_POPUP_LIST,
                                                 [POPUP_FORM] = KEYS_CONTEXT_POPUP_FORM,
                                                 [POPUP_QUESTION] = KEYS_CONTEXT_POPUP_QUESTION,
                                                 [POPUP_TEXT] = KEYS_CONTEXT_POPUP_TEXT};
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
        return script_asks(desk) ? KEYS_CONTEXT_SCRIPT_ASK : KEYS_CONTEXT_SCRIPT;
    case PANE_KNOWLEDGE:
        return desk->knowledge.article != NULL ? KEYS_CONTEXT_ARTICLE : KEYS_CONTEXT_KNOWLEDGE;
    default:
        return KEYS_CONTEXT_LIST;
    }
}

int desk_action_have(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = desk_contact_of(desk, dc);
    int have = 0;
    have |= c != NULL ? ACTION_NEEDS_CONTACT : 0;
    have |= desk_is_mine(desk, c) ? ACTION_NEEDS_MINE : 0;
    have |= desk->offer != NULL ? ACTION_NEEDS_OFFER : 0;
    have |= c != NULL && c->customer != NULL ? ACTION_NEEDS_CUSTOMER : 0;
    have |=
        desk_is_mine(desk, c) && dc->walk != NULL && walk_current(dc->walk) != NULL ? ACTION_NEEDS_SCRIPT : 0;
    have |= desk->knowledge.article != NULL || desk_hits(desk)->len > 0 ? ACTION_NEEDS_ARTICLE : 0;
    have |= desk->held->len > 0 ? ACTION_NEEDS_HELD : 0;
    have |= desk->is_practice ? ACTION_NEEDS_PRACTICE : 0;
    return have;
}

/* --- moving about --- */

static void move(struct update *u, int step)
{
    struct desk *desk = u->desk;
    struct desk_contact *dc = desk->current;
    switch (desk->pane) {
    case PANE_QUEUE:
        queue_move(u, step);
        break;
    case PANE_CONTACT: /* up is towards older messages */
        if (dc != NULL)
            dc->scroll_rows = CLAMP(dc->scroll_rows - step, 0, DESK_MESSAGES_MAX * 20);
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
    move(u, -1);
}

static void go_down(struct update *u)
{
    move(u, 1);
}

static void page_up(struct update *u)
{
    move(u, -page(u->desk));
}

static void page_down(struct update *u)
{
    move(u, page(u->desk));
}

static void go_first(struct update *u)
{
    move(u, -(1 << 24));
}

static void go_last(struct update *u)
{
    move(u, 1 << 24);
}

/* A past contact is opened, a masked line revealed. */
static void open_customer_line(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    g_autoptr(GPtrArray) lines = desk_customer_lines(u->desk, dc);
    if (lines->len == 0) {
        if (dc != NULL)
            customer_who(u);
        return;
    }
    const struct desk_customer_line *line =
        g_ptr_array_index(lines, (guint)CLAMP(dc->customer_cursor, 0, (int)lines->len - 1));
    if (line->is_masked)
        customer_reveal(u);
    else if (line->kind == CUSTOMER_LINE_PAST) {
        struct desk_contact *past;
        if (world_contact(u->desk->world, line->past->id) == NULL)
            world_put_contact(u->desk->world, contact_copy(line->past));
        past = contact_open(u, line->field);
        contact_focus(u, past);
        update_set_pane(u, PANE_CONTACT);
    }
}

static void open_item(struct update *u)
{
    switch (u->desk->pane) {
    case PANE_QUEUE:
        queue_open(u);
        break;
    case PANE_CONTACT:
        if (contact_mine(u->desk, NULL) != NULL)
            compose_reply(u);
        else
            update_say(u, TONE_PLAIN, "You are only looking; take the contact in the queue to answer.");
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
    if (!p->is_fixed)
        popup_pop(u);
    return true;
}

static bool leave_pane(struct desk *desk)
{
    struct desk_contact *dc = desk->current;
    if (desk->pane == PANE_QUEUE && (desk->queue.is_filtering || !editor_is_empty(desk->queue.filter))) {
        desk->queue.is_filtering = false;
        editor_set_text(desk->queue.filter, "");
        desk->queue.is_dirty = true;
        return true;
    }
    if (desk->pane == PANE_KNOWLEDGE && desk->knowledge.article != NULL) {
        g_clear_pointer(&desk->knowledge.article, desk_article_free);
        return true;
    }
    if (desk->pane == PANE_SCRIPT && dc != NULL && dc->is_answering) {
        dc->is_answering = false;
        g_clear_pointer(&dc->script_problem, g_free);
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
        update_set_pane(u, PANE_CONTACT);
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

static void filter(struct update *u)
{
    queue_filter(u);
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
    [ACTION_OPEN] = open_item,
    [ACTION_OUT] = out,
    [ACTION_FILTER] = filter,
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
    [ACTION_STEP_BACK] = script_back,
    [ACTION_SKIP_STEP] = script_skip,
    [ACTION_SWITCH_SCRIPT] = script_switch,
    [ACTION_SAY] = script_say,
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

const char *update_refusal(const struct desk *desk, enum action action)
{
    int have = desk_action_have(desk);
    /* "Why" in the queue is about the row under the cursor, not about an open contact. */
    if (action == ACTION_WHY && desk->queue.cursor != NULL)
        have |= ACTION_NEEDS_CONTACT;
    return action_refusal(action, have);
}

bool update_act(struct update *u, enum action action)
{
    const char *refusal = update_refusal(u->desk, action);
    if (refusal != NULL) {
        update_say(u, TONE_WARNING, "%s", refusal);
        return false;
    }
    if (ACTS[action] == NULL)
        return false;
    ACTS[action](u);
    return true;
}

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

/* Only what does not change what the popup is about may be done under it. */
static bool is_allowed_under_popup(enum action action)
{
    return action == ACTION_OUT || action == ACTION_ACCEPT || action == ACTION_REJECT ||
           action == ACTION_REDRAW || action == ACTION_LOCK || action == ACTION_QUIT ||
           action == ACTION_UNDO_SEND || action == ACTION_SUSPEND;
}

static void type_into_answer(struct update *u, struct desk_contact *dc)
{
    if (editor_handle_key(dc->answer, &u->msg->key) == EDITOR_CHANGED)
        g_clear_pointer(&dc->script_problem, g_free);
}

/* What the table does not know is typed. */
static void type(struct update *u, enum keys_context context)
{
    struct desk *desk = u->desk;
    struct desk_contact *dc = desk->current;
    const struct key *key = &u->msg->key;
    switch (context) {
    case KEYS_CONTEXT_FILTER:
        if (editor_handle_key(desk->queue.filter, key) == EDITOR_CHANGED)
            desk->queue.is_dirty = true;
        break;
    case KEYS_CONTEXT_KNOWLEDGE:
        if (editor_handle_key(desk->knowledge.box, key) == EDITOR_CHANGED)
            knowledge_ask(u);
        break;
    case KEYS_CONTEXT_REPLY_CHAT:
    case KEYS_CONTEXT_REPLY_MAIL:
        if (editor_handle_key(dc->reply, key) == EDITOR_CHANGED)
            dc->reply_changed = true;
        break;
    case KEYS_CONTEXT_NOTE:
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

static void key_pressed(struct update *u)
{
    struct desk *desk = u->desk;
    struct popup *popup = desk_popup(desk);
    enum keys_context context = desk_keys_context(desk);
    enum action action = keys_find(NULL, context, u->msg->key);
    if (desk->current != NULL)
        desk->current->keystrokes++;
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
}

static void insert_into(struct update *u, enum keys_context context, const char *text)
{
    struct desk *desk = u->desk;
    switch (context) {
    case KEYS_CONTEXT_FILTER:
        editor_insert(desk->queue.filter, text, -1);
        desk->queue.is_dirty = true;
        break;
    case KEYS_CONTEXT_KNOWLEDGE:
        editor_insert(desk->knowledge.box, text, -1);
        knowledge_ask(u);
        break;
    case KEYS_CONTEXT_REPLY_CHAT:
    case KEYS_CONTEXT_REPLY_MAIL:
    case KEYS_CONTEXT_NOTE:
        compose_insert(u, text);
        break;
    case KEYS_CONTEXT_ANSWER:
        editor_insert(desk->current->answer, text, -1);
        break;
    default:
        update_say(u, TONE_PLAIN, "There is no field to paste into; open the reply with r first.");
    }
}

/* A paste is text wherever it lands: its line feeds never send and its letters never command. */
static void pasted(struct update *u)
{
    struct popup *popup = desk_popup(u->desk);
    gsize len = u->msg->text != NULL ? strlen(u->msg->text) : 0;
    if (len == 0)
        return;
    g_autofree char *text = g_utf8_make_valid(u->msg->text, (gssize)MIN(len, DESK_PASTE_MAX_BYTES));
    if (popup != NULL)
        update_popup_insert(u, popup, text);
    else
        insert_into(u, desk_keys_context(u->desk), text);
}

/* --- mouse --- */

static void clicked(struct update *u, const struct msg_mouse *m)
{
    struct desk *desk = u->desk;
    update_set_pane(u, m->pane);
    if (m->item < 0)
        return;
    if (m->pane == PANE_QUEUE)
        queue_go(u, m->item);
    else if (m->pane == PANE_KNOWLEDGE && desk->knowledge.article == NULL)
        knowledge_move(u, m->item - desk->knowledge.cursor);
    else if (m->pane == PANE_CUSTOMER && desk->current != NULL)
        move(u, m->item - desk->current->customer_cursor);
    else if (m->pane == PANE_SCRIPT && desk->current != NULL)
        script_move(u, m->item - desk->current->script_field);
    if (m->is_double)
        open_item(u);
}

static void mouse(struct update *u)
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
        move(u, wheel);
        u->desk->pane = before;
    } else if (m->button == MOUSE_LEFT) {
        clicked(u, m);
    }
}

static void resized(struct desk *desk, const struct msg_size *size)
{
    desk->cols = size->cols;
    desk->rows = size->rows;
    memcpy(desk->page_rows, size->page_rows, sizeof desk->page_rows);
    desk->queue.is_dirty = true;
}

static void show_score(struct update *u)
{
    struct popup *p = popup_new(POPUP_TEXT, "score", "Practice");
    p->text = g_strdup(u->msg->text);
    popup_push(u, p);
}

void desk_update(struct desk *desk, const struct msg *msg, struct commands *commands)
{
    struct update u = {.desk = desk, .commands = commands, .msg = msg};
    int64_t counted = desk->metrics.handled;
    desk->now_ms = msg->now_ms;
    desk->boot_ms = msg->boot_ms;
    compose_release(&u, NULL, false); /* what is due is sent before anything else happens */
    switch (msg->kind) {
    case MSG_KEY:
        key_pressed(&u);
        break;
    case MSG_PASTE:
        pasted(&u);
        break;
    case MSG_MOUSE:
        mouse(&u);
        break;
    case MSG_RESIZE:
        resized(desk, &msg->size);
        break;
    case MSG_TICK:
        stream_tick(&u);
        break;
    case MSG_SIGNED_IN:
        session_signed_in(&u);
        break;
    case MSG_SIGN_IN_REFUSED:
        session_sign_in_refused(&u);
        break;
    case MSG_UNLOCK:
        session_unlocked(&u);
        break;
    case MSG_SEARCH_RESULTS:
        knowledge_results(&u);
        break;
    case MSG_ARTICLE:
        knowledge_article(&u);
        break;
    case MSG_KNOWLEDGE:
        desk->knowledge.held = msg->number;
        break;
    case MSG_SCRIPTS:
        script_loaded(&u);
        break;
    case MSG_PRACTICE_SCORE:
        show_score(&u);
        break;
    default:
        stream_message(&u);
    }
    desk->is_state_changed |= desk->metrics.handled != counted;
}

/* --- once per turn --- */

static void save_walk(struct desk_contact *dc, struct commands *commands)
{
    cJSON *json = dc->walk != NULL ? walk_to_json(dc->walk) : NULL;
    char *text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    commands_add_draft(commands, COMMAND_SAVE_WALK, dc->id, false, text != NULL ? text : "");
    cJSON_free(text);
    cJSON_Delete(json);
}

static void save_state(struct desk *desk, struct commands *commands)
{
    const struct desk_metrics *m = &desk->metrics;
    g_autofree char *text =
        g_strdup_printf("{\"day\":%" G_GINT64_FORMAT ",\"handled\":%" G_GINT64_FORMAT
                        ",\"handle_ms\":%" G_GINT64_FORMAT ",\"closed\":%" G_GINT64_FORMAT
                        ",\"resolved\":%" G_GINT64_FORMAT ",\"keystrokes\":%" G_GINT64_FORMAT "}",
                        stream_day(desk), m->handled, m->handle_ms, m->closed, m->resolved, m->keystrokes);
    commands_add(commands, COMMAND_SAVE_STATE, NULL, text);
}

void desk_settle(struct desk *desk, struct commands *commands)
{
    queue_settle(desk);
    for (guint i = 0; i < desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(desk->open, i);
        if (dc->reply_changed)
            commands_add_draft(commands, COMMAND_SAVE_DRAFT, dc->id, false, editor_text(dc->reply));
        if (dc->note_changed)
            commands_add_draft(commands, COMMAND_SAVE_DRAFT, dc->id, true, editor_text(dc->note));
        if (dc->walk_changed)
            save_walk(dc, commands);
        dc->reply_changed = dc->note_changed = dc->walk_changed = false;
    }
    if (desk->is_state_changed)
        save_state(desk, commands);
    desk->is_state_changed = false;
}
