/*
 * Typing errors: which words of the index somebody may have meant by one that it lacks. One edit (a letter
 * dropped, added, changed, or two neighbours exchanged), two from eight letters on; candidates keep the first
 * letter unless nothing does.
 */
#ifndef KB_SPELL_H
#define KB_SPELL_H

#include "kb/segment.h"
#include "kb/tokens.h"

#define KB_SPELL_MAX 6

struct kb_correction {
    uint32_t group; /* row in GROUPS */
    uint32_t word;  /* row in WORDS; UINT32_MAX for a CJK token, which has none */
    float weight;   /* 0..1: how likely this one is meant */
};

/* Puts `candidate` among kept[count], which are the best of at most `room`, best first; of one group only the
 * best stays. Returns how many are kept now. */
size_t kb_correction_keep(struct kb_correction *kept, size_t count, size_t room,
                          struct kb_correction candidate);

/* Turns the weights of kept[count] into shares of the best one. */
void kb_corrections_scale(struct kb_correction *kept, size_t count);

/* The likeliest corrections of `token` into corrections[KB_SPELL_MAX], best first, at most one for each
 * group; returns how many. None for numbers, CJK and words under three letters. */
size_t kb_spell_correct(const struct kb_segment *segment, const struct kb_token *token,
                        struct kb_correction *corrections);

/* Edits between two texts of code points, each at most KB_TOKEN_MAX long, counting an exchange of neighbours
 * as one (optimal string alignment); any value above `most` means more than `most`. */
unsigned kb_spell_distance(const int32_t *a, size_t a_len, const int32_t *b, size_t b_len, unsigned most);

#endif
