/* A request for somebody's decision on a contact: what is asked, who may decide, by when, and what came of
 * it.
 *
 * Plain data that a contact carries: app/rules folds it from events and says who may do what; everybody else
 * reads. Strings are owned by the struct; NULL means unknown or nobody. Times are ms since 1970 UTC; 0 means
 * "not". Amounts are in minor units of `currency`; 0: it is not about money.
 */
#ifndef APP_MODEL_APPROVAL_H
#define APP_MODEL_APPROVAL_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/model/names.h"
#include "app/model/pack.h"

#define APPROVAL_DUE_MS     (15 * 60 * INT64_C(1000)) /* where neither the script nor the settings say */
#define APPROVAL_EXPIRES_MS (4 * 3600 * INT64_C(1000))
#define APPROVAL_NO_LIMIT   (-1)

typedef struct approval {
    char *id; /* of the event that asked; never NULL */
    enum approval_state state;
    char *script, *step; /* never NULL */
    char *title;         /* of the step */
    char *ask;           /* the question, one or more sentences; never NULL */
    char *reason;
    char *approvers; /* names of the roles that may decide, a blank between; never NULL */
    char *queue;     /* only who may work this queue decides; NULL: any */
    int64_t amount_minor;
    char *currency;
    char *asked_by;     /* agent; NULL: the system, when the contact came in */
    char *delegate;     /* who it was handed on to, and may decide for who did that */
    char *delegated_by; /* agent */
    char *decided_by;   /* agent; NULL: a rule, or nobody */
    char *note;         /* of who decided, or why it was withdrawn */
    int64_t asked_ms, due_ms, expires_ms, decided_ms;
} approval;

struct approval *approval_new(const char *id);
struct approval *approval_copy(const struct approval *a);
void approval_free(struct approval *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(approval, approval_free)

cJSON *approval_to_cjson(const struct approval *a);
struct approval *approval_from_cjson(const cJSON *json, GError **error);

/* As bytes for a file of the desk's own (app/model/pack.h); NULL where they are broken. */
void approval_pack(const struct approval *a, GByteArray *bytes);
struct approval *approval_unpack(struct unpack *from);
uint32_t approval_layout(void);

/* The newest of a list (struct approval *, oldest first; may be NULL) for a step of a script that is not
 * withdrawn; NULL: none. Borrowed from the list. */
struct approval *approval_of_step(const GPtrArray *list, const char *script, const char *step);
struct approval *approval_find(const GPtrArray *list, const char *id);

/* Is the role among the names? */
bool approval_is_for(const char *approvers, enum role role);

/* What the settings say about approvals. Amounts are of one currency, the centre's own. */
struct approval_limits {
    int64_t preauthorised_minor;     /* the system grants requests up to it at once; 0: none */
    int64_t limit_minor[ROLE_COUNT]; /* a role decides up to it; APPROVAL_NO_LIMIT: whatever it is */
    GHashTable *per_unit_minor;      /* currency, owned -> int64_t *, owned, > 0: so much of it counts as one
                                      * whole unit of the centre's own; never NULL */
    int64_t due_ms, expires_ms;      /* after the request; > 0 */
    GHashTable *stand_ins;           /* agent -> who may decide in their stead, both owned; never NULL */
};
/* The usual ones, or those of the settings' "approvals" (an object as docs/openapi.yaml has it; may be NULL).
 * Members of a wrong type are passed over. Release with approval_limits_release. */
void approval_limits_init(struct approval_limits *limits, const cJSON *json);
void approval_limits_release(struct approval_limits *limits);

/* What an amount is against the limits, rounded up; one of an unknown or unnamed currency as it stands. */
int64_t approval_weigh(const struct approval_limits *limits, int64_t amount_minor, const char *currency);

/* The part of the rules that asks for no person: may a role with these rights decide on such an amount, as
 * approval_weigh has it? `why` gets a static part of a sentence where not, after "the role"; may be NULL. */
bool approval_role_may(const struct approval_limits *limits, enum role role, uint64_t rights,
                       int64_t amount_minor, const char **why);

/* "350.00 EUR" into `out`; "" where it is not about money. Answers out. */
#define APPROVAL_AMOUNT_BYTES 40
const char *approval_amount(int64_t amount_minor, const char *currency, char out[APPROVAL_AMOUNT_BYTES]);

#endif
