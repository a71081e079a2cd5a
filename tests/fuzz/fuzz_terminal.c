/* What a terminal sends: any bytes give keys, pastes and clicks in their one form. The first byte chooses how
 * they are cut and where the pauses are. */
#include "ui/decoder.h"

#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const struct screen_input *input, void *user)
{
    (void)user;
    if (input->kind == SCREEN_INPUT_KEY) {
        g_assert(input->key.code != 0 && key_equals(input->key, key_normalise(input->key)));
    } else if (input->kind == SCREEN_INPUT_PASTE) {
        g_assert(input->paste_len <= SCREEN_PASTE_MAX_BYTES * 3);
        g_assert(g_utf8_validate_len(input->paste, input->paste_len, NULL));
        for (size_t i = 0; i < input->paste_len; i++)
            g_assert((unsigned char)input->paste[i] >= ' ' || input->paste[i] == '\n' ||
                     input->paste[i] == '\t');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return 0;
    struct decoder *decoder = decoder_new("xterm-256color", check, NULL);
    size_t piece_len = 1 + bytes[0] % 16;
    bool has_pauses = bytes[0] & 0x80;
    for (size_t at = 1; at < len; at += piece_len) {
        decoder_push(decoder, (const char *)bytes + at, MIN(piece_len, len - at));
        if (has_pauses && decoder_pause_ms(decoder))
            decoder_expire(decoder);
    }
    decoder_expire(decoder);
    decoder_free(decoder);
    return 0;
}
