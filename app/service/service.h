/* The backend as a whole: store, sign-in, live stream and the routes of the HTTP API, started and stopped.
 *
 *     struct service_options options = {.path = "firstline.db"};
 *     struct service *s = service_new(&options, &error);
 *     if (!s || !service_start(s, &error)) …
 *     service_url(s)
 *     service_free(s);
 *
 * Between _new and _start a demo may fill service_store(s) with history.
 */
#ifndef APP_SERVICE_SERVICE_H
#define APP_SERVICE_SERVICE_H

#include "app/service/store.h"

struct service;
typedef struct service service_handle;

struct service_options {
    const char *path;                         /* of the database */
    const char *address;                      /* NULL: 127.0.0.1:0 */
    const char *tls_cert_path, *tls_key_path; /* both or neither; needed off loopback */
    bool is_quiet;                            /* no ticks, no lines in the log */
};

/* Takes the address, then opens the database; borrows the options. Errors: those of http_server_open and
 * store_open. Caller owns. */
struct service *service_new(const struct service_options *options, GError **error);
/* Begins to answer; once. Errors: those of the database and http_server_start. */
bool service_start(struct service *s, GError **error);
/* Ends the streams, answers what is under way, closes the database. Accepts NULL. */
void service_free(struct service *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(service_handle, service_free)

const char *service_url(const struct service *s); /* borrowed until service_free */
struct store *service_store(struct service *s);   /* likewise */
struct watch *service_watch(struct service *s);   /* likewise */

#endif
