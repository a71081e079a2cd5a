#include "app/service/versions.h"

#include <string.h>

#include "app/script/check.h"
#include "app/script/renumber.h"
#include "app/service/administered.h"
#include "app/service/versions_floor.h"
#include "app/service/versions_parts.h"
#include "net/problem.h"

/* --- what a version uses --- */

static struct db_stmt *prepare_used(const struct version_closure *c, const char *id)
{
    const cJSON *settled = cJSON_GetObjectItemCaseSensitive(c->uses, id);
    struct db_stmt *s;
    if (cJSON_IsNumber(settled)) {
        s = db_prepare(
            c->db, "SELECT source, version FROM script_versions WHERE script = $1 AND version = $2", NULL);
        if (s)
            db_bind_int(s, 2, (int64_t)settled->valuedouble);
    } else if (c->is_settled) { /* kept before versions were: there was one of each */
        s = db_prepare(
            c->db, "SELECT source, version FROM script_versions WHERE script = $1 ORDER BY version LIMIT 1",
            NULL);
    } else {
        s = db_prepare(c->db,
                       "SELECT source, version FROM script_versions WHERE script = $1 AND state = 'published'"
                       " AND share = 100 AND queues = ''",
                       NULL);
    }
    if (s)
        db_bind_text(s, 1, id);
    return s;
}

char *version_source(void *data, const char *id, char **name)
{
    struct version_closure *c = data;
    struct db_stmt *s = prepare_used(c, id);
    *name = g_strdup(id);
    if (!s)
        return NULL;
    char *source = NULL;
    if (db_step(s, NULL) == DB_ROW) {
        source = g_strdup(db_column_text(s, 0));
        if (!cJSON_HasObjectItem(c->uses, id))
            cJSON_AddNumberToObject(c->uses, id, (double)db_column_int(s, 1));
    }
    db_reset(s);
    return source;
}

/* Loaded and checked as a whole; `file` stands in the sentences. */
static struct script *load_checked(const struct version_change *change, const char *source,
                                   struct version_closure *c, GError **error)
{
    const char *file = change->file;
    struct script_library library = {.source = version_source, .data = c};
    struct script *script = script_parse_using(file, source, strlen(source), &library, error);
    if (!script)
        return NULL;
    struct problems *problems = problems_new(file);
    script_check(script, problems);
    bool sound = (!change->is_for_floor || versions_check_floor(c->db, script, problems, error)) &&
                 problems_none(problems, error);
    problems_free(problems);
    if (sound)
        return script;
    script_unref(script);
    return NULL;
}

/* --- changes --- */

static bool note(struct db *db, const struct version_change *change, const struct script_version *v,
                 const char *action, GError **error)
{
    struct db_stmt *s =
        db_prepare(db,
                   "INSERT INTO publications (at_ms, actor, action, script, version, share, queues, per_arm,"
                   " reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   error);
    if (!s)
        return false;
    db_bind_int(s, 1, change->now_ms);
    db_bind_text(s, 2, change->by);
    db_bind_text(s, 3, action);
    db_bind_text(s, 4, v->script);
    db_bind_int(s, 5, v->version);
    db_bind_int(s, 6, v->share);
    db_bind_text(s, 7, v->queues);
    db_bind_int(s, 8, v->per_arm);
    db_bind_text(s, 9, v->reason);
    return db_run(s, error) && administered_mark(db, error);
}

/* A reason is kept only while it is out of use. */
static void sign(struct script_version *v, const struct version_change *change)
{
    bool is_out = v->state == VERSION_STATE_RETIRED && change->reason;
    g_free(v->changed_by);
    g_free(v->reason);
    v->changed_by = g_strdup(change->by);
    v->reason = g_strdup(is_out ? change->reason : "");
    v->changed_ms = change->now_ms;
}

static bool refuse(GError **error, enum problem_code code, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool refuse(GError **error, enum problem_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, NET_PROBLEM, code, text);
    return false;
}

/* The row that a change is about; refused where there is none. */
static bool find(struct db *db, const struct version_change *change, struct script_version *v, GError **error)
{
    if (!versions_find(db, change->script, change->version, v, error))
        return false;
    return v->script ||
           refuse(error, PROBLEM_NOT_FOUND, "There is no version %" G_GINT64_FORMAT " of the script %s.",
                  change->version, change->script);
}

static bool is_named_so(const struct script *script, const struct version_change *change, GError **error)
{
    if (strcmp(script->id, change->script) == 0 && script->version == change->version)
        return true;
    return refuse(error, PROBLEM_UNPROCESSABLE,
                  "The source is version %" G_GINT64_FORMAT " of %s, not version %" G_GINT64_FORMAT " of %s.",
                  script->version, script->id, change->version, change->script);
}

/* Was it ever given to anybody? Then it never changes. */
static bool is_settled(const struct script_version *v)
{
    return *v->uses != '\0';
}

static bool put(struct db *db, struct script_version *v, const struct version_change *change,
                const char *source, char **problems, GError **error)
{
    g_autoptr(GError) cause = NULL;
    struct version_closure closure = {.db = db, .uses = cJSON_CreateObject()};
    struct script *script = load_checked(change, source, &closure, &cause);
    bool is_named = !script || is_named_so(script, change, error);
    cJSON_Delete(closure.uses);
    if (is_named && !v->script)
        *v = (struct script_version){.script = g_strdup(change->script),
                                     .version = change->version,
                                     .uses = g_strdup(""),
                                     .queues = g_strdup("")};
    if (is_named) {
        v->state = script ? VERSION_STATE_CHECKED : VERSION_STATE_DRAFT;
        g_free(v->source);
        v->source = g_strdup(source);
        *problems = cause ? g_strdup(cause->message) : NULL;
        sign(v, change);
    }
    script_unref(script);
    return is_named && version_write_row(db, v, error);
}

bool versions_put(struct db *db, const struct version_change *change, const char *source, char **problems,
                  GError **error)
{
    struct script_version v;
    *problems = NULL;
    if (!versions_find(db, change->script, change->version, &v, error))
        return false;
    bool done;
    if (v.script && is_settled(&v))
        done = strcmp(v.source, source) == 0 ||
               refuse(error, PROBLEM_REFUSED,
                      "Version %" G_GINT64_FORMAT " of %s was published with another text, and what was "
                      "published never changes; raise its version.",
                      v.version, v.script);
    else
        done = put(db, &v, change, source, problems, error);
    script_version_release(&v);
    return done;
}

/* The versions it uses are settled by the first publication: those that are everybody's then. */
static bool settle(struct db *db, struct script_version *v, const struct version_change *change,
                   GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (is_settled(v))
        return true;
    struct version_closure closure = {.db = db, .uses = cJSON_CreateObject()};
    struct script *script = load_checked(change, v->source, &closure, &cause);
    bool is_sound = script && is_named_so(script, change, error);
    if (!script)
        refuse(error, PROBLEM_UNPROCESSABLE, "%s", cause->message);
    script_unref(script);
    g_free(v->uses);
    char *uses = cJSON_PrintUnformatted(closure.uses);
    v->uses = g_strdup(uses);
    cJSON_free(uses);
    cJSON_Delete(closure.uses);
    return is_sound;
}

/* Takes another version out of use because `change` does. */
static bool put_away(struct db *db, const struct script_version *other, const struct version_change *change,
                     const char *action, GError **error)
{
    struct script_version v;
    if (!versions_find(db, other->script, other->version, &v, error))
        return false;
    v.state = VERSION_STATE_RETIRED;
    sign(&v, change);
    bool done = version_write_row(db, &v, error) && note(db, change, &v, action, error);
    script_version_release(&v);
    return done;
}

static bool publish(struct db *db, struct script_version *v, const struct version_change *change,
                    const struct version_audience *audience, GError **error)
{
    g_free(v->queues);
    v->queues = g_strdup(audience->queues ? audience->queues : "");
    v->share = *v->queues ? VERSIONS_EVERYBODY : audience->share;
    v->per_arm = audience->per_arm;
    v->state = VERSION_STATE_PUBLISHED;
    sign(v, change);
    return version_write_row(db, v, error) && note(db, change, v, PUBLICATION_PUBLISHED, error);
}

static bool publish_among(struct db *db, struct script_version *v, const struct version_change *change,
                          const struct version_audience *audience, const GPtrArray *versions, GError **error)
{
    const struct script_version *base = version_base_of(versions), *rolling = version_rolling_of(versions);
    bool is_for_all = version_is_everybodys(audience->share, audience->queues ? audience->queues : "");
    if (rolling && rolling->version != v->version)
        return refuse(error, PROBLEM_REFUSED,
                      "Version %" G_GINT64_FORMAT
                      " of %s is being rolled out; publish it to all or pull it back first.",
                      rolling->version, v->script);
    if (!is_for_all && (!base || base->version == v->version))
        return refuse(error, PROBLEM_REFUSED,
                      "The others would have no version of %s; publish one to all first.", v->script);
    if (!settle(db, v, change, error))
        return false;
    if (is_for_all && base && base->version != v->version) {
        v->replaced = base->version;
        if (!put_away(db, base, change, PUBLICATION_RETIRED, error))
            return false;
    }
    return publish(db, v, change, audience, error);
}

/* Runs what changes one version of a script, with all of them at hand. */
typedef bool (*changer)(struct db *db, struct script_version *v, const struct version_change *change,
                        const GPtrArray *versions, const void *data, GError **error);

static bool change_one(struct db *db, const struct version_change *change, changer run, const void *data,
                       GError **error)
{
    struct script_version v;
    GPtrArray *versions = NULL;
    bool done = find(db, change, &v, error) && (versions = versions_of(db, change->script, error)) &&
                run(db, &v, change, versions, data, error);
    if (versions)
        g_ptr_array_unref(versions);
    script_version_release(&v);
    return done;
}

static bool change_to_published(struct db *db, struct script_version *v, const struct version_change *change,
                                const GPtrArray *versions, const void *data, GError **error)
{
    return publish_among(db, v, change, data, versions, error);
}

bool versions_publish(struct db *db, const struct version_change *change,
                      const struct version_audience *audience, GError **error)
{
    return change_one(db, change, change_to_published, audience, error);
}

static const struct version_audience everybody = {.share = VERSIONS_EVERYBODY};

/* The version before it is everybody's again. */
static bool bring_back(struct db *db, const struct script_version *v, const struct version_change *change,
                       GError **error)
{
    struct script_version before;
    if (!versions_find(db, v->script, v->replaced, &before, error))
        return false;
    bool done = before.script && before.state == VERSION_STATE_RETIRED
                    ? publish(db, &before, change, &everybody, error)
                    : refuse(error, PROBLEM_REFUSED,
                             "Version %" G_GINT64_FORMAT " of %s replaced none that could come back; publish "
                             "another, or retire it.",
                             v->version, v->script);
    script_version_release(&before);
    return done;
}

static bool pull_back(struct db *db, struct script_version *v, const struct version_change *change,
                      const GPtrArray *versions, const void *data, GError **error)
{
    (void)data;
    const struct script_version *rolling = version_rolling_of(versions);
    if (v->state != VERSION_STATE_PUBLISHED)
        return refuse(error, PROBLEM_REFUSED,
                      "Version %" G_GINT64_FORMAT " of %s is not published but %s; there is nothing to pull "
                      "back.",
                      v->version, v->script, version_state_name(v->state));
    if (rolling && rolling->version != v->version)
        return refuse(error, PROBLEM_REFUSED,
                      "Version %" G_GINT64_FORMAT " of %s is being rolled out; pull that back first.",
                      rolling->version, v->script);
    return put_away(db, v, change, PUBLICATION_PULLED_BACK, error) &&
           (version_is_rolling(v) || bring_back(db, v, change, error));
}

bool versions_pull_back(struct db *db, const struct version_change *change, GError **error)
{
    return change_one(db, change, pull_back, NULL, error);
}

static bool retire(struct db *db, struct script_version *v, const struct version_change *change,
                   const GPtrArray *versions, const void *data, GError **error)
{
    (void)data;
    const struct script_version *rolling = version_rolling_of(versions);
    if (v->state == VERSION_STATE_RETIRED)
        return refuse(error, PROBLEM_REFUSED, "Version %" G_GINT64_FORMAT " of %s is retired already.",
                      v->version, v->script);
    if (script_version_is_base(v) && rolling)
        return refuse(error, PROBLEM_REFUSED,
                      "Version %" G_GINT64_FORMAT
                      " of %s is being rolled out; publish it to all or pull it back first.",
                      rolling->version, v->script);
    if (v->state == VERSION_STATE_PUBLISHED)
        return put_away(db, v, change, PUBLICATION_RETIRED, error);
    v->state = VERSION_STATE_RETIRED; /* nobody ever had it: there is nothing to tell */
    sign(v, change);
    return version_write_row(db, v, error);
}

bool versions_retire(struct db *db, const struct version_change *change, GError **error)
{
    return change_one(db, change, retire, NULL, error);
}

/* Which version a source is; false with what is wrong with it. */
static bool identify(struct db *db, const char *source, struct version_change *change, char **id,
                     GError **error)
{
    g_autoptr(GError) cause = NULL;
    struct version_closure closure = {.db = db, .uses = cJSON_CreateObject()};
    struct script *script = load_checked(change, source, &closure, &cause);
    cJSON_Delete(closure.uses);
    if (!script)
        return refuse(error, PROBLEM_UNPROCESSABLE, "%s", cause->message);
    *id = g_strdup(script->id);
    change->script = *id;
    change->version = script->version;
    script_unref(script);
    return true;
}

static bool is_known(struct db *db, const struct version_change *change, const char *source, bool *known,
                     GError **error)
{
    struct script_version v;
    if (!versions_find(db, change->script, change->version, &v, error))
        return false;
    *known = v.script && is_settled(&v) && strcmp(v.source, source) == 0;
    script_version_release(&v);
    return true;
}

/* The newest version that was ever given out; NULL: none was. */
static const struct script_version *newest_settled(const GPtrArray *versions)
{
    for (guint i = 0; i < versions->len; i++)
        if (is_settled(versions->pdata[i]))
            return versions->pdata[i];
    return NULL;
}

/* The source as the version that it is here: the newest that was given out, where it says the same, else the
 * next of all. Caller owns; NULL: error. */
static char *renumber(struct db *db, struct version_change *change, const char *source, GError **error)
{
    GPtrArray *versions = versions_of(db, change->script, error);
    if (!versions)
        return NULL;
    const struct script_version *newest = newest_settled(versions);
    if (newest)
        change->version = newest->version;
    char *own = newest ? script_renumber(source, newest->version, error) : g_strdup(source);
    if (newest && own && strcmp(own, newest->source) != 0) {
        change->version = ((const struct script_version *)versions->pdata[0])->version + 1;
        g_free(own);
        own = script_renumber(source, change->version, error);
    }
    g_ptr_array_unref(versions);
    return own;
}

bool versions_import(struct db *db, const char *name, const char *source, const struct version_change *change,
                     bool *changed, GError **error)
{
    struct version_change own = *change;
    g_autofree char *id = NULL, *problems = NULL, *renumbered = NULL;
    bool known = false;
    own.file = name;
    if (!identify(db, source, &own, &id, error))
        return false;
    if (change->raises) {
        renumbered = renumber(db, &own, source, error);
        source = renumbered;
    }
    if (!source || !is_known(db, &own, source, &known, error))
        return false;
    *changed = !known;
    return known || (versions_put(db, &own, source, &problems, error) &&
                     versions_publish(db, &own, &everybody, error));
}
