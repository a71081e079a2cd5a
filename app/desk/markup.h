/* Articles are written in a little Markdown; on the desk and in a reply they are read without its signs.
 * Understood are **strong**, *emphasis*, `code`, headings (#), lists (-) and tables (|). Everything else, and
 * a sign without its partner, stays as it is.
 *
 *     g_autoptr(GArray) strong = NULL;
 *     g_autofree char *text = markup_plain("Within **60 days**.", NULL, &strong);   // "Within 60 days."
 */
#pragma once

#include <glib.h>

/* The text without signs; a table's row becomes its cells with " · " between them. Caller owns, free with
 * g_free. `marks` (struct desk_range in bytes of `source`, or NULL) are changed in place to bytes of the
 * answer. *strong (may be NULL) becomes the ranges of the answer that stand out, ascending: struct
 * desk_range, caller owns, free with g_array_unref. */
char *markup_plain(const char *source, GArray *marks, GArray **strong);
