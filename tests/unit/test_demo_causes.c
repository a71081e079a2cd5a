/* The causes planted in the demo's past stand first in the reports that are made to find such causes. */

#include <glib.h>
#include <string.h>

#include "app/measure/arrivals.h"
#include "app/measure/article_use.h"
#include "app/measure/experiment.h"
#include "app/script/check.h"
#include "app/measure/kpi.h"
#include "app/measure/step_times.h"
#include "app/sim/history.h"

#define NOW_MS INT64_C(1795449600000) /* 2026-11-23T16:00:00Z */

struct reports {
    struct step_times *steps;
    struct article_use *articles;
    struct arrivals *arrivals;
    struct kpi *kpi;
    struct experiment *experiment;
};

static void take(struct event *ev, void *user_data)
{
    struct reports *r = user_data;
    step_times_fold(r->steps, ev);
    article_use_fold(r->articles, ev);
    arrivals_fold(r->arrivals, ev);
    kpi_fold(r->kpi, ev);
    experiment_fold(r->experiment, ev);
    event_free(ev);
}

/* All but what is not in any log, and what needs the settings. */
static void assert_figures(struct kpi *k)
{
    static const char *const unknown[] = {"service_level", "cost", "deflection", "qualified", NULL};
    static const char *const some[] = {"rework",   "re_entry", "re_verification", "escalation",
                                       "transfer", "waiting",  "waste_steps",     "keystrokes"};
    g_autoptr(GPtrArray) figures = kpi_figures(k, NOW_MS);
    guint unknown_count = 0, some_count = 0;
    for (guint i = 0; i < figures->len; i++) {
        const struct kpi_figure *f = g_ptr_array_index(figures, i);
        bool may_be_unknown = g_strv_contains(unknown, f->id);
        g_assert_true((f->unknown != NULL) == may_be_unknown);
        unknown_count += may_be_unknown;
        for (size_t s = 0; s < G_N_ELEMENTS(some); s++)
            some_count += strcmp(some[s], f->id) == 0 && f->value > 0;
        if (strcmp(f->id, "compliance") == 0)
            g_assert_true(f->value > 90 && f->value < 100);
    }
    g_assert_cmpuint(unknown_count, ==, G_N_ELEMENTS(unknown) - 1);
    g_assert_cmpuint(some_count, ==, G_N_ELEMENTS(some));
}

/* What the demo gives to all is the version before the one that it rolls out. */
static void assert_earlier(const struct demo_content *content)
{
    const char *id = content->floor.planted.rollout_script;
    g_autofree char *name = g_strconcat(id, ".yaml", NULL),
                    *path = g_build_filename(content->dir, "earlier", name, NULL);
    g_autoptr(GError) error = NULL;
    struct script *earlier = script_open(path, &error);
    g_assert_no_error(error);
    struct problems *problems = problems_new(path);
    script_check(earlier, problems);
    g_assert_true(problems_none(problems, &error));
    problems_free(problems);
    g_assert_cmpstr(earlier->id, ==, id);
    for (guint i = 0; i < content->scripts->len; i++) {
        const struct script *script = g_ptr_array_index(content->scripts, i);
        if (strcmp(script->id, id) == 0)
            g_assert_cmpint(earlier->version, ==, script->version - 1);
    }
    script_unref(earlier);
}

static void assert_versions(struct experiment *e)
{
    g_autoptr(report) r = experiment_answer(e, NOW_MS);
    g_autofree char *text = report_to_text(r, false);
    g_assert_nonnull(strstr(text, "Too early: each arm needs"));
    cJSON *json = report_to_cjson(r);
    const cJSON *aht = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "differences"), 0);
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(aht, "old_count")->valuedouble, >, 40);
    g_assert_cmpint((int)cJSON_GetObjectItemCaseSensitive(aht, "new_count")->valuedouble, >, 40);
    cJSON_Delete(json);
}

/* What the report of articles is in the order of. */
static double badness(const struct article_use_row *row)
{
    return row->unresolved_beyond + (double)(row->flagged + row->misled - row->helped);
}

static void assert_found(const struct demo_content *content, uint64_t seed)
{
    const struct demo_planted *planted = &content->floor.planted;
    struct crowd *crowd =
        crowd_new(content, &(struct crowd_options){.seed = seed, .count = 500, .now_ms = NOW_MS});
    int64_t since_ms = NOW_MS - 22 * 86400000 * INT64_C(1);
    struct reports r = {step_times_new(since_ms, NOW_MS), article_use_new(since_ms, NOW_MS),
                        arrivals_new(ARRIVALS_BY_HOUR, since_ms, NOW_MS),
                        kpi_new(&(struct kpi_options){.since_ms = since_ms, .until_ms = NOW_MS}),
                        experiment_new(&(struct experiment_options){
                            .script = planted->rollout_script, .since_ms = since_ms, .until_ms = NOW_MS})};
    struct history_result result;
    history_generate(content, crowd,
                     &(struct history_options){.seed = seed, .now_ms = NOW_MS, .sink = take, .user_data = &r},
                     &result);

    g_autoptr(GPtrArray) steps = step_times_rows(r.steps);
    const struct step_times_row *slowest = steps->pdata[0], *next = steps->pdata[1];
    g_assert_cmpstr(slowest->script, ==, planted->slow_script);
    g_assert_cmpstr(slowest->step, ==, planted->slow_step);
    g_assert_cmpint(slowest->excess_ms, >, 3 * next->excess_ms); /* by far: no wording of a text hides it */

    g_autoptr(GPtrArray) articles = article_use_rows(r.articles);
    const struct article_use_row *worst = articles->pdata[0], *better = articles->pdata[1];
    g_assert_cmpstr(worst->article, ==, planted->bad_article);
    g_assert_cmpfloat(badness(worst), >, 1.5 * badness(better));

    g_autoptr(GPtrArray) rises = arrivals_rows(r.arrivals, ARRIVALS_UNUSUAL);
    const struct arrivals_row *rise = rises->pdata[0];
    g_assert_cmpstr(rise->intent, ==, planted->outage_intent);
    g_assert_cmpfloat(rise->score, >, 2 * ARRIVALS_UNUSUAL);
    g_test_message("seed %d: %s/%s beyond by %d min (next %d), %s by %.0f (next %.0f), %s by %.0f", (int)seed,
                   slowest->script, slowest->step, (int)(slowest->excess_ms / 60000),
                   (int)(next->excess_ms / 60000), worst->article, badness(worst), badness(better),
                   rise->intent, rise->score);
    g_assert_cmpint((NOW_MS - rise->start_ms) / 86400000, >=, planted->outage_days_ago - 1);
    g_assert_cmpint((NOW_MS - rise->start_ms) / 86400000, <=, planted->outage_days_ago + 1);

    assert_figures(r.kpi);
    assert_versions(r.experiment);
    assert_earlier(content);
    kpi_free(r.kpi);
    experiment_free(r.experiment);
    step_times_free(r.steps);
    article_use_free(r.articles);
    arrivals_free(r.arrivals);
    crowd_free(crowd);
}

static void test_reports_find_what_was_planted(void)
{
    g_autoptr(GError) error = NULL;
    struct demo_content *content = demo_content_load(FIRSTLINE_SHARE "/demo", &error);
    g_assert_no_error(error);
    for (uint64_t seed = 1; seed <= 6; seed++)
        assert_found(content, seed);
    demo_content_free(content);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/demo/causes", test_reports_find_what_was_planted);
    return g_test_run();
}
