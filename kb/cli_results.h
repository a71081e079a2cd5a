/*
 * Results of a search on standard output: for people, and for programs as lines of JSON or of columns.
 */
#ifndef KB_CLI_RESULTS_H
#define KB_CLI_RESULTS_H

#include "kb/search.h"

/* query_id: which of many queries it was; NULL where there is only one. */
void kb_cli_print_json(const char *query_id, const struct kb_results *results);
void kb_cli_print_tsv(const char *query_id, const struct kb_results *results);

/* Marks what matched where standard output is a terminal and NO_COLOR is not set. */
void kb_cli_print_table(const struct kb_results *results);

#endif
