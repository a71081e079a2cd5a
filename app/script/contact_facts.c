/* See the header. */
#include "app/script/contact_facts.h"

#include <string.h>

static char *customer_text(const struct contact *c, const struct customer *who, const char *name)
{
    if (!who)
        return g_str_equal(name, "name") && c->customer ? g_strdup(c->name) : NULL;
    if (g_str_equal(name, "id"))
        return g_strdup(who->id);
    if (g_str_equal(name, "since")) /* a fact is a whole date; a bare year is not known well enough */
        return who->since && strlen(who->since) == 10 ? g_strdup(who->since) : NULL;
    if (g_str_equal(name, "orders"))
        return contact_facts_orders(who);
    return customer_value(who, g_str_equal(name, "address") ? "postal" : name);
}

static char *money(int64_t minor)
{
    return g_strdup_printf("%s%" G_GINT64_FORMAT ".%02d", minor < 0 ? "-" : "", ABS(minor) / 100,
                           (int)(ABS(minor) % 100));
}

static char *order_text(const struct order *o, const char *name)
{
    if (!o)
        return NULL;
    const struct {
        const char *name, *value;
    } rows[] = {{"id", o->id},         {"status", o->status},
                {"item", o->item},     {"currency", o->currency},
                {"placed", o->placed}, {"delivered", o->delivered}};
    if (g_str_equal(name, "total"))
        return money(o->total_minor);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_equal(rows[i].name, name))
            return g_strdup(rows[i].value);
    return NULL;
}

static char *contact_text(const struct contact *c, const char *name)
{
    const struct {
        const char *name, *value;
    } rows[] = {{"id", c->id},          {"channel", channel_name(c->channel)},
                {"queue", c->queue},    {"class", contact_class_name(c->class)},
                {"intent", c->intent},  {"language", c->language},
                {"subject", c->subject}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_equal(rows[i].name, name))
            return g_strdup(rows[i].value);
    return NULL;
}

char *contact_facts_orders(const struct customer *who)
{
    GString *ids = g_string_new(NULL);
    for (guint i = 0; who && i < who->orders->len; i++) {
        const struct order *o = g_ptr_array_index(who->orders, i);
        g_string_append_printf(ids, "%s%s", i > 0 ? ", " : "", o->id);
    }
    return g_string_free(ids, FALSE);
}

char *contact_facts_text(const struct contact *c, const struct customer *who, const struct order *o,
                         const char *name)
{
    if (g_str_has_prefix(name, "customer."))
        return customer_text(c, who, name + strlen("customer."));
    if (g_str_has_prefix(name, "order."))
        return order_text(o, name + strlen("order."));
    if (g_str_has_prefix(name, "contact."))
        return contact_text(c, name + strlen("contact."));
    return NULL;
}
