#include "app/rules/rules.h"

#include <string.h>

#include "app/rules/world_index.h"

G_DEFINE_QUARK(firstline - rules - error, rules_error)

#define TEXT_BYTES_MAX (32 * 1024) /* of one message or note */
#define PRIORITY_MIN   (-60)
#define PRIORITY_MAX   600

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
    SUPERVISOR = 1 << 3, /* supervisors and administrators */
    ADMIN = 1 << 4,
    CUSTOMER = 1 << 5,
    INTEGRATION = 1 << 6,
};
#define CHANNEL_SIDE (CUSTOMER | INTEGRATION)

struct check {
    const struct world *w;
    const struct event *ev;
    const struct contact *c; /* NULL: not about a contact, or one that the world does not hold */
    enum role role;
    GError **error;
};

struct check_row {
    unsigned who;
    unsigned states; /* of the contact; 0: it is not looked at */
    unsigned beyond; /* further states for all but the owner and who it is offered to */
    bool saw;        /* refused where the actor has not seen the latest news */
    const char *verb;
    const char *needs[3]; /* texts in data that must be there and not be empty */
    bool (*more)(const struct check *check);
};

static bool refuse(const struct check *check, enum rules_error code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static bool refuse(const struct check *check, enum rules_error code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(check->error, RULES_ERROR, code, sentence);
    return false;
}

static const char *name_of(const struct world *w, const char *agent_id)
{
    const struct agent *a = world_agent(w, agent_id);
    return a == NULL ? agent_id : a->name;
}

static bool has_member(const struct event *ev, const char *name)
{
    return cJSON_HasObjectItem(ev->data, name);
}

static bool check_queue_exists(const struct check *check, const char *id)
{
    if (id == NULL || world_queue(check->w, id) != NULL)
        return true;
    return refuse(check, RULES_ERROR_UNKNOWN, "There is no queue \"%s\"; choose one of the list.", id);
}

static bool check_agent_exists(const struct check *check, const char *id)
{
    if (id == NULL || world_agent(check->w, id) != NULL)
        return true;
    return refuse(check, RULES_ERROR_UNKNOWN, "There is no agent \"%s\"; choose one of the list.", id);
}

static bool check_words(const struct check *check)
{
    enum contact_class contact_class;
    const char *class_name = event_text(check->ev, "class");
    if (class_name != NULL && !contact_class_parse(class_name, &contact_class))
        return refuse(check, RULES_ERROR_DATA,
                      "\"%s\" is no class of contact; it is one of enquiry, transaction and complaint.",
                      class_name);
    int64_t priority = event_number(check->ev, "priority", 0);
    if (priority < PRIORITY_MIN || priority > PRIORITY_MAX)
        return refuse(check, RULES_ERROR_DATA,
                      "A contact's priority is %d to %d minutes, not %" G_GINT64_FORMAT ".", PRIORITY_MIN,
                      PRIORITY_MAX, priority);
    return true;
}

static bool check_created(const struct check *check)
{
    enum channel channel;
    const char *channel_text = event_text(check->ev, "channel");
    if (check->ev->contact == NULL)
        return refuse(check, RULES_ERROR_DATA, "A new contact needs an id in the envelope.");
    if (check->c != NULL)
        return refuse(check, RULES_ERROR_STATE,
                      "Contact %s exists already; give the new one an id of its own.", check->c->id);
    if (!channel_parse(channel_text, &channel))
        return refuse(check, RULES_ERROR_DATA,
                      "\"%s\" is no channel; it is one of phone, chat, email, web, social and sms.",
                      channel_text);
    return check_queue_exists(check, event_text(check->ev, "queue")) && check_words(check);
}

static bool check_offered(const struct check *check)
{
    const char *why = NULL, *to = event_text(check->ev, "agent");
    if (!check_agent_exists(check, to))
        return false;
    if (event_number(check->ev, "until_ms", 0) <= 0)
        return refuse(check, RULES_ERROR_DATA, "An offer needs a time, until_ms, at which it ends.");
    if (!rules_may_take(check->w, world_agent(check->w, to), check->c, &why))
        return refuse(check, RULES_ERROR_STATE, "Contact %s cannot be offered to %s: %s.", check->c->id,
                      name_of(check->w, to), why);
    return true;
}

/* Somebody who answers an offer that just ran out is there after all, so a missed offer does not count here.
 */
static bool may_pull(const struct check *check, const char **why)
{
    const struct agent *a = world_agent(check->w, check->ev->actor);
    struct agent answering = *a;
    answering.not_responding = false;
    return rules_may_take(check->w, &answering, check->c, why);
}

static bool check_owner_has_room(const struct check *check)
{
    const struct contact *c = check->c;
    if (world_agent_load(check->w, check->ev->actor) + channel_capacity(c->channel) <= CAPACITY_POINTS)
        return true;
    return refuse(check, RULES_ERROR_STATE,
                  "You have no room for contact %s beside your other contacts; finish or park one first.",
                  c->id);
}

static bool check_accepted(const struct check *check)
{
    const struct contact *c = check->c;
    const char *actor = check->ev->actor, *why = NULL;
    bool mine = g_strcmp0(c->agent, actor) == 0;
    g_autofree char *leg = g_strdup_printf("%s.%d", c->id, c->legs + 1);
    if (check->ev->actor_kind != ACTOR_AGENT)
        return refuse(check, RULES_ERROR_FORBIDDEN, "Only an agent can accept contact %s.", c->id);
    if (c->state == CONTACT_OFFERED && !mine)
        return refuse(check, RULES_ERROR_STATE, "Contact %s is being offered to %s; take another one.", c->id,
                      name_of(check->w, c->agent));
    if (c->state == CONTACT_PARKED && !mine)
        return refuse(check, RULES_ERROR_FORBIDDEN,
                      "Contact %s is parked by %s; only they can take it up again.", c->id,
                      name_of(check->w, c->agent));
    if (c->state == CONTACT_PARKED && !check_owner_has_room(check))
        return false;
    if (c->state == CONTACT_QUEUED && !may_pull(check, &why))
        return refuse(check, RULES_ERROR_STATE, "You cannot take contact %s: %s.", c->id, why);
    if (g_strcmp0(check->ev->leg, leg) != 0)
        return refuse(check, RULES_ERROR_DATA, "The next leg of contact %s is %s; the event names %s.", c->id,
                      leg, check->ev->leg == NULL ? "none" : check->ev->leg);
    return true;
}

static bool check_consult(const struct check *check)
{
    const char *to_agent = event_text(check->ev, "agent"), *to_queue = event_text(check->ev, "queue");
    if (to_agent == NULL && to_queue == NULL)
        return refuse(check, RULES_ERROR_DATA, "Say whom to consult on contact %s: an agent or a queue.",
                      check->c->id);
    if (to_agent != NULL && strcmp(to_agent, check->ev->actor) == 0)
        return refuse(check, RULES_ERROR_DATA,
                      "You cannot consult yourself on contact %s; choose somebody else.", check->c->id);
    return check_agent_exists(check, to_agent) && check_queue_exists(check, to_queue);
}

/* Would `to` get the contact if it were meant for them in this queue? */
static bool check_target_agent(const struct check *check, const char *to, const char *queue_id)
{
    const char *why = NULL;
    if (to == NULL)
        return true;
    if (!check_agent_exists(check, to))
        return false;
    if (check->ev->actor_kind == ACTOR_AGENT && strcmp(to, check->ev->actor) == 0)
        return refuse(check, RULES_ERROR_DATA,
                      "You cannot hand contact %s to yourself; choose somebody else.", check->c->id);
    struct contact meant = *check->c;
    meant.state = CONTACT_QUEUED;
    meant.agent = (char *)to;
    if (queue_id != NULL)
        meant.queue = (char *)queue_id;
    if (rules_may_take(check->w, world_agent(check->w, to), &meant, &why))
        return true;
    return refuse(check, RULES_ERROR_STATE,
                  "%s cannot take contact %s now: %s. Choose another agent or a queue.",
                  name_of(check->w, to), check->c->id, why);
}

static bool check_transferred(const struct check *check)
{
    const char *to_agent = event_text(check->ev, "agent"), *to_queue = event_text(check->ev, "queue");
    if (to_agent == NULL && to_queue == NULL)
        return refuse(check, RULES_ERROR_DATA, "Say where contact %s should go: a queue or an agent.",
                      check->c->id);
    return check_queue_exists(check, to_queue) && check_target_agent(check, to_agent, to_queue);
}

static bool check_escalated(const struct check *check)
{
    const char *to = event_text(check->ev, "queue");
    if (!check_queue_exists(check, to))
        return false;
    if (world_queue(check->w, to)->line == 2)
        return true;
    return refuse(
        check, RULES_ERROR_DATA,
        "Queue \"%s\" is of the first line; escalate contact %s to one of the second, or transfer it.", to,
        check->c->id);
}

static bool check_given_back(const struct check *check)
{
    const char *to_queue = event_text(check->ev, "queue"), *to_agent = event_text(check->ev, "agent");
    if (!check->c->escalated)
        return refuse(check, RULES_ERROR_STATE, "Contact %s was not escalated; transfer it instead.",
                      check->c->id);
    if (to_queue == NULL && to_agent == NULL && check->c->came_from == NULL)
        return refuse(check, RULES_ERROR_DATA, "Say where contact %s should go back to: a queue or an agent.",
                      check->c->id);
    return check_queue_exists(check, to_queue) && check_agent_exists(check, to_agent);
}

static bool check_parked(const struct check *check)
{
    if (check->c->channel == CHANNEL_PHONE && !check->c->customer_gone)
        return refuse(
            check, RULES_ERROR_STATE,
            "Contact %s is a call and cannot be parked while the customer is on the line; hold it, or let "
            "them hang up first.",
            check->c->id);
    if (event_number(check->ev, "until_ms", 0) <= check->ev->at_ms)
        return refuse(check, RULES_ERROR_DATA,
                      "Say until when contact %s is parked: a time that is still to come.", check->c->id);
    return true;
}

static bool check_closed(const struct check *check)
{
    if (cJSON_IsBool(cJSON_GetObjectItemCaseSensitive(check->ev->data, "resolved")))
        return true;
    return refuse(check, RULES_ERROR_DATA, "Say whether contact %s is resolved: yes or no.", check->c->id);
}

static bool check_rated(const struct check *check)
{
    int64_t csat = event_number(check->ev, "csat", 1), nps = event_number(check->ev, "nps", 0);
    if (!has_member(check->ev, "csat") && !has_member(check->ev, "nps"))
        return refuse(check, RULES_ERROR_DATA, "A rating needs csat (1 to 5) or nps (0 to 10).");
    if (csat < 1 || csat > 5 || nps < 0 || nps > 10)
        return refuse(check, RULES_ERROR_DATA, "A rating is csat from 1 to 5 or nps from 0 to 10.");
    return true;
}

/* The text itself travels to the backend; its body's id stands for it in the stored log. */
static bool check_text(const struct check *check)
{
    const char *text = event_text(check->ev, "text");
    if (text == NULL && event_text(check->ev, "body") != NULL)
        return true;
    if (text == NULL || *text == '\0')
        return refuse(check, RULES_ERROR_DATA, "The text is empty; write something before you send it.");
    if (strlen(text) > TEXT_BYTES_MAX)
        return refuse(check, RULES_ERROR_DATA, "The text has %zu bytes; at most %d can be sent in one piece.",
                      strlen(text), TEXT_BYTES_MAX);
    return true;
}

static bool check_step_entered(const struct check *check)
{
    enum step_class step_class;
    const char *class_name = event_text(check->ev, "class");
    if (step_class_parse(class_name, &step_class))
        return true;
    return refuse(check, RULES_ERROR_DATA,
                  "\"%s\" is no class of step; it is one of value, required and waste.", class_name);
}

static bool check_about_agent(const struct check *check)
{
    const char *id = world_event_agent(check->ev);
    const struct agent *a = world_agent(check->w, id);
    bool self = check->ev->actor_kind == ACTOR_AGENT && g_strcmp0(id, check->ev->actor) == 0;
    bool person = check->ev->actor_kind == ACTOR_AGENT;
    if (a == NULL)
        return refuse(check, RULES_ERROR_UNKNOWN, "There is no agent \"%s\".", id == NULL ? "" : id);
    if (person && !self && check->role != ROLE_SUPERVISOR && check->role != ROLE_ADMIN)
        return refuse(check, RULES_ERROR_FORBIDDEN, "Only %s or a supervisor can do that for %s.", a->name,
                      a->name);
    if (a->signed_in || check->ev->kind == EVENT_AGENT_SIGNED_IN)
        return true;
    if (self)
        return refuse(check, RULES_ERROR_STATE, "You are not signed in; sign in first.");
    return refuse(check, RULES_ERROR_STATE, "%s is not signed in; that can wait until they are.", a->name);
}

static bool check_signed_in(const struct check *check)
{
    if (!check_about_agent(check))
        return false;
    const struct agent *a = world_agent(check->w, world_event_agent(check->ev));
    if (!a->disabled)
        return true;
    return refuse(check, RULES_ERROR_FORBIDDEN,
                  "The account \"%s\" is disabled; ask an administrator to enable it.", a->id);
}

static int compare_ids(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Ids of what the agent has in hand, "48213, 48220 and 3 more"; NULL: nothing. Caller owns, g_free. */
static char *open_contacts(const struct world *w, const char *agent_id, unsigned *count)
{
    enum { SHOWN = 5 };
    const GPtrArray *list = world_agent_contacts(w, agent_id);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *c = g_ptr_array_index(list, i);
        if (contact_is_handled(c))
            g_ptr_array_add(ids, c->id);
    }
    *count = ids->len;
    if (ids->len == 0)
        return NULL;
    g_ptr_array_sort(ids, compare_ids);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(ids->len, SHOWN); i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ", (const char *)g_ptr_array_index(ids, i));
    if (ids->len > SHOWN)
        g_string_append_printf(text, " and %u more", ids->len - SHOWN);
    return g_string_free(text, false);
}

static bool check_signed_out(const struct check *check)
{
    if (!check_about_agent(check))
        return false;
    unsigned count;
    const char *id = world_event_agent(check->ev);
    g_autofree char *open = open_contacts(check->w, id, &count);
    bool self = check->ev->actor_kind == ACTOR_AGENT && strcmp(id, check->ev->actor) == 0;
    if (open == NULL || !self)
        return true;
    return refuse(check, RULES_ERROR_STATE,
                  "You still have %u open contact%s (%s): close, park or transfer %s before you sign out.",
                  count, count == 1 ? "" : "s", open, count == 1 ? "it" : "them");
}

static bool check_presence(const struct check *check)
{
    enum presence presence;
    const char *chosen = event_text(check->ev, "presence");
    if (!check_about_agent(check))
        return false;
    if (!presence_parse(chosen, &presence))
        return refuse(check, RULES_ERROR_DATA,
                      "\"%s\" is no presence; it is one of ready, not-ready and transfer-only.", chosen);
    if (presence == PRESENCE_OFFLINE)
        return refuse(check, RULES_ERROR_DATA, "Sign out to go offline.");
    return true;
}

#define SCRIPT_ROW(does, ...)                                                     \
    {                                                                             \
        .who = OWNER, .states = HANDLED, .verb = (does), .needs = { __VA_ARGS__ } \
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
                               .verb = "create contacts",
                               .needs = {"channel", "queue"},
                               .more = check_created},
    [EVENT_CONTACT_CLASSIFIED] = {.who = PERSON | INTEGRATION,
                                  .states = LIVING,
                                  .verb = "classify it",
                                  .more = check_words},
    [EVENT_CONTACT_CUSTOMER_LINKED] = {.who = PERSON | INTEGRATION,
                                       .states = ANY_STATE,
                                       .verb = "link its customer",
                                       .needs = {"customer", "name"}},
    [EVENT_CONTACT_OFFERED] = {.states = IN(QUEUED),
                               .verb = "offer it",
                               .needs = {"agent"},
                               .more = check_offered},
    [EVENT_CONTACT_OFFER_REJECTED] = {.who = OFFERED_TO,
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
                                .states = WAITING | IN(PARKED),
                                .verb = "accept it",
                                .more = check_accepted},
    [EVENT_CONTACT_HELD] = {.who = OWNER, .states = IN(ACTIVE), .verb = "hold it"},
    [EVENT_CONTACT_RESUMED] = {.who = OWNER, .states = IN(HELD), .verb = "resume it"},
    [EVENT_CONTACT_CONSULT_STARTED] = {.who = OWNER,
                                       .states = IN(ACTIVE) | IN(HELD),
                                       .verb = "consult somebody on it",
                                       .more = check_consult},
    [EVENT_CONTACT_CONSULT_ENDED] = {.who = OWNER, .states = IN(CONSULTING), .verb = "end its consultation"},
    [EVENT_CONTACT_TRANSFERRED] = {.who = OWNER | SUPERVISOR,
                                   .states = TALKING | IN(PARKED),
                                   .beyond = IN(QUEUED),
                                   .saw = true,
                                   .verb = "transfer it",
                                   .more = check_transferred},
    [EVENT_CONTACT_ESCALATED] = {.who = OWNER | SUPERVISOR,
                                 .states = TALKING,
                                 .beyond = IN(QUEUED),
                                 .saw = true,
                                 .verb = "escalate it",
                                 .needs = {"queue", "ask"},
                                 .more = check_escalated},
    [EVENT_CONTACT_GIVEN_BACK] = {.who = OWNER,
                                  .states = TALKING,
                                  .saw = true,
                                  .verb = "give it back",
                                  .needs = {"answer"},
                                  .more = check_given_back},
    [EVENT_CONTACT_PARKED] = {.who = OWNER, .states = TALKING, .verb = "park it", .more = check_parked},
    [EVENT_CONTACT_UNPARKED] = {.who = OWNER | SUPERVISOR, .states = IN(PARKED), .verb = "unpark it"},
    [EVENT_CONTACT_ABANDONED] = {.who = CHANNEL_SIDE, .states = WAITING | IN(PARKED), .verb = "abandon it"},
    [EVENT_CONTACT_CUSTOMER_LEFT] = {.who = CHANNEL_SIDE, .states = LIVING, .verb = "leave it"},
    [EVENT_CONTACT_WRAP_STARTED] = {.who = OWNER | SUPERVISOR, .states = TALKING, .verb = "wrap it up"},
    [EVENT_CONTACT_CLOSED] = {.who = OWNER | SUPERVISOR,
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
    [EVENT_MESSAGE_SENT] =
        {.who = OWNER, .states = HANDLED, .saw = true, .verb = "answer it", .more = check_text},
    [EVENT_NOTE_ADDED] = {.who = PERSON | INTEGRATION,
                          .states = ANY_STATE,
                          .verb = "add a note to it",
                          .more = check_text},
    [EVENT_CUSTOMER_TYPING] = {.who = CHANNEL_SIDE, .verb = "type"},

    [EVENT_CUSTOMER_CREATED] = {.who = PERSON | INTEGRATION,
                                .verb = "create customers",
                                .needs = {"customer", "name"}},
    [EVENT_CUSTOMER_CORRECTED] = {.who = PERSON | INTEGRATION,
                                  .verb = "correct customers",
                                  .needs = {"customer", "field"}},
    [EVENT_CUSTOMER_REVEALED] = {.who = PERSON,
                                 .verb = "reveal personal data",
                                 .needs = {"customer", "field"}},
    [EVENT_CUSTOMER_VERIFIED] = {.who = OWNER,
                                 .states = HANDLED,
                                 .verb = "verify its customer",
                                 .needs = {"customer", "method"}},
    [EVENT_ORDER_RECORDED] = {.who = INTEGRATION | ADMIN,
                              .verb = "record orders",
                              .needs = {"customer", "order"}},

    [EVENT_SCRIPT_PROPOSED] = SCRIPT_ROW("propose a script for it", "script"),
    [EVENT_SCRIPT_STARTED] = SCRIPT_ROW("start a script on it", "script"),
    [EVENT_STEP_ENTERED] = {.who = OWNER,
                            .states = HANDLED,
                            .verb = "walk its script",
                            .needs = {"script", "step", "class"},
                            .more = check_step_entered},
    [EVENT_STEP_ANSWERED] = SCRIPT_ROW("answer a step of its script", "script", "step", "field"),
    [EVENT_STEP_LEFT] = SCRIPT_ROW("walk its script", "script", "step"),
    [EVENT_STEP_SKIPPED] = SCRIPT_ROW("skip a step of its script", "script", "step", "reason"),
    [EVENT_SCRIPT_FINISHED] = SCRIPT_ROW("finish its script", "script"),
    [EVENT_SCRIPT_LEFT] = SCRIPT_ROW("leave its script", "script", "reason"),

    [EVENT_SEARCH_DONE] = {.who = PERSON, .verb = "search"},
    [EVENT_ARTICLE_SUGGESTED] = {.who = PERSON, .verb = "suggest articles"},
    [EVENT_ARTICLE_OPENED] = {.who = PERSON, .verb = "open articles", .needs = {"article"}},
    [EVENT_ARTICLE_INSERTED] = {.who = PERSON, .verb = "insert articles", .needs = {"article"}},
    [EVENT_ARTICLE_RATED] = {.who = PERSON, .verb = "rate articles", .needs = {"article"}},
    [EVENT_ARTICLE_FLAGGED] = {.who = PERSON, .verb = "flag articles", .needs = {"article", "note"}},

    [EVENT_JOURNAL_WITHDRAWN] = {.who = PERSON, .verb = "withdraw events"},
    [EVENT_JOURNAL_LOST] = {.who = PERSON, .verb = "report lost events"},
    [EVENT_CONFIG_APPLIED] = {.who = ADMIN, .verb = "apply settings"},
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
    if (check->role == ROLE_SUPERVISOR || check->role == ROLE_ADMIN)
        is |= SUPERVISOR;
    if (check->role == ROLE_ADMIN)
        is |= ADMIN;
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
        return refuse(check, RULES_ERROR_STATE, "Contact %s is %s: nobody can %s any more.", check->c->id,
                      contact_state_name(check->c->state), row->verb);
    return refuse(check, RULES_ERROR_STATE, "Contact %s is %s: you can %s only while it is %s.", check->c->id,
                  contact_state_name(check->c->state), row->verb, words);
}

static bool check_who(const struct check *check, const struct check_row *row, unsigned is)
{
    const struct contact *c = check->c;
    if (check->ev->actor_kind == ACTOR_SYSTEM || (is & row->who) != 0)
        return true;
    if ((row->who & (OWNER | OFFERED_TO)) != 0 && c != NULL && c->agent != NULL)
        return refuse(check, RULES_ERROR_FORBIDDEN, "Contact %s is %s %s: only they can %s.", c->id,
                      (row->who & OWNER) != 0 ? "with" : "offered to", name_of(check->w, c->agent),
                      row->verb);
    if ((row->who & OWNER) != 0 && c != NULL)
        return refuse(check, RULES_ERROR_FORBIDDEN, "Contact %s is with nobody: accept it before you %s.",
                      c->id, row->verb);
    const char *who = (row->who & PERSON) != 0        ? "somebody who is signed in"
                      : (row->who & ADMIN) != 0       ? "an administrator"
                      : (row->who & CUSTOMER) != 0    ? "a customer, through a channel,"
                      : (row->who & INTEGRATION) != 0 ? "an integration"
                                                      : "the system itself";
    return refuse(check, RULES_ERROR_FORBIDDEN, "Only %s can %s.", who, row->verb);
}

static bool check_needs(const struct check *check, const struct check_row *row)
{
    for (size_t i = 0; i < G_N_ELEMENTS(row->needs) && row->needs[i] != NULL; i++) {
        const char *text = event_text(check->ev, row->needs[i]);
        if (text == NULL || *text == '\0')
            return refuse(check, RULES_ERROR_DATA, "To %s, the event %s needs a text \"%s\".", row->verb,
                          event_kind_name(check->ev->kind), row->needs[i]);
    }
    return true;
}

static bool check_saw(const struct check *check, const struct check_row *row)
{
    const struct contact *c = check->c;
    if (!row->saw || check->ev->saw == 0 || check->ev->actor_kind != ACTOR_AGENT)
        return true;
    if (c->news_position > check->ev->saw)
        return refuse(check, RULES_ERROR_STALE,
                      "The customer wrote on contact %s since you last looked: read that, then %s.", c->id,
                      row->verb);
    if (world_index_others_position(check->w, c, check->ev->actor) > check->ev->saw)
        return refuse(check, RULES_ERROR_STALE,
                      "Somebody else worked on contact %s since you last looked: see what changed, then %s.",
                      c->id, row->verb);
    return true;
}

bool rules_check(const struct world *w, const struct event *ev, enum role role, GError **error)
{
    struct check check = {.w = w, .ev = ev, .c = world_contact(w, ev->contact), .role = role, .error = error};
    const struct check_row *row = &rows[ev->kind];
    if (ev->actor_kind == ACTOR_AGENT && world_agent(w, ev->actor) == NULL)
        return refuse(&check, RULES_ERROR_UNKNOWN,
                      "There is no agent \"%s\"; sign in with an account that exists.",
                      ev->actor == NULL ? "" : ev->actor);
    if (row->states != 0 && check.c == NULL)
        return refuse(&check, RULES_ERROR_UNKNOWN, "There is no contact %s among the open ones.",
                      ev->contact == NULL ? "without an id" : ev->contact);
    unsigned is = actor_is(&check);
    if (row->states != 0 && !check_state(&check, row, is))
        return false;
    return check_who(&check, row, is) && check_needs(&check, row) && check_saw(&check, row) &&
           (row->more == NULL || row->more(&check));
}
