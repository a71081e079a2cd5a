#include "app/desk/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/desk/places.h"
#include "app/desk/records.h"
#include "app/desk/remote.h"
#include "app/model/customer.h"
#include "app/model/event.h"
#include "app/model/names.h"
#include "app/model/timestamp.h"
#include "app/script/script.h"
#include "net/problem.h"

#define REFUSALS_SHOWN 20
#define PROGRESS_EVERY 500
#define MESSAGE_GAP_MS 1000 /* between messages whose time is not known */

/* --- a record to a line --- */

static bool is_number_field(const char *name)
{
    return g_str_has_suffix(name, "_minor") || strcmp(name, "priority") == 0;
}

/* The mapped fields as JSON; what is empty is left out. */
static cJSON *mapped(const struct mapping *m, const cJSON *record, const char *key)
{
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < m->field_count; i++) {
        g_autofree char *value = mapping_fill(m->fields[i].template, record, key);
        if (*value != '\0' && is_number_field(m->fields[i].name))
            cJSON_AddNumberToObject(json, m->fields[i].name, g_ascii_strtod(value, NULL));
        else if (*value != '\0')
            cJSON_AddStringToObject(json, m->fields[i].name, value);
    }
    return json;
}

static const char *member(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

static bool has(const cJSON *json, const char *name, const char *what, GError **error)
{
    if (member(json, name) != NULL)
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "It has no %s, which %s must have.", name, what);
    return false;
}

static char *print_line(const cJSON *json)
{
    char *printed = cJSON_PrintUnformatted(json);
    char *line = g_strdup(printed);
    cJSON_free(printed);
    return line;
}

static bool check_customer(const struct mapping *m, const cJSON *record, const char *key, cJSON *json,
                           GError **error)
{
    cJSON *identities = cJSON_AddArrayToObject(json, "identities");
    for (size_t i = 0; i < m->identity_count; i++) {
        g_autofree char *value = mapping_fill(m->identities[i].template, record, key);
        if (*value == '\0')
            continue;
        cJSON *identity = cJSON_CreateObject();
        cJSON_AddStringToObject(identity, "kind", m->identities[i].name);
        cJSON_AddStringToObject(identity, "value", value);
        cJSON_AddItemToArray(identities, identity);
    }
    g_autoptr(customer) checked = customer_from_cjson(json, error);
    return checked != NULL;
}

static bool check_order(const struct mapping *m, const cJSON *record, const char *key, cJSON *json,
                        GError **error)
{
    (void)m;
    (void)record;
    (void)key;
    g_autoptr(order) checked = order_from_cjson(json, error);
    return checked != NULL;
}

static bool check_article(const struct mapping *m, const cJSON *record, const char *key, cJSON *json,
                          GError **error)
{
    (void)m;
    (void)record;
    (void)key;
    return has(json, "id", "an article", error) && has(json, "title", "an article", error) &&
           has(json, "body", "an article", error);
}

/* A text that a script shows as it is: its braces are no names. */
static char *as_plain(const char *text)
{
    GString *plain = g_string_new(text);
    g_string_replace(plain, "{", "{{", 0);
    g_string_replace(plain, "}", "}}", 0);
    return g_string_free(plain, false);
}

static void put_quoted(GString *out, const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string); /* a JSON string is a YAML string, YAML 1.2 section 1.3 */
    g_string_append(out, quoted);
    cJSON_free(quoted);
    cJSON_Delete(string);
}

static void put_step(GString *out, const struct mapping *m, const cJSON *item, int number)
{
    g_autofree char *title = mapping_fill(m->step_title, item, NULL);
    g_autofree char *todo = mapping_fill(m->step_do, item, NULL);
    g_autofree char *plain = as_plain(*todo != '\0' ? todo : title);
    g_string_append_printf(out, "  - {id: s%d, kind: form, class: value, title: ", number);
    put_quoted(out, *title != '\0' ? title : "Step");
    g_string_append(out, ", do: ");
    put_quoted(out, plain);
    g_string_append_printf(out, ", fields: [{name: note_%d, label: Noted, type: text, required: false}]",
                           number);
    if (item->next != NULL)
        g_string_append_printf(out, ", next: s%d}\n", number + 1);
    else
        g_string_append(out, ", next: end}\n");
}

/* A script of one step for each item of the record, one after the other, in our own language. */
static char *linear_script(const struct mapping *m, const cJSON *record, const cJSON *json)
{
    const char *title = member(json, "title") != NULL ? member(json, "title") : member(json, "id");
    GString *out = g_string_new("script: ");
    put_quoted(out, member(json, "id"));
    g_string_append(out, "\nversion: 1\ntitle: ");
    put_quoted(out, title);
    if (member(json, "intent") != NULL) {
        g_string_append(out, "\nintents: [");
        put_quoted(out, member(json, "intent"));
        g_string_append(out, "]");
    }
    g_string_append(out, "\nsteps:\n");
    const cJSON *steps = mapping_find(record, m->steps);
    int number = 0;
    for (const cJSON *item = steps != NULL ? steps->child : NULL; item != NULL; item = item->next)
        put_step(out, m, item, ++number);
    g_string_append(
        out, "  - {id: end, kind: end, class: value, title: Close, disposition: resolved, resolved: true}\n");
    return g_string_free(out, false);
}

/* Conditions in prose that a line of steps does not express: told with their place, not dropped. */
static void tell_conditions(const struct mapping *m, const cJSON *record, const char *id)
{
    const cJSON *steps = mapping_find(record, m->steps);
    int number = 0;
    for (const cJSON *item = steps != NULL ? steps->child : NULL; item != NULL; item = item->next) {
        g_autofree char *todo = mapping_fill(m->step_do, item, NULL);
        g_auto(GStrv) sentences = g_strsplit(todo, "\n", -1);
        number++;
        for (size_t i = 0; sentences[i] != NULL; i++) {
            if (g_regex_match_simple("\\bif\\b", sentences[i], G_REGEX_CASELESS, 0))
                fprintf(stderr, "%s, step %d: not a branch yet: %s\n", id, number, sentences[i]);
        }
    }
}

static bool check_script(const struct mapping *m, const cJSON *record, const char *key, cJSON *json,
                         GError **error)
{
    (void)key;
    if (m->steps != NULL) {
        if (!has(json, "id", "a script", error))
            return false;
        g_autofree char *made = linear_script(m, record, json);
        cJSON_AddStringToObject(json, "source", made);
        tell_conditions(m, record, member(json, "id"));
    }
    if (!has(json, "source", "a script", error))
        return false;
    const char *source = member(json, "source");
    struct script *script = script_parse(member(json, "id") != NULL ? member(json, "id") : "script", source,
                                         strlen(source), error);
    if (script == NULL)
        return false;
    cJSON_DeleteItemFromObjectCaseSensitive(json, "id");
    cJSON_AddStringToObject(json, "id", script->id);
    script_unref(script);
    return true;
}

/* --- contacts --- */

/* A contact on its way to events. */
struct contact_import {
    const char *id, *customer;
    int64_t seq, at_ms;
    GString *lines;
};

static struct event *next_event(struct contact_import *in, enum event_kind kind, enum actor_kind actor_kind)
{
    g_autofree char *name = g_strdup_printf("import %s %d", in->id, (int)++in->seq);
    g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
    uint8_t random[10];
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) * 16 + g_ascii_xdigit_value(hex[2 * i + 1]));
    char id[EVENT_ID_LEN + 1];
    event_make_id(0, random, id); /* the same at every import: its time part says nothing */
    bool is_customer = actor_kind == ACTOR_CUSTOMER && in->customer != NULL;
    struct event *ev = event_new(kind, id,
                                 &(struct event_origin){.device = "import",
                                                        .boot = "import",
                                                        .seq = in->seq,
                                                        .actor_kind = actor_kind,
                                                        .actor = is_customer ? in->customer : "import",
                                                        .at_ms = in->at_ms});
    ev->contact = g_strdup(in->id);
    return ev;
}

static void give_event(struct contact_import *in, struct event *ev)
{
    g_autofree char *line = event_to_json(ev);
    g_string_append_printf(in->lines, "%s%s", in->lines->len > 0 ? "\n" : "", line);
    event_free(ev);
    in->at_ms += MESSAGE_GAP_MS;
}

static void give_created(struct contact_import *in, const cJSON *json)
{
    struct event *ev = next_event(in, EVENT_CONTACT_CREATED, ACTOR_INTEGRATION);
    for (const cJSON *item = json->child; item != NULL; item = item->next) {
        if (strcmp(item->string, "id") != 0 && strcmp(item->string, "at") != 0)
            cJSON_AddItemToObject(ev->data, item->string, cJSON_Duplicate(item, true));
    }
    event_set_flag(ev, "imported", true);
    give_event(in, ev);
}

/* Who speaks: the mapping's word for it, else the word itself. */
static const char *speaker_of(const struct mapping *m, const char *from)
{
    for (size_t i = 0; i < m->say_count; i++) {
        if (strcmp(m->says[i].name, from) == 0)
            return m->says[i].template;
    }
    return from;
}

static void give_message(struct contact_import *in, const struct mapping *m, const cJSON *message)
{
    g_autofree char *from = mapping_fill(m->from, message, NULL),
                    *text = mapping_fill(m->text, message, NULL);
    g_autofree char *at = m->at != NULL ? mapping_fill(m->at, message, NULL) : NULL;
    if (*text == '\0')
        return;
    if (at != NULL)
        timestamp_parse(at, &in->at_ms);
    const char *speaker = speaker_of(m, from);
    struct event *ev = strcmp(speaker, "customer") == 0
                           ? next_event(in, EVENT_MESSAGE_RECEIVED, ACTOR_CUSTOMER)
                       : strcmp(speaker, "agent") == 0 ? next_event(in, EVENT_MESSAGE_SENT, ACTOR_INTEGRATION)
                                                       : next_event(in, EVENT_NOTE_ADDED, ACTOR_INTEGRATION);
    event_set_text(ev, "text", text);
    give_event(in, ev);
}

static char *contact_lines(const struct mapping *m, const cJSON *record, const cJSON *json, int64_t now_ms,
                           GError **error)
{
    enum channel channel;
    enum contact_class contact_class;
    if (!has(json, "id", "a contact", error) || !has(json, "queue", "a contact", error))
        return NULL;
    if (!channel_parse(member(json, "channel"), &channel) ||
        (member(json, "class") != NULL && !contact_class_parse(member(json, "class"), &contact_class))) {
        g_set_error(
            error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
            "Its channel must be phone, chat, email, web, social or sms, its class enquiry, transaction or "
            "complaint.");
        return NULL;
    }
    const cJSON *messages = m->each != NULL ? mapping_find(record, m->each) : NULL;
    struct contact_import in = {.id = member(json, "id"),
                                .customer = member(json, "customer"),
                                .at_ms = now_ms - MESSAGE_GAP_MS * (cJSON_GetArraySize(messages) + 1),
                                .lines = g_string_new(NULL)};
    timestamp_parse(member(json, "at"), &in.at_ms);
    give_created(&in, json);
    for (const cJSON *message = messages != NULL ? messages->child : NULL; message != NULL;
         message = message->next)
        give_message(&in, m, message);
    return g_string_free(in.lines, false);
}

static bool (*const checks[IMPORT_KIND_COUNT])(const struct mapping *m, const cJSON *record, const char *key,
                                               cJSON *json, GError **error) = {
    [IMPORT_CUSTOMERS] = check_customer,
    [IMPORT_ORDERS] = check_order,
    [IMPORT_ARTICLES] = check_article,
    [IMPORT_SCRIPTS] = check_script,
};

char *import_line(const struct mapping *m, const cJSON *record, const char *key, int64_t now_ms,
                  GError **error)
{
    cJSON *json = mapped(m, record, key);
    char *line = NULL;
    if (m->kind == IMPORT_CONTACTS)
        line = contact_lines(m, record, json, now_ms, error);
    else if (checks[m->kind](m, record, key, json, error))
        line = print_line(json);
    cJSON_Delete(json);
    return line;
}

/* --- a file --- */

struct file_import {
    const struct mapping *mapping;
    const char *path;
    GString *lines;
    GArray *from; /* int: line of the file that each line sent came from */
    int read, refused;
    int64_t now_ms;
    bool shows_progress;
};

static void tell_refusal(struct file_import *in, int line, const char *why)
{
    if (++in->refused <= REFUSALS_SHOWN)
        fprintf(stderr, "%s:%d: %s\n", in->path, line, why);
    else if (in->refused == REFUSALS_SHOWN + 1)
        fprintf(stderr, "(more are refused; they are counted below)\n");
}

static void take_record(const cJSON *record, const char *key, int line, const char *problem, void *data)
{
    struct file_import *in = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *text =
        problem == NULL ? import_line(in->mapping, record, key, in->now_ms, &error) : NULL;
    in->read++;
    if (text == NULL) {
        tell_refusal(in, line, problem != NULL ? problem : error->message);
    } else {
        for (const char *at = text; at != NULL; at = strchr(at, '\n'), at = at != NULL ? at + 1 : NULL)
            g_array_append_val(in->from, line);
        g_string_append_printf(in->lines, "%s\n", text);
    }
    if (in->shows_progress && in->read % PROGRESS_EVERY == 0)
        fprintf(stderr, "\r%d records read", in->read);
}

static void tell_answer(struct file_import *in, const cJSON *answer)
{
    for (const cJSON *item = cJSON_GetObjectItemCaseSensitive(answer, "refused")
                                 ? cJSON_GetObjectItemCaseSensitive(answer, "refused")->child
                                 : NULL;
         item != NULL; item = item->next) {
        const cJSON *line = cJSON_GetObjectItemCaseSensitive(item, "line");
        const char *why = member(item, "problem");
        guint index = cJSON_IsNumber(line) && line->valueint > 0 ? (guint)line->valueint - 1 : 0;
        tell_refusal(in, index < in->from->len ? g_array_index(in->from, int, index) : 0,
                     why != NULL ? why : "refused");
    }
    const cJSON *taken = cJSON_GetObjectItemCaseSensitive(answer, "taken");
    const cJSON *unchanged = cJSON_GetObjectItemCaseSensitive(answer, "unchanged");
    printf("%s: %d read, %d taken, %d unchanged, %d refused", in->path, in->read,
           cJSON_IsNumber(taken) ? taken->valueint : 0, cJSON_IsNumber(unchanged) ? unchanged->valueint : 0,
           in->refused);
    const cJSON *sums = cJSON_GetObjectItemCaseSensitive(answer, "sums");
    for (const cJSON *sum = sums != NULL ? sums->child : NULL; sum != NULL; sum = sum->next)
        printf("; %s %.0f", sum->string, cJSON_IsNumber(sum) ? sum->valuedouble : 0);
    printf("\n");
}

static bool import_file(struct file_import *in, const char *url, bool is_dry, GError **error)
{
    if (!records_read(in->path, in->mapping, take_record, in, error))
        return false;
    if (in->shows_progress && in->read >= PROGRESS_EVERY)
        fprintf(stderr, "\r%d records read; sending\n", in->read);
    if (is_dry) {
        fputs(in->lines->str, stdout);
        return true;
    }
    if (in->lines->len == 0) {
        printf("%s: %d read, none taken\n", in->path, in->read);
        return true;
    }
    g_autofree char *path =
        g_strconcat("/v1/import/", import_kind_name((enum import_kind)in->mapping->kind), NULL);
    cJSON *answer = remote_ask(url, path, in->lines->str, "application/x-ndjson", error);
    if (answer != NULL)
        tell_answer(in, answer);
    cJSON_Delete(answer);
    return answer != NULL;
}

struct choices {
    char *url, *map;
    gboolean dry;
};

static bool run_import(const struct choices *choices, int argc, char **argv, GError **error)
{
    enum import_kind kind;
    if (argc != 3 || !import_kind_parse(argv[1], &kind) || choices->map == NULL) {
        g_set_error_literal(
            error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
            "Please say what, by which mapping, and from where: firstline import customers --map "
            "share/import/tau-retail-customers.yaml users.json.");
        return false;
    }
    struct mapping *m = mapping_open(choices->map, error);
    if (m == NULL)
        return false;
    bool is_done = false;
    if (m->kind == (int)kind) {
        struct file_import in = {.mapping = m,
                                 .path = argv[2],
                                 .lines = g_string_new(NULL),
                                 .from = g_array_new(false, false, sizeof(int)),
                                 .now_ms = g_get_real_time() / 1000,
                                 .shows_progress = isatty(STDERR_FILENO)};
        g_autofree char *url = places_url(choices->url);
        is_done = import_file(&in, url, choices->dry, error);
        g_string_free(in.lines, true);
        g_array_unref(in.from);
    } else {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "The mapping %s makes %s, not %s.", choices->map,
                    import_kind_name((enum import_kind)m->kind), argv[1]);
    }
    mapping_free(m);
    return is_done;
}

int import_main(int argc, char **argv)
{
    struct choices choices = {0};
    const GOptionEntry entries[] = {
        {"map", 'm', 0, G_OPTION_ARG_FILENAME, &choices.map, "The mapping", "FILE"},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &choices.dry, "Print what would be sent", NULL},
        {"url", 'u', 0, G_OPTION_ARG_STRING, &choices.url, "Address of the backend (FIRSTLINE_URL)", "URL"},
        {0},
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("customers|orders|articles|scripts|contacts FILE");
    g_option_context_set_summary(context, "Takes records of another system: .json, .jsonl, .csv or .tsv.");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    bool is_read = g_option_context_parse(context, &argc, &argv, &error);
    bool is_done = is_read && run_import(&choices, argc, argv, &error);
    g_free(choices.url);
    g_free(choices.map);
    if (is_done)
        return EXIT_STATUS_OK;
    fprintf(stderr, "firstline import: %s\n", error->message);
    return is_read ? (int)problem_exit_status(error) : EXIT_STATUS_USAGE;
}
