#include "app/measure/rates.h"

#include <string.h>

#include "app/model/fields.h"

#define HOUR_MS 3600000.0

void rates_read(struct rates *rates, const cJSON *settings)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(settings, "rates");
    const char *currency = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(settings, "currency"));
    *rates = (struct rates){0};
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const cJSON *rate = cJSON_GetObjectItemCaseSensitive(list, channel_name((enum channel)i));
        rates->an_hour[i] = cJSON_IsNumber(rate) && rate->valuedouble > 0
                                ? (int64_t)MIN(rate->valuedouble, FIELDS_EXACT_MAX)
                                : 0;
    }
    if (currency != NULL && strlen(currency) < sizeof rates->currency)
        memcpy(rates->currency, currency, strlen(currency));
}

bool rates_any(const struct rates *rates)
{
    bool any = false;
    for (int i = 0; i < CHANNEL_COUNT; i++)
        any |= rates->an_hour[i] > 0;
    return any;
}

double rates_cost(const struct rates *rates, enum channel channel, int64_t focus_ms)
{
    return (double)rates->an_hour[channel] * (double)focus_ms / HOUR_MS;
}
