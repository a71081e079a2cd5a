/* Contacts on the desk: opened, in focus, dropped; and which of mine needs me next. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"

#define SUGGEST_MESSAGES 3

/* --- plain copies and frees of what a contact holds --- */

void desk_hit_free(gpointer data)
{
    struct desk_hit *hit = data;
    if (hit == NULL)
        return;
    g_free(hit->id);
    g_free(hit->title);
    g_free(hit->snippet);
    g_clear_pointer(&hit->title_marks, g_array_unref);
    g_clear_pointer(&hit->snippet_marks, g_array_unref);
    g_free(hit);
}

static GArray *copy_marks(const GArray *marks)
{
    if (marks == NULL)
        return NULL;
    GArray *copy = g_array_new(FALSE, FALSE, sizeof(struct desk_range));
    if (marks->len > 0)
        g_array_append_vals(copy, marks->data, marks->len);
    return copy;
}

struct desk_hit *desk_hit_copy(const struct desk_hit *hit)
{
    struct desk_hit *copy = g_new0(struct desk_hit, 1);
    copy->id = g_strdup(hit->id);
    copy->title = g_strdup(hit->title);
    copy->snippet = g_strdup(hit->snippet);
    copy->title_marks = copy_marks(hit->title_marks);
    copy->snippet_marks = copy_marks(hit->snippet_marks);
    copy->score = hit->score;
    return copy;
}

void desk_results_free(struct desk_results *results)
{
    if (results == NULL)
        return;
    g_ptr_array_unref(results->hits);
    g_free(results->problem);
    g_free(results);
}

struct desk_results *desk_results_copy(const struct desk_results *results)
{
    struct desk_results *copy = g_new0(struct desk_results, 1);
    copy->hits = g_ptr_array_new_with_free_func(desk_hit_free);
    for (guint i = 0; results->hits != NULL && i < MIN(results->hits->len, DESK_RESULTS_MAX); i++)
        g_ptr_array_add(copy->hits, desk_hit_copy(g_ptr_array_index(results->hits, i)));
    copy->total = results->total;
    copy->took_us = results->took_us;
    copy->problem = g_strdup(results->problem);
    return copy;
}

void desk_article_free(struct desk_article *article)
{
    if (article == NULL)
        return;
    g_free(article->id);
    g_free(article->title);
    g_free(article->body);
    g_clear_pointer(&article->strong, g_array_unref);
    g_free(article->tags);
    g_free(article->language);
    g_free(article->updated);
    g_free(article->flags);
    g_free(article);
}

struct desk_article *desk_article_copy(const struct desk_article *article)
{
    struct desk_article *copy = g_new0(struct desk_article, 1);
    copy->id = g_strdup(article->id);
    copy->title = g_strdup(article->title);
    copy->body = g_strdup(article->body);
    copy->strong = article->strong != NULL ? g_array_ref(article->strong) : NULL;
    copy->tags = g_strdup(article->tags);
    copy->language = g_strdup(article->language);
    copy->updated = g_strdup(article->updated);
    copy->flags = g_strdup(article->flags);
    return copy;
}

static void tried_free(gpointer data)
{
    struct desk_tried *t = data;
    g_free(t->id);
    g_free(t->title);
    g_free(t);
}

static void past_free(gpointer c)
{
    contact_free(c);
}

struct desk_contact *desk_contact_new(const char *id)
{
    struct desk_contact *dc = g_new0(struct desk_contact, 1);
    dc->id = g_strdup(id);
    dc->messages = g_ptr_array_new_with_free_func(desk_message_free);
    dc->cursor = -1;
    dc->reply = editor_new(EDITOR_LINES);
    dc->note = editor_new(EDITOR_LINES);
    editor_set_max_bytes(dc->reply, EVENT_TEXT_MAX);
    editor_set_max_bytes(dc->note, EVENT_TEXT_MAX);
    dc->answer = editor_new(EDITOR_ONE_LINE);
    dc->past = g_ptr_array_new_with_free_func(past_free);
    dc->watchers = g_ptr_array_new_with_free_func(desk_watcher_free);
    dc->revealed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    dc->suggestions = g_ptr_array_new_with_free_func(desk_hit_free);
    dc->tried = g_ptr_array_new_with_free_func(tried_free);
    dc->begun = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return dc;
}

void desk_contact_free(gpointer data)
{
    struct desk_contact *dc = data;
    g_free(dc->id);
    g_free(dc->problem);
    g_ptr_array_unref(dc->messages);
    editor_free(dc->reply);
    editor_free(dc->note);
    editor_free(dc->answer);
    g_free(dc->canned);
    g_free(dc->article);
    customer_free(dc->customer);
    g_ptr_array_unref(dc->past);
    g_hash_table_unref(dc->revealed);
    walk_free(dc->walk);
    walk_free(dc->before);
    g_free(dc->proposed);
    g_hash_table_unref(dc->begun);
    g_free(dc->answer_left);
    g_free(dc->script_problem);
    g_ptr_array_unref(dc->suggestions);
    g_free(dc->suggested_for);
    g_ptr_array_unref(dc->tried);
    g_ptr_array_unref(dc->watchers);
    g_free(dc->answered_by);
    g_free(dc->history_of);
    g_free(dc);
}

/* --- opening --- */

static void restore_drafts(struct desk *desk, struct desk_contact *dc)
{
    const char *reply = g_hash_table_lookup(desk->drafts, dc->id);
    const char *note = g_hash_table_lookup(desk->notes, dc->id);
    if (reply != NULL)
        editor_set_text(dc->reply, reply);
    if (note != NULL)
        editor_set_text(dc->note, note);
    g_hash_table_remove(desk->drafts, dc->id);
    g_hash_table_remove(desk->notes, dc->id);
}

void contact_fit(const struct desk *desk, struct desk_contact *dc)
{
    editor_set_cols(dc->reply, desk->reply_cols);
    editor_set_cols(dc->note, desk->reply_cols);
}

/* One that was made here and is not delivered yet: the backend would not know it, and all that was said is
 * ours. */
static void load_own(struct desk *desk, struct desk_contact *dc)
{
    g_autoptr(GPtrArray) own = record_under_way(desk, dc->id), events = g_ptr_array_new();
    for (guint i = 0; i < own->len; i++)
        g_ptr_array_add(events, ((const struct desk_sent *)g_ptr_array_index(own, i))->event);
    conversation_load(desk, dc, events, 0);
}

void contact_fetch(struct update *u, struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    if (c != NULL && c->position == 0)
        load_own(u->desk, dc);
    else
        dc->requests[LINK_FETCH_CONTACT_EVENTS] = update_fetch(u, LINK_FETCH_CONTACT_EVENTS, dc->id);
    if (c != NULL && c->customer != NULL)
        dc->requests[LINK_FETCH_CUSTOMER] = update_fetch(u, LINK_FETCH_CUSTOMER, c->customer);
    if (c == NULL) /* closed long ago, found by its number */
        dc->requests[LINK_FETCH_CONTACT] = update_fetch(u, LINK_FETCH_CONTACT, dc->id);
}

/* What was done with it a moment ago, before it was opened (again), as parking it: the backend may be asked
 * for the log before it has that. */
static void add_under_way(struct desk *desk, struct desk_contact *dc)
{
    g_autoptr(GPtrArray) own = record_under_way(desk, dc->id);
    for (guint i = 0; i < own->len; i++) {
        const struct desk_sent *sent = g_ptr_array_index(own, i);
        dc->unflushed += !sent->is_flushed;
        conversation_add(desk, dc, sent->event);
    }
}

struct desk_contact *contact_open(struct update *u, const char *id)
{
    struct desk *desk = u->desk;
    const struct contact *c = world_contact(desk->world, id);
    struct desk_contact *dc = desk_find_open(desk, id);
    if (dc != NULL)
        return dc;
    dc = desk_contact_new(id);
    dc->saw = c != NULL ? c->position : 0;
    g_ptr_array_add(desk->open, dc);
    contact_fit(desk, dc);
    restore_drafts(desk, dc);
    add_under_way(desk, dc);
    contact_fetch(u, dc);
    script_restore(u, dc);
    contact_suggest(u, dc);
    return dc;
}

void contact_suggest(struct update *u, struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    if (c == NULL)
        return;
    g_autofree char *said = conversation_customer_words(dc, SUGGEST_MESSAGES);
    g_autofree char *intent = g_strdelimit(g_strdup(c->intent != NULL ? c->intent : ""), "_-.", ' ');
    g_autofree char *about = g_strjoin(" ", c->subject != NULL ? c->subject : "", intent, said, NULL);
    g_strstrip(about);
    if (*about == '\0' || g_strcmp0(about, dc->suggested_for) == 0)
        return;
    g_free(dc->suggested_for);
    dc->suggested_for = g_strdup(about);
    dc->suggest_request = update_number(u);
    commands_add_request(u->commands, COMMAND_SUGGEST, dc->suggest_request, dc->id, about);
}

void contact_suggest_anew(struct update *u)
{
    for (guint i = 0; i < u->desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(u->desk->open, i);
        g_clear_pointer(&dc->suggested_for, g_free);
        contact_suggest(u, dc);
    }
}

/* --- focus --- */

static bool is_kept(const struct desk *desk, const struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(desk, dc);
    return desk_is_mine(desk, c) || *editor_text(dc->note) != '\0' || *editor_text(dc->reply) != '\0';
}

/* One that was only looked at leaves the desk with the focus. */
static void drop_looked_at(struct update *u)
{
    for (guint i = u->desk->open->len; i-- > 0;) {
        const struct desk_contact *dc = g_ptr_array_index(u->desk->open, i);
        if (dc != u->desk->current && !is_kept(u->desk, dc))
            g_ptr_array_remove_index(u->desk->open, i);
    }
}

static void tell_focus(struct update *u)
{
    struct desk *desk = u->desk;
    const struct agent *me = world_agent(desk->world, desk->me);
    const struct contact *c = desk_contact_of(desk, desk->current);
    const char *to = desk_is_mine(desk, c) ? c->id : NULL;
    if (me == NULL || g_strcmp0(me->focus, to) == 0)
        return;
    record(u, record_new(u, EVENT_FOCUS_MOVED, to != NULL ? c : NULL));
}

/* What was searched for one contact must not stand before the articles suggested for the next. */
static void forget_search(struct update *u)
{
    knowledge_leave(u);
    if (!editor_is_empty(u->desk->knowledge.box))
        knowledge_search(u, "");
}

void contact_focus(struct update *u, struct desk_contact *dc)
{
    struct desk *desk = u->desk;
    if (desk->current != dc) {
        if (desk->current != NULL)
            forget_search(u);
        desk->current = dc;
        if (dc != NULL)
            dc->composer = COMPOSER_NONE; /* who comes to a contact gives commands first */
        filter_close(desk);
        desk->knowledge.cursor = 0;
        g_clear_pointer(&desk->knowledge.article, desk_article_free);
        desk->knowledge.is_choosing = false;
        if (dc != NULL)
            dc->scroll_rows = 0;
    }
    tell_focus(u);
    const struct contact *c = desk_contact_of(desk, dc);
    if (c != NULL)
        dc->saw = MAX(dc->saw, c->position);
    drop_looked_at(u);
    desk->queue.is_dirty = true;
    if (dc != NULL) {
        desk->queue.is_resting = false;
        queue_stand_on(desk, c);
    }
}

void contact_drop(struct update *u, const char *id)
{
    struct desk *desk = u->desk;
    struct desk_contact *dc = desk_find_open(desk, id);
    if (dc == NULL)
        return;
    bool was_current = desk->current == dc;
    popup_drop_about(desk, id);
    left_forms_drop_about(desk, id);
    commands_add_draft(u->commands, COMMAND_SAVE_DRAFT, id, false, "");
    commands_add_draft(u->commands, COMMAND_SAVE_DRAFT, id, true, "");
    commands_add_draft(u->commands, COMMAND_SAVE_WALK, id, false, "");
    desk->metrics.keystrokes += dc->keystrokes;
    if (was_current) {
        forget_search(u);
        desk->current = NULL;
    }
    g_ptr_array_remove(desk->open, dc);
    if (was_current && !contact_next(u)) {
        contact_focus(u, NULL);
        update_set_pane(u, PANE_QUEUE);
        queue_rest(desk);
    }
}

const struct contact *contact_mine(const struct desk *desk, struct desk_contact **dc)
{
    const struct contact *c = desk_contact_of(desk, desk->current);
    if (dc != NULL)
        *dc = desk->current;
    return desk_is_mine(desk, c) ? c : NULL;
}

/* --- after the world was told something --- */

static bool was_taken_away(const struct desk *desk, const struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(desk, dc);
    return c == NULL || (dc->history_of != NULL && !desk_is_mine(desk, c));
}

void contact_let_go(struct update *u, const char *id)
{
    struct desk_contact *dc = desk_find_open(u->desk, id);
    g_autofree char *reply = g_strdup(editor_text(dc->reply));
    contact_drop(u, id);
    if (*reply == '\0')
        return;
    g_hash_table_insert(u->desk->drafts, g_strdup(id), g_strdup(reply));
    commands_add_draft(u->commands, COMMAND_SAVE_DRAFT, id, false, reply);
}

void contact_reconcile(struct update *u, const char *id)
{
    struct desk *desk = u->desk;
    const struct contact *c = world_contact(desk->world, id);
    struct desk_contact *dc = desk_find_open(desk, id);
    if (desk_is_mine(desk, c)) {
        dc = dc != NULL ? dc : contact_open(u, c->id);
        g_free(dc->history_of);
        dc->history_of = g_strdup(c->leg);
        script_propose(u, dc);
        approval_settle(u, dc);
    } else if (dc != NULL && was_taken_away(desk, dc)) {
        g_autofree char *name = g_strdup(c != NULL && c->name != NULL ? c->name : id);
        g_autofree char *key = g_strdup(id);
        bool is_over = c != NULL && contact_is_over(c);
        contact_let_go(u, key);
        update_say(u, TONE_WARNING,
                   is_over ? "The contact of %s is over." : "The contact of %s is no longer yours.", name);
    }
}

void contact_reconcile_all(struct update *u)
{
    struct desk *desk = u->desk;
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    const struct contact *c;
    for (guint i = 0; i < desk->open->len; i++) {
        const struct desk_contact *dc = g_ptr_array_index(desk->open, i);
        g_ptr_array_add(ids, g_strdup(dc->id));
    }
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c))
        if (desk_is_mine(desk, c) && desk_find_open(desk, c->id) == NULL)
            g_ptr_array_add(ids, g_strdup(c->id));
    for (guint i = 0; i < ids->len; i++)
        contact_reconcile(u, g_ptr_array_index(ids, i));
}

/* --- next --- */

/* Since when a contact of mine, or a colleague who asks me about theirs, has been waiting for me. */
static int64_t waiting_since(const struct desk *desk, const struct contact *c)
{
    return c->unanswered_ms != 0 && !desk_asks_me(desk, c) ? c->unanswered_ms : c->state_since_ms;
}

static bool waits_longer(const struct desk *desk, const struct contact *c, const struct contact *than)
{
    int64_t since = waiting_since(desk, c), other = waiting_since(desk, than);
    return since != other ? since < other : strcmp(c->id, than->id) < 0;
}

static bool is_one_of_next(const struct desk *desk, const struct contact *c, bool needs_me)
{
    return desk_asks_me(desk, c) || (desk_is_mine(desk, c) && (!needs_me || desk_needs_me(desk, c)));
}

/* Who has waited longest comes first, and from one of them the next: with the longest alone, two would be
 * gone to and fro between, and a third never come to. */
static const struct contact *next_of(const struct desk *desk, bool needs_me)
{
    const struct contact *here = desk_contact_of(desk, desk->current), *first = NULL, *after = NULL, *c;
    bool is_among = is_one_of_next(desk, here, needs_me);
    GHashTableIter each;
    g_hash_table_iter_init(&each, desk->world->contacts);
    while (g_hash_table_iter_next(&each, NULL, (gpointer *)&c)) {
        if (c == here || !is_one_of_next(desk, c, needs_me))
            continue;
        if (first == NULL || waits_longer(desk, c, first))
            first = c;
        if (is_among && waits_longer(desk, here, c) && (after == NULL || waits_longer(desk, c, after)))
            after = c;
    }
    return after != NULL ? after : first;
}

bool contact_next(struct update *u)
{
    const struct desk *desk = u->desk;
    const struct contact *next = next_of(desk, true); /* who needs me first, else any other of mine */
    next = next != NULL ? next : next_of(desk, false);
    if (next == NULL)
        return false;
    contact_focus(u, contact_open(u, next->id));
    update_set_pane(u, PANE_CONTACT);
    return true;
}

void contact_next_for_me(struct update *u)
{
    if (!contact_next(u))
        update_say(u, TONE_PLAIN, "No other contact of yours needs you now.");
}

void contact_leave(struct update *u)
{
    contact_focus(u, NULL);
    update_set_pane(u, PANE_QUEUE);
}
