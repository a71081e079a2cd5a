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
    const struct walk_fill fill = {.value = value, .source = "agent", .answered = true};
    g_autofree char *held = held_text(&script->steps[0].fields[index], &fill, language);
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

static const char *nothing(void *data, const char *name)
{
    (void)data, (void)name;
    return NULL;
}

/* What was just typed can be read back to the customer; who comes back to the step finds it masked. */
static void test_what_was_typed_stays_in_sight_in_its_step(void)
{
    struct script *script = parse();
    const struct script_field *street = &script->steps[0].fields[5];
    const struct facts facts = {.lookup = nothing};
    struct walk_turn turn = {.facts = &facts, .at_ms = 1000};
    struct walk *walk = walk_start(script, &turn);
    turn.at_ms = 2000;
    g_assert_true(walk_answer(walk, &turn, "street", "Elm Street 7", NULL));
    struct walk_fill fill = walk_fill_of(walk, &facts, street);
    g_autofree char *typed = held_text(street, &fill, "en");
    g_assert_cmpstr(typed, ==, "Elm Street 7");
    turn.at_ms = 3000;
    g_assert_true(walk_skip(walk, &turn, "later", NULL));
    g_assert_true(walk_back(walk, &turn, NULL));
    fill = walk_fill_of(walk, &facts, street);
    g_autofree char *again = held_text(street, &fill, "en");
    g_assert_cmpstr(again, ==, "••••••");
    walk_free(walk);
    script_unref(script);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/held/values-read-as-people-say-them", test_values_read_as_people_say_them);
    g_test_add_func("/held/personal-values-are-masked", test_personal_values_are_masked);
    g_test_add_func("/held/what-was-typed-stays-in-sight-in-its-step",
                    test_what_was_typed_stays_in_sight_in_its_step);
    return g_test_run();
}
