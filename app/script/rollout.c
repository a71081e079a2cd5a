#include "app/script/rollout.h"

#include <glib.h>
#include <string.h>

int script_rollout_draw(const char *script, int64_t version, const char *who)
{
    g_autofree char *text = g_strdup_printf("%s %" G_GINT64_FORMAT " %s", script, version, who);
    g_autofree char *digits = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    digits[8] = '\0'; /* 32 bits */
    return (int)(g_ascii_strtoull(digits, NULL, 16) * SCRIPT_ROLLOUT_DRAWS >> 32);
}

static bool is_among(const char *words, const char *word)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    return word != NULL && g_strv_contains((const char *const *)list, word);
}

bool script_rollout_has(const struct script_rollout *rollout, const char *customer, const char *contact,
                        const char *queue)
{
    if (rollout->queues != NULL && *rollout->queues != '\0')
        return is_among(rollout->queues, queue);
    int draw = script_rollout_draw(rollout->script, rollout->version, customer != NULL ? customer : contact);
    return draw < rollout->share_percent * (SCRIPT_ROLLOUT_DRAWS / 100);
}
