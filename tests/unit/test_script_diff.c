/* Two versions beside each other: steps that came, went and changed, each difference in its row. */
#include "app/script/diff.h"

#include <string.h>

static const char OLD[] =
    "script: return\nversion: 1\ntitle: {en: Return, zh: 退货}\nintents: [a, b]\nsteps:\n"
    "  - {id: greet, kind: say, title: Greet, target: 10s, say: Hello, next: ask}\n"
    "  - id: ask\n    kind: form\n    title: Ask\n    fields:\n"
    "      - {name: why, type: text}\n      - {name: when, type: date}\n    next: done\n"
    "  - {id: gone, kind: say, title: Gone, say: So, next: done}\n"
    "  - {id: done, kind: end, title: Done, disposition: d, resolved: yes}\n";

static char *differ(const char *old, const char *new)
{
    g_autoptr(GError) error = NULL;
    char *text = script_diff_text(&(struct script_diff_side){"version 1", old},
                                  &(struct script_diff_side){"version 2", new}, &error);
    g_assert_no_error(error);
    return text;
}

static void test_what_is_alike_is_not_shown(void)
{
    g_autofree char *text = differ(OLD, OLD);
    g_assert_cmpstr(text, ==,
                    "                        version 1                   version 2\n"
                    "\n"
                    "Steps: 0 added, 0 removed, 0 changed, 4 alike.\n");
}

static void test_each_difference_has_its_row(void)
{
    g_autoptr(GString) new = g_string_new(OLD);
    g_string_replace(new, "version: 1", "version: 2", 0);
    g_string_replace(new, "zh: 退货", "zh: 退货退款", 0);
    g_string_replace(new, "[a, b]", "[a]", 0);
    g_string_replace(new, "target: 10s, ", "", 0);
    g_string_replace(new, "name: when, type: date", "name: when, type: date, required: no", 0);
    g_string_replace(new, "  - {id: gone, kind: say, title: Gone, say: So, next: done}\n",
                     "  - {id: thank, kind: say, title: Thank, say: Thanks, next: done}\n", 0);
    g_autofree char *text = differ(OLD, new->str);
    g_assert_cmpstr(text, ==,
                    "                        version 1                   version 2\n"
                    "  version               1                           2\n"
                    "  title.zh              退货                        退货退款\n"
                    "  intents               a, b                        a\n"
                    "\n"
                    "changed step greet\n"
                    "  target                10s\n"
                    "\n"
                    "changed step ask\n"
                    "  fields.when.required                              no\n"
                    "\n"
                    "added step thank\n"
                    "  id                                                thank\n"
                    "  kind                                              say\n"
                    "  title                                             Thank\n"
                    "  say                                               Thanks\n"
                    "  next                                              done\n"
                    "\n"
                    "removed step gone\n"
                    "  id                    gone\n"
                    "  kind                  say\n"
                    "  title                 Gone\n"
                    "  say                   So\n"
                    "  next                  done\n"
                    "\n"
                    "Steps: 1 added, 1 removed, 2 changed, 1 alike.\n");
}

static void test_long_texts_go_on_below(void)
{
    g_autoptr(GString) new = g_string_new(OLD);
    g_string_replace(new, "say: Hello,", "say: Good day and thank you for calling the house of many things,",
                     0);
    g_autofree char *text = differ(OLD, new->str);
    const char *rows = "  say                   Hello                       Good day and thank you for\n"
                       "                                                    calling the house of many\n"
                       "                                                    things\n";
    g_assert_nonnull(strstr(text, rows));
}

static void test_what_is_no_script_is_said(void)
{
    g_autoptr(GError) error = NULL;
    const struct script_diff_side good = {"version 1", OLD}, broken = {"version 2", "a: [\n"},
                                  empty = {"version 3", "script: x\n"};
    g_assert_null(script_diff_text(&good, &broken, &error));
    g_assert_nonnull(strstr(error->message, "version 2:"));
    g_clear_error(&error);
    g_assert_null(script_diff_text(&empty, &good, &error));
    g_assert_cmpstr(error->message, ==, "version 3 has no steps to compare.");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diff/what is alike is not shown", test_what_is_alike_is_not_shown);
    g_test_add_func("/diff/each difference has its row", test_each_difference_has_its_row);
    g_test_add_func("/diff/long texts go on below", test_long_texts_go_on_below);
    g_test_add_func("/diff/what is no script is said", test_what_is_no_script_is_said);
    return g_test_run();
}
