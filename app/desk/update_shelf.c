/* The articles that stand ready while nothing is searched for: suggested for the contact, pinned by the
 * agent, opened last. Pins and what was opened outlive the program. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"

static struct desk_hit *find_hit(const GPtrArray *hits, const char *id, guint *at)
{
    for (guint i = 0; i < hits->len; i++) {
        struct desk_hit *hit = hits->pdata[i];
        if (!g_str_equal(hit->id, id))
            continue;
        if (at != NULL)
            *at = i;
        return hit;
    }
    return NULL;
}

/* Puts an article first; of more than `most` the last one goes. */
static void put_first(GPtrArray *hits, const char *id, const char *title, guint most)
{
    const struct desk_hit hit = {.id = (char *)id, .title = (char *)title};
    struct desk_hit *copy = desk_hit_copy(&hit); /* before what it may point into goes */
    guint at;
    if (find_hit(hits, id, &at) != NULL)
        g_ptr_array_remove_index(hits, at);
    g_ptr_array_insert(hits, 0, copy);
    if (hits->len > most)
        g_ptr_array_set_size(hits, (gint)most);
}

static void add_hits(cJSON *json, const char *name, const GPtrArray *hits)
{
    cJSON *list = cJSON_AddArrayToObject(json, name);
    for (guint i = 0; i < hits->len; i++) {
        const struct desk_hit *hit = hits->pdata[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", hit->id);
        cJSON_AddStringToObject(item, "title", hit->title);
        cJSON_AddItemToArray(list, item);
    }
}

static void changed(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    k->is_scattered = true;
    if (u->desk->is_practice)
        return;
    cJSON *json = cJSON_CreateObject();
    add_hits(json, "pinned", k->pinned);
    add_hits(json, "opened", k->recent);
    char *text = cJSON_PrintUnformatted(json);
    commands_add(u->commands, COMMAND_SAVE_SHELF, NULL, text);
    cJSON_free(text);
    cJSON_Delete(json);
}

void shelf_remember(struct update *u, const char *id, const char *title)
{
    put_first(u->desk->knowledge.recent, id, title, DESK_RECENT_ARTICLES);
    changed(u);
}

void shelf_pin(struct update *u)
{
    GPtrArray *pinned = u->desk->knowledge.pinned;
    const char *id, *title;
    guint at;
    if (!knowledge_article_at_hand(u->desk, &id, &title))
        return;
    if (find_hit(pinned, id, &at) != NULL) {
        g_ptr_array_remove_index(pinned, at);
        update_say(u, TONE_PLAIN, "Not pinned any more.");
    } else if (pinned->len >= DESK_PINNED_ARTICLES) {
        update_say(u, TONE_WARNING, "%d articles are pinned, which is the most; unpin one first.",
                   DESK_PINNED_ARTICLES);
        return;
    } else {
        put_first(pinned, id, title, DESK_PINNED_ARTICLES);
        update_say(u, TONE_GOOD, "Pinned: it stands ready whenever the box is empty.");
    }
    changed(u);
}

static void read_hits(const cJSON *json, const char *name, GPtrArray *hits, guint most)
{
    const cJSON *item;
    g_ptr_array_set_size(hits, 0);
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, name)) {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "id")),
                   *title = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "title"));
        const struct desk_hit hit = {.id = (char *)id, .title = (char *)title};
        if (id != NULL && title != NULL && hits->len < most && find_hit(hits, id, NULL) == NULL)
            g_ptr_array_add(hits, desk_hit_copy(&hit));
    }
}

void shelf_restored(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    read_hits(u->msg->json, "pinned", k->pinned, DESK_PINNED_ARTICLES);
    read_hits(u->msg->json, "opened", k->recent, DESK_RECENT_ARTICLES);
    k->is_scattered = true;
}

static void add_each_once(struct desk_knowledge *k, const GPtrArray *hits)
{
    for (guint i = 0; i < hits->len; i++) {
        const struct desk_hit *hit = hits->pdata[i];
        if (find_hit(k->at_hand, hit->id, NULL) != NULL)
            continue;
        struct desk_hit *copy = desk_hit_copy(hit);
        copy->is_pinned = find_hit(k->pinned, hit->id, NULL) != NULL;
        g_ptr_array_add(k->at_hand, copy);
    }
}

void shelf_gather(struct desk *desk)
{
    struct desk_knowledge *k = &desk->knowledge;
    const char *open = desk->current != NULL ? desk->current->id : NULL;
    if (!k->is_scattered && g_strcmp0(open, k->at_hand_for) == 0)
        return;
    k->is_scattered = false;
    g_free(k->at_hand_for);
    k->at_hand_for = g_strdup(open);
    g_ptr_array_set_size(k->at_hand, 0);
    if (desk->current != NULL)
        add_each_once(k, desk->current->suggestions);
    add_each_once(k, k->pinned);
    add_each_once(k, k->recent);
    if (k->results == NULL)
        k->cursor = CLAMP(k->cursor, 0, MAX((int)k->at_hand->len - 1, 0));
}
