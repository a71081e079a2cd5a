/* Versions of scripts on the desk: which of them a contact has, and what happens when there are others. */
#include "app/desk/update.h"

#include "app/desk/areas.h"
#include "app/script/rollout.h"

static char *version_key(const char *id, int64_t version)
{
    return g_strdup_printf("%s %" G_GINT64_FORMAT, id, version);
}

struct script *version_find(const struct desk *desk, const char *id, int64_t version)
{
    struct script *s = g_hash_table_lookup(desk->scripts, id);
    if (s != NULL && s->version == version)
        return s;
    g_autofree char *key = version_key(id, version);
    return g_hash_table_lookup(desk->older_scripts, key);
}

static struct script *rolled_out(const struct desk *desk, const struct contact *c, const char *id)
{
    const struct desk_rollout *r = g_hash_table_lookup(desk->rollouts, id);
    if (r == NULL || c == NULL)
        return NULL;
    const struct script_rollout rule = {id, r->version, r->share_percent, r->queues};
    return script_rollout_has(&rule, c->customer, c->id, c->queue) ? version_find(desk, id, r->version)
                                                                   : NULL;
}

struct script *desk_script_for(const struct desk *desk, const struct desk_contact *dc, const char *id)
{
    gpointer begun = NULL;
    struct script *s = NULL;
    if (g_hash_table_lookup_extended(dc->begun, id, NULL, &begun))
        s = version_find(desk, id, GPOINTER_TO_INT(begun));
    if (s == NULL)
        s = rolled_out(desk, desk_contact_of(desk, dc), id);
    return s != NULL ? s : g_hash_table_lookup(desk->scripts, id);
}

struct script *desk_script(const struct desk *desk, const struct desk_contact *dc)
{
    if (dc == NULL)
        return NULL;
    if (desk_walk(dc) != NULL)
        return (struct script *)walk_script(desk_walk(dc));
    return dc->proposed != NULL ? desk_script_for(desk, dc, dc->proposed) : NULL;
}

void version_note(struct desk_contact *dc, const char *id, int64_t version)
{
    if (id != NULL && version > 0 && version <= INT32_MAX && !g_hash_table_contains(dc->begun, id))
        g_hash_table_insert(dc->begun, g_strdup(id), GINT_TO_POINTER((int)version));
}

bool version_is_known(struct update *u, struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    bool may_have_begun = c != NULL && c->legs > 1;
    if (!may_have_begun || dc->is_loaded || dc->requests[LINK_FETCH_CONTACT_EVENTS] == 0)
        return true;
    update_say(u, TONE_PLAIN, "What was done with this contact before is just coming; once more, please.");
    return false;
}

/* --- what the backend gives out --- */

static void put_aside(struct desk *desk, struct script *s)
{
    g_hash_table_replace(desk->older_scripts, version_key(s->id, s->version), script_ref(s));
}

/* Everybody's from now on; the one before it is kept for the contacts that began with it. */
static void keep(struct desk *desk, struct script *s)
{
    struct script *known = g_hash_table_lookup(desk->scripts, s->id);
    if (known != NULL && known->version != s->version)
        put_aside(desk, known);
    g_hash_table_replace(desk->scripts, (gpointer)s->id, script_ref(s));
}

static bool is_given(const GPtrArray *scripts, const struct script *s)
{
    for (guint i = 0; i < scripts->len; i++)
        if (g_str_equal(((const struct script *)g_ptr_array_index(scripts, i))->id, s->id))
            return true;
    return false;
}

/* What is not given out any more is proposed to nobody. */
static void put_away(struct desk *desk, const GPtrArray *scripts)
{
    GHashTableIter iter;
    gpointer s;
    g_hash_table_iter_init(&iter, desk->scripts);
    while (g_hash_table_iter_next(&iter, NULL, &s)) {
        if (is_given(scripts, s))
            continue;
        put_aside(desk, s);
        g_hash_table_iter_remove(&iter);
    }
}

void desk_rollout_free(gpointer data)
{
    struct desk_rollout *r = data;
    g_free(r->script);
    g_free(r->queues);
    g_free(r);
}

void versions_loaded(struct desk *desk, const struct msg *msg)
{
    for (guint i = 0; msg->scripts != NULL && i < msg->scripts->len; i++)
        keep(desk, g_ptr_array_index(msg->scripts, i));
    for (guint i = 0; msg->older != NULL && i < msg->older->len; i++)
        put_aside(desk, g_ptr_array_index(msg->older, i));
    if (msg->rollouts == NULL)
        return;
    if (msg->scripts != NULL)
        put_away(desk, msg->scripts);
    g_hash_table_remove_all(desk->rollouts);
    for (guint i = 0; i < msg->rollouts->len; i++) {
        const struct desk_rollout *r = g_ptr_array_index(msg->rollouts, i);
        struct desk_rollout *copy = g_memdup2(r, sizeof *r);
        copy->script = g_strdup(r->script);
        copy->queues = g_strdup(r->queues);
        g_hash_table_replace(desk->rollouts, copy->script, copy);
    }
}

/* Whoever is in a version that was pulled back is told, and goes on in it. */
static void tell_pulled_back(struct update *u, const struct event *ev)
{
    int64_t version = event_number(ev, "version", 0);
    for (guint i = 0; i < u->desk->open->len; i++) {
        const struct desk_contact *dc = g_ptr_array_index(u->desk->open, i);
        const struct script *s =
            dc->walk != NULL && walk_current(dc->walk) != NULL ? walk_script(dc->walk) : NULL;
        const struct contact *c = desk_contact_of(u->desk, dc);
        if (s == NULL || s->version != version || g_strcmp0(s->id, event_text(ev, "script")) != 0)
            continue;
        const char *title = yaml_text_in(&s->title, desk_language(u->desk, dc));
        const char *reason = event_text(ev, "reason");
        update_say(u, TONE_WARNING,
                   "Version %d of “%s” was pulled back%s%s; the contact of %s goes on in it to its end.",
                   (int)version, title != NULL ? title : s->id, reason != NULL ? ": " : "",
                   reason != NULL ? reason : "", c != NULL && c->name != NULL ? c->name : dc->id);
    }
}

void versions_follow(struct update *u, const struct event *ev)
{
    if (ev->kind != EVENT_SCRIPT_PUBLISHED && ev->kind != EVENT_SCRIPT_RETIRED)
        return;
    if (ev->kind == EVENT_SCRIPT_RETIRED && event_flag(ev, "pulled_back"))
        tell_pulled_back(u, ev);
    update_fetch(u, LINK_FETCH_SCRIPTS, NULL);
}
