/*
 * The documents of a short beginning, one or two letters, or of a word that is in many titles: most of those
 * that a query finds. Of one that has nothing else of the query there is no more to know than what its title
 * is worth, so it has two bits here instead of a row, unless it is one of the best: exactly what rows would
 * give, in a fraction of the memory that is gone through.
 */
#ifndef KB_CROWD_H
#define KB_CROWD_H

#include "kb/score_parts.h"

/* Adds the words that a term stands for: itself in all fields, those that begin so (groups, of uint32_t) in
 * titles and tags and, where asked for, in bodies. No term is added after it, and any of its documents is
 * allowed that is alive. Sets s->rowless; returns how many documents have no row, dead ones among them. */
uint32_t kb_crowd_add(struct kb_scorer *s, const struct kb_term *term, const GArray *groups, uint64_t bit,
                      bool bodies);

#endif
