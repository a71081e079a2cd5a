/* Requests over the curl loop. A transfer belongs to the loop's thread from its job to its delivery, and then
 * to the owner's. */
#include "net/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>

#include "net/curl_loop.h"
#include "net/mailbox.h"
#include "net/problem.h"

enum {
    CONNECT_TIMEOUT_MS = 5000,
    TIMEOUT_MS = 30000,
    MAX_REPLY_BYTES = 64 * 1024 * 1024,
    MAX_HEADERS = 128,
    MAX_HEADER_BYTES = 32 * 1024, /* all header lines of one answer */
};

struct http_client {
    struct http_client_options options;
    char *peer_name, *when_down, *ca_path, *user_agent; /* copies behind the options */
    struct curl_loop *loop;
    struct mailbox *mailbox;
    bool has_sent;         /* so the loop's thread runs */
    GHashTable *transfers; /* set of struct transfer, under way; the loop's thread only */
};

struct transfer {
    struct http_client *client;
    http_reply_handler handle;
    void *user_data;
    uint64_t number;
    CURL *easy;
    char *method, *url, *body;
    size_t body_len;
    struct curl_slist *headers;
    int64_t timeout_ms, stall_ms;
    size_t max_reply_bytes;
    int64_t started_us;
    /* The answer: */
    GString *reply_body;
    GPtrArray *reply_headers;
    size_t reply_header_bytes;
    bool is_too_large, has_long_head;
    unsigned status;
    int64_t duration_ms;
    GError *error;
};

static void transfer_free(struct transfer *transfer)
{
    if (transfer->easy)
        curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    g_free(transfer->method);
    g_free(transfer->url);
    g_free(transfer->body);
    g_string_free(transfer->reply_body, TRUE);
    g_ptr_array_unref(transfer->reply_headers);
    g_clear_error(&transfer->error);
    g_free(transfer);
}

char *http_client_peer(const struct http_client *client, const char *url)
{
    /* Only as far as the host: a path may hold what is nobody's business on a status line. */
    const char *host = strstr(url, "://");
    size_t len = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : strlen(url);
    return g_strdup_printf("%s at %.*s", client->options.peer_name, (int)len, url);
}

struct explanation {
    CURLcode code;
    enum problem_code problem;
    const char *text; /* completes "The backend at http://host ..." */
};

static const struct explanation explanations[] = {
    {CURLE_URL_MALFORMAT, PROBLEM_BAD_REQUEST,
     "cannot be asked: that is no address beginning with http:// or https://"},
    {CURLE_COULDNT_RESOLVE_HOST, PROBLEM_UNAVAILABLE, "cannot be found: no machine of that name is known"},
    {CURLE_WEIRD_SERVER_REPLY, PROBLEM_BAD_ANSWER, "answered something that is not HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, PROBLEM_BAD_ANSWER, "answered something that is not HTTP"},
    {CURLE_HTTP2, PROBLEM_BAD_ANSWER, "answered something that is not HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, PROBLEM_BAD_ANSWER, "sent an answer whose compression is damaged"},
    {CURLE_PARTIAL_FILE, PROBLEM_BAD_ANSWER, "broke off in the middle of its answer"},
    {CURLE_GOT_NOTHING, PROBLEM_BAD_ANSWER, "closed the connection without an answer"},
    {CURLE_SSL_CACERT_BADFILE, PROBLEM_BAD_REQUEST,
     "cannot be checked: the file of trusted authorities is not readable"},
    {CURLE_SSL_CONNECT_ERROR, PROBLEM_BAD_ANSWER, "does not speak TLS as it should"},
    {CURLE_OUT_OF_MEMORY, PROBLEM_UNAVAILABLE, "sent more than memory can hold"},
};

static GError *explain_no_answer(const struct http_client *client, CURL *easy, const char *peer)
{
    long error_number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error_number);
    g_autofree char *reason =
        g_utf8_strdown(error_number ? g_strerror((int)error_number) : "no connection", -1);
    const char *when_down = client->options.when_down;
    return g_error_new(NET_PROBLEM, PROBLEM_UNAVAILABLE, "%s does not answer (%s)%s%s.", peer, reason,
                       when_down ? "; " : "", when_down ? when_down : "");
}

static GError *explain_timeout(const struct http_client *client, CURL *easy, const char *peer)
{
    double connect_s = 0;
    long request_bytes = 0;
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME, &connect_s);
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    /* On a connection kept from before there was no time of connecting, but the request went out. */
    bool is_connected = connect_s > 0 || request_bytes > 0;
    const char *when_down = client->options.when_down;
    return g_error_new(NET_PROBLEM, is_connected ? PROBLEM_TOO_SLOW : PROBLEM_UNAVAILABLE, "%s %s%s%s.", peer,
                       is_connected ? "took too long to answer" : "does not answer (no connection in time)",
                       when_down ? "; " : "", when_down ? when_down : "");
}

static GError *explain_certificate(CURL *easy, const char *peer)
{
    long result = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    /* X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, ..._SELF_SIGNED_CERT_IN_CHAIN, ..._CERT_HAS_EXPIRED of
     * OpenSSL's x509_vfy.h; the numbers are part of its documented interface
     * (openssl-verification-options(1)). Where the name alone is wrong, curl leaves OpenSSL's "all is well"
     * (0) or its own "not looked at yet" (1). */
    const char *why = result == 18 || result == 19 ? "it is signed by itself"
                      : result == 10               ? "it has expired"
                      : result == 0 || result == 1 ? "it is for another name"
                                                   : "no authority known here has signed it";
    return g_error_new(NET_PROBLEM, PROBLEM_FORBIDDEN,
                       "%s shows a certificate that is not trusted: %s; ask your administrator for the "
                       "authority's file and name it with --ca or in FIRSTLINE_CA.",
                       peer, why);
}

GError *http_client_explain(const struct http_client *client, void *easy, int code, const char *url)
{
    g_autofree char *peer = http_client_peer(client, url);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return explain_timeout(client, easy, peer);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return explain_certificate(easy, peer);
    if (code == CURLE_UNSUPPORTED_PROTOCOL && !g_str_has_prefix(url, "http:") &&
        !g_str_has_prefix(url, "https:"))
        code = CURLE_URL_MALFORMAT;
    for (size_t i = 0; i < G_N_ELEMENTS(explanations); i++) {
        if ((int)explanations[i].code == code)
            return g_error_new(NET_PROBLEM, explanations[i].problem, "%s %s.", peer, explanations[i].text);
    }
    return explain_no_answer(client, easy, peer);
}

static bool is_this_machine(const char *url)
{
    g_autofree char *host = NULL;
    struct in_addr four;
    struct in6_addr six;
    if (!g_uri_split_network(url, G_URI_FLAGS_PARSE_RELAXED, NULL, &host, NULL, NULL) || !host)
        return false;
    return g_ascii_strcasecmp(host, "localhost") == 0 ||
           (inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == 127) ||
           (inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six));
}

void *http_client_make_handle(const struct http_client *client, const char *url)
{
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, client->options.user_agent);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)client->options.connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    /* libcurl takes the proxy that the environment names; no proxy reaches a backend on this machine. */
    if (is_this_machine(url))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (client->options.ca_path) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, client->options.ca_path);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    return easy;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    size_t len = size * count;
    if (transfer->reply_body->len + len > transfer->max_reply_bytes) {
        transfer->is_too_large = true;
        return 0;
    }
    g_string_append_len(transfer->reply_body, bytes, (gssize)len);
    return len;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    size_t len = size * count;
    size_t text_len = len;
    while (text_len > 0 && (bytes[text_len - 1] == '\n' || bytes[text_len - 1] == '\r'))
        text_len--;
    if (text_len > 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        /* The head of the final answer replaces that of an interim one. */
        g_ptr_array_set_size(transfer->reply_headers, 0);
        transfer->reply_header_bytes = 0;
        return len;
    }
    transfer->reply_header_bytes += len;
    if (transfer->reply_headers->len >= MAX_HEADERS || transfer->reply_header_bytes > MAX_HEADER_BYTES) {
        transfer->has_long_head = true;
        return 0;
    }
    if (text_len > 0 && g_utf8_validate_len(bytes, text_len, NULL))
        g_ptr_array_add(transfer->reply_headers, g_strndup(bytes, text_len));
    return len;
}

static GError *judge_status(const struct transfer *transfer)
{
    if ((transfer->status >= 200 && transfer->status < 300) || transfer->status == 304)
        return NULL;
    g_autofree char *peer = http_client_peer(transfer->client, transfer->url);
    if (transfer->status < 400)
        return g_error_new(
            NET_PROBLEM, PROBLEM_BAD_ANSWER,
            "%s sent the request elsewhere (HTTP status %u); check the address in the settings.", peer,
            transfer->status);
    return problem_read(peer, transfer->status, transfer->reply_body->str, transfer->reply_body->len);
}

static GError *explain_size(const struct transfer *transfer)
{
    g_autofree char *peer = http_client_peer(transfer->client, transfer->url);
    if (transfer->has_long_head)
        return g_error_new(NET_PROBLEM, PROBLEM_TOO_LARGE,
                           "%s sent an answer with more head lines than are taken (%d and %d bytes).", peer,
                           MAX_HEADERS, MAX_HEADER_BYTES);
    return g_error_new(NET_PROBLEM, PROBLEM_TOO_LARGE,
                       "%s sent an answer larger than the %zu bytes that are taken.", peer,
                       transfer->max_reply_bytes);
}

/* The transfer has ended: judges it and hands it to the owner. */
static void on_done(CURL *easy, CURLcode code, void *data)
{
    struct transfer *transfer = data;
    struct http_client *client = transfer->client;
    long status = 0;
    transfer->duration_ms = (g_get_monotonic_time() - transfer->started_us) / 1000;
    if (code == CURLE_OK) {
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        transfer->status = (unsigned)status;
        transfer->error = judge_status(transfer);
    } else if (transfer->is_too_large || transfer->has_long_head) {
        transfer->error = explain_size(transfer);
    } else {
        transfer->error = http_client_explain(client, easy, (int)code, transfer->url);
    }
    g_hash_table_remove(client->transfers, transfer);
    curl_easy_cleanup(g_steal_pointer(&transfer->easy));
    mailbox_post(client->mailbox, transfer);
}

static void set_method(CURL *easy, const struct transfer *transfer)
{
    bool is_head = strcmp(transfer->method, "HEAD") == 0;
    if (is_head)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (transfer->body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body);
    }
    if (!is_head)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer->method);
}

/* On the loop's thread. */
static void start_transfer(void *data)
{
    struct transfer *transfer = data;
    struct http_client *client = transfer->client;
    CURL *easy = transfer->easy = http_client_make_handle(client, transfer->url);
    set_method(easy, transfer);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transfer->timeout_ms);
    if (transfer->stall_ms) {
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)MAX(transfer->stall_ms / 1000, 1));
    }
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    transfer->started_us = g_get_monotonic_time();
    g_hash_table_add(client->transfers, transfer);
    curl_loop_add(client->loop, easy, on_done, transfer);
}

static void end_transfer(struct http_client *client, struct transfer *transfer)
{
    curl_loop_remove(client->loop, transfer->easy);
    transfer_free(transfer);
}

static void cancel_all(void *data)
{
    struct http_client *client = data;
    GHashTableIter iterator;
    void *transfer;
    g_hash_table_iter_init(&iterator, client->transfers);
    while (g_hash_table_iter_next(&iterator, &transfer, NULL)) {
        g_hash_table_iter_remove(&iterator);
        end_transfer(client, transfer);
    }
}

/* On the owner's thread. The handler may free the client, so nothing is touched after it. */
static void deliver(void *message, void *user_data)
{
    (void)user_data;
    struct transfer *transfer = message;
    g_ptr_array_add(transfer->reply_headers, NULL);
    const struct http_reply reply = {
        .number = transfer->number,
        .status = transfer->status,
        .body = transfer->status ? transfer->reply_body->str : "",
        .body_len = transfer->status ? transfer->reply_body->len : 0,
        .duration_ms = transfer->duration_ms,
        .error = transfer->error,
        .headers = (const char *const *)transfer->reply_headers->pdata,
    };
    transfer->handle(&reply, transfer->user_data);
}

static void free_message(void *message)
{
    transfer_free(message);
}

struct http_client *http_client_new(const struct http_client_options *options)
{
    struct http_client *client = g_new0(struct http_client, 1);
    client->options = *options;
    client->options.peer_name = client->peer_name =
        g_strdup(options->peer_name ? options->peer_name : "The server");
    client->options.when_down = client->when_down = g_strdup(options->when_down);
    client->options.ca_path = client->ca_path = g_strdup(options->ca_path);
    client->options.user_agent = client->user_agent =
        g_strdup(options->user_agent ? options->user_agent : "firstline/" FIRSTLINE_VERSION);
    if (!client->options.connect_timeout_ms)
        client->options.connect_timeout_ms = CONNECT_TIMEOUT_MS;
    client->options.context =
        g_main_context_ref(options->context ? options->context : g_main_context_default());
    client->loop = curl_loop_new();
    client->mailbox = mailbox_new(client->options.context, deliver, free_message, NULL);
    client->transfers = g_hash_table_new(NULL, NULL);
    return client;
}

void http_client_free(struct http_client *client)
{
    if (!client)
        return;
    if (client->has_sent)
        curl_loop_post(client->loop, cancel_all, client);
    curl_loop_free(client->loop);
    mailbox_close(client->mailbox);
    g_hash_table_unref(client->transfers);
    g_main_context_unref(client->options.context);
    g_free(client->peer_name);
    g_free(client->when_down);
    g_free(client->ca_path);
    g_free(client->user_agent);
    g_free(client);
}

static struct curl_slist *list_headers(const struct http_client_request *request)
{
    struct curl_slist *list = NULL;
    /* No waiting for "100 Continue": bodies are small, and a round trip is not. */
    list = curl_slist_append(list, "Expect:");
    if (request->body) {
        const char *type = request->content_type ? request->content_type : "application/json";
        g_autofree char *line = g_strconcat("Content-Type: ", type, NULL);
        list = curl_slist_append(list, line);
    }
    for (const char *const *header = request->headers; header && *header; header++)
        list = curl_slist_append(list, *header);
    return list;
}

void http_client_send(struct http_client *client, const struct http_client_request *request,
                      http_reply_handler handle, void *user_data)
{
    struct transfer *transfer = g_new0(struct transfer, 1);
    transfer->client = client;
    transfer->handle = handle;
    transfer->user_data = user_data;
    transfer->number = request->number;
    transfer->method = g_strdup(request->method ? request->method : request->body ? "POST" : "GET");
    transfer->url = g_strdup(request->url);
    transfer->body_len = request->body_len;
    if (request->body)
        transfer->body = g_memdup2(request->body_len ? request->body : "", MAX(request->body_len, 1));
    transfer->headers = list_headers(request);
    transfer->timeout_ms = request->timeout_ms ? request->timeout_ms : TIMEOUT_MS;
    transfer->stall_ms = request->stall_ms;
    transfer->max_reply_bytes = request->max_reply_bytes ? request->max_reply_bytes : MAX_REPLY_BYTES;
    transfer->reply_body = g_string_new(NULL);
    transfer->reply_headers = g_ptr_array_new_with_free_func(g_free);
    client->has_sent = true;
    curl_loop_post(client->loop, start_transfer, transfer);
}

const char *http_reply_header(const struct http_reply *reply, const char *name)
{
    size_t name_len = strlen(name);
    for (const char *const *line = reply->headers; *line; line++) {
        if (g_ascii_strncasecmp(*line, name, name_len) != 0 || (*line)[name_len] != ':')
            continue;
        const char *value = *line + name_len + 1;
        return value + strspn(value, " \t");
    }
    return NULL;
}

struct curl_loop *http_client_loop(struct http_client *client)
{
    return client->loop;
}

GMainContext *http_client_context(struct http_client *client)
{
    return client->options.context;
}
