#include "ui/keys_manual.h"

#include <glib.h>
#include <stdio.h>

#include "ui/action.h"
#include "ui/keys.h"
#include "ui/queue_mark.h"
#include "ui/widgets/editor.h"

#define KEYS_COLS    18 /* of the text's first column */
#define STATUS_USAGE 2
#define STATUS_OK    0

static const char how_to_read[] =
    "A key is looked up in the place that has the keyboard, then in what that place shares with others of "
    "its "
    "kind, then everywhere. In lists letters are commands; in texts letters are typed, and commands are "
    "Ctrl, Alt and function keys. ^K is Ctrl with k.";

static const char editing_title[] = "Editing, in every text";

static const char marks_title[] =
    "The marks of the queue's rows: the last two before what it is about, the others before its channel";

static bool is_first_of_its_action(const struct keys_row *rows, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (rows[j].context == rows[i].context && rows[j].action == rows[i].action)
            return false;
    return true;
}

/* "Down, j": every key of a row's action in the row's context. Caller owns. */
static char *labels_of(const struct keys_row *rows, size_t count, const struct keys_row *row)
{
    GString *labels = g_string_new(NULL);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].context != row->context || rows[i].action != row->action)
            continue;
        key_append_label(labels, ", ", rows[i].key);
    }
    return g_string_free(labels, false);
}

/* "And those of “Everywhere”." Empty for a place that shares nothing. Caller owns. */
static char *inheritance(enum keys_context context)
{
    enum keys_context parent = keys_context_parent(context);
    if (parent == KEYS_CONTEXT_NOWHERE)
        return g_strdup(context == KEYS_CONTEXT_EVERYWHERE ? "" : "No other keys work here.");
    return g_strdup_printf("And those of “%s”.", keys_context_title(parent));
}

typedef void (*put_context)(GString *out, const char *title, const char *inherited);
typedef void (*put_key)(GString *out, const char *labels, const char *help);

static void put_all(GString *out, const struct keys *keys, put_context context_put, put_key key_put)
{
    size_t count;
    const struct keys_row *rows = keys_rows(keys, &count);
    for (enum keys_context context = 0; context < KEYS_CONTEXT_COUNT; context++) {
        g_autofree char *inherited = inheritance(context);
        context_put(out, keys_context_title(context), inherited);
        for (size_t i = 0; i < count; i++) {
            if (rows[i].context != context || rows[i].action == ACTION_NONE ||
                !is_first_of_its_action(rows, i))
                continue;
            g_autofree char *labels = labels_of(rows, count, &rows[i]);
            key_put(out, labels, action_row(rows[i].action)->help);
        }
    }
}

static void put_editing(GString *out, put_key key_put)
{
    const struct editor_help *row;
    for (size_t i = 0; (row = editor_help_row(i)) != NULL; i++) {
        g_autoptr(GString) labels = g_string_new(NULL);
        const struct key *key;
        for (size_t n = 0; (key = editor_help_key(i, n)) != NULL; n++)
            key_append_label(labels, ", ", *key);
        key_put(out, labels->str, row->help);
    }
}

static void put_marks(GString *out, put_key mark_put)
{
    mark_put(out, queue_time_row()->sign, queue_time_row()->help);
    for (enum queue_mark mark = QUEUE_MARK_NONE + 1; mark < QUEUE_MARK_COUNT; mark++)
        mark_put(out, queue_mark_row(mark)->sign, queue_mark_row(mark)->help);
}

/* --- text --- */

static void put_text_context(GString *out, const char *title, const char *inherited)
{
    g_string_append_printf(out, "%s%s%s%s\n", out->len > 0 ? "\n" : "", title, *inherited ? "  " : "",
                           inherited);
}

static void put_text_key(GString *out, const char *labels, const char *help)
{
    long cols = g_utf8_strlen(labels, -1);
    g_string_append_printf(out, "  %s%*s%s\n", labels, cols < KEYS_COLS ? (int)(KEYS_COLS - cols) : 2, "",
                           help);
}

char *keys_manual_text(const struct keys *keys)
{
    GString *out = g_string_new(NULL);
    put_all(out, keys, put_text_context, put_text_key);
    put_text_context(out, editing_title, "");
    put_editing(out, put_text_key);
    put_text_context(out, marks_title, "");
    put_marks(out, put_text_key);
    return g_string_free(out, false);
}

/* --- roff --- */

/* As it is: no character of the text is roff's (man: groff_char(7)). */
static void put_literal(GString *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\\')
            g_string_append(out, "\\e");
        else if (*c == '-')
            g_string_append(out, "\\-");
        else if (*c == '^')
            g_string_append(out, "\\(ha");
        else if (*c == '~')
            g_string_append(out, "\\(ti");
        else if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n'))
            g_string_append_printf(out, "\\&%c", *c);
        else
            g_string_append_c(out, *c);
    }
}

static void put_roff_context(GString *out, const char *title, const char *inherited)
{
    g_string_append(out, ".SS ");
    put_literal(out, title);
    g_string_append_c(out, '\n');
    put_literal(out, inherited);
    if (*inherited != '\0')
        g_string_append_c(out, '\n');
}

static void put_roff_key(GString *out, const char *labels, const char *help)
{
    g_string_append(out, ".TP\n\\fB");
    put_literal(out, labels);
    g_string_append(out, "\\fR\n");
    put_literal(out, help);
    g_string_append_c(out, '\n');
}

char *keys_manual_roff(const char *version)
{
    GString *out =
        g_string_new(".\\\" Made from the table of keys by \"make man\"; change ui/keys.c or ui/action.c.\n");
    g_string_append_printf(out, ".TH FIRSTLINE\\-KEYS 7 \"\" \"Firstline %s\" \"Firstline\"\n", version);
    g_string_append(out, ".SH NAME\nfirstline\\-keys \\- the keys of the agent's desk\n.SH DESCRIPTION\n");
    put_literal(out, how_to_read);
    g_string_append(out,
                    "\nOn the desk, F1 (in lists also ?) explains the keys of the place one is in, and ");
    put_literal(out, "^P (in lists also :) finds every command by a part of its name.");
    g_string_append(out, "\n.SH KEYS\n");
    put_all(out, NULL, put_roff_context, put_roff_key);
    put_roff_context(out, editing_title, "");
    put_editing(out, put_roff_key);
    g_string_append(out, ".SH MARKS\n");
    put_literal(out, marks_title);
    g_string_append(out, ".\n");
    put_marks(out, put_roff_key);
    g_string_append(out, ".SH SEE ALSO\n.BR firstline (1),\n.BR firstlined (8)\n");
    return g_string_free(out, false);
}

/* --- command --- */

int keys_manual_main(const struct keys *keys, int argc, char **argv)
{
    gboolean wants_roff = false;
    const GOptionEntry entries[] = {
        {"man", 0, 0, G_OPTION_ARG_NONE, &wants_roff, "Print the manual page firstline-keys(7)", NULL},
        {0},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new("- what each key of the desk does");
    g_option_context_add_main_entries(context, entries, NULL);
    bool is_read = g_option_context_parse(context, &argc, &argv, &error);
    if (!is_read || argc > 1) {
        fprintf(stderr, "firstline keys: %s; see firstline keys --help.\n",
                is_read ? "It takes no further words" : error->message);
        return STATUS_USAGE;
    }
    g_autofree char *page = wants_roff ? keys_manual_roff(FIRSTLINE_VERSION) : keys_manual_text(keys);
    fputs(page, stdout);
    return STATUS_OK;
}
