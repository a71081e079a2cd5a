/* The table half of yaml.h: nodes into structs by the rows of a shape, and the sentences when they do not
 * fit. */
#include "app/script/yaml.h"

#include <math.h>
#include <string.h>

#include "app/script/suggest.h"

#define STRING_MAX_CHARS 10000

/* What one value is read with. */
struct reading {
    struct yaml_doc *doc;
    const struct yaml_field *field;
    enum yaml_type type; /* the field's, or its items' */
    const struct yaml_node *node;
    struct problems *problems;
};

static const char *const TYPE_PHRASES[] = {
    [YAML_TYPE_STRING] = "a text",
    [YAML_TYPE_TEXT] = "a text, or one text for each language",
    [YAML_TYPE_INT] = "a whole number",
    [YAML_TYPE_DECIMAL] = "a number",
    [YAML_TYPE_DURATION] = "a time such as 30s, 5m or 1h30m",
    [YAML_TYPE_MONEY] = "an amount such as 94 or 94.50",
    [YAML_TYPE_BOOL] = "yes or no",
    [YAML_TYPE_ENUM] = "one of its words",
    [YAML_TYPE_STRUCT] = "a map of keys",
    [YAML_TYPE_LIST] = "a list",
    [YAML_TYPE_MAP] = "a map",
    [YAML_TYPE_NODE] = "a value",
    [YAML_TYPE_CUSTOM] = "a value",
};

static const struct {
    const char *unit;
    int64_t ms;
} UNITS[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

static const size_t SCALAR_SIZES[] = {
    [YAML_TYPE_STRING] = sizeof(const char *), [YAML_TYPE_TEXT] = sizeof(struct yaml_text),
    [YAML_TYPE_INT] = sizeof(int64_t),         [YAML_TYPE_DECIMAL] = sizeof(double),
    [YAML_TYPE_DURATION] = sizeof(int64_t),    [YAML_TYPE_MONEY] = sizeof(int64_t),
    [YAML_TYPE_BOOL] = sizeof(bool),           [YAML_TYPE_ENUM] = sizeof(int),
    [YAML_TYPE_NODE] = sizeof(void *),
};

bool yaml_parse_int(const char *text, int64_t *out)
{
    char *end = NULL;
    const char *digits = text + (*text == '-');
    if (!g_ascii_isdigit(*digits) || strlen(digits) > 18)
        return false;
    int64_t value = g_ascii_strtoll(text, &end, 10);
    if (*end)
        return false;
    *out = value;
    return true;
}

static bool parse_decimal(const char *text, double *out)
{
    char *end = NULL;
    if (!g_ascii_isdigit(text[*text == '-']) || strlen(text) > 40)
        return false;
    double value = g_ascii_strtod(text, &end);
    if (*end || !isfinite(value))
        return false;
    *out = value;
    return true;
}

bool yaml_parse_duration(const char *text, int64_t *out_ms)
{
    if (g_str_equal(text, "0")) {
        *out_ms = 0;
        return true;
    }
    int64_t total = 0;
    const char *at = text;
    while (*at) {
        char *end = NULL;
        if (!g_ascii_isdigit(*at) || strspn(at, "0123456789") > 9)
            return false;
        int64_t count = g_ascii_strtoll(at, &end, 10);
        size_t letters = strspn(end, "mshd");
        size_t unit = 0;
        while (unit < G_N_ELEMENTS(UNITS) &&
               (strlen(UNITS[unit].unit) != letters || strncmp(UNITS[unit].unit, end, letters) != 0))
            unit++;
        if (unit == G_N_ELEMENTS(UNITS))
            return false;
        total += count * UNITS[unit].ms;
        if (total > 1000 * INT64_C(86400000) * 366)
            return false;
        at = end + letters;
    }
    if (at == text)
        return false;
    *out_ms = total;
    return true;
}

bool yaml_parse_money(const char *text, int64_t *out_minor)
{
    bool negative = *text == '-';
    const char *at = text + negative;
    size_t whole = strspn(at, "0123456789");
    if (whole == 0 || whole > 15)
        return false;
    int64_t minor = g_ascii_strtoll(at, NULL, 10) * 100;
    const char *rest = at + whole;
    if (*rest == '.') {
        size_t digits = strspn(rest + 1, "0123456789");
        if (digits == 0 || digits > 2)
            return false;
        minor += (rest[1] - '0') * 10 + (digits == 2 ? rest[2] - '0' : 0);
        rest += 1 + digits;
    }
    if (*rest)
        return false;
    *out_minor = negative ? -minor : minor;
    return true;
}

bool yaml_parse_bool(const char *text, bool *out)
{
    bool yes = g_str_equal(text, "true") || g_str_equal(text, "yes");
    if (!yes && !g_str_equal(text, "false") && !g_str_equal(text, "no"))
        return false;
    *out = yes;
    return true;
}

const char *yaml_word_of(const struct yaml_word *words, int value)
{
    for (; words->word; words++)
        if (words->value == value)
            return words->word;
    return NULL;
}

bool yaml_word_value(const struct yaml_word *words, const char *word, int *out)
{
    for (; words->word; words++)
        if (g_str_equal(words->word, word)) {
            *out = words->value;
            return true;
        }
    return false;
}

/* What stands there, for the end of a sentence; the caller frees. A long text is cut at 40 characters. */
static char *found_phrase(const struct yaml_node *node)
{
    if (node->kind == YAML_KIND_LIST)
        return g_strdup("a list");
    if (node->kind == YAML_KIND_MAP)
        return g_strdup("a map");
    if (!*node->text)
        return g_strdup("nothing");
    if (g_utf8_strlen(node->text, -1) <= 40)
        return g_strdup_printf("\"%s\"", node->text);
    g_autofree char *start = g_utf8_substring(node->text, 0, 40);
    return g_strdup_printf("\"%s…\"", start);
}

/* "`answer` should be a time such as 30s (how long an agent may take), not "soon"." */
static void refuse(const struct reading *reading, const char *expected)
{
    g_autofree char *found = found_phrase(reading->node);
    const char *help = reading->field->help;
    yaml_problem(reading->problems, reading->node, "`%s` should be %s%s%s%s, not %s.", reading->field->key,
                 expected, help ? " (" : "", help ? help : "", help ? ")" : "", found);
}

static bool refuse_type(const struct reading *reading)
{
    refuse(reading, TYPE_PHRASES[reading->type]);
    return false;
}

/* The bounds as the file would write them. */
static char *bound_phrase(enum yaml_type type, int64_t value)
{
    if (type == YAML_TYPE_MONEY)
        return g_strdup_printf("%s%" G_GINT64_FORMAT ".%02d", value < 0 ? "-" : "", ABS(value) / 100,
                               (int)(ABS(value) % 100));
    if (type != YAML_TYPE_DURATION || value == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT, value);
    size_t unit = G_N_ELEMENTS(UNITS) - 1;
    while (value % UNITS[unit].ms)
        unit--;
    return g_strdup_printf("%" G_GINT64_FORMAT "%s", value / UNITS[unit].ms, UNITS[unit].unit);
}

static bool within(const struct reading *reading, int64_t value)
{
    const struct yaml_field *field = reading->field;
    bool bounded = field->max > field->min;
    bool signless = reading->type == YAML_TYPE_MONEY || reading->type == YAML_TYPE_DURATION;
    if (bounded ? value >= field->min && value <= field->max : !signless || value >= 0)
        return true;
    g_autofree char *least = bound_phrase(reading->type, field->min);
    g_autofree char *most = bound_phrase(reading->type, field->max);
    g_autofree char *expected =
        bounded ? g_strdup_printf("%s from %s to %s", TYPE_PHRASES[reading->type], least, most)
                : g_strdup_printf("%s, not below zero", TYPE_PHRASES[reading->type]);
    refuse(reading, expected);
    return false;
}

static bool read_number(const struct reading *reading, void *out)
{
    static bool (*const parsers[])(const char *, int64_t *) = {
        [YAML_TYPE_INT] = yaml_parse_int,
        [YAML_TYPE_DURATION] = yaml_parse_duration,
        [YAML_TYPE_MONEY] = yaml_parse_money,
    };
    int64_t value = 0;
    if (reading->node->kind != YAML_KIND_SCALAR || !parsers[reading->type](reading->node->text, &value))
        return refuse_type(reading);
    if (!within(reading, value))
        return false;
    *(int64_t *)out = value;
    return true;
}

static bool read_decimal(const struct reading *reading, void *out)
{
    double value = 0;
    if (reading->node->kind != YAML_KIND_SCALAR || !parse_decimal(reading->node->text, &value))
        return refuse_type(reading);
    const struct yaml_field *field = reading->field;
    if (field->max > field->min && (value < (double)field->min || value > (double)field->max))
        return within(reading, value < (double)field->min ? field->min - 1 : field->max + 1);
    *(double *)out = value;
    return true;
}

static bool read_bool(const struct reading *reading, void *out)
{
    if (reading->node->kind != YAML_KIND_SCALAR || !yaml_parse_bool(reading->node->text, out))
        return refuse_type(reading);
    return true;
}

static bool read_string(const struct reading *reading, void *out)
{
    if (reading->node->kind != YAML_KIND_SCALAR || !*reading->node->text)
        return refuse_type(reading);
    const struct yaml_field *field = reading->field;
    bool bounded = field->type == YAML_TYPE_STRING && field->max > field->min;
    int64_t most = bounded ? field->max : STRING_MAX_CHARS;
    int64_t chars = g_utf8_strlen(reading->node->text, -1);
    if (chars > most || (bounded && chars < field->min)) {
        g_autofree char *expected =
            g_strdup_printf("a text of %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " characters",
                            bounded ? MAX(field->min, 1) : 1, most);
        refuse(reading, expected);
        return false;
    }
    *(const char **)out = reading->node->text;
    return true;
}

static bool read_enum(const struct reading *reading, void *out)
{
    const struct yaml_word *words = reading->field->words;
    if (reading->node->kind == YAML_KIND_SCALAR && yaml_word_value(words, reading->node->text, out))
        return true;
    g_autoptr(GString) expected = g_string_new("one of");
    for (size_t i = 0; words[i].word; i++)
        g_string_append_printf(expected, "%s %s", i ? "," : "", words[i].word);
    refuse(reading, expected->str);
    return false;
}

static bool read_text(const struct reading *reading, void *out)
{
    const struct yaml_node *node = reading->node;
    size_t count = node->kind == YAML_KIND_MAP ? node->count : 1;
    if (node->kind == YAML_KIND_LIST || !count || (node->kind == YAML_KIND_SCALAR && !*node->text))
        return refuse_type(reading);
    const char **languages = yaml_doc_allocate(reading->doc, count * sizeof *languages);
    const char **texts = yaml_doc_allocate(reading->doc, count * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *value = node->kind == YAML_KIND_MAP ? node->items[i] : node;
        struct reading one = *reading;
        one.node = value;
        one.type = YAML_TYPE_STRING;
        languages[i] = node->kind == YAML_KIND_MAP ? node->keys[i]->text : "";
        if (!read_string(&one, &texts[i]))
            return false;
    }
    *(struct yaml_text *)out = (struct yaml_text){.count = count, .languages = languages, .texts = texts};
    return true;
}

static bool read_struct(const struct reading *reading, void *out);
static bool read_many(const struct reading *reading, void *out);

static bool read_value(const struct reading *reading, void *out)
{
    static bool (*const readers[])(const struct reading *, void *) = {
        [YAML_TYPE_STRING] = read_string, [YAML_TYPE_TEXT] = read_text,
        [YAML_TYPE_INT] = read_number,    [YAML_TYPE_DECIMAL] = read_decimal,
        [YAML_TYPE_MONEY] = read_number,  [YAML_TYPE_DURATION] = read_number,
        [YAML_TYPE_BOOL] = read_bool,     [YAML_TYPE_ENUM] = read_enum,
        [YAML_TYPE_STRUCT] = read_struct, [YAML_TYPE_LIST] = read_many,
        [YAML_TYPE_MAP] = read_many,
    };
    if (reading->type == YAML_TYPE_NODE) {
        *(const struct yaml_node **)out = reading->node;
        return true;
    }
    if (reading->type == YAML_TYPE_CUSTOM) {
        reading->field->read(reading->doc, reading->node, out, reading->problems);
        return true;
    }
    return readers[reading->type](reading, out);
}

/* "the settings" are many, whatever has an article of one is one. */
static bool is_plural(const struct yaml_shape *shape)
{
    return g_str_has_prefix(shape->what, "the ") && g_str_has_suffix(shape->what, "s");
}

/* "a step may have id, kind, title" */
static void refuse_key(const struct yaml_shape *shape, const struct yaml_node *key, struct problems *problems)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (const struct yaml_field *field = shape->fields; field->key; field++)
        g_ptr_array_add(known, (gpointer)field->key);
    const char *nearest = suggest_nearest(key->text, (const char *const *)known->pdata, known->len);
    if (nearest) {
        yaml_problem(problems, key, "%c%s %s no `%s`; did you mean `%s`?", g_ascii_toupper(shape->what[0]),
                     shape->what + 1, is_plural(shape) ? "have" : "has", key->text, nearest);
        return;
    }
    g_ptr_array_add(known, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)known->pdata);
    yaml_problem(problems, key, "%c%s %s no `%s`; %s may have: %s.", g_ascii_toupper(shape->what[0]),
                 shape->what + 1, is_plural(shape) ? "have" : "has", key->text,
                 is_plural(shape) ? "they" : "it", all);
}

static const struct yaml_field *field_of(const struct yaml_shape *shape, const char *key)
{
    for (const struct yaml_field *field = shape->fields; field->key; field++)
        if (g_str_equal(field->key, key))
            return field;
    return NULL;
}

static void read_key(struct yaml_doc *doc, const struct yaml_field *field, const struct yaml_node *node,
                     void *out, struct problems *problems)
{
    struct reading reading = {
        .doc = doc, .field = field, .type = field->type, .node = node, .problems = problems};
    read_value(&reading, (char *)out + field->offset);
}

bool yaml_read(struct yaml_doc *doc, const struct yaml_node *node, const struct yaml_shape *shape, void *out,
               struct problems *problems)
{
    size_t before = problems_count(problems);
    ((struct yaml_head *)out)->at = node;
    if (shape->scalar && node->kind == YAML_KIND_SCALAR) {
        read_key(doc, field_of(shape, shape->scalar), node, out, problems);
        return problems_count(problems) == before;
    }
    if (node->kind != YAML_KIND_MAP) {
        g_autofree char *found = found_phrase(node);
        yaml_problem(problems, node, "%c%s should be a map of keys, not %s.", g_ascii_toupper(shape->what[0]),
                     shape->what + 1, found);
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_field *field = field_of(shape, node->keys[i]->text);
        if (field)
            read_key(doc, field, node->items[i], out, problems);
        else
            refuse_key(shape, node->keys[i], problems);
    }
    for (const struct yaml_field *field = shape->fields; field->key; field++)
        if (field->required && !yaml_node_get(node, field->key))
            yaml_problem(problems, node, "%c%s need%s `%s`%s%s.", g_ascii_toupper(shape->what[0]),
                         shape->what + 1, is_plural(shape) ? "" : "s", field->key, field->help ? ": " : "",
                         field->help ? field->help : "");
    return problems_count(problems) == before;
}

static bool read_struct(const struct reading *reading, void *out)
{
    return yaml_read(reading->doc, reading->node, reading->field->shape, out, reading->problems);
}

/* The count of a list or map against its bounds; an empty one is bounded too. */
static bool count_within(const struct reading *reading, size_t count)
{
    const struct yaml_field *field = reading->field;
    if (field->max <= field->min || ((int64_t)count >= field->min && (int64_t)count <= field->max))
        return true;
    yaml_problem(reading->problems, reading->node,
                 "`%s` should have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " items, not %zu.", field->key,
                 field->min, field->max, count);
    return false;
}

/* LIST and MAP: the array goes to `out`, its length to the row's count_offset, which is reckoned from the
 * struct. */
static bool read_many(const struct reading *reading, void *out)
{
    const struct yaml_field *field = reading->field;
    const struct yaml_node *node = reading->node;
    bool map = field->type == YAML_TYPE_MAP;
    bool one = !map && field->or_one && node->kind != YAML_KIND_LIST;
    if (!one && node->kind != (map ? YAML_KIND_MAP : YAML_KIND_LIST))
        return refuse_type(reading);
    size_t count = one ? 1 : node->count;
    bool good = count_within(reading, count);
    bool structs = field->item == YAML_TYPE_STRUCT;
    size_t size = structs ? field->shape->size_bytes
                  : map   ? sizeof(struct yaml_entry)
                          : SCALAR_SIZES[field->item];
    char *items = yaml_doc_allocate(reading->doc, count * size);
    for (size_t i = 0; i < count; i++) {
        struct reading item = *reading;
        item.node = one ? node : node->items[i];
        item.type = field->item;
        char *at = items + i * size;
        if (structs && field->shape->initial)
            memcpy(at, field->shape->initial, size);
        good &= read_value(&item, map && !structs ? at + offsetof(struct yaml_entry, string) : at);
        if (map)
            *(struct yaml_head *)(void *)at = (struct yaml_head){.at = item.node, .key = node->keys[i]->text};
    }
    *(void **)out = items;
    *(size_t *)(void *)((char *)out - field->offset + field->count_offset) = count;
    return good;
}

const char *yaml_text_only(const struct yaml_text *text, const char *language)
{
    for (size_t i = 0; i < text->count; i++)
        if (g_str_equal(text->languages[i], language))
            return text->texts[i];
    return NULL;
}

const char *yaml_text_in(const struct yaml_text *text, const char *language)
{
    language = language != NULL ? language : "en";
    const char *found = yaml_text_only(text, language);
    if (!found)
        found = yaml_text_only(text, "");
    return found || !text->count ? found : text->texts[0];
}
