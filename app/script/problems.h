/*
 * problems: what is wrong in one text file, each with its place, gathered so that all is said at once.
 *
 * It does not print. A reader or checker adds; the caller asks for the report or a GError.
 *
 *     struct problems *problems = problems_new("returns.yaml");
 *     problems_add(problems, node->line, node->column, "`%s` should be a time such as 30s", key);
 *     if (!problems_none(problems, error)) ...   // "returns.yaml:3:9: `target` should be a time such as 30s"
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* How many are kept; what comes after is only counted. */
#define PROBLEMS_MAX 100

/* The error domain of everything that reads a text file here: bad contents, or a file that cannot be read. */
#define PROBLEMS_ERROR (problems_error_quark())
GQuark problems_error_quark(void);
enum problems_error {
    PROBLEMS_ERROR_CONTENTS, /* the file was read and is wrong */
    PROBLEMS_ERROR_FILE,     /* the file could not be read */
};

struct problems;

/* `file` is copied; it stands before each line of the report. Caller owns, free with problems_free. */
struct problems *problems_new(const char *file);
void problems_free(struct problems *problems);

/* The same sentence at the same place is kept once. */
void problems_add(struct problems *problems, unsigned line, unsigned column, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* All that were found, those beyond PROBLEMS_MAX included. */
size_t problems_count(const struct problems *problems);

/* "file:line:column: sentence" one a line in the order of the file, "" when there are none; caller owns. */
char *problems_report(struct problems *problems);

/* True when there are none; else false, and `error` is the report (PROBLEMS_ERROR_CONTENTS). */
bool problems_none(struct problems *problems, GError **error);
