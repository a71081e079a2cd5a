/* What is done in a contact of the past: the script's steps, or a plain talk. */
#include <string.h>

#include "app/sim/agent_lines.h"
#include "app/sim/history_parts.h"

#define PLAIN_PIECES   3 /* of a talk without script: greet and ask, look it up, answer */
#define HOLD_PERCENT   30
#define FIRST_WORDS_MS (12 * SECOND_MS)
#define LISTEN_MS      (35 * SECOND_MS)
#define WRAP_MS        (50 * SECOND_MS)
#define LETTER_MS      (180 * SECOND_MS) /* writing one, beyond the steps */
#define SEARCH_PERCENT 45

void talk_free(gpointer data)
{
    struct talk *t = data;
    g_free(t->id);
    g_free(t->leg);
    g_free(t->queue);
    sim_customer_free(t->sim);
    if (t->facts != NULL)
        g_hash_table_unref(t->facts);
    path_forget(t);
    g_free(t);
}

bool talk_is_live(const struct talk *t)
{
    return t->channel == CHANNEL_PHONE || t->channel == CHANNEL_CHAT;
}

/* --- events --- */

void talk_emit_text(struct past *past, struct talk *t, enum event_kind kind, const char *name,
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
    event_set_text(ev, "step", path_step(t)->id);
    return ev;
}

static void emit_entered(struct past *past, struct talk *t)
{
    const struct script_step *step = path_step(t);
    struct event *ev = step_event(past, t, EVENT_STEP_ENTERED);
    event_set_text(ev, "class", yaml_word_of(SCRIPT_CLASS_WORDS, step->step_class));
    event_set_text(ev, "title", yaml_text_in(&step->title, "en"));
    event_set_number(ev, "target_ms", step->target_ms);
    if (step->waste != SCRIPT_WASTE_NONE)
        event_set_text(ev, "waste", yaml_word_of(SCRIPT_WASTE_WORDS, step->waste));
    past_emit(past, ev);
}

static void emit_script(struct past *past, struct talk *t, enum event_kind kind)
{
    struct event *ev = past_agent_event(past, kind, t->agent, t);
    event_set_text(ev, "script", t->script->id);
    event_set_number(ev, "version", t->version);
    past_emit(past, ev);
}

/* The customer hears it; they answer in their own time. */
static void send(struct past *past, struct talk *t, const char *text)
{
    talk_emit_text(past, t, EVENT_MESSAGE_SENT, "text", text);
    sim_customer_hear(t->sim, text, past->now_ms);
}

static void send_line(struct past *past, struct talk *t, enum agent_line line)
{
    g_autofree char *text = persona_fill(agent_line(line, t->language), t->facts);
    lapse_type(t, text);
    send(past, t, text);
}

/* A step's text whose facts are not known is put in the agent's own words where it asks; else these stand for
 * the text of the end, so that nobody goes without an answer. Who went back a step does not tell again what
 * was told. */
static void send_say(struct past *past, struct talk *t)
{
    const char *say = yaml_text_in(&path_step(t)->say, t->language);
    g_autofree char *text = say == NULL ? NULL : persona_fill(say, t->facts);
    bool is_end = t->step + 1 == t->path->len;
    if (!path_step_asks(path_step(t)) && t->step < t->said_until)
        return;
    t->said_until = MAX(t->said_until, t->step + 1);
    if (t->left_out && is_end) {
        send_line(past, t, AGENT_LINE_ANSWER);
        return;
    }
    if (text != NULL) {
        lapse_press(t, 2); /* one key puts it into the reply, one sends it */
        send(past, t, text);
    } else if (path_step_asks(path_step(t)))
        send_line(past, t, AGENT_LINE_GO_ON);
    t->left_out |= say != NULL && text == NULL;
}

/* Ready again when the customer has said what they are about to say; at once where they say nothing. */
static void await_words(struct past *past, struct talk *t)
{
    t->waits_for_words = talk_is_live(t) && sim_customer_will_speak(t->sim);
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
    if (t->wrapping && !t->reassured && !sim_customer_settled(t->sim)) {
        t->reassured = true;
        send_line(past, t, AGENT_LINE_ANSWER);
    }
    await_words(past, t);
}

/* --- pieces of work --- */

void talk_start_leg(struct past *past, struct talk *t)
{
    sim_customer_accept(t->sim, past->now_ms);
    t->half = t->held = t->wrapping = t->went_back = t->was_held = t->left_out = t->reassured = false;
    t->said_until = 0;
    t->step = 0;
    path_forget(t);
    if (t->fate != FATE_TRANSFER && !t->escalated && !t->outage)
        path_plan(past, t);
}

static int64_t step_span(struct past *past, const struct talk *t, const struct script_step *step)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    int64_t target_ms = step->target_ms > 0 ? step->target_ms : 20 * SECOND_MS;
    bool slow = strcmp(t->script->id, planted->slow_script) == 0 && strcmp(step->id, planted->slow_step) == 0;
    int64_t usual_ms = slow                  ? target_ms * planted->slow_factor
                       : t->approval != NULL ? target_ms * 3 / 2
                                             : target_ms * 9 / 10;
    int64_t span_ms = lapse_span(past, t, sim_random_about(&past->random, usual_ms));
    if (!path_step_asks(step) || !talk_is_live(t))
        return span_ms;
    return t->half ? span_ms * 3 / 10 : span_ms * (slow ? 7 : 3) / 10;
}

/* The letter is written at the end, beside the last step or piece. */
static int64_t letter_span(struct past *past, const struct talk *t)
{
    bool is_last =
        t->path != NULL && path_step(t) != NULL ? t->step + 1 == t->path->len : t->step + 1 == PLAIN_PIECES;
    bool is_letter = t->channel == CHANNEL_EMAIL || t->channel == CHANNEL_WEB;
    return is_last && is_letter ? sim_random_about(&past->random, LETTER_MS) : 0;
}

static int64_t begin_step(struct past *past, struct talk *t)
{
    const struct script_step *step = path_step(t);
    if (t->half)
        return step_span(past, t, step);
    if (t->step == 0) {
        t->version = lapse_version(past, t);
        emit_script(past, t, EVENT_SCRIPT_STARTED);
        lapse_press(t, 2);
    }
    emit_entered(past, t);
    lapse_press(t, 1);
    approval_ask(past, t);
    if (t->step > 1 && t->channel == CHANNEL_PHONE && !t->was_held && !path_step_asks(step) &&
        sim_random_chance(&past->random, HOLD_PERCENT)) {
        t->held = t->was_held = true;
        talk_emit_text(past, t, EVENT_CONTACT_HELD, "reason", "looks it up");
        sim_customer_hold(t->sim, past->now_ms);
    }
    return step_span(past, t, step);
}

static void leave_call(struct past *past, struct talk *t)
{
    if (!talk_is_live(t) || t->customer_gone)
        return;
    t->customer_gone = true;
    past_emit(past, past_customer_event(past, EVENT_CONTACT_CUSTOMER_LEFT, t));
}

/* Whoever is there hears the first words soon; one who came to the wrong desk is listened to first. */
static int64_t plain_span(const struct talk *t)
{
    if (t->outage)
        return 90 * SECOND_MS;
    if (!talk_is_live(t))
        return t->intent->handle_ms / PLAIN_PIECES;
    if (t->step == 0)
        return t->fate == FATE_TRANSFER ? LISTEN_MS : FIRST_WORDS_MS;
    return (t->intent->handle_ms - FIRST_WORDS_MS) / (PLAIN_PIECES - 1);
}

int64_t talk_begin(struct past *past, struct talk *t)
{
    if (t->wrapping) {
        leave_call(past, t);
        past_emit(past, past_agent_event(past, EVENT_CONTACT_WRAP_STARTED, t->agent, t));
        return sim_random_about(&past->random, WRAP_MS);
    }
    if (path_step(t) != NULL)
        return begin_step(past, t);
    return sim_random_about(&past->random, plain_span(t)) + letter_span(past, t);
}

/* Personal data is kept out of the log. */
static void answer_fields(struct past *past, struct talk *t)
{
    for (guint i = 0; i < t->said->len; i++) {
        const struct talk_said *said = &g_array_index(t->said, struct talk_said, i);
        if (said->step != t->step)
            continue;
        struct event *ev = step_event(past, t, EVENT_STEP_ANSWERED);
        event_set_text(ev, "field", said->field->name);
        event_set_text(ev, "value", said->field->personal ? "…" : said->value);
        if (said->is_known)
            lapse_press(t, 1);
        else
            lapse_type(t, said->value);
        event_set_text(ev, "source", said->is_known ? "record" : "customer");
        past_emit(past, ev);
    }
}

static void verify(struct past *past, struct talk *t)
{
    const struct script_step *step = path_step(t);
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
        const char *say = path_step_asks(step) ? NULL : yaml_text_in(&step->say, t->language);
        g_autofree char *line = say == NULL ? NULL : persona_fill(say, t->facts);
        if (line != NULL)
            g_string_append_printf(text, "%s\n", line);
        t->left_out |= say != NULL && line == NULL;
    }
    if (t->path == NULL || t->path->len < 3 || t->left_out) {
        g_autofree char *line = persona_fill(agent_line(AGENT_LINE_ANSWER, t->language), t->facts);
        g_string_append_printf(text, "%s\n", line);
    }
    g_string_append_printf(text, chinese ? "\n此致\n%s" : "\nKind regards,\n%s", t->agent->staff->name);
    lapse_press(t, 40 + (int64_t)text->len / 8); /* put together from texts, and gone over */
    send(past, t, text->str);
}

static void end_script(struct past *past, struct talk *t)
{
    emit_script(past, t, EVENT_SCRIPT_FINISHED);
    if (!talk_is_live(t))
        reply_by_letter(past, t);
    else if (t->left_out && t->said_until < t->path->len)
        send_line(past, t, AGENT_LINE_ANSWER);
    start_wrapping(past, t);
}

static void go_back(struct past *past, struct talk *t)
{
    struct event *ev = step_event(past, t, EVENT_STEP_LEFT);
    t->half = false;
    t->step--;
    event_set_text(ev, "to", path_step(t)->id);
    event_set_text(ev, "how", "back");
    lapse_press(t, 1);
    lapse_tell_keys(t, ev);
    past_emit(past, ev);
    await_words(past, t);
}

static struct event *leave_step(struct past *past, struct talk *t)
{
    if (!lapse_skips(past, t)) {
        answer_fields(past, t);
        if (!path_step_asks(path_step(t)) && talk_is_live(t) && path_step(t)->say.count > 0)
            send_say(past, t);
        return step_event(past, t, EVENT_STEP_LEFT);
    }
    struct event *ev = step_event(past, t, EVENT_STEP_SKIPPED);
    event_set_text(ev, "reason", "the customer refuses");
    return ev;
}

static void finish_step(struct past *past, struct talk *t)
{
    approval_decide(past, t);
    if (lapse_goes_back(past, t)) {
        go_back(past, t);
        return;
    }
    struct event *ev = leave_step(past, t);
    const char *result = path_result(t);
    verify(past, t);
    if (t->step == 1 && sim_random_chance(&past->random, SEARCH_PERCENT))
        talk_look_up(past, t);
    lapse_tell_keys(t, ev);
    t->half = false;
    t->step++;
    if (ev->kind == EVENT_STEP_LEFT) {
        event_set_text(ev, "how", "completed");
        if (result != NULL)
            event_set_text(ev, "result", result);
        if (path_step(t) != NULL)
            event_set_text(ev, "to", path_step(t)->id);
    }
    past_emit(past, ev);
    if (path_step(t) == NULL)
        end_script(past, t);
    else if (t->fate == FATE_ESCALATE && t->step >= t->path->len / 2 + 1 && floor_has_second_line(past, t))
        talk_hand_over(past, t);
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
    if (t->half || !talk_is_live(t) || !path_step_asks(path_step(t))) {
        finish_step(past, t);
        return;
    }
    send_say(past, t);
    t->half = true;
    await_words(past, t);
}

static void end_plain_piece(struct past *past, struct talk *t)
{
    if (t->step == 0)
        lapse_verify_again(past, t);
    t->step++;
    if (t->fate == FATE_TRANSFER ||
        (t->fate == FATE_ESCALATE && t->step == 2 && floor_has_second_line(past, t))) {
        send_line(past, t, t->fate == FATE_TRANSFER ? AGENT_LINE_TRANSFER : AGENT_LINE_ESCALATE);
        talk_hand_over(past, t);
        return;
    }
    if (t->step == 2 || (t->outage && t->step == 1))
        talk_look_up(past, t);
    if (t->step < PLAIN_PIECES && !t->outage) {
        if (talk_is_live(t))
            send_line(past, t,
                      t->step == 2   ? AGENT_LINE_LOOK
                      : t->escalated ? AGENT_LINE_SPECIALIST
                                     : AGENT_LINE_GREET);
        await_words(past, t);
        return;
    }
    if (talk_is_live(t))
        send_line(past, t, t->outage ? AGENT_LINE_OUTAGE : AGENT_LINE_ANSWER);
    else
        reply_by_letter(past, t);
    start_wrapping(past, t);
}

void talk_end(struct past *past, struct talk *t)
{
    if (t->wrapping)
        talk_close(past, t);
    else if (path_step(t) != NULL)
        end_step(past, t);
    else
        end_plain_piece(past, t);
}
