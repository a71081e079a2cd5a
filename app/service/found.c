#include "app/service/found.h"

#include "app/service/projection.h"
#include "net/json_writer.h"

/* Of a customer's addresses no more is shown than fits a line. */
#define DETAIL_BYTES 80

/* A hit as it is shown; texts are NULL where there is nothing to say. */
struct found {
    const char *kind, *customer;
    GString *title, *detail;
};

static void write_object(const struct found *found, const char *id, GString *out)
{
    struct json_writer json;
    if (out->len > 0 && out->str[out->len - 1] == '}')
        g_string_append_c(out, ',');
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "kind", found->kind);
    json_add_string(&json, "id", id);
    json_add_string(&json, "title", found->title->str);
    json_add_string(&json, "detail", found->detail->str);
    json_add_string_if(&json, "customer", found->customer);
    json_object_end(&json);
}

static void add_part(GString *text, const char *part)
{
    if (part)
        g_string_append_printf(text, "%s%s", text->len ? ", " : "", part);
}

static bool write_customer(struct db *db, const char *id, struct found *found, GString *out, GError **error)
{
    g_autoptr(customer) c = projection_customer(db, id, error);
    if (!c)
        return !*error;
    g_string_assign(found->title, c->name);
    for (guint i = 0; i < c->identities->len && found->detail->len < DETAIL_BYTES; i++) {
        const struct identity *identity = &g_array_index(c->identities, struct identity, i);
        g_autofree char *masked = identity_mask(identity->kind, identity->value);
        add_part(found->detail, masked);
    }
    found->kind = "customer";
    found->customer = id;
    write_object(found, id, out);
    return true;
}

static bool write_contact(struct db *db, const char *id, struct found *found, GString *out, GError **error)
{
    g_autoptr(contact) c = projection_contact(db, id, error);
    if (!c)
        return !*error;
    const char *about = c->subject ? c->subject : c->name ? c->name : "";
    g_string_printf(found->title, "%s %s", id, about);
    add_part(found->detail, channel_name(c->channel));
    add_part(found->detail, contact_state_name(c->state));
    add_part(found->detail, c->name);
    found->kind = "contact";
    found->customer = c->customer;
    write_object(found, id, out);
    return true;
}

static bool write_order(struct db *db, const char *id, struct found *found, GString *out, GError **error)
{
    g_autoptr(order) o = projection_order(db, id, error);
    g_autoptr(customer) c = o ? projection_customer(db, o->customer, error) : NULL;
    if (!c)
        return !*error;
    g_string_printf(found->title, "%s %s", id, o->item ? o->item : "");
    add_part(found->detail, c->name);
    add_part(found->detail, o->status);
    found->kind = "order";
    found->customer = o->customer;
    write_object(found, id, out);
    return true;
}

bool found_write(struct db *db, const GPtrArray *hits, GString *out, GError **error)
{
    static bool (*const writers[])(struct db *, const char *, struct found *, GString *, GError **) = {
        [FINDER_CUSTOMER] = write_customer, [FINDER_CONTACT] = write_contact, [FINDER_ORDER] = write_order};
    g_autoptr(GString) title = g_string_new(NULL), detail = g_string_new(NULL);
    bool read = true;
    for (guint i = 0; i < hits->len && read; i++) {
        const struct finder_hit *hit = g_ptr_array_index(hits, i);
        struct found found = {.title = g_string_truncate(title, 0), .detail = g_string_truncate(detail, 0)};
        read = writers[hit->kind](db, hit->id, &found, out, error);
    }
    return read;
}
