/* Bytes from a terminal to keys, pastes and clicks. It reads no descriptor and knows no clock: the terminal
 * back end pushes what it read, and says when a pause was long enough to settle what is still open (is a lone
 * ESC a key, or the start of a sequence that a slow line has split?).
 *
 *     decoder_push(decoder, bytes, len);
 *     if (decoder_pause_ms(decoder)) start_timer(...);      // then decoder_expire(decoder)
 */
#pragma once

#include <stddef.h>

#include "ui/screen.h"

enum {
    DECODER_ESCAPE_MS = 30,  /* longer than a split sequence takes, shorter than one notices */
    DECODER_PASTE_MS = 3000, /* a paste whose end never came is taken as it is */
};

struct decoder;

/* Called for each event, within push or expire. What the event points to is borrowed for the call. */
typedef void (*decoder_fn)(const struct screen_input *input, void *user);

/* term: name of the terminal type, for its own key sequences. NULL when libtermkey cannot be had (no memory).
 * Caller owns, free with decoder_free. */
struct decoder *decoder_new(const char *term, decoder_fn give, void *user);
void decoder_free(struct decoder *decoder);

void decoder_push(struct decoder *decoder, const char *bytes, size_t len);

/* After how long a silence decoder_expire() should be called; 0: nothing is open. */
int decoder_pause_ms(const struct decoder *decoder);
void decoder_expire(struct decoder *decoder);
