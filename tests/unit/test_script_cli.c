#include "app/script/cli.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>

static const char SCRIPT[] =
    "script: s\nversion: 1\ntitle: Parcel\nsteps:\n"
    "- {id: a, kind: ask, title: Ask, class: value, say: 'Hello {customer.name|there}',"
    " fields: [{name: q, label: Colour, type: choice, options: [red, blue]}],"
    " next: [{when: q == 'red' and customer.tier == 'gold', to: b}, bye]}\n"
    "- {id: b, kind: action, title: Do, class: value, action: x, results: {ok: bye, bad: bye}}\n"
    "- {id: bye, kind: end, title: Close, class: value, disposition: d, resolved: yes}\n";

static const char LOOP[] =
    "script: l\nversion: 1\ntitle: Loop\nsteps:\n"
    "- {id: all, kind: each, title: Each, class: value, items: customer.orders, as: now,"
    " results: {item: look, done: what}}\n"
    "- {id: look, kind: ask, title: Look, class: value, say: 'Order {now}',"
    " fields: [{name: broken, label: Broken, type: bool}], next: all}\n"
    "- {id: what, kind: form, title: What, class: value,"
    " fields: [{name: came, label: Came, type: date, from: order.delivered}], next: up}\n"
    "- {id: up, kind: escalate, title: Up, class: waste, waste: handover, ask: '{order.id} came {came}'}\n";

/* Runs the command in a process of its own with the given files beside it, and leaves its exit status to the
 * caller's assertions on the trap. */
static void run_in_folder(const char *const *arguments)
{
    if (g_test_subprocess()) {
        char *folder = g_dir_make_tmp("firstline-cli.XXXXXX", NULL);
        g_assert_cmpint(g_chdir(folder), ==, 0);
        g_file_set_contents("good.yaml", SCRIPT, -1, NULL);
        g_file_set_contents("bad.yaml", "script: s\nversion: 1\ntitle: T\nsteps: [{id: a}]\n", -1, NULL);
        g_file_set_contents("answers.yaml",
                            "facts: {customer.tier: gold}\nanswers: {q: red}\nresults: {b: ok}\n", -1, NULL);
        g_file_set_contents("half.yaml", "answers: {q: red}\n", -1, NULL);
        g_file_set_contents("log.jsonl", "{\"kind\":\"message.sent\"}\n{\"kind\":\"step.left\"}\n", -1, NULL);
        g_file_set_contents("empty.jsonl", "", -1, NULL);
        g_file_set_contents("wrong.yaml", "answer: {q: red}\n", -1, NULL);
        g_file_set_contents("strange.yaml",
                            "facts: {customer.teir: gold}\nanswers: {p: red}\nresults: {close: ok}\n", -1,
                            NULL);
        g_file_set_contents("loop.yaml", LOOP, -1, NULL);
        g_file_set_contents(
            "filled.yaml",
            "facts: {customer.orders: '33, 34', order.id: '33', order.delivered: 2026-11-20}\n"
            "answers: {broken: yes}\n",
            -1, NULL);
        /* The option parser moves what it has read, so it gets pointers of its own to move. */
        const char *moved[8] = {NULL};
        int count = 0;
        for (; arguments[count]; count++)
            moved[count] = arguments[count];
        int status = script_cli_main(count, (char **)moved, NULL);
        static const char *const files[] = {"good.yaml",  "bad.yaml",   "answers.yaml", "half.yaml",
                                            "wrong.yaml", "log.jsonl",  "empty.jsonl",  "strange.yaml",
                                            "loop.yaml",  "filled.yaml"};
        for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
            g_remove(files[i]);
        g_rmdir(folder);
        g_free(folder);
        exit(status);
    }
    g_test_trap_subprocess(NULL, 0, 0);
}

#define RUN(...) run_in_folder((const char *const[]){"script", __VA_ARGS__, NULL})

static void test_check_says_ok(void)
{
    RUN("check", "good.yaml");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*good.yaml: ok, 3 steps\n*");
}

static void test_check_says_everything_and_fails(void)
{
    RUN("check", "bad.yaml", "good.yaml", "none.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*bad.yaml:4:9: A step needs `kind`: what is done in it.\n"
                              "bad.yaml:4:9: A step needs `title`: its line in the list of steps.\n"
                              "bad.yaml:4:9: A step needs `class`: value, required or waste.\n"
                              "none.yaml could not be opened: No such file or directory.\n*");
    g_test_trap_assert_stdout("*good.yaml: ok, 3 steps\n*");
}

static void test_run_walks_by_an_answers_file(void)
{
    RUN("run", "good.yaml", "--answers", "answers.yaml");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout(
        "*1 of 2  Ask  (a, ask)\n   say: Hello there\n   Colour: red\n*2 of 3  Do  (b, action)\n   → ok\n*"
        "Finished after 3 steps: d, resolved.\n*");
}

static void test_run_stops_where_answers_are_missing(void)
{
    RUN("run", "good.yaml", "--answers", "half.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*The way on depends on Tier; ask for it and enter it.\n*");
}

static void test_run_refuses_a_wrong_answers_file(void)
{
    RUN("run", "good.yaml", "--answers", "wrong.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*wrong.yaml:1:1: An answers file has no `answer`; did you mean `answers`?\n*");
}

static void test_run_refuses_what_the_script_does_not_have(void)
{
    RUN("run", "good.yaml", "--answers", "strange.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*strange.yaml:1:24: The script has no fact `customer.teir`; did you mean "
                              "`customer.tier`?\n"
                              "strange.yaml:2:14: The script has no field `p`.\n"
                              "strange.yaml:3:18: The script has no step `close`.\n*");
}

static void test_run_tells_what_is_filled_in_and_asked(void)
{
    RUN("run", "loop.yaml", "--answers", "filled.yaml");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*Look  (look, ask)\n   say: Order 33\n   Broken: yes\n*"
                              "Look  (look, ask)\n   say: Order 34\n   Broken: yes\n*"
                              "Up  (up, escalate)\n   ask: 33 came 2026-11-20\n*");
    g_test_trap_assert_stdout("*What  (what, form)\n   Came: 2026-11-20  (order)\n*");
}

static void test_graph_draws_mermaid(void)
{
    RUN("graph", "--mermaid", "good.yaml");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*flowchart TD\n  s0*");
}

static void test_graph_draws_in_text(void)
{
    RUN("graph", "--text", "good.yaml");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout(
        "*a  Ask  (ask, value)\n├─ q == *\n│  b  Do  (action, value)\n│  ├─ ok ─→ bye\n*");
}

static void test_paths_are_told(void)
{
    RUN("paths", "--most", "1", "good.yaml");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*s, version 1: 2 paths; of the first 1: 3 steps, *a → b → bye\n*");
}

static void test_replay_reads_a_file_of_events(void)
{
    RUN("replay", "--events", "empty.jsonl", "good.yaml");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*s, version 1, with 0 contacts.\n*");
}

static void test_replay_says_which_line_is_no_event(void)
{
    RUN("replay", "--events", "log.jsonl", "good.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*log.jsonl:2: *");
}

static void test_replay_wants_events(void)
{
    RUN("replay", "good.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*wants --events FILE or --since TIME, such as 30d.\n*");
}

static void test_wrong_usage_is_one_sentence(void)
{
    RUN("chek", "good.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*There is no command `script chek`; did you mean `check`?*");
}

static void test_one_file_is_wanted(void)
{
    RUN("run", "good.yaml", "bad.yaml");
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*`firstline script run` wants one file: FILE [--answers FILE].\n*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/script-cli/check-says-ok", test_check_says_ok);
    g_test_add_func("/script-cli/check-says-everything-and-fails", test_check_says_everything_and_fails);
    g_test_add_func("/script-cli/run-walks-by-an-answers-file", test_run_walks_by_an_answers_file);
    g_test_add_func("/script-cli/run-stops-where-answers-are-missing",
                    test_run_stops_where_answers_are_missing);
    g_test_add_func("/script-cli/run-refuses-what-the-script-does-not-have",
                    test_run_refuses_what_the_script_does_not_have);
    g_test_add_func("/script-cli/run-tells-what-is-filled-in-and-asked",
                    test_run_tells_what_is_filled_in_and_asked);
    g_test_add_func("/script-cli/run-refuses-a-wrong-answers-file", test_run_refuses_a_wrong_answers_file);
    g_test_add_func("/script-cli/graph-draws-mermaid", test_graph_draws_mermaid);
    g_test_add_func("/script-cli/graph-draws-in-text", test_graph_draws_in_text);
    g_test_add_func("/script-cli/paths-are-told", test_paths_are_told);
    g_test_add_func("/script-cli/replay-reads-a-file-of-events", test_replay_reads_a_file_of_events);
    g_test_add_func("/script-cli/replay-says-which-line-is-no-event",
                    test_replay_says_which_line_is_no_event);
    g_test_add_func("/script-cli/replay-wants-events", test_replay_wants_events);
    g_test_add_func("/script-cli/wrong-usage-is-one-sentence", test_wrong_usage_is_one_sentence);
    g_test_add_func("/script-cli/one-file-is-wanted", test_one_file_is_wanted);
    return g_test_run();
}
