/* What the files of the live traffic share. Not for others. */
#ifndef APP_SIM_TRAFFIC_PARTS_H
#define APP_SIM_TRAFFIC_PARTS_H

#include "app/sim/agenda.h"
#include "app/sim/customer.h"
#include "app/sim/traffic.h"

#define SECOND_MS     INT64_C(1000)
#define MINUTE_MS     INT64_C(60000)
#define WAITING_USUAL 22 /* who wait at the start, and whom arrivals keep waiting */

enum visit_state { VISIT_WAITING, VISIT_IN_HAND, VISIT_OVER };

/* What a colleague does next in a contact. */
enum piece { PIECE_GREET, PIECE_LOOK, PIECE_ANSWER, PIECE_WRAP, PIECE_CLOSE };

struct visit {
    char *id;
    const struct customer *customer;
    const struct persona_intent *intent;
    enum channel channel;
    struct sim_customer *sim;
    GHashTable *facts;
    enum visit_state state;
    int legs;
    char *colleague; /* who has it, of ours; NULL: nobody of ours */
    enum piece piece;
    bool has_asked; /* for an approval, which one leg does and not the next once more */
    int64_t over_ms;
};

enum due_kind { DUE_ARRIVAL, DUE_ACCEPT, DUE_PIECE, DUE_READY, DUE_DECIDE };

/* What is on the agenda, by ids, for the contact or person may be gone by then. */
struct due {
    char *contact, *agent, *approval;
    int leg;
};

struct traffic {
    const struct demo_content *content;
    const struct crowd *crowd;
    struct sim_emitter emitter;
    struct agenda agenda;
    struct sim_random random;
    GHashTable *visits;     /* id -> struct visit * */
    GPtrArray *visit_order; /* the same, in the order of arrival */
    GHashTable *colleagues; /* ids, borrowed from the staff */
    const struct approval_limits *limits;
    GHashTable *asks; /* approvals that nobody has decided -> their contacts, both owned */
    GPtrArray *dues;  /* all that are on the agenda, for freeing */
    double pace;
    int64_t start_ms; /* real time at the start; the simulation's clock runs from it at its pace */
    int64_t now_ms;   /* real */
    int64_t every_ms, next_contact;
    int waiting_at_start;
    bool begun;
};

/* traffic.c */
int64_t traffic_inner_ms(const struct traffic *traffic, int64_t real_ms); /* the simulation's clock */
/* Copies what. */
void traffic_plan(struct traffic *traffic, enum due_kind kind, int64_t delay_ms, const struct due *what);
void traffic_send(struct traffic *traffic, struct event *ev); /* takes it */
/* Of an agent; v NULL: on no contact. */
struct event *traffic_agent_event(struct traffic *traffic, enum event_kind kind, const char *agent,
                                  const struct visit *v);
struct event *traffic_customer_event(struct traffic *traffic, enum event_kind kind, const struct visit *v,
                                     int64_t at_ms);

/* traffic_arrivals.c: who comes, and when */
void arrivals_begin(struct traffic *traffic);
void arrivals_next(struct traffic *traffic);

/* traffic_colleagues.c: those of the staff who work along */
void colleagues_choose(struct traffic *traffic, int count, const char *leave_out);
void colleagues_come(struct traffic *traffic);
/* The person themselves has come to a desk: what the colleague has in hand and on the agenda is theirs. */
void colleagues_leave_to(struct traffic *traffic, const char *agent);
void colleagues_be_ready(struct traffic *traffic, const char *agent);
void colleagues_accept(struct traffic *traffic, struct visit *v, const char *agent);
void colleagues_plan_piece(struct traffic *traffic, struct visit *v, enum piece piece, int64_t usual_ms);
void colleagues_work(struct traffic *traffic, struct visit *v); /* the piece that is due */

/* traffic_approvals.c: what colleagues ask and decide; on whatever contact, v is NULL for one of nobody's
 * here */
void approvals_maybe_ask(struct traffic *traffic, struct visit *v);
void approvals_hear(struct traffic *traffic, const struct visit *v, const struct event *ev);
void approvals_decide(struct traffic *traffic, const struct due *due);

#endif
