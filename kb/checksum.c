#include "kb/checksum.h"

#include <string.h>

#define PRIME_1 0x9E3779B185EBCA87ULL
#define PRIME_2 0xC2B2AE3D27D4EB4FULL
#define PRIME_3 0x165667B19E3779F9ULL
#define PRIME_4 0x85EBCA77C2B2AE63ULL
#define PRIME_5 0x27D4EB2F165667C5ULL

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static uint64_t read_64(const uint8_t *p)
{
    uint64_t x;

    memcpy(&x, p, sizeof x);
    return x;
}

static uint32_t read_32(const uint8_t *p)
{
    uint32_t x;

    memcpy(&x, p, sizeof x);
    return x;
}

static uint64_t round_of(uint64_t lane, uint64_t input)
{
    return rotate(lane + input * PRIME_2, 31) * PRIME_1;
}

static void take_stripe(struct kb_checksum *sum, const uint8_t *p)
{
    for (int i = 0; i < 4; i++)
        sum->lanes[i] = round_of(sum->lanes[i], read_64(p + 8 * i));
}

void kb_checksum_init(struct kb_checksum *sum)
{
    *sum = (struct kb_checksum){.lanes = {PRIME_1 + PRIME_2, PRIME_2, 0, 0 - PRIME_1}};
}

void kb_checksum_add(struct kb_checksum *sum, const void *data, size_t len)
{
    const uint8_t *p = data;

    if (len == 0)
        return;
    sum->total += len;
    if (sum->rest_len > 0) {
        size_t take = 32 - sum->rest_len < len ? 32 - sum->rest_len : len;
        memcpy(sum->rest + sum->rest_len, p, take);
        sum->rest_len += take;
        p += take;
        len -= take;
        if (sum->rest_len < 32)
            return;
        take_stripe(sum, sum->rest);
        sum->rest_len = 0;
    }
    for (; len >= 32; p += 32, len -= 32)
        take_stripe(sum, p);
    memcpy(sum->rest, p, len);
    sum->rest_len = len;
}

static uint64_t merge_lanes(const struct kb_checksum *sum)
{
    uint64_t h = rotate(sum->lanes[0], 1) + rotate(sum->lanes[1], 7) + rotate(sum->lanes[2], 12) +
                 rotate(sum->lanes[3], 18);

    for (int i = 0; i < 4; i++)
        h = (h ^ round_of(0, sum->lanes[i])) * PRIME_1 + PRIME_4;
    return h;
}

uint64_t kb_checksum_value(const struct kb_checksum *sum)
{
    const uint8_t *p = sum->rest, *end = p + sum->rest_len;
    uint64_t h = sum->total >= 32 ? merge_lanes(sum) : PRIME_5;

    h += sum->total;
    for (; p + 8 <= end; p += 8)
        h = rotate(h ^ round_of(0, read_64(p)), 27) * PRIME_1 + PRIME_4;
    if (p + 4 <= end) {
        h = rotate(h ^ read_32(p) * PRIME_1, 23) * PRIME_2 + PRIME_3;
        p += 4;
    }
    for (; p < end; p++)
        h = rotate(h ^ *p * PRIME_5, 11) * PRIME_1;
    h = (h ^ h >> 33) * PRIME_2;
    h = (h ^ h >> 29) * PRIME_3;
    return h ^ h >> 32;
}

uint64_t kb_checksum_of(const void *data, size_t len)
{
    struct kb_checksum sum;

    kb_checksum_init(&sum);
    kb_checksum_add(&sum, data, len);
    return kb_checksum_value(&sum);
}
