/* A walk as JSON and back; see walk.h. */
#include <string.h>

#include "app/script/walk_state.h"

#define WALK_FORMAT 1

/* A new object in the array. */
static cJSON *add_answer(cJSON *array, const struct walk *walk, size_t slot, const struct answer *answer)
{
    cJSON *item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "name", walk->script->names[slot].name);
    if (answer->value) {
        cJSON_AddStringToObject(item, "value", answer->value);
        cJSON_AddStringToObject(item, "source", answer->source);
    }
    cJSON_AddNumberToObject(item, "at_ms", (double)answer->at_ms);
    cJSON_AddItemToArray(array, item);
    return item;
}

static cJSON *answers_to_json(const struct walk *walk)
{
    cJSON *answers = cJSON_CreateArray();
    for (size_t i = 0; i < walk->script->name_count; i++)
        if (walk->answers[i].value)
            add_answer(answers, walk, i, &walk->answers[i]);
    return answers;
}

static cJSON *rounds_to_json(const struct walk *walk)
{
    cJSON *rounds = cJSON_CreateArray();
    for (size_t i = 0; i < walk->rounds->len; i++) {
        const struct round_answer *kept = &g_array_index(walk->rounds, struct round_answer, i);
        cJSON *item = add_answer(rounds, walk, kept->slot, &kept->answer);
        cJSON_AddNumberToObject(item, "visit", (double)kept->visit);
    }
    return rounds;
}

static cJSON *visits_to_json(const struct walk *walk)
{
    cJSON *visits = cJSON_CreateArray();
    for (size_t i = 0; i < walk->visits->len; i++) {
        const struct visit *visit = &g_array_index(walk->visits, struct visit, i);
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "step", visit->step->id);
        cJSON_AddNumberToObject(item, "entered_ms", (double)visit->entered_ms);
        cJSON_AddNumberToObject(item, "left_ms", (double)visit->left_ms);
        cJSON_AddStringToObject(item, "how", yaml_word_of(VISIT_HOW_WORDS, (int)visit->how));
        if (visit->result)
            cJSON_AddStringToObject(item, "result", visit->result);
        if (visit->reason)
            cJSON_AddStringToObject(item, "reason", visit->reason);
        cJSON_AddItemToArray(visits, item);
    }
    return visits;
}

cJSON *walk_to_json(const struct walk *walk)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "format", WALK_FORMAT);
    cJSON_AddStringToObject(json, "script", walk->script->id);
    cJSON_AddNumberToObject(json, "version", (double)walk->script->version);
    cJSON_AddNumberToObject(json, "started_ms", (double)walk->started_ms);
    cJSON_AddBoolToObject(json, "verified", walk->verified);
    cJSON_AddItemToObject(json, "answers", answers_to_json(walk));
    cJSON_AddItemToObject(json, "visits", visits_to_json(walk));
    if (walk->rounds->len)
        cJSON_AddItemToObject(json, "rounds", rounds_to_json(walk));
    cJSON *trail = cJSON_AddArrayToObject(json, "trail");
    for (size_t i = 0; i < walk->trail->len; i++)
        cJSON_AddItemToArray(trail, cJSON_CreateNumber((double)g_array_index(walk->trail, size_t, i)));
    cJSON *wanted = cJSON_AddArrayToObject(json, "wanted");
    for (size_t i = 0; i < walk->wanted->len; i++) {
        const char *name = walk->script->names[g_array_index(walk->wanted, size_t, i)].name;
        cJSON_AddItemToArray(wanted, cJSON_CreateString(name));
    }
    if (walk->order_slot != SIZE_MAX)
        cJSON_AddStringToObject(json, "order", walk->script->names[walk->order_slot].name);
    if (walk->outcome)
        cJSON_AddStringToObject(json, "outcome", walk->outcome);
    return json;
}

/* --- back --- */

static const char *string_in(const cJSON *json, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
}

/* A whole number from 0 to `most`; false when it is none. */
static bool number_in(const cJSON *item, int64_t most, int64_t *out)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > (double)most)
        return false;
    *out = (int64_t)item->valuedouble;
    return true;
}

static bool time_in(const cJSON *json, const char *key, int64_t *out)
{
    return number_in(cJSON_GetObjectItemCaseSensitive(json, key), INT64_C(1) << 52, out);
}

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *why = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, WALK_ERROR, WALK_ERROR_SCRIPT, "The saved place in the script cannot be used: %s.",
                why);
    return false;
}

static bool read_answer(struct walk *walk, const cJSON *item, GError **error)
{
    const char *name = string_in(item, "name"), *value = string_in(item, "value"),
               *source = string_in(item, "source");
    int64_t at_ms = 0;
    if (!name || !value || !source || !time_in(item, "at_ms", &at_ms))
        return refuse(error, "an answer lacks its name, value, source or time");
    int slot = script_name_index(walk->script, name);
    if (slot < 0)
        return refuse(error, "the script %s has no field %s", walk->script->id, name);
    if (walk->answers[slot].value)
        return refuse(error, "%s is answered twice", name);
    walk->answers[slot] =
        (struct answer){.value = g_strdup(value), .source = g_strdup(source), .at_ms = at_ms};
    return true;
}

static bool read_round(struct walk *walk, const cJSON *item, GError **error)
{
    const char *name = string_in(item, "name"), *value = string_in(item, "value"),
               *source = string_in(item, "source");
    struct round_answer kept = {0};
    int64_t visit = 0;
    int slot = name ? script_name_index(walk->script, name) : -1;
    if (slot < 0 || !value != !source || !time_in(item, "at_ms", &kept.answer.at_ms))
        return refuse(error, "an answer of a past round lacks its name, value or time");
    if (!walk->visits->len || walk->rounds->len > 100 * WALK_VISITS_MAX ||
        !number_in(cJSON_GetObjectItemCaseSensitive(item, "visit"), (int64_t)walk->visits->len - 1, &visit))
        return refuse(error, "a past round points at a visit that it does not have");
    kept.visit = (size_t)visit;
    kept.slot = (size_t)slot;
    kept.answer.value = g_strdup(value);
    kept.answer.source = g_strdup(source);
    g_array_append_val(walk->rounds, kept);
    return true;
}

static bool read_visit(struct walk *walk, const cJSON *item, GError **error)
{
    const char *id = string_in(item, "step"), *how = string_in(item, "how");
    const struct script_step *step = id ? script_step_of(walk->script, id) : NULL;
    struct visit visit = {.step = step};
    int how_value = 0;
    if (!step)
        return refuse(error, "the script %s has no step %s", walk->script->id, id ? id : "without a name");
    if (!how || !yaml_word_value(VISIT_HOW_WORDS, how, &how_value) ||
        !time_in(item, "entered_ms", &visit.entered_ms) || !time_in(item, "left_ms", &visit.left_ms))
        return refuse(error, "the visit of %s lacks its times or how it ended", id);
    visit.how = (enum visit_how)how_value;
    visit.result = g_strdup(string_in(item, "result"));
    visit.reason = g_strdup(string_in(item, "reason"));
    g_array_append_val(walk->visits, visit);
    return true;
}

static bool read_lists(struct walk *walk, const cJSON *json, GError **error)
{
    const cJSON *item;
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "answers")) {
        if (!read_answer(walk, item, error))
            return false;
    }
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "visits")) {
        if (walk->visits->len > 2 * WALK_VISITS_MAX)
            return refuse(error, "it has too many visits");
        if (!read_visit(walk, item, error))
            return false;
    }
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "rounds")) {
        if (!read_round(walk, item, error))
            return false;
    }
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "trail")) {
        int64_t index = 0;
        if (!walk->visits->len || walk->trail->len >= walk->visits->len ||
            !number_in(item, (int64_t)walk->visits->len - 1, &index))
            return refuse(error, "its trail points at visits that it does not have");
        size_t at = (size_t)index;
        g_array_append_val(walk->trail, at);
    }
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "wanted")) {
        int slot = cJSON_IsString(item) ? script_name_index(walk->script, item->valuestring) : -1;
        if (slot < 0 || walk->wanted->len > walk->script->name_count)
            return refuse(error, "it asks for a name that the script does not have");
        size_t at = (size_t)slot;
        g_array_append_val(walk->wanted, at);
    }
    return true;
}

/* Where it stands, by the end of the trail. */
static bool read_place(struct walk *walk, const cJSON *json, GError **error)
{
    const char *outcome = string_in(json, "outcome"), *order = string_in(json, "order");
    int slot = order ? script_name_index(walk->script, order) : -1;
    if (!walk->trail->len)
        return refuse(error, "it stands in no step");
    size_t index = g_array_index(walk->trail, size_t, walk->trail->len - 1);
    const struct visit *visit = &g_array_index(walk->visits, struct visit, index);
    if (!outcome && visit->how != VISIT_OPEN)
        return refuse(error, "its last step is closed but the script is not finished");
    walk->current = outcome ? NULL : visit->step;
    walk->last = outcome ? visit->step : NULL;
    walk->today = walk_today(NULL, visit->entered_ms);
    walk->outcome = g_strdup(outcome);
    walk->order_slot = slot >= 0 && walk->answers[slot].value ? (size_t)slot : SIZE_MAX;
    walk->verified = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "verified"));
    return time_in(json, "started_ms", &walk->started_ms) || refuse(error, "it does not say when it began");
}

struct walk *walk_from_json(const cJSON *json, walk_find_script find, void *data, GError **error)
{
    const char *id = string_in(json, "script");
    int64_t version = 0, format = 0;
    if (!id || !number_in(cJSON_GetObjectItemCaseSensitive(json, "version"), INT32_MAX, &version) ||
        !number_in(cJSON_GetObjectItemCaseSensitive(json, "format"), INT32_MAX, &format)) {
        refuse(error, "it does not name its script and version");
        return NULL;
    }
    if (format != WALK_FORMAT) {
        refuse(error, "it is of format %d, and this program reads %d", (int)format, WALK_FORMAT);
        return NULL;
    }
    struct script *script = find(data, id, version);
    if (!script) {
        refuse(error, "version %d of the script %s is not here", (int)version, id);
        return NULL;
    }
    struct walk *walk = walk_allocate(script);
    script_unref(script);
    if (read_lists(walk, json, error) && read_place(walk, json, error))
        return walk;
    walk_free(walk);
    return NULL;
}
