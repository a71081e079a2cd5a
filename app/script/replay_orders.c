#include "app/script/replay_orders.h"

#include <string.h>

/* What an event has of an order, and the facts of those names. */
static const char *const FACTS[][2] = {
    {"order", "order.id"},
    {"status", "order.status"},
    {"item", "order.item"},
    {"currency", "order.currency"},
    {"placed", "order.placed"},
    {"shipped", "order.shipped"},
    {"delivered", "order.delivered"},
    {"tracking", "order.tracking"},
};

struct replay_orders {
    GHashTable *events; /* id -> struct event *, the last that recorded it; owned */
    GHashTable *only;   /* customer -> id of the one order, or "" for several; owned */
};

struct replay_orders *replay_orders_new(void)
{
    struct replay_orders *orders = g_new0(struct replay_orders, 1);
    orders->events = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)event_free);
    orders->only = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return orders;
}

void replay_orders_free(struct replay_orders *orders)
{
    if (!orders)
        return;
    g_hash_table_unref(orders->events);
    g_hash_table_unref(orders->only);
    g_free(orders);
}

void replay_orders_take(struct replay_orders *orders, const struct event *ev)
{
    const char *id = event_text(ev, "order"), *customer = event_text(ev, "customer");
    if (ev->kind != EVENT_ORDER_RECORDED || !id || !customer)
        return;
    const char *known = g_hash_table_lookup(orders->only, customer);
    bool is_another = known && strcmp(known, id) != 0;
    g_hash_table_replace(orders->only, g_strdup(customer), g_strdup(is_another ? "" : id));
    g_hash_table_replace(orders->events, g_strdup(id), event_copy(ev));
}

const char *replay_orders_only(const struct replay_orders *orders, const char *customer)
{
    const char *id = customer ? g_hash_table_lookup(orders->only, customer) : NULL;
    return id && *id ? id : NULL;
}

void replay_orders_tell(const struct replay_orders *orders, const char *id,
                        void (*tell)(void *data, const char *name, const char *value), void *data)
{
    const struct event *ev = g_hash_table_lookup(orders->events, id);
    for (size_t i = 0; i < G_N_ELEMENTS(FACTS); i++) {
        const char *value = ev ? event_text(ev, FACTS[i][0]) : NULL;
        tell(data, FACTS[i][1], value ? value : "");
    }
    int64_t minor = ev ? event_number(ev, "total_minor", -1) : -1;
    g_autofree char *total =
        minor < 0 ? g_strdup("")
                  : g_strdup_printf("%" G_GINT64_FORMAT ".%02d", minor / 100, (int)(minor % 100));
    tell(data, "order.total", total);
}
