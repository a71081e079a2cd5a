/* The queue pane: its order, its cursor that stays on its item, its filter. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/hours.h"
#include "app/rules/rules.h"

#define COUNT_EVERY_MS 10000 /* contacts at risk */

void queue_release(struct desk *desk)
{
    g_ptr_array_unref(desk->queue.rows);
    editor_free(desk->queue.filter);
    g_free(desk->queue.cursor);
}

/* --- order --- */

/* Mine, and what a colleague asks me about: it stays theirs, but it is me they wait for. */
static bool is_own_row(const struct desk *desk, const struct contact *c)
{
    if (desk_asks_me(desk, c))
        return true;
    return g_strcmp0(c->agent, desk->me) == 0 &&
           (contact_is_handled(c) || c->state == CONTACT_PARKED || c->state == CONTACT_OFFERED);
}

/* Is the queue's work mine to take: have I its skill, or do I lead the floor? */
static bool is_my_queue(const struct desk *desk, const struct queue *q)
{
    const struct agent *me = world_agent(desk->world, desk->me);
    if (q == NULL || me == NULL || q->skill == NULL || desk->role >= ROLE_TRAINER)
        return true;
    return agent_skill_level(me, q->skill) > 0;
}

/* Meant for me by name it is mine to take up, whatever the queue asks for. */
static bool is_waiting_row(const struct desk *desk, const struct contact *c)
{
    return c->state == CONTACT_QUEUED &&
           (g_strcmp0(c->agent, desk->me) == 0 || is_my_queue(desk, world_queue(desk->world, c->queue)));
}

int64_t desk_opens_ms(const struct desk *desk)
{
    int64_t opens_ms = INT64_MAX;
    GHashTableIter each;
    struct queue *q;
    g_hash_table_iter_init(&each, desk->world->queues);
    while (g_hash_table_iter_next(&each, NULL, (gpointer *)&q)) {
        if (!is_my_queue(desk, q))
            continue;
        if (calendar_is_open(q->calendar, desk->now_ms))
            return 0;
        opens_ms = MIN(opens_ms, calendar_change_ms(q->calendar, desk->now_ms));
    }
    return opens_ms == INT64_MAX ? 0 : opens_ms;
}

static bool has_word(const char *text, const char *word)
{
    if (text == NULL)
        return false;
    g_autofree char *folded = g_utf8_casefold(text, -1);
    return strstr(folded, word) != NULL;
}

/* By what the row shows, and what it is known by. */
static bool matches(const struct contact *c, char *const *words)
{
    const char *nobody = c->name == NULL && c->address == NULL ? "unknown" : NULL;
    for (; *words != NULL; words++) {
        bool is_there = has_word(c->name, *words) || has_word(nobody, *words) ||
                        has_word(c->subject, *words) || has_word(c->queue, *words) ||
                        has_word(c->address, *words) || has_word(c->id, *words) ||
                        has_word(c->intent, *words) || has_word(channel_name(c->channel), *words) ||
                        has_word(c->tier, *words) || has_word(contact_class_name(c->class), *words);
        if (**words != '\0' && !is_there)
            return false;
    }
    return true;
}

/* Mine: offered, then by when they came to me; parked ones last. */
static int own_rank(const struct contact *c)
{
    return c->state == CONTACT_OFFERED ? 0 : c->state == CONTACT_PARKED ? 2 : 1;
}

static gint compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct contact *left = *(struct contact *const *)a, *right = *(struct contact *const *)b;
    const struct desk *desk = data;
    bool left_own = is_own_row(desk, left), right_own = is_own_row(desk, right);
    if (left_own != right_own)
        return left_own ? -1 : 1;
    if (!left_own)
        return rules_compare_waiting(left, right);
    if (own_rank(left) != own_rank(right))
        return own_rank(left) - own_rank(right);
    if (left->accepted_ms != right->accepted_ms)
        return left->accepted_ms < right->accepted_ms ? -1 : 1;
    return strcmp(left->id, right->id);
}

/* Of a waiting one: its clock has run out, or nearly so. */
static bool is_at_risk(const struct desk *desk, const struct contact *c)
{
    return c->due_ms != 0 && c->due_ms - desk->now_ms <= DESK_RISK_MS;
}

/* Counts a waiting one, or notes when it will have to be counted. */
static void add_risk(struct desk *desk, const struct contact *c)
{
    struct desk_queue *q = &desk->queue;
    if (is_at_risk(desk, c))
        q->at_risk++;
    else if (c->due_ms != 0)
        q->risk_grows_ms = MIN(q->risk_grows_ms, c->due_ms - DESK_RISK_MS);
}

static void forget_risk(struct desk *desk)
{
    desk->queue.at_risk = 0;
    desk->queue.risk_grows_ms = INT64_MAX;
    desk->counted_ms = desk->now_ms;
}

void queue_count_at_risk(struct desk *desk)
{
    GHashTableIter iter;
    struct contact *c;
    if (desk->now_ms < MAX(desk->queue.risk_grows_ms, desk->counted_ms + COUNT_EVERY_MS))
        return;
    forget_risk(desk);
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c)) {
        if (!is_own_row(desk, c) && is_waiting_row(desk, c))
            add_risk(desk, c);
    }
}

/* The filter line's words, folded; caller owns. */
static char **filter_words(const struct desk *desk)
{
    g_autofree char *folded = g_utf8_casefold(editor_text(desk->queue.filter), -1);
    return g_strsplit_set(folded, " \t", -1);
}

/* The filter narrows what waits. Mine stay whatever is looked for: a filter may stand for hours, and nobody's
 * customer is to be out of sight behind it. */
static void fill_rows(struct desk *desk)
{
    struct desk_queue *q = &desk->queue;
    g_auto(GStrv) words = filter_words(desk);
    GHashTableIter iter;
    struct contact *c;
    g_ptr_array_set_size(q->rows, 0);
    q->mine = q->waiting = 0;
    forget_risk(desk);
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c)) {
        bool is_own = is_own_row(desk, c), is_waiting = !is_own && is_waiting_row(desk, c);
        q->waiting += is_waiting;
        if (is_waiting)
            add_risk(desk, c);
        if (!is_own && (!is_waiting || !matches(c, words)))
            continue;
        q->mine += is_own;
        g_ptr_array_add(q->rows, c);
    }
    g_ptr_array_sort_with_data(q->rows, compare_rows, desk);
}

static int index_of(const struct desk_queue *q, const char *id)
{
    for (guint i = 0; id != NULL && i < q->rows->len; i++) {
        const struct contact *c = g_ptr_array_index(q->rows, i);
        if (g_str_equal(c->id, id))
            return (int)i;
    }
    return -1;
}

/* The line between mine and the waiting ones is a line too. */
static int line_of(const struct desk_queue *q, int index)
{
    return index + (q->mine > 0 && q->mine < (int)q->rows->len && index >= q->mine);
}

static void put_cursor(struct desk *desk, int index)
{
    struct desk_queue *q = &desk->queue;
    int page = desk->page_rows[PANE_QUEUE] > 0 ? desk->page_rows[PANE_QUEUE] : G_MAXINT; /* 0: out of sight */
    int count = (int)q->rows->len;
    q->cursor_index = count == 0 || q->is_resting ? -1 : CLAMP(index, 0, count - 1);
    /* Without the keys the list stands as high as it can, so that one's own contacts are in sight. */
    int line = line_of(q, q->cursor_index);
    if (desk->pane != PANE_QUEUE)
        q->cursor_row = line;
    q->cursor_row = CLAMP(q->cursor_row, 0, MAX(MIN(page - 1, line), 0));
    const struct contact *c =
        q->cursor_index >= 0 ? g_ptr_array_index(q->rows, (guint)q->cursor_index) : NULL;
    char *id = c != NULL ? g_strdup(c->id) : NULL;
    g_free(q->cursor);
    q->cursor = id;
}

void queue_settle(struct desk *desk)
{
    struct desk_queue *q = &desk->queue;
    if (!q->is_dirty)
        return;
    q->is_dirty = false;
    fill_rows(desk);
    int index = index_of(q, q->cursor);
    put_cursor(desk, index >= 0 ? index : q->cursor_index);
}

/* The cursor's row where the filter finds it, else the first that it finds; -1: it finds none. */
static int first_found(const struct desk_queue *q, char *const *words)
{
    if (q->cursor_index >= 0 && matches(g_ptr_array_index(q->rows, (guint)q->cursor_index), words))
        return q->cursor_index;
    for (guint i = 0; i < q->rows->len; i++)
        if (matches(g_ptr_array_index(q->rows, i), words))
            return (int)i;
    return -1;
}

void queue_narrow(struct desk *desk)
{
    g_auto(GStrv) words = filter_words(desk);
    queue_wake(desk);
    queue_settle(desk);
    int found = first_found(&desk->queue, words);
    if (found >= 0)
        put_cursor(desk, found);
    else
        queue_rest(desk); /* Enter opens what was looked for, or nothing */
}

void queue_stand_on(struct desk *desk, const struct contact *c)
{
    if (c == NULL || !is_own_row(desk, c))
        return;
    g_free(desk->queue.cursor);
    desk->queue.cursor = g_strdup(c->id);
    desk->queue.is_dirty = true;
}

void queue_rest(struct desk *desk)
{
    desk->queue.is_resting = desk->queue.is_dirty = true;
}

void queue_wake(struct desk *desk)
{
    desk->queue.is_resting = false;
    desk->queue.is_dirty = true;
}

/* --- moving --- */

/* A cursor that leaves the pane by a step comes to its middle: the list moves once in half a page, not at
 * each key, and shows what comes next. A leap goes to the pane's edge. */
void queue_go(struct update *u, int index)
{
    struct desk *desk = u->desk;
    struct desk_queue *q = &desk->queue;
    queue_settle(desk);
    q->is_resting = false;
    int page = MAX(desk->page_rows[PANE_QUEUE], 1), count = (int)q->rows->len;
    int to = count == 0 ? -1 : CLAMP(index, 0, count - 1);
    int step = line_of(q, to) - line_of(q, q->cursor_index), row = q->cursor_row + step;
    bool is_out = row < 0 || row >= page;
    int first = line_of(q, q->cursor_index) - q->cursor_row;
    const struct contact *was = desk_acts_on(desk);
    int had = desk_action_have(desk);
    q->cursor_row = is_out && ABS(step) <= page / 2 ? page / 2 : CLAMP(row, 0, page - 1);
    put_cursor(desk, to);
    if (desk_acts_on(desk) != was || desk_action_have(desk) != had) /* other keys do something now */
        u->only = DESK_WHOLE_SCREEN;
    else
        u->only = line_of(q, q->cursor_index) - q->cursor_row == first ? DESK_QUEUE_CURSOR : 1u << PANE_QUEUE;
}

void queue_move(struct update *u, int step)
{
    queue_settle(u->desk);
    queue_go(u, u->desk->queue.cursor_index + step);
}

static struct contact *under_cursor(struct update *u)
{
    queue_settle(u->desk);
    return world_contact(u->desk->world, u->desk->queue.cursor);
}

void queue_filter(struct update *u)
{
    u->desk->queue.is_filtering = true;
    queue_wake(u->desk);
    update_set_pane(u, PANE_QUEUE);
}

void queue_open(struct update *u)
{
    struct contact *c = under_cursor(u);
    if (c == NULL) {
        if (u->desk->queue.rows->len > 0) /* the cursor rests */
            update_say_keys(u, TONE_PLAIN, "No contact is chosen; {queue:down} goes to the first.");
        return;
    }
    u->desk->queue.is_filtering = false;
    if (c->state == CONTACT_OFFERED) {
        queue_accept(u);
        return;
    }
    if (c->state == CONTACT_QUEUED || c->state == CONTACT_PARKED) {
        queue_take(u, c->id);
        return;
    }
    struct desk_contact *dc = contact_open(u, c->id);
    contact_focus(u, dc);
    update_set_pane(u, PANE_CONTACT);
}

/* --- why --- */

/* Why does it stand where it stands? */
void queue_why(struct update *u)
{
    const struct desk *desk = u->desk;
    const struct contact *c = desk->pane == PANE_QUEUE ? under_cursor(u) : NULL;
    c = c != NULL ? c : desk_contact_of(desk, desk->current);
    GString *why = g_string_new(NULL);
    int64_t left_s = (c->due_ms - desk->now_ms) / 1000;
    if (c->due_ms != 0)
        g_string_append_printf(why, left_s >= 0 ? "Due in %d:%02d. " : "Overdue by %d:%02d. ",
                               (int)(ABS(left_s) / 60), (int)(ABS(left_s) % 60));
    if (c->priority != 0)
        g_string_append_printf(why, "Priority %+d min. ", c->priority);
    if (c->tier != NULL)
        g_string_append_printf(why, "Tier %s. ", c->tier);
    g_string_append_printf(why, "Came %d min ago.", (int)(MAX(desk->now_ms - c->created_ms, 0) / 60000));
    g_autofree char *closed = hours_closed(desk, world_queue(desk->world, c->queue));
    if (closed != NULL)
        g_string_append_printf(why, " Its queue is %s.", closed);
    const char *not = NULL;
    const struct agent *me = world_agent(desk->world, desk->me);
    if (c->state == CONTACT_QUEUED && me != NULL && !rules_may_take(desk->world, me, c, &not ) && not != NULL)
        g_string_append_printf(why, " Not offered to you: %s.", not );
    update_say(u, TONE_PLAIN, "%s", why->str);
    g_string_free(why, TRUE);
}
