/* The conditions in a guideline's prose: "If the customer does not know, the default is $50".
 *
 * Found by the shape of English sentences and by nothing else, so it finds what is written plainly: a
 * condition that opens a sentence, one that closes it, one in brackets before it. An "if" that only asks
 * ("ask if they have a receipt"), concedes ("even if") or stands in a list is no condition; it is counted, so
 * that it can be told.
 *
 *     g_autoptr(GPtrArray) found = prose_conditions(text);
 *     const struct prose_condition *c = found->pdata[0];    // question "The customer does not know?"
 */
#ifndef APP_DESK_PROSE_H
#define APP_DESK_PROSE_H

#include <glib.h>
#include <stdbool.h>

/* Where it goes on once what the condition asks for is done. */
enum prose_then {
    PROSE_THEN_ON,        /* with what comes next in the text */
    PROSE_THEN_NEXT_STEP, /* "go to the next step" */
    PROSE_THEN_SKIP_STEP, /* "skip the next step" */
    PROSE_THEN_NAMED,     /* "skip to the Update Order step" */
    PROSE_THEN_END,       /* "end the conversation" */
};

struct prose_condition {
    char *question; /* the condition as a question; never NULL */
    char *act;      /* what to do when it holds; "" where that is what follows in the text */
    enum prose_then then;
    char *step;   /* of PROSE_THEN_NAMED: the words; else NULL */
    bool is_open; /* what it asks for leaves the customer without what they want: "apologize" */
    bool opens;   /* the first line of the text begins with it, so that it governs all of it */
    size_t line;  /* of the text, from 0 */
};

/* In the order of the text; the array owns its conditions. */
GPtrArray *prose_conditions(const char *text);

/* How many times the word "if" stands in the text. */
int prose_count_ifs(const char *text);

#endif
