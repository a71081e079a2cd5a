/* A script's file from outside: it loads or is refused in sentences; what loads can be checked, drawn and
 * walked, and a walk survives being written and read again. */
#include <stdint.h>
#include <string.h>

#include "app/script/check.h"
#include "app/script/graph.h"
#include "app/script/paths.h"
#include "app/script/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct script *find_script(void *data, const char *id, int64_t version)
{
    (void)id;
    (void)version;
    return script_ref(data);
}

/* Answers what it can with the first option or a plausible text, then goes on; skips where that is refused.
 */
static void walk_step(struct walk *walk, const struct walk_turn *turn)
{
    static const char *const tries[] = {"yes", "12", "2026-11-23", "a@b.no", "+4712345678"};
    const struct script_step *step = walk_current(walk);
    for (size_t i = 0; i < walk_field_count(walk); i++) {
        const struct script_field *field = walk_field(walk, i);
        bool answered =
            field->option_count && walk_answer(walk, turn, field->name, field->options[0].value, NULL);
        for (size_t j = 0; j < G_N_ELEMENTS(tries) && !answered; j++)
            answered = walk_answer(walk, turn, field->name, tries[j], NULL);
    }
    g_autofree char *said = walk_say(walk, turn->facts, NULL);
    g_assert(!said || g_utf8_validate(said, -1, NULL));
    const char *result = step->result_count ? step->results[0].head.key : NULL;
    if (!walk_complete(walk, turn, result, NULL) && !walk_skip(walk, turn, "no way on", NULL))
        walk_leave(walk, turn, "no way on", NULL);
}

static void walk_through(struct script *script)
{
    g_autoptr(GPtrArray) notes = walk_notes_new();
    struct walk_turn turn = {.at_ms = 1795434900000, .notes = notes};
    struct walk *walk = walk_start(script, &turn);
    for (int i = 0; i < 40 && walk_current(walk); i++)
        walk_step(walk, &turn);
    cJSON *json = walk_to_json(walk);
    struct walk *again = walk_from_json(json, find_script, script, NULL);
    g_assert(again && walk_current(again) == walk_current(walk));
    cJSON_Delete(json);
    walk_free(again);
    walk_free(walk);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autoptr(GError) error = NULL;
    struct script *script = script_parse("fuzz.yaml", (const char *)bytes, len, &error);
    if (!script) {
        g_assert(error && *error->message && g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    struct problems *problems = problems_new(script->file);
    script_check(script, problems);
    g_autofree char *report = problems_report(problems);
    g_autofree char *dot = script_graph_dot(script, "en");
    g_autofree char *mermaid = script_graph_mermaid(script, "zh");
    g_autofree char *drawn = script_graph_text(script, "en");
    struct script_paths paths;
    script_paths_init(&paths, script, 20);
    g_autofree char *told = script_paths_text(&paths, script);
    script_paths_release(&paths);
    g_assert(g_utf8_validate(report, -1, NULL) && *dot && *mermaid && *drawn && *told);
    walk_through(script);
    problems_free(problems);
    script_unref(script);
    return 0;
}
