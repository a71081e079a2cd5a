/* Contacts: lists, one, and the events of one. */
#include "app/service/eventlog.h"
#include "app/service/projection.h"
#include "app/service/routes.h"

#include <string.h>

#define PAGE_MAX 500

struct page {
    bool is_open; /* living ones only: the board has them */
    const char *queue, *customer;
    int64_t limit, after;
};

static bool read_page(const struct http_request *request, struct page *page, GError **error)
{
    const char *state = http_request_query(request, "state");
    *page = (struct page){.is_open = !state || strcmp(state, "open") == 0,
                          .queue = http_request_query(request, "queue"),
                          .customer = http_request_query(request, "customer"),
                          .limit = 50};
    if (!page->is_open && strcmp(state, "all") != 0) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                    "The state of contacts is open or all, not \"%.40s\".", state);
        return false;
    }
    const char *cursor = http_request_query(request, "after_cursor");
    return http_request_query_int64(request, "limit", 1, PAGE_MAX, &page->limit, error) &&
           (!cursor || !*cursor ||
            http_request_query_int64(request, "after_cursor", 0, INT64_MAX, &page->after, error));
}

static void end_page(GString *out, const struct board_end *end)
{
    g_string_append_printf(out,
                           "],\"position\":\"%" G_GINT64_FORMAT "\",\"after_cursor\":\"%" G_GINT64_FORMAT
                           "\",\"end_of_stream\":%s}",
                           end->position, end->after, end->is_last ? "true" : "false");
}

/* Living and past contacts, from the tables; the cursor is the row's `created`. */
static bool read_all(struct db *db, const struct page *page, GString *out, struct board_end *end,
                     GError **error)
{
    struct db_stmt *s = db_prepare(
        db,
        page->customer ? "SELECT created, data FROM contacts WHERE customer = $1 AND created > $2 ORDER BY "
                         "created LIMIT $3"
                       : "SELECT created, data FROM contacts WHERE created > $1 ORDER BY created LIMIT $2",
        error);
    if (!s)
        return false;
    int at = 1;
    if (page->customer)
        db_bind_text(s, at++, page->customer);
    db_bind_int(s, at++, page->after);
    db_bind_int(s, at, page->limit + 1);
    enum db_step step;
    int64_t taken = 0;
    end->is_last = true;
    while ((step = db_step(s, error)) == DB_ROW) {
        if (taken == page->limit) {
            end->is_last = false;
            break;
        }
        if (taken++)
            g_string_append_c(out, ',');
        g_string_append(out, db_column_text(s, 1));
        end->after = db_column_int(s, 0);
    }
    db_reset(s);
    return step != DB_FAILED;
}

static enum http_outcome get_contacts(const struct http_request *request, struct http_response *response,
                                      void *user_data, GError **error)
{
    struct service *s = user_data;
    struct page page;
    if (!read_page(request, &page, error))
        return HTTP_FAILED;
    g_autoptr(GString) out = g_string_sized_new((gsize)page.limit * 640 + 128);
    struct board_end end;
    g_string_append(out, "{\"contacts\":[");
    if (page.is_open) {
        board_contacts(store_board(s->store),
                       &(struct board_page){page.queue, page.customer, page.after, (size_t)page.limit}, out,
                       &end);
    } else {
        end = (struct board_end){.position = board_position(store_board(s->store)), .after = page.after};
        struct db *db = store_reader_take(s->store, error);
        bool read = db && read_all(db, &page, out, &end, error);
        store_reader_give(s->store, db);
        if (!read)
            return HTTP_FAILED;
    }
    end_page(out, &end);
    return route_answer(response, g_steal_pointer(&out));
}

static enum http_outcome no_contact(const char *id, GError **error)
{
    g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no contact %s.", id);
    return HTTP_FAILED;
}

/* The JSON of a contact that is over, and its position. */
static bool read_past(struct service *s, const char *id, GString *out, int64_t *position, GError **error)
{
    struct db *db = store_reader_take(s->store, error);
    if (!db)
        return false;
    g_autofree char *json = projection_contact_json(db, id, error);
    g_autoptr(contact) c = json ? projection_contact(db, id, error) : NULL;
    store_reader_give(s->store, db);
    if (!c)
        return false;
    *position = c->position;
    g_string_append(out, json);
    return true;
}

static enum http_outcome get_contact(const struct http_request *request, struct http_response *response,
                                     void *user_data, GError **error)
{
    struct service *s = user_data;
    const char *id = http_request_param(request, "id");
    g_autoptr(GString) out = g_string_sized_new(1024);
    int64_t position;
    if (!board_contact(store_board(s->store), id, out, &position) && !read_past(s, id, out, &position, error))
        return *error ? HTTP_FAILED : no_contact(id, error);
    if (route_is_known(request, response, position))
        return HTTP_DONE;
    route_add_etag(response, position);
    return route_answer(response, g_steal_pointer(&out));
}

struct listing {
    GString *out;
    const struct caller *caller;
    const char *contact;
    size_t count;
};

/* When an agent's eyes left this contact is part of its story; where they went is the agent's own matter. */
static bool is_focus_elsewhere(const struct listing *listing, struct event *ev)
{
    if (ev->kind != EVENT_FOCUS_MOVED && ev->kind != EVENT_AGENT_SIGNED_OUT)
        return false;
    if (g_strcmp0(ev->contact, listing->contact) != 0 && strcmp(ev->actor, listing->caller->agent) != 0) {
        g_clear_pointer(&ev->contact, g_free);
        g_clear_pointer(&ev->leg, g_free);
    }
    return true;
}

/* A contact's story is whole for whoever opens it: only what is another's private matter is left out. */
static bool list_event(struct event *ev, void *user_data)
{
    struct listing *listing = user_data;
    bool is_focus = listing->contact != NULL && is_focus_elsewhere(listing, ev);
    if (!is_focus && !route_may_see(listing->caller, ev, listing->caller->agent))
        return true;
    g_autofree char *json = event_to_json(ev);
    if (listing->count++)
        g_string_append_c(listing->out, ',');
    g_string_append(listing->out, json);
    return true;
}

static enum http_outcome get_contact_events(const struct http_request *request,
                                            struct http_response *response, void *user_data, GError **error)
{
    struct service *s = user_data;
    const char *id = http_request_param(request, "id");
    int64_t after = 0, focus = 0;
    if (!http_request_query_int64(request, "after", 0, INT64_MAX, &after, error) ||
        !http_request_query_int64(request, "focus", 0, 1, &focus, error))
        return HTTP_FAILED;
    /* The position is read first: what comes between is in the list as well, and a repeat is known by its id.
     */
    int64_t position = board_position(store_board(s->store));
    g_autoptr(GString) out = g_string_new("{\"events\":[");
    struct listing listing = {out, route_caller(request), focus ? id : NULL, 0};
    struct db *db = store_reader_take(s->store, error);
    g_autofree char *known = db ? projection_contact_json(db, id, error) : NULL;
    const struct eventlog_range range = {.contact = id, .after = after, .with_focus = focus != 0};
    bool read = known && eventlog_read(db, &range, list_event, &listing, error);
    store_reader_give(s->store, db);
    if (!read)
        return *error ? HTTP_FAILED : no_contact(id, error);
    g_string_append_printf(out, "],\"position\":\"%" G_GINT64_FORMAT "\"}", position);
    return route_answer(response, g_steal_pointer(&out));
}

static const struct http_route rows[] = {
    {HTTP_METHOD_GET, "/v1/contacts", get_contacts, .rights = RIGHTS_FLOOR, .help = "list contacts."},
    {HTTP_METHOD_GET, "/v1/contacts/{id}", get_contact, .rights = RIGHTS_FLOOR, .help = "read one contact."},
    {HTTP_METHOD_GET, "/v1/contacts/{id}/events", get_contact_events, .rights = RIGHTS_FLOOR,
     .help = "read the events of one contact."},
};
const struct route_table routes_contacts = {rows, G_N_ELEMENTS(rows)};
