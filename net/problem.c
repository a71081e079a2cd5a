/* The table of problems, and their reading and writing as problem+json. */
#include "net/problem.h"

#include <string.h>

#include "net/json.h"
#include "net/json_writer.h"

enum {
    MAX_PROBLEM_BYTES = 64 * 1024,
    MAX_SENTENCE_BYTES = 2048,
};

#define TYPE_PREFIX "urn:firstline:problem:"

struct problem_row {
    const char *name;
    const char *title;
    unsigned status;
    enum exit_status exit_status;
    bool passing;
};

static const struct problem_row problems[PROBLEM_CODE_COUNT] = {
    [PROBLEM_BAD_REQUEST] = {"bad-request", "Not readable", 400, EXIT_STATUS_USAGE, false},
    [PROBLEM_UNAUTHORISED] = {"unauthorised", "Sign in first", 401, EXIT_STATUS_NOT_AUTHORISED, false},
    [PROBLEM_FORBIDDEN] = {"forbidden", "Not allowed", 403, EXIT_STATUS_NOT_AUTHORISED, false},
    [PROBLEM_NOT_FOUND] = {"not-found", "Not found", 404, EXIT_STATUS_NOT_FOUND, false},
    [PROBLEM_NOT_ALLOWED] = {"not-allowed", "Not possible here", 405, EXIT_STATUS_USAGE, false},
    [PROBLEM_TOO_SLOW] = {"too-slow", "Took too long", 408, EXIT_STATUS_TRY_AGAIN, true},
    [PROBLEM_REFUSED] = {"refused", "Refused", 409, EXIT_STATUS_FAILED, false},
    [PROBLEM_STALE] = {"stale", "Changed since", 412, EXIT_STATUS_FAILED, false},
    [PROBLEM_TOO_LARGE] = {"too-large", "Too large", 413, EXIT_STATUS_FAILED, false},
    [PROBLEM_WRONG_TYPE] = {"wrong-type", "Wrong media type", 415, EXIT_STATUS_USAGE, false},
    [PROBLEM_UNPROCESSABLE] = {"unprocessable", "Not acceptable", 422, EXIT_STATUS_FAILED, false},
    [PROBLEM_WRONG_ORDER] = {"wrong-order", "Something must come first", 428, EXIT_STATUS_FAILED, false},
    [PROBLEM_TOO_MANY] = {"too-many", "Too many requests", 429, EXIT_STATUS_TRY_AGAIN, true},
    [PROBLEM_INTERNAL] = {"internal", "Failed inside", 500, EXIT_STATUS_FAILED, true},
    [PROBLEM_BAD_ANSWER] = {"bad-answer", "Not an answer", 502, EXIT_STATUS_TRY_AGAIN, true},
    [PROBLEM_UNAVAILABLE] = {"unavailable", "Not available", 503, EXIT_STATUS_TRY_AGAIN, true},
    [PROBLEM_NO_ROOM] = {"no-room", "No room on the disk", 507, EXIT_STATUS_TRY_AGAIN, true},
};

G_DEFINE_QUARK(net - problem - error - quark, net_problem_error)

bool problem_refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(NET_PROBLEM, PROBLEM_UNPROCESSABLE, format, arguments));
    va_end(arguments);
    return false;
}

unsigned problem_code_status(enum problem_code code)
{
    return problems[code].status;
}

enum problem_code problem_code_of(const GError *error)
{
    if (error->domain != NET_PROBLEM || error->code < 0 || error->code >= PROBLEM_CODE_COUNT)
        return PROBLEM_INTERNAL;
    return (enum problem_code)error->code;
}

enum problem_code problem_code_from_status(unsigned status)
{
    for (int code = 0; code < PROBLEM_CODE_COUNT; code++) {
        if (problems[code].status == status)
            return (enum problem_code)code;
    }
    return status >= 400 && status < 500 ? PROBLEM_BAD_REQUEST : PROBLEM_UNAVAILABLE;
}

enum exit_status problem_exit_status(const GError *error)
{
    if (!error)
        return EXIT_STATUS_OK;
    return error->domain == NET_PROBLEM ? problems[problem_code_of(error)].exit_status : EXIT_STATUS_FAILED;
}

bool problem_is_passing(const GError *error)
{
    return error->domain == NET_PROBLEM && problems[problem_code_of(error)].passing;
}

void problem_write(GString *out, const GError *error)
{
    const struct problem_row *row = &problems[problem_code_of(error)];
    const char *sentence = error->message;
    if (error->domain != NET_PROBLEM)
        sentence = "The request failed inside the backend; its log says why.";

    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    g_autofree char *type = g_strconcat(TYPE_PREFIX, row->name, NULL);
    json_add_string(&json, "type", type);
    json_add_string(&json, "title", row->title);
    json_add_int64(&json, "status", row->status);
    json_add_string(&json, "code", row->name);
    json_add_string(&json, "detail", sentence);
    json_object_end(&json);
}

static enum problem_code code_from_name(const char *name, unsigned status)
{
    for (int code = 0; name && code < PROBLEM_CODE_COUNT; code++) {
        if (strcmp(problems[code].name, name) == 0)
            return (enum problem_code)code;
    }
    return problem_code_from_status(status);
}

GError *problem_read(const char *peer, unsigned status, const char *body, size_t body_len)
{
    const struct json_limits limits = {.max_bytes = MAX_PROBLEM_BYTES};
    cJSON *root = json_parse(body, body_len, &limits, NULL);
    /* A page of a proxy or of another program on that port is no refusal of ours. */
    bool is_ours = cJSON_IsString(cJSON_GetObjectItemCaseSensitive(root, "code"));
    const char *detail = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "detail"));
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "code"));
    enum problem_code code = code_from_name(name, status);
    if (!is_ours && !problems[code].passing && code != PROBLEM_UNAUTHORISED)
        code = PROBLEM_BAD_ANSWER;
    GError *error;
    if (detail && *detail && strlen(detail) <= MAX_SENTENCE_BYTES)
        error = g_error_new_literal(NET_PROBLEM, code, detail);
    else
        error = g_error_new(NET_PROBLEM, code,
                            "%s refused the request with HTTP status %u and gave no reason.", peer, status);
    cJSON_Delete(root);
    return error;
}
