#include "app/rules/rules.h"

#include <string.h>

#include "app/rules/approvals.h"
#include "app/rules/check.h"
#include "app/rules/world_index.h"

G_DEFINE_QUARK(firstline - rules - error, rules_error)

/* Sets of states. */
#define IN(state) (1u << (CONTACT_##state))
#define TALKING   (IN(ACTIVE) | IN(HELD) | IN(CONSULTING))
#define HANDLED   (TALKING | IN(WRAPPING))
#define WAITING   (IN(QUEUED) | IN(OFFERED))
#define LIVING    (WAITING | HANDLED | IN(PARKED))
#define ANY_STATE (LIVING | IN(CLOSED) | IN(ABANDONED))

/* Who may. The system may whatever the states allow. */
enum who {
    OWNER = 1 << 0,      /* the agent who has the contact, or parked it */
    OFFERED_TO = 1 << 1, /* the agent it is offered to */
    PERSON = 1 << 2,     /* anybody who signs in as a person */
    MOVER = 1 << 3,      /* a person with the right contacts.move */
    CUSTOMER = 1 << 4,
    INTEGRATION = 1 << 5,
};
#define CHANNEL_SIDE (CUSTOMER | INTEGRATION)

struct check_row {
    unsigned who;
    unsigned states;        /* of the contact; 0: it is not looked at */
    unsigned beyond;        /* further states for all but the owner and who it is offered to */
    bool saw;               /* refused where the actor has not seen the latest news */
    uint64_t right;         /* a person needs one of these; 0: everybody who is signed in may */
    uint64_t channel_right; /* likewise the channel's side; 0: messages.receive */
    const char *verb;
    const char *needs[3]; /* texts in data that must be there and not be empty */
    bool (*more)(const struct check *check);
};

#define SCRIPT_ROW(does, ...)                                                                    \
    {                                                                                            \
        .who = OWNER, .states = HANDLED, .right = RIGHT_CONTACTS_OWN, .verb = (does), .needs = { \
            __VA_ARGS__                                                                          \
        }                                                                                        \
    }

static const struct check_row rows[EVENT_KIND_COUNT] = {
    [EVENT_AGENT_SIGNED_IN] = {.who = PERSON, .verb = "sign in", .more = check_signed_in},
    [EVENT_AGENT_SIGNED_OUT] = {.who = PERSON, .verb = "sign out", .more = check_signed_out},
    [EVENT_AGENT_PRESENCE_CHANGED] = {.who = PERSON,
                                      .verb = "choose a presence",
                                      .needs = {"presence"},
                                      .more = check_presence},
    [EVENT_DESK_LOCKED] = {.who = PERSON, .verb = "lock the desk"},
    [EVENT_DESK_UNLOCKED] = {.who = PERSON, .verb = "unlock the desk"},
    [EVENT_FOCUS_MOVED] = {.who = PERSON, .verb = "move the focus"},

    [EVENT_CONTACT_CREATED] = {.who = PERSON | CHANNEL_SIDE,
                               .right = RIGHT_CONTACTS_CREATE,
                               .channel_right = RIGHT_CONTACTS_CREATE,
                               .verb = "create contacts",
                               .needs = {"channel", "queue"},
                               .more = check_created},
    [EVENT_CONTACT_CLASSIFIED] = {.who = PERSON | INTEGRATION,
                                  .right = RIGHT_CONTACTS_OWN,
                                  .states = LIVING,
                                  .verb = "classify it",
                                  .more = check_words},
    [EVENT_CONTACT_CUSTOMER_LINKED] = {.who = PERSON | INTEGRATION,
                                       .right = RIGHT_CUSTOMERS_CORRECT,
                                       .states = ANY_STATE,
                                       .verb = "link its customer",
                                       .needs = {"customer", "name"}},
    [EVENT_CONTACT_OFFERED] = {.states = IN(QUEUED),
                               .verb = "offer it",
                               .needs = {"agent"},
                               .more = check_offered},
    [EVENT_CONTACT_OFFER_REJECTED] = {.who = OFFERED_TO,
                                      .right = RIGHT_CONTACTS_OWN,
                                      .states = IN(OFFERED),
                                      .verb = "reject it",
                                      .needs = {"agent", "reason"}},
    [EVENT_CONTACT_OFFER_TIMED_OUT] = {.states = IN(OFFERED),
                                       .verb = "time the offer out",
                                       .needs = {"agent"}},
    [EVENT_CONTACT_OFFER_WITHDRAWN] = {.states = IN(OFFERED) | IN(ABANDONED),
                                       .verb = "withdraw the offer",
                                       .needs = {"agent"}},
    [EVENT_CONTACT_ACCEPTED] = {.who = PERSON,
                                .right = RIGHT_CONTACTS_OWN,
                                .states = WAITING | IN(PARKED),
                                .verb = "accept it",
                                .more = check_accepted},
    [EVENT_CONTACT_HELD] = {.who = OWNER,
                            .right = RIGHT_CONTACTS_OWN,
                            .states = IN(ACTIVE),
                            .verb = "hold it"},
    [EVENT_CONTACT_RESUMED] = {.who = OWNER,
                               .right = RIGHT_CONTACTS_OWN,
                               .states = IN(HELD) | IN(WRAPPING), /* a wrap-up begun too soon */
                               .verb = "resume it"},
    [EVENT_CONTACT_CONSULT_STARTED] = {.who = OWNER,
                                       .right = RIGHT_CONTACTS_OWN,
                                       .states = IN(ACTIVE) | IN(HELD),
                                       .verb = "consult somebody on it",
                                       .more = check_consult},
    [EVENT_CONTACT_CONSULT_ENDED] = {.who = OWNER,
                                     .right = RIGHT_CONTACTS_OWN,
                                     .states = IN(CONSULTING),
                                     .verb = "end its consultation"},
    [EVENT_CONTACT_TRANSFERRED] = {.who = OWNER | MOVER,
                                   .right = RIGHT_CONTACTS_OWN,
                                   .states = TALKING | IN(PARKED),
                                   .beyond = IN(QUEUED),
                                   .saw = true,
                                   .verb = "transfer it",
                                   .more = check_transferred},
    [EVENT_CONTACT_ESCALATED] = {.who = OWNER | MOVER,
                                 .right = RIGHT_CONTACTS_OWN,
                                 .states = TALKING,
                                 .beyond = IN(QUEUED),
                                 .saw = true,
                                 .verb = "escalate it",
                                 .needs = {"queue", "ask"},
                                 .more = check_escalated},
    [EVENT_CONTACT_GIVEN_BACK] = {.who = OWNER,
                                  .right = RIGHT_CONTACTS_OWN,
                                  .states = TALKING,
                                  .saw = true,
                                  .verb = "give it back",
                                  .needs = {"answer"},
                                  .more = check_given_back},
    [EVENT_CONTACT_PARKED] = {.who = OWNER,
                              .right = RIGHT_CONTACTS_OWN,
                              .states = TALKING,
                              .verb = "park it",
                              .more = check_parked},
    [EVENT_CONTACT_UNPARKED] = {.who = OWNER | MOVER,
                                .right = RIGHT_CONTACTS_OWN,
                                .states = IN(PARKED),
                                .verb = "unpark it"},
    [EVENT_CONTACT_ABANDONED] = {.who = CHANNEL_SIDE, .states = WAITING | IN(PARKED), .verb = "abandon it"},
    [EVENT_CONTACT_CUSTOMER_LEFT] = {.who = CHANNEL_SIDE, .states = LIVING, .verb = "leave it"},
    [EVENT_CONTACT_WRAP_STARTED] = {.who = OWNER | MOVER,
                                    .right = RIGHT_CONTACTS_OWN,
                                    .states = TALKING,
                                    .verb = "wrap it up"},
    [EVENT_CONTACT_CLOSED] = {.who = OWNER | MOVER,
                              .right = RIGHT_CONTACTS_OWN,
                              .states = IN(WRAPPING),
                              .beyond = LIVING,
                              .saw = true,
                              .verb = "close it",
                              .needs = {"disposition"},
                              .more = check_closed},
    [EVENT_CONTACT_RATED] = {.who = CHANNEL_SIDE, .verb = "rate it", .more = check_rated},

    [EVENT_MESSAGE_RECEIVED] = {.who = CHANNEL_SIDE,
                                .states = LIVING,
                                .verb = "write on it",
                                .more = check_text},
    [EVENT_MESSAGE_SENT] = {.who = OWNER,
                            .right = RIGHT_MESSAGES_SEND,
                            .states = HANDLED,
                            .saw = true,
                            .verb = "answer it",
                            .more = check_text},
    [EVENT_NOTE_ADDED] = {.who = PERSON | INTEGRATION,
                          .right = RIGHT_CONTACTS_OWN | RIGHT_CONTACTS_WATCH,
                          .states = ANY_STATE,
                          .verb = "add a note to it",
                          .more = check_text},
    [EVENT_CUSTOMER_TYPING] = {.who = CHANNEL_SIDE, .verb = "type"},

    [EVENT_CUSTOMER_CREATED] = {.who = PERSON | INTEGRATION,
                                .right = RIGHT_CUSTOMERS_CORRECT,
                                .verb = "create customers",
                                .needs = {"customer", "name"}},
    [EVENT_CUSTOMER_CORRECTED] = {.who = PERSON | INTEGRATION,
                                  .right = RIGHT_CUSTOMERS_CORRECT,
                                  .verb = "correct customers",
                                  .needs = {"customer", "field"}},
    [EVENT_CUSTOMER_REVEALED] = {.who = PERSON,
                                 .right = RIGHT_CUSTOMERS_READ,
                                 .verb = "reveal personal data",
                                 .needs = {"field"},
                                 .more = check_revealed},
    [EVENT_CUSTOMER_VERIFIED] = {.who = OWNER,
                                 .right = RIGHT_CONTACTS_OWN,
                                 .states = HANDLED,
                                 .verb = "verify its customer",
                                 .needs = {"customer", "method"}},
    [EVENT_ORDER_RECORDED] = {.who = PERSON | INTEGRATION,
                              .right = RIGHT_IMPORT_RUN,
                              .channel_right = RIGHT_IMPORT_RUN,
                              .verb = "record orders",
                              .needs = {"customer", "order"}},

    [EVENT_SCRIPT_PROPOSED] = SCRIPT_ROW("propose a script for it", "script"),
    [EVENT_SCRIPT_STARTED] = SCRIPT_ROW("start a script on it", "script"),
    [EVENT_STEP_ENTERED] = {.who = OWNER,
                            .right = RIGHT_CONTACTS_OWN,
                            .states = HANDLED,
                            .verb = "walk its script",
                            .needs = {"script", "step", "class"},
                            .more = check_step_entered},
    [EVENT_STEP_ANSWERED] = SCRIPT_ROW("answer a step of its script", "script", "step", "field"),
    [EVENT_STEP_LEFT] = SCRIPT_ROW("walk its script", "script", "step"),
    [EVENT_STEP_SKIPPED] = SCRIPT_ROW("skip a step of its script", "script", "step", "reason"),
    [EVENT_STEP_FLAGGED] = {.who = PERSON,
                            .right = RIGHT_CONTACTS_OWN,
                            .verb = "flag steps",
                            .needs = {"script", "step", "what"},
                            .more = check_step_flagged},
    [EVENT_SCRIPT_FINISHED] = SCRIPT_ROW("finish its script", "script"),
    [EVENT_SCRIPT_LEFT] = SCRIPT_ROW("leave its script", "script", "reason"),

    [EVENT_APPROVAL_REQUESTED] = {.who = OWNER,
                                  .right = RIGHT_CONTACTS_OWN,
                                  .states = HANDLED,
                                  .beyond = LIVING,
                                  .verb = "ask for an approval of it",
                                  .needs = {"script", "step", "ask"},
                                  .more = check_approval_requested},
    [EVENT_APPROVAL_DECIDED] = {.who = PERSON,
                                .states = ANY_STATE,
                                .verb = "decide on an approval of it",
                                .needs = {"approval", "decision"},
                                .more = check_approval_decided},
    [EVENT_APPROVAL_DELEGATED] = {.who = PERSON,
                                  .states = ANY_STATE,
                                  .verb = "hand an approval of it on",
                                  .needs = {"approval", "agent"},
                                  .more = check_approval_delegated},
    [EVENT_APPROVAL_WITHDRAWN] = {.who = PERSON,
                                  .states = ANY_STATE,
                                  .verb = "take an approval of it back",
                                  .needs = {"approval"},
                                  .more = check_approval_withdrawn},
    [EVENT_APPROVAL_EXPIRED] = {.states = ANY_STATE,
                                .verb = "let an approval of it expire",
                                .needs = {"approval"},
                                .more = check_approval_expired},

    [EVENT_SEARCH_DONE] = {.who = PERSON, .right = RIGHT_KNOWLEDGE_READ, .verb = "search"},
    [EVENT_ARTICLE_SUGGESTED] = {.who = PERSON, .right = RIGHT_KNOWLEDGE_READ, .verb = "suggest articles"},
    [EVENT_ARTICLE_OPENED] = {.who = PERSON,
                              .right = RIGHT_KNOWLEDGE_READ,
                              .verb = "open articles",
                              .needs = {"article"}},
    [EVENT_ARTICLE_INSERTED] = {.who = PERSON,
                                .right = RIGHT_KNOWLEDGE_READ,
                                .verb = "insert articles",
                                .needs = {"article"}},
    [EVENT_ARTICLE_RATED] = {.who = PERSON,
                             .right = RIGHT_KNOWLEDGE_READ,
                             .verb = "rate articles",
                             .needs = {"article"}},
    [EVENT_ARTICLE_FLAGGED] = {.who = PERSON,
                               .right = RIGHT_KNOWLEDGE_FLAG,
                               .verb = "flag articles",
                               .needs = {"article", "note"}},

    [EVENT_JOURNAL_WITHDRAWN] = {.who = PERSON, .verb = "withdraw events"},
    [EVENT_JOURNAL_LOST] = {.who = PERSON, .verb = "report lost events"},
    [EVENT_CONFIG_APPLIED] = {.who = PERSON, .right = RIGHT_SETTINGS_CHANGE, .verb = "apply settings"},
    [EVENT_SCRIPT_PUBLISHED] = {.verb = "publish scripts by an event"},
    [EVENT_SCRIPT_RETIRED] = {.verb = "retire scripts by an event"},
};

/* What the actor is, of the row's set. An agent who parked a contact, or wraps it up, is its owner. */
static unsigned actor_is(const struct check *check)
{
    const struct event *ev = check->ev;
    unsigned is = 0;
    if (ev->actor_kind == ACTOR_CUSTOMER)
        return CUSTOMER;
    if (ev->actor_kind == ACTOR_INTEGRATION || check->role == ROLE_INTEGRATION)
        return INTEGRATION;
    is |= PERSON;
    if ((check->w->rights[check->role] & RIGHT_CONTACTS_MOVE) != 0)
        is |= MOVER;
    const struct contact *c = check->c;
    if (c == NULL || g_strcmp0(c->agent, ev->actor) != 0)
        return is;
    if (contact_is_handled(c) || c->state == CONTACT_PARKED)
        is |= OWNER;
    if (c->state == CONTACT_OFFERED)
        is |= OFFERED_TO;
    return is;
}

/* "active, held or wrapping". Caller owns, g_free. */
static char *states_in_words(unsigned states)
{
    GString *text = g_string_new(NULL);
    for (unsigned left = states, state = 0; left != 0; left &= ~(1u << state), state++) {
        if ((left & (1u << state)) == 0)
            continue;
        bool last = (left & ~(1u << state)) == 0;
        g_string_append(text, text->len == 0 ? "" : last ? " or " : ", ");
        g_string_append(text, contact_state_name((enum contact_state)state));
    }
    return g_string_free(text, false);
}

static bool check_state(const struct check *check, const struct check_row *row, unsigned is)
{
    unsigned states = row->states;
    bool system = check->ev->actor_kind == ACTOR_SYSTEM;
    if (system || (is & row->who & ~(unsigned)(OWNER | OFFERED_TO)) != 0)
        states |= row->beyond;
    if ((states & (1u << check->c->state)) != 0)
        return true;
    g_autofree char *words = states_in_words(states);
    if (check->c->state == CONTACT_CLOSED || check->c->state == CONTACT_ABANDONED)
        return check_refuse(check, RULES_ERROR_STATE, "Contact %s is %s: nobody can %s any more.",
                            check->c->id, contact_state_name(check->c->state), row->verb);
    return check_refuse(check, RULES_ERROR_STATE, "Contact %s is %s: you can %s only while it is %s.",
                        check->c->id, contact_state_name(check->c->state), row->verb, words);
}

static bool check_who(const struct check *check, const struct check_row *row, unsigned is)
{
    const struct contact *c = check->c;
    if (check->ev->actor_kind == ACTOR_SYSTEM || (is & row->who) != 0)
        return true;
    if ((row->who & (OWNER | OFFERED_TO)) != 0 && c != NULL && c->agent != NULL)
        return check_refuse(check, RULES_ERROR_FORBIDDEN, "Contact %s is %s %s: only they can %s.", c->id,
                            (row->who & OWNER) != 0 ? "with" : "offered to",
                            check_name_of(check->w, c->agent), row->verb);
    if ((row->who & OWNER) != 0 && c != NULL)
        return check_refuse(check, RULES_ERROR_FORBIDDEN,
                            "Contact %s is with nobody: accept it before you %s.", c->id, row->verb);
    const char *who = (row->who & PERSON) != 0        ? "somebody who is signed in"
                      : (row->who & CUSTOMER) != 0    ? "a customer, through a channel,"
                      : (row->who & INTEGRATION) != 0 ? "an integration"
                                                      : "the system itself";
    return check_refuse(check, RULES_ERROR_FORBIDDEN, "Only %s can %s.", who, row->verb);
}

/* Who may do it for being a MOVER has shown a right already. */
static bool check_right(const struct check *check, const struct check_row *row, unsigned is)
{
    uint64_t right = row->right;
    if ((is & CHANNEL_SIDE) != 0)
        right = row->channel_right != 0 ? row->channel_right : RIGHT_MESSAGES_RECEIVE;
    bool is_by_move = (is & row->who & MOVER) != 0 && (is & row->who & OWNER) == 0;
    if (check->ev->actor_kind == ACTOR_SYSTEM || is_by_move || right == 0 ||
        (check->w->rights[check->role] & right) != 0)
        return true;
    g_autofree char *words = rights_in_words(right);
    return check_refuse(check, RULES_ERROR_FORBIDDEN, "Your role (%s) may not %s; that takes the right %s.",
                        role_name(check->role), row->verb, words);
}

static bool check_needs(const struct check *check, const struct check_row *row)
{
    for (size_t i = 0; i < G_N_ELEMENTS(row->needs) && row->needs[i] != NULL; i++) {
        const char *text = event_text(check->ev, row->needs[i]);
        if (text == NULL || *text == '\0')
            return check_refuse(check, RULES_ERROR_DATA, "To %s, the event %s needs a text \"%s\".",
                                row->verb, event_kind_name(check->ev->kind), row->needs[i]);
    }
    return true;
}

static bool check_saw(const struct check *check, const struct check_row *row)
{
    const struct contact *c = check->c;
    if (!row->saw || check->ev->saw == 0 || check->ev->actor_kind != ACTOR_AGENT)
        return true;
    if (c->news_position > check->ev->saw)
        return check_refuse(check, RULES_ERROR_STALE,
                            "The customer wrote on contact %s since you last looked: read that, then %s.",
                            c->id, row->verb);
    if (world_index_others_position(check->w, c, check->ev->actor) > check->ev->saw)
        return check_refuse(
            check, RULES_ERROR_STALE,
            "Somebody else worked on contact %s since you last looked: see what changed, then %s.", c->id,
            row->verb);
    return true;
}

bool rules_check(const struct world *w, const struct event *ev, enum role role, GError **error)
{
    struct check check = {.w = w, .ev = ev, .c = world_contact(w, ev->contact), .role = role, .error = error};
    const struct check_row *row = &rows[ev->kind];
    if (ev->actor_kind == ACTOR_AGENT && world_agent(w, ev->actor) == NULL)
        return check_refuse(&check, RULES_ERROR_UNKNOWN,
                            "There is no agent \"%s\"; sign in with an account that exists.",
                            ev->actor == NULL ? "" : ev->actor);
    if (row->states != 0 && check.c == NULL)
        return check_refuse(&check, RULES_ERROR_UNKNOWN, "There is no contact %s among the open ones.",
                            ev->contact == NULL ? "without an id" : ev->contact);
    unsigned is = actor_is(&check);
    if (row->states != 0 && !check_state(&check, row, is))
        return false;
    return check_who(&check, row, is) && check_right(&check, row, is) && check_needs(&check, row) &&
           check_saw(&check, row) && (row->more == NULL || row->more(&check));
}

bool rules_check_past(const struct world *w, const struct event *ev, enum role role, GError **error)
{
    struct check check = {.w = w, .ev = ev, .c = world_contact(w, ev->contact), .role = role, .error = error};
    const struct check_row *row = &rows[ev->kind];
    if (row->states != 0 && check.c == NULL)
        return check_refuse(&check, RULES_ERROR_UNKNOWN, "There is no contact %s among the open ones.",
                            ev->contact == NULL ? "without an id" : ev->contact);
    return check_needs(&check, row) && (row->more == NULL || row->more(&check));
}
