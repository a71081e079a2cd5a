/* Templates of a mapping: text with {PATH|FILTER…}, filled from a foreign record.
 *
 * A path is member names and indexes joined by dots; "*" takes all members; "@key" is the name under which
 * the record stood. Several values are joined by ", ". What is not there is "". Filters, in the order
 * written:
 *
 *     sum          all values added up             minor   hundredths: 47.84 -> 4784
 *     first        only the first                  lines   joined by newlines, not commas
 *     date         the first ten characters        digits  only those
 *     title        Each Word                       lower   no capitals
 *     slug         a-z, 0-9 and dashes             unnumbered   without "_4" at the end
 *     given        not "N/A", "none", "null" or "-"
 *     NAME         what the table of that name says; nothing where it has no such row
 */
#ifndef APP_DESK_MAPPING_TEXT_H
#define APP_DESK_MAPPING_TEXT_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>

#include "app/desk/mapping.h"

/* The value of a path in a record, without "*": borrowed from it; NULL where there is none. */
const cJSON *mapping_find(const cJSON *record, const char *path);

/* The template filled. key: what "@key" is, may be NULL. NULL where a filter cannot take a value ("n/a" as an
 * amount). Caller owns, g_free. */
char *mapping_fill(const struct mapping *mapping, const char *template, const cJSON *record, const char *key,
                   GError **error);

/* NULL: the template is sound; else the sentence why not. Caller owns, g_free. */
char *mapping_text_problem(const struct mapping *mapping, const char *template);

#endif
