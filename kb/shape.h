/*
 * Shapes of words: what a pattern's classes, choices and repetitions say of one word that every match goes
 * through ("[aeiou]{5}", "(iz|oo)\\d", "\\d+\\.\\d+"). Asked of the words of an index, they tell the
 * documents that may match, where the pattern has no text of its own to look for.
 *
 *     g_autoptr(GPtrArray) shapes = kb_shapes_new(syntax, false);
 *     if (kb_shape_is_in(shapes->pdata[0], "queueing", 8)) ...
 */
#ifndef KB_SHAPE_H
#define KB_SHAPE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kb/syntax.h"

struct kb_shape;

/* The shapes of a pattern that PCRE2 compiles, all of its characters ASCII: each match goes, for every shape,
 * through a word in which it is, or a raw one (KB_RAW_PREFIX), or one of either that is longer than
 * KB_TOKEN_MAX, but for texts in KB_ODD_GROUP. With `has_literals` those are left out that say little more
 * than literals do (kb/literals.h). `syntax` (borrows) may be NULL: then there are none. An array of struct
 * kb_shape *, to be freed with g_ptr_array_unref. */
GPtrArray *kb_shapes_new(const struct kb_syntax *syntax, bool has_literals);

/* Does every match lie inside one word, and ask for a group again ("(\w)\1\1")? Shapes tell little then,
 * since what is the same in them is not followed, but the pattern itself can be matched on words. `syntax`
 * may be NULL. */
bool kb_shape_is_pattern_of_word(const struct kb_syntax *syntax);

/* Does the word stand twice in a row (KB_TWICE_PREFIX)? "\b(l\w+) \1\b" has such a shape. */
bool kb_shape_is_twice(const struct kb_shape *shape);

/* What every word with the shape has: these letters (kb_letter_32) and at least so many bytes. */
void kb_shape_outline(const struct kb_shape *shape, uint32_t *letters, size_t *least);

/* Is the shape in word[0..len), a spelling of the index? Also true where it is too intricate to tell. For one
 * thread at a time. */
bool kb_shape_is_in(struct kb_shape *shape, const char *word, size_t len);

#endif
