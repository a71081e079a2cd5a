/*
 * condition_engine: what the engine of conditions (condition.c) and the functions that expressions call
 * (condition_call.c) share; private to them.
 */
#pragma once

#include <lua.h>

#include "app/script/condition.h"
#include "app/script/pattern.h"

struct condition_engine {
    lua_State *lua;
    struct condition_name *names;
    size_t name_count;
    const struct condition **computed; /* computed[name_count]: NULL where a name is looked up */
    size_t used_bytes, limit_bytes;    /* of the allocator */
    GPtrArray *conditions;
    GPtrArray *patterns;                     /* of struct pattern */
    const struct condition_context *context; /* during an evaluation */
    size_t needs;                            /* the name that stopped it */
    char *scratch; /* a text on its way into Lua, kept here so that a failing push does not leak it */
};

struct condition {
    struct condition_engine *engine;
    char *source;
    int function; /* reference in the registry */
    GArray *names;
    GArray *literals;
};

/* Registers all that an expression may call. Both run inside a protected call, as everything that can raise
 * an error of Lua's. */
int condition_install(lua_State *lua);
/* The value of the computed name whose index is the argument. */
int condition_compute_name(lua_State *lua);
