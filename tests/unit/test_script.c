#include "app/script/check.h"
#include "app/script/graph.h"

#include <string.h>

/* A script of the given steps, two languages when `zh`. */
static char *script_of(const char *steps)
{
    return g_strdup_printf("script: s\nversion: 1\ntitle: T\nsteps:\n%s", steps);
}

#define END "- {id: bye, kind: end, title: B, class: value, disposition: d, resolved: yes}\n"

/* What loading says, or, when it loads, what the check says; "" when all is well. */
static char *said(const char *text)
{
    GError *error = NULL;
    struct script *script = script_parse("s.yaml", text, strlen(text), &error);
    if (script) {
        struct problems *problems = problems_new(script->file);
        script_check(script, problems);
        problems_none(problems, &error);
        problems_free(problems);
        script_unref(script);
    }
    char *message = g_strdup(error ? error->message : "");
    g_clear_error(&error);
    return message;
}

static void assert_says(const char *steps, const char *expected)
{
    g_autofree char *text = script_of(steps);
    g_autofree char *found = said(text);
    g_assert_cmpstr(found, ==, expected);
}

static void test_loading_says_what_is_wrong(void)
{
    static const struct {
        const char *steps, *says;
    } cases[] = {
        {"- {id: a, kind: say, title: A, class: value, say: x, next: b}\n" END,
         "s.yaml:5:60: There is no step `b`."},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: byy}\n" END,
         "s.yaml:5:60: There is no step `byy`; did you mean `bye`?"},
        {"- {id: A, kind: say, title: A, class: value, say: x, next: bye}\n" END,
         "s.yaml:5:8: `id` should be small letters, digits and -, beginning with a letter, not \"A\"."},
        {"- {id: bye, kind: say, title: A, class: value, say: x, next: bye}\n" END,
         "s.yaml:6:8: The step `bye` is there already, at line 5."},
        {"- {id: a, kind: say, title: A, class: value, next: bye}\n" END,
         "s.yaml:5:3: A step of kind say needs `say`."},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: bye, queue: q}\n" END,
         "s.yaml:5:65: A step of kind say has no `queue`."},
        {"- {id: a, kind: talk, title: A, class: value, say: x, next: bye}\n" END,
         "s.yaml:5:17: `kind` should be one of say, ask, choose, form, check, action, approve, kb, wait, "
         "transfer, escalate, each, end (what is done in it), not \"talk\"."},
        {"- {id: a, kind: knowledge, title: A, class: value, query: x, next: bye}\n" END,
         "s.yaml:5:17: `kind` should be one of say, ask, choose, form, check, action, approve, kb, wait, "
         "transfer, escalate, each, end (what is done in it), not \"knowledge\"."},
        {"- {id: a, kind: say, title: A, class: waste, say: x, next: bye}\n" END,
         "s.yaml:5:39: A step of class waste needs `waste`: its kind."},
        {"- {id: a, kind: say, title: A, class: value, waste: search, say: x, next: bye}\n" END,
         "s.yaml:5:53: `waste` is for steps of class waste."},
        {"- {id: a, kind: say, title: A, class: value, say: 'x {customr.name}', next: bye}\n" END,
         "s.yaml:5:55: There is no fact or field `customr.name`; did you mean `customer.name`?"},
        {"- {id: a, kind: say, title: A, class: value, say: 'x {', next: bye}\n" END,
         "s.yaml:5:54: This { is not closed; write {{ for a brace."},
        {"- {id: a, kind: say, title: A, class: value, say: 'x {}', next: bye}\n" END,
         "s.yaml:5:54: Between { and } should be a name, such as {customer.name}."},
        {"- {id: a, kind: say, title: A, class: value, say: 'x {len(customer.name)}', next: bye}\n" END,
         "s.yaml:5:55: A text is given names, not expressions: compute `len(customer.name)` under `values`, "
         "and put that name here."},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: [{to: bye}, {to: bye}]}\n" END,
         "s.yaml:5:61: What comes after a way on without `when` is never reached; put this one last."},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: [{when: oder.id == 'x', to: bye}, "
         "bye]}\n" END,
         "s.yaml:5:68: There is no name `oder.id`; did you mean `order.id`?"},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: [{when: \"verified or os.x()\", to: "
         "bye}, bye]}\n" END,
         "s.yaml:5:81: There is no function `os.x`; only the functions of firstline-script(5) can be "
         "called."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: today, type: text}]\n  next: "
         "bye\n" END,
         "s.yaml:9:19: `today` means something else in conditions; give the field another name."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: B, type: text}]\n  next: "
         "bye\n" END,
         "s.yaml:9:19: `name` should be small letters, digits and _, beginning with a letter, not \"B\"."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: text}, {name: b, "
         "type: date}]\n  next: bye\n" END,
         "s.yaml:9:42: `b` is of type text at line 9; one name has one type."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: choice}]\n  next: "
         "bye\n" END,
         "s.yaml:9:12: A field of type choice needs `options`: what can be chosen."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: choice, options: [x, "
         "x]}]\n  next: bye\n" END,
         "s.yaml:9:49: The option `x` stands twice."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: text, range: [1, "
         "2]}]\n  next: bye\n" END,
         "s.yaml:9:41: `range` is for numbers, money and dates; this field is of type text."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: date, range: [x, "
         "2026-01-01]}]\n  next: bye\n" END,
         "s.yaml:9:42: A bound should be a date that exists, such as 2026-11-23."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: date, range: "
         "[2026-02-01, 1.1.2026]}]\n  next: bye\n" END,
         "s.yaml:9:41: `range` begins with the least value: [2026-01-01, 2026-02-01]."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: numbr, range: [1, "
         "2]}]\n  next: bye\n" END,
         "s.yaml:9:28: `type` should be one of text, number, money, date, phone, email, choice, order, bool "
         "(what kind of value it takes), not \"numbr\"."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: text, length: 5}]\n  "
         "next: bye\n" END,
         "s.yaml:9:42: `length` should be the least and the most characters, such as [2, 40]."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: text, regex: '('}]\n  "
         "next: bye\n" END,
         "s.yaml:9:41: The pattern \"(\" is wrong at its character 2: missing closing parenthesis."},
        {"- id: a\n  kind: ask\n  title: A\n  class: value\n  fields: [{name: b, type: text, match: "
         "customer.name}]\n  next: bye\n" END,
         "s.yaml:9:41: `match` is for the fields of a check step."},
        {"- id: a\n  kind: choose\n  title: A\n  class: value\n  fields: [{name: b, type: text}]\n  next: "
         "bye\n" END,
         "s.yaml:9:11: A step of kind choose has one field, of type choice or bool."},
        {"- id: a\n  kind: check\n  title: A\n  class: required\n  fields: [{name: b, type: text, match: "
         "customer.name}]\n  results: {pass: bye}\n" END,
         "s.yaml:10:12: A step of kind check needs the result `fail`."},
        {"- id: a\n  kind: check\n  title: A\n  class: required\n  need: 2\n  fields: [{name: b, type: text, "
         "match: customer.name}]\n  results: {pass: bye, fail: bye}\n" END,
         "s.yaml:9:9: `need` is 2, but only 1 fields have a `match`."},
        {"- {id: a, kind: kb, title: A, class: value, next: bye}\n" END,
         "s.yaml:5:3: A step of kind kb needs `article` or `query`."},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_says(cases[i].steps, cases[i].says);
}

static void test_loading_says_what_the_head_lacks(void)
{
    g_autofree char *found = said("format: 2\nclass: chat\nsteps: []\n");
    g_assert_cmpstr(
        found, ==,
        "s.yaml:1:1: A script needs `script`: the id of the script.\n"
        "s.yaml:1:1: A script needs `version`: raised with each change.\n"
        "s.yaml:1:1: A script needs `title`: what agents call it.\n"
        "s.yaml:1:9: This program reads scripts of format 1; a newer one is needed for format 2.\n"
        "s.yaml:2:8: `class` should be one of enquiry, transaction, complaint.\n"
        "s.yaml:3:8: `steps` should have 1 to 200 items, not 0.");
}

static void test_check_finds_what_cannot_be_walked(void)
{
    static const struct {
        const char *steps, *says;
    } cases[] = {
        {END, ""},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: bye}\n- {id: b, kind: say, title: A, "
         "class: value, say: x, next: bye}\n" END,
         "s.yaml:6:3: No way leads from the first step to `b`; lead one there, or take it out."},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: [{when: verified, to: bye}]}\n" END,
         "s.yaml:5:61: `a` leads nowhere when none of its conditions holds; add a last way without `when`."},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: [{when: verified, to: bye}, b]}\n"
         "- {id: b, kind: say, title: A, class: value, say: x, next: c}\n- {id: c, kind: say, title: A, "
         "class: value, say: x, next: b}\n" END,
         "s.yaml:6:3: From here no end can be reached; it goes round in: b, c."},
        {"- id: a\n  kind: choose\n  title: A\n  class: value\n  fields: [{name: r, type: choice, options: "
         "[size, colour]}]\n  next: [{when: r == 'siez', to: bye}, bye]\n" END,
         "s.yaml:10:22: `r` has no option 'siez'; did you mean 'size'?"},
        {"- {id: a, kind: say, title: A, class: value, say: x, next: [{when: verified, to: b}, c]}\n"
         "- {id: b, kind: ask, title: A, class: value, fields: [{name: q, type: text}], next: c}\n"
         "- {id: c, kind: say, title: A, class: value, say: 'is {q}', next: bye}\n" END,
         "s.yaml:7:56: `q` is not answered yet on the way a → c."},
        {"- {id: b, kind: ask, title: A, class: value, fields: [{name: q, type: text, required: no}], next: "
         "c}\n"
         "- {id: c, kind: say, title: A, class: value, say: 'is {q|x}', next: [{when: q == 'x', to: bye}, "
         "bye]}\n" END,
         "s.yaml:6:77: `q` is not answered yet on the way b → c."},
        {"- {id: b, kind: ask, title: A, class: value, fields: [{name: q, type: text}], next: [{when: q == "
         "'x', to: bye}, bye]}\n" END,
         ""},
        {"- {id: a, kind: check, title: A, class: required, fields: [{name: n, type: text, match: "
         "customer.name}], results: {pass: b, fail: bye}}\n"
         "- {id: b, kind: check, title: A, class: required, fields: [{name: n, type: text, match: "
         "customer.name}], results: {pass: bye, fail: bye}}\n" END,
         "s.yaml:6:3: `b` verifies again what `a` has verified, on the way a → b."},
        {"- {id: a, kind: check, title: A, class: required, fields: [{name: n, type: text, match: "
         "customer.name}], results: {pass: bye, fail: b}}\n"
         "- {id: b, kind: check, title: A, class: required, fields: [{name: n, type: text, match: "
         "customer.name}], results: {pass: bye, fail: bye}}\n" END,
         ""},
        {"- {id: a, kind: approve, title: A, class: waste, waste: approval, approvers: [superviser, "
         "supervisor], "
         "ask: x, results: {granted: bye, refused: bye}}\n" END,
         "s.yaml:5:79: There is no role `superviser`; did you mean `supervisor`?"},
        {"- {id: a, kind: approve, title: A, class: waste, waste: approval, approvers: integration, "
         "ask: x, results: {granted: bye, refused: bye}}\n" END,
         "s.yaml:5:3: Nobody can give the approval `a`; name a role under `approvers` that has the right "
         "approvals.decide.\n"
         "s.yaml:5:78: An integration is no person and cannot decide `a`."},
        {"- {id: a, kind: approve, title: A, class: waste, waste: approval, approvers: agent, ask: x, "
         "results: "
         "{granted: bye, refused: bye}}\n" END,
         "s.yaml:5:3: Nobody can give the approval `a`; name a role under `approvers` that has the right "
         "approvals.decide."},
        {"- {id: a, kind: approve, title: A, class: waste, waste: approval, approvers: [agent, trainer], "
         "ask: "
         "x, due: 5m, expires: 1h, intake: ask, results: {granted: bye, refused: bye, expired: bye, "
         "meanwhile: b}}\n"
         "- {id: b, kind: say, title: B, class: value, say: x, next: a}\n" END,
         ""},
        {"- {id: a, kind: approve, title: A, class: waste, waste: approval, approvers: trainer, ask: x, "
         "results: {granted: bye, refused: bye, meanwhile: bye}}\n" END,
         "s.yaml:5:144: No way leads back from here to `a`, so what is decided meanwhile would not matter."},
        {"- {id: a, kind: each, title: A, class: value, items: customer.orders, as: now, results: {item: b, "
         "done: bye}}\n"
         "- {id: b, kind: say, title: B, class: value, say: x, next: bye}\n" END,
         "s.yaml:5:96: No way leads back from here to `a`, so only the first of its items would come up."},
        {"- {id: a, kind: each, title: A, class: value, items: customer.orders, as: now, results: {item: b, "
         "done: bye}}\n"
         "- {id: b, kind: say, title: 'Order {now}', class: value, say: x, next: a}\n" END,
         "s.yaml:6:29: Nothing is filled into a `title`, so {now} would be shown as it stands; put it into "
         "`say` or `do`."},
        {"- {id: a, kind: say, title: 'A {brace}', class: value, say: x, next: bye}\n" END, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_says(cases[i].steps, cases[i].says);
}

#define APPROVE(more)                                                                                 \
    "- id: a\n  kind: approve\n  title: A\n  class: waste\n  waste: approval\n  approvers: trainer\n" \
    "  ask: x\n  results: {granted: bye, refused: bye}\n" more

static void test_check_finds_what_an_approval_would_drop(void)
{
    assert_says(APPROVE("  with: {amont: order.total}\n") END,
                "s.yaml:13:17: An approval is asked with `amount` and `reason`; there is no `amont`; did you "
                "mean `amount`?");
    assert_says(APPROVE("  with: {amount: order.item, reason: order.item}\n") END,
                "s.yaml:13:18: `amount` should be of type money; `order.item` is of type text.");
    assert_says(APPROVE("  with: {amount: order.total, reason: order.item}\n") END, "");
}

static void test_check_tries_conditions_by_type(void)
{
    static const struct {
        const char *when, *says;
    } cases[] = {
        {"order.total <= '20'", "The condition `order.total <= '20'` cannot be decided: attempt to compare "
                                "number with string."},
        {"verified and order.total", "The condition `verified and order.total` gives a number, neither true "
                                     "nor false; compare it with something."},
        {"not verified and order.placed > 3", "The condition `not verified and order.placed > 3` cannot be "
                                              "decided: attempt to compare number with string."},
        {"contains(order.total, 'x')", "The condition `contains(order.total, 'x')` cannot be decided: "
                                       "contains wants a text, not a number."},
        /* These depend on the value, which nobody knows yet. */
        {"days_since(order.item) > 3", ""},
        {"number(order.placed) > 3", ""},
        {"1 // (order.total - order.total) > 0", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *steps =
            g_strdup_printf("- id: a\n  kind: say\n  title: A\n  class: value\n  say: x\n"
                            "  next:\n  - {when: \"%s\", to: bye}\n  - to: bye\n" END,
                            cases[i].when);
        g_autofree char *says = *cases[i].says ? g_strconcat("s.yaml:11:12: ", cases[i].says, NULL) : NULL;
        assert_says(steps, says ? says : "");
    }
    g_autofree char *found =
        said("script: s\nversion: 1\ntitle: T\nvalues: {n: {type: number, is: order.item}}\nsteps:\n" END);
    g_assert_cmpstr(
        found, ==,
        "s.yaml:4:32: The condition `order.item` cannot be decided: n comes to a string, not to a "
        "number.");
}

static void test_check_finds_missing_translations(void)
{
    g_autofree char *found =
        said("script: s\nversion: 1\ntitle: {en: T, zh: 标题}\nlanguages: [en, zh]\nsteps:\n"
             "- id: bye\n  kind: end\n  title: {en: B}\n  say: Hello\n  do: {en: x, zh: y, fr: z}\n"
             "  class: value\n  disposition: d\n  resolved: yes\n"
             "- id: ask\n  kind: say\n  title: {en: A, zh: B}\n  say: {en: A, zh: B}\n  class: value\n"
             "  next: [{when: verified, to: bye, title: {en: Known}}, bye]\n");
    g_assert_nonnull(strstr(found,
                            "s.yaml:8:10: `title` is missing in the language zh.\n"
                            "s.yaml:9:8: `say` does not say its language; the script has en and others.\n"
                            "s.yaml:10:22: `fr` is none of the script's `languages`; add it there.\n"));
    g_assert_nonnull(strstr(found, "s.yaml:19:43: `title` is missing in the language zh."));
}

static void test_a_field_takes_only_what_fits(void)
{
    static const char text[] =
        "script: s\nversion: 1\ntitle: T\nsteps:\n- id: a\n  kind: form\n  title: A\n  class: value\n  next: "
        "bye\n  fields:\n"
        "  - {name: t, label: Name, type: text, length: [2, 4]}\n  - {name: n, label: Share, type: number, "
        "range: [0, 100]}\n"
        "  - {name: m, label: Amount, type: money}\n  - {name: d, label: Day, type: date, range: "
        "[2026-01-01, 2026-12-31]}\n"
        "  - {name: p, label: Phone, type: phone}\n  - {name: e, label: Mail, type: email}\n"
        "  - {name: c, label: Kind, type: choice, options: [{value: a, title: {en: Apple, zh: 苹果}}, b]}\n"
        "  - {name: k, label: Card, type: text, checksum: luhn}\n  - {name: r, label: Code, type: text, "
        "regex: '[0-9]{3}'}\n"
        "  - {name: y, label: Agreed, type: bool}\n" END;
    static const struct {
        const char *name, *typed, *value, *says;
    } cases[] = {
        {"t", " abc ", "abc", NULL},
        {"t", "a", NULL, "Name should have 2 to 4 characters, not 1."},
        {"t", "a\033b", NULL,
         "Name should be plain text of at most 2000 characters, without control characters."},
        {"t", "\xff", NULL,
         "Name should be plain text of at most 2000 characters, without control characters."},
        {"n", "007.50", "7.50", NULL},
        {"n", "101", NULL, "Share should be from 0 to 100."},
        {"n", "x", NULL, "Share should be a number, such as 12 or 12.5."},
        {"m", "1,250.5", "1250.50", NULL},
        {"m", "94,50", "94.50", NULL},
        {"m", "1 250", "1250.00", NULL},
        {"m", "1,25,3", NULL, "Amount should be an amount, such as 94 or 94.50."},
        {"d", "23.11.2026", "2026-11-23", NULL},
        {"d", "2026/2/3", "2026-02-03", NULL},
        {"d", "2026-02-30", NULL, "Day should be a date that exists, such as 2026-11-23."},
        {"d", "2025-12-31", NULL, "Day should be from 2026-01-01 to 2026-12-31."},
        {"p", "+47 (22) 33-44-55", "+4722334455", NULL},
        {"p", "12a45", NULL, "Phone should be a phone number of 5 to 15 digits."},
        {"e", "a@b.no", "a@b.no", NULL},
        {"e", "a@b", NULL, "Mail should be an e-mail address, such as name@example.com."},
        {"c", "APPLE", "a", NULL},
        {"c", "苹果", "a", NULL},
        {"c", "pear", NULL, "Kind should be one of a, b."},
        {"k", "4539 1488 0343 6467", "4539 1488 0343 6467", NULL},
        {"k", "4539148803436468", NULL,
         "Card is not a possible number: its check digit is wrong, so a digit was mistyped."},
        {"r", "123", "123", NULL},
        {"r", "1234", NULL, "Code does not have the form that is expected here."},
        {"y", "Y", "yes", NULL},
        {"y", "否", "no", NULL},
        {"y", "perhaps", NULL, "Agreed should be yes or no."},
    };
    g_autoptr(GError) error = NULL;
    struct script *script = script_parse("s.yaml", text, strlen(text), &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct script_field *field = script->names[script_name_index(script, cases[i].name)].field;
        g_autofree char *value = script_field_accept(field, cases[i].typed, "en", &error);
        g_assert_cmpstr(value, ==, cases[i].value);
        g_assert_cmpstr(error ? error->message : NULL, ==, cases[i].says);
        g_clear_error(&error);
    }
    script_unref(script);
}

static void test_draws_graphs(void)
{
    g_autofree char *text =
        script_of("- {id: a, kind: say, title: 'Say \"hi\"', class: value, say: x, next: [{when: order.id == "
                  "'x', to: bye}, b]}\n"
                  "- {id: l, kind: each, title: L, class: value, items: customer.orders, as: now, results: "
                  "{item: l, done: bye}}\n"
                  "- {id: b, kind: escalate, title: Up, class: waste, waste: handover, ask: x}\n" END);
    struct script *script = script_parse("s.yaml", text, strlen(text), NULL);
    g_autofree char *dot = script_graph_dot(script, "en");
    g_assert_cmpstr(dot, ==,
                    "digraph \"s\" {\n  rankdir=TB;\n  node [fontname=\"sans-serif\"];\n"
                    "  \"a\" [shape=box, label=\"Say \\\"hi\\\"\"];\n  \"l\" [shape=folder, label=\"L\"];\n"
                    "  \"b\" [shape=cds, style=dashed, label=\"Up\"];\n"
                    "  \"bye\" [shape=oval, label=\"B\"];\n  \"a\" -> \"bye\" [label=\"order.id == 'x'\"];\n"
                    "  \"a\" -> \"b\" [label=\"else\"];\n"
                    "  \"l\" -> \"l\" [label=\"item\"];\n  \"l\" -> \"bye\" [label=\"done\"];\n}\n");
    g_autofree char *mermaid = script_graph_mermaid(script, "en");
    g_assert_cmpstr(mermaid, ==,
                    "flowchart TD\n  s0[\"Say #34;hi#34;\"]\n  s1[/\"L\"\\]\n  s2>\"Up\"]\n  s3([\"B\"])\n"
                    "  s0 -->|\"order.id == 'x'\"| s3\n  s0 -->|\"else\"| s2\n  s1 -->|\"item\"| s1\n"
                    "  s1 -->|\"done\"| s3\n  classDef waste stroke-dasharray: 5 5\n  class s2 waste\n");
    script_unref(script);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/script/loading-says-what-is-wrong", test_loading_says_what_is_wrong);
    g_test_add_func("/script/loading-says-what-the-head-lacks", test_loading_says_what_the_head_lacks);
    g_test_add_func("/script/check-finds-what-cannot-be-walked", test_check_finds_what_cannot_be_walked);
    g_test_add_func("/script/check-finds-what-an-approval-would-drop",
                    test_check_finds_what_an_approval_would_drop);
    g_test_add_func("/script/check-tries-conditions-by-type", test_check_tries_conditions_by_type);
    g_test_add_func("/script/check-finds-missing-translations", test_check_finds_missing_translations);
    g_test_add_func("/script/a-field-takes-only-what-fits", test_a_field_takes_only_what_fits);
    g_test_add_func("/script/draws-graphs", test_draws_graphs);
    return g_test_run();
}
