/* A field one types into: text, caret, undo, keys. Drawing is in editor_draw.c. */
#include "ui/widgets/editor.h"

#include <string.h>

#include "ui/text.h"
#include "ui/widgets/editor_state.h"

/* One replacement: at `at`, `removed` gave way to `inserted`. */
struct edit {
    size_t at, caret; /* caret: before the edit */
    char *removed, *inserted;
    bool is_open; /* further typing may join it */
};

static void edit_free(gpointer data)
{
    struct edit *edit = data;
    g_free(edit->removed);
    g_free(edit->inserted);
    g_free(edit);
}

static size_t kind_max_bytes(enum editor_kind kind)
{
    return kind == EDITOR_ONE_LINE ? EDITOR_ONE_LINE_MAX_BYTES : EDITOR_LINES_MAX_BYTES;
}

struct editor *editor_new(enum editor_kind kind)
{
    struct editor *editor = g_new0(struct editor, 1);
    editor->kind = kind;
    editor->text = g_string_new(NULL);
    editor->killed = g_strdup("");
    editor->max_bytes = kind_max_bytes(kind);
    editor->done = g_ptr_array_new_with_free_func(edit_free);
    editor->undone = g_ptr_array_new_with_free_func(edit_free);
    return editor;
}

void editor_free(struct editor *editor)
{
    if (!editor)
        return;
    g_string_free(editor->text, TRUE);
    g_free(editor->killed);
    g_ptr_array_unref(editor->done);
    g_ptr_array_unref(editor->undone);
    g_free(editor);
}

void editor_set_max_bytes(struct editor *editor, size_t max_bytes)
{
    editor->max_bytes = max_bytes;
}

void editor_set_cols(struct editor *editor, int cols)
{
    editor->cols = cols;
}

const char *editor_text(const struct editor *editor)
{
    return editor->text->str;
}

size_t editor_len(const struct editor *editor)
{
    return editor->text->len;
}

bool editor_is_empty(const struct editor *editor)
{
    return editor->text->len == 0;
}

size_t editor_caret(const struct editor *editor)
{
    return editor->caret;
}

static size_t next_of(const struct editor *editor, size_t offset)
{
    return text_next(editor->text->str, (ssize_t)editor->text->len, offset);
}

static size_t previous_of(const struct editor *editor, size_t offset)
{
    return text_previous(editor->text->str, (ssize_t)editor->text->len, offset);
}

/* Ends the run of typing that one undo takes back, and forgets the column that Up and Down aim at. */
static void settle(struct editor *editor)
{
    if (editor->done->len)
        ((struct edit *)editor->done->pdata[editor->done->len - 1])->is_open = false;
    editor->goal_col = -1;
}

static void apply(struct editor *editor, size_t at, size_t remove_len, const char *insert)
{
    g_string_erase(editor->text, (gssize)at, (gssize)remove_len);
    g_string_insert(editor->text, (gssize)at, insert);
    editor->caret = at + strlen(insert);
}

/* Typing goes on where the last edit ended, and a word is not yet over: both are one step. */
static bool join_typing(struct editor *editor, size_t at, const char *insert)
{
    if (editor->done->len == 0)
        return false;
    struct edit *last = editor->done->pdata[editor->done->len - 1];
    size_t len = strlen(last->inserted);
    if (!last->is_open || last->at + len != at || (len && g_ascii_isspace(last->inserted[len - 1])))
        return false;
    char *joined = g_strconcat(last->inserted, insert, NULL);
    g_free(last->inserted);
    last->inserted = joined;
    return true;
}

/* The one way the text changes. */
static enum editor_result replace(struct editor *editor, size_t at, size_t remove_len, const char *insert,
                                  bool is_typing)
{
    if (remove_len == 0 && *insert == '\0')
        return EDITOR_IGNORED;
    g_ptr_array_set_size(editor->undone, 0);
    editor->goal_col = -1;
    if (!is_typing || remove_len || !join_typing(editor, at, insert)) {
        struct edit *edit = g_new0(struct edit, 1);
        *edit = (struct edit){.at = at,
                              .caret = editor->caret,
                              .removed = g_strndup(editor->text->str + at, remove_len),
                              .inserted = g_strdup(insert),
                              .is_open = is_typing};
        if (editor->done->len >= EDITOR_UNDO_MAX)
            g_ptr_array_remove_index(editor->done, 0);
        g_ptr_array_add(editor->done, edit);
    }
    apply(editor, at, remove_len, insert);
    return EDITOR_CHANGED;
}

/* Steps back, forward; EDITOR_IGNORED when there is none. */
static enum editor_result editor_undo(struct editor *editor)
{
    if (editor->done->len == 0)
        return EDITOR_IGNORED;
    struct edit *edit = g_ptr_array_steal_index(editor->done, editor->done->len - 1);
    apply(editor, edit->at, strlen(edit->inserted), edit->removed);
    editor->caret = edit->caret;
    g_ptr_array_add(editor->undone, edit);
    settle(editor);
    return EDITOR_CHANGED;
}

static enum editor_result editor_redo(struct editor *editor)
{
    if (editor->undone->len == 0)
        return EDITOR_IGNORED;
    struct edit *edit = g_ptr_array_steal_index(editor->undone, editor->undone->len - 1);
    apply(editor, edit->at, strlen(edit->removed), edit->inserted);
    g_ptr_array_add(editor->done, edit);
    settle(editor);
    return EDITOR_CHANGED;
}

/* What of a text may be kept; in one line its line ends become spaces. */
static char *clean(const struct editor *editor, const char *text, ssize_t len)
{
    char *cleaned = text_sanitise(text, len);
    return editor->kind == EDITOR_ONE_LINE ? g_strdelimit(cleaned, "\n", ' ') : cleaned;
}

/* Shortens text, whole code points, to the room there is. */
static bool cut_to_room(char *text, size_t room)
{
    size_t len = strlen(text);
    if (len <= room)
        return true;
    while (room > 0 && ((unsigned char)text[room] & 0xC0) == 0x80)
        room--;
    text[room] = '\0';
    return false;
}

bool editor_insert(struct editor *editor, const char *text, ssize_t len)
{
    g_autofree char *insert = clean(editor, text, len);
    size_t room = editor->max_bytes > editor->text->len ? editor->max_bytes - editor->text->len : 0;
    bool whole = cut_to_room(insert, room);
    settle(editor);
    replace(editor, editor->caret, 0, insert, false);
    return whole;
}

void editor_set_text(struct editor *editor, const char *text)
{
    g_autofree char *insert = clean(editor, text, -1);
    cut_to_room(insert, kind_max_bytes(editor->kind));
    g_string_assign(editor->text, insert);
    editor->caret = editor->text->len;
    editor->goal_col = -1;
    g_ptr_array_set_size(editor->done, 0);
    g_ptr_array_set_size(editor->undone, 0);
}

static enum editor_result move_to(struct editor *editor, size_t caret)
{
    if (caret == editor->caret)
        return EDITOR_IGNORED;
    settle(editor);
    editor->caret = caret;
    return EDITOR_MOVED;
}

/* Removes start..end and keeps it for Ctrl-Y. */
static enum editor_result kill_range(struct editor *editor, size_t start, size_t end)
{
    if (start == end)
        return EDITOR_IGNORED;
    g_free(editor->killed);
    editor->killed = g_strndup(editor->text->str + start, end - start);
    settle(editor);
    return replace(editor, start, end - start, "", false);
}

static size_t line_start(const struct editor *editor)
{
    const char *feed = memrchr(editor->text->str, '\n', editor->caret);
    return feed ? (size_t)(feed - editor->text->str) + 1 : 0;
}

static size_t line_end(const struct editor *editor)
{
    const char *feed = strchr(editor->text->str + editor->caret, '\n');
    return feed ? (size_t)(feed - editor->text->str) : editor->text->len;
}

static size_t word_before(const struct editor *editor)
{
    return text_previous_word(editor->text->str, (ssize_t)editor->text->len, editor->caret);
}

static size_t word_after(const struct editor *editor)
{
    return text_next_word(editor->text->str, (ssize_t)editor->text->len, editor->caret);
}

static enum editor_result type(struct editor *editor, uint32_t code)
{
    char bytes[7] = {0};
    g_unichar_to_utf8(code, bytes);
    if (editor->text->len + strlen(bytes) > editor->max_bytes)
        return EDITOR_IGNORED;
    return replace(editor, editor->caret, 0, bytes, true);
}

/* To the row above or below, at the column one started from; a row is what a line wraps into. */
static enum editor_result move_row(struct editor *editor, int by)
{
    if (editor->kind == EDITOR_ONE_LINE)
        return EDITOR_IGNORED;
    int cols = editor->cols > 2 ? editor->cols - 1 : G_MAXINT, row = 0, caret_row = -1, caret_col = 0;
    size_t len = editor->text->len, target = editor->caret;
    struct text_line line = {0};
    while (text_wrap(editor->text->str, (ssize_t)len, cols, &line) && caret_row < 0) {
        if (editor_line_has(&line, editor->caret, len)) {
            caret_row = row;
            caret_col = text_cols(editor->text->str + line.start, (ssize_t)(editor->caret - line.start));
        }
        row++;
    }
    if (caret_row + by < 0)
        return EDITOR_IGNORED;
    int goal = editor->goal_col >= 0 ? editor->goal_col : caret_col;
    line = (struct text_line){0};
    bool found = false;
    for (row = 0; text_wrap(editor->text->str, (ssize_t)len, cols, &line); row++) {
        if (row != caret_row + by)
            continue;
        found = true;
        target = line.start +
                 text_byte_of_col(editor->text->str + line.start, (ssize_t)(line.end - line.start), goal);
    }
    if (!found)
        return EDITOR_IGNORED;
    enum editor_result result = move_to(editor, target);
    editor->goal_col = goal;
    return result;
}

enum command {
    COMMAND_LEFT,
    COMMAND_RIGHT,
    COMMAND_WORD_LEFT,
    COMMAND_WORD_RIGHT,
    COMMAND_HOME,
    COMMAND_END,
    COMMAND_TEXT_START,
    COMMAND_TEXT_END,
    COMMAND_UP,
    COMMAND_DOWN,
    COMMAND_BACKSPACE,
    COMMAND_DELETE,
    COMMAND_KILL_WORD_LEFT,
    COMMAND_KILL_WORD_RIGHT,
    COMMAND_KILL_TO_START,
    COMMAND_KILL_TO_END,
    COMMAND_YANK,
    COMMAND_UNDO,
    COMMAND_REDO,
    COMMAND_BREAK,
};

static const struct {
    struct key key;
    enum command command;
} bindings[] = {
    {{KEY_SYMBOL_LEFT, 0}, COMMAND_LEFT},
    {{KEY_SYMBOL_RIGHT, 0}, COMMAND_RIGHT},
    {{KEY_SYMBOL_LEFT, KEY_MODIFIER_CTRL}, COMMAND_WORD_LEFT},
    {{KEY_SYMBOL_LEFT, KEY_MODIFIER_ALT}, COMMAND_WORD_LEFT},
    {{'b', KEY_MODIFIER_ALT}, COMMAND_WORD_LEFT},
    {{KEY_SYMBOL_RIGHT, KEY_MODIFIER_CTRL}, COMMAND_WORD_RIGHT},
    {{KEY_SYMBOL_RIGHT, KEY_MODIFIER_ALT}, COMMAND_WORD_RIGHT},
    {{'f', KEY_MODIFIER_ALT}, COMMAND_WORD_RIGHT},
    {{KEY_SYMBOL_HOME, 0}, COMMAND_HOME},
    {{'a', KEY_MODIFIER_CTRL}, COMMAND_HOME},
    {{KEY_SYMBOL_END, 0}, COMMAND_END},
    {{'e', KEY_MODIFIER_CTRL}, COMMAND_END},
    {{KEY_SYMBOL_HOME, KEY_MODIFIER_CTRL}, COMMAND_TEXT_START},
    {{KEY_SYMBOL_END, KEY_MODIFIER_CTRL}, COMMAND_TEXT_END},
    {{KEY_SYMBOL_UP, 0}, COMMAND_UP},
    {{KEY_SYMBOL_DOWN, 0}, COMMAND_DOWN},
    {{KEY_SYMBOL_BACKSPACE, 0}, COMMAND_BACKSPACE},
    {{KEY_SYMBOL_DELETE, 0}, COMMAND_DELETE},
    {{'d', KEY_MODIFIER_CTRL}, COMMAND_DELETE},
    {{'w', KEY_MODIFIER_CTRL}, COMMAND_KILL_WORD_LEFT},
    {{KEY_SYMBOL_BACKSPACE, KEY_MODIFIER_ALT}, COMMAND_KILL_WORD_LEFT},
    {{'d', KEY_MODIFIER_ALT}, COMMAND_KILL_WORD_RIGHT},
    {{'u', KEY_MODIFIER_CTRL}, COMMAND_KILL_TO_START},
    {{'k', KEY_MODIFIER_ALT}, COMMAND_KILL_TO_END},
    {{'y', KEY_MODIFIER_CTRL}, COMMAND_YANK},
    {{'_', KEY_MODIFIER_CTRL}, COMMAND_UNDO},
    {{'z', KEY_MODIFIER_ALT}, COMMAND_UNDO},
    {{'Z', KEY_MODIFIER_ALT}, COMMAND_REDO},
    {{KEY_SYMBOL_ENTER, 0}, COMMAND_BREAK},
    {{KEY_SYMBOL_ENTER, KEY_MODIFIER_ALT}, COMMAND_BREAK},
};

/* Arrows, Home, End, Backspace and Delete alone say what they do. */
static const struct {
    enum command command;
    struct editor_help help;
} help_rows[] = {
    {COMMAND_UNDO, {"Undo in the text", "Undoes the last change of the text, step by step."}},
    {COMMAND_REDO, {"Redo in the text", "Does again what was undone."}},
    {COMMAND_KILL_WORD_LEFT, {"Delete the word before", "Deletes back to the start of the word."}},
    {COMMAND_KILL_WORD_RIGHT, {"Delete the word after", "Deletes to the end of the word."}},
    {COMMAND_KILL_TO_START, {"Delete to the line's start", "Deletes what stands before in the line."}},
    {COMMAND_KILL_TO_END, {"Delete to the line's end", "Deletes what stands after in the line."}},
    {COMMAND_YANK, {"Put back what was deleted", "Inserts the words or the line that were deleted last."}},
    {COMMAND_WORD_LEFT, {"A word back", "Goes to the start of the word."}},
    {COMMAND_WORD_RIGHT, {"A word on", "Goes to the end of the word."}},
    {COMMAND_HOME, {"Start of the line", "Goes to the start of the line."}},
    {COMMAND_END, {"End of the line", "Goes to the end of the line."}},
    {COMMAND_TEXT_START, {"Start of the text", "Goes to the start of the text."}},
    {COMMAND_TEXT_END, {"End of the text", "Goes to the end of the text."}},
};

const struct editor_help *editor_help_row(size_t index)
{
    return index < G_N_ELEMENTS(help_rows) ? &help_rows[index].help : NULL;
}

const struct key *editor_help_key(size_t index, size_t nth)
{
    for (size_t i = 0; index < G_N_ELEMENTS(help_rows) && i < G_N_ELEMENTS(bindings); i++)
        if (bindings[i].command == help_rows[index].command && nth-- == 0)
            return &bindings[i].key;
    return NULL;
}

static enum editor_result run(struct editor *editor, enum command command)
{
    size_t caret = editor->caret;
    switch (command) {
    case COMMAND_LEFT:
        return move_to(editor, previous_of(editor, caret));
    case COMMAND_RIGHT:
        return move_to(editor, next_of(editor, caret));
    case COMMAND_WORD_LEFT:
        return move_to(editor, word_before(editor));
    case COMMAND_WORD_RIGHT:
        return move_to(editor, word_after(editor));
    case COMMAND_HOME:
        return move_to(editor, line_start(editor));
    case COMMAND_END:
        return move_to(editor, line_end(editor));
    case COMMAND_TEXT_START:
        return move_to(editor, 0);
    case COMMAND_TEXT_END:
        return move_to(editor, editor->text->len);
    case COMMAND_UP:
        return move_row(editor, -1);
    case COMMAND_DOWN:
        return move_row(editor, 1);
    case COMMAND_BACKSPACE:
        settle(editor);
        return replace(editor, previous_of(editor, caret), caret - previous_of(editor, caret), "", false);
    case COMMAND_DELETE:
        settle(editor);
        return replace(editor, caret, next_of(editor, caret) - caret, "", false);
    case COMMAND_KILL_WORD_LEFT:
        return kill_range(editor, word_before(editor), caret);
    case COMMAND_KILL_WORD_RIGHT:
        return kill_range(editor, caret, word_after(editor));
    case COMMAND_KILL_TO_START:
        return kill_range(editor, line_start(editor), caret);
    case COMMAND_KILL_TO_END:
        return kill_range(editor, caret, line_end(editor));
    case COMMAND_YANK:
        return *editor->killed && editor_insert(editor, editor->killed, -1) ? EDITOR_CHANGED : EDITOR_IGNORED;
    case COMMAND_UNDO:
        return editor_undo(editor);
    case COMMAND_REDO:
        return editor_redo(editor);
    case COMMAND_BREAK:
        return editor->kind == EDITOR_LINES ? type(editor, '\n') : EDITOR_IGNORED;
    }
    return EDITOR_IGNORED;
}

enum editor_result editor_handle_key(struct editor *editor, const struct key *key)
{
    if (key_is_text(*key))
        return type(editor, key->code);
    for (size_t i = 0; i < G_N_ELEMENTS(bindings); i++)
        if (key_equals(bindings[i].key, *key))
            return run(editor, bindings[i].command);
    return EDITOR_IGNORED;
}
