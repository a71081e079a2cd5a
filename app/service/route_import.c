/* Import through the running server. */
#include "app/service/import.h"
#include "app/service/routes.h"

static enum http_outcome work_import(const struct http_request *request, struct http_response *response,
                                     struct service *s, void *data, GError **error)
{
    (void)data;
    cJSON *answer = import_lines(s->store, http_request_param(request, "kind"), request->body,
                                 request->body_len, route_caller(request)->agent, error);
    return answer ? route_answer_cjson(response, 200, answer) : HTTP_FAILED;
}

static enum http_outcome post_import(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    (void)response;
    (void)error;
    return route_later(request, user_data, work_import, NULL, NULL);
}

static const struct http_route rows[] = {
    {HTTP_METHOD_POST, "/v1/import/{kind}", post_import, .rights = RIGHT_IMPORT_RUN,
     .body_max_bytes = IMPORT_BYTES_MAX, .help = "import records."},
};
const struct route_table routes_import = {rows, G_N_ELEMENTS(rows)};
