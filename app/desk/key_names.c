/* What people call the keys: every sentence that names one takes its name from the table, so that it stays
 * true where keys were remapped. */
#include "app/desk/desk.h"

#include <string.h>

char *desk_key_label(const struct desk *desk, enum keys_context context, enum action action)
{
    struct key key;
    if (keys_key_of(desk->keys, context, action, &key))
        return key_label(key);
    bool has_palette = keys_key_of(desk->keys, context, ACTION_PALETTE, &key);
    g_autofree char *palette = has_palette ? key_label(key) : g_strdup("");
    return g_strdup_printf("%s “%s”", palette, action_row(action)->label);
}

char *desk_key_names(const struct desk *desk, const char *sentence)
{
    GString *out = g_string_new(NULL);
    for (const char *open; (open = strchr(sentence, '{')) != NULL;) {
        const char *close = strchr(open, '}');
        g_assert(close != NULL);
        g_autofree char *name = g_strndup(open + 1, (gsize)(close - open - 1));
        char *colon = strchr(name, ':');
        g_assert(colon != NULL);
        *colon = '\0';
        enum keys_context context = keys_context_find(name);
        enum action action = action_find(colon + 1);
        g_assert(context != KEYS_CONTEXT_NOWHERE && action != ACTION_NONE);
        g_autofree char *label = desk_key_label(desk, context, action);
        g_string_append_len(out, sentence, open - sentence);
        g_string_append(out, label);
        sentence = close + 1;
    }
    g_string_append(out, sentence);
    return g_string_free(out, FALSE);
}
