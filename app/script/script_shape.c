/* The tables of a script's file; see script_read.h. What the keys mean: docs/firstline-script.5. */
#include "app/script/script_read.h"

const struct yaml_word SCRIPT_KIND_WORDS[] = {
    {"say", SCRIPT_KIND_SAY},           {"ask", SCRIPT_KIND_ASK},
    {"choose", SCRIPT_KIND_CHOOSE},     {"form", SCRIPT_KIND_FORM},
    {"check", SCRIPT_KIND_CHECK},       {"action", SCRIPT_KIND_ACTION},
    {"approve", SCRIPT_KIND_APPROVE},   {"kb", SCRIPT_KIND_KB},
    {"wait", SCRIPT_KIND_WAIT},         {"transfer", SCRIPT_KIND_TRANSFER},
    {"escalate", SCRIPT_KIND_ESCALATE}, {"each", SCRIPT_KIND_EACH},
    {"end", SCRIPT_KIND_END},           {NULL, 0},
};

const struct yaml_word SCRIPT_CLASS_WORDS[] = {
    {"value", SCRIPT_CLASS_VALUE},
    {"required", SCRIPT_CLASS_REQUIRED},
    {"waste", SCRIPT_CLASS_WASTE},
    {NULL, 0},
};

const struct yaml_word SCRIPT_WASTE_WORDS[] = {
    {"waiting", SCRIPT_WASTE_WAITING},
    {"rework", SCRIPT_WASTE_REWORK},
    {"re-entry", SCRIPT_WASTE_RE_ENTRY},
    {"re-verification", SCRIPT_WASTE_RE_VERIFICATION},
    {"search", SCRIPT_WASTE_SEARCH},
    {"handover", SCRIPT_WASTE_HANDOVER},
    {"approval", SCRIPT_WASTE_APPROVAL},
    {"over-processing", SCRIPT_WASTE_OVER_PROCESSING},
    {NULL, 0},
};

static const struct yaml_word CHECKSUM_WORDS[] = {{"luhn", SCRIPT_CHECKSUM_LUHN}, {NULL, 0}};

static const struct yaml_word WAIT_WORDS[] = {
    {"customer", SCRIPT_WAIT_CUSTOMER},
    {"other", SCRIPT_WAIT_OTHER},
    {NULL, 0},
};

static const struct yaml_word INTAKE_WORDS[] = {
    {"rule", SCRIPT_INTAKE_RULE},
    {"ask", SCRIPT_INTAKE_ASK},
    {NULL, 0},
};

static const struct yaml_word CONTACT_CLASS_WORDS[] = {
    {"enquiry", 0}, {"transaction", 1}, {"complaint", 2}, {NULL, 0}};

#define ROW(structure, member, name, row_type, ...)                                                  \
    {                                                                                                \
        .key = (name), .type = (row_type), .offset = offsetof(struct structure, member), __VA_ARGS__ \
    }
#define MANY(structure, member, counter, name, row_type, row_item, ...)                                      \
    {                                                                                                        \
        .key = (name), .type = (row_type), .offset = offsetof(struct structure, member), .item = (row_item), \
        .count_offset = offsetof(struct structure, counter), __VA_ARGS__                                     \
    }

static const struct yaml_field OPTION_FIELDS[] = {
    ROW(script_option, value, "value", YAML_TYPE_STRING, .required = true, .min = 1, .max = 100,
        .help = "what is stored and compared"),
    ROW(script_option, title, "title", YAML_TYPE_TEXT, .help = "what is shown"),
    {.key = NULL},
};
static const struct yaml_shape OPTION_SHAPE = {.what = "an option",
                                               .size_bytes = sizeof(struct script_option),
                                               .fields = OPTION_FIELDS,
                                               .scalar = "value"};

/* `length: [2, 40]` */
static void read_length(struct yaml_doc *doc, const struct yaml_node *node, void *out,
                        struct problems *problems)
{
    (void)doc;
    int64_t *length = out, least = 0, most = 0;
    bool good = node->kind == YAML_KIND_LIST && node->count == 2 && node->items[0]->text &&
                node->items[1]->text && yaml_parse_int(node->items[0]->text, &least) &&
                yaml_parse_int(node->items[1]->text, &most) && least >= 0 && most >= MAX(least, 1) &&
                most <= VALUE_MAX_CHARS;
    if (!good) {
        yaml_problem(problems, node,
                     "`length` should be the least and the most characters, such as [2, 40].");
        return;
    }
    length[0] = least;
    length[1] = most;
}

/* `range: [1, 99]`; what the two texts mean is known only with the field's type, so script_link reads them.
 */
static void read_range(struct yaml_doc *doc, const struct yaml_node *node, void *out,
                       struct problems *problems)
{
    (void)doc;
    const char **range = out;
    if (node->kind != YAML_KIND_LIST || node->count != 2 || !node->items[0]->text || !node->items[1]->text) {
        yaml_problem(problems, node, "`range` should be the least and the greatest value, such as [1, 99].");
        return;
    }
    range[0] = node->items[0]->text;
    range[1] = node->items[1]->text;
}

static const struct yaml_field FIELD_FIELDS[] = {
    ROW(script_field, name, "name", YAML_TYPE_STRING, .required = true, .min = 1, .max = 40,
        .help = "by which conditions and texts know the answer"),
    ROW(script_field, label, "label", YAML_TYPE_TEXT, .help = "what the agent sees before it"),
    ROW(script_field, type, "type", YAML_TYPE_ENUM, .required = true, .words = VALUE_TYPE_WORDS,
        .help = "what kind of value it takes"),
    ROW(script_field, required, "required", YAML_TYPE_BOOL,
        .help = "whether the step can be done without it"),
    ROW(script_field, personal, "personal", YAML_TYPE_BOOL, .help = "whether it is personal data"),
    MANY(script_field, options, option_count, "options", YAML_TYPE_LIST, YAML_TYPE_STRUCT,
         .shape = &OPTION_SHAPE, .min = 2, .max = 30, .help = "what can be chosen"),
    ROW(script_field, length, "length", YAML_TYPE_CUSTOM, .read = read_length),
    ROW(script_field, range, "range", YAML_TYPE_CUSTOM, .read = read_range),
    ROW(script_field, regex, "regex", YAML_TYPE_STRING,
        .help = "the pattern that the whole value must match"),
    ROW(script_field, checksum, "checksum", YAML_TYPE_ENUM, .words = CHECKSUM_WORDS,
        .help = "how its digits are proved"),
    MANY(script_field, from, from_count, "from", YAML_TYPE_LIST, YAML_TYPE_STRING, .or_one = true,
         .help = "the names of what fills it, the first known one"),
    ROW(script_field, capture, "capture", YAML_TYPE_STRING,
        .help = "the pattern of what to take out of contact.text"),
    ROW(script_field, match, "match", YAML_TYPE_STRING, .help = "the fact that it must equal"),
    ROW(script_field, hint, "hint", YAML_TYPE_TEXT, .help = "advice shown beside it"),
    {.key = NULL},
};
static const struct script_field FIELD_INITIAL = {.required = true};
static const struct yaml_shape FIELD_SHAPE = {.what = "a field",
                                              .size_bytes = sizeof(struct script_field),
                                              .fields = FIELD_FIELDS,
                                              .initial = &FIELD_INITIAL};

static const struct yaml_field BRANCH_FIELDS[] = {
    ROW(script_branch, when, "when", YAML_TYPE_STRING, .help = "the condition; without it, always"),
    ROW(script_branch, to, "to", YAML_TYPE_STRING, .required = true, .help = "the id of the step"),
    ROW(script_branch, title, "title", YAML_TYPE_TEXT, .help = "the condition in words"),
    {.key = NULL},
};
static const struct yaml_shape BRANCH_SHAPE = {
    .what = "a way on", .size_bytes = sizeof(struct script_branch), .fields = BRANCH_FIELDS, .scalar = "to"};

static const struct yaml_field RESULT_FIELDS[] = {
    ROW(script_result, to, "to", YAML_TYPE_STRING, .required = true, .help = "the id of the step"),
    ROW(script_result, title, "title", YAML_TYPE_TEXT, .help = "what is shown"),
    {.key = NULL},
};
static const struct yaml_shape RESULT_SHAPE = {
    .what = "a result", .size_bytes = sizeof(struct script_result), .fields = RESULT_FIELDS, .scalar = "to"};

static const struct yaml_field RULE_FIELDS[] = {
    ROW(script_rule, must, "must", YAML_TYPE_STRING, .required = true,
        .help = "the condition that must hold"),
    ROW(script_rule, otherwise, "else", YAML_TYPE_TEXT, .required = true,
        .help = "the sentence to show when it does not"),
    {.key = NULL},
};
static const struct yaml_shape RULE_SHAPE = {
    .what = "a rule", .size_bytes = sizeof(struct script_rule), .fields = RULE_FIELDS};

/* What every step must have is checked in script_link: one that says `use` may have it from there. */
static const struct yaml_field STEP_FIELDS[] = {
    ROW(script_step, id, "id", YAML_TYPE_STRING, .required = true, .min = 1, .max = 40,
        .help = "by which other steps name it"),
    ROW(script_step, use, "use", YAML_TYPE_STRING,
        .help = "the script, or the script/step, whose steps stand here"),
    ROW(script_step, kind, "kind", YAML_TYPE_ENUM, .words = SCRIPT_KIND_WORDS, .help = "what is done in it"),
    ROW(script_step, title, "title", YAML_TYPE_TEXT, .help = "its line in the list of steps"),
    ROW(script_step, step_class, "class", YAML_TYPE_ENUM, .words = SCRIPT_CLASS_WORDS,
        .help = "value, required or waste"),
    ROW(script_step, waste, "waste", YAML_TYPE_ENUM, .words = SCRIPT_WASTE_WORDS,
        .help = "the kind of waste"),
    ROW(script_step, target_ms, "target", YAML_TYPE_DURATION, .help = "how long it should take"),
    ROW(script_step, say, "say", YAML_TYPE_TEXT, .help = "what to tell the customer"),
    ROW(script_step, todo, "do", YAML_TYPE_TEXT, .help = "what the agent does"),
    MANY(script_step, fields, field_count, "fields", YAML_TYPE_LIST, YAML_TYPE_STRUCT, .shape = &FIELD_SHAPE,
         .min = 1, .max = 20, .help = "what is asked"),
    MANY(script_step, next, next_count, "next", YAML_TYPE_LIST, YAML_TYPE_STRUCT, .shape = &BRANCH_SHAPE,
         .or_one = true, .min = 1, .max = 30, .help = "where it leads"),
    MANY(script_step, results, result_count, "results", YAML_TYPE_MAP, YAML_TYPE_STRUCT,
         .shape = &RESULT_SHAPE, .min = 1, .max = 12, .help = "what can come of it, and where each leads"),
    MANY(script_step, rules, rule_count, "rules", YAML_TYPE_LIST, YAML_TYPE_STRUCT, .shape = &RULE_SHAPE,
         .or_one = true, .min = 1, .max = 20, .help = "what the answers must be to each other"),
    ROW(script_step, items, "items", YAML_TYPE_STRING, .help = "the name of the list"),
    ROW(script_step, as, "as", YAML_TYPE_STRING, .help = "the name of the item at hand"),
    ROW(script_step, need, "need", YAML_TYPE_INT, .min = 1, .max = 20, .help = "how many fields must match"),
    ROW(script_step, action, "action", YAML_TYPE_STRING, .help = "the name of what is called"),
    MANY(script_step, with, with_count, "with", YAML_TYPE_MAP, YAML_TYPE_STRING,
         .help = "which values go along, by their names"),
    ROW(script_step, timeout_ms, "timeout", YAML_TYPE_DURATION, .help = "how long to wait for it"),
    MANY(script_step, approvers, approver_count, "approvers", YAML_TYPE_LIST, YAML_TYPE_STRING,
         .or_one = true, .help = "the roles that may grant it"),
    ROW(script_step, preauthorised, "preauthorised", YAML_TYPE_STRING, .help = "when it is granted at once"),
    ROW(script_step, due_ms, "due", YAML_TYPE_DURATION, .help = "how soon it should be decided"),
    ROW(script_step, expires_ms, "expires", YAML_TYPE_DURATION,
        .help = "after which it is not decided any more"),
    ROW(script_step, intake, "intake", YAML_TYPE_ENUM, .words = INTAKE_WORDS,
        .help = "what is done about it when the contact comes in"),
    ROW(script_step, article, "article", YAML_TYPE_STRING, .help = "the id of the article"),
    ROW(script_step, query, "query", YAML_TYPE_TEXT, .help = "what to search for"),
    ROW(script_step, wait_for, "for", YAML_TYPE_ENUM, .words = WAIT_WORDS, .help = "who is waited for"),
    ROW(script_step, queue, "queue", YAML_TYPE_STRING, .help = "where the contact goes"),
    ROW(script_step, request, "ask", YAML_TYPE_TEXT, .help = "what is asked of them"),
    ROW(script_step, disposition, "disposition", YAML_TYPE_STRING, .help = "the code of how it ended"),
    ROW(script_step, resolved, "resolved", YAML_TYPE_BOOL,
        .help = "whether the customer's matter is settled"),
    {.key = NULL},
};
const struct yaml_shape SCRIPT_STEP_SHAPE = {
    .what = "a step", .size_bytes = sizeof(struct script_step), .fields = STEP_FIELDS};

/* The class is kept as its word, which is all that is done with it. */
static void read_contact_class(struct yaml_doc *doc, const struct yaml_node *node, void *out,
                               struct problems *problems)
{
    (void)doc;
    int value = 0;
    if (node->kind != YAML_KIND_SCALAR || !yaml_word_value(CONTACT_CLASS_WORDS, node->text, &value)) {
        yaml_problem(problems, node, "`class` should be one of enquiry, transaction, complaint.");
        return;
    }
    *(const char **)out = node->text;
}

static const struct yaml_field VALUE_FIELDS[] = {
    ROW(script_value, type, "type", YAML_TYPE_ENUM, .required = true, .words = VALUE_TYPE_WORDS,
        .help = "what kind of value it is"),
    ROW(script_value, is, "is", YAML_TYPE_STRING, .required = true,
        .help = "the expression that computes it"),
    ROW(script_value, label, "label", YAML_TYPE_TEXT, .help = "what the agent sees before it"),
    {.key = NULL},
};
static const struct yaml_shape VALUE_SHAPE = {
    .what = "a value", .size_bytes = sizeof(struct script_value), .fields = VALUE_FIELDS};

static const struct yaml_field SCRIPT_FIELDS[] = {
    ROW(script, id, "script", YAML_TYPE_STRING, .required = true, .min = 1, .max = 60,
        .help = "the id of the script"),
    ROW(script, format, "format", YAML_TYPE_INT, .min = 1, .max = 99, .help = "the version of this language"),
    ROW(script, version, "version", YAML_TYPE_INT, .required = true, .min = 1, .max = 1000000,
        .help = "raised with each change"),
    ROW(script, title, "title", YAML_TYPE_TEXT, .required = true, .help = "what agents call it"),
    ROW(script, owner, "owner", YAML_TYPE_STRING, .help = "who answers for it"),
    MANY(script, languages, language_count, "languages", YAML_TYPE_LIST, YAML_TYPE_STRING, .or_one = true,
         .min = 1, .max = 8, .help = "those every text is in"),
    MANY(script, intents, intent_count, "intents", YAML_TYPE_LIST, YAML_TYPE_STRING, .or_one = true,
         .help = "the intents of the contacts it is for"),
    MANY(script, queues, queue_count, "queues", YAML_TYPE_LIST, YAML_TYPE_STRING, .or_one = true,
         .help = "the queues it is for"),
    ROW(script, contact_class, "class", YAML_TYPE_CUSTOM, .read = read_contact_class),
    ROW(script, business, "business", YAML_TYPE_STRING, .help = "a word to group scripts by"),
    MANY(script, values, value_count, "values", YAML_TYPE_MAP, YAML_TYPE_STRUCT, .shape = &VALUE_SHAPE,
         .min = 1, .max = 50, .help = "values that are computed, by their names"),
    MANY(script, steps, step_count, "steps", YAML_TYPE_LIST, YAML_TYPE_STRUCT, .shape = &SCRIPT_STEP_SHAPE,
         .required = true, .min = 1, .max = SCRIPT_STEPS_MAX, .help = "what is done, in order of reading"),
    {.key = NULL},
};
const struct yaml_shape SCRIPT_SHAPE = {
    .what = "a script", .size_bytes = sizeof(struct script), .fields = SCRIPT_FIELDS};
