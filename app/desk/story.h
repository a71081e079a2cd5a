/* What happened in a contact so far, drafted as text from its messages, steps, answers and articles: for
 * whoever takes it next, and for the summary of wrap-up. Drafts only; the agent reads and changes them. */
#ifndef APP_DESK_STORY_H
#define APP_DESK_STORY_H

#include "app/desk/desk.h"

#define STORY_MAX_BYTES 6000

/* For the second line or another agent: who, what about, steps with their answers, articles tried, what was
 * said last, time so far. Personal answers are named, not told. Caller owns. */
char *story_escalation(const struct desk *desk, const struct desk_contact *dc);

/* Two or three sentences for the record. Caller owns. */
char *story_summary(const struct desk *desk, const struct desk_contact *dc);

#endif
