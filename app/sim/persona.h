/* The cast of the simulation: tempers, intents, and what customers say in them, read from customers.yaml.
 *
 * It holds words and chooses among them; it keeps no conversation (customer.h does). A list of lines is a
 * YAML list of templates whose {facts} are the customer's.
 *
 *     struct persona_cast *cast = persona_cast_open("share/demo/customers.yaml", &error);
 *     const struct persona_intent *intent = persona_cast_intent(cast, "lost_card");
 *     g_autofree char *line = persona_pick(persona_intent_lines(intent, "en", "chat"), facts, &random);
 */
#ifndef APP_SIM_PERSONA_H
#define APP_SIM_PERSONA_H

#include <glib.h>

#include "app/model/names.h"
#include "app/script/yaml.h"
#include "app/sim/random.h"

/* A temper. */
struct persona {
    struct yaml_head head;
    const char *id;
    int64_t share;            /* weight among the tempers */
    int64_t patience_percent; /* of the usual patience */
    int64_t typing;           /* characters a second */
    int64_t generous;         /* 1 .. 5: stars given when all went well, at most one more */
    bool lower;               /* writes without capitals */
    const struct yaml_node *en, *zh;
};

/* The order that a matter is about. */
enum persona_order {
    PERSONA_ORDER_ANY,
    PERSONA_ORDER_DELIVERED,
    PERSONA_ORDER_COMING, /* bought, and not there yet */
};

struct persona_intent {
    struct yaml_head head;
    const char *id;
    const char *business;
    int contact_class;     /* enum contact_class */
    int order;             /* enum persona_order */
    int64_t share;         /* percent of all contacts */
    int64_t handle_ms;     /* usual focus time */
    const char **articles; /* articles[article_count]: ids of what answers it */
    size_t article_count;
    const char *disposition;
    struct yaml_text subject;
    const char **settled; /* settled[settled_count]: words that say the matter is dealt with */
    size_t settled_count;
    const struct yaml_node *en, *zh;
};

struct persona_ask {
    struct yaml_head head;
    const char *id;     /* the key of its answers */
    const char **words; /* words[word_count] */
    size_t word_count;
};

/* What else an agent's sentence can be. */
enum persona_sign {
    PERSONA_SIGN_WAIT,
    PERSONA_SIGN_ENDING,
    PERSONA_SIGN_GOODBYE,
    PERSONA_SIGN_SORRY,
    PERSONA_SIGN_GREETING,
    PERSONA_SIGN_PROMISE, /* what is going to be done */
    PERSONA_SIGN_REFUSAL,
    PERSONA_SIGN_SETTLES, /* dealt with, whatever the matter */
    PERSONA_SIGN_COUNT
};

struct persona_cast;

/* NULL with every problem of the file, one a line. Caller owns, free with persona_cast_free. */
struct persona_cast *persona_cast_open(const char *path, GError **error);
void persona_cast_free(struct persona_cast *cast);

/* Arrays in the order of the file; borrowed until the cast is freed, as everything below. */
const struct persona *persona_cast_tempers(const struct persona_cast *cast, size_t *count);
const struct persona_intent *persona_cast_intents(const struct persona_cast *cast, size_t *count);
const struct persona_ask *persona_cast_asks(const struct persona_cast *cast, size_t *count);
const struct persona_intent *persona_cast_intent(const struct persona_cast *cast, const char *id);
const struct persona *persona_cast_temper(const struct persona_cast *cast, const char *id);

/* How many contacts of a hundred the first line hands up. */
int persona_escalates_percent(const struct persona_intent *intent);

/* Does a lower-case text hold a word of the sign? */
bool persona_cast_has_sign(const struct persona_cast *cast, enum persona_sign sign, const char *lower);

/* Lists of lines; NULL where there is none. "zh" falls back to English where nothing is written in it. */
const struct yaml_node *persona_cast_answers(const struct persona_cast *cast, const char *language,
                                             const char *key);
const struct yaml_node *persona_lines(const struct persona *temper, const char *language, const char *key);
const struct yaml_node *persona_intent_lines(const struct persona_intent *intent, const char *language,
                                             const char *key);
bool persona_intent_speaks(const struct persona_intent *intent, const char *language);

/* The text with its {facts} filled (facts: name -> text, may be NULL); NULL where one without fallback is not
 * known. Caller owns. */
char *persona_fill(const char *text, GHashTable *facts);

/* The line at `index`, counted around, or the next whose facts are known; NULL where there is none. Caller
 * owns. */
char *persona_tell(const struct yaml_node *lines, GHashTable *facts, size_t index);

/* One of the lines, by chance among those whose facts are known; NULL where there is none. Caller owns. */
char *persona_pick(const struct yaml_node *lines, GHashTable *facts, struct sim_random *random);

#endif
