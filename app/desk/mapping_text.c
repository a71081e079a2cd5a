#include "app/desk/mapping_text.h"

#include <math.h>
#include <string.h>

#include "app/script/suggest.h"
#include "net/problem.h"

/* --- paths --- */

static const cJSON *child_of(const cJSON *at, const char *name)
{
    if (cJSON_IsObject(at))
        return cJSON_GetObjectItemCaseSensitive(at, name);
    char *end;
    guint64 index = g_ascii_strtoull(name, &end, 10);
    return cJSON_IsArray(at) && *end == '\0' && end != name && index < G_MAXINT
               ? cJSON_GetArrayItem(at, (int)index)
               : NULL;
}

const cJSON *mapping_find(const cJSON *record, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    const cJSON *at = record;
    for (size_t i = 0; at != NULL && names[i] != NULL; i++)
        at = child_of(at, names[i]);
    return at;
}

static void collect(const cJSON *at, char *const *names, GPtrArray *values)
{
    if (at == NULL)
        return;
    if (*names == NULL) {
        if (cJSON_IsString(at))
            g_ptr_array_add(values, g_strdup(at->valuestring));
        else if (cJSON_IsNumber(at) && floor(at->valuedouble) == at->valuedouble &&
                 fabs(at->valuedouble) < 9e15)
            g_ptr_array_add(values, g_strdup_printf("%" G_GINT64_FORMAT, (int64_t)at->valuedouble));
        else if (cJSON_IsNumber(at))
            g_ptr_array_add(values, g_strdup_printf("%.15g", at->valuedouble));
        else if (cJSON_IsBool(at))
            g_ptr_array_add(values, g_strdup(cJSON_IsTrue(at) ? "yes" : "no"));
        return;
    }
    if (strcmp(*names, "*") != 0) {
        collect(child_of(at, *names), names + 1, values);
        return;
    }
    for (const cJSON *child = at->child; child != NULL; child = child->next)
        collect(child, names + 1, values);
}

/* --- filters: each changes the values in place --- */

static void set_only(GPtrArray *values, char *text)
{
    g_ptr_array_set_size(values, 0);
    g_ptr_array_add(values, text);
}

static bool read_number(const char *text, double *number, GError **error)
{
    char *end;
    *number = g_ascii_strtod(text, &end);
    if (end != text && *end == '\0' && isfinite(*number))
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "\"%.40s\" is not a number.", text);
    return false;
}

/* Of no values there is no sum: a total that nobody gave is not zero. */
static bool filter_sum(GPtrArray *values, GError **error)
{
    double sum = 0;
    for (guint i = 0; i < values->len; i++) {
        double number;
        if (!read_number(values->pdata[i], &number, error))
            return false;
        sum += number;
    }
    if (values->len > 0)
        set_only(values, g_strdup_printf("%.15g", sum));
    return true;
}

static bool filter_minor(GPtrArray *values, GError **error)
{
    for (guint i = 0; i < values->len; i++) {
        double number;
        if (!read_number(values->pdata[i], &number, error))
            return false;
        if (fabs(number) > 9e13) {
            g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "%s is too great for an amount of money.",
                        (const char *)values->pdata[i]);
            return false;
        }
        g_free(values->pdata[i]);
        values->pdata[i] = g_strdup_printf("%" G_GINT64_FORMAT, (int64_t)llround(number * 100));
    }
    return true;
}

static bool filter_first(GPtrArray *values, GError **error)
{
    (void)error;
    if (values->len > 1)
        g_ptr_array_set_size(values, 1);
    return true;
}

static bool filter_date(GPtrArray *values, GError **error)
{
    (void)error;
    for (guint i = 0; i < values->len; i++) {
        char *text = values->pdata[i];
        if (strlen(text) > 10)
            text[10] = '\0';
    }
    return true;
}

static bool filter_lower(GPtrArray *values, GError **error)
{
    (void)error;
    for (guint i = 0; i < values->len; i++) {
        char *lower = g_utf8_strdown(values->pdata[i], -1);
        g_free(values->pdata[i]);
        values->pdata[i] = lower;
    }
    return true;
}

static bool filter_title(GPtrArray *values, GError **error)
{
    (void)error;
    for (guint i = 0; i < values->len; i++) {
        GString *title = g_string_new(NULL);
        bool begins = true;
        for (const char *at = values->pdata[i]; *at != '\0'; at = g_utf8_next_char(at)) {
            gunichar c = g_utf8_get_char(at);
            g_string_append_unichar(title, begins ? g_unichar_totitle(c) : c);
            begins = !g_unichar_isalnum(c) && c != '\'';
        }
        g_free(values->pdata[i]);
        values->pdata[i] = g_string_free(title, false);
    }
    return true;
}

static bool filter_digits(GPtrArray *values, GError **error)
{
    (void)error;
    for (guint i = 0; i < values->len; i++) {
        char *to = values->pdata[i];
        for (const char *from = to; *from != '\0'; from++) {
            if (g_ascii_isdigit(*from))
                *to++ = *from;
        }
        *to = '\0';
    }
    return true;
}

static bool filter_lines(GPtrArray *values, GError **error)
{
    (void)error;
    g_ptr_array_add(values, NULL);
    char *joined = g_strjoinv("\n", (char **)values->pdata);
    set_only(values, joined);
    return true;
}

static bool filter_slug(GPtrArray *values, GError **error)
{
    (void)error;
    for (guint i = 0; i < values->len; i++) {
        char *text = g_ascii_strdown(values->pdata[i], -1);
        g_strcanon(text, "abcdefghijklmnopqrstuvwxyz0123456789", '-');
        g_free(values->pdata[i]);
        values->pdata[i] = text;
    }
    return true;
}

/* What only says that there is nothing falls away. */
static bool filter_given(GPtrArray *values, GError **error)
{
    static const char *const nothing[] = {"n/a", "none", "null", "-", "–"};
    (void)error;
    for (guint i = values->len; i-- > 0;) {
        for (size_t j = 0; j < G_N_ELEMENTS(nothing); j++) {
            if (g_ascii_strcasecmp(values->pdata[i], nothing[j]) == 0) {
                g_ptr_array_remove_index(values, i);
                break;
            }
        }
    }
    return true;
}

static bool filter_unnumbered(GPtrArray *values, GError **error)
{
    (void)error;
    for (guint i = 0; i < values->len; i++) {
        char *text = values->pdata[i], *end = text + strlen(text);
        while (end > text && g_ascii_isdigit(end[-1]))
            end--;
        if (end > text && *end != '\0' && end[-1] == '_')
            end[-1] = '\0';
    }
    return true;
}

static const struct filter {
    const char *name;
    bool (*apply)(GPtrArray *values, GError **error);
} filters[] = {
    {"sum", filter_sum},       {"minor", filter_minor},
    {"first", filter_first},   {"date", filter_date},
    {"lower", filter_lower},   {"title", filter_title},
    {"digits", filter_digits}, {"lines", filter_lines},
    {"slug", filter_slug},     {"unnumbered", filter_unnumbered},
    {"given", filter_given},
};

static const struct filter *find_filter(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        if (strcmp(filters[i].name, name) == 0)
            return &filters[i];
    }
    return NULL;
}

/* Values that the table does not know fall away. */
static void look_up(const struct mapping_table *table, GPtrArray *values)
{
    for (guint i = values->len; i-- > 0;) {
        const char *found = table->rows != NULL ? g_hash_table_lookup(table->rows, values->pdata[i]) : NULL;
        if (found == NULL) {
            g_ptr_array_remove_index(values, i);
            continue;
        }
        g_free(values->pdata[i]);
        values->pdata[i] = g_strdup(found);
    }
}

/* --- templates --- */

struct filling {
    const struct mapping *mapping;
    const cJSON *record;
    const char *key;
    GString *out;
};

static bool append_value(const struct filling *f, const char *expression, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(expression, "|", -1);
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    if (strcmp(parts[0], "@key") == 0) {
        g_ptr_array_add(values, g_strdup(f->key != NULL ? f->key : ""));
    } else {
        g_auto(GStrv) names = g_strsplit(parts[0], ".", -1);
        collect(f->record, names, values);
    }
    for (size_t i = 1; parts[i] != NULL; i++) {
        const struct filter *filter = find_filter(parts[i]);
        const struct mapping_table *table = filter == NULL ? mapping_table(f->mapping, parts[i]) : NULL;
        if (filter != NULL && !filter->apply(values, error))
            return false;
        if (table != NULL)
            look_up(table, values);
    }
    for (guint i = 0; i < values->len; i++)
        g_string_append_printf(f->out, "%s%s", i > 0 ? ", " : "", (const char *)values->pdata[i]);
    return true;
}

/* A value alone stays as it is, so that a migration's characters can be counted; between several, those that
 * are not there leave no blanks at the ends. What is only blank is nothing. */
static char *trimmed(const char *template, char *filled)
{
    const char *close = *template == '{' ? strchr(template, '}') : NULL;
    bool is_one = close != NULL && close[1] == '\0';
    if (!is_one)
        return g_strstrip(filled);
    if (strspn(filled, " \t\r\n") == strlen(filled))
        *filled = '\0';
    return filled;
}

char *mapping_fill(const struct mapping *mapping, const char *template, const cJSON *record, const char *key,
                   GError **error)
{
    struct filling f = {mapping, record, key, g_string_new(NULL)};
    for (const char *at = template; *at != '\0';) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end == NULL) {
            g_string_append_c(f.out, *at++);
            continue;
        }
        g_autofree char *expression = g_strndup(at + 1, (size_t)(end - at - 1));
        if (!append_value(&f, expression, error)) {
            g_string_free(f.out, true);
            return NULL;
        }
        at = end + 1;
    }
    return trimmed(template, g_string_free(f.out, false));
}

static char *filter_problem(const struct mapping *mapping, const char *name)
{
    if (find_filter(name) != NULL || mapping_table(mapping, name) != NULL)
        return NULL;
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
        g_ptr_array_add(known, (gpointer)filters[i].name);
    for (size_t i = 0; i < mapping->table_count; i++)
        g_ptr_array_add(known, (gpointer)mapping->tables[i].name);
    const char *near = suggest_nearest(name, (const char *const *)known->pdata, known->len);
    if (near != NULL)
        return g_strdup_printf("There is no filter `%s`; did you mean `%s`?", name, near);
    g_ptr_array_add(known, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)known->pdata);
    return g_strdup_printf("There is no filter `%s`; the filters are %s.", name, all);
}

char *mapping_text_problem(const struct mapping *mapping, const char *template)
{
    for (const char *at = strchr(template, '{'); at != NULL; at = strchr(at, '{')) {
        const char *end = strchr(at, '}');
        if (end == NULL)
            return g_strdup_printf("The brace in \"%s\" is never closed; write {PATH} or {PATH|FILTER}.",
                                   template);
        g_autofree char *expression = g_strndup(at + 1, (size_t)(end - at - 1));
        g_auto(GStrv) parts = g_strsplit(expression, "|", -1);
        if (parts[0] == NULL || *parts[0] == '\0')
            return g_strdup_printf("\"{%s}\" names no field; write {PATH} or {PATH|FILTER}.", expression);
        for (size_t i = 1; parts[i] != NULL; i++) {
            char *problem = filter_problem(mapping, parts[i]);
            if (problem != NULL)
                return problem;
        }
        at = end;
    }
    return NULL;
}
