#include "app/sim/score.h"

#include <string.h>

static const struct {
    const char *name;
    int weight;
} parts[SCORE_PART_COUNT] = {
    [SCORE_STEPS] = {"steps", 25},
    [SCORE_ORDER] = {"order", 10},
    [SCORE_VERIFICATION] = {"verification", 20},
    [SCORE_TIME] = {"time", 15},
    [SCORE_KNOWLEDGE] = {"knowledge", 10},
    [SCORE_TONE] = {"tone", 10},
    [SCORE_END] = {"result", 10},
};

struct score {
    const struct scenario *scenario;
    GPtrArray *entered;       /* ids of steps, in the order first entered */
    bool verified, unguarded; /* unguarded: a guarded step was entered before */
    int64_t created_ms, accepted_ms, waits_since_ms, closed_ms;
    int replies, late_replies;
    bool article;
    GString *said; /* all the agent wrote to the customer, lower case */
    char *disposition;
};

struct score *score_new(const struct scenario *scenario)
{
    struct score *score = g_new0(struct score, 1);
    score->scenario = scenario;
    score->entered = g_ptr_array_new_with_free_func(g_free);
    score->said = g_string_new(NULL);
    return score;
}

void score_free(struct score *score)
{
    if (score == NULL)
        return;
    g_ptr_array_unref(score->entered);
    g_string_free(score->said, true);
    g_free(score->disposition);
    g_free(score);
}

static bool has(const struct demo_words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (g_strcmp0(words->items[i], word) == 0)
            return true;
    }
    return false;
}

static int place_of(const struct score *score, const char *step)
{
    for (guint i = 0; i < score->entered->len; i++) {
        if (strcmp(g_ptr_array_index(score->entered, i), step) == 0)
            return (int)i;
    }
    return -1;
}

static void fold_step(struct score *score, const struct event *ev)
{
    const char *step = event_text(ev, "step"), *script = score->scenario->script;
    if (step == NULL || (script != NULL && g_strcmp0(event_text(ev, "script"), script) != 0))
        return;
    if (place_of(score, step) < 0)
        g_ptr_array_add(score->entered, g_strdup(step));
    if (!score->verified && has(&score->scenario->guarded, step))
        score->unguarded = true;
}

static void fold_reply(struct score *score, const struct event *ev)
{
    const char *text = event_text(ev, "text");
    if (text != NULL) {
        g_autofree char *lower = g_utf8_strdown(text, -1);
        g_string_append_printf(score->said, "%s\n", lower);
    }
    if (score->waits_since_ms == 0)
        return;
    score->replies++;
    int64_t waited_ms = ev->at_ms - MAX(score->waits_since_ms, score->accepted_ms);
    score->late_replies += score->scenario->reply_ms > 0 && waited_ms > score->scenario->reply_ms;
    score->waits_since_ms = 0;
}

void score_fold(struct score *score, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_CONTACT_CREATED:
        score->created_ms = ev->at_ms;
        break;
    case EVENT_CONTACT_ACCEPTED:
        if (score->accepted_ms == 0)
            score->accepted_ms = ev->at_ms;
        break;
    case EVENT_STEP_ENTERED:
        fold_step(score, ev);
        break;
    case EVENT_CUSTOMER_VERIFIED:
        score->verified = true;
        break;
    case EVENT_MESSAGE_RECEIVED:
        if (score->waits_since_ms == 0)
            score->waits_since_ms = ev->at_ms;
        break;
    case EVENT_MESSAGE_SENT:
        fold_reply(score, ev);
        break;
    case EVENT_ARTICLE_OPENED:
    case EVENT_ARTICLE_INSERTED:
        score->article |= has(&score->scenario->articles, event_text(ev, "article"));
        break;
    case EVENT_CONTACT_CLOSED:
        score->closed_ms = ev->at_ms;
        g_free(score->disposition);
        score->disposition = g_strdup(event_text(ev, "disposition"));
        break;
    default:
        break;
    }
}

static int steps_percent(const struct score *score)
{
    const struct demo_words *steps = &score->scenario->steps;
    int done = 0;
    for (size_t i = 0; i < steps->count; i++)
        done += place_of(score, steps->items[i]) >= 0;
    return steps->count == 0 ? -1 : done * 100 / (int)steps->count;
}

/* The share of neighbouring pairs of expected steps that were both entered, the first one first. */
static int order_percent(const struct score *score)
{
    const struct demo_words *steps = &score->scenario->steps;
    int good = 0;
    for (size_t i = 0; i + 1 < steps->count; i++) {
        int first = place_of(score, steps->items[i]), second = place_of(score, steps->items[i + 1]);
        good += first >= 0 && second > first;
    }
    return steps->count < 2 ? -1 : good * 100 / ((int)steps->count - 1);
}

static int time_percent(const struct score *score)
{
    const struct scenario *scenario = score->scenario;
    int asked = 0, kept = 0;
    if (scenario->answer_ms > 0) {
        asked++;
        kept += score->accepted_ms > 0 && score->accepted_ms - score->created_ms <= scenario->answer_ms;
    }
    if (scenario->reply_ms > 0) {
        asked++;
        kept += score->replies > 0 && score->late_replies == 0;
    }
    if (scenario->handle_ms > 0) {
        asked++;
        kept += score->closed_ms > 0 && score->closed_ms - score->accepted_ms <= scenario->handle_ms;
    }
    return asked == 0 ? -1 : kept * 100 / asked;
}

static int tone_percent(const struct score *score)
{
    const struct scenario *scenario = score->scenario;
    size_t all = scenario->say.count + scenario->avoid.count, good = 0;
    for (size_t i = 0; i < scenario->say.count; i++)
        good += strstr(score->said->str, scenario->say.items[i]) != NULL;
    for (size_t i = 0; i < scenario->avoid.count; i++)
        good += score->said->len > 0 && strstr(score->said->str, scenario->avoid.items[i]) == NULL;
    return all == 0 ? -1 : (int)(good * 100 / all);
}

int score_percent(const struct score *score, enum score_part part)
{
    switch (part) {
    case SCORE_STEPS:
        return steps_percent(score);
    case SCORE_ORDER:
        return order_percent(score);
    case SCORE_VERIFICATION:
        return !score->verified ? 0 : score->unguarded ? 30 : 100;
    case SCORE_TIME:
        return time_percent(score);
    case SCORE_KNOWLEDGE:
        return score->scenario->articles.count == 0 ? -1 : score->article ? 100 : 0;
    case SCORE_TONE:
        return tone_percent(score);
    case SCORE_END:
        if (score->scenario->dispositions.count == 0)
            return -1;
        return score->disposition != NULL && has(&score->scenario->dispositions, score->disposition) ? 100
                                                                                                     : 0;
    default:
        return -1;
    }
}

int score_total(const struct score *score)
{
    int sum = 0, weights = 0;
    for (int part = 0; part < SCORE_PART_COUNT; part++) {
        int percent = score_percent(score, (enum score_part)part);
        if (percent < 0)
            continue;
        sum += percent * parts[part].weight;
        weights += parts[part].weight;
    }
    return weights == 0 ? 0 : sum / weights;
}

bool score_passed(const struct score *score)
{
    return score_total(score) >= score->scenario->pass_percent;
}

/* --- the report --- */

static void missed_steps(const struct score *score, GString *out)
{
    const struct demo_words *steps = &score->scenario->steps;
    const char *before = "missed: ";
    for (size_t i = 0; i < steps->count; i++) {
        if (place_of(score, steps->items[i]) >= 0)
            continue;
        g_string_append_printf(out, "%s%s", before, steps->items[i]);
        before = ", ";
    }
}

/* "a; b": what was said parts from what is said next. */
static void part_from(GString *out)
{
    if (out->len > 0)
        g_string_append(out, "; ");
}

static void missed_tone(const struct score *score, GString *out)
{
    const struct scenario *scenario = score->scenario;
    for (size_t i = 0; i < scenario->avoid.count; i++) {
        if (strstr(score->said->str, scenario->avoid.items[i]) == NULL)
            continue;
        part_from(out);
        g_string_append_printf(out, "better not \"%s\"", scenario->avoid.items[i]);
    }
    for (size_t i = 0; i < scenario->say.count; i++) {
        if (strstr(score->said->str, scenario->say.items[i]) != NULL)
            continue;
        part_from(out);
        g_string_append_printf(out, "say \"%s\"", scenario->say.items[i]);
    }
}

/* Into an empty text. */
static void explain(const struct score *score, enum score_part part, GString *out)
{
    const struct scenario *scenario = score->scenario;
    switch (part) {
    case SCORE_STEPS:
        missed_steps(score, out);
        break;
    case SCORE_ORDER:
        g_string_append(out, "the expected steps were not all taken in their order");
        break;
    case SCORE_VERIFICATION:
        g_string_append(out, score->verified ? "acted before the customer was verified"
                                             : "the customer was not verified");
        break;
    case SCORE_TIME:
        if (scenario->answer_ms > 0 &&
            (score->accepted_ms == 0 || score->accepted_ms - score->created_ms > scenario->answer_ms))
            g_string_append_printf(out, "answer within %d s", (int)(scenario->answer_ms / 1000));
        if (score->late_replies > 0) {
            part_from(out);
            g_string_append_printf(out, "%d of %d replies later than %d s", score->late_replies,
                                   score->replies, (int)(scenario->reply_ms / 1000));
        }
        if (scenario->handle_ms > 0 &&
            (score->closed_ms == 0 || score->closed_ms - score->accepted_ms > scenario->handle_ms)) {
            part_from(out);
            g_string_append_printf(out, "close within %d min", (int)(scenario->handle_ms / 60000));
        }
        break;
    case SCORE_KNOWLEDGE:
        g_string_append_printf(out, "%s would have helped", scenario->articles.items[0]);
        break;
    case SCORE_TONE:
        missed_tone(score, out);
        break;
    default:
        g_string_append_printf(out, "expected to end as %s", scenario->dispositions.items[0]);
        break;
    }
}

char *score_report(const struct score *score)
{
    GString *out = g_string_new(NULL);
    for (int part = 0; part < SCORE_PART_COUNT; part++) {
        int percent = score_percent(score, (enum score_part)part);
        if (percent < 0)
            continue;
        g_string_append_printf(out, "%-13s %3d %%  ", parts[part].name, percent);
        if (percent < 100) {
            g_autoptr(GString) why = g_string_new(NULL);
            explain(score, (enum score_part)part, why);
            g_string_append(out, why->str);
        }
        while (out->len > 0 && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
    g_string_append_printf(out, "%s: %d of 100, %d needed.\n", score_passed(score) ? "Passed" : "Not passed",
                           score_total(score), (int)score->scenario->pass_percent);
    return g_string_free(out, false);
}
