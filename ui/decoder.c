/* Bytes from a terminal to keys, pastes and clicks. */
#include "ui/decoder.h"

#include <glib.h>
#include <string.h>
#include <termkey.h>

#include "ui/text.h"

#define PASTE_END "\x1b[201~"

enum {
    PASTE_START_ARGUMENT = 200,
    WHEEL_UP_BUTTON = 4,
    WHEEL_DOWN_BUTTON = 5,
};

struct decoder {
    TermKey *termkey;
    decoder_fn give;
    void *user;
    GString
        *paste;   /* NULL: no paste is open. At most SCREEN_PASTE_MAX_BYTES and the length of its end mark */
    bool is_open; /* termkey holds the start of something */
};

/* terminfo calls the mouse's sequence a key that is "\\E[<" long, which hides the coordinates; libtermkey
 * reads the whole by itself where terminfo says nothing. */
static const char *hide_mouse(const char *name, const char *value, void *user)
{
    (void)user;
    return strcmp(name, "key_mouse") == 0 ? NULL : value;
}

struct decoder *decoder_new(const char *term, decoder_fn give, void *user)
{
    int flags = TERMKEY_FLAG_UTF8 | TERMKEY_FLAG_NOTERMIOS | TERMKEY_FLAG_NOSTART;
    TermKey *termkey = termkey_new_abstract(term, flags);
    if (!termkey)
        return NULL;
    termkey_hook_terminfo_getstr(termkey, hide_mouse, NULL);
    if (!termkey_start(termkey)) {
        termkey_destroy(termkey);
        return NULL;
    }
    termkey_set_canonflags(termkey, TERMKEY_CANON_DELBS);
    struct decoder *decoder = g_new0(struct decoder, 1);
    decoder->termkey = termkey;
    decoder->give = give;
    decoder->user = user;
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    if (!decoder)
        return;
    termkey_destroy(decoder->termkey);
    if (decoder->paste)
        g_string_free(decoder->paste, TRUE);
    g_free(decoder);
}

static const struct {
    TermKeySym sym;
    uint32_t code;
} symbols[] = {
    {TERMKEY_SYM_ENTER, KEY_SYMBOL_ENTER},
    {TERMKEY_SYM_KPENTER, KEY_SYMBOL_ENTER},
    {TERMKEY_SYM_TAB, KEY_SYMBOL_TAB},
    {TERMKEY_SYM_ESCAPE, KEY_SYMBOL_ESCAPE},
    {TERMKEY_SYM_BACKSPACE, KEY_SYMBOL_BACKSPACE},
    {TERMKEY_SYM_DEL, KEY_SYMBOL_BACKSPACE},
    {TERMKEY_SYM_DELETE, KEY_SYMBOL_DELETE},
    {TERMKEY_SYM_INSERT, KEY_SYMBOL_INSERT},
    {TERMKEY_SYM_UP, KEY_SYMBOL_UP},
    {TERMKEY_SYM_DOWN, KEY_SYMBOL_DOWN},
    {TERMKEY_SYM_LEFT, KEY_SYMBOL_LEFT},
    {TERMKEY_SYM_RIGHT, KEY_SYMBOL_RIGHT},
    {TERMKEY_SYM_HOME, KEY_SYMBOL_HOME},
    {TERMKEY_SYM_FIND, KEY_SYMBOL_HOME},
    {TERMKEY_SYM_END, KEY_SYMBOL_END},
    {TERMKEY_SYM_SELECT, KEY_SYMBOL_END},
    {TERMKEY_SYM_PAGEUP, KEY_SYMBOL_PAGE_UP},
    {TERMKEY_SYM_PAGEDOWN, KEY_SYMBOL_PAGE_DOWN},
    {TERMKEY_SYM_SPACE, ' '},
    {TERMKEY_SYM_KP0, '0'},
    {TERMKEY_SYM_KP1, '1'},
    {TERMKEY_SYM_KP2, '2'},
    {TERMKEY_SYM_KP3, '3'},
    {TERMKEY_SYM_KP4, '4'},
    {TERMKEY_SYM_KP5, '5'},
    {TERMKEY_SYM_KP6, '6'},
    {TERMKEY_SYM_KP7, '7'},
    {TERMKEY_SYM_KP8, '8'},
    {TERMKEY_SYM_KP9, '9'},
    {TERMKEY_SYM_KPPLUS, '+'},
    {TERMKEY_SYM_KPMINUS, '-'},
    {TERMKEY_SYM_KPMULT, '*'},
    {TERMKEY_SYM_KPDIV, '/'},
    {TERMKEY_SYM_KPPERIOD, '.'},
    {TERMKEY_SYM_KPCOMMA, ','},
    {TERMKEY_SYM_KPEQUALS, '='},
};

static uint32_t code_of_key(const TermKeyKey *key)
{
    if (key->type == TERMKEY_TYPE_UNICODE)
        return (uint32_t)key->code.codepoint;
    if (key->type == TERMKEY_TYPE_FUNCTION)
        return key->code.number >= 1 && key->code.number <= 12
                   ? KEY_SYMBOL_F1 + (uint32_t)key->code.number - 1
                   : 0;
    for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++)
        if (symbols[i].sym == key->code.sym)
            return symbols[i].code;
    return 0;
}

static void give_key(struct decoder *decoder, const TermKeyKey *key)
{
    struct key given = {.code = code_of_key(key)};
    if (given.code == 0)
        return;
    if (key->modifiers & TERMKEY_KEYMOD_SHIFT)
        given.modifiers |= KEY_MODIFIER_SHIFT;
    if (key->modifiers & TERMKEY_KEYMOD_ALT)
        given.modifiers |= KEY_MODIFIER_ALT;
    if (key->modifiers & TERMKEY_KEYMOD_CTRL)
        given.modifiers |= KEY_MODIFIER_CTRL;
    decoder->give(&(struct screen_input){.kind = SCREEN_INPUT_KEY, .key = key_normalise(given)},
                  decoder->user);
}

static void give_mouse(struct decoder *decoder, const TermKeyKey *key)
{
    TermKeyMouseEvent event;
    int button, line, col;
    if (termkey_interpret_mouse(decoder->termkey, key, &event, &button, &line, &col) != TERMKEY_RES_KEY ||
        event != TERMKEY_MOUSE_PRESS)
        return;
    struct screen_input input = {.kind = SCREEN_INPUT_MOUSE, .x = col - 1, .y = line - 1};
    if (button == WHEEL_UP_BUTTON)
        input.mouse = SCREEN_MOUSE_WHEEL_UP;
    else if (button == WHEEL_DOWN_BUTTON)
        input.mouse = SCREEN_MOUSE_WHEEL_DOWN;
    else if (button != 1)
        return;
    decoder->give(&input, decoder->user);
}

static bool is_paste_start(const struct decoder *decoder, const TermKeyKey *key)
{
    long arguments[4];
    size_t count = G_N_ELEMENTS(arguments);
    unsigned long command;
    return key->type == TERMKEY_TYPE_UNKNOWN_CSI &&
           termkey_interpret_csi(decoder->termkey, key, arguments, &count, &command) == TERMKEY_RES_KEY &&
           command == '~' && count >= 1 && arguments[0] == PASTE_START_ARGUMENT;
}

static void give_termkey(struct decoder *decoder, const TermKeyKey *key)
{
    if (key->type == TERMKEY_TYPE_UNICODE || key->type == TERMKEY_TYPE_FUNCTION ||
        key->type == TERMKEY_TYPE_KEYSYM)
        give_key(decoder, key);
    else if (key->type == TERMKEY_TYPE_MOUSE)
        give_mouse(decoder, key);
    else if (is_paste_start(decoder, key))
        decoder->paste = g_string_new(NULL);
}

static void finish_paste(struct decoder *decoder, size_t len)
{
    g_autofree char *text = text_sanitise(decoder->paste->str, (ssize_t)MIN(len, SCREEN_PASTE_MAX_BYTES));
    g_string_free(decoder->paste, TRUE);
    decoder->paste = NULL;
    decoder->give(
        &(struct screen_input){.kind = SCREEN_INPUT_PASTE, .paste = text, .paste_len = strlen(text)},
        decoder->user);
}

/* Takes bytes of an open paste; result: how many, the rest comes after its end. */
static size_t take_paste(struct decoder *decoder, const char *bytes, size_t len)
{
    const size_t mark_len = strlen(PASTE_END);
    size_t before = decoder->paste->len;
    size_t from = before >= mark_len ? before - mark_len + 1 : 0;
    g_string_append_len(decoder->paste, bytes, (gssize)len);
    char *end = memmem(decoder->paste->str + from, decoder->paste->len - from, PASTE_END, mark_len);
    if (end) {
        size_t text_len = (size_t)(end - decoder->paste->str);
        finish_paste(decoder, text_len);
        return text_len + mark_len - before;
    }
    /* Past the limit only what may be the start of the end mark is kept. */
    if (decoder->paste->len > SCREEN_PASTE_MAX_BYTES + mark_len)
        g_string_erase(decoder->paste, SCREEN_PASTE_MAX_BYTES,
                       (gssize)(decoder->paste->len - SCREEN_PASTE_MAX_BYTES - mark_len));
    return len;
}

/* Gives what termkey has whole. One byte goes in at a time, so that what follows the start of a paste is
 * never decoded as keys. */
static void take_byte(struct decoder *decoder, char byte)
{
    TermKeyKey key;
    TermKeyResult result;
    termkey_push_bytes(decoder->termkey, &byte, 1);
    while ((result = termkey_getkey(decoder->termkey, &key)) == TERMKEY_RES_KEY)
        give_termkey(decoder, &key);
    decoder->is_open = result == TERMKEY_RES_AGAIN;
}

void decoder_push(struct decoder *decoder, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        if (decoder->paste)
            at += take_paste(decoder, bytes + at, len - at);
        else
            take_byte(decoder, bytes[at++]);
    }
}

int decoder_pause_ms(const struct decoder *decoder)
{
    return decoder->paste ? DECODER_PASTE_MS : decoder->is_open ? DECODER_ESCAPE_MS : 0;
}

void decoder_expire(struct decoder *decoder)
{
    TermKeyKey key;
    if (decoder->paste) {
        finish_paste(decoder, decoder->paste->len);
        return;
    }
    while (termkey_getkey_force(decoder->termkey, &key) == TERMKEY_RES_KEY)
        give_termkey(decoder, &key);
    decoder->is_open = false;
}
