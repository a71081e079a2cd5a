/* What a field of a script holds, as the screen shows it: a choice by its title; personal data masked, but
 * what the agent typed stays in sight as long as they are in the step, to be read back. */
#ifndef UI_VIEWS_HELD_H
#define UI_VIEWS_HELD_H

#include "app/script/walk.h"

/* `fill` has a value. Caller owns, free with g_free. */
char *held_text(const struct script_field *field, const struct walk_fill *fill, const char *language);

#endif
