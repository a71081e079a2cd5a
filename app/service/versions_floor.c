#include "app/service/versions_floor.h"

#include <cjson/cJSON.h>

#include "app/script/script_read.h"
#include "app/script/suggest.h"
#include "app/service/settings.h"

/* The texts of one member of the rows of a list, borrowed from the settings. */
static GPtrArray *words_of(const cJSON *settings, const char *list, const char *member)
{
    GPtrArray *words = g_ptr_array_new();
    const cJSON *row;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(settings, list)) {
        const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, member));
        if (word)
            g_ptr_array_add(words, (gpointer)word);
    }
    return words;
}

static void check_word(const GPtrArray *words, const char *what, const char *word, const struct yaml_node *at,
                       struct problems *problems)
{
    bool is_known = words->len == 0 || !word;
    for (guint i = 0; i < words->len && !is_known; i++)
        is_known = g_str_equal(words->pdata[i], word);
    if (is_known)
        return;
    g_autofree char *end = suggest_end(word, (const char *const *)words->pdata, words->len);
    yaml_problem(problems, at, "The settings have no %s `%s`%s", what, word, end);
}

static void check_script(const struct script *script, const GPtrArray *queues, const GPtrArray *dispositions,
                         struct problems *problems)
{
    const struct yaml_node *served = script_node_of(script->head.at, "queues");
    for (size_t i = 0; i < script->queue_count; i++)
        check_word(queues, "queue", script->queues[i],
                   served->kind == YAML_KIND_LIST ? served->items[i] : served, problems);
    for (size_t i = 0; i < script->step_count; i++) {
        const struct script_step *step = &script->steps[i];
        if (step->origin) /* checked where it stands */
            continue;
        check_word(queues, "queue", step->queue, script_node_of(step->head.at, "queue"), problems);
        check_word(dispositions, "disposition", step->disposition,
                   script_node_of(step->head.at, "disposition"), problems);
    }
}

bool versions_check_floor(struct db *db, const struct script *script, struct problems *problems,
                          GError **error)
{
    int64_t version;
    GError *cause = NULL;
    if (!settings_newest(db, &version, error))
        return false;
    g_autofree char *text = settings_read(db, version, &cause);
    if (cause) {
        g_propagate_error(error, cause);
        return false;
    }
    cJSON *settings = text ? cJSON_Parse(text) : NULL;
    g_autoptr(GPtrArray) queues = words_of(settings, "queues", "id"),
                         dispositions = words_of(settings, "dispositions", "code");
    check_script(script, queues, dispositions, problems);
    cJSON_Delete(settings);
    return true;
}
