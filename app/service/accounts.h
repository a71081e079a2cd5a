/* Who may sign in: agents with their Argon2id hashes, and tokens, which are kept as hashes alone. */
#ifndef APP_SERVICE_ACCOUNTS_H
#define APP_SERVICE_ACCOUNTS_H

#include "app/model/agent.h"
#include "app/service/db.h"

#define ACCOUNTS_TOKEN_LEN      43 /* 32 random bytes as unpadded URL-safe base64 */
#define ACCOUNTS_HASH_LEN       64 /* hex of a token's BLAKE2b-256 */
#define ACCOUNTS_PASSWORD_BYTES 1024
#define ACCOUNTS_TOKEN_MS       (12 * 3600 * INT64_C(1000)) /* a shift and its overtime */

/* Argon2id with libsodium's interactive cost (64 MB, some 60 ms): once per sign-in, never per request, and
 * not on a thread that others wait for. Caller owns the hash, g_free; NULL: not enough memory. */
char *accounts_hash_password(const char *password);
bool accounts_password_fits(const char *hash, const char *password);

/* Adds or changes an agent's administered facts; hash NULL keeps the password. Marks the change for the
 * server. In a transaction. */
bool accounts_put(struct db *db, const struct agent *a, const char *hash, GError **error);
/* Blocks or unblocks; a blocked agent's tokens end. DB_ERROR_MISSING where there is no such agent. */
bool accounts_disable(struct db *db, const char *id, bool is_disabled, GError **error);
bool accounts_set_password(struct db *db, const char *id, const char *hash, GError **error);
/* All tokens of the agent end. */
bool accounts_end_sessions(struct db *db, const char *id, GError **error);
/* The agent (NULL without error: none) and, when hash is not NULL, the password's hash (may be NULL). */
struct agent *accounts_find(struct db *db, const char *id, char **hash, GError **error);
/* The agent; DB_ERROR_MISSING, with a sentence for who administers them, where there is none. Caller owns. */
struct agent *accounts_need(struct db *db, const char *id, GError **error);

/* token has room for ACCOUNTS_TOKEN_LEN + 1, hash for ACCOUNTS_HASH_LEN + 1. */
void accounts_make_token(char *token);
void accounts_hash_token(const char *token, char *hash);

struct account_token {
    char *hash, *agent, *device; /* owned */
    int64_t created_ms, expires_ms;
};
void account_token_release(struct account_token *token);
bool accounts_put_token(struct db *db, const struct account_token *token, GError **error);
/* Binds a token that has no device yet to this one; *is_its tells whether it is that device's now. */
bool accounts_claim_device(struct db *db, const char *hash, const char *device, bool *is_its, GError **error);
bool accounts_drop_token(struct db *db, const char *hash, GError **error);
bool accounts_drop_expired(struct db *db, int64_t now_ms, GError **error);
/* Hashes of the tokens that hold now: a set of char *; NULL: error. Caller owns. */
GHashTable *accounts_tokens_that_hold(struct db *db, int64_t now_ms, GError **error);
/* token->hash NULL where there is none. Release it. */
bool accounts_find_token(struct db *db, const char *hash, struct account_token *token, GError **error);

/* A line of the audit trail. In a transaction. */
bool accounts_audit(struct db *db, const char *actor, const char *action, const char *subject,
                    GError **error);

#endif
