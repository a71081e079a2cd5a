#include "app/model/rights.h"

#include <glib.h>
#include <string.h>

#define R(role)  (1u << ROLE_##role)
#define SENIOR   (R(SPECIALIST) | R(TRAINER) | R(SUPERVISOR) | R(ADMIN))
#define PEOPLE   (R(AGENT) | SENIOR)
#define LEADS    (R(SUPERVISOR) | R(ADMIN))
#define ADMINS   R(ADMIN)
#define OWNERS   (R(TRAINER) | R(ADMIN)) /* of processes */
#define CHANNELS R(INTEGRATION)

static const struct {
    const char *name, *help; /* contacts.own; what it allows, after "to" */
    unsigned roles;          /* bit r: enum role r usually has it */
} rows[RIGHT_COUNT] = {
#define RIGHT_ROW(identifier, wire_name, usual, what) \
    [RIGHT_INDEX_##identifier] = {.name = (wire_name), .help = (what), .roles = (usual)},
    RIGHTS(RIGHT_ROW)
#undef RIGHT_ROW
};

bool right_parse(const char *name, uint64_t *right)
{
    for (size_t i = 0; name != NULL && i < RIGHT_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *right = UINT64_C(1) << i;
            return true;
        }
    }
    return false;
}

char *rights_in_words(uint64_t rights)
{
    GString *words = g_string_new(NULL);
    uint64_t left = rights;
    for (size_t i = 0; i < RIGHT_COUNT; i++) {
        if ((left & UINT64_C(1) << i) == 0)
            continue;
        left &= ~(UINT64_C(1) << i);
        g_string_append_printf(words, "%s%s", words->len == 0 ? "" : left == 0 ? " or " : ", ", rows[i].name);
    }
    return g_string_free(words, false);
}

static uint64_t usual(enum role role)
{
    uint64_t rights = 0;
    for (size_t i = 0; i < RIGHT_COUNT; i++)
        if ((rows[i].roles & 1u << role) != 0)
            rights |= UINT64_C(1) << i;
    return rights;
}

void rights_of_roles(const cJSON *roles, uint64_t rights[ROLE_COUNT])
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        const cJSON *name, *list = cJSON_GetObjectItemCaseSensitive(roles, role_name((enum role)role));
        uint64_t right;
        rights[role] = cJSON_IsArray(list) ? 0 : usual((enum role)role);
        cJSON_ArrayForEach (name, list)
            if (right_parse(cJSON_GetStringValue(name), &right))
                rights[role] |= right;
    }
}
