/* What practice.c (the little world and its customer) and practice_answer.c (what a backend would answer)
 * share; private to them.
 */
#ifndef APP_DESK_PRACTICE_PARTS_H
#define APP_DESK_PRACTICE_PARTS_H

#include "app/desk/practice.h"
#include "app/rules/rules.h"
#include "app/sim/customer.h"
#include "app/sim/emitter.h"

#define CONTACT_ID "90001"

struct practice {
    struct demo_content *content;
    struct scenario *scenario;
    struct score *score;
    struct world *world;
    struct customer *customer;
    struct sim_customer *sim; /* NULL until the contact is there */
    struct sim_emitter emitter;
    GPtrArray *events;     /* struct event *, in the order of positions, which begin at 1 */
    GHashTable *positions; /* id of an event -> its position */
    cJSON *settings;
    char *agent;
    int64_t now_ms, ready_ms, accepted_ms;
    int64_t paused_ms,
        paused_since_ms; /* the customer's clock stands still that long; since then, 0: it runs */
    size_t hints_given;
    bool over;
    bool is_typing; /* the trainee, to the customer */
    void (*applied)(const struct event *ev, void *user_data);
    void *user_data;
};

#endif
