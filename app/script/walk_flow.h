/*
 * walk_flow: a script as it is drawn, with one contact's walk on it: what is done, where one stands, which
 * ways were taken, what comes and what still can.
 *
 *     struct walk_flow *flow = walk_flow_new(walk, &facts, now_ms);
 *     // flow->drawing: the lines; flow->steps[line->step->index].place; walk_flow_is_taken(flow, line)
 *     walk_flow_free(flow);
 */
#pragma once

#include "app/script/graph.h"
#include "app/script/walk.h"

enum walk_place {
    WALK_PLACE_CLOSED, /* no way from where one stands leads there */
    WALK_PLACE_OPEN,   /* one does */
    WALK_PLACE_LIKELY, /* it lies on the way that the walk takes with what is known now */
    WALK_PLACE_NOW,
    WALK_PLACE_DONE,
    WALK_PLACE_SKIPPED,
};

struct walk_flow_step {
    enum walk_place place;
    int visits;       /* on the way that counts */
    int64_t spent_ms; /* in all of them, in the current one until now */
    const char
        *reason; /* of the last: why skipped or passed by; NULL else. Borrowed until the walk changes */
    const char *result; /* likewise: what it came to */
};

struct walk_flow {
    GArray *drawing;              /* of struct graph_line */
    struct walk_flow_step *steps; /* by index in the script */
    bool *taken;                  /* by step and way; see walk_flow_is_taken */
    size_t *first_way;            /* by step: where its ways begin in `taken` */
};

/* Borrows the walk. Never NULL. */
struct walk_flow *walk_flow_new(const struct walk *walk, const struct facts *facts, int64_t at_ms);
void walk_flow_free(struct walk_flow *flow);

/* Whether the walk went the way that this line draws. */
bool walk_flow_is_taken(const struct walk_flow *flow, const struct graph_line *line);

/* What a way is called for people: its title, else "Reason: wrong size" for a condition that compares a
 * choice, "Late?: yes" for a yes or no, else script_way_label. Caller owns; NULL where it is the only one. */
char *walk_flow_way_label(const struct script *script, const struct script_step *step, size_t way,
                          const char *language);
