/* JSON from outside: what is accepted stays within the limits and survives being written and read again. */
#include "net/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/json_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void write_value(struct json_writer *json, const cJSON *item)
{
    if (cJSON_IsObject(item) || cJSON_IsArray(item)) {
        bool is_object = cJSON_IsObject(item);
        is_object ? json_object_start(json) : json_array_start(json);
        const cJSON *member;
        cJSON_ArrayForEach (member, item) {
            if (is_object)
                json_key(json, member->string);
            write_value(json, member);
        }
        is_object ? json_object_end(json) : json_array_end(json);
    } else if (cJSON_IsString(item)) {
        json_string(json, item->valuestring);
    } else if (cJSON_IsNumber(item)) {
        json_double(json, item->valuedouble);
    } else if (cJSON_IsBool(item)) {
        json_bool(json, cJSON_IsTrue(item));
    } else {
        json_null(json);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct json_limits limits = {.max_bytes = 4096, .max_depth = 16, .max_values = 500};
    g_autoptr(GError) error = NULL;
    cJSON *root = json_parse((const char *)bytes, len, &limits, &error);
    if (!root) {
        g_assert(error && g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    const char *text = NULL;
    int64_t number;
    const cJSON *inner;
    json_get_string(root, "a", 10, &text, NULL);
    json_get_int64(root, "a", &number, NULL);
    json_get_array(root, "a", 5, &inner, NULL);

    g_autoptr(GString) first = g_string_new(NULL);
    g_autoptr(GString) second = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, first);
    write_value(&json, root);
    cJSON_Delete(root);
    root = json_parse(first->str, first->len, NULL, NULL);
    g_assert(root);
    json_writer_init(&json, second);
    write_value(&json, root);
    cJSON_Delete(root);
    g_assert_cmpstr(first->str, ==, second->str);
    return 0;
}
