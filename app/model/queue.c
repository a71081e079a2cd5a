#include "app/model/queue.h"

#include "app/model/fields.h"
#include "app/model/timestamp.h"

#define FIELD(field, kind, ...)                                                              \
    {                                                                                        \
        .name = #field, .type = (kind), .offset = offsetof(struct queue, field), __VA_ARGS__ \
    }

static const struct field fields[] = {
    FIELD(id, FIELD_TEXT, .required = true),
    FIELD(name, FIELD_TEXT, .required = true),
    FIELD(business, FIELD_TEXT),
    FIELD(skill, FIELD_TEXT),
    FIELD(language, FIELD_TEXT),
    FIELD(line, FIELD_INT),
    FIELD(escalates_to, FIELD_TEXT),
    FIELD(service_level_percent, FIELD_INT),
    FIELD(service_level_ms, FIELD_LONG),
    FIELD(first_reply_ms, FIELD_LONG),
    FIELD(offer_ms, FIELD_LONG),
    FIELD(wrap_ms, FIELD_LONG),
    FIELD(hours, FIELD_TEXT),
};

struct queue *queue_new(const char *id, const char *name)
{
    struct queue *q = g_new0(struct queue, 1);
    *q = (struct queue){.id = g_strdup(id),
                        .name = g_strdup(name),
                        .line = 1,
                        .service_level_percent = 80,
                        .service_level_ms = 20 * 1000,
                        .first_reply_ms = 4 * 3600 * INT64_C(1000),
                        .offer_ms = 20 * 1000};
    return q;
}

struct queue *queue_copy(const struct queue *q)
{
    struct queue *copy = g_memdup2(q, sizeof *q);
    fields_own(fields, G_N_ELEMENTS(fields), copy);
    copy->calendar = q->hours == NULL ? NULL : calendar_parse(q->hours, NULL);
    return copy;
}

void queue_free(struct queue *q)
{
    if (q == NULL)
        return;
    g_free(q->id);
    g_free(q->name);
    g_free(q->business);
    g_free(q->skill);
    g_free(q->language);
    g_free(q->escalates_to);
    g_free(q->hours);
    calendar_free(q->calendar);
    g_free(q);
}

cJSON *queue_to_cjson(const struct queue *q)
{
    cJSON *json = cJSON_CreateObject();
    fields_write(fields, G_N_ELEMENTS(fields), q, json);
    return json;
}

struct queue *queue_from_cjson(const cJSON *json, GError **error)
{
    g_autoptr(queue) q = queue_new(NULL, NULL);
    if (!fields_read(fields, G_N_ELEMENTS(fields), json, "a queue", q, error))
        return NULL;
    g_autofree char *hours = g_steal_pointer(&q->hours);
    return queue_set_hours(q, hours, error) ? g_steal_pointer(&q) : NULL;
}

bool queue_set_hours(struct queue *q, const char *hours, GError **error)
{
    struct calendar *read = hours == NULL ? NULL : calendar_parse(hours, error);
    if (hours != NULL && read == NULL) {
        g_prefix_error(error, "Queue \"%s\": ", q->id);
        return false;
    }
    calendar_free(q->calendar);
    q->calendar = read;
    g_free(q->hours);
    q->hours = g_strdup(hours);
    return true;
}

cJSON *queue_to_floor_cjson(const struct queue *q, int64_t now_ms)
{
    char at[TIMESTAMP_BYTES];
    cJSON *json = queue_to_cjson(q);
    int64_t change_ms = calendar_change_ms(q->calendar, now_ms);
    cJSON_AddBoolToObject(json, "is_open", calendar_is_open(q->calendar, now_ms));
    if (change_ms == INT64_MAX)
        return json;
    timestamp_format(change_ms, at);
    cJSON_AddStringToObject(json, "changes_at", at);
    return json;
}

void queue_pack(const struct queue *q, GByteArray *bytes)
{
    fields_pack(fields, G_N_ELEMENTS(fields), q, bytes);
}

struct queue *queue_unpack(struct unpack *from)
{
    g_autoptr(queue) q = queue_new(NULL, NULL);
    fields_unpack(fields, G_N_ELEMENTS(fields), q, from);
    g_autofree char *hours = g_steal_pointer(&q->hours);
    return from->is_broken || !queue_set_hours(q, hours, NULL) ? NULL : g_steal_pointer(&q);
}

uint32_t queue_layout(void)
{
    return fields_layout(fields, G_N_ELEMENTS(fields));
}
