/* Requests per second and latency of one small JSON answer, beside the least libmicrohttpd program in the
 * same run: rounds interleaved, medians told. Needs wrk; without it, says so. */
#include "net/http_server.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/json_writer.h"
#include "tests/support/bench.h"

enum {
    ROUNDS = 5,
    SECONDS = 2,
};

static const char fixed_body[] =
    "{\"id\":\"42\",\"state\":\"queued\",\"channel\":\"chat\",\"subject\":\"Where is my order?\"}";

static enum MHD_Result least_answer(void *data, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_len, void **slot)
{
    (void)data, (void)url, (void)method, (void)version, (void)upload, (void)upload_len;
    static int seen;
    if (!*slot) {
        *slot = &seen;
        return MHD_YES;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof fixed_body - 1, (void *)fixed_body, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result queued = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return queued;
}

static enum http_outcome hello(const struct http_request *request, struct http_response *response,
                               void *user_data, GError **error)
{
    (void)user_data, (void)error;
    GString *out = g_string_sized_new(128);
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "id", http_request_param(request, "contact"));
    json_add_string(&json, "state", "queued");
    json_add_string(&json, "channel", "chat");
    json_add_string(&json, "subject", "Where is my order?");
    json_object_end(&json);
    http_response_take_json(response, 200, out);
    return HTTP_DONE;
}

static const struct http_route routes[] = {
    {HTTP_METHOD_GET, "/v1/contacts/{contact}", hello, .help = "One contact."},
};

struct figure {
    double per_second;
    double p99_ms;
};

static double read_ms(const char *text)
{
    char *unit;
    double value = g_ascii_strtod(text, &unit);
    return g_str_has_prefix(unit, "us") ? value / 1000 : g_str_has_prefix(unit, "ms") ? value : value * 1000;
}

static struct figure run_wrk(unsigned port, unsigned connections)
{
    g_autofree char *command = g_strdup_printf(
        "wrk -t 2 -c %u -d %ds --latency http://127.0.0.1:%u/v1/contacts/42", connections, SECONDS, port);
    g_autofree char *out = NULL;
    struct figure figure = {0};
    if (!g_spawn_command_line_sync(command, &out, NULL, NULL, NULL) || !out)
        return figure;
    const char *rate = strstr(out, "Requests/sec:"), *p99 = strstr(out, "99%");
    if (rate)
        figure.per_second = g_ascii_strtod(rate + strlen("Requests/sec:"), NULL);
    if (p99)
        figure.p99_ms = read_ms(p99 + 3);
    if (strstr(out, "Non-2xx"))
        figure.per_second = 0;
    return figure;
}

static void tell(unsigned connections, const char *figure, const char *unit, double ours, double least)
{
    bool is_rate = *unit == '/';
    g_autofree char *what = g_strdup_printf("small JSON, %u connections, %s", connections, figure);
    g_autofree char *our = g_strdup_printf(is_rate ? "%.0f%s" : "%.2f%s", ours, unit);
    g_autofree char *peer = g_strdup_printf(is_rate ? "least %.0f%s" : "least %.2f%s", least, unit);
    bench_line(&(struct bench_figure){what, our, peer, ours / least, is_rate ? ">= 0.5x" : "<= 2x"});
}

static void compare(unsigned ours, unsigned least, unsigned connections)
{
    double our_rate[ROUNDS], least_rate[ROUNDS], our_p99[ROUNDS], least_p99[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        struct figure figure = run_wrk(ours, connections);
        our_rate[round] = figure.per_second;
        our_p99[round] = figure.p99_ms;
        figure = run_wrk(least, connections);
        least_rate[round] = figure.per_second;
        least_p99[round] = figure.p99_ms;
    }
    tell(connections, "rate", "/s", bench_median(our_rate, ROUNDS), bench_median(least_rate, ROUNDS));
    tell(connections, "p99", " ms", bench_median(our_p99, ROUNDS), bench_median(least_p99, ROUNDS));
}

int main(void)
{
    g_autofree char *wrk = g_find_program_in_path("wrk");
    if (!wrk) {
        printf("skipped: wrk is not installed\n");
        return 0;
    }
    g_autoptr(GError) error = NULL;
    struct http_server *server = http_server_new(&(struct http_server_options){0});
    http_server_add_routes(server, routes, G_N_ELEMENTS(routes), NULL);
    if (!http_server_start(server, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    unsigned threads = MAX(g_get_num_processors(), 2);
    struct MHD_Daemon *least = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, least_answer,
                                                NULL, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_END);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(least, MHD_DAEMON_INFO_BIND_PORT);
    unsigned least_port = info->port;
    bench_head("the HTTP server alone, one small answer");
    compare(http_server_port(server), least_port, 64);
    compare(http_server_port(server), least_port, 8);
    MHD_stop_daemon(least);
    http_server_free(server);
    return 0;
}
