#include "app/measure/table.h"

#include <math.h>
#include <string.h>

#include "app/model/timestamp.h"

struct cell {
    char *text;
    int64_t number;
    double real;
};

struct table {
    const struct table_column *columns;
    size_t count;
    const char *const *spare; /* names of columns that may be left out; NULL: none */
    GArray *cells;            /* struct cell [rows * count], row by row */
};

static void cell_clear(void *cell)
{
    g_free(((struct cell *)cell)->text);
}

struct table *table_new(const struct table_column *columns, size_t count)
{
    struct table *t = g_new0(struct table, 1);
    t->columns = columns;
    t->count = count;
    t->cells = g_array_new(false, false, sizeof(struct cell));
    g_array_set_clear_func(t->cells, cell_clear);
    return t;
}

void table_free(struct table *t)
{
    if (t == NULL)
        return;
    g_array_unref(t->cells);
    g_free(t);
}

static enum table_type next_type(const struct table *t)
{
    return t->columns[t->cells->len % t->count].type;
}

void table_add_text(struct table *t, const char *text)
{
    g_assert(next_type(t) == TABLE_TEXT);
    struct cell cell = {.text = g_strdup(text == NULL ? "" : text)};
    g_array_append_val(t->cells, cell);
}

void table_add_number(struct table *t, int64_t number)
{
    enum table_type type = next_type(t);
    g_assert(type == TABLE_COUNT || type == TABLE_DURATION || type == TABLE_TIME || type == TABLE_DATE);
    struct cell cell = {.number = number};
    g_array_append_val(t->cells, cell);
}

void table_add_real(struct table *t, double number)
{
    enum table_type type = next_type(t);
    g_assert(type == TABLE_PERCENT || type == TABLE_REAL || type == TABLE_MONEY);
    struct cell cell = {.real = number};
    g_array_append_val(t->cells, cell);
}

char *table_format_duration(int64_t ms)
{
    int64_t seconds = (MAX(ms, 0) + 500) / 1000;
    int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;
    if (hours > 0)
        return g_strdup_printf("%d:%02d:%02d", (int)hours, (int)minutes, (int)(seconds % 60));
    return g_strdup_printf("%d:%02d", (int)minutes, (int)(seconds % 60));
}

static const struct cell *cell_at(const struct table *t, size_t row, size_t column)
{
    return &g_array_index(t->cells, struct cell, row * t->count + column);
}

static size_t row_count(const struct table *t)
{
    return t->cells->len / t->count;
}

void table_may_lack(struct table *t, const char *const *names)
{
    t->spare = names;
}

bool table_is_empty(const struct table *t)
{
    return t->cells->len == 0;
}

static bool is_unsafe(gunichar c)
{
    return g_unichar_iscntrl(c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Text from outside that may go to a terminal and between tabs. Caller owns. */
static char *plain(const char *text)
{
    GString *safe = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(safe, is_unsafe(c) ? ' ' : c);
    }
    return g_string_free(safe, false);
}

static bool is_known(const struct cell *cell, enum table_type type)
{
    if (type == TABLE_COUNT || type == TABLE_DURATION)
        return cell->number != TABLE_UNKNOWN;
    if (type == TABLE_PERCENT)
        return cell->real >= 0;
    return (type != TABLE_REAL && type != TABLE_MONEY) || !isnan(cell->real);
}

static char *cell_for_people(const struct table *t, size_t row, size_t column)
{
    const struct cell *cell = cell_at(t, row, column);
    char time[TIMESTAMP_BYTES];
    if (!is_known(cell, t->columns[column].type))
        return g_strdup("-");
    switch (t->columns[column].type) {
    case TABLE_COUNT:
        return g_strdup_printf("%" G_GINT64_FORMAT, cell->number);
    case TABLE_DURATION:
        return table_format_duration(cell->number);
    case TABLE_TIME:
        timestamp_format(cell->number, time);
        return g_strndup(time + strlen("2026-11-23T"), strlen("14:02:05"));
    case TABLE_DATE:
        timestamp_format(cell->number, time);
        return g_strndup(time, strlen("2026-11-23"));
    case TABLE_PERCENT:
        return g_strdup_printf("%.1f %%", cell->real);
    case TABLE_REAL:
        return g_strdup_printf("%.1f", cell->real);
    case TABLE_MONEY:
        return g_strdup_printf("%.2f", cell->real / 100);
    default:
        return plain(cell->text);
    }
}

static char *cell_for_programs(const struct table *t, size_t row, size_t column)
{
    const struct cell *cell = cell_at(t, row, column);
    char time[TIMESTAMP_BYTES];
    if (!is_known(cell, t->columns[column].type))
        return g_strdup("");
    switch (t->columns[column].type) {
    case TABLE_COUNT:
    case TABLE_DURATION:
        return g_strdup_printf("%" G_GINT64_FORMAT, cell->number);
    case TABLE_TIME:
    case TABLE_DATE:
        timestamp_format(cell->number, time);
        return g_strdup(time);
    case TABLE_PERCENT:
    case TABLE_REAL:
        return g_strdup_printf("%.1f", cell->real);
    case TABLE_MONEY:
        return g_strdup_printf("%.0f", cell->real);
    default:
        return plain(cell->text);
    }
}

/* Columns of a terminal, near enough for a report: wide characters count two, combining ones none. */
static size_t width_cols(const char *text)
{
    size_t width = 0;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

static void append_padded(GString *text, const char *cell, size_t width, bool right)
{
    size_t cols = width_cols(cell), pad = width > cols ? width - cols : 0;
    g_string_append_printf(text, "%*s", right ? (int)pad : 0, "");
    g_string_append(text, cell);
    g_string_append_printf(text, "%*s", right ? 0 : (int)pad, "");
}

static void trim_end(GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    g_string_append_c(text, '\n');
}

/* Two spaces stand between columns; one of no width is left out. */
static size_t sum_of(const size_t *widths, size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += widths[i] == 0 ? 0 : widths[i] + (sum == 0 ? 0 : 2);
    return sum;
}

/* Sets the widths of columns that are left out to 0. Their titles for people, NULL: none. Caller owns. */
static char *leave_out(const struct table *t, size_t *widths, size_t cols)
{
    GString *left = g_string_new(NULL);
    for (size_t i = 0; cols > 0 && t->spare != NULL && t->spare[i] != NULL; i++) {
        if (sum_of(widths, t->count) <= cols)
            break;
        for (size_t column = 0; column < t->count; column++) {
            if (strcmp(t->columns[column].name, t->spare[i]) != 0 || widths[column] == 0)
                continue;
            widths[column] = 0;
            if (*t->columns[column].title != '\0')
                g_string_append_printf(left, "%s%s", left->len == 0 ? "" : ", ", t->columns[column].title);
        }
    }
    return g_string_free(left, left->len == 0);
}

char *table_to_text(const struct table *t)
{
    return table_to_text_within(t, 0);
}

char *table_to_text_within(const struct table *t, size_t cols)
{
    size_t rows = row_count(t);
    g_autofree size_t *widths = g_new0(size_t, t->count);
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    for (size_t column = 0; column < t->count; column++)
        widths[column] = width_cols(t->columns[column].title);
    for (size_t i = 0; i < rows * t->count; i++) {
        char *cell = cell_for_people(t, i / t->count, i % t->count);
        widths[i % t->count] = MAX(widths[i % t->count], width_cols(cell));
        g_ptr_array_add(cells, cell);
    }
    g_autofree char *left = leave_out(t, widths, cols);
    GString *text = g_string_new(NULL);
    for (size_t row = 0; row <= rows; row++) {
        size_t start = text->len;
        for (size_t column = 0; column < t->count; column++) {
            if (widths[column] == 0)
                continue;
            const char *cell =
                row == 0 ? t->columns[column].title : g_ptr_array_index(cells, (row - 1) * t->count + column);
            g_string_append(text, text->len == start ? "" : "  ");
            append_padded(text, cell, widths[column], t->columns[column].type != TABLE_TEXT);
        }
        trim_end(text);
    }
    if (left != NULL)
        g_string_append_printf(text, "Left out for want of width: %s.\n", left);
    return g_string_free(text, false);
}

char *table_to_tsv(const struct table *t)
{
    GString *text = g_string_new(NULL);
    for (size_t column = 0; column < t->count; column++)
        g_string_append_printf(text, "%s%s", column == 0 ? "" : "\t", t->columns[column].name);
    g_string_append_c(text, '\n');
    for (size_t i = 0; i < row_count(t) * t->count; i++) {
        g_autofree char *cell = cell_for_programs(t, i / t->count, i % t->count);
        g_string_append_printf(text, "%s%s", cell, (i + 1) % t->count == 0 ? "\n" : "\t");
    }
    return g_string_free(text, false);
}

static cJSON *cell_to_cjson(const struct table *t, size_t row, size_t column)
{
    const struct cell *cell = cell_at(t, row, column);
    enum table_type type = t->columns[column].type;
    if (!is_known(cell, type))
        return cJSON_CreateNull();
    if (type == TABLE_COUNT || type == TABLE_DURATION)
        return cJSON_CreateNumber((double)cell->number);
    if (type == TABLE_MONEY)
        return cJSON_CreateNumber(round(cell->real));
    if (type == TABLE_PERCENT || type == TABLE_REAL)
        return cJSON_CreateNumber(cell->real);
    if (type == TABLE_TEXT)
        return cJSON_CreateString(cell->text);
    g_autofree char *time = cell_for_programs(t, row, column);
    return cJSON_CreateString(time);
}

cJSON *table_to_cjson(const struct table *t)
{
    cJSON *rows = cJSON_CreateArray();
    for (size_t row = 0; row < row_count(t); row++) {
        cJSON *object = cJSON_CreateObject();
        for (size_t column = 0; column < t->count; column++)
            cJSON_AddItemToObject(object, t->columns[column].name, cell_to_cjson(t, row, column));
        cJSON_AddItemToArray(rows, object);
    }
    return rows;
}
