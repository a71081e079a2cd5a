/* How often a password is hashed: once per sign-in, and never for a request that carries a
 * token. Counted at libsodium's door: this program's own crypto_pwhash_* stand before the library's and pass
 * on. */
#include <dlfcn.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>

#include "app/service/service.h"
#include "tests/support/bench.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

enum {
    SIGN_INS = 40,
    REQUESTS = 4000,
};

static _Atomic(int) hashes;

int crypto_pwhash_str_verify(const char hash[crypto_pwhash_STRBYTES], const char *password,
                             unsigned long long password_len)
{
    int (*next)(const char *, const char *, unsigned long long);
    *(void **)&next = dlsym(RTLD_NEXT, "crypto_pwhash_str_verify");
    atomic_fetch_add(&hashes, 1);
    return next(hash, password, password_len);
}

int crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *password,
                          unsigned long long password_len, unsigned long long operations, size_t memory_bytes,
                          int algorithm)
{
    int (*next)(char *, const char *, unsigned long long, unsigned long long, size_t, int);
    *(void **)&next = dlsym(RTLD_NEXT, "crypto_pwhash_str_alg");
    atomic_fetch_add(&hashes, 1);
    return next(out, password, password_len, operations, memory_bytes, algorithm);
}

static void tell(const char *what, int count, int done)
{
    g_autofree char *ours = g_strdup_printf("%d in %d", count, done);
    bench_line(&(struct bench_figure){.what = what,
                                      .ours = ours,
                                      .peer = done == REQUESTS ? "limit 0" : "exactly 1 each",
                                      .ratio = (double)count / done,
                                      .target = done == REQUESTS ? "<= 0x" : "= 1x"});
}

static int sign_in_often(const char *url, const char *body, long status)
{
    g_autofree char *target = g_strconcat(url, "/v1/session", NULL);
    int before = atomic_load(&hashes);
    for (int i = 0; i < SIGN_INS; i++) {
        struct answer answer = caller_ask("POST", target, NULL, body, NULL);
        g_assert_cmpint(answer.status, ==, status);
        answer_release(&answer);
    }
    return atomic_load(&hashes) - before;
}

static int ask_often(const char *url, const char *token)
{
    static const char *const paths[] = {"/v1/floor", "/v1/contacts?limit=50", "/v1/session", "/v1/find?q=a"};
    int before = atomic_load(&hashes);
    for (int i = 0; i < REQUESTS; i++) {
        g_autofree char *target = g_strconcat(url, paths[i % G_N_ELEMENTS(paths)], NULL);
        struct answer answer = caller_ask("GET", target, token, NULL, NULL);
        g_assert_cmpint(answer.status, ==, 200);
        answer_release(&answer);
    }
    return atomic_load(&hashes) - before;
}

int main(void)
{
    GError *error = NULL;
    char *path = floor_path();
    store_close(floor_open(path, NULL));
    struct service_options options = {.path = path, .is_quiet = true};
    g_autoptr(service_handle) service = service_new(&options, &error);
    g_assert_true(service && service_start(service, &error));
    const char *url = service_url(service);
    g_autofree char *token = caller_sign_in(url, "mira", "bench");
    bench_head("hashes of passwords, counted at libsodium");
    tell("hashes in sign-ins", sign_in_often(url, "{\"agent\":\"mira\",\"password\":\"firstline\"}", 201),
         SIGN_INS);
    tell("hashes in requests with a token", ask_often(url, token), REQUESTS);
    service_free(g_steal_pointer(&service));
    floor_remove(path);
    return 0;
}
