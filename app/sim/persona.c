#include "app/sim/persona.h"

#include <string.h>

#include "app/script/template.h"
#include "app/sim/table.h"

struct signs {
    struct yaml_head head;
    const char **words[PERSONA_SIGN_COUNT];
    size_t counts[PERSONA_SIGN_COUNT];
};

struct answers {
    struct yaml_head head;
    const struct yaml_node *en, *zh;
};

struct file {
    struct yaml_head head;
    struct persona_ask *asks;
    size_t ask_count;
    struct signs signs;
    struct answers answers;
    struct persona *tempers;
    size_t temper_count;
    struct persona_intent *intents;
    size_t intent_count;
};

struct persona_cast {
    struct yaml_doc *doc;
    struct file file;
};

#define COUNTED_WORDS(structure, member, counter, name, ...)                                     \
    ROW(structure, member, name, YAML_TYPE_LIST, .item = YAML_TYPE_STRING, .min = 1, .max = 200, \
        .count_offset = offsetof(struct structure, counter), __VA_ARGS__)
#define STRUCTS(structure, member, counter, name, shape_of)                                               \
    ROW(structure, member, name, YAML_TYPE_LIST, .item = YAML_TYPE_STRUCT, .shape = (shape_of), .min = 1, \
        .max = 200, .required = true, .count_offset = offsetof(struct structure, counter))

static const struct yaml_word ORDER_WORDS[] = {{"any", PERSONA_ORDER_ANY},
                                               {"delivered", PERSONA_ORDER_DELIVERED},
                                               {"coming", PERSONA_ORDER_COMING},
                                               {NULL, 0}};
static const struct yaml_word CLASS_WORDS[] = {{"enquiry", CLASS_ENQUIRY},
                                               {"transaction", CLASS_TRANSACTION},
                                               {"complaint", CLASS_COMPLAINT},
                                               {NULL, 0}};

static const struct yaml_field ASK_FIELDS[] = {
    ROW(persona_ask, id, "id", YAML_TYPE_STRING, .required = true, .help = "the key of its answers"),
    COUNTED_WORDS(persona_ask, words, word_count, "words", .required = true,
                  .help = "by which it is recognised"),
    {.key = NULL},
};
static const struct yaml_shape ASK_SHAPE = {
    .what = "a question", .size_bytes = sizeof(struct persona_ask), .fields = ASK_FIELDS};

#define SIGN(index, name)                                                     \
    COUNTED_WORDS(signs, words[index], counts[index], name, .required = true, \
                  .help = "by which it is recognised")
static const struct yaml_field SIGN_FIELDS[] = {
    SIGN(PERSONA_SIGN_WAIT, "wait"),
    SIGN(PERSONA_SIGN_ENDING, "ending"),
    SIGN(PERSONA_SIGN_GOODBYE, "goodbye"),
    SIGN(PERSONA_SIGN_SORRY, "sorry"),
    SIGN(PERSONA_SIGN_GREETING, "greeting"),
    SIGN(PERSONA_SIGN_PROMISE, "promise"),
    SIGN(PERSONA_SIGN_REFUSAL, "refusal"),
    SIGN(PERSONA_SIGN_SETTLES, "settles"),
    {.key = NULL},
};
static const struct yaml_shape SIGN_SHAPE = {
    .what = "the signs", .size_bytes = sizeof(struct signs), .fields = SIGN_FIELDS};

#define LINES(structure, member, name, ...)                                                         \
    ROW(structure, member, name, YAML_TYPE_NODE, .help = "lists of what is said, in this language", \
        __VA_ARGS__)
static const struct yaml_field ANSWER_FIELDS[] = {
    LINES(answers, en, "en", .required = true),
    LINES(answers, zh, "zh", .required = true),
    {.key = NULL},
};
static const struct yaml_shape ANSWER_SHAPE = {
    .what = "the answers", .size_bytes = sizeof(struct answers), .fields = ANSWER_FIELDS};

static const struct yaml_field TEMPER_FIELDS[] = {
    ROW(persona, id, "id", YAML_TYPE_STRING, .required = true, .help = "its name"),
    ROW(persona, share, "share", YAML_TYPE_INT, .required = true, .min = 1, .max = 100,
        .help = "how many in a hundred are so"),
    ROW(persona, patience_percent, "patience", YAML_TYPE_INT, .min = 10, .max = 1000,
        .help = "percent of the usual patience"),
    ROW(persona, typing, "typing", YAML_TYPE_INT, .min = 1, .max = 50, .help = "characters a second"),
    ROW(persona, generous, "generous", YAML_TYPE_INT, .min = 1, .max = 5,
        .help = "stars given when all went well"),
    ROW(persona, lower, "lower", YAML_TYPE_BOOL, .help = "whether they write without capitals"),
    LINES(persona, en, "en", .required = true),
    LINES(persona, zh, "zh", .required = false),
    {.key = NULL},
};
static const struct persona TEMPER_INITIAL = {.patience_percent = 100, .typing = 6, .generous = 4};
static const struct yaml_shape TEMPER_SHAPE = {.what = "a persona",
                                               .size_bytes = sizeof(struct persona),
                                               .fields = TEMPER_FIELDS,
                                               .initial = &TEMPER_INITIAL};

static const struct yaml_field INTENT_FIELDS[] = {
    ROW(persona_intent, id, "id", YAML_TYPE_STRING, .required = true, .help = "its name"),
    ROW(persona_intent, business, "business", YAML_TYPE_STRING, .required = true,
        .help = "whose customers have it"),
    ROW(persona_intent, contact_class, "class", YAML_TYPE_ENUM, .required = true, .words = CLASS_WORDS,
        .help = "enquiry, transaction or complaint"),
    ROW(persona_intent, order, "order", YAML_TYPE_ENUM, .words = ORDER_WORDS,
        .help = "what has become of the order it is about: any, delivered or coming"),
    ROW(persona_intent, share, "share", YAML_TYPE_INT, .required = true, .min = 0, .max = 100,
        .help = "percent of all contacts"),
    ROW(persona_intent, handle_ms, "handle", YAML_TYPE_DURATION, .required = true,
        .help = "how long an agent usually has it in focus"),
    COUNTED_WORDS(persona_intent, articles, article_count, "articles", .help = "ids of what answers it"),
    ROW(persona_intent, disposition, "disposition", YAML_TYPE_STRING, .required = true,
        .help = "how it usually ends"),
    ROW(persona_intent, subject, "subject", YAML_TYPE_TEXT, .required = true, .help = "its line in lists"),
    COUNTED_WORDS(persona_intent, settled, settled_count, "settled", .required = true,
                  .help = "words that say that the matter is dealt with"),
    LINES(persona_intent, en, "en", .required = true),
    LINES(persona_intent, zh, "zh", .required = false),
    {.key = NULL},
};
static const struct yaml_shape INTENT_SHAPE = {
    .what = "an intent", .size_bytes = sizeof(struct persona_intent), .fields = INTENT_FIELDS};

static const struct yaml_field FILE_FIELDS[] = {
    STRUCTS(file, asks, ask_count, "asks", &ASK_SHAPE),
    ROW(file, signs, "signs", YAML_TYPE_STRUCT, .shape = &SIGN_SHAPE, .required = true,
        .help = "what an agent's sentence can be besides a question"),
    ROW(file, answers, "answers", YAML_TYPE_STRUCT, .shape = &ANSWER_SHAPE, .required = true,
        .help = "answers that do not depend on the matter"),
    STRUCTS(file, tempers, temper_count, "personas", &TEMPER_SHAPE),
    STRUCTS(file, intents, intent_count, "intents", &INTENT_SHAPE),
    {.key = NULL},
};
static const struct yaml_shape FILE_SHAPE = {
    .what = "the cast", .size_bytes = sizeof(struct file), .fields = FILE_FIELDS};

/* A map of lists of texts; `scope` names it in sentences. */
static void check_lines(const struct yaml_node *map, const char *scope, struct problems *problems)
{
    if (map == NULL)
        return;
    if (map->kind != YAML_KIND_MAP) {
        yaml_problem(problems, map, "The lines of %s should be lists under their keys.", scope);
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *list = map->items[i];
        bool good = list->kind == YAML_KIND_LIST && list->count > 0;
        for (size_t j = 0; good && j < list->count; j++)
            good = list->items[j]->kind == YAML_KIND_SCALAR;
        if (!good)
            yaml_problem(problems, list, "`%s` of %s should be a list of texts.", map->keys[i]->text, scope);
    }
}

static void check_file(const struct file *file, struct problems *problems)
{
    check_lines(file->answers.en, "the answers", problems);
    check_lines(file->answers.zh, "the answers", problems);
    for (size_t i = 0; i < file->temper_count; i++) {
        check_lines(file->tempers[i].en, file->tempers[i].id, problems);
        check_lines(file->tempers[i].zh, file->tempers[i].id, problems);
    }
    for (size_t i = 0; i < file->intent_count; i++) {
        check_lines(file->intents[i].en, file->intents[i].id, problems);
        check_lines(file->intents[i].zh, file->intents[i].id, problems);
    }
}

struct persona_cast *persona_cast_open(const char *path, GError **error)
{
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (doc == NULL)
        return NULL;
    struct persona_cast *cast = g_new0(struct persona_cast, 1);
    cast->doc = doc;
    struct problems *problems = problems_new(path);
    if (yaml_read(doc, yaml_doc_root(doc), &FILE_SHAPE, &cast->file, problems))
        check_file(&cast->file, problems);
    if (!problems_none(problems, error))
        g_clear_pointer(&cast, persona_cast_free);
    problems_free(problems);
    return cast;
}

void persona_cast_free(struct persona_cast *cast)
{
    if (cast == NULL)
        return;
    yaml_doc_free(cast->doc);
    g_free(cast);
}

const struct persona *persona_cast_tempers(const struct persona_cast *cast, size_t *count)
{
    *count = cast->file.temper_count;
    return cast->file.tempers;
}

const struct persona_intent *persona_cast_intents(const struct persona_cast *cast, size_t *count)
{
    *count = cast->file.intent_count;
    return cast->file.intents;
}

const struct persona_ask *persona_cast_asks(const struct persona_cast *cast, size_t *count)
{
    *count = cast->file.ask_count;
    return cast->file.asks;
}

const struct persona_intent *persona_cast_intent(const struct persona_cast *cast, const char *id)
{
    for (size_t i = 0; i < cast->file.intent_count; i++) {
        if (g_strcmp0(cast->file.intents[i].id, id) == 0)
            return &cast->file.intents[i];
    }
    return NULL;
}

const struct persona *persona_cast_temper(const struct persona_cast *cast, const char *id)
{
    for (size_t i = 0; i < cast->file.temper_count; i++) {
        if (g_strcmp0(cast->file.tempers[i].id, id) == 0)
            return &cast->file.tempers[i];
    }
    return NULL;
}

int persona_escalates_percent(const struct persona_intent *intent)
{
    return intent->contact_class == CLASS_COMPLAINT ? 18 : 7;
}

bool persona_cast_has_sign(const struct persona_cast *cast, enum persona_sign sign, const char *lower)
{
    const struct signs *signs = &cast->file.signs;
    for (size_t i = 0; i < signs->counts[sign]; i++) {
        if (strstr(lower, signs->words[sign][i]) != NULL)
            return true;
    }
    return false;
}

static const struct yaml_node *in_language(const struct yaml_node *en, const struct yaml_node *zh,
                                           const char *language, const char *key)
{
    const struct yaml_node *own = zh != NULL && g_strcmp0(language, "zh") == 0 ? zh : en;
    return own == NULL ? NULL : yaml_node_get(own, key);
}

const struct yaml_node *persona_cast_answers(const struct persona_cast *cast, const char *language,
                                             const char *key)
{
    return in_language(cast->file.answers.en, cast->file.answers.zh, language, key);
}

const struct yaml_node *persona_lines(const struct persona *temper, const char *language, const char *key)
{
    return in_language(temper->en, temper->zh, language, key);
}

const struct yaml_node *persona_intent_lines(const struct persona_intent *intent, const char *language,
                                             const char *key)
{
    return in_language(intent->en, intent->zh, language, key);
}

bool persona_intent_speaks(const struct persona_intent *intent, const char *language)
{
    return g_strcmp0(language, "zh") != 0 || intent->zh != NULL;
}

struct filling {
    GHashTable *facts;
    bool missing;
};

static const char *fact_or_fallback(void *data, const char *name, const char *fallback)
{
    struct filling *filling = data;
    const char *fact = filling->facts == NULL ? NULL : g_hash_table_lookup(filling->facts, name);
    if (fact == NULL)
        fact = fallback;
    if (fact == NULL)
        filling->missing = true;
    return fact == NULL ? "" : fact;
}

char *persona_fill(const char *text, GHashTable *facts)
{
    struct filling filling = {.facts = facts};
    char *filled = template_render(text, fact_or_fallback, &filling);
    if (filling.missing)
        g_clear_pointer(&filled, g_free);
    return filled;
}

char *persona_tell(const struct yaml_node *lines, GHashTable *facts, size_t index)
{
    for (size_t i = 0; lines != NULL && i < lines->count; i++) {
        char *line = persona_fill(lines->items[(index + i) % lines->count]->text, facts);
        if (line != NULL)
            return line;
    }
    return NULL;
}

char *persona_pick(const struct yaml_node *lines, GHashTable *facts, struct sim_random *random)
{
    return lines == NULL ? NULL : persona_tell(lines, facts, sim_random_index(random, lines->count));
}
