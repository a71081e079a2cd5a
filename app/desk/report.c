#include "app/desk/report.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/desk/command_line.h"
#include "app/desk/remote.h"
#include "app/measure/aht.h"
#include "app/measure/steps.h"
#include "app/model/timestamp.h"
#include "net/problem.h"

struct choices {
    const struct command_line *line;
    char *by;
    const char *subject;
    gboolean json, tsv, folded, formulas, logarithms;
    int effect, per_arm;
};

static const char help[] =
    "Reports:\n"
    "  aht              average handle time; --by agent, queue, channel, script or step\n"
    "  steps CONTACT    one contact's timeline\n"
    "  step-times       where the time goes, step by step\n"
    "  articles         articles opened, and how the contacts ended that used them\n"
    "  flags            what agents say is wrong with articles\n"
    "  step-flags       what agents say is wrong with steps of scripts, by owner\n"
    "  arrivals         hours in which an intent came unusually often\n"
    "  gaps             searches that led nowhere\n"
    "  kpi              all figures: FCR, service level, CSAT, cost, occupancy …\n"
    "  stream           the value stream: time by step and class, waste, the ten biggest savings; --folded\n"
    "  compliance       required steps done, in order; --by script, agent or queue\n"
    "  keys             keystrokes a step and a contact\n"
    "  experiment SCRIPT  versions of a script compared; --log, --effect, --per-arm\n"
    "  quality          what is amiss in the log: repeats, clocks that were set, legs without an end\n";

char *report_time(const char *text, GError **error)
{
    int64_t ms;
    char *end;
    gint64 count = g_ascii_strtoll(text, &end, 10);
    int64_t unit_ms = strcmp(end, "m") == 0   ? 60000
                      : strcmp(end, "h") == 0 ? 3600000
                      : strcmp(end, "d") == 0 ? 86400000
                                              : 0;
    if (unit_ms > 0 && count > 0 && count < 100000)
        ms = g_get_real_time() / 1000 - count * unit_ms;
    else if (!timestamp_parse(text, &ms)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "\"%s\" is no time; please write 2026-11-23, 2026-11-23T14:02:05Z, or an age such as "
                    "30m, 8h, 14d.",
                    text);
        return NULL;
    }
    char formatted[TIMESTAMP_BYTES];
    timestamp_format(ms, formatted);
    return g_strdup(formatted);
}

static bool add_time(GString *path, const char *name, const char *text, GError **error)
{
    if (text == NULL)
        return true;
    g_autofree char *time = report_time(text, error);
    if (time != NULL)
        g_string_append_printf(path, "&%s=%s", name, time);
    return time != NULL;
}

static void print_json(const cJSON *json)
{
    char *text = cJSON_Print(json);
    puts(text);
    cJSON_free(text);
}

/* Of the terminal that is printed to; 0: it is none, and whoever reads on gets all columns. */
static size_t terminal_cols(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Which time the figures are of, for people, for whom a figure without its time says little. */
static void print_span(const char *counts, const struct choices *choices, const cJSON *answer)
{
    const char *since = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "since")),
               *until = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "until")),
               *only = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "only"));
    int64_t since_ms = 0, until_ms = 0;
    if (since == NULL || !timestamp_parse(since, &since_ms))
        return;
    g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(since_ms / 1000),
                         to = until != NULL && timestamp_parse(until, &until_ms)
                                  ? g_date_time_new_from_unix_utc(until_ms / 1000)
                                  : NULL;
    g_autofree char *from_text = g_date_time_format(from, "%Y-%m-%d %H:%M"),
                    *to_text = to != NULL ? g_date_time_format(to, "%Y-%m-%d %H:%M") : g_strdup("now");
    printf("%s%s%s%s from %s to %s (UTC)%s.\n\n", counts, only != NULL ? ", of " : "",
           only != NULL ? only : "", only != NULL ? " alone," : "", from_text, to_text,
           choices->line->since == NULL ? "; --since reaches further back" : "");
}

static bool report_aht(const char *counts, const struct choices *choices, GError **error)
{
    enum aht_by by = AHT_BY_ALL;
    if (choices->by != NULL && !aht_by_parse(choices->by, &by)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "\"%s\" is nothing to report by; please choose agent, queue, channel, script or step.",
                    choices->by);
        return false;
    }
    g_autoptr(GString) path = g_string_new("/v1/reports/aht?by=");
    g_string_append(path, aht_by_name(by));
    if (!add_time(path, "since", choices->line->since, error) ||
        !add_time(path, "until", choices->line->until, error))
        return false;
    cJSON *answer = remote_ask(choices->line->url, path->str, NULL, NULL, error);
    if (answer == NULL)
        return false;
    g_autoptr(GPtrArray) rows = NULL;
    if (choices->json)
        print_json(answer);
    else if ((rows = aht_rows_from_cjson(answer, &by, error)) != NULL) {
        g_autofree char *text =
            choices->tsv ? aht_rows_to_tsv(by, rows) : aht_rows_to_text(by, rows, terminal_cols());
        if (!choices->tsv)
            print_span(counts, choices, answer);
        fputs(text, stdout);
    }
    cJSON_Delete(answer);
    return choices->json || rows != NULL;
}

static bool report_steps(const char *counts, const struct choices *choices, GError **error)
{
    (void)counts;
    g_autofree char *escaped = g_uri_escape_string(choices->subject, NULL, false);
    g_autofree char *path = g_strdup_printf("/v1/contacts/%s/events?focus=1", escaped);
    cJSON *answer = remote_ask(choices->line->url, path, NULL, NULL, error);
    if (answer == NULL)
        return false;
    struct steps *timeline = steps_new(choices->subject);
    const cJSON *events = cJSON_GetObjectItemCaseSensitive(answer, "events");
    for (const cJSON *item = cJSON_IsArray(events) ? events->child : NULL; item != NULL; item = item->next) {
        g_autoptr(event) ev = event_from_cjson(item, NULL);
        if (ev != NULL)
            steps_fold(timeline, ev);
    }
    cJSON_Delete(answer);
    if (choices->json) {
        cJSON *json = steps_to_cjson(timeline);
        print_json(json);
        cJSON_Delete(json);
    } else {
        g_autofree char *text = choices->tsv ? steps_to_tsv(timeline) : steps_to_text(timeline);
        fputs(text, stdout);
    }
    steps_free(timeline);
    return true;
}

/* Asks for what the backend makes ready to be printed. */
static bool print_report(GString *path, const char *counts, const struct choices *choices, GError **error)
{
    if (!add_time(path, "since", choices->line->since, error) ||
        !add_time(path, "until", choices->line->until, error))
        return false;
    cJSON *answer = remote_ask(choices->line->url, path->str, NULL, NULL, error);
    if (answer == NULL)
        return false;
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "text"));
    if (choices->json)
        print_json(answer);
    else {
        if (!choices->tsv && !choices->folded)
            print_span(counts, choices, answer);
        fputs(text != NULL ? text : "", stdout);
    }
    cJSON_Delete(answer);
    return true;
}

/* What a report takes beside --json, --tsv and a time. */
enum { TAKES_BY = 1, TAKES_FORMULA = 2, TAKES_FOLDED = 4, TAKES_EXPERIMENT = 8, TAKES_SUBJECT = 16 };

static const struct row {
    const char *name;
    const char *counts; /* what stands in its time: "Legs that ended"; NULL: it has none */
    unsigned takes;
    bool (*run)(const char *counts, const struct choices *choices, GError **error); /* NULL: as all others */
    const char *missing; /* the sentence where the subject is not named */
} reports[] = {
    {"aht", "Legs that ended", TAKES_BY, report_aht, NULL},
    {"steps", NULL, TAKES_SUBJECT, report_steps, "Please name a contact: firstline report steps 48213."},
    {"step-times", "Steps entered", 0, NULL, NULL},
    {"articles", "Contacts closed", 0, NULL, NULL},
    {"flags", "Articles flagged", 0, NULL, NULL},
    {"step-flags", "Steps flagged and visited", 0, NULL, NULL},
    {"arrivals", "Contacts that came", 0, NULL, NULL},
    {"gaps", "Searches done", 0, NULL, NULL},
    {"kpi", "Contacts that ended (for the service level: that came)", TAKES_FORMULA, NULL, NULL},
    {"stream", "Time that began", TAKES_FORMULA | TAKES_FOLDED, NULL, NULL},
    {"compliance", "Runs of scripts that ended", TAKES_BY | TAKES_FORMULA, NULL, NULL},
    {"keys", "Keys that desks told of", TAKES_FORMULA, NULL, NULL},
    {"experiment", "Contacts closed", TAKES_SUBJECT | TAKES_FORMULA | TAKES_EXPERIMENT, NULL,
     "Please name a script: firstline report experiment return-wrong-size."},
    {"quality", "Events", TAKES_FORMULA, NULL, NULL},
};

static bool report_answer(const struct row *row, const struct choices *choices, GError **error)
{
    g_autoptr(GString) path = g_string_new("/v1/reports/");
    const char *form = choices->json ? "json" : choices->folded ? "folded" : choices->tsv ? "tsv" : "text";
    g_string_append_printf(path, "%s?form=%s&formulas=%d&log=%d", row->name, form, choices->formulas,
                           choices->logarithms);
    if (terminal_cols() > 0)
        g_string_append_printf(path, "&cols=%zu", terminal_cols());
    if (choices->by != NULL)
        g_string_append_uri_escaped(g_string_append(path, "&by="), choices->by, NULL, false);
    if (choices->subject != NULL)
        g_string_append_uri_escaped(g_string_append(path, "&subject="), choices->subject, NULL, false);
    if (choices->effect > 0)
        g_string_append_printf(path, "&effect=%d", choices->effect);
    if (choices->per_arm > 0)
        g_string_append_printf(path, "&per_arm=%d", choices->per_arm);
    return print_report(path, row->counts, choices, error);
}

/* The first option that was given and that the report would not heed; NULL: none. */
static const char *option_in_vain(const struct row *row, const struct choices *c)
{
    const struct {
        bool is_given;
        unsigned takes;
        const char *name;
    } options[] = {
        {c->by != NULL, TAKES_BY, "--by"},
        {c->formulas, TAKES_FORMULA, "--formula"},
        {c->folded, TAKES_FOLDED, "--folded"},
        {c->logarithms, TAKES_EXPERIMENT, "--log"},
        {c->effect != 0, TAKES_EXPERIMENT, "--effect"},
        {c->per_arm != 0, TAKES_EXPERIMENT, "--per-arm"},
        {row->counts == NULL && c->line->since != NULL, 0, "--since"},
        {row->counts == NULL && c->line->until != NULL, 0, "--until"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        if (options[i].is_given && (row->takes & options[i].takes) == 0)
            return options[i].name;
    }
    return NULL;
}

/* A report that leaves out what was asked for is taken for one that heeded it. */
static bool check_choices(const struct row *row, const struct choices *c, const char *too_many,
                          GError **error)
{
    const char *in_vain = option_in_vain(row, c);
    if (in_vain != NULL)
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The report %s takes no %s; see firstline report --help.", row->name, in_vain);
    else if (too_many != NULL)
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The report %s takes no \"%s\"; see firstline report --help.", row->name, too_many);
    else if (c->json + c->tsv + c->folded > 1)
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                            "Please choose one of --json, --tsv and --folded.");
    else if (c->subject == NULL && row->missing != NULL)
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, row->missing);
    else
        return true;
    return false;
}

static bool run(const struct command_line *line, int argc, char **argv, GError **error)
{
    struct choices *choices = line->user_data;
    const char *name = argc > 1 ? argv[1] : "";
    const struct row *row = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++)
        row = strcmp(name, reports[i].name) == 0 ? &reports[i] : row;
    if (row == NULL) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "There is no report \"%s\"; see firstline report --help.", name);
        return false;
    }
    int words = (row->takes & TAKES_SUBJECT) != 0 ? 3 : 2;
    choices->line = line;
    choices->subject = words == 3 && argc > 2 ? argv[2] : NULL;
    if (!check_choices(row, choices, argc > words ? argv[words] : NULL, error))
        return false;
    return row->run != NULL ? row->run(row->counts, choices, error) : report_answer(row, choices, error);
}

int report_main(int argc, char **argv)
{
    struct choices choices = {0};
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &choices.by,
         "aht: a row for each agent, queue, channel, script or step; compliance: script, agent or queue",
         "WHAT"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &choices.json, "For programs", NULL},
        {"tsv", 0, 0, G_OPTION_ARG_NONE, &choices.tsv, "For programs, a row a line", NULL},
        {"formula", 0, 0, G_OPTION_ARG_NONE, &choices.formulas,
         "kpi to quality: each figure's formula below the report", NULL},
        {"folded", 0, 0, G_OPTION_ARG_NONE, &choices.folded, "stream: folded stacks, for flame graphs", NULL},
        {"log", 0, 0, G_OPTION_ARG_NONE, &choices.logarithms,
         "experiment: times on a logarithmic scale, for long tails", NULL},
        {"effect", 0, 0, G_OPTION_ARG_INT, &choices.effect,
         "experiment: the effect on AHT that should be seen, in percent (10)", "N"},
        {"per-arm", 0, 0, G_OPTION_ARG_INT, &choices.per_arm,
         "experiment: contacts an arm, as stated at its start (from the spread before)", "N"},
        {0},
    };
    int status = command_line_main(&(struct command_line){.name = "firstline report",
                                                          .words = "REPORT [CONTACT|SCRIPT]",
                                                          .summary = help,
                                                          .entries = entries,
                                                          .has_span = true,
                                                          .run = run,
                                                          .user_data = &choices},
                                   argc, argv);
    g_free(choices.by);
    return status;
}
