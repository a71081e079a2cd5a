#include "app/desk/import_script.h"

#include "app/desk/mapping_text.h"
#include "net/problem.h"

/* A script under way. */
struct writing {
    const struct mapping *mapping;
    const char *id;
    GString *out;
    struct import_notes *notes;
    int ifs;
};

static const char *member(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* A text that a script shows as it is: its braces are no names. */
static char *as_plain(const char *text)
{
    GString *plain = g_string_new(text);
    g_string_replace(plain, "{", "{{", 0);
    g_string_replace(plain, "}", "}}", 0);
    return g_string_free(plain, false);
}

static void put_quoted(GString *out, const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string); /* a JSON string is a YAML string, YAML 1.2 section 1.3 */
    g_string_append(out, quoted);
    cJSON_free(quoted);
    cJSON_Delete(string);
}

static void put_plain(GString *out, const char *name, const char *text)
{
    g_autofree char *plain = as_plain(text);
    g_string_append_printf(out, ", %s: ", name);
    put_quoted(out, plain);
}

static int count_ifs(const char *text)
{
    g_autoptr(GRegex) pattern = g_regex_new("\\bif\\b", G_REGEX_CASELESS, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    int count = 0;
    for (g_regex_match(pattern, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL))
        count++;
    return count;
}

/* Conditions in prose that a line of steps does not express: told with their place, not dropped. */
static void tell_ifs(struct writing *w, const char *place, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        int ifs = count_ifs(lines[i]);
        w->ifs += ifs;
        if (ifs == 1)
            import_remark(w->notes, "%s, %s: an \"if\" is not a branch yet: %s", w->id, place, lines[i]);
        else if (ifs > 1)
            import_remark(w->notes, "%s, %s: %d \"if\" are not branches yet: %s", w->id, place, ifs,
                          lines[i]);
    }
}

/* The text of a template that may be NULL; tells its ifs. NULL with the error. */
static char *fill_told(struct writing *w, const char *template, const cJSON *from, const char *place,
                       GError **error)
{
    char *text = template != NULL ? mapping_fill(w->mapping, template, from, NULL, error) : g_strdup("");
    if (text != NULL)
        tell_ifs(w, place, text);
    return text;
}

/* before: said with this step; "" for none. */
static bool put_step(struct writing *w, const cJSON *item, int number, const char *before, GError **error)
{
    g_autofree char *place = g_strdup_printf("step %d", number);
    g_autofree char *title = fill_told(w, w->mapping->steps.title, item, place, error);
    g_autofree char *todo = title != NULL ? fill_told(w, w->mapping->steps.todo, item, place, error) : NULL;
    if (todo == NULL)
        return false;
    const char *said = *todo != '\0' ? todo : title;
    g_autofree char *whole = g_strconcat(before, *before != '\0' ? "\n" : "", said, NULL);
    g_string_append_printf(w->out, "  - {id: s%d, kind: form, class: value, title: ", number);
    put_quoted(w->out, *title != '\0' ? title : "Step");
    put_plain(w->out, "do", whole);
    g_string_append_printf(w->out, ", fields: [{name: note_%d, label: Noted, type: text, required: false}]",
                           number);
    if (item->next != NULL)
        g_string_append_printf(w->out, ", next: s%d}\n", number + 1);
    else
        g_string_append(w->out, ", next: end}\n");
    return true;
}

static void put_head(GString *out, const cJSON *mapped)
{
    const char *title = member(mapped, "title") != NULL ? member(mapped, "title") : member(mapped, "id");
    g_string_append(out, "script: ");
    put_quoted(out, member(mapped, "id"));
    g_string_append(out, "\nversion: 1\ntitle: ");
    put_quoted(out, title);
    if (member(mapped, "intent") != NULL) {
        g_string_append(out, "\nintents: [");
        put_quoted(out, member(mapped, "intent"));
        g_string_append(out, "]");
    }
    g_string_append(out, "\nsteps:\n");
}

static bool put_end(struct writing *w, const cJSON *record, GError **error)
{
    g_autofree char *after = fill_told(w, w->mapping->steps.after, record, "end", error);
    if (after == NULL)
        return false;
    g_string_append(w->out, "  - {id: end, kind: end, class: value, title: Close, disposition: ");
    put_quoted(w->out, w->mapping->steps.disposition);
    g_string_append(w->out, ", resolved: true");
    if (*after != '\0')
        put_plain(w->out, "do", after);
    g_string_append(w->out, "}\n");
    return true;
}

static bool put_steps(struct writing *w, const cJSON *record, GError **error)
{
    const cJSON *steps = mapping_find(record, w->mapping->steps.each);
    if (cJSON_GetArraySize(steps) == 0) {
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, "It has no steps at \"%s\".",
                    w->mapping->steps.each);
        return false;
    }
    g_autofree char *before = fill_told(w, w->mapping->steps.before, record, "before step 1", error);
    if (before == NULL)
        return false;
    int number = 0;
    for (const cJSON *item = steps->child; item != NULL; item = item->next) {
        number++;
        if (!put_step(w, item, number, number == 1 ? before : "", error))
            return false;
    }
    return put_end(w, record, error);
}

char *import_script_source(const struct mapping *m, const cJSON *record, const cJSON *mapped,
                           struct import_notes *notes, GError **error)
{
    struct writing w = {.mapping = m, .id = member(mapped, "id"), .out = g_string_new(NULL), .notes = notes};
    put_head(w.out, mapped);
    if (!put_steps(&w, record, error)) {
        g_string_free(w.out, true);
        return NULL;
    }
    notes->ifs += w.ifs;
    notes->scripts_with_ifs += w.ifs > 0;
    return g_string_free(w.out, false);
}
