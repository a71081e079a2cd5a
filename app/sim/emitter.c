#include "app/sim/emitter.h"

#include <string.h>

void sim_emitter_init(struct sim_emitter *emitter, const char *prefix, uint64_t seed, int64_t boot_at_ms)
{
    emitter->prefix = g_strdup(prefix);
    emitter->random.state = seed;
    emitter->seqs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    emitter->boot_at_ms = boot_at_ms;
}

void sim_emitter_release(struct sim_emitter *emitter)
{
    g_free(emitter->prefix);
    g_hash_table_unref(emitter->seqs);
}

struct event *sim_emitter_make(struct sim_emitter *emitter, enum event_kind kind, enum actor_kind actor_kind,
                               const char *actor, int64_t at_ms)
{
    char id[EVENT_ID_LEN + 1];
    uint8_t noise[10];
    uint64_t one = sim_random_next(&emitter->random), two = sim_random_next(&emitter->random);
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)((i < 8 ? one >> (8 * i) : two >> (8 * (i - 8))) & 0xff);
    event_make_id(at_ms, noise, id);
    g_autofree char *device = g_strdup_printf("%s-%s", emitter->prefix,
                                              actor_kind == ACTOR_AGENT    ? actor
                                              : actor_kind == ACTOR_SYSTEM ? "system"
                                                                           : "channels");
    g_autofree char *boot = g_strdup_printf("%s-boot", emitter->prefix);
    struct event_origin origin = {.device = device,
                                  .boot = boot,
                                  .actor_kind = actor_kind,
                                  .actor = actor,
                                  .at_ms = at_ms,
                                  .boot_ms = at_ms - emitter->boot_at_ms};
    return event_new(kind, id, &origin);
}

bool sim_emitter_is_own(const struct sim_emitter *emitter, const struct event *ev)
{
    size_t len = strlen(emitter->prefix);
    return ev->device != NULL && strncmp(ev->device, emitter->prefix, len) == 0 && ev->device[len] == '-';
}

void sim_emitter_send(struct sim_emitter *emitter, struct event *ev)
{
    int64_t *seq = g_hash_table_lookup(emitter->seqs, ev->device);
    if (seq == NULL) {
        seq = g_new0(int64_t, 1);
        g_hash_table_insert(emitter->seqs, g_strdup(ev->device), seq);
    }
    ev->seq = ++*seq;
    emitter->sink(ev, emitter->user_data);
}
