/* Makes whole events of what the simulation does: ids, devices with their seq, boot and times.
 *
 * An event's device is the prefix and the actor's (one desk an agent; all customers come by "channels"). A
 * seq is given when the event is sent, so that one that is dropped before leaves no gap.
 */
#ifndef APP_SIM_EMITTER_H
#define APP_SIM_EMITTER_H

#include "app/model/event.h"
#include "app/sim/random.h"

/* Takes the event. */
typedef void (*sim_sink)(struct event *ev, void *user_data);

struct sim_emitter {
    char *prefix; /* of devices, such as "past" */
    struct sim_random random;
    GHashTable *seqs;   /* device -> last seq */
    int64_t boot_at_ms; /* wall clock when the simulated machines were booted */
    sim_sink sink;
    void *user_data;
};

void sim_emitter_init(struct sim_emitter *emitter, const char *prefix, uint64_t seed, int64_t boot_at_ms);
void sim_emitter_release(struct sim_emitter *emitter);

/* An event of an actor, without contact, leg and data. Caller owns it until it is sent. */
struct event *sim_emitter_make(struct sim_emitter *emitter, enum event_kind kind, enum actor_kind actor_kind,
                               const char *actor, int64_t at_ms);

/* Whether it came from here. */
bool sim_emitter_is_own(const struct sim_emitter *emitter, const struct event *ev);

/* Gives it its seq and hands it to the sink. Takes it. */
void sim_emitter_send(struct sim_emitter *emitter, struct event *ev);

#endif
