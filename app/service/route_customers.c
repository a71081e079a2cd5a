/* Customers: the whole record, and finding anybody. */
#include "app/service/found.h"
#include "app/service/projection.h"
#include "app/service/routes.h"

#include <string.h>

#define CONTACTS_MAX 100

/* Appends the customer's contacts, newest first. */
static bool add_contacts(struct db *db, const char *id, GString *out, GError **error)
{
    struct db_stmt *s =
        db_prepare(db, "SELECT data FROM contacts WHERE customer = $1 ORDER BY created DESC LIMIT $2", error);
    if (!s)
        return false;
    db_bind_text(s, 1, id);
    db_bind_int(s, 2, CONTACTS_MAX);
    enum db_step step;
    for (bool is_first = true; (step = db_step(s, error)) == DB_ROW; is_first = false) {
        if (!is_first)
            g_string_append_c(out, ',');
        g_string_append(out, db_column_text(s, 0));
    }
    db_reset(s);
    return step == DB_DONE;
}

static bool write_customer(struct db *db, const char *id, GString *out, GError **error)
{
    g_autoptr(customer) c = projection_customer(db, id, error);
    if (!c)
        return false;
    cJSON *json = customer_to_cjson(c);
    char *text = cJSON_PrintUnformatted(json);
    g_string_append_len(out, text, (gssize)strlen(text) - 1);
    cJSON_free(text);
    cJSON_Delete(json);
    g_string_append(out, ",\"contacts\":[");
    return add_contacts(db, id, out, error);
}

static enum http_outcome get_customer(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    struct service *s = user_data;
    const char *id = http_request_param(request, "id");
    int64_t position = board_position(store_board(s->store));
    g_autoptr(GString) out = g_string_sized_new(4096);
    struct db *db = store_reader_take(s->store, error);
    bool read = db && write_customer(db, id, out, error);
    store_reader_give(s->store, db);
    if (!read && !*error)
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no customer %s.", id);
    if (!read)
        return HTTP_FAILED;
    g_string_append_printf(out, "],\"position\":\"%" G_GINT64_FORMAT "\"}", position);
    return route_answer(response, g_steal_pointer(&out));
}

static enum http_outcome get_find(const struct http_request *request, struct http_response *response,
                                  void *user_data, GError **error)
{
    struct service *s = user_data;
    const char *query = http_request_query(request, "q");
    int64_t limit = 20;
    if (!http_request_query_int64(request, "limit", 1, 100, &limit, error))
        return HTTP_FAILED;
    if (!query || strlen(query) > FINDER_QUERY_BYTES) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "Say in q what to find, in at most %d bytes.",
                    FINDER_QUERY_BYTES);
        return HTTP_FAILED;
    }
    g_autoptr(GPtrArray) hits = finder_find(s->finder, query, (size_t)limit);
    g_autoptr(GString) out = g_string_new("{\"hits\":[");
    struct db *db = store_reader_take(s->store, error);
    bool read = db && found_write(db, hits, out, error);
    store_reader_give(s->store, db);
    if (!read)
        return HTTP_FAILED;
    g_string_append(out, "]}");
    return route_answer(response, g_steal_pointer(&out));
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/customers/{id}", get_customer, .rights = RIGHT_CUSTOMERS_READ,
     .help = "read a customer's record."},
    {HTTP_METHOD_GET, "/v1/find", get_find, .rights = RIGHT_CUSTOMERS_READ,
     .help = "find a customer, a contact or an order."},
};
const struct route_table routes_customers = {rows, G_N_ELEMENTS(rows)};
