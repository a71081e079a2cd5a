/* Tables of what is so now, written in the transaction of the events that made it so.
 *
 * A row holds the thing's JSON in `data` and, as columns, only what is selected by. Everything here can be
 * made again from the log (rebuild.h), but for what people administer: an agent's name, role, skills and
 * password. No locks and no transactions of its own.
 */
#ifndef APP_SERVICE_PROJECTION_H
#define APP_SERVICE_PROJECTION_H

#include "app/model/customer.h"
#include "app/rules/world.h"
#include "app/service/db.h"

/* `json` is the contact's own, made once for row and board. */
bool projection_put_contact(struct db *db, const struct contact *c, const char *json, GError **error);
/* NULL without error where there is none. Caller owns. */
struct contact *projection_contact(struct db *db, const char *id, GError **error);
/* The JSON as it stands in the row; NULL without error where there is none. Caller owns, g_free. */
char *projection_contact_json(struct db *db, const char *id, GError **error);
/* Each living contact in the order of its making, with `created`, the number that orders them. */
typedef bool (*projection_visit_contact)(struct contact *c, int64_t created, void *user_data); /* takes c */
bool projection_open_contacts(struct db *db, projection_visit_contact visit, void *user_data, GError **error);

/* The contact's approvals, a row each. */
bool projection_put_approvals(struct db *db, const struct contact *c, GError **error);

/* The agent's folded state; the row itself is made by accounts.h. */
bool projection_put_agent(struct db *db, const struct agent *a, GError **error);
/* Each agent, administered facts and folded state together; takes a. */
typedef void (*projection_visit_agent)(struct agent *a, void *user_data);
bool projection_agents(struct db *db, projection_visit_agent visit, void *user_data, GError **error);

/* Applies what the event says of customers and orders; `*changed` (`changed` may be NULL) gets the id of the
 * customer that changed or NULL, caller owns. */
bool projection_fold_customer(struct db *db, const struct event *ev, char **changed, GError **error);
/* What stands in a field that events correct, "" where nothing does; NULL without error where there is no
 * such customer. Caller owns. */
char *projection_customer_value(struct db *db, const char *id, const char *field, GError **error);
/* With identities and, newest first, orders. NULL without error where there is none. Caller owns. */
struct customer *projection_customer(struct db *db, const char *id, GError **error);
/* NULL without error where there is none. Caller owns. */
struct order *projection_order(struct db *db, const char *id, GError **error);

#endif
