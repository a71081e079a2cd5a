/* The palette and the help: actions by name with their keys, both to be chosen from and done. */
#include "app/desk/update.h"

#include "app/desk/areas.h"
#include "ui/queue_mark.h"
#include "ui/widgets/editor.h"

static bool finish_action(struct update *u, struct popup *popup, const char *value)
{
    (void)popup;
    update_act(u, action_find(value));
    return true;
}

static void add_action(struct update *u, struct popup *p, enum action action, const struct key *key,
                       const char *detail)
{
    const struct action_row *row = action_row(action);
    struct popup_choice *c = popup_add_choice(p, row->name, row->title, detail);
    c->key = key != NULL ? key_label(*key) : NULL;
    c->why_off = update_refusal(u->desk, action);
}

/* What can never be done now is no help: the keys of a practice run outside of one, a sign-in while signed
 * in. */
static bool is_out_of_place(const struct desk *desk, enum action action)
{
    int needs = action_row(action)->needs & (ACTION_NEEDS_PRACTICE | ACTION_NEEDS_SIGN_IN);
    return (needs & ~desk_action_have(desk)) != 0;
}

void palette_open(struct update *u)
{
    enum keys_context context = desk_keys_context(u->desk);
    struct popup *p = popup_new(POPUP_LIST, "palette", "Commands");
    popup_with_query(p);
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        struct key key;
        if (!action_row(a)->is_command || is_out_of_place(u->desk, a))
            continue;
        bool has_key = keys_key_of(u->desk->keys, context, a, &key) ||
                       keys_key_of(u->desk->keys, KEYS_CONTEXT_QUEUE, a, &key) ||
                       keys_key_of(u->desk->keys, KEYS_CONTEXT_CUSTOMER, a, &key) ||
                       keys_key_of(u->desk->keys, KEYS_CONTEXT_SCRIPT, a, &key) ||
                       keys_key_of(u->desk->keys, KEYS_CONTEXT_CONVERSATION, a, &key) ||
                       keys_key_of(u->desk->keys, KEYS_CONTEXT_KNOWLEDGE, a, &key);
        add_action(u, p, a, has_key ? &key : NULL, action_row(a)->help);
    }
    p->empty = g_strdup("No command has this in its name.");
    p->finish = finish_action;
    popup_push(u, p);
}

/* An action has one row, however many keys; the first nine digits are one range to people. */
static bool add_key(const struct popup *p, const struct keys_row *row)
{
    for (guint i = 0; i < p->choices->len; i++) {
        struct popup_choice *c = g_ptr_array_index(p->choices, i);
        if (!g_str_equal(c->value, action_row(row->action)->name))
            continue;
        g_autofree char *label = key_label(row->key), *was = c->key;
        c->key = row->action == ACTION_CHOOSE ? g_strdup("1-9") : g_strconcat(was, " ", label, NULL);
        return true;
    }
    return false;
}

/* Keys that only move the cursor: known to everybody, so they come after what one looks up. */
static bool is_motion(enum action action)
{
    return action >= ACTION_UP && action <= ACTION_LAST;
}

/* What the marks of the queue's rows mean, after its keys. No action has such a name, so choosing one only
 * closes the help. */
static void add_marks(struct popup *p)
{
    for (enum queue_mark mark = QUEUE_MARK_NONE; mark < QUEUE_MARK_COUNT; mark++) {
        const struct queue_mark_row *row = mark != QUEUE_MARK_NONE ? queue_mark_row(mark) : queue_time_row();
        g_autofree char *label = g_strdup_printf("Mark: %s", row->title);
        struct popup_choice *c = popup_add_choice(p, label, label, row->help);
        c->key = g_strdup(row->sign);
    }
}

/* The keys of the text itself, but for those that mean something else here. Choosing one only closes the
 * help. */
static void add_editing(const struct desk *desk, struct popup *p, enum keys_context context)
{
    const struct editor_help *row;
    for (size_t i = 0; (row = editor_help_row(i)) != NULL; i++) {
        g_autoptr(GString) labels = g_string_new(NULL);
        const struct key *key;
        for (size_t n = 0; (key = editor_help_key(i, n)) != NULL; n++)
            if (keys_find(desk->keys, context, *key) == ACTION_NONE)
                key_append_label(labels, " ", *key);
        if (labels->len > 0)
            popup_add_choice(p, row->title, row->title, row->help)->key = g_strdup(labels->str);
    }
}

void palette_help(struct update *u)
{
    enum keys_context context = desk_keys_context(u->desk);
    g_autoptr(GPtrArray) rows = keys_list(u->desk->keys, context);
    g_autofree char *title = g_strdup_printf("Keys: %s", keys_context_title(context));
    struct popup *p = popup_new(POPUP_LIST, "help", title);
    popup_with_query(p);
    for (int pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < rows->len; i++) {
            const struct keys_row *row = g_ptr_array_index(rows, i);
            if (is_motion(row->action) == (pass == 1) && !is_out_of_place(u->desk, row->action) &&
                !add_key(p, row))
                add_action(u, p, row->action, &row->key, action_row(row->action)->help);
        }
    }
    if (context == KEYS_CONTEXT_QUEUE)
        add_marks(p);
    if (keys_context_is_text(context))
        add_editing(u->desk, p, context);
    g_autofree char *palette = desk_key_label(u->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_PALETTE);
    p->empty = g_strdup_printf("No key does this here; try the commands with %s.", palette);
    p->finish = finish_action;
    popup_push(u, p);
}
