/* Past contacts walked again; see the header. */
#include "app/script/replay.h"

#include <string.h>

#include "app/model/timestamp.h"
#include "app/script/replay_orders.h"
#include "app/script/walk.h"

#define STEPS_MAX 400 /* of one walk */
#define ROWS_MAX  10  /* of each table */

/* A value as it was answered, or what came of a step; in the order of time. */
struct said {
    const char *name; /* field or step: interned by the replay */
    char *text;       /* value or result; NULL for a step without a result */
    const char *to;   /* of a step: where it led; interned, may be NULL */
    int64_t spent_ms; /* of a step */
    bool skipped;     /* a step that was, by the agent */
};

struct past {
    GArray *facts;   /* of struct said: names of facts */
    GArray *answers; /* of struct said */
    GArray *steps;   /* of struct said: every time that one was left */
    GArray *way;     /* of const char *: the way that counted */
    bool verified, finished;
    int64_t total_ms;
    int64_t started_ms; /* of the script; 0: it was not */
    int64_t entered_ms; /* when the step that was entered last was */
};

struct replay {
    struct script *script;
    struct replay_orders *orders;
    GHashTable *contacts; /* id -> struct past */
    GPtrArray *order;     /* of struct past, as they began */
    GStringChunk *words;
    GHashTable *means; /* step -> struct mean */
    GHashTable *versions;
    int64_t position, first_ms, last_ms;
    /* of the last run */
    GHashTable *stuck; /* "step\twhy" -> count */
    GHashTable *ways;  /* "after\tthen\tnow" -> count */
    struct replay_counts counts;
};

struct mean {
    int64_t total_ms, count;
};

static void said_release(gpointer data)
{
    g_free(((struct said *)data)->text);
}

static GArray *new_said(void)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(struct said));
    g_array_set_clear_func(array, said_release);
    return array;
}

static void past_free(gpointer data)
{
    struct past *past = data;
    g_array_unref(past->facts);
    g_array_unref(past->answers);
    g_array_unref(past->steps);
    g_array_unref(past->way);
    g_free(past);
}

static GHashTable *new_counts(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

struct replay *replay_new(struct script *script)
{
    struct replay *replay = g_new0(struct replay, 1);
    replay->script = script_ref(script);
    replay->orders = replay_orders_new();
    replay->contacts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, past_free);
    replay->order = g_ptr_array_new();
    replay->words = g_string_chunk_new(4096);
    replay->means = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    replay->versions = g_hash_table_new(g_direct_hash, g_direct_equal);
    replay->stuck = new_counts();
    replay->ways = new_counts();
    return replay;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    g_hash_table_unref(replay->contacts);
    g_ptr_array_unref(replay->order);
    g_hash_table_unref(replay->means);
    g_hash_table_unref(replay->versions);
    g_hash_table_unref(replay->stuck);
    g_hash_table_unref(replay->ways);
    g_string_chunk_free(replay->words);
    replay_orders_free(replay->orders);
    script_unref(replay->script);
    g_free(replay);
}

/* --- the log --- */

static void add(struct replay *replay, GArray *array, const char *name, const char *text, int64_t spent_ms,
                bool skipped)
{
    struct said said = {.name = g_string_chunk_insert_const(replay->words, name),
                        .text = g_strdup(text),
                        .spent_ms = spent_ms,
                        .skipped = skipped};
    g_array_append_val(array, said);
}

static struct past *past_of(struct replay *replay, const char *contact)
{
    struct past *past = g_hash_table_lookup(replay->contacts, contact);
    if (past)
        return past;
    past = g_new0(struct past, 1);
    past->facts = new_said();
    past->answers = new_said();
    past->steps = new_said();
    past->way = g_array_new(FALSE, FALSE, sizeof(const char *));
    g_hash_table_insert(replay->contacts, g_strdup(contact), past);
    return past;
}

struct telling {
    struct replay *replay;
    struct past *past;
};

static void take_fact(void *data, const char *name, const char *value)
{
    struct telling *telling = data;
    add(telling->replay, telling->past->facts, name, value, 0, false);
}

/* The order that is spoken of from now on, as it was then. */
static void take_order(struct replay *replay, struct past *past, const char *id)
{
    replay_orders_tell(replay->orders, id, take_fact, &(struct telling){replay, past});
}

static void take_created(struct replay *replay, struct past *past, const struct event *ev)
{
    static const char *const facts[][2] = {
        {"channel", "contact.channel"}, {"queue", "contact.queue"},       {"intent", "contact.intent"},
        {"class", "contact.class"},     {"language", "contact.language"}, {"subject", "contact.subject"},
        {"name", "customer.name"},      {"tier", "customer.tier"},        {"customer", "customer.id"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
        if (event_text(ev, facts[i][0]))
            add(replay, past->facts, facts[i][1], event_text(ev, facts[i][0]), 0, false);
    const char *only = replay_orders_only(replay->orders, event_text(ev, "customer"));
    if (only)
        take_order(replay, past, only);
}

static void take_started(struct replay *replay, struct past *past, const struct event *ev)
{
    if (!past->started_ms) {
        past->started_ms = MAX(ev->at_ms, 1);
        g_ptr_array_add(replay->order, past);
        replay->first_ms = replay->first_ms ? MIN(replay->first_ms, ev->at_ms) : ev->at_ms;
    }
    replay->last_ms = MAX(replay->last_ms, ev->at_ms);
    g_hash_table_add(replay->versions, GINT_TO_POINTER((int)event_number(ev, "version", 0)));
}

static void take_time(struct replay *replay, struct past *past, const char *step, int64_t spent_ms)
{
    const char *name = g_string_chunk_insert_const(replay->words, step);
    struct mean *mean = g_hash_table_lookup(replay->means, name);
    if (!mean) {
        mean = g_new0(struct mean, 1);
        g_hash_table_insert(replay->means, (gpointer)name, mean);
    }
    mean->total_ms += spent_ms;
    mean->count++;
    past->total_ms += spent_ms;
}

static void take_left(struct replay *replay, struct past *past, const struct event *ev, bool skipped)
{
    const char *step = event_text(ev, "step"), *how = event_text(ev, "how"), *to = event_text(ev, "to");
    int64_t since_ms = past->entered_ms ? ev->at_ms - past->entered_ms : 0;
    int64_t spent_ms = CLAMP(event_number(ev, "spent_ms", since_ms), 0, INT64_C(86400000));
    if (!step || (skipped && event_flag(ev, "automatic")))
        return;
    take_time(replay, past, step, spent_ms);
    add(replay, past->steps, step, event_text(ev, "result"), spent_ms, skipped);
    if (to)
        g_array_index(past->steps, struct said, past->steps->len - 1).to =
            g_string_chunk_insert_const(replay->words, to);
    if (event_goes_back(ev)) {
        if (past->way->len)
            g_array_set_size(past->way, past->way->len - 1);
    } else if (skipped || !how || g_str_equal(how, "completed") || g_str_equal(how, "timeout")) {
        const char *name = g_string_chunk_insert_const(replay->words, step);
        g_array_append_val(past->way, name);
    }
}

static void take_answered(struct replay *replay, struct past *past, const struct event *ev)
{
    const char *field = event_text(ev, "field"), *value = event_text(ev, "value");
    int slot = field ? script_name_index(replay->script, field) : -1;
    if (field)
        add(replay, past->answers, field, value, 0, false);
    if (value && slot >= 0 && replay->script->names[slot].type == VALUE_TYPE_ORDER)
        take_order(replay, past, value);
}

void replay_take(struct replay *replay, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= replay->position)
        return;
    replay->position = MAX(replay->position, ev->position);
    replay_orders_take(replay->orders, ev);
    if (!ev->contact)
        return;
    if (ev->kind == EVENT_CONTACT_CREATED) {
        take_created(replay, past_of(replay, ev->contact), ev);
        return;
    }
    if (ev->kind == EVENT_CUSTOMER_VERIFIED) {
        past_of(replay, ev->contact)->verified = true;
        return;
    }
    const char *script = event_text(ev, "script");
    if (!script || !g_str_equal(script, replay->script->id))
        return;
    struct past *past = past_of(replay, ev->contact);
    if (ev->kind == EVENT_SCRIPT_STARTED)
        take_started(replay, past, ev);
    else if (ev->kind == EVENT_STEP_ENTERED)
        past->entered_ms = ev->at_ms;
    else if (ev->kind == EVENT_STEP_ANSWERED)
        take_answered(replay, past, ev);
    else if (ev->kind == EVENT_STEP_LEFT || ev->kind == EVENT_STEP_SKIPPED)
        take_left(replay, past, ev, ev->kind == EVENT_STEP_SKIPPED);
    else if (ev->kind == EVENT_SCRIPT_FINISHED) {
        const char *outcome = event_text(ev, "outcome");
        past->finished = !outcome || !(g_str_equal(outcome, "left") || g_str_equal(outcome, "switched"));
    }
}

bool replay_take_line(struct replay *replay, const char *line, size_t len, GError **error)
{
    static const char *const kinds[] = {"script.", "step.", "contact.created", "customer.verified",
                                        "order.recorded"};
    bool wanted = false;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds) && !wanted; i++)
        wanted = memmem(line, len, kinds[i], strlen(kinds[i])) != NULL;
    if (!wanted)
        return true;
    g_autoptr(event) ev = event_from_json(line, (gssize)len, error);
    if (!ev)
        return false;
    replay_take(replay, ev);
    return true;
}

/* --- walking again --- */

/* What is known of one contact, and how much of it was used. */
struct again {
    const struct replay *replay;
    const struct past *past;
    bool *used;      /* by answer: given already, so that the next round of a loop gets the next */
    bool *used_step; /* by step left */
    struct walk *walk;
    struct walk_turn turn;
};

static const struct said *last_of(const GArray *array, const char *name)
{
    for (guint i = array->len; i-- > 0;) {
        const struct said *said = &g_array_index(array, struct said, i);
        if (g_str_equal(said->name, name) && said->text)
            return said;
    }
    return NULL;
}

static const char *look_up(void *data, const char *name)
{
    const struct again *again = data;
    const struct said *said = last_of(again->past->facts, name);
    if (!said)
        said = last_of(again->past->answers, name); /* a fact that was asked for */
    return said ? said->text : NULL;
}

/* The next value given for a field, else the last. */
static const char *value_for(struct again *again, const char *name)
{
    const GArray *answers = again->past->answers;
    const struct said *last = last_of(answers, name);
    for (guint i = 0; i < answers->len && last; i++) {
        const struct said *said = &g_array_index(answers, struct said, i);
        if (again->used[i] || !said->text || !g_str_equal(said->name, name))
            continue;
        again->used[i] = true;
        return said->text;
    }
    return last ? last->text : NULL;
}

/* What came of a step the next time that it was left; NULL where it never was. */
static const struct said *outcome_of(struct again *again, const char *id)
{
    const GArray *steps = again->past->steps;
    const struct said *last = NULL;
    for (guint i = 0; i < steps->len; i++) {
        const struct said *said = &g_array_index(steps, struct said, i);
        if (!g_str_equal(said->name, id))
            continue;
        last = said;
        if (again->used_step[i])
            continue;
        again->used_step[i] = true;
        return said;
    }
    return last;
}

/* Fields of the step that was done then, whose answers are no business of the log's: they were given. */
static void withhold(struct again *again, const struct script_step *step)
{
    for (size_t i = 0; i < walk_field_count(again->walk); i++) {
        const struct script_field *field = walk_field(again->walk, i);
        if ((field->personal || step->kind == SCRIPT_KIND_CHECK) &&
            !walk_fill_of(again->walk, again->turn.facts, field).value)
            walk_withhold(again->walk, field);
    }
}

static void answer_fields(struct again *again)
{
    for (size_t i = 0; i < walk_field_count(again->walk); i++) {
        const struct script_field *field = walk_field(again->walk, i);
        struct walk_fill fill = walk_fill_of(again->walk, again->turn.facts, field);
        const char *value = fill.answered ? NULL : value_for(again, field->name);
        if (value)
            walk_answer(again->walk, &again->turn, field->name, value, NULL);
    }
}

/* The only result of a step that leads there; NULL where there is none, or several. */
static const char *result_to(const struct script_step *step, const char *to)
{
    const char *found = NULL;
    for (size_t i = 0; i < step->result_count; i++) {
        if (!g_str_equal(step->results[i].target->id, to))
            continue;
        if (found)
            return NULL;
        found = step->results[i].head.key;
    }
    return found;
}

/* The result to give: what came of the step then, where it still can; of a new check, whether who it was is
 * known. */
static const char *result_for(const struct again *again, const struct script_step *step,
                              const struct said *then)
{
    if (then && then->text && script_result_of(step, then->text))
        return then->text;
    const char *led = then && !then->text && then->to ? result_to(step, then->to) : NULL;
    if (led)
        return led;
    if (step->kind == SCRIPT_KIND_CHECK && again->past->verified)
        return "pass";
    return NULL;
}

/* One step. False where it is stuck, with why. */
static bool go_on(struct again *again, GError **error)
{
    const struct script_step *step = walk_current(again->walk);
    const struct said *then = outcome_of(again, step->id);
    g_autoptr(GError) cause = NULL;
    answer_fields(again);
    if (then && !then->skipped)
        withhold(again, step);
    const char *result = result_for(again, step, then);
    if (walk_complete(again->walk, &again->turn, result, &cause))
        return true;
    if (g_error_matches(cause, WALK_ERROR, WALK_ERROR_NEEDS)) {
        answer_fields(again);
        g_clear_error(&cause);
        if (walk_complete(again->walk, &again->turn, result, &cause))
            return true;
    }
    if (then && then->skipped && walk_skip(again->walk, &again->turn, "skipped then", NULL))
        return true;
    g_propagate_error(error, g_steal_pointer(&cause));
    return false;
}

static void count(GHashTable *table, char *key)
{
    int old = GPOINTER_TO_INT(g_hash_table_lookup(table, key));
    g_hash_table_replace(table, key, GINT_TO_POINTER(old + 1));
}

/* The way gone now: ids of the steps that somebody went through; of const char *, caller owns. */
static GArray *way_of(const struct walk *walk)
{
    GArray *way = g_array_new(FALSE, FALSE, sizeof(const char *));
    g_autoptr(GArray) lines = walk_lines(walk, NULL, 0);
    for (guint i = 0; i < lines->len; i++) {
        const struct walk_line *line = &g_array_index(lines, struct walk_line, i);
        if (!line->automatic && line->state != WALK_STATE_COMING)
            g_array_append_val(way, line->step->id);
    }
    return way;
}

static const char *id_at(const GArray *way, guint index)
{
    return index < way->len ? g_array_index(way, const char *, index) : "(end)";
}

/* The first place where the ways part; false where they are the same. */
static bool count_parting(struct replay *replay, const GArray *then, const GArray *now)
{
    guint at = 0;
    while (at < then->len && at < now->len && g_str_equal(id_at(then, at), id_at(now, at)))
        at++;
    if (at == then->len && at == now->len)
        return false;
    count(replay->ways, g_strdup_printf("%s\t%s\t%s", at ? id_at(now, at - 1) : "(start)", id_at(then, at),
                                        id_at(now, at)));
    return true;
}

static int64_t own_time(const struct past *past, const char *id)
{
    int64_t total_ms = -1;
    for (guint i = 0; i < past->steps->len; i++) {
        const struct said *said = &g_array_index(past->steps, struct said, i);
        if (g_str_equal(said->name, id))
            total_ms = MAX(total_ms, 0) + said->spent_ms;
    }
    return total_ms;
}

/* What the way would take. A step that stands in it more than once was, as then, counted with all its visits.
 */
static int64_t time_of(struct replay *replay, const struct past *past, const GArray *way)
{
    int64_t total_ms = 0;
    for (guint i = 0; i < way->len; i++) {
        const char *id = id_at(way, i);
        bool counted = false;
        for (guint j = 0; j < i && !counted; j++)
            counted = g_str_equal(id_at(way, j), id);
        int64_t own_ms = own_time(past, id);
        const struct mean *mean = g_hash_table_lookup(replay->means, id);
        if (own_ms >= 0)
            total_ms += counted ? 0 : own_ms;
        else if (mean)
            total_ms += mean->total_ms / mean->count;
        else {
            const struct script_step *step = script_step_of(replay->script, id);
            total_ms += step ? step->target_ms : 0;
            replay->counts.guessed_steps++;
        }
    }
    return total_ms;
}

static void judge(struct replay *replay, const struct past *past, struct again *again, const GError *stuck)
{
    struct replay_counts *counts = &replay->counts;
    bool finishes = !stuck && !walk_current(again->walk);
    if (!past->finished) {
        counts->left++;
        counts->left_finish += finishes;
        return;
    }
    if (!finishes) {
        const struct script_step *step = walk_current(again->walk);
        counts->stuck++;
        count(replay->stuck, g_strdup_printf("%s\t%s", step ? step->id : "",
                                             stuck ? stuck->message : "It goes round and round."));
        return;
    }
    g_autoptr(GArray) way = way_of(again->walk);
    counts->then_ms += past->total_ms;
    counts->now_ms += time_of(replay, past, way);
    if (count_parting(replay, past->way, way))
        counts->other++;
    else
        counts->same++;
}

static void walk_again(struct replay *replay, const struct past *past)
{
    struct again again = {.replay = replay,
                          .past = past,
                          .used = g_new0(bool, past->answers->len + 1),
                          .used_step = g_new0(bool, past->steps->len + 1)};
    struct facts facts = {.lookup = look_up, .data = &again};
    again.turn = (struct walk_turn){.facts = &facts, .at_ms = past->started_ms};
    again.walk = walk_start(replay->script, &again.turn);
    g_autoptr(GError) stuck = NULL;
    for (int i = 0; i < STEPS_MAX && walk_current(again.walk) && !stuck; i++)
        go_on(&again, &stuck);
    judge(replay, past, &again, stuck);
    walk_free(again.walk);
    g_free(again.used);
    g_free(again.used_step);
}

struct replay_counts replay_run(struct replay *replay)
{
    replay->counts = (struct replay_counts){.contacts = (int)replay->order->len};
    g_hash_table_remove_all(replay->stuck);
    g_hash_table_remove_all(replay->ways);
    for (guint i = 0; i < replay->order->len; i++)
        walk_again(replay, replay->order->pdata[i]);
    return replay->counts;
}

/* --- telling --- */

struct row {
    const char *key;
    int count;
};

static int by_count(gconstpointer one, gconstpointer other)
{
    const struct row *a = one, *b = other;
    return a->count != b->count ? b->count - a->count : strcmp(a->key, b->key);
}

/* The rows of a table, the greatest first; of struct row, caller owns. */
static GArray *rows_of(GHashTable *table)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct row));
    GHashTableIter each;
    void *key, *value;
    g_hash_table_iter_init(&each, table);
    while (g_hash_table_iter_next(&each, &key, &value)) {
        struct row row = {key, GPOINTER_TO_INT(value)};
        g_array_append_val(rows, row);
    }
    g_array_sort(rows, by_count);
    return rows;
}

static char *time_text(int64_t ms)
{
    int64_t seconds = (ABS(ms) + 500) / 1000;
    if (seconds >= 3600)
        return g_strdup_printf("%s%d:%02d:%02d", ms < 0 ? "-" : "", (int)(seconds / 3600),
                               (int)(seconds / 60 % 60), (int)(seconds % 60));
    return g_strdup_printf("%s%d:%02d", ms < 0 ? "-" : "", (int)(seconds / 60), (int)(seconds % 60));
}

static void append_count(GString *out, const char *what, int value, int all)
{
    g_string_append_printf(out, "%-22s %8d  %5.1f%%\n", what, value, all ? 100.0 * value / all : 0.0);
}

static void append_times(GString *out, const struct replay_counts *counts)
{
    int finish = counts->same + counts->other;
    if (!finish)
        return;
    int64_t saved_ms = counts->then_ms - counts->now_ms;
    g_autofree char *then = time_text(counts->then_ms / finish), *now = time_text(counts->now_ms / finish),
                    *each = time_text(saved_ms / finish), *all = time_text(saved_ms);
    g_string_append_printf(
        out, "\nAt the steps of those that would finish: %s a contact then, %s now; %s saved, %s in all.\n",
        then, now, each, all);
    if (counts->guessed_steps)
        g_string_append_printf(out,
                               "%d of their steps nobody came through yet; they count with their targets.\n",
                               counts->guessed_steps);
}

static void append_rows(GString *out, GHashTable *table, const char *head)
{
    g_autoptr(GArray) rows = rows_of(table);
    if (rows->len)
        g_string_append_printf(out, "\n%s\n", head);
    for (guint i = 0; i < MIN(rows->len, ROWS_MAX); i++) {
        const struct row *row = &g_array_index(rows, struct row, i);
        g_auto(GStrv) parts = g_strsplit(row->key, "\t", 3);
        if (g_strv_length(parts) == 3)
            g_string_append_printf(out, "%8d  behind %s: %s, not %s\n", row->count, parts[0], parts[2],
                                   parts[1]);
        else
            g_string_append_printf(out, "%8d  %s: %s\n", row->count, parts[0], parts[1]);
    }
    if (rows->len > ROWS_MAX)
        g_string_append_printf(out, "          and at %u other places\n", rows->len - ROWS_MAX);
}

char *replay_text(struct replay *replay)
{
    struct replay_counts counts = replay_run(replay);
    GString *out = g_string_new(NULL);
    int then = counts.contacts - counts.left;
    g_string_append_printf(out, "%s, version %d, with %d contacts", replay->script->id,
                           (int)replay->script->version, counts.contacts);
    if (counts.contacts) {
        char first[TIMESTAMP_BYTES], last[TIMESTAMP_BYTES];
        timestamp_format(replay->first_ms, first);
        timestamp_format(replay->last_ms, last);
        g_string_append_printf(out, " that began it from %.10s to %.10s", first, last);
    }
    g_string_append(out, ".\n\n");
    append_count(out, "finished then", then, counts.contacts);
    append_count(out, "  would, the same way", counts.same, then);
    append_count(out, "  would, another way", counts.other, then);
    append_count(out, "  would be stuck", counts.stuck, then);
    append_count(out, "left it then", counts.left, counts.contacts);
    append_count(out, "  would finish", counts.left_finish, counts.left);
    append_times(out, &counts);
    append_rows(out, replay->ways, "Contacts that would go another way:");
    append_rows(out, replay->stuck, "Contacts that would be stuck:");
    return g_string_free(out, FALSE);
}

static void add_rows(cJSON *json, const char *name, GHashTable *table, const char *const *names)
{
    cJSON *array = cJSON_AddArrayToObject(json, name);
    g_autoptr(GArray) rows = rows_of(table);
    for (guint i = 0; i < rows->len; i++) {
        const struct row *row = &g_array_index(rows, struct row, i);
        g_auto(GStrv) parts = g_strsplit(row->key, "\t", 3);
        cJSON *item = cJSON_CreateObject();
        for (size_t j = 0; parts[j] && names[j]; j++)
            cJSON_AddStringToObject(item, names[j], parts[j]);
        cJSON_AddNumberToObject(item, "contacts", row->count);
        cJSON_AddItemToArray(array, item);
    }
}

char *replay_json(struct replay *replay)
{
    static const char *const stuck[] = {"step", "why", NULL}, *const ways[] = {"after", "then", "now", NULL};
    struct replay_counts counts = replay_run(replay);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"version", (double)replay->script->version},
                   {"contacts", counts.contacts},
                   {"same_way", counts.same},
                   {"other_way", counts.other},
                   {"stuck", counts.stuck},
                   {"left", counts.left},
                   {"left_would_finish", counts.left_finish},
                   {"then_ms", (double)counts.then_ms},
                   {"now_ms", (double)counts.now_ms},
                   {"saved_ms", (double)(counts.then_ms - counts.now_ms)},
                   {"steps_at_target", counts.guessed_steps}};
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "script", replay->script->id);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        cJSON_AddNumberToObject(json, numbers[i].name, numbers[i].value);
    add_rows(json, "other_ways", replay->ways, ways);
    add_rows(json, "stuck_at", replay->stuck, stuck);
    char *printed = cJSON_Print(json);
    char *text = g_strconcat(printed, "\n", NULL);
    cJSON_free(printed);
    cJSON_Delete(json);
    return text;
}
