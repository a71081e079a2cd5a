#include "app/model/customer.h"

#include <string.h>

#include "app/model/fields.h"

#define BULLET "\xe2\x80\xa2"

#define CUSTOMER(field, ...)                                                                        \
    {                                                                                               \
        .name = #field, .type = FIELD_TEXT, .offset = offsetof(struct customer, field), __VA_ARGS__ \
    }
#define ORDER(field, kind, ...)                                                              \
    {                                                                                        \
        .name = #field, .type = (kind), .offset = offsetof(struct order, field), __VA_ARGS__ \
    }

static const struct field customer_fields[] = {
    CUSTOMER(id, .required = true),
    CUSTOMER(name, .required = true),
    CUSTOMER(tier),
    CUSTOMER(since),
    CUSTOMER(language),
    CUSTOMER(consent),
    CUSTOMER(postal),
    CUSTOMER(note),
};
static const struct field order_fields[] = {
    ORDER(id, FIELD_TEXT, .required = true),
    ORDER(customer, FIELD_TEXT, .required = true),
    ORDER(business, FIELD_TEXT),
    ORDER(item, FIELD_TEXT),
    ORDER(status, FIELD_TEXT),
    ORDER(currency, FIELD_TEXT),
    ORDER(total_minor, FIELD_LONG),
    ORDER(placed, FIELD_TEXT),
    ORDER(delivered, FIELD_TEXT),
};
static const char *const identity_kinds[IDENTITY_COUNT] = {
    [IDENTITY_EMAIL] = "email",
    [IDENTITY_PHONE] = "phone",
    [IDENTITY_ACCOUNT] = "account",
    [IDENTITY_HANDLE] = "handle",
};

struct order *order_new(const char *id, const char *customer_id)
{
    struct order *o = g_new0(struct order, 1);
    o->id = g_strdup(id);
    o->customer = g_strdup(customer_id);
    return o;
}

void order_free(struct order *o)
{
    if (o == NULL)
        return;
    fields_release(order_fields, G_N_ELEMENTS(order_fields), o);
    g_free(o);
}

cJSON *order_to_cjson(const struct order *o)
{
    cJSON *json = cJSON_CreateObject();
    fields_write(order_fields, G_N_ELEMENTS(order_fields), o, json);
    return json;
}

struct order *order_from_cjson(const cJSON *json, GError **error)
{
    g_autoptr(order) o = order_new(NULL, NULL);
    if (!fields_read(order_fields, G_N_ELEMENTS(order_fields), json, "an order", o, error))
        return NULL;
    return g_steal_pointer(&o);
}

static void identity_clear(void *identity)
{
    g_free(((struct identity *)identity)->value);
}

static void order_destroy(void *o)
{
    order_free(o);
}

struct customer *customer_new(const char *id, const char *name)
{
    struct customer *c = g_new0(struct customer, 1);
    c->id = g_strdup(id);
    c->name = g_strdup(name);
    c->identities = g_array_new(false, false, sizeof(struct identity));
    g_array_set_clear_func(c->identities, identity_clear);
    c->orders = g_ptr_array_new_with_free_func(order_destroy);
    return c;
}

void customer_free(struct customer *c)
{
    if (c == NULL)
        return;
    fields_release(customer_fields, G_N_ELEMENTS(customer_fields), c);
    g_array_unref(c->identities);
    g_ptr_array_unref(c->orders);
    g_free(c);
}

void customer_add_identity(struct customer *c, enum identity_kind kind, const char *value)
{
    struct identity added = {.kind = kind, .value = g_strdup(value)};
    g_array_append_val(c->identities, added);
}

const char *customer_identity(const struct customer *c, enum identity_kind kind)
{
    for (guint i = 0; i < c->identities->len; i++) {
        const struct identity *identity = &g_array_index(c->identities, struct identity, i);
        if (identity->kind == kind)
            return identity->value;
    }
    return NULL;
}

cJSON *customer_to_cjson(const struct customer *c)
{
    cJSON *json = cJSON_CreateObject();
    fields_write(customer_fields, G_N_ELEMENTS(customer_fields), c, json);
    cJSON *identities = cJSON_AddArrayToObject(json, "identities");
    for (guint i = 0; i < c->identities->len; i++) {
        const struct identity *identity = &g_array_index(c->identities, struct identity, i);
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "kind", identity_kind_name(identity->kind));
        cJSON_AddStringToObject(item, "value", identity->value);
        cJSON_AddItemToArray(identities, item);
    }
    cJSON *orders = cJSON_AddArrayToObject(json, "orders");
    for (guint i = 0; i < c->orders->len; i++)
        cJSON_AddItemToArray(orders, order_to_cjson(c->orders->pdata[i]));
    return json;
}

static bool read_identities(struct customer *c, const cJSON *json, GError **error)
{
    const cJSON *item;
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "identities")) {
        enum identity_kind kind;
        const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "value"));
        if (!identity_kind_parse(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "kind")),
                                 &kind) ||
            value == NULL) {
            g_set_error(
                error, FIELDS_ERROR, FIELDS_ERROR_MALFORMED,
                "Each identity of customer %s must have a kind (email, phone, account, handle) and a value.",
                c->id);
            return false;
        }
        customer_add_identity(c, kind, value);
    }
    return true;
}

static bool read_orders(struct customer *c, const cJSON *json, GError **error)
{
    const cJSON *item;
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "orders")) {
        struct order *o = order_from_cjson(item, error);
        if (o == NULL)
            return false;
        g_ptr_array_add(c->orders, o);
    }
    return true;
}

struct customer *customer_from_cjson(const cJSON *json, GError **error)
{
    g_autoptr(customer) c = customer_new(NULL, NULL);
    if (!fields_read(customer_fields, G_N_ELEMENTS(customer_fields), json, "a customer", c, error) ||
        !read_identities(c, json, error) || !read_orders(c, json, error))
        return NULL;
    return g_steal_pointer(&c);
}

const char *identity_kind_name(enum identity_kind kind)
{
    return (unsigned)kind < IDENTITY_COUNT ? identity_kinds[kind] : "";
}

bool identity_kind_parse(const char *name, enum identity_kind *kind)
{
    for (int i = 0; name != NULL && i < IDENTITY_COUNT; i++) {
        if (strcmp(identity_kinds[i], name) == 0) {
            *kind = (enum identity_kind)i;
            return true;
        }
    }
    return false;
}

/* Copies `value` with each character of [start, end) (counted in characters) that is a letter or digit
 * hidden. */
static char *hide(const char *value, glong start, glong end)
{
    GString *masked = g_string_new(NULL);
    glong i = 0;
    for (const char *at = value; *at != '\0'; at = g_utf8_next_char(at), i++) {
        gunichar ch = g_utf8_get_char(at);
        if (i >= start && i < end && g_unichar_isalnum(ch))
            g_string_append(masked, BULLET);
        else
            g_string_append_unichar(masked, ch);
    }
    return g_string_free(masked, false);
}

char *identity_mask(enum identity_kind kind, const char *value)
{
    glong length = g_utf8_strlen(value, -1);
    switch (kind) {
    case IDENTITY_EMAIL: {
        const char *at_sign = strrchr(value, '@');
        glong name_length = at_sign == NULL ? length : g_utf8_strlen(value, at_sign - value);
        return name_length <= 2 ? hide(value, 0, name_length) : hide(value, 1, name_length - 1);
    }
    case IDENTITY_PHONE:
        /* The area stays, and the last four digits, by which people recognise their own number. */
        return hide(value, length > 9 ? length - 8 : 0, length > 6 ? length - 4 : length);
    case IDENTITY_ACCOUNT:
    case IDENTITY_HANDLE:
    case IDENTITY_COUNT:
        break;
    }
    return hide(value, 0, length > 6 ? length - 4 : length);
}

/* The member that holds a text of that name; NULL: there is none. */
static char **text_of(struct customer *c, const char *field)
{
    const char *name = g_str_equal(field, "address") ? "postal" : field;
    for (size_t i = 0; i < G_N_ELEMENTS(customer_fields); i++)
        if (g_str_equal(customer_fields[i].name, name) && !g_str_equal(name, "id"))
            return (char **)(void *)((char *)c + customer_fields[i].offset);
    return NULL;
}

char *customer_value(const struct customer *c, const char *field)
{
    enum identity_kind kind;
    if (identity_kind_parse(field, &kind))
        return g_strdup(customer_identity(c, kind));
    char **text = text_of((struct customer *)c, field);
    return text != NULL ? g_strdup(*text) : NULL;
}

static void correct_identity(struct customer *c, enum identity_kind kind, const char *value)
{
    for (guint i = 0; i < c->identities->len; i++) {
        struct identity *identity = &g_array_index(c->identities, struct identity, i);
        if (identity->kind != kind)
            continue;
        g_free(identity->value);
        identity->value = g_strdup(value);
        if (*value == '\0')
            g_array_remove_index(c->identities, i);
        return;
    }
    if (*value != '\0')
        customer_add_identity(c, kind, value);
}

void customer_correct(struct customer *c, const char *field, const char *value)
{
    enum identity_kind kind;
    char **text = text_of(c, field);
    if (identity_kind_parse(field, &kind))
        correct_identity(c, kind, value);
    if (text == NULL || (text == &c->name && *value == '\0'))
        return;
    g_free(*text);
    *text = *value != '\0' ? g_strdup(value) : NULL;
}
