/*
 * facts: what is known about a contact from outside the script, by flat dotted names.
 *
 * The desk (or a test, or the command line) lends a lookup; the script engine never sees a customer or an
 * order. FACT_NAMES is the whole vocabulary: a script that uses another name does not load.
 *
 *     struct facts facts = {.lookup = desk_fact, .data = contact, .language = "en"};
 *     facts_get(&facts, "customer.tier")       // "gold", or NULL when not known
 */
#pragma once

#include "app/script/value.h"

/* The source of what the customer's record says. */
#define FACTS_CUSTOMER_RECORD "customer record"

struct facts {
    /* The canonical text of a fact (value.h); NULL or "" when it is not known. The answer is borrowed until
     * the next lookup. NULL in place of the function: nothing is known. */
    const char *(*lookup)(void *data, const char *name);
    /* What came of the approval of a step: "granted", "refused", "expired", "asked" while nobody has decided;
     * NULL: it was not asked for, or for another amount (in minor units; 0: it is not about money). `by` gets
     * a few words for who decided, `at_ms` when. Texts are borrowed until the next call. NULL in place of the
     * function: none was ever asked for. */
    const char *(*approval)(void *data, const char *script, const char *step, int64_t amount_minor,
                            const char **by, int64_t *at_ms);
    void *data;
    const char *language;   /* of the texts, "en" or "zh"; NULL is "en" */
    int utc_offset_minutes; /* of the desk, for what day `today()` is */
};

struct fact_name {
    const char *name; /* "customer.tier" */
    enum value_type type;
    const char *source; /* where a field filled from it says it came from: "order" */
    const char *label;  /* what the agent is asked for, when it is needed and not known: "Tier" */
    const char *label_zh;
};

extern const struct fact_name FACT_NAMES[];
extern const size_t FACT_NAME_COUNT;

/* A fact's value as a text in this language says it: an order's state in Chinese, where it is a usual one.
 * Conditions see the value itself. Borrows; the answer is `value` or static. */
const char *fact_word(const struct fact_name *fact, const char *value, const char *language);

/* Its index in FACT_NAMES, or -1. */
int fact_index(const char *name);

/* NULL when not known. Borrowed until the next lookup. `facts` may be NULL. */
const char *facts_get(const struct facts *facts, const char *name);
