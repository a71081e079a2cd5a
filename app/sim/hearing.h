/* What a simulated customer makes of one text of the agent's: the questions, the signs, whether it settles
 * the matter. Nothing is understood; words of the cast are found, within sentences that ask. */
#ifndef APP_SIM_HEARING_H
#define APP_SIM_HEARING_H

#include "app/sim/persona.h"

#define HEARING_ASKS_MAX 3 /* questions answered in one turn, as people do */

struct hearing {
    const struct persona_ask
        *asks[HEARING_ASKS_MAX]; /* asks[count], in the order asked; borrowed of the cast */
    size_t count;
    bool question; /* something was asked, understood or not */
    bool signs[PERSONA_SIGN_COUNT];
    bool settles;
};

void hearing_listen(const struct persona_cast *cast, const struct persona_intent *intent, const char *text,
                    struct hearing *heard);

#endif
