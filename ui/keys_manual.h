/* The manual of keys, made from the key table (ui/keys.h): as text for people, as firstline-keys(7) for man.
 * It adds nothing to the table but the few sentences that say how to read it.
 *
 *     g_autofree char *page = keys_manual_roff("0.1.0");
 */
#pragma once

#include "ui/keys.h"

/* Every context with its keys and what they do; NULL: as built in. Caller owns, free with g_free. */
char *keys_manual_text(const struct keys *keys);

/* The manual page, roff with the man macros; `version` stands in its foot. Caller owns, free with g_free. */
char *keys_manual_roff(const char *version);

/* The command `firstline keys [--man]`: prints one of them, the text with `keys` as the settings have them.
 * argv[0] is the command's name. Returns 0, or 2 for a wrong option. */
int keys_manual_main(const struct keys *keys, int argc, char **argv);
