/* Approvals: those that wait for somebody, and those that were asked for before. Asking and deciding are
 * events. */
#include "app/service/routes.h"

#include <string.h>

#define PAGE_MAX 500

struct page {
    bool is_open; /* only those that nobody has decided yet */
    const char *contact;
    int64_t limit, after;
};

static bool read_page(const struct http_request *request, struct page *page, GError **error)
{
    const char *state = http_request_query(request, "state");
    *page = (struct page){.is_open = !state || strcmp(state, "open") == 0,
                          .contact = http_request_query(request, "contact"),
                          .limit = 50};
    if (!page->is_open && strcmp(state, "all") != 0) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The state of approvals is open or all, not \"%.40s\".", state);
        return false;
    }
    const char *cursor = http_request_query(request, "after_cursor");
    return http_request_query_int64(request, "limit", 1, PAGE_MAX, &page->limit, error) &&
           (!cursor || !*cursor ||
            http_request_query_int64(request, "after_cursor", 0, INT64_MAX, &page->after, error));
}

static bool list(struct db *db, struct page *page, GString *out, bool *is_last, GError **error)
{
    g_autofree char *sql = g_strconcat(
        "SELECT number, data FROM approvals WHERE number > $1", page->is_open ? " AND state = 'asked'" : "",
        page->contact ? " AND contact = $3" : "", " ORDER BY number LIMIT $2", NULL);
    struct db_stmt *s = db_prepare(db, sql, error);
    if (!s)
        return false;
    db_bind_int(s, 1, page->after);
    db_bind_int(s, 2, page->limit + 1);
    if (page->contact)
        db_bind_text(s, 3, page->contact);
    enum db_step step;
    int64_t taken = 0;
    *is_last = true;
    while ((step = db_step(s, error)) == DB_ROW) {
        if (taken == page->limit) {
            *is_last = false;
            break;
        }
        if (taken++)
            g_string_append_c(out, ',');
        g_string_append(out, db_column_text(s, 1));
        page->after = db_column_int(s, 0);
    }
    db_reset(s);
    return step != DB_FAILED;
}

static enum http_outcome get_approvals(const struct http_request *request, struct http_response *response,
                                       void *user_data, GError **error)
{
    struct service *s = user_data;
    struct page page;
    bool is_last;
    if (!read_page(request, &page, error))
        return HTTP_FAILED;
    g_autoptr(GString) out = g_string_new("{\"approvals\":[");
    struct db *db = store_reader_take(s->store, error);
    bool read = db && list(db, &page, out, &is_last, error);
    store_reader_give(s->store, db);
    if (!read)
        return HTTP_FAILED;
    g_string_append_printf(out, "],\"after_cursor\":\"%" G_GINT64_FORMAT "\",\"end_of_stream\":%s}",
                           page.after, is_last ? "true" : "false");
    return route_answer(response, g_steal_pointer(&out));
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/approvals", get_approvals, .rights = RIGHTS_FLOOR, .help = "list approvals."},
};
const struct route_table routes_approvals = {rows, G_N_ELEMENTS(rows)};
