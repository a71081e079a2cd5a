#include "app/desk/older_scripts.h"

#include <stdbool.h>
#include <string.h>

static bool is_same(const cJSON *a, const cJSON *b)
{
    const char *a_id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(a, "id")),
               *b_id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(b, "id"));
    const cJSON *a_version = cJSON_GetObjectItemCaseSensitive(a, "version"),
                *b_version = cJSON_GetObjectItemCaseSensitive(b, "version");
    return a_id != NULL && b_id != NULL && strcmp(a_id, b_id) == 0 && cJSON_IsNumber(a_version) &&
           cJSON_IsNumber(b_version) && a_version->valueint == b_version->valueint;
}

static bool has(const cJSON *list, const cJSON *script)
{
    const cJSON *item;
    cJSON_ArrayForEach (item, list)
        if (is_same(item, script))
            return true;
    return false;
}

void older_scripts_add(cJSON *answer, const cJSON *before)
{
    static const char *const lists[] = {"scripts", "older"};
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(answer, "scripts"), *item;
    cJSON *older = cJSON_DetachItemFromObjectCaseSensitive(answer, "older");
    if (!cJSON_IsArray(older)) {
        cJSON_Delete(older);
        older = cJSON_CreateArray();
    }
    for (int i = 0; i < 2; i++)
        cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(before, lists[i]))
            if (is_same(item, item) && !has(given, item) && !has(older, item) &&
                cJSON_GetArraySize(older) < OLDER_SCRIPTS_MAX)
                cJSON_AddItemToArray(older, cJSON_Duplicate(item, true));
    cJSON_AddItemToObject(answer, "older", older);
}
