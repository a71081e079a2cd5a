/* What the writer writes is JSON, and the reader gets the same values back. */
#include "net/json_writer.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "net/json.h"

static void test_parts_members_with_commas(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "a", "x");
    json_add_string(&json, "b", NULL);
    json_add_string_if(&json, "c", NULL);
    json_key(&json, "d");
    json_array_start(&json);
    json_int64(&json, 1);
    json_object_start(&json);
    json_object_end(&json);
    json_array_start(&json);
    json_array_end(&json);
    json_bool(&json, true);
    json_array_end(&json);
    json_add_id(&json, "e", 42);
    json_add_raw(&json, "f", "{\"g\":1}", 7);
    json_add_null(&json, "h");
    json_object_end(&json);
    g_assert_cmpstr(out->str, ==,
                    "{\"a\":\"x\",\"b\":null,\"d\":[1,{},[],true],\"e\":\"42\",\"f\":{\"g\":1},\"h\":null}");
}

static void test_escapes_what_must_be(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_string(&json, "\"\\/\b\f\n\r\t\x01\x1f\x7f 你好 é");
    g_assert_cmpstr(out->str, ==, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f 你好 é\"");
}

static void test_every_byte_survives_the_way_there_and_back(void)
{
    char text[127];
    for (int i = 0; i < 126; i++)
        text[i] = (char)(i + 1);
    text[126] = '\0';
    g_autoptr(GString) out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_string(&json, text);
    cJSON *root = json_parse(out->str, out->len, NULL, NULL);
    g_assert_cmpstr(cJSON_GetStringValue(root), ==, text);
    cJSON_Delete(root);
}

static void assert_number(double value, const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_double(&json, value);
    g_assert_cmpstr(out->str, ==, expected);
    if (isfinite(value))
        g_assert_cmpfloat(g_ascii_strtod(out->str, NULL), ==, value);
}

static void test_writes_numbers_exactly(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct json_writer json;
    json_writer_init(&json, out);
    json_array_start(&json);
    json_int64(&json, INT64_MIN);
    json_int64(&json, INT64_MAX);
    json_int64(&json, 0);
    json_id(&json, -1);
    json_array_end(&json);
    g_assert_cmpstr(out->str, ==, "[-9223372036854775808,9223372036854775807,0,\"-1\"]");
    assert_number(0.1, "0.1");
    assert_number(213.3, "213.3");
    assert_number(1.0 / 3, "0.3333333333333333");
    assert_number(DBL_MAX, "1.7976931348623157e+308");
    assert_number(NAN, "null");
    assert_number(-INFINITY, "null");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json_writer/parts-members-with-commas", test_parts_members_with_commas);
    g_test_add_func("/json_writer/escapes-what-must-be", test_escapes_what_must_be);
    g_test_add_func("/json_writer/every-byte-survives-the-way-there-and-back",
                    test_every_byte_survives_the_way_there_and_back);
    g_test_add_func("/json_writer/writes-numbers-exactly", test_writes_numbers_exactly);
    return g_test_run();
}
