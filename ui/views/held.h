/* What a field of a script holds, as the screen shows it: a choice by its title, personal data masked. */
#ifndef UI_VIEWS_HELD_H
#define UI_VIEWS_HELD_H

#include "app/script/script.h"

/* `value` is canonical (walk_fill.value, never NULL). Caller owns, free with g_free. */
char *held_text(const struct script_field *field, const char *value, const char *language);

#endif
