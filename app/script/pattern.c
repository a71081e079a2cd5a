/* PCRE2 behind limits; see the header. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "app/script/pattern.h"

#include <pcre2.h>
#include <string.h>

#define EXPRESSION_MAX_BYTES 500
#define MATCH_LIMIT          100000
#define HEAP_LIMIT_KB        1024

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
};

GQuark pattern_error_quark(void)
{
    return g_quark_from_static_string("firstline-pattern");
}

struct pattern *pattern_new(const char *expression, bool whole, GError **error)
{
    if (strlen(expression) > EXPRESSION_MAX_BYTES) {
        g_set_error(error, PATTERN_ERROR, 0, "The pattern is over %d bytes; make it shorter.",
                    EXPRESSION_MAX_BYTES);
        return NULL;
    }
    int code = 0;
    PCRE2_SIZE offset = 0;
    uint32_t options = PCRE2_UTF | PCRE2_UCP | (whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0);
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, options, &code, &offset, NULL);
    if (!compiled) {
        PCRE2_UCHAR message[160];
        pcre2_get_error_message(code, message, sizeof message);
        g_set_error(error, PATTERN_ERROR, 0, "The pattern \"%s\" is wrong at its character %zu: %s.",
                    expression, (size_t)g_utf8_strlen(expression, (gssize)offset) + 1, (const char *)message);
        return NULL;
    }
    struct pattern *pattern = g_new0(struct pattern, 1);
    pattern->code = compiled;
    pattern->data = pcre2_match_data_create(2, NULL);
    pattern->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(pattern->limits, HEAP_LIMIT_KB);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    pcre2_code_free(pattern->code);
    pcre2_match_data_free(pattern->data);
    pcre2_match_context_free(pattern->limits);
    g_free(pattern);
}

bool pattern_matches(const struct pattern *pattern, const char *text)
{
    return pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, PCRE2_NO_UTF_CHECK, pattern->data,
                       pattern->limits) >= 0;
}

char *pattern_capture(const struct pattern *pattern, const char *text, size_t *from)
{
    size_t len = strlen(text);
    if (*from > len)
        return NULL;
    int count = pcre2_match(pattern->code, (PCRE2_SPTR)text, len, *from, PCRE2_NO_UTF_CHECK, pattern->data,
                            pattern->limits);
    if (count < 0)
        return NULL;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->data);
    bool group = count != 1 && ends[2] != PCRE2_UNSET; /* 0: there are more groups than the first */
    size_t start = ends[group ? 2 : 0], end = ends[group ? 3 : 1];
    /* An empty match would be found for ever at the same place. */
    *from = ends[1] > *from ? ends[1] : (size_t)(g_utf8_next_char(text + *from) - text);
    return end >= start ? g_strndup(text + start, end - start) : NULL;
}
