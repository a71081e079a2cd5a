/*
 * Passes over all documents, divided between the processor's cores: the documents in rising order, an even
 * share for each.
 */
#ifndef KB_PARALLEL_H
#define KB_PARALLEL_H

#include <stdint.h>

#define KB_PARALLEL_MAX 8

/* How many shares `count` documents are worth: one for each core, of `least` documents or more. */
unsigned kb_parallel_shares(uint32_t count, uint32_t least);

/* Calls work(data, first, end, number) for each of `shares` (1..KB_PARALLEL_MAX), at the same time: documents
 * [first, end) are share `number`, from 0; shares meet at multiples of 64. Returns when all have returned. */
void kb_parallel(uint32_t count, unsigned shares,
                 void (*work)(void *data, uint32_t first, uint32_t end, unsigned number), void *data);

#endif
