/* Handles and sentences. */
#include "net/http_handle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "net/problem.h"

char *http_handle_peer(const struct http_client_options *options, const char *url)
{
    /* Only as far as the host: a path may hold what is nobody's business on a status line. */
    const char *host = strstr(url, "://");
    size_t len = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : strcspn(url, "/?#");
    return g_strdup_printf("%s at %.*s", options->peer_name, (int)len, url);
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
    {CURLE_SSL_CONNECT_ERROR, PROBLEM_BAD_ANSWER, "does not speak TLS as it should"},
    {CURLE_OUT_OF_MEMORY, PROBLEM_UNAVAILABLE, "sent more than memory can hold"},
};

static GError *explain_no_answer(const struct http_client_options *options, CURL *easy, const char *peer)
{
    long error_number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error_number);
    g_autofree char *reason =
        g_utf8_strdown(error_number ? g_strerror((int)error_number) : "no connection", -1);
    const char *when_down = options->when_down;
    return g_error_new(NET_PROBLEM, PROBLEM_UNAVAILABLE, "%s does not answer (%s)%s%s.", peer, reason,
                       when_down ? "; " : "", when_down ? when_down : "");
}

static GError *explain_timeout(const struct http_client_options *options, CURL *easy, const char *peer)
{
    double connect_s = 0;
    long request_bytes = 0;
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME, &connect_s);
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    /* On a connection kept from before there was no time of connecting, but the request went out. */
    bool is_connected = connect_s > 0 || request_bytes > 0;
    const char *when_down = options->when_down;
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
    /* Trusting its authority helps neither an old certificate nor one for another name. */
    const char *then = result == 10 ? "ask your administrator to renew it"
                       : result == 0 || result == 1
                           ? "check the address, or ask your administrator for one of this name"
                           : "ask your administrator for the authority's file and name it with "
                             "--ca or in FIRSTLINE_CA";
    return g_error_new(NET_PROBLEM, PROBLEM_FORBIDDEN, "%s shows a certificate that is not trusted: %s; %s.",
                       peer, why, then);
}

/* Who speaks TLS hangs up on plain HTTP. */
static GError *explain_silence(const char *url, const char *peer)
{
    bool is_plain = g_ascii_strncasecmp(url, "https:", 6) != 0;
    return g_error_new(NET_PROBLEM, PROBLEM_BAD_ANSWER, "%s closed the connection without an answer%s.", peer,
                       is_plain ? "; if it is served with TLS, begin the address with https://" : "");
}

GError *http_handle_explain(const struct http_client_options *options, CURL *easy, CURLcode code,
                            const char *url)
{
    g_autofree char *peer = http_handle_peer(options, url);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return explain_timeout(options, easy, peer);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return explain_certificate(easy, peer);
    if (code == CURLE_GOT_NOTHING)
        return explain_silence(url, peer);
    if (code == CURLE_SSL_CACERT_BADFILE)
        return g_error_new(
            NET_PROBLEM, PROBLEM_BAD_REQUEST,
            "%s cannot be checked: the file of trusted authorities %s cannot be read, or holds "
            "no certificate; check it.",
            peer, options->ca_path ? options->ca_path : "of the system");
    if (code == CURLE_UNSUPPORTED_PROTOCOL && !g_str_has_prefix(url, "http:") &&
        !g_str_has_prefix(url, "https:"))
        code = CURLE_URL_MALFORMAT;
    for (size_t i = 0; i < G_N_ELEMENTS(explanations); i++) {
        if (explanations[i].code == code)
            return g_error_new(NET_PROBLEM, explanations[i].problem, "%s %s.", peer, explanations[i].text);
    }
    return explain_no_answer(options, easy, peer);
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

CURL *http_handle_new(const struct http_client_options *options, const char *url)
{
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options->user_agent);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    /* libcurl takes the proxy that the environment names; no proxy reaches a backend on this machine. */
    if (is_this_machine(url))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (options->ca_path) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_path);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    return easy;
}
