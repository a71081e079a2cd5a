/* The floor as it is now, counted from a world: the part of the status line's figures that no log is needed
 * for. */
#ifndef APP_RULES_WORLD_FLOOR_H
#define APP_RULES_WORLD_FLOOR_H

#include "app/measure/floor.h"
#include "app/rules/world.h"

/* Does a clock run on the contact of whose time, on the queue's calendar, three quarters, or all, have gone?
 */
bool world_is_at_risk(const struct world *w, const struct contact *c, int64_t now_ms);

/* Fills queued, at_risk, agents_by_status and agents_by_presence; leaves the figures of the day alone. Walks
 * all contacts: for a few calls a second, not for every event. */
void world_count_floor(const struct world *w, int64_t now_ms, struct floor_figures *figures);

#endif
