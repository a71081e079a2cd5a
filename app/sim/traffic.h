/* Live traffic for the demo: customers who arrive, talk, wait and leave, and colleagues who take some of
 * them.
 *
 * Pure: time comes with each call, chance from the seed. It gives events out and is told, by traffic_hear, of
 * every event that was applied, its own included; what was refused has simply not happened. All its customers
 * come by the device of the run; each colleague has a desk of their own.
 *
 *     struct traffic *traffic = traffic_new(
 *         content, crowd, &(struct traffic_options){.now_ms = now, .sink = give});
 *     traffic_hear(traffic, ev, now_ms); // each applied event
 *     traffic_tick(traffic, now_ms);     // each 250 ms or so
 */
#ifndef APP_SIM_TRAFFIC_H
#define APP_SIM_TRAFFIC_H

#include "app/model/approval.h"
#include "app/sim/crowd.h"
#include "app/sim/emitter.h"

struct traffic_options {
    uint64_t seed;
    int64_t now_ms;
    double pace;           /* 2: twice as fast as life; 0: as life */
    int waiting;           /* contacts waiting at the start; 0: 22; <0: none */
    int64_t every_ms;      /* usual time between arrivals; 0: 30 s; <0: nobody arrives by themselves */
    int64_t next_contact;  /* the first free contact number */
    int colleagues;        /* how many of the staff work along; 0: 3; <0: none */
    const char *leave_out; /* id of the person at the desk, who is not played; may be NULL; copied */
    const struct approval_limits *limits; /* who decides on how much; NULL: anybody on any amount; borrowed
                                           * until traffic_free */
    sim_sink sink;                        /* takes each event; may call traffic_hear at once */
    void *user_data;
};

struct traffic;

/* Borrows content and crowd until it is freed. */
struct traffic *traffic_new(const struct demo_content *content, const struct crowd *crowd,
                            const struct traffic_options *options);
void traffic_free(struct traffic *traffic);

/* An event was applied, whoever's. Those on contacts it does not know are ignored. */
void traffic_hear(struct traffic *traffic, const struct event *ev, int64_t now_ms);

/* Somebody at a desk types in this contact just now, which its customer hears or sees. */
void traffic_notice(struct traffic *traffic, const char *contact, int64_t now_ms);

/* Gives out what is due by now. The first call gives what is waiting at the start, older than now. */
void traffic_tick(struct traffic *traffic, int64_t now_ms);

/* Contacts that wait for an agent. */
size_t traffic_waiting(const struct traffic *traffic);

#endif
