/* Names of roles and surfaces. */
#include "ui/style.h"

#include <glib.h>

static const char *const role_names[STYLE_ROLE_COUNT] = {
    [STYLE_ROLE_TEXT] = "text",
    [STYLE_ROLE_DIM] = "dim",
    [STYLE_ROLE_BRIGHT] = "bright",
    [STYLE_ROLE_RULE] = "rule",
    [STYLE_ROLE_RULE_FOCUSED] = "rule-focused",
    [STYLE_ROLE_BRAND] = "brand",
    [STYLE_ROLE_KEY] = "key",
    [STYLE_ROLE_AGENT] = "agent",
    [STYLE_ROLE_CUSTOMER] = "customer",
    [STYLE_ROLE_SYSTEM] = "system",
    [STYLE_ROLE_OK] = "ok",
    [STYLE_ROLE_WARN] = "warn",
    [STYLE_ROLE_RISK] = "risk",
    [STYLE_ROLE_ERROR] = "error",
    [STYLE_ROLE_FIELD] = "field",
    [STYLE_ROLE_FIELD_FILLED] = "filled",
    [STYLE_ROLE_NOTE] = "note",
    [STYLE_ROLE_SECRET] = "secret",
    [STYLE_ROLE_OFFER] = "offer",
    [STYLE_ROLE_LINK_UP] = "link-up",
    [STYLE_ROLE_LINK_DOWN] = "link-down",
    [STYLE_ROLE_STEP_DONE] = "step-done",
    [STYLE_ROLE_STEP_NOW] = "step-now",
    [STYLE_ROLE_STEP_LATER] = "step-later",
    [STYLE_ROLE_LINK] = "link",
};

static const char *const surface_names[STYLE_SURFACE_COUNT] = {
    [STYLE_SURFACE_PLAIN >> STYLE_SURFACE_SHIFT] = "plain",
    [STYLE_SURFACE_BAR >> STYLE_SURFACE_SHIFT] = "bar",
    [STYLE_SURFACE_SELECTED >> STYLE_SURFACE_SHIFT] = "selected",
    [STYLE_SURFACE_REST >> STYLE_SURFACE_SHIFT] = "rest",
    [STYLE_SURFACE_FIELD >> STYLE_SURFACE_SHIFT] = "field",
    [STYLE_SURFACE_NOTE >> STYLE_SURFACE_SHIFT] = "note",
    [STYLE_SURFACE_OFFER >> STYLE_SURFACE_SHIFT] = "offer",
    [STYLE_SURFACE_POPUP >> STYLE_SURFACE_SHIFT] = "popup",
    [STYLE_SURFACE_INPUT >> STYLE_SURFACE_SHIFT] = "input",
};

const char *style_role_name(unsigned role)
{
    g_assert(role < STYLE_ROLE_COUNT);
    return role_names[role];
}

const char *style_surface_name(unsigned surface)
{
    unsigned index = (surface & STYLE_SURFACE_MASK) >> STYLE_SURFACE_SHIFT;
    g_assert(index < STYLE_SURFACE_COUNT);
    return surface_names[index];
}
