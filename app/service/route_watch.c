/* Who looks at or writes in a contact, or reads a customer's record: told by each desk, told on to those who
 * have the contact in view too. */
#include "app/service/routes.h"
#include "app/service/watch.h"

#define ID_BYTES_MAX 256 /* longer than any that is given out */

void route_tell_watchers(struct service *s, GPtrArray *contacts)
{
    for (guint i = 0; i < contacts->len; i++) {
        const char *id = g_ptr_array_index(contacts, i);
        g_autoptr(GString) data = g_string_new(NULL);
        watch_write(s->watch, id, data);
        event_hub_publish(s->hub,
                          &(struct event_news){
                              .kind = "watching", .data = data->str, .data_len = data->len, .subject = id});
    }
}

void route_forget_watcher(struct service *s, const char *session)
{
    g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func(g_free);
    watch_put(s->watch, &(struct watch_look){.session = session}, 0, changed);
    route_tell_watchers(s, changed);
}

static enum http_outcome put_watch(const struct http_request *request, struct http_response *response,
                                   void *user_data, GError **error)
{
    struct service *s = user_data;
    const struct caller *c = route_caller(request);
    const char *id = NULL, *customer_id = NULL;
    bool is_typing = false;
    cJSON *json = http_request_json(request, NULL, error);
    if (!json)
        return HTTP_FAILED;
    bool is_whole = json_get_optional_string(json, "contact", ID_BYTES_MAX, &id, error) &&
                    json_get_optional_string(json, "customer", ID_BYTES_MAX, &customer_id, error) &&
                    json_get_optional_bool(json, "typing", &is_typing, error);
    GString *out = g_string_new(NULL);
    if (is_whole) {
        g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func(g_free);
        watch_put(s->watch,
                  &(struct watch_look){.session = c->token_hash,
                                       .agent = c->agent,
                                       .contact = id,
                                       .customer = customer_id,
                                       .is_typing = is_typing},
                  g_get_real_time() / 1000, changed);
        route_tell_watchers(s, changed);
        watch_write(s->watch, id ? id : "", out);
    }
    cJSON_Delete(json);
    if (is_whole)
        return route_answer(response, out);
    g_string_free(out, TRUE);
    return HTTP_FAILED;
}

static const struct http_route rows[] = {
    {HTTP_METHOD_PUT, "/v1/watch", put_watch, .rights = RIGHTS_FLOOR, .body_max_bytes = 1024,
     .help = "say which contact and whose record one has in view."},
};
const struct route_table routes_watch = {rows, G_N_ELEMENTS(rows)};
