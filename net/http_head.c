/* Heads of requests. */
#include "net/http_head.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "net/problem.h"

bool http_head_takes_body(struct http_exchange *exchange, size_t len)
{
    size_t max_bytes = exchange->match.route ? exchange->match.route->body_max_bytes : 0;
    if (len <= max_bytes)
        return true;
    if (max_bytes)
        g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_TOO_LARGE,
                    "The body is longer than the %zu bytes that %s takes.", max_bytes,
                    exchange->request.path);
    else
        g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_TOO_LARGE, "%s takes no body.",
                    exchange->request.path);
    return false;
}

uint64_t http_head_body_bytes(const struct http_exchange *exchange)
{
    const char *text = http_request_header(&exchange->request, "Content-Length");
    return text ? g_ascii_strtoull(text, NULL, 10) : 0;
}

static enum MHD_Result check_text(void *data, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                  const char *value, size_t value_len)
{
    (void)kind;
    bool *is_text = data;
    *is_text = *is_text && g_utf8_validate_len(name, name_len, NULL) &&
               (!value || g_utf8_validate_len(value, value_len, NULL));
    return *is_text ? MHD_YES : MHD_NO;
}

static bool check_query(struct http_exchange *exchange, bool has_query)
{
    bool is_text = true;
    if (has_query)
        MHD_get_connection_values_n(exchange->connection, MHD_GET_ARGUMENT_KIND, check_text, &is_text);
    if (!is_text)
        g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The address holds a value that is not readable text.");
    return is_text;
}

static bool read_method(const char *word, enum http_method *method)
{
    for (int i = 0; i < HTTP_METHOD_COUNT; i++) {
        if (strcmp(word, http_method_name((enum http_method)i)) == 0) {
            *method = (enum http_method)i;
            return true;
        }
    }
    return false;
}

static void name_ipv4(struct http_request *request, const void *bytes)
{
    inet_ntop(AF_INET, bytes, request->peer, sizeof request->peer);
    request->peer_is_loopback = *(const uint8_t *)bytes == 127;
}

static void name_ipv6(struct http_request *request, const struct in6_addr *address)
{
    inet_ntop(AF_INET6, address, request->peer, sizeof request->peer);
    request->peer_is_loopback = IN6_IS_ADDR_LOOPBACK(address);
}

/* A socket for both families gives IPv4 addresses within IPv6 ones (::ffff:127.0.0.1). */
static void name_peer(struct http_exchange *exchange)
{
    struct http_request *request = &exchange->request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr)
        return;
    const struct sockaddr_in *four = (const void *)info->client_addr;
    const struct sockaddr_in6 *six = (const void *)info->client_addr;
    if (info->client_addr->sa_family == AF_INET)
        name_ipv4(request, &four->sin_addr);
    else if (info->client_addr->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        name_ipv4(request, six->sin6_addr.s6_addr + 12);
    else if (info->client_addr->sa_family == AF_INET6)
        name_ipv6(request, &six->sin6_addr);
}

void http_head_read(struct http_exchange *exchange, const char *method)
{
    struct http_server *server = exchange->server;
    char *question = strchr(exchange->uri, '?');
    if (question)
        *question = '\0';
    exchange->request.path = exchange->uri;
    name_peer(exchange);
    if (!read_method(method, &exchange->request.method)) {
        g_set_error(&exchange->error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The request's method is not known here.");
        return;
    }
    if (!http_route_table_match(server->routes, exchange->request.method, exchange->uri, &exchange->match,
                                &exchange->error))
        return;
    exchange->request.route = exchange->match.route;
    if (!exchange->match.route || !check_query(exchange, question))
        return;
    if (server->options.gate &&
        !server->options.gate(&exchange->request, server->options.user_data, &exchange->error))
        return;
    http_head_takes_body(exchange, http_head_body_bytes(exchange));
}
