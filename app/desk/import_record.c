#include "app/desk/import_record.h"

#include <string.h>

#include "app/desk/import_graph.h"
#include "app/desk/import_script.h"
#include "app/desk/mapping_text.h"
#include "app/model/customer.h"
#include "app/model/event.h"
#include "app/model/names.h"
#include "app/model/timestamp.h"
#include "app/script/script.h"
#include "net/json.h"
#include "net/problem.h"

#define MESSAGE_GAP_MS 1000 /* between messages whose time is not known */

void import_remark(struct import_notes *notes, const char *format, ...)
{
    if (notes->remarks == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(notes->remarks, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* --- a record's fields --- */

/* A mapping at work on one record. */
struct mapping_run {
    const struct mapping *m;
    const cJSON *record;
    const char *key;
    struct import_notes *notes;
};

static char *fill(const struct mapping_run *run, const struct mapping_field *field, GError **error)
{
    char *value = mapping_fill(run->m, field->template, run->record, run->key, error);
    if (value == NULL)
        g_prefix_error(error, "Its %s cannot be made: ", field->name);
    return value;
}

static bool add_number(cJSON *json, const char *name, const char *value, GError **error)
{
    char *end;
    gint64 number = g_ascii_strtoll(value, &end, 10);
    if (*end != '\0') {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "Its %s is \"%.40s\", not a whole number.",
                    name, value);
        return false;
    }
    cJSON_AddNumberToObject(json, name, (double)number);
    return true;
}

static void add_list(cJSON *json, const char *name, const char *value)
{
    cJSON *list = cJSON_AddArrayToObject(json, name);
    g_auto(GStrv) items = g_strsplit(value, ",", -1);
    for (size_t i = 0; items[i] != NULL; i++) {
        if (*g_strstrip(items[i]) != '\0')
            cJSON_AddItemToArray(list, cJSON_CreateString(items[i]));
    }
}

static bool add_field(const struct mapping_run *run, const struct mapping_field *field, cJSON *json,
                      GError **error)
{
    g_autofree char *value = fill(run, field, error);
    if (value == NULL)
        return false;
    if (*value == '\0')
        return true;
    if (g_str_has_suffix(field->name, "_minor") || strcmp(field->name, "priority") == 0)
        return add_number(json, field->name, value, error);
    if (strcmp(field->name, "tags") == 0)
        add_list(json, field->name, value);
    else
        cJSON_AddStringToObject(json, field->name, value);
    return true;
}

/* The mapped fields as JSON; what is empty is left out. NULL with the error. */
static cJSON *mapped(const struct mapping_run *run, GError **error)
{
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < run->m->field_count; i++) {
        if (!add_field(run, &run->m->fields[i], json, error)) {
            cJSON_Delete(json);
            return NULL;
        }
    }
    return json;
}

static bool has(const cJSON *json, const char *name, const char *what, GError **error)
{
    if (json_text(json, name) != NULL)
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

static bool check_customer(const struct mapping_run *run, cJSON *json, GError **error)
{
    cJSON *identities = cJSON_AddArrayToObject(json, "identities");
    for (size_t i = 0; i < run->m->identity_count; i++) {
        g_autofree char *value = fill(run, &run->m->identities[i], error);
        if (value == NULL)
            return false;
        if (*value == '\0')
            continue;
        cJSON *identity = cJSON_CreateObject();
        cJSON_AddStringToObject(identity, "kind", run->m->identities[i].name);
        cJSON_AddStringToObject(identity, "value", value);
        cJSON_AddItemToArray(identities, identity);
    }
    g_autoptr(customer) checked = customer_from_cjson(json, error);
    return checked != NULL;
}

static bool check_order(const struct mapping_run *run, cJSON *json, GError **error)
{
    (void)run;
    if (!has(json, "id", "an order", error) || !has(json, "customer", "an order", error))
        return false;
    g_autoptr(order) checked = order_from_cjson(json, error);
    return checked != NULL;
}

static bool check_article(const struct mapping_run *run, cJSON *json, GError **error)
{
    (void)run;
    return has(json, "id", "an article", error) && has(json, "title", "an article", error) &&
           has(json, "body", "an article", error);
}

static bool check_script(const struct mapping_run *run, cJSON *json, GError **error)
{
    if (!has(json, "id", "a script", error))
        return false;
    if (run->m->steps.each != NULL || run->m->graph.disposition != NULL) {
        g_autofree char *made = run->m->graph.disposition != NULL
                                    ? import_graph_source(run->m, run->record, json, error)
                                    : import_script_source(run->m, run->record, json, run->notes, error);
        if (made == NULL)
            return false;
        cJSON_AddStringToObject(json, "source", made);
        cJSON_AddBoolToObject(json, "raises", true); /* nobody chose its version */
    }
    if (!has(json, "source", "a script", error))
        return false;
    const char *source = json_text(json, "source");
    struct script *script = script_parse(json_text(json, "id"), source, strlen(source), error);
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
    int message_count; /* those without a text too */
    GString *lines;
    struct import_notes *notes;
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
    const char *who = actor_kind == ACTOR_CUSTOMER && in->customer != NULL ? in->customer
                      : kind == EVENT_MESSAGE_SENT                         ? "agent"
                                                                           : "import";
    struct event *ev = event_new(kind, id,
                                 &(struct event_origin){.device = "import",
                                                        .boot = "import",
                                                        .seq = in->seq,
                                                        .actor_kind = actor_kind,
                                                        .actor = who,
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

/* Who speaks: the mapping's word for it, else the word itself; NULL where that says nothing. */
static const char *speaker_of(const struct mapping_messages *messages, const char *from, GError **error)
{
    for (size_t i = 0; i < messages->say_count; i++) {
        if (strcmp(messages->says[i].name, from) == 0)
            return messages->says[i].template;
    }
    if (strcmp(from, "customer") == 0 || strcmp(from, "agent") == 0 || strcmp(from, "system") == 0)
        return from;
    g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                "A message is from \"%.40s\"; say under `says` whether that is customer, agent or system.",
                from);
    return NULL;
}

static bool read_time(const char *text, int64_t *at_ms, GError **error)
{
    if (timestamp_parse(text, at_ms))
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                "\"%.40s\" is not a time such as 2026-11-23T14:02:05Z.", text);
    return false;
}

static struct event *message_event(struct contact_import *in, const char *speaker)
{
    if (strcmp(speaker, "customer") == 0)
        return next_event(in, EVENT_MESSAGE_RECEIVED, ACTOR_CUSTOMER);
    return next_event(in, strcmp(speaker, "agent") == 0 ? EVENT_MESSAGE_SENT : EVENT_NOTE_ADDED,
                      ACTOR_INTEGRATION);
}

static bool give_message(struct contact_import *in, const struct mapping *m, const cJSON *message,
                         GError **error)
{
    g_autofree char *from = mapping_fill(m, m->messages.from, message, NULL, error);
    g_autofree char *text = from != NULL ? mapping_fill(m, m->messages.text, message, NULL, error) : NULL;
    g_autofree char *at =
        text != NULL ? mapping_fill(m, m->messages.at != NULL ? m->messages.at : "", message, NULL, error)
                     : NULL;
    if (at == NULL || (*at != '\0' && !read_time(at, &in->at_ms, error)))
        return false;
    const char *speaker = speaker_of(&m->messages, from, error);
    if (speaker == NULL)
        return false;
    in->message_count++;
    if (*text == '\0') {
        in->notes->empty_messages++;
        import_remark(in->notes, "%s, message %d has no text and is left out.", in->id, in->message_count);
        return true;
    }
    struct event *ev = message_event(in, speaker);
    event_set_text(ev, "text", text);
    give_event(in, ev);
    return true;
}

static bool check_contact(const cJSON *json, GError **error)
{
    enum channel channel;
    enum contact_class contact_class;
    if (!has(json, "id", "a contact", error) || !has(json, "queue", "a contact", error))
        return false;
    if (channel_parse(json_text(json, "channel"), &channel) &&
        (json_text(json, "class") == NULL || contact_class_parse(json_text(json, "class"), &contact_class)))
        return true;
    g_set_error(
        error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
        "Its channel must be phone, chat, email, web, social or sms, its class enquiry, transaction or "
        "complaint.");
    return false;
}

static char *contact_lines(const struct mapping_run *run, const cJSON *json, GError **error)
{
    if (!check_contact(json, error))
        return NULL;
    const cJSON *messages =
        run->m->messages.each != NULL ? mapping_find(run->record, run->m->messages.each) : NULL;
    g_autoptr(GString) lines = g_string_new(NULL);
    struct contact_import in = {.id = json_text(json, "id"),
                                .customer = json_text(json, "customer"),
                                .at_ms =
                                    run->notes->now_ms - MESSAGE_GAP_MS * (cJSON_GetArraySize(messages) + 1),
                                .lines = lines,
                                .notes = run->notes};
    if (json_text(json, "at") != NULL && !read_time(json_text(json, "at"), &in.at_ms, error))
        return NULL;
    give_created(&in, json);
    for (const cJSON *message = messages != NULL ? messages->child : NULL; message != NULL;
         message = message->next) {
        if (!give_message(&in, run->m, message, error))
            return NULL;
    }
    return g_strdup(lines->str);
}

/* --- any record --- */

static bool (*const checks[IMPORT_KIND_COUNT])(const struct mapping_run *run, cJSON *json, GError **error) = {
    [IMPORT_CUSTOMERS] = check_customer,
    [IMPORT_ORDERS] = check_order,
    [IMPORT_ARTICLES] = check_article,
    [IMPORT_SCRIPTS] = check_script,
};

char *import_line(const struct mapping *m, const cJSON *record, const char *key, struct import_notes *notes,
                  GError **error)
{
    const struct mapping_run run = {m, record, key, notes};
    cJSON *json = mapped(&run, error);
    if (json == NULL)
        return NULL;
    char *line = NULL;
    if (m->kind == IMPORT_CONTACTS)
        line = contact_lines(&run, json, error);
    else if (checks[m->kind](&run, json, error))
        line = print_line(json);
    cJSON_Delete(json);
    return line;
}
