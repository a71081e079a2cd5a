/*
 * XXH64 (seed 0), the 64-bit checksum of Yann Collet's xxHash specification, version 0.1.1; written from that
 * text. It finds damage, not forgery.
 */
#ifndef KB_CHECKSUM_H
#define KB_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

struct kb_checksum {
    uint64_t lanes[4];
    uint64_t total; /* bytes fed so far */
    uint8_t rest[32];
    size_t rest_len;
};

void kb_checksum_init(struct kb_checksum *sum);
void kb_checksum_add(struct kb_checksum *sum, const void *data, size_t len);
uint64_t kb_checksum_value(const struct kb_checksum *sum);

/* The checksum of one piece of memory. */
uint64_t kb_checksum_of(const void *data, size_t len);

#endif
