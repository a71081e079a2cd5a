/* Numbers and texts as bytes, and what broken bytes give. */
#include <glib.h>

#include "app/model/contact.h"
#include "app/model/pack.h"

static void gives_back_what_was_packed(void)
{
    static const int64_t numbers[] = {0, 1, -1, 63, 64, -64, -65, 1764000000000, INT64_MAX, INT64_MIN};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        pack_number(bytes, numbers[i]);
    pack_text(bytes, "尺码");
    pack_text(bytes, NULL);
    pack_text(bytes, "");
    struct unpack from = {.at = bytes->data, .end = bytes->data + bytes->len};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        g_assert_cmpint(unpack_number(&from), ==, numbers[i]);
    g_assert_cmpstr(unpack_text(&from), ==, "尺码");
    g_assert_null(unpack_text(&from));
    g_assert_cmpstr(unpack_text(&from), ==, "");
    g_assert_true(from.at == from.end && !from.is_broken);
    g_assert_cmpint(unpack_number(&from), ==, 0);
    g_assert_true(from.is_broken);
}

static struct contact *example(void)
{
    struct contact *c = contact_new("4711");
    c->channel = CHANNEL_EMAIL;
    c->state = CONTACT_QUEUED;
    c->queue = g_ref_string_new_intern("shop");
    c->name = g_strdup("Mei Chen");
    c->priority = -30;
    c->created_ms = c->queued_ms = 1764000000123;
    c->position = 99;
    c->escalated = true;
    return c;
}

static void gives_a_contact_back(void)
{
    g_autoptr(contact) c = example();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    contact_pack(c, bytes);
    struct unpack from = {.at = bytes->data, .end = bytes->data + bytes->len};
    g_autoptr(contact) same = contact_unpack(&from);
    g_assert_nonnull(same);
    cJSON *left = contact_to_cjson(c), *right = contact_to_cjson(same);
    g_assert_true(cJSON_Compare(left, right, true));
    cJSON_Delete(left);
    cJSON_Delete(right);
}

static void never_reads_behind_the_end(void)
{
    g_autoptr(contact) c = example();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    contact_pack(c, bytes);
    for (guint len = 0; len < bytes->len; len++) {
        g_autofree uint8_t *part =
            g_memdup2(bytes->data, MAX(len, 1)); /* a copy, so that ASan sees the end */
        struct unpack from = {.at = part, .end = part + len};
        g_assert_null(contact_unpack(&from));
        g_assert_true(from.is_broken);
    }
    const uint8_t huge[] = {0xfe, 0xff, 0xff, 0xff, 0x0f, 'a', 0};
    struct unpack from = {.at = huge, .end = huge + sizeof huge};
    g_assert_null(unpack_text(&from));
    g_assert_true(from.is_broken);
    from = (struct unpack){.at = huge, .end = huge + sizeof huge};
    g_assert_cmpint(unpack_count(&from), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pack/gives back what was packed", gives_back_what_was_packed);
    g_test_add_func("/pack/gives a contact back", gives_a_contact_back);
    g_test_add_func("/pack/never reads behind the end", never_reads_behind_the_end);
    return g_test_run();
}
