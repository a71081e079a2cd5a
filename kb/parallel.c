#include "kb/parallel.h"

#include <glib.h>

struct share {
    void (*work)(void *data, uint32_t first, uint32_t end, unsigned number);
    void *data;
    uint32_t first, end;
    unsigned number;
    GThread *thread; /* NULL where the caller's own does it */
};

static uint32_t border(uint32_t count, unsigned number, unsigned shares)
{
    return number == shares ? count : (uint32_t)((uint64_t)count * number / shares) & ~63u;
}

unsigned kb_parallel_shares(uint32_t count, uint32_t least)
{
    return (unsigned)CLAMP(count / least, 1, MIN(g_get_num_processors(), KB_PARALLEL_MAX));
}

static gpointer run(gpointer data)
{
    struct share *share = data;

    share->work(share->data, share->first, share->end, share->number);
    return NULL;
}

void kb_parallel(uint32_t count, unsigned shares,
                 void (*work)(void *data, uint32_t first, uint32_t end, unsigned number), void *data)
{
    struct share all[KB_PARALLEL_MAX];

    for (unsigned i = shares; i-- > 0;) {
        all[i] = (struct share){.work = work,
                                .data = data,
                                .first = border(count, i, shares),
                                .end = border(count, i + 1, shares),
                                .number = i};
        /* Without a thread to be had, this one does the share too. */
        all[i].thread = i > 0 ? g_thread_try_new("kb", run, &all[i], NULL) : NULL;
        if (!all[i].thread)
            run(&all[i]);
    }
    for (unsigned i = 0; i < shares; i++)
        if (all[i].thread)
            g_thread_join(all[i].thread);
}
