/* A plain struct to a JSON object and back, by a table of its fields: one row says the name, the type and the
 * place.
 *
 * Reading checks types and ranges, refuses text longer than FIELD_TEXT_MAX, ignores members it does not know
 * (a newer peer may send more) and leaves a field as it was where its member is absent.
 */
#ifndef APP_MODEL_FIELDS_H
#define APP_MODEL_FIELDS_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/model/pack.h"

/* 2^53 - 1: whole numbers that a JSON number holds exactly, RFC 8259 section 6. */
#define FIELDS_EXACT_MAX 9007199254740991.0

#define FIELD_TEXT_MAX (64 * 1024) /* bytes */

enum field_type {
    FIELD_TEXT,     /* char *, owned by the struct; NULL is left out */
    FIELD_WORD,     /* GRefString *, one copy for all structs that have it; NULL is left out */
    FIELD_INT,      /* int */
    FIELD_LONG,     /* int64_t, |n| < 2^53 */
    FIELD_POSITION, /* int64_t, a string of digits on the wire; 0 is left out */
    FIELD_TIME,     /* int64_t ms since 1970, RFC 3339 on the wire; 0 is left out */
    FIELD_FLAG,     /* bool */
    FIELD_NAME,     /* int-sized enum with `name` and `parse` */
};

struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    bool required;
    const char *(*to_name)(int value);           /* FIELD_NAME */
    bool (*from_name)(const char *, int *value); /* FIELD_NAME */
};

enum fields_error { FIELDS_ERROR_MALFORMED };
#define FIELDS_ERROR fields_error_quark()
GQuark fields_error_quark(void);

/* Sets a field of type FIELD_WORD; `text` may be NULL, or the field itself. */
void fields_set_word(GRefString **word, const char *text);
/* Frees the texts and words of an object, not the object. */
void fields_release(const struct field *fields, size_t count, void *object);
/* After a bitwise copy: gives the copy texts and words of its own. */
void fields_own(const struct field *fields, size_t count, void *copy);

/* Adds the fields of `object` to `json`. */
void fields_write(const struct field *fields, size_t count, const void *object, cJSON *json);

/* Fills `object` from `json`; `what` names the thing in the sentence ("a contact"). */
bool fields_read(const struct field *fields, size_t count, const cJSON *json, const char *what, void *object,
                 GError **error);

/* The same in bytes, in the order of the table (app/model/pack.h). Unpacking checks bounds, not meaning: the
 * bytes are this program's own, their checksum and layout were compared. */
void fields_pack(const struct field *fields, size_t count, const void *object, GByteArray *bytes);
void fields_unpack(const struct field *fields, size_t count, void *object, struct unpack *from);
/* A number that changes when a field's name, type or order does. */
uint32_t fields_layout(const struct field *fields, size_t count);

/* The object of a name table for FIELD_NAME rows: wrappers with int for the typed functions of
 * app/model/names.h. */
#define FIELD_NAME_WRAPPERS(prefix, type)                        \
    static const char *prefix##_to_name(int value)               \
    {                                                            \
        return prefix##_name((type)value);                       \
    }                                                            \
    static bool prefix##_from_name(const char *name, int *value) \
    {                                                            \
        type parsed;                                             \
        bool found = prefix##_parse(name, &parsed);              \
        if (found)                                               \
            *value = (int)parsed;                                \
        return found;                                            \
    }

#endif
