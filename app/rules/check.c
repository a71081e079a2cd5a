#include "app/rules/check.h"

#include <string.h>

#define PRIORITY_MIN (-60)
#define PRIORITY_MAX 600

bool check_refuse(const struct check *check, enum rules_error code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(check->error, RULES_ERROR, code, sentence);
    return false;
}

const char *check_name_of(const struct world *w, const char *agent_id)
{
    const struct agent *a = world_agent(w, agent_id);
    return a == NULL ? agent_id : a->name;
}

static bool check_queue_exists(const struct check *check, const char *id)
{
    if (id == NULL || world_queue(check->w, id) != NULL)
        return true;
    return check_refuse(check, RULES_ERROR_UNKNOWN, "There is no queue \"%s\"; choose one of the list.", id);
}

static bool check_agent_exists(const struct check *check, const char *id)
{
    if (id == NULL || world_agent(check->w, id) != NULL)
        return true;
    return check_refuse(check, RULES_ERROR_UNKNOWN, "There is no agent \"%s\"; choose one of the list.", id);
}

bool check_words(const struct check *check)
{
    enum contact_class contact_class;
    const char *class_name = event_text(check->ev, "class");
    if (class_name != NULL && !contact_class_parse(class_name, &contact_class))
        return check_refuse(check, RULES_ERROR_DATA,
                            "\"%s\" is no class of contact; it is one of enquiry, transaction and complaint.",
                            class_name);
    int64_t priority = event_number(check->ev, "priority", 0);
    if (priority < PRIORITY_MIN || priority > PRIORITY_MAX)
        return check_refuse(check, RULES_ERROR_DATA,
                            "A contact's priority is %d to %d minutes, not %" G_GINT64_FORMAT ".",
                            PRIORITY_MIN, PRIORITY_MAX, priority);
    return true;
}

bool check_created(const struct check *check)
{
    enum channel channel;
    const char *channel_text = event_text(check->ev, "channel");
    if (check->ev->contact == NULL)
        return check_refuse(check, RULES_ERROR_DATA, "A new contact needs an id in the envelope.");
    if (check->c != NULL)
        return check_refuse(check, RULES_ERROR_STATE,
                            "Contact %s exists already; give the new one an id of its own.", check->c->id);
    if (!channel_parse(channel_text, &channel))
        return check_refuse(check, RULES_ERROR_DATA,
                            "\"%s\" is no channel; it is one of phone, chat, email, web, social and sms.",
                            channel_text);
    return check_queue_exists(check, event_text(check->ev, "queue")) && check_words(check);
}

bool check_offered(const struct check *check)
{
    const char *why = NULL, *to = event_text(check->ev, "agent");
    if (!check_agent_exists(check, to))
        return false;
    if (event_number(check->ev, "until_ms", 0) <= 0)
        return check_refuse(check, RULES_ERROR_DATA, "An offer needs a time, until_ms, at which it ends.");
    if (!rules_may_take(check->w, world_agent(check->w, to), check->c, &why))
        return check_refuse(check, RULES_ERROR_STATE, "Contact %s cannot be offered to %s: %s.", check->c->id,
                            check_name_of(check->w, to), why);
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
    static const char *const first[] = {
        [RULES_ROOM_OFFER] = "the offer that rings; reject that",
        [RULES_ROOM_PARK] = "your other contacts; finish or park one",
        [RULES_ROOM_FINISH] = "your other contacts; finish one",
    };
    const struct contact *c = check->c;
    if (world_agent_load(check->w, check->ev->actor) + channel_capacity(c->channel) <= CAPACITY_POINTS)
        return true;
    return check_refuse(check, RULES_ERROR_STATE, "You have no room for contact %s beside %s first.", c->id,
                        first[rules_room_by(check->w, check->ev->actor, c)]);
}

bool check_accepted(const struct check *check)
{
    const struct contact *c = check->c;
    const char *actor = check->ev->actor, *why = NULL;
    bool mine = g_strcmp0(c->agent, actor) == 0;
    g_autofree char *leg = g_strdup_printf("%s.%d", c->id, c->legs + 1);
    if (check->ev->actor_kind != ACTOR_AGENT)
        return check_refuse(check, RULES_ERROR_FORBIDDEN, "Only an agent can accept contact %s.", c->id);
    if (c->state == CONTACT_OFFERED && !mine)
        return check_refuse(check, RULES_ERROR_STATE, "Contact %s is being offered to %s; take another one.",
                            c->id, check_name_of(check->w, c->agent));
    if (c->state == CONTACT_PARKED && !mine)
        return check_refuse(check, RULES_ERROR_FORBIDDEN,
                            "Contact %s is parked by %s; only they can take it up again.", c->id,
                            check_name_of(check->w, c->agent));
    if (mine && c->state != CONTACT_OFFERED && !check_owner_has_room(check))
        return false;
    if (c->state == CONTACT_QUEUED && !mine && !may_pull(check, &why))
        return check_refuse(check, RULES_ERROR_STATE, "You cannot take contact %s: %s.", c->id, why);
    if (g_strcmp0(check->ev->leg, leg) != 0)
        return check_refuse(check, RULES_ERROR_DATA, "The next leg of contact %s is %s; the event names %s.",
                            c->id, leg, check->ev->leg == NULL ? "none" : check->ev->leg);
    return true;
}

bool check_consult(const struct check *check)
{
    const char *to_agent = event_text(check->ev, "agent"), *to_queue = event_text(check->ev, "queue");
    if (to_agent == NULL && to_queue == NULL)
        return check_refuse(check, RULES_ERROR_DATA,
                            "Say whom to consult on contact %s: an agent or a queue.", check->c->id);
    if (to_agent != NULL && strcmp(to_agent, check->ev->actor) == 0)
        return check_refuse(check, RULES_ERROR_DATA,
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
        return check_refuse(check, RULES_ERROR_DATA,
                            "You cannot hand contact %s to yourself; choose somebody else.", check->c->id);
    if (rules_may_be_passed(check->w, world_agent(check->w, to), check->c, queue_id, &why))
        return true;
    return check_refuse(check, RULES_ERROR_STATE,
                        "%s cannot take contact %s now: %s. Choose another agent or a queue.",
                        check_name_of(check->w, to), check->c->id, why);
}

bool check_transferred(const struct check *check)
{
    const char *to_agent = event_text(check->ev, "agent"), *to_queue = event_text(check->ev, "queue");
    if (to_agent == NULL && to_queue == NULL)
        return check_refuse(check, RULES_ERROR_DATA, "Say where contact %s should go: a queue or an agent.",
                            check->c->id);
    return check_queue_exists(check, to_queue) && check_target_agent(check, to_agent, to_queue);
}

bool check_escalated(const struct check *check)
{
    const char *to = event_text(check->ev, "queue");
    if (!check_queue_exists(check, to))
        return false;
    if (world_queue(check->w, to)->line == 2)
        return true;
    return check_refuse(
        check, RULES_ERROR_DATA,
        "Queue \"%s\" is of the first line; escalate contact %s to one of the second, or transfer it.", to,
        check->c->id);
}

bool check_given_back(const struct check *check)
{
    const char *to_queue = event_text(check->ev, "queue"), *to_agent = event_text(check->ev, "agent");
    if (!check->c->escalated)
        return check_refuse(check, RULES_ERROR_STATE, "Contact %s was not escalated; transfer it instead.",
                            check->c->id);
    if (to_queue == NULL && to_agent == NULL && check->c->came_from == NULL)
        return check_refuse(check, RULES_ERROR_DATA,
                            "Say where contact %s should go back to: a queue or an agent.", check->c->id);
    return check_queue_exists(check, to_queue) && check_agent_exists(check, to_agent);
}

bool check_parked(const struct check *check)
{
    if (!rules_can_wait(check->c))
        return check_refuse(
            check, RULES_ERROR_STATE,
            "Contact %s is a call and cannot be parked while the customer is on the line; hold it, or let "
            "them hang up first.",
            check->c->id);
    if (event_number(check->ev, "until_ms", 0) <= check->ev->at_ms)
        return check_refuse(check, RULES_ERROR_DATA,
                            "Say until when contact %s is parked: a time that is still to come.",
                            check->c->id);
    return true;
}

bool check_closed(const struct check *check)
{
    if (cJSON_IsBool(cJSON_GetObjectItemCaseSensitive(check->ev->data, "resolved")))
        return true;
    return check_refuse(check, RULES_ERROR_DATA, "Say whether contact %s is resolved: yes or no.",
                        check->c->id);
}

/* Where the rating is told at all, it is a number in its range. */
static bool is_rating_within(const struct check *check, const char *name, int64_t least, int64_t most)
{
    if (cJSON_GetObjectItemCaseSensitive(check->ev->data, name) == NULL)
        return true;
    int64_t rating = event_number(check->ev, name, -1);
    return rating >= least && rating <= most;
}

bool check_rated(const struct check *check)
{
    const cJSON *data = check->ev->data;
    if (cJSON_GetObjectItemCaseSensitive(data, "csat") == NULL &&
        cJSON_GetObjectItemCaseSensitive(data, "nps") == NULL)
        return check_refuse(check, RULES_ERROR_DATA, "A rating needs csat (1 to 5) or nps (0 to 10).");
    if (!is_rating_within(check, "csat", 1, 5) || !is_rating_within(check, "nps", 0, 10))
        return check_refuse(check, RULES_ERROR_DATA, "A rating is csat from 1 to 5 or nps from 0 to 10.");
    return true;
}

/* The text itself travels to the backend; its body's id stands for it in the stored log. */
bool check_text(const struct check *check)
{
    const char *text = event_text(check->ev, "text");
    if (text == NULL && event_text(check->ev, "body") != NULL)
        return true;
    if (text == NULL || *text == '\0')
        return check_refuse(check, RULES_ERROR_DATA,
                            "The text is empty; write something before you send it.");
    if (strlen(text) > EVENT_TEXT_MAX)
        return check_refuse(check, RULES_ERROR_DATA,
                            "The text has %zu bytes; at most %d can be sent in one piece.", strlen(text),
                            EVENT_TEXT_MAX);
    return true;
}

/* Whose it is has to be on record, and an unknown caller is known by the contact alone. */
bool check_revealed(const struct check *check)
{
    const char *customer = event_text(check->ev, "customer");
    if ((customer != NULL && *customer != '\0') || check->ev->contact != NULL)
        return true;
    return check_refuse(
        check, RULES_ERROR_DATA,
        "To reveal personal data, the event %s needs a text \"customer\", or the contact whose "
        "caller it is about.",
        event_kind_name(check->ev->kind));
}

bool check_step_entered(const struct check *check)
{
    enum step_class step_class;
    const char *class_name = event_text(check->ev, "class");
    if (step_class_parse(class_name, &step_class))
        return true;
    return check_refuse(check, RULES_ERROR_DATA,
                        "\"%s\" is no class of step; it is one of value, required and waste.", class_name);
}

bool check_step_flagged(const struct check *check)
{
    static const char *const whats[] = {"wrong", "slow", "other", NULL};
    const char *what = event_text(check->ev, "what");
    if (g_strv_contains(whats, what))
        return true;
    return check_refuse(check, RULES_ERROR_DATA,
                        "\"%s\" is nothing to flag a step for; it is one of wrong, slow and other.", what);
}

static bool check_about_agent(const struct check *check)
{
    const char *id = world_event_agent(check->ev);
    const struct agent *a = world_agent(check->w, id);
    bool self = check->ev->actor_kind == ACTOR_AGENT && g_strcmp0(id, check->ev->actor) == 0;
    bool person = check->ev->actor_kind == ACTOR_AGENT;
    if (a == NULL)
        return check_refuse(check, RULES_ERROR_UNKNOWN, "There is no agent \"%s\".", id == NULL ? "" : id);
    if (person && !self && (check->w->rights[check->role] & RIGHT_FLOOR_MANAGE) == 0)
        return check_refuse(check, RULES_ERROR_FORBIDDEN, "Only %s or a supervisor can do that for %s.",
                            a->name, a->name);
    if (a->signed_in || check->ev->kind == EVENT_AGENT_SIGNED_IN)
        return true;
    if (self)
        return check_refuse(check, RULES_ERROR_STATE, "You are not signed in; sign in first.");
    return check_refuse(check, RULES_ERROR_STATE, "%s is not signed in; that can wait until they are.",
                        a->name);
}

bool check_signed_in(const struct check *check)
{
    if (!check_about_agent(check))
        return false;
    const struct agent *a = world_agent(check->w, world_event_agent(check->ev));
    if (!a->disabled)
        return true;
    return check_refuse(check, RULES_ERROR_FORBIDDEN,
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

bool check_signed_out(const struct check *check)
{
    if (!check_about_agent(check))
        return false;
    unsigned count;
    const char *id = world_event_agent(check->ev);
    g_autofree char *open = open_contacts(check->w, id, &count);
    bool self = check->ev->actor_kind == ACTOR_AGENT && strcmp(id, check->ev->actor) == 0;
    if (open == NULL || !self)
        return true;
    return check_refuse(
        check, RULES_ERROR_STATE,
        "You still have %u open contact%s (%s): close, park or transfer %s before you sign out.", count,
        count == 1 ? "" : "s", open, count == 1 ? "it" : "them");
}

bool check_presence(const struct check *check)
{
    enum presence presence;
    const char *chosen = event_text(check->ev, "presence");
    if (!check_about_agent(check))
        return false;
    if (!presence_parse(chosen, &presence))
        return check_refuse(check, RULES_ERROR_DATA,
                            "\"%s\" is no presence; it is one of ready, not-ready and transfer-only.",
                            chosen);
    if (presence == PRESENCE_OFFLINE)
        return check_refuse(check, RULES_ERROR_DATA, "Sign out to go offline.");
    return true;
}

/* What people call the fields of a record. */
static const char *label_of(const char *field)
{
    return strcmp(field, "postal") == 0 ? "address" : strcmp(field, "email") == 0 ? "e-mail" : field;
}

/* A form trims blanks, and shows a line break as one. */
static bool is_same_text(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " \t\r\n");
        b += strspn(b, " \t\r\n");
        if (*a != *b || *a == '\0')
            return *a == *b;
    }
}

bool rules_check_correction(const struct event *ev, const char *now, GError **error)
{
    const char *was = event_text(ev, "was"), *field = event_text(ev, "field");
    bool is_known = now != NULL && was != NULL && field != NULL;
    if (!is_known || is_same_text(now, was) || g_strcmp0(now, event_text(ev, "value")) == 0)
        return true;
    g_set_error(error, RULES_ERROR, RULES_ERROR_STALE,
                "Somebody else changed the %s meanwhile; look at it, and correct it again if it is wrong.",
                label_of(field));
    return false;
}
