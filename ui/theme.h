/* How each style looks: tables of colours for 256-colour and 16-colour terminals and attributes for those
 * with none. Pure data and lookups; the terminal back end turns a look into its own codes.
 *
 *     struct theme_look look = theme_look(theme, depth, cell->style);
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ui/style.h"

enum theme_depth {
    THEME_DEPTH_MONO,
    THEME_DEPTH_8, /* the 16-colour columns folded: bright colours are bold, bright surfaces as in mono */
    THEME_DEPTH_16,
    THEME_DEPTH_256,
};

enum theme_attribute {
    THEME_ATTRIBUTE_BOLD = 1,
    THEME_ATTRIBUTE_DIM = 2,
    THEME_ATTRIBUTE_UNDERLINE = 4,
    THEME_ATTRIBUTE_REVERSE = 8,
    THEME_ATTRIBUTE_ITALIC = 16,
};

enum {
    THEME_DEFAULT_COLOUR = -1, /* the terminal's own foreground or background */
};

struct theme_look {
    int16_t foreground, background; /* 0..255, or THEME_DEFAULT_COLOUR */
    uint8_t attributes;             /* of enum theme_attribute */
};

struct theme;

/* A theme by name ("dark", "light"); NULL when there is none. Static. */
const struct theme *theme_find(const char *name);
/* Themes in order, "dark" first; NULL past the last. */
const struct theme *theme_at(unsigned index);

/* What a terminal with that many colours can show; mono where no_colour (the value of NO_COLOR, may be NULL)
 * is set and not empty. */
enum theme_depth theme_depth_for(int colours, const char *no_colour);

/* The look of a style. Foreground and background are never the same colour. */
struct theme_look theme_look(const struct theme *theme, enum theme_depth depth, unsigned style);

/* Whether the theme has a row for the role, the surface (STYLE_SURFACE_ value): for the test that none is
 * forgotten. */
bool theme_fills_role(const struct theme *theme, unsigned role);
bool theme_fills_surface(const struct theme *theme, unsigned surface);
