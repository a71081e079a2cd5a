/* Drafts of the story and the summary; see the header. */
#include "app/desk/story.h"

#include <string.h>

#include "app/desk/update.h"

#define SAID_MAX_CHARS 200 /* of the customer's words that are told on */

/* At most `chars` characters on one line, an ellipsis where it was cut. */
static char *short_of(const char *text, glong chars)
{
    g_autofree char *line = g_strdup(text);
    g_strdelimit(line, "\r\n\t", ' ');
    g_strstrip(line);
    if (g_utf8_strlen(line, -1) <= chars)
        return g_steal_pointer(&line);
    g_autofree char *cut = g_utf8_substring(line, 0, chars);
    return g_strconcat(g_strchomp(cut), "…", NULL);
}

static const char *title_of(const struct yaml_text *title, const char *language, const char *otherwise)
{
    const char *text = yaml_text_in(title, language);
    return text != NULL && *text != '\0' ? text : otherwise;
}

static void tell_answers(GString *out, const struct desk_contact *dc, const struct script_step *step,
                         const struct facts *facts)
{
    for (size_t i = 0; i < step->field_count; i++) {
        const struct script_field *field = &step->fields[i];
        const char *value = walk_value(dc->walk, facts, field->name);
        if (value == NULL || *value == '\0')
            continue;
        g_string_append(out, i == 0 ? ": " : "; ");
        g_autofree char *told = short_of(field->personal ? "given" : value, SAID_MAX_CHARS);
        g_string_append_printf(out, "%s %s", script_field_label(field, facts->language), told);
    }
}

static void tell_step(GString *out, const struct desk_contact *dc, const struct walk_line *line,
                      const struct facts *facts)
{
    static const char *const SIGNS[] = {
        [WALK_STATE_DONE] = "+", [WALK_STATE_SKIPPED] = "-", [WALK_STATE_CURRENT] = ">"};
    g_string_append_printf(out, "%s %s", SIGNS[line->state],
                           title_of(&line->step->title, facts->language, line->step->id));
    if (line->result != NULL)
        g_string_append_printf(out, " (%s)", line->result);
    if (line->state == WALK_STATE_SKIPPED && line->reason != NULL)
        g_string_append_printf(out, " (left out: %s)", line->reason);
    tell_answers(out, dc, line->step, facts);
    g_string_append_c(out, '\n');
}

static void tell_steps(GString *out, const struct desk *desk, const struct desk_contact *dc)
{
    if (dc->walk == NULL)
        return;
    struct desk_facts df;
    struct facts facts;
    desk_facts_init(&df, desk, dc, &facts);
    const struct script *script = walk_script(dc->walk);
    g_string_append_printf(out, "Script: %s, version %" G_GINT64_FORMAT "\n",
                           title_of(&script->title, facts.language, script->id), script->version);
    g_autoptr(GArray) lines = walk_lines(dc->walk, &facts, desk->now_ms);
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state != WALK_STATE_COMING)
            tell_step(out, dc, line, &facts);
    }
    desk_facts_release(&df);
}

static void tell_articles(GString *out, const struct desk_contact *dc)
{
    for (guint i = 0; i < dc->tried->len; i++) {
        const struct desk_tried *t = g_ptr_array_index(dc->tried, i);
        const char *fate = t->helped > 0   ? "helped"
                           : t->helped < 0 ? "did not help"
                           : t->inserted   ? "told"
                                           : "read";
        g_string_append_printf(out, "%s%s (%s)", i == 0 ? "Articles: " : "; ", t->title, fate);
    }
    if (dc->tried->len > 0)
        g_string_append_c(out, '\n');
}

static void tell_said(GString *out, const struct desk *desk, const struct desk_contact *dc)
{
    guint first = dc->messages->len;
    for (int public = 0; first > 0 && public < 4; first--) {
        const struct desk_message *m = g_ptr_array_index(dc->messages, first - 1);
        public += m->speaker == SPEAKER_CUSTOMER || m->speaker == SPEAKER_ME || m->speaker == SPEAKER_AGENT;
    }
    for (guint i = first; i < dc->messages->len; i++) {
        const struct desk_message *m = g_ptr_array_index(dc->messages, i);
        if (m->speaker == SPEAKER_SYSTEM)
            continue;
        g_autofree char *said = short_of(m->text, SAID_MAX_CHARS);
        const struct agent *me = m->speaker == SPEAKER_ME ? world_agent(desk->world, desk->me) : NULL;
        const char *who = me != NULL ? me->name : m->name;
        g_string_append_printf(out, "%s%s: %s\n", m->speaker == SPEAKER_NOTE ? "note, " : "", who, said);
    }
}

static char *bounded(GString *out)
{
    if (out->len > STORY_MAX_BYTES) {
        const char *end = g_utf8_find_prev_char(out->str, out->str + STORY_MAX_BYTES);
        g_string_truncate(out, end != NULL ? (gsize)(end - out->str) : 0);
    }
    while (out->len > 0 && out->str[out->len - 1] == '\n')
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

char *story_escalation(const struct desk *desk, const struct desk_contact *dc)
{
    GString *out = g_string_new(NULL);
    const struct contact *c = desk_contact_of(desk, dc);
    if (c == NULL)
        return g_string_free(out, FALSE);
    int64_t handle_ms = 0;
    g_string_append_printf(out, "%s, %s%s%s: %s\n", c->name != NULL ? c->name : "Unknown caller",
                           channel_name(c->channel), c->tier != NULL ? ", " : "",
                           c->tier != NULL ? c->tier : "", c->subject != NULL ? c->subject : "no subject");
    if (c->verified != NULL)
        g_string_append_printf(out, "Verified by %s\n", c->verified);
    if (desk_contact_clock(desk, c, NULL, NULL, &handle_ms))
        g_string_append_printf(out, "Worked on for %d:%02d\n", (int)(handle_ms / 60000),
                               (int)(handle_ms / 1000 % 60));
    tell_steps(out, desk, dc);
    tell_articles(out, dc);
    tell_said(out, desk, dc);
    return bounded(out);
}

static int count_done(const struct desk *desk, const struct desk_contact *dc, char **last)
{
    struct desk_facts df;
    struct facts facts;
    desk_facts_init(&df, desk, dc, &facts);
    g_autoptr(GArray) lines = walk_lines(dc->walk, &facts, desk->now_ms);
    int done = 0;
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state != WALK_STATE_DONE || line->step->kind == SCRIPT_KIND_END)
            continue;
        done++;
        g_free(*last);
        *last = g_strdup(title_of(&line->step->title, facts.language, line->step->id));
    }
    desk_facts_release(&df);
    return done;
}

char *story_summary(const struct desk *desk, const struct desk_contact *dc)
{
    GString *out = g_string_new(NULL);
    const struct contact *c = desk_contact_of(desk, dc);
    if (c == NULL)
        return g_string_free(out, FALSE);
    g_autofree char *about = short_of(c->subject != NULL ? c->subject : "a question", 120);
    g_string_append_printf(out, "%s asked about: %s.", c->name != NULL ? c->name : "Caller", about);
    if (dc->walk != NULL) {
        g_autofree char *last = NULL;
        const struct script *script = walk_script(dc->walk);
        int done = count_done(desk, dc, &last);
        g_string_append_printf(out, " %s: %d %s done", title_of(&script->title, c->language, script->id),
                               done, done == 1 ? "step" : "steps");
        g_string_append_printf(out, last != NULL ? ", last %s." : ".", last);
    }
    for (guint i = 0; i < dc->tried->len; i++) {
        const struct desk_tried *t = g_ptr_array_index(dc->tried, i);
        if (t->inserted || t->helped > 0)
            g_string_append_printf(out, " Told from: %s.", t->title);
    }
    if (c->verified != NULL)
        g_string_append_printf(out, " Verified by %s.", c->verified);
    return bounded(out);
}
