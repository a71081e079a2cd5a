/* What of an agent's doings a customer on the phone hears, or guesses behind a chat, though no word is said.
 */
#ifndef APP_SIM_AT_WORK_H
#define APP_SIM_AT_WORK_H

#include "app/model/event.h"

bool at_work_tells(const struct event *ev);

#endif
