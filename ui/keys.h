/* The contract of keys: one table, context by key, never two meanings in one context. Dispatch, the line of
 * keys, help, the manual and the settings' overrides all read it.
 *
 * A key is looked up in its context, then in the context's parents, at last (but not in a lock or sign-in
 * form) everywhere. A text context has no plain character as a command: what the table does not know is
 * typed.
 *
 *     enum action action = keys_find(NULL, KEYS_CONTEXT_REPLY_CHAT, key);   // NULL: the built-in table
 *     if (action == ACTION_NONE && keys_context_is_text(context)) editor_handle_key(editor, &key);
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "ui/action.h"
#include "ui/key.h"

enum keys_context {
    KEYS_CONTEXT_EVERYWHERE,
    KEYS_CONTEXT_LIST, /* what all list panes share */
    KEYS_CONTEXT_QUEUE,
    KEYS_CONTEXT_CONVERSATION,
    KEYS_CONTEXT_CUSTOMER,
    KEYS_CONTEXT_SCRIPT,        /* a step's fields, the list of steps */
    KEYS_CONTEXT_SCRIPT_ASK,    /* a step that asks yes or no */
    KEYS_CONTEXT_SCRIPT_CHOOSE, /* a step that offers numbered choices */
    KEYS_CONTEXT_SCRIPT_FIELD,  /* a step with a field that wants an answer to be typed */
    KEYS_CONTEXT_ARTICLE,       /* an open article */
    KEYS_CONTEXT_TEXT,          /* what all text contexts share */
    KEYS_CONTEXT_KNOWLEDGE,     /* the search box with its results */
    KEYS_CONTEXT_REPLY_CHAT,    /* chat, social, sms, phone: Enter sends */
    KEYS_CONTEXT_REPLY_MAIL,    /* email, web: Enter breaks the line, Ctrl-S sends */
    KEYS_CONTEXT_NOTE,
    KEYS_CONTEXT_ANSWER,     /* a script field being filled */
    KEYS_CONTEXT_FILTER,     /* the filter line of a list */
    KEYS_CONTEXT_POPUP_LIST, /* palette, find, canned texts: a query over a list */
    KEYS_CONTEXT_POPUP_FORM,
    KEYS_CONTEXT_POPUP_QUESTION,
    KEYS_CONTEXT_POPUP_TEXT, /* help, a story, a score */
    KEYS_CONTEXT_FLOW,       /* the script as it is drawn */
    KEYS_CONTEXT_INBOX,      /* approvals that wait for a decision */
    KEYS_CONTEXT_LOCKED,     /* sign-in and lock form: nothing else works */
    KEYS_CONTEXT_COUNT,
    KEYS_CONTEXT_NOWHERE = KEYS_CONTEXT_COUNT, /* parent of those that have none */
};

struct keys_row {
    enum keys_context context;
    struct key key;
    enum action action;
    int rank;          /* place in the line of keys, 1 first; 0: not shown there */
    const char *label; /* in the line of keys where the action's own is too general; NULL: the action's */
};

/* A table that can be remapped; functions take NULL for the built-in one. */
struct keys;

/* A copy of the built-in table. Caller owns, free with keys_free (NULL is accepted). */
struct keys *keys_new(void);
void keys_free(struct keys *keys);

enum keys_error {
    KEYS_ERROR_CONTEXT, /* no such context */
    KEYS_ERROR_KEY,     /* no such key */
    KEYS_ERROR_ACTION,  /* no such action */
    KEYS_ERROR_TEXT,    /* a plain character in a text context */
    KEYS_ERROR_FIXED,   /* the key that leads out of everything */
};
GQuark keys_error_quark(void);
#define KEYS_ERROR keys_error_quark()

/* Gives a key in a context another action ("none" takes its meaning away). On error nothing is changed and
 * the message says what is wrong. Esc cannot be remapped. In hints it stands where the action's old key
 * stood, and before it. */
bool keys_remap(struct keys *keys, const char *context, const char *key, const char *action, GError **error);

/* What the key means in the context; ACTION_NONE: nothing. */
enum action keys_find(const struct keys *keys, enum keys_context context, struct key key);

/* The key that asks for an action in a context or its parents, one of the settings' before the built-in ones;
 * false: none does. */
bool keys_key_of(const struct keys *keys, enum keys_context context, enum action action, struct key *key);

/* The whole table, count rows in no order, as the manual prints it. Borrowed until keys is changed. */
const struct keys_row *keys_rows(const struct keys *keys, size_t *count);

/* Rows that hold in a context, its own first, then its parents' that it does not override. Array of
 * const struct keys_row *, borrowed until keys is changed; caller owns the array, free with
 * g_ptr_array_unref. */
GPtrArray *keys_list(const struct keys *keys, enum keys_context context);

/* As keys_list, only those for the line of keys whose needs `have` (bits of enum action_need) meets, most
 * important first, each action once. */
GPtrArray *keys_hints(const struct keys *keys, enum keys_context context, int have);

/* Short label of a row in the line of keys. Static. */
const char *keys_row_label(const struct keys_row *row);

/* "reply-chat" for settings; "Reply in a chat" for help; whether plain characters are typed there. */
const char *keys_context_name(enum keys_context context);
const char *keys_context_title(enum keys_context context);
enum keys_context keys_context_find(const char *name); /* by the first; KEYS_CONTEXT_NOWHERE: none */
bool keys_context_is_text(enum keys_context context);
enum keys_context keys_context_parent(enum keys_context context);
