#include "tests/support/caller.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>

static size_t take_body(char *bytes, size_t size, size_t count, void *user_data)
{
    g_string_append_len(user_data, bytes, (gssize)(size * count));
    return size * count;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *user_data)
{
    struct answer *answer = user_data;
    if (size * count > 6 && g_ascii_strncasecmp(bytes, "etag: ", 6) == 0) {
        g_free(answer->etag);
        answer->etag = g_strstrip(g_strndup(bytes + 6, size * count - 6));
    }
    return size * count;
}

static struct curl_slist *headers_of(const char *token, const char *body, const char *header)
{
    struct curl_slist *list = NULL;
    g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", token ? token : "");
    if (token)
        list = curl_slist_append(list, bearer);
    if (body)
        list = curl_slist_append(list, "Content-Type: application/json");
    list = curl_slist_append(list, "Expect:");
    g_auto(GStrv) lines = g_strsplit(header ? header : "", "\n", -1);
    for (char **line = lines; *line; line++)
        list = curl_slist_append(list, *line);
    return list;
}

struct answer caller_ask(const char *method, const char *url, const char *token, const char *body,
                         const char *header)
{
    struct answer answer = {.body = g_string_new(NULL), .etag = g_strdup("")};
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = headers_of(token, body, header);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
    if (body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return answer;
}

void answer_release(struct answer *answer)
{
    g_string_free(answer->body, TRUE);
    g_free(answer->etag);
}

void answer_expect(struct answer answer, long status, const char *part)
{
    if (answer.status != status || (part && !strstr(answer.body->str, part)))
        g_error("expected %ld with \"%s\", got %ld: %s", status, part ? part : "", answer.status,
                answer.body->str);
    answer_release(&answer);
}

char *answer_text(const struct answer *answer, const char *name)
{
    cJSON *json = cJSON_Parse(answer->body->str);
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    char *copy = g_strdup(text ? text : "");
    cJSON_Delete(json);
    return copy;
}

char *caller_sign_in(const char *url, const char *agent, const char *device)
{
    g_autofree char *target = g_strconcat(url, "/v1/session", NULL);
    g_autofree char *body =
        g_strdup_printf("{\"agent\":\"%s\",\"password\":\"firstline\",\"device\":\"%s\"}", agent, device);
    struct answer answer = caller_ask("POST", target, NULL, body, NULL);
    g_assert_cmpint(answer.status, ==, 201);
    char *token = answer_text(&answer, "token");
    answer_release(&answer);
    return token;
}

struct streaming {
    GString *text;
    int wanted;
};

static int count_events(const char *text)
{
    int count = 0;
    for (const char *p = text; (p = strstr(p, "\ndata: ")); p++)
        count++;
    return count;
}

static size_t take_stream(char *bytes, size_t size, size_t count, void *user_data)
{
    struct streaming *streaming = user_data;
    g_string_append_len(streaming->text, bytes, (gssize)(size * count));
    bool is_enough = g_str_has_suffix(streaming->text->str, "\n\n") &&
                     count_events(streaming->text->str) >= streaming->wanted;
    return is_enough ? 0 : size * count;
}

char *caller_stream(const char *url, const char *token, const char *last_id, int count, int seconds)
{
    struct streaming streaming = {g_string_new("\n"), count};
    g_autofree char *target = g_strconcat(url, "/v1/stream", NULL);
    g_autofree char *header = last_id ? g_strconcat("Last-Event-ID: ", last_id, NULL) : NULL;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = headers_of(token, NULL, header);
    curl_easy_setopt(curl, CURLOPT_URL, target);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)seconds);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_stream);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &streaming);
    curl_easy_perform(curl);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return g_string_free(streaming.text, FALSE);
}
