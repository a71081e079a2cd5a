/* The thread that runs libcurl. */
#include "net/curl_loop.h"

#include <glib.h>
#include <signal.h>
#include <stdbool.h>

enum {
    LONGEST_WAIT_MS = 60 * 1000,
    KEPT_CONNECTIONS = 8,
};

struct job {
    void (*run)(void *data);
    void *data;
};

struct timer {
    uint64_t number;
    int64_t due_us;
    void (*run)(void *data);
    void *data;
};

struct transfer {
    void (*done)(CURL *easy, CURLcode code, void *data);
    void *data;
};

struct curl_loop {
    GMutex lock;
    GQueue jobs;     /* of struct job */
    CURLM *multi;    /* made under the lock before the thread starts */
    GThread *thread; /* NULL until the first job */
    bool is_ending;
    /* The loop's thread only: */
    GArray *timers;        /* of struct timer, unsorted: there are a handful */
    GHashTable *transfers; /* CURL * to struct transfer */
    uint64_t next_timer;
};

struct curl_loop *curl_loop_new(void)
{
    struct curl_loop *loop = g_new0(struct curl_loop, 1);
    g_mutex_init(&loop->lock);
    g_queue_init(&loop->jobs);
    loop->timers = g_array_new(FALSE, FALSE, sizeof(struct timer));
    loop->transfers = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    loop->next_timer = 1;
    return loop;
}

static bool take_job(struct curl_loop *loop, struct job *job, bool *is_ending)
{
    g_mutex_lock(&loop->lock);
    struct job *first = g_queue_pop_head(&loop->jobs);
    *is_ending = loop->is_ending;
    g_mutex_unlock(&loop->lock);
    if (!first)
        return false;
    *job = *first;
    g_free(first);
    return true;
}

/* Runs the timers that are due; returns how long the loop may sleep. */
static int run_timers(struct curl_loop *loop)
{
    int64_t next_us = g_get_monotonic_time() + (int64_t)LONGEST_WAIT_MS * 1000;
    for (guint i = 0; i < loop->timers->len;) {
        struct timer timer = g_array_index(loop->timers, struct timer, i);
        if (timer.due_us <= g_get_monotonic_time()) {
            g_array_remove_index_fast(loop->timers, i);
            timer.run(timer.data);
            i = 0; /* it may have changed the list */
            continue;
        }
        next_us = MIN(next_us, timer.due_us);
        i++;
    }
    int64_t wait_us = next_us - g_get_monotonic_time();
    return wait_us <= 0 ? 0 : (int)(wait_us / 1000 + 1);
}

static void finish_transfers(struct curl_loop *loop)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(loop->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        struct transfer *found = g_hash_table_lookup(loop->transfers, easy);
        struct transfer transfer = *found;
        curl_loop_remove(loop, easy);
        transfer.done(easy, code, transfer.data);
    }
}

static void *run(void *data)
{
    struct curl_loop *loop = data;
    /* The handles are told to leave signals alone, so a peer that went must not end the program by one. */
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
    for (;;) {
        struct job job;
        bool is_ending;
        while (take_job(loop, &job, &is_ending))
            job.run(job.data);
        if (is_ending)
            return NULL;
        int running;
        curl_multi_perform(loop->multi, &running);
        finish_transfers(loop);
        /* Last, since what has just finished may have set a timer; and a timer may have started a transfer,
         * whose own timeout of 0 then ends the poll at once. */
        int wait_ms = run_timers(loop);
        g_mutex_lock(&loop->lock);
        bool has_jobs = !g_queue_is_empty(&loop->jobs);
        g_mutex_unlock(&loop->lock);
        if (!has_jobs)
            curl_multi_poll(loop->multi, NULL, 0, wait_ms, NULL);
    }
}

/* With the lock held. */
static void start(struct curl_loop *loop)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    loop->multi = curl_multi_init();
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
    loop->thread = g_thread_new("network", run, loop);
}

void curl_loop_post(struct curl_loop *loop, void (*job_run)(void *data), void *data)
{
    struct job *job = g_new(struct job, 1);
    *job = (struct job){job_run, data};
    g_mutex_lock(&loop->lock);
    g_queue_push_tail(&loop->jobs, job);
    if (!loop->thread)
        start(loop);
    g_mutex_unlock(&loop->lock);
    curl_multi_wakeup(loop->multi);
}

void curl_loop_free(struct curl_loop *loop)
{
    if (!loop)
        return;
    g_mutex_lock(&loop->lock);
    loop->is_ending = true;
    g_mutex_unlock(&loop->lock);
    if (loop->thread) {
        curl_multi_wakeup(loop->multi);
        g_thread_join(loop->thread);
        curl_multi_cleanup(loop->multi);
        curl_global_cleanup();
    }
    g_assert(g_hash_table_size(loop->transfers) == 0);
    g_hash_table_unref(loop->transfers);
    g_array_unref(loop->timers);
    g_mutex_clear(&loop->lock);
    g_free(loop);
}

void curl_loop_add(struct curl_loop *loop, CURL *easy, void (*done)(CURL *easy, CURLcode code, void *data),
                   void *data)
{
    struct transfer *transfer = g_new(struct transfer, 1);
    *transfer = (struct transfer){done, data};
    g_hash_table_insert(loop->transfers, easy, transfer);
    curl_multi_add_handle(loop->multi, easy);
}

void curl_loop_remove(struct curl_loop *loop, CURL *easy)
{
    if (g_hash_table_remove(loop->transfers, easy))
        curl_multi_remove_handle(loop->multi, easy);
}

uint64_t curl_loop_after(struct curl_loop *loop, int64_t delay_ms, void (*timer_run)(void *data), void *data)
{
    struct timer timer = {
        .number = loop->next_timer++,
        .due_us = g_get_monotonic_time() + delay_ms * 1000,
        .run = timer_run,
        .data = data,
    };
    g_array_append_val(loop->timers, timer);
    return timer.number;
}

void curl_loop_cancel(struct curl_loop *loop, uint64_t number)
{
    for (guint i = 0; i < loop->timers->len; i++) {
        if (g_array_index(loop->timers, struct timer, i).number == number) {
            g_array_remove_index_fast(loop->timers, i);
            return;
        }
    }
}
