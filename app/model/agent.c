#include "app/model/agent.h"

#include <string.h>

#include "app/model/fields.h"

FIELD_NAME_WRAPPERS(role, enum role)
FIELD_NAME_WRAPPERS(presence, enum presence)

#define FIELD(field, kind, ...)                                                              \
    {                                                                                        \
        .name = #field, .type = (kind), .offset = offsetof(struct agent, field), __VA_ARGS__ \
    }

static const struct field fields[] = {
    FIELD(id, FIELD_TEXT, .required = true),
    FIELD(name, FIELD_TEXT, .required = true),
    FIELD(role, FIELD_NAME, .required = true, .to_name = role_to_name, .from_name = role_from_name),
    FIELD(disabled, FIELD_FLAG),
    FIELD(signed_in, FIELD_FLAG),
    FIELD(presence, FIELD_NAME, .to_name = presence_to_name, .from_name = presence_from_name),
    FIELD(reason, FIELD_TEXT),
    FIELD(presence_since_ms, FIELD_TIME),
    FIELD(not_responding, FIELD_FLAG),
    FIELD(focus, FIELD_TEXT),
    FIELD(idle_since_ms, FIELD_TIME),
};

static void skill_clear(void *skill)
{
    g_free(((struct agent_skill *)skill)->skill);
}

struct agent *agent_new(const char *id, const char *name, enum role role)
{
    struct agent *a = g_new0(struct agent, 1);
    a->id = g_strdup(id);
    a->name = g_strdup(name);
    a->role = role;
    a->skills = g_array_new(false, false, sizeof(struct agent_skill));
    g_array_set_clear_func(a->skills, skill_clear);
    return a;
}

void agent_free(struct agent *a)
{
    if (a == NULL)
        return;
    g_free(a->id);
    g_free(a->name);
    g_free(a->reason);
    g_free(a->focus);
    g_array_unref(a->skills);
    g_free(a);
}

static struct agent_skill *find_skill(const struct agent *a, const char *skill)
{
    for (guint i = 0; skill != NULL && i < a->skills->len; i++) {
        struct agent_skill *has = &g_array_index(a->skills, struct agent_skill, i);
        if (strcmp(has->skill, skill) == 0)
            return has;
    }
    return NULL;
}

void agent_set_skill(struct agent *a, const char *skill, int level)
{
    struct agent_skill *has = find_skill(a, skill);
    if (has != NULL) {
        has->level = level;
        return;
    }
    struct agent_skill added = {.skill = g_strdup(skill), .level = level};
    g_array_append_val(a->skills, added);
}

int agent_skill_level(const struct agent *a, const char *skill)
{
    const struct agent_skill *has = find_skill(a, skill);
    return has == NULL ? 0 : has->level;
}

cJSON *agent_to_cjson(const struct agent *a)
{
    cJSON *json = cJSON_CreateObject();
    fields_write(fields, G_N_ELEMENTS(fields), a, json);
    cJSON *skills = cJSON_AddObjectToObject(json, "skills");
    for (guint i = 0; i < a->skills->len; i++) {
        const struct agent_skill *has = &g_array_index(a->skills, struct agent_skill, i);
        cJSON_AddNumberToObject(skills, has->skill, has->level);
    }
    return json;
}

struct agent *agent_from_cjson(const cJSON *json, GError **error)
{
    g_autoptr(agent) a = agent_new(NULL, NULL, ROLE_AGENT);
    if (!fields_read(fields, G_N_ELEMENTS(fields), json, "an agent", a, error))
        return NULL;
    const cJSON *skill, *skills = cJSON_GetObjectItemCaseSensitive(json, "skills");
    cJSON_ArrayForEach (skill, skills) {
        if (!cJSON_IsNumber(skill) || skill->valueint < 1 || skill->valueint > 5) {
            g_set_error(error, FIELDS_ERROR, FIELDS_ERROR_MALFORMED,
                        "The level of skill \"%s\" of agent %s must be a number from 1 to 5.", skill->string,
                        a->id);
            return NULL;
        }
        agent_set_skill(a, skill->string, skill->valueint);
    }
    return g_steal_pointer(&a);
}

void agent_pack(const struct agent *a, GByteArray *bytes)
{
    fields_pack(fields, G_N_ELEMENTS(fields), a, bytes);
    pack_number(bytes, a->skills->len);
    for (guint i = 0; i < a->skills->len; i++) {
        const struct agent_skill *has = &g_array_index(a->skills, struct agent_skill, i);
        pack_text(bytes, has->skill);
        pack_number(bytes, has->level);
    }
}

struct agent *agent_unpack(struct unpack *from)
{
    g_autoptr(agent) a = agent_new(NULL, NULL, ROLE_AGENT);
    fields_unpack(fields, G_N_ELEMENTS(fields), a, from);
    for (size_t left = unpack_count(from); left > 0 && !from->is_broken; left--) {
        const char *skill = unpack_text(from);
        int level = (int)unpack_number(from);
        if (skill != NULL)
            agent_set_skill(a, skill, level);
    }
    return from->is_broken ? NULL : g_steal_pointer(&a);
}

uint32_t agent_layout(void)
{
    return fields_layout(fields, G_N_ELEMENTS(fields));
}
