#include "app/service/intake.h"

#include <string.h>

#include "app/rules/intake.h"
#include "app/script/contact_facts.h"
#include "app/script/proposal.h"
#include "app/script/rollout.h"
#include "app/service/projection.h"
#include "app/service/settings.h"
#include "app/service/versions.h"

struct choice {
    struct script *script; /* a reference */
    bool is_base;          /* everybody's who is not chosen for another */
    int64_t share;
    char *queues;
};

struct intake {
    bool is_read;
    GPtrArray *choices; /* struct choice *: published versions */
    bool concerns;      /* any of them has something to do */
    GHashTable *named;  /* intent -> id of the script that the settings name */
};

static void choice_free(void *data)
{
    struct choice *choice = data;
    script_unref(choice->script);
    g_free(choice->queues);
    g_free(choice);
}

struct intake *intake_new(void)
{
    struct intake *in = g_new0(struct intake, 1);
    in->choices = g_ptr_array_new_with_free_func(choice_free);
    in->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return in;
}

void intake_free(struct intake *in)
{
    if (!in)
        return;
    g_ptr_array_unref(in->choices);
    g_hash_table_unref(in->named);
    g_free(in);
}

void intake_forget(struct intake *in)
{
    in->is_read = false;
}

static void add_script(const struct script *script, void *user_data)
{
    struct choice *choice = g_new0(struct choice, 1);
    choice->script = script_ref((struct script *)script);
    g_ptr_array_add(user_data, choice);
}

/* Only published versions are a choice; false: the database failed. */
static bool settle(struct intake *in, struct db *db, GError **error)
{
    for (guint i = in->choices->len; i > 0; i--) {
        struct choice *choice = g_ptr_array_index(in->choices, i - 1);
        struct script_version v;
        if (!versions_find(db, choice->script->id, choice->script->version, &v, error))
            return false;
        bool is_published = v.script && v.state == VERSION_STATE_PUBLISHED;
        if (is_published) {
            choice->is_base = script_version_is_base(&v);
            choice->share = v.share;
            choice->queues = g_strdup(v.queues);
        }
        script_version_release(&v);
        in->concerns |= is_published && intake_concerns(choice->script);
        if (!is_published)
            g_ptr_array_remove_index(in->choices, i - 1);
    }
    return true;
}

static bool read_named(struct intake *in, struct db *db, GError **error)
{
    int64_t version;
    g_autoptr(GError) failure = NULL;
    if (!settings_in_force(db, &version, error))
        return false;
    g_autofree char *text = settings_read(db, version, &failure);
    if (failure) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    cJSON *json = text ? cJSON_Parse(text) : NULL;
    const cJSON *row;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(json, "scripts"))
        if (cJSON_IsString(row))
            g_hash_table_replace(in->named, g_strdup(row->string), g_strdup(row->valuestring));
    cJSON_Delete(json);
    return true;
}

static bool read_all(struct intake *in, struct db *db, GError **error)
{
    if (in->is_read)
        return true;
    g_ptr_array_set_size(in->choices, 0);
    g_hash_table_remove_all(in->named);
    in->concerns = false;
    in->is_read = versions_each(db, add_script, in->choices, error) && settle(in, db, error) &&
                  read_named(in, db, error);
    return in->is_read;
}

/* --- which script --- */

/* Whether this version, and not another of the same script, is the contact's. */
static bool is_its_version(const struct intake *in, const struct choice *choice, const struct contact *c)
{
    for (guint i = 0; i < in->choices->len; i++) {
        const struct choice *other = g_ptr_array_index(in->choices, i);
        if (strcmp(other->script->id, choice->script->id) != 0 || other->is_base)
            continue;
        struct script_rollout rollout = {other->script->id, other->script->version, other->share,
                                         other->queues};
        bool has = script_rollout_has(&rollout, c->customer, c->id, c->queue);
        return other == choice ? has : !has;
    }
    return choice->is_base;
}

/* The one that the desk will propose; NULL: none. */
static struct script *proposed_for(const struct intake *in, const struct contact *c)
{
    const char *named = c->intent ? g_hash_table_lookup(in->named, c->intent) : NULL;
    struct script *best = NULL;
    int best_fit = 0;
    for (guint i = 0; i < in->choices->len; i++) {
        const struct choice *choice = g_ptr_array_index(in->choices, i);
        int fit = proposal_fitness_named(choice->script, c, named);
        if (is_its_version(in, choice, c) && proposal_is_better(choice->script, fit, best, best_fit)) {
            best = choice->script;
            best_fit = fit;
        }
    }
    return best;
}

/* --- facts --- */

struct records {
    const struct contact *c;
    const struct customer *customer;
    GHashTable *texts; /* what was lent */
};

/* As on the desk: the order that is spoken of is the only one there is. */
static const char *lookup(void *data, const char *name)
{
    struct records *records = data;
    const GPtrArray *orders = records->customer ? records->customer->orders : NULL;
    const struct order *only = orders && orders->len == 1 ? g_ptr_array_index(orders, 0) : NULL;
    char *text = contact_facts_text(records->c, records->customer, only, name);
    if (text)
        g_hash_table_replace(records->texts, g_strdup(name), text);
    return text;
}

static void follow(const struct intake *in, const struct world *w, const struct contact *c,
                   const struct customer *who, rules_emit emit, void *user_data, int64_t now_ms)
{
    struct records records = {c, who, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    struct facts facts = {.lookup = lookup, .data = &records, .language = c->language};
    struct walk_turn turn = {.facts = &facts, .at_ms = now_ms};
    struct script *proposed = proposed_for(in, c);
    if (proposed && intake_concerns(proposed))
        intake_approvals(w, c, proposed, &turn, emit, user_data);
    g_hash_table_unref(records.texts);
}

bool intake_follow(struct intake *in, struct db *db, const struct world *w, const struct event *ev,
                   rules_emit emit, void *user_data, GError **error)
{
    const struct contact *c = world_contact(w, ev->contact);
    bool is_arrival = ev->kind == EVENT_CONTACT_CREATED || ev->kind == EVENT_CONTACT_CLASSIFIED ||
                      ev->kind == EVENT_CONTACT_CUSTOMER_LINKED;
    if (!is_arrival || !c || !c->intent || contact_is_over(c))
        return true;
    g_autoptr(GError) failure = NULL;
    if (!read_all(in, db, error))
        return false;
    if (!in->concerns)
        return true;
    g_autoptr(customer) who = c->customer ? projection_customer(db, c->customer, &failure) : NULL;
    if (failure) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    follow(in, w, c, who, emit, user_data, g_get_real_time() / 1000);
    return true;
}
