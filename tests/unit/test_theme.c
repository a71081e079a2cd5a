/* Every theme fills every role; nothing is invisible; mono keeps what matters apart. */
#include "ui/theme.h"

#include <glib.h>

static const enum theme_depth depths[] = {THEME_DEPTH_MONO, THEME_DEPTH_8, THEME_DEPTH_16, THEME_DEPTH_256};

static bool same_look(struct theme_look a, struct theme_look b)
{
    return a.foreground == b.foreground && a.background == b.background && a.attributes == b.attributes;
}

static void every_theme_fills_every_role(void)
{
    const struct theme *theme;
    for (unsigned i = 0; (theme = theme_at(i)); i++) {
        for (unsigned role = 0; role < STYLE_ROLE_COUNT; role++) {
            g_assert_true(theme_fills_role(theme, role));
            g_assert_cmpstr(style_role_name(role), !=, NULL);
        }
        for (unsigned surface = 0; surface < STYLE_SURFACE_COUNT; surface++) {
            g_assert_true(theme_fills_surface(theme, surface << STYLE_SURFACE_SHIFT));
            g_assert_cmpstr(style_surface_name(surface << STYLE_SURFACE_SHIFT), !=, NULL);
        }
    }
    g_assert_cmpuint(theme_fills_role(theme_at(0), STYLE_ROLE_COUNT), ==, false);
    g_assert_true(theme_find("dark") == theme_at(0));
    g_assert_true(theme_find("light") == theme_at(1));
    g_assert_null(theme_at(2));
    g_assert_null(theme_find("plaid"));
}

static void no_text_is_the_colour_of_its_surface(void)
{
    const struct theme *theme;
    for (unsigned i = 0; (theme = theme_at(i)); i++)
        for (unsigned depth = 0; depth < G_N_ELEMENTS(depths); depth++)
            for (unsigned surface = 0; surface < STYLE_SURFACE_COUNT; surface++)
                for (unsigned role = 0; role < STYLE_ROLE_COUNT * 2; role++) {
                    unsigned mark = role >= STYLE_ROLE_COUNT ? STYLE_MARK_MATCH : 0;
                    unsigned style = role % STYLE_ROLE_COUNT | surface << STYLE_SURFACE_SHIFT | mark;
                    struct theme_look look = theme_look(theme, depths[depth], style);
                    if (look.foreground != THEME_DEFAULT_COLOUR || look.background != THEME_DEFAULT_COLOUR)
                        g_assert_cmpint(look.foreground, !=, look.background);
                    int limit = depths[depth] == THEME_DEPTH_8    ? 8
                                : depths[depth] == THEME_DEPTH_16 ? 16
                                                                  : 256;
                    g_assert_cmpint(look.foreground, <, limit);
                    g_assert_cmpint(look.background, <, limit);
                }
}

/* A field to fill in is seen before anything stands in it. */
static void an_empty_input_is_told_from_its_popup(void)
{
    const struct theme *theme;
    for (unsigned i = 0; (theme = theme_at(i)); i++)
        for (unsigned depth = 0; depth < G_N_ELEMENTS(depths); depth++) {
            struct theme_look popup = theme_look(theme, depths[depth], STYLE_SURFACE_POPUP),
                              input = theme_look(theme, depths[depth], STYLE_SURFACE_INPUT);
            g_assert_true(input.background != popup.background || input.attributes != popup.attributes);
        }
}

/* What an agent must tell apart at a glance, at every depth of colour. */
static void selected_urgent_and_error_stay_apart(void)
{
    static const unsigned styles[] = {
        STYLE_ROLE_TEXT,
        STYLE_ROLE_TEXT | STYLE_SURFACE_SELECTED,
        STYLE_ROLE_RISK,
        STYLE_ROLE_RISK | STYLE_SURFACE_SELECTED,
        STYLE_ROLE_ERROR,
        STYLE_ROLE_ERROR | STYLE_SURFACE_SELECTED,
        STYLE_ROLE_TEXT | STYLE_MARK_MATCH,
        STYLE_ROLE_TEXT | STYLE_MARK_MATCH | STYLE_SURFACE_SELECTED,
    };
    const struct theme *theme;
    for (unsigned t = 0; (theme = theme_at(t)); t++)
        for (unsigned depth = 0; depth < G_N_ELEMENTS(depths); depth++)
            for (unsigned i = 0; i < G_N_ELEMENTS(styles); i++)
                for (unsigned j = 0; j < i; j++)
                    if (same_look(theme_look(theme, depths[depth], styles[i]),
                                  theme_look(theme, depths[depth], styles[j])))
                        g_error("theme %u, depth %u: styles %#x and %#x look the same", t, depth, styles[i],
                                styles[j]);
}

static void keys_are_read_on_selected_rows(void)
{
    static const enum style_role roles[] = {STYLE_ROLE_KEY, STYLE_ROLE_DIM, STYLE_ROLE_BRIGHT};
    for (unsigned i = 0; theme_at(i) != NULL; i++)
        for (size_t r = 0; r < G_N_ELEMENTS(roles); r++) {
            struct theme_look look =
                theme_look(theme_at(i), THEME_DEPTH_16, roles[r] | STYLE_SURFACE_SELECTED);
            /* Blue or grey on blue, the dark theme's selected row, was a guess. */
            g_assert_false(look.background == 4 && (look.foreground == 12 || look.foreground == 8));
        }
}

static void an_offer_is_no_bar_in_mono(void)
{
    for (unsigned i = 0; theme_at(i) != NULL; i++)
        g_assert_cmpint(
            theme_look(theme_at(i), THEME_DEPTH_MONO, STYLE_ROLE_KEY | STYLE_SURFACE_OFFER).attributes, !=,
            theme_look(theme_at(i), THEME_DEPTH_MONO, STYLE_ROLE_KEY | STYLE_SURFACE_BAR).attributes);
}

static void a_note_never_looks_like_a_reply(void)
{
    const struct theme *theme;
    for (unsigned i = 0; (theme = theme_at(i)); i++)
        for (unsigned depth = 0; depth < G_N_ELEMENTS(depths); depth++) {
            g_assert_false(same_look(theme_look(theme, depths[depth], STYLE_ROLE_TEXT | STYLE_SURFACE_FIELD),
                                     theme_look(theme, depths[depth], STYLE_ROLE_TEXT | STYLE_SURFACE_NOTE)));
            g_assert_false(same_look(theme_look(theme, depths[depth], STYLE_ROLE_AGENT),
                                     theme_look(theme, depths[depth], STYLE_ROLE_NOTE)));
        }
}

static void mono_uses_no_colour(void)
{
    for (unsigned role = 0; role < STYLE_ROLE_COUNT; role++) {
        struct theme_look look = theme_look(theme_at(0), THEME_DEPTH_MONO, role | STYLE_SURFACE_OFFER);
        g_assert_cmpint(look.foreground, ==, THEME_DEFAULT_COLOUR);
        g_assert_cmpint(look.background, ==, THEME_DEFAULT_COLOUR);
    }
}

static void no_color_is_honoured(void)
{
    g_assert_cmpint(theme_depth_for(256, "1"), ==, THEME_DEPTH_MONO);
    g_assert_cmpint(theme_depth_for(256, ""), ==, THEME_DEPTH_256);
    g_assert_cmpint(theme_depth_for(1 << 24, NULL), ==, THEME_DEPTH_256);
    g_assert_cmpint(theme_depth_for(16, NULL), ==, THEME_DEPTH_16);
    g_assert_cmpint(theme_depth_for(8, NULL), ==, THEME_DEPTH_8);
    g_assert_cmpint(theme_depth_for(-1, NULL), ==, THEME_DEPTH_MONO);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/theme/every-theme-fills-every-role", every_theme_fills_every_role);
    g_test_add_func("/theme/an-empty-input-is-told-from-its-popup", an_empty_input_is_told_from_its_popup);
    g_test_add_func("/theme/no-text-is-the-colour-of-its-surface", no_text_is_the_colour_of_its_surface);
    g_test_add_func("/theme/selected-urgent-and-error-stay-apart", selected_urgent_and_error_stay_apart);
    g_test_add_func("/theme/keys-are-read-on-selected-rows", keys_are_read_on_selected_rows);
    g_test_add_func("/theme/an-offer-is-no-bar-in-mono", an_offer_is_no_bar_in_mono);
    g_test_add_func("/theme/a-note-never-looks-like-a-reply", a_note_never_looks_like_a_reply);
    g_test_add_func("/theme/mono-uses-no-colour", mono_uses_no_colour);
    g_test_add_func("/theme/no-color-is-honoured", no_color_is_honoured);
    return g_test_run();
}
