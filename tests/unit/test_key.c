/* Names of keys, both ways, and key scripts on the screen in memory. */
#include "ui/key.h"

#include <glib.h>

#include "ui/screen_memory.h"
#include "ui/text.h"

static void names_are_read_and_written(void)
{
    static const struct {
        const char *read, *name, *label;
    } rows[] = {
        {"C-k", "C-k", "^K"},
        {"Ctrl-K", "C-k", "^K"},
        {"^K", "C-k", "^K"},
        {"M-1", "M-1", "Alt-1"},
        {"Alt-!", "M-!", "Alt-!"},
        {"M-+", "M-+", "Alt-+"},
        {"M-Enter", "M-Enter", "Alt-Enter"},
        {"F2", "F2", "F2"},
        {"F12", "F12", "F12"},
        {"esc", "Esc", "Esc"},
        {"S-Tab", "S-Tab", "Shift-Tab"},
        {"C-M-x", "C-M-x", "Ctrl-Alt-x"},
        {"N", "N", "N"},
        {"S-N", "N", "N"},
        {"-", "-", "-"},
        {"^", "^", "^"},
        {":", ":", ":"},
        {"Space", "Space", "Space"},
        {"PgDn", "PageDown", "PageDown"},
        {"C-Left", "C-Left", "Ctrl-Left"},
        {"好", "好", "好"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct key key, again;
        GError *error = NULL;
        g_assert_true(key_parse(rows[i].read, &key, &error));
        g_assert_no_error(error);
        g_autofree char *name = key_spelling(key), *label = key_label(key);
        g_assert_cmpstr(name, ==, rows[i].name);
        g_assert_cmpstr(label, ==, rows[i].label);
        g_assert_true(key_parse(name, &again, NULL));
        g_assert_true(key_equals(key, again));
    }
}

static void bad_names_get_a_sentence(void)
{
    static const char *const names[] = {"", "Hyper-x", "F0", "F13", "C-", "\x1b", "\xff", "F1x"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct key key;
        g_autoptr(GError) error = NULL;
        g_assert_false(key_parse(names[i], &key, &error));
        g_assert_error(error, KEY_ERROR, 0);
        g_assert_true(g_str_has_suffix(error->message,
                                       "is not the name of a key; write for instance C-k, M-1, "
                                       "F2, Enter or a single character."));
    }
}

static void only_plain_characters_are_text(void)
{
    struct key key;
    g_assert_true(key_parse("a", &key, NULL) && key_is_text(key));
    g_assert_true(key_parse("好", &key, NULL) && key_is_text(key));
    g_assert_true(key_parse("Space", &key, NULL) && key_is_text(key));
    g_assert_true(key_parse("C-a", &key, NULL) && !key_is_text(key));
    g_assert_true(key_parse("M-a", &key, NULL) && !key_is_text(key));
    g_assert_true(key_parse("Enter", &key, NULL) && !key_is_text(key));
}

static void record_input(const struct screen_input *input, void *user)
{
    GString *log = user;
    g_autofree char *name = input->kind == SCREEN_INPUT_KEY ? key_spelling(input->key) : NULL;
    if (name)
        g_string_append_printf(log, "%s ", name);
    else if (input->kind == SCREEN_INPUT_PASTE)
        g_string_append_printf(log, "paste(%.*s) ", (int)input->paste_len, input->paste);
    else if (input->kind == SCREEN_INPUT_RESIZE)
        g_string_append_printf(log, "%dx%d ", input->cols, input->rows);
    else
        g_string_append_printf(log, "at(%d,%d) ", input->x, input->y);
}

static void record_settled(void *user)
{
    g_string_append_c(user, '.');
}

static void scripts_play_keys_text_pastes_and_sizes(void)
{
    struct screen *screen = screen_memory_new(80, 24);
    g_autoptr(GString) log = g_string_new(NULL);
    screen_listen(screen,
                  (struct screen_listener){.input = record_input, .settled = record_settled, .user = log});
    GError *error = NULL;
    g_assert_true(screen_memory_play(
        screen, "C-k text:a~好 # find\nEnter paste:x~y\\nz resize:120x40 click:3,4", &error));
    g_assert_no_error(error);
    g_assert_cmpstr(log->str, ==, "C-k .a Space 好 .Enter .paste(x y\nz) .120x40 .at(3,4) .");
    g_assert_cmpint(screen->cols, ==, 120);

    g_assert_false(screen_memory_play(screen, "Enter Bogus", &error));
    g_assert_true(
        g_str_has_prefix(error->message, "The key script stops at “Bogus”: “Bogus” is not the name"));
    g_clear_error(&error);
    screen_free(screen);
}

static void memory_screen_keeps_what_was_shown(void)
{
    struct screen *screen = screen_memory_new(10, 1);
    struct canvas *canvas = canvas_new(10, 1);
    canvas_put(canvas, 0, 0, STYLE_ROLE_TEXT, "hello");
    screen_show(screen, canvas, (struct screen_caret){.visible = true, .x = 5});
    screen_ring(screen);
    screen_set_title(screen, "offer\x1b]0;x\x07");
    canvas_clear(canvas);
    g_autofree char *text = canvas_row_text(screen_memory_canvas(screen), 0);
    g_assert_cmpstr(text, ==, "hello");
    g_assert_cmpint(screen_memory_caret(screen).x, ==, 5);
    g_assert_cmpint(screen_memory_shows(screen), ==, 1);
    g_assert_cmpint(screen_memory_rings(screen), ==, 1);
    g_assert_cmpstr(screen_memory_title(screen), ==, "offer]0;x");
    screen_notify(screen, "offered\x1b[2J");
    g_assert_cmpstr(screen_memory_notice(screen), ==, "offered");
    canvas_free(canvas);
    screen_free(screen);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(text_use_locale());
    g_test_add_func("/key/names-are-read-and-written", names_are_read_and_written);
    g_test_add_func("/key/bad-names-get-a-sentence", bad_names_get_a_sentence);
    g_test_add_func("/key/only-plain-characters-are-text", only_plain_characters_are_text);
    g_test_add_func("/key/scripts-play-keys-text-pastes-and-sizes", scripts_play_keys_text_pastes_and_sizes);
    g_test_add_func("/key/memory-screen-keeps-what-was-shown", memory_screen_keeps_what_was_shown);
    return g_test_run();
}
