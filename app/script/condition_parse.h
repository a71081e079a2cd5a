/*
 * condition_parse: from a condition's source to the Lua text that is compiled; private to condition.c.
 *
 * It accepts expressions only, checks each name and call, and writes names as _v(i), has(name) as has(i), and
 * the pattern of matches(text, 'pattern') as the number under which the pattern was kept.
 */
#pragma once

#include "app/script/condition.h"
#include "app/script/pattern.h"

struct condition_parse {
    const struct condition_name *known; /* known[known_count] */
    size_t known_count;
    const char *source;
    GString *lua;        /* what comes of it; the caller makes and frees these four */
    GArray *names;       /* of size_t */
    GArray *literals;    /* of struct condition_literal; texts owned by the caller */
    GPtrArray *patterns; /* of struct pattern, appended to */
    size_t offset;       /* where it stands, or where it failed */
    int depth;
};

/* False with a sentence; parse->offset is then where. */
bool condition_parse(struct condition_parse *parse, GError **error);
