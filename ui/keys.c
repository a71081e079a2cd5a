/* The contract of keys. */
#include "ui/keys.h"

#include <string.h>

struct keys {
    GArray *rows; /* struct keys_row */
};

struct context_row {
    const char *name, *title;
    enum keys_context parent;
    bool is_text;
};

static const struct context_row contexts[KEYS_CONTEXT_COUNT] = {
    [KEYS_CONTEXT_EVERYWHERE] = {"everywhere", "Everywhere", KEYS_CONTEXT_NOWHERE, false},
    [KEYS_CONTEXT_LIST] = {"list", "Every list", KEYS_CONTEXT_EVERYWHERE, false},
    [KEYS_CONTEXT_QUEUE] = {"queue", "Queue", KEYS_CONTEXT_LIST, false},
    [KEYS_CONTEXT_CONVERSATION] = {"conversation", "Conversation", KEYS_CONTEXT_LIST, false},
    [KEYS_CONTEXT_CUSTOMER] = {"customer", "Customer", KEYS_CONTEXT_LIST, false},
    [KEYS_CONTEXT_SCRIPT] = {"script", "Script", KEYS_CONTEXT_LIST, false},
    [KEYS_CONTEXT_SCRIPT_ASK] = {"script-ask", "A question of the script", KEYS_CONTEXT_SCRIPT, false},
    [KEYS_CONTEXT_SCRIPT_CHOOSE] = {"script-choose", "A choice of the script", KEYS_CONTEXT_SCRIPT_ASK,
                                    false},
    [KEYS_CONTEXT_SCRIPT_FIELD] = {"script-field", "A step with a field to fill", KEYS_CONTEXT_SCRIPT, false},
    [KEYS_CONTEXT_ARTICLE] = {"article", "An open article", KEYS_CONTEXT_LIST, false},
    [KEYS_CONTEXT_TEXT] = {"text", "Every text", KEYS_CONTEXT_EVERYWHERE, true},
    [KEYS_CONTEXT_KNOWLEDGE] = {"knowledge", "Knowledge search", KEYS_CONTEXT_TEXT, true},
    [KEYS_CONTEXT_REPLY_CHAT] = {"reply-chat", "Reply in a chat", KEYS_CONTEXT_TEXT, true},
    [KEYS_CONTEXT_REPLY_MAIL] = {"reply-mail", "Reply by mail", KEYS_CONTEXT_TEXT, true},
    [KEYS_CONTEXT_NOTE] = {"note", "Internal note", KEYS_CONTEXT_TEXT, true},
    [KEYS_CONTEXT_ANSWER] = {"answer", "A field of the script", KEYS_CONTEXT_TEXT, true},
    [KEYS_CONTEXT_FILTER] = {"filter", "Filter line", KEYS_CONTEXT_TEXT, true},
    [KEYS_CONTEXT_POPUP_LIST] = {"popup-list", "A list to choose from", KEYS_CONTEXT_EVERYWHERE, true},
    [KEYS_CONTEXT_POPUP_FORM] = {"popup-form", "A form", KEYS_CONTEXT_EVERYWHERE, true},
    [KEYS_CONTEXT_POPUP_QUESTION] = {"popup-question", "A question", KEYS_CONTEXT_EVERYWHERE, false},
    [KEYS_CONTEXT_POPUP_TEXT] = {"popup-text", "A text to read", KEYS_CONTEXT_EVERYWHERE, false},
    [KEYS_CONTEXT_FLOW] = {"flow", "The flow of a script", KEYS_CONTEXT_POPUP_TEXT, false},
    [KEYS_CONTEXT_INBOX] = {"approvals", "Approvals that wait", KEYS_CONTEXT_POPUP_TEXT, false},
    [KEYS_CONTEXT_LOCKED] = {"locked", "Sign-in and lock", KEYS_CONTEXT_NOWHERE, true},
};

#define CHAR(c) \
    {           \
        (c), 0  \
    }
#define CTRL(c)                \
    {                          \
        (c), KEY_MODIFIER_CTRL \
    }
#define ALT(c)                \
    {                         \
        (c), KEY_MODIFIER_ALT \
    }
#define NAMED(symbol)          \
    {                          \
        KEY_SYMBOL_##symbol, 0 \
    }
#define SHIFT(symbol)                           \
    {                                           \
        KEY_SYMBOL_##symbol, KEY_MODIFIER_SHIFT \
    }
#define ALT_NAMED(symbol)                     \
    {                                         \
        KEY_SYMBOL_##symbol, KEY_MODIFIER_ALT \
    }
#define CTRL_NAMED(symbol)                     \
    {                                          \
        KEY_SYMBOL_##symbol, KEY_MODIFIER_CTRL \
    }
#define FKEY(n)                  \
    {                            \
        KEY_SYMBOL_F1 + (n)-1, 0 \
    }
#define ROW(context, key, action)                             \
    {                                                         \
        KEYS_CONTEXT_##context, key, ACTION_##action, 0, NULL \
    }
#define HINT(context, key, action, rank)                         \
    {                                                            \
        KEYS_CONTEXT_##context, key, ACTION_##action, rank, NULL \
    }
#define HINT_AS(context, key, action, rank, label)                \
    {                                                             \
        KEYS_CONTEXT_##context, key, ACTION_##action, rank, label \
    }

static const struct keys_row built_in[] = {
    /* Everywhere. An offer's keys come first in the line while it rings. */
    HINT(EVERYWHERE, FKEY(2), ACCEPT, 1),
    HINT(EVERYWHERE, FKEY(3), REJECT, 2),
    HINT(EVERYWHERE, FKEY(7), SIGN_IN, 2),
    HINT(EVERYWHERE, FKEY(9), READY, 3),
    HINT(EVERYWHERE, ALT('u'), UNDO_SEND, 3),
    HINT(EVERYWHERE, CTRL('n'), NEXT_FOR_ME, 32),
    HINT(EVERYWHERE, CTRL('k'), KNOWLEDGE, 31),
    HINT(EVERYWHERE, CTRL('t'), CANNED, 36),
    HINT(EVERYWHERE, CTRL('f'), FIND, 34),
    HINT(EVERYWHERE, NAMED(TAB), PANE_NEXT, 35),
    ROW(EVERYWHERE, SHIFT(TAB), PANE_PREVIOUS),
    ROW(EVERYWHERE, ALT('1'), PANE_QUEUE),
    ROW(EVERYWHERE, ALT('2'), PANE_CONTACT),
    ROW(EVERYWHERE, ALT('3'), PANE_CUSTOMER),
    ROW(EVERYWHERE, ALT('4'), PANE_SCRIPT),
    ROW(EVERYWHERE, ALT('5'), PANE_KNOWLEDGE),
    HINT(EVERYWHERE, NAMED(ESCAPE), OUT, 37),
    HINT(EVERYWHERE, CTRL('p'), PALETTE, 38),
    HINT(EVERYWHERE, FKEY(1), HELP, 39),
    HINT(EVERYWHERE, FKEY(5), PRACTICE_HINT, 8),
    ROW(EVERYWHERE, FKEY(6), PRACTICE_PAUSE),
    ROW(EVERYWHERE, FKEY(8), PRACTICE_END),
    ROW(EVERYWHERE, FKEY(4), GET_NEXT),
    ROW(EVERYWHERE, FKEY(10), NOT_READY),
    ROW(EVERYWHERE, FKEY(12), LOCK),
    ROW(EVERYWHERE, CTRL('l'), REDRAW),
    ROW(EVERYWHERE, CTRL('z'), SUSPEND),
    ROW(EVERYWHERE, CTRL('q'), QUIT),
    ROW(EVERYWHERE, CTRL('r'), SAY),
    ROW(EVERYWHERE, ALT('a'), APPROVALS),

    /* Lists: letters are commands. */
    ROW(LIST, NAMED(UP), UP),
    ROW(LIST, NAMED(DOWN), DOWN),
    ROW(LIST, CHAR('k'), UP),
    ROW(LIST, CHAR('j'), DOWN),
    ROW(LIST, NAMED(PAGE_UP), PAGE_UP),
    ROW(LIST, NAMED(PAGE_DOWN), PAGE_DOWN),
    ROW(LIST, NAMED(HOME), FIRST),
    ROW(LIST, NAMED(END), LAST),
    ROW(LIST, CHAR('g'), FIRST),
    ROW(LIST, CHAR('G'), LAST),
    HINT(LIST, NAMED(ENTER), OPEN, 4),
    HINT(LIST, CHAR('r'), REPLY, 10),
    HINT(LIST, CHAR('N'), NOTE, 11),
    HINT(LIST, CHAR('h'), HOLD, 12),
    HINT(LIST, CHAR('t'), TRANSFER, 13),
    HINT(LIST, CHAR('e'), ESCALATE, 14),
    HINT(LIST, CHAR('w'), WRAP_UP, 15),
    HINT(LIST, CHAR('p'), PARK, 16),
    HINT(LIST, CHAR('y'), WHY, 20),
    HINT(LIST, CHAR('n'), NEXT_FOR_ME, 21),
    HINT(LIST, CHAR('B'), GIVE_BACK, 9), /* only to whom somebody asks */
    ROW(LIST, CHAR('T'), TIMELINE),
    ROW(LIST, CHAR('u'), UNDO_SEND),
    ROW(LIST, CHAR(':'), PALETTE),
    ROW(LIST, CHAR('?'), HELP),
    ROW(LIST, CHAR('a'), ACCEPT),

    HINT(QUEUE, CHAR('/'), FILTER, 5),
    HINT(QUEUE, CHAR('+'), NEW_CONTACT, 22),
    ROW(QUEUE, CHAR('f'), GET_NEXT),

    /* In one's own contact as r, which the line of keys shows. */
    HINT_AS(CONVERSATION, NAMED(ENTER), OPEN, 4, "take it"),
    ROW(CONVERSATION, CHAR('/'), FILTER),
    HINT(CONVERSATION, CHAR('q'), LEAVE_CONTACT, 17),

    ROW(CUSTOMER, CHAR('/'), FILTER),
    HINT(CUSTOMER, CHAR('v'), REVEAL, 5),
    HINT(CUSTOMER, CHAR('c'), EDIT_CUSTOMER, 6),
    HINT(CUSTOMER, CHAR('i'), WHO_IS_THIS, 7),

    ROW(SCRIPT, CHAR('/'), FILTER),
    HINT_AS(SCRIPT, NAMED(ENTER), OPEN, 4, "next"),
    HINT(SCRIPT, CHAR('c'), CORRECT_ANSWER, 6),
    HINT(SCRIPT, CHAR('b'), STEP_BACK, 6),
    HINT(SCRIPT, CHAR('s'), SAY, 5),
    HINT(SCRIPT, CHAR('S'), SKIP_STEP, 7),
    HINT(SCRIPT, CHAR('x'), SWITCH_SCRIPT, 8),
    HINT(SCRIPT, CHAR('m'), FLOW, 9),
    HINT(SCRIPT, CHAR('W'), WITHDRAW_APPROVAL, 5), /* only while one is waited for */
    HINT(SCRIPT, ALT('!'), FLAG_STEP, 19),

    HINT(SCRIPT_ASK, CHAR('y'), YES, 4),
    HINT(SCRIPT_ASK, CHAR('n'), NO, 4),
    ROW(SCRIPT_ASK, NAMED(ENTER), OPEN), /* says which key answers */
    HINT_AS(SCRIPT_CHOOSE, CHAR('1'), CHOOSE, 4, "to 9 choose"),
    ROW(SCRIPT_CHOOSE, CHAR('y'), YES),
    ROW(SCRIPT_CHOOSE, CHAR('n'), NO),
    HINT_AS(SCRIPT_FIELD, NAMED(ENTER), OPEN, 4, "fill in"),
    ROW(SCRIPT, CHAR('1'), CHOOSE),
    ROW(SCRIPT, CHAR('2'), CHOOSE),
    ROW(SCRIPT, CHAR('3'), CHOOSE),
    ROW(SCRIPT, CHAR('4'), CHOOSE),
    ROW(SCRIPT, CHAR('5'), CHOOSE),
    ROW(SCRIPT, CHAR('6'), CHOOSE),
    ROW(SCRIPT, CHAR('7'), CHOOSE),
    ROW(SCRIPT, CHAR('8'), CHOOSE),
    ROW(SCRIPT, CHAR('9'), CHOOSE),

    HINT(ARTICLE, ALT('i'), INSERT, 4),
    HINT(ARTICLE, CHAR('v'), CHOOSE_LINES, 5),
    HINT(ARTICLE, ALT('+'), HELPED, 6),
    HINT(ARTICLE, ALT('!'), WRONG, 7),
    ROW(ARTICLE, ALT('p'), PIN),

    /* Text: letters are text. */
    HINT(TEXT, ALT('e'), EDITOR, 41),

    ROW(KNOWLEDGE, NAMED(UP), UP),
    ROW(KNOWLEDGE, NAMED(DOWN), DOWN),
    ROW(KNOWLEDGE, NAMED(PAGE_UP), PAGE_UP),
    ROW(KNOWLEDGE, NAMED(PAGE_DOWN), PAGE_DOWN),
    HINT(KNOWLEDGE, NAMED(ENTER), OPEN, 5),
    HINT(KNOWLEDGE, ALT('i'), INSERT, 4),
    HINT(KNOWLEDGE, ALT('+'), HELPED, 6),
    HINT(KNOWLEDGE, ALT('!'), WRONG, 7),
    ROW(KNOWLEDGE, ALT('p'), PIN),

    HINT(REPLY_CHAT, NAMED(ENTER), SEND, 4),
    HINT(REPLY_CHAT, ALT_NAMED(ENTER), BREAK_LINE, 42),
    ROW(REPLY_CHAT, NAMED(PAGE_UP), PAGE_UP),
    ROW(REPLY_CHAT, NAMED(PAGE_DOWN), PAGE_DOWN),
    HINT(REPLY_CHAT, CTRL('t'), CANNED, 5),

    HINT(REPLY_MAIL, CTRL('s'), SEND, 4),
    ROW(REPLY_MAIL, NAMED(ENTER), BREAK_LINE),
    ROW(REPLY_MAIL, NAMED(PAGE_UP), PAGE_UP),
    ROW(REPLY_MAIL, NAMED(PAGE_DOWN), PAGE_DOWN),
    HINT(REPLY_MAIL, CTRL('t'), CANNED, 5),

    /* Neither key that sends a reply keeps a note: who mistakes the field notices before the customer does.
     */
    HINT(NOTE, ALT('s'), KEEP_NOTE, 4),
    ROW(NOTE, NAMED(ENTER), BREAK_LINE),
    ROW(NOTE, NAMED(PAGE_UP), PAGE_UP),
    ROW(NOTE, NAMED(PAGE_DOWN), PAGE_DOWN),

    HINT_AS(ANSWER, NAMED(ENTER), CONFIRM, 4, "next"),
    ROW(ANSWER, ALT('!'), FLAG_STEP),
    ROW(ANSWER, NAMED(DOWN), NEXT_FIELD),
    ROW(ANSWER, NAMED(UP), PREVIOUS_FIELD),

    HINT(FILTER, NAMED(ENTER), OPEN, 4),
    ROW(FILTER, NAMED(UP), UP),
    ROW(FILTER, NAMED(DOWN), DOWN),
    ROW(FILTER, NAMED(PAGE_UP), PAGE_UP),
    ROW(FILTER, NAMED(PAGE_DOWN), PAGE_DOWN),

    HINT(POPUP_LIST, NAMED(ENTER), CONFIRM, 4),
    ROW(POPUP_LIST, NAMED(UP), UP),
    ROW(POPUP_LIST, NAMED(DOWN), DOWN),
    ROW(POPUP_LIST, NAMED(PAGE_UP), PAGE_UP),
    ROW(POPUP_LIST, NAMED(PAGE_DOWN), PAGE_DOWN),

    ROW(POPUP_LIST, NAMED(TAB), DOWN),
    ROW(POPUP_LIST, SHIFT(TAB), UP),

    HINT_AS(POPUP_FORM, NAMED(ENTER), CONFIRM, 4, "done"),
    ROW(POPUP_FORM, CTRL('s'), SUBMIT),
    HINT(POPUP_FORM, NAMED(TAB), NEXT_FIELD, 6),
    ROW(POPUP_FORM, SHIFT(TAB), PREVIOUS_FIELD),
    ROW(POPUP_FORM, NAMED(DOWN), DOWN),
    ROW(POPUP_FORM, NAMED(UP), UP),

    HINT(POPUP_QUESTION, CHAR('y'), YES, 4),
    HINT(POPUP_QUESTION, CHAR('n'), NO, 5),
    /* What lies under a popup does not move. */
    ROW(POPUP_QUESTION, NAMED(TAB), NONE),
    ROW(POPUP_QUESTION, SHIFT(TAB), NONE),
    ROW(POPUP_TEXT, NAMED(TAB), NONE),
    ROW(POPUP_TEXT, SHIFT(TAB), NONE),

    ROW(POPUP_TEXT, NAMED(UP), UP),
    ROW(POPUP_TEXT, NAMED(DOWN), DOWN),
    ROW(POPUP_TEXT, CHAR('k'), UP),
    ROW(POPUP_TEXT, CHAR('j'), DOWN),
    ROW(POPUP_TEXT, NAMED(PAGE_UP), PAGE_UP),
    ROW(POPUP_TEXT, NAMED(PAGE_DOWN), PAGE_DOWN),
    ROW(POPUP_TEXT, CHAR(' '), PAGE_DOWN),
    ROW(POPUP_TEXT, NAMED(HOME), FIRST),
    ROW(POPUP_TEXT, NAMED(END), LAST),
    HINT_AS(POPUP_TEXT, NAMED(ENTER), OUT, 4, "close"),
    ROW(POPUP_TEXT, CHAR('q'), OUT),

    ROW(FLOW, CHAR('m'), OUT), /* the key that drew it */
    HINT(FLOW, ALT('!'), FLAG_STEP, 5),

    HINT(INBOX, CHAR('a'), GRANT, 4),
    HINT(INBOX, CHAR('d'), REFUSE_APPROVAL, 5),
    HINT(INBOX, CHAR('h'), HAND_ON, 6),
    HINT(INBOX, NAMED(ENTER), LOOK, 7),
    ROW(INBOX, ALT('a'), OUT), /* the key that opened it */

    HINT_AS(LOCKED, NAMED(ENTER), CONFIRM, 4, "open the desk"),
    HINT(LOCKED, NAMED(TAB), NEXT_FIELD, 5),
    ROW(LOCKED, SHIFT(TAB), PREVIOUS_FIELD),
    ROW(LOCKED, NAMED(DOWN), NEXT_FIELD),
    ROW(LOCKED, NAMED(UP), PREVIOUS_FIELD),
    ROW(LOCKED, NAMED(ESCAPE), OUT),
    ROW(LOCKED, CTRL('l'), REDRAW),
    HINT(LOCKED, CTRL('q'), QUIT, 6),
};

G_DEFINE_QUARK(firstline - keys - error, keys_error)

const struct keys_row *keys_rows(const struct keys *keys, size_t *count)
{
    *count = keys ? keys->rows->len : G_N_ELEMENTS(built_in);
    return keys ? (const struct keys_row *)(void *)keys->rows->data : built_in;
}

struct keys *keys_new(void)
{
    struct keys *keys = g_new0(struct keys, 1);
    keys->rows = g_array_new(FALSE, FALSE, sizeof(struct keys_row));
    g_array_append_vals(keys->rows, built_in, G_N_ELEMENTS(built_in));
    return keys;
}

void keys_free(struct keys *keys)
{
    if (!keys)
        return;
    g_array_unref(keys->rows);
    g_free(keys);
}

const char *keys_context_name(enum keys_context context)
{
    g_assert(context < KEYS_CONTEXT_COUNT);
    return contexts[context].name;
}

const char *keys_context_title(enum keys_context context)
{
    g_assert(context < KEYS_CONTEXT_COUNT);
    return contexts[context].title;
}

bool keys_context_is_text(enum keys_context context)
{
    return context < KEYS_CONTEXT_COUNT && contexts[context].is_text;
}

enum keys_context keys_context_parent(enum keys_context context)
{
    return context < KEYS_CONTEXT_COUNT ? contexts[context].parent : KEYS_CONTEXT_NOWHERE;
}

static const struct keys_row *find_row(const struct keys *keys, enum keys_context context, struct key key)
{
    size_t count;
    const struct keys_row *rows = keys_rows(keys, &count);
    for (size_t i = 0; i < count; i++)
        if (rows[i].context == context && key_equals(rows[i].key, key))
            return &rows[i];
    return NULL;
}

/* The row that holds for a key in a context or the nearest parent that has one. */
static const struct keys_row *find_in_chain(const struct keys *keys, enum keys_context context,
                                            struct key key)
{
    for (; context != KEYS_CONTEXT_NOWHERE; context = keys_context_parent(context)) {
        const struct keys_row *row = find_row(keys, context, key);
        if (row)
            return row;
    }
    return NULL;
}

enum action keys_find(const struct keys *keys, enum keys_context context, struct key key)
{
    const struct keys_row *row = find_in_chain(keys, context, key);
    return row ? row->action : ACTION_NONE;
}

bool keys_key_of(const struct keys *keys, enum keys_context context, enum action action, struct key *key)
{
    size_t count;
    const struct keys_row *rows = keys_rows(keys, &count);
    for (enum keys_context at = context; at != KEYS_CONTEXT_NOWHERE; at = keys_context_parent(at))
        for (size_t i = 0; i < count; i++)
            if (rows[i].action == action && rows[i].context == at &&
                find_in_chain(keys, context, rows[i].key) == &rows[i]) {
                *key = rows[i].key;
                return true;
            }
    return false;
}

GPtrArray *keys_list(const struct keys *keys, enum keys_context context)
{
    GPtrArray *list = g_ptr_array_new();
    size_t count;
    const struct keys_row *rows = keys_rows(keys, &count);
    for (enum keys_context at = context; at != KEYS_CONTEXT_NOWHERE; at = keys_context_parent(at))
        for (size_t i = 0; i < count; i++)
            if (rows[i].context == at && rows[i].action != ACTION_NONE &&
                find_in_chain(keys, context, rows[i].key) == &rows[i])
                g_ptr_array_add(list, (void *)&rows[i]);
    return list;
}

static gint compare_rank(gconstpointer a, gconstpointer b)
{
    const struct keys_row *left = *(const struct keys_row *const *)a,
                          *right = *(const struct keys_row *const *)b;
    return left->rank - right->rank;
}

GPtrArray *keys_hints(const struct keys *keys, enum keys_context context, int have)
{
    GPtrArray *list = keys_list(keys, context);
    bool shown[ACTION_COUNT] = {false};
    guint kept = 0;
    g_ptr_array_sort(list, compare_rank);
    for (guint i = 0; i < list->len; i++) {
        const struct keys_row *row = list->pdata[i];
        if (row->rank == 0 || shown[row->action] || action_refusal(row->action, have))
            continue;
        shown[row->action] = true;
        list->pdata[kept++] = (void *)row;
    }
    g_ptr_array_set_size(list, (gint)kept);
    return list;
}

const char *keys_row_label(const struct keys_row *row)
{
    return row->label ? row->label : action_row(row->action)->label;
}

enum keys_context keys_context_find(const char *name)
{
    for (enum keys_context context = 0; context < KEYS_CONTEXT_COUNT; context++)
        if (g_strcmp0(contexts[context].name, name) == 0)
            return context;
    return KEYS_CONTEXT_NOWHERE;
}

/* The row goes before all others, with the place in the line of keys that its action had. */
static void set_row(struct keys *keys, enum keys_context context, struct key key, enum action action)
{
    struct keys_row row = {.context = context, .key = key, .action = action};
    for (enum keys_context at = context; at != KEYS_CONTEXT_NOWHERE && row.rank == 0;
         at = keys_context_parent(at))
        for (size_t i = 0; i < G_N_ELEMENTS(built_in) && row.rank == 0; i++)
            if (built_in[i].context == at && built_in[i].action == action) {
                row.rank = built_in[i].rank;
                row.label = built_in[i].label;
            }
    for (guint i = 0; i < keys->rows->len; i++) {
        const struct keys_row *old = &g_array_index(keys->rows, struct keys_row, i);
        if (old->context == context && key_equals(old->key, key)) {
            g_array_remove_index(keys->rows, i);
            break;
        }
    }
    g_array_prepend_val(keys->rows, row);
}

bool keys_remap(struct keys *keys, const char *context, const char *key, const char *action, GError **error)
{
    enum keys_context where = keys_context_find(context);
    enum action what = action_find(action);
    struct key parsed;
    if (where == KEYS_CONTEXT_NOWHERE) {
        g_set_error(error, KEYS_ERROR, KEYS_ERROR_CONTEXT,
                    "“%s” is no context of keys; write for instance everywhere, list, queue or reply-chat.",
                    context);
        return false;
    }
    g_autoptr(GError) cause = NULL;
    if (!key_parse(key, &parsed, &cause)) {
        g_set_error_literal(error, KEYS_ERROR, KEYS_ERROR_KEY, cause->message);
        return false;
    }
    if (what == ACTION_NONE && g_strcmp0(action, "none") != 0) {
        g_set_error(error, KEYS_ERROR, KEYS_ERROR_ACTION,
                    "“%s” is no action; the palette and firstline-keys(7) list them all.", action);
        return false;
    }
    if (parsed.code == KEY_SYMBOL_ESCAPE && parsed.modifiers == 0) {
        g_set_error(error, KEYS_ERROR, KEYS_ERROR_FIXED,
                    "Esc cannot be given to “%s”, because it is the way out of everything.", action);
        return false;
    }
    if (keys_context_is_text(where) && key_is_text(parsed) && what != ACTION_NONE) {
        g_set_error(error, KEYS_ERROR, KEYS_ERROR_TEXT,
                    "“%s” cannot be a command in “%s”, because it is typed there; use Ctrl, Alt or an F key.",
                    key, context);
        return false;
    }
    set_row(keys, where, parsed, what);
    return true;
}
