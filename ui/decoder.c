/* Bytes from a terminal to keys, pastes and clicks. */
#include "ui/decoder.h"

#include <glib.h>
#include <string.h>
#include <termkey.h>

#include "ui/text.h"

#define PASTE_END "\x1b[201~"

enum {
    ESCAPE = 0x1B,
    HELD_BYTES = 64, /* no terminal sends a longer sequence */
    PASTE_START_ARGUMENT = 200,
    WHEEL_UP_BUTTON = 4,
    WHEEL_DOWN_BUTTON = 5,
};

/* What is being held. */
enum state {
    STATE_GROUND, /* nothing */
    STATE_ESCAPE, /* ESC */
    STATE_CSI,    /* ESC [ … */
    STATE_SKIP,   /* the rest of a broken sequence, to its end */
    STATE_TEXT,   /* a character of several bytes, perhaps with an ESC before it */
};

struct decoder {
    TermKey *termkey;
    decoder_fn give;
    void *user;
    GString
        *paste; /* NULL: no paste is open. At most SCREEN_PASTE_MAX_BYTES and the length of its end mark */
    enum state state;
    char held[HELD_BYTES]; /* held[held_len]: what libtermkey is not given before it is whole */
    size_t held_len;
    bool is_open; /* libtermkey itself waits for more */
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

static void push_held(struct decoder *decoder)
{
    TermKeyKey key;
    TermKeyResult result;
    termkey_push_bytes(decoder->termkey, decoder->held, decoder->held_len);
    decoder->held_len = 0;
    decoder->state = STATE_GROUND;
    while ((result = termkey_getkey(decoder->termkey, &key)) == TERMKEY_RES_KEY)
        give_termkey(decoder, &key);
    decoder->is_open = result == TERMKEY_RES_AGAIN;
}

static void hold(struct decoder *decoder, unsigned char byte, enum state state)
{
    decoder->held[decoder->held_len++] = (char)byte;
    decoder->state = state;
}

/* Settles what is open as the keys it spells so far. */
static void settle(struct decoder *decoder)
{
    TermKeyKey key;
    push_held(decoder);
    while (termkey_getkey_force(decoder->termkey, &key) == TERMKEY_RES_KEY)
        give_termkey(decoder, &key);
    decoder->is_open = false;
}

static void drop_held(struct decoder *decoder)
{
    decoder->held_len = 0;
    decoder->state = STATE_GROUND;
}

/* Keys have plain parameters; only the mouse's report has a private mark. Others are answers that nobody
 * asked for. */
static bool is_key_sequence(const struct decoder *decoder, unsigned char final)
{
    char mark = decoder->held_len > 2 ? decoder->held[2] : '0';
    return mark < '<' || (mark == '<' && (final == 'M' || final == 'm'));
}

static void take_csi_byte(struct decoder *decoder, unsigned char byte)
{
    if (byte >= 0x40 && byte <= 0x7E) {
        if (!is_key_sequence(decoder, byte)) {
            drop_held(decoder);
            return;
        }
        hold(decoder, byte, STATE_CSI);
        push_held(decoder);
    } else if (byte >= 0x30 && byte <= 0x3F && decoder->held_len < HELD_BYTES - 1) {
        hold(decoder, byte, STATE_CSI);
    } else {
        decoder->held_len = 0;
        decoder->state = STATE_SKIP;
    }
}

/* The next byte of a character of several bytes, before which an ESC may stand; what is no UTF-8 types
 * nothing. false: the byte does not belong to it. */
static bool take_text_byte(struct decoder *decoder, unsigned char byte)
{
    if ((byte & 0xC0) != 0x80) {
        drop_held(decoder);
        return false;
    }
    hold(decoder, byte, STATE_TEXT);
    size_t skip = decoder->held[0] == ESCAPE;
    gunichar point = g_utf8_get_char_validated(decoder->held + skip, (gssize)(decoder->held_len - skip));
    if (point == (gunichar)-1)
        drop_held(decoder);
    else if (point != (gunichar)-2)
        push_held(decoder);
    return true;
}

static void begin_text(struct decoder *decoder, unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xF4)
        hold(decoder, byte, STATE_TEXT);
    else
        drop_held(decoder);
}

/* ESC and a character (Alt), or the start of a longer sequence. */
static void take_escaped_byte(struct decoder *decoder, unsigned char byte)
{
    if (byte == ESCAPE) {
        settle(decoder);
        hold(decoder, byte, STATE_ESCAPE);
    } else if (byte == '[') {
        hold(decoder, byte, STATE_CSI);
    } else if (byte >= 0x80) {
        begin_text(decoder, byte);
    } else {
        hold(decoder, byte, STATE_ESCAPE);
        push_held(decoder);
    }
}

static void take_ground_byte(struct decoder *decoder, unsigned char byte)
{
    if (byte == ESCAPE) {
        hold(decoder, byte, STATE_ESCAPE);
    } else if (byte >= 0x80) {
        begin_text(decoder, byte);
    } else {
        hold(decoder, byte, STATE_GROUND);
        push_held(decoder);
    }
}

/* libtermkey is given whole characters and whole sequences of keys only. It is not safe from others (0.22
 * indexes its tables by a command that still has private marks and intermediate bytes in it); the rest of a
 * broken sequence would be typed as commands; and what follows the start of a paste must not be decoded as
 * keys. */
static void take_byte(struct decoder *decoder, unsigned char byte)
{
    bool ends_sequence = byte < 0x20 && (decoder->state == STATE_CSI || decoder->state == STATE_SKIP);
    if (ends_sequence)
        drop_held(decoder);
    switch (decoder->state) {
    case STATE_GROUND:
        take_ground_byte(decoder, byte);
        return;
    case STATE_ESCAPE:
        take_escaped_byte(decoder, byte);
        return;
    case STATE_CSI:
        take_csi_byte(decoder, byte);
        return;
    case STATE_SKIP:
        if (byte >= 0x40 && byte <= 0x7E)
            decoder->state = STATE_GROUND;
        return;
    case STATE_TEXT:
        if (!take_text_byte(decoder, byte))
            take_ground_byte(decoder, byte);
        return;
    }
}

void decoder_push(struct decoder *decoder, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        if (decoder->paste)
            at += take_paste(decoder, bytes + at, len - at);
        else
            take_byte(decoder, (unsigned char)bytes[at++]);
    }
}

int decoder_pause_ms(const struct decoder *decoder)
{
    if (decoder->paste)
        return DECODER_PASTE_MS;
    bool is_escape = decoder->state != STATE_GROUND && decoder->state != STATE_TEXT;
    return is_escape || decoder->is_open ? DECODER_ESCAPE_MS : 0;
}

void decoder_expire(struct decoder *decoder)
{
    if (decoder->paste)
        finish_paste(decoder, decoder->paste->len);
    else if (decoder->state != STATE_TEXT)
        settle(decoder);
}
