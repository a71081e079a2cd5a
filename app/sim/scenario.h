/* One practice scenario: a customer with a matter, what a good agent does about it, and what goes wrong
 * meanwhile.
 *
 * Read from YAML by a table; it neither runs (app/desk/link_practice) nor judges (score.h).
 *
 *     struct scenario *scenario = scenario_open("share/demo/practice/parcel-zh.yaml", &error);
 */
#ifndef APP_SIM_SCENARIO_H
#define APP_SIM_SCENARIO_H

#include "app/model/customer.h"
#include "app/sim/content.h"

enum scenario_failure_kind { SCENARIO_FAILURE_LINK_DOWN };

struct scenario_failure {
    struct yaml_head head;
    int kind;      /* enum scenario_failure_kind */
    int64_t at_ms; /* after the contact was accepted */
    int64_t for_ms;
};

struct scenario {
    struct yaml_head head;
    const char *id;
    struct yaml_text title;
    const char *business, *queue, *intent, *language, *persona;
    int channel; /* enum channel */
    const char *opening;
    struct yaml_entry *facts; /* besides those of the record */
    size_t fact_count;
    const char *script;                       /* expected; NULL: none */
    struct demo_words steps;                  /* expected to be done, in this order */
    struct demo_words guarded;                /* not before the customer is verified */
    struct demo_words articles, dispositions; /* any one of them */
    int64_t answer_ms, reply_ms, handle_ms;   /* limits; 0: none */
    struct demo_words say, avoid; /* tone: each of `say` somewhere, none of `avoid` anywhere; lower case */
    struct scenario_failure *failures;
    size_t failure_count;
    struct demo_words hints;
    int64_t pass_percent;
    struct scenario_own *own; /* what it holds; private */
};

/* NULL with every problem of the file. Caller owns, free with scenario_free. */
struct scenario *scenario_open(const char *path, GError **error);
void scenario_free(struct scenario *scenario);

/* Whether what the scenario names is there: intent, persona and language in the content, the facts'
 * questions, the script with its steps, the articles, and the dispositions among codes[count]. path names the
 * file in the sentences; false with every fault, each with its place. */
bool scenario_check(const struct scenario *scenario, const char *path, const struct demo_content *content,
                    const char *const *codes, size_t count, GError **error);

/* The customer's record with the order, dated from now. Caller owns. */
struct customer *scenario_customer(const struct scenario *scenario, int64_t now_ms);

/* What the customer can tell: of the record, and the scenario's own facts. Caller owns. */
GHashTable *scenario_facts(const struct scenario *scenario, const struct demo_content *content,
                           const struct customer *c);

#endif
