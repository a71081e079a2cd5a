/* The command `firstline import KIND FILE`: reads a foreign file through a mapping, checks every record, and
 * sends what is sound to the backend, which takes the file in one transaction. Running it again changes
 * nothing.
 *
 * A contact becomes events whose ids are made from its own id (SHA-256), so that a second import finds them
 * there.
 */
#ifndef APP_DESK_IMPORT_H
#define APP_DESK_IMPORT_H

#include "app/desk/mapping.h"

/* argv[0] is "import". Answers the exit status (net/problem.h). */
int import_main(int argc, char **argv);

/* One record as the backend takes it: a line of JSON, or for a contact a line for each of its events. NULL
 * with the sentence why it is refused. now_ms: when it is imported. Caller owns, g_free. */
char *import_line(const struct mapping *mapping, const cJSON *record, const char *key, int64_t now_ms,
                  GError **error);

#endif
