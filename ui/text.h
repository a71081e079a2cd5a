/* Text as a terminal shows it: graphemes, their widths in columns, cutting and wrapping. Every function takes
 * UTF-8 of any origin; it draws nothing and keeps nothing.
 *
 * Widths have two authorities, utf8proc and the C library, and the terminal library believes the second. A
 * grapheme is drawn as it is only where both agree, it has at most five code points and no joiner; else its
 * base character is, or U+FFFD, at the width the C library gives. Control characters, escape sequences and
 * bidi overrides have no width and are never drawn; a tab is one space, and so is a line feed within a line.
 * Bytes that are not UTF-8 become U+FFFD each.
 *
 * A length of -1 means: up to the terminating NUL. text_use_locale() must have been called once, for without
 * a UTF-8 locale the C library knows no width past ASCII.
 *
 *     struct text_grapheme grapheme;
 *     while (text_read_grapheme(text, len, &grapheme)) {
 *         text += grapheme.source_len; len -= grapheme.source_len; ...
 *     }
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    TEXT_GRAPHEME_MAX_POINTS = 5, /* CCHARW_MAX: what one curses cell holds */
};

struct text_grapheme {
    size_t source_len; /* bytes of the source it takes, at least 1 */
    uint32_t
        points[TEXT_GRAPHEME_MAX_POINTS]; /* points[point_count]: what is drawn; the first has the width */
    int point_count;                      /* 0: drawn as nothing, and then cols is 0 */
    int cols;                             /* 0, 1 or 2 */
    bool is_break; /* a line feed: ends a line when wrapping, a space where all is one line */
};

/* One line of wrapped text. start..end is drawn; the next line begins at next. */
struct text_line {
    size_t start, end; /* byte offsets, end without the blanks the break swallowed */
    size_t next;       /* where the following line starts, past blanks or the line feed */
    int cols;          /* width of start..end */
    bool is_hard;      /* ended by a line feed */
    bool is_filled;    /* false: no line was read yet */
};

/* Takes the user's locale, or C.UTF-8 where that is not UTF-8. Result: whether UTF-8 is now in force. Call it
 * before any thread is started. */
bool text_use_locale(void);

/* Reads the first grapheme. false: nothing is left (len 0). */
bool text_read_grapheme(const char *text, ssize_t len, struct text_grapheme *grapheme);

/* Bytes at the start of text[len] that need no reading of graphemes: printable ASCII, each a column of its
 * own. */
size_t text_plain_len(const char *text, size_t len);

/* Columns the text takes on one line, where a line feed is a space. */
int text_cols(const char *text, ssize_t len);

/* Bytes of the longest prefix that is at most max_cols wide; *cols, when given, is the width it has.
 * Zero-width graphemes after the last that fits belong to it. */
size_t text_fit(const char *text, ssize_t len, int max_cols, int *cols);

/* The byte offset of the grapheme that covers a column; len past the end. */
size_t text_byte_of_col(const char *text, ssize_t len, int col);

/* Grapheme boundaries beside an offset that is one: at the ends they return the offset itself. */
size_t text_next(const char *text, ssize_t len, size_t offset);
size_t text_previous(const char *text, ssize_t len, size_t offset);

/* The grapheme boundary at or before any offset, at or after it: a range of bytes becomes one of whole
 * graphemes. */
size_t text_snap_back(const char *text, ssize_t len, size_t offset);
size_t text_snap_forward(const char *text, ssize_t len, size_t offset);

/* Word boundaries for a cursor: the start of the next word, the start of this or the previous word. A word is
 * a run of letters and digits; each CJK character is a word of its own. */
size_t text_next_word(const char *text, ssize_t len, size_t offset);
size_t text_previous_word(const char *text, ssize_t len, size_t offset);

/* The text cut to max_cols, its last column an ellipsis where something was cut; clean of control characters.
 * Caller owns, free with g_free. */
char *text_truncate(const char *text, ssize_t len, int max_cols);

/* The text as drawn, without its control characters, line feeds as spaces: for titles and notices. Caller
 * owns, free with g_free. */
char *text_clean(const char *text, ssize_t len);

/* What may be kept of a text that was typed, pasted or dropped: valid UTF-8 (other bytes become U+FFFD), line
 * ends as line feeds, no other control characters but tabs. Caller owns, free with g_free. */
char *text_sanitise(const char *text, ssize_t len);

/* The next line of at most max_cols (at least 2) columns. *line is zeroed before the first call. Breaks at
 * spaces, keeps words whole that fit a line, breaks between CJK characters but not before their closing
 * marks. false: no line is left; an empty text has one empty line, and so has the text after a final line
 * feed.
 *
 *     struct text_line line = {0};
 *     while (text_wrap(text, len, cols, &line)) ...
 */
bool text_wrap(const char *text, ssize_t len, int max_cols, struct text_line *line);

/* Lines text_wrap() gives. */
int text_count_lines(const char *text, ssize_t len, int max_cols);
