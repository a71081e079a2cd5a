#include "app/desk/identity_check.h"

#include <string.h>

#include "app/script/value.h"

static bool is_word(const char *text)
{
    return *text != '\0' && strpbrk(text, " \t\n") == NULL;
}

bool identity_check(enum identity_kind kind, const char *label, const char *text, GError **error)
{
    static const enum value_type types[IDENTITY_COUNT] = {[IDENTITY_EMAIL] = VALUE_TYPE_EMAIL,
                                                          [IDENTITY_PHONE] = VALUE_TYPE_PHONE,
                                                          [IDENTITY_ACCOUNT] = VALUE_TYPE_TEXT,
                                                          [IDENTITY_HANDLE] = VALUE_TYPE_TEXT};
    g_autofree char *read = value_normalise(types[kind], text, label, error);
    if (read == NULL || kind != IDENTITY_HANDLE || is_word(read))
        return read != NULL;
    g_set_error(error, VALUE_ERROR, VALUE_ERROR_FORM, "%s should be one word, such as @name.", label);
    return false;
}

bool identity_check_address(enum channel channel, const char *text, GError **error)
{
    static const struct {
        enum identity_kind kind;
        const char *label;
    } rows[CHANNEL_COUNT] = {
        [CHANNEL_PHONE] = {IDENTITY_PHONE, "The number of a call"},
        [CHANNEL_CHAT] = {IDENTITY_EMAIL, "The address of a chat"},
        [CHANNEL_EMAIL] = {IDENTITY_EMAIL, "The address of a mail"},
        [CHANNEL_WEB] = {IDENTITY_EMAIL, "The address of a web contact"},
        [CHANNEL_SOCIAL] = {IDENTITY_HANDLE, "The handle of a social contact"},
        [CHANNEL_SMS] = {IDENTITY_PHONE, "The number of an SMS"},
    };
    bool is_either = channel == CHANNEL_CHAT || channel == CHANNEL_WEB;
    if (!is_either)
        return identity_check(rows[channel].kind, rows[channel].label, text, error);
    if (identity_check(IDENTITY_EMAIL, "", text, NULL) || identity_check(IDENTITY_PHONE, "", text, NULL))
        return true;
    g_set_error(error, VALUE_ERROR, VALUE_ERROR_FORM, "%s should be an e-mail address or a phone number.",
                rows[channel].label);
    return false;
}
