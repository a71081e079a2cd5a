#include "app/model/fields.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "app/model/timestamp.h"

#define FIELDS_MAX 64 /* of one struct */

G_DEFINE_QUARK(firstline - fields - error, fields_error)

static void *place(const struct field *f, void *object)
{
    return (char *)object + f->offset;
}

static const void *const_place(const struct field *f, const void *object)
{
    return (const char *)object + f->offset;
}

static int64_t read_long(const struct field *f, const void *object)
{
    int64_t number;
    memcpy(&number, const_place(f, object), sizeof number);
    return number;
}

static bool is_text(const struct field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_WORD;
}

static char **text_place(const struct field *f, void *object)
{
    return place(f, object);
}

static const char *read_text(const struct field *f, const void *object)
{
    return *(char *const *)const_place(f, object);
}

void fields_set_word(GRefString **word, const char *text)
{
    GRefString *before = *word;
    *word = text == NULL ? NULL : g_ref_string_new_intern(text);
    if (before != NULL)
        g_ref_string_release(before);
}

static void set_text(const struct field *f, void *object, const char *text)
{
    char **at = text_place(f, object);
    if (f->type == FIELD_WORD) {
        fields_set_word(at, text);
        return;
    }
    g_free(*at);
    *at = g_strdup(text);
}

void fields_release(const struct field *fields, size_t count, void *object)
{
    for (size_t i = 0; i < count; i++) {
        if (is_text(&fields[i]))
            set_text(&fields[i], object, NULL);
    }
}

void fields_own(const struct field *fields, size_t count, void *copy)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_text(&fields[i]))
            continue;
        const char *theirs = read_text(&fields[i], copy);
        *text_place(&fields[i], copy) = NULL;
        set_text(&fields[i], copy, theirs);
    }
}

static void write_field(const struct field *f, const void *object, cJSON *json)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_WORD:
        if (read_text(f, object) != NULL)
            cJSON_AddStringToObject(json, f->name, read_text(f, object));
        break;
    case FIELD_INT:
        cJSON_AddNumberToObject(json, f->name, *(const int *)const_place(f, object));
        break;
    case FIELD_LONG:
        cJSON_AddNumberToObject(json, f->name, (double)read_long(f, object));
        break;
    case FIELD_POSITION:
        if (read_long(f, object) != 0) {
            char digits[24];
            g_snprintf(digits, sizeof digits, "%" G_GINT64_FORMAT, read_long(f, object));
            cJSON_AddStringToObject(json, f->name, digits);
        }
        break;
    case FIELD_TIME:
        if (read_long(f, object) != 0) {
            char time[TIMESTAMP_BYTES];
            timestamp_format(read_long(f, object), time);
            cJSON_AddStringToObject(json, f->name, time);
        }
        break;
    case FIELD_FLAG:
        cJSON_AddBoolToObject(json, f->name, *(const bool *)const_place(f, object));
        break;
    case FIELD_NAME:
        cJSON_AddStringToObject(json, f->name, f->to_name(*(const int *)const_place(f, object)));
        break;
    }
}

void fields_write(const struct field *fields, size_t count, const void *object, cJSON *json)
{
    for (size_t i = 0; i < count; i++)
        write_field(&fields[i], object, json);
}

/* Reads one member into its place; answers what was expected, or NULL where all is well. */
static const char *read_field(const struct field *f, const cJSON *member, void *object)
{
    int64_t number = 0;
    const char *text = cJSON_GetStringValue(member);
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_WORD:
        if (text == NULL || strlen(text) > FIELD_TEXT_MAX)
            return "text of at most 64 KiB";
        set_text(f, object, text);
        return NULL;
    case FIELD_INT:
        if (!cJSON_IsNumber(member) || !(fabs(member->valuedouble) <= INT_MAX) ||
            member->valuedouble != (int)member->valuedouble)
            return "a whole number";
        *(int *)place(f, object) = (int)member->valuedouble;
        return NULL;
    case FIELD_LONG:
        if (!cJSON_IsNumber(member) ||
            !(member->valuedouble >= -FIELDS_EXACT_MAX && member->valuedouble <= FIELDS_EXACT_MAX) ||
            member->valuedouble != (double)(int64_t)member->valuedouble)
            return "a whole number below 2^53";
        number = (int64_t)member->valuedouble;
        break;
    case FIELD_POSITION:
        if (text == NULL || !g_ascii_string_to_signed(text, 10, 0, INT64_MAX, &number, NULL))
            return "a string of digits";
        break;
    case FIELD_TIME:
        if (!timestamp_parse(text, &number))
            return "a time as in 2026-11-23T14:02:05.120Z";
        break;
    case FIELD_FLAG:
        if (!cJSON_IsBool(member))
            return "true or false";
        *(bool *)place(f, object) = cJSON_IsTrue(member);
        return NULL;
    case FIELD_NAME:
        return f->from_name(text, place(f, object)) ? NULL : "one of its known words";
    }
    memcpy(place(f, object), &number, sizeof number);
    return NULL;
}

bool fields_read(const struct field *fields, size_t count, const cJSON *json, const char *what, void *object,
                 GError **error)
{
    if (!cJSON_IsObject(json)) {
        g_set_error(error, FIELDS_ERROR, FIELDS_ERROR_MALFORMED, "Expected a JSON object for %s.", what);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, fields[i].name);
        bool absent = member == NULL || cJSON_IsNull(member);
        const char *expected =
            absent ? fields[i].required ? "to be there" : NULL : read_field(&fields[i], member, object);
        if (expected != NULL) {
            g_set_error(error, FIELDS_ERROR, FIELDS_ERROR_MALFORMED, "The member \"%s\" of %s must be %s.",
                        fields[i].name, what, absent ? "given" : expected);
            return false;
        }
    }
    return true;
}

static uint8_t *pack_field(const struct field *f, const void *object, size_t len, uint8_t *at)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_WORD:
        return pack_text_at(at, read_text(f, object), len);
    case FIELD_INT:
    case FIELD_NAME:
        return pack_number_at(at, *(const int *)const_place(f, object));
    case FIELD_LONG:
    case FIELD_POSITION:
    case FIELD_TIME:
        return pack_number_at(at, read_long(f, object));
    case FIELD_FLAG:
        return pack_number_at(at, *(const bool *)const_place(f, object));
    }
    return at;
}

void fields_pack(const struct field *fields, size_t count, const void *object, GByteArray *bytes)
{
    size_t lens[FIELDS_MAX] = {0}, room = 0;
    g_assert(count <= FIELDS_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *text = is_text(&fields[i]) ? read_text(&fields[i], object) : NULL;
        lens[i] = text != NULL ? strlen(text) : 0;
        room += PACK_NUMBER_BYTES + lens[i] + 1;
    }
    guint before = bytes->len;
    g_byte_array_set_size(bytes, before + (guint)room);
    uint8_t *at = bytes->data + before;
    for (size_t i = 0; i < count; i++)
        at = pack_field(&fields[i], object, lens[i], at);
    g_byte_array_set_size(bytes, (guint)(at - bytes->data));
}

static void unpack_field(const struct field *f, void *object, struct unpack *from)
{
    int64_t number;
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_WORD:
        set_text(f, object, unpack_text(from));
        if (f->required && read_text(f, object) == NULL)
            from->is_broken = true;
        break;
    case FIELD_INT:
    case FIELD_NAME:
        *(int *)place(f, object) = (int)unpack_number(from);
        break;
    case FIELD_LONG:
    case FIELD_POSITION:
    case FIELD_TIME:
        number = unpack_number(from);
        memcpy(place(f, object), &number, sizeof number);
        break;
    case FIELD_FLAG:
        *(bool *)place(f, object) = unpack_number(from) != 0;
        break;
    }
}

void fields_unpack(const struct field *fields, size_t count, void *object, struct unpack *from)
{
    for (size_t i = 0; i < count; i++)
        unpack_field(&fields[i], object, from);
}

uint32_t fields_layout(const struct field *fields, size_t count)
{
    uint32_t layout = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        layout = layout * 31 + g_str_hash(fields[i].name) + (uint32_t)fields[i].type;
    return layout;
}
