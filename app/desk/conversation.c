/* What a contact's events look like as a conversation: one row per kind that says something. */
#include "app/desk/update.h"

#include <string.h>

struct desk_message *desk_message_new(enum desk_speaker speaker, const char *name, const char *text,
                                      int64_t at_ms)
{
    struct desk_message *m = g_new0(struct desk_message, 1);
    m->speaker = speaker;
    m->name = g_strdup(name != NULL ? name : "");
    m->text = g_strdup(text != NULL ? text : "");
    m->at_ms = at_ms;
    return m;
}

void desk_message_free(gpointer data)
{
    struct desk_message *m = data;
    g_free(m->event);
    g_free(m->name);
    g_free(m->text);
    g_free(m->refusal);
    g_free(m);
}

/* What stands for an event of the system's kind: words, and what of it tells more. */
struct line_row {
    enum event_kind kind;
    const char *words;         /* "%" is the actor's name */
    const char *member, *more; /* of data, each appended after ": "; NULL: none */
};

static const struct line_row LINES[] = {
    {EVENT_CONTACT_CREATED, "contact came in", "subject", NULL},
    {EVENT_CONTACT_ACCEPTED, "% took it", NULL, NULL},
    {EVENT_CONTACT_HELD, "put on hold", "reason", NULL},
    {EVENT_CONTACT_RESUMED, "taken up again", NULL, NULL},
    {EVENT_CONTACT_CONSULT_STARTED, "% asks a colleague", "agent", NULL},
    {EVENT_CONTACT_CONSULT_ENDED, "consultation ended", NULL, NULL},
    {EVENT_CONTACT_TRANSFERRED, "% passed it on", "reason", NULL},
    {EVENT_CONTACT_ESCALATED, "% asks the second line", "ask", NULL},
    {EVENT_CONTACT_GIVEN_BACK, "% answers", "answer", NULL},
    {EVENT_CONTACT_PARKED, "parked", "reason", NULL},
    {EVENT_CONTACT_UNPARKED, "no longer parked", "reason", NULL},
    {EVENT_CONTACT_ABANDONED, "the customer left", NULL, NULL},
    {EVENT_CONTACT_CUSTOMER_LEFT, "the customer has gone", NULL, NULL},
    {EVENT_CONTACT_WRAP_STARTED, "wrap-up begun", NULL, NULL},
    {EVENT_CONTACT_CLOSED, "closed", "disposition", NULL},
    {EVENT_CONTACT_RATED, "the customer rated it", NULL, NULL},
    {EVENT_CONTACT_CUSTOMER_LINKED, "customer found", "name", NULL},
    {EVENT_CUSTOMER_CREATED, "customer recorded", "name", NULL},
    {EVENT_CUSTOMER_CORRECTED, "record corrected", "field", NULL},
    {EVENT_CUSTOMER_VERIFIED, "verified by", "method", NULL},
    {EVENT_APPROVAL_REQUESTED, "% asks for an approval", "ask", NULL},
    {EVENT_APPROVAL_DECIDED, "% decided the approval", "decision", "note"},
    {EVENT_APPROVAL_DELEGATED, "% handed the approval on", "agent", NULL},
    {EVENT_APPROVAL_WITHDRAWN, "% took the request for an approval back", "reason", NULL},
    {EVENT_APPROVAL_EXPIRED, "the approval ran out; nobody decided", NULL, NULL},
    {EVENT_SCRIPT_FINISHED, "script finished", NULL, NULL},
};

static const char *actor_name(const struct desk *desk, const struct event *ev)
{
    const struct agent *a = ev->actor_kind == ACTOR_AGENT ? world_agent(desk->world, ev->actor) : NULL;
    if (a != NULL)
        return a->name;
    if (event_flag(ev, "rule") || (ev->actor_kind == ACTOR_SYSTEM && g_strcmp0(ev->actor, "rules") == 0))
        return "a rule";
    return ev->actor != NULL ? ev->actor : "the system";
}

/* What a member says to people: a colleague by name. */
static const char *member_text(const struct desk *desk, const char *name, const struct event *ev)
{
    const char *text = name != NULL ? event_text(ev, name) : NULL;
    const struct agent *a =
        text != NULL && g_str_equal(name, "agent") ? world_agent(desk->world, text) : NULL;
    return a != NULL ? a->name : text;
}

static char *system_text(const struct desk *desk, const struct line_row *row, const struct event *ev)
{
    GString *text = g_string_new(NULL);
    const char *member = member_text(desk, row->member, ev);
    if (row->words[0] == '%')
        g_string_append(text, actor_name(desk, ev));
    g_string_append(text, row->words[0] == '%' ? row->words + 1 : row->words);
    const char *outcome = ev->kind == EVENT_SCRIPT_FINISHED ? event_text(ev, "outcome") : NULL;
    if (g_strcmp0(outcome, "left") == 0)
        g_string_assign(text, "script left");
    else if (g_strcmp0(outcome, "switched") == 0)
        g_string_assign(text, "another script taken");
    if (ev->kind == EVENT_CUSTOMER_VERIFIED && member != NULL)
        g_string_append_printf(text, " %s", member);
    else if (member != NULL && *member != '\0')
        g_string_append_printf(text, ": %s", member);
    const char *more = row->more != NULL ? event_text(ev, row->more) : NULL;
    if (more != NULL && *more != '\0')
        g_string_append_printf(text, ": %s", more);
    return g_string_free(text, FALSE);
}

static struct desk_message *message_of(const struct desk *desk, const struct event *ev)
{
    const struct contact *c = world_contact(desk->world, ev->contact);
    bool mine = ev->actor_kind == ACTOR_AGENT && g_strcmp0(ev->actor, desk->me) == 0;
    const char *text = event_text(ev, "text");
    switch (ev->kind) {
    case EVENT_MESSAGE_RECEIVED:
        return desk_message_new(SPEAKER_CUSTOMER, c != NULL && c->name != NULL ? c->name : "customer", text,
                                ev->at_ms);
    case EVENT_MESSAGE_SENT:
        return desk_message_new(mine ? SPEAKER_ME : SPEAKER_AGENT, mine ? "you" : actor_name(desk, ev), text,
                                ev->at_ms);
    case EVENT_NOTE_ADDED:
        return desk_message_new(SPEAKER_NOTE, mine ? "you" : actor_name(desk, ev), text, ev->at_ms);
    case EVENT_CONTACT_ACCEPTED:
        if (mine) /* whoever reads it knows, and a small screen has few rows */
            return NULL;
        break;
    default:
        break;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(LINES); i++) {
        if (LINES[i].kind != ev->kind)
            continue;
        g_autofree char *words = system_text(desk, &LINES[i], ev);
        return desk_message_new(SPEAKER_SYSTEM, actor_name(desk, ev), words, ev->at_ms);
    }
    return NULL;
}

static void append(struct desk_contact *dc, struct desk_message *message)
{
    if (dc->messages->len >= DESK_MESSAGES_MAX)
        g_ptr_array_remove_index(dc->messages, 0);
    g_ptr_array_add(dc->messages, message);
}

void conversation_add(struct desk *desk, struct desk_contact *dc, const struct event *ev)
{
    if (ev->kind == EVENT_CUSTOMER_TYPING) {
        dc->typing_until_ms = desk->now_ms + DESK_TYPING_MS;
        return;
    }
    if (ev->kind == EVENT_MESSAGE_RECEIVED)
        dc->typing_until_ms = 0;
    if (ev->kind == EVENT_SCRIPT_STARTED)
        version_note(dc, event_text(ev, "script"), event_number(ev, "version", 0));
    if (conversation_find(dc, ev->id) != NULL)
        return;
    struct desk_message *message = message_of(desk, ev);
    if (message == NULL)
        return;
    message->event = g_strdup(ev->id);
    message->position = ev->position;
    const struct desk_sent *sent = record_sent(desk, ev->id);
    message->mark = sent == NULL ? MARK_DONE : sent->is_flushed ? MARK_WAITING : MARK_WRITING;
    append(dc, message);
}

/* Lines that the log cannot hold yet: ours on their way, and what the stream told after the answer was made.
 */
static bool is_newer(const struct desk_message *message, int64_t position)
{
    return message->position == 0 ? message->mark != MARK_DONE : message->position > position;
}

void conversation_load(struct desk *desk, struct desk_contact *dc, const GPtrArray *events, int64_t position)
{
    GPtrArray *before = dc->messages;
    dc->messages = g_ptr_array_new_with_free_func(desk_message_free);
    for (guint i = 0; i < events->len; i++)
        conversation_add(desk, dc, g_ptr_array_index(events, i));
    for (guint i = 0; i < dc->messages->len; i++) {
        struct desk_message *m = g_ptr_array_index(dc->messages, i);
        m->mark = MARK_DONE;
    }
    g_ptr_array_set_free_func(before, NULL);
    for (guint i = 0; i < before->len; i++) {
        struct desk_message *m = g_ptr_array_index(before, i);
        if (is_newer(m, position) && (m->event == NULL || conversation_find(dc, m->event) == NULL))
            append(dc, m);
        else
            desk_message_free(m);
    }
    g_ptr_array_unref(before);
    dc->is_loaded = true;
    dc->loaded_to = position;
}

struct desk_message *conversation_find(struct desk_contact *dc, const char *event_id)
{
    for (guint i = dc->messages->len; event_id != NULL && i-- > 0;) {
        struct desk_message *m = g_ptr_array_index(dc->messages, i);
        if (g_strcmp0(m->event, event_id) == 0)
            return m;
    }
    return NULL;
}

char *conversation_customer_words(const struct desk_contact *dc, int count)
{
    GString *words = g_string_new(NULL);
    for (guint i = dc->messages->len; i-- > 0 && count > 0;) {
        const struct desk_message *m = g_ptr_array_index(dc->messages, i);
        if (m->speaker != SPEAKER_CUSTOMER)
            continue;
        if (words->len > 0)
            g_string_prepend_c(words, ' ');
        g_string_prepend(words, m->text);
        count--;
    }
    return g_string_free(words, FALSE);
}
