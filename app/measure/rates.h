/* What an hour of handling costs, by channel, as the settings say; and what time costs by it.
 *
 * Costed is focus time, the part of handle time with the agent's focus: summed over an agent it never exceeds
 * the clock, so an hour of three chats at once is paid once (intervals.h). Reports and exports take the same.
 */
#ifndef APP_MEASURE_RATES_H
#define APP_MEASURE_RATES_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/model/names.h"

#define RATES_CURRENCY_BYTES 4

struct rates {
    int64_t an_hour[CHANNEL_COUNT];      /* minor units, hundredths; 0: not set */
    char currency[RATES_CURRENCY_BYTES]; /* ISO 4217, "EUR"; "": not named */
};

/* Of the settings ("rates", "currency"); NULL, and what is malformed, gives none. */
void rates_read(struct rates *rates, const cJSON *settings);

/* Is any set? */
bool rates_any(const struct rates *rates);

/* Minor units; 0 where the channel has no rate. */
double rates_cost(const struct rates *rates, enum channel channel, int64_t focus_ms);

#endif
