/* desk_update: each message goes to the area it is about; and what is done once a turn. */
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
    g_clear_pointer(&notice->waits, g_free);
    notice->tone = tone;
    notice->until_ms = u->desk->now_ms + DESK_NOTICE_MS;
    notice->is_answer = u->msg != NULL && u->msg->kind == MSG_KEY;
}

void update_say_keys(struct update *u, enum desk_tone tone, const char *sentence)
{
    g_autofree char *named = desk_key_names(u->desk, sentence);
    update_say(u, tone, "%s", named);
}

void update_said_waits(struct update *u, const char *contact_id)
{
    u->desk->notice.waits = g_strdup(contact_id);
}

/* A sentence that has become untrue goes, whatever its time. */
static void forget_untrue(struct desk *desk)
{
    struct desk_notice *notice = &desk->notice;
    const struct contact *c = notice->waits != NULL ? world_contact(desk->world, notice->waits) : NULL;
    if (notice->waits == NULL ||
        (c != NULL && c->state == CONTACT_QUEUED && g_strcmp0(c->agent, desk->me) == 0))
        return;
    g_clear_pointer(&notice->waits, g_free);
    g_clear_pointer(&notice->text, g_free);
    notice->until_ms = 0;
}

void update_say_full(struct update *u)
{
    update_say(u, TONE_WARNING, "The field is full; only a part of the text was taken.");
}

void update_forget_notice(struct desk *desk)
{
    const struct desk_notice *notice = &desk->notice;
    bool is_read = notice->is_answer && notice->until_ms - desk->now_ms <= DESK_NOTICE_MS - DESK_ANSWER_MS;
    if (notice->until_ms == 0 || (notice->tone > TONE_GOOD && !is_read))
        return;
    g_clear_pointer(&desk->notice.text, g_free);
    desk->notice.until_ms = 0;
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
    if (u->desk->current != NULL)
        u->desk->current->composer = COMPOSER_NONE; /* the draft is kept */
    update_visit_pane(u, pane);
}

void update_visit_pane(struct update *u, enum desk_pane pane)
{
    if (u->desk->pane == PANE_KNOWLEDGE && pane != PANE_KNOWLEDGE)
        knowledge_leave(u);
    if (pane != u->desk->pane)
        filter_leave_keys(u->desk);
    u->desk->pane = pane;
}

static void resized(struct update *u)
{
    struct desk *desk = u->desk;
    const struct msg_size *size = &u->msg->size;
    desk->cols = size->cols;
    desk->rows = size->rows;
    memcpy(desk->page_rows, size->page_rows, sizeof desk->page_rows);
    desk->reply_cols = size->reply_cols;
    for (guint i = 0; i < desk->open->len; i++)
        contact_fit(desk, g_ptr_array_index(desk->open, i));
    desk->conversation_most = size->conversation_most;
    desk->popup_most = size->popup_most;
    desk->knowledge.article_most = size->article_most;
    if (desk->current != NULL && size->conversation_most > 0)
        desk->current->scroll_rows = MIN(desk->current->scroll_rows, size->conversation_most);
    if (size->article_most > 0)
        desk->knowledge.article_scroll_rows = MIN(desk->knowledge.article_scroll_rows, size->article_most);
    struct popup *top = desk_popup(desk);
    if (top != NULL && size->popup_most > 0)
        top->scroll_rows = MIN(top->scroll_rows, size->popup_most);
    desk->knowledge.article_top = size->article_top;
    desk->queue.is_dirty = true;
}

static void key_pressed(struct update *u)
{
    u->desk->typed_ms = u->msg->now_ms;
    update_key(u);
}

static void pasted(struct update *u)
{
    u->desk->typed_ms = u->msg->now_ms;
    update_paste(u);
}

static void clicked(struct update *u)
{
    update_mouse(u);
    u->only = 0;
}

static void articles_held(struct update *u)
{
    u->desk->knowledge.held = u->msg->number;
    contact_suggest_anew(u);
    g_clear_pointer(&u->desk->knowledge.peek_asked, g_free); /* it may read otherwise now */
}

static void journal_failed(struct update *u)
{
    g_free(u->desk->journal_problem);
    u->desk->journal_problem = g_strdup(u->msg->text);
}

static void outbox_counted(struct update *u)
{
    u->desk->undelivered = (int)u->msg->number;
}

static void show_score(struct update *u)
{
    struct popup *p = popup_new(POPUP_TEXT, "score", "Practice");
    g_autofree char *leave = desk_key_names(u->desk, "{everywhere:quit} leaves the practice.");
    p->text = g_strdup_printf("%s\n\n%s", u->msg->text, leave);
    popup_push(u, p);
    update_forget_notice(u->desk); /* its keys are to be seen */
}

static void show_practice_notice(struct update *u)
{
    update_say(u, TONE_PLAIN, "%s", u->msg->text);
}

static void (*const TAKERS[MSG_KIND_COUNT])(struct update *) = {
    [MSG_KEY] = key_pressed,
    [MSG_PASTE] = pasted,
    [MSG_MOUSE] = clicked,
    [MSG_RESIZE] = resized,
    [MSG_TICK] = stream_tick,
    [MSG_LINK] = stream_link_changed,
    [MSG_STREAM_EVENT] = stream_event,
    [MSG_WATCHING] = watch_came,
    [MSG_CUSTOMER_CHANGED] = customer_changed,
    [MSG_REACHED] = restore_reached,
    [MSG_RESYNC] = stream_resync,
    [MSG_REPLY] = reply_came,
    [MSG_SIGNED_IN] = session_signed_in,
    [MSG_SIGN_IN_REFUSED] = session_sign_in_refused,
    [MSG_TOKEN_LOST] = token_lost,
    [MSG_SESSION_ENDED] = session_ended,
    [MSG_UNLOCK] = session_unlocked,
    [MSG_FLUSHED] = record_flushed,
    [MSG_DELIVERED] = record_delivered,
    [MSG_REFUSED] = stream_refused,
    [MSG_JOURNAL_FAILED] = journal_failed,
    [MSG_HELD] = stream_held,
    [MSG_OUTBOX] = outbox_counted,
    [MSG_DRAFT_RESTORED] = restore_draft,
    [MSG_WALK_RESTORED] = restore_keep_walk,
    [MSG_STATE_RESTORED] = restore_state,
    [MSG_PLACE_RESTORED] = restore_keep_place,
    [MSG_SHELF_RESTORED] = shelf_restored,
    [MSG_LEFT_BEHIND] = restore_left_behind,
    [MSG_EDITED] = compose_edited_outside,
    [MSG_SEARCH_RESULTS] = knowledge_results,
    [MSG_ARTICLE] = knowledge_article,
    [MSG_KNOWLEDGE] = articles_held,
    [MSG_SCRIPTS] = script_loaded,
    [MSG_PRACTICE_SCORE] = show_score,
    [MSG_PRACTICE_NOTICE] = show_practice_notice,
};

/* What a turn changes on the screen is the whole of it, unless it says that it only moved in a pane; and then
 * only where nothing followed from it. */
static unsigned changed_by(const struct update *u, const struct desk *before, size_t command_count)
{
    const struct desk *desk = u->desk;
    bool is_more = desk->pane != before->pane || desk->notice.text != before->notice.text ||
                   desk->notice.until_ms != before->notice.until_ms || desk->offer != before->offer ||
                   desk->current != before->current || desk->queue.is_dirty ||
                   commands_count(u->commands) != command_count;
    return u->only != 0 && !is_more ? u->only : DESK_WHOLE_SCREEN;
}

void desk_update(struct desk *desk, const struct msg *msg, struct commands *commands)
{
    struct update u = {.desk = desk, .commands = commands, .msg = msg};
    const struct desk before = *desk;
    size_t command_count = commands_count(commands);
    desk->now_ms = msg->now_ms;
    desk->boot_ms = msg->boot_ms;
    compose_release(&u, NULL, false); /* what is due is sent before anything else happens */
    TAKERS[msg->kind](&u);
    forget_untrue(desk);
    session_follow_leave(&u);
    shelf_gather(desk);
    desk->is_state_changed |= desk->metrics.handled != before.metrics.handled;
    desk->changed |= changed_by(&u, &before, command_count);
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
    struct update u = {.desk = desk, .commands = commands};
    queue_settle(desk);
    knowledge_peek(&u);
    desk->queue.cursor_before = desk->queue.cursor_settled;
    desk->queue.cursor_settled = desk->queue.cursor_index;
    desk->stale = desk->changed;
    desk->changed = 0;
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
    place_save(&u);
    watch_tell(&u);
    if (desk->is_state_changed)
        save_state(desk, commands);
    desk->is_state_changed = false;
}
