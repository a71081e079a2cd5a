/* A foreign guideline as a script of our own language: one step for each of its actions, one after the other.
 *
 * What the guideline says with "if" stays prose; every such place is said and counted.
 */
#ifndef APP_DESK_IMPORT_SCRIPT_H
#define APP_DESK_IMPORT_SCRIPT_H

#include "app/desk/import_record.h"

/* The script's source. id, title and intent (NULL: none) are already mapped. Caller owns, g_free. */
char *import_script_source(const struct mapping *mapping, const cJSON *record, const cJSON *mapped,
                           struct import_notes *notes, GError **error);

#endif
