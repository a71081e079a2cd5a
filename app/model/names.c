#include "app/model/names.h"

#include <stddef.h>
#include <string.h>

static const char *const channels[CHANNEL_COUNT] = {
    [CHANNEL_PHONE] = "phone", [CHANNEL_CHAT] = "chat",     [CHANNEL_EMAIL] = "email",
    [CHANNEL_WEB] = "web",     [CHANNEL_SOCIAL] = "social", [CHANNEL_SMS] = "sms",
};
static const char *const classes[CLASS_COUNT] = {
    [CLASS_ENQUIRY] = "enquiry",
    [CLASS_TRANSACTION] = "transaction",
    [CLASS_COMPLAINT] = "complaint",
};
static const char *const states[CONTACT_STATE_COUNT] = {
    [CONTACT_QUEUED] = "queued", [CONTACT_OFFERED] = "offered",       [CONTACT_ACTIVE] = "active",
    [CONTACT_HELD] = "held",     [CONTACT_CONSULTING] = "consulting", [CONTACT_WRAPPING] = "wrapping",
    [CONTACT_PARKED] = "parked", [CONTACT_CLOSED] = "closed",         [CONTACT_ABANDONED] = "abandoned",
};
static const char *const presences[PRESENCE_COUNT] = {
    [PRESENCE_OFFLINE] = "offline",
    [PRESENCE_NOT_READY] = "not-ready",
    [PRESENCE_READY] = "ready",
    [PRESENCE_TRANSFER_ONLY] = "transfer-only",
};
static const char *const statuses[STATUS_COUNT] = {
    [STATUS_IDLE] = "idle",
    [STATUS_RESERVED] = "reserved",
    [STATUS_INTERACTING] = "interacting",
    [STATUS_WRAPPING] = "wrapping",
    [STATUS_NOT_RESPONDING] = "not-responding",
};
static const char *const roles[ROLE_COUNT] = {
    [ROLE_AGENT] = "agent",           [ROLE_SPECIALIST] = "specialist", [ROLE_TRAINER] = "trainer",
    [ROLE_SUPERVISOR] = "supervisor", [ROLE_ADMIN] = "admin",           [ROLE_INTEGRATION] = "integration",
};
static const char *const step_classes[STEP_CLASS_COUNT] = {
    [STEP_VALUE] = "value",
    [STEP_REQUIRED] = "required",
    [STEP_WASTE] = "waste",
};
static const char *const approval_states[APPROVAL_STATE_COUNT] = {
    [APPROVAL_ASKED] = "asked",     [APPROVAL_GRANTED] = "granted",     [APPROVAL_REFUSED] = "refused",
    [APPROVAL_EXPIRED] = "expired", [APPROVAL_WITHDRAWN] = "withdrawn",
};
static const int capacities[CHANNEL_COUNT] = {
    [CHANNEL_PHONE] = 100, [CHANNEL_CHAT] = 33,   [CHANNEL_EMAIL] = 20,
    [CHANNEL_WEB] = 20,    [CHANNEL_SOCIAL] = 33, [CHANNEL_SMS] = 20,
};

static int find(const char *const *names, int count, const char *name)
{
    for (int i = 0; name != NULL && i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}

/* The two functions of one set of words. */
#define NAMES(type, prefix, table, count)                                 \
    const char *prefix##_name(type value)                                 \
    {                                                                     \
        return (unsigned)value < (unsigned)(count) ? (table)[value] : ""; \
    }                                                                     \
    bool prefix##_parse(const char *name, type *value)                    \
    {                                                                     \
        int found = find(table, count, name);                             \
        if (found >= 0)                                                   \
            *value = (type)found;                                         \
        return found >= 0;                                                \
    }

NAMES(enum channel, channel, channels, CHANNEL_COUNT)
NAMES(enum contact_class, contact_class, classes, CLASS_COUNT)
NAMES(enum contact_state, contact_state, states, CONTACT_STATE_COUNT)
NAMES(enum presence, presence, presences, PRESENCE_COUNT)
NAMES(enum role, role, roles, ROLE_COUNT)
NAMES(enum step_class, step_class, step_classes, STEP_CLASS_COUNT)
NAMES(enum approval_state, approval_state, approval_states, APPROVAL_STATE_COUNT)

const char *agent_status_name(enum agent_status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status] : "";
}

int channel_capacity(enum channel channel)
{
    return (unsigned)channel < CHANNEL_COUNT ? capacities[channel] : CAPACITY_POINTS;
}
