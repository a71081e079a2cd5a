/* Requests over the curl loop. A transfer belongs to the loop's thread from its job to its delivery, and then
 * to the owner's. */
#include "net/http_client.h"

#include <curl/curl.h>
#include <string.h>

#include "net/curl_loop.h"
#include "net/http_handle.h"
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
    g_autofree char *peer = http_handle_peer(&transfer->client->options, transfer->url);
    if (transfer->status < 400)
        return g_error_new(
            NET_PROBLEM, PROBLEM_BAD_ANSWER,
            "%s sent the request elsewhere (HTTP status %u); check the address in the settings.", peer,
            transfer->status);
    return problem_read(peer, transfer->status, transfer->reply_body->str, transfer->reply_body->len);
}

static GError *explain_size(const struct transfer *transfer)
{
    g_autofree char *peer = http_handle_peer(&transfer->client->options, transfer->url);
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
        transfer->error = http_handle_explain(&client->options, easy, code, transfer->url);
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
    CURL *easy = transfer->easy = http_handle_new(&client->options, transfer->url);
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

const struct http_client_options *http_client_settled(const struct http_client *client)
{
    return &client->options;
}

char *http_client_peer(const struct http_client *client, const char *url)
{
    return http_handle_peer(&client->options, url);
}
