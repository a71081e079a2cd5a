/* What a comparison of versions says, for people and for programs; see experiment.h. */
#include <math.h>

#include "app/measure/experiment_parts.h"

static const char *const measures[MEASURE_COUNT] = {[MEASURE_AHT] = "AHT",
                                                    [MEASURE_FCR] = "FCR",
                                                    [MEASURE_COMPLIANCE] = "compliance",
                                                    [MEASURE_SATISFACTION] = "satisfaction"};

/* AHT in ms, on a logarithmic scale the geometric mean; shares in percent. */
static double shown(const struct comparison *c, enum measure m, double value)
{
    return m != MEASURE_AHT ? 100 * value : c->logarithms ? 1000 * exp(value) : 1000 * value;
}

/* A difference: of AHT in ms, of its logarithm in percent, of shares in points. */
static double shown_difference(const struct comparison *c, enum measure m, double value)
{
    return m != MEASURE_AHT ? 100 * value : c->logarithms ? 100 * expm1(value) : 1000 * value;
}

static char *say_value(enum measure m, double value, const struct statistics_sample *sample)
{
    if (sample->count == 0)
        return g_strdup("-");
    return m == MEASURE_AHT ? table_format_duration((int64_t)value) : g_strdup_printf("%.1f %%", value);
}

static char *say_difference(const struct comparison *c, enum measure m, double value)
{
    if (!isfinite(value))
        return g_strdup("-");
    if (m == MEASURE_AHT && !c->logarithms) {
        g_autofree char *span = table_format_duration((int64_t)fabs(value));
        return g_strconcat(value < 0 ? "-" : "+", span, NULL);
    }
    return g_strdup_printf("%+.1f %s", value, m == MEASURE_AHT ? "%" : "pt");
}

static const struct table_column people_columns[] = {{"", "measure", TABLE_TEXT},
                                                     {"old", "old", TABLE_TEXT},
                                                     {"n", "old_count", TABLE_COUNT},
                                                     {"new", "new", TABLE_TEXT},
                                                     {"n", "new_count", TABLE_COUNT},
                                                     {"difference", "difference", TABLE_TEXT},
                                                     {"95 % from", "low", TABLE_TEXT},
                                                     {"to", "high", TABLE_TEXT},
                                                     {"seen from", "detectable", TABLE_TEXT}};
static const struct table_column columns[] = {{"old version", "old_version", TABLE_COUNT},
                                              {"new version", "new_version", TABLE_COUNT},
                                              {"measure", "measure", TABLE_TEXT},
                                              {"unit", "unit", TABLE_TEXT},
                                              {"old", "old", TABLE_REAL},
                                              {"old n", "old_count", TABLE_COUNT},
                                              {"new", "new", TABLE_REAL},
                                              {"new n", "new_count", TABLE_COUNT},
                                              {"difference", "difference", TABLE_REAL},
                                              {"from", "low", TABLE_REAL},
                                              {"to", "high", TABLE_REAL},
                                              {"seen from", "detectable", TABLE_REAL},
                                              {"per arm", "per_arm", TABLE_COUNT}};
static const struct table_column arm_columns[] = {{"version", "version", TABLE_COUNT},
                                                  {"contacts", "contacts", TABLE_COUNT},
                                                  {"customers", "customers", TABLE_COUNT},
                                                  {"AHT", "aht_ms", TABLE_DURATION},
                                                  {"FCR", "fcr_percent", TABLE_PERCENT},
                                                  {"compliance", "compliance_percent", TABLE_PERCENT},
                                                  {"satisfied", "satisfaction_percent", TABLE_PERCENT}};

static void add_for_people(struct table *t, const struct comparison *c, enum measure m)
{
    const struct statistics_difference *d = &c->differences[m];
    bool known = experiment_is_known(c, m);
    g_autofree char *old = say_value(m, shown(c, m, c->old[m].mean), &c->old[m]),
                    *new = say_value(m, shown(c, m, c->new[m].mean), &c->new[m]),
                    *difference = say_difference(c, m, known ? shown_difference(c, m, d->difference) : NAN),
                    *low = say_difference(c, m, known ? shown_difference(c, m, d->interval.low) : NAN),
                    *high = say_difference(c, m, known ? shown_difference(c, m, d->interval.high) : NAN),
                    *seen = say_difference(c, m, known ? shown_difference(c, m, c->detectable[m]) : NAN);
    table_add_text(t, measures[m]);
    table_add_text(t, old);
    table_add_number(t, (int64_t)c->old[m].count);
    table_add_text(t, new);
    table_add_number(t, (int64_t)c->new[m].count);
    table_add_text(t, difference);
    table_add_text(t, low);
    table_add_text(t, high);
    table_add_text(t, seen);
}

static void add_for_programs(struct table *t, const struct comparison *c, enum measure m)
{
    const struct statistics_difference *d = &c->differences[m];
    bool known = experiment_is_known(c, m);
    table_add_number(t, c->old_version);
    table_add_number(t, c->new_version);
    table_add_text(t, measures[m]);
    table_add_text(t, m != MEASURE_AHT ? "percent" : c->logarithms ? "ms, difference in percent" : "ms");
    table_add_real(t, c->old[m].count > 0 ? shown(c, m, c->old[m].mean) : NAN);
    table_add_number(t, (int64_t)c->old[m].count);
    table_add_real(t, c->new[m].count > 0 ? shown(c, m, c->new[m].mean) : NAN);
    table_add_number(t, (int64_t)c->new[m].count);
    table_add_real(t, known ? shown_difference(c, m, d->difference) : NAN);
    table_add_real(t, known ? shown_difference(c, m, d->interval.low) : NAN);
    table_add_real(t, known ? shown_difference(c, m, d->interval.high) : NAN);
    table_add_real(t, known ? shown_difference(c, m, c->detectable[m]) : NAN);
    table_add_number(t, c->per_arm);
}

/* What else changed for the worse beyond doubt; "" where nothing did. Caller owns. */
static char *say_harm(const struct comparison *c)
{
    GString *text = g_string_new(NULL);
    for (enum measure m = MEASURE_FCR; m < MEASURE_COUNT; m++) {
        if (experiment_is_known(c, m) && c->differences[m].interval.high < 0)
            g_string_append_printf(text, " But %s fell by %.1f points (%.1f to %.1f).", measures[m],
                                   -100 * c->differences[m].difference,
                                   -100 * c->differences[m].interval.high,
                                   -100 * c->differences[m].interval.low);
    }
    return g_string_free(text, false);
}

static void conclude(struct report *r, const struct comparison *c)
{
    const struct statistics_difference *d = &c->differences[MEASURE_AHT];
    int64_t fewest = (int64_t)MIN(c->old[MEASURE_AHT].count, c->new[MEASURE_AHT].count);
    if (fewest < c->per_arm || !experiment_is_known(c, MEASURE_AHT)) {
        report_say(r,
                   "Too early: each arm needs %" G_GINT64_FORMAT
                   " contacts to see a difference of %.0f %% in "
                   "handle time four times in five, and the smaller one has %" G_GINT64_FORMAT
                   ". Conclude nothing yet.",
                   c->per_arm, c->effect_percent, fewest);
        return;
    }
    g_autofree char *harm = say_harm(c);
    g_autofree char *by = say_difference(c, MEASURE_AHT, shown_difference(c, MEASURE_AHT, d->difference)),
                    *low = say_difference(c, MEASURE_AHT, shown_difference(c, MEASURE_AHT, d->interval.low)),
                    *high =
                        say_difference(c, MEASURE_AHT, shown_difference(c, MEASURE_AHT, d->interval.high)),
                    *seen = say_difference(c, MEASURE_AHT,
                                           shown_difference(c, MEASURE_AHT, c->detectable[MEASURE_AHT]));
    if (d->interval.low <= 0 && d->interval.high >= 0)
        report_say(r,
                   "No difference in handle time was seen between version %" G_GINT64_FORMAT
                   " and version %" G_GINT64_FORMAT " (%s, 95 %% interval %s to %s); one of %s or more would "
                   "very likely have been.%s",
                   c->old_version, c->new_version, by, low, high, seen, harm);
    else
        report_say(r,
                   "Version %" G_GINT64_FORMAT " is %s than version %" G_GINT64_FORMAT
                   ": handle time %s (95 %% interval %s to %s).%s",
                   c->new_version, d->difference < 0 ? "faster" : "slower", c->old_version, by, low, high,
                   harm);
}

/* What was said when the rollout began. */
static void say_start(struct report *r, const struct rollout *rollout)
{
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(rollout->at_ms / 1000);
    g_autofree char *day = g_date_time_format(at, "%Y-%m-%d %H:%M"),
                    *share = g_strdup_printf("%d %% of the customers", (int)rollout->share_percent),
                    *queues = g_strconcat("the queues ", rollout->queues, NULL),
                    *stated =
                        rollout->per_arm > 0
                            ? g_strdup_printf("; each arm was said to need %" G_GINT64_FORMAT " contacts",
                                              rollout->per_arm)
                            : g_strdup("");
    report_say(r, "Version %" G_GINT64_FORMAT " was given to %s from %s (UTC) on%s.", rollout->version,
               rollout->queues != NULL ? queues : share, day, stated);
}

/* What a rollout of another version would need, by what each took; not where there is too little to say. */
static void add_plan(struct report *r, const struct experiment *e, const GArray *versions)
{
    static const struct table_column plan_columns[] = {{"version", "version", TABLE_COUNT},
                                                       {"per arm", "per_arm", TABLE_COUNT}};
    struct table *t =
        report_add_table(r, "plan", REPORT_FOR_PROGRAMS, plan_columns, G_N_ELEMENTS(plan_columns));
    for (guint i = 0; i < versions->len; i++) {
        struct choice all = {g_array_index(versions, int64_t, i), INT64_MIN, INT64_MAX};
        struct statistics_sample sample = experiment_sample(e, &all, MEASURE_AHT);
        if (sample.count < EXPERIMENT_BEFORE || sample.clusters < 2)
            continue;
        table_add_number(t, all.version);
        table_add_number(t, experiment_needed(e, &sample));
        if (versions->len == 1)
            report_say(r,
                       "A rollout of another version needs %" G_GINT64_FORMAT
                       " contacts an arm to see a difference of %.0f %% in handle time four times in five.",
                       experiment_needed(e, &sample), e->options.effect_percent);
    }
}

static void add_comparison(struct report *r, const struct comparison *c, struct table *programs)
{
    report_say(r, "Version %" G_GINT64_FORMAT " (new) against version %" G_GINT64_FORMAT " (old)%s:",
               c->new_version, c->old_version,
               c->side_by_side ? ""
                               : ", which did not run side by side: before is compared with after, and other "
                                 "things changed too");
    struct table *people =
        report_add_table(r, "people", REPORT_FOR_PEOPLE, people_columns, G_N_ELEMENTS(people_columns));
    for (enum measure m = 0; m < MEASURE_COUNT; m++) {
        add_for_people(people, c, m);
        add_for_programs(programs, c, m);
    }
    conclude(r, c);
}

static double percent_of(const struct statistics_sample *sample)
{
    return sample->count == 0 ? -1 : 100 * sample->mean;
}

static void add_arms(struct report *r, const struct experiment *e, const GArray *versions)
{
    struct table *t = report_add_table(r, "arms", REPORT_FOR_ALL, arm_columns, G_N_ELEMENTS(arm_columns));
    for (guint i = 0; i < versions->len; i++) {
        struct choice all = {g_array_index(versions, int64_t, i), INT64_MIN, INT64_MAX};
        struct statistics_sample samples[MEASURE_COUNT];
        for (enum measure m = 0; m < MEASURE_COUNT; m++)
            samples[m] = experiment_sample(e, &all, m);
        double aht = samples[MEASURE_AHT].mean;
        table_add_number(t, all.version);
        table_add_number(t, (int64_t)samples[MEASURE_AHT].count);
        table_add_number(t, (int64_t)samples[MEASURE_AHT].clusters);
        table_add_number(t, (int64_t)(1000 * (e->options.logarithms ? exp(aht) : aht)));
        table_add_real(t, percent_of(&samples[MEASURE_FCR]));
        table_add_real(t, percent_of(&samples[MEASURE_COMPLIANCE]));
        table_add_real(t, percent_of(&samples[MEASURE_SATISFACTION]));
    }
}

static const char *const formulas[][2] = {
    {"AHT", "handle time of the version's closed contacts / their number; with --log the geometric mean"},
    {"FCR", "resolved and not repeated within 7 days / such contacts closed 7 days ago and more"},
    {"compliance", "contacts whose runs were all compliant / contacts with a judged run"},
    {"satisfied", "ratings of 4 and 5 / ratings of 1 to 5"},
    {"95 %", "AHT: Welch's t; shares: Newcombe's hybrid score; both with the variance between customers"},
    {"seen from",
     "(z(0.975) + z(0.8)) * standard error: the smallest difference that is found four times in five"},
    {"per arm", "(z(0.975) + z(0.8))^2 * 2 * variance of the old version's contacts before / effect^2"},
};

struct report *experiment_answer(struct experiment *e, int64_t now_ms)
{
    struct report *r = report_new();
    summaries_settle(e->summaries, now_ms);
    g_autoptr(GArray) versions = experiment_versions(e);
    add_arms(r, e, versions);
    if (versions->len == 0)
        report_say(r, "No contact that was closed in this time had started the script %s.", e->script);
    else if (versions->len == 1)
        report_say(r, "All contacts had one version of %s; there is nothing to compare.", e->script);
    add_plan(r, e, versions);
    struct table *programs = NULL;
    for (guint i = 1; i < versions->len; i++) {
        struct comparison c = {.old_version = g_array_index(versions, int64_t, 0),
                               .new_version = g_array_index(versions, int64_t, i)};
        const struct rollout *rollout = experiment_rollout(e, c.new_version);
        experiment_compare(e, &c);
        if (rollout != NULL)
            say_start(r, rollout);
        if (programs == NULL)
            programs =
                report_add_table(r, "differences", REPORT_FOR_PROGRAMS, columns, G_N_ELEMENTS(columns));
        add_comparison(r, &c, programs);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(formulas); i++)
        report_add_formula(r, formulas[i][0], formulas[i][1]);
    return r;
}
