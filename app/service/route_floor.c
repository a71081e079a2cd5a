/* The floor: queues, agents, settings. */
#include "app/model/timestamp.h"
#include "app/service/routes.h"

static enum http_outcome get_floor(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    (void)request;
    (void)error;
    struct service *s = user_data;
    char now[TIMESTAMP_BYTES];
    route_now(now);
    GString *out = g_string_sized_new(8192);
    g_string_append_c(out, '{');
    board_floor(store_board(s->store), g_get_real_time() / 1000, out);
    g_string_append_printf(out, ",\"server_time\":\"%s\"}", now);
    return route_answer(response, out);
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/floor", get_floor, .rights = RIGHT_SIGNED_IN,
     .help = "see queues, agents and settings."},
};
const struct route_table routes_floor = {rows, G_N_ELEMENTS(rows)};
