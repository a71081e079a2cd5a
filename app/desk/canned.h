/* Canned texts: "Hello {customer.name|there}, order {order.id} …" filled from the contact, with its blanks
 * named so that the agent can be asked for them.
 *
 * "[amount]" is a blank like "{amount}"; a link such as "[here](https://…)" is left as it is. The names are
 * those of scripts (app/script/facts.h). One that is none of these, or has no value and no fallback, is a
 * blank; as a label its own words are shown ("{day of delivery}").
 */
#ifndef APP_DESK_CANNED_H
#define APP_DESK_CANNED_H

#include "app/desk/desk.h"

/* The text with its names filled in. `answers` (name -> text, may be NULL) come before all else; a blank
 * stays as {name} and is added to `blanks` (of char *, each name once; may be NULL). Caller owns. */
char *canned_fill(const struct desk *desk, const struct desk_contact *dc, const char *text,
                  GHashTable *answers, GPtrArray *blanks);

/* The text as it would be inserted, for choosing it: each blank as its label in square brackets. Caller owns.
 */
char *canned_preview(const struct desk *desk, const struct desk_contact *dc, const char *text);

/* What to ask for a blank: the label of a fact, or the name itself. Static or borrowed from name. */
const char *canned_label(const char *name, const char *language);

/* The first {blank} that still stands in a text that is about to be sent; NULL: none. Caller owns. */
char *canned_find_blank(const char *text);

#endif
