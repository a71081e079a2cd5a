/* Documents out of JSON, and any text as tokens: borders inside the text, stems no longer than words. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "kb/reader.h"
#include "kb/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_tokens(const char *text, size_t len)
{
    struct kb_tokens tokens;
    struct kb_token token;
    char stem[KB_TOKEN_MAX + 2];
    uint32_t start = 0;

    kb_tokens_init(&tokens, text, len);
    while (kb_tokens_next(&tokens, &token)) {
        g_assert(token.start >= start && token.start < token.end && token.end <= len);
        g_assert(token.len > 0 && token.len <= KB_TOKEN_MAX && g_utf8_validate(token.text, token.len, NULL));
        g_assert(kb_token_stem(&token, stem) <= token.len);
        start = token.start;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autofree char *text = g_strndup((const char *)bytes, len);
    struct kb_reader_line line;

    read_tokens((const char *)bytes, len);
    if (kb_reader_line_init(&line, text, len, NULL)) {
        g_assert(line.document.id);
        kb_reader_line_release(&line);
    }
    return 0;
}
