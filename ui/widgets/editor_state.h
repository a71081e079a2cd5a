/* What editor.c and editor_draw.c share; nobody else includes it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "ui/text.h"
#include "ui/widgets/editor.h"

struct editor {
    enum editor_kind kind;
    GString *text; /* valid UTF-8, at most max_bytes unless that was lowered since */
    size_t caret;  /* byte offset of a grapheme boundary */
    size_t max_bytes;
    int cols;                 /* 0: not known */
    int goal_col;             /* column that Up and Down aim at, -1: where the caret is */
    char *killed;             /* never NULL */
    GPtrArray *done, *undone; /* struct edit *, the last is the next to undo, redo */
};

/* Whether the caret is drawn on this line of the wrapped text: within it, in the blanks its break swallowed,
 * or at the end of the text. */
static inline bool editor_line_has(const struct text_line *line, size_t caret, size_t len)
{
    bool is_last = line->next >= len && !line->is_hard;
    return caret >= line->start && (caret < line->next || (is_last && caret <= len));
}
