#include "kb/parallel.h"

#include <glib.h>

/* A pass under way. */
struct run {
    const struct kb_pass *pass;
    gint next;    /* piece, atomic */
    gint stopped; /* atomic */
};

struct share {
    struct run *run;
    unsigned number;
};

unsigned kb_parallel_shares(uint32_t count, uint32_t least)
{
    return (unsigned)CLAMP(count / least, 1, MIN(g_get_num_processors(), KB_PARALLEL_MAX));
}

static gpointer take_pieces(gpointer data)
{
    const struct share *share = data;
    struct run *run = share->run;
    const struct kb_pass *pass = run->pass;

    while (!g_atomic_int_get(&run->stopped)) {
        uint64_t first = (uint64_t)g_atomic_int_add(&run->next, 1) * pass->piece;
        if (first >= pass->count)
            break;
        uint32_t end = (uint32_t)MIN(first + pass->piece, pass->count);
        if (!pass->work(pass->data, (uint32_t)first, end, share->number))
            g_atomic_int_set(&run->stopped, 1);
    }
    return NULL;
}

void kb_parallel(const struct kb_pass *pass)
{
    struct run run = {.pass = pass};
    struct share shares[KB_PARALLEL_MAX];
    GThread *threads[KB_PARALLEL_MAX] = {NULL};

    for (unsigned i = 0; i < pass->shares; i++)
        shares[i] = (struct share){.run = &run, .number = i};
    /* Where no thread is to be had the others do its pieces too. */
    for (unsigned i = 1; i < pass->shares; i++)
        threads[i] = g_thread_try_new("kb", take_pieces, &shares[i], NULL);
    take_pieces(&shares[0]);
    for (unsigned i = 1; i < pass->shares; i++)
        if (threads[i])
            g_thread_join(threads[i]);
}
