/* The desk's life and what views ask of it. */
#include "app/desk/desk.h"

#include <string.h>

#include "app/desk/update.h"

static void canned_free(gpointer data)
{
    struct desk_canned *c = data;
    g_free(c->id);
    g_free(c->title);
    g_free(c->text);
    g_free(c->language);
    g_free(c);
}

static void disposition_free(gpointer data)
{
    struct desk_disposition *d = data;
    g_free(d->code);
    g_free(d->label);
    g_free(d);
}

static void json_free(gpointer json)
{
    cJSON_Delete(json);
}

static void script_release(gpointer script)
{
    script_unref(script);
}

static void event_release(gpointer ev)
{
    event_free(ev);
}

static void no_sink(const struct interval *interval, void *user_data)
{
    (void)interval;
    (void)user_data;
}

static void init_containers(struct desk *desk)
{
    desk->world = world_new();
    desk->settings.reasons = g_ptr_array_new_with_free_func(g_free);
    desk->settings.dispositions = g_ptr_array_new_with_free_func(disposition_free);
    desk->settings.canned = g_ptr_array_new_with_free_func(canned_free);
    desk->settings.scripts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    desk->queue.rows = g_ptr_array_new();
    desk->queue.filter = editor_new(EDITOR_ONE_LINE);
    desk->filter = (struct desk_filter){.pane = PANE_COUNT, .text = editor_new(EDITOR_ONE_LINE)};
    desk->knowledge.box = editor_new(EDITOR_ONE_LINE);
    desk->knowledge.recent = g_ptr_array_new_with_free_func(desk_hit_free);
    desk->knowledge.pinned = g_ptr_array_new_with_free_func(desk_hit_free);
    desk->knowledge.at_hand = g_ptr_array_new_with_free_func(desk_hit_free);
    desk->open = g_ptr_array_new_with_free_func(desk_contact_free);
    desk->scripts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, script_release);
    desk->older_scripts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, script_release);
    desk->rollouts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, desk_rollout_free);
    desk->popups = g_ptr_array_new_with_free_func(popup_free);
    desk->left_forms = g_ptr_array_new_with_free_func(popup_free);
    desk->intervals = intervals_new(no_sink, NULL);
    desk->history = g_ptr_array_new_with_free_func(event_release);
    desk->early = g_ptr_array_new_with_free_func(event_release);
    desk->sent = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, desk_sent_free);
    desk->held = g_ptr_array_new_with_free_func(desk_held_free);
    desk->drafts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    desk->notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    desk->walks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, json_free);
}

struct desk *desk_new(const struct desk_options *options)
{
    struct desk *desk = g_new0(struct desk, 1);
    desk->device = g_strdup(options->device);
    desk->boot = g_strdup(options->boot);
    memcpy(desk->seed, options->seed, sizeof desk->seed);
    desk->utc_offset_minutes = options->utc_offset_minutes;
    desk->is_practice = options->is_practice;
    desk->now_ms = options->now_ms;
    desk->boot_ms = options->boot_ms;
    desk->me = g_strdup(options->agent);
    desk->keys = options->keys;
    desk->link = LINK_CONNECTING;
    desk->link_since_ms = options->now_ms;
    desk->queue.cursor_index = -1;
    desk->metrics.service_level_percent = -1;
    desk->metrics.floor_resolved_percent = -1;
    init_containers(desk);
    struct commands none;
    commands_init(&none);
    struct update u = {.desk = desk, .commands = &none};
    session_start(&u);
    commands_release(&none);
    return desk;
}

static void free_texts(struct desk *desk)
{
    g_free(desk->me);
    g_free(desk->name);
    g_free(desk->device);
    g_free(desk->boot);
    g_free(desk->link_reason);
    g_free(desk->journal_problem);
    g_free(desk->offer);
    g_free(desk->notice.text);
    g_free(desk->notice.waits);
    g_free(desk->settings.sign_in_help);
    g_free(desk->settings.version);
}

void desk_free(struct desk *desk)
{
    if (desk == NULL)
        return;
    free_texts(desk);
    g_ptr_array_unref(desk->popups);
    g_ptr_array_unref(desk->left_forms);
    g_ptr_array_unref(desk->open);
    queue_release(desk);
    editor_free(desk->filter.text);
    editor_free(desk->knowledge.box);
    desk_results_free(desk->knowledge.results);
    desk_article_free(desk->knowledge.article);
    desk_article_free(desk->knowledge.peek);
    g_free(desk->knowledge.peek_asked);
    g_ptr_array_unref(desk->knowledge.recent);
    g_ptr_array_unref(desk->knowledge.pinned);
    g_ptr_array_unref(desk->knowledge.at_hand);
    g_free(desk->knowledge.at_hand_for);
    g_hash_table_unref(desk->scripts);
    g_hash_table_unref(desk->older_scripts);
    g_hash_table_unref(desk->rollouts);
    g_ptr_array_unref(desk->settings.reasons);
    g_ptr_array_unref(desk->settings.dispositions);
    g_ptr_array_unref(desk->settings.canned);
    g_hash_table_unref(desk->settings.scripts);
    intervals_free(desk->intervals);
    g_ptr_array_unref(desk->history);
    g_ptr_array_unref(desk->early);
    g_hash_table_unref(desk->sent);
    g_ptr_array_unref(desk->held);
    g_hash_table_unref(desk->drafts);
    g_hash_table_unref(desk->notes);
    g_hash_table_unref(desk->walks);
    cJSON_Delete(desk->place);
    g_free(desk->place_saved);
    g_free(desk->watched);
    g_free(desk->watched_customer);
    world_free(desk->world);
    g_free(desk);
}

const struct contact *desk_contact_of(const struct desk *desk, const struct desk_contact *dc)
{
    return dc == NULL ? NULL : world_contact(desk->world, dc->id);
}

const char *desk_language(const struct desk *desk, const struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(desk, dc);
    if (c != NULL && c->language != NULL)
        return c->language;
    if (c != NULL && dc->customer != NULL && dc->customer->language != NULL)
        return dc->customer->language;
    const struct queue *where = c != NULL && c->queue != NULL ? world_queue(desk->world, c->queue) : NULL;
    return where != NULL && where->language != NULL ? where->language : "en";
}

struct desk_contact *desk_find_open(const struct desk *desk, const char *id)
{
    for (guint i = 0; id != NULL && i < desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(desk->open, i);
        if (g_str_equal(dc->id, id))
            return dc;
    }
    return NULL;
}

enum desk_composer desk_draft_shown(const struct desk_contact *dc)
{
    return editor_is_empty(dc->reply) && !editor_is_empty(dc->note) ? COMPOSER_NOTE : COMPOSER_REPLY;
}

bool desk_is_mine(const struct desk *desk, const struct contact *c)
{
    return c != NULL && desk->me != NULL && contact_is_handled(c) && g_strcmp0(c->agent, desk->me) == 0;
}

bool desk_asks_me(const struct desk *desk, const struct contact *c)
{
    return c != NULL && desk->me != NULL && c->state == CONTACT_CONSULTING &&
           g_strcmp0(c->consulted, desk->me) == 0;
}

bool desk_needs_me(const struct desk *desk, const struct contact *c)
{
    if (c == NULL || g_strcmp0(c->agent, desk->me) != 0 || c->state == CONTACT_OFFERED)
        return false;
    if (c->state == CONTACT_PARKED)
        return c->unread > 0 || (c->parked_until_ms != 0 && c->parked_until_ms <= desk->now_ms);
    if (!contact_is_handled(c))
        return false;
    return c->unread > 0 || c->unanswered_ms != 0 || c->state == CONTACT_WRAPPING || c->customer_gone;
}

bool desk_contact_clock(const struct desk *desk, const struct contact *c, enum activity *activity,
                        int64_t *activity_ms, int64_t *handle_ms)
{
    int64_t sums[ACTIVITY_COUNT] = {0}, focus = 0, total = 0;
    if (!desk_is_mine(desk, c) || c->leg == NULL ||
        !intervals_peek(desk->intervals, c->leg, desk_shown_ms(desk), sums, &focus))
        return false;
    enum activity now = ACTIVITY_ASIDE;
    if (c->state == CONTACT_HELD)
        now = ACTIVITY_HOLD;
    else if (c->state == CONTACT_CONSULTING)
        now = ACTIVITY_CONSULT;
    else if (c->state == CONTACT_WRAPPING)
        now = ACTIVITY_ACW;
    else if (desk->current != NULL && g_str_equal(desk->current->id, c->id))
        now = ACTIVITY_TALK;
    for (int i = 0; i < ACTIVITY_COUNT; i++)
        total += sums[i];
    if (activity != NULL)
        *activity = now;
    if (activity_ms != NULL)
        *activity_ms = sums[now];
    if (handle_ms != NULL)
        *handle_ms = total;
    return true;
}

int64_t desk_shown_ms(const struct desk *desk)
{
    return desk->now_ms - desk->now_ms % 1000;
}

int64_t desk_aht_ms(const struct desk *desk)
{
    return desk->metrics.handled == 0 ? 0 : desk->metrics.handle_ms / desk->metrics.handled;
}

int desk_load(const struct desk *desk)
{
    return desk->me == NULL ? 0 : world_agent_load(desk->world, desk->me);
}

struct popup *desk_popup(const struct desk *desk)
{
    return desk->popups->len == 0 ? NULL : g_ptr_array_index(desk->popups, desk->popups->len - 1);
}

enum desk_hits_from desk_hits_from(const struct desk *desk)
{
    if (desk->knowledge.results != NULL)
        return HITS_FOUND;
    if (desk->current != NULL && desk->current->suggestions->len > 0)
        return HITS_SUGGESTED;
    return desk->knowledge.pinned->len > 0 ? HITS_PINNED : HITS_RECENT;
}

const GPtrArray *desk_hits(const struct desk *desk)
{
    return desk->knowledge.results != NULL ? desk->knowledge.results->hits : desk->knowledge.at_hand;
}
