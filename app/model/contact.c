#include "app/model/contact.h"

#include <string.h>

#include "app/model/customer.h"
#include "app/model/fields.h"

FIELD_NAME_WRAPPERS(channel, enum channel)
FIELD_NAME_WRAPPERS(contact_class, enum contact_class)
FIELD_NAME_WRAPPERS(contact_state, enum contact_state)

#define FIELD(field, kind, ...)                                                                \
    {                                                                                          \
        .name = #field, .type = (kind), .offset = offsetof(struct contact, field), __VA_ARGS__ \
    }
#define WORD(field, prefix) \
    FIELD(field, FIELD_NAME, .required = true, .to_name = prefix##_to_name, .from_name = prefix##_from_name)

static const struct field fields[] = {
    FIELD(id, FIELD_TEXT, .required = true),
    WORD(channel, channel),
    WORD(class, contact_class),
    WORD(state, contact_state),
    FIELD(queue, FIELD_WORD, .required = true),
    FIELD(intent, FIELD_WORD),
    FIELD(subject, FIELD_TEXT),
    FIELD(customer, FIELD_TEXT),
    FIELD(name, FIELD_TEXT),
    FIELD(address, FIELD_TEXT),
    FIELD(tier, FIELD_WORD),
    FIELD(language, FIELD_WORD),
    FIELD(case_id, FIELD_TEXT),
    FIELD(priority, FIELD_INT),
    FIELD(created_ms, FIELD_TIME),
    FIELD(queued_ms, FIELD_TIME),
    FIELD(state_since_ms, FIELD_TIME),
    FIELD(due_ms, FIELD_TIME),
    FIELD(agent, FIELD_TEXT),
    FIELD(leg, FIELD_TEXT),
    FIELD(legs, FIELD_INT),
    FIELD(accepted_ms, FIELD_TIME),
    FIELD(first_reply_ms, FIELD_TIME),
    FIELD(offer_until_ms, FIELD_TIME),
    FIELD(parked_until_ms, FIELD_TIME),
    FIELD(unanswered_ms, FIELD_TIME),
    FIELD(unread, FIELD_INT),
    FIELD(customer_gone, FIELD_FLAG),
    FIELD(escalated, FIELD_FLAG),
    FIELD(given_back, FIELD_FLAG),
    FIELD(asked_by, FIELD_TEXT),
    FIELD(consulted, FIELD_TEXT),
    FIELD(came_from, FIELD_TEXT),
    FIELD(ask, FIELD_TEXT),
    FIELD(story, FIELD_TEXT),
    FIELD(preview, FIELD_TEXT),
    FIELD(disposition, FIELD_TEXT),
    FIELD(resolved, FIELD_FLAG),
    FIELD(closed_ms, FIELD_TIME),
    FIELD(script, FIELD_TEXT),
    FIELD(verified, FIELD_TEXT),
    FIELD(news_position, FIELD_POSITION),
    FIELD(position, FIELD_POSITION),
};

struct contact *contact_new(const char *id)
{
    struct contact *c = g_new0(struct contact, 1);
    c->id = g_strdup(id);
    return c;
}

static void free_approval(gpointer a)
{
    approval_free(a);
}

void contact_add_approval(struct contact *c, struct approval *a)
{
    if (c->approvals == NULL)
        c->approvals = g_ptr_array_new_with_free_func(free_approval);
    g_ptr_array_add(c->approvals, a);
}

void contact_free(struct contact *c)
{
    if (c == NULL)
        return;
    fields_release(fields, G_N_ELEMENTS(fields), c);
    g_clear_pointer(&c->approvals, g_ptr_array_unref);
    g_free(c);
}

struct contact *contact_copy(const struct contact *c)
{
    struct contact *copy = g_memdup2(c, sizeof *c);
    fields_own(fields, G_N_ELEMENTS(fields), copy);
    copy->approvals = NULL;
    for (guint i = 0; c->approvals != NULL && i < c->approvals->len; i++)
        contact_add_approval(copy, approval_copy(g_ptr_array_index(c->approvals, i)));
    return copy;
}

bool contact_is_handled(const struct contact *c)
{
    return c->state == CONTACT_ACTIVE || c->state == CONTACT_HELD || c->state == CONTACT_CONSULTING ||
           c->state == CONTACT_WRAPPING;
}

bool contact_is_over(const struct contact *c)
{
    return c->state == CONTACT_CLOSED || c->state == CONTACT_ABANDONED;
}

enum identity_kind contact_address_kind(const struct contact *c)
{
    const char *address = c->address;
    const char *at_sign = strchr(address, '@');
    if (at_sign != NULL && at_sign != address)
        return IDENTITY_EMAIL;
    return *address == '+' || *address == '(' || g_ascii_isdigit(*address) ? IDENTITY_PHONE : IDENTITY_HANDLE;
}

char *contact_caller(const struct contact *c)
{
    if (c->name != NULL || c->address == NULL)
        return g_strdup(c->name);
    return identity_mask(contact_address_kind(c), c->address);
}

cJSON *contact_to_cjson(const struct contact *c)
{
    cJSON *json = cJSON_CreateObject();
    fields_write(fields, G_N_ELEMENTS(fields), c, json);
    if (c->approvals == NULL)
        return json;
    cJSON *list = cJSON_AddArrayToObject(json, "approvals");
    for (guint i = 0; i < c->approvals->len; i++)
        cJSON_AddItemToArray(list, approval_to_cjson(g_ptr_array_index(c->approvals, i)));
    return json;
}

struct contact *contact_from_cjson(const cJSON *json, GError **error)
{
    g_autoptr(contact) c = contact_new(NULL);
    if (!fields_read(fields, G_N_ELEMENTS(fields), json, "a contact", c, error))
        return NULL;
    const cJSON *one;
    cJSON_ArrayForEach (one, cJSON_GetObjectItemCaseSensitive(json, "approvals")) {
        struct approval *a = approval_from_cjson(one, error);
        if (a == NULL)
            return NULL;
        contact_add_approval(c, a);
    }
    return g_steal_pointer(&c);
}

void contact_pack(const struct contact *c, GByteArray *bytes)
{
    fields_pack(fields, G_N_ELEMENTS(fields), c, bytes);
    guint count = c->approvals != NULL ? c->approvals->len : 0;
    pack_number(bytes, count);
    for (guint i = 0; i < count; i++)
        approval_pack(g_ptr_array_index(c->approvals, i), bytes);
}

struct contact *contact_unpack(struct unpack *from)
{
    g_autoptr(contact) c = contact_new(NULL);
    fields_unpack(fields, G_N_ELEMENTS(fields), c, from);
    for (size_t left = unpack_count(from); left > 0 && !from->is_broken; left--) {
        struct approval *a = approval_unpack(from);
        if (a != NULL)
            contact_add_approval(c, a);
    }
    return from->is_broken ? NULL : g_steal_pointer(&c);
}

uint32_t contact_layout(void)
{
    return fields_layout(fields, G_N_ELEMENTS(fields)) * 31 + approval_layout();
}
