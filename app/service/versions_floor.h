/* What a script names that only the settings know: queues, and how a contact can end. Where the settings are
 * silent about either, so is this. */
#ifndef APP_SERVICE_VERSIONS_FLOOR_H
#define APP_SERVICE_VERSIONS_FLOOR_H

#include "app/script/problems.h"
#include "app/script/script.h"
#include "app/service/db.h"

/* Adds a problem, with its place, for each that the settings in force do not have. False: error. */
bool versions_check_floor(struct db *db, const struct script *script, struct problems *problems,
                          GError **error);

#endif
