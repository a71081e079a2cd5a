/* The marks of a contact's row in the queue, by name: one row each, from which the pane, its help and the
 * manual of keys come. Which contact carries which is the pane's matter (ui/views/queue.c).
 */
#pragma once

enum queue_mark {
    QUEUE_MARK_NONE,
    QUEUE_MARK_OFFERED,
    QUEUE_MARK_MEANT,
    QUEUE_MARK_UNREAD,
    QUEUE_MARK_URGENT,
    QUEUE_MARK_HELD,
    QUEUE_MARK_CONSULTING,
    QUEUE_MARK_PARKED,
    QUEUE_MARK_WRAPPING,
    QUEUE_MARK_ESCALATED,
    QUEUE_MARK_GIVEN_BACK,
    QUEUE_MARK_COUNT
};

struct queue_mark_row {
    const char *sign;  /* one column; a blank for QUEUE_MARK_NONE */
    const char *title; /* a few words; NULL for QUEUE_MARK_NONE alone */
    const char *help;  /* one sentence */
};

/* Static. */
const struct queue_mark_row *queue_mark_row(enum queue_mark mark);
/* What the time at the left of a row says, static: the sign shows its form. */
const struct queue_mark_row *queue_time_row(void);
