/* Reply and note: opening, sending, holding back what can be undone, canned texts with their blanks. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/canned.h"

void desk_held_free(gpointer data)
{
    struct desk_held *held = data;
    event_free(held->event);
    g_free(held->contact);
    g_free(held->canned);
    g_free(held->article);
    g_free(held);
}

bool compose_is_chat(enum channel channel)
{
    return channel != CHANNEL_EMAIL && channel != CHANNEL_WEB;
}

void compose_open(struct update *u, enum desk_composer composer)
{
    if (u->desk->current == NULL)
        return;
    update_set_pane(u, PANE_CONTACT);
    u->desk->current->composer = composer;
}

void compose_reply(struct update *u)
{
    compose_open(u, COMPOSER_REPLY);
}

void compose_note(struct update *u)
{
    compose_open(u, COMPOSER_NOTE);
}

static struct editor *field_of(struct desk_contact *dc)
{
    return dc->composer == COMPOSER_NOTE ? dc->note : dc->reply;
}

static void mark_changed(struct desk_contact *dc)
{
    if (dc->composer == COMPOSER_NOTE)
        dc->note_changed = true;
    else
        dc->reply_changed = true;
}

void compose_insert(struct update *u, const char *text)
{
    struct desk_contact *dc = u->desk->current;
    if (dc == NULL || text == NULL)
        return;
    if (dc->composer == COMPOSER_NONE)
        dc->composer = COMPOSER_REPLY;
    if (!editor_insert(field_of(dc), text, -1))
        update_say_full(u);
    mark_changed(dc);
}

static bool parts_words(gunichar c)
{
    return g_unichar_isspace(c) || g_unichar_iswide(c);
}

/* Words from elsewhere begin after a blank, an article with its lines in a line of its own, what a script
 * says in a letter after an empty one; between Chinese sentences stands none. */
static const char *parting_before(const struct editor *field, const char *text, bool is_paragraph)
{
    g_autofree char *typed = g_strndup(editor_text(field), editor_caret(field));
    if (*typed == '\0' || g_str_has_suffix(typed, "\n\n"))
        return "";
    gunichar last = g_utf8_get_char(g_utf8_prev_char(typed + strlen(typed)));
    if (is_paragraph)
        return last == '\n' ? "\n" : "\n\n";
    if (strchr(text, '\n') != NULL)
        return last == '\n' ? "" : "\n";
    return parts_words(last) ? "" : " ";
}

/* Does the piece stand there by itself? "94.00" does not in "194.00". */
static bool holds_piece(const char *typed, const char *piece)
{
    for (const char *at = typed; (at = strstr(at, piece)) != NULL; at = g_utf8_next_char(at)) {
        gunichar after = g_utf8_get_char(at + strlen(piece));
        if ((at == typed || parts_words(g_utf8_get_char(g_utf8_prev_char(at)))) &&
            (after == '\0' || parts_words(after)))
            return true;
    }
    return false;
}

static void insert_piece(struct update *u, const char *text, bool is_paragraph)
{
    struct desk_contact *dc = u->desk->current;
    if (dc == NULL || text == NULL || *text == '\0')
        return;
    if (holds_piece(editor_text(field_of(dc)), text)) {
        update_say(u, TONE_PLAIN, "These words stand in the %s already.",
                   dc->composer == COMPOSER_NOTE ? "note" : "reply");
        if (dc->composer == COMPOSER_NONE)
            dc->composer = COMPOSER_REPLY;
        return;
    }
    g_autofree char *parted = g_strconcat(parting_before(field_of(dc), text, is_paragraph), text, NULL);
    compose_insert(u, parted);
}

void compose_insert_piece(struct update *u, const char *text)
{
    insert_piece(u, text, false);
}

void compose_insert_said(struct update *u, const char *text)
{
    const struct contact *c = desk_contact_of(u->desk, u->desk->current);
    bool is_letter = c != NULL && (c->channel == CHANNEL_EMAIL || c->channel == CHANNEL_WEB);
    insert_piece(u, text, is_letter);
}

void compose_break_line(struct update *u)
{
    compose_insert(u, "\n");
}

void compose_keep_note(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    const struct contact *c = desk_contact_of(u->desk, dc);
    g_autofree char *text = g_strstrip(g_strdup(editor_text(dc->note)));
    if (*text == '\0' || c == NULL) {
        update_say(u, TONE_WARNING, "The note is empty; write it first, or leave it with Esc.");
        return;
    }
    record_simple(u, EVENT_NOTE_ADDED, c, "text", text);
    editor_set_text(dc->note, "");
    dc->note_changed = true;
    dc->composer = COMPOSER_NONE;
}

void compose_edited(struct desk_contact *dc)
{
    dc->reply_changed = true;
    if (!editor_is_empty(dc->reply))
        return;
    g_clear_pointer(&dc->canned, g_free);
    g_clear_pointer(&dc->article, g_free);
    for (guint i = 0; i < dc->tried->len; i++)
        ((struct desk_tried *)g_ptr_array_index(dc->tried, i))->inserted = false;
}

/* --- sending --- */

static void send_event(struct update *u, struct event *ev, const char *contact_id)
{
    struct desk_contact *dc = desk_find_open(u->desk, contact_id);
    struct desk_message *shown = dc != NULL ? conversation_find(dc, ev->id) : NULL;
    if (shown != NULL) /* it was shown while it was held back */
        shown->mark = MARK_WRITING;
    for (guint i = 0; dc != NULL && i < dc->tried->len; i++) {
        struct desk_tried *article = g_ptr_array_index(dc->tried, i);
        article->told |= article->inserted;
        article->inserted = false;
    }
    record(u, ev);
}

/* Until its time is up an answer is only shown; the event is made with the id the line already has. */
static void hold_back(struct update *u, struct desk_contact *dc, struct event *ev)
{
    struct desk_held *held = g_new0(struct desk_held, 1);
    held->event = ev;
    held->contact = g_strdup(dc->id);
    held->canned = g_steal_pointer(&dc->canned);
    held->article = g_steal_pointer(&dc->article);
    held->until_ms = u->desk->now_ms + DESK_UNDO_MS;
    g_ptr_array_add(u->desk->held, held);
    struct desk_message *m = desk_message_new(SPEAKER_ME, "you", event_text(ev, "text"), ev->at_ms);
    m->event = g_strdup(ev->id);
    m->mark = MARK_HELD;
    m->held_until_ms = held->until_ms;
    g_ptr_array_add(dc->messages, m);
    g_autofree char *undo = desk_key_label(u->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_UNDO_SEND);
    update_say(u, TONE_PLAIN, "It goes out in %d s; until then %s takes it back.", DESK_UNDO_MS / 1000, undo);
}

static void send_text(struct update *u, struct desk_contact *dc, const struct contact *c)
{
    g_autofree char *text = g_strchomp(g_strdup(editor_text(dc->reply)));
    struct event *ev = record_new(u, EVENT_MESSAGE_SENT, c);
    event_set_text(ev, "text", text);
    if (dc->canned != NULL)
        event_set_text(ev, "canned", dc->canned);
    if (dc->article != NULL)
        event_set_text(ev, "article", dc->article);
    bool is_chat = compose_is_chat(c->channel);
    dc->is_news = false;
    dc->scroll_rows = 0;
    if (is_chat) {
        send_event(u, ev, dc->id);
        g_clear_pointer(&dc->canned, g_free);
        g_clear_pointer(&dc->article, g_free);
        dc->reply_changed = true;
    } else {
        hold_back(u, dc, ev); /* the saved draft stays until it is really sent */
        dc->composer = COMPOSER_NONE;
        dc->reply_changed = false;
    }
    editor_set_text(dc->reply, "");
}

static bool finish_send_blank(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    const struct contact *c = desk_contact_of(u->desk, dc);
    if (desk_is_mine(u->desk, c))
        send_text(u, dc, c);
    return true;
}

/* Words on a call are said, not delivered: on hold nobody hears them, and once the line is gone nobody will.
 * Why not now, with keys in braces, static; NULL: they are heard. */
static const char *why_unheard(const struct contact *c)
{
    if (c->channel != CHANNEL_PHONE)
        return NULL;
    if (c->customer_gone)
        return "The caller has hung up; Esc, then {list:note} keeps it as a note, {list:wrap-up} wraps up.";
    if (c->state == CONTACT_HELD)
        return "The caller is on hold and hears nothing; Esc, then {list:hold} takes the call up again.";
    if (c->state == CONTACT_CONSULTING)
        return "The caller hears nothing while you ask a colleague; Esc, then {list:hold} goes back to them.";
    return NULL;
}

void compose_send(struct update *u)
{
    struct desk_contact *dc;
    const struct contact *c = contact_mine(u->desk, &dc);
    g_autofree char *text = g_strstrip(g_strdup(editor_text(dc->reply)));
    if (*text == '\0') {
        update_say(u, TONE_WARNING, "The reply is empty; write it first.");
        return;
    }
    const char *unheard = why_unheard(c);
    if (unheard != NULL) {
        update_say_keys(u, TONE_WARNING, unheard);
        return;
    }
    if (watch_asks(u, dc))
        return;
    g_autofree char *blank = canned_find_blank(text);
    if (blank == NULL) {
        send_text(u, dc, c);
        return;
    }
    g_autofree char *question =
        g_strdup_printf("The reply still has the blank {%s}. Send it as it is?", blank);
    popup_ask(u, "send-blank", question, dc->id, finish_send_blank);
}

void compose_release(struct update *u, const char *id, bool all)
{
    struct desk *desk = u->desk;
    for (guint i = 0; i < desk->held->len;) {
        struct desk_held *held = g_ptr_array_index(desk->held, i);
        bool is_meant = id == NULL || g_str_equal(held->contact, id);
        if (!is_meant || (id == NULL && !all && held->until_ms > desk->now_ms)) {
            i++;
            continue;
        }
        struct event *ev = g_steal_pointer(&held->event);
        g_autofree char *of = g_strdup(held->contact);
        g_ptr_array_remove_index(desk->held, i);
        ev->at_ms = desk->now_ms;
        ev->boot_ms = desk->boot_ms;
        struct desk_contact *dc = desk_find_open(desk, of);
        if (dc != NULL)
            dc->reply_changed = true;
        send_event(u, ev, of);
    }
}

void compose_give_back(struct editor *field, const char *text)
{
    const char *begun = editor_text(field);
    g_autofree char *both = g_strconcat(text, *begun != '\0' ? "\n" : "", begun, NULL);
    editor_set_text(field, both);
}

void compose_undo(struct update *u)
{
    struct desk *desk = u->desk;
    struct desk_held *held = g_ptr_array_index(desk->held, desk->held->len - 1);
    struct desk_contact *dc = desk_find_open(desk, held->contact);
    if (dc != NULL) {
        struct desk_message *m = conversation_find(dc, held->event->id);
        if (m != NULL)
            g_ptr_array_remove(dc->messages, m);
        compose_give_back(dc->reply, event_text(held->event, "text"));
        g_free(dc->canned);
        g_free(dc->article);
        dc->canned = g_steal_pointer(&held->canned);
        dc->article = g_steal_pointer(&held->article);
        dc->reply_changed = true;
        contact_focus(u, dc);
        compose_open(u, COMPOSER_REPLY);
    }
    g_ptr_array_set_size(desk->held, (gint)desk->held->len - 1);
    update_say(u, TONE_GOOD, "Taken back; the customer has not seen it.");
}

/* --- canned texts --- */

static const struct desk_canned *canned_of(const struct desk *desk, const char *id)
{
    for (guint i = 0; id != NULL && i < desk->settings.canned->len; i++) {
        const struct desk_canned *c = g_ptr_array_index(desk->settings.canned, i);
        if (g_str_equal(c->id, id))
            return c;
    }
    return NULL;
}

static void insert_canned(struct update *u, const char *id, const char *text)
{
    struct desk_contact *dc = u->desk->current;
    compose_insert_piece(u, text);
    g_free(dc->canned);
    dc->canned = g_strdup(id);
}

static bool finish_blanks(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct desk_canned *c = canned_of(u->desk, popup->subject);
    if (c == NULL || u->desk->current == NULL)
        return true;
    g_autoptr(GHashTable) answers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < popup->fields->len; i++) {
        const struct popup_field *f = g_ptr_array_index(popup->fields, i);
        g_hash_table_insert(answers, f->name, popup_value(popup, f->name));
    }
    g_autofree char *text = canned_fill(u->desk, u->desk->current, c->text, answers, NULL);
    insert_canned(u, c->id, text);
    script_told(u, u->desk->current, answers);
    return true;
}

static void ask_blanks(struct update *u, const struct desk_canned *canned, const GPtrArray *blanks)
{
    struct popup *p = popup_new(POPUP_FORM, "blanks", canned->title);
    for (guint i = 0; i < blanks->len; i++) {
        const char *name = g_ptr_array_index(blanks, i);
        popup_add_field(p, FIELD_TEXT, name, canned_label(name, desk_language(u->desk, u->desk->current)),
                        NULL)
            ->required = true;
    }
    p->text = canned_preview(u->desk, u->desk->current, canned->text); /* what the blanks stand in */
    p->hint = desk_key_names(u->desk,
                             "What stands in [ ] is not known; fill it in and press {popup-form:confirm}.");
    p->subject = g_strdup(canned->id);
    p->finish = finish_blanks;
    popup_push(u, p);
}

static bool finish_canned(struct update *u, struct popup *popup, const char *value)
{
    (void)popup;
    const struct desk_canned *c = canned_of(u->desk, value);
    if (c == NULL || u->desk->current == NULL)
        return true;
    g_autoptr(GPtrArray) blanks = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = canned_fill(u->desk, u->desk->current, c->text, NULL, blanks);
    if (blanks->len == 0)
        insert_canned(u, c->id, text);
    else
        ask_blanks(u, c, blanks);
    return true;
}

void compose_canned(struct update *u)
{
    struct popup *p = popup_new(POPUP_LIST, "canned", "Canned text");
    popup_with_query(p);
    const GPtrArray *texts = u->desk->settings.canned;
    for (int pass = 0; pass < 2; pass++) /* those of the customer's language first */
        for (guint i = 0; i < texts->len; i++) {
            const struct desk_canned *t = g_ptr_array_index(texts, i);
            bool is_other = u->desk->current != NULL && t->language != NULL &&
                            !g_str_equal(desk_language(u->desk, u->desk->current), t->language);
            if (is_other != (pass == 1))
                continue;
            g_autofree char *preview = canned_preview(u->desk, u->desk->current, t->text);
            popup_add_choice(p, t->id, t->title, preview);
        }
    p->empty = g_strdup("No canned text has this in it.");
    p->finish = finish_canned;
    popup_push(u, p);
}

/* --- $EDITOR --- */

static bool finish_editor(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    if (dc == NULL)
        return true;
    bool is_note = dc->composer == COMPOSER_NOTE;
    commands_add_draft(u->commands, COMMAND_EDIT_IN_EDITOR, dc->id, is_note,
                       editor_text(is_note ? dc->note : dc->reply));
    return true;
}

void compose_editor(struct update *u)
{
    const struct contact *c = contact_mine(u->desk, NULL);
    if (c == NULL || !compose_is_chat(c->channel)) {
        struct popup now = {.subject = u->desk->current->id};
        finish_editor(u, &now, NULL);
        return;
    }
    popup_ask(u, "editor", "The customer is waiting while the editor has the screen. Open it?",
              u->desk->current->id, finish_editor);
}

void compose_edited_outside(struct update *u)
{
    struct desk_contact *dc = desk_find_open(u->desk, u->msg->id);
    if (dc == NULL || u->msg->text == NULL)
        return;
    editor_set_text(u->msg->flag ? dc->note : dc->reply, u->msg->text);
    dc->note_changed |= u->msg->flag;
    dc->reply_changed |= !u->msg->flag;
}
