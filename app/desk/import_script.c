#include "app/desk/import_script.h"

#include <stdint.h>
#include <string.h>

#include "app/desk/mapping_text.h"
#include "app/desk/prose.h"
#include "net/json.h"
#include "net/problem.h"

#define TITLE_CHARS_MAX 60 /* of a step that is called by the beginning of its text */

/* One action of the guideline, or what stands before or after all of them. */
struct part {
    char *id;    /* of its step, NULL: it has none of its own */
    char *title; /* likewise */
    char *text;
    char *place; /* as remarks call it */
    GPtrArray *conditions;
};

/* A script under way. */
struct writing {
    const struct mapping *mapping;
    const char *id;
    GString *out;
    struct import_notes *notes;
    GPtrArray *parts; /* struct part * */
    GPtrArray *asked; /* char *: questions that have a field, by its number */
    int ifs, branches;
    bool ends_open; /* a way leads to the end that leaves the matter open */
};

/* A text that a script shows as it is: its braces are no names. */
static char *as_plain(const char *text)
{
    GString *plain = g_string_new(text);
    g_string_replace(plain, "{", "{{", 0);
    g_string_replace(plain, "}", "}}", 0);
    return g_string_free(plain, false);
}

void import_script_quote(GString *out, const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string); /* a JSON string is a YAML string, YAML 1.2 section 1.3 */
    g_string_append(out, quoted);
    cJSON_free(quoted);
    cJSON_Delete(string);
}

void import_script_text(GString *out, const char *name, const char *text)
{
    g_autofree char *plain = as_plain(text);
    g_string_append_printf(out, ", %s: ", name);
    import_script_quote(out, plain);
}

void import_script_head(GString *out, const cJSON *mapped)
{
    const char *title =
        json_text(mapped, "title") != NULL ? json_text(mapped, "title") : json_text(mapped, "id");
    g_string_append(out, "script: ");
    import_script_quote(out, json_text(mapped, "id"));
    g_string_append(out, "\nversion: 1\ntitle: ");
    import_script_quote(out, title);
    if (json_text(mapped, "intent") != NULL) {
        g_string_append(out, "\nintents: [");
        import_script_quote(out, json_text(mapped, "intent"));
        g_string_append(out, "]");
    }
    g_string_append(out, "\nsteps:\n");
}

/* --- reading --- */

static void part_free(void *data)
{
    struct part *part = data;
    g_free(part->id);
    g_free(part->title);
    g_free(part->text);
    g_free(part->place);
    g_ptr_array_unref(part->conditions);
    g_free(part);
}

/* Does a condition govern others of its line, having nothing to do of itself? */
static bool is_outer(const struct part *part, guint index)
{
    const struct prose_condition *c = part->conditions->pdata[index];
    const struct prose_condition *next =
        index + 1 < part->conditions->len ? part->conditions->pdata[index + 1] : NULL;
    return *c->act == '\0' && next != NULL && next->line == c->line;
}

/* Does a condition govern the whole action? */
static bool is_guard(const struct part *part, guint index)
{
    const struct prose_condition *c = part->conditions->pdata[index];
    return c->opens && index == 0 && part->id != NULL && strchr(part->text, '\n') != NULL;
}

/* A condition with nothing to do would lead to the same step either way. */
static void drop_idle(struct part *part)
{
    for (guint i = part->conditions->len; i-- > 0;) {
        const struct prose_condition *c = part->conditions->pdata[i];
        if (*c->act == '\0' && !is_outer(part, i) && !is_guard(part, i))
            g_ptr_array_remove_index(part->conditions, i);
    }
}

/* What is no branch is told with its place, not dropped. */
static void tell_rest(struct writing *w, const struct part *part)
{
    g_auto(GStrv) lines = g_strsplit(part->text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        int ifs = prose_count_ifs(lines[i]), branches = 0;
        for (guint j = 0; j < part->conditions->len; j++)
            branches += ((const struct prose_condition *)part->conditions->pdata[j])->line == i;
        branches = MIN(branches, ifs);
        w->ifs += ifs;
        w->branches += branches;
        if (ifs - branches == 1)
            import_remark(w->notes, "%s, %s: an \"if\" is not a branch: %s", w->id, part->place, lines[i]);
        else if (ifs > branches)
            import_remark(w->notes, "%s, %s: %d \"if\" are not branches: %s", w->id, part->place,
                          ifs - branches, lines[i]);
    }
}

/* Takes text; what it is filled from is said by `place`. */
static struct part *add_part(struct writing *w, char *text, const char *id, const char *title,
                             const char *place)
{
    struct part *part = g_new0(struct part, 1);
    *part = (struct part){.id = g_strdup(id),
                          .title = g_strdup(title),
                          .text = text,
                          .place = g_strdup(place),
                          .conditions = prose_conditions(text)};
    g_ptr_array_add(w->parts, part);
    drop_idle(part);
    tell_rest(w, part);
    return part;
}

/* What a step is called that has no title of its own: the first sentence of its text, cut between words where
 * it is long. Caller owns. */
static char *title_from(const char *text)
{
    static const char *const ends[] = {"\n", ". ", ": ", " > "};
    size_t len = strlen(text);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        const char *end = strstr(text, ends[i]);
        if (end != NULL && end > text)
            len = MIN(len, (size_t)(end - text));
    }
    g_autofree char *sentence = g_strstrip(g_strndup(text, len));
    if (g_utf8_strlen(sentence, -1) > TITLE_CHARS_MAX) {
        *g_utf8_offset_to_pointer(sentence, TITLE_CHARS_MAX) = '\0';
        char *blank = strrchr(sentence, ' ');
        if (blank != NULL)
            *blank = '\0';
        return g_strconcat(sentence, "…", NULL);
    }
    size_t last = strlen(sentence);
    if (last > 0 && strchr(".:", sentence[last - 1]) != NULL)
        sentence[last - 1] = '\0';
    return *sentence != '\0' ? g_steal_pointer(&sentence) : g_strdup("Step");
}

/* The text of a template that may be NULL. NULL with the error. */
static char *fill(struct writing *w, const char *template, const cJSON *from, GError **error)
{
    return template != NULL ? mapping_fill(w->mapping, template, from, NULL, error) : g_strdup("");
}

static bool read_action(struct writing *w, const cJSON *item, int number, GError **error)
{
    g_autofree char *place = g_strdup_printf("step %d", number);
    g_autofree char *id = g_strdup_printf("s%d", number);
    g_autofree char *title = fill(w, w->mapping->steps.title, item, error);
    char *todo = title != NULL ? fill(w, w->mapping->steps.todo, item, error) : NULL;
    if (todo == NULL)
        return false;
    if (*todo == '\0') {
        g_free(todo);
        todo = g_strdup(title);
    }
    g_autofree char *called = *title != '\0' ? g_strdup(title) : title_from(todo);
    add_part(w, todo, id, called, place);
    return true;
}

static bool read_parts(struct writing *w, const cJSON *record, GError **error)
{
    const cJSON *steps = mapping_find(record, w->mapping->steps.each);
    if (cJSON_GetArraySize(steps) == 0) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "It has no steps at \"%s\".",
                    w->mapping->steps.each);
        return false;
    }
    char *before = fill(w, w->mapping->steps.before, record, error);
    if (before == NULL)
        return false;
    add_part(w, before, NULL, NULL, "before step 1");
    int number = 0;
    for (const cJSON *item = steps->child; item != NULL; item = item->next)
        if (!read_action(w, item, ++number, error))
            return false;
    char *after = fill(w, w->mapping->steps.after, record, error);
    if (after != NULL)
        add_part(w, after, NULL, NULL, "end");
    return after != NULL;
}

/* --- writing --- */

/* The step that asks the question of a condition; caller owns, as of the following. */
static char *question_id(guint part, guint index)
{
    return g_strdup_printf("q%u-%u", part, index + 1);
}

/* Where a part begins: with what governs all of it, else with its own step, else with its first question. */
static char *entry_of(const struct writing *w, guint part)
{
    if (part >= w->parts->len)
        return g_strdup("end");
    const struct part *p = w->parts->pdata[part];
    if (p->conditions->len > 0 && (p->id == NULL || is_guard(p, 0)))
        return question_id(part, 0);
    return p->id != NULL ? g_strdup(p->id) : entry_of(w, part + 1);
}

/* What comes behind a condition's question and act. */
static char *behind(const struct writing *w, guint part, guint index)
{
    const struct part *p = w->parts->pdata[part];
    return index + 1 < p->conditions->len ? question_id(part, index + 1) : entry_of(w, part + 1);
}

/* Where it goes on when the condition does not hold: past what it governs. */
static char *otherwise(const struct writing *w, guint part, guint index)
{
    const struct part *p = w->parts->pdata[part];
    const struct prose_condition *c = p->conditions->pdata[index];
    if (is_guard(p, index))
        return entry_of(w, part + 1);
    guint next = index;
    while (is_outer(p, index) && next + 1 < p->conditions->len &&
           ((const struct prose_condition *)p->conditions->pdata[next + 1])->line == c->line)
        next++;
    return behind(w, part, next);
}

/* The action whose title holds the words, behind this part. */
static char *named(const struct writing *w, guint part, const char *words)
{
    for (guint i = part + 1; i < w->parts->len; i++) {
        const struct part *p = w->parts->pdata[i];
        if (p->title != NULL && strcasestr(p->title, words) != NULL)
            return g_strdup(p->id);
    }
    return entry_of(w, part + 1);
}

static char *leads_to(struct writing *w, guint part, guint index)
{
    const struct part *p = w->parts->pdata[part];
    const struct prose_condition *c = p->conditions->pdata[index];
    switch (c->then) {
    case PROSE_THEN_NEXT_STEP:
        return entry_of(w, part + 1);
    case PROSE_THEN_SKIP_STEP:
        return entry_of(w, part + 2);
    case PROSE_THEN_NAMED:
        return named(w, part, c->step);
    case PROSE_THEN_END:
        w->ends_open |= c->is_open;
        return g_strdup(c->is_open ? "end-open" : "end");
    case PROSE_THEN_ON:
        break;
    }
    bool closes = c->is_open && p->id == NULL && part > 0;
    w->ends_open |= closes;
    return closes ? g_strdup("end-open") : behind(w, part, index);
}

/* One question is one field, however often it is asked. */
static guint field_of(struct writing *w, const char *question)
{
    guint index;
    if (g_ptr_array_find_with_equal_func(w->asked, question, g_str_equal, &index))
        return index + 1;
    g_ptr_array_add(w->asked, g_strdup(question));
    return w->asked->len;
}

static void put_question(struct writing *w, guint part, guint index)
{
    const struct part *p = w->parts->pdata[part];
    const struct prose_condition *c = p->conditions->pdata[index];
    g_autofree char *id = question_id(part, index);
    g_autofree char *no = otherwise(w, part, index);
    g_autofree char *act = g_strdup_printf("a%u-%u", part, index + 1);
    const char *yes = is_guard(p, index) ? p->id : act;
    g_autofree char *inner = is_outer(p, index) && !is_guard(p, index) ? behind(w, part, index) : NULL;
    guint field = field_of(w, c->question);
    g_string_append_printf(w->out, "  - {id: %s, kind: choose, class: value, title: ", id);
    import_script_quote(w->out, c->question);
    g_string_append_printf(w->out, ", fields: [{name: if_%u, type: bool, label: ", field);
    import_script_quote(w->out, c->question);
    g_string_append_printf(w->out, "}], next: [{when: if_%u, to: %s}, %s]}\n", field, inner ? inner : yes,
                           no);
    if (is_guard(p, index) || inner != NULL)
        return;
    g_autofree char *to = leads_to(w, part, index), *called = title_from(c->act);
    g_string_append_printf(w->out, "  - {id: %s, kind: form, class: value, title: ", act);
    import_script_quote(w->out, called);
    import_script_text(w->out, "do", c->act);
    g_string_append_printf(
        w->out, ", fields: [{name: note_%u_%u, label: Noted, type: text, required: false}], next: %s}\n",
        part, index + 1, to);
}

/* What is said before all actions goes with the first. */
static void put_action(struct writing *w, guint part)
{
    const struct part *p = w->parts->pdata[part], *before = w->parts->pdata[0];
    bool guarded = p->conditions->len > 0 && is_guard(p, 0);
    const char *said = part == 1 ? before->text : "";
    g_autofree char *whole = g_strconcat(said, *said != '\0' ? "\n" : "", p->text, NULL);
    g_autofree char *next = p->conditions->len > guarded ? question_id(part, guarded) : entry_of(w, part + 1);
    g_string_append_printf(w->out, "  - {id: %s, kind: form, class: value, title: ", p->id);
    import_script_quote(w->out, p->title);
    import_script_text(w->out, "do", whole);
    g_string_append_printf(
        w->out, ", fields: [{name: note_%u, label: Noted, type: text, required: false}], next: %s}\n", part,
        next);
}

static void put_part(struct writing *w, guint part)
{
    const struct part *p = w->parts->pdata[part];
    bool guarded = p->conditions->len > 0 && is_guard(p, 0);
    if (guarded)
        put_question(w, part, 0);
    if (p->id != NULL)
        put_action(w, part);
    for (guint i = guarded; i < p->conditions->len; i++)
        put_question(w, part, i);
}

static void put_end(struct writing *w, const char *id, const char *disposition, bool resolved,
                    const char *todo)
{
    g_string_append_printf(w->out, "  - {id: %s, kind: end, class: value, title: Close, disposition: ", id);
    import_script_quote(w->out, disposition);
    g_string_append_printf(w->out, ", resolved: %s", resolved ? "yes" : "no");
    if (*todo != '\0')
        import_script_text(w->out, "do", todo);
    g_string_append(w->out, "}\n");
}

static void put_parts(struct writing *w)
{
    const struct part *after = w->parts->pdata[w->parts->len - 1];
    const struct mapping_steps *steps = &w->mapping->steps;
    for (guint i = 0; i < w->parts->len; i++)
        put_part(w, i);
    put_end(w, "end", steps->disposition, true, after->text);
    if (w->ends_open)
        put_end(w, "end-open", steps->unresolved != NULL ? steps->unresolved : steps->disposition, false,
                after->text);
}

char *import_script_source(const struct mapping *m, const cJSON *record, const cJSON *mapped,
                           struct import_notes *notes, GError **error)
{
    struct writing w = {.mapping = m,
                        .id = json_text(mapped, "id"),
                        .out = g_string_new(NULL),
                        .notes = notes,
                        .parts = g_ptr_array_new_with_free_func(part_free),
                        .asked = g_ptr_array_new_with_free_func(g_free)};
    import_script_head(w.out, mapped);
    bool read = read_parts(&w, record, error);
    if (read)
        put_parts(&w);
    notes->ifs += w.ifs;
    notes->branches += w.branches;
    notes->scripts_with_ifs += w.ifs > 0;
    g_ptr_array_unref(w.parts);
    g_ptr_array_unref(w.asked);
    return g_string_free(w.out, !read);
}
