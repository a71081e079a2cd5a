/*
 * pattern: a regular expression under limits, for validations and conditions.
 *
 *     struct pattern *pattern = pattern_new("[A-Z]{2}[0-9]{4}", true, &error);
 *     pattern_matches(pattern, "AB1234");
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define PATTERN_ERROR (pattern_error_quark())
GQuark pattern_error_quark(void);

struct pattern;

/* Compiles a PCRE2 expression (UTF, at most 500 bytes). `whole`: it must match the whole text, else any part.
 * NULL with a sentence (PATTERN_ERROR). Caller owns, free with pattern_free. */
struct pattern *pattern_new(const char *expression, bool whole, GError **error);
void pattern_free(struct pattern *pattern);

/* What the first group of the next match holds (the whole match where there is no group), from the byte *from
 * on, which moves behind the match; NULL when there is none left, or a limit stopped the search. The caller's
 * to free. */
char *pattern_capture(const struct pattern *pattern, const char *text, size_t *from);

/* False too when a limit (100,000 steps, 1 MB) stops the search. `text` is valid UTF-8. */
bool pattern_matches(const struct pattern *pattern, const char *text);
