#include "app/service/rights.h"

#include <cjson/cJSON.h>
#include <glib.h>
#include <string.h>

#define R(role) (1u << ROLE_##role)
#define PEOPLE  (R(AGENT) | R(SPECIALIST) | R(TRAINER) | R(SUPERVISOR) | R(ADMIN))
#define SENIOR  (R(SPECIALIST) | R(TRAINER) | R(SUPERVISOR) | R(ADMIN))

/* Rights without a bit are judged by app/rules and the desk; they are listed so that the settings can be
 * checked. */
static const struct {
    const char *name;
    uint64_t bit;
    unsigned roles;
} rows[] = {
    {"events.read", RIGHT_EVENTS_READ, SENIOR | R(INTEGRATION)},
    {"knowledge.write", RIGHT_KNOWLEDGE_WRITE, SENIOR},
    {"settings.change", RIGHT_SETTINGS_CHANGE, R(ADMIN)},
    {"import.run", RIGHT_IMPORT_RUN, R(ADMIN) | R(INTEGRATION)},
    {"contacts.own", 0, PEOPLE},
    {"contacts.escalated", 0, SENIOR},
    {"contacts.watch", 0, SENIOR},
    {"contacts.move", 0, R(SUPERVISOR) | R(ADMIN)},
    {"contacts.create", 0, PEOPLE | R(INTEGRATION)},
    {"messages.send", 0, PEOPLE},
    {"messages.receive", 0, R(INTEGRATION)},
    {"knowledge.read", 0, PEOPLE},
    {"knowledge.flag", 0, PEOPLE},
    {"customers.read", 0, PEOPLE},
    {"customers.correct", 0, PEOPLE},
    {"reports.own", 0, PEOPLE},
    {"reports.team", 0, SENIOR},
    {"approvals.decide", 0, SENIOR},
    {"practice.take", 0, PEOPLE},
    {"practice.build", 0, R(TRAINER) | R(ADMIN)},
    {"practice.score", 0, R(TRAINER) | R(ADMIN)},
    {"floor.manage", 0, R(SUPERVISOR) | R(ADMIN)},
    {"users.manage", 0, R(ADMIN)},
};

bool rights_is_name(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return true;
    return false;
}

static uint64_t named(const char *name)
{
    for (size_t i = 0; name && i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].bit;
    return 0;
}

uint64_t rights_of(enum role role, const char *settings)
{
    uint64_t rights = RIGHT_SIGNED_IN;
    cJSON *json = settings ? cJSON_Parse(settings) : NULL;
    const cJSON *right, *list = cJSON_GetObjectItemCaseSensitive(
                            cJSON_GetObjectItemCaseSensitive(json, "roles"), role_name(role));
    if (cJSON_IsArray(list)) {
        cJSON_ArrayForEach (right, list)
            rights |= named(cJSON_GetStringValue(right));
    } else {
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
            if (rows[i].roles & (1u << role))
                rights |= rows[i].bit;
    }
    cJSON_Delete(json);
    return rights;
}
