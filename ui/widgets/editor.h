/* A field one types into: one line with horizontal scroll, or many with soft wrap. Its text, caret and undo
 * are state; drawing only reads them. It knows no meaning of Enter in one line, and no clipboard but the last
 * thing it killed.
 *
 * Keys: characters; arrows, Home End (Ctrl-A Ctrl-E), words by Ctrl or Alt with arrows, Alt-b Alt-f;
 * Backspace, Delete (Ctrl-D), word back Ctrl-W or Alt-Backspace, word on Alt-d, to the line's start Ctrl-U,
 * to its end Alt-k; put the killed back Ctrl-Y; undo Ctrl-_ or Alt-z, redo Alt-Z. In many lines also Up Down
 * Enter, and Alt-Enter.
 *
 *     struct editor *editor = editor_new(EDITOR_LINES);
 *     if (editor_handle_key(editor, &key) == EDITOR_CHANGED) save_draft(editor_text(editor));
 *     caret = editor_draw(editor, canvas, rect,
 *                         &(struct editor_look){.surface = STYLE_SURFACE_FIELD, .has_focus = true});
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "ui/canvas.h"
#include "ui/key.h"

enum editor_kind {
    EDITOR_ONE_LINE,
    EDITOR_LINES,
};

enum {
    EDITOR_ONE_LINE_MAX_BYTES = 4096, /* limits unless set otherwise */
    EDITOR_LINES_MAX_BYTES = 256 * 1024,
    EDITOR_UNDO_MAX = 500, /* steps; the oldest are forgotten */
};

enum editor_result {
    EDITOR_IGNORED, /* not a key of the editor, or it had nothing to do (Up in the first row) */
    EDITOR_MOVED,   /* only the caret moved */
    EDITOR_CHANGED, /* the text changed */
};

struct editor;

/* Caller owns, free with editor_free (NULL is accepted). */
struct editor *editor_new(enum editor_kind kind);
void editor_free(struct editor *editor);

/* Limits what is typed and inserted from now on; what is there stays. Range 1 to INT_MAX. */
void editor_set_max_bytes(struct editor *editor, size_t max_bytes);
/* The width in columns at which Up and Down find rows, that of the last rectangle it was drawn into; 0 (as
 * new): they go by lines of the text. */
void editor_set_cols(struct editor *editor, int cols);

/* The text: valid UTF-8, never NULL. Borrowed until the editor is changed. */
const char *editor_text(const struct editor *editor);
size_t editor_len(const struct editor *editor);
bool editor_is_empty(const struct editor *editor);

/* Replaces the text, caret at its end, and forgets undo. Cleaned as in editor_insert, and cut at the kind's
 * own limit alone: a text given back is not lost because more was begun meanwhile. Borrows. */
void editor_set_text(struct editor *editor, const char *text);

/* Inserts at the caret, as one step of undo: a paste, an article, a canned text. Line ends become line feeds
 * (spaces in one line), other controls but tab are dropped, bytes that are not UTF-8 become U+FFFD. false:
 * only the part that the limit allows was taken. len -1: NUL-terminated. Borrows. */
bool editor_insert(struct editor *editor, const char *text, ssize_t len);

/* Caret as a byte offset on a grapheme boundary, 0 to len. */
size_t editor_caret(const struct editor *editor);

/* Its keys for a help screen: what the index-th does that is not plain from the key, static (NULL: there are
 * no more), and the nth key for it (NULL: it has no more). */
struct editor_help {
    const char *title, *help;
};
const struct editor_help *editor_help_row(size_t index);
const struct key *editor_help_key(size_t index, size_t nth);

enum editor_result editor_handle_key(struct editor *editor, const struct key *key);

struct editor_look {
    unsigned role;           /* STYLE_ROLE_ of the text; 0: plain text */
    unsigned surface;        /* STYLE_SURFACE_ it fills the rectangle with */
    const char *placeholder; /* dim, while it is empty; NULL: none */
    bool has_focus;          /* it shows where the caret is; without focus a long line shows its start */
    bool is_secret;          /* a bullet for each character */
};

struct editor_caret {
    bool is_visible;
    int x, y; /* cell on the canvas */
};

/* Fills the rectangle. The rows shown are those that hold the caret. Result: where the terminal's cursor
 * belongs. */
struct editor_caret editor_draw(const struct editor *editor, struct canvas *canvas, struct rect rect,
                                const struct editor_look *look);

/* Rows the text takes at a width, at least 1: how high the reply would like to be. */
int editor_count_rows(const struct editor *editor, int cols);
