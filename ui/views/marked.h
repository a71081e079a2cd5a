/* Text with the places that a search matched, on one line or wrapped. Ranges are bytes of the text,
 * ascending. */
#ifndef UI_VIEWS_MARKED_H
#define UI_VIEWS_MARKED_H

#include <glib.h>
#include <stddef.h>

#include "app/desk/desk.h"
#include "ui/canvas.h"

/* One line of at most cols, cut with an ellipsis. marks: struct desk_range; NULL: none. Answers the column
 * after it. */
int marked_put(struct canvas *canvas, int x, int y, int cols, unsigned style, const char *text,
               const GArray *marks);

/* Wrapped into rect, beginning with line `skip`; answers how many rows were drawn. */
int marked_wrap(struct canvas *canvas, struct rect rect, int skip, unsigned style, const char *text,
                const GArray *marks);

/* An article or a timeline: items of lists and what is told behind a time hang under their first word,
 * `strong` (struct desk_range; NULL: none) stands out. Drawn as marked_wrap() does; without a canvas nothing
 * is. Answers the rows of the whole text. */
int marked_prose(struct canvas *canvas, struct rect rect, int skip, unsigned style, const char *text,
                 const GArray *strong);

/* The rows [*from, *to) of an article drawn in so many columns that show `range` of its text, which is not
 * empty. */
void marked_prose_rows(const char *text, int cols, struct desk_range range, int *from, int *to);

/* The byte of the text at which a row begins; of a later row than the last, the last one's. */
size_t marked_prose_at(const char *text, int cols, int row);

#endif
