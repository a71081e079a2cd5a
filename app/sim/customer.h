/* One simulated customer in one contact: hears what the agent says, answers what was asked, waits, grows
 * impatient, leaves, thanks, rates. Pure and deterministic: time comes with each call, chance from the seed.
 *
 * It knows no events and no queue; its owner turns actions into events. It does not understand language: it
 * recognises questions by the words of the cast, and settles when the agent says what settles its intent.
 *
 *     struct sim_customer *c = sim_customer_new(&options);
 *     g_autofree char *first = sim_customer_opening(c);        // the text the contact begins with
 *     sim_customer_accept(c, now_ms);
 *     sim_customer_hear(c, "May I have the order number?", now_ms);
 *     g_autoptr(GPtrArray) actions = sim_customer_tick(c, now_ms + 9000);   // typing, say "It's F-20417."
 */
#ifndef APP_SIM_CUSTOMER_H
#define APP_SIM_CUSTOMER_H

#include "app/sim/persona.h"

enum sim_action_kind {
    SIM_ACTION_TYPING,  /* chat and social: the customer is typing */
    SIM_ACTION_SAY,     /* `text` */
    SIM_ACTION_LEAVE,   /* hangs up or closes the chat while somebody has the contact */
    SIM_ACTION_ABANDON, /* gives up waiting in the queue */
    SIM_ACTION_RATE,    /* `csat`, after the contact was closed */
};

struct sim_action {
    enum sim_action_kind kind;
    int64_t due_ms;
    char *text; /* SAY, else NULL */
    int csat;   /* RATE: 1 .. 5 */
};

struct sim_customer_options {
    const struct persona_cast *cast; /* keeps a reference until the customer is freed, as all below */
    const struct persona *temper;
    const struct persona_intent *intent;
    /* name -> text: order, email, name, postcode …; "answer.ASK" is what is said when ASK is asked, whatever
     * the lines say. Takes a reference; owns its keys and values (g_free), for `matter` is added; may be
     * NULL. */
    GHashTable *facts;
    enum channel channel;
    const char *language; /* "en", "zh"; copied */
    uint64_t seed;
    int64_t start_ms; /* when the contact was created */
};

struct sim_customer;

struct sim_customer *sim_customer_new(const struct sim_customer_options *options);
void sim_customer_free(struct sim_customer *c);

/* What the contact begins with: chat style, a letter, or the first spoken sentence. Caller owns. */
char *sim_customer_opening(struct sim_customer *c);

/* What the other side does. */
void sim_customer_accept(struct sim_customer *c, int64_t now_ms);
void sim_customer_hear(struct sim_customer *c, const char *text, int64_t now_ms);
void sim_customer_hold(struct sim_customer *c, int64_t now_ms);
/* The agent is heard or seen at it without a word: keys on the phone, "is typing" in a chat. It buys a little
 * time after each word, and not for ever. */
void sim_customer_notice(struct sim_customer *c, int64_t now_ms);
void sim_customer_resume(struct sim_customer *c, int64_t now_ms);
void sim_customer_requeue(struct sim_customer *c, int64_t now_ms); /* transferred: waits again */
void sim_customer_close(struct sim_customer *c, bool resolved, int64_t now_ms);

/* The actions due by now, in the order of their times: an array of struct sim_action * that frees them. */
GPtrArray *sim_customer_tick(struct sim_customer *c, int64_t now_ms);

/* When to tick next; INT64_MAX: nothing will happen by itself. */
int64_t sim_customer_due_ms(const struct sim_customer *c);

/* Is something going to be said already, without anything more being heard? */
bool sim_customer_will_speak(const struct sim_customer *c);

bool sim_customer_settled(const struct sim_customer *c); /* has heard that the matter is dealt with */

#endif
