/*
 * A table of distinct short texts, numbered from 0 in the order they were first seen. The builder's; nothing
 * is ever taken out.
 */
#ifndef KB_INTERN_H
#define KB_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kb_intern;

struct kb_intern *kb_intern_new(void);
void kb_intern_free(struct kb_intern *intern);

/* The number of text[0..len), len <= 255; a text not seen before gets the next one. Copies the text. */
uint32_t kb_intern_add(struct kb_intern *intern, const char *text, size_t len);

/* Is the text there? Then *number is its number. */
bool kb_intern_find(const struct kb_intern *intern, const char *text, size_t len, uint32_t *number);

uint32_t kb_intern_count(const struct kb_intern *intern);

/* The text with this number and its length; borrowed until the next kb_intern_add. Not closed by NUL. */
const char *kb_intern_text(const struct kb_intern *intern, uint32_t number, size_t *len);

/* All numbers in byte order of their texts; caller owns, free with g_free. */
uint32_t *kb_intern_sorted(const struct kb_intern *intern);

/* Byte order of two texts, a shorter one before those it begins. */
int kb_intern_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
