/* Keys and their names. */
#include "ui/key.h"

#include <string.h>

static const struct {
    const char *name;
    uint32_t code;
} named_keys[] = {
    /* The first name of a code is the one written. */
    {"Enter", KEY_SYMBOL_ENTER},
    {"Tab", KEY_SYMBOL_TAB},
    {"Esc", KEY_SYMBOL_ESCAPE},
    {"Backspace", KEY_SYMBOL_BACKSPACE},
    {"Delete", KEY_SYMBOL_DELETE},
    {"Insert", KEY_SYMBOL_INSERT},
    {"Up", KEY_SYMBOL_UP},
    {"Down", KEY_SYMBOL_DOWN},
    {"Left", KEY_SYMBOL_LEFT},
    {"Right", KEY_SYMBOL_RIGHT},
    {"Home", KEY_SYMBOL_HOME},
    {"End", KEY_SYMBOL_END},
    {"PageUp", KEY_SYMBOL_PAGE_UP},
    {"PageDown", KEY_SYMBOL_PAGE_DOWN},
    {"Space", ' '},
    {"PgUp", KEY_SYMBOL_PAGE_UP},
    {"PgDn", KEY_SYMBOL_PAGE_DOWN},
    {"Escape", KEY_SYMBOL_ESCAPE},
    {"Return", KEY_SYMBOL_ENTER},
    {"Del", KEY_SYMBOL_DELETE},
};

static const struct {
    const char *prefix;
    uint32_t modifier;
} prefixes[] = {
    {"C-", KEY_MODIFIER_CTRL},      {"Ctrl-", KEY_MODIFIER_CTRL}, {"^", KEY_MODIFIER_CTRL},
    {"M-", KEY_MODIFIER_ALT},       {"Alt-", KEY_MODIFIER_ALT},   {"S-", KEY_MODIFIER_SHIFT},
    {"Shift-", KEY_MODIFIER_SHIFT},
};

G_DEFINE_QUARK(firstline - key - error, key_error)

struct key key_normalise(struct key key)
{
    if (key.code < KEY_SYMBOL_ENTER) {
        key.modifiers &= ~(uint32_t)KEY_MODIFIER_SHIFT;
        if (key.modifiers & KEY_MODIFIER_CTRL)
            key.code = g_unichar_tolower(key.code);
    }
    return key;
}

/* Strips one modifier; a prefix with nothing after it is the key itself ("^", "-"). */
static bool take_prefix(const char **name, uint32_t *modifiers)
{
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        size_t len = strlen(prefixes[i].prefix);
        if (strncmp(*name, prefixes[i].prefix, len) == 0 && (*name)[len]) {
            *modifiers |= prefixes[i].modifier;
            *name += len;
            return true;
        }
    }
    return false;
}

static uint32_t code_of_name(const char *name)
{
    if (g_utf8_validate(name, -1, NULL) && g_utf8_strlen(name, -1) == 1) {
        gunichar point = g_utf8_get_char(name);
        return g_unichar_iscntrl(point) ? 0 : point;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(named_keys); i++)
        if (g_ascii_strcasecmp(name, named_keys[i].name) == 0)
            return named_keys[i].code;
    if (name[0] == 'F' && g_ascii_isdigit(name[1]) && strlen(name) <= 3) {
        guint64 number;
        if (g_ascii_string_to_unsigned(name + 1, 10, 1, 12, &number, NULL))
            return KEY_SYMBOL_F1 + (uint32_t)number - 1;
    }
    return 0;
}

bool key_parse(const char *name, struct key *key, GError **error)
{
    const char *rest = name;
    struct key parsed = {0};
    while (take_prefix(&rest, &parsed.modifiers))
        ;
    parsed.code = code_of_name(rest);
    if (parsed.code == 0) {
        g_autofree char *shown = g_utf8_make_valid(name, -1);
        g_set_error(
            error, KEY_ERROR, 0,
            "“%s” is not the name of a key; write for instance C-k, M-1, F2, Enter or a single character.",
            shown);
        return false;
    }
    *key = key_normalise(parsed);
    return true;
}

static void append_code(GString *out, uint32_t code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(named_keys); i++)
        if (named_keys[i].code == code) {
            g_string_append(out, named_keys[i].name);
            return;
        }
    if (code >= KEY_SYMBOL_F1 && code <= KEY_SYMBOL_F12)
        g_string_append_printf(out, "F%u", code - KEY_SYMBOL_F1 + 1);
    else if (code < KEY_SYMBOL_ENTER)
        g_string_append_unichar(out, code);
}

char *key_spelling(struct key key)
{
    GString *out = g_string_new(NULL);
    if (key.modifiers & KEY_MODIFIER_CTRL)
        g_string_append(out, "C-");
    if (key.modifiers & KEY_MODIFIER_ALT)
        g_string_append(out, "M-");
    if (key.modifiers & KEY_MODIFIER_SHIFT)
        g_string_append(out, "S-");
    append_code(out, key.code);
    return g_string_free(out, FALSE);
}

char *key_label(struct key key)
{
    GString *out = g_string_new(NULL);
    bool caret = key.modifiers == KEY_MODIFIER_CTRL && key.code > ' ' && key.code < 0x7F;
    if (caret) {
        g_string_append_printf(out, "^%c", g_ascii_toupper((char)key.code));
        return g_string_free(out, FALSE);
    }
    if (key.modifiers & KEY_MODIFIER_CTRL)
        g_string_append(out, "Ctrl-");
    if (key.modifiers & KEY_MODIFIER_ALT)
        g_string_append(out, "Alt-");
    if (key.modifiers & KEY_MODIFIER_SHIFT)
        g_string_append(out, "Shift-");
    append_code(out, key.code);
    return g_string_free(out, FALSE);
}

void key_append_label(GString *labels, const char *separator, struct key key)
{
    g_autofree char *label = key_label(key);
    g_string_append_printf(labels, "%s%s", labels->len > 0 ? separator : "", label);
}
