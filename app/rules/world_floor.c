#include "app/rules/world_floor.h"

#include <string.h>

bool world_is_at_risk(const struct world *w, const struct contact *c, int64_t now_ms)
{
    if (c->due_ms == 0)
        return false;
    bool at_once = c->channel == CHANNEL_PHONE || c->channel == CHANNEL_CHAT;
    int64_t start_ms = at_once ? c->queued_ms : c->unanswered_ms;
    const struct queue *q = world_queue(w, c->queue);
    const struct calendar *open = q == NULL ? NULL : q->calendar;
    return calendar_between_ms(open, start_ms, now_ms) >=
           calendar_between_ms(open, start_ms, c->due_ms) * 3 / 4;
}

void world_count_floor(const struct world *w, int64_t now_ms, struct floor_figures *figures)
{
    GHashTableIter each;
    void *value;
    figures->queued = figures->at_risk = 0;
    memset(figures->agents_by_status, 0, sizeof figures->agents_by_status);
    memset(figures->agents_by_presence, 0, sizeof figures->agents_by_presence);
    g_hash_table_iter_init(&each, w->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct contact *c = value;
        figures->queued += c->state == CONTACT_QUEUED || c->state == CONTACT_OFFERED;
        figures->at_risk += world_is_at_risk(w, c, now_ms);
    }
    g_hash_table_iter_init(&each, w->agents);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct agent *a = value;
        if (!a->signed_in)
            continue;
        figures->agents_by_status[world_agent_status(w, a)]++;
        figures->agents_by_presence[a->presence]++;
    }
}
