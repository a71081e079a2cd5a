/* Who asks: tokens looked up once and remembered until any session ends or rights change (epoch.h), passwords
 * tried on threads of their own.
 *
 * A failed try costs the same whether the agent exists or not. After AUTH_TRIES failures within
 * AUTH_WINDOW_MS an agent's name, and likewise an address (ten times as many), has to wait.
 */
#ifndef APP_SERVICE_AUTH_H
#define APP_SERVICE_AUTH_H

#include "app/service/store.h"
#include "net/http_request.h"

/* Of a route, beside the rights of app/model/rights.h, one of which its caller must have. */
#define RIGHT_PUBLIC    (UINT64_C(1) << 63) /* nobody has to sign in */
#define RIGHT_SIGNED_IN (UINT64_C(1) << 62) /* everybody who signed in has it */
#define RIGHT_LOOPBACK  (UINT64_C(1) << 61) /* only from this machine */

#define AUTH_TRIES     5
#define AUTH_WINDOW_MS (5 * 60 * INT64_C(1000))

/* Who has signed in; shared and immutable. */
struct caller {
    gint references;
    char *agent, *device, *token_hash; /* never NULL; device "": named by its first events */
    enum role role;
    uint64_t rights;
    int64_t expires_ms, checked_ms;
    uint64_t epoch; /* when it was looked up */
};
struct caller *caller_ref(struct caller *c);
void caller_unref(void *c);

/* Borrows the store until auth_free. */
struct auth *auth_new(struct store *store);
void auth_free(struct auth *a); /* waits for tries under way; accepts NULL */

/* Has the session not ended since? True costs nothing, as long as nobody's has. */
bool auth_is_known(struct auth *a, const struct caller *c);
/* Looks it up again the next time. */
void auth_forget(struct auth *a, const char *token_hash);
/* Is the caller of a request allowed what its route asks? Sets request->principal. */
bool auth_gate(struct http_request *request, void *auth, GError **error);

/* Tries a password and makes a token, then calls done from another thread: token NULL with error (done takes
 * it), else done copies what it needs. PROBLEM_UNAUTHORISED, PROBLEM_TOO_MANY. */
struct auth_try {
    char *agent, *password, *device, *peer; /* owned by the try; the password is wiped after use */
    void (*done)(struct auth_try *try, GError *error);
    void *user_data;
    char token[64];     /* when it fits */
    int64_t expires_ms; /* likewise */
};
void auth_sign_in(struct auth *a, struct auth_try *try); /* takes it; freed after done */
/* Ends a token; done is called on the writing thread, takes the error. */
void auth_sign_out(struct auth *a, const struct caller *c, void (*done)(GError *error, void *user_data),
                   void *user_data);

#endif
