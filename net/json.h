/* Reads JSON that came from outside: checks the bytes first, then parses with cJSON, then takes typed
 * members.
 *
 * What is refused before cJSON sees it: bytes that are not UTF-8, NUL bytes and \u0000, control characters
 * inside strings, more bytes, depth or values than the limits allow. Every error is of NET_PROBLEM:
 * PROBLEM_BAD_REQUEST for bytes that are no JSON, PROBLEM_TOO_LARGE past a limit, PROBLEM_UNPROCESSABLE for a
 * member that is wrong; its sentence names the member. Writing is json_writer.h.
 *
 *     cJSON *root = json_parse(body, body_len, NULL, error);
 *     const char *name;
 *     if (!root || !json_get_string(root, "name", 200, &name, error)) ...
 */
#ifndef NET_JSON_H
#define NET_JSON_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_limits {
    size_t max_bytes;   /* 0: 16 MiB */
    unsigned max_depth; /* 0: 32 */
    size_t max_values;  /* 0: 200,000; a value costs cJSON about 64 bytes and more */
};

/* Parses one JSON value with nothing after it but white space. `limits` (borrows) may be NULL for the
 * defaults. Returns the tree (caller owns, free with cJSON_Delete) or NULL. */
cJSON *json_parse(const char *bytes, size_t len, const struct json_limits *limits, GError **error);

/* The tree as text without blanks; takes the tree. Caller owns, free with g_free. NULL gives NULL. */
char *json_print(cJSON *json);

/* A member's text, borrowed until the tree is freed; NULL where there is none, or it is no text. For what
 * somebody checked before, or where a wrong member is as good as none. */
const char *json_text(const cJSON *object, const char *name);
/* Likewise a number, cut to a whole one; 0 where there is none, or none within 2^53. */
int64_t json_number(const cJSON *object, const char *name);

/* Members that must be there. `object` that is no object is an error. Strings are at most `max_bytes` long
 * (bytes without the NUL) and borrowed until the tree is freed. An int64 is a whole number within ±2^53, or a
 * string of decimal digits within int64. On false `*out` is untouched. */
bool json_get_string(const cJSON *object, const char *name, size_t max_bytes, const char **out,
                     GError **error);
bool json_get_int64(const cJSON *object, const char *name, int64_t *out, GError **error);
bool json_get_bool(const cJSON *object, const char *name, bool *out, GError **error);
bool json_get_array(const cJSON *object, const char *name, size_t max_items, const cJSON **out,
                    GError **error);

/* The same for members that may be missing or null: then true, and `*out` stays what the caller put there as
 * the default. A member that is there and wrong is still an error. */
bool json_get_optional_string(const cJSON *object, const char *name, size_t max_bytes, const char **out,
                              GError **error);
bool json_get_optional_int64(const cJSON *object, const char *name, int64_t *out, GError **error);
bool json_get_optional_bool(const cJSON *object, const char *name, bool *out, GError **error);
bool json_get_optional_array(const cJSON *object, const char *name, size_t max_items, const cJSON **out,
                             GError **error);

#endif
