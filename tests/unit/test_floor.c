#include "app/measure/floor.h"

#include <glib.h>
#include <string.h>

#include "app/rules/world_floor.h"
#include "tests/support/shift.h"
#include "tests/support/tape.h"

static void queue_destroy(void *q)
{
    queue_free(q);
}

static GHashTable *queues(void)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, queue_destroy);
    struct queue *q = queue_new("shop", "Shop");
    g_hash_table_insert(table, q->id, q);
    return table;
}

static void created(struct tape *t, double at, const char *id, const char *channel)
{
    g_autofree char *data = g_strdup_printf("{'channel':'%s','queue':'shop'}", channel);
    tape_add(t, at, EVENT_CONTACT_CREATED, "customer", id, data);
}

static void worked(struct tape *t, double accepted, double closed, const char *id, const char *resolved)
{
    g_autofree char *data = g_strdup_printf("{'disposition':'d','resolved':%s}", resolved);
    tape_add(t, accepted, EVENT_CONTACT_ACCEPTED, "ann", id, "{}");
    tape_add(t, closed, EVENT_CONTACT_CLOSED, "ann", id, data);
}

static struct floor_figures figures_at(const struct tape *t, double since, double now)
{
    GHashTable *table = queues();
    struct floor *f = floor_new(table, TAPE_START_MS + (int64_t)(since * 1000));
    for (guint i = 0; i < t->events->len; i++) {
        floor_fold(f, g_ptr_array_index(t->events, i));
        floor_fold(f, g_ptr_array_index(t->events, i));
    }
    struct floor_figures figures = {0};
    floor_figures(f, TAPE_START_MS + (int64_t)(now * 1000), &figures);
    floor_free(f);
    g_hash_table_unref(table);
    return figures;
}

static void test_nothing_happened_yet(void)
{
    struct tape *t = tape_new();
    struct floor_figures figures = figures_at(t, 0, 100);
    g_assert_cmpint(figures.service_level_percent, ==, -1);
    g_assert_cmpint(figures.resolved_percent, ==, -1);
    g_assert_cmpint(figures.aht_ms, ==, 0);
    cJSON *json = floor_figures_to_cjson(&figures);
    g_assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "service_level_percent")));
    g_assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "aht_ms")));
    cJSON_Delete(json);
    tape_free(t);
}

static void test_service_level_counts_all_that_were_offered(void)
{
    struct tape *t = tape_new();
    created(t, 0, "soon", "phone");
    created(t, 0, "late", "phone");
    created(t, 0, "left", "chat");
    created(t, 0, "mail", "email");
    created(t, 1, "waits", "phone");
    worked(t, 20, 50, "soon", "true");
    worked(t, 20.001, 60, "late", "false");
    tape_add(t, 3, EVENT_CONTACT_ABANDONED, "customer", "left", "{}");
    worked(t, 4000, 4100, "mail", "true");
    struct floor_figures figures = figures_at(t, 0, 21);
    g_assert_cmpint(figures.answered_in_time, ==, 1);
    g_assert_cmpint(figures.answered, ==, 2);
    g_assert_cmpint(figures.abandoned, ==, 1);
    g_assert_cmpint(figures.overdue, ==, 0);
    g_assert_cmpint(figures.service_level_percent, ==, 33);
    figures = figures_at(t, 0, 21.001);
    g_assert_cmpint(figures.overdue, ==, 1);
    g_assert_cmpint(figures.service_level_percent, ==, 25);
    g_assert_cmpint(figures.closed, ==, 3);
    g_assert_cmpint(figures.resolved_percent, ==, 67);
    g_assert_cmpint(figures.handled, ==, 3);
    g_assert_cmpint(figures.aht_ms, ==, (30000 + 39999 + 100000) / 3);
    tape_free(t);
}

/* Each agent's own part, for who signs in at another computer. */
static void test_each_agent_has_a_day(void)
{
    struct tape *t = tape_new();
    created(t, 0, "1", "phone");
    created(t, 0, "2", "chat");
    created(t, 0, "3", "email");
    worked(t, 5, 65, "1", "true");
    tape_add(t, 70, EVENT_CONTACT_ACCEPTED, "ann", "2", "{}");
    tape_add(t, 100, EVENT_CONTACT_TRANSFERRED, "ann", "2", "{'queue':'shop'}");
    tape_add(t, 110, EVENT_CONTACT_ACCEPTED, "ben", "3", "{}");
    tape_add(t, 120, EVENT_CONTACT_CLOSED, "ben", "3", "{'disposition':'d','resolved':false}");
    tape_add(t, 130, EVENT_CONTACT_ACCEPTED, "ben", "2", "{}"); /* ann's, and still one contact */
    tape_add(t, 150, EVENT_CONTACT_TRANSFERRED, "ben", "2", "{'queue':'shop'}");
    GHashTable *table = queues();
    struct floor *f = floor_new(table, TAPE_START_MS);
    for (guint i = 0; i < t->events->len; i++)
        floor_fold(f, g_ptr_array_index(t->events, i));
    struct floor_own own;
    floor_own(f, "ann", &own);
    g_assert_cmpint(own.handled, ==, 2);
    g_assert_cmpint(own.handle_ms, ==, 90000);
    g_assert_cmpint(own.closed, ==, 1);
    g_assert_cmpint(own.resolved, ==, 1);
    cJSON *json = floor_own_to_cjson(&own, floor_since_ms(f));
    g_assert_cmpint(cJSON_GetObjectItem(json, "handle_ms")->valueint, ==, 90000);
    g_assert_nonnull(cJSON_GetStringValue(cJSON_GetObjectItem(json, "since")));
    cJSON_Delete(json);
    floor_own(f, "ben", &own);
    g_assert_cmpint(own.handled, ==, 2);
    g_assert_cmpint(own.handle_ms, ==, 30000);
    g_assert_cmpint(own.closed, ==, 1);
    g_assert_cmpint(own.resolved, ==, 0);
    struct floor_figures figures = {0};
    floor_figures(f, TAPE_START_MS + 160000, &figures);
    g_assert_cmpint(figures.handled, ==, 3);
    g_assert_cmpint(figures.aht_ms, ==, 40000);
    floor_restart(f, TAPE_START_MS + 200000);
    floor_own(f, "ann", &own);
    g_assert_cmpint(own.handled + own.handle_ms + own.closed + own.resolved, ==, 0);
    floor_own(f, "nobody", &own);
    g_assert_cmpint(own.handled, ==, 0);
    floor_figures(f, TAPE_START_MS + 210000, &figures);
    g_assert_cmpint(figures.handled + figures.aht_ms, ==, 0);
    floor_free(f);
    g_hash_table_unref(table);
    tape_free(t);
}

/* The tape begins at 11:06:40: the queue opens 20 s later. */
static void test_the_service_level_counts_open_time(void)
{
    struct tape *t = tape_new();
    created(t, 0, "1", "phone");
    worked(t, 35, 60, "1", "true");
    GHashTable *table = queues();
    g_assert_true(queue_set_hours(g_hash_table_lookup(table, "shop"), "wed=11:07-17:00", NULL));
    struct floor *f = floor_new(table, TAPE_START_MS);
    for (guint i = 0; i < t->events->len; i++)
        floor_fold(f, g_ptr_array_index(t->events, i));
    struct floor_figures figures = {0};
    floor_figures(f, TAPE_START_MS + 60000, &figures);
    g_assert_cmpint(figures.answered_in_time, ==, 1);
    floor_free(f);
    g_hash_table_unref(table);
    figures = figures_at(t, 0, 60); /* without hours */
    g_assert_cmpint(figures.answered, ==, 1);
    g_assert_cmpint(figures.answered_in_time, ==, 0);
    tape_free(t);
}

static void test_a_transferred_contact_is_answered_once(void)
{
    struct tape *t = tape_new();
    created(t, 0, "1", "phone");
    tape_add(t, 5, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 50, EVENT_CONTACT_TRANSFERRED, "ann", "1", "{'queue':'shop'}");
    worked(t, 500, 600, "1", "true");
    struct floor_figures figures = figures_at(t, 0, 1000);
    g_assert_cmpint(figures.answered, ==, 1);
    g_assert_cmpint(figures.service_level_percent, ==, 100);
    tape_free(t);
}

static void test_only_today_counts(void)
{
    struct tape *t = tape_new();
    created(t, 0, "1", "phone");
    worked(t, 5, 10, "1", "true");
    created(t, 90, "2", "phone");
    worked(t, 105, 120, "2", "false");
    struct floor_figures figures = figures_at(t, 100, 1000);
    g_assert_cmpint(figures.answered, ==, 0);
    g_assert_cmpint(figures.resolved_percent, ==, 0);
    g_assert_cmpint(figures.aht_ms, ==, 15000);
    tape_free(t);
}

static void test_a_new_day_keeps_what_is_open(void)
{
    struct tape *t = tape_new();
    created(t, 0, "1", "phone");
    tape_add(t, 5, EVENT_CONTACT_ACCEPTED, "ann", "1", "{}");
    tape_add(t, 200, EVENT_CONTACT_CLOSED, "ann", "1", "{'disposition':'d','resolved':true}");
    GHashTable *table = queues();
    struct floor *f = floor_new(table, TAPE_START_MS);
    floor_fold(f, g_ptr_array_index(t->events, 0));
    floor_fold(f, g_ptr_array_index(t->events, 1));
    floor_restart(f, TAPE_START_MS + 100000);
    struct floor_figures figures = {0};
    floor_figures(f, TAPE_START_MS + 100000, &figures);
    g_assert_cmpint(figures.answered, ==, 0);
    floor_fold(f, g_ptr_array_index(t->events, 2));
    floor_figures(f, TAPE_START_MS + 200000, &figures);
    g_assert_cmpint(figures.aht_ms, ==, 195000);
    g_assert_cmpint(figures.resolved_percent, ==, 100);
    floor_free(f);
    g_hash_table_unref(table);
    tape_free(t);
}

static void test_now_is_counted_from_the_world(void)
{
    struct shift *s = shift_new();
    shift_sign_in(s, "mina");
    shift_sign_in(s, "lena");
    shift_do(s, EVENT_AGENT_SIGNED_IN, "sofia", NULL, "{}");
    shift_arrive(s, "1", "phone", "shop");
    shift_do(s, EVENT_CONTACT_ACCEPTED, "lena", "1", "{}");
    shift_arrive(s, "2", "phone", "shop");
    shift_arrive(s, "3", "phone", "shop");
    shift_arrive(s, "4", "email", "shop2");
    struct floor_figures figures = {.closed = 7};
    world_count_floor(s->w, s->now_ms + 14999, &figures);
    g_assert_cmpint(figures.queued, ==, 3);
    g_assert_cmpint(figures.at_risk, ==, 0);
    g_assert_cmpint(figures.agents_by_status[STATUS_INTERACTING], ==, 1);
    g_assert_cmpint(figures.agents_by_status[STATUS_RESERVED], ==, 1);
    g_assert_cmpint(figures.agents_by_status[STATUS_IDLE], ==, 1);
    g_assert_cmpint(figures.agents_by_presence[PRESENCE_READY], ==, 2);
    g_assert_cmpint(figures.agents_by_presence[PRESENCE_NOT_READY], ==, 1);
    world_count_floor(s->w, s->now_ms + 15000, &figures);
    g_assert_cmpint(figures.at_risk, ==, 2);
    g_assert_cmpint(figures.closed, ==, 7);
    cJSON *json = floor_figures_to_cjson(&figures);
    g_assert_cmpint(cJSON_GetObjectItem(json, "queued")->valueint, ==, 3);
    cJSON *by_status = cJSON_GetObjectItem(json, "agents_by_status");
    g_assert_cmpint(cJSON_GetObjectItem(by_status, "reserved")->valueint, ==, 1);
    cJSON_Delete(json);
    shift_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/floor/nothing happened yet", test_nothing_happened_yet);
    g_test_add_func("/floor/service level counts all that were offered",
                    test_service_level_counts_all_that_were_offered);
    g_test_add_func("/floor/each agent has a day", test_each_agent_has_a_day);
    g_test_add_func("/floor/service-level-counts-open-time", test_the_service_level_counts_open_time);
    g_test_add_func("/floor/a transferred contact is answered once",
                    test_a_transferred_contact_is_answered_once);
    g_test_add_func("/floor/only today counts", test_only_today_counts);
    g_test_add_func("/floor/a new day keeps what is open", test_a_new_day_keeps_what_is_open);
    g_test_add_func("/floor/now is counted from the world", test_now_is_counted_from_the_world);
    return g_test_run();
}
