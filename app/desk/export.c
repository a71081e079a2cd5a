#include "app/desk/export.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "app/desk/command_line.h"
#include "app/desk/remote.h"
#include "app/desk/report.h"
#include "app/measure/export.h"
#include "app/model/timestamp.h"
#include "net/problem.h"

#define PAGE 1000
/* A leg that ends within the time asked for began at most this long before it (as in the backend's reports).
 */
#define LEG_MS (48 * 3600 * INT64_C(1000))

struct choices {
    char *format, *output;
};

struct sink {
    FILE *file;
    bool failed;
};

static void write_out(const char *text, size_t len, void *user_data)
{
    struct sink *sink = user_data;
    sink->failed = sink->failed || fwrite(text, 1, len, sink->file) != len;
}

static bool read_time(const char *text, int64_t *ms, GError **error)
{
    g_autofree char *time = text == NULL ? NULL : report_time(text, error);
    if (time != NULL)
        timestamp_parse(time, ms);
    return text == NULL || time != NULL;
}

static bool read_choices(const struct command_line *line, const char *what, struct exporter_options *options,
                         GError **error)
{
    const struct choices *choices = line->user_data;
    if (!export_what_parse(what, &options->what)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "\"%s\" is nothing to export; please choose events, contacts or intervals.",
                    what != NULL ? what : "");
        return false;
    }
    if (choices->format != NULL && !export_form_parse(choices->format, &options->form)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "\"%s\" is no format; please choose ndjson, csv, cloudevents or xes.", choices->format);
        return false;
    }
    if (!export_can(options->what, options->form)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "%s is a format of events; please choose ndjson or csv for %s.", choices->format, what);
        return false;
    }
    return read_time(line->since != NULL ? line->since : "28d", &options->since_ms, error) &&
           read_time(line->until, &options->until_ms, error);
}

/* Folds one page; answers whether another follows, after *after. */
static bool fold_page(struct exporter *x, const cJSON *answer, char **after)
{
    const cJSON *events = cJSON_GetObjectItemCaseSensitive(answer, "events");
    const char *cursor = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "after_cursor"));
    for (const cJSON *item = cJSON_IsArray(events) ? events->child : NULL; item != NULL; item = item->next) {
        g_autoptr(event) ev = event_from_cjson(item, NULL);
        if (ev != NULL) /* a kind that this program does not know is nothing it could tell of */
            exporter_fold(x, ev);
    }
    bool more = cursor != NULL && strcmp(cursor, *after) != 0 &&
                !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "end_of_stream"));
    g_free(*after);
    *after = g_strdup(cursor);
    return more;
}

/* What an hour costs is in the settings, which who reads the log may read too. */
static bool read_rates(const char *url, struct rates *rates, GError **error)
{
    cJSON *floor = remote_ask(url, "/v1/floor", NULL, NULL, error);
    rates_read(rates, cJSON_GetObjectItemCaseSensitive(floor, "settings"));
    cJSON_Delete(floor);
    return floor != NULL;
}

static bool copy_log(const char *url, const struct exporter_options *options, GError **error)
{
    char from[TIMESTAMP_BYTES];
    int64_t reach_ms = options->what == EXPORT_INTERVALS ? LEG_MS : 0;
    timestamp_format(MAX(options->since_ms - reach_ms, 1), from);
    g_autoptr(exporter) x = exporter_new(options);
    g_autofree char *after = g_strdup("0");
    for (bool more = true, first = true; more; first = false) {
        g_autofree char *path = g_strdup_printf("/v1/events?limit=%d&after=%s%s%s", PAGE, after,
                                                first ? "&since=" : "", first ? from : "");
        cJSON *answer = remote_ask(url, path, NULL, NULL, error);
        if (answer == NULL)
            return false;
        more = fold_page(x, answer, &after);
        cJSON_Delete(answer);
    }
    exporter_finish(x, g_get_real_time() / 1000);
    return true;
}

/* A file of its own is private, as all that holds data; what was begun and not ended is no export. */
static FILE *open_output(const char *path, GError **error)
{
    int file = path == NULL ? -1 : g_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (path != NULL && file < 0)
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "%s cannot be written: %s.", path,
                    g_strerror(errno));
    return path == NULL ? stdout : file < 0 ? NULL : fdopen(file, "w");
}

static bool run(const struct command_line *line, int argc, char **argv, GError **error)
{
    const struct choices *choices = line->user_data;
    struct exporter_options options = {.form = EXPORT_NDJSON, .until_ms = INT64_MAX, .write = write_out};
    if (!read_choices(line, argc > 1 ? argv[1] : NULL, &options, error) ||
        (options.form == EXPORT_XES && !read_rates(line->url, &options.rates, error)))
        return false;
    struct sink sink = {.file = open_output(choices->output, error)};
    if (sink.file == NULL)
        return false;
    options.user_data = &sink;
    bool is_done = copy_log(line->url, &options, error);
    bool is_written = (sink.file == stdout ? fflush(stdout) : fclose(sink.file)) == 0 && !sink.failed;
    if (is_done && !is_written)
        g_set_error(error, NET_PROBLEM, PROBLEM_INTERNAL, "%s could not be written to its end: %s.",
                    choices->output != NULL ? choices->output : "The output", g_strerror(errno));
    return is_done && is_written;
}

int export_main(int argc, char **argv)
{
    struct choices choices = {0};
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &choices.format,
         "ndjson, csv; events also cloudevents, xes (ndjson)", "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &choices.output, "A file instead of standard output",
         "FILE"},
        {0},
    };
    int status = command_line_main(
        &(struct command_line){.name = "firstline export",
                               .words = "events|contacts|intervals",
                               .summary = "Writes the log, and what is folded from it, for other programs.",
                               .entries = entries,
                               .has_span = true,
                               .run = run,
                               .user_data = &choices},
        argc, argv);
    g_free(choices.format);
    g_free(choices.output);
    return status;
}
