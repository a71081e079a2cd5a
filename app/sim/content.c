#include "app/sim/content.h"

#include <string.h>

#include "app/sim/table.h"

#define STRUCTS(structure, member, counter, name, shape_of)                                          \
    ROW(structure, member, name, YAML_TYPE_LIST, .item = YAML_TYPE_STRUCT, .shape = (shape_of),      \
        .required = true, .min = 1, .max = 500, .count_offset = offsetof(struct structure, counter), \
        .help = "a list")
#define NUMBER(structure, member, name, most) \
    ROW(structure, member, name, YAML_TYPE_INT, .required = true, .min = 0, .max = (most), .help = "a number")

static const struct yaml_field CITY_FIELDS[] = {
    TEXT(demo_city, name, "name"),
    TEXT(demo_city, postcode, "postcode"),
    {.key = NULL},
};
SHAPE(CITY_SHAPE, "a city", struct demo_city, CITY_FIELDS);

static const struct yaml_field PRODUCT_FIELDS[] = {
    TEXT(demo_product, business, "business"),
    TEXT(demo_product, name, "name"),
    ROW(demo_product, zh, "zh", YAML_TYPE_STRING, .help = "its Chinese name"),
    ROW(demo_product, price_minor, "price", YAML_TYPE_MONEY, .help = "what it costs"),
    {.key = NULL},
};
SHAPE(PRODUCT_SHAPE, "a product", struct demo_product, PRODUCT_FIELDS);

static const struct yaml_field PEOPLE_FIELDS[] = {
    WORDS(demo_people, given, "given"),
    WORDS(demo_people, family, "family"),
    WORDS(demo_people, zh_family, "zh_family"),
    WORDS(demo_people, zh_given, "zh_given"),
    WORDS(demo_people, streets, "streets"),
    WORDS(demo_people, zh_streets, "zh_streets"),
    WORDS(demo_people, merchants, "merchants"),
    STRUCTS(demo_people, cities, city_count, "cities", &CITY_SHAPE),
    STRUCTS(demo_people, zh_cities, zh_city_count, "zh_cities", &CITY_SHAPE),
    STRUCTS(demo_people, products, product_count, "products", &PRODUCT_SHAPE),
    {.key = NULL},
};
SHAPE(PEOPLE_SHAPE, "the people", struct demo_people, PEOPLE_FIELDS);

static const struct yaml_word ROLE_WORDS[] = {{"agent", ROLE_AGENT},     {"specialist", ROLE_SPECIALIST},
                                              {"trainer", ROLE_TRAINER}, {"supervisor", ROLE_SUPERVISOR},
                                              {"admin", ROLE_ADMIN},     {NULL, 0}};
static const struct yaml_word SHIFT_WORDS[] = {
    {"early", DEMO_SHIFT_EARLY}, {"late", DEMO_SHIFT_LATE}, {"day", DEMO_SHIFT_DAY}, {NULL, 0}};
static const struct yaml_word DAY_WORDS[] = {{"mon", 0}, {"tue", 1}, {"wed", 2}, {"thu", 3},
                                             {"fri", 4}, {"sat", 5}, {"sun", 6}, {NULL, 0}};

struct staff_row {
    struct demo_staff staff;
    int *days; /* days[day_count], 0: Monday */
    size_t day_count;
};
static const struct yaml_field STAFF_FIELDS[] = {
    TEXT(staff_row, staff.id, "id"),
    TEXT(staff_row, staff.name, "name"),
    ROW(staff_row, staff.role, "role", YAML_TYPE_ENUM, .required = true, .words = ROLE_WORDS,
        .help = "what they are"),
    WORDS(staff_row, staff.skills, "skills"),
    ROW(staff_row, staff.shift, "shift", YAML_TYPE_ENUM, .words = SHIFT_WORDS, .help = "early, late or day"),
    ROW(staff_row, days, "days", YAML_TYPE_LIST, .item = YAML_TYPE_ENUM, .words = DAY_WORDS, .max = 7,
        .count_offset = offsetof(struct staff_row, day_count), .help = "days from mon to sun"),
    {.key = NULL},
};
SHAPE(STAFF_SHAPE, "somebody of the staff", struct staff_row, STAFF_FIELDS);

#define PLANTED(member, name) TEXT(demo_planted, member, name)
static const struct yaml_field SLOW_FIELDS[] = {
    PLANTED(slow_script, "script"),
    PLANTED(slow_step, "step"),
    NUMBER(demo_planted, slow_factor, "factor", 20),
    {.key = NULL},
};
SHAPE(SLOW_SHAPE, "a slow step", struct demo_planted, SLOW_FIELDS);
static const struct yaml_field BAD_FIELDS[] = {
    PLANTED(bad_article, "id"),
    PLANTED(bad_intent, "intent"),
    NUMBER(demo_planted, bad_opened_percent, "opened_percent", 100),
    NUMBER(demo_planted, bad_resolved_percent, "resolved_percent", 100),
    NUMBER(demo_planted, bad_repeat_percent, "repeat_percent", 100),
    {.key = NULL},
};
SHAPE(BAD_SHAPE, "a bad article", struct demo_planted, BAD_FIELDS);
static const struct yaml_field OUTAGE_FIELDS[] = {
    PLANTED(outage_intent, "intent"),
    PLANTED(outage_city, "city"),
    NUMBER(demo_planted, outage_days_ago, "days_ago", 20),
    NUMBER(demo_planted, outage_from_hour, "from_hour", 23),
    NUMBER(demo_planted, outage_to_hour, "to_hour", 24),
    NUMBER(demo_planted, outage_contacts, "contacts", 500),
    {.key = NULL},
};
SHAPE(OUTAGE_SHAPE, "an outage", struct demo_planted, OUTAGE_FIELDS);

static const struct yaml_field ROLLOUT_FIELDS[] = {
    PLANTED(rollout_script, "script"),
    NUMBER(demo_planted, rollout_days_ago, "days_ago", 20),
    NUMBER(demo_planted, rollout_percent, "percent", 100),
    NUMBER(demo_planted, rollout_slower_percent, "old_takes_percent", 500),
    {.key = NULL},
};
SHAPE(ROLLOUT_SHAPE, "a new version of a script", struct demo_planted, ROLLOUT_FIELDS);

struct planted_file {
    struct yaml_head head;
    struct demo_planted slow, bad, outage, rollout;
};
static const struct yaml_field PLANTED_FIELDS[] = {
    ROW(planted_file, slow, "slow_step", YAML_TYPE_STRUCT, .shape = &SLOW_SHAPE, .required = true),
    ROW(planted_file, bad, "bad_article", YAML_TYPE_STRUCT, .shape = &BAD_SHAPE, .required = true),
    ROW(planted_file, outage, "outage", YAML_TYPE_STRUCT, .shape = &OUTAGE_SHAPE, .required = true),
    ROW(planted_file, rollout, "rollout", YAML_TYPE_STRUCT, .shape = &ROLLOUT_SHAPE, .required = true),
    {.key = NULL},
};
SHAPE(PLANTED_SHAPE, "the planted causes", struct planted_file, PLANTED_FIELDS);

static const struct yaml_field CHANNEL_FIELDS[] = {
    NUMBER(demo_floor, channels[CHANNEL_PHONE], "phone", 100),
    NUMBER(demo_floor, channels[CHANNEL_CHAT], "chat", 100),
    NUMBER(demo_floor, channels[CHANNEL_EMAIL], "email", 100),
    NUMBER(demo_floor, channels[CHANNEL_WEB], "web", 100),
    NUMBER(demo_floor, channels[CHANNEL_SOCIAL], "social", 100),
    NUMBER(demo_floor, channels[CHANNEL_SMS], "sms", 100),
    {.key = NULL},
};
SHAPE(CHANNEL_SHAPE, "the channels", struct demo_floor, CHANNEL_FIELDS);

struct floor_file {
    struct yaml_head head;
    struct staff_row *staff;
    size_t staff_count;
    int64_t *hours, *weekdays;
    size_t hour_count, weekday_count;
    struct demo_floor channels;
    struct planted_file planted;
};
#define LOADS(member, counter, name)                                                                 \
    ROW(floor_file, member, name, YAML_TYPE_LIST, .item = YAML_TYPE_INT, .required = true, .min = 0, \
        .max = 1000, .count_offset = offsetof(struct floor_file, counter), .help = "relative loads")
static const struct yaml_field FLOOR_FIELDS[] = {
    STRUCTS(floor_file, staff, staff_count, "staff", &STAFF_SHAPE),
    LOADS(hours, hour_count, "hours"),
    LOADS(weekdays, weekday_count, "weekdays"),
    ROW(floor_file, channels, "channels", YAML_TYPE_STRUCT, .shape = &CHANNEL_SHAPE, .required = true),
    ROW(floor_file, planted, "planted", YAML_TYPE_STRUCT, .shape = &PLANTED_SHAPE, .required = true),
    {.key = NULL},
};
SHAPE(FLOOR_SHAPE, "the floor", struct floor_file, FLOOR_FIELDS);

/* The tables fill one struct each; here they become one. */
static void gather_planted(struct demo_planted *planted, const struct planted_file *file)
{
    *planted = file->outage;
    planted->rollout_script = file->rollout.rollout_script;
    planted->rollout_days_ago = file->rollout.rollout_days_ago;
    planted->rollout_percent = file->rollout.rollout_percent;
    planted->rollout_slower_percent = file->rollout.rollout_slower_percent;
    planted->slow_script = file->slow.slow_script;
    planted->slow_step = file->slow.slow_step;
    planted->slow_factor = file->slow.slow_factor;
    planted->bad_article = file->bad.bad_article;
    planted->bad_intent = file->bad.bad_intent;
    planted->bad_opened_percent = file->bad.bad_opened_percent;
    planted->bad_resolved_percent = file->bad.bad_resolved_percent;
    planted->bad_repeat_percent = file->bad.bad_repeat_percent;
}

static void gather_floor(struct demo_floor *floor, struct yaml_doc *doc, const struct floor_file *file)
{
    *floor = file->channels;
    floor->staff_count = file->staff_count;
    floor->staff = yaml_doc_allocate(doc, file->staff_count * sizeof *floor->staff);
    for (size_t i = 0; i < file->staff_count; i++) {
        floor->staff[i] = file->staff[i].staff;
        for (size_t j = 0; j < file->staff[i].day_count; j++)
            floor->staff[i].days[file->staff[i].days[j]] = true;
    }
    memcpy(floor->hours, file->hours, MIN(file->hour_count, 24) * sizeof *file->hours);
    memcpy(floor->weekdays, file->weekdays, MIN(file->weekday_count, 7) * sizeof *file->weekdays);
    gather_planted(&floor->planted, &file->planted);
}

static struct yaml_doc *read_file(const char *dir, const char *name, const struct yaml_shape *shape,
                                  void *out, GError **error)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (doc == NULL)
        return NULL;
    struct problems *problems = problems_new(path);
    yaml_read(doc, yaml_doc_root(doc), shape, out, problems);
    if (!problems_none(problems, error))
        g_clear_pointer(&doc, yaml_doc_free);
    problems_free(problems);
    return doc;
}

/* --- articles --- */

static void demo_article_free(struct demo_article *article)
{
    if (article == NULL)
        return;
    g_free(article->id);
    g_free(article->title);
    g_free(article->body);
    g_free(article->tags);
    g_free(article->lang);
    g_free(article->updated);
    g_free(article);
}

struct matter_file {
    struct yaml_head head;
    const char *id, *title, *lang, *updated;
    struct demo_words tags;
};
static const struct yaml_field MATTER_FIELDS[] = {
    TEXT(matter_file, id, "id"),           TEXT(matter_file, title, "title"), TEXT(matter_file, lang, "lang"),
    TEXT(matter_file, updated, "updated"), WORDS(matter_file, tags, "tags"),  {.key = NULL},
};
SHAPE(MATTER_SHAPE, "the front matter", struct matter_file, MATTER_FIELDS);

static struct demo_article *article_of(const struct matter_file *matter, const char *body)
{
    struct demo_article *article = g_new0(struct demo_article, 1);
    GString *tags = g_string_new(NULL);
    for (size_t i = 0; i < matter->tags.count; i++)
        g_string_append_printf(tags, "%s%s", i == 0 ? "" : ", ", matter->tags.items[i]);
    article->id = g_strdup(matter->id);
    article->title = g_strdup(matter->title);
    article->lang = g_strdup(matter->lang);
    article->updated = g_strdup(matter->updated);
    article->tags = g_string_free(tags, false);
    article->body = g_strdup(body);
    return article;
}

/* Reads one article; NULL with a sentence where the front matter is not as the header has it. Caller owns. */
static struct demo_article *demo_article_parse(const char *name, const char *text, GError **error)
{
    const char *end = g_str_has_prefix(text, "---\n") ? strstr(text + 4, "\n---\n") : NULL;
    if (end == NULL) {
        g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS,
                    "%s:1:1: An article begins with its front matter between two lines of ---.", name);
        return NULL;
    }
    struct yaml_doc *doc = yaml_doc_parse(name, text + 4, (size_t)(end - text - 3), error);
    if (doc == NULL)
        return NULL;
    struct matter_file matter = {0};
    struct demo_article *article = NULL;
    struct problems *problems = problems_new(name);
    yaml_read(doc, yaml_doc_root(doc), &MATTER_SHAPE, &matter, problems);
    if (problems_none(problems, error))
        article = article_of(&matter, end + 5);
    problems_free(problems);
    yaml_doc_free(doc);
    return article;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Paths of a folder's files of one kind, sorted; NULL with a sentence where it cannot be read. */
static GPtrArray *paths_of(const char *dir, const char *sub, const char *suffix, GError **error)
{
    g_autofree char *path = g_build_filename(dir, sub, NULL);
    GDir *folder = g_dir_open(path, 0, error);
    if (folder == NULL)
        return NULL;
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        if (g_str_has_suffix(name, suffix))
            g_ptr_array_add(paths, g_build_filename(path, name, NULL));
    }
    g_dir_close(folder);
    g_ptr_array_sort(paths, compare_names);
    return paths;
}

static bool load_articles(struct demo_content *content, GError **error)
{
    g_autoptr(GPtrArray) paths = paths_of(content->dir, "articles", ".md", error);
    for (guint i = 0; paths != NULL && i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        g_autofree char *text = NULL;
        if (!g_file_get_contents(path, &text, NULL, error))
            return false;
        struct demo_article *article = demo_article_parse(path, text, error);
        if (article == NULL)
            return false;
        g_ptr_array_add(content->articles, article);
    }
    return paths != NULL;
}

/* What others use stands before them: it uses less than they do. */
static int by_uses(gconstpointer one, gconstpointer other)
{
    const struct script *a = *(struct script *const *)one, *b = *(struct script *const *)other;
    guint a_uses = g_strv_length((char **)script_uses(a)), b_uses = g_strv_length((char **)script_uses(b));
    return a_uses != b_uses ? (a_uses < b_uses ? -1 : 1) : strcmp(a->file, b->file);
}

static bool load_scripts(struct demo_content *content, GError **error)
{
    g_autoptr(GPtrArray) paths = paths_of(content->dir, "scripts", ".yaml", error);
    for (guint i = 0; paths != NULL && i < paths->len; i++) {
        struct script *script = script_open(g_ptr_array_index(paths, i), error);
        if (script == NULL)
            return false;
        g_ptr_array_add(content->scripts, script);
    }
    g_ptr_array_sort(content->scripts, by_uses);
    return paths != NULL;
}

static bool load_all(struct demo_content *content, GError **error)
{
    struct floor_file floor = {0};
    g_autofree char *cast = g_build_filename(content->dir, "customers.yaml", NULL);
    content->cast = persona_cast_open(cast, error);
    if (content->cast == NULL)
        return false;
    content->people_doc = read_file(content->dir, "people.yaml", &PEOPLE_SHAPE, &content->people, error);
    if (content->people_doc == NULL)
        return false;
    content->floor_doc = read_file(content->dir, "floor.yaml", &FLOOR_SHAPE, &floor, error);
    if (content->floor_doc == NULL)
        return false;
    if (floor.hour_count != 24 || floor.weekday_count != 7) {
        g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS,
                    "%s: `hours` should have 24 loads and `weekdays` 7, not %zu and %zu.",
                    yaml_doc_name(content->floor_doc), floor.hour_count, floor.weekday_count);
        return false;
    }
    gather_floor(&content->floor, content->floor_doc, &floor);
    return load_articles(content, error) && load_scripts(content, error);
}

struct demo_content *demo_content_load(const char *dir, GError **error)
{
    struct demo_content *content = g_new0(struct demo_content, 1);
    content->dir = g_strdup(dir);
    content->articles = g_ptr_array_new_with_free_func((GDestroyNotify)demo_article_free);
    content->scripts = g_ptr_array_new_with_free_func((GDestroyNotify)script_unref);
    if (load_all(content, error))
        return content;
    demo_content_free(content);
    return NULL;
}

void demo_content_free(struct demo_content *content)
{
    if (content == NULL)
        return;
    g_ptr_array_unref(content->articles);
    g_ptr_array_unref(content->scripts);
    persona_cast_free(content->cast);
    if (content->people_doc != NULL)
        yaml_doc_free(content->people_doc);
    if (content->floor_doc != NULL)
        yaml_doc_free(content->floor_doc);
    g_free(content->dir);
    g_free(content);
}

struct script *demo_content_script(const struct demo_content *content, const char *intent)
{
    for (guint i = 0; i < content->scripts->len; i++) {
        struct script *script = g_ptr_array_index(content->scripts, i);
        for (size_t j = 0; j < script->intent_count; j++) {
            if (g_strcmp0(script->intents[j], intent) == 0)
                return script;
        }
    }
    return NULL;
}

const struct demo_article *demo_content_article(const struct demo_content *content, const char *id)
{
    for (guint i = 0; i < content->articles->len; i++) {
        const struct demo_article *article = g_ptr_array_index(content->articles, i);
        if (g_strcmp0(article->id, id) == 0)
            return article;
    }
    return NULL;
}
