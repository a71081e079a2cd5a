/* One key: a character or a named key, with its modifiers; and the one way to read and write key names,
 * shared by the key table, the remapping in the settings, and key scripts of tests.
 *
 * Names: modifiers "C-" "M-" "S-" (also "Ctrl-", "Alt-", "Shift-", "^K"), then a character or one of Enter
 * Tab Esc Space Backspace Delete Insert Up Down Left Right Home End PageUp PageDown F1 to F12. Letters are as
 * typed: "N" is not "n", but with Ctrl they are one key.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Named keys lie above every Unicode code point. */
enum key_symbol {
    KEY_SYMBOL_ENTER = 0x110000,
    KEY_SYMBOL_TAB,
    KEY_SYMBOL_ESCAPE,
    KEY_SYMBOL_BACKSPACE,
    KEY_SYMBOL_DELETE,
    KEY_SYMBOL_INSERT,
    KEY_SYMBOL_UP,
    KEY_SYMBOL_DOWN,
    KEY_SYMBOL_LEFT,
    KEY_SYMBOL_RIGHT,
    KEY_SYMBOL_HOME,
    KEY_SYMBOL_END,
    KEY_SYMBOL_PAGE_UP,
    KEY_SYMBOL_PAGE_DOWN,
    KEY_SYMBOL_F1, /* F2 to F12 follow */
    KEY_SYMBOL_F12 = KEY_SYMBOL_F1 + 11,
};

enum key_modifier {
    KEY_MODIFIER_SHIFT = 1, /* with named keys only */
    KEY_MODIFIER_ALT = 2,
    KEY_MODIFIER_CTRL = 4,
};

struct key {
    uint32_t code; /* a code point, or enum key_symbol; 0: no key */
    uint32_t modifiers;
};

/* Two keys are the same; both came from key_parse, key_normalise or a back end. */
static inline bool key_equals(struct key a, struct key b)
{
    return a.code == b.code && a.modifiers == b.modifiers;
}

/* Whether the key types its character: no Ctrl, no Alt, no named key. */
static inline bool key_is_text(struct key key)
{
    return key.code >= 0x20 && key.code < KEY_SYMBOL_ENTER && key.code != 0x7F &&
           !(key.modifiers & (KEY_MODIFIER_ALT | KEY_MODIFIER_CTRL));
}

/* The one form of a key: Ctrl with a lower-case letter, no Shift on characters. */
struct key key_normalise(struct key key);

/* Reads a key name. On failure the error (KEY_ERROR, 0) says which name is not one. */
bool key_parse(const char *name, struct key *key, GError **error);
GQuark key_error_quark(void);
#define KEY_ERROR key_error_quark()

/* The name for settings and scripts ("C-k", "M-Enter"); for hints and help ("^K", "Alt-Enter"). Caller owns,
 * free with g_free. */
char *key_spelling(struct key key);
char *key_label(struct key key);
/* Appends a key's label to others, with `separator` between two. */
void key_append_label(GString *labels, const char *separator, struct key key);
