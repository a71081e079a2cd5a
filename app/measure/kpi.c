#include "app/measure/kpi.h"

#include <math.h>
#include <string.h>

#include "app/measure/agent_time.h"
#include "app/measure/aht.h"

struct share {
    int64_t hits, count;
};

struct kpi {
    struct kpi_options options;
    struct summaries *summaries;
    struct aht *aht;
    struct agent_time *agents;
    int64_t now_ms;
    /* Of contacts that are over. */
    int64_t closed, abandoned, handled;
    struct share resolved, abandonment, fcr, accuracy, repeats, csat, compliance, escalated, transferred,
        reverified;
    struct share filled, typed_twice, covered, used_knowledge, again, waste_steps;
    int64_t promoters, detractors, rated;
    int64_t keys, keyed;
    double cost;
    int64_t costed;
    int64_t value_ms, in_steps_ms, wait_ms, life_ms;
    GArray *answer_ms, *reply_ms; /* int64_t */
    /* Of contacts that came. */
    struct share service;
};

static void count(struct share *share, bool hit)
{
    share->hits += hit;
    share->count++;
}

static bool is_live(enum channel channel)
{
    return channel == CHANNEL_PHONE || channel == CHANNEL_CHAT;
}

/* As app/measure/floor.h counts it. */
static void count_service(struct kpi *k, const struct summary *row)
{
    const struct queue *q = k->options.queues == NULL || row->first_queue == NULL
                                ? NULL
                                : g_hash_table_lookup(k->options.queues, row->first_queue);
    if (q == NULL || q->service_level_ms <= 0 || !is_live(row->channel))
        return;
    bool was_answered = row->accepted_ms != 0, is_waiting = !was_answered && row->fate == FATE_OPEN;
    int64_t until_ms = was_answered ? row->accepted_ms : k->now_ms;
    bool in_time = calendar_between_ms(q->calendar, row->created_ms, until_ms) <= q->service_level_ms;
    if (!is_waiting || !in_time)
        count(&k->service, was_answered && in_time);
}

static void count_cost(struct kpi *k, const struct summary *row)
{
    if (k->options.rates.an_hour[row->channel] <= 0)
        return;
    k->cost += rates_cost(&k->options.rates, row->channel, row->focus_ms);
    k->costed++;
}

static void count_work(struct kpi *k, const struct summary *row)
{
    int64_t hold_ms = row->per_activity_ms[ACTIVITY_HOLD];
    int steps = 0;
    for (int i = 0; i < STEP_CLASS_COUNT; i++) {
        steps += row->steps[i];
        k->in_steps_ms += row->class_ms[i];
    }
    k->value_ms += row->class_ms[STEP_VALUE];
    k->again.hits += row->steps_again;
    k->again.count += steps;
    k->waste_steps.hits += row->steps[STEP_WASTE];
    k->waste_steps.count += steps;
    k->filled.hits += row->answers_filled;
    k->filled.count += row->answers;
    k->typed_twice.hits += row->answers_again;
    k->typed_twice.count += row->answers;
    for (int i = 0; i < WAIT_KIND_COUNT; i++) {
        k->wait_ms += row->wait_ms[i];
        k->life_ms += row->wait_ms[i];
    }
    k->wait_ms += hold_ms;
    k->life_ms += row->handle_ms;
}

static void count_handled(struct kpi *k, const struct summary *row)
{
    k->handled++;
    count(&k->escalated, row->escalations > 0);
    count(&k->transferred, row->transfers > 0);
    count(&k->used_knowledge, row->articles > 0);
    if (row->searches > 0 || row->suggestions > 0)
        count(&k->covered, row->searches_found > 0 || row->suggestions > 0);
    if (row->verifications > 0)
        count(&k->reverified, row->verifications > 1);
    if (row->keys >= 0) {
        k->keys += row->keys;
        k->keyed++;
    }
    int64_t answered_ms = row->accepted_ms - row->created_ms, replied_ms = row->replied_ms - row->created_ms;
    if (is_live(row->channel) && answered_ms >= 0)
        g_array_append_val(k->answer_ms, answered_ms);
    if (!is_live(row->channel) && row->replied_ms > 0 && replied_ms >= 0)
        g_array_append_val(k->reply_ms, replied_ms);
    count_cost(k, row);
    count_work(k, row);
}

static void count_closed(struct kpi *k, const struct summary *row)
{
    k->closed++;
    count(&k->resolved, row->resolved);
    if (row->first != ANSWER_UNKNOWN)
        count(&k->fcr, row->first == ANSWER_YES);
    if (row->resolved && row->first != ANSWER_UNKNOWN)
        count(&k->accuracy, row->first == ANSWER_YES);
    if (row->customer != NULL && row->intent != NULL)
        count(&k->repeats, row->is_repeat);
    if (row->csat >= 0)
        count(&k->csat, row->csat >= 4);
    if (row->nps >= 0) {
        k->rated++;
        k->promoters += row->nps >= 9;
        k->detractors += row->nps <= 6;
    }
    k->compliance.hits += row->runs_compliant;
    k->compliance.count += row->runs_judged;
}

static void take(const struct summary *row, void *user_data)
{
    struct kpi *k = user_data;
    if (row->created_ms >= k->options.since_ms && row->created_ms < k->options.until_ms)
        count_service(k, row);
    if (row->fate == FATE_OPEN || row->over_ms < k->options.since_ms || row->over_ms >= k->options.until_ms)
        return;
    if (is_live(row->channel))
        count(&k->abandonment, row->fate == FATE_ABANDONED);
    k->abandoned += row->fate == FATE_ABANDONED;
    if (row->legs > 0)
        count_handled(k, row);
    if (row->fate == FATE_CLOSED)
        count_closed(k, row);
}

struct kpi *kpi_new(const struct kpi_options *options)
{
    struct kpi *k = g_new0(struct kpi, 1);
    k->options = *options;
    if (options->queues != NULL)
        g_hash_table_ref(options->queues);
    k->summaries = summaries_new(take, k);
    k->aht = aht_new(AHT_BY_ALL, options->since_ms, options->until_ms);
    k->agents = agent_time_new(options->since_ms, options->until_ms);
    k->answer_ms = g_array_new(false, false, sizeof(int64_t));
    k->reply_ms = g_array_new(false, false, sizeof(int64_t));
    return k;
}

void kpi_free(struct kpi *k)
{
    if (k == NULL)
        return;
    g_clear_pointer(&k->options.queues, g_hash_table_unref);
    summaries_free(k->summaries);
    aht_free(k->aht);
    agent_time_free(k->agents);
    g_array_unref(k->answer_ms);
    g_array_unref(k->reply_ms);
    g_free(k);
}

struct compliance *kpi_compliance(struct kpi *k)
{
    return summaries_compliance(k->summaries);
}

void kpi_fold(struct kpi *k, const struct event *ev)
{
    k->now_ms = MAX(k->now_ms, ev->at_ms);
    summaries_fold(k->summaries, ev);
    aht_fold(k->aht, ev);
    agent_time_fold(k->agents, ev);
}

/* --- figures --- */

enum figure {
    FIGURE_CLOSED,
    FIGURE_ABANDONED,
    FIGURE_AHT,
    FIGURE_FOCUS,
    FIGURE_RESOLVED,
    FIGURE_FCR,
    FIGURE_ACCURACY,
    FIGURE_REPEATS,
    FIGURE_SERVICE,
    FIGURE_ANSWER,
    FIGURE_REPLY,
    FIGURE_ABANDONMENT,
    FIGURE_CSAT,
    FIGURE_NPS,
    FIGURE_COMPLIANCE,
    FIGURE_ESCALATION,
    FIGURE_TRANSFER,
    FIGURE_COST,
    FIGURE_OCCUPANCY,
    FIGURE_UTILISATION,
    FIGURE_LABOUR,
    FIGURE_SYNC,
    FIGURE_TYPED_TWICE,
    FIGURE_REVERIFIED,
    FIGURE_COVERAGE,
    FIGURE_KNOWLEDGE,
    FIGURE_KEYS,
    FIGURE_VALUE,
    FIGURE_WAITING,
    FIGURE_REWORK,
    FIGURE_WASTE_STEPS,
    FIGURE_DEFLECTION,
    FIGURE_QUALIFIED,
    FIGURE_COUNT
};

static const struct figure_row {
    const char *id, *name, *formula;
    enum kpi_unit unit;
    double target;       /* 0: none */
    const char *unknown; /* why, where the divisor is none */
} rows[FIGURE_COUNT] = {
    [FIGURE_CLOSED] = {"closed", "contacts closed", "contact.closed", KPI_COUNT_OF, 0, NULL},
    [FIGURE_ABANDONED] = {"abandoned", "contacts abandoned", "contact.abandoned", KPI_COUNT_OF, 0, NULL},
    [FIGURE_AHT] = {"aht", "AHT", "(talk + aside + hold + consult + acw) of ended legs / their contacts",
                    KPI_DURATION, 0, "no leg ended"},
    [FIGURE_FOCUS] = {"focus", "focus time a contact", "time with the agent's focus / the same contacts",
                      KPI_DURATION, 0, "no leg ended"},
    [FIGURE_RESOLVED] = {"resolved", "resolved", "closed as resolved / contacts closed, whoever came again",
                         KPI_PERCENT, 0, "no contact was closed"},
    [FIGURE_FCR] =
        {"fcr", "FCR",
         "closed as resolved and no contact by the same customer on the same intent within 7 days / "
         "contacts closed 7 days ago and more, with customer and intent known",
         KPI_PERCENT, 85, "no contact was closed 7 days ago or more, with customer and intent known"},
    [FIGURE_ACCURACY] =
        {"resolution_accuracy", "resolution accuracy",
         "closed as resolved and not repeated within 7 days / closed as resolved 7 days ago and "
         "more, with customer and intent known",
         KPI_PERCENT, 0, "of no resolved contact 7 days have passed"},
    [FIGURE_REPEATS] = {"repeat_rate", "repeat rate",
                        "closed contacts that came within 7 days of one of the same customer and intent / "
                        "closed contacts with customer and intent known",
                        KPI_PERCENT, 0, "no closed contact has customer and intent"},
    [FIGURE_SERVICE] =
        {"service_level", "service level",
         "calls and chats accepted within their queue's time, its open hours / all that came, abandoned ones "
         "and those waiting past it included",
         KPI_PERCENT, 0, "no call or chat came to a queue with a service level"},
    [FIGURE_ANSWER] = {"answer_time", "speed of answer, median",
                       "median of first accept - arrival, of calls and chats", KPI_DURATION, 0,
                       "no call or chat was accepted"},
    [FIGURE_REPLY] = {"first_response", "first response, median",
                      "median of the agent's first message - arrival, of e-mail, web, social, sms",
                      KPI_DURATION, 0, "no such contact was replied to"},
    [FIGURE_ABANDONMENT] = {"abandonment", "abandonment", "abandoned / all calls and chats that are over",
                            KPI_PERCENT, 0, "no call or chat is over"},
    [FIGURE_CSAT] = {"csat", "CSAT", "ratings of 4 and 5 / all ratings of 1 to 5", KPI_PERCENT, 0,
                     "nobody rated"},
    [FIGURE_NPS] = {"nps", "NPS", "(9 and 10) - (0 to 6), in points of all answers", KPI_NUMBER, 0,
                    "nobody was asked"},
    [FIGURE_COMPLIANCE] = {"compliance", "compliance",
                           "script runs with every required step done, in order / judged runs", KPI_PERCENT,
                           0, "no run of a script was judged"},
    [FIGURE_ESCALATION] = {"escalation", "escalation rate", "escalated at least once / contacts handled",
                           KPI_PERCENT, 0, "no contact was handled"},
    [FIGURE_TRANSFER] = {"transfer", "transfer rate", "transferred at least once / contacts handled",
                         KPI_PERCENT, 0, "no contact was handled"},
    [FIGURE_COST] = {"cost", "cost per contact",
                     "focus time * the channel's rate an hour / contacts handled on channels with a rate",
                     KPI_MONEY, 0, "the settings have no rates for these channels"},
    [FIGURE_OCCUPANCY] = {"occupancy", "occupancy",
                          "time with a contact in hand / (that + ready without one), of all agents",
                          KPI_PERCENT, 0, "nobody was signed in"},
    [FIGURE_UTILISATION] = {"utilisation", "utilisation",
                            "time with a contact in hand / signed-in time of those who take contacts",
                            KPI_PERCENT, 0, "nobody was signed in"},
    [FIGURE_LABOUR] = {"labour_efficiency", "labour efficiency",
                       "focus time of ended legs / signed-in time of those who take contacts", KPI_PERCENT, 0,
                       "nobody was signed in"},
    [FIGURE_SYNC] = {"field_sync", "field sync rate",
                     "script fields filled from the record or an earlier step / fields answered", KPI_PERCENT,
                     0, "no field was answered"},
    [FIGURE_TYPED_TWICE] = {"re_entry", "typed twice",
                            "fields typed with the value they had / fields answered", KPI_PERCENT, 0,
                            "no field was answered"},
    [FIGURE_REVERIFIED] = {"re_verification", "verified again",
                           "contacts verified more than once / contacts verified", KPI_PERCENT, 0,
                           "no customer was verified"},
    [FIGURE_COVERAGE] = {"kb_coverage", "KB coverage",
                         "contacts whose searches or suggestions found an article / contacts with either",
                         KPI_PERCENT, 95, "nobody searched and nothing was suggested"},
    [FIGURE_KNOWLEDGE] = {"kb_use", "KB use",
                          "contacts with an article opened or inserted / contacts handled", KPI_PERCENT, 0,
                          "no contact was handled"},
    [FIGURE_KEYS] = {"keystrokes", "keystrokes a contact", "keys counted by desks / contacts they told it of",
                     KPI_NUMBER, 0, "no desk counted keys"},
    [FIGURE_VALUE] = {"value_time", "value-adding time", "time in steps of class value / time in steps",
                      KPI_PERCENT, 0, "no step was walked"},
    [FIGURE_WAITING] = {"waiting", "waiting",
                        "(queue + offer + parked + hold) / (queue + offer + parked + handle time)",
                        KPI_PERCENT, 0, "no contact was handled"},
    [FIGURE_REWORK] = {"rework", "rework", "steps entered again in the same walk / steps entered",
                       KPI_PERCENT, 0, "no step was walked"},
    [FIGURE_WASTE_STEPS] = {"waste_steps", "non-value-adding steps", "steps of class waste / steps entered",
                            KPI_PERCENT, 0, "no step was walked"},
    [FIGURE_DEFLECTION] = {"deflection", "deflection", "matters settled by self-service / all matters",
                           KPI_PERCENT, 0, "the log begins where a contact comes; self-service is not in it"},
    [FIGURE_QUALIFIED] = {"qualified", "staff qualified", "agents with a valid qualification / agents",
                          KPI_PERCENT, 90, "qualifications are not in the log"},
};

static void set(struct kpi_figure *figure, double value, int64_t divisor)
{
    figure->value = divisor > 0 ? value : NAN;
    figure->count = divisor;
}

static void set_share(struct kpi_figure *figure, const struct share *share)
{
    set(figure, 100.0 * (double)share->hits / (double)MAX(share->count, 1), share->count);
}

static void set_ratio(struct kpi_figure *figure, int64_t part, int64_t whole)
{
    figure->value = whole > 0 ? 100.0 * (double)part / (double)whole : NAN;
}

static int compare_ms(gconstpointer a, gconstpointer b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void set_median(struct kpi_figure *figure, GArray *values)
{
    g_array_sort(values, compare_ms);
    set(figure, values->len == 0 ? 0 : (double)g_array_index(values, int64_t, values->len / 2), values->len);
}

static void fill_time(struct kpi *k, struct kpi_figure *figures)
{
    g_autoptr(GPtrArray) ended = aht_rows(k->aht);
    const struct aht_row *all = g_ptr_array_index(ended, 0);
    struct agent_time_sums sums;
    agent_time_sums(k->agents, MIN(k->now_ms, k->options.until_ms), &sums);
    int64_t signed_in_ms = sums.handling_ms + sums.available_ms + sums.away_ms;
    set(&figures[FIGURE_AHT], all->aht_ms, all->contacts);
    set(&figures[FIGURE_FOCUS], (double)all->focus_ms / (double)MAX(all->contacts, 1), all->contacts);
    set_ratio(&figures[FIGURE_OCCUPANCY], sums.handling_ms, sums.handling_ms + sums.available_ms);
    set_ratio(&figures[FIGURE_UTILISATION], sums.handling_ms, signed_in_ms);
    set_ratio(&figures[FIGURE_LABOUR], all->focus_ms, signed_in_ms);
    set_ratio(&figures[FIGURE_VALUE], k->value_ms, k->in_steps_ms);
    set_ratio(&figures[FIGURE_WAITING], k->wait_ms, k->life_ms);
    set_median(&figures[FIGURE_ANSWER], k->answer_ms);
    set_median(&figures[FIGURE_REPLY], k->reply_ms);
}

static void fill_contacts(const struct kpi *k, struct kpi_figure *figures)
{
    figures[FIGURE_CLOSED].value = (double)k->closed;
    figures[FIGURE_ABANDONED].value = (double)k->abandoned;
    set_share(&figures[FIGURE_RESOLVED], &k->resolved);
    set_share(&figures[FIGURE_FCR], &k->fcr);
    set_share(&figures[FIGURE_ACCURACY], &k->accuracy);
    set_share(&figures[FIGURE_REPEATS], &k->repeats);
    set_share(&figures[FIGURE_SERVICE], &k->service);
    set_share(&figures[FIGURE_ABANDONMENT], &k->abandonment);
    set_share(&figures[FIGURE_CSAT], &k->csat);
    set(&figures[FIGURE_NPS], 100.0 * (double)(k->promoters - k->detractors) / (double)MAX(k->rated, 1),
        k->rated);
    set_share(&figures[FIGURE_COMPLIANCE], &k->compliance);
    set_share(&figures[FIGURE_ESCALATION], &k->escalated);
    set_share(&figures[FIGURE_TRANSFER], &k->transferred);
    set(&figures[FIGURE_COST], k->cost / (double)MAX(k->costed, 1), k->costed);
    set_share(&figures[FIGURE_SYNC], &k->filled);
    set_share(&figures[FIGURE_TYPED_TWICE], &k->typed_twice);
    set_share(&figures[FIGURE_REVERIFIED], &k->reverified);
    set_share(&figures[FIGURE_COVERAGE], &k->covered);
    set_share(&figures[FIGURE_KNOWLEDGE], &k->used_knowledge);
    set(&figures[FIGURE_KEYS], (double)k->keys / (double)MAX(k->keyed, 1), k->keyed);
    set_share(&figures[FIGURE_REWORK], &k->again);
    set_share(&figures[FIGURE_WASTE_STEPS], &k->waste_steps);
}

GPtrArray *kpi_figures(struct kpi *k, int64_t now_ms)
{
    struct kpi_figure figures[FIGURE_COUNT];
    k->now_ms = now_ms;
    summaries_settle(k->summaries, now_ms);
    for (int i = 0; i < FIGURE_COUNT; i++)
        figures[i] = (struct kpi_figure){.id = rows[i].id,
                                         .name = rows[i].name,
                                         .formula = rows[i].formula,
                                         .unit = rows[i].unit,
                                         .value = NAN,
                                         .target = rows[i].target > 0 ? rows[i].target : NAN};
    fill_contacts(k, figures);
    fill_time(k, figures);
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < FIGURE_COUNT; i++) {
        figures[i].unknown = isnan(figures[i].value) ? rows[i].unknown : NULL;
        g_ptr_array_add(list, g_memdup2(&figures[i], sizeof figures[i]));
    }
    return list;
}

/* --- the report --- */

static char *say(enum kpi_unit unit, double value, const char *currency)
{
    if (isnan(value))
        return g_strdup("unknown");
    switch (unit) {
    case KPI_DURATION:
        return table_format_duration((int64_t)value);
    case KPI_PERCENT:
        return g_strdup_printf("%.1f %%", value);
    case KPI_MONEY:
        return g_strdup_printf(*currency != '\0' ? "%.2f %s" : "%.2f", value / 100, currency);
    case KPI_NUMBER:
        return g_strdup_printf("%.1f", value);
    default:
        return g_strdup_printf("%.0f", value);
    }
}

static const struct table_column people_columns[] = {{"figure", "name", TABLE_TEXT},
                                                     {"now", "value", TABLE_TEXT},
                                                     {"target", "target", TABLE_TEXT},
                                                     {"of", "count", TABLE_TEXT},
                                                     {"", "unknown", TABLE_TEXT}};
static const struct table_column columns[] = {
    {"id", "id", TABLE_TEXT},           {"figure", "name", TABLE_TEXT},    {"value", "value", TABLE_REAL},
    {"unit", "unit", TABLE_TEXT},       {"target", "target", TABLE_REAL},  {"count", "count", TABLE_COUNT},
    {"unknown", "unknown", TABLE_TEXT}, {"formula", "formula", TABLE_TEXT}};

static void add_for_people(struct table *t, const struct kpi_figure *f, const char *currency)
{
    g_autofree char *value = say(f->unit, f->value, currency),
                    *target = isnan(f->target) ? NULL : say(f->unit, f->target, currency),
                    *of = f->count > 0 ? g_strdup_printf("%" G_GINT64_FORMAT, f->count) : NULL;
    table_add_text(t, f->name);
    table_add_text(t, value);
    table_add_text(t, target);
    table_add_text(t, of);
    table_add_text(t, f->unknown);
}

static void add_for_programs(struct table *t, const struct kpi_figure *f)
{
    static const char *const units[] = {[KPI_COUNT_OF] = "contacts",
                                        [KPI_DURATION] = "ms",
                                        [KPI_PERCENT] = "percent",
                                        [KPI_NUMBER] = "number",
                                        [KPI_MONEY] = "minor units"};
    table_add_text(t, f->id);
    table_add_text(t, f->name);
    table_add_real(t, f->value);
    table_add_text(t, units[f->unit]);
    table_add_real(t, f->target);
    table_add_number(t, f->count);
    table_add_text(t, f->unknown);
    table_add_text(t, f->formula);
}

struct report *kpi_answer(struct kpi *k, int64_t now_ms)
{
    struct report *r = report_new();
    g_autoptr(GPtrArray) figures = kpi_figures(k, now_ms);
    struct table *people =
        report_add_table(r, "people", REPORT_FOR_PEOPLE, people_columns, G_N_ELEMENTS(people_columns));
    struct table *programs = report_add_table(r, "rows", REPORT_FOR_PROGRAMS, columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < figures->len; i++) {
        const struct kpi_figure *f = g_ptr_array_index(figures, i);
        add_for_people(people, f, k->options.rates.currency);
        add_for_programs(programs, f);
        report_add_formula(r, f->name, f->formula);
    }
    return r;
}
