/* The lines of an open article by which a part of it is chosen: those that are not blank, counted from 0. */
#ifndef APP_DESK_EXCERPT_H
#define APP_DESK_EXCERPT_H

#include "app/desk/desk.h"

/* How many lines a body has. */
int excerpt_count(const char *body);

/* The line in which byte `at` of a body lies, or else the next one; of what lies behind the last line, that.
 */
int excerpt_line_at(const char *body, size_t at);

/* The bytes of lines [from, to], in either order, without the last one's line end; what is no line counts as
 * the nearest one. An empty range where the body has no lines. */
struct desk_range excerpt_range(const char *body, int from, int to);

/* Bytes of the sign or number that makes a line one of a list, with its blanks; 0: it is none. */
size_t excerpt_mark_len(const char *line);

/* What is chosen of the open article: the range of its body, empty where no line is. */
struct desk_range excerpt_chosen(const struct desk_knowledge *k);

#endif
