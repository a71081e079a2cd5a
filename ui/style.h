/* What a cell means, never which colour it has: the theme decides that (ui/theme.h). A style is one number
 * made of a role (what the text is), a surface (what it stands on) and marks (what is true of it just now):
 *
 *     canvas_put(canvas, x, y, STYLE_ROLE_RISK, "!");
 *     canvas_put(canvas, x, y, STYLE_ROLE_DIM | STYLE_SURFACE_BAR, "chats");
 *     canvas_put(canvas, x, y, STYLE_ROLE_TEXT | STYLE_MARK_MATCH, "return");
 */
#pragma once

enum style_role {
    STYLE_ROLE_TEXT,         /* ordinary text */
    STYLE_ROLE_DIM,          /* only context: times, labels, counts */
    STYLE_ROLE_BRIGHT,       /* headings, names, the clock that matters most */
    STYLE_ROLE_RULE,         /* lines between panes */
    STYLE_ROLE_RULE_FOCUSED, /* the line over the pane that has the keys */
    STYLE_ROLE_BRAND,        /* the product's name */
    STYLE_ROLE_KEY,          /* a key to press */
    STYLE_ROLE_AGENT,        /* the agent speaks */
    STYLE_ROLE_CUSTOMER,     /* the customer speaks */
    STYLE_ROLE_SYSTEM,       /* the system tells */
    STYLE_ROLE_OK,
    STYLE_ROLE_WARN, /* due soon */
    STYLE_ROLE_RISK, /* at risk, urgent */
    STYLE_ROLE_ERROR,
    STYLE_ROLE_FIELD,        /* an empty field, a placeholder */
    STYLE_ROLE_FIELD_FILLED, /* a value the record filled in */
    STYLE_ROLE_NOTE,         /* an internal note, never seen by the customer */
    STYLE_ROLE_SECRET,       /* masked personal data */
    STYLE_ROLE_OFFER,        /* a ringing offer */
    STYLE_ROLE_LINK_UP,
    STYLE_ROLE_LINK_DOWN,
    STYLE_ROLE_STEP_DONE,
    STYLE_ROLE_STEP_NOW, /* the step one is at, the marker beside it */
    STYLE_ROLE_STEP_LATER,
    STYLE_ROLE_LINK, /* something that opens */
    STYLE_ROLE_COUNT,
};

enum style_surface {
    STYLE_SURFACE_PLAIN = 0 << 8,
    STYLE_SURFACE_BAR = 1 << 8,      /* status line, line of keys */
    STYLE_SURFACE_SELECTED = 2 << 8, /* the row under the cursor of the focused pane */
    STYLE_SURFACE_REST = 3 << 8,     /* the row under the cursor of a pane without focus */
    STYLE_SURFACE_FIELD = 4 << 8,    /* the reply, an input field */
    STYLE_SURFACE_NOTE = 5 << 8,     /* the field of an internal note */
    STYLE_SURFACE_OFFER = 6 << 8,    /* a ringing offer, in the line of keys */
    STYLE_SURFACE_POPUP = 7 << 8,    /* palette, dialogs, help */
    STYLE_SURFACE_INPUT = 8 << 8, /* an input field of a popup: it is told from the popup even while empty */
    STYLE_SURFACE_COUNT = 9,
};

enum style_mark {
    STYLE_MARK_MATCH = 1 << 12, /* found by the search */
    STYLE_MARK_BOLD = 1 << 13,
    STYLE_MARK_UNDERLINE = 1 << 14,
    STYLE_MARK_FADED = 1 << 15, /* under way, not yet on disk; behind a dialog */
};

enum {
    STYLE_ROLE_MASK = 0xFF,
    STYLE_SURFACE_MASK = 0xF00,
    STYLE_SURFACE_SHIFT = 8,
    STYLE_MARK_MASK = 0xF000,
};

/* The name of a role ("risk"), a surface ("bar"; takes the STYLE_SURFACE_ value), for goldens and theme
 * files. Never NULL. */
const char *style_role_name(unsigned role);
const char *style_surface_name(unsigned surface);
