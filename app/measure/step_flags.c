#include "app/measure/step_flags.h"

#include <string.h>

#include "app/measure/intervals.h"
#include "app/measure/step_titles.h"
#include "app/measure/table.h"

/* One step of a script, flagged or only visited. */
struct step {
    struct step_flags_row row; /* owner NULL: never flagged */
    bool has_note;
    GArray *visits_ms; /* of int64_t */
};

/* A contact in a step. */
struct visit {
    char *key; /* of the step */
    int64_t spent_ms;
};

struct step_flags {
    int64_t since_ms, until_ms, position;
    struct intervals *intervals;
    struct step_titles *titles;
    GHashTable *steps;  /* script/step -> struct step *, owned */
    GHashTable *visits; /* contact -> struct visit *, owned: those under way */
};

static void row_release(struct step_flags_row *row)
{
    g_free(row->owner);
    g_free(row->script);
    g_free(row->step);
    g_free(row->title);
    g_free(row->agent);
    g_free(row->note);
}

static void row_free(void *data)
{
    row_release(data);
    g_free(data);
}

static void step_free(void *data)
{
    struct step *step = data;
    row_release(&step->row);
    g_array_unref(step->visits_ms);
    g_free(step);
}

static void visit_free(void *data)
{
    struct visit *visit = data;
    g_free(visit->key);
    g_free(visit);
}

static void take_interval(const struct interval *i, void *user_data)
{
    struct step_flags *f = user_data;
    struct visit *visit = i->step != NULL ? g_hash_table_lookup(f->visits, i->contact) : NULL;
    if (visit != NULL)
        visit->spent_ms += i->duration_ms;
}

struct step_flags *step_flags_new(int64_t since_ms, int64_t until_ms)
{
    struct step_flags *f = g_new0(struct step_flags, 1);
    f->since_ms = since_ms;
    f->until_ms = until_ms;
    f->intervals = intervals_new(take_interval, f);
    f->titles = step_titles_new();
    f->steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, step_free);
    f->visits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, visit_free);
    return f;
}

void step_flags_free(struct step_flags *f)
{
    if (f == NULL)
        return;
    intervals_free(f->intervals);
    step_titles_free(f->titles);
    g_hash_table_unref(f->steps);
    g_hash_table_unref(f->visits);
    g_free(f);
}

/* The step that an event is about, made where it is new; NULL: it names none, or is outside of the window. */
static struct step *step_of(struct step_flags *f, const struct event *ev)
{
    const char *script = event_text(ev, "script"), *name = event_text(ev, "step");
    if (script == NULL || name == NULL || ev->at_ms < f->since_ms || ev->at_ms >= f->until_ms)
        return NULL;
    g_autofree char *key = step_titles_key(script, name);
    struct step *step = g_hash_table_lookup(f->steps, key);
    if (step == NULL) {
        step = g_new0(struct step, 1);
        step->row.script = g_strdup(script);
        step->row.step = g_strdup(name);
        step->visits_ms = g_array_new(FALSE, FALSE, sizeof(int64_t));
        g_hash_table_insert(f->steps, g_steal_pointer(&key), step);
    }
    return step;
}

static void set_text(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value != NULL ? value : "");
}

/* --- what is folded --- */

static void enter(struct step_flags *f, const struct event *ev)
{
    struct step *step = step_of(f, ev);
    g_hash_table_remove(f->visits, ev->contact);
    if (step == NULL)
        return;
    step->row.target_ms = event_number(ev, "target_ms", 0);
    struct visit *visit = g_new0(struct visit, 1);
    visit->key = step_titles_key(step->row.script, step->row.step);
    g_hash_table_insert(f->visits, g_strdup(ev->contact), visit);
}

/* What was passed by of itself was not visited. */
static void leave(struct step_flags *f, const struct event *ev)
{
    if (event_flag(ev, "automatic"))
        return;
    const struct visit *visit = g_hash_table_lookup(f->visits, ev->contact);
    struct step *step = visit != NULL ? g_hash_table_lookup(f->steps, visit->key) : NULL;
    if (step != NULL)
        g_array_append_val(step->visits_ms, visit->spent_ms);
    g_hash_table_remove(f->visits, ev->contact);
}

static void flag(struct step_flags *f, const struct event *ev)
{
    struct step *step = step_of(f, ev);
    if (step == NULL)
        return;
    struct step_flags_row *row = &step->row;
    const char *what = event_text(ev, "what"), *note = event_text(ev, "note");
    int64_t *count = g_strcmp0(what, "wrong") == 0  ? &row->wrong
                     : g_strcmp0(what, "slow") == 0 ? &row->slow
                                                    : &row->other;
    (*count)++;
    set_text(&row->owner, event_text(ev, "owner"));
    if (step_titles_of(f->titles, row->script, row->step) == NULL)
        step_titles_put(f->titles, row->script, row->step, event_text(ev, "title"));
    row->version = event_number(ev, "version", 0);
    row->last_ms = ev->at_ms;
    bool is_said = note != NULL && *note != '\0';
    if (!is_said && step->has_note)
        return;
    set_text(&row->agent, ev->actor);
    set_text(&row->note, note);
    step->has_note |= is_said;
}

void step_flags_fold(struct step_flags *f, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= f->position)
        return;
    f->position = MAX(f->position, ev->position);
    intervals_fold(f->intervals, ev);
    step_titles_fold(f->titles, ev);
    if (ev->kind == EVENT_STEP_FLAGGED)
        flag(f, ev);
    else if (ev->contact == NULL)
        return;
    else if (ev->kind == EVENT_STEP_ENTERED)
        enter(f, ev);
    else if (ev->kind == EVENT_STEP_LEFT || ev->kind == EVENT_STEP_SKIPPED)
        leave(f, ev);
    else if (ev->kind == EVENT_CONTACT_CLOSED)
        g_hash_table_remove(f->visits, ev->contact);
}

/* --- rows --- */

static gint compare_ms(gconstpointer a, gconstpointer b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static int64_t median_of(GArray *visits_ms)
{
    guint count = visits_ms->len;
    if (count == 0)
        return 0;
    g_array_sort(visits_ms, compare_ms);
    int64_t upper = g_array_index(visits_ms, int64_t, count / 2);
    return count % 2 == 1 ? upper : (g_array_index(visits_ms, int64_t, count / 2 - 1) + upper) / 2;
}

static struct step_flags_row *finished(const struct step_flags *f, const struct step *step)
{
    const struct step_flags_row *from = &step->row;
    const char *title = step_titles_of(f->titles, from->script, from->step);
    struct step_flags_row *row = g_memdup2(from, sizeof *from);
    row->owner = g_strdup(from->owner);
    row->script = g_strdup(from->script);
    row->step = g_strdup(from->step);
    row->title = g_strdup(title != NULL ? title : "");
    row->agent = g_strdup(from->agent);
    row->note = g_strdup(from->note);
    row->visits = step->visits_ms->len;
    row->median_ms = median_of(step->visits_ms);
    return row;
}

static gint compare_rows(gconstpointer one, gconstpointer other)
{
    const struct step_flags_row *a = *(const struct step_flags_row *const *)one;
    const struct step_flags_row *b = *(const struct step_flags_row *const *)other;
    int64_t a_count = a->wrong + a->slow + a->other, b_count = b->wrong + b->slow + b->other;
    int order = strcmp(a->owner, b->owner);
    if (order == 0 && a_count != b_count)
        return a_count > b_count ? -1 : 1;
    order = order != 0 ? order : strcmp(a->script, b->script);
    return order != 0 ? order : strcmp(a->step, b->step);
}

GPtrArray *step_flags_rows(const struct step_flags *f)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, f->steps);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        if (((const struct step *)value)->row.owner != NULL)
            g_ptr_array_add(rows, finished(f, value));
    }
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static const struct table_column columns[] = {
    {"owner", "owner", TABLE_TEXT},
    {"script", "script", TABLE_TEXT},
    {"v", "version", TABLE_COUNT},
    {"step", "step", TABLE_TEXT},
    {"title", "title", TABLE_TEXT},
    {"wrong", "wrong", TABLE_COUNT},
    {"slow", "slow", TABLE_COUNT},
    {"other", "other", TABLE_COUNT},
    {"visits", "visits", TABLE_COUNT},
    {"median", "median_ms", TABLE_DURATION},
    {"target", "target_ms", TABLE_DURATION},
    {"last", "last_at", TABLE_DATE},
    {"by", "agent", TABLE_TEXT},
    {"what is said", "note", TABLE_TEXT},
};

static struct table *table_of(const GPtrArray *rows)
{
    struct table *t = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < rows->len; i++) {
        const struct step_flags_row *row = g_ptr_array_index(rows, i);
        table_add_text(t, row->owner);
        table_add_text(t, row->script);
        table_add_number(t, row->version);
        table_add_text(t, row->step);
        table_add_text(t, row->title);
        table_add_number(t, row->wrong);
        table_add_number(t, row->slow);
        table_add_number(t, row->other);
        table_add_number(t, row->visits);
        table_add_number(t, row->visits > 0 ? row->median_ms : TABLE_UNKNOWN);
        table_add_number(t, row->target_ms > 0 ? row->target_ms : TABLE_UNKNOWN);
        table_add_number(t, row->last_ms);
        table_add_text(t, row->agent);
        table_add_text(t, row->note);
    }
    return t;
}

char *step_flags_rows_to_text(const GPtrArray *rows, size_t cols)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_text_within(t, cols);
}

char *step_flags_rows_to_tsv(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_tsv(t);
}

cJSON *step_flags_rows_to_cjson(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_cjson(t);
}
