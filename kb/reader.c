#include "kb/reader.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "kb/error.h"

#define WHOLE_NUMBER_MAX 9007199254740992.0 /* 2^53: above it a double skips numbers */

static bool refuse(GError **error, const char *why)
{
    g_set_error_literal(error, KB_ERROR, KB_ERROR_DOCUMENT, why);
    return false;
}

/* A field that must be a string where it is there; *text is NULL where it is not. */
static bool read_string(const cJSON *json, const char *name, const char **text, GError **error)
{
    const cJSON *field = cJSON_GetObjectItemCaseSensitive(json, name);

    *text = cJSON_GetStringValue(field);
    if (!field || *text || cJSON_IsNull(field))
        return true;
    g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT, "Its %s is not a string.", name);
    return false;
}

static bool read_id(struct kb_reader_line *line, GError **error)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(line->json, "id");

    if (!id || cJSON_IsNull(id))
        return refuse(error, "It has no id.");
    if (cJSON_IsString(id)) {
        line->id = g_strdup(id->valuestring);
        return true;
    }
    double number = cJSON_IsNumber(id) ? id->valuedouble : -1;
    if (number < 0 || number > WHOLE_NUMBER_MAX || number != (double)(int64_t)number)
        return refuse(error, "Its id is neither a string nor a whole number below 2^53.");
    line->id = g_strdup_printf("%" G_GINT64_FORMAT, (gint64)number);
    return true;
}

static bool read_tags(struct kb_reader_line *line, GError **error)
{
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(line->json, "tags"), *tag;
    g_autoptr(GString) joined = g_string_new(NULL);

    if (cJSON_IsString(tags)) {
        g_string_assign(joined, tags->valuestring);
    } else if (tags && !cJSON_IsArray(tags) && !cJSON_IsNull(tags)) {
        return refuse(error, "Its tags are neither an array nor a string.");
    } else {
        cJSON_ArrayForEach (tag, tags) {
            if (!cJSON_IsString(tag))
                return refuse(error, "One of its tags is not a string.");
            g_string_append_printf(joined, "%s%s", joined->len > 0 ? "\n" : "", tag->valuestring);
        }
    }
    line->tags = g_string_free(g_steal_pointer(&joined), FALSE);
    return true;
}

static bool read_updated(struct kb_reader_line *line, GError **error)
{
    const cJSON *updated = cJSON_GetObjectItemCaseSensitive(line->json, "updated");

    if (!updated || cJSON_IsNull(updated))
        return true;
    if (cJSON_IsNumber(updated) && updated->valuedouble >= 0 && updated->valuedouble < WHOLE_NUMBER_MAX) {
        line->document.updated = (int64_t)updated->valuedouble;
        return true;
    }
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time =
        cJSON_IsString(updated) ? g_date_time_new_from_iso8601(updated->valuestring, utc) : NULL;
    if (!time) {
        g_autofree char *midnight =
            cJSON_IsString(updated) ? g_strconcat(updated->valuestring, "T00:00:00Z", NULL) : NULL;
        time = midnight ? g_date_time_new_from_iso8601(midnight, utc) : NULL;
    }
    if (!time)
        return refuse(error, "Its updated is neither seconds nor a date such as 2026-03-01T12:00:00Z.");
    line->document.updated = g_date_time_to_unix(time);
    return true;
}

/* cJSON would end a text at a NUL without a word; no article has a use for one. */
static bool has_nul(const char *text, size_t len)
{
    const char *escape = text;

    if (memchr(text, '\0', len))
        return true;
    while ((escape = strstr(escape, "\\u0000"))) {
        size_t slashes = 0;
        while (escape - slashes > text && escape[-1 - (ptrdiff_t)slashes] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            return true;
        escape++;
    }
    return false;
}

static uint32_t hex_4(const char *text)
{
    char digits[5] = {0};

    memcpy(digits, text, strnlen(text, 4));
    return (uint32_t)g_ascii_strtoull(digits, NULL, 16);
}

/* Half a surrogate pair, escaped: JSON allows it, but it is no character. */
static bool has_lone_surrogate(const char *text)
{
    for (const char *p = text; (p = strchr(p, '\\')); p += *p != '\0') {
        if (*++p != 'u' || hex_4(p + 1) < 0xD800 || hex_4(p + 1) > 0xDFFF)
            continue;
        bool is_pair = hex_4(p + 1) < 0xDC00 && p[5] == '\\' && p[6] == 'u' && hex_4(p + 7) >= 0xDC00 &&
                       hex_4(p + 7) <= 0xDFFF;
        if (!is_pair)
            return true;
        p += 6;
    }
    return false;
}

static bool parse(struct kb_reader_line *line, const char *text, size_t len, GError **error)
{
    if (has_nul(text, len))
        return refuse(error, "It has a NUL character.");
    if (!g_utf8_validate(text, (gssize)len, NULL))
        return refuse(error, "It is not UTF-8.");
    line->json = cJSON_ParseWithOpts(text, NULL, true);
    if (!line->json)
        return refuse(error, has_lone_surrogate(text) ? "It has half a surrogate pair, which is no character."
                                                      : "It is not JSON.");
    return cJSON_IsObject(line->json) ? true : refuse(error, "It is not a JSON object.");
}

bool kb_reader_line_init(struct kb_reader_line *line, const char *text, size_t len, GError **error)
{
    *line = (struct kb_reader_line){0};
    if (parse(line, text, len, error) && read_id(line, error) &&
        read_string(line->json, "title", &line->document.title, error) &&
        read_string(line->json, "body", &line->document.body, error) &&
        read_string(line->json, "lang", &line->document.lang, error) && read_tags(line, error) &&
        read_updated(line, error)) {
        line->document.id = line->id;
        line->document.tags = line->tags;
        line->deleted = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(line->json, "deleted"));
        return true;
    }
    kb_reader_line_release(line);
    return false;
}

static bool read_count(const cJSON *json, const char *name, uint32_t *count, GError **error)
{
    const cJSON *field = cJSON_GetObjectItemCaseSensitive(json, name);

    *count = 0;
    if (!field || cJSON_IsNull(field))
        return true;
    if (!cJSON_IsNumber(field) || !(field->valuedouble >= 0)) {
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT, "Its %s is not a count.", name);
        return false;
    }
    *count = (uint32_t)MIN(field->valuedouble, (double)UINT32_MAX);
    return true;
}

bool kb_reader_use(struct kb_uses *uses, const char *text, size_t len, GError **error)
{
    struct kb_reader_line line = {0};
    struct kb_use use;
    bool ok = parse(&line, text, len, error) && read_id(&line, error) &&
              read_count(line.json, "inserted", &use.inserted, error) &&
              read_count(line.json, "helped", &use.helped, error) &&
              read_count(line.json, "misled", &use.misled, error) &&
              read_count(line.json, "resolved", &use.resolved, error) &&
              read_count(line.json, "unresolved", &use.unresolved, error);

    if (ok)
        kb_uses_put(uses, line.id, &use);
    kb_reader_line_release(&line);
    return ok;
}

void kb_reader_line_release(struct kb_reader_line *line)
{
    cJSON_Delete(line->json);
    g_free(line->id);
    g_free(line->tags);
    *line = (struct kb_reader_line){0};
}
