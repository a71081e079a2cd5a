#include "app/service/demo_centre.h"

#include <string.h>

#include "app/service/accounts.h"
#include "app/service/settings.h"
#include "app/service/shelf.h"
#include "app/service/versions.h"
#include "net/json.h"

#define DAY_MS             (24 * 3600 * INT64_C(1000))
#define PUBLISHED_DAYS_AGO 22 /* a day before the past begins */

static int64_t now_ms(void)
{
    return g_get_real_time() / 1000;
}

static bool put_people(struct db *db, const struct demo_content *content, GError **error)
{
    g_autofree char *hash = accounts_hash_password(DEMO_PASSWORD);
    for (size_t i = 0; i < content->floor.staff_count; i++) {
        const struct demo_staff *staff = &content->floor.staff[i];
        g_autoptr(agent) a = agent_new(staff->id, staff->name, (enum role)staff->role);
        for (size_t k = 0; k < staff->skills.count; k++)
            agent_set_skill(a, staff->skills.items[k], 3);
        if (!accounts_put(db, a, hash, error))
            return false;
    }
    return true;
}

static char *article_json(const struct demo_article *article)
{
    cJSON *json = cJSON_CreateObject(), *tags = cJSON_CreateArray();
    cJSON_AddStringToObject(json, "id", article->id);
    cJSON_AddStringToObject(json, "title", article->title);
    cJSON_AddStringToObject(json, "body", article->body);
    cJSON_AddStringToObject(json, "lang", article->lang);
    cJSON_AddStringToObject(json, "updated", article->updated);
    g_auto(GStrv) names = g_strsplit(article->tags != NULL ? article->tags : "", ", ", -1);
    for (size_t i = 0; names[i] != NULL; i++)
        cJSON_AddItemToArray(tags, cJSON_CreateString(names[i]));
    cJSON_AddItemToObject(json, "tags", tags);
    return json_print(json);
}

static bool put_articles(struct db *db, const struct demo_content *content, GError **error)
{
    for (guint i = 0; i < content->articles->len; i++) {
        const struct demo_article *article = content->articles->pdata[i];
        g_autofree char *json = article_json(article);
        int64_t version = 0;
        if (!shelf_put_article(db, article->id, json, now_ms(), &version, error))
            return false;
    }
    return true;
}

/* Everybody's since before the past began. */
static bool put_script(struct db *db, const char *path, GError **error)
{
    g_autofree char *source = NULL;
    const struct version_change change = {.by = "demo", .now_ms = now_ms() - PUBLISHED_DAYS_AGO * DAY_MS};
    bool changed;
    return g_file_get_contents(path, &source, NULL, error) &&
           versions_import(db, path, source, &change, &changed, error);
}

/* The version before is everybody's, and the present one goes to a share of the customers: as in the past
 * that is written, and on from there. */
static bool roll_out(struct db *db, const struct demo_content *content, const struct script *script,
                     GError **error)
{
    const struct demo_planted *planted = &content->floor.planted;
    g_autofree char *name = g_strconcat(script->id, ".yaml", NULL), *source = NULL, *problems = NULL,
                    *earlier = g_build_filename(content->dir, "earlier", name, NULL);
    const struct version_change change = {.script = script->id,
                                          .file = script->file,
                                          .by = "demo",
                                          .version = script->version,
                                          .now_ms = now_ms() - planted->rollout_days_ago * DAY_MS};
    const struct version_audience audience = {.share = planted->rollout_percent};
    return put_script(db, earlier, error) && g_file_get_contents(script->file, &source, NULL, error) &&
           versions_put(db, &change, source, &problems, error) &&
           versions_publish(db, &change, &audience, error);
}

static bool put_scripts(struct db *db, const struct demo_content *content, GError **error)
{
    for (guint i = 0; i < content->scripts->len; i++) {
        const struct script *script = content->scripts->pdata[i];
        bool is_rolled_out = strcmp(script->id, content->floor.planted.rollout_script) == 0;
        if (!(is_rolled_out ? roll_out(db, content, script, error) : put_script(db, script->file, error)))
            return false;
    }
    return true;
}

bool demo_centre_put(struct db *db, void *user_data, GError **error)
{
    const struct demo_centre *centre = user_data;
    int64_t version;
    return settings_write(db, centre->settings, "demo", now_ms(), &version, error) &&
           put_people(db, centre->content, error) && put_articles(db, centre->content, error) &&
           put_scripts(db, centre->content, error);
}
