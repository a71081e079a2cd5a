/* The settings of whoever sits at the desk: colours, mouse, notices, keys, from one YAML file.
 *
 *     theme: light
 *     mouse: yes
 *     notices: yes
 *     keys:
 *       everywhere: {C-g: get-next}
 *       list: {x: wrap-up, w: none}
 *
 * Contexts, keys and actions are named as in ui/keys.h, ui/key.h and ui/action.h; "none" takes a key's
 * meaning away. All that is wrong is said at once, each with its file, line and column, and nothing of it is
 * taken.
 */
#ifndef APP_TERMINAL_USER_SETTINGS_H
#define APP_TERMINAL_USER_SETTINGS_H

#include <glib.h>
#include <stdbool.h>

#include "ui/keys.h"

struct user_settings {
    char *theme; /* NULL: not said */
    bool wants_mouse, wants_notices;
    struct keys *keys; /* NULL: as built in */
};

/* $XDG_CONFIG_HOME/firstline/settings.yaml. Caller owns, g_free. */
char *user_settings_path(void);

/* Fills *settings, all zero where there is no such file. False: it cannot be read, or is wrong
 * (PROBLEMS_ERROR); *settings is all zero then. Release it either way. */
bool user_settings_read(struct user_settings *settings, const char *path, GError **error);
void user_settings_release(struct user_settings *settings);

#endif
