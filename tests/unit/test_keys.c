/* The contract of keys: no clash, no letter as a command where one types, help for everything, overrides. */
#include "ui/keys.h"

#include <string.h>

#include "ui/text.h"

static enum action find(enum keys_context context, const char *name)
{
    struct key key;
    g_assert_true(key_parse(name, &key, NULL));
    return keys_find(NULL, context, key);
}

static void no_two_rows_clash_in_a_context(void)
{
    size_t count;
    const struct keys_row *rows = keys_rows(NULL, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (rows[i].context == rows[j].context && key_equals(rows[i].key, rows[j].key)) {
                g_autofree char *name = key_spelling(rows[i].key);
                g_error("%s means two things in “%s”", name, keys_context_name(rows[i].context));
            }
}

static void keys_are_in_their_one_form(void)
{
    size_t count;
    const struct keys_row *rows = keys_rows(NULL, &count);
    for (size_t i = 0; i < count; i++)
        g_assert_true(key_equals(rows[i].key, key_normalise(rows[i].key)));
}

static void no_text_context_has_a_letter_as_command(void)
{
    for (enum keys_context context = 0; context < KEYS_CONTEXT_COUNT; context++) {
        if (!keys_context_is_text(context))
            continue;
        g_autoptr(GPtrArray) list = keys_list(NULL, context);
        for (guint i = 0; i < list->len; i++)
            g_assert_false(key_is_text(((const struct keys_row *)list->pdata[i])->key));
    }
}

/* These bytes are one with Tab, Enter, Backspace and Esc in every terminal. */
static void no_key_hides_behind_another(void)
{
    static const char *const hidden[] = {"C-i", "C-m", "C-h", "C-[", "C-j"};
    for (enum keys_context context = 0; context < KEYS_CONTEXT_COUNT; context++)
        for (size_t i = 0; i < G_N_ELEMENTS(hidden); i++)
            g_assert_cmpint(find(context, hidden[i]), ==, ACTION_NONE);
}

/* "{queue:open}" in a sentence is a context and an action that has a key there. */
static void assert_keys_have_names(const char *sentence)
{
    for (const char *open = strchr(sentence, '{'); open != NULL; open = strchr(open + 1, '{')) {
        g_autofree char *name = g_strndup(open + 1, strcspn(open + 1, "}"));
        g_auto(GStrv) parts = g_strsplit(name, ":", 2);
        struct key key;
        g_assert_true(keys_key_of(NULL, keys_context_find(parts[0]), action_find(parts[1]), &key));
    }
    g_assert_null(strstr(sentence, "Enter"));
    g_assert_null(strchr(sentence, '^'));
}

static void every_action_is_explained(void)
{
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row(action);
        g_assert_true(row->name && *row->name && row->label && *row->label && row->title && *row->title);
        g_assert_true(g_str_has_suffix(row->help, "."));
        g_assert_cmpint(text_cols(row->label, -1), <=, 14);
        g_assert_cmpint(action_find(row->name), ==, action);
        if (row->needs)
            g_assert_true(g_str_has_suffix(action_refusal(action, 0), "."));
        for (int need = 1; row->needs >= need; need <<= 1)
            if (row->needs & need)
                assert_keys_have_names(action_refusal(action, ~need));
        g_assert_null(action_refusal(action, ACTION_NEEDS_ANYTHING));
    }
    g_assert_cmpint(action_find("dance"), ==, ACTION_NONE);
}

static void the_contract_of_keys_holds(void)
{
    static const struct {
        enum keys_context context;
        const char *key;
        enum action action;
    } rows[] = {
        {KEYS_CONTEXT_QUEUE, "r", ACTION_REPLY},
        {KEYS_CONTEXT_QUEUE, "N", ACTION_NOTE},
        {KEYS_CONTEXT_CUSTOMER, "h", ACTION_HOLD},
        {KEYS_CONTEXT_SCRIPT, "t", ACTION_TRANSFER},
        {KEYS_CONTEXT_CONVERSATION, "e", ACTION_ESCALATE},
        {KEYS_CONTEXT_QUEUE, "w", ACTION_WRAP_UP},
        {KEYS_CONTEXT_QUEUE, "y", ACTION_WHY},
        {KEYS_CONTEXT_QUEUE, "n", ACTION_NEXT_FOR_ME},
        {KEYS_CONTEXT_QUEUE, ":", ACTION_PALETTE},
        {KEYS_CONTEXT_QUEUE, "?", ACTION_HELP},
        {KEYS_CONTEXT_QUEUE, "/", ACTION_FILTER},
        {KEYS_CONTEXT_SCRIPT_ASK, "y", ACTION_YES},
        {KEYS_CONTEXT_SCRIPT_ASK, "n", ACTION_NO},
        {KEYS_CONTEXT_SCRIPT, "s", ACTION_SAY},
        {KEYS_CONTEXT_SCRIPT, "S", ACTION_SKIP_STEP},
        {KEYS_CONTEXT_SCRIPT_ASK, "3", ACTION_CHOOSE},
        {KEYS_CONTEXT_KNOWLEDGE, "M-i", ACTION_INSERT},
        {KEYS_CONTEXT_KNOWLEDGE, "M-+", ACTION_HELPED},
        {KEYS_CONTEXT_KNOWLEDGE, "M-!", ACTION_WRONG},
        {KEYS_CONTEXT_KNOWLEDGE, "i", ACTION_NONE},
        {KEYS_CONTEXT_REPLY_CHAT, "Enter", ACTION_SEND},
        {KEYS_CONTEXT_REPLY_CHAT, "M-Enter", ACTION_BREAK_LINE},
        {KEYS_CONTEXT_REPLY_MAIL, "Enter", ACTION_BREAK_LINE},
        {KEYS_CONTEXT_REPLY_MAIL, "C-s", ACTION_SEND},
        {KEYS_CONTEXT_NOTE, "C-s", ACTION_NONE},
        {KEYS_CONTEXT_NOTE, "Enter", ACTION_BREAK_LINE},
        {KEYS_CONTEXT_REPLY_MAIL, "Tab", ACTION_PANE_NEXT},
        {KEYS_CONTEXT_REPLY_MAIL, "M-3", ACTION_PANE_CUSTOMER},
        {KEYS_CONTEXT_NOTE, "C-k", ACTION_KNOWLEDGE},
        {KEYS_CONTEXT_NOTE, "C-t", ACTION_CANNED},
        {KEYS_CONTEXT_FILTER, "C-p", ACTION_PALETTE},
        {KEYS_CONTEXT_FILTER, "C-f", ACTION_FIND},
        {KEYS_CONTEXT_FILTER, "C-n", ACTION_NEXT_FOR_ME},
        {KEYS_CONTEXT_POPUP_LIST, "F2", ACTION_ACCEPT},
        {KEYS_CONTEXT_POPUP_LIST, "F3", ACTION_REJECT},
        {KEYS_CONTEXT_POPUP_FORM, "F1", ACTION_HELP},
        {KEYS_CONTEXT_POPUP_FORM, "Esc", ACTION_OUT},
        {KEYS_CONTEXT_REPLY_CHAT, "C-l", ACTION_REDRAW},
        {KEYS_CONTEXT_LOCKED, "C-f", ACTION_NONE},
        {KEYS_CONTEXT_LOCKED, "F2", ACTION_NONE},
        {KEYS_CONTEXT_POPUP_QUESTION, "Tab", ACTION_NONE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(find(rows[i].context, rows[i].key), ==, rows[i].action);
}

static char *hint_line(enum keys_context context, int have)
{
    g_autoptr(GPtrArray) hints = keys_hints(NULL, context, have);
    GString *line = g_string_new(NULL);
    for (guint i = 0; i < hints->len; i++) {
        const struct keys_row *row = hints->pdata[i];
        g_autofree char *label = key_label(row->key);
        g_string_append_printf(line, "%s%s %s", i ? "  " : "", label, keys_row_label(row));
    }
    return g_string_free(line, FALSE);
}

static void hints_come_in_order_and_only_where_they_work(void)
{
    int working = ACTION_NEEDS_CONTACT | ACTION_NEEDS_MINE;
    g_autofree char *quiet = hint_line(KEYS_CONTEXT_REPLY_CHAT, working);
    g_assert_true(g_str_has_prefix(quiet, "Enter send  ^T canned  ^K knowledge  ^N next for me  "));
    g_autofree char *ringing = hint_line(KEYS_CONTEXT_REPLY_CHAT, working | ACTION_NEEDS_OFFER);
    g_assert_true(g_str_has_prefix(ringing, "F2 accept  F3 reject  Enter send  "));
    g_autofree char *idle = hint_line(KEYS_CONTEXT_QUEUE, ACTION_NEEDS_UNREADY);
    g_assert_true(g_str_has_prefix(idle, "F9 ready  "));
    g_autofree char *empty = hint_line(KEYS_CONTEXT_QUEUE, 0);
    g_assert_null(strstr(empty, "reply"));
}

static void keys_of_actions_are_found(void)
{
    struct key key;
    g_assert_true(keys_key_of(NULL, KEYS_CONTEXT_QUEUE, ACTION_WRAP_UP, &key));
    g_assert_cmphex(key.code, ==, 'w');
    g_assert_false(keys_key_of(NULL, KEYS_CONTEXT_NOTE, ACTION_WRAP_UP, &key));
}

static void keys_can_be_remapped(void)
{
    struct keys *keys = keys_new();
    struct key key = {.code = 'g', .modifiers = KEY_MODIFIER_CTRL};
    g_assert_true(keys_remap(keys, "everywhere", "C-g", "find", NULL));
    g_assert_cmpint(keys_find(keys, KEYS_CONTEXT_NOTE, key), ==, ACTION_FIND);
    g_assert_cmpint(keys_find(NULL, KEYS_CONTEXT_NOTE, key), ==, ACTION_NONE);
    g_assert_true(keys_remap(keys, "list", "w", "none", NULL));
    g_assert_cmpint(keys_find(keys, KEYS_CONTEXT_QUEUE, (struct key){.code = 'w'}), ==, ACTION_NONE);
    g_assert_true(keys_remap(keys, "list", "Z", "wrap-up", NULL));
    g_assert_true(keys_key_of(keys, KEYS_CONTEXT_QUEUE, ACTION_WRAP_UP, &key));
    g_assert_cmphex(key.code, ==, 'Z');
    keys_free(keys);
    keys_free(NULL);
}

static void bad_overrides_get_a_sentence(void)
{
    static const struct {
        const char *context, *key, *action;
        int code;
        const char *message;
    } rows[] = {
        {"kitchen", "C-g", "find", KEYS_ERROR_CONTEXT,
         "“kitchen” is no context of keys; write for instance everywhere, list, queue or reply-chat."},
        {"list", "Hyper-g", "find", KEYS_ERROR_KEY,
         "“Hyper-g” is not the name of a key; write for instance C-k, M-1, F2, Enter or a single character."},
        {"list", "g", "dance", KEYS_ERROR_ACTION,
         "“dance” is no action; the palette and firstline-keys(7) list them all."},
        {"note", "g", "find", KEYS_ERROR_TEXT,
         "“g” cannot be a command in “note”, because it is typed there; use Ctrl, Alt or an F key."},
        {"list", "Esc", "find", KEYS_ERROR_FIXED,
         "Esc cannot be given to “find”, because it is the way out of everything."},
    };
    struct keys *keys = keys_new();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;
        g_assert_false(keys_remap(keys, rows[i].context, rows[i].key, rows[i].action, &error));
        g_assert_error(error, KEYS_ERROR, rows[i].code);
        g_assert_cmpstr(error->message, ==, rows[i].message);
        g_clear_error(&error);
        g_assert_false(keys_remap(keys, rows[i].context, rows[i].key, rows[i].action, NULL));
    }
    keys_free(keys);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(text_use_locale());
    g_test_add_func("/keys/no-two-rows-clash-in-a-context", no_two_rows_clash_in_a_context);
    g_test_add_func("/keys/keys-are-in-their-one-form", keys_are_in_their_one_form);
    g_test_add_func("/keys/no-text-context-has-a-letter-as-command", no_text_context_has_a_letter_as_command);
    g_test_add_func("/keys/no-key-hides-behind-another", no_key_hides_behind_another);
    g_test_add_func("/keys/every-action-is-explained", every_action_is_explained);
    g_test_add_func("/keys/the-contract-of-keys-holds", the_contract_of_keys_holds);
    g_test_add_func("/keys/hints-come-in-order-and-only-where-they-work",
                    hints_come_in_order_and_only_where_they_work);
    g_test_add_func("/keys/keys-of-actions-are-found", keys_of_actions_are_found);
    g_test_add_func("/keys/keys-can-be-remapped", keys_can_be_remapped);
    g_test_add_func("/keys/bad-overrides-get-a-sentence", bad_overrides_get_a_sentence);
    return g_test_run();
}
