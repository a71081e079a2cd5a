/* What an event's data must be like, kind by kind: the last part of rules_check, after state and person.
 *
 * Each answers true, or false with one sentence for the person who did it. The contact is there where the
 * kind's row in app/rules/rules.c asks for one, and the texts that the row names are in data.
 */
#ifndef APP_RULES_CHECK_H
#define APP_RULES_CHECK_H

#include "app/rules/rules.h"

struct check {
    const struct world *w;
    const struct event *ev;
    const struct contact *c; /* NULL: not about a contact, or one that the world does not hold */
    enum role role;
    GError **error;
};

/* Sets the error and answers false. */
bool check_refuse(const struct check *check, enum rules_error code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* An agent's name for a sentence, their id where they are not known. Borrowed. */
const char *check_name_of(const struct world *w, const char *agent_id);

bool check_accepted(const struct check *check);
bool check_closed(const struct check *check);
bool check_consult(const struct check *check);
bool check_created(const struct check *check);
bool check_escalated(const struct check *check);
bool check_given_back(const struct check *check);
bool check_offered(const struct check *check);
bool check_parked(const struct check *check);
bool check_presence(const struct check *check);
bool check_rated(const struct check *check);
bool check_revealed(const struct check *check);
bool check_signed_in(const struct check *check);
bool check_signed_out(const struct check *check);
bool check_step_entered(const struct check *check);
bool check_step_flagged(const struct check *check);
bool check_text(const struct check *check);
bool check_transferred(const struct check *check);
bool check_words(const struct check *check);

#endif
