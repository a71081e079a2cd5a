/* Bytes of a terminal to keys, pastes and clicks. */
#include "ui/decoder.h"

#include <glib.h>
#include <string.h>

#include "ui/text.h"

static void record(const struct screen_input *input, void *user)
{
    GString *log = user;
    g_autofree char *name = input->kind == SCREEN_INPUT_KEY ? key_spelling(input->key) : NULL;
    if (name)
        g_string_append_printf(log, "%s ", name);
    else if (input->kind == SCREEN_INPUT_PASTE)
        g_string_append_printf(log, "paste(%.*s) ", (int)MIN(input->paste_len, 60), input->paste);
    else if (input->kind == SCREEN_INPUT_MOUSE)
        g_string_append_printf(log, "mouse%d(%d,%d) ", input->mouse, input->x, input->y);
}

struct fixture {
    GString *log;
    struct decoder *decoder;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->log = g_string_new(NULL);
    fixture->decoder = decoder_new("xterm-256color", record, fixture->log);
    g_assert_nonnull(fixture->decoder);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    decoder_free(fixture->decoder);
    decoder_free(NULL);
    g_string_free(fixture->log, TRUE);
}

static void push(struct fixture *fixture, const char *bytes)
{
    decoder_push(fixture->decoder, bytes, strlen(bytes));
}

static void assert_log(struct fixture *fixture, const char *expected)
{
    g_assert_cmpstr(fixture->log->str, ==, expected);
    g_string_truncate(fixture->log, 0);
}

static void keys_have_their_names(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "aN?好é");
    assert_log(fixture, "a N ? 好 é ");
    push(fixture, "\r\t\x7f\x0b\x1f ");
    assert_log(fixture, "Enter Tab Backspace C-k C-_ Space ");
    push(fixture, "\x1b[A\x1bOB\x1b[1;5C\x1b[H\x1b[5~\x1b[3~\x1b[Z");
    assert_log(fixture, "Up Down C-Right Home PageUp Delete S-Tab ");
    push(fixture, "\x1bOP\x1b[24~\x1b[15~");
    assert_log(fixture, "F1 F12 F5 ");
    push(fixture, "\x1b"
                  "1\x1b!\x1b+\x1b\r\x1b\x7f\x1bi");
    assert_log(fixture, "M-1 M-! M-+ M-Enter M-Backspace M-i ");
    g_assert_cmpint(decoder_pause_ms(fixture->decoder), ==, 0);
}

static void lone_escape_waits_for_a_pause(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "\x1b");
    assert_log(fixture, "");
    g_assert_cmpint(decoder_pause_ms(fixture->decoder), ==, DECODER_ESCAPE_MS);
    decoder_expire(fixture->decoder);
    assert_log(fixture, "Esc ");
    g_assert_cmpint(decoder_pause_ms(fixture->decoder), ==, 0);
}

static void split_sequence_is_one_key(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "\x1b");
    push(fixture, "[");
    assert_log(fixture, "");
    g_assert_cmpint(decoder_pause_ms(fixture->decoder), ==, DECODER_ESCAPE_MS);
    push(fixture, "A");
    assert_log(fixture, "Up ");
    push(fixture, "\xe5\xa5");
    assert_log(fixture, "");
    push(fixture, "\xbd");
    assert_log(fixture, "好 ");
}

static void paste_is_one_message(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "a\x1b[200~two\r\nlines\rhere\x1b[201~b");
    assert_log(fixture, "a paste(two\nlines\nhere) b ");
    /* Split anywhere, its own mark included. */
    const char *bytes = "\x1b[200~x\x1b[201~y";
    for (size_t i = 0; i < strlen(bytes); i++)
        decoder_push(fixture->decoder, bytes + i, 1);
    assert_log(fixture, "paste(x) y ");
}

static void paste_with_escapes_types_no_key(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "\x1b[200~rm -rf\x1b[31m\x03\x1b[A\x07\x1b]0;t\x07\xff!\x1b[201~");
    assert_log(fixture, "paste(rm -rf[31m[A]0;t\uFFFD!) ");
}

static void endless_paste_is_cut_and_ends(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *block = g_strnfill(1 << 16, 'x');
    push(fixture, "\x1b[200~");
    for (int i = 0; i < 40; i++)
        push(fixture, block);
    push(fixture, "\x1b[201~z");
    g_assert_true(g_str_has_suffix(fixture->log->str, ") z "));
    g_string_truncate(fixture->log, 0);
    /* The end never comes. */
    push(fixture, "\x1b[200~lost");
    g_assert_cmpint(decoder_pause_ms(fixture->decoder), ==, DECODER_PASTE_MS);
    decoder_expire(fixture->decoder);
    assert_log(fixture, "paste(lost) ");
}

static void mouse_clicks_and_wheel(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "\x1b[<0;5;3M\x1b[<0;5;3m\x1b[<64;1;1M\x1b[<65;1;1M\x1b[<2;9;9M");
    assert_log(fixture, "mouse0(4,2) mouse1(0,0) mouse2(0,0) ");
}

/* The first three made libtermkey 0.22 read outside of its tables. */
static void broken_sequences_type_nothing(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "\x1b[2%1Fa\x1b[*Zb\x1b[?1;0;256Sc");
    assert_log(fixture, "a b c ");
    push(fixture, "\x1b[12\x1b[Ab");
    assert_log(fixture, "Up b ");
    push(fixture, "\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1mc");
    assert_log(fixture, "c ");
    push(fixture, "\xff\x9b"
                  "2%1F");
    assert_log(fixture, "2 % 1 F ");
    push(fixture, "\xe5\xa5"
                  "d\x1b\xc3\xa9\x1b\x1b");
    assert_log(fixture, "d M-é Esc ");
    decoder_expire(fixture->decoder);
    assert_log(fixture, "Esc ");
    push(fixture, "\x1b[");
    decoder_expire(fixture->decoder);
    assert_log(fixture, "M-[ ");
}

static void noise_gives_nothing(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    push(fixture, "\x1b[?1;2c\x1b[I\x1b[O\x1b[99999~x");
    assert_log(fixture, "x ");
    GRand *random = g_rand_new_with_seed(7);
    for (int i = 0; i < 20000; i++) {
        char byte = (char)g_rand_int_range(random, 0, 256);
        decoder_push(fixture->decoder, &byte, 1);
    }
    decoder_expire(fixture->decoder);
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(text_use_locale());
#define ADD(name, function) g_test_add(name, struct fixture, NULL, set_up, function, tear_down)
    ADD("/decoder/keys-have-their-names", keys_have_their_names);
    ADD("/decoder/lone-escape-waits-for-a-pause", lone_escape_waits_for_a_pause);
    ADD("/decoder/split-sequence-is-one-key", split_sequence_is_one_key);
    ADD("/decoder/paste-is-one-message", paste_is_one_message);
    ADD("/decoder/paste-with-escapes-types-no-key", paste_with_escapes_types_no_key);
    ADD("/decoder/endless-paste-is-cut-and-ends", endless_paste_is_cut_and_ends);
    ADD("/decoder/mouse-clicks-and-wheel", mouse_clicks_and_wheel);
    ADD("/decoder/broken-sequences-type-nothing", broken_sequences_type_nothing);
    ADD("/decoder/noise-gives-nothing", noise_gives_nothing);
    return g_test_run();
}
