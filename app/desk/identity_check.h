/* Does what an agent typed read as what a customer is known by? One rule for every form. What arrives by a
 * channel is not asked: a switch may give a word for a number, such as "anonymous". */
#pragma once

#include <glib.h>

#include "app/model/contact.h"
#include "app/model/customer.h"

/* False, with one sentence that begins with the label, where the text is no such thing. A handle is one word;
 * an account can be anything. */
bool identity_check(enum identity_kind kind, const char *label, const char *text, GError **error);

/* The same for the number or address of a contact that came by this channel: a number for a call, an
 * e-mail address for a mail, either for a chat or a form on the web, a handle for a social network. */
bool identity_check_address(enum channel channel, const char *text, GError **error);
