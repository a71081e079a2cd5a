/* Typing, moving, killing, undoing and drawing of fields. */
#include "ui/widgets/editor.h"

#include <glib.h>
#include <string.h>

#include "ui/text.h"

/* Plays blank-separated key names; a word "text:x~y" types "x y". Result of the last key. */
static enum editor_result play(struct editor *editor, const char *script)
{
    enum editor_result result = EDITOR_IGNORED;
    g_auto(GStrv) words = g_strsplit(script, " ", -1);
    for (char **word = words; *word; word++) {
        if (g_str_has_prefix(*word, "text:")) {
            for (const char *at = *word + 5; *at; at = g_utf8_next_char(at)) {
                gunichar point = g_utf8_get_char(at);
                result = editor_handle_key(editor, &(struct key){.code = point == '~' ? ' ' : point});
            }
            continue;
        }
        struct key key;
        g_assert_true(key_parse(*word, &key, NULL));
        result = editor_handle_key(editor, &key);
    }
    return result;
}

static void assert_text(const struct editor *editor, const char *text, size_t caret)
{
    g_assert_cmpstr(editor_text(editor), ==, text);
    g_assert_cmpuint(editor_caret(editor), ==, caret);
}

static void types_and_deletes_by_grapheme(void)
{
    struct editor *editor = editor_new(EDITOR_LINES);
    g_assert_cmpint(play(editor, "text:Jose"), ==, EDITOR_CHANGED);
    editor_insert(editor, "\u0301 王芳", -1);
    assert_text(editor, "Jose\u0301 王芳", 13);
    play(editor, "Backspace");
    assert_text(editor, "Jose\u0301 王", 10);
    play(editor, "Left Left Backspace");
    assert_text(editor, "Jos 王", 3);
    g_assert_cmpint(play(editor, "Delete Delete Delete"), ==, EDITOR_IGNORED);
    assert_text(editor, "Jos", 3);
    editor_free(editor);
    editor_free(NULL);
}

static void moves_by_word_line_and_text(void)
{
    struct editor *editor = editor_new(EDITOR_LINES);
    editor_set_text(editor, "one two\nthree four");
    assert_text(editor, "one two\nthree four", 18);
    play(editor, "M-b");
    g_assert_cmpuint(editor_caret(editor), ==, 14);
    play(editor, "C-a");
    g_assert_cmpuint(editor_caret(editor), ==, 8);
    play(editor, "C-Left C-Left");
    g_assert_cmpuint(editor_caret(editor), ==, 0);
    g_assert_cmpint(play(editor, "Left"), ==, EDITOR_IGNORED);
    play(editor, "C-Right");
    g_assert_cmpuint(editor_caret(editor), ==, 4);
    play(editor, "End");
    g_assert_cmpuint(editor_caret(editor), ==, 7);
    play(editor, "C-End Home C-Home");
    g_assert_cmpuint(editor_caret(editor), ==, 0);
    editor_free(editor);
}

static void up_and_down_keep_the_column(void)
{
    struct editor *editor = editor_new(EDITOR_LINES);
    editor_set_text(editor, "long line\nab\nlong again");
    play(editor, "C-Home Right Right Right Right Right Down");
    g_assert_cmpuint(editor_caret(editor), ==, 12);
    play(editor, "Down");
    g_assert_cmpuint(editor_caret(editor), ==, 18);
    g_assert_cmpint(play(editor, "Down"), ==, EDITOR_IGNORED);
    play(editor, "Up Up");
    g_assert_cmpuint(editor_caret(editor), ==, 5);
    /* Rows of a wrapped line, once the width is known. */
    editor_set_text(editor, "one two three");
    editor_set_cols(editor, 8);
    play(editor, "C-Home Down");
    g_assert_cmpuint(editor_caret(editor), ==, 8);
    editor_free(editor);
}

static void kills_and_puts_back(void)
{
    struct editor *editor = editor_new(EDITOR_ONE_LINE);
    play(editor, "text:one~two~three C-w");
    assert_text(editor, "one two ", 8);
    play(editor, "C-y C-y");
    assert_text(editor, "one two threethree", 18);
    play(editor, "C-a M-d");
    assert_text(editor, "two threethree", 0);
    play(editor, "M-k");
    assert_text(editor, "", 0);
    play(editor, "C-y C-u");
    assert_text(editor, "", 0);
    g_assert_cmpint(play(editor, "C-u"), ==, EDITOR_IGNORED);
    editor_free(editor);
}

static void undoes_word_by_word_and_redoes(void)
{
    struct editor *editor = editor_new(EDITOR_LINES);
    play(editor, "text:one~two Enter text:x");
    play(editor, "C-_");
    assert_text(editor, "one two\n", 8);
    play(editor, "C-_ M-z");
    assert_text(editor, "", 0);
    g_assert_cmpint(play(editor, "C-_"), ==, EDITOR_IGNORED);
    play(editor, "M-Z M-Z");
    assert_text(editor, "one two\n", 8);
    play(editor, "C-w");
    g_assert_cmpint(play(editor, "M-Z"), ==, EDITOR_IGNORED);
    play(editor, "C-_");
    assert_text(editor, "one two\n", 8);
    editor_set_text(editor, "fresh");
    g_assert_cmpint(play(editor, "C-_"), ==, EDITOR_IGNORED);
    editor_free(editor);
}

static void paste_is_cleaned_and_one_step(void)
{
    struct editor *editor = editor_new(EDITOR_LINES), *line = editor_new(EDITOR_ONE_LINE);
    g_assert_true(editor_insert(editor,
                                "a\r\nb\rc\x1b[31m\x07"
                                "d\xff\te",
                                -1));
    g_assert_cmpstr(editor_text(editor), ==, "a\nb\nc[31md\uFFFD\te");
    play(editor, "C-_");
    g_assert_true(editor_is_empty(editor));
    g_assert_true(editor_insert(line, "two\nlines", 6));
    assert_text(line, "two li", 6);
    g_assert_cmpint(play(line, "Enter"), ==, EDITOR_IGNORED);
    g_assert_cmpint(play(line, "Up"), ==, EDITOR_IGNORED);
    editor_free(editor);
    editor_free(line);
}

static void limit_is_never_passed(void)
{
    struct editor *editor = editor_new(EDITOR_ONE_LINE);
    editor_set_max_bytes(editor, 7);
    g_assert_false(editor_insert(editor, "退货政策", -1));
    assert_text(editor, "退货", 6);
    g_assert_cmpint(play(editor, "text:ab"), ==, EDITOR_IGNORED);
    assert_text(editor, "退货a", 7);
    editor_set_text(editor, "12345678"); /* given back from elsewhere */
    assert_text(editor, "12345678", 8);
    g_assert_cmpint(play(editor, "text:9"), ==, EDITOR_IGNORED);
    g_assert_false(editor_insert(editor, "9", -1));
    assert_text(editor, "12345678", 8);
    g_autofree char *endless = g_strnfill(EDITOR_ONE_LINE_MAX_BYTES + 1, 'x');
    editor_set_text(editor, endless);
    g_assert_cmpuint(editor_len(editor), ==, EDITOR_ONE_LINE_MAX_BYTES);
    editor_free(editor);
}

static void draws_wrapped_with_the_caret_in_sight(void)
{
    struct editor *editor = editor_new(EDITOR_LINES);
    struct canvas *canvas = canvas_new(12, 3);
    struct rect rect = {1, 0, 9, 2};
    struct editor_look look = {.surface = STYLE_SURFACE_FIELD, .placeholder = "Reply…", .has_focus = true};
    struct editor_caret caret = editor_draw(editor, canvas, rect, &look);
    g_autofree char *empty = canvas_row_text(canvas, 0);
    g_assert_cmpstr(empty, ==, " Reply…");
    g_assert_true(caret.is_visible && caret.x == 1 && caret.y == 0);

    play(editor, "text:one~two~three~退货政策");
    caret = editor_draw(editor, canvas, rect, &look);
    g_autofree char *text = canvas_dump_text(canvas);
    g_assert_cmpstr(text, ==, " three 退\n 货政策\n\n");
    g_assert_cmpint(caret.x, ==, 7);
    g_assert_cmpint(caret.y, ==, 1);
    g_assert_cmpint(editor_count_rows(editor, 9), ==, 3);

    play(editor, "C-Home");
    caret = editor_draw(editor, canvas, rect, &look);
    g_autofree char *top = canvas_row_text(canvas, 0);
    g_assert_cmpstr(top, ==, " one two");
    g_assert_cmpint(caret.x, ==, 1);
    caret = editor_draw(editor, canvas, (struct rect){0, 0, 0, 0}, &look);
    g_assert_false(caret.is_visible);
    canvas_free(canvas);
    editor_free(editor);
}

static void caret_in_swallowed_blanks_stays_inside(void)
{
    struct editor *editor = editor_new(EDITOR_LINES);
    struct canvas *canvas = canvas_new(6, 2);
    play(editor, "text:abcde~~~~");
    struct editor_caret caret =
        editor_draw(editor, canvas, canvas_bounds(canvas), &(struct editor_look){.has_focus = true});
    g_assert_cmpint(caret.x, ==, 5);
    g_assert_cmpint(caret.y, ==, 0);
    canvas_free(canvas);
    editor_free(editor);
}

static void one_line_scrolls_to_its_caret(void)
{
    struct editor *editor = editor_new(EDITOR_ONE_LINE);
    struct canvas *canvas = canvas_new(8, 1);
    struct editor_look look = {.has_focus = true};
    play(editor, "text:退货90days");
    struct editor_caret caret = editor_draw(editor, canvas, (struct rect){0, 0, 6, 1}, &look);
    g_autofree char *text = canvas_row_text(canvas, 0);
    g_assert_cmpstr(text, ==, "…days");
    g_assert_cmpint(caret.x, ==, 5);
    caret = editor_draw(editor, canvas, (struct rect){0, 0, 8, 1}, &look);
    g_autofree char *half = canvas_row_text(canvas, 0);
    g_assert_cmpstr(half, ==, "…90days"); /* over the cut half of 货 */
    play(editor, "Left Left");
    caret = editor_draw(editor, canvas, (struct rect){0, 0, 5, 1}, &look);
    g_autofree char *inside = canvas_row_text(canvas, 0);
    g_assert_cmpstr(inside, ==, "…daysys"); /* the rest is of the wider one */
    g_assert_cmpint(caret.x, ==, 3);
    play(editor, "Home");
    editor_draw(editor, canvas, (struct rect){0, 0, 8, 1}, &look);
    g_autofree char *start = canvas_row_text(canvas, 0);
    g_assert_cmpstr(start, ==, "退货90d…");
    play(editor, "End");
    look.is_secret = true;
    editor_draw(editor, canvas, canvas_bounds(canvas), &look);
    g_autofree char *hidden = canvas_row_text(canvas, 0);
    g_assert_cmpstr(hidden, ==, "…••••••");
    canvas_free(canvas);
    editor_free(editor);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(text_use_locale());
    g_test_add_func("/editor/types-and-deletes-by-grapheme", types_and_deletes_by_grapheme);
    g_test_add_func("/editor/moves-by-word-line-and-text", moves_by_word_line_and_text);
    g_test_add_func("/editor/up-and-down-keep-the-column", up_and_down_keep_the_column);
    g_test_add_func("/editor/kills-and-puts-back", kills_and_puts_back);
    g_test_add_func("/editor/undoes-word-by-word-and-redoes", undoes_word_by_word_and_redoes);
    g_test_add_func("/editor/paste-is-cleaned-and-one-step", paste_is_cleaned_and_one_step);
    g_test_add_func("/editor/limit-is-never-passed", limit_is_never_passed);
    g_test_add_func("/editor/draws-wrapped-with-the-caret-in-sight", draws_wrapped_with_the_caret_in_sight);
    g_test_add_func("/editor/caret-in-swallowed-blanks-stays-inside", caret_in_swallowed_blanks_stays_inside);
    g_test_add_func("/editor/one-line-scrolls-to-its-caret", one_line_scrolls_to_its_caret);
    return g_test_run();
}
