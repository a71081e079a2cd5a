/* The scripts that say what to do when a contact comes in, and doing it (app/rules/intake.h): the published
 * version that the contact will get, with the facts of its customer's record. For the writer's thread. */
#ifndef APP_SERVICE_INTAKE_H
#define APP_SERVICE_INTAKE_H

#include "app/rules/rules.h"
#include "app/service/db.h"

struct intake;
struct intake *intake_new(void);
void intake_free(struct intake *in);

/* Scripts or settings have changed: they are read anew when they are needed next. */
void intake_forget(struct intake *in);

/* After an event of a contact that came in, was classified, or whose customer was found. False: the database
 * failed. */
bool intake_follow(struct intake *in, struct db *db, const struct world *w, const struct event *ev,
                   rules_emit emit, void *user_data, GError **error);

#endif
