/* Reads a foreign file record by record: a JSON document, JSON lines, a table (CSV of RFC 4180, TSV),
 * or a graph (DOT), which is one record.
 *
 * Nothing is said of what the records mean (app/desk/mapping does). A line that cannot be read is given out
 * as its sentence, and the rest go on.
 */
#ifndef APP_DESK_RECORDS_H
#define APP_DESK_RECORDS_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>

#include "app/desk/mapping.h"

/* One record, or why line `line` is none; borrowed for the call. key: the name under which it stood, else
 * NULL. line: of a document, the record's ordinal. */
typedef void (*records_visit)(const cJSON *record, const char *key, int line, const char *problem,
                              void *user_data);

/* Reads path as the mapping says, by the file's ending (.json; .jsonl and .ndjson; .csv; .tsv; .dot). False
 * where the file as a whole cannot be read. */
bool records_read(const char *path, const struct mapping *mapping, records_visit visit, void *user_data,
                  GError **error);

/* Whether records of this file stand on lines of their own: all forms but a JSON document and a
 * graph. */
bool records_have_lines(const char *path);

#endif
