/* What a role may do, as a set of named rights: the settings may give a role another set than the usual one.
 *
 * app/rules asks for them by kind of event, app/service by route. Denied by default: whatever asks for no
 * right of a set is nobody's.
 */
#ifndef APP_MODEL_RIGHTS_H
#define APP_MODEL_RIGHTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/model/names.h"

/* RIGHT(identifier, name, roles that usually have it, what it allows) */
#define RIGHTS(RIGHT)                                                                                     \
    RIGHT(CONTACTS_OWN, "contacts.own", PEOPLE, "take contacts, and work those one has")                  \
    RIGHT(CONTACTS_ESCALATED, "contacts.escalated", SENIOR, "take contacts of second-line queues")        \
    RIGHT(CONTACTS_WATCH, "contacts.watch", SENIOR,                                                       \
          "read what is said on others' contacts, add notes there")                                       \
    RIGHT(CONTACTS_MOVE, "contacts.move", LEADS, "transfer, escalate, unpark and close others' contacts") \
    RIGHT(CONTACTS_CREATE, "contacts.create", PEOPLE | CHANNELS, "make contacts")                         \
    RIGHT(MESSAGES_SEND, "messages.send", PEOPLE, "answer customers")                                     \
    RIGHT(MESSAGES_RECEIVE, "messages.receive", CHANNELS,                                                 \
          "speak for customers, and hear what they are told")                                             \
    RIGHT(KNOWLEDGE_READ, "knowledge.read", PEOPLE, "search, open and insert articles")                   \
    RIGHT(KNOWLEDGE_FLAG, "knowledge.flag", PEOPLE, "say that an article is wrong")                       \
    RIGHT(KNOWLEDGE_WRITE, "knowledge.write", SENIOR, "write articles")                                   \
    RIGHT(CUSTOMERS_READ, "customers.read", PEOPLE, "find customers, see and reveal their records")       \
    RIGHT(CUSTOMERS_CORRECT, "customers.correct", PEOPLE, "make, link and correct customers")             \
    RIGHT(REPORTS_OWN, "reports.own", PEOPLE, "read reports of one's own work")                           \
    RIGHT(REPORTS_TEAM, "reports.team", SENIOR, "read reports of everybody's work")                       \
    RIGHT(EVENTS_READ, "events.read", SENIOR | CHANNELS, "read the whole log")                            \
    RIGHT(FLOOR_MANAGE, "floor.manage", LEADS, "change others' presence, sign others out")                \
    RIGHT(APPROVALS_DECIDE, "approvals.decide", SENIOR, "decide on what others ask to have approved")     \
    RIGHT(IMPORT_RUN, "import.run", ADMINS | CHANNELS, "import records, record orders")                   \
    RIGHT(SETTINGS_CHANGE, "settings.change", ADMINS, "read and change the settings")                     \
    RIGHT(SCRIPTS_PUBLISH, "scripts.publish", OWNERS, "write, publish and pull back versions of scripts")

enum right_index {
#define RIGHT_INDEX(identifier, name, roles, help) RIGHT_INDEX_##identifier,
    RIGHTS(RIGHT_INDEX)
#undef RIGHT_INDEX
        RIGHT_COUNT
};

enum right {
#define RIGHT_BIT(identifier, name, roles, help) RIGHT_##identifier = 1 << RIGHT_INDEX_##identifier,
    RIGHTS(RIGHT_BIT)
#undef RIGHT_BIT
};

/* The bit of a right; false where there is no such name. */
bool right_parse(const char *name, uint64_t *right);
/* The names in a set, a comma and `or` between, for a sentence. Caller owns, g_free. */
char *rights_in_words(uint64_t rights);

/* The rights of each role: the usual ones, or for a role that `roles` names (an object of lists of names, may
 * be NULL) those of its list. Names that are none are passed over. */
void rights_of_roles(const cJSON *roles, uint64_t rights[ROLE_COUNT]);

#endif
