/* What an earlier run left: its snapshot shown at once, its undelivered events, catching up with what
 * happened since, and the drafts and walks that were saved on the way. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/snapshot.h"
#include "app/script/walk.h"
#include "net/json.h"

#define CATCH_UP_MAX 2000 /* events; behind more than that, fetching what is open is quicker */

static void show_snapshot(struct update *u)
{
    struct desk *desk = u->desk;
    popup_drop(desk, "sign-in");
    desk->phase = DESK_OPEN;
    desk->is_restored = true;
    for (guint i = 0; i < desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(desk->open, i);
        const struct contact *c = desk_contact_of(desk, dc);
        dc->history_of = c != NULL ? g_strdup(c->leg) : NULL;
        contact_suggest(u, dc);
    }
}

static void restore_pending(struct desk *desk, const struct event *ev)
{
    struct desk_sent *sent = g_new0(struct desk_sent, 1);
    sent->event = event_copy(ev);
    sent->number = ++desk->appended;
    sent->is_flushed = true;
    g_hash_table_replace(desk->sent, sent->event->id, sent);
    if (!desk->is_restored || ev->seq <= desk->restored_seq)
        return; /* folded over what is fetched, or folded before */
    record_fold(desk, ev);
    struct desk_contact *dc = desk_find_open(desk, ev->contact);
    if (dc != NULL)
        conversation_add(desk, dc, ev);
}

void restore_left_behind(struct update *u)
{
    struct desk *desk = u->desk;
    g_autofree char *wanted = g_strdup(desk->me);
    if (u->msg->bytes != NULL && desk->phase == DESK_SIGNED_OUT && snapshot_restore(desk, u->msg->bytes)) {
        if (wanted == NULL || g_strcmp0(desk->me, wanted) == 0) {
            show_snapshot(u);
        } else { /* another is to sign in, and sees nothing of it */
            restore_drop(u);
            g_free(desk->me);
            desk->me = g_steal_pointer(&wanted);
            g_clear_pointer(&desk->name, g_free);
        }
    }
    for (guint i = 0; i < u->msg->events->len; i++)
        restore_pending(desk, g_ptr_array_index(u->msg->events, i));
    if (!desk->is_restored)
        return;
    record_simple(u, EVENT_AGENT_SIGNED_IN, NULL, "desk_version", FIRSTLINE_VERSION);
    queue_offer_over(u);
}

static void keep_walk(struct desk *desk, const struct desk_contact *dc)
{
    if (dc->walk != NULL)
        g_hash_table_replace(desk->walks, g_strdup(dc->id), walk_to_json(dc->walk));
}

/* Words outlive what they were written to. */
static void keep_words(struct desk *desk, const struct desk_contact *dc)
{
    if (!editor_is_empty(dc->reply))
        g_hash_table_replace(desk->drafts, g_strdup(dc->id), g_strdup(editor_text(dc->reply)));
    if (!editor_is_empty(dc->note))
        g_hash_table_replace(desk->notes, g_strdup(dc->id), g_strdup(editor_text(dc->note)));
}

void restore_drop(struct update *u)
{
    struct desk *desk = u->desk;
    for (guint i = 0; i < desk->open->len; i++) {
        keep_words(desk, g_ptr_array_index(desk->open, i));
        keep_walk(desk, g_ptr_array_index(desk->open, i));
    }
    desk->current = NULL;
    g_ptr_array_set_size(desk->open, 0);
    g_ptr_array_set_size(desk->queue.rows, 0);
    g_ptr_array_set_size(desk->history, 0);
    world_free(desk->world);
    desk->world = world_new();
    g_clear_pointer(&desk->offer, g_free);
    desk->as_of_ms = desk->restored_seq = 0;
    desk->is_restored = desk->is_catching_up = false;
    desk->queue.is_dirty = true;
}

bool restore_catches_up(struct desk *desk, int64_t position)
{
    int64_t behind = position - desk->world->position;
    desk->is_catching_up = desk->as_of_ms != 0 && behind >= 0 && behind <= CATCH_UP_MAX;
    return desk->is_catching_up;
}

void restore_reached(struct update *u)
{
    struct desk *desk = u->desk;
    desk->world->position = MAX(desk->world->position, u->msg->number);
    if (!desk->is_catching_up)
        return;
    desk->is_catching_up = false;
    desk->as_of_ms = 0;
    contact_reconcile_all(u);
    queue_offer_over(u);
}

/* --- what was saved for it --- */

void restore_draft(struct update *u)
{
    const struct msg *msg = u->msg;
    struct desk_contact *dc = desk_find_open(u->desk, msg->id);
    if (dc == NULL)
        g_hash_table_insert(msg->flag ? u->desk->notes : u->desk->drafts, g_strdup(msg->id),
                            g_strdup(msg->text));
    else if (editor_is_empty(msg->flag ? dc->note : dc->reply))
        editor_set_text(msg->flag ? dc->note : dc->reply, msg->text);
}

void restore_keep_walk(struct update *u)
{
    g_hash_table_insert(u->desk->walks, g_strdup(u->msg->id), cJSON_Duplicate(u->msg->json, true));
}

void restore_keep_place(struct update *u)
{
    cJSON_Delete(u->desk->place);
    u->desk->place = cJSON_Duplicate(u->msg->json, true);
}

void restore_state(struct update *u)
{
    struct desk_metrics *m = &u->desk->metrics;
    if (m->is_told || json_number(u->msg->json, "day") != stream_day(u->desk))
        return;
    m->handled += json_number(u->msg->json, "handled");
    m->handle_ms += json_number(u->msg->json, "handle_ms");
    m->closed += json_number(u->msg->json, "closed");
    m->resolved += json_number(u->msg->json, "resolved");
    m->keystrokes += json_number(u->msg->json, "keystrokes");
}
