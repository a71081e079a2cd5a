/* Finding anybody among 50,000 customers with an order each: by name, number, address, with a typo, and in
 * vain; with what is shown of each hit read from the tables. The limit is 50 ms. */
#include <stdio.h>
#include <stdlib.h>

#include "app/service/finder.h"
#include "app/service/found.h"
#include "app/service/projection.h"
#include "app/service/schema.h"

#include "tests/support/bench.h"
#include "tests/support/floor.h"

#define CUSTOMERS 50000
#define RUNS      9
#define LIMIT_MS  50.0

static void keep(struct db *db, struct event *ev)
{
    g_assert_true(projection_fold_customer(db, ev, NULL, NULL));
    event_free(ev);
}

static void make(struct db *db, int i)
{
    static const char *const first[] = {"Ana", "Mira", "Olav", "Yusuf", "Chen", "Fatima", "Ivan", "Noor"};
    static const char *const last[] = {"Silva", "Holm", "Andersen", "Rossi", "Kovacs", "Lindqvist", "Brandt"};
    g_autofree char *id = g_strdup_printf("c%06d", i), *number = g_strdup_printf("W%07d", i);
    g_autofree char *name = g_strdup_printf("%s %s%d", first[i % 8], last[i % 7], i % 911);
    g_autofree char *email = g_strdup_printf("%s.%d@example.com", last[i % 7], i);
    g_autofree char *phone = g_strdup_printf("(%03d) 555-%04d", 200 + i / 10000, i % 10000);
    struct event *ev =
        floor_event(EVENT_CUSTOMER_CREATED, "bench", 2 * i + 1, ACTOR_INTEGRATION, "channels", NULL);
    event_set_text(ev, "customer", id);
    event_set_text(ev, "name", name);
    event_set_text(ev, "emails", email);
    event_set_text(ev, "phones", phone);
    ev->position = i + 1;
    keep(db, ev);
    ev = floor_event(EVENT_ORDER_RECORDED, "bench", 2 * i + 2, ACTOR_INTEGRATION, "channels", NULL);
    event_set_text(ev, "order", number);
    event_set_text(ev, "customer", id);
    event_set_text(ev, "item", "Walking boots, brown, size 41");
    keep(db, ev);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void measure(struct finder *f, struct db *db, const char *query)
{
    int64_t took_us[RUNS];
    size_t hits = 0;
    for (int i = 0; i < RUNS; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        int64_t start_us = g_get_monotonic_time();
        g_autoptr(GPtrArray) found = finder_find(f, query, 20);
        g_assert_true(found_write(db, found, out, NULL));
        hits = found->len;
        took_us[i] = g_get_monotonic_time() - start_us;
    }
    qsort(took_us, RUNS, sizeof *took_us, compare);
    double ms = (double)took_us[RUNS / 2] / 1000;
    g_autofree char *what = g_strdup_printf("find \"%s\", %zu hits", query, hits);
    g_autofree char *ours = g_strdup_printf("%.2f ms", ms), *limit = g_strdup_printf("limit %g ms", LIMIT_MS);
    bench_line(&(struct bench_figure){what, ours, limit, ms / LIMIT_MS, "<= 1x"});
}

int main(void)
{
    static const char *const queries[] = {
        "silva",    "andersen412",      "W0031234",    "(203) 555-1234", "rossi.17@exam",
        "andresen", "lindqvst412 mira", "boots brown", "zzzzyyyy nobody"};
    GError *error = NULL;
    char *path = floor_path();
    struct db *db = db_open(path, (struct db_options){.create = true}, &error);
    g_assert_true(db && schema_migrate(db, &error) && db_begin(db, &error));
    for (int i = 0; i < CUSTOMERS; i++)
        make(db, i);
    struct finder *f = finder_new();
    g_assert_true(db_commit(db, &error) && finder_load(f, db, &error));
    bench_head("find anybody among 50,000 customers and as many orders");
    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
        measure(f, db, queries[i]);
    finder_free(f);
    db_close(db);
    floor_remove(path);
    return 0;
}
