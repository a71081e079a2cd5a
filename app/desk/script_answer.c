#include "app/desk/script_answer.h"

#include <string.h>

#include "app/desk/desk.h"
#include "app/script/script.h"
#include "net/json.h"

static void unref_script(gpointer script)
{
    script_unref(script);
}

/* Where one script finds those that it uses. */
struct shelf_of_one {
    const cJSON *answer, *uses; /* uses: id -> version; one it does not name is taken as it is */
};

static char *source_of(void *data, const char *id, char **name)
{
    static const char *const lists[] = {"scripts", "older"};
    const struct shelf_of_one *shelf = data;
    int64_t wanted = json_number(shelf->uses, id);
    *name = g_strdup(id);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        const cJSON *item;
        cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(shelf->answer, lists[i]))
            if (g_strcmp0(json_text(item, "id"), id) == 0 &&
                (wanted == 0 || wanted == json_number(item, "version")))
                return g_strdup(json_text(item, "source"));
    }
    return NULL;
}

/* NULL where it cannot be read. */
static struct script *read_one(const cJSON *answer, const cJSON *item)
{
    const char *id = json_text(item, "id"), *source = json_text(item, "source");
    struct shelf_of_one shelf = {answer, cJSON_GetObjectItemCaseSensitive(item, "uses")};
    struct script_library library = {.source = source_of, .data = &shelf};
    g_autoptr(GError) error = NULL;
    if (source == NULL)
        return NULL;
    struct script *script =
        script_parse_using(id != NULL ? id : "script", source, strlen(source), &library, &error);
    if (script == NULL)
        g_info("script left out: %s", error->message);
    return script;
}

/* Who gets it; NULL: everybody. */
static struct desk_rollout *read_rollout(const cJSON *item, const struct script *script)
{
    const cJSON *word, *queues = cJSON_GetObjectItemCaseSensitive(item, "queues");
    int64_t share_percent = json_number(item, "share_percent");
    if (!cJSON_IsArray(queues) && share_percent <= 0)
        return NULL;
    struct desk_rollout *r = g_new0(struct desk_rollout, 1);
    g_autoptr(GString) words = g_string_new(NULL);
    cJSON_ArrayForEach (word, queues)
        if (cJSON_IsString(word))
            g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", word->valuestring);
    *r = (struct desk_rollout){.script = g_strdup(script->id),
                               .version = script->version,
                               .share_percent = share_percent,
                               .queues = words->len > 0 ? g_strdup(words->str) : NULL};
    return r;
}

void script_answer_read(struct script_answer *given, const cJSON *answer)
{
    const cJSON *item;
    *given = (struct script_answer){.scripts = g_ptr_array_new_with_free_func(unref_script),
                                    .older = g_ptr_array_new_with_free_func(unref_script),
                                    .rollouts = g_ptr_array_new_with_free_func(desk_rollout_free)};
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(answer, "scripts")) {
        struct script *script = read_one(answer, item);
        struct desk_rollout *rollout = script != NULL ? read_rollout(item, script) : NULL;
        if (script != NULL)
            g_ptr_array_add(rollout != NULL ? given->older : given->scripts, script);
        if (rollout != NULL)
            g_ptr_array_add(given->rollouts, rollout);
    }
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(answer, "older")) {
        struct script *script = read_one(answer, item);
        if (script != NULL)
            g_ptr_array_add(given->older, script);
    }
}

void script_answer_release(struct script_answer *given)
{
    g_ptr_array_unref(given->scripts);
    g_ptr_array_unref(given->older);
    g_ptr_array_unref(given->rollouts);
}
