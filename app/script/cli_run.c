/* A script walked in text mode, by answers from a file or from standard input; see cli.h. */
#include "app/script/cli_run.h"

#include <stdio.h>
#include <string.h>

#include "app/script/suggest.h"
#include "app/script/walk.h"

/* What an answers file holds; its keys are documented in firstline-script(5). */
struct answers {
    struct yaml_head head;
    struct yaml_entry *facts;
    size_t fact_count;
    struct yaml_entry *answers;
    size_t answer_count;
    struct yaml_entry *results;
    size_t result_count;
};

static const struct yaml_field ANSWERS_FIELDS[] = {
    {.key = "facts",
     .type = YAML_TYPE_MAP,
     .offset = offsetof(struct answers, facts),
     .item = YAML_TYPE_STRING,
     .count_offset = offsetof(struct answers, fact_count),
     .help = "what is known beforehand, such as customer.tier: gold"},
    {.key = "answers",
     .type = YAML_TYPE_MAP,
     .offset = offsetof(struct answers, answers),
     .item = YAML_TYPE_STRING,
     .count_offset = offsetof(struct answers, answer_count),
     .help = "a value for each field"},
    {.key = "results",
     .type = YAML_TYPE_MAP,
     .offset = offsetof(struct answers, results),
     .item = YAML_TYPE_STRING,
     .count_offset = offsetof(struct answers, result_count),
     .help = "a result for each step that has results"},
    {.key = NULL},
};
static const struct yaml_shape ANSWERS_SHAPE = {
    .what = "an answers file", .size_bytes = sizeof(struct answers), .fields = ANSWERS_FIELDS};

struct run {
    struct walk *walk;
    struct facts facts;
    struct answers answers;
    bool from_file;
    GHashTable *said; /* fields already taken from the file in this step */
};

static const char *entry_value(const struct yaml_entry *entries, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (g_str_equal(entries[i].head.key, key))
            return entries[i].string;
    return NULL;
}

static const char *file_fact(void *data, const char *name)
{
    const struct answers *answers = data;
    return entry_value(answers->facts, answers->fact_count, name);
}

static struct walk_turn turn_of(struct run *run)
{
    return (struct walk_turn){.facts = &run->facts, .at_ms = g_get_real_time() / 1000};
}

/* A line of standard input without its end; NULL at its end. Caller owns. */
static char *read_line(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len = getline(&line, &size, stdin);
    char *copy = len < 0 ? NULL : g_strstrip(g_strdup(line));
    free(line);
    return copy;
}

static void print_block(const char *mark, char *text)
{
    if (text)
        printf("   %s %s\n", mark, text);
    g_free(text);
}

/* What is asked of others, once the fields are filled that it speaks of. */
static void print_request(struct run *run)
{
    const struct script_step *step = walk_current(run->walk);
    const char *ask = yaml_text_in(&step->request, run->facts.language);
    if (ask)
        print_block("ask:", walk_render(run->walk, &run->facts, ask, NULL));
}

static void print_step(struct run *run)
{
    const struct script_step *step = walk_current(run->walk);
    const char *query = yaml_text_in(&step->query, run->facts.language);
    int done, all;
    walk_progress(run->walk, &run->facts, g_get_real_time() / 1000, &done, &all);
    printf("\n%d of %d  %s  (%s, %s)\n", done, all, yaml_text_in(&step->title, run->facts.language), step->id,
           yaml_word_of(SCRIPT_KIND_WORDS, step->kind));
    print_block("say:", walk_say(run->walk, &run->facts, NULL));
    print_block("do: ", walk_todo(run->walk, &run->facts));
    if (step->article || query)
        print_block("find:", step->article ? g_strdup(step->article)
                                           : walk_render(run->walk, &run->facts, query, NULL));
}

/* The value for a field from the file or the person; NULL when there is none to be had. Caller owns. */
static char *value_for(struct run *run, const struct script_field *field)
{
    struct walk_fill fill = walk_fill_of(run->walk, &run->facts, field);
    const char *label = script_field_label(field, run->facts.language);
    if (run->from_file) {
        const char *value = entry_value(run->answers.answers, run->answers.answer_count, field->name);
        if ((!value || g_hash_table_contains(run->said, field->name)) && fill.value)
            printf("   %s: %s  (%s)\n", label, fill.value, fill.source);
        if (!value || !g_hash_table_add(run->said, (gpointer)field->name))
            return NULL;
        printf("   %s: %s\n", label, value);
        return g_strdup(value);
    }
    printf("   %s%s%s%s", label, fill.value ? " [" : "", fill.value ? fill.value : "", fill.value ? "]" : "");
    for (size_t i = 0; i < field->option_count; i++)
        printf("%s%s", i ? ", " : " (", field->options[i].value);
    printf("%s: ", field->option_count ? ")" : "");
    fflush(stdout);
    return read_line();
}

/* Asks for the fields of the step. False at the end of the input. */
static bool ask_fields(struct run *run)
{
    for (size_t i = 0; i < walk_field_count(run->walk); i++) {
        const struct script_field *field = walk_field(run->walk, i);
        struct walk_turn turn = turn_of(run);
        g_autofree char *value = value_for(run, field);
        g_autoptr(GError) error = NULL;
        if (!value && !run->from_file)
            return false;
        if (value && *value && !walk_answer(run->walk, &turn, field->name, value, &error)) {
            fprintf(stderr, "   %s\n", error->message);
            if (run->from_file)
                return false;
            i--;
        }
    }
    return true;
}

/* The result of the step: from the file, else asked for; NULL where there is none, which lets a check decide
 * itself. */
static char *ask_result(struct run *run)
{
    const struct script_step *step = walk_current(run->walk);
    if (run->from_file)
        return g_strdup(entry_value(run->answers.results, run->answers.result_count, step->id));
    printf("   Result (");
    for (size_t i = 0; i < step->result_count; i++)
        printf("%s%s", i ? ", " : "", step->results[i].head.key);
    printf("): ");
    fflush(stdout);
    return read_line();
}

/* The step as done; false after saying why not on standard error. */
static bool complete(struct run *run, const char *result, GError **error)
{
    struct walk_turn turn = turn_of(run);
    const struct script_step *step = walk_current(run->walk);
    if (walk_complete(run->walk, &turn, result && *result ? result : NULL, error)) {
        const char *came = step->kind == SCRIPT_KIND_EACH ? NULL : walk_result(run->walk, step);
        if (came)
            printf("   → %s\n", came);
        return true;
    }
    fprintf(stderr, "   %s\n", (*error)->message);
    return false;
}

/* Whether it is worth asking again after this refusal: a person may do better, a file only with an answer to
 * what the way on turned out to need. */
static bool may_retry(const struct run *run, const GError *refusal)
{
    if (!run->from_file)
        return !feof(stdin);
    if (!g_error_matches(refusal, WALK_ERROR, WALK_ERROR_NEEDS))
        return false;
    const char *needed = walk_field(run->walk, walk_field_count(run->walk) - 1)->name;
    return entry_value(run->answers.answers, run->answers.answer_count, needed) != NULL;
}

/* One step. False when the walk cannot go on, said on standard error. A person at a check step is asked for
 * the result only where the record cannot tell, and at a loop's step never: the list says. */
static bool run_step(struct run *run)
{
    print_step(run);
    g_hash_table_remove_all(run->said);
    const struct script_step *step = walk_current(run->walk);
    if (!ask_fields(run)) {
        fprintf(stderr, "The walk stops in the step %s, before its end.\n", step->id);
        return false;
    }
    print_request(run);
    g_autoptr(GError) refusal = NULL;
    bool decides_itself =
        (step->kind == SCRIPT_KIND_CHECK && !run->from_file) || step->kind == SCRIPT_KIND_EACH;
    g_autofree char *result = step->result_count && !decides_itself ? ask_result(run) : NULL;
    if (complete(run, result, &refusal))
        return true;
    if (decides_itself && g_error_matches(refusal, WALK_ERROR, WALK_ERROR_RESULT)) {
        g_autofree char *decided = ask_result(run);
        g_clear_error(&refusal);
        if (complete(run, decided, &refusal))
            return true;
    }
    return may_retry(run, refusal);
}

static void print_end(struct run *run)
{
    bool resolved = false;
    const char *disposition = walk_disposition(run->walk, &resolved);
    g_autoptr(GArray) lines = walk_lines(run->walk, &run->facts, 0);
    printf("\nFinished after %u steps", lines->len);
    if (disposition)
        printf(": %s, %s", disposition, resolved ? "resolved" : "not resolved");
    printf(".\n");
}

/* A word of the file that the script does not have would be passed over unsaid, and the walk with it. */
static void refuse_unknown(struct problems *problems, const struct yaml_entry *entry, const char *what,
                           GPtrArray *words)
{
    g_autofree char *end = suggest_end(entry->head.key, (const char *const *)words->pdata, words->len);
    yaml_problem(problems, entry->head.at, "The script has no %s `%s`%s", what, entry->head.key, end);
}

static void check_answers(const struct answers *answers, const struct script *script,
                          struct problems *problems)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new(), facts = g_ptr_array_new(), steps = g_ptr_array_new();
    for (size_t i = 0; i < script->name_count; i++)
        g_ptr_array_add(script->names[i].fact ? facts : names, (gpointer)script->names[i].name);
    for (size_t i = 0; i < script->step_count; i++)
        g_ptr_array_add(steps, (gpointer)script->steps[i].id);
    for (size_t i = 0; i < answers->fact_count; i++)
        if (script_name_index(script, answers->facts[i].head.key) < 0)
            refuse_unknown(problems, &answers->facts[i], "fact", facts);
    for (size_t i = 0; i < answers->answer_count; i++)
        if (script_name_index(script, answers->answers[i].head.key) < 0)
            refuse_unknown(problems, &answers->answers[i], "field", names);
    for (size_t i = 0; i < answers->result_count; i++)
        if (!script_step_of(script, answers->results[i].head.key))
            refuse_unknown(problems, &answers->results[i], "step", steps);
}

/* The answers file into the run; the doc that it lives in, or NULL with a sentence. */
static struct yaml_doc *read_answers(const char *path, const struct script *script, struct answers *answers,
                                     GError **error)
{
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (!doc)
        return NULL;
    struct problems *problems = problems_new(path);
    yaml_read(doc, yaml_doc_root(doc), &ANSWERS_SHAPE, answers, problems);
    check_answers(answers, script, problems);
    bool good = problems_none(problems, error);
    problems_free(problems);
    if (good)
        return doc;
    yaml_doc_free(doc);
    return NULL;
}

int cli_run(struct script *script, const struct cli_run_options *options)
{
    struct run run = {.from_file = options->answers != NULL};
    struct yaml_doc *doc = NULL;
    g_autoptr(GError) error = NULL;
    if (options->answers) {
        doc = read_answers(options->answers, script, &run.answers, &error);
        if (!doc) {
            fprintf(stderr, "%s\n", error->message);
            return 1;
        }
    }
    run.facts = (struct facts){.lookup = file_fact, .data = &run.answers, .language = options->language};
    run.said = g_hash_table_new(g_str_hash, g_str_equal);
    struct walk_turn turn = turn_of(&run);
    run.walk = walk_start(script, &turn);
    printf("%s (%s, version %d)\n", yaml_text_in(&script->title, options->language), script->id,
           (int)script->version);
    bool going = true;
    while (going && walk_current(run.walk))
        going = run_step(&run);
    if (going)
        print_end(&run);
    walk_free(run.walk);
    g_hash_table_unref(run.said);
    yaml_doc_free(doc);
    return going ? 0 : 1;
}
