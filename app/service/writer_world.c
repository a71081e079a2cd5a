#include <string.h>

#include "app/service/administered.h"
#include "app/service/projection.h"
#include "app/service/schema.h"
#include "app/service/settings.h"
#include "app/service/versions.h"
#include "app/service/writer_parts.h"

static void load_agent(struct agent *a, void *user_data)
{
    struct writer *w = user_data;
    writer_touch(w->agents, a->id);
    world_put_agent(w->world, a);
}

static bool load_contact(struct contact *c, int64_t created, void *user_data)
{
    struct writer *w = user_data;
    cJSON *json = contact_to_cjson(c);
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    board_put_contact(w->board, c, created, text);
    cJSON_free(text);
    world_put_contact(w->world, c);
    return true;
}

void writer_show_agents(struct writer *w)
{
    GHashTableIter iter;
    void *id;
    g_hash_table_iter_init(&iter, w->agents);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        struct agent *a = world_agent(w->world, id);
        if (a)
            board_put_agent(w->board, w->world, a);
    }
}

static bool load_settings(struct writer *w, int64_t version, GError **error)
{
    g_autofree char *json = settings_read(w->db, version, error);
    if (!json)
        return version == 0 && !(error && *error);
    if (!settings_apply(w->world, json, error))
        return false;
    w->settings_version = version;
    return true;
}

static bool fill_world(struct writer *w, GError **error)
{
    g_autoptr(GError) failure = NULL;
    int64_t version;
    if (!eventlog_head(w->db, &w->position, error) || !eventlog_key(w->db, w->key, error) ||
        !settings_in_force(w->db, &version, error))
        return false;
    w->administered = -1; /* settings may wait to be put in force: the first transaction looks */
    w->world->position = w->position;
    w->settings_version = 0;
    if (!load_settings(w, version, &failure) && failure) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    return projection_agents(w->db, load_agent, w, error) &&
           projection_open_contacts(w->db, load_contact, w, error);
}

void writer_show_settings(struct writer *w)
{
    g_autofree char *json = settings_read(w->db, w->settings_version, NULL);
    g_autofree char *shown = settings_show(json, w->settings_version);
    board_put_settings(w->board, shown, w->settings_version);
    board_put_queues(w->board, w->world);
    board_put_rights(w->board, w->world);
}

/* The world as the tables have it; NULL stays where they cannot be read. */
bool writer_load_world(struct writer *w, GError **error)
{
    w->world = world_new();
    g_hash_table_remove_all(w->devices);
    board_begin(w->board);
    board_clear(w->board);
    bool sound = fill_world(w, error);
    if (sound) {
        writer_show_settings(w);
        writer_show_agents(w);
    }
    board_end(w->board, w->position);
    g_hash_table_remove_all(w->agents);
    if (!sound)
        g_clear_pointer(&w->world, world_free);
    return sound;
}

static void touch_open_contacts(struct writer *w)
{
    GHashTableIter iter;
    void *value;
    g_hash_table_iter_init(&iter, w->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const struct contact *c = value;
        if (!contact_is_over(c))
            writer_touch(w->contacts, c->id);
    }
}

/* New settings come into force by an event, so that a replay changes them at the same place. */
static bool take_over_settings(struct writer *w, GError **error)
{
    int64_t newest;
    if (!settings_newest(w->db, &newest, error))
        return false;
    if (newest <= w->settings_version)
        return true;
    if (!load_settings(w, newest, error) || !settings_set_in_force(w->db, newest, error))
        return false;
    struct event *ev = event_new(EVENT_CONFIG_APPLIED, NULL,
                                 &(struct event_origin){.actor_kind = ACTOR_SYSTEM, .actor = w->node});
    event_set_number(ev, "version", newest);
    writer_emit(ev, w);
    touch_open_contacts(w);
    w->settings_changed = true;
    return true;
}

static void tell_publication(const struct publication *p, void *user_data)
{
    struct writer *w = user_data;
    bool is_published = strcmp(p->action, PUBLICATION_PUBLISHED) == 0;
    struct event *ev = event_new(is_published ? EVENT_SCRIPT_PUBLISHED : EVENT_SCRIPT_RETIRED, NULL,
                                 &(struct event_origin){.actor_kind = ACTOR_SYSTEM, .actor = w->node});
    event_set_text(ev, "script", p->script);
    event_set_number(ev, "version", p->version);
    event_set_text(ev, "by", p->actor);
    if (is_published) {
        event_set_number(ev, "share_percent", p->share);
        if (*p->queues)
            event_set_text(ev, "queues", p->queues);
        if (p->per_arm > 0)
            event_set_number(ev, "per_arm", p->per_arm);
    } else if (strcmp(p->action, PUBLICATION_PULLED_BACK) == 0) {
        event_set_flag(ev, "pulled_back", true);
    }
    if (*p->reason)
        event_set_text(ev, "reason", p->reason);
    writer_emit_at(w, ev, p->at_ms);
}

bool writer_take_over_administered(struct writer *w, GError **error)
{
    int64_t number;
    if (!schema_check(w->db, error) || !administered_read(w->db, &number, error))
        return false;
    if (number == w->administered)
        return true;
    w->administered = number;
    if (w->options.administered)
        w->options.administered(w->db, w->options.user_data);
    return projection_agents(w->db, load_agent, w, error) && take_over_settings(w, error) &&
           versions_tell(w->db, tell_publication, w, error);
}
