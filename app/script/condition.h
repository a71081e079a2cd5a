/*
 * condition: the expressions of a script, in Lua 5.4's own syntax and nothing but expressions.
 *
 *     order.total > money(50) and customer.tier ~= 'gold'
 *     one_of(reason, 'size', 'colour') and days_since(order.delivered) <= 90
 *
 * There are: names known beforehand, numbers, texts, true, false, nil; and or not; == ~= < <= > >=; + - * /
 * // % ..; parentheses; and calls of the functions of CONDITION_FUNCTIONS. There are no statements, tables,
 * methods, indexes or other names; a small lexer of ours refuses them before Lua sees anything, and names
 * what was probably meant.
 *
 * A name whose value is not known stops the evaluation with CONDITION_UNKNOWN and that name, so that it can
 * be asked for; nothing is guessed. `and` and `or` do not look at what they need not, and has(name) only asks
 * whether it is known. Money is in minor units (a whole number; money(50) is 5000), dates are texts like
 * '2026-11-23', which compare as they should.
 *
 * Each compilation and each evaluation may allocate 256 KB and run CONDITION_BUDGET instructions; beyond that
 * it fails in a sentence. An engine and its conditions belong to one thread at a time.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/script/value.h"

#define CONDITION_MEMORY_BYTES (256 * 1024)
#define CONDITION_BUDGET       20000
#define CONDITION_MAX_BYTES    2000

struct condition_name {
    const char *name; /* dotted or plain */
    enum value_type type;
};

/* One comparison of a name with a text that stands in the source: `reason == 'size'`, `one_of(reason,
 * 'size')`. */
struct condition_literal {
    size_t name; /* index into the names */
    const char *text;
    size_t offset; /* bytes into the source where the text begins */
};

enum condition_result {
    CONDITION_FALSE,
    CONDITION_TRUE,
    CONDITION_UNKNOWN, /* needs a name that is not known */
    CONDITION_FAILED,  /* the expression went wrong: see the error */
};

#define CONDITION_ERROR (condition_error_quark())
GQuark condition_error_quark(void);
enum condition_error { CONDITION_ERROR_SYNTAX, CONDITION_ERROR_NAME, CONDITION_ERROR_RUN };

struct condition_function {
    const char *name;
    int least, most; /* arguments */
    const char *help;
};
extern const struct condition_function CONDITION_FUNCTIONS[];
extern const size_t CONDITION_FUNCTION_COUNT;

/* True for a word that can be no field's name: Lua's keywords and the functions' names. */
bool condition_reserved(const char *word);

/* What an evaluation sees. */
struct condition_context {
    /* The canonical text of names[name], NULL when not known; borrowed until the next call. */
    const char *(*lookup)(void *data, size_t name);
    /* The canonical text that names[name] had in the round `index` of a loop, "" when it had none there, NULL
     * past the last round; for count, sum and list. NULL in place of the function: there are no rounds. */
    const char *(*round)(void *data, size_t name, size_t index);
    void *data;
    int64_t today; /* days since 1970-01-01 */
};

struct condition_engine;
struct condition;

/* Copies names[count]. Caller owns, free with condition_engine_free, which frees its conditions too. */
struct condition_engine *condition_engine_new(const struct condition_name *names, size_t count);
void condition_engine_free(struct condition_engine *engine);

/* Checks and compiles `source`. Borrowed until the engine is freed. NULL with a sentence; *offset (may be
 * NULL) is then the byte of the source at which the trouble begins. */
struct condition *condition_compile(struct condition_engine *engine, const char *source, size_t *offset,
                                    GError **error);

/* True or false as the expression says. UNKNOWN: *needs (may be NULL) is the index of the name it needs.
 * FAILED: `error` says why (a value that is neither true nor false, a text compared with a number, a budget
 * spent). */
enum condition_result condition_evaluate(struct condition *condition, const struct condition_context *context,
                                         size_t *needs, GError **error);

/* From now on names[name] is not looked up but computed by `condition`, which may use it no more than any
 * other name does; its budget is that of whoever needs it. */
void condition_engine_define(struct condition_engine *engine, size_t name, struct condition *condition);

/* What the expression computes, as the canonical text of `type`, in *text: the caller's to free. TRUE when
 * there is one, UNKNOWN and FAILED as condition_evaluate; never FALSE. */
enum condition_result condition_compute(struct condition *condition, enum value_type type,
                                        const struct condition_context *context, char **text, size_t *needs,
                                        GError **error);

/* The names it may need (indexes, each once, has(name) left out); borrowed until the engine is freed. */
const size_t *condition_names(const struct condition *condition, size_t *count);
const struct condition_literal *condition_literals(const struct condition *condition, size_t *count);
