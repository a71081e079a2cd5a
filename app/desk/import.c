#include "app/desk/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/desk/command_line.h"
#include "app/desk/import_record.h"
#include "app/desk/mapping.h"
#include "app/desk/records.h"
#include "app/desk/remote.h"
#include "net/json.h"
#include "net/problem.h"

#define REFUSALS_SHOWN  20
#define PROGRESS_US     (1000 * 1000) /* after this long, and again as often */
#define PROGRESS_TTY_US (200 * 1000)  /* between two on a terminal, where the line is overwritten */

/* --- progress: only of what takes over a second --- */

struct progress {
    int64_t begun_us, told_us;
    bool is_tty;
};

static void progress_tell(struct progress *p, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void progress_tell(struct progress *p, const char *format, ...)
{
    int64_t now_us = g_get_monotonic_time();
    bool is_first = p->told_us == 0;
    int64_t every_us = p->is_tty && !is_first ? PROGRESS_TTY_US : PROGRESS_US;
    if (now_us - (is_first ? p->begun_us : p->told_us) < every_us)
        return;
    p->told_us = now_us;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, p->is_tty ? "\r%s, %d s\033[K" : "%s, %d s\n", text,
            (int)((now_us - p->begun_us) / G_USEC_PER_SEC));
}

/* The terminal's line is free again. */
static void progress_end(struct progress *p)
{
    if (p->is_tty && p->told_us != 0)
        fputs("\r\033[K", stderr);
    p->told_us = 0;
}

/* --- a file --- */

struct file_import {
    const struct mapping *mapping;
    const char *path;
    GString *lines;
    int line_count;
    GArray *from;      /* int: record of each line sent, an index into places */
    GPtrArray *places; /* char *: where each record stands, as a sentence begins */
    int read, refused;
    struct import_notes notes;
    struct progress progress;
};

static char *place_of(const struct file_import *in, int line, const char *key)
{
    if (records_have_lines(in->path))
        return g_strdup_printf("%s:%d", in->path, line);
    return key != NULL ? g_strdup_printf("%s, record %d (%s)", in->path, line, key)
                       : g_strdup_printf("%s, record %d", in->path, line);
}

static void tell_refusal(struct file_import *in, const char *place, const char *why)
{
    progress_end(&in->progress);
    if (++in->refused <= REFUSALS_SHOWN)
        fprintf(stderr, "%s: %s\n", place, why);
    else if (in->refused == REFUSALS_SHOWN + 1)
        fprintf(stderr, "(more are refused; they are counted below)\n");
}

static void keep_line(struct file_import *in, const char *text)
{
    int record = (int)in->places->len - 1;
    for (const char *at = text; at != NULL; at = strchr(at, '\n'), at = at != NULL ? at + 1 : NULL) {
        g_array_append_val(in->from, record);
        in->line_count++;
    }
    g_string_append_printf(in->lines, "%s\n", text);
}

static void take_record(const cJSON *record, const char *key, int line, const char *problem, void *data)
{
    struct file_import *in = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *text =
        problem == NULL ? import_line(in->mapping, record, key, &in->notes, &error) : NULL;
    in->read++;
    g_ptr_array_add(in->places, place_of(in, line, key));
    if (text == NULL)
        tell_refusal(in, g_ptr_array_index(in->places, in->places->len - 1),
                     problem != NULL ? problem : error->message);
    else
        keep_line(in, text);
    progress_tell(&in->progress, "%s: %d records read", in->path, in->read);
}

static gboolean on_waiting(gpointer data)
{
    struct file_import *in = data;
    progress_tell(&in->progress, "%s: %d records read, the backend takes %d lines", in->path, in->read,
                  in->line_count);
    return G_SOURCE_CONTINUE;
}

static int number(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    return cJSON_IsNumber(item) ? item->valueint : 0;
}

static void tell_refused_lines(struct file_import *in, const cJSON *answer)
{
    int listed = 0;
    const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(answer, "refused");
    cJSON_ArrayForEach (item, list) {
        const char *why = json_text(item, "problem");
        guint line = (guint)number(item, "line") - 1;
        int record = line < in->from->len ? g_array_index(in->from, int, line) : -1;
        tell_refusal(in, record >= 0 ? g_ptr_array_index(in->places, record) : in->path,
                     why != NULL ? why : "It is refused.");
        listed++;
    }
    in->refused += MAX(0, number(answer, "refused_count") - listed);
}

/* What was read but is not, or not wholly, in what was taken. */
static void tell_notes(const struct file_import *in)
{
    for (guint i = 0; i < in->notes.remarks->len; i++)
        fprintf(stderr, "%s\n", (const char *)in->notes.remarks->pdata[i]);
    if (in->notes.empty_messages > 0)
        printf("; %d messages without a text left out", in->notes.empty_messages);
    if (in->mapping->kind == IMPORT_SCRIPTS)
        printf("; %d of %d ifs in %d scripts became branches", in->notes.branches, in->notes.ifs,
               in->notes.scripts_with_ifs);
}

static void tell_answer(struct file_import *in, const cJSON *answer)
{
    tell_refused_lines(in, answer);
    const char *unit = in->mapping->kind == IMPORT_CONTACTS ? "events " : "";
    printf("%s: %d read, %d %staken, %d unchanged, %d refused", in->path, in->read, number(answer, "taken"),
           unit, number(answer, "unchanged"), in->refused);
    const cJSON *sum, *sums = cJSON_GetObjectItemCaseSensitive(answer, "sums");
    cJSON_ArrayForEach (sum, sums)
        printf("; %s %.0f", sum->string, cJSON_IsNumber(sum) ? sum->valuedouble : 0);
    tell_notes(in);
    printf("\n");
}

static bool send_lines(struct file_import *in, const char *url, GError **error)
{
    g_autofree char *path =
        g_strconcat("/v1/import/", import_kind_name((enum import_kind)in->mapping->kind), NULL);
    guint timer =
        g_timeout_add(in->progress.is_tty ? PROGRESS_TTY_US / 1000 : PROGRESS_US / 1000, on_waiting, in);
    cJSON *answer = remote_ask(url, path, in->lines->str, "application/x-ndjson", error);
    g_source_remove(timer);
    progress_end(&in->progress);
    if (answer != NULL)
        tell_answer(in, answer);
    cJSON_Delete(answer);
    return answer != NULL;
}

static bool import_file(struct file_import *in, const char *url, bool is_dry, GError **error)
{
    if (!records_read(in->path, in->mapping, take_record, in, error))
        return false;
    progress_end(&in->progress);
    if (is_dry) {
        fputs(in->lines->str, stdout);
        return true;
    }
    if (in->lines->len > 0)
        return send_lines(in, url, error);
    printf("%s: %d read, 0 taken, 0 unchanged, %d refused\n", in->path, in->read, in->refused);
    return true;
}

struct choices {
    char *map;
    gboolean dry;
};

static bool run_file(struct mapping *m, const char *path, const struct command_line *line, GError **error)
{
    const struct choices *choices = line->user_data;
    if (!mapping_load_tables(m, path, error))
        return false;
    struct file_import in = {
        .mapping = m,
        .path = path,
        .lines = g_string_new(NULL),
        .from = g_array_new(false, false, sizeof(int)),
        .places = g_ptr_array_new_with_free_func(g_free),
        .notes = {.now_ms = g_get_real_time() / 1000, .remarks = g_ptr_array_new_with_free_func(g_free)},
        .progress = {.begun_us = g_get_monotonic_time(), .is_tty = isatty(STDERR_FILENO)}};
    bool is_done = import_file(&in, line->url, choices->dry, error);
    g_string_free(in.lines, true);
    g_array_unref(in.from);
    g_ptr_array_unref(in.places);
    g_ptr_array_unref(in.notes.remarks);
    return is_done;
}

static bool run_import(const struct command_line *line, int argc, char **argv, GError **error)
{
    const struct choices *choices = line->user_data;
    enum import_kind kind;
    if (argc != 3 || !import_kind_parse(argv[1], &kind) || choices->map == NULL) {
        g_set_error_literal(
            error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
            "Please say what, by which mapping, and from where: firstline import customers --map "
            "share/import/tau-retail-customers.yaml users.json.");
        return false;
    }
    struct mapping *m = mapping_open(choices->map, error);
    if (m == NULL)
        return false;
    bool is_done = false;
    if (m->kind == (int)kind) {
        is_done = run_file(m, argv[2], line, error);
    } else {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "The mapping %s makes %s, not %s.", choices->map,
                    import_kind_name((enum import_kind)m->kind), argv[1]);
    }
    mapping_free(m);
    return is_done;
}

int import_main(int argc, char **argv)
{
    struct choices choices = {0};
    const GOptionEntry entries[] = {
        {"map", 'm', 0, G_OPTION_ARG_FILENAME, &choices.map, "The mapping", "FILE"},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &choices.dry, "Print what would be sent", NULL},
        {0},
    };
    int status = command_line_main(
        &(struct command_line){
            .name = g_get_prgname(),
            .words = "customers|orders|articles|scripts|contacts FILE",
            .summary = "Takes records of another system: .json, .jsonl, .ndjson, .csv, .tsv or .dot.",
            .entries = entries,
            .run = run_import,
            .user_data = &choices},
        argc, argv);
    g_free(choices.map);
    return status;
}
