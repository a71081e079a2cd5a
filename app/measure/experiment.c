#include "app/measure/experiment.h"

#include <math.h>
#include <string.h>

#include "app/measure/statistics.h"

enum measure { MEASURE_AHT, MEASURE_FCR, MEASURE_COMPLIANCE, MEASURE_SATISFACTION, MEASURE_COUNT };

static const char *const measures[MEASURE_COUNT] = {[MEASURE_AHT] = "AHT",
                                                    [MEASURE_FCR] = "FCR",
                                                    [MEASURE_COMPLIANCE] = "compliance",
                                                    [MEASURE_SATISFACTION] = "satisfaction"};

/* A contact of one version; a value that is not known is NAN. */
struct subject {
    int64_t version, started_ms;
    char *customer;
    double values[MEASURE_COUNT];
};

/* When a version was first given to some, and what was stated then. */
struct rollout {
    int64_t version, at_ms, share_percent, per_arm;
    char *queues; /* owned; NULL: the share counts */
};

struct experiment {
    struct experiment_options options;
    char *script;
    struct summaries *summaries;
    GPtrArray *subjects; /* struct subject *, owned */
    GPtrArray *rollouts; /* struct rollout *, owned, in the order of the log */
};

static void rollout_free(void *data)
{
    struct rollout *rollout = data;
    g_free(rollout->queues);
    g_free(rollout);
}

static void subject_free(void *data)
{
    struct subject *subject = data;
    g_free(subject->customer);
    g_free(subject);
}

static double of_answer(enum answer answer)
{
    return answer == ANSWER_UNKNOWN ? NAN : answer == ANSWER_YES;
}

static void take(const struct summary *row, void *user_data)
{
    struct experiment *e = user_data;
    if (row->fate != FATE_CLOSED || g_strcmp0(row->script, e->script) != 0 || row->version == 0 ||
        row->started_ms < e->options.since_ms || row->started_ms >= e->options.until_ms)
        return;
    double seconds = (double)MAX(row->handle_ms, 1) / 1000;
    struct subject *subject = g_new0(struct subject, 1);
    *subject =
        (struct subject){.version = row->version,
                         .started_ms = row->started_ms,
                         .customer = g_strdup(row->customer != NULL ? row->customer : row->contact),
                         .values = {[MEASURE_AHT] = e->options.logarithms ? log(seconds) : seconds,
                                    [MEASURE_FCR] = of_answer(row->first),
                                    [MEASURE_COMPLIANCE] =
                                        row->runs_judged == 0 ? NAN : row->runs_compliant == row->runs_judged,
                                    [MEASURE_SATISFACTION] = row->csat < 0 ? NAN : row->csat >= 4}};
    g_ptr_array_add(e->subjects, subject);
}

struct experiment *experiment_new(const struct experiment_options *options)
{
    struct experiment *e = g_new0(struct experiment, 1);
    e->options = *options;
    if (e->options.effect_percent <= 0)
        e->options.effect_percent = EXPERIMENT_EFFECT;
    e->script = g_strdup(options->script);
    e->summaries = summaries_new(take, e);
    e->subjects = g_ptr_array_new_with_free_func(subject_free);
    e->rollouts = g_ptr_array_new_with_free_func(rollout_free);
    return e;
}

void experiment_free(struct experiment *e)
{
    if (e == NULL)
        return;
    summaries_free(e->summaries);
    g_ptr_array_unref(e->subjects);
    g_ptr_array_unref(e->rollouts);
    g_free(e->script);
    g_free(e);
}

struct compliance *experiment_compliance(struct experiment *e)
{
    return summaries_compliance(e->summaries);
}

/* The first of a version; NULL: it was not rolled out, or before the time that is looked at. */
static const struct rollout *rollout_of(const struct experiment *e, int64_t version)
{
    for (guint i = 0; i < e->rollouts->len; i++) {
        const struct rollout *rollout = g_ptr_array_index(e->rollouts, i);
        if (rollout->version == version)
            return rollout;
    }
    return NULL;
}

static void note_rollout(struct experiment *e, const struct event *ev)
{
    const char *queues = event_text(ev, "queues");
    int64_t share_percent = event_number(ev, "share_percent", 100);
    bool is_for_some = queues != NULL || share_percent < 100;
    if (g_strcmp0(event_text(ev, "script"), e->script) != 0 || !is_for_some)
        return;
    struct rollout *rollout = g_new0(struct rollout, 1);
    *rollout = (struct rollout){event_number(ev, "version", 0), ev->at_ms, share_percent,
                                event_number(ev, "per_arm", 0), g_strdup(queues)};
    g_ptr_array_add(e->rollouts, rollout);
}

void experiment_fold(struct experiment *e, const struct event *ev)
{
    if (ev->kind == EVENT_SCRIPT_PUBLISHED)
        note_rollout(e, ev);
    summaries_fold(e->summaries, ev);
}

/* --- samples --- */

/* Which contacts: of one version, started within. */
struct choice {
    int64_t version, from_ms, until_ms;
};

static struct statistics_sample sample_of(const struct experiment *e, const struct choice *choice,
                                          enum measure measure)
{
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal); /* customer -> index + 1 */
    g_autoptr(GArray) clusters = g_array_new(false, true, sizeof(struct statistics_cluster));
    for (guint i = 0; i < e->subjects->len; i++) {
        const struct subject *subject = g_ptr_array_index(e->subjects, i);
        if (subject->version != choice->version || subject->started_ms < choice->from_ms ||
            subject->started_ms >= choice->until_ms || isnan(subject->values[measure]))
            continue;
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, subject->customer));
        if (place == 0) {
            g_array_set_size(clusters, clusters->len + 1);
            place = clusters->len;
            g_hash_table_insert(places, subject->customer, GUINT_TO_POINTER(place));
        }
        struct statistics_cluster *cluster = &g_array_index(clusters, struct statistics_cluster, place - 1);
        cluster->count++;
        cluster->sum += subject->values[measure];
    }
    struct statistics_sample sample;
    statistics_sample_of((const struct statistics_cluster *)(void *)clusters->data, clusters->len, &sample);
    return sample;
}

static int compare_versions(gconstpointer a, gconstpointer b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* int64_t, rising. */
static GArray *versions_of(const struct experiment *e)
{
    GArray *versions = g_array_new(false, false, sizeof(int64_t));
    for (guint i = 0; i < e->subjects->len; i++) {
        const struct subject *subject = g_ptr_array_index(e->subjects, i);
        bool known = false;
        for (guint k = 0; k < versions->len; k++)
            known = known || g_array_index(versions, int64_t, k) == subject->version;
        if (!known)
            g_array_append_val(versions, subject->version);
    }
    g_array_sort(versions, compare_versions);
    return versions;
}

static int64_t first_start_of(const struct experiment *e, int64_t version)
{
    int64_t first_ms = INT64_MAX;
    for (guint i = 0; i < e->subjects->len; i++) {
        const struct subject *subject = g_ptr_array_index(e->subjects, i);
        if (subject->version == version)
            first_ms = MIN(first_ms, subject->started_ms);
    }
    return first_ms;
}

/* --- one comparison --- */

struct comparison {
    int64_t old_version, new_version, per_arm;
    bool side_by_side, logarithms;
    double effect_percent;
    struct statistics_sample old[MEASURE_COUNT], new[MEASURE_COUNT];
    struct statistics_difference differences[MEASURE_COUNT];
    double detectable[MEASURE_COUNT];
};

static double variance_of(const struct statistics_sample *sample)
{
    return sample->variance_of_mean * sample->count;
}

/* Contacts an arm by the spread of a sample. On the logarithmic scale an effect of some percent is the
 * logarithm of its ratio. */
static int64_t needed(const struct experiment *e, const struct statistics_sample *spread)
{
    double share = e->options.effect_percent / 100;
    double effect = e->options.logarithms ? log1p(share) : share * spread->mean;
    double variance = variance_of(spread);
    double count = statistics_per_arm(variance, variance, effect, EXPERIMENT_LEVEL, EXPERIMENT_POWER);
    return (int64_t)MIN(count, 1e9);
}

static int64_t per_arm_of(const struct experiment *e, const struct comparison *c, int64_t from_ms)
{
    const struct rollout *rollout = rollout_of(e, c->new_version);
    if (e->options.per_arm > 0)
        return e->options.per_arm;
    if (rollout != NULL && rollout->per_arm > 0)
        return rollout->per_arm;
    struct choice before = {c->old_version, INT64_MIN, from_ms};
    struct statistics_sample spread = sample_of(e, &before, MEASURE_AHT);
    return needed(e, spread.count < EXPERIMENT_BEFORE ? &c->old[MEASURE_AHT] : &spread);
}

static void compare(const struct experiment *e, struct comparison *c)
{
    const struct rollout *rollout = rollout_of(e, c->new_version);
    int64_t from_ms = rollout != NULL ? rollout->at_ms : first_start_of(e, c->new_version);
    struct choice old = {c->old_version, from_ms, INT64_MAX}, new = {c->new_version, from_ms, INT64_MAX};
    c->side_by_side = sample_of(e, &old, MEASURE_AHT).count > 0;
    c->logarithms = e->options.logarithms;
    c->effect_percent = e->options.effect_percent;
    old.from_ms = c->side_by_side ? from_ms : INT64_MIN;
    for (enum measure m = 0; m < MEASURE_COUNT; m++) {
        c->old[m] = sample_of(e, &old, m);
        c->new[m] = sample_of(e, &new, m);
        c->differences[m] = m == MEASURE_AHT ? statistics_welch(&c->old[m], &c->new[m], EXPERIMENT_LEVEL)
                                             : statistics_newcombe(&c->old[m], &c->new[m], EXPERIMENT_LEVEL);
        c->detectable[m] =
            statistics_detectable(c->differences[m].standard_error, EXPERIMENT_LEVEL, EXPERIMENT_POWER);
    }
    c->per_arm = per_arm_of(e, c, from_ms);
}

static bool is_known(const struct comparison *c, enum measure m)
{
    return c->old[m].clusters >= 2 && c->new[m].clusters >= 2;
}

/* --- for people and programs --- */

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
    bool known = is_known(c, m);
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
    bool known = is_known(c, m);
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
        if (is_known(c, m) && c->differences[m].interval.high < 0)
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
    if (fewest < c->per_arm || !is_known(c, MEASURE_AHT)) {
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
        struct statistics_sample sample = sample_of(e, &all, MEASURE_AHT);
        if (sample.count < EXPERIMENT_BEFORE || sample.clusters < 2)
            continue;
        table_add_number(t, all.version);
        table_add_number(t, needed(e, &sample));
        if (versions->len == 1)
            report_say(r,
                       "A rollout of another version needs %" G_GINT64_FORMAT
                       " contacts an arm to see a difference of %.0f %% in handle time four times in five.",
                       needed(e, &sample), e->options.effect_percent);
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
            samples[m] = sample_of(e, &all, m);
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
    {"FCR", "resolved and not repeated within 7 days / closed contacts of which that is known"},
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
    g_autoptr(GArray) versions = versions_of(e);
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
        const struct rollout *rollout = rollout_of(e, c.new_version);
        compare(e, &c);
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
