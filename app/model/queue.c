#include "app/model/queue.h"

#include "app/model/fields.h"

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
    return g_steal_pointer(&q);
}

void queue_pack(const struct queue *q, GByteArray *bytes)
{
    fields_pack(fields, G_N_ELEMENTS(fields), q, bytes);
}

struct queue *queue_unpack(struct unpack *from)
{
    g_autoptr(queue) q = queue_new(NULL, NULL);
    fields_unpack(fields, G_N_ELEMENTS(fields), q, from);
    return from->is_broken ? NULL : g_steal_pointer(&q);
}

uint32_t queue_layout(void)
{
    return fields_layout(fields, G_N_ELEMENTS(fields));
}
