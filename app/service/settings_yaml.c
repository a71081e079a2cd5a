/* settings_from_yaml: the YAML file's tables, and the JSON made of them. */
#include "app/service/settings.h"

#include <stddef.h>
#include <string.h>

#include "app/model/names.h"
#include "app/model/rights.h"
#include "app/script/yaml.h"
#include "app/service/settings_names.h"

struct queue_row {
    struct yaml_head head;
    const char *id, *name, *business, *skill, *language, *escalates_to, *hours;
    int64_t line, percent, answer_ms, reply_ms, offer_ms, wrap_ms;
};
#define QUEUE(key_, type_, member, ...)                              \
    {                                                                \
        key_, type_, offsetof(struct queue_row, member), __VA_ARGS__ \
    }
static const struct yaml_field queue_fields[] = {
    QUEUE("id", YAML_TYPE_STRING, id, .required = true, .help = "its short name in events and reports"),
    QUEUE("name", YAML_TYPE_STRING, name, .required = true, .help = "what agents call it"),
    QUEUE("business", YAML_TYPE_STRING, business, .help = "whose customers these are"),
    QUEUE("skill", YAML_TYPE_STRING, skill, .help = "what an agent must have to be offered its contacts"),
    QUEUE("language", YAML_TYPE_STRING, language, .help = "en or zh"),
    QUEUE("line", YAML_TYPE_INT, line, .min = 1, .max = 2, .help = "1 for the first line, 2 for the second"),
    QUEUE("escalates_to", YAML_TYPE_STRING, escalates_to, .help = "the second-line queue"),
    QUEUE("service_level", YAML_TYPE_INT, percent, .min = 1, .max = 100, .help = "percent answered in time"),
    QUEUE("answer_within", YAML_TYPE_DURATION, answer_ms,
          .help = "the service level's time for phone and chat"),
    QUEUE("first_reply", YAML_TYPE_DURATION, reply_ms, .help = "the target for mail, web, social and sms"),
    QUEUE("offer", YAML_TYPE_DURATION, offer_ms, .min = 1000, .max = 600000,
          .help = "how long an offer rings"),
    QUEUE("wrap", YAML_TYPE_DURATION, wrap_ms, .max = 900000,
          .help = "after which wrap-up is closed; 0 for never"),
    QUEUE("hours", YAML_TYPE_STRING, hours,
          .help = "when it is open, if not as all are: zone=Europe/Oslo;mon=08:00-16:00"),
    {0},
};
static const struct queue_row queue_initial = {
    .line = 1, .percent = 80, .answer_ms = 20000, .reply_ms = 4 * 3600 * INT64_C(1000), .offer_ms = 20000};
static const struct yaml_shape queue_shape = {"a queue", sizeof(struct queue_row), queue_fields,
                                              .initial = &queue_initial};

struct disposition_row {
    struct yaml_head head;
    const char *code, *label;
    bool resolved, customer_gone;
};
static const struct yaml_field disposition_fields[] = {
    {"code", YAML_TYPE_STRING, offsetof(struct disposition_row, code), .required = true,
     .help = "its short name"},
    {"label", YAML_TYPE_STRING, offsetof(struct disposition_row, label), .required = true,
     .help = "as agents see it"},
    {"resolved", YAML_TYPE_BOOL, offsetof(struct disposition_row, resolved),
     .help = "whether the matter is solved"},
    {"customer_gone", YAML_TYPE_BOOL, offsetof(struct disposition_row, customer_gone),
     .help = "proposed where the customer left before the end"},
    {0},
};
static const struct yaml_shape disposition_shape = {
    .what = "a disposition", .size_bytes = sizeof(struct disposition_row), .fields = disposition_fields};

struct canned_row {
    struct yaml_head head;
    const char *id, *title, *text, *language;
};
static const struct yaml_field canned_fields[] = {
    {"id", YAML_TYPE_STRING, offsetof(struct canned_row, id), .required = true, .help = "its short name"},
    {"title", YAML_TYPE_STRING, offsetof(struct canned_row, title), .required = true,
     .help = "as the list shows it"},
    {"text", YAML_TYPE_STRING, offsetof(struct canned_row, text), .required = true,
     .help = "what is inserted"},
    {"language", YAML_TYPE_STRING, offsetof(struct canned_row, language), .help = "en or zh"},
    {0},
};
static const struct yaml_shape canned_shape = {
    .what = "a canned text", .size_bytes = sizeof(struct canned_row), .fields = canned_fields};

#define DAYS_30_MS (30 * 24 * 3600 * INT64_C(1000))

struct approvals_row {
    struct yaml_head head;
    int64_t preauthorised_minor, due_ms, expires_ms;
    struct yaml_entry *limits, *currencies, *stand_ins;
    size_t limit_count, currency_count, stand_in_count;
};
static const struct yaml_field approvals_fields[] = {
    {"preauthorised", YAML_TYPE_MONEY, offsetof(struct approvals_row, preauthorised_minor),
     .help = "what is granted at once, up to this amount"},
    {"limits", YAML_TYPE_MAP, offsetof(struct approvals_row, limits),
     .count_offset = offsetof(struct approvals_row, limit_count), .item = YAML_TYPE_MONEY,
     .help = "up to which amount a role decides; without one: any"},
    {"currencies", YAML_TYPE_MAP, offsetof(struct approvals_row, currencies),
     .count_offset = offsetof(struct approvals_row, currency_count), .item = YAML_TYPE_MONEY,
     .help = "how much of another currency counts as one of the limits' own"},
    {"due", YAML_TYPE_DURATION, offsetof(struct approvals_row, due_ms), .min = 1000, .max = DAYS_30_MS,
     .help = "by when one should be decided, where the script does not say"},
    {"expires", YAML_TYPE_DURATION, offsetof(struct approvals_row, expires_ms), .min = 1000,
     .max = DAYS_30_MS, .help = "after which nobody decides any more, where the script does not say"},
    {"stand_ins", YAML_TYPE_MAP, offsetof(struct approvals_row, stand_ins),
     .count_offset = offsetof(struct approvals_row, stand_in_count), .item = YAML_TYPE_STRING,
     .help = "who decides in whose stead: agent to agent"},
    {0},
};
static const struct yaml_shape approvals_shape = {
    .what = "the approvals", .size_bytes = sizeof(struct approvals_row), .fields = approvals_fields};

struct settings_file {
    struct yaml_head head;
    struct approvals_row approvals;
    struct queue_row *queues;
    struct disposition_row *dispositions;
    struct canned_row *canned;
    const char **reasons, **skills;
    const char *sign_in_help, *currency;
    struct yaml_entry *scripts, *rates, *hours;
    const struct yaml_node *roles;
    size_t queue_count, disposition_count, canned_count, reason_count, skill_count, script_count, rate_count,
        hours_count;
};
#define LIST(key_, member, count, ...)                                         \
    {                                                                          \
        key_, YAML_TYPE_LIST, offsetof(struct settings_file, member),          \
            .count_offset = offsetof(struct settings_file, count), __VA_ARGS__ \
    }
#define MAP(key_, member, count, ...)                                          \
    {                                                                          \
        key_, YAML_TYPE_MAP, offsetof(struct settings_file, member),           \
            .count_offset = offsetof(struct settings_file, count), __VA_ARGS__ \
    }
static const struct yaml_field file_fields[] = {
    LIST("queues", queues, queue_count, .item = YAML_TYPE_STRUCT, .shape = &queue_shape, .required = true,
         .help = "where contacts wait"),
    LIST("dispositions", dispositions, disposition_count, .item = YAML_TYPE_STRUCT,
         .shape = &disposition_shape, .help = "how contacts end"),
    LIST("canned", canned, canned_count, .item = YAML_TYPE_STRUCT, .shape = &canned_shape,
         .help = "texts that agents insert"),
    LIST("reasons", reasons, reason_count, .item = YAML_TYPE_STRING, .help = "why an agent is not ready"),
    LIST("skills", skills, skill_count, .item = YAML_TYPE_STRING, .help = "what queues may ask of agents"),
    {"sign_in_help", YAML_TYPE_STRING, offsetof(struct settings_file, sign_in_help), .max = 200,
     .help = "a sentence for who is asked for a password: whom to call"},
    MAP("scripts", scripts, script_count, .item = YAML_TYPE_STRING,
        .help = "the script proposed for an intent"),
    MAP("rates", rates, rate_count, .item = YAML_TYPE_MONEY, .help = "cost of an hour on a channel"),
    {"currency", YAML_TYPE_STRING, offsetof(struct settings_file, currency), .help = "of the rates: EUR"},
    MAP("hours", hours, hours_count, .item = YAML_TYPE_STRING,
        .help = "opening hours of mon to sun and of dates, and their zone"),
    {"approvals", YAML_TYPE_STRUCT, offsetof(struct settings_file, approvals), .shape = &approvals_shape,
     .help = "who decides on how much, and by when"},
    {"roles", YAML_TYPE_NODE, offsetof(struct settings_file, roles), .help = "rights of each role"},
    {0},
};
static const struct yaml_shape file_shape = {
    .what = "the settings", .size_bytes = sizeof(struct settings_file), .fields = file_fields};

static void add_text(cJSON *json, const char *name, const char *text)
{
    if (text)
        cJSON_AddStringToObject(json, name, text);
}

static void add_queues(cJSON *json, const struct settings_file *file)
{
    cJSON *rows = cJSON_AddArrayToObject(json, "queues");
    for (size_t i = 0; i < file->queue_count; i++) {
        const struct queue_row *row = &file->queues[i];
        cJSON *q = cJSON_CreateObject();
        add_text(q, "id", row->id);
        add_text(q, "name", row->name);
        add_text(q, "business", row->business);
        add_text(q, "skill", row->skill);
        add_text(q, "language", row->language);
        cJSON_AddNumberToObject(q, "line", (double)row->line);
        add_text(q, "escalates_to", row->escalates_to);
        add_text(q, "hours", row->hours);
        cJSON_AddNumberToObject(q, "service_level_percent", (double)row->percent);
        cJSON_AddNumberToObject(q, "service_level_ms", (double)row->answer_ms);
        cJSON_AddNumberToObject(q, "first_reply_ms", (double)row->reply_ms);
        cJSON_AddNumberToObject(q, "offer_ms", (double)row->offer_ms);
        cJSON_AddNumberToObject(q, "wrap_ms", (double)row->wrap_ms);
        cJSON_AddItemToArray(rows, q);
    }
}

static void add_codes(cJSON *json, const struct settings_file *file)
{
    cJSON *dispositions = cJSON_AddArrayToObject(json, "dispositions");
    for (size_t i = 0; i < file->disposition_count; i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "code", file->dispositions[i].code);
        cJSON_AddStringToObject(row, "label", file->dispositions[i].label);
        cJSON_AddBoolToObject(row, "resolved", file->dispositions[i].resolved);
        if (file->dispositions[i].customer_gone)
            cJSON_AddTrueToObject(row, "customer_gone");
        cJSON_AddItemToArray(dispositions, row);
    }
    cJSON *canned = cJSON_AddArrayToObject(json, "canned");
    for (size_t i = 0; i < file->canned_count; i++) {
        cJSON *row = cJSON_CreateObject();
        add_text(row, "id", file->canned[i].id);
        add_text(row, "title", file->canned[i].title);
        add_text(row, "text", file->canned[i].text);
        add_text(row, "language", file->canned[i].language);
        cJSON_AddItemToArray(canned, row);
    }
}

static void add_list(cJSON *json, const char *name, const char **texts, size_t count)
{
    cJSON *list = cJSON_AddArrayToObject(json, name);
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(texts[i]));
}

static void add_maps(cJSON *json, const struct settings_file *file)
{
    cJSON *scripts = cJSON_AddObjectToObject(json, "scripts");
    for (size_t i = 0; i < file->script_count; i++)
        cJSON_AddStringToObject(scripts, file->scripts[i].head.key, file->scripts[i].string);
    cJSON *rates = cJSON_AddObjectToObject(json, "rates");
    for (size_t i = 0; i < file->rate_count; i++)
        cJSON_AddNumberToObject(rates, file->rates[i].head.key, (double)file->rates[i].number);
    cJSON *hours = cJSON_AddObjectToObject(json, "hours");
    for (size_t i = 0; i < file->hours_count; i++)
        cJSON_AddStringToObject(hours, file->hours[i].head.key, file->hours[i].string);
}

/* A map of amounts, in minor units. */
static void add_amounts(cJSON *json, const char *name, const struct yaml_entry *amounts, size_t count)
{
    cJSON *object = cJSON_AddObjectToObject(json, name);
    for (size_t i = 0; i < count; i++)
        cJSON_AddNumberToObject(object, amounts[i].head.key, (double)amounts[i].number);
}

static void add_approvals(cJSON *json, const struct settings_file *file)
{
    const struct approvals_row *row = &file->approvals;
    if (!row->head.at)
        return;
    cJSON *approvals = cJSON_AddObjectToObject(json, "approvals");
    cJSON_AddNumberToObject(approvals, "preauthorised_minor", (double)row->preauthorised_minor);
    if (row->due_ms > 0)
        cJSON_AddNumberToObject(approvals, "due_ms", (double)row->due_ms);
    if (row->expires_ms > 0)
        cJSON_AddNumberToObject(approvals, "expires_ms", (double)row->expires_ms);
    add_amounts(approvals, "limits_minor", row->limits, row->limit_count);
    add_amounts(approvals, "currencies_minor", row->currencies, row->currency_count);
    cJSON *stand_ins = cJSON_AddObjectToObject(approvals, "stand_ins");
    for (size_t i = 0; i < row->stand_in_count; i++)
        cJSON_AddStringToObject(stand_ins, row->stand_ins[i].head.key, row->stand_ins[i].string);
}

static void add_rights(cJSON *list, const struct yaml_node *rights, struct problems *problems)
{
    for (size_t i = 0; i < rights->count; i++) {
        const struct yaml_node *right = rights->items[i];
        uint64_t bit;
        if (right->kind != YAML_KIND_SCALAR || !right_parse(right->text, &bit))
            yaml_problem(problems, right, "There is no right `%s`; firstlined(8) lists those that there are.",
                         right->text ? right->text : "");
        else
            cJSON_AddItemToArray(list, cJSON_CreateString(right->text));
    }
}

static void add_roles(cJSON *json, const struct yaml_node *roles, struct problems *problems)
{
    if (!roles)
        return;
    if (roles->kind != YAML_KIND_MAP) {
        yaml_problem(problems, roles, "`roles` should be a map from role to its rights.");
        return;
    }
    cJSON *object = cJSON_AddObjectToObject(json, "roles");
    for (size_t i = 0; i < roles->count; i++) {
        const struct yaml_node *key = roles->keys[i], *rights = roles->items[i];
        enum role role;
        if (!role_parse(key->text, &role))
            yaml_problem(
                problems, key,
                "There is no role `%s`; agent, specialist, trainer, supervisor, admin and integration are.",
                key->text);
        if (rights->kind != YAML_KIND_LIST)
            yaml_problem(problems, rights, "The rights of `%s` should be a list.", key->text);
        else
            add_rights(cJSON_AddArrayToObject(object, key->text), rights, problems);
    }
}

static void check_rates(const struct settings_file *file, struct problems *problems)
{
    for (size_t i = 0; i < file->rate_count; i++) {
        enum channel channel;
        if (!channel_parse(file->rates[i].head.key, &channel))
            yaml_problem(problems, file->rates[i].head.at,
                         "There is no channel `%s`; phone, chat, email, web, social and sms are.",
                         file->rates[i].head.key);
    }
}

static char *to_json(const char *path, const struct settings_file *file, struct problems *problems,
                     GError **error)
{
    cJSON *json = cJSON_CreateObject();
    add_queues(json, file);
    add_codes(json, file);
    add_list(json, "reasons", file->reasons, file->reason_count);
    add_list(json, "skills", file->skills, file->skill_count);
    add_text(json, "sign_in_help", file->sign_in_help);
    add_text(json, "currency", file->currency);
    add_maps(json, file);
    add_roles(json, file->roles, problems);
    add_approvals(json, file);
    check_rates(file, problems);
    char *text = cJSON_PrintUnformatted(json);
    char *checked = NULL;
    if (problems_none(problems, error) && !(checked = settings_from_json(text, strlen(text), error)))
        g_prefix_error(error, "%s: ", path);
    cJSON_free(text);
    cJSON_Delete(json);
    return checked;
}

char *settings_from_yaml(const char *path, GError **error)
{
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (!doc)
        return NULL;
    struct problems *problems = problems_new(path);
    struct settings_file file = {0};
    yaml_read(doc, yaml_doc_root(doc), &file_shape, &file, problems);
    settings_check_names(yaml_doc_root(doc), problems);
    char *json = to_json(path, &file, problems, error);
    problems_free(problems);
    yaml_doc_free(doc);
    return json;
}
