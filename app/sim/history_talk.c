/* What is done in a contact of the past: the script's steps or a plain talk, articles, hand-overs, the
 * wrap-up. */
#include <string.h>

#include "app/sim/agent_lines.h"
#include "app/sim/history_parts.h"

#define STEPS_MAX       40
#define LOOK_AHEAD      10
#define DETOUR_PERCENT  14
#define PLAIN_PIECES    3 /* of a talk without script: greet and ask, look it up, answer */
#define HOLD_PERCENT    30
#define SEARCH_PERCENT  45
#define REPEAT_PERCENT  55 /* of unresolved ones */
#define RELAPSE_PERCENT 6  /* of resolved ones */

/* Deliberately a table of the words agents type, not of article titles: some find nothing, and reports show
 * those. */
static const char *const lost_queries[] = {"voucher stacking", "corporate bulk order", "esim watch",
                                           "card metal",       "rent a tent",          "以旧换新"};

void talk_free(gpointer data)
{
    struct talk *t = data;
    g_free(t->id);
    g_free(t->leg);
    g_free(t->queue);
    sim_customer_free(t->sim);
    if (t->facts != NULL)
        g_hash_table_unref(t->facts);
    if (t->path != NULL)
        g_ptr_array_unref(t->path);
    g_free(t);
}

static bool is_live(const struct talk *t)
{
    return t->channel == CHANNEL_PHONE || t->channel == CHANNEL_CHAT;
}

/* --- the way through a script --- */

static bool leads_away(const struct script_step *step)
{
    return step->kind == SCRIPT_KIND_ESCALATE || step->kind == SCRIPT_KIND_TRANSFER;
}

static size_t ways_of(const struct script_step *step, const struct script_step **ways, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < step->result_count && count < room; i++)
        ways[count++] = step->results[i].target;
    for (size_t i = 0; i < step->next_count && count < room; i++)
        ways[count++] = step->next[i].target;
    return count;
}

/* Steps from here to the nearest end; STEPS_MAX where none is reached. An exception ends soon, so of several
 * ways the one with the farthest end is the script's main road. */
static int steps_to_end(const struct script_step *step, int left)
{
    enum { WAYS_MAX = 16 };
    const struct script_step *ways[WAYS_MAX];
    if (step->kind == SCRIPT_KIND_END)
        return 0;
    size_t count = left <= 0 || leads_away(step) ? 0 : ways_of(step, ways, WAYS_MAX);
    int best = STEPS_MAX;
    for (size_t i = 0; i < count; i++)
        best = MIN(best, 1 + steps_to_end(ways[i], MIN(left - 1, best - 1)));
    return best;
}

static bool walked(const struct talk *t, const struct script_step *step)
{
    return g_ptr_array_find(t->path, step, NULL);
}

/* Mostly the main road, now and then another way; never one that leads away or back. */
static const struct script_step *next_step(struct past *past, const struct talk *t,
                                           const struct script_step *step)
{
    enum { WAYS_MAX = 16 };
    const struct script_step *ways[WAYS_MAX], *good[WAYS_MAX];
    size_t count = ways_of(step, ways, WAYS_MAX), kept = 0, main_road = 0;
    int farthest = -1;
    for (size_t i = 0; i < count; i++) {
        int far = leads_away(ways[i]) || walked(t, ways[i]) ? STEPS_MAX : steps_to_end(ways[i], LOOK_AHEAD);
        if (far >= STEPS_MAX)
            continue;
        if (far > farthest) {
            farthest = far;
            main_road = kept;
        }
        good[kept++] = ways[i];
    }
    if (kept == 0)
        return NULL;
    if (step->kind == SCRIPT_KIND_CHECK)
        return good[0];
    return good[sim_random_chance(&past->random, DETOUR_PERCENT) ? sim_random_index(&past->random, kept)
                                                                 : main_road];
}

static void plan_path(struct past *past, struct talk *t)
{
    t->script = demo_content_script(past->content, t->intent->id);
    if (t->script == NULL)
        return;
    t->path = g_ptr_array_new();
    const struct script_step *step = &t->script->steps[0];
    while (step != NULL && t->path->len < STEPS_MAX) {
        g_ptr_array_add(t->path, (gpointer)step);
        if (step->kind == SCRIPT_KIND_END)
            break;
        step = next_step(past, t, step);
    }
}

static const struct script_step *step_now(const struct talk *t)
{
    return t->path == NULL || t->step >= t->path->len ? NULL : g_ptr_array_index(t->path, t->step);
}

static bool step_asks(const struct script_step *step)
{
    return step->field_count > 0 && step->say.count > 0;
}

/* --- events --- */

static void emit_text(struct past *past, struct talk *t, enum event_kind kind, const char *name,
                      const char *text)
{
    struct event *ev = past_agent_event(past, kind, t->agent, t);
    event_set_text(ev, name, text);
    past_emit(past, ev);
}

static struct event *step_event(struct past *past, struct talk *t, enum event_kind kind)
{
    struct event *ev = past_agent_event(past, kind, t->agent, t);
    event_set_text(ev, "script", t->script->id);
    event_set_text(ev, "step", step_now(t)->id);
    return ev;
}

static void emit_entered(struct past *past, struct talk *t)
{
    const struct script_step *step = step_now(t);
    struct event *ev = step_event(past, t, EVENT_STEP_ENTERED);
    event_set_text(ev, "class", yaml_word_of(SCRIPT_CLASS_WORDS, step->step_class));
    event_set_text(ev, "title", yaml_text_in(&step->title, t->language));
    event_set_number(ev, "target_ms", step->target_ms);
    if (step->waste != SCRIPT_WASTE_NONE)
        event_set_text(ev, "waste", yaml_word_of(SCRIPT_WASTE_WORDS, step->waste));
    past_emit(past, ev);
}

static void emit_script(struct past *past, struct talk *t, enum event_kind kind)
{
    struct event *ev = past_agent_event(past, kind, t->agent, t);
    event_set_text(ev, "script", t->script->id);
    event_set_number(ev, "version", t->script->version);
    past_emit(past, ev);
}

/* The customer hears it; they answer in their own time. */
static void send(struct past *past, struct talk *t, const char *text)
{
    emit_text(past, t, EVENT_MESSAGE_SENT, "text", text);
    sim_customer_hear(t->sim, text, past->now_ms);
}

static void send_line(struct past *past, struct talk *t, enum agent_line line)
{
    g_autofree char *text = persona_fill(agent_line(line, t->language), t->facts);
    send(past, t, text);
}

/* A step's text whose facts are not known is put in the agent's own words where it asks, else left out. */
static void send_say(struct past *past, struct talk *t)
{
    const char *say = yaml_text_in(&step_now(t)->say, t->language);
    g_autofree char *text = say == NULL ? NULL : persona_fill(say, t->facts);
    if (text != NULL)
        send(past, t, text);
    else if (step_asks(step_now(t)))
        send_line(past, t, AGENT_LINE_GO_ON);
}

/* Ready again when the customer has said what they are about to say; at once where they say nothing. */
static void await_words(struct past *past, struct talk *t)
{
    t->waits_for_words = is_live(t) && sim_customer_will_speak(t->sim);
    if (t->waits_for_words)
        agenda_add(&past->agenda, sim_customer_due_ms(t->sim), PAST_SAYS, t);
    else
        agenda_add(&past->agenda, past->now_ms, PAST_READY, t);
}

void talk_hear(struct past *past, struct talk *t)
{
    if (t->state != TALK_ACTIVE || !t->waits_for_words)
        return;
    g_autoptr(GPtrArray) actions = sim_customer_tick(t->sim, past->now_ms);
    for (guint i = 0; i < actions->len; i++) {
        const struct sim_action *action = g_ptr_array_index(actions, i);
        if (action->kind != SIM_ACTION_SAY)
            continue;
        struct event *ev = past_customer_event(past, EVENT_MESSAGE_RECEIVED, t);
        event_set_text(ev, "text", action->text);
        past_emit(past, ev);
    }
    await_words(past, t);
}

/* --- knowledge --- */

static void open_article(struct past *past, struct talk *t, const char *article)
{
    emit_text(past, t, EVENT_ARTICLE_OPENED, "article", article);
    if (sim_random_chance(&past->random, 50))
        emit_text(past, t, EVENT_ARTICLE_INSERTED, "article", article);
    if (!sim_random_chance(&past->random, 12))
        return;
    struct event *ev = past_agent_event(past, EVENT_ARTICLE_RATED, t->agent, t);
    event_set_text(ev, "article", article);
    event_set_flag(ev, "helped", !t->bad);
    past_emit(past, ev);
}

static const char *article_for(struct past *past, struct talk *t)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    const struct persona_intent *intent = t->intent;
    if (strcmp(intent->id, planted->bad_intent) == 0 &&
        sim_random_chance(&past->random, (int)planted->bad_opened_percent)) {
        t->bad = true;
        return planted->bad_article;
    }
    bool chinese = strcmp(t->language, "zh") == 0;
    for (size_t i = 0; i < intent->article_count; i++) {
        const struct demo_article *article = demo_content_article(past->content, intent->articles[i]);
        if (article != NULL && (strcmp(article->lang, "zh") == 0) == chinese)
            return article->id;
    }
    return NULL;
}

static void look_up(struct past *past, struct talk *t)
{
    const char *article = article_for(past, t);
    bool lost = article == NULL || sim_random_chance(&past->random, 6);
    struct event *ev = past_agent_event(past, EVENT_SEARCH_DONE, t->agent, t);
    event_set_text(ev, "query",
                   lost ? lost_queries[sim_random_index(&past->random, G_N_ELEMENTS(lost_queries))]
                        : yaml_text_in(&t->intent->subject, t->language));
    event_set_number(ev, "hits", lost ? 0 : sim_random_between(&past->random, 2, 14));
    past_emit(past, ev);
    if (article == NULL)
        return;
    emit_text(past, t, EVENT_ARTICLE_SUGGESTED, "articles", article);
    open_article(past, t, article);
}

/* --- pieces of work --- */

void talk_start_leg(struct past *past, struct talk *t)
{
    sim_customer_accept(t->sim, past->now_ms);
    t->half = t->held = t->wrapping = false;
    t->step = 0;
    if (t->path != NULL)
        g_clear_pointer(&t->path, g_ptr_array_unref);
    if (t->fate != FATE_TRANSFER && !t->escalated && !t->outage)
        plan_path(past, t);
}

static int64_t step_span(struct past *past, const struct talk *t, const struct script_step *step)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    int64_t target_ms = step->target_ms > 0 ? step->target_ms : 20 * SECOND_MS;
    bool slow = strcmp(t->script->id, planted->slow_script) == 0 && strcmp(step->id, planted->slow_step) == 0;
    int64_t span_ms =
        sim_random_about(&past->random, slow ? target_ms * planted->slow_factor : target_ms * 9 / 10);
    if (!step_asks(step) || !is_live(t))
        return span_ms;
    return t->half ? span_ms * 3 / 10 : span_ms * (slow ? 7 : 3) / 10;
}

static int64_t begin_step(struct past *past, struct talk *t)
{
    const struct script_step *step = step_now(t);
    if (t->half)
        return step_span(past, t, step);
    if (t->step == 0)
        emit_script(past, t, EVENT_SCRIPT_STARTED);
    emit_entered(past, t);
    if (t->step > 1 && t->channel == CHANNEL_PHONE && !step_asks(step) &&
        sim_random_chance(&past->random, HOLD_PERCENT)) {
        t->held = true;
        emit_text(past, t, EVENT_CONTACT_HELD, "reason", "looks it up");
        sim_customer_hold(t->sim, past->now_ms);
    }
    return step_span(past, t, step);
}

static void leave_call(struct past *past, struct talk *t)
{
    if (!is_live(t) || t->customer_gone)
        return;
    t->customer_gone = true;
    past_emit(past, past_customer_event(past, EVENT_CONTACT_CUSTOMER_LEFT, t));
}

int64_t talk_begin(struct past *past, struct talk *t)
{
    if (t->wrapping) {
        leave_call(past, t);
        past_emit(past, past_agent_event(past, EVENT_CONTACT_WRAP_STARTED, t->agent, t));
        return sim_random_about(&past->random, 28 * SECOND_MS);
    }
    if (step_now(t) != NULL)
        return begin_step(past, t);
    int64_t usual_ms = t->outage ? 90 * SECOND_MS : t->intent->handle_ms;
    return sim_random_about(&past->random, usual_ms * 8 / 10 / PLAIN_PIECES);
}

/* What was answered; NULL: nothing that is known. */
static const char *known_value(const struct talk *t, const struct script_field *field)
{
    for (size_t i = 0; i < field->from_count; i++) {
        const char *known = g_hash_table_lookup(t->facts, field->from[i]);
        if (known != NULL)
            return known;
    }
    return g_hash_table_lookup(t->facts, field->name);
}

static const char *some_value(struct past *past, const struct talk *t, const struct script_field *field)
{
    static const char *const facts[] = {
        [VALUE_TYPE_MONEY] = "amount", [VALUE_TYPE_DATE] = "order.placed", [VALUE_TYPE_ORDER] = "order"};
    if (field->option_count > 0)
        return field->options[sim_random_index(&past->random, field->option_count)].value;
    if (field->type == VALUE_TYPE_BOOL)
        return sim_random_chance(&past->random, 80) ? "yes" : "no";
    const char *name = (size_t)field->type < G_N_ELEMENTS(facts) ? facts[field->type] : NULL;
    const char *known = name == NULL ? NULL : g_hash_table_lookup(t->facts, name);
    return known != NULL ? known : "as told";
}

/* Personal data is kept out of the log. */
static void answer_fields(struct past *past, struct talk *t)
{
    const struct script_step *step = step_now(t);
    for (size_t i = 0; i < step->field_count; i++) {
        const struct script_field *field = &step->fields[i];
        const char *known = known_value(t, field);
        struct event *ev = step_event(past, t, EVENT_STEP_ANSWERED);
        event_set_text(ev, "field", field->name);
        event_set_text(ev, "value",
                       field->personal ? "…"
                       : known != NULL ? known
                                       : some_value(past, t, field));
        event_set_text(ev, "source", known != NULL && field->from_count > 0 ? "record" : "customer");
        past_emit(past, ev);
    }
}

static void verify(struct past *past, struct talk *t)
{
    const struct script_step *step = step_now(t);
    if (step->kind != SCRIPT_KIND_CHECK || t->verified)
        return;
    t->verified = true;
    g_autoptr(GString) method = g_string_new(NULL);
    for (size_t i = 0; i < step->field_count; i++)
        g_string_append_printf(method, "%s%s", i == 0 ? "" : ", ", step->fields[i].name);
    struct event *ev = past_agent_event(past, EVENT_CUSTOMER_VERIFIED, t->agent, t);
    event_set_text(ev, "customer", t->customer->id);
    event_set_text(ev, "method", method->len > 0 ? method->str : "asked");
    past_emit(past, ev);
}

static void start_wrapping(struct past *past, struct talk *t)
{
    t->wrapping = true;
    await_words(past, t);
}

/* --- how a leg ends --- */

/* The end of the script that was reached; NULL: no script, or none was. */
static const struct script_step *end_of(const struct talk *t)
{
    const struct script_step *last =
        t->path == NULL || t->path->len == 0 ? NULL : g_ptr_array_index(t->path, t->path->len - 1);
    return last != NULL && last->kind == SCRIPT_KIND_END ? last : NULL;
}

static void decide_outcome(struct past *past, struct talk *t)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    const struct script_step *end = end_of(t);
    int percent = t->outage                                     ? 96
                  : t->bad                                      ? (int)planted->bad_resolved_percent
                  : t->intent->contact_class == CLASS_COMPLAINT ? 86
                                                                : 93;
    t->resolved = (end == NULL || end->resolved) && sim_random_chance(&past->random, percent);
}

static const char *disposition_of(const struct talk *t)
{
    const struct script_step *end = end_of(t);
    if (t->outage)
        return "known-outage";
    if (t->bad)
        return "customer-tries";
    if (end != NULL && end->disposition != NULL && end->resolved == t->resolved)
        return end->disposition;
    if (!t->resolved)
        return is_live(t) ? "waiting-third-party" : "waiting-customer";
    return t->intent->disposition;
}

/* The same customer with the same matter, some days later. */
static void maybe_come_again(struct past *past, const struct talk *t)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    int percent = t->bad && !t->resolved ? (int)planted->bad_repeat_percent
                  : t->resolved          ? RELAPSE_PERCENT
                                         : REPEAT_PERCENT;
    if (t->outage || !sim_random_chance(&past->random, percent))
        return;
    int64_t at_ms = past->now_ms + sim_random_between(&past->random, 1, t->bad ? 3 : 6) * DAY_MS +
                    sim_random_between(&past->random, -60, 60) * MINUTE_MS;
    struct talk *again = past_talk_new(past, t->customer, t->intent);
    again->repeat = true;
    agenda_add(&past->agenda, at_ms, PAST_ARRIVE, again);
}

static void close_talk(struct past *past, struct talk *t)
{
    struct past_agent *a = t->agent;
    decide_outcome(past, t);
    struct event *ev = past_agent_event(past, EVENT_CONTACT_CLOSED, a, t);
    g_autofree char *summary =
        g_strdup_printf("%s: %s.", yaml_text_in(&t->intent->subject, "en"), disposition_of(t));
    event_set_text(ev, "disposition", disposition_of(t));
    event_set_flag(ev, "resolved", t->resolved);
    event_set_text(ev, "summary", summary);
    past_emit(past, ev);
    t->state = TALK_OVER;
    sim_customer_close(t->sim, t->resolved, past->now_ms);
    int64_t due_ms = sim_customer_due_ms(t->sim);
    if (due_ms != INT64_MAX)
        agenda_add(&past->agenda, due_ms, PAST_RATES, t);
    maybe_come_again(past, t);
    floor_release(past, a, t);
}

void talk_rate(struct past *past, struct talk *t)
{
    g_autoptr(GPtrArray) actions = sim_customer_tick(t->sim, past->now_ms);
    for (guint i = 0; i < actions->len; i++) {
        const struct sim_action *action = g_ptr_array_index(actions, i);
        if (action->kind != SIM_ACTION_RATE)
            continue;
        struct event *ev = past_customer_event(past, EVENT_CONTACT_RATED, t);
        event_set_number(ev, "csat", action->csat);
        past_emit(past, ev);
    }
}

static void hand_over(struct past *past, struct talk *t)
{
    struct past_agent *a = t->agent;
    bool up = t->fate == FATE_ESCALATE;
    if (t->path != NULL && t->step > 0) {
        struct event *left = past_agent_event(past, EVENT_SCRIPT_LEFT, a, t);
        event_set_text(left, "script", t->script->id);
        event_set_text(left, "reason", up ? "escalated" : "transferred");
        past_emit(past, left);
    }
    g_autofree char *story = g_strdup_printf("%s; %s.", yaml_text_in(&t->intent->subject, "en"),
                                             t->verified ? "verified" : "not verified");
    struct event *ev = past_agent_event(past, up ? EVENT_CONTACT_ESCALATED : EVENT_CONTACT_TRANSFERRED, a, t);
    char *queue = up ? g_strdup_printf("%s-2", t->intent->business) : g_strdup(t->right_queue);
    event_set_text(ev, "queue", queue);
    event_set_text(ev, "story", story);
    event_set_text(ev, up ? "ask" : "reason", up ? "Please decide, beyond my limit." : "wrong desk");
    past_emit(past, ev);
    g_free(t->queue);
    t->queue = queue;
    t->escalated = up;
    t->fate = FATE_CLOSE;
    t->state = TALK_QUEUED;
    t->waits_for_words = false;
    sim_customer_requeue(t->sim, past->now_ms);
    floor_release(past, a, t);
    floor_enqueue(past, t);
}

/* --- the end of a piece of work --- */

/* Mail and web get a letter of what the script says; short channels one line. */
static void reply_by_letter(struct past *past, struct talk *t)
{
    bool chinese = strcmp(t->language, "zh") == 0;
    g_autoptr(GString) text = g_string_new(NULL);
    if (t->channel == CHANNEL_SMS || t->channel == CHANNEL_SOCIAL) {
        send_line(past, t, AGENT_LINE_ANSWER);
        return;
    }
    g_string_append_printf(text, chinese ? "%s，您好：\n\n" : "Dear %s,\n\n", t->customer->name);
    for (guint i = 1; t->path != NULL && i + 1 < t->path->len; i++) {
        const struct script_step *step = g_ptr_array_index(t->path, i);
        const char *say = step_asks(step) ? NULL : yaml_text_in(&step->say, t->language);
        g_autofree char *line = say == NULL ? NULL : persona_fill(say, t->facts);
        if (line != NULL)
            g_string_append_printf(text, "%s\n", line);
    }
    if (t->path == NULL || t->path->len < 3) {
        g_autofree char *line = persona_fill(agent_line(AGENT_LINE_ANSWER, t->language), t->facts);
        g_string_append_printf(text, "%s\n", line);
    }
    g_string_append_printf(text, chinese ? "\n此致\n%s" : "\nKind regards,\n%s", t->agent->staff->name);
    emit_text(past, t, EVENT_MESSAGE_SENT, "text", text->str);
}

static void end_script(struct past *past, struct talk *t)
{
    emit_script(past, t, EVENT_SCRIPT_FINISHED);
    if (!is_live(t))
        reply_by_letter(past, t);
    start_wrapping(past, t);
}

static void finish_step(struct past *past, struct talk *t)
{
    const struct script_step *step = step_now(t);
    if (step_asks(step))
        answer_fields(past, t);
    else if (is_live(t) && step->say.count > 0)
        send_say(past, t);
    verify(past, t);
    if (t->step == 1 && sim_random_chance(&past->random, SEARCH_PERCENT))
        look_up(past, t);
    struct event *ev = step_event(past, t, EVENT_STEP_LEFT);
    t->half = false;
    t->step++;
    if (step_now(t) != NULL)
        event_set_text(ev, "to", step_now(t)->id);
    past_emit(past, ev);
    if (step_now(t) == NULL)
        end_script(past, t);
    else if (t->fate == FATE_ESCALATE && t->step >= t->path->len / 2 + 1)
        hand_over(past, t);
    else
        await_words(past, t);
}

static void end_step(struct past *past, struct talk *t)
{
    if (t->held) {
        t->held = false;
        past_emit(past, past_agent_event(past, EVENT_CONTACT_RESUMED, t->agent, t));
        sim_customer_resume(t->sim, past->now_ms);
    }
    if (t->half || !is_live(t) || !step_asks(step_now(t))) {
        finish_step(past, t);
        return;
    }
    send_say(past, t);
    t->half = true;
    await_words(past, t);
}

static void end_plain_piece(struct past *past, struct talk *t)
{
    t->step++;
    if (t->fate == FATE_TRANSFER || (t->fate == FATE_ESCALATE && t->step == 2)) {
        send_line(past, t, t->fate == FATE_TRANSFER ? AGENT_LINE_TRANSFER : AGENT_LINE_ESCALATE);
        hand_over(past, t);
        return;
    }
    if (t->step == 2 || (t->outage && t->step == 1))
        look_up(past, t);
    if (t->step < PLAIN_PIECES && !t->outage) {
        if (is_live(t))
            send_line(past, t,
                      t->step == 2   ? AGENT_LINE_LOOK
                      : t->escalated ? AGENT_LINE_SPECIALIST
                                     : AGENT_LINE_GREET);
        await_words(past, t);
        return;
    }
    if (is_live(t))
        send_line(past, t, t->outage ? AGENT_LINE_OUTAGE : AGENT_LINE_ANSWER);
    else
        reply_by_letter(past, t);
    start_wrapping(past, t);
}

void talk_end(struct past *past, struct talk *t)
{
    if (t->wrapping)
        close_talk(past, t);
    else if (step_now(t) != NULL)
        end_step(past, t);
    else
        end_plain_piece(past, t);
}
