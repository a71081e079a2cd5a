/* Approvals: who may decide what somebody asked for on a contact, what each of their events makes of it, and
 * what the system does by itself.
 *
 * One request at a time for a step. It is open until somebody decides, who asked takes it back, its contact
 * is over, or its time is: whichever stands in the log first. Nobody decides what they asked for themselves,
 * or on a contact that is theirs.
 *
 *     if (!approvals_may_decide(w, c, a, "hugo", &why)) … show why …
 */
#ifndef APP_RULES_APPROVALS_H
#define APP_RULES_APPROVALS_H

#include "app/rules/check.h"

/* Of one contact, all in all: more is somebody's mistake. */
#define APPROVALS_MAX 40

/* May this agent decide on it? `why` gets a sentence where not, the caller's to g_free; may be NULL. That it
 * is open is not asked. */
bool approvals_may_decide(const struct world *w, const struct contact *c, const struct approval *a,
                          const char *agent_id, char **why);
/* All that are open, of all contacts, that this agent may decide on: pairs in the order of their due times
 * (struct approvals_open *). The array owns the pairs, these borrow until the world changes. */
struct approvals_open {
    const struct contact *contact;
    const struct approval *approval;
};
GPtrArray *approvals_for(const struct world *w, const char *agent_id);

/* When the first open one of a contact expires; 0: none is open. */
int64_t approvals_expire_ms(const struct contact *c);

/* --- for world_fold, rules_check and rules_follow --- */

void approvals_fold_requested(struct world *w, struct contact *c, const struct event *ev);
void approvals_fold_decided(struct world *w, struct contact *c, const struct event *ev);
void approvals_fold_delegated(struct world *w, struct contact *c, const struct event *ev);
void approvals_fold_withdrawn(struct world *w, struct contact *c, const struct event *ev);
void approvals_fold_expired(struct world *w, struct contact *c, const struct event *ev);
/* The contact is over: what is open is withdrawn. */
void approvals_fold_over(struct contact *c, const struct event *ev);

bool check_approval_requested(const struct check *check);
bool check_approval_decided(const struct check *check);
bool check_approval_delegated(const struct check *check);
bool check_approval_withdrawn(const struct check *check);
bool check_approval_expired(const struct check *check);

/* The system's answer to a request: a decision where the settings grant so much at once; else NULL. */
struct event *approvals_answer(const struct world *w, const struct event *requested);
/* The event that ends the first request of the contact that is due to expire; NULL: none is. */
struct event *approvals_expiry(const struct contact *c, int64_t now_ms);

#endif
