/*
 * check_parts: the parts of script_check, and the ways between steps that they share; private to check*.c.
 */
#pragma once

#include "app/script/check.h"

/* One way from a step to another. */
struct way {
    size_t from, to;                    /* step indexes */
    const struct script_result *result; /* of a step with results; else NULL */
};

/* Whether a way may be used in a search. */
typedef bool (*check_may_use)(void *data, const struct way *way);

/* The shortest way from one step to another over ways that may be used, as "greet → verify → close"; NULL
 * when there is none. Going nowhere counts: from a step to itself it is that step alone. Caller owns. */
char *check_find_way(const struct script *script, const GArray *ways, size_t from, size_t to,
                     check_may_use may_use, void *data);

void check_names(const struct script *script, const GArray *ways, struct problems *problems);
void check_types(const struct script *script, struct problems *problems);
void check_texts(const struct script *script, struct problems *problems);
