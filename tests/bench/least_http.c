/* The peer of the backend's benches: the least libmicrohttpd program, which answers every request with one
 * fixed body out of memory, on as many epoll threads as the backend. It looks at nothing.
 *
 *     least_http BODY-FILE      prints its port; ends when its input does
 */
#include <glib.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

struct body {
    char *bytes;
    gsize len;
};

static enum MHD_Result answer(void *data, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload, size_t *upload_len,
                              void **slot)
{
    (void)url, (void)method, (void)version, (void)upload;
    static int seen;
    if (!*slot || *upload_len) {
        *slot = &seen;
        *upload_len = 0;
        return MHD_YES;
    }
    const struct body *body = data;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body->len, body->bytes, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result queued = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return queued;
}

int main(int argc, char **argv)
{
    struct body body = {0};
    if (argc != 2 || !g_file_get_contents(argv[1], &body.bytes, &body.len, NULL)) {
        fprintf(stderr, "usage: least_http BODY-FILE\n");
        return 2;
    }
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, &body,
                                                 MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_THREAD_POOL_SIZE,
                                                 MAX(g_get_num_processors(), 2), MHD_OPTION_END);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    printf("%u\n", info->port);
    fflush(stdout);
    char end;
    while (read(STDIN_FILENO, &end, 1) > 0)
        continue;
    MHD_stop_daemon(daemon);
    g_free(body.bytes);
    return 0;
}
