/* For machines: is it alive, is it ready, what does it count, how is it described. */
#include "app/service/routes.h"
#include "app/service/schema.h"

static enum http_outcome get_health(const struct http_request *request, struct http_response *response,
                                    void *user_data, GError **error)
{
    (void)request;
    (void)user_data;
    (void)error;
    return route_answer(response, g_string_new("{\"status\":\"ok\"}"));
}

static enum http_outcome get_ready(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)request;
    struct service *s = user_data;
    g_autoptr(GError) problem = NULL;
    g_autofree char *trouble = store_trouble(s->store);
    struct db *db = store_reader_take(s->store, &problem);
    bool reads = db && db_check_place(db, &problem) && schema_check(db, &problem);
    store_reader_give(s->store, db);
    if (reads && !trouble)
        return route_answer(response, g_string_new("{\"status\":\"ready\"}"));
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNAVAILABLE, trouble ? trouble : problem->message);
    return HTTP_FAILED;
}

static enum http_outcome get_version(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)request;
    (void)user_data;
    (void)error;
    return route_answer(response, g_string_new("{\"version\":\"" FIRSTLINE_VERSION "\",\"api\":\"v1\"}"));
}

static void add_metric(GString *out, const char *name, const char *type, const char *help, double value)
{
    g_string_append_printf(out, "# HELP firstline_%s %s\n# TYPE firstline_%s %s\nfirstline_%s %.17g\n", name,
                           help, name, type, name, value);
}

static enum http_outcome get_metrics(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)request;
    (void)error;
    struct service *s = user_data;
    struct store_counts kept = store_counts(s->store);
    struct event_hub_counts streams = event_hub_counts(s->hub);
    struct board_counts floor;
    board_count(store_board(s->store), g_get_real_time() / 1000, &floor);
    GString *out = g_string_new(NULL);
    add_metric(out, "events_total", "counter", "Events taken since the start.", (double)kept.events);
    add_metric(out, "events_refused_total", "counter", "Events refused since the start.",
               (double)kept.refused);
    add_metric(out, "commits_total", "counter", "Transactions committed.", (double)kept.commits);
    add_metric(out, "commit_failures_total", "counter", "Transactions that failed.", (double)kept.failures);
    add_metric(out, "requests_total", "counter", "Requests answered.", g_atomic_int_get(&s->requests));
    add_metric(out, "request_failures_total", "counter", "Requests answered with 5xx.",
               g_atomic_int_get(&s->failures));
    add_metric(out, "streams", "gauge", "Live event streams.", streams.streams);
    add_metric(out, "streams_cut_off_total", "counter", "Streams ended because they did not read.",
               (double)streams.cut_off);
    add_metric(out, "connections", "gauge", "Open connections.", http_server_connection_count(s->server));
    add_metric(out, "contacts_open", "gauge", "Living contacts.", floor.contacts);
    add_metric(out, "contacts_queued", "gauge", "Contacts that wait for an agent.", floor.queued);
    add_metric(out, "contacts_at_risk", "gauge", "Contacts whose clock is breached or nearly so.",
               floor.at_risk);
    add_metric(out, "position", "gauge", "Position of the last event.",
               (double)board_position(store_board(s->store)));
    http_response_take_text(response, 200, "text/plain; version=0.0.4", out);
    return HTTP_DONE;
}

/* The file lies beside share/ in the source and in share/ when installed. */
static enum http_outcome get_openapi(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)request;
    (void)user_data;
    static const char *const paths[] = {FIRSTLINE_SHARE "/openapi.yaml",
                                        FIRSTLINE_SHARE "/../docs/openapi.yaml"};
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        char *text;
        gsize len;
        if (!g_file_get_contents(paths[i], &text, &len, NULL))
            continue;
        GString *out = g_string_new_len(text, (gssize)len);
        g_free(text);
        http_response_take_text(response, 200, "application/yaml", out);
        return HTTP_DONE;
    }
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_NOT_FOUND,
                        "The description of the API is not installed here.");
    return HTTP_FAILED;
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/healthz", get_health, .rights = RIGHT_PUBLIC, .help = "is it alive?"},
    {HTTP_METHOD_GET, "/readyz", get_ready, .rights = RIGHT_PUBLIC, .help = "is it ready?"},
    {HTTP_METHOD_GET, "/version", get_version, .rights = RIGHT_PUBLIC, .help = "which version is it?"},
    {HTTP_METHOD_GET, "/metrics", get_metrics, .rights = RIGHT_PUBLIC | RIGHT_LOOPBACK,
     .help = "what does it count?"},
    {HTTP_METHOD_GET, "/openapi.yaml", get_openapi, .rights = RIGHT_PUBLIC, .help = "how is it described?"},
};
const struct route_table routes_health = {rows, G_N_ELEMENTS(rows)};
