/* What GLib's locks and queues order, told to ThreadSanitizer, which cannot see it: GLib is not built with it
 * and waits on futexes of its own. These stand before GLib's functions of the same names in a test program,
 * tell, and call them. Nothing of this is in any other build. */
#ifdef __SANITIZE_THREAD__

#include <dlfcn.h>
#include <glib.h>
#include <sanitizer/tsan_interface.h>

/* GLib's headers make macros of some. */
#undef g_mutex_lock
#undef g_mutex_unlock

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void g_mutex_lock(GMutex *mutex)
{
    REAL(g_mutex_lock)(mutex);
    __tsan_acquire(mutex);
}

void g_mutex_unlock(GMutex *mutex)
{
    __tsan_release(mutex);
    REAL(g_mutex_unlock)(mutex);
}

void g_cond_wait(GCond *cond, GMutex *mutex)
{
    __tsan_release(mutex);
    REAL(g_cond_wait)(cond, mutex);
    __tsan_acquire(mutex);
}

gboolean g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us)
{
    __tsan_release(mutex);
    gboolean in_time = REAL(g_cond_wait_until)(cond, mutex, end_us);
    __tsan_acquire(mutex);
    return in_time;
}

void g_async_queue_push(GAsyncQueue *queue, void *data)
{
    __tsan_release(queue);
    REAL(g_async_queue_push)(queue, data);
}

void *g_async_queue_pop(GAsyncQueue *queue)
{
    void *data = REAL(g_async_queue_pop)(queue);
    __tsan_acquire(queue);
    return data;
}

void *g_async_queue_try_pop(GAsyncQueue *queue)
{
    void *data = REAL(g_async_queue_try_pop)(queue);
    __tsan_acquire(queue);
    return data;
}

struct pooled {
    GFunc run;
    void *user_data;
};

static void run_pooled(void *data, void *user_data)
{
    struct pooled *pooled = user_data;
    __tsan_acquire(pooled);
    pooled->run(data, pooled->user_data);
    __tsan_release(pooled);
}

/* What is pushed, run and joined meets at one address, which is kept as long as the program. */
GThreadPool *g_thread_pool_new(GFunc run, void *user_data, int max_threads, gboolean exclusive,
                               GError **error)
{
    struct pooled *pooled = g_new(struct pooled, 1);
    *pooled = (struct pooled){run, user_data};
    return REAL(g_thread_pool_new)(run_pooled, pooled, max_threads, exclusive, error);
}

gboolean g_thread_pool_push(GThreadPool *pool, void *data, GError **error)
{
    __tsan_release(pool->user_data);
    return REAL(g_thread_pool_push)(pool, data, error);
}

void g_thread_pool_free(GThreadPool *pool, gboolean immediate, gboolean waits)
{
    struct pooled *pooled = pool->user_data;
    REAL(g_thread_pool_free)(pool, immediate, waits);
    __tsan_acquire(pooled);
}

#else
typedef int nothing_to_tell; /* a file must not be empty */
#endif
