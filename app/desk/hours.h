/* Times to come as sentences name them: the status line, lists of queues, why a contact waits, how long it is
 * parked. */
#pragma once

#include "app/desk/desk.h"
#include "app/model/timestamp.h"

/* "08:00" where that is less than a day away, else its date, "3 Dec". Answers out, which has room for
 * TIMESTAMP_SHORT_BYTES. */
const char *hours_short(const struct desk *desk, int64_t at_ms, char *out);

/* "closed until 08:00", or "closed" where no opening is in sight; NULL while the queue is open or NULL.
 * Caller owns. */
char *hours_closed(const struct desk *desk, const struct queue *q);
