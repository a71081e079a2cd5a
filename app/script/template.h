/*
 * template: texts with names in them, as a step says them: "Hello {customer.name|there}, your {order.item}
 * …".
 *
 *     {name}            the value of a fact or field
 *     {name|fallback}   the fallback, as it stands, when the value is not known
 *     {{ and }}         a brace
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Called for each name in turn; `fallback` is NULL when there is none, offset the byte where the brace opens.
 */
typedef void (*template_visit)(void *data, const char *name, const char *fallback, size_t offset);

/* Visits every name. False with a sentence when a brace is not closed or a name is empty; *offset (may be
 * NULL) is then where. */
bool template_scan(const char *text, template_visit visit, void *data, size_t *offset, GError **error);

/* The value to put in place of a name; NULL: none. Borrowed until the next call. */
typedef const char *(*template_value)(void *data, const char *name, const char *fallback);

/* The text with its names replaced; what is no template stays as it is. Caller owns. */
char *template_render(const char *text, template_value value, void *data);
