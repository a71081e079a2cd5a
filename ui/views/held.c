#include "ui/views/held.h"

#include <string.h>

#include "app/model/customer.h"

#define HIDDEN "••••••"

static char *mask(const struct script_field *field, const char *value)
{
    if (field->type == VALUE_TYPE_EMAIL)
        return identity_mask(IDENTITY_EMAIL, value);
    return field->type == VALUE_TYPE_PHONE ? identity_mask(IDENTITY_PHONE, value) : g_strdup(HIDDEN);
}

char *held_text(const struct script_field *field, const struct walk_fill *fill, const char *language)
{
    const char *value = fill->value;
    if (field->personal && !fill->is_fresh)
        return mask(field, value);
    const struct script_option *option = script_option_of(field, value);
    if (option != NULL)
        return g_strdup(script_option_title(option, language));
    return g_strdup(field->type != VALUE_TYPE_BOOL ? value : strcmp(value, "yes") == 0 ? "yes" : "no");
}
