/* One foreign record, through a mapping, as the line or lines of JSON that the backend takes; or the sentence
 * why it is refused.
 *
 * A contact becomes events, a line each, whose ids are made from its own id (SHA-256), so that a second
 * import finds them there. Messages without a text are left out, and said to be.
 */
#ifndef APP_DESK_IMPORT_RECORD_H
#define APP_DESK_IMPORT_RECORD_H

#include <cjson/cJSON.h>
#include <glib.h>

#include "app/desk/mapping.h"

/* What an import of a file says beside its lines. Zero but for now_ms at the start. */
struct import_notes {
    int64_t now_ms;     /* when it is imported */
    GPtrArray *remarks; /* char *, owned: sentences on the records; NULL: not wanted */
    int ifs;            /* of the guidelines' prose */
    int branches;       /* how many of these became branches */
    int scripts_with_ifs;
    int empty_messages; /* left out */
};

/* key: the name under which it stood, may be NULL. Several lines are parted by newlines. Caller owns, g_free.
 */
char *import_line(const struct mapping *mapping, const cJSON *record, const char *key,
                  struct import_notes *notes, GError **error);

void import_remark(struct import_notes *notes, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
