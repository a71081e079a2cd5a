/* Folding the log out of the database: the demo's history in a file, read and folded by what reports are made
 * of, beside SQLite stepping through the same rows with `data` parsed by cJSON and nothing else. Also the
 * memory that a fold holds at the end of the log and of one three times as long: it goes by contact and not
 * by event.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/measure/kpi.h"
#include "app/service/eventlog.h"
#include "app/service/schema.h"
#include "app/sim/history.h"

#include "tests/support/bench.h"

enum { ROUNDS = 5, CONTACTS = 4000 };

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* --- the log --- */

struct filling {
    struct db *db;
    uint8_t key[EVENTLOG_KEY_BYTES];
    int64_t position;
};

static void keep(struct event *ev, void *user_data)
{
    struct filling *f = user_data;
    g_autoptr(GError) error = NULL;
    ev->position = ++f->position;
    ev->received_at_ms = ev->at_ms;
    if (!eventlog_insert(f->db, ev, f->key, &error))
        g_error("%s", error->message);
    event_free(ev);
}

static struct db *make_log(const char *path, int days, int contacts, int64_t *events)
{
    g_autoptr(GError) error = NULL;
    struct filling f = {.db = db_open(path, (struct db_options){.create = true}, &error)};
    if (f.db == NULL || !schema_migrate(f.db, &error) || !db_begin(f.db, &error) ||
        !eventlog_key(f.db, f.key, &error))
        g_error("%s", error->message);
    struct demo_content *content = demo_content_load(FIRSTLINE_SHARE "/demo", &error);
    if (content == NULL)
        g_error("%s", error->message);
    int64_t now_ms = INT64_C(1795449600000);
    struct crowd *crowd =
        crowd_new(content, &(struct crowd_options){.seed = 1, .count = 1500, .now_ms = now_ms});
    struct history_result result;
    history_generate(content, crowd,
                     &(struct history_options){.seed = 1,
                                               .now_ms = now_ms,
                                               .days = days,
                                               .contacts = contacts,
                                               .without_records = true,
                                               .sink = keep,
                                               .user_data = &f},
                     &result);
    if (!db_commit(f.db, &error))
        g_error("%s", error->message);
    crowd_free(crowd);
    demo_content_free(content);
    *events = f.position;
    return f.db;
}

/* --- the rates --- */

static double scan_rate(struct db *db, int64_t events)
{
    int64_t start_ns = now_ns(), rows = 0;
    struct db_stmt *s =
        db_prepare(db,
                   "SELECT position, id, device, boot, seq, actor_kind, actor, contact, leg, kind, at_ms, "
                   "boot_ms, saw, received_at_ms, data FROM events ORDER BY position",
                   NULL);
    while (db_step(s, NULL) == DB_ROW) {
        cJSON_Delete(cJSON_Parse(db_column_text(s, 14)));
        rows++;
    }
    db_reset(s);
    g_assert_cmpint(rows, ==, events);
    return (double)events * 1e9 / (double)(now_ns() - start_ns);
}

static void count_interval(const struct interval *interval, void *user_data)
{
    *(int64_t *)user_data += interval->duration_ms;
}

static bool fold_intervals(struct event *ev, void *user_data)
{
    intervals_fold(user_data, ev);
    return true;
}

static double intervals_rate(struct db *db, int64_t events)
{
    int64_t sum_ms = 0, start_ns = now_ns();
    g_autoptr(intervals) in = intervals_new(count_interval, &sum_ms);
    eventlog_read(db, &(struct eventlog_range){.without_texts = true}, fold_intervals, in, NULL);
    g_assert_cmpint(sum_ms, >, 0);
    return (double)events * 1e9 / (double)(now_ns() - start_ns);
}

static bool fold_kpi(struct event *ev, void *user_data)
{
    kpi_fold(user_data, ev);
    return true;
}

/* All figures at once; answers the bytes that the fold holds at the end. */
static double kpi_rate(struct db *db, int64_t events, double *held_kb)
{
    size_t before = mallinfo2().uordblks;
    int64_t start_ns = now_ns();
    g_autoptr(kpi) k = kpi_new(&(struct kpi_options){.until_ms = INT64_MAX});
    eventlog_read(db, &(struct eventlog_range){.without_texts = true}, fold_kpi, k, NULL);
    double rate = (double)events * 1e9 / (double)(now_ns() - start_ns);
    *held_kb = (double)(mallinfo2().uordblks - before) / 1024;
    return rate;
}

static bool stop(struct event *ev, void *user_data)
{
    *(int64_t *)user_data = ev->position;
    return false;
}

/* Milliseconds until the first event of the last hour is read. */
static double last_hour_ms(struct db *db)
{
    int64_t last_ms, position = 0, start_ns = now_ns();
    g_assert_true(db_number(db, "SELECT max(at_ms) FROM events", 0, &last_ms, NULL));
    eventlog_read(db, &(struct eventlog_range){.from_ms = last_ms - 3600000, .without_texts = true}, stop,
                  &position, NULL);
    g_assert_cmpint(position, >, 1);
    return (double)(now_ns() - start_ns) / 1e6;
}

static bool tell_start(double ours_ms, double peer_ms)
{
    g_autofree char *ours = g_strdup_printf("%.2f ms", ours_ms),
                    *peer = g_strdup_printf("%.0f ms to scan the log before", peer_ms);
    bench_line(
        &(struct bench_figure){"the last hour's first event", ours, peer, ours_ms / peer_ms, "<= 0.01x"});
    return ours_ms <= 0.01 * peer_ms;
}

static bool tell(const char *what, double ours, double peer)
{
    g_autofree char *rate = g_strdup_printf("%.0f k/s", ours / 1000),
                    *beside = g_strdup_printf("%.0f k/s scanned and parsed", peer / 1000);
    bench_line(&(struct bench_figure){what, rate, beside, ours / peer, ">= 0.35x"});
    return ours / peer >= 0.35;
}

static bool tell_memory(double shorter_kb, double longer_kb)
{
    g_autofree char *ours = g_strdup_printf("%.0f KB", longer_kb),
                    *peer = g_strdup_printf("%.0f KB of a third of the log", shorter_kb);
    bench_line(&(struct bench_figure){"memory of all figures, weeks alike", ours, peer,
                                      longer_kb / shorter_kb, "<= 1.5x"});
    return longer_kb <= 1.5 * shorter_kb;
}

int main(void)
{
    g_autofree char *dir = g_dir_make_tmp("bench-fold-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "log.db", NULL),
                    *long_path = g_build_filename(dir, "long.db", NULL);
    int64_t events, long_events;
    if (sodium_init() < 0)
        return 1;
    struct db *db = make_log(path, 14, CONTACTS, &events),
              *longer = make_log(long_path, 42, 3 * CONTACTS, &long_events);
    double scanned[ROUNDS], cut[ROUNDS], summed[ROUNDS], begun[ROUNDS], held_kb = 0, long_held_kb = 0;
    for (int round = 0; round < ROUNDS; round++) {
        scanned[round] = scan_rate(db, events);
        cut[round] = intervals_rate(db, events);
        summed[round] = kpi_rate(db, events, &held_kb);
        begun[round] = last_hour_ms(longer);
    }
    kpi_rate(longer, long_events, &long_held_kb);
    bench_head("the log folded out of the database");
    double peer = bench_median(scanned, ROUNDS);
    bool met = tell("intervals, out of SQLite", bench_median(cut, ROUNDS), peer);
    tell("all figures (report kpi), out of SQLite", bench_median(summed, ROUNDS), peer);
    met = tell_start(bench_median(begun, ROUNDS), (double)long_events * 1e3 / peer) && met;
    met = tell_memory(held_kb, long_held_kb) && met;
    db_close(db);
    db_close(longer);
    g_autofree char *remove_all = g_strdup_printf("rm -rf '%s'", dir);
    return system(remove_all) == 0 && met ? 0 : 1;
}
