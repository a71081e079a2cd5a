/* Finding anybody among 50,000 customers with an order each: by name, number, address, with a typo, and in
 * vain. The limit is 50 ms. */
#include <stdio.h>
#include <stdlib.h>

#include "app/service/finder.h"

#include "tests/support/bench.h"

#define CUSTOMERS 50000
#define RUNS      9
#define LIMIT_MS  50.0

static struct customer *make(int i)
{
    static const char *const first[] = {"Ana", "Mira", "Olav", "Yusuf", "Chen", "Fatima", "Ivan", "Noor"};
    static const char *const last[] = {"Silva", "Holm", "Andersen", "Rossi", "Kovacs", "Lindqvist", "Brandt"};
    g_autofree char *id = g_strdup_printf("c%06d", i), *number = g_strdup_printf("W%07d", i);
    g_autofree char *name = g_strdup_printf("%s %s%d", first[i % 8], last[i % 7], i % 911);
    g_autofree char *email = g_strdup_printf("%s.%d@example.com", last[i % 7], i);
    g_autofree char *phone = g_strdup_printf("(%03d) 555-%04d", 200 + i / 10000, i % 10000);
    struct customer *c = customer_new(id, name);
    customer_add_identity(c, IDENTITY_EMAIL, email);
    customer_add_identity(c, IDENTITY_PHONE, phone);
    struct order *o = order_new(number, id);
    o->item = g_strdup("Walking boots, brown, size 41");
    g_ptr_array_add(c->orders, o);
    return c;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void measure(struct finder *f, const char *query)
{
    int64_t took_us[RUNS];
    size_t hits = 0;
    for (int i = 0; i < RUNS; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        int64_t start_us = g_get_monotonic_time();
        hits = finder_find(f, query, 20, out);
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
    struct finder *f = finder_new();
    for (int i = 0; i < CUSTOMERS; i++) {
        g_autoptr(customer) c = make(i);
        finder_put_customer(f, c);
    }
    bench_head("find anybody among 50,000 customers and as many orders");
    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
        measure(f, queries[i]);
    finder_free(f);
    return 0;
}
