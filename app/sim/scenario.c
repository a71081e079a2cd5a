#include "app/sim/scenario.h"

#include <string.h>

#include "app/model/timestamp.h"
#include "app/script/suggest.h"
#include "app/sim/crowd.h"
#include "app/sim/table.h"

#define DAY_MS     INT64_C(86400000)
#define LISTED_MAX 20 /* so many names are told where none is near */

/* The record as the file gives it. */
struct record {
    struct yaml_head head;
    const char *id, *name, *tier, *since, *language, *email, *phone, *postal, *note;
};

struct bought {
    struct yaml_head head;
    const char *id, *item, *status, *currency;
    int64_t total_minor, placed_days, delivered_days; /* days ago; delivered -1: not yet */
};

struct scenario_own {
    struct yaml_doc *doc;
    struct record record;
    struct bought bought;
};

struct expect {
    struct yaml_head head;
    const char *script;
    struct demo_words steps, guarded, articles, dispositions;
};
struct limits {
    struct yaml_head head;
    int64_t answer_ms, reply_ms, handle_ms;
};
struct tone {
    struct yaml_head head;
    struct demo_words say, avoid;
};

struct file {
    struct scenario scenario;
    struct record record;
    struct bought bought;
    struct expect expect;
    struct limits limits;
    struct tone tone;
};

#define SPAN(structure, member, name) ROW(structure, member, name, YAML_TYPE_DURATION, .help = "a time")
#define PART(member, name, of) \
    ROW(file, member, name, YAML_TYPE_STRUCT, .shape = &(of), .help = "a part of the scenario")

static const struct yaml_field RECORD_FIELDS[] = {
    TEXT(record, id, "id"),
    TEXT(record, name, "name"),
    TEXT_OR_NONE(record, tier, "tier"),
    TEXT_OR_NONE(record, since, "since"),
    TEXT_OR_NONE(record, language, "language"),
    TEXT(record, email, "email"),
    TEXT(record, phone, "phone"),
    TEXT(record, postal, "postal"),
    TEXT_OR_NONE(record, note, "note"),
    {.key = NULL},
};
SHAPE(RECORD_SHAPE, "the customer", struct record, RECORD_FIELDS);

static const struct yaml_field BOUGHT_FIELDS[] = {
    TEXT(bought, id, "id"),
    TEXT(bought, item, "item"),
    TEXT(bought, status, "status"),
    TEXT_OR_NONE(bought, currency, "currency"),
    ROW(bought, total_minor, "total", YAML_TYPE_MONEY, .required = true, .help = "what it cost"),
    ROW(bought, placed_days, "placed_days_ago", YAML_TYPE_INT, .required = true, .min = 0, .max = 5000,
        .help = "when it was ordered"),
    ROW(bought, delivered_days, "delivered_days_ago", YAML_TYPE_INT, .min = 0, .max = 5000,
        .help = "when it came"),
    {.key = NULL},
};
SHAPE(BOUGHT_SHAPE, "the order", struct bought, BOUGHT_FIELDS);

static const struct yaml_field EXPECT_FIELDS[] = {
    TEXT_OR_NONE(expect, script, "script"),
    WORDS_OR_NONE(expect, steps, "steps"),
    WORDS_OR_NONE(expect, guarded, "guarded"),
    WORDS_OR_NONE(expect, articles, "articles"),
    WORDS_OR_NONE(expect, dispositions, "dispositions"),
    {.key = NULL},
};
SHAPE(EXPECT_SHAPE, "what is expected", struct expect, EXPECT_FIELDS);

static const struct yaml_field LIMIT_FIELDS[] = {
    SPAN(limits, answer_ms, "answer"),
    SPAN(limits, reply_ms, "reply"),
    SPAN(limits, handle_ms, "handle"),
    {.key = NULL},
};
SHAPE(LIMIT_SHAPE, "the limits", struct limits, LIMIT_FIELDS);

static const struct yaml_field TONE_FIELDS[] = {
    WORDS_OR_NONE(tone, say, "say"),
    WORDS_OR_NONE(tone, avoid, "avoid"),
    {.key = NULL},
};
SHAPE(TONE_SHAPE, "the tone", struct tone, TONE_FIELDS);

static const struct yaml_word FAILURE_WORDS[] = {{"link_down", SCENARIO_FAILURE_LINK_DOWN}, {NULL, 0}};
static const struct yaml_field FAILURE_FIELDS[] = {
    ROW(scenario_failure, kind, "kind", YAML_TYPE_ENUM, .required = true, .words = FAILURE_WORDS,
        .help = "what fails"),
    SPAN(scenario_failure, at_ms, "at"),
    SPAN(scenario_failure, for_ms, "for"),
    {.key = NULL},
};
SHAPE(FAILURE_SHAPE, "a failure", struct scenario_failure, FAILURE_FIELDS);

static const struct yaml_word CHANNEL_WORDS[] = {{"phone", CHANNEL_PHONE},
                                                 {"chat", CHANNEL_CHAT},
                                                 {"email", CHANNEL_EMAIL},
                                                 {"web", CHANNEL_WEB},
                                                 {"social", CHANNEL_SOCIAL},
                                                 {"sms", CHANNEL_SMS},
                                                 {NULL, 0}};

static const struct yaml_field FILE_FIELDS[] = {
    TEXT(file, scenario.id, "scenario"),
    ROW(file, scenario.title, "title", YAML_TYPE_TEXT, .required = true, .help = "what trainers call it"),
    TEXT(file, scenario.business, "business"),
    TEXT(file, scenario.queue, "queue"),
    TEXT(file, scenario.intent, "intent"),
    TEXT(file, scenario.language, "language"),
    TEXT(file, scenario.persona, "persona"),
    ROW(file, scenario.channel, "channel", YAML_TYPE_ENUM, .required = true, .words = CHANNEL_WORDS,
        .help = "how the customer comes"),
    TEXT(file, scenario.opening, "opening"),
    ROW(file, scenario.facts, "facts", YAML_TYPE_MAP, .item = YAML_TYPE_STRING,
        .count_offset = offsetof(struct file, scenario.fact_count), .help = "what the customer can tell"),
    PART(record, "customer", RECORD_SHAPE),
    PART(bought, "order", BOUGHT_SHAPE),
    PART(expect, "expect", EXPECT_SHAPE),
    PART(limits, "limits", LIMIT_SHAPE),
    PART(tone, "tone", TONE_SHAPE),
    ROW(file, scenario.failures, "failures", YAML_TYPE_LIST, .item = YAML_TYPE_STRUCT,
        .shape = &FAILURE_SHAPE, .count_offset = offsetof(struct file, scenario.failure_count),
        .help = "what goes wrong meanwhile"),
    WORDS_OR_NONE(file, scenario.hints, "hints"),
    ROW(file, scenario.pass_percent, "pass", YAML_TYPE_INT, .min = 0, .max = 100,
        .help = "the score that passes"),
    {.key = NULL},
};
SHAPE(FILE_SHAPE, "the scenario", struct file, FILE_FIELDS);

/* The file's parts become one flat struct. */
static struct scenario *gather(const struct file *file, struct yaml_doc *doc)
{
    struct scenario *scenario = g_memdup2(&file->scenario, sizeof *scenario);
    scenario->own = g_new0(struct scenario_own, 1);
    scenario->own->doc = doc;
    scenario->own->record = file->record;
    scenario->own->bought = file->bought;
    scenario->script = file->expect.script;
    scenario->steps = file->expect.steps;
    scenario->guarded = file->expect.guarded;
    scenario->articles = file->expect.articles;
    scenario->dispositions = file->expect.dispositions;
    scenario->answer_ms = file->limits.answer_ms;
    scenario->reply_ms = file->limits.reply_ms;
    scenario->handle_ms = file->limits.handle_ms;
    scenario->say = file->tone.say;
    scenario->avoid = file->tone.avoid;
    return scenario;
}

struct scenario *scenario_open(const char *path, GError **error)
{
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (doc == NULL)
        return NULL;
    struct file file = {.scenario = {.pass_percent = 75},
                        .bought = {.delivered_days = -1, .currency = "EUR"}};
    struct scenario *scenario = NULL;
    struct problems *problems = problems_new(path);
    yaml_read(doc, yaml_doc_root(doc), &FILE_SHAPE, &file, problems);
    if (file.record.id == NULL)
        problems_add(problems, 1, 1, "A scenario needs its `customer`.");
    if (problems_none(problems, error))
        scenario = gather(&file, doc);
    else
        yaml_doc_free(doc);
    problems_free(problems);
    return scenario;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    yaml_doc_free(scenario->own->doc);
    g_free(scenario->own);
    g_free(scenario);
}

/* --- what it names --- */

/* A word of the file must be one of these. What its sentence says of them: "There is no <what> `x`". */
static void check_word(const struct yaml_node *node, const char *what, const GPtrArray *names,
                       struct problems *problems)
{
    for (guint i = 0; node != NULL && node->text != NULL && i < names->len; i++) {
        if (strcmp(g_ptr_array_index(names, i), node->text) == 0)
            return;
    }
    if (node == NULL || node->text == NULL)
        return;
    const char *near = suggest_nearest(node->text, (const char *const *)names->pdata, names->len);
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; near == NULL && names->len <= LISTED_MAX && i < names->len; i++)
        g_string_append_printf(list, "%s%s", i == 0 ? "; there are " : ", ",
                               (const char *)g_ptr_array_index(names, i));
    if (near != NULL)
        g_string_printf(list, "; did you mean `%s`?", near);
    yaml_problem(problems, node, "There is no %s `%s`%s%s", what, node->text, list->str,
                 near != NULL ? "" : ".");
}

static void check_words(const struct yaml_node *list, const char *what, const GPtrArray *names,
                        struct problems *problems)
{
    for (size_t i = 0; list != NULL && list->kind == YAML_KIND_LIST && i < list->count; i++)
        check_word(list->items[i], what, names, problems);
}

static GPtrArray *intents_of(const struct demo_content *content)
{
    size_t count;
    const struct persona_intent *intents = persona_cast_intents(content->cast, &count);
    GPtrArray *names = g_ptr_array_new();
    for (size_t i = 0; i < count; i++)
        g_ptr_array_add(names, (char *)intents[i].id);
    return names;
}

static GPtrArray *personas_of(const struct demo_content *content)
{
    size_t count;
    const struct persona *personas = persona_cast_tempers(content->cast, &count);
    GPtrArray *names = g_ptr_array_new();
    for (size_t i = 0; i < count; i++)
        g_ptr_array_add(names, (char *)personas[i].id);
    return names;
}

static GPtrArray *scripts_of(const struct demo_content *content)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < content->scripts->len; i++)
        g_ptr_array_add(names, (char *)((const struct script *)g_ptr_array_index(content->scripts, i))->id);
    return names;
}

static GPtrArray *articles_of(const struct demo_content *content)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < content->articles->len; i++)
        g_ptr_array_add(names, ((struct demo_article *)g_ptr_array_index(content->articles, i))->id);
    return names;
}

/* The steps of the expected script, else of the intent's; NULL: there is no script to have them. */
static GPtrArray *steps_of(const struct scenario *scenario, const struct demo_content *content)
{
    const struct script *script =
        scenario->script == NULL ? demo_content_script(content, scenario->intent) : NULL;
    for (guint i = 0; scenario->script != NULL && i < content->scripts->len; i++) {
        const struct script *one = g_ptr_array_index(content->scripts, i);
        if (strcmp(one->id, scenario->script) == 0)
            script = one;
    }
    if (script == NULL)
        return NULL;
    GPtrArray *names = g_ptr_array_new();
    for (size_t i = 0; i < script->step_count; i++)
        g_ptr_array_add(names, (char *)script->steps[i].id);
    return names;
}

/* A key "answer.X" answers the question X, whose words the cast knows; other facts fill lines. */
static void check_facts(const struct yaml_node *facts, const struct demo_content *content,
                        struct problems *problems)
{
    size_t count;
    const struct persona_ask *asks = persona_cast_asks(content->cast, &count);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < count; i++)
        g_ptr_array_add(names, g_strconcat("answer.", asks[i].id, NULL));
    for (size_t i = 0; facts != NULL && facts->kind == YAML_KIND_MAP && i < facts->count; i++) {
        if (g_str_has_prefix(facts->keys[i]->text, "answer."))
            check_word(facts->keys[i], "question for the answer", names, problems);
    }
}

static void check_expected(const struct scenario *scenario, const struct yaml_node *expect,
                           const struct demo_content *content, struct problems *problems)
{
    g_autoptr(GPtrArray) scripts = scripts_of(content), articles = articles_of(content),
                         steps = steps_of(scenario, content);
    check_word(yaml_node_get(expect, "script"), "script", scripts, problems);
    check_words(yaml_node_get(expect, "articles"), "article", articles, problems);
    if (steps == NULL)
        return;
    check_words(yaml_node_get(expect, "steps"), "step of the script", steps, problems);
    check_words(yaml_node_get(expect, "guarded"), "step of the script", steps, problems);
}

bool scenario_check(const struct scenario *scenario, const char *path, const struct demo_content *content,
                    const char *const *codes, size_t count, GError **error)
{
    static const char *const languages[] = {"en", "zh"};
    const struct yaml_node *root = yaml_doc_root(scenario->own->doc), *expect = yaml_node_get(root, "expect");
    g_autoptr(GPtrArray) intents = intents_of(content), personas = personas_of(content),
                         known = g_ptr_array_new(), spoken = g_ptr_array_new();
    struct problems *problems = problems_new(path);
    for (size_t i = 0; i < count; i++)
        g_ptr_array_add(known, (char *)codes[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(languages); i++)
        g_ptr_array_add(spoken, (char *)languages[i]);
    check_word(yaml_node_get(root, "intent"), "intent", intents, problems);
    check_word(yaml_node_get(root, "persona"), "persona", personas, problems);
    check_word(yaml_node_get(root, "language"), "language", spoken, problems);
    check_facts(yaml_node_get(root, "facts"), content, problems);
    if (expect != NULL) {
        check_expected(scenario, expect, content, problems);
        check_words(yaml_node_get(expect, "dispositions"), "disposition", known, problems);
    }
    bool is_sound = problems_none(problems, error);
    problems_free(problems);
    return is_sound;
}

static char *date_ago(int64_t now_ms, int64_t days)
{
    int64_t year;
    int month, day;
    timestamp_date(now_ms / DAY_MS - days, &year, &month, &day);
    return g_strdup_printf("%04" G_GINT64_FORMAT "-%02d-%02d", year, month, day);
}

struct customer *scenario_customer(const struct scenario *scenario, int64_t now_ms)
{
    const struct record *record = &scenario->own->record;
    const struct bought *bought = &scenario->own->bought;
    struct customer *c = customer_new(record->id, record->name);
    c->tier = g_strdup(record->tier);
    c->since = g_strdup(record->since);
    c->language = g_strdup(record->language != NULL ? record->language : scenario->language);
    c->consent = g_strdup("service");
    c->postal = g_strdup(record->postal);
    c->note = g_strdup(record->note);
    customer_add_identity(c, IDENTITY_EMAIL, record->email);
    customer_add_identity(c, IDENTITY_PHONE, record->phone);
    if (bought->id == NULL)
        return c;
    struct order *o = order_new(bought->id, c->id);
    o->business = g_strdup(scenario->business);
    o->item = g_strdup(bought->item);
    o->status = g_strdup(bought->status);
    o->currency = g_strdup(bought->currency);
    o->total_minor = bought->total_minor;
    o->placed = date_ago(now_ms, bought->placed_days);
    o->delivered = bought->delivered_days < 0 ? NULL : date_ago(now_ms, bought->delivered_days);
    g_ptr_array_add(c->orders, o);
    return c;
}

GHashTable *scenario_facts(const struct scenario *scenario, const struct demo_content *content,
                           const struct customer *c)
{
    struct sim_random random = {1};
    GHashTable *facts = crowd_facts(content, c, scenario->business, PERSONA_ORDER_ANY, &random);
    for (size_t i = 0; i < scenario->fact_count; i++)
        g_hash_table_replace(facts, g_strdup(scenario->facts[i].head.key),
                             g_strdup(scenario->facts[i].string));
    return facts;
}
