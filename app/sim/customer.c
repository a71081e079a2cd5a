#include "app/sim/customer.h"

#include <string.h>

#include "app/sim/hearing.h"

#define SECOND_MS INT64_C(1000)
#define NEVER_MS  INT64_MAX

#define NUDGES_MAX        3   /* before leaving */
#define WAIT_PERCENT      250 /* of the usual silence, where the agent asked for a moment */
#define HOLD_PERCENT      300 /* where the line was put on hold, which is announced too */
#define HELD_ON_PERCENT   120 /* each further while on hold */
#define AT_WORK_PERCENT   60  /* from a sound of work on, until the silence counts again */
#define AT_WORK_MOST      4   /* usual silences since the last word, which such sounds alone do not outlast */
#define LEAVES_MS         (8 * SECOND_MS) /* after the last thanks, where the agent said no goodbye yet */
#define STORIES           12              /* so that lists of two, three and four lines are told in step */
#define RATES_PERCENT     35              /* of those who were asked */
#define FOLLOW_UP_PERCENT 35

enum mood { MOOD_QUEUED, MOOD_TALKING, MOOD_HELD, MOOD_GONE, MOOD_OVER };

/* How channels differ in time. 0: nobody watches the clock there. The phone's silence is what callers are
 * known to bear: half of them find a minute too long, most hang up after two or three, five where they were
 * told to hold. Of silence alone this is four times nudge_ms, more and less by temper. */
struct pace {
    int64_t queue_ms; /* usual patience in the queue */
    int64_t nudge_ms; /* usual silence before asking whether anybody is there */
    int64_t think_ms; /* before typing or speaking */
    bool typing;      /* the other side sees it */
    bool live;        /* both are there at the same time */
    const char *style;
};
static const struct pace PACES[CHANNEL_COUNT] = {
    [CHANNEL_PHONE] = {.queue_ms = 260 * SECOND_MS,
                       .nudge_ms = 45 * SECOND_MS,
                       .think_ms = 1200,
                       .live = true,
                       .style = "call"},
    [CHANNEL_CHAT] = {.queue_ms = 480 * SECOND_MS,
                      .nudge_ms = 100 * SECOND_MS,
                      .think_ms = 3500,
                      .typing = true,
                      .live = true,
                      .style = "chat"},
    [CHANNEL_EMAIL] = {.think_ms = 240 * SECOND_MS, .style = "mail"},
    [CHANNEL_WEB] = {.think_ms = 200 * SECOND_MS, .style = "mail"},
    [CHANNEL_SOCIAL] = {.nudge_ms = 900 * SECOND_MS,
                        .think_ms = 20 * SECOND_MS,
                        .typing = true,
                        .style = "chat"},
    [CHANNEL_SMS] = {.nudge_ms = 1200 * SECOND_MS, .think_ms = 30 * SECOND_MS, .style = "chat"},
};

struct sim_customer {
    const struct persona_cast *cast;
    const struct persona *temper;
    const struct persona_intent *intent;
    const struct pace *pace;
    GHashTable *facts;
    char *language;
    struct sim_random random;
    GQueue actions; /* struct sim_action *, by due_ms */
    enum mood mood;
    int64_t impatient_ms; /* when patience ends next; NEVER_MS: not */
    int64_t busy_ms;      /* until then the customer is typing or speaking */
    int64_t heard_ms;     /* the agent's last word, or that they came */
    size_t story;         /* which line of each list of the matter's is theirs */
    GHashTable *told;     /* id of an ask of the cast -> what they answered */
    int nudges;           /* since the agent's last word */
    int nudges_in_all;
    int answered;
    bool settled, asked_follow_up, complained, greeted, explained, done;
};

static void action_free(gpointer data)
{
    struct sim_action *action = data;
    g_free(action->text);
    g_free(action);
}

struct sim_customer *sim_customer_new(const struct sim_customer_options *options)
{
    struct sim_customer *c = g_new0(struct sim_customer, 1);
    c->cast = options->cast;
    c->temper = options->temper;
    c->intent = options->intent;
    c->pace = &PACES[options->channel];
    c->facts = options->facts == NULL ? NULL : g_hash_table_ref(options->facts);
    c->language = g_strdup(options->language == NULL ? "en" : options->language);
    c->random.state = options->seed;
    c->story = sim_random_index(&c->random, STORIES);
    c->told = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_queue_init(&c->actions);
    sim_customer_requeue(c, options->start_ms);
    return c;
}

void sim_customer_free(struct sim_customer *c)
{
    if (c == NULL)
        return;
    g_queue_clear_full(&c->actions, action_free);
    if (c->facts != NULL)
        g_hash_table_unref(c->facts);
    g_hash_table_unref(c->told);
    g_free(c->language);
    g_free(c);
}

static int64_t patience(struct sim_customer *c, int64_t usual_ms)
{
    return usual_ms == 0 ? NEVER_MS
                         : sim_random_about(&c->random, usual_ms) * c->temper->patience_percent / 100;
}

static int64_t later(int64_t now_ms, int64_t span_ms)
{
    return span_ms == NEVER_MS ? NEVER_MS : now_ms + span_ms;
}

static gint compare_due(gconstpointer a, gconstpointer b, gpointer user_data)
{
    (void)user_data;
    const struct sim_action *one = a, *two = b;
    return one->due_ms < two->due_ms ? -1 : one->due_ms > two->due_ms;
}

static struct sim_action *plan(struct sim_customer *c, enum sim_action_kind kind, int64_t due_ms)
{
    struct sim_action *action = g_new0(struct sim_action, 1);
    action->kind = kind;
    action->due_ms = due_ms;
    g_queue_insert_sorted(&c->actions, action, compare_due, NULL);
    return action;
}

/* People who write without capitals keep those of what they copy: numbers and addresses with digits or @. */
static char *in_their_hand(const struct sim_customer *c, const char *text)
{
    if (!c->temper->lower || strcmp(c->language, "en") != 0 || !c->pace->typing)
        return g_strdup(text);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        if (strpbrk(*word, "0123456789@") != NULL)
            continue;
        char *lower = g_utf8_strdown(*word, -1);
        g_free(*word);
        *word = lower;
    }
    return g_strjoinv(" ", words);
}

/* Takes text; NULL says nothing. */
static void say(struct sim_customer *c, char *text, int64_t now_ms)
{
    if (text == NULL)
        return;
    g_autofree char *line = in_their_hand(c, text);
    g_free(text);
    int64_t begin_ms = MAX(now_ms, c->busy_ms) + sim_random_about(&c->random, c->pace->think_ms);
    int64_t rate = c->pace->typing ? c->temper->typing : 15;
    int64_t end_ms = begin_ms + (int64_t)g_utf8_strlen(line, -1) * SECOND_MS / MAX(rate, 1);
    if (c->pace->typing)
        plan(c, SIM_ACTION_TYPING, begin_ms);
    plan(c, SIM_ACTION_SAY, end_ms)->text = g_steal_pointer(&line);
    c->busy_ms = end_ms;
}

static char *answer(struct sim_customer *c, const char *key)
{
    return persona_pick(persona_cast_answers(c->cast, c->language, key), c->facts, &c->random);
}

/* Of the lines of the matter the same customer's stand at the same place of each list, so that what they say
 * does not contradict what they began with. */
static char *own_line(const struct sim_customer *c, const char *key)
{
    return persona_tell(persona_intent_lines(c->intent, c->language, key), c->facts, c->story);
}

static char *matter(const struct sim_customer *c)
{
    return own_line(c, "matter");
}

/* What a temper says on the phone where it has words of its own for it, else what it writes. */
static const struct yaml_node *temper_lines(const struct sim_customer *c, const char *key)
{
    g_autofree char *spoken = g_strconcat("call_", key, NULL);
    bool speaks = strcmp(c->pace->style, "call") == 0;
    const struct yaml_node *lines = speaks ? persona_lines(c->temper, c->language, spoken) : NULL;
    return lines != NULL ? lines : persona_lines(c->temper, c->language, key);
}

/* "Hi there," goes on in small letters, but for "I" and what is written in capitals. */
static void go_on_small(const char *hello, char *line)
{
    bool capital = g_ascii_isupper(line[0]) && g_ascii_islower(line[1]);
    if (g_str_has_suffix(hello, ",") && capital)
        line[0] = g_ascii_tolower(line[0]);
}

char *sim_customer_opening(struct sim_customer *c)
{
    g_autofree char *line = own_line(c, c->pace->style);
    if (line == NULL)
        line = matter(c);
    if (strcmp(c->pace->style, "chat") != 0)
        return strcmp(c->pace->style, "mail") == 0 || line == NULL ? g_steal_pointer(&line)
                                                                   : in_their_hand(c, line);
    g_autofree char *hello =
        persona_pick(persona_lines(c->temper, c->language, "opener"), c->facts, &c->random);
    bool greets = line != NULL &&
                  (g_ascii_strncasecmp(line, "hi", 2) == 0 || g_ascii_strncasecmp(line, "hello", 5) == 0);
    bool bare = hello == NULL || *hello == '\0' || sim_random_chance(&c->random, 40) || greets;
    if (!bare && line != NULL)
        go_on_small(hello, line);
    g_autofree char *whole =
        bare ? g_strdup(line) : g_strconcat(hello, strcmp(c->language, "zh") == 0 ? "" : " ", line, NULL);
    return in_their_hand(c, whole);
}

/* Whoever has got through does not hang up as lightly as in the queue: a temper counts half. */
static int64_t talk_patience(const struct sim_customer *c, int64_t usual_ms)
{
    return usual_ms * (100 + c->temper->patience_percent) / 200;
}

static void wait_for_agent(struct sim_customer *c, int64_t now_ms, int64_t percent)
{
    if (c->pace->nudge_ms == 0) {
        c->impatient_ms = NEVER_MS;
        return;
    }
    int64_t span_ms = talk_patience(c, sim_random_about(&c->random, c->pace->nudge_ms));
    c->impatient_ms = MAX(now_ms, c->busy_ms) + span_ms * percent / 100;
}

void sim_customer_notice(struct sim_customer *c, int64_t now_ms)
{
    if (c->mood != MOOD_TALKING || !c->pace->live || c->impatient_ms == NEVER_MS)
        return;
    int64_t usual_ms = talk_patience(c, c->pace->nudge_ms);
    int64_t most_ms = c->heard_ms + AT_WORK_MOST * usual_ms;
    int64_t until_ms = MIN(now_ms + usual_ms * AT_WORK_PERCENT / 100, most_ms);
    c->impatient_ms = MAX(c->impatient_ms, until_ms);
}

void sim_customer_requeue(struct sim_customer *c, int64_t now_ms)
{
    c->mood = MOOD_QUEUED;
    c->impatient_ms = later(now_ms, patience(c, c->pace->queue_ms));
}

void sim_customer_accept(struct sim_customer *c, int64_t now_ms)
{
    if (c->mood != MOOD_QUEUED)
        return;
    c->mood = MOOD_TALKING;
    c->nudges = 0;
    c->heard_ms = now_ms;
    wait_for_agent(c, now_ms, 100);
}

void sim_customer_hold(struct sim_customer *c, int64_t now_ms)
{
    if (c->mood != MOOD_TALKING)
        return;
    c->mood = MOOD_HELD;
    c->nudges = 0;
    wait_for_agent(c, now_ms, HOLD_PERCENT);
}

void sim_customer_resume(struct sim_customer *c, int64_t now_ms)
{
    if (c->mood != MOOD_HELD)
        return;
    c->mood = MOOD_TALKING;
    c->nudges = 0;
    c->heard_ms = now_ms;
    wait_for_agent(c, now_ms, 100);
}

/* --- answering --- */

/* The story is told once; asked for it again, they say that this was all. */
static char *own_answer(struct sim_customer *c, const char *ask)
{
    bool is_reason = strcmp(ask, "reason") == 0, is_known = is_reason && c->explained;
    c->explained |= is_reason;
    return is_known ? NULL : own_line(c, ask);
}

/* What is a fact to them, whoever made it up: asked for it again they say the same. */
static bool is_kept(const char *ask)
{
    static const char *const kept[] = {"size", "wish",    "pick", "visit",  "move_in", "date",
                                       "item", "address", "loss", "lights", NULL};
    return g_strv_contains(kept, ask);
}

static char *find_answer(struct sim_customer *c, const char *ask)
{
    g_autofree char *key = g_strconcat("answer.", ask, NULL);
    const char *given = c->facts == NULL ? NULL : g_hash_table_lookup(c->facts, key);
    if (given != NULL)
        return g_strdup(given);
    char *own = own_answer(c, ask);
    if (own == NULL)
        own = answer(c, ask);
    return own != NULL ? own : answer(c, "unknown");
}

static char *answer_to(struct sim_customer *c, const char *ask)
{
    const char *before = g_hash_table_lookup(c->told, ask);
    char *line = before != NULL ? g_strdup(before) : find_answer(c, ask);
    if (before == NULL && line != NULL && is_kept(ask))
        g_hash_table_insert(c->told, (gpointer)ask, g_strdup(line));
    return line;
}

/* Does it begin as a sentence does, with a capital and small letters? */
static bool is_sentence(const char *text)
{
    return g_ascii_isupper(text[0]) && (g_ascii_islower(text[1]) || text[1] == '\'' || text[1] == ' ');
}

/* What stands between two answers: people end a sentence, or part it from the next. */
static const char *between(const struct sim_customer *c, const char *text, const char *next)
{
    static const char *const ends[] = {".", "!", "?", ",", "。", "！", "？", "，", NULL};
    bool is_chinese = strcmp(c->language, "zh") == 0, is_ended = false;
    for (size_t i = 0; ends[i] != NULL; i++)
        is_ended |= g_str_has_suffix(text, ends[i]);
    if (is_chinese)
        return is_ended ? "" : "，";
    return is_ended ? " " : is_sentence(next) ? ". " : ", ";
}

static void answer_questions(struct sim_customer *c, const struct hearing *heard, int64_t now_ms)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < heard->count; i++) {
        g_autofree char *line = answer_to(c, heard->asks[i]->id);
        if (line == NULL)
            continue;
        if (text->len > 0)
            g_string_append(text, between(c, text->str, line));
        g_string_append(text, line);
    }
    c->answered += (int)heard->count;
    say(c, g_string_free(text, text->len == 0), now_ms);
}

static void leave(struct sim_customer *c, int64_t due_ms)
{
    if (!c->pace->live)
        return;
    plan(c, SIM_ACTION_LEAVE, due_ms);
}

/* What the agent said at the end: a goodbye without having asked whether that was all, with it, or none. */
enum goodbye { GOODBYE_NONE, GOODBYE_ALONE, GOODBYE_TOO };

/* "Was that all?": yes, if it was; else the matter once more. */
static void answer_ending(struct sim_customer *c, enum goodbye goodbye, int64_t now_ms)
{
    if (!c->settled && !c->complained) {
        c->complained = true;
        g_autofree char *wish = matter(c);
        if (wish != NULL && c->facts != NULL)
            g_hash_table_replace(c->facts, g_strdup("matter"), g_strdup(wish));
        char *line = c->facts == NULL ? NULL : answer(c, "unsettled");
        say(c, line != NULL ? line : g_steal_pointer(&wish), now_ms);
        return;
    }
    if (!c->done)
        say(c, answer(c, goodbye == GOODBYE_ALONE ? "bye" : "done"), now_ms);
    c->done = true;
    leave(c, c->busy_ms + (goodbye == GOODBYE_NONE ? LEAVES_MS : 2 * SECOND_MS));
}

static void answer_settled(struct sim_customer *c, int64_t now_ms)
{
    c->settled = true;
    if (!c->asked_follow_up && c->pace->live && sim_random_chance(&c->random, FOLLOW_UP_PERCENT)) {
        c->asked_follow_up = true;
        char *line = own_line(c, "follow");
        if (line != NULL) {
            say(c, line, now_ms);
            return;
        }
    }
    if (c->pace->live || sim_random_chance(&c->random, 30))
        say(c, answer(c, "thanks"), now_ms);
}

static void answer_else(struct sim_customer *c, const struct hearing *heard, int64_t now_ms)
{
    if (heard->signs[PERSONA_SIGN_REFUSAL] && !c->complained) {
        c->complained = c->settled = true;
        say(c, answer(c, "refused"), now_ms);
    } else if (heard->signs[PERSONA_SIGN_WAIT]) {
        say(c, c->pace->live ? answer(c, "wait") : NULL, now_ms);
    } else if (heard->question) {
        bool is_welcome = heard->signs[PERSONA_SIGN_GREETING] && c->answered == 0;
        say(c, is_welcome ? answer_to(c, "reason") : answer(c, "unsure"), now_ms);
    } else if (heard->signs[PERSONA_SIGN_PROMISE]) {
        say(c, c->pace->live ? answer(c, "promised") : NULL, now_ms);
    } else if (heard->signs[PERSONA_SIGN_GREETING]) {
        say(c, c->pace->live && !c->greeted ? answer(c, "hello") : NULL, now_ms);
    } else if (heard->signs[PERSONA_SIGN_SORRY]) {
        say(c, answer(c, "sorry"), now_ms);
    } else if (c->asked_follow_up && c->settled && !c->done) {
        say(c, answer(c, "thanks"), now_ms);
    }
}

void sim_customer_hear(struct sim_customer *c, const char *text, int64_t now_ms)
{
    if (c->mood == MOOD_GONE || c->mood == MOOD_OVER)
        return;
    struct hearing heard;
    hearing_listen(c->cast, c->intent, text, &heard);
    c->settled |= heard.settles && (c->answered > 0 || !c->pace->live || heard.count == 0);
    c->nudges = 0;
    c->heard_ms = now_ms;
    if (heard.count > 0)
        answer_questions(c, &heard, now_ms);
    else if (heard.signs[PERSONA_SIGN_ENDING] || heard.signs[PERSONA_SIGN_GOODBYE])
        answer_ending(c,
                      !heard.signs[PERSONA_SIGN_ENDING]   ? GOODBYE_ALONE
                      : heard.signs[PERSONA_SIGN_GOODBYE] ? GOODBYE_TOO
                                                          : GOODBYE_NONE,
                      now_ms);
    else if (heard.settles)
        answer_settled(c, now_ms);
    else
        answer_else(c, &heard, now_ms);
    c->greeted |= heard.signs[PERSONA_SIGN_GREETING];
    wait_for_agent(c, now_ms, heard.signs[PERSONA_SIGN_WAIT] ? WAIT_PERCENT : 100);
}

void sim_customer_close(struct sim_customer *c, bool resolved, int64_t now_ms)
{
    if (c->mood == MOOD_OVER)
        return;
    c->mood = MOOD_OVER;
    c->impatient_ms = NEVER_MS;
    g_queue_clear_full(&c->actions, action_free);
    if (!sim_random_chance(&c->random, RATES_PERCENT))
        return;
    int stars =
        (int)c->temper->generous + (sim_random_chance(&c->random, 60) ? 1 : 0) - MIN(c->nudges_in_all, 2);
    if (!resolved || !c->settled)
        stars -= 2;
    int64_t delay_ms = sim_random_about(&c->random, (c->pace->live ? 90 : 5400) * SECOND_MS);
    plan(c, SIM_ACTION_RATE, now_ms + delay_ms)->csat = CLAMP(stars, 1, 5);
}

/* --- time --- */

static void give_up_queue(struct sim_customer *c, int64_t at_ms)
{
    c->mood = MOOD_GONE;
    c->impatient_ms = NEVER_MS;
    plan(c, SIM_ACTION_ABANDON, at_ms);
}

static void grow_impatient(struct sim_customer *c)
{
    int64_t at_ms = c->impatient_ms;
    if (c->mood == MOOD_QUEUED) {
        give_up_queue(c, at_ms);
        return;
    }
    c->impatient_ms = NEVER_MS;
    if (c->settled && c->pace->live && c->nudges == 0) {
        answer_ending(c, GOODBYE_ALONE, at_ms);
        return;
    }
    const struct yaml_node *nudges = temper_lines(c, "nudges");
    if (c->nudges < NUDGES_MAX) {
        if (c->mood == MOOD_TALKING && nudges != NULL)
            say(c,
                persona_fill(nudges->items[MIN((size_t)c->nudges_in_all, nudges->count - 1)]->text, c->facts),
                at_ms);
        c->nudges++;
        c->nudges_in_all++;
        if (c->pace->live)
            wait_for_agent(c, at_ms, c->mood == MOOD_HELD ? HELD_ON_PERCENT : 100);
        return;
    }
    if (c->mood == MOOD_TALKING) /* nobody listens where the line is on hold */
        say(c, persona_pick(temper_lines(c, "leave"), c->facts, &c->random), at_ms);
    leave(c, c->busy_ms + SECOND_MS);
}

GPtrArray *sim_customer_tick(struct sim_customer *c, int64_t now_ms)
{
    GPtrArray *due = g_ptr_array_new_with_free_func(action_free);
    for (;;) {
        struct sim_action *first = g_queue_peek_head(&c->actions);
        if (c->impatient_ms <= now_ms && (first == NULL || c->impatient_ms <= first->due_ms)) {
            grow_impatient(c);
            continue;
        }
        if (first == NULL || first->due_ms > now_ms)
            return due;
        g_ptr_array_add(due, g_queue_pop_head(&c->actions));
        if (first->kind == SIM_ACTION_LEAVE || first->kind == SIM_ACTION_ABANDON) {
            c->mood = MOOD_GONE;
            c->impatient_ms = NEVER_MS;
            g_queue_clear_full(&c->actions, action_free);
        }
    }
}

int64_t sim_customer_due_ms(const struct sim_customer *c)
{
    const struct sim_action *first = g_queue_peek_head((GQueue *)&c->actions);
    return first == NULL ? c->impatient_ms : MIN(first->due_ms, c->impatient_ms);
}

bool sim_customer_will_speak(const struct sim_customer *c)
{
    for (const GList *each = c->actions.head; each != NULL; each = each->next) {
        if (((const struct sim_action *)each->data)->kind == SIM_ACTION_SAY)
            return true;
    }
    return false;
}

bool sim_customer_settled(const struct sim_customer *c)
{
    return c->settled;
}
