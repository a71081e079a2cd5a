/* What reports need besides the log: the steps that scripts demand, and the rates of the settings. */
#ifndef APP_SERVICE_REPORT_SOURCE_H
#define APP_SERVICE_REPORT_SOURCE_H

#include "app/measure/compliance.h"
#include "app/measure/rates.h"
#include "app/measure/step_titles.h"
#include "app/service/db.h"

/* Tells the fold what each version of a script that was ever published demands: of each end the required
 * steps that every way to it passes. Into titles go those of all its steps; NULL: they are not wanted. */
bool report_source_demands(struct db *db, struct compliance *c, struct step_titles *titles, GError **error);

/* Of the settings' JSON; NULL gives none. */
void report_source_rates(const char *settings, struct rates *rates);

#endif
