/* What the files of a replay share: the past contacts as the log has them (replay_log.c), walked again
 * (replay.c), and told (replay_tell.c). Private to them.
 */
#ifndef APP_SCRIPT_REPLAY_PARTS_H
#define APP_SCRIPT_REPLAY_PARTS_H

#include "app/script/replay.h"
#include "app/script/replay_orders.h"

/* A value as it was answered, or what came of a step; in the order of time. */
struct said {
    const char *name; /* field or step: interned by the replay */
    char *text;       /* value or result; NULL for a step without a result */
    const char *to;   /* of a step: where it led; interned, may be NULL */
    int64_t spent_ms; /* of a step */
    bool skipped;     /* a step that was, by the agent */
};

struct past {
    GArray *facts;   /* of struct said: names of facts */
    GArray *answers; /* of struct said */
    GArray *steps;   /* of struct said: every time that one was left */
    GArray *way;     /* of const char *: the way that counted */
    bool verified, finished;
    int64_t total_ms;
    int64_t started_ms; /* of the script; 0: it was not */
    int64_t entered_ms; /* when the step that was entered last was */
};

struct replay {
    struct script *script;
    struct replay_orders *orders;
    GHashTable *contacts; /* id -> struct past */
    GPtrArray *order;     /* of struct past, as they began */
    GStringChunk *words;
    GHashTable *means; /* step -> struct mean */
    GHashTable *versions;
    int64_t position, first_ms, last_ms;
    /* of the last run */
    GHashTable *stuck; /* "step\twhy" -> count */
    GHashTable *ways;  /* "after\tthen\tnow" -> count */
    struct replay_counts counts;
};

struct mean {
    int64_t total_ms, count;
};

#endif
