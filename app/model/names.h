/* The closed sets of words of the product and their names on the wire and on the screen: one table each. */
#ifndef APP_MODEL_NAMES_H
#define APP_MODEL_NAMES_H

#include <stdbool.h>

enum channel {
    CHANNEL_PHONE,
    CHANNEL_CHAT,
    CHANNEL_EMAIL,
    CHANNEL_WEB,
    CHANNEL_SOCIAL,
    CHANNEL_SMS,
    CHANNEL_COUNT
};
enum contact_class { CLASS_ENQUIRY, CLASS_TRANSACTION, CLASS_COMPLAINT, CLASS_COUNT };
enum contact_state {
    CONTACT_QUEUED,
    CONTACT_OFFERED,
    CONTACT_ACTIVE,
    CONTACT_HELD,
    CONTACT_CONSULTING,
    CONTACT_WRAPPING,
    CONTACT_PARKED,
    CONTACT_CLOSED,
    CONTACT_ABANDONED,
    CONTACT_STATE_COUNT
};
enum presence {
    PRESENCE_OFFLINE,
    PRESENCE_NOT_READY,
    PRESENCE_READY,
    PRESENCE_TRANSFER_ONLY,
    PRESENCE_COUNT
};
enum agent_status {
    STATUS_IDLE,
    STATUS_RESERVED,
    STATUS_INTERACTING,
    STATUS_WRAPPING,
    STATUS_NOT_RESPONDING,
    STATUS_COUNT
};
enum role {
    ROLE_AGENT,
    ROLE_SPECIALIST,
    ROLE_TRAINER,
    ROLE_SUPERVISOR,
    ROLE_ADMIN,
    ROLE_INTEGRATION,
    ROLE_COUNT
};
enum approval_state {
    APPROVAL_ASKED,
    APPROVAL_GRANTED,
    APPROVAL_REFUSED,
    APPROVAL_EXPIRED,
    APPROVAL_WITHDRAWN,
    APPROVAL_STATE_COUNT
};
enum step_class { STEP_VALUE, STEP_REQUIRED, STEP_WASTE, STEP_CLASS_COUNT };

/* The name of a value; "" where it is out of range. Static. */
const char *channel_name(enum channel channel);
const char *contact_class_name(enum contact_class contact_class);
const char *contact_state_name(enum contact_state state);
const char *presence_name(enum presence presence);
const char *agent_status_name(enum agent_status status);
const char *role_name(enum role role);
const char *step_class_name(enum step_class step_class);
const char *approval_state_name(enum approval_state state);

/* The value of a name; false where it is none of the set (NULL included). */
bool channel_parse(const char *name, enum channel *channel);
bool contact_class_parse(const char *name, enum contact_class *contact_class);
bool contact_state_parse(const char *name, enum contact_state *state);
bool presence_parse(const char *name, enum presence *presence);
bool role_parse(const char *name, enum role *role);
bool step_class_parse(const char *name, enum step_class *step_class);
bool approval_state_parse(const char *name, enum approval_state *state);

/* Points of an agent's CAPACITY_POINTS that one contact takes (phone 100, chat and social 33, others 20).
 */
#define CAPACITY_POINTS 100
int channel_capacity(enum channel channel);

#endif
