/* Keystrokes: how many a contact and a step take. Counts alone, never what was typed: the desk tells how many
 * keys went into a contact since it last said so, in the member `keys` of the events that leave a step or end
 * a leg.
 *
 * By step: the keys told by step.left and step.skipped / how often the step was left. By contact: all keys
 * told / contacts that are over and of which any were told. What is typed outside of steps stands in its own
 * row.
 */
#ifndef APP_MEASURE_KEYSTROKES_H
#define APP_MEASURE_KEYSTROKES_H

#include "app/measure/report.h"
#include "app/model/event.h"

typedef struct keystrokes keystrokes;

/* Counts what is told at or after since_ms and before until_ms, and contacts that are over within. */
struct keystrokes *keystrokes_new(int64_t since_ms, int64_t until_ms);
void keystrokes_free(struct keystrokes *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(keystrokes, keystrokes_free)
void keystrokes_fold(struct keystrokes *k, const struct event *ev); /* in the order of positions */

/* Tables "rows" (steps, the most keys first) and "channels". Caller owns. */
struct report *keystrokes_answer(const struct keystrokes *k);

#endif
