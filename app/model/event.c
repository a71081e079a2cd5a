#include "app/model/event.h"

#include <math.h>
#include <string.h>

#include "app/model/fields.h"
#include "app/model/timestamp.h"

G_DEFINE_QUARK(firstline - event - error, event_error)

#define ID_MAX 128 /* bytes of any other id than the event's */

static const char *const actor_kinds[] = {
    [ACTOR_AGENT] = "agent",
    [ACTOR_CUSTOMER] = "customer",
    [ACTOR_SYSTEM] = "system",
    [ACTOR_INTEGRATION] = "integration",
};

/* The kind alone travels beside this table: its errors have a code of their own. */
#define FIELD(member, wire, kind_of, ...)                                                        \
    {                                                                                            \
        .name = (wire), .type = (kind_of), .offset = offsetof(struct event, member), __VA_ARGS__ \
    }

static const struct field fields[] = {
    FIELD(id, "id", FIELD_TEXT, .required = true),
    FIELD(device, "device", FIELD_TEXT, .required = true),
    FIELD(boot, "boot", FIELD_TEXT, .required = true),
    FIELD(seq, "seq", FIELD_LONG, .required = true),
    FIELD(contact, "contact", FIELD_TEXT),
    FIELD(leg, "leg", FIELD_TEXT),
    FIELD(at_ms, "at", FIELD_TIME, .required = true),
    FIELD(boot_ms, "boot_ms", FIELD_LONG, .required = true),
    FIELD(saw, "saw", FIELD_POSITION),
    FIELD(position, "position", FIELD_POSITION),
    FIELD(received_at_ms, "received_at", FIELD_TIME),
};

const char *actor_kind_name(enum actor_kind kind)
{
    return (unsigned)kind < G_N_ELEMENTS(actor_kinds) ? actor_kinds[kind] : "";
}

struct event *event_new(enum event_kind kind, const char *id, const struct event_origin *origin)
{
    struct event *ev = g_new0(struct event, 1);
    ev->kind = kind;
    ev->id = g_strdup(id);
    ev->device = g_strdup(origin->device);
    ev->boot = g_strdup(origin->boot);
    ev->seq = origin->seq;
    ev->actor_kind = origin->actor_kind;
    ev->actor = g_strdup(origin->actor);
    ev->at_ms = origin->at_ms;
    ev->boot_ms = origin->boot_ms;
    ev->data = cJSON_CreateObject();
    return ev;
}

struct event *event_copy(const struct event *ev)
{
    struct event *copy = g_memdup2(ev, sizeof *ev);
    copy->id = g_strdup(ev->id);
    copy->device = g_strdup(ev->device);
    copy->boot = g_strdup(ev->boot);
    copy->actor = g_strdup(ev->actor);
    copy->contact = g_strdup(ev->contact);
    copy->leg = g_strdup(ev->leg);
    copy->data = cJSON_Duplicate(ev->data, true);
    return copy;
}

void event_free(struct event *ev)
{
    if (ev == NULL)
        return;
    g_free(ev->id);
    g_free(ev->device);
    g_free(ev->boot);
    g_free(ev->actor);
    g_free(ev->contact);
    g_free(ev->leg);
    cJSON_Delete(ev->data);
    g_free(ev);
}

static const cJSON *member(const struct event *ev, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(ev->data, name);
}

const char *event_text(const struct event *ev, const char *name)
{
    return cJSON_GetStringValue(member(ev, name));
}

int64_t event_number(const struct event *ev, const char *name, int64_t otherwise)
{
    const cJSON *number = member(ev, name);
    bool is_exact = cJSON_IsNumber(number) && fabs(number->valuedouble) <= FIELDS_EXACT_MAX;
    return is_exact ? (int64_t)number->valuedouble : otherwise;
}

bool event_flag(const struct event *ev, const char *name)
{
    return cJSON_IsTrue(member(ev, name));
}

bool event_goes_back(const struct event *ev)
{
    return g_strcmp0(event_text(ev, "how"), "back") == 0 || event_flag(ev, "back");
}

void event_set_text(struct event *ev, const char *name, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(ev->data, name);
    if (text != NULL)
        cJSON_AddStringToObject(ev->data, name, text);
}

void event_set_number(struct event *ev, const char *name, int64_t number)
{
    cJSON_DeleteItemFromObjectCaseSensitive(ev->data, name);
    cJSON_AddNumberToObject(ev->data, name, (double)number);
}

void event_set_flag(struct event *ev, const char *name, bool flag)
{
    cJSON_DeleteItemFromObjectCaseSensitive(ev->data, name);
    cJSON_AddBoolToObject(ev->data, name, flag);
}

cJSON *event_to_cjson(const struct event *ev)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "v", EVENT_FORMAT);
    cJSON_AddStringToObject(json, "kind", event_kind_name(ev->kind));
    cJSON *actor = cJSON_AddObjectToObject(json, "actor");
    cJSON_AddStringToObject(actor, "kind", actor_kind_name(ev->actor_kind));
    cJSON_AddStringToObject(actor, "id", ev->actor);
    fields_write(fields, G_N_ELEMENTS(fields), ev, json);
    cJSON_AddItemToObject(json, "data", cJSON_Duplicate(ev->data, true));
    return json;
}

char *event_to_json(const struct event *ev)
{
    cJSON *json = event_to_cjson(ev);
    char *printed = cJSON_PrintUnformatted(json);
    char *text = g_strdup(printed);
    cJSON_free(printed);
    cJSON_Delete(json);
    return text;
}

void event_make_id(int64_t unix_ms, const uint8_t random[10], char *out)
{
    uint64_t ms = (uint64_t)unix_ms & G_GUINT64_CONSTANT(0xffffffffffff);
    g_snprintf(out, EVENT_ID_LEN + 1, "%08x-%04x-7%01x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
               (unsigned)(ms >> 16), (unsigned)(ms & 0xffff), random[0] & 0x0fu, random[1],
               0x80u | (random[2] & 0x3fu), random[3], random[4], random[5], random[6], random[7], random[8],
               random[9]);
}

/* A UUID of version 7 and the RFC's variant, in lower case. */
static bool is_event_id(const char *id)
{
    if (strlen(id) != EVENT_ID_LEN || id[14] != '7' || strchr("89ab", id[19]) == NULL)
        return false;
    for (int i = 0; i < EVENT_ID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? id[i] != '-' : strchr("0123456789abcdef", id[i]) == NULL)
            return false;
    }
    return true;
}

static bool refuse(GError **error, enum event_error code, const char *sentence)
{
    g_set_error_literal(error, EVENT_ERROR, code, sentence);
    return false;
}

static bool is_short(const char *id)
{
    return id == NULL || (*id != '\0' && strlen(id) <= ID_MAX);
}

static bool read_kind(struct event *ev, const cJSON *json, GError **error)
{
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(json, "v");
    if (!cJSON_IsNumber(format) || format->valuedouble < 1)
        return refuse(error, EVENT_ERROR_MALFORMED,
                      "The member \"v\" of an event must be its format's number.");
    if (format->valuedouble > EVENT_FORMAT)
        return refuse(error, EVENT_ERROR_FORMAT,
                      "The event is of a newer format than this program knows; please update it.");
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "kind"));
    if (!event_kind_parse(kind, &ev->kind)) {
        g_set_error(error, EVENT_ERROR, EVENT_ERROR_KIND, "There is no kind of event called \"%.40s\".",
                    kind == NULL ? "" : kind);
        return false;
    }
    return true;
}

static bool read_actor(struct event *ev, const cJSON *json, GError **error)
{
    const cJSON *actor = cJSON_GetObjectItemCaseSensitive(json, "actor");
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(actor, "kind"));
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(actor, "id"));
    for (size_t i = 0; kind != NULL && id != NULL && is_short(id) && i < G_N_ELEMENTS(actor_kinds); i++) {
        if (strcmp(actor_kinds[i], kind) == 0) {
            ev->actor_kind = (enum actor_kind)i;
            ev->actor = g_strdup(id);
            return true;
        }
    }
    return refuse(error, EVENT_ERROR_MALFORMED,
                  "The member \"actor\" of an event must have a kind (agent, customer, system, integration) "
                  "and an id.");
}

static bool check_ids(const struct event *ev, GError **error)
{
    if (!is_event_id(ev->id))
        return refuse(error, EVENT_ERROR_MALFORMED,
                      "The member \"id\" of an event must be a UUID of version 7 in lower case.");
    if (!is_short(ev->device) || !is_short(ev->boot) || !is_short(ev->contact) || !is_short(ev->leg))
        return refuse(error, EVENT_ERROR_MALFORMED,
                      "Device, boot, contact and leg of an event must have 1 to 128 bytes.");
    if (ev->seq < 1)
        return refuse(error, EVENT_ERROR_MALFORMED, "The member \"seq\" of an event must be 1 or more.");
    return true;
}

struct event *event_from_cjson(const cJSON *json, GError **error)
{
    g_autoptr(event) ev = g_new0(struct event, 1);
    if (!cJSON_IsObject(json)) {
        refuse(error, EVENT_ERROR_MALFORMED, "An event must be a JSON object.");
        return NULL;
    }
    if (!read_kind(ev, json, error) || !read_actor(ev, json, error))
        return NULL;
    g_autoptr(GError) field_error = NULL;
    if (!fields_read(fields, G_N_ELEMENTS(fields), json, "an event", ev, &field_error)) {
        refuse(error, EVENT_ERROR_MALFORMED, field_error->message);
        return NULL;
    }
    if (!check_ids(ev, error))
        return NULL;
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    if (data != NULL && !cJSON_IsObject(data)) {
        refuse(error, EVENT_ERROR_MALFORMED, "The member \"data\" of an event must be an object.");
        return NULL;
    }
    ev->data = data == NULL ? cJSON_CreateObject() : cJSON_Duplicate(data, true);
    return g_steal_pointer(&ev);
}

struct event *event_from_json(const char *json, gssize len, GError **error)
{
    size_t size = len < 0 ? strlen(json) : (size_t)len;
    if (size > EVENT_BYTES_MAX || !g_utf8_validate_len(json, size, NULL)) {
        refuse(error, EVENT_ERROR_MALFORMED, "An event must be UTF-8 of at most 128 KiB.");
        return NULL;
    }
    cJSON *parsed = cJSON_ParseWithLength(json, size);
    if (parsed == NULL) {
        refuse(error, EVENT_ERROR_MALFORMED, "An event must be a JSON object.");
        return NULL;
    }
    struct event *ev = event_from_cjson(parsed, error);
    cJSON_Delete(parsed);
    return ev;
}
