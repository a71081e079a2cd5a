/* What is done with a contact of mine: hold, transfer, consult, escalate, give back, park. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/hours.h"
#include "app/desk/story.h"
#include "app/rules/rules.h"

#define PARK_DAY_MINUTES (24 * 60)

/* An agent's own contact that a popup is about, if it still is; else a notice. */
static const struct contact *still_mine(struct update *u, const struct popup *popup)
{
    const struct contact *c = world_contact(u->desk->world, popup->subject);
    if (desk_is_mine(u->desk, c))
        return c;
    update_say(u, TONE_WARNING, "The contact is no longer yours; nothing was changed.");
    return NULL;
}

bool contact_warns_of_draft(struct update *u, struct popup *popup)
{
    const struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    g_autofree char *unsent = dc != NULL ? g_strstrip(g_strdup(editor_text(dc->reply))) : g_strdup("");
    if (*unsent == '\0' || popup->is_warned)
        return false;
    popup->is_warned = true;
    g_autofree char *sentence = desk_key_names(
        u->desk,
        "Your reply has not been sent. {popup-form:confirm} goes on without it, Esc goes back to it.");
    if (popup->kind == POPUP_FORM) {
        popup_set_problem(popup, NULL, sentence);
    } else {
        g_free(popup->hint);
        popup->hint = g_steal_pointer(&sentence);
    }
    return true;
}

/* A turn that ends: what waits to be sent goes first, then the event, then the desk is cleared of it. */
static void end_turn(struct update *u, const struct contact *c, struct event *ev, const char *said)
{
    g_autofree char *id = g_strdup(c->id);
    record(u, ev);
    contact_drop(u, id);
    update_say(u, TONE_GOOD, "%s", said);
}

void contact_hold(struct update *u)
{
    const struct contact *c = contact_mine(u->desk, NULL);
    switch (c->state) {
    case CONTACT_ACTIVE:
        record_simple(u, EVENT_CONTACT_HELD, c, NULL, NULL);
        break;
    case CONTACT_HELD:
    case CONTACT_WRAPPING:
        record_simple(u, EVENT_CONTACT_RESUMED, c, NULL, NULL);
        break;
    case CONTACT_CONSULTING:
        record_simple(u, EVENT_CONTACT_CONSULT_ENDED, c, NULL, NULL);
        break;
    default:
        break;
    }
}

/* --- transfer and consult --- */

static void add_to_story(struct update *u, const struct contact *c, struct event *ev, const char *text)
{
    struct desk_contact *dc = desk_find_open(u->desk, c->id);
    g_autofree char *drafted = text == NULL && dc != NULL ? story_escalation(u->desk, dc) : g_strdup(text);
    if (drafted != NULL && *drafted != '\0')
        event_set_text(ev, "story", drafted);
}

/* The step that the script stands at, if it is of that kind; NULL: it is not. */
static const struct script_step *step_of_kind(const struct desk_contact *dc, enum script_kind kind)
{
    const struct script_step *step = dc != NULL && dc->walk != NULL ? walk_current(dc->walk) : NULL;
    return step != NULL && step->kind == (int)kind ? step : NULL;
}

/* What such a step asks of whoever gets the contact, as the answers stand; NULL: nothing. Caller owns. */
static char *request_of(struct update *u, const struct desk_contact *dc, enum script_kind kind)
{
    const struct script_step *step = step_of_kind(dc, kind);
    const char *text = step != NULL ? yaml_text_in(&step->request, desk_language(u->desk, dc)) : NULL;
    struct desk_facts df;
    struct facts facts;
    if (text == NULL)
        return NULL;
    desk_facts_init(&df, u->desk, dc, &facts);
    char *request = walk_render(dc->walk, &facts, text, NULL);
    desk_facts_release(&df);
    return request;
}

static bool finish_transfer(struct update *u, struct popup *popup, const char *value)
{
    const struct contact *c = still_mine(u, popup);
    if (c == NULL)
        return true;
    const char *to = strchr(value, ':') + 1;
    bool to_agent = value[0] == 'a';
    if (value[0] == 'c') {
        record_simple(u, EVENT_CONTACT_CONSULT_STARTED, c, "agent", to);
        update_say_keys(u, TONE_PLAIN, "You are asking a colleague; {list:hold} goes back to the customer.");
        return true;
    }
    if (contact_warns_of_draft(u, popup))
        return false;
    g_autofree char *reason = request_of(u, desk_find_open(u->desk, c->id), SCRIPT_KIND_TRANSFER);
    compose_release(u, c->id, false);
    script_end(u, desk_find_open(u->desk, c->id), NULL);
    struct event *ev = record_new(u, EVENT_CONTACT_TRANSFERRED, c);
    event_set_text(ev, to_agent ? "agent" : "queue", to);
    event_set_text(ev, "reason", reason);
    add_to_story(u, c, ev, NULL);
    end_turn(u, c, ev, "The contact was passed on with its story.");
    return true;
}

static int place_rank(const char *value)
{
    return g_str_has_prefix(value, "queue:") ? 0 : g_str_has_prefix(value, "agent:") ? 1 : 2;
}

/* Where it can go first, queues before people; whom one may ask and keep it last. */
static gint by_place(gconstpointer a, gconstpointer b)
{
    const struct popup_choice *const *left = a, *const *right = b;
    int by_rank = place_rank((*left)->value) - place_rank((*right)->value);
    return by_rank != 0 ? by_rank : popup_by_label(a, b);
}

/* What a list tells of a queue, with how long nobody will work in it. Caller owns. */
static char *with_hours(const struct desk *desk, const struct queue *q, const char *detail)
{
    g_autofree char *closed = hours_closed(desk, q);
    return closed == NULL ? g_strdup(detail) : g_strdup_printf("%s · %s", detail, closed);
}

static void add_colleague(struct update *u, struct popup *p, const struct contact *c, const struct agent *a)
{
    g_autofree char *value = g_strconcat("agent:", a->id, NULL), *ask = g_strconcat("consult:", a->id, NULL);
    g_autofree char *label = g_strconcat("Ask ", a->name, " and stay", NULL);
    g_autofree char *presence = g_strdelimit(g_strdup(presence_name(a->presence)), "-", ' ');
    g_autofree char *consult = g_strconcat("consult · ", presence, NULL);
    const char *why = NULL;
    bool may = rules_may_be_passed(u->desk->world, a, c, NULL, &why);
    struct popup_choice *pass = popup_add_choice(p, value, a->name, may ? presence : why);
    if (!may)
        pass->why_off =
            g_strdup_printf("%s cannot take it now: %s. Choose another agent or a queue.", a->name, why);
    popup_add_choice(p, ask, label, consult);
}

static void add_places(struct update *u, struct popup *p, const struct contact *c)
{
    GHashTableIter iter;
    const struct queue *q;
    const struct agent *a;
    g_hash_table_iter_init(&iter, u->desk->world->queues);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&q)) {
        g_autofree char *value = g_strconcat("queue:", q->id, NULL);
        g_autofree char *detail = with_hours(u->desk, q, q->line == 2 ? "queue, second line" : "queue");
        if (g_strcmp0(q->id, c->queue) != 0)
            popup_add_choice(p, value, q->name, detail);
    }
    g_hash_table_iter_init(&iter, u->desk->world->agents);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&a)) {
        if (a->signed_in && g_strcmp0(a->id, u->desk->me) != 0)
            add_colleague(u, p, c, a);
    }
    g_ptr_array_sort(p->choices, by_place);
}

/* The cursor goes where the script sends the contact; elsewhere is an arrow away. */
static void stand_on_wanted(struct update *u, struct popup *p, const struct script_step *step)
{
    const struct queue *q = step != NULL ? world_queue(u->desk->world, step->queue) : NULL;
    g_autofree char *wanted = q != NULL ? g_strconcat("queue:", q->id, NULL) : NULL;
    for (guint i = 0; wanted != NULL && i < p->shown->len; i++) {
        if (g_strcmp0(((const struct popup_choice *)p->shown->pdata[i])->value, wanted) != 0)
            continue;
        p->cursor = (int)i;
        g_free(p->hint);
        p->hint = g_strdup_printf("The script sends it to %s, with the story so far.", q->name);
    }
}

void contact_transfer(struct update *u)
{
    struct desk_contact *dc;
    const struct contact *c = contact_mine(u->desk, &dc);
    struct popup *p = popup_new(POPUP_LIST, "transfer", "Transfer to");
    popup_with_query(p);
    p->subject = g_strdup(c->id);
    p->empty = g_strdup("No queue or agent has this in its name.");
    p->hint = g_strdup("The story so far goes with it.");
    p->finish = finish_transfer;
    add_places(u, p, c);
    stand_on_wanted(u, popup_push(u, p), step_of_kind(dc, SCRIPT_KIND_TRANSFER));
}

/* --- escalation --- */

static bool finish_escalate(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct contact *c = still_mine(u, popup);
    if (c == NULL)
        return true;
    if (contact_warns_of_draft(u, popup))
        return false;
    g_autofree char *where = popup_value(popup, "queue"), *ask = popup_value(popup, "ask"),
                    *story = popup_value(popup, "story");
    compose_release(u, c->id, false);
    script_end(u, desk_find_open(u->desk, c->id), NULL);
    struct event *ev = record_new(u, EVENT_CONTACT_ESCALATED, c);
    event_set_text(ev, "queue", where);
    event_set_text(ev, "ask", ask);
    add_to_story(u, c, ev, story);
    end_turn(u, c, ev, "The second line has it, with the story so far.");
    return true;
}

static void add_second_lines(struct update *u, struct popup_field *field, const struct contact *c,
                             const char *wanted)
{
    const struct queue *own = world_queue(u->desk->world, c->queue);
    const char *usual = wanted != NULL ? wanted : own != NULL ? own->escalates_to : NULL;
    GHashTableIter iter;
    const struct queue *q;
    g_hash_table_iter_init(&iter, u->desk->world->queues);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&q)) {
        g_autofree char *closed = hours_closed(u->desk, q);
        if (q->line == 2 && g_strcmp0(q->id, c->queue) != 0)
            popup_field_add_choice(field, q->id, q->name, closed != NULL ? closed : q->business);
    }
    g_ptr_array_sort(field->choices, popup_by_label);
    for (guint i = 0; i < field->choices->len; i++) {
        const struct popup_choice *choice = g_ptr_array_index(field->choices, i);
        if (g_strcmp0(choice->value, usual) == 0)
            field->choice = (int)i;
    }
    if (field->choice < 0 && field->choices->len > 0)
        field->choice = 0;
}

void contact_escalate(struct update *u)
{
    struct desk_contact *dc;
    const struct contact *c = contact_mine(u->desk, &dc);
    const struct script_step *step = step_of_kind(dc, SCRIPT_KIND_ESCALATE);
    g_autofree char *story = story_escalation(u->desk, dc), *ask = request_of(u, dc, SCRIPT_KIND_ESCALATE);
    struct popup *p = popup_new(POPUP_FORM, "escalate", "Escalate to the second line");
    struct popup_field *where = popup_add_field(p, FIELD_CHOICE, "queue", "queue", NULL);
    where->required = true;
    add_second_lines(u, where, c, step != NULL ? step->queue : NULL);
    popup_add_field(p, FIELD_TEXT, "ask", "what you ask", ask)->required = true;
    popup_add_field(p, FIELD_LINES, "story", "story so far", story);
    p->field = 1;
    p->subject = g_strdup(c->id);
    p->finish = finish_escalate;
    popup_push(u, p);
}

static bool finish_give_back(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct contact *c = still_mine(u, popup);
    if (c == NULL)
        return true;
    if (contact_warns_of_draft(u, popup))
        return false;
    g_autofree char *answer = popup_value(popup, "answer");
    compose_release(u, c->id, false);
    script_end(u, desk_find_open(u->desk, c->id), NULL);
    struct event *ev = record_new(u, EVENT_CONTACT_GIVEN_BACK, c);
    event_set_text(ev, "answer", answer);
    end_turn(u, c, ev, "The contact went back with your answer.");
    return true;
}

void contact_give_back(struct update *u)
{
    const struct contact *c = contact_mine(u->desk, NULL);
    struct popup *p = popup_new(POPUP_FORM, "give-back", "Give back with an answer");
    popup_add_field(p, FIELD_LINES, "answer", "answer", NULL)->required = true;
    p->hint = c->ask != NULL ? g_strdup_printf("Asked: %s", c->ask) : NULL;
    p->subject = g_strdup(c->id);
    p->finish = finish_give_back;
    popup_push(u, p);
}

/* --- park --- */

static bool finish_park(struct update *u, struct popup *popup, const char *value)
{
    const struct contact *c = still_mine(u, popup);
    if (c == NULL)
        return true;
    int64_t until_ms = u->desk->now_ms + (int64_t)atoi(value) * 60000;
    char until[TIMESTAMP_SHORT_BYTES];
    compose_release(u, c->id, false);
    struct event *ev = record_new(u, EVENT_CONTACT_PARKED, c);
    event_set_number(ev, "until_ms", until_ms);
    event_set_text(ev, "reason", popup_chosen(popup)->label);
    g_autofree char *id = g_strdup(c->id);
    record(u, ev);
    contact_let_go(u, id);
    update_say(u, TONE_GOOD, "Parked until %s; it comes back by itself, or when the customer writes.",
               hours_short(u->desk, until_ms, until));
    return true;
}

void contact_park(struct update *u)
{
    static const struct {
        int minutes;
        const char *label;
    } TIMES[] = {{15, "15 minutes"},
                 {60, "1 hour"},
                 {4 * 60, "4 hours"},
                 {PARK_DAY_MINUTES, "tomorrow at this time"},
                 {3 * PARK_DAY_MINUTES, "3 days"},
                 {7 * PARK_DAY_MINUTES, "a week"}};
    const struct contact *c = contact_mine(u->desk, NULL);
    struct popup *p = popup_new(POPUP_LIST, "park", "Park until");
    for (size_t i = 0; i < G_N_ELEMENTS(TIMES); i++) {
        char until[TIMESTAMP_SHORT_BYTES];
        g_autofree char *value = g_strdup_printf("%d", TIMES[i].minutes);
        popup_add_choice(p, value, TIMES[i].label,
                         hours_short(u->desk, u->desk->now_ms + (int64_t)TIMES[i].minutes * 60000, until));
    }
    p->hint = g_strdup("It stays yours and gives its room free; an answer of the customer brings it back.");
    p->subject = g_strdup(c->id);
    p->finish = finish_park;
    popup_push(u, p);
}

/* --- timeline --- */

static int64_t local_seconds(const struct desk *desk, int64_t at_ms)
{
    return at_ms / 1000 + desk->utc_offset_minutes * 60;
}

/* A line of its own before the first of a day, where not all is of today. */
static void tell_day(const struct desk *desk, GString *text, int64_t at_ms, int64_t *day)
{
    int64_t s = local_seconds(desk, at_ms);
    if (s / 86400 == *day)
        return;
    *day = s / 86400;
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(s);
    g_autofree char *name = g_date_time_format(at, "%-d %B %Y");
    bool is_apart = text->len == 0 || g_str_has_suffix(text->str, "\n\n");
    g_string_append_printf(text, "%s%s\n", is_apart ? "" : "\n", name);
}

static void tell_message(const struct desk *desk, GString *text, const struct desk_message *m)
{
    int64_t s = local_seconds(desk, m->at_ms);
    g_string_append_printf(text, "%02d:%02d:%02d  ", (int)(s / 3600 % 24), (int)(s / 60 % 60), (int)(s % 60));
    if (m->speaker != SPEAKER_SYSTEM)
        g_string_append_printf(text, "%s%s: ", m->speaker == SPEAKER_NOTE ? "note, " : "", m->name);
    g_string_append_printf(text, "%s\n", m->text);
}

void contact_timeline(struct update *u)
{
    const struct desk_contact *dc = u->desk->current;
    const struct contact *c = desk_contact_of(u->desk, dc);
    struct popup *p = popup_new(POPUP_TEXT, "timeline", "Timeline");
    GString *text = g_string_new(NULL);
    int64_t day = local_seconds(u->desk, u->desk->now_ms) / 86400;
    if (c != NULL && c->story != NULL)
        g_string_append_printf(text, "The story so far\n%s\n\n", c->story);
    for (guint i = 0; i < dc->messages->len; i++) {
        const struct desk_message *m = g_ptr_array_index(dc->messages, i);
        tell_day(u->desk, text, m->at_ms, &day);
        tell_message(u->desk, text, m);
    }
    p->text = g_strchomp(g_string_free(text, FALSE));
    popup_push(u, p);
}
