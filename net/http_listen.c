/* The listening socket. */
#include "net/http_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/problem.h"

enum {
    LISTEN_BACKLOG = 1024,
};

static bool fail_address(const char *address, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                "\"%s\" is not an address to listen on; write it as 127.0.0.1:8080 or [::1]:8080.", address);
    return false;
}

/* Parts "host:port" and looks the host up. Caller frees `*found` with freeaddrinfo. */
static bool look_up(const char *address, struct addrinfo **found, GError **error)
{
    const char *colon = strrchr(address, ':');
    guint64 port;
    if (!colon || !g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &port, NULL))
        return fail_address(address, error);
    g_autofree char *host = g_strndup(address, (gsize)(colon - address));
    size_t host_len = strlen(host);
    if (host_len > 2 && host[0] == '[' && host[host_len - 1] == ']') {
        memmove(host, host + 1, host_len - 2);
        host[host_len - 2] = '\0';
    } else if (strchr(host, ':')) {
        return fail_address(address, error);
    }
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    if (getaddrinfo(*host ? host : "0.0.0.0", colon + 1, &hints, found) != 0)
        return fail_address(address, error);
    return true;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(six);
}

static bool fail_listen(const char *address, int error_number, GError **error)
{
    const char *advice =
        error_number == EADDRINUSE      ? "another program has this port; choose another or end that one"
        : error_number == EACCES        ? "ports below 1024 need a right of their own; choose a higher one"
        : error_number == EADDRNOTAVAIL ? "this machine has no such address"
                                        : g_strerror(error_number);
    g_set_error(error, NET_PROBLEM, PROBLEM_UNAVAILABLE, "Cannot listen on %s: %s.", address, advice);
    return false;
}

static int open_socket(const struct addrinfo *where)
{
    int fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    const int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, where->ai_addr, where->ai_addrlen) == 0)
        return fd;
    int error_number = errno;
    close(fd);
    errno = error_number;
    return -1;
}

/* Asks the socket where it really listens, since the port may have been 0. */
static void name_listener(struct http_listener *listener)
{
    struct sockaddr_storage bound;
    socklen_t bound_len = sizeof bound;
    char host[64] = "?", port[8] = "0";
    if (getsockname(listener->fd, (struct sockaddr *)&bound, &bound_len) == 0)
        getnameinfo((struct sockaddr *)&bound, bound_len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV);
    listener->port = (uint16_t)g_ascii_strtoull(port, NULL, 10);
    listener->address = g_strdup_printf(listener->is_ipv6 ? "[%s]:%s" : "%s:%s", host, port);
}

static bool fail_open(const char *address, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                "%s can be reached from other machines, so it is not listened on without TLS; "
                "give a certificate and its key, or listen on 127.0.0.1.",
                address);
    return false;
}

/* Takes the first that can be had: "localhost" is often ::1 first where the network knows no IPv6. */
static bool take_first(struct http_listener *listener, const struct addrinfo *found, const char *address,
                       bool has_tls, GError **error)
{
    int error_number = 0;
    for (; found; found = found->ai_next) {
        listener->is_ipv6 = found->ai_family == AF_INET6;
        listener->is_loopback = is_loopback(found->ai_addr);
        if (!listener->is_loopback && !has_tls)
            return fail_open(address, error);
        listener->fd = open_socket(found);
        if (listener->fd >= 0)
            return true;
        error_number = error_number ? error_number : errno;
    }
    return fail_listen(address, error_number, error);
}

bool http_listener_open(struct http_listener *listener, const char *address, bool has_tls, GError **error)
{
    *listener = (struct http_listener){.fd = -1};
    struct addrinfo *found;
    if (!look_up(address, &found, error))
        return false;
    bool is_open = take_first(listener, found, address, has_tls, error);
    freeaddrinfo(found);
    if (is_open)
        name_listener(listener);
    return is_open;
}

bool http_listener_begin(struct http_listener *listener, GError **error)
{
    return listen(listener->fd, LISTEN_BACKLOG) == 0 || fail_listen(listener->address, errno, error);
}

void http_listener_close(struct http_listener *listener)
{
    if (listener->fd >= 0)
        close(listener->fd);
    g_free(listener->address);
    *listener = (struct http_listener){.fd = -1};
}

uint64_t http_raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    return limit.rlim_cur;
}
