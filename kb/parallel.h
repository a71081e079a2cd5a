/*
 * Passes over all documents, divided between the processor's cores: the documents in rising order, piece by
 * piece. A thread takes the next piece when it has done one, so a core that is busy elsewhere holds up
 * nobody.
 */
#ifndef KB_PARALLEL_H
#define KB_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

#define KB_PARALLEL_MAX 8

/* How many threads `count` documents are worth: one for each core, of `least` documents or more. */
unsigned kb_parallel_shares(uint32_t count, uint32_t least);

/* One pass: work(data, first, end, number) does documents [first, end) on thread `number` (0..shares) and
 * returns false where no further piece shall be begun. */
struct kb_pass {
    uint32_t count;  /* documents */
    uint32_t piece;  /* documents at a time, a multiple of 64 */
    unsigned shares; /* threads: 1..KB_PARALLEL_MAX, the caller's among them */
    bool (*work)(void *data, uint32_t first, uint32_t end, unsigned number);
    void *data;
};

/* Returns when all threads have. Every piece below one that was begun has been begun too, and done. */
void kb_parallel(const struct kb_pass *pass);

#endif
