#include "app/service/auth.h"

#include <sodium.h>
#include <string.h>

#include "app/service/accounts.h"
#include "net/http_route.h"
#include "net/problem.h"

/* A token is looked up again after this long even in the same epoch: somebody may have changed the tables by
 * other means than ours. */
#define REMEMBER_MS 2000
#define CALLERS_MAX 4096
#define TRIES_MAX   256 /* sign-ins that wait for their turn */
#define THREADS     2

struct auth {
    struct store *store;
    GRWLock lock;         /* of the callers: every request reads, and none may wait for another that does */
    GHashTable *callers;  /* token hash -> struct caller * */
    GMutex mutex;         /* of the failures */
    GHashTable *failures; /* agent or address -> struct failures * */
    GThreadPool *pool;
    char *nobody; /* a hash to try where there is no agent */
};

struct failures {
    int count;
    int64_t since_ms;
};

static int64_t now_ms(void)
{
    return g_get_real_time() / 1000;
}

struct caller *caller_ref(struct caller *c)
{
    g_atomic_int_inc(&c->references);
    return c;
}

void caller_unref(void *data)
{
    struct caller *c = data;
    if (!c || !g_atomic_int_dec_and_test(&c->references))
        return;
    g_free(c->agent);
    g_free(c->device);
    g_free(c->token_hash);
    g_free(c);
}

static struct caller *remembered(struct auth *a, const char *hash)
{
    int64_t at_ms = now_ms();
    uint64_t epoch = epoch_read(store_epoch(a->store));
    g_rw_lock_reader_lock(&a->lock);
    struct caller *c = g_hash_table_lookup(a->callers, hash);
    bool is_fresh = c && c->epoch == epoch && at_ms - c->checked_ms < REMEMBER_MS && c->expires_ms > at_ms;
    if (is_fresh)
        caller_ref(c);
    g_rw_lock_reader_unlock(&a->lock);
    return is_fresh ? c : NULL;
}

static struct caller *read_caller(struct auth *a, struct db *db, const char *hash, GError **error)
{
    uint64_t epoch = epoch_read(store_epoch(a->store)); /* before the tables */
    struct account_token token;
    if (!accounts_find_token(db, hash, &token, error))
        return NULL;
    struct caller *c = NULL;
    g_autoptr(agent) found = token.hash ? accounts_find(db, token.agent, NULL, NULL) : NULL;
    if (!found || found->disabled) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNAUTHORISED,
                            "The session is not known; sign in again.");
    } else if (token.expires_ms <= now_ms()) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNAUTHORISED,
                            "The session has expired; sign in again.");
    } else {
        c = g_new0(struct caller, 1);
        *c = (struct caller){.references = 1,
                             .agent = g_steal_pointer(&token.agent),
                             .device = g_steal_pointer(&token.device),
                             .token_hash = g_strdup(hash),
                             .role = found->role,
                             .rights = RIGHT_SIGNED_IN | board_rights(store_board(a->store), found->role),
                             .expires_ms = token.expires_ms,
                             .checked_ms = now_ms(),
                             .epoch = epoch};
    }
    account_token_release(&token);
    return c;
}

static struct caller *find(struct auth *a, const char *hash, GError **error)
{
    struct caller *c = remembered(a, hash);
    if (c)
        return c;
    struct db *db = store_reader_take(a->store, error);
    if (!db)
        return NULL;
    c = read_caller(a, db, hash, error);
    store_reader_give(a->store, db);
    g_rw_lock_writer_lock(&a->lock);
    if (g_hash_table_size(a->callers) >= CALLERS_MAX)
        g_hash_table_remove_all(a->callers);
    if (c)
        g_hash_table_replace(a->callers, c->token_hash, caller_ref(c));
    else
        g_hash_table_remove(a->callers, hash);
    g_rw_lock_writer_unlock(&a->lock);
    return c;
}

/* The caller of a token; NULL with PROBLEM_UNAUTHORISED where it is unknown or ended. One reference is the
 * caller's: caller_unref. */
static struct caller *auth_find(struct auth *a, const char *token, GError **error)
{
    char hash[ACCOUNTS_HASH_LEN + 1];
    accounts_hash_token(token, hash);
    return find(a, hash, error);
}

bool auth_is_known(struct auth *a, const struct caller *c)
{
    if (c->epoch == epoch_read(store_epoch(a->store)))
        return true;
    struct caller *again = find(a, c->token_hash, NULL);
    caller_unref(again);
    return again;
}

void auth_forget(struct auth *a, const char *token_hash)
{
    g_rw_lock_writer_lock(&a->lock);
    g_hash_table_remove(a->callers, token_hash);
    g_rw_lock_writer_unlock(&a->lock);
}

bool auth_gate(struct http_request *request, void *auth, GError **error)
{
    uint64_t rights = request->route->rights;
    if ((rights & RIGHT_LOOPBACK) && !request->peer_is_loopback) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_FORBIDDEN,
                            "This is answered on the machine itself only.");
        return false;
    }
    if (rights & RIGHT_PUBLIC)
        return true;
    const char *token = http_request_bearer(request);
    if (!token || strlen(token) > 512) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNAUTHORISED, "Nobody is signed in; sign in first.");
        return false;
    }
    struct caller *c = auth_find(auth, token, error);
    if (!c)
        return false;
    request->principal = c;
    if (rights & c->rights)
        return true;
    g_set_error(error, NET_PROBLEM, PROBLEM_FORBIDDEN, "Your role (%s) may not do that: %s",
                role_name(c->role), request->route->help);
    return false;
}

/* Is there a try left for this name? Under the mutex. */
static bool has_try(struct auth *a, const char *name, int limit)
{
    struct failures *f = g_hash_table_lookup(a->failures, name);
    if (f && now_ms() - f->since_ms > AUTH_WINDOW_MS) {
        g_hash_table_remove(a->failures, name);
        f = NULL;
    }
    return !f || f->count < limit;
}

static void note_failure(struct auth *a, const char *name)
{
    struct failures *f = g_hash_table_lookup(a->failures, name);
    if (!f) {
        if (g_hash_table_size(a->failures) >= CALLERS_MAX)
            g_hash_table_remove_all(a->failures);
        f = g_new0(struct failures, 1);
        f->since_ms = now_ms();
        g_hash_table_insert(a->failures, g_strdup(name), f);
    }
    f->count++;
}

static void free_try(struct auth_try *try)
{
    g_free(try->agent);
    if (try->password)
        sodium_memzero(try->password, strlen(try->password));
    g_free(try->password);
    g_free(try->device);
    g_free(try->peer);
    sodium_memzero(try->token, sizeof try->token);
    g_free(try);
}

static bool put_token(struct db *db, void *user_data, GError **error)
{
    struct auth_try *try = user_data;
    char hash[ACCOUNTS_HASH_LEN + 1];
    accounts_hash_token(try->token, hash);
    struct account_token token = {hash, try->agent, try->device, now_ms(), try->expires_ms};
    return accounts_drop_expired(db, now_ms(), error) && accounts_put_token(db, &token, error) &&
           accounts_audit(db, try->agent, "session.opened", try->device, error);
}

static void token_kept(GError *error, void *user_data)
{
    struct auth_try *try = user_data;
    try->done(try, error);
    free_try(try);
}

/* Does the password fit? Reads and hashes; nothing is locked meanwhile. */
static bool fits(struct auth *a, const struct auth_try *try, GError **error)
{
    struct db *db = store_reader_take(a->store, error);
    if (!db)
        return false;
    g_autofree char *hash = NULL;
    g_autoptr(agent) found = accounts_find(db, try->agent, &hash, error);
    store_reader_give(a->store, db);
    bool right = accounts_password_fits(hash ? hash : a->nobody, try->password);
    return right && hash && found && !found->disabled;
}

static void try_password(void *data, void *user_data)
{
    struct auth_try *try = data;
    struct auth *a = user_data;
    GError *error = NULL;
    g_mutex_lock(&a->mutex);
    bool may = has_try(a, try->agent, AUTH_TRIES) && has_try(a, try->peer, AUTH_TRIES * 10);
    g_mutex_unlock(&a->mutex);
    bool right = may && fits(a, try, &error);
    g_mutex_lock(&a->mutex);
    if (right) {
        g_hash_table_remove(a->failures, try->agent);
    } else if (may && !error) {
        note_failure(a, try->agent);
        note_failure(a, try->peer);
    }
    g_mutex_unlock(&a->mutex);
    if (right) {
        accounts_make_token(try->token);
        try->expires_ms = now_ms() + ACCOUNTS_TOKEN_MS;
        store_run(a->store, put_token, token_kept, try);
        return;
    }
    if (!error)
        error = may ? g_error_new_literal(NET_PROBLEM, PROBLEM_UNAUTHORISED,
                                          "Name or password is wrong; try again.")
                    : g_error_new_literal(
                          NET_PROBLEM, PROBLEM_TOO_MANY,
                          "Too many wrong passwords; wait five minutes, or ask your administrator.");
    try->done(try, error);
    free_try(try);
}

void auth_sign_in(struct auth *a, struct auth_try *try)
{
    if (g_thread_pool_unprocessed(a->pool) < TRIES_MAX) {
        g_thread_pool_push(a->pool, try, NULL);
        return;
    }
    try->done(try, g_error_new_literal(NET_PROBLEM, PROBLEM_TOO_MANY, "Too many people sign in; try again."));
    free_try(try);
}

struct ending {
    struct auth *auth;
    char *hash, *agent, *device;
    void (*done)(GError *error, void *user_data);
    void *user_data;
};

static bool drop_token(struct db *db, void *user_data, GError **error)
{
    const struct ending *ending = user_data;
    return accounts_drop_token(db, ending->hash, error) &&
           accounts_audit(db, ending->agent, "session.closed", ending->device, error);
}

static void token_dropped(GError *error, void *user_data)
{
    struct ending *ending = user_data;
    if (!error)
        epoch_advance(store_epoch(ending->auth->store));
    ending->done(error, ending->user_data);
    g_free(ending->hash);
    g_free(ending->agent);
    g_free(ending->device);
    g_free(ending);
}

void auth_sign_out(struct auth *a, const struct caller *c, void (*done)(GError *error, void *user_data),
                   void *user_data)
{
    struct ending *ending = g_new0(struct ending, 1);
    *ending =
        (struct ending){a, g_strdup(c->token_hash), g_strdup(c->agent), g_strdup(c->device), done, user_data};
    store_run(a->store, drop_token, token_dropped, ending);
}

struct auth *auth_new(struct store *store)
{
    struct auth *a = g_new0(struct auth, 1);
    a->store = store;
    a->callers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, caller_unref);
    a->failures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_rw_lock_init(&a->lock);
    g_mutex_init(&a->mutex);
    a->pool = g_thread_pool_new(try_password, a, THREADS, FALSE, NULL);
    char nobody[33];
    uint8_t bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(nobody, sizeof nobody, bytes, sizeof bytes);
    a->nobody = accounts_hash_password(nobody);
    return a;
}

void auth_free(struct auth *a)
{
    if (!a)
        return;
    g_thread_pool_free(a->pool, FALSE, TRUE);
    g_hash_table_unref(a->callers);
    g_hash_table_unref(a->failures);
    g_rw_lock_clear(&a->lock);
    g_mutex_clear(&a->mutex);
    g_free(a->nobody);
    g_free(a);
}
