/* A foreign guideline as a script of our own language: one step for each of its actions, one after the other,
 * and a question with two ways for each condition that its prose states plainly (app/desk/prose.h). What is
 * said with another "if" stays prose; every such place is said and counted.
 */
#ifndef APP_DESK_IMPORT_SCRIPT_H
#define APP_DESK_IMPORT_SCRIPT_H

#include "app/desk/import_record.h"

/* The script's source. id, title and intent (NULL: none) are already mapped. Caller owns, g_free. */
char *import_script_source(const struct mapping *mapping, const cJSON *record, const cJSON *mapped,
                           struct import_notes *notes, GError **error);

/* Parts of a source: its head up to `steps:`; a text in quotes; `, name: text` of a text with braces of its
 * own. */
void import_script_head(GString *out, const cJSON *mapped);
void import_script_quote(GString *out, const char *text);
void import_script_text(GString *out, const char *name, const char *text);

#endif
