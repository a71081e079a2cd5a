#include "app/measure/report.h"

#include <stdarg.h>
#include <string.h>

enum block_kind { BLOCK_NOTE, BLOCK_DRAWING, BLOCK_TABLE, BLOCK_LINES };

struct block {
    enum block_kind kind;
    enum report_for readers;
    const char *name;
    char *text;
    struct table *table;
};

struct formula {
    char *figure, *formula;
};

struct report {
    GPtrArray *blocks;   /* struct block *, owned */
    GPtrArray *formulas; /* struct formula *, owned */
    size_t cols;         /* 0: as many as it takes */
};

static void block_free(void *data)
{
    struct block *block = data;
    g_free(block->text);
    table_free(block->table);
    g_free(block);
}

static void formula_free(void *data)
{
    struct formula *formula = data;
    g_free(formula->figure);
    g_free(formula->formula);
    g_free(formula);
}

struct report *report_new(void)
{
    struct report *r = g_new0(struct report, 1);
    r->blocks = g_ptr_array_new_with_free_func(block_free);
    r->formulas = g_ptr_array_new_with_free_func(formula_free);
    return r;
}

void report_free(struct report *r)
{
    if (r == NULL)
        return;
    g_ptr_array_unref(r->blocks);
    g_ptr_array_unref(r->formulas);
    g_free(r);
}

static void add(struct report *r, struct block block)
{
    g_ptr_array_add(r->blocks, g_memdup2(&block, sizeof block));
}

void report_say(struct report *r, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(r, (struct block){BLOCK_NOTE, REPORT_FOR_ALL, NULL, g_strdup_vprintf(format, arguments), NULL});
    va_end(arguments);
}

void report_draw(struct report *r, const char *lines)
{
    add(r, (struct block){BLOCK_DRAWING, REPORT_FOR_PEOPLE, NULL, g_strdup(lines), NULL});
}

struct table *report_add_table(struct report *r, const char *name, enum report_for readers,
                               const struct table_column *columns, size_t count)
{
    struct table *t = table_new(columns, count);
    add(r, (struct block){BLOCK_TABLE, readers, name, NULL, t});
    return t;
}

void report_add_formula(struct report *r, const char *figure, const char *formula)
{
    struct formula row = {g_strdup(figure), g_strdup(formula)};
    g_ptr_array_add(r->formulas, g_memdup2(&row, sizeof row));
}

void report_add_lines(struct report *r, const char *name, const char *lines)
{
    add(r, (struct block){BLOCK_LINES, REPORT_FOR_PROGRAMS, name, g_strdup(lines), NULL});
}

void report_fit(struct report *r, size_t cols)
{
    r->cols = cols;
}

static void append_paragraph(GString *text, const char *lines)
{
    if (*lines == '\0')
        return;
    if (text->len > 0)
        g_string_append_c(text, '\n');
    g_string_append(text, lines);
    if (text->str[text->len - 1] != '\n')
        g_string_append_c(text, '\n');
}

static void append_formulas(GString *text, const GPtrArray *formulas)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    for (guint i = 0; i < formulas->len; i++) {
        const struct formula *f = g_ptr_array_index(formulas, i);
        g_string_append_printf(lines, "%s = %s\n", f->figure, f->formula);
    }
    append_paragraph(text, lines->str);
}

char *report_to_text(const struct report *r, bool with_formulas)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < r->blocks->len; i++) {
        const struct block *block = g_ptr_array_index(r->blocks, i);
        if ((block->readers & REPORT_FOR_PEOPLE) == 0 ||
            (block->kind == BLOCK_TABLE && table_is_empty(block->table)))
            continue;
        g_autofree char *lines =
            block->kind == BLOCK_TABLE ? table_to_text_within(block->table, r->cols) : NULL;
        append_paragraph(text, lines != NULL ? lines : block->text);
    }
    if (with_formulas)
        append_formulas(text, r->formulas);
    return g_string_free(text, false);
}

char *report_to_tsv(const struct report *r)
{
    for (guint i = 0; i < r->blocks->len; i++) {
        const struct block *block = g_ptr_array_index(r->blocks, i);
        if (block->kind == BLOCK_TABLE && (block->readers & REPORT_FOR_PROGRAMS) != 0)
            return table_to_tsv(block->table);
    }
    return g_strdup("");
}

static cJSON *lines_to_cjson(const char *lines)
{
    cJSON *array = cJSON_CreateArray();
    g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
    for (size_t i = 0; each[i] != NULL; i++) {
        if (*each[i] != '\0')
            cJSON_AddItemToArray(array, cJSON_CreateString(each[i]));
    }
    return array;
}

cJSON *report_to_cjson(const struct report *r)
{
    cJSON *json = cJSON_CreateObject(), *notes = cJSON_CreateArray();
    for (guint i = 0; i < r->blocks->len; i++) {
        const struct block *block = g_ptr_array_index(r->blocks, i);
        if (block->kind == BLOCK_NOTE)
            cJSON_AddItemToArray(notes, cJSON_CreateString(block->text));
        else if (block->kind == BLOCK_LINES)
            cJSON_AddItemToObject(json, block->name, lines_to_cjson(block->text));
        else if (block->kind == BLOCK_TABLE && (block->readers & REPORT_FOR_PROGRAMS) != 0)
            cJSON_AddItemToObject(json, block->name, table_to_cjson(block->table));
    }
    cJSON_AddItemToObject(json, "notes", notes);
    cJSON *formulas = cJSON_AddObjectToObject(json, "formulas");
    for (guint i = 0; i < r->formulas->len; i++) {
        const struct formula *f = g_ptr_array_index(r->formulas, i);
        cJSON_AddStringToObject(formulas, f->figure, f->formula);
    }
    return json;
}

const char *report_lines(const struct report *r, const char *name)
{
    for (guint i = 0; i < r->blocks->len; i++) {
        const struct block *block = g_ptr_array_index(r->blocks, i);
        if (block->kind == BLOCK_LINES && strcmp(block->name, name) == 0)
            return block->text;
    }
    return NULL;
}
