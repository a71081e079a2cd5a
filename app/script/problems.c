/* The list of what is wrong in a file; see the header. */
#include "app/script/problems.h"

struct problem {
    unsigned line;   /* from 1 */
    unsigned column; /* from 1, in characters */
    char *text;      /* one sentence, without its place */
};

struct problems {
    char *file;
    GArray *list; /* of struct problem */
    size_t count;
    bool sorted;
};

GQuark problems_error_quark(void)
{
    return g_quark_from_static_string("firstline-problems");
}

static void problem_release(gpointer data)
{
    g_free(((struct problem *)data)->text);
}

struct problems *problems_new(const char *file)
{
    struct problems *problems = g_new0(struct problems, 1);
    problems->file = g_strdup(file);
    problems->list = g_array_new(FALSE, FALSE, sizeof(struct problem));
    g_array_set_clear_func(problems->list, problem_release);
    return problems;
}

void problems_free(struct problems *problems)
{
    if (!problems)
        return;
    g_free(problems->file);
    g_array_unref(problems->list);
    g_free(problems);
}

void problems_add(struct problems *problems, unsigned line, unsigned column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < problems->list->len; i++) {
        const struct problem *old = &g_array_index(problems->list, struct problem, i);
        if (old->line == line && old->column == column && g_str_equal(old->text, text))
            return;
    }
    problems->count++;
    if (problems->list->len == PROBLEMS_MAX)
        return;
    struct problem problem = {.line = line, .column = column, .text = g_steal_pointer(&text)};
    g_array_append_val(problems->list, problem);
    problems->sorted = false;
}

size_t problems_count(const struct problems *problems)
{
    return problems->count;
}

/* g_array_sort is stable, so sentences about one place keep the order in which they were found. */
static gint problem_compare(gconstpointer left, gconstpointer right)
{
    const struct problem *a = left, *b = right;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

static void problems_sort(struct problems *problems)
{
    if (!problems->sorted)
        g_array_sort(problems->list, problem_compare);
    problems->sorted = true;
}

char *problems_report(struct problems *problems)
{
    GString *report = g_string_new(NULL);
    problems_sort(problems);
    for (size_t i = 0; i < problems->list->len; i++) {
        const struct problem *problem = &g_array_index(problems->list, struct problem, i);
        g_string_append_printf(report, "%s%s:%u:%u: %s", i ? "\n" : "", problems->file, problem->line,
                               problem->column, problem->text);
    }
    if (problems->count > problems->list->len)
        g_string_append_printf(report, "\n%s: and %zu more; mend these first", problems->file,
                               problems->count - problems->list->len);
    return g_string_free(report, FALSE);
}

bool problems_none(struct problems *problems, GError **error)
{
    if (!problems->count)
        return true;
    g_autofree char *report = problems_report(problems);
    g_set_error_literal(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS, report);
    return false;
}
