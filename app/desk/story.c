/* Drafts of the story and the summary; see the header. */
#include "app/desk/story.h"

#include <string.h>

#include "app/desk/story_words.h"
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

/* What a draft is made from; the facts are filled for one draft. */
struct telling {
    const struct desk *desk;
    const struct desk_contact *dc;
    const struct contact *c;
    const struct walk *walk; /* this leg's, else an earlier one's that can go on; NULL: neither */
    const char *language;
    const struct story_words *words;
    struct desk_facts scratch;
    struct facts facts;
    GString *out;
};

static bool telling_init(struct telling *t, const struct desk *desk, const struct desk_contact *dc)
{
    const char *language = desk_language(desk, dc);
    *t = (struct telling){.desk = desk,
                          .dc = dc,
                          .c = desk_contact_of(desk, dc),
                          .walk = desk_walk(dc),
                          .language = language,
                          .words = story_words(language),
                          .out = g_string_new(NULL)};
    if (t->c == NULL)
        return false;
    desk_facts_init(&t->scratch, desk, dc, &t->facts);
    return true;
}

static void tell(struct telling *t, const char *text)
{
    g_string_append(t->out, text);
}

/* The text between its two words. */
static void tell_between(struct telling *t, const char *const around[2], const char *text)
{
    tell(t, around[0]);
    tell(t, text);
    tell(t, around[1]);
}

static const struct script_field *field_in(const struct script *script, const char *name)
{
    int index = script != NULL ? script_name_index(script, name) : -1;
    return index >= 0 ? script->names[index].field : NULL;
}

/* "order_id" as the script that asked for it labels it, else as any script does. */
static const char *label_of(const struct telling *t, const char *name)
{
    const struct script_field *field = t->walk != NULL ? field_in(walk_script(t->walk), name) : NULL;
    GHashTableIter all;
    gpointer script;
    g_hash_table_iter_init(&all, t->desk->scripts);
    while (field == NULL && g_hash_table_iter_next(&all, NULL, &script))
        field = field_in(script, name);
    return field != NULL ? yaml_text_only(&field->label, t->language) : NULL;
}

/* The log has the names of the fields that were checked: "order id, email". English reads them as they are,
 * other languages by their labels. */
static void tell_method(struct telling *t)
{
    if (t->words == story_words(NULL)) {
        tell(t, t->c->verified);
        return;
    }
    g_auto(GStrv) names = g_strsplit(t->c->verified, ", ", -1);
    for (guint i = 0; names[i] != NULL; i++) {
        g_autofree char *name = g_strdelimit(g_strdup(names[i]), " ", '_');
        const char *label = label_of(t, name);
        tell(t, i > 0 ? t->words->comma_of_list : "");
        tell(t, label != NULL ? label : names[i]);
    }
}

/* As the customer would say it: the option's title, not the word that is stored. */
static const char *shown_value(const struct telling *t, const struct script_field *field, const char *value)
{
    const struct script_option *option = script_option_of(field, value);
    if (option != NULL)
        return script_option_title(option, t->language);
    if (field->type == VALUE_TYPE_BOOL)
        return g_str_equal(value, "yes") ? t->words->yes : t->words->no;
    return value;
}

static void tell_answers(struct telling *t, const struct script_step *step, size_t at)
{
    bool is_first = true;
    for (size_t i = 0; i < step->field_count; i++) {
        const struct script_field *field = &step->fields[i];
        const char *value = walk_value_at(t->walk, &t->facts, at, field->name);
        if (value == NULL || *value == '\0')
            continue;
        g_autofree char *told =
            short_of(field->personal ? t->words->given : shown_value(t, field, value), SAID_MAX_CHARS);
        tell(t, is_first ? t->words->colon : t->words->semicolon);
        g_string_append_printf(t->out, "%s %s", script_field_label(field, t->language), told);
        is_first = false;
    }
}

/* Which item a loop is at says more than that it is at one. */
static void tell_step(struct telling *t, const struct walk_line *line, size_t at)
{
    static const char *const SIGNS[] = {
        [WALK_STATE_DONE] = "+", [WALK_STATE_SKIPPED] = "-", [WALK_STATE_CURRENT] = ">"};
    g_string_append_printf(t->out, "%s %s", SIGNS[line->state],
                           title_of(&line->step->title, t->language, line->step->id));
    if (line->step->kind == SCRIPT_KIND_EACH && line->reason != NULL) {
        tell_between(t, t->words->bracket, line->reason);
    } else if (line->result != NULL) {
        const struct script_result *result = script_result_of(line->step, line->result);
        tell_between(t, t->words->bracket,
                     result != NULL ? script_result_title(result, t->language) : line->result);
    }
    if (line->state == WALK_STATE_SKIPPED && line->reason != NULL) {
        g_autofree char *reason = g_strconcat(t->words->left_out, line->reason, NULL);
        tell_between(t, t->words->bracket, reason);
    }
    tell_answers(t, line->step, at);
    tell(t, "\n");
}

static void tell_steps(struct telling *t)
{
    if (t->walk == NULL)
        return;
    const struct script *script = walk_script(t->walk);
    tell(t, t->words->line_script[0]);
    tell(t, title_of(&script->title, t->language, script->id));
    g_string_append_printf(t->out, "%s%" G_GINT64_FORMAT "%s\n", t->words->line_script[1], script->version,
                           t->words->line_script[2]);
    g_autoptr(GArray) lines = walk_lines(t->walk, &t->facts, t->desk->now_ms);
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state != WALK_STATE_COMING)
            tell_step(t, line, i);
    }
}

static void tell_articles(struct telling *t)
{
    const GPtrArray *tried = t->dc->tried;
    for (guint i = 0; i < tried->len; i++) {
        const struct desk_tried *article = g_ptr_array_index(tried, i);
        const char *fate = article->helped > 0   ? t->words->helped
                           : article->helped < 0 ? t->words->did_not_help
                           : article->told       ? t->words->told_it
                                                 : t->words->read;
        tell(t, i == 0 ? t->words->line_articles : t->words->semicolon);
        tell(t, article->title);
        tell_between(t, t->words->bracket, fate);
    }
    tell(t, tried->len > 0 ? "\n" : "");
}

static void tell_said(struct telling *t)
{
    const GPtrArray *messages = t->dc->messages;
    guint first = messages->len;
    for (int public = 0; first > 0 && public < 4; first--) {
        const struct desk_message *m = g_ptr_array_index(messages, first - 1);
        public += m->speaker == SPEAKER_CUSTOMER || m->speaker == SPEAKER_ME || m->speaker == SPEAKER_AGENT;
    }
    for (guint i = first; i < messages->len; i++) {
        const struct desk_message *m = g_ptr_array_index(messages, i);
        if (m->speaker == SPEAKER_SYSTEM)
            continue;
        g_autofree char *said = short_of(m->text, SAID_MAX_CHARS);
        tell(t, m->speaker == SPEAKER_NOTE ? t->words->note : "");
        const struct agent *me = m->speaker == SPEAKER_ME ? world_agent(t->desk->world, t->desk->me) : NULL;
        tell(t, me != NULL ? me->name : m->speaker == SPEAKER_ME ? t->words->agent : m->name);
        g_string_append_printf(t->out, "%s%s\n", t->words->colon, said);
    }
}

/* The draft, bounded and without blank lines at its end. Ends the telling; caller owns. */
static char *telling_end(struct telling *t)
{
    GString *out = t->out;
    if (t->c != NULL)
        desk_facts_release(&t->scratch);
    if (out->len > STORY_MAX_BYTES) {
        const char *end = g_utf8_find_prev_char(out->str, out->str + STORY_MAX_BYTES);
        g_string_truncate(out, end != NULL ? (gsize)(end - out->str) : 0);
    }
    while (out->len > 0 && out->str[out->len - 1] == '\n')
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

/* "Crystal Minh, chat, bronze: return, wrong size" */
static void tell_who(struct telling *t)
{
    const struct contact *c = t->c;
    tell(t, c->name != NULL ? c->name : t->words->unknown_caller);
    tell(t, t->words->comma);
    tell(t, t->words->channel[c->channel]);
    if (c->tier != NULL) {
        tell(t, t->words->comma);
        tell(t, c->tier);
    }
    tell(t, t->words->colon);
    tell(t, c->subject != NULL ? c->subject : t->words->no_subject);
    tell(t, "\n");
}

char *story_escalation(const struct desk *desk, const struct desk_contact *dc)
{
    struct telling t;
    int64_t handle_ms = 0;
    if (!telling_init(&t, desk, dc))
        return telling_end(&t);
    tell_who(&t);
    if (t.c->verified != NULL) {
        tell(&t, t.words->line_verified);
        tell_method(&t);
        tell(&t, "\n");
    }
    if (desk_contact_clock(desk, t.c, NULL, NULL, &handle_ms))
        g_string_append_printf(t.out, "%s%d:%02d\n", t.words->line_time, (int)(handle_ms / 60000),
                               (int)(handle_ms / 1000 % 60));
    tell_steps(&t);
    tell_articles(&t);
    tell_said(&t);
    return telling_end(&t);
}

/* How many steps were done, and the title of the last of them; NULL: none. Borrowed from the script. */
static int count_done(const struct telling *t, const char **last)
{
    g_autoptr(GArray) lines = walk_lines(t->walk, &t->facts, t->desk->now_ms);
    int done = 0;
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (line->state != WALK_STATE_DONE || line->step->kind == SCRIPT_KIND_END)
            continue;
        done++;
        *last = title_of(&line->step->title, t->language, line->step->id);
    }
    return done;
}

static void summarise_script(struct telling *t)
{
    if (t->walk == NULL)
        return;
    const struct script *script = walk_script(t->walk);
    const char *last = NULL;
    int done = count_done(t, &last);
    if (done == 0) /* begun only to be looked at */
        return;
    tell(t, t->words->gap);
    tell_between(t, t->words->script, title_of(&script->title, t->language, script->id));
    g_string_append_printf(t->out, "%d%s", done, done == 1 ? t->words->step : t->words->steps);
    if (last != NULL)
        tell_between(t, t->words->last, last);
    if (!g_str_has_suffix(t->out->str, "?")) /* a step may be a question */
        tell(t, t->words->stop);
}

char *story_summary(const struct desk *desk, const struct desk_contact *dc)
{
    struct telling t;
    if (!telling_init(&t, desk, dc))
        return telling_end(&t);
    const struct story_words *words = t.words;
    g_autofree char *about = short_of(t.c->subject != NULL ? t.c->subject : words->question, 120);
    tell(&t, t.c->name != NULL ? t.c->name : words->caller);
    tell(&t, words->about[t.c->class]);
    tell(&t, about);
    tell(&t, words->stop);
    summarise_script(&t);
    for (guint i = 0; i < dc->tried->len; i++) {
        const struct desk_tried *article = g_ptr_array_index(dc->tried, i);
        if (!article->told && article->helped <= 0)
            continue;
        tell(&t, words->gap);
        tell_between(&t, words->told, article->title);
        tell(&t, words->stop);
    }
    if (t.c->verified != NULL) {
        tell(&t, words->gap);
        tell(&t, words->verified[0]);
        tell_method(&t);
        tell(&t, words->verified[1]);
        tell(&t, words->stop);
    }
    return telling_end(&t);
}
