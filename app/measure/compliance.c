#include "app/measure/compliance.h"

#include <string.h>

#include "app/measure/book.h"

/* One step within a run. */
struct run_step {
    char *id;
    bool required, skipped;
    int done; /* as the how-manieth it was first done; 0: not */
};

struct run {
    char *contact, *agent, *script;
    int64_t version;
    GHashTable *by_id; /* id -> struct run_step *, borrowed from steps */
    GPtrArray *steps;  /* struct run_step *, owned, as first entered */
    int done;
    char *last; /* step entered last */
    bool customer_left;
};

struct compliance {
    GHashTable *demands; /* script, version, end -> char ** of steps, owned */
    GHashTable *runs;    /* contact -> struct run *, owned */
    struct book *book;
    int64_t position;
    compliance_sink sink;
    void *user_data;
};

static void run_step_free(void *data)
{
    struct run_step *step = data;
    g_free(step->id);
    g_free(step);
}

static void run_free(void *data)
{
    struct run *run = data;
    g_free(run->contact);
    g_free(run->agent);
    g_free(run->script);
    g_free(run->last);
    g_hash_table_unref(run->by_id);
    g_ptr_array_unref(run->steps);
    g_free(run);
}

struct compliance *compliance_new(compliance_sink sink, void *user_data)
{
    struct compliance *c = g_new0(struct compliance, 1);
    c->demands = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
    c->runs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, run_free);
    c->book = book_new();
    c->sink = sink;
    c->user_data = user_data;
    return c;
}

void compliance_free(struct compliance *c)
{
    if (c == NULL)
        return;
    g_hash_table_unref(c->demands);
    g_hash_table_unref(c->runs);
    book_free(c->book);
    g_free(c);
}

static char *demand_key(const char *script, int64_t version, const char *end)
{
    return g_strdup_printf("%s\n%" G_GINT64_FORMAT "\n%s", script, version, end == NULL ? "" : end);
}

void compliance_demand(struct compliance *c, const char *script, int64_t version, const char *end,
                       const char *const *steps)
{
    g_hash_table_replace(c->demands, demand_key(script, version, end), g_strdupv((char **)steps));
}

/* --- a run --- */

static struct run_step *step_of(struct run *run, const char *id)
{
    struct run_step *step = g_hash_table_lookup(run->by_id, id);
    if (step == NULL) {
        step = g_new0(struct run_step, 1);
        step->id = g_strdup(id);
        g_ptr_array_add(run->steps, step);
        g_hash_table_insert(run->by_id, step->id, step);
    }
    return step;
}

static void begin(struct compliance *c, const struct event *ev)
{
    const char *script = event_text(ev, "script");
    struct run *run = g_new0(struct run, 1);
    run->contact = g_strdup(ev->contact);
    run->agent = g_strdup(ev->actor);
    run->script = g_strdup(script == NULL ? "" : script);
    run->version = event_number(ev, "version", 0);
    run->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    run->steps = g_ptr_array_new_with_free_func(run_step_free);
    g_hash_table_insert(c->runs, run->contact, run);
}

static void require(struct compliance_run *out, const struct run_step *step, const char *id, int *last_done)
{
    out->demanded++;
    if (step != NULL && step->done > 0) {
        out->in_order = out->in_order && step->done > *last_done;
        *last_done = step->done;
        return;
    }
    out->skipped += step != NULL && step->skipped;
    out->missing += step == NULL || !step->skipped;
    out->first_missed = out->first_missed == NULL ? id : out->first_missed;
}

static void judge(const struct compliance *c, const struct run *run, struct compliance_run *out)
{
    g_autofree char *key = demand_key(run->script, run->version, out->finished ? run->last : NULL);
    char **demanded = g_hash_table_lookup(c->demands, key);
    int last_done = 0;
    for (size_t i = 0; demanded != NULL && demanded[i] != NULL; i++)
        require(out, g_hash_table_lookup(run->by_id, demanded[i]), demanded[i], &last_done);
    for (guint i = 0; demanded == NULL && i < run->steps->len; i++) {
        const struct run_step *step = g_ptr_array_index(run->steps, i);
        last_done = 0; /* the order of a version that is gone is not known */
        if (step->required)
            require(out, step, step->id, &last_done);
    }
    bool is_known = (demanded != NULL || out->finished || out->skipped > 0) && !run->customer_left;
    bool is_good = out->skipped == 0 && out->missing == 0 && out->in_order;
    out->verdict = !is_known ? COMPLIANCE_UNKNOWN : is_good ? COMPLIANCE_YES : COMPLIANCE_NO;
}

static void end(struct compliance *c, struct run *run, const struct event *ev, bool finished)
{
    const struct book_entry *entry = book_find(c->book, run->contact);
    struct compliance_run out = {.contact = run->contact,
                                 .agent = run->agent,
                                 .queue = entry != NULL ? entry->queue : NULL,
                                 .script = run->script,
                                 .version = run->version,
                                 .end_ms = ev->at_ms,
                                 .finished = finished,
                                 .in_order = true};
    run->customer_left = run->customer_left && !finished;
    judge(c, run, &out);
    c->sink(&out, c->user_data);
    g_hash_table_remove(c->runs, run->contact);
}

static void start(struct compliance *c, struct run *run, const struct event *ev)
{
    if (run != NULL && g_strcmp0(run->script, event_text(ev, "script")) == 0 &&
        run->version == event_number(ev, "version", 0))
        return; /* goes on after a hand-over */
    if (run != NULL)
        end(c, run, ev, false);
    begin(c, ev);
}

static void enter(struct run *run, const struct event *ev)
{
    const char *id = event_text(ev, "step");
    if (id == NULL)
        return;
    struct run_step *step = step_of(run, id);
    step->required = g_strcmp0(event_text(ev, "class"), "required") == 0;
    g_free(run->last);
    run->last = g_strdup(id);
    g_free(run->agent);
    run->agent = g_strdup(ev->actor);
}

static void leave(struct run *run, const struct event *ev)
{
    const char *id = event_text(ev, "step");
    struct run_step *step = id == NULL ? NULL : step_of(run, id);
    if (step == NULL || event_goes_back(ev))
        return;
    /* One passed by of itself is done: the customer is verified, the approval granted. */
    step->skipped = ev->kind == EVENT_STEP_SKIPPED && !event_flag(ev, "automatic");
    if (!step->skipped && step->done == 0)
        step->done = ++run->done;
}

/* One that was switched for another or left had no end, whatever step it stood at. */
static bool reached_end(const struct event *ev)
{
    const char *outcome = event_text(ev, "outcome");
    return g_strcmp0(outcome, "switched") != 0 && g_strcmp0(outcome, "left") != 0;
}

static void fold_run(struct compliance *c, struct run *run, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_STEP_ENTERED:
        enter(run, ev);
        break;
    case EVENT_STEP_LEFT:
    case EVENT_STEP_SKIPPED:
        leave(run, ev);
        break;
    case EVENT_CONTACT_CUSTOMER_LEFT:
        run->customer_left = true;
        break;
    case EVENT_CONTACT_ABANDONED:
        run->customer_left = true;
        end(c, run, ev, false);
        break;
    case EVENT_SCRIPT_FINISHED:
        end(c, run, ev, reached_end(ev));
        break;
    case EVENT_SCRIPT_LEFT:
    case EVENT_CONTACT_CLOSED:
        end(c, run, ev, false);
        break;
    default:
        break;
    }
}

void compliance_fold(struct compliance *c, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= c->position)
        return;
    c->position = MAX(c->position, ev->position);
    if (ev->contact == NULL)
        return;
    book_fold(c->book, ev);
    struct run *run = g_hash_table_lookup(c->runs, ev->contact);
    if (ev->kind == EVENT_SCRIPT_STARTED)
        start(c, run, ev);
    else if (run != NULL)
        fold_run(c, run, ev);
    if (ev->kind == EVENT_CONTACT_CLOSED || ev->kind == EVENT_CONTACT_ABANDONED)
        book_forget(c->book, ev->contact);
}
