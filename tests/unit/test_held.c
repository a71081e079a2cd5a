#include "ui/views/held.h"

static const char SCRIPT[] =
    "script: held\n"
    "version: 1\n"
    "title: Held\n"
    "languages: [en, zh]\n"
    "steps:\n"
    "  - id: ask\n"
    "    kind: form\n"
    "    title: {en: Ask, zh: 问}\n"
    "    class: required\n"
    "    fields:\n"
    "      - {name: word, label: {en: Word, zh: 词}, type: text}\n"
    "      - {name: sure, label: {en: Sure, zh: 确定}, type: bool}\n"
    "      - name: size\n"
    "        label: {en: Size, zh: 尺码}\n"
    "        type: choice\n"
    "        options: [{value: m, title: {en: Medium, zh: 中号}}, s]\n"
    "      - {name: mail, label: {en: Mail, zh: 邮箱}, type: email, personal: yes}\n"
    "      - {name: phone, label: {en: Phone, zh: 电话}, type: phone, personal: yes}\n"
    "      - {name: street, label: {en: Street, zh: 街道}, type: text, personal: yes}\n"
    "      - name: gift\n"
    "        label: {en: Gift, zh: 礼物}\n"
    "        type: choice\n"
    "        personal: yes\n"
    "        options: [{value: ring, title: {en: A ring, zh: 戒指}}, none]\n"
    "    next: end\n"
    "  - {id: end, kind: end, title: {en: End, zh: 完}, class: value, disposition: answered, resolved: "
    "yes}\n";

static struct script *parse(void)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_parse("held.yaml", SCRIPT, sizeof SCRIPT - 1, &error);
    g_assert_no_error(error);
    return script;
}

static void assert_held(const struct script *script, size_t index, const char *value, const char *language,
                        const char *expected)
{
    g_autofree char *held = held_text(&script->steps[0].fields[index], value, language);
    g_assert_cmpstr(held, ==, expected);
}

static void test_values_read_as_people_say_them(void)
{
    struct script *script = parse();
    assert_held(script, 0, "Wool socks", "en", "Wool socks");
    assert_held(script, 1, "yes", "en", "yes");
    assert_held(script, 1, "no", "en", "no");
    assert_held(script, 2, "m", "en", "Medium");
    assert_held(script, 2, "m", "zh", "中号");
    script_unref(script);
}

static void test_personal_values_are_masked(void)
{
    struct script *script = parse();
    assert_held(script, 3, "crystal@email.com", "en", "c•••••l@email.com");
    assert_held(script, 4, "(977) 123-2661", "en", "(977) •••-2661");
    assert_held(script, 5, "Elm Street 7", "en", "••••••");
    assert_held(script, 6, "ring", "en", "••••••");
    script_unref(script);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/held/values-read-as-people-say-them", test_values_read_as_people_say_them);
    g_test_add_func("/held/personal-values-are-masked", test_personal_values_are_masked);
    return g_test_run();
}
