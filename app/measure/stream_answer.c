/* The value stream shown: bars by class, the rows, the ten biggest savings, folded stacks. */
#include <math.h>
#include <string.h>

#include "app/measure/stream_parts.h"

#define BAR_COLS    24
#define PEOPLE_ROWS 20

/* A bar of eighths of a column. Caller owns. */
static char *bar_of(int64_t part, int64_t whole)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int64_t units = whole > 0 ? part * BAR_COLS * 8 / whole : 0;
    GString *bar = g_string_new(NULL);
    for (int64_t i = 0; i < units / 8; i++)
        g_string_append(bar, "█");
    g_string_append(bar, eighths[units % 8]);
    return g_string_free(bar, false);
}

static int compare_places(gconstpointer one, gconstpointer other)
{
    const struct place *a = *(const struct place *const *)one, *b = *(const struct place *const *)other;
    if (a->total_ms != b->total_ms)
        return a->total_ms > b->total_ms ? -1 : 1;
    int order = g_strcmp0(a->script, b->script);
    return order != 0 ? order : g_strcmp0(a->step, b->step);
}

static GPtrArray *places_of(const struct stream *s)
{
    GPtrArray *places = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, s->places);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(places, value);
    g_ptr_array_sort(places, compare_places);
    return places;
}

static double share_of(int64_t part, int64_t whole)
{
    return whole == 0 ? -1 : 100.0 * (double)part / (double)whole;
}

/* NAN where it is nobody's time who is paid for it, or no rate says how much. */
static double known_cost(const struct stream *s, bool of_customers, double cost)
{
    return of_customers || !rates_any(&s->rates) ? NAN : cost;
}

/* --- by class --- */

enum part {
    PART_VALUE,
    PART_REQUIRED,
    PART_WASTE,
    PART_NO_STEP,
    PART_ACW,
    PART_HOLD,
    PART_QUEUE, /* from here on nobody has the contact: the customer's time alone */
    PART_OFFER,
    PART_PARKED,
    PART_COUNT
};

static const char *const parts[PART_COUNT] = {
    [PART_VALUE] = "value",          [PART_REQUIRED] = "required",      [PART_WASTE] = "waste",
    [PART_NO_STEP] = "no step",      [PART_ACW] = "after-contact work", [PART_HOLD] = "waiting: hold",
    [PART_QUEUE] = "waiting: queue", [PART_OFFER] = "waiting: offer",   [PART_PARKED] = "waiting: parked",
};

static enum part part_of(const struct place *place)
{
    if (place->is_wait)
        return strcmp(place->step, "queue") == 0   ? PART_QUEUE
               : strcmp(place->step, "offer") == 0 ? PART_OFFER
                                                   : PART_PARKED;
    if (strcmp(place->class, "no step") == 0)
        return PART_NO_STEP;
    if (strcmp(place->class, "acw") == 0)
        return PART_ACW;
    if (strcmp(place->class, "waste") == 0)
        return strcmp(place->step, "on hold") == 0 ? PART_HOLD : PART_WASTE;
    return strcmp(place->class, "required") == 0 ? PART_REQUIRED : PART_VALUE;
}

static const struct table_column class_columns[] = {{"class", "class", TABLE_TEXT},
                                                    {"in all", "total_ms", TABLE_DURATION},
                                                    {"share", "share_percent", TABLE_PERCENT},
                                                    {"cost", "cost_minor", TABLE_MONEY},
                                                    {"", "bar", TABLE_TEXT}};
/* Programs draw their own bars. */
static const size_t class_columns_for_programs = G_N_ELEMENTS(class_columns) - 1;

static void add_classes(struct report *r, const struct stream *s, const GPtrArray *places)
{
    double costs[PART_COUNT] = {0};
    int64_t sums[PART_COUNT] = {0}, all_ms = 0, most_ms[2] = {0};
    for (guint i = 0; i < places->len; i++) {
        const struct place *place = g_ptr_array_index(places, i);
        sums[part_of(place)] += place->total_ms;
        costs[part_of(place)] += place->cost;
        all_ms += place->total_ms;
    }
    struct table *people =
        report_add_table(r, "people", REPORT_FOR_PEOPLE, class_columns, G_N_ELEMENTS(class_columns));
    struct table *programs =
        report_add_table(r, "classes", REPORT_FOR_PROGRAMS, class_columns, class_columns_for_programs);
    for (int i = 0; i < PART_COUNT; i++)
        most_ms[i >= PART_QUEUE] = MAX(most_ms[i >= PART_QUEUE], sums[i]);
    for (int i = 0; i < PART_COUNT; i++) {
        g_autofree char *bar = bar_of(sums[i], most_ms[i >= PART_QUEUE]);
        struct table *both[] = {people, programs};
        for (int k = 0; k < 2; k++) {
            table_add_text(both[k], parts[i]);
            table_add_number(both[k], sums[i]);
            table_add_real(both[k], share_of(sums[i], all_ms));
            table_add_real(both[k], known_cost(s, i >= PART_QUEUE, costs[i]));
        }
        table_add_text(people, bar);
    }
}

/* --- the rows --- */

static const struct table_column row_columns[] = {{"script", "script", TABLE_TEXT},
                                                  {"step", "step", TABLE_TEXT},
                                                  {"title", "title", TABLE_TEXT},
                                                  {"class", "class", TABLE_TEXT},
                                                  {"waste", "waste", TABLE_TEXT},
                                                  {"entered", "entered", TABLE_COUNT},
                                                  {"again", "again", TABLE_COUNT},
                                                  {"mean", "mean_ms", TABLE_DURATION},
                                                  {"target", "target_ms", TABLE_DURATION},
                                                  {"in all", "total_ms", TABLE_DURATION},
                                                  {"share", "share_percent", TABLE_PERCENT},
                                                  {"cost", "cost_minor", TABLE_MONEY},
                                                  {"", "bar", TABLE_TEXT}};
static const size_t row_columns_for_programs = G_N_ELEMENTS(row_columns) - 1;
static const char *const row_spare[] = {"bar",     "step",  "again",      "target_ms", "waste",
                                        "entered", "class", "cost_minor", NULL};

/* NULL: what is no step has none. */
static const char *title_of(const struct stream *s, const struct place *place)
{
    return step_titles_of(s->titles, place->script, place->step);
}

/* Only steps are entered, and not all have a target. */
static void add_row(struct table *t, const struct stream *s, const struct place *place, const char *title,
                    int64_t all_ms)
{
    bool is_step = place->entered > 0;
    table_add_text(t, place->script != NULL ? place->script : "-");
    table_add_text(t, place->step);
    table_add_text(t, title);
    table_add_text(t, place->class);
    table_add_text(t, place->waste);
    table_add_number(t, is_step ? place->entered : TABLE_UNKNOWN);
    table_add_number(t, is_step ? place->again : TABLE_UNKNOWN);
    table_add_number(t, is_step ? place->total_ms / place->entered : TABLE_UNKNOWN);
    table_add_number(t, place->target_ms > 0 ? place->target_ms : TABLE_UNKNOWN);
    table_add_number(t, place->total_ms);
    table_add_real(t, share_of(place->total_ms, all_ms));
    table_add_real(t, known_cost(s, place->is_wait, place->cost));
}

/* Programs get all; people the longest of what agents do, since a night in the queue dwarfs it. */
static void add_rows(struct report *r, const struct stream *s, struct table *programs,
                     const GPtrArray *places)
{
    int64_t all_ms = 0, agents_ms = 0, most_ms = 0;
    guint shown = 0, left = 0;
    for (guint i = 0; i < places->len; i++) {
        const struct place *place = g_ptr_array_index(places, i);
        all_ms += place->total_ms;
        agents_ms += place->is_wait ? 0 : place->total_ms;
        most_ms = MAX(most_ms, place->is_wait ? 0 : place->total_ms);
    }
    struct table *people =
        report_add_table(r, "people", REPORT_FOR_PEOPLE, row_columns, G_N_ELEMENTS(row_columns));
    table_may_lack(people, row_spare);
    for (guint i = 0; i < places->len; i++) {
        const struct place *place = g_ptr_array_index(places, i);
        const char *title = title_of(s, place);
        add_row(programs, s, place, title, all_ms);
        if (place->is_wait || shown == PEOPLE_ROWS) {
            left += !place->is_wait;
            continue;
        }
        g_autofree char *bar = bar_of(place->total_ms, most_ms);
        /* Where the ids have no room, what has no title stands under its own name. */
        add_row(people, s, place, title != NULL ? title : place->step, agents_ms);
        table_add_text(people, bar);
        shown++;
    }
    report_draw(
        r, "Shares by class are of lead time, by step of handle time. Hold and after-contact work stand in "
           "rows\nof their own, so a step may have less here than in report step-times.");
    if (left > 0)
        report_draw(r, "These are the longest rows; --tsv and --json give all.");
}

/* --- savings --- */

struct saving {
    const char *kind;
    char *where;
    const char *title; /* of the step; NULL: it is none */
    bool of_customers;
    int64_t count, ms;
    double cost;
};

static void saving_free(void *data)
{
    struct saving *saving = data;
    g_free(saving->where);
    g_free(saving);
}

/* Takes where. */
static void add_saving(GPtrArray *savings, struct saving saving)
{
    if (saving.ms > 0)
        g_ptr_array_add(savings, g_memdup2(&saving, sizeof saving));
    else
        g_free(saving.where);
}

static char *where_of(const struct place *place)
{
    return place->script == NULL ? g_strdup(place->step) : step_titles_key(place->script, place->step);
}

static void add_savings_of_place(GPtrArray *savings, const struct stream *s, const struct place *place)
{
    if (place->step == NULL)
        return;
    const char *title = title_of(s, place);
    if (place->is_wait || part_of(place) == PART_HOLD || part_of(place) == PART_WASTE) {
        add_saving(savings,
                   (struct saving){place->waste != NULL ? place->waste : "waste", where_of(place), title,
                                   place->is_wait, place->entered, place->total_ms, place->cost});
        return;
    }
    int64_t beyond_ms = place->total_ms - place->entered * place->target_ms;
    if (place->target_ms > 0 && beyond_ms > 0)
        add_saving(savings,
                   (struct saving){"beyond target", where_of(place), title, false, place->entered, beyond_ms,
                                   place->cost * (double)beyond_ms / (double)place->total_ms});
    add_saving(savings, (struct saving){"rework", where_of(place), title, false, place->again,
                                        place->again_ms, place->again_cost});
    add_saving(savings,
               (struct saving){"re-verification", where_of(place), title, false, place->verified_again,
                               place->verified_again_ms, place->verified_again_cost});
    if (place->answers > 0)
        add_saving(savings,
                   (struct saving){"re-entry", where_of(place), title, false, place->typed_again,
                                   place->total_ms * place->typed_again / place->answers,
                                   place->cost * (double)place->typed_again / (double)place->answers});
}

static int compare_savings(gconstpointer one, gconstpointer other)
{
    const struct saving *a = *(const struct saving *const *)one, *b = *(const struct saving *const *)other;
    if (a->of_customers != b->of_customers)
        return a->of_customers ? 1 : -1;
    if (a->ms != b->ms)
        return a->ms > b->ms ? -1 : 1;
    int order = strcmp(a->kind, b->kind);
    return order != 0 ? order : strcmp(a->where, b->where);
}

static const struct table_column kind_columns[] = {{"agents' time, by kind", "kind", TABLE_TEXT},
                                                   {"times", "count", TABLE_COUNT},
                                                   {"in all", "total_ms", TABLE_DURATION},
                                                   {"cost", "cost_minor", TABLE_MONEY}};
static const struct table_column saving_columns[] = {{"saving", "kind", TABLE_TEXT},
                                                     {"where", "where", TABLE_TEXT},
                                                     {"title", "title", TABLE_TEXT},
                                                     {"whose time", "whose", TABLE_TEXT},
                                                     {"times", "count", TABLE_COUNT},
                                                     {"in all", "total_ms", TABLE_DURATION},
                                                     {"a contact", "a_contact_ms", TABLE_DURATION},
                                                     {"cost", "cost_minor", TABLE_MONEY}};

static const char *const saving_spare[] = {"a_contact_ms", "title", "cost_minor", "count", NULL};

/* All of a kind together: rework in forty steps is none of the ten largest rows, and may be the largest kind.
 */
static void add_kinds(struct report *r, const struct stream *s, const GPtrArray *savings)
{
    g_autoptr(GHashTable) sums = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, saving_free);
    for (guint i = 0; i < savings->len; i++) {
        const struct saving *saving = g_ptr_array_index(savings, i);
        struct saving *sum = g_hash_table_lookup(sums, saving->kind);
        if (saving->of_customers)
            continue;
        if (sum == NULL) {
            sum = g_new0(struct saving, 1);
            sum->kind = saving->kind;
            sum->where = g_strdup("");
            g_hash_table_insert(sums, (gpointer)sum->kind, sum);
        }
        sum->count += saving->count;
        sum->ms += saving->ms;
        sum->cost += saving->cost;
    }
    g_autoptr(GPtrArray) kinds = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, sums);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(kinds, value);
    g_ptr_array_sort(kinds, compare_savings);
    struct table *t = report_add_table(r, "kinds", REPORT_FOR_ALL, kind_columns, G_N_ELEMENTS(kind_columns));
    for (guint i = 0; i < kinds->len; i++) {
        const struct saving *kind = g_ptr_array_index(kinds, i);
        table_add_text(t, kind->kind);
        table_add_number(t, kind->count);
        table_add_number(t, kind->ms);
        table_add_real(t, known_cost(s, false, kind->cost));
    }
}

static const struct table_column approval_columns[] = {{"approvals: script", "script", TABLE_TEXT},
                                                       {"step", "step", TABLE_TEXT},
                                                       {"title", "title", TABLE_TEXT},
                                                       {"asked", "asked", TABLE_COUNT},
                                                       {"by rule", "by_rule", TABLE_COUNT},
                                                       {"granted", "granted", TABLE_COUNT},
                                                       {"refused", "refused", TABLE_COUNT},
                                                       {"ran out", "expired", TABLE_COUNT},
                                                       {"taken back", "withdrawn", TABLE_COUNT},
                                                       {"mean wait", "mean_ms", TABLE_DURATION},
                                                       {"waited", "total_ms", TABLE_DURATION}};

static const char *const approval_spare[] = {"withdrawn", "expired", "title", "by_rule", "refused", NULL};

static int compare_approvals(gconstpointer one, gconstpointer other)
{
    const struct approvals_sum *a = *(const struct approvals_sum *const *)one,
                               *b = *(const struct approvals_sum *const *)other;
    if (a->wait_ms != b->wait_ms)
        return a->wait_ms > b->wait_ms ? -1 : 1;
    int order = strcmp(a->script, b->script);
    return order != 0 ? order : strcmp(a->step, b->step);
}

/* The longest waited for first. Caller owns. */
static GPtrArray *approvals_of(const struct stream *s)
{
    GPtrArray *sums = g_ptr_array_new();
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, s->approvals);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(sums, value);
    g_ptr_array_sort(sums, compare_approvals);
    return sums;
}

static void add_approvals(struct report *r, const struct stream *s, const GPtrArray *sums)
{
    if (sums->len == 0)
        return;
    struct table *t =
        report_add_table(r, "approvals", REPORT_FOR_ALL, approval_columns, G_N_ELEMENTS(approval_columns));
    table_may_lack(t, approval_spare);
    for (guint i = 0; i < sums->len; i++) {
        const struct approvals_sum *sum = g_ptr_array_index(sums, i);
        table_add_text(t, sum->script);
        table_add_text(t, sum->step);
        table_add_text(t, step_titles_of(s->titles, sum->script, sum->step));
        table_add_number(t, sum->asked);
        table_add_number(t, sum->by_rule);
        for (int outcome = APPROVAL_GRANTED; outcome < APPROVAL_STATE_COUNT; outcome++)
            table_add_number(t, sum->outcomes[outcome]);
        table_add_number(t, sum->wait_ms / sum->asked);
        table_add_number(t, sum->wait_ms);
    }
}

static void add_savings_of_approvals(GPtrArray *savings, const struct stream *s, const GPtrArray *sums)
{
    for (guint i = 0; i < sums->len; i++) {
        const struct approvals_sum *sum = g_ptr_array_index(sums, i);
        add_saving(savings, (struct saving){"approval", step_titles_key(sum->script, sum->step),
                                            step_titles_of(s->titles, sum->script, sum->step), true,
                                            sum->asked, sum->wait_ms, 0});
    }
}

static void add_savings(struct report *r, const struct stream *s, const GPtrArray *places)
{
    g_autoptr(GPtrArray) savings = g_ptr_array_new_with_free_func(saving_free);
    for (guint i = 0; i < places->len; i++)
        add_savings_of_place(savings, s, g_ptr_array_index(places, i));
    g_autoptr(GPtrArray) approvals = approvals_of(s);
    add_savings_of_approvals(savings, s, approvals);
    add_saving(savings, (struct saving){"handover", g_strdup("until work goes on"), NULL, false, s->handovers,
                                        s->handover_ms, s->handover_cost});
    g_ptr_array_sort(savings, compare_savings);
    if (savings->len > 0)
        report_draw(r, "Where most could be saved (the rows overlap and do not add up):");
    struct table *t =
        report_add_table(r, "savings", REPORT_FOR_ALL, saving_columns, G_N_ELEMENTS(saving_columns));
    table_may_lack(t, saving_spare);
    for (guint i = 0; i < savings->len; i++) {
        const struct saving *saving = g_ptr_array_index(savings, i);
        if (i >= STREAM_SAVINGS_MAX && !saving->of_customers)
            continue;
        table_add_text(t, saving->kind);
        table_add_text(t, saving->where);
        table_add_text(t, saving->title);
        table_add_text(t, saving->of_customers ? "customers" : "agents");
        table_add_number(t, saving->count);
        table_add_number(t, saving->ms);
        table_add_number(t, s->contacts > 0 ? saving->ms / s->contacts : 0);
        table_add_real(t, known_cost(s, saving->of_customers, saving->cost));
    }
    add_kinds(r, s, savings);
    add_approvals(r, s, approvals);
}

/* --- folded stacks --- */

/* A frame must not part the stack. */
static void append_frame(GString *lines, const char *frame)
{
    g_autofree char *plain = g_strdelimit(g_strdup(frame), ";\n", ',');
    g_string_append_printf(lines, ";%s", plain);
}

static void add_folded(struct report *r, const GPtrArray *places)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    for (guint i = 0; i < places->len; i++) {
        const struct place *place = g_ptr_array_index(places, i);
        if (place->total_ms == 0 || place->step == NULL)
            continue;
        g_string_append(lines, "contact");
        append_frame(lines, place->is_wait ? "waiting" : place->class);
        if (place->waste != NULL && !place->is_wait)
            append_frame(lines, place->waste);
        if (place->script != NULL)
            append_frame(lines, place->script);
        append_frame(lines, place->step);
        g_string_append_printf(lines, " %" G_GINT64_FORMAT "\n", place->total_ms);
    }
    report_add_lines(r, "folded", lines->str);
}

/* --- all --- */

static const char *const formulas[][2] = {
    {"lead time", "waiting in queue, on offer and parked + handle time, from arrival to the end"},
    {"class", "handle time within steps of the class, hold and after-contact work apart"},
    {"beyond target", "time in a step - times entered * its target"},
    {"rework", "time in a step from the second time on that it is entered in a contact"},
    {"re-verification", "time in steps in which a customer was verified who was already in this contact"},
    {"re-entry", "time in a step * values typed that the field had already / values answered"},
    {"approval",
     "from approval.requested until it is decided, runs out, is taken back, or its contact is over"},
    {"cost", "focus time * the rate an hour of the contact's channel, where the settings have one"},
    {"handover", "time of a leg after a hand-over until its first step or message"},
};

struct report *stream_answer(const struct stream *s)
{
    struct report *r = report_new();
    g_autoptr(GPtrArray) places = places_of(s);
    struct table *programs = /* first, so that TSV has it */
        report_add_table(r, "rows", REPORT_FOR_PROGRAMS, row_columns, row_columns_for_programs);
    add_classes(r, s, places);
    add_rows(r, s, programs, places);
    add_savings(r, s, places);
    report_say(r,
               "%" G_GINT64_FORMAT " contacts arrived; customers were verified again %" G_GINT64_FORMAT
               " times; %" G_GINT64_FORMAT " hand-overs.",
               s->contacts, s->verified_again, s->handovers);
    if (rates_any(&s->rates))
        report_say(r, "Costs are agents' focus time by the channels' rates%s%s.",
                   *s->rates.currency != '\0' ? ", in " : "", s->rates.currency);
    add_folded(r, places);
    for (size_t i = 0; i < G_N_ELEMENTS(formulas); i++)
        report_add_formula(r, formulas[i][0], formulas[i][1]);
    return r;
}
