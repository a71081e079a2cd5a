/* Private to app/service: what the files of routes share. Each route_x.c has one table of rows. */
#ifndef APP_SERVICE_ROUTES_H
#define APP_SERVICE_ROUTES_H

#include <cjson/cJSON.h>

#include "app/measure/floor.h"
#include "app/service/auth.h"
#include "app/service/finder.h"
#include "app/service/store.h"
#include "net/event_stream.h"
#include "net/http_server.h"
#include "net/json_writer.h"
#include "net/problem.h"

struct catalogue;
struct shelf;
struct watch;

struct service {
    struct store *store;
    struct auth *auth;
    struct finder *finder;
    struct shelf *shelf;         /* articles: shelf.h */
    struct catalogue *catalogue; /* articles searched: catalogue.h */
    struct event_hub *hub;
    struct watch *watch; /* who has which contact in view: watch.h */
    struct http_server *server;
    GThreadPool *workers; /* answers that take longer than a moment */
    int64_t sessions_ms;  /* when the streams were last held against the tokens; the writing thread's */
    GMutex day_mutex;     /* of what follows */
    struct floor *day;
    GHashTable *day_queues;
    int64_t day_start_ms;
    struct floor_figures now; /* queued, at_risk, agents: a second old at most */
    gint requests, failures;  /* answered; with 5xx */
    bool is_quiet, is_live;   /* is_live: what is committed is told */
};

struct route_table {
    const struct http_route *rows;
    size_t count;
};
extern const struct route_table routes_session, routes_floor, routes_contacts, routes_approvals,
    routes_events, routes_customers, routes_library, routes_reports, routes_import, routes_settings,
    routes_health, routes_watch, routes_scripts;
/* All of them; NULL ends. */
extern const struct route_table *const route_tables[];

/* Whoever sees the floor's contacts in any way. */
#define RIGHTS_FLOOR                                                                              \
    (RIGHT_CONTACTS_OWN | RIGHT_CONTACTS_ESCALATED | RIGHT_CONTACTS_WATCH | RIGHT_CONTACTS_MOVE | \
     RIGHT_CONTACTS_CREATE | RIGHT_MESSAGES_RECEIVE | RIGHT_EVENTS_READ)
/* Whoever reads articles. */
#define RIGHTS_LIBRARY (RIGHT_KNOWLEDGE_READ | RIGHT_KNOWLEDGE_WRITE)

/* Tells those who have one of these contacts (char *) in view who else has. */
void route_tell_watchers(struct service *s, GPtrArray *contacts);
/* A session that ended looks at nothing any more. */
void route_forget_watcher(struct service *s, const char *session);

/* The caller that the gate found; asserted to be there. */
const struct caller *route_caller(const struct http_request *request);

/* Answers 200 with the object that was written into out; takes it. */
enum http_outcome route_answer(struct http_response *response, GString *out);
enum http_outcome route_answer_cjson(struct http_response *response, unsigned status, cJSON *json);
void route_add_etag(struct http_response *response, int64_t version);
/* Answers 304 where If-None-Match names it. */
bool route_is_known(const struct http_request *request, struct http_response *response, int64_t version);

/* Runs `work` on a thread of the pool; it answers the request by its return value like a handler. `data` is
 * taken and freed with free_data after. */
typedef enum http_outcome (*route_work)(const struct http_request *request, struct http_response *response,
                                        struct service *s, void *data, GError **error);
enum http_outcome route_later(const struct http_request *request, struct service *s, route_work work,
                              void *data, GDestroyNotify free_data);

/* The function of service->workers. */
void route_run_later(void *data, void *user_data);

/* The current time as RFC 3339; out has room for TIMESTAMP_BYTES. */
void route_now(char *out);

/* May this caller see an event whose contact is (or was just) `owner`'s? */
bool route_may_see(const struct caller *c, const struct event *ev, const char *owner);

#endif
