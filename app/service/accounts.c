#include "app/service/accounts.h"

#include <sodium.h>
#include <string.h>

#include "app/service/administered.h"

char *accounts_hash_password(const char *password)
{
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return NULL;
    return g_strdup(hash);
}

bool accounts_password_fits(const char *hash, const char *password)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

bool accounts_put(struct db *db, const struct agent *a, const char *hash, GError **error)
{
    struct db_stmt *s = db_prepare(db,
                                   "INSERT INTO agents (id, password, data) VALUES ($1, $2, $3)"
                                   " ON CONFLICT (id) DO UPDATE SET data = excluded.data,"
                                   " password = coalesce(excluded.password, agents.password)",
                                   error);
    if (!s)
        return false;
    cJSON *json = agent_to_cjson(a);
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    db_bind_text(s, 1, a->id);
    db_bind_text(s, 2, hash);
    db_bind_text(s, 3, text);
    cJSON_free(text);
    return db_run(s, error) && administered_mark(db, error);
}

struct agent *accounts_find(struct db *db, const char *id, char **hash, GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT data, password FROM agents WHERE id = $1", error);
    if (!s)
        return NULL;
    db_bind_text(s, 1, id);
    struct agent *a = NULL;
    if (db_step(s, error) == DB_ROW) {
        cJSON *json = cJSON_Parse(db_column_text(s, 0));
        a = agent_from_cjson(json, error);
        cJSON_Delete(json);
        if (hash)
            *hash = g_strdup(db_column_text(s, 1));
    }
    db_reset(s);
    return a;
}

static bool run_text(struct db *db, const char *sql, const char *text, GError **error)
{
    struct db_stmt *s = db_prepare(db, sql, error);
    if (!s)
        return false;
    db_bind_text(s, 1, text);
    return db_run(s, error);
}

bool accounts_end_sessions(struct db *db, const char *id, GError **error)
{
    return run_text(db, "DELETE FROM tokens WHERE agent = $1", id, error);
}

struct agent *accounts_need(struct db *db, const char *id, GError **error)
{
    g_autoptr(GError) failure = NULL;
    struct agent *a = accounts_find(db, id, NULL, &failure);
    if (failure)
        g_propagate_error(error, g_steal_pointer(&failure));
    else if (!a)
        g_set_error(
            error, DB_ERROR, DB_ERROR_MISSING,
            "There is no user \"%s\"; `firstlined user list` shows those there are, and add makes one.", id);
    return a;
}

bool accounts_disable(struct db *db, const char *id, bool is_disabled, GError **error)
{
    g_autoptr(agent) a = accounts_need(db, id, error);
    if (!a)
        return false;
    a->disabled = is_disabled;
    return accounts_put(db, a, NULL, error) && (!is_disabled || accounts_end_sessions(db, id, error));
}

bool accounts_set_password(struct db *db, const char *id, const char *hash, GError **error)
{
    g_autoptr(agent) a = accounts_need(db, id, error);
    return a && accounts_put(db, a, hash, error) && accounts_end_sessions(db, id, error);
}

void accounts_make_token(char *token)
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(token, ACCOUNTS_TOKEN_LEN + 1, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

void accounts_hash_token(const char *token, char *hash)
{
    uint8_t bytes[ACCOUNTS_HASH_LEN / 2];
    crypto_generichash(bytes, sizeof bytes, (const uint8_t *)token, strlen(token), NULL, 0);
    sodium_bin2hex(hash, ACCOUNTS_HASH_LEN + 1, bytes, sizeof bytes);
}

void account_token_release(struct account_token *token)
{
    g_clear_pointer(&token->hash, g_free);
    g_clear_pointer(&token->agent, g_free);
    g_clear_pointer(&token->device, g_free);
}

bool accounts_put_token(struct db *db, const struct account_token *token, GError **error)
{
    struct db_stmt *s = db_prepare(
        db, "INSERT INTO tokens (hash, agent, device, created_ms, expires_ms) VALUES ($1, $2, $3, $4, $5)",
        error);
    if (!s)
        return false;
    db_bind_text(s, 1, token->hash);
    db_bind_text(s, 2, token->agent);
    db_bind_text(s, 3, token->device);
    db_bind_int(s, 4, token->created_ms);
    db_bind_int(s, 5, token->expires_ms);
    return db_run(s, error);
}

bool accounts_claim_device(struct db *db, const char *hash, const char *device, bool *is_its, GError **error)
{
    struct db_stmt *s =
        db_prepare(db, "UPDATE tokens SET device = $1 WHERE hash = $2 AND device IN ('', $1)", error);
    if (!s)
        return false;
    db_bind_text(s, 1, device);
    db_bind_text(s, 2, hash);
    if (!db_run(s, error))
        return false;
    *is_its = db_changes(db) > 0;
    return true;
}

bool accounts_drop_token(struct db *db, const char *hash, GError **error)
{
    return run_text(db, "DELETE FROM tokens WHERE hash = $1", hash, error);
}

bool accounts_drop_expired(struct db *db, int64_t now_ms, GError **error)
{
    struct db_stmt *s = db_prepare(db, "DELETE FROM tokens WHERE expires_ms <= $1", error);
    if (!s)
        return false;
    db_bind_int(s, 1, now_ms);
    return db_run(s, error);
}

GHashTable *accounts_tokens_that_hold(struct db *db, int64_t now_ms, GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT hash FROM tokens WHERE expires_ms > $1", error);
    if (!s)
        return NULL;
    GHashTable *hashes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    enum db_step step;
    db_bind_int(s, 1, now_ms);
    while ((step = db_step(s, error)) == DB_ROW)
        g_hash_table_add(hashes, g_strdup(db_column_text(s, 0)));
    db_reset(s);
    if (step != DB_FAILED)
        return hashes;
    g_hash_table_unref(hashes);
    return NULL;
}

bool accounts_find_token(struct db *db, const char *hash, struct account_token *token, GError **error)
{
    *token = (struct account_token){0};
    struct db_stmt *s =
        db_prepare(db, "SELECT agent, device, created_ms, expires_ms FROM tokens WHERE hash = $1", error);
    if (!s)
        return false;
    db_bind_text(s, 1, hash);
    enum db_step step = db_step(s, error);
    if (step == DB_ROW)
        *token = (struct account_token){.hash = g_strdup(hash),
                                        .agent = g_strdup(db_column_text(s, 0)),
                                        .device = g_strdup(db_column_text(s, 1)),
                                        .created_ms = db_column_int(s, 2),
                                        .expires_ms = db_column_int(s, 3)};
    db_reset(s);
    return step != DB_FAILED;
}

bool accounts_audit(struct db *db, const char *actor, const char *action, const char *subject, GError **error)
{
    struct db_stmt *s =
        db_prepare(db, "INSERT INTO audit (at_ms, actor, action, subject) VALUES ($1, $2, $3, $4)", error);
    if (!s)
        return false;
    db_bind_int(s, 1, g_get_real_time() / 1000);
    db_bind_text(s, 2, actor);
    db_bind_text(s, 3, action);
    db_bind_text(s, 4, subject);
    return db_run(s, error);
}
