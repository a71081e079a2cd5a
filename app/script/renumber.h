/* The text of a script with another number of its version, for those who publish a changed text without
 * anybody's having written the number: imports of foreign guidelines, and whoever a sub-script is used by.
 */
#ifndef APP_SCRIPT_RENUMBER_H
#define APP_SCRIPT_RENUMBER_H

#include <glib.h>
#include <stdint.h>

/* The source with this version in its head, and every other byte as it was. Caller owns, g_free. NULL with
 * the error of the YAML, or where the head has no plain number there. */
char *script_renumber(const char *source, int64_t version, GError **error);

#endif
