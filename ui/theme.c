/* Colours and attributes of the styles. */
#include "ui/theme.h"

#include <glib.h>

enum {
    NONE = THEME_DEFAULT_COLOUR,
    BOLD = THEME_ATTRIBUTE_BOLD,
    DIM = THEME_ATTRIBUTE_DIM,
    UNDERLINE = THEME_ATTRIBUTE_UNDERLINE,
    REVERSE = THEME_ATTRIBUTE_REVERSE,
    ITALIC = THEME_ATTRIBUTE_ITALIC,
};

/* Foregrounds: 256 colours, 16 colours, attributes in colour, attributes in mono. */
struct role_row {
    bool filled;
    int16_t fg256, fg16;
    uint8_t attributes, mono;
};

/* Backgrounds with the foreground that plain text takes on them. On a loud surface every role takes that
 * foreground, for an offer is read as a whole. */
struct surface_row {
    bool filled, loud;
    int16_t bg256, bg16, fg256, fg16;
    uint8_t mono;
};

struct theme {
    const char *name;
    struct role_row roles[STYLE_ROLE_COUNT];
    struct surface_row surfaces[STYLE_SURFACE_COUNT];
    struct role_row match; /* laid over the role where the search found something */
};

#define ROLE(name, fg256, fg16, attributes, mono) [STYLE_ROLE_##name] = {true, fg256, fg16, attributes, mono}
#define SURFACE(name, bg256, bg16, fg256, fg16, mono) \
    [STYLE_SURFACE_##name >> STYLE_SURFACE_SHIFT] = {true, false, bg256, bg16, fg256, fg16, mono}
#define LOUD_SURFACE(name, bg256, bg16, fg256, fg16, mono) \
    [STYLE_SURFACE_##name >> STYLE_SURFACE_SHIFT] = {true, true, bg256, bg16, fg256, fg16, mono}

static const struct theme
    themes[] =
        {
            {
                .name = "dark",
                .roles =
                    {
                        ROLE(TEXT, 252, NONE, 0, 0),
                        ROLE(DIM, 244, 8, 0, DIM),
                        ROLE(BRIGHT, 255, 15, BOLD, BOLD),
                        ROLE(RULE, 239, 8, 0, DIM),
                        ROLE(RULE_FOCUSED, 75, 12, 0, BOLD),
                        ROLE(BRAND, 75, 12, BOLD, BOLD),
                        ROLE(KEY, 75, 12, BOLD, BOLD),
                        ROLE(AGENT, 110, 14, 0, 0),
                        ROLE(CUSTOMER, 180, 11, 0, BOLD),
                        ROLE(SYSTEM, 244, 8, 0, DIM),
                        ROLE(OK, 114, 10, 0, 0),
                        ROLE(WARN, 221, 3, 0, BOLD),
                        ROLE(RISK, 214, 11, BOLD, BOLD | UNDERLINE),
                        ROLE(ERROR, 203, 9, BOLD, UNDERLINE | REVERSE),
                        ROLE(FIELD, 246, 7, 0, DIM | UNDERLINE),
                        ROLE(FIELD_FILLED, 114, 10, 0, UNDERLINE),
                        ROLE(NOTE, 186, 11, ITALIC, ITALIC | UNDERLINE),
                        ROLE(SECRET, 246, 7, 0, DIM),
                        ROLE(OFFER, 214, 11, BOLD, BOLD | REVERSE),
                        ROLE(LINK_UP, 252, 7, 0, 0),
                        ROLE(LINK_DOWN, 203, 9, BOLD, BOLD | REVERSE),
                        ROLE(STEP_DONE, 114, 10, 0, 0),
                        ROLE(STEP_NOW, 75, 12, BOLD, BOLD),
                        ROLE(STEP_LATER, 244, 8, 0, DIM),
                        ROLE(LINK, 75, 12, UNDERLINE, UNDERLINE),
                    },
                .surfaces =
                    {
                        SURFACE(PLAIN, NONE, NONE, NONE, NONE, 0),
                        SURFACE(BAR, 236, 0, 252, 15, REVERSE),
                        SURFACE(SELECTED, 238, 4, 255, 15, REVERSE),
                        SURFACE(REST, 236, NONE, 252, NONE, UNDERLINE),
                        SURFACE(FIELD, 235, NONE, 252, NONE, 0),
                        SURFACE(NOTE, 58, 3, 230, 0, ITALIC | UNDERLINE),
                        LOUD_SURFACE(OFFER, 214, 11, 232, 0, REVERSE | BOLD | UNDERLINE),
                        SURFACE(POPUP, 235, NONE, 252, NONE, 0),
                        SURFACE(INPUT, 238, 0, 255, 15, UNDERLINE),
                    },
                .match = {true, 222, 13, BOLD, REVERSE | BOLD},
            },
            {
                .name = "light",
                .roles =
                    {
                        ROLE(TEXT, 236, NONE, 0, 0),
                        ROLE(DIM, 243, 8, 0, DIM),
                        ROLE(BRIGHT, 232, 0, BOLD, BOLD),
                        ROLE(RULE, 250, 7, 0, DIM),
                        ROLE(RULE_FOCUSED, 26, 4, 0, BOLD),
                        ROLE(BRAND, 26, 4, BOLD, BOLD),
                        ROLE(KEY, 26, 4, BOLD, BOLD),
                        ROLE(AGENT, 25, 4, 0, 0),
                        ROLE(CUSTOMER, 94, 5, 0, BOLD),
                        ROLE(SYSTEM, 243, 8, 0, DIM),
                        ROLE(OK, 28, 2, 0, 0),
                        ROLE(WARN, 130, 3, 0, BOLD),
                        ROLE(RISK, 166, 5, BOLD, BOLD | UNDERLINE),
                        ROLE(ERROR, 160, 1, BOLD, UNDERLINE | REVERSE),
                        ROLE(FIELD, 241, 8, 0, DIM | UNDERLINE),
                        ROLE(FIELD_FILLED, 28, 2, 0, UNDERLINE),
                        ROLE(NOTE, 94, 5, ITALIC, ITALIC | UNDERLINE),
                        ROLE(SECRET, 241, 8, 0, DIM),
                        ROLE(OFFER, 166, 5, BOLD, BOLD | REVERSE),
                        ROLE(LINK_UP, 236, NONE, 0, 0),
                        ROLE(LINK_DOWN, 160, 1, BOLD, BOLD | REVERSE),
                        ROLE(STEP_DONE, 28, 2, 0, 0),
                        ROLE(STEP_NOW, 26, 4, BOLD, BOLD),
                        ROLE(STEP_LATER, 243, 8, 0, DIM),
                        ROLE(LINK, 26, 4, UNDERLINE, UNDERLINE),
                    },
                .surfaces =
                    {
                        SURFACE(PLAIN, NONE, NONE, NONE, NONE, 0),
                        SURFACE(BAR, 253, 7, 236, 0, REVERSE),
                        SURFACE(SELECTED, 252, 14, 232, 0, REVERSE),
                        SURFACE(REST, 254, 7, 236, 0, UNDERLINE),
                        SURFACE(FIELD, 255, NONE, 236, NONE, 0),
                        SURFACE(NOTE, 229, 11, 236, 0, ITALIC | UNDERLINE),
                        LOUD_SURFACE(OFFER, 214, 11, 232, 0, REVERSE | BOLD | UNDERLINE),
                        SURFACE(POPUP, 255, NONE, 236, NONE, 0),
                        SURFACE(INPUT, 253, 7, 232, 0, UNDERLINE),
                    },
                .match = {true, 88, 1, BOLD | UNDERLINE, REVERSE | BOLD},
            },
};

const struct theme *theme_at(unsigned index)
{
    return index < G_N_ELEMENTS(themes) ? &themes[index] : NULL;
}

const struct theme *theme_find(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(themes); i++)
        if (g_strcmp0(themes[i].name, name) == 0)
            return &themes[i];
    return NULL;
}

enum theme_depth theme_depth_for(int colours, const char *no_colour)
{
    if ((no_colour && *no_colour) || colours < 8)
        return THEME_DEPTH_MONO;
    if (colours < 16)
        return THEME_DEPTH_8;
    return colours < 256 ? THEME_DEPTH_16 : THEME_DEPTH_256;
}

/* The shape of marks that has no colour in it. */
static uint8_t mark_attributes(unsigned style)
{
    uint8_t attributes = 0;
    if (style & STYLE_MARK_BOLD)
        attributes |= BOLD;
    if (style & STYLE_MARK_UNDERLINE)
        attributes |= UNDERLINE;
    if (style & STYLE_MARK_FADED)
        attributes |= DIM;
    return attributes;
}

/* Reverse on reverse is plain again, so a match or an error stays visible on a selected row. */
static struct theme_look mono_look(const struct role_row *role, const struct surface_row *surface,
                                   const struct role_row *match, unsigned style)
{
    uint8_t over = surface->loud ? 0 : role->mono;
    uint8_t reverse = (uint8_t)((surface->mono ^ over ^ (match ? match->mono : 0)) & REVERSE);
    uint8_t rest = (uint8_t)((surface->mono | over | (match ? match->mono : 0)) & ~REVERSE);
    if (reverse)
        rest &= (uint8_t)~DIM; /* dim on reverse cannot be read on many terminals */
    return (struct theme_look){NONE, NONE, (uint8_t)(reverse | rest | mark_attributes(style))};
}

/* Relative luminance, in thousandths, of xterm's sixteen colours (WCAG 2.1, “relative luminance”). */
static const int16_t luminance[16] = {0,   130, 437, 566, 62,  174, 481, 784,
                                      212, 213, 715, 928, 171, 285, 787, 1000};

/* Can one of the sixteen colours be read on another? A contrast below 2.5 is a guess. */
static bool is_legible_16(int16_t foreground, int16_t background)
{
    if (background < 0 || background > 15 || foreground < 0 || foreground > 15)
        return true; /* on the terminal's own background every role was chosen by eye */
    int a = luminance[foreground] + 50, b = luminance[background] + 50;
    return 10 * MAX(a, b) >= 25 * MIN(a, b);
}

static struct theme_look colour_look(const struct role_row *over, const struct surface_row *surface,
                                     bool wide, unsigned style)
{
    struct theme_look look = {
        .foreground = wide ? over->fg256 : over->fg16,
        .background = wide ? surface->bg256 : surface->bg16,
        .attributes = (uint8_t)(over->attributes | mark_attributes(style)),
    };
    int16_t own = wide ? surface->fg256 : surface->fg16;
    bool is_error = (style & STYLE_ROLE_MASK) == STYLE_ROLE_ERROR; /* its colour is its meaning */
    bool plain_text = (style & STYLE_ROLE_MASK) == STYLE_ROLE_TEXT && !(style & STYLE_MARK_MATCH);
    if (surface->loud || look.foreground == look.background || look.foreground == NONE ||
        (plain_text && own != NONE) ||
        (!wide && !is_error && !is_legible_16(look.foreground, look.background)))
        look.foreground = own;
    return look;
}

/* On 8 colours a bright foreground is bold. */
static struct theme_look fold_to_8(struct theme_look look)
{
    if (look.foreground < 8)
        return look;
    look.attributes |= look.foreground == 8 ? DIM : BOLD;
    look.foreground = look.foreground == 8 || look.foreground == 15 ? NONE : look.foreground - 8;
    if (look.foreground == look.background && look.background != NONE)
        look.foreground = 7;
    return look;
}

struct theme_look theme_look(const struct theme *theme, enum theme_depth depth, unsigned style)
{
    const struct role_row *role = &theme->roles[(style & STYLE_ROLE_MASK) % STYLE_ROLE_COUNT];
    unsigned surface_index = (style & STYLE_SURFACE_MASK) >> STYLE_SURFACE_SHIFT;
    const struct surface_row *surface = &theme->surfaces[surface_index % STYLE_SURFACE_COUNT];
    const struct role_row *match = style & STYLE_MARK_MATCH ? &theme->match : NULL;

    /* Eight colours have no bright background: such a surface looks as in mono. */
    if (depth == THEME_DEPTH_MONO || (depth == THEME_DEPTH_8 && surface->bg16 >= 8))
        return mono_look(role, surface, match, style);
    struct theme_look look = colour_look(match ? match : role, surface, depth == THEME_DEPTH_256, style);
    return depth == THEME_DEPTH_8 ? fold_to_8(look) : look;
}

bool theme_fills_role(const struct theme *theme, unsigned role)
{
    return role < STYLE_ROLE_COUNT && theme->roles[role].filled;
}

bool theme_fills_surface(const struct theme *theme, unsigned surface)
{
    unsigned index = (surface & STYLE_SURFACE_MASK) >> STYLE_SURFACE_SHIFT;
    return index < STYLE_SURFACE_COUNT && theme->surfaces[index].filled;
}
