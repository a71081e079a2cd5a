/*
 * walk_log: a contact's walk as its events tell it, for whoever has the contact next: after a transfer, an
 * escalation or a while in the park, with every answer, standing where it was left.
 *
 *     struct walk *before = walk_from_events(events, &facts, find, desk);
 *     if (before && walk_current(before)) walk_resume(before, &turn);            // goes on where it stood
 *     else if (before) walk = walk_start_after(before, &turn, other_script);     // keeps the answers
 */
#pragma once

#include "app/model/event.h"
#include "app/script/walk.h"

/* The last walk of the events (struct event *, of one contact, in order), with the answers of those before it
 * that it shares. A walk that was left with its leg stands open; one that came to its end is over. What does
 * not fit the script is passed over. The facts, which may be NULL, know the lists of loops. NULL where no
 * script was begun that `find` has. */
struct walk *walk_from_events(const GPtrArray *events, const struct facts *facts, walk_find_script find,
                              void *data);
