#include "app/measure/gaps.h"

#include <string.h>

#include "app/measure/table.h"

struct search {
    char *query;
    int64_t hits, at_ms;
};

struct tally {
    struct gaps_row row;
    GHashTable *agents; /* set of ids */
};

struct gaps {
    int64_t since_ms, until_ms, position;
    GHashTable *open;    /* agent -> struct search *, owned */
    GHashTable *tallies; /* query -> struct tally *, owned */
};

static void search_free(void *data)
{
    struct search *search = data;
    g_free(search->query);
    g_free(search);
}

static void tally_free(void *data)
{
    struct tally *tally = data;
    g_free(tally->row.query);
    g_hash_table_unref(tally->agents);
    g_free(tally);
}

static void row_free(void *data)
{
    struct gaps_row *row = data;
    g_free(row->query);
    g_free(row);
}

struct gaps *gaps_new(int64_t since_ms, int64_t until_ms)
{
    struct gaps *g = g_new0(struct gaps, 1);
    g->since_ms = since_ms;
    g->until_ms = until_ms;
    g->open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, search_free);
    g->tallies = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, tally_free);
    return g;
}

void gaps_free(struct gaps *g)
{
    if (g == NULL)
        return;
    g_hash_table_unref(g->open);
    g_hash_table_unref(g->tallies);
    g_free(g);
}

/* Lower case, words with one space between. Caller owns. */
static char *normalise(const char *query)
{
    g_autofree char *lower = g_utf8_strdown(query, -1);
    g_auto(GStrv) words = g_strsplit_set(lower, " \t\r\n", -1);
    GString *text = g_string_new(NULL);
    for (size_t i = 0; words[i] != NULL; i++) {
        if (*words[i] != '\0')
            g_string_append_printf(text, "%s%s", text->len == 0 ? "" : " ", words[i]);
    }
    return g_string_free(text, false);
}

/* A search is over that led to no article. */
static void settle(struct gaps *g, const char *agent)
{
    const struct search *search = g_hash_table_lookup(g->open, agent);
    if (search == NULL)
        return;
    if (search->at_ms >= g->since_ms && search->at_ms < g->until_ms) {
        struct tally *tally = g_hash_table_lookup(g->tallies, search->query);
        if (tally == NULL) {
            tally = g_new0(struct tally, 1);
            tally->row.query = g_strdup(search->query);
            tally->agents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
            g_hash_table_insert(g->tallies, tally->row.query, tally);
        }
        tally->row.nothing += search->hits == 0;
        tally->row.nowhere += search->hits != 0;
        tally->row.last_ms = MAX(tally->row.last_ms, search->at_ms);
        g_hash_table_add(tally->agents, g_strdup(agent));
    }
    g_hash_table_remove(g->open, agent);
}

static void fold_search(struct gaps *g, const struct event *ev)
{
    const char *text = event_text(ev, "query");
    g_autofree char *query = text == NULL ? NULL : normalise(text);
    if (query == NULL || *query == '\0')
        return;
    const struct search *before = g_hash_table_lookup(g->open, ev->actor);
    if (before != NULL && !g_str_has_prefix(query, before->query) && !g_str_has_prefix(before->query, query))
        settle(g, ev->actor);
    struct search *search = g_new0(struct search, 1);
    search->query = g_steal_pointer(&query);
    search->hits = event_number(ev, "hits", 0);
    search->at_ms = ev->at_ms;
    g_hash_table_replace(g->open, g_strdup(ev->actor), search);
}

void gaps_fold(struct gaps *g, const struct event *ev)
{
    if (ev->position != EVENT_NO_POSITION && ev->position <= g->position)
        return;
    g->position = MAX(g->position, ev->position);
    if (ev->actor_kind != ACTOR_AGENT || ev->actor == NULL)
        return;
    switch (ev->kind) {
    case EVENT_SEARCH_DONE:
        fold_search(g, ev);
        break;
    case EVENT_ARTICLE_OPENED:
    case EVENT_ARTICLE_INSERTED:
        g_hash_table_remove(g->open, ev->actor);
        break;
    case EVENT_CONTACT_WRAP_STARTED:
    case EVENT_CONTACT_CLOSED:
    case EVENT_CONTACT_TRANSFERRED:
    case EVENT_CONTACT_ESCALATED:
    case EVENT_CONTACT_PARKED:
    case EVENT_FOCUS_MOVED:
    case EVENT_AGENT_SIGNED_OUT:
        settle(g, ev->actor);
        break;
    default:
        break;
    }
}

static int compare_rows(gconstpointer one, gconstpointer other)
{
    const struct gaps_row *a = *(const struct gaps_row *const *)one,
                          *b = *(const struct gaps_row *const *)other;
    int64_t a_times = a->nothing + a->nowhere, b_times = b->nothing + b->nowhere;
    if (a_times != b_times)
        return a_times > b_times ? -1 : 1;
    return strcmp(a->query, b->query);
}

GPtrArray *gaps_rows(const struct gaps *g)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, g->tallies);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const struct tally *tally = value;
        struct gaps_row *row = g_memdup2(&tally->row, sizeof *row);
        row->query = g_strdup(row->query);
        row->agents = g_hash_table_size(tally->agents);
        g_ptr_array_add(rows, row);
    }
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static const struct table_column columns[] = {
    {"searched for", "query", TABLE_TEXT},   {"found nothing", "nothing", TABLE_COUNT},
    {"led nowhere", "nowhere", TABLE_COUNT}, {"agents", "agents", TABLE_COUNT},
    {"last", "last_at", TABLE_DATE},
};

static struct table *table_of(const GPtrArray *rows)
{
    struct table *t = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < rows->len; i++) {
        const struct gaps_row *row = g_ptr_array_index(rows, i);
        table_add_text(t, row->query);
        table_add_number(t, row->nothing);
        table_add_number(t, row->nowhere);
        table_add_number(t, row->agents);
        table_add_number(t, row->last_ms);
    }
    return t;
}

char *gaps_rows_to_text(const GPtrArray *rows, size_t cols)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_text_within(t, cols);
}

char *gaps_rows_to_tsv(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_tsv(t);
}

cJSON *gaps_rows_to_cjson(const GPtrArray *rows)
{
    g_autoptr(table) t = table_of(rows);
    return table_to_cjson(t);
}
