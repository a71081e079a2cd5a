#include "app/rules/approvals.h"

#include <string.h>

#include "app/rules/world_index.h"

/* --- who may --- */

static bool say(char **why, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The reason, where one is wanted; always false. */
static bool say(char **why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (why != NULL)
        *why = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return false;
}

/* "specialist or supervisor". Caller owns. */
static char *roles_in_words(const char *approvers)
{
    g_auto(GStrv) names = g_strsplit(approvers, " ", ROLE_COUNT + 1);
    return g_strjoinv(" or ", names);
}

static bool knows_queue(const struct world *w, const struct agent *a, const char *queue_id)
{
    const struct queue *q = world_queue(w, queue_id);
    return q == NULL || q->skill == NULL || agent_skill_level(a, q->skill) > 0;
}

/* By their own role and skills. */
static bool may_by_role(const struct world *w, const struct approval *a, const struct agent *who, char **why)
{
    const char *no = NULL;
    int64_t weight_minor = approval_weigh(&w->limits, a->amount_minor, a->currency);
    if (!approval_is_for(a->approvers, who->role)) {
        g_autofree char *roles = roles_in_words(a->approvers);
        return say(why, "This approval is for a %s; your role is %s.", roles, role_name(who->role));
    }
    if (!approval_role_may(&w->limits, who->role, w->rights[who->role], weight_minor, &no)) {
        char amount[APPROVAL_AMOUNT_BYTES];
        approval_amount(a->amount_minor, a->currency, amount);
        return say(why, "Your role (%s) %s%s%s; hand it on to somebody who may.", role_name(who->role), no,
                   *amount != '\0' ? ": " : "", amount);
    }
    if (!knows_queue(w, who, a->queue))
        return say(why, "This approval is for who works the queue \"%s\".", a->queue);
    return true;
}

/* In the stead of somebody who named them for it: in the settings, or by handing this one on. */
static bool may_for_another(const struct world *w, const struct approval *a, const char *agent_id)
{
    GHashTableIter iter;
    gpointer away, stand_in;
    const struct agent *who = world_agent(w, a->delegated_by);
    if (g_strcmp0(a->delegate, agent_id) == 0 && who != NULL)
        return true; /* who handed it on was asked then whether they may */
    g_hash_table_iter_init(&iter, w->limits.stand_ins);
    while (g_hash_table_iter_next(&iter, &away, &stand_in)) {
        who = strcmp(stand_in, agent_id) == 0 ? world_agent(w, away) : NULL;
        if (who != NULL && g_strcmp0(a->asked_by, away) != 0 && may_by_role(w, a, who, NULL))
            return true;
    }
    return false;
}

bool approvals_may_decide(const struct world *w, const struct contact *c, const struct approval *a,
                          const char *agent_id, char **why)
{
    const struct agent *who = world_agent(w, agent_id);
    if (who == NULL)
        return say(why, "There is no agent \"%s\".", agent_id != NULL ? agent_id : "");
    if (g_strcmp0(a->asked_by, agent_id) == 0)
        return say(why, "You asked for this approval yourself; somebody else has to decide it.");
    if (contact_is_handled(c) && g_strcmp0(c->agent, agent_id) == 0)
        return say(why, "Contact %s is yours; somebody else has to decide its approval.", c->id);
    return may_for_another(w, a, agent_id) || may_by_role(w, a, who, why);
}

/* May they take it back: who asked, or whose contact it is now? */
static bool approvals_may_withdraw(const struct contact *c, const struct approval *a, const char *agent_id)
{
    return g_strcmp0(a->asked_by, agent_id) == 0 ||
           (contact_is_handled(c) && g_strcmp0(c->agent, agent_id) == 0);
}

static gint by_due(gconstpointer a, gconstpointer b)
{
    const struct approval *left = (*(const struct approvals_open *const *)a)->approval;
    const struct approval *right = (*(const struct approvals_open *const *)b)->approval;
    if (left->due_ms != right->due_ms)
        return left->due_ms < right->due_ms ? -1 : 1;
    return strcmp(left->id, right->id);
}

GPtrArray *approvals_for(const struct world *w, const char *agent_id)
{
    GPtrArray *open = g_ptr_array_new_with_free_func(g_free);
    const GPtrArray *asking = world_index_asking(w);
    for (guint i = 0; i < asking->len; i++) {
        const struct contact *c = g_ptr_array_index(asking, i);
        for (guint j = 0; j < c->approvals->len; j++) {
            const struct approval *a = g_ptr_array_index(c->approvals, j);
            if (a->state != APPROVAL_ASKED || !approvals_may_decide(w, c, a, agent_id, NULL))
                continue;
            struct approvals_open *pair = g_new(struct approvals_open, 1);
            *pair = (struct approvals_open){c, a};
            g_ptr_array_add(open, pair);
        }
    }
    g_ptr_array_sort(open, by_due);
    return open;
}

static struct approval *first_to_expire(const struct contact *c)
{
    struct approval *first = NULL;
    for (guint i = 0; c->approvals != NULL && i < c->approvals->len; i++) {
        struct approval *a = g_ptr_array_index(c->approvals, i);
        if (a->state == APPROVAL_ASKED && (first == NULL || a->expires_ms < first->expires_ms))
            first = a;
    }
    return first;
}

int64_t approvals_expire_ms(const struct contact *c)
{
    const struct approval *first = first_to_expire(c);
    return first != NULL ? first->expires_ms : 0;
}

/* --- fold --- */

void approvals_fold_requested(struct world *w, struct contact *c, const struct event *ev)
{
    if (ev->id == NULL || approval_find(c->approvals, ev->id) != NULL)
        return;
    const char *script = event_text(ev, "script"), *step = event_text(ev, "step");
    const char *ask = event_text(ev, "ask"), *approvers = event_text(ev, "approvers");
    struct approval *a = approval_new(ev->id);
    a->script = g_strdup(script != NULL ? script : "");
    a->step = g_strdup(step != NULL ? step : "");
    a->title = g_strdup(event_text(ev, "title"));
    a->ask = g_strdup(ask != NULL ? ask : "");
    a->reason = g_strdup(event_text(ev, "reason"));
    a->approvers = g_strdup(approvers != NULL ? approvers : "");
    a->queue = g_strdup(event_text(ev, "queue"));
    a->amount_minor = event_number(ev, "amount_minor", 0);
    a->currency = g_strdup(event_text(ev, "currency"));
    a->asked_by = ev->actor_kind == ACTOR_AGENT ? g_strdup(ev->actor) : NULL;
    a->asked_ms = ev->at_ms;
    a->due_ms = ev->at_ms + event_number(ev, "due_ms", w->limits.due_ms);
    a->expires_ms = ev->at_ms + event_number(ev, "expires_ms", w->limits.expires_ms);
    contact_add_approval(c, a);
}

/* The open request that an event names; NULL where it is not open any more. */
static struct approval *open_of(const struct contact *c, const struct event *ev)
{
    struct approval *a = approval_find(c->approvals, event_text(ev, "approval"));
    return a != NULL && a->state == APPROVAL_ASKED ? a : NULL;
}

static void end(struct approval *a, enum approval_state state, const struct event *ev, const char *note)
{
    a->state = state;
    a->decided_ms = ev->at_ms;
    a->note = g_strdup(event_text(ev, note));
}

void approvals_fold_decided(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    struct approval *a = open_of(c, ev);
    if (a == NULL)
        return;
    bool is_granted = g_strcmp0(event_text(ev, "decision"), "granted") == 0;
    end(a, is_granted ? APPROVAL_GRANTED : APPROVAL_REFUSED, ev, "note");
    a->decided_by = ev->actor_kind == ACTOR_AGENT ? g_strdup(ev->actor) : NULL;
}

void approvals_fold_delegated(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    struct approval *a = open_of(c, ev);
    if (a == NULL)
        return;
    g_free(a->delegate);
    g_free(a->delegated_by);
    a->delegate = g_strdup(event_text(ev, "agent"));
    a->delegated_by = g_strdup(ev->actor);
}

void approvals_fold_withdrawn(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    struct approval *a = open_of(c, ev);
    if (a != NULL)
        end(a, APPROVAL_WITHDRAWN, ev, "reason");
}

void approvals_fold_expired(struct world *w, struct contact *c, const struct event *ev)
{
    (void)w;
    struct approval *a = open_of(c, ev);
    if (a != NULL)
        end(a, APPROVAL_EXPIRED, ev, "note");
}

void approvals_fold_over(struct contact *c, const struct event *ev)
{
    for (guint i = 0; c->approvals != NULL && i < c->approvals->len; i++) {
        struct approval *a = g_ptr_array_index(c->approvals, i);
        if (a->state == APPROVAL_ASKED)
            end(a, APPROVAL_WITHDRAWN, ev, "note");
    }
}

/* --- check --- */

static bool check_times(const struct check *check)
{
    int64_t due_ms = event_number(check->ev, "due_ms", 1),
            expires_ms = event_number(check->ev, "expires_ms", 1);
    if (due_ms > 0 && expires_ms > 0)
        return true;
    return check_refuse(check, RULES_ERROR_DATA,
                        "The times of a request for an approval, due_ms and expires_ms, are above 0.");
}

static bool check_approvers(const struct check *check)
{
    enum role role;
    const char *approvers = event_text(check->ev, "approvers");
    if (approvers == NULL || *approvers == '\0')
        return check_refuse(check, RULES_ERROR_DATA, "Say which roles may decide on the approval.");
    g_auto(GStrv) names = g_strsplit(approvers, " ", ROLE_COUNT + 2);
    for (char **name = names; *name != NULL; name++)
        if (!role_parse(*name, &role) || role == ROLE_INTEGRATION)
            return check_refuse(
                check, RULES_ERROR_DATA,
                "\"%s\" is no role that decides on an approval; name for instance specialist or "
                "supervisor.",
                *name);
    return true;
}

bool check_approval_requested(const struct check *check)
{
    const struct contact *c = check->c;
    const struct approval *a =
        approval_of_step(c->approvals, event_text(check->ev, "script"), event_text(check->ev, "step"));
    if (a != NULL && a->state == APPROVAL_ASKED)
        return check_refuse(check, RULES_ERROR_STATE,
                            "This approval of contact %s is asked for already; wait for it, or take it back "
                            "first.",
                            c->id);
    if (c->approvals != NULL && c->approvals->len >= APPROVALS_MAX)
        return check_refuse(check, RULES_ERROR_STATE,
                            "Contact %s has had %d requests for an approval; escalate it instead.", c->id,
                            APPROVALS_MAX);
    if (event_number(check->ev, "amount_minor", 0) < 0)
        return check_refuse(check, RULES_ERROR_DATA, "The amount of an approval is not below 0.");
    return check_approvers(check) && check_times(check);
}

/* The request that the event is about, while it is open; else the sentence of what became of it. */
static const struct approval *check_open(const struct check *check)
{
    const struct contact *c = check->c;
    const char *id = event_text(check->ev, "approval");
    const struct approval *a = approval_find(c->approvals, id);
    if (a == NULL) {
        check_refuse(check, RULES_ERROR_UNKNOWN, "Contact %s has no approval %s; look at the list again.",
                     c->id, id);
        return NULL;
    }
    switch (a->state) {
    case APPROVAL_ASKED:
        return a;
    case APPROVAL_EXPIRED:
        check_refuse(
            check, RULES_ERROR_STATE,
            "This approval of contact %s expired before anybody decided; it has to be asked for anew.",
            c->id);
        return NULL;
    case APPROVAL_WITHDRAWN:
        check_refuse(check, RULES_ERROR_STATE,
                     "This approval of contact %s was taken back; nobody waits for it.", c->id);
        return NULL;
    default:
        check_refuse(check, RULES_ERROR_STATE, "This approval of contact %s is already decided: %s by %s.",
                     c->id, approval_state_name(a->state),
                     a->decided_by != NULL ? check_name_of(check->w, a->decided_by) : "a rule");
        return NULL;
    }
}

static bool check_may_decide(const struct check *check, const struct approval *a)
{
    g_autofree char *why = NULL;
    if (check->ev->actor_kind == ACTOR_SYSTEM ||
        approvals_may_decide(check->w, check->c, a, check->ev->actor, &why))
        return true;
    return check_refuse(check, RULES_ERROR_FORBIDDEN, "%s", why);
}

bool check_approval_decided(const struct check *check)
{
    static const char *const decisions[] = {"granted", "refused", NULL};
    const char *decision = event_text(check->ev, "decision");
    if (!g_strv_contains(decisions, decision))
        return check_refuse(check, RULES_ERROR_DATA,
                            "\"%s\" is no decision on an approval; it is granted or refused.", decision);
    const struct approval *a = check_open(check);
    return a != NULL && check_may_decide(check, a);
}

bool check_approval_delegated(const struct check *check)
{
    const struct approval *a = check_open(check);
    const char *to = event_text(check->ev, "agent");
    const struct agent *who = world_agent(check->w, to);
    if (a == NULL || !check_may_decide(check, a))
        return false;
    if (who == NULL || who->disabled)
        return check_refuse(check, RULES_ERROR_UNKNOWN, "There is no agent \"%s\"; choose one of the list.",
                            to);
    if (g_strcmp0(to, check->ev->actor) == 0)
        return check_refuse(check, RULES_ERROR_DATA, "You cannot hand an approval on to yourself.");
    bool asked = g_strcmp0(a->asked_by, to) == 0;
    if (asked || (contact_is_handled(check->c) && g_strcmp0(check->c->agent, to) == 0))
        return check_refuse(check, RULES_ERROR_FORBIDDEN,
                            asked
                                ? "%s asked for this approval and cannot decide it; choose somebody else."
                                : "%s has this contact and cannot decide its approval; choose somebody else.",
                            who->name);
    return true;
}

bool check_approval_withdrawn(const struct check *check)
{
    const struct approval *a = check_open(check);
    if (a == NULL || check->ev->actor_kind == ACTOR_SYSTEM ||
        approvals_may_withdraw(check->c, a, check->ev->actor))
        return a != NULL;
    return check_refuse(check, RULES_ERROR_FORBIDDEN,
                        "Only who asked for an approval, or has its contact, can take it back.");
}

bool check_approval_expired(const struct check *check)
{
    return check_open(check) != NULL;
}

/* --- the system's own --- */

static struct event *about(enum event_kind kind, const struct contact *c, const struct approval *a)
{
    struct event_origin origin = {.actor_kind = ACTOR_SYSTEM, .actor = "rules"};
    struct event *ev = event_new(kind, NULL, &origin);
    ev->contact = g_strdup(c->id);
    event_set_text(ev, "approval", a->id);
    return ev;
}

struct event *approvals_answer(const struct world *w, const struct event *requested)
{
    const struct contact *c = world_contact(w, requested->contact);
    const struct approval *a = c != NULL ? approval_find(c->approvals, requested->id) : NULL;
    if (a == NULL || a->state != APPROVAL_ASKED || a->amount_minor <= 0 ||
        approval_weigh(&w->limits, a->amount_minor, a->currency) > w->limits.preauthorised_minor)
        return NULL;
    struct event *ev = about(EVENT_APPROVAL_DECIDED, c, a);
    event_set_text(ev, "decision", "granted");
    event_set_flag(ev, "rule", true);
    return ev;
}

struct event *approvals_expiry(const struct contact *c, int64_t now_ms)
{
    const struct approval *a = first_to_expire(c);
    return a != NULL && a->expires_ms <= now_ms ? about(EVENT_APPROVAL_EXPIRED, c, a) : NULL;
}
