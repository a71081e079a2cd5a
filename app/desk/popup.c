/* Popups: their life, and what is typed to narrow them. */
#include "app/desk/popup.h"

#include <string.h>

#include "app/desk/update.h"

#define CHOICES_MAX 2000

static void choice_free(gpointer data)
{
    struct popup_choice *c = data;
    g_free(c->value);
    g_free(c->label);
    g_free(c->detail);
    g_free(c->key);
    g_free(c->why_off);
    if (c->marks != NULL)
        g_array_unref(c->marks);
    g_free(c);
}

static void field_free(gpointer data)
{
    struct popup_field *f = data;
    g_free(f->name);
    g_free(f->label);
    g_free(f->hint);
    g_free(f->problem);
    g_free(f->begun);
    if (f->editor != NULL)
        editor_free(f->editor);
    g_ptr_array_unref(f->shown);
    g_ptr_array_unref(f->choices);
    g_free(f);
}

struct popup *popup_new(enum popup_kind kind, const char *name, const char *title)
{
    struct popup *p = g_new0(struct popup, 1);
    p->kind = kind;
    p->name = name;
    p->title = g_strdup(title);
    p->choices = g_ptr_array_new_with_free_func(choice_free);
    p->shown = g_ptr_array_new();
    p->fields = g_ptr_array_new_with_free_func(field_free);
    return p;
}

void popup_free(gpointer data)
{
    struct popup *p = data;
    g_free(p->title);
    g_free(p->hint);
    g_free(p->subject);
    g_free(p->item);
    g_free(p->beside);
    g_free(p->empty);
    g_free(p->problem);
    g_free(p->text);
    if (p->query != NULL)
        editor_free(p->query);
    g_ptr_array_unref(p->shown);
    g_ptr_array_unref(p->choices);
    g_ptr_array_unref(p->fields);
    g_free(p);
}

struct popup *popup_push(struct update *u, struct popup *popup)
{
    if (popup->kind == POPUP_LIST)
        popup_narrow(popup);
    if (popup->kind == POPUP_FORM)
        left_forms_fill(u, popup);
    g_ptr_array_add(u->desk->popups, popup);
    return popup;
}

void popup_pop(struct update *u)
{
    if (u->desk->popups->len > 0)
        g_ptr_array_set_size(u->desk->popups, (gint)u->desk->popups->len - 1);
}

void popup_drop_about(struct desk *desk, const char *id)
{
    for (guint i = desk->popups->len; i-- > 0;) {
        const struct popup *p = g_ptr_array_index(desk->popups, i);
        if (!p->is_fixed && g_strcmp0(p->subject, id) == 0)
            g_ptr_array_remove_index(desk->popups, i);
    }
}

struct popup *popup_named(const struct desk *desk, const char *name)
{
    for (guint i = 0; i < desk->popups->len; i++) {
        struct popup *p = g_ptr_array_index(desk->popups, i);
        if (g_str_equal(p->name, name))
            return p;
    }
    return NULL;
}

void popup_drop(struct desk *desk, const char *name)
{
    for (guint i = desk->popups->len; i-- > 0;) {
        const struct popup *p = g_ptr_array_index(desk->popups, i);
        if (g_str_equal(p->name, name))
            g_ptr_array_remove_index(desk->popups, i);
    }
}

static struct popup_choice *choice_new(const char *value, const char *label, const char *detail)
{
    struct popup_choice *c = g_new0(struct popup_choice, 1);
    c->value = g_strdup(value);
    c->label = g_strdup(label);
    c->detail = g_strdup(detail);
    return c;
}

struct popup_choice *popup_add_choice(struct popup *popup, const char *value, const char *label,
                                      const char *detail)
{
    struct popup_choice *c = choice_new(value, label, detail);
    if (popup->choices->len < CHOICES_MAX)
        g_ptr_array_add(popup->choices, c);
    else
        g_clear_pointer(&c, choice_free);
    return c;
}

void popup_with_query(struct popup *popup)
{
    popup->query = editor_new(EDITOR_ONE_LINE);
}

void popup_clear_choices(struct popup *popup)
{
    g_ptr_array_set_size(popup->shown, 0);
    g_ptr_array_set_size(popup->choices, 0);
}

/* --- matching --- */

enum { WHOLE_SCORE = 500, DETAIL_SCORE = 400 }; /* least of a whole part; of one in what a choice tells */

static void mark(GArray *marks, size_t start, size_t end)
{
    if (marks == NULL)
        return;
    if (marks->len > 0) {
        struct desk_range *last = &g_array_index(marks, struct desk_range, marks->len - 1);
        if (last->end == start) {
            last->end = end;
            return;
        }
    }
    struct desk_range range = {start, end};
    g_array_append_val(marks, range);
}

/* Greedy, letter by letter: a hit at a word's beginning counts most, then one beside the last. */
static int match_letters(const char *query, const char *label, GArray *marks)
{
    int score = 0;
    bool was_hit = false, at_word = true;
    const char *at = label;
    for (const char *q = query; *q != '\0';) {
        if (*at == '\0')
            return 0;
        gunichar want = g_unichar_tolower(g_utf8_get_char(q)), have = g_unichar_tolower(g_utf8_get_char(at));
        const char *next = g_utf8_next_char(at);
        bool is_hit = want == have;
        if (is_hit) {
            score += 1 + (at_word ? 8 : 0) + (was_hit ? 5 : 0);
            mark(marks, (size_t)(at - label), (size_t)(next - label));
            q = g_utf8_next_char(q);
        }
        was_hit = is_hit;
        at_word = !g_unichar_isalnum(have);
        at = next;
    }
    return score;
}

int popup_match(const char *query, const char *label, GArray *marks)
{
    g_autofree char *want = g_utf8_casefold(query, -1), *have = g_utf8_casefold(label, -1);
    const char *whole = strstr(have, want);
    if (marks != NULL)
        g_array_set_size(marks, 0);
    if (*query == '\0')
        return 1;
    /* A whole part beats scattered letters. Its place is told where folding left the length alone. */
    if (whole != NULL && strlen(have) == strlen(label)) {
        size_t start = (size_t)(whole - have);
        mark(marks, start, start + strlen(want));
        return 2 * WHOLE_SCORE - (int)MIN(start, WHOLE_SCORE) + (start == 0 ? 200 : 0);
    }
    g_autofree char *letters = g_strdup(query);
    g_strstrip(g_strdelimit(letters, " \t", ' '));
    GString *packed = g_string_new(NULL);
    for (const char *p = letters; *p != '\0'; p = g_utf8_next_char(p))
        if (*p != ' ')
            g_string_append_unichar(packed, g_utf8_get_char(p));
    int score = match_letters(packed->str, label, marks);
    g_string_free(packed, TRUE);
    if (score == 0 && marks != NULL)
        g_array_set_size(marks, 0);
    return score;
}

static gint by_score(gconstpointer a, gconstpointer b)
{
    const struct popup_choice *const *left = a, *const *right = b;
    return (*right)->score - (*left)->score;
}

/* Sorting keeps the order given among equals, so lists stay as they were written. */
static void sort_shown(GPtrArray *shown)
{
    for (guint i = 1; i < shown->len; i++) {
        gpointer moved = shown->pdata[i];
        guint j = i;
        for (; j > 0 && by_score(&shown->pdata[j - 1], &moved) > 0; j--)
            shown->pdata[j] = shown->pdata[j - 1];
        shown->pdata[j] = moved;
    }
}

/* Fills `shown` with the choices that the query leaves, best first. */
static void narrow(const char *query, const GPtrArray *choices, GPtrArray *shown)
{
    g_ptr_array_set_size(shown, 0);
    for (guint i = 0; i < choices->len; i++) {
        struct popup_choice *c = g_ptr_array_index(choices, i);
        if (c->marks == NULL)
            c->marks = g_array_new(FALSE, FALSE, sizeof(struct desk_range));
        c->score = popup_match(query, c->label, c->marks);
        /* A word of what it tells is more than letters scattered over its name, by which "undo" wraps up. */
        if (c->score < WHOLE_SCORE && *query != '\0' && c->detail != NULL &&
            popup_match(query, c->detail, NULL) >= WHOLE_SCORE) {
            c->score = DETAIL_SCORE;
            g_array_set_size(c->marks, 0);
        }
        if (c->score > 0)
            g_ptr_array_add(shown, c);
    }
    if (*query != '\0')
        sort_shown(shown);
}

void popup_narrow(struct popup *popup)
{
    narrow(popup->query != NULL ? editor_text(popup->query) : "", popup->choices, popup->shown);
    popup->cursor = 0;
}

const struct popup_choice *popup_chosen(const struct popup *popup)
{
    bool is_there = popup->cursor >= 0 && (guint)popup->cursor < popup->shown->len;
    return is_there ? g_ptr_array_index(popup->shown, (guint)popup->cursor) : NULL;
}

/* --- forms --- */

struct popup_field *popup_add_field(struct popup *popup, enum popup_field_kind kind, const char *name,
                                    const char *label, const char *text)
{
    struct popup_field *f = g_new0(struct popup_field, 1);
    f->name = g_strdup(name);
    f->label = g_strdup(label);
    f->kind = kind;
    f->choices = g_ptr_array_new_with_free_func(choice_free);
    f->shown = g_ptr_array_new();
    f->choice = -1;
    if (kind != FIELD_CHOICE) {
        f->editor = editor_new(kind == FIELD_LINES ? EDITOR_LINES : EDITOR_ONE_LINE);
        editor_set_text(f->editor, text != NULL ? text : "");
    }
    g_ptr_array_add(popup->fields, f);
    return f;
}

struct popup_choice *popup_field_add_choice(struct popup_field *field, const char *value, const char *label,
                                            const char *detail)
{
    struct popup_choice *c = choice_new(value, label, detail);
    g_ptr_array_add(field->choices, c);
    return c;
}

gint popup_by_label(gconstpointer a, gconstpointer b)
{
    const struct popup_choice *const *left = a, *const *right = b;
    return g_utf8_collate((*left)->label, (*right)->label);
}

void popup_field_narrows(struct popup_field *field)
{
    g_assert(field->kind == FIELD_CHOICE && field->editor == NULL);
    field->editor = editor_new(EDITOR_ONE_LINE);
    narrow("", field->choices, field->shown);
}

static int index_of(const GPtrArray *list, const void *item)
{
    guint at;
    return g_ptr_array_find((GPtrArray *)list, item, &at) ? (int)at : -1;
}

/* Letters taken away again are no opinion: what was chosen before them is chosen. */
void popup_field_narrow(struct popup_field *field)
{
    bool was_narrowed = field->is_narrowed;
    field->is_narrowed = !editor_is_empty(field->editor);
    narrow(editor_text(field->editor), field->choices, field->shown);
    if (!was_narrowed)
        field->rest = field->choice;
    if (field->is_narrowed)
        field->choice = field->shown->len > 0 ? index_of(field->choices, field->shown->pdata[0]) : -1;
    else
        field->choice = field->rest;
}

void popup_field_step(struct popup_field *field, int step)
{
    const GPtrArray *among = field->editor != NULL ? field->shown : field->choices;
    const void *now = field->choice >= 0 ? field->choices->pdata[field->choice] : NULL;
    int count = (int)among->len, at = now != NULL ? index_of(among, now) : -1;
    if (count == 0)
        return;
    at = at >= 0 ? CLAMP(at + step, 0, count - 1) : step < 0 ? count - 1 : 0;
    field->choice = field->rest = index_of(field->choices, among->pdata[at]);
}

struct popup_field *popup_field_of(const struct popup *popup, const char *name)
{
    for (guint i = 0; i < popup->fields->len; i++) {
        struct popup_field *f = g_ptr_array_index(popup->fields, i);
        if (g_str_equal(f->name, name))
            return f;
    }
    return NULL;
}

char *popup_value(const struct popup *popup, const char *name)
{
    const struct popup_field *f = popup_field_of(popup, name);
    if (f == NULL)
        return g_strdup("");
    if (f->kind != FIELD_CHOICE)
        return f->kind == FIELD_SECRET ? g_strdup(editor_text(f->editor))
                                       : g_strstrip(g_strdup(editor_text(f->editor)));
    if (f->choice < 0 || (guint)f->choice >= f->choices->len)
        return g_strdup("");
    const struct popup_choice *c = g_ptr_array_index(f->choices, (guint)f->choice);
    return g_strdup(c->value);
}

void popup_set_problem(struct popup *popup, const char *field, const char *sentence)
{
    struct popup_field *f = field != NULL ? popup_field_of(popup, field) : NULL;
    char **where = f != NULL ? &f->problem : &popup->problem;
    g_free(*where);
    *where = g_strdup(sentence);
}

void popup_ask(struct update *u, const char *name, const char *question, const char *subject,
               popup_finish finish)
{
    struct popup *p = popup_new(POPUP_QUESTION, name, "");
    p->text = g_strdup(question);
    p->subject = g_strdup(subject);
    p->finish = finish;
    popup_push(u, p);
}
