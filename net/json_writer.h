/* Writes JSON (RFC 8259) straight into a GString, value by value, with no tree in between.
 *
 * Commas and quotes are the writer's duty, well-formedness is the caller's: a key before each member of an
 * object, every start with its end (asserted). Nesting goes to 63. Strings must be UTF-8; control characters,
 * quotes and backslashes are escaped, all else is written as it is.
 *
 *     struct json_writer json;
 *     json_writer_init(&json, out);
 *     json_object_start(&json);
 *     json_add_id(&json, "id", 42);               "id":"42"
 *     json_add_string(&json, "name", name);
 *     json_key(&json, "tags");
 *     json_array_start(&json);
 *     json_string(&json, "vip");
 *     json_array_end(&json);
 *     json_object_end(&json);
 */
#ifndef NET_JSON_WRITER_H
#define NET_JSON_WRITER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_writer {
    GString *out;    /* borrowed until the last call */
    uint64_t filled; /* bit d: depth d has a member already */
    unsigned depth;
    bool after_key;
};

/* Starts a writer that appends to `out` (borrowed while the writer is used). Nothing needs releasing. */
void json_writer_init(struct json_writer *json, GString *out);

void json_object_start(struct json_writer *json);
void json_object_end(struct json_writer *json);
void json_array_start(struct json_writer *json);
void json_array_end(struct json_writer *json);

/* Names the next value. Copies; names are escaped as strings are. */
void json_key(struct json_writer *json, const char *name);

/* Values. A NULL string is null. An id is an integer written as a string, since readers keep numbers as
 * doubles. A double that is not finite is null; others are written with the fewest digits that read back the
 * same. Raw is one whole JSON value made elsewhere, copied unchecked. */
void json_string(struct json_writer *json, const char *text);
void json_string_len(struct json_writer *json, const char *text, size_t len);
void json_int64(struct json_writer *json, int64_t value);
void json_id(struct json_writer *json, int64_t value);
void json_double(struct json_writer *json, double value);
void json_bool(struct json_writer *json, bool value);
void json_null(struct json_writer *json);
void json_raw(struct json_writer *json, const char *value, size_t len);

/* Key and value in one. */
void json_add_string(struct json_writer *json, const char *name, const char *text);
void json_add_int64(struct json_writer *json, const char *name, int64_t value);
void json_add_id(struct json_writer *json, const char *name, int64_t value);
void json_add_double(struct json_writer *json, const char *name, double value);
void json_add_bool(struct json_writer *json, const char *name, bool value);
void json_add_null(struct json_writer *json, const char *name);
void json_add_raw(struct json_writer *json, const char *name, const char *value, size_t len);

/* As json_add_string, but writes nothing at all for NULL. */
void json_add_string_if(struct json_writer *json, const char *name, const char *text);

#endif
