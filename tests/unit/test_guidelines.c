/* Real guidelines of a shop, and real decision graphs, as scripts: all pass the check, most conditions are
 * branches, and what agents did in real dialogues can be done again. Skipped where the data is not. */
#include <stdlib.h>
#include <string.h>

#include "app/desk/import_record.h"
#include "app/desk/records.h"
#include "app/script/check.h"
#include "app/script/walk.h"

static char *data_path(const char *name)
{
    const char *data = g_getenv("FIRSTLINE_DATA");
    char *path = g_build_filename(data != NULL ? data : "../shared/data", name, NULL);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        g_clear_pointer(&path, g_free);
    return path;
}

struct taking {
    struct mapping *mapping;
    struct import_notes notes;
    GHashTable *scripts; /* intent or id -> struct script */
    int count;
};

static void check(const struct script *script)
{
    struct problems *problems = problems_new(script->file);
    g_autoptr(GError) error = NULL;
    script_check(script, problems);
    problems_none(problems, &error);
    g_assert_no_error(error);
    problems_free(problems);
}

static void take(const cJSON *record, const char *key, int line, const char *problem, void *data)
{
    (void)line;
    struct taking *t = data;
    g_autoptr(GError) error = NULL;
    g_assert_null(problem);
    g_autofree char *text = import_line(t->mapping, record, key, &t->notes, &error);
    g_assert_no_error(error);
    cJSON *json = cJSON_Parse(text);
    const char *source = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "source"));
    struct script *script = script_parse("imported", source, strlen(source), &error);
    g_assert_no_error(error);
    check(script);
    g_hash_table_insert(t->scripts, g_strdup(script->intent_count > 0 ? script->intents[0] : script->id),
                        script);
    t->count++;
    cJSON_Delete(json);
}

static void take_file(struct taking *t, const char *map, const char *path)
{
    g_autofree char *map_path = g_build_filename(FIRSTLINE_SHARE, "import", map, NULL);
    g_autoptr(GError) error = NULL;
    t->mapping = mapping_open(map_path, &error);
    g_assert_no_error(error);
    g_assert_true(mapping_load_tables(t->mapping, path, &error));
    g_assert_true(records_read(path, t->mapping, take, t, &error));
    mapping_free(t->mapping);
}

static struct taking new_taking(void)
{
    return (struct taking){
        .notes.remarks = g_ptr_array_new_with_free_func(g_free),
        .scripts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)script_unref)};
}

static void free_taking(struct taking *t)
{
    g_ptr_array_unref(t->notes.remarks);
    g_hash_table_unref(t->scripts);
}

static bool take_guidelines(struct taking *t)
{
    g_autofree char *path = data_path("abcd/guidelines.json");
    if (path == NULL) {
        g_test_skip("the guidelines are not there");
        return false;
    }
    *t = new_taking();
    take_file(t, "abcd-guidelines.yaml", path);
    return true;
}

static void test_guidelines_become_branched_scripts(void)
{
    struct taking t;
    if (!take_guidelines(&t))
        return;
    g_assert_cmpint(t.count, ==, 55);
    g_assert_cmpint(t.notes.ifs, ==, 231);
    g_assert_cmpint(t.notes.scripts_with_ifs, ==, 53);
    g_test_message("%d of %d are branches", t.notes.branches, t.notes.ifs);
    g_assert_cmpint(t.notes.branches * 100, >=, t.notes.ifs * 60);
    free_taking(&t);
}

/* --- dialogues --- */

/* What the shop's program wrote into a dialogue, and the button that the agent had pressed. */
static const char *const BUTTONS[][2] = {
    {"Account has been pulled up", "Pull up Account"},
    {"Purchase validation", "Validate Purchase"},
    {"Details of", "Enter Details"},
    {"The manager has been notified", "Notify Internal Team"},
    {"Searching the FAQ", "Search FAQ"},
    {"search timing", "Timing"},
    {"search pricing", "Pricing"},
    {"FAQ answer related", "Select Answer"},
    {"Shipping status of", "Shipping Status"},
    {"Order has been updated", "Update Order"},
};

static const char *button_of(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(BUTTONS); i++)
        if (strstr(text, BUTTONS[i][0]) != NULL)
            return BUTTONS[i][1];
    g_error("no button wrote: %s", text);
}

/* before[step]: from where the shortest way from the current step comes; SIZE_MAX where there is none. */
static void find_ways(const struct script *script, const struct script_step *from, size_t *before)
{
    g_autofree size_t *queue = g_new(size_t, script->step_count);
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < script->step_count; i++)
        before[i] = SIZE_MAX;
    before[from->index] = from->index;
    queue[tail++] = from->index;
    for (; head < tail; head++) {
        const struct script_step *step = &script->steps[queue[head]];
        for (size_t i = 0; i < step->next_count; i++) {
            size_t to = step->next[i].target->index;
            if (before[to] != SIZE_MAX)
                continue;
            before[to] = step->index;
            queue[tail++] = to;
        }
    }
}

/* One step on, to that step. */
static void go_to(struct walk *walk, const struct walk_turn *turn, const struct script_step *to)
{
    const struct script_step *step = walk_current(walk);
    g_autoptr(GError) error = NULL;
    if (step->kind == SCRIPT_KIND_CHOOSE)
        walk_answer(walk, turn, step->fields[0].name, step->next[0].target == to ? "yes" : "no", &error);
    g_assert_no_error(error);
    g_assert_true(walk_complete(walk, turn, NULL, &error));
    g_assert_true(walk_current(walk) == to);
}

/* Walks to the next step of that title; false where no way leads to one. */
static bool act(struct walk *walk, const struct walk_turn *turn, const char *title, bool begun)
{
    const struct script *script = walk_script(walk);
    g_autofree size_t *before = g_new(size_t, script->step_count);
    find_ways(script, walk_current(walk), before);
    for (size_t i = 0; i < script->step_count; i++) {
        bool here = script->steps[i].index == walk_current(walk)->index;
        if (before[i] == SIZE_MAX || (here && begun) ||
            g_strcmp0(yaml_text_in(&script->steps[i].title, "en"), title) != 0)
            continue;
        g_autoptr(GArray) way = g_array_new(false, false, sizeof(size_t));
        for (size_t at = i; at != before[at]; at = before[at])
            g_array_append_val(way, at);
        for (guint j = way->len; j-- > 0;)
            go_to(walk, turn, &script->steps[g_array_index(way, size_t, j)]);
        return true;
    }
    return false;
}

/* What the agent of one dialogue did, in the guideline's script; what it does not know of is added to
 * `strange`. */
static int replay(const cJSON *dialogue, const struct taking *t, GString *strange)
{
    g_autofree char *intent = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItem(dialogue, "subflow")));
    char *number = strrchr(intent, '_');
    if (number != NULL && g_ascii_isdigit(number[1]))
        *number = '\0';
    struct script *script = g_hash_table_lookup(t->scripts, intent);
    g_assert_nonnull(script);
    struct walk_turn turn = {.at_ms = 1};
    struct walk *walk = walk_start(script, &turn);
    const cJSON *said;
    int done = 0;
    cJSON_ArrayForEach (said, cJSON_GetObjectItem(dialogue, "turns")) {
        if (strcmp(cJSON_GetStringValue(cJSON_GetArrayItem(said, 0)), "action") != 0)
            continue;
        const char *button = button_of(cJSON_GetStringValue(cJSON_GetArrayItem(said, 1)));
        if (act(walk, &turn, button, done > 0))
            done++;
        else
            g_string_append_printf(strange, "%s: %s\n", intent, button);
    }
    walk_free(walk);
    return done;
}

static void test_what_agents_did_can_be_done_again(void)
{
    struct taking t;
    g_autofree char *path = data_path("abcd/dialogues.jsonl"), *text = NULL;
    if (path == NULL || !take_guidelines(&t)) {
        g_test_skip("the dialogues are not there");
        return;
    }
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(g_strstrip(text), "\n", -1);
    g_autoptr(GString) strange = g_string_new(NULL);
    int done = 0;
    for (size_t i = 0; lines[i] != NULL; i++) {
        cJSON *dialogue = cJSON_Parse(lines[i]);
        done += replay(dialogue, &t, strange);
        cJSON_Delete(dialogue);
    }
    g_test_message("%d actions", done);
    /* The one thing that an agent did and no guideline for returns speaks of. */
    g_assert_cmpstr(strange->str, ==, "return_size: Notify Internal Team\n");
    g_assert_cmpint(done, ==, 15);
    free_taking(&t);
}

/* --- graphs --- */

static void test_decision_graphs_become_scripts(void)
{
    static const char *const names[] = {"tau2_telecom/tech_support_path1_no_service.dot",
                                        "tau2_telecom/tech_support_path2_mobile_data.dot",
                                        "tau2_telecom/tech_support_path3_mms.dot"};
    static const size_t steps[] = {33, 60, 32};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = data_path(names[i]);
        if (path == NULL) {
            g_test_skip("the graphs are not there");
            return;
        }
        struct taking t = new_taking();
        take_file(&t, "dot-graphs.yaml", path);
        g_autofree char *id = g_path_get_basename(path);
        id[strlen(id) - strlen(".dot")] = '\0';
        const struct script *script = g_hash_table_lookup(t.scripts, g_strdelimit(id, "_", '-'));
        g_assert_nonnull(script);
        g_assert_cmpuint(script->step_count, ==, steps[i]);
        free_taking(&t);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guidelines/scripts", test_guidelines_become_branched_scripts);
    g_test_add_func("/guidelines/dialogues", test_what_agents_did_can_be_done_again);
    g_test_add_func("/guidelines/graphs", test_decision_graphs_become_scripts);
    return g_test_run();
}
