/* What the language has beyond steps in a line: computed values, rules between answers, what was written,
 * loops over items, and scripts that use others. */
#include "app/script/check.h"
#include "app/script/script_read.h"
#include "app/script/walk.h"

#include <string.h>

#define HEAD(more) "script: s\nversion: 1\ntitle: T\n" more "steps:\n"
#define END        "- {id: bye, kind: end, title: B, class: value, disposition: d, resolved: yes}\n"
#define NOON       INT64_C(1795435200000) /* 2026-11-23 */

/* --- a library in memory --- */

static const char *const LIBRARY[][2] = {
    {"identity",
     "script: identity\nversion: 1\ntitle: Who\nvalues: {named: {type: bool, is: has(name)}}\nsteps:\n"
     "- id: ask-who\n  kind: check\n  title: Who is it\n  class: required\n"
     "  fields: [{name: name, type: text, match: customer.name}]\n  results: {pass: known, fail: again}\n"
     "- {id: again, kind: say, title: Sorry, class: required, say: 'Sorry {name|}', next: unknown}\n"
     "- {id: known, kind: end, title: K, class: value, disposition: k, resolved: yes}\n"
     "- {id: unknown, kind: end, title: U, class: value, disposition: u, resolved: no}\n"},
    {"one", "script: one\nversion: 1\ntitle: One\nsteps:\n- {id: a, use: two, results: {bye: bye}}\n" END},
    {"two", "script: two\nversion: 1\ntitle: Two\nsteps:\n- {id: a, use: one, results: {bye: bye}}\n" END},
    {"wrong", "script: wrong\nversion: x\n"},
    {"named", "script: other\nversion: 1\ntitle: O\nsteps:\n" END},
};

static char *find_source(void *data, const char *id, char **name)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(LIBRARY); i++)
        if (g_str_equal(LIBRARY[i][0], id)) {
            *name = g_strconcat(id, ".yaml", NULL);
            return g_strdup(LIBRARY[i][1]);
        }
    return NULL;
}

static const struct script_library LIBRARY_DOOR = {.source = find_source};

static struct script *read_script(const char *text, GError **error)
{
    return script_parse_using("s.yaml", text, strlen(text), &LIBRARY_DOOR, error);
}

static void assert_says(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    struct script *script = read_script(text, &error);
    if (script) {
        struct problems *problems = problems_new(script->file);
        script_check(script, problems);
        problems_none(problems, &error);
        problems_free(problems);
        script_unref(script);
    }
    g_assert_cmpstr(error ? error->message : "", ==, expected);
}

/* --- a walk --- */

struct table {
    const char *rows[8][2];
};

static const char *look_up(void *data, const char *name)
{
    struct table *table = data;
    for (size_t i = 0; i < G_N_ELEMENTS(table->rows) && table->rows[i][0]; i++)
        if (g_str_equal(table->rows[i][0], name))
            return table->rows[i][1];
    return NULL;
}

struct walker {
    struct script *script;
    struct table table;
    struct facts facts;
    struct walk_turn turn;
    struct walk *walk;
};

static void begin(struct walker *w, const char *text, const struct table *table)
{
    g_autoptr(GError) error = NULL;
    w->script = read_script(text, &error);
    g_assert_no_error(error);
    w->table = *table;
    w->facts = (struct facts){.lookup = look_up, .data = &w->table};
    w->turn = (struct walk_turn){.facts = &w->facts, .at_ms = NOON};
    w->walk = walk_start(w->script, &w->turn);
}

static void done(struct walker *w)
{
    walk_free(w->walk);
    script_unref(w->script);
}

static void say(struct walker *w, const char *field, const char *value)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(walk_answer(w->walk, &w->turn, field, value, &error));
    g_assert_no_error(error);
}

static void go(struct walker *w, const char *next)
{
    g_autoptr(GError) error = NULL;
    walk_complete(w->walk, &w->turn, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(walk_current(w->walk) ? walk_current(w->walk)->id : NULL, ==, next);
}

static void assert_stays(struct walker *w, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(walk_complete(w->walk, &w->turn, NULL, &error));
    g_assert_cmpstr(error->message, ==, says);
}

static void assert_value(const struct walker *w, const char *name, const char *value)
{
    g_assert_cmpstr(walk_value(w->walk, &w->facts, name), ==, value);
}

/* --- computed values --- */

static const char REFUND[] =
    HEAD("values:\n"
         "  age: {type: number, is: days_since(order.delivered)}\n"
         "  refund: {type: money, label: Refund, is: \"min(order.total * share / 100, money(50))\"}\n"
         "  kind: {type: text, is: \"customer.tier .. '/' .. age\"}\n"
         "  day: {type: date, is: today()}\n"
         "  late: {type: bool, is: age > 90}\n"
         "  third: {type: number, is: 1 / 3}\n") "- id: a\n  kind: ask\n  title: A\n  class: value\n  "
                                                 "fields: [{name: share, type: number}]\n"
                                                 "  next: [{when: late, to: bye}, {when: refund >= "
                                                 "money(40), to: b}, bye]\n"
                                                 "- {id: b, kind: say, title: B, class: value, say: 'You get "
                                                 "{refund}, {kind}.', next: bye}\n" END;

static void test_values_are_computed(void)
{
    struct walker w;
    begin(&w, REFUND,
          &(struct table){
              {{"order.delivered", "2026-11-13"}, {"order.total", "80.00"}, {"customer.tier", "gold"}}});
    assert_value(&w, "age", "10");
    assert_value(&w, "refund", NULL);
    assert_value(&w, "kind", "gold/10");
    assert_value(&w, "day", "2026-11-23");
    assert_value(&w, "late", "no");
    assert_value(&w, "third", "0.333333");
    say(&w, "share", "55.5");
    assert_value(&w, "refund", "44.40");
    go(&w, "b");
    g_autofree char *text = walk_say(w.walk, &w.facts, NULL);
    g_assert_cmpstr(text, ==, "You get 44.40, gold/10.");
    g_autoptr(GError) error = NULL;
    g_assert_false(walk_answer(w.walk, &w.turn, "age", "3", &error));
    g_assert_cmpstr(error->message, ==, "The script s has no field age to answer.");
    done(&w);
}

static void test_what_a_value_needs_is_asked_for(void)
{
    struct walker w;
    begin(&w, REFUND, &(struct table){{{"order.total", "80.00"}}});
    say(&w, "share", "50");
    assert_stays(&w, "The way on depends on Delivered on; ask for it and enter it.");
    say(&w, "order.delivered", "2026-11-20");
    go(&w, "b");
    done(&w);
}

static void test_a_wrong_value_costs_its_step_a_sentence(void)
{
    struct walker w;
    begin(&w,
          HEAD("values: {x: {type: number, is: \"customer.tier .. ''\"}}\n") "- {id: a, kind: say, title: A, "
                                                                             "class: value, say: x, "
                                                                             "next: [{when: x > 1, to: bye}, "
                                                                             "bye]}\n" END,
          &(struct table){{{"customer.tier", "gold"}}});
    assert_stays(&w,
                 "The condition `x > 1` cannot be decided: x comes to a string, not to a number. Skip the "
                 "step with a reason, and tell the owner of the script.");
    assert_value(&w, "x", NULL);
    done(&w);
}

/* There is no loop in a condition, but values that use each other twice over double what there is to do. */
static void test_a_value_without_end_costs_its_step_a_sentence(void)
{
    struct walker w;
    g_autoptr(GString) text = g_string_new("script: s\nversion: 1\ntitle: T\nvalues:\n");
    g_string_append(text, "  v0: {type: number, is: '1'}\n");
    for (int i = 1; i < 30; i++)
        g_string_append_printf(text, "  v%d: {type: number, is: v%d + v%d}\n", i, i - 1, i - 1);
    g_string_append(text, "steps:\n- {id: a, kind: say, title: A, class: value, say: x, "
                          "next: [{when: v29 > 1, to: bye}, bye]}\n" END);
    begin(&w, text->str, &(struct table){0});
    int64_t start_us = g_get_monotonic_time();
    assert_stays(&w, "The condition `v29 > 1` cannot be decided: it runs too long. Skip the step with a "
                     "reason, and tell the owner of the script.");
    g_assert_cmpint(g_get_monotonic_time() - start_us, <, G_USEC_PER_SEC);
    g_assert_true(walk_skip(w.walk, &w.turn, "the script is broken", NULL));
    g_assert_cmpstr(walk_current(w.walk)->id, ==, "bye");
    done(&w);
}

static void test_values_that_cannot_be(void)
{
    assert_says(HEAD("values: {a: {type: number, is: b + 1}, b: {type: number, is: '1'}}\n") END,
                "s.yaml:4:32: `b` is computed later; put it above `a`.");
    assert_says(HEAD("values: {a: {type: number, is: a + 1}}\n") END,
                "s.yaml:4:32: `a` is computed later; put it above `a`.");
    assert_says(HEAD("values: {today: {type: number, is: '1'}}\n") END,
                "s.yaml:4:17: `today` means something else in conditions; give the value another name.");
    assert_says(HEAD("values: {a: {type: choice, is: '1'}}\n") END,
                "s.yaml:4:20: A computed value is no choice; let it be a text.");
    assert_says(HEAD("values: {a: {type: number, is: '1 +'}}\n") END,
                "s.yaml:4:36: Here should be a value, not the end.");
    assert_says(
        HEAD("values: {a: {type: number, is: '1'}}\n") "- {id: f, kind: ask, title: F, class: value, fields: "
                                                       "[{name: a, type: number}], next: bye}\n" END,
        "s.yaml:6:62: `a` is computed, at line 4; give the field another name.");
    assert_says(
        HEAD(
            "values: {a: {type: number, is: q + 1}}\n") "- {id: f, kind: say, title: F, class: value, say: "
                                                        "'x {a}', next: g}\n"
                                                        "- {id: g, kind: ask, title: F, class: value, "
                                                        "fields: [{name: q, type: number}], next: bye}\n" END,
        "s.yaml:6:55: `q` is not answered yet on the way f.");
}

/* --- rules --- */

static const char DATES[] =
    HEAD("") "- id: a\n  kind: form\n  title: A\n  class: value\n"
             "  fields: [{name: from_day, type: date}, {name: to_day, type: date}, {name: why, type: text, "
             "required: no}]\n"
             "  rules:\n  - {must: to_day >= from_day, else: '{to_day} is before {from_day}.'}\n"
             "  - {must: has(why) or days_since(to_day) < 30, else: Say why so late.}\n  next: bye\n" END;

static void test_answers_are_held_to_rules(void)
{
    struct walker w;
    begin(&w, DATES, &(struct table){0});
    say(&w, "from_day", "2026-11-20");
    say(&w, "to_day", "2026-11-02");
    assert_stays(&w, "2026-11-02 is before 2026-11-20.");
    say(&w, "from_day", "2026-01-20");
    say(&w, "to_day", "2026-02-02");
    assert_stays(&w, "Say why so late.");
    say(&w, "why", "ill");
    go(&w, "bye");
    done(&w);
}

static void test_rules_are_checked(void)
{
    assert_says(
        HEAD("") "- {id: a, kind: ask, title: A, class: value, fields: [{name: x, type: text}], rules: "
                 "{must: y > 1, "
                 "else: z}, next: bye}\n" END,
        "s.yaml:5:93: There is no name `y`; a text is written in quotes, a name must be a fact or a field.");
    assert_says(HEAD("") "- {id: a, kind: say, title: A, class: value, say: x, rules: {must: verified, else: "
                         "z}, next: "
                         "bye}\n" END,
                "s.yaml:5:54: A step of kind say has no `rules`.");
    assert_says("script: s\nversion: 1\ntitle: {en: T, zh: T}\nlanguages: [en, zh]\nsteps:\n"
                "- {id: bye, kind: end, title: {en: B, zh: B}, class: value, disposition: d, resolved: yes, "
                "rules: []}\n",
                "s.yaml:6:92: A step of kind end has no `rules`.\ns.yaml:6:99: `rules` should have 1 to 20 "
                "items, not 0.");
}

static void test_an_order_is_one_of_the_customers(void)
{
    struct walker w;
    begin(&w,
          HEAD("") "- {id: a, kind: ask, title: A, class: value, fields: [{name: o, label: Order, type: "
                   "order}], next: "
                   "bye}\n" END,
          &(struct table){{{"customer.orders", "F1, F2"}}});
    g_autoptr(GError) error = NULL;
    g_assert_false(walk_answer(w.walk, &w.turn, "o", "F3", &error));
    g_assert_cmpstr(error->message, ==, "F3 is none of this customer's orders: F1, F2.");
    say(&w, "o", "f2");
    w.table.rows[0][0] = NULL;
    say(&w, "o", "F3");
    done(&w);
}

/* --- what was written --- */

static const char CAPTURE[] = HEAD("") "- id: a\n  kind: check\n  title: A\n  class: required\n"
                                       "  fields: [{name: order_id, type: order, from: [contact.text, "
                                       "order.id], capture: '\\b(F[0-9]{4})\\b', match: order.id}]\n"
                                       "  results: {pass: b, fail: bye}\n"
                                       "- id: b\n  kind: ask\n  title: B\n  class: value\n"
                                       "  fields: [{name: mail, type: email, from: [contact.text, "
                                       "customer.email], capture: '\\S+@\\S+[a-z]'}]\n"
                                       "  next: bye\n" END;

static void test_what_was_written_fills_fields(void)
{
    struct walker w;
    begin(
        &w, CAPTURE,
        &(struct table){{{"contact.text", "My order F1001, not XF2002.\nWrite to @x or me@there.no, please."},
                         {"order.id", "F1001"},
                         {"customer.email", "me@work.no"}}});
    struct walk_fill fill = walk_fill_of(w.walk, &w.facts, walk_field(w.walk, 0));
    g_assert_cmpstr(fill.value, ==, "F1001");
    g_assert_cmpstr(fill.source, ==, "what was written");
    go(&w, "b");
    fill = walk_fill_of(w.walk, &w.facts, walk_field(w.walk, 0));
    g_assert_cmpstr(fill.value, ==, "me@there.no");
    done(&w);
}

static void test_a_record_still_vouches_not_for_itself(void)
{
    struct walker w;
    begin(&w, CAPTURE, &(struct table){{{"contact.text", "Hello"}, {"order.id", "F1001"}}});
    g_assert_null(walk_fill_of(w.walk, &w.facts, walk_field(w.walk, 0)).value);
    done(&w);
}

static void test_captures_are_checked(void)
{
    assert_says(
        HEAD("") "- {id: a, kind: ask, title: A, class: value, fields: [{name: x, type: text, from: "
                 "contact.text}], next: bye}\n" END,
        "s.yaml:5:83: A field from contact.text needs `capture`: the pattern of what to take out of it.");
    assert_says(HEAD("") "- {id: a, kind: ask, title: A, class: value, fields: [{name: x, type: text, "
                         "capture: x}], next: bye}\n" END,
                "s.yaml:5:86: `capture` is for fields that have contact.text in their `from`.");
    assert_says(HEAD("") "- {id: a, kind: ask, title: A, class: value, fields: [{name: x, type: text, from: "
                         "contact.text, capture: '('}], next: bye}\n" END,
                "s.yaml:5:106: The pattern \"(\" is wrong at its character 2: missing closing parenthesis.");
}

/* --- loops --- */

static const char ITEMS[] = HEAD(
    "values: {money_back: {type: money, is: sum(amount)}, "
    "broken: {type: text, is: list(item_now)}}\n") "- {id: hello, kind: say, title: H, class: value, say: x, "
                                                   "next: items}\n"
                                                   "- {id: items, kind: each, title: Each item, class: "
                                                   "value, items: order.item, as: item_now, results: {item: "
                                                   "ask, done: sum}}\n"
                                                   "- id: ask\n  kind: form\n  title: About it\n  "
                                                   "class: value\n  say: 'What about {item_now}?'\n"
                                                   "  fields: [{name: keep, type: bool}, {name: amount, "
                                                   "type: money, required: no, from: order.total}]\n"
                                                   "  next: [{when: keep, to: items}, note]\n"
                                                   "- {id: note, kind: say, title: N, class: value, say: "
                                                   "'Noted {item_now}.', next: items}\n"
                                                   "- {id: sum, kind: say, title: S, class: value, say: "
                                                   "'{money_back} for {broken}', next: [{when: count(keep) "
                                                   "== "
                                                   "2, to: bye}, bye2]}\n"
                                                   "- {id: bye2, kind: end, title: B, class: value, "
                                                   "disposition: e, resolved: no}\n" END;

static void test_a_loop_asks_anew_for_each_item(void)
{
    struct walker w;
    begin(&w, ITEMS, &(struct table){{{"order.item", "Jacket, Socks , , Tent"}}});
    go(&w, "ask");
    assert_value(&w, "item_now", "Jacket");
    say(&w, "keep", "yes");
    say(&w, "amount", "10");
    go(&w, "ask");
    assert_value(&w, "item_now", "Socks");
    assert_value(&w, "keep", NULL);
    say(&w, "keep", "no");
    go(&w, "note");
    g_autofree char *said = walk_say(w.walk, &w.facts, NULL);
    g_assert_cmpstr(said, ==, "Noted Socks.");
    go(&w, "ask");
    say(&w, "keep", "yes");
    say(&w, "amount", "2.50");
    assert_value(&w, "money_back", "12.50");
    static const char *const kept[] = {[2] = "yes", [4] = "no", [7] = "yes"}; /* of each line "ask" */
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
        if (kept[i])
            g_assert_cmpstr(walk_value_at(w.walk, &w.facts, i, "keep"), ==, kept[i]);
    g_assert_cmpstr(walk_value_at(w.walk, &w.facts, 2, "amount"), ==, "10.00");
    g_assert_null(walk_value_at(w.walk, &w.facts, 4, "amount"));
    go(&w, "sum");
    g_autofree char *sum = walk_say(w.walk, &w.facts, NULL);
    g_assert_cmpstr(sum, ==, "12.50 for Jacket, Socks, Tent");
    assert_value(&w, "item_now", NULL);
    assert_value(&w, "keep", NULL);
    go(&w, "bye");
    done(&w);
}

static struct script *the_script(void *data, const char *id, int64_t version)
{
    g_assert_cmpstr(id, ==, "s");
    g_assert_cmpint(version, ==, 1);
    return script_ref(data);
}

static void test_a_loop_is_gone_back_in_and_kept(void)
{
    struct walker w;
    begin(&w, ITEMS, &(struct table){{{"order.item", "Jacket\nSocks"}}});
    go(&w, "ask");
    say(&w, "keep", "yes");
    say(&w, "amount", "10");
    go(&w, "ask");
    say(&w, "keep", "yes");
    go(&w, "sum");
    cJSON *json = walk_to_json(w.walk);
    walk_free(w.walk);
    g_autoptr(GError) error = NULL;
    w.walk = walk_from_json(json, the_script, w.script, &error);
    g_assert_no_error(error);
    cJSON_Delete(json);
    assert_value(&w, "money_back", "10.00");
    g_assert_true(walk_back(w.walk, &w.turn, NULL));
    assert_value(&w, "item_now", "Socks");
    assert_value(&w, "keep", "yes");
    g_assert_true(walk_back(w.walk, &w.turn, NULL));
    assert_value(&w, "item_now", "Jacket");
    assert_value(&w, "amount", "10.00");
    say(&w, "keep", "no");
    go(&w, "note");
    go(&w, "ask");
    say(&w, "keep", "yes");
    go(&w, "sum");
    assert_value(&w, "broken", "Jacket, Socks");
    go(&w, "bye2");
    done(&w);
}

static void test_a_list_that_is_not_known_is_asked_for(void)
{
    struct walker w;
    begin(&w, ITEMS, &(struct table){0});
    go(&w, "items");
    assert_stays(&w, "Item is still to be asked.");
    say(&w, "order.item", "Tent");
    go(&w, "ask");
    assert_value(&w, "item_now", "Tent");
    say(&w, "keep", "yes");
    go(&w, "sum");
    done(&w);
}

/* The ids of the way that is shown, a space between. */
static void assert_way(struct walker *w, const char *expected)
{
    g_autoptr(GArray) lines = walk_lines(w->walk, &w->facts, NOON);
    g_autoptr(GString) ids = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(ids, "%s%s", i ? " " : "", g_array_index(lines, struct walk_line, i).step->id);
    g_assert_cmpstr(ids->str, ==, expected);
}

static void test_the_way_goes_on_behind_a_loop(void)
{
    struct walker w;
    begin(&w, ITEMS, &(struct table){{{"order.item", "Jacket, Socks"}}});
    assert_way(&w, "hello items ask note sum bye2");
    go(&w, "ask");
    assert_way(&w, "hello items ask note items sum bye2");
    done(&w);
}

static void test_an_empty_list_is_passed_by(void)
{
    struct walker w;
    begin(&w, ITEMS, &(struct table){{{"order.item", " , "}}});
    go(&w, "sum");
    done(&w);
}

static void test_loops_are_checked(void)
{
    assert_says(ITEMS, "");
    assert_says(
        HEAD("") "- {id: i, kind: each, title: E, class: value, items: order.item, as: x, results: {item: a, "
                 "done: c}}\n"
                 "- {id: a, kind: ask, title: A, class: value, fields: [{name: q, type: text}], next: i}\n"
                 "- {id: c, kind: say, title: C, class: value, say: '{x} {q}', next: bye}\n" END,
        "s.yaml:7:53: `x` is not answered yet on the way i → c.\n"
        "s.yaml:7:57: `q` is not answered yet on the way i → c.");
    assert_says(
        HEAD("") "- {id: q, kind: ask, title: A, class: value, fields: [{name: q, type: text}], next: i}\n"
                 "- {id: i, kind: each, title: E, class: value, items: order.item, as: x, results: {item: a, "
                 "done: c}}\n"
                 "- {id: a, kind: ask, title: A, class: value, fields: [{name: q, type: text}], next: i}\n"
                 "- {id: c, kind: say, title: C, class: value, say: '{q}', next: bye}\n" END,
        "s.yaml:8:53: `q` is not answered yet on the way i, done → c.");
    assert_says(HEAD("") "- {id: i, kind: each, title: E, class: value, items: order.item, as: x, results: "
                         "{done: bye}}\n" END,
                "s.yaml:5:82: A step of kind each needs the result `item`.");
    assert_says(HEAD("") "- {id: i, kind: each, title: E, class: value, items: x, as: x, results: {item: i, "
                         "done: bye}}\n" END,
                "s.yaml:5:54: `x` cannot be both the list and its item.");
    assert_says(HEAD("") "- {id: i, kind: each, title: E, class: value, items: oder.item, as: x, results: "
                         "{item: i, done: bye}}\n" END,
                "s.yaml:5:54: There is no fact or field `oder.item`; did you mean `order.item`?");
}

/* --- scripts that use others --- */

static const char USING[] =
    HEAD("") "- {id: greet, kind: say, title: G, class: value, say: x, next: who}\n"
             "- {id: who, use: identity, results: {known: hello, unknown: bye}}\n"
             "- {id: hello, kind: say, title: H, class: value, say: '{name} {named}', next: bye}\n" END;

static void test_a_script_uses_another(void)
{
    struct walker w;
    assert_says(USING, "");
    begin(&w, USING, &(struct table){{{"customer.name", "Li Na"}}});
    g_assert_cmpuint(w.script->step_count, ==, 5);
    g_assert_cmpstr(script_uses(w.script)[0], ==, "identity");
    g_assert_null(script_uses(w.script)[1]);
    go(&w, "who");
    say(&w, "name", "Somebody");
    go(&w, "who/again");
    go(&w, "bye");
    done(&w);
    begin(&w, USING, &(struct table){{{"customer.name", "Li Na"}}});
    go(&w, "who");
    say(&w, "name", "li na");
    go(&w, "hello");
    g_autofree char *said = walk_say(w.walk, &w.facts, NULL);
    g_assert_cmpstr(said, ==, "li na yes");
    done(&w);
}

static void test_an_end_that_is_not_mapped_ends(void)
{
    struct walker w;
    begin(&w, HEAD("") "- {id: who, use: identity, results: {known: bye}}\n" END, &(struct table){0});
    say(&w, "name", "x");
    g_autoptr(GError) error = NULL;
    g_assert_true(walk_complete(w.walk, &w.turn, "fail", &error));
    go(&w, "who/unknown");
    g_assert_cmpstr(walk_disposition(w.walk, NULL), ==, "u");
    done(&w);
}

static void test_a_step_is_shared(void)
{
    struct walker w;
    begin(&w,
          HEAD("") "- {id: first, use: identity/ask-who, title: Mine, results: {pass: bye, fail: bye}}\n" END,
          &(struct table){{{"customer.name", "Li Na"}}});
    const struct script_step *step = walk_current(w.walk);
    g_assert_cmpstr(yaml_text_in(&step->title, NULL), ==, "Mine");
    g_assert_cmpint(step->kind, ==, SCRIPT_KIND_CHECK);
    say(&w, "name", "Li Na");
    go(&w, "bye");
    done(&w);
}

static void test_wrong_uses_are_said(void)
{
    assert_says(HEAD("") "- {id: a, use: identiti}\n" END,
                "s.yaml:5:16: There is no script `identiti` to use.");
    assert_says(HEAD("") "- {id: a, use: identity/x}\n" END,
                "s.yaml:5:16: The script `identity` has no step `x`.");
    assert_says(HEAD("") "- {id: a, use: identity/ask-who}\n" END,
                "s.yaml:5:3: There is no step `known`.\ns.yaml:5:3: There is no step `again`.");
    assert_says(HEAD("") "- {id: a, use: identity, say: x, results: {knwn: bye}}\n" END,
                "s.yaml:5:26: A step that uses a whole script has `id`, `use` and `results`, but no `say`.\n"
                "s.yaml:5:50: No way of the script `identity` ends in `knwn`; did you mean `known`?");
    assert_says(
        HEAD("") "- {id: a, use: one}\n" END,
        "s.yaml:5:16: The script `one` cannot be used: one.yaml:5:16: The script `two` cannot be used: "
        "two.yaml:5:16: The script `one` would use itself without end.");
    assert_says(HEAD("") "- {id: a, use: s}\n" END,
                "s.yaml:5:16: The script `s` would use itself without end.");
    assert_says(HEAD("") "- {id: a, use: named}\n" END,
                "s.yaml:5:16: Where the script `named` should be there is one called `other`.");
    assert_says(
        HEAD("values: {named: {type: bool, is: 'true'}}\n") "- {id: a, use: identity, results: {known: "
                                                            "bye}}\n" END,
        "s.yaml:6:3: The script `identity` computes `named` in another way; give one of them another name.");
    assert_says(HEAD("") "- {id: q, kind: ask, title: Q, class: value, fields: [{name: name, type: number}], "
                         "next: a}\n"
                         "- {id: a, use: identity, results: {known: bye}}\n" END,
                "s.yaml:6:3: `name` is of type number at line 5; one name has one type.");
    assert_says(
        "script: s\nversion: 1\ntitle: {en: T, zh: T}\nlanguages: [en, zh]\nsteps:\n"
        "- {id: a, use: identity, results: {known: bye}}\n"
        "- {id: bye, kind: end, title: {en: B, zh: B}, class: value, disposition: d, resolved: yes}\n",
        "s.yaml:6:3: The script `identity`, used here, does not speak the language zh.");
    assert_says(HEAD("") "- {id: a, title: x}\n" END,
                "s.yaml:5:3: A step needs `kind`: what is done in it.\n"
                "s.yaml:5:3: A step needs `class`: value, required or waste.");
}

static void test_files_use_those_beside_them(void)
{
    g_autofree char *folder = g_dir_make_tmp("use-XXXXXX", NULL);
    g_autofree char *one = g_build_filename(folder, "s.yaml", NULL);
    g_autofree char *two = g_build_filename(folder, "identity.yaml", NULL);
    g_assert_true(g_file_set_contents(one, USING, -1, NULL));
    g_assert_true(g_file_set_contents(two, LIBRARY[0][1], -1, NULL));
    g_autoptr(GError) error = NULL;
    struct script *script = script_open(one, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(script->step_count, ==, 5);
    script_unref(script);
    g_assert_null(script_parse("s.yaml", USING, strlen(USING), &error));
    g_assert_cmpstr(error->message, ==, "s.yaml:6:18: There is no script `identity` to use.");
}

/* --- the manual --- */

static char *read_manual(void)
{
    char *manual = NULL;
    g_assert_true(g_file_get_contents("docs/firstline-script.5", &manual, NULL, NULL));
    g_autoptr(GString) plain = g_string_new(manual);
    g_free(manual);
    g_string_replace(plain, "\\-", "-", 0);
    g_string_replace(plain, "\\e", "\\", 0);
    return g_strdup(plain->str);
}

static void assert_told(const char *manual, const char *word)
{
    g_autofree char *pattern = g_strdup_printf("\\b%s\\b", word);
    if (!g_regex_match_simple(pattern, manual, 0, 0))
        g_error("firstline-script(5) does not tell of `%s`.", word);
}

static void test_the_manual_tells_all_words(void)
{
    g_autofree char *manual = read_manual();
    for (size_t i = 0; i < CONDITION_FUNCTION_COUNT; i++)
        assert_told(manual, CONDITION_FUNCTIONS[i].name);
    for (size_t i = 0; SCRIPT_KIND_WORDS[i].word; i++)
        assert_told(manual, SCRIPT_KIND_WORDS[i].word);
    for (size_t i = 0; SCRIPT_WASTE_WORDS[i].word; i++)
        assert_told(manual, SCRIPT_WASTE_WORDS[i].word);
    for (size_t i = 0; VALUE_TYPE_WORDS[i].word; i++)
        assert_told(manual, VALUE_TYPE_WORDS[i].word);
    for (size_t i = 0; i < FACT_NAME_COUNT; i++)
        assert_told(manual,
                    strchr(FACT_NAMES[i].name, '.') ? strchr(FACT_NAMES[i].name, '.') + 1 : "verified");
    for (const struct yaml_field *field = SCRIPT_STEP_SHAPE.fields; field->key; field++)
        assert_told(manual, field->key);
    for (const struct yaml_field *field = SCRIPT_SHAPE.fields; field->key; field++)
        assert_told(manual, field->key);
}

static void test_the_manuals_example_is_sound(void)
{
    g_autofree char *manual = read_manual();
    char *text = strstr(manual, ".nf\n") + strlen(".nf\n");
    *strstr(text, ".fi\n") = '\0';
    assert_says(text, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/script-language/values", test_values_are_computed);
    g_test_add_func("/script-language/values-need", test_what_a_value_needs_is_asked_for);
    g_test_add_func("/script-language/values-wrong", test_a_wrong_value_costs_its_step_a_sentence);
    g_test_add_func("/script-language/values-without-end",
                    test_a_value_without_end_costs_its_step_a_sentence);
    g_test_add_func("/script-language/values-refused", test_values_that_cannot_be);
    g_test_add_func("/script-language/rules", test_answers_are_held_to_rules);
    g_test_add_func("/script-language/rules-refused", test_rules_are_checked);
    g_test_add_func("/script-language/order", test_an_order_is_one_of_the_customers);
    g_test_add_func("/script-language/capture", test_what_was_written_fills_fields);
    g_test_add_func("/script-language/capture-check", test_a_record_still_vouches_not_for_itself);
    g_test_add_func("/script-language/capture-refused", test_captures_are_checked);
    g_test_add_func("/script-language/way-behind-loop", test_the_way_goes_on_behind_a_loop);
    g_test_add_func("/script-language/loop", test_a_loop_asks_anew_for_each_item);
    g_test_add_func("/script-language/loop-back", test_a_loop_is_gone_back_in_and_kept);
    g_test_add_func("/script-language/loop-list", test_a_list_that_is_not_known_is_asked_for);
    g_test_add_func("/script-language/loop-empty", test_an_empty_list_is_passed_by);
    g_test_add_func("/script-language/loop-refused", test_loops_are_checked);
    g_test_add_func("/script-language/use", test_a_script_uses_another);
    g_test_add_func("/script-language/use-end", test_an_end_that_is_not_mapped_ends);
    g_test_add_func("/script-language/use-step", test_a_step_is_shared);
    g_test_add_func("/script-language/use-refused", test_wrong_uses_are_said);
    g_test_add_func("/script-language/use-files", test_files_use_those_beside_them);
    g_test_add_func("/script-language/manual", test_the_manual_tells_all_words);
    g_test_add_func("/script-language/manual-example", test_the_manuals_example_is_sound);
    return g_test_run();
}
