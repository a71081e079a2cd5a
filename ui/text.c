/* Text as a terminal shows it: graphemes, widths, wrapping. */
#include "ui/text.h"

#include <glib.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

enum {
    REPLACEMENT = 0xFFFD,
    ELLIPSIS = 0x2026,
    ESCAPE = 0x1B,
    JOINER = 0x200D,
    CSI_MAX_BYTES = 32, /* longer is no escape sequence that a terminal ever sent, so it stays visible */
};

bool text_use_locale(void)
{
    if (setlocale(LC_ALL, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return true;
    return setlocale(LC_ALL, "C.UTF-8") || setlocale(LC_CTYPE, "C.utf8");
}

static size_t length_of(const char *text, ssize_t len)
{
    return len < 0 ? strlen(text) : (size_t)len;
}

/* Never drawn: controls, line and paragraph separators, bidi marks, overrides and isolates, invisible format
 * characters that could hide or forge text. */
static bool is_stripped(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},       {0x61C, 0x61C},
        {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},
        {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

/* Decodes one code point. Malformed bytes give U+FFFD one by one. */
static size_t read_point(const char *text, size_t len, uint32_t *point)
{
    utf8proc_int32_t decoded;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &decoded);
    if (used <= 0) {
        *point = REPLACEMENT;
        return 1;
    }
    *point = (uint32_t)decoded;
    return (size_t)used;
}

/* Length of a control sequence "ESC [ parameters final", so that a pasted colour leaves no "[31m" behind.
 * Only this form is swallowed: a string sequence could hide a whole text from the reader. */
static size_t control_sequence_len(const char *text, size_t len)
{
    if (len < 3 || text[0] != ESCAPE || text[1] != '[')
        return 1;
    for (size_t i = 2; i < MIN(len, CSI_MAX_BYTES); i++) {
        if (text[i] >= 0x40 && text[i] <= 0x7E)
            return i + 1;
        if (text[i] < 0x20 || text[i] > 0x3F)
            break;
    }
    return 1;
}

static void set_single(struct text_grapheme *grapheme, uint32_t point, int cols)
{
    grapheme->points[0] = point;
    grapheme->point_count = 1;
    grapheme->cols = cols;
}

static void set_base(struct text_grapheme *grapheme, uint32_t base)
{
    int cols = wcwidth((wchar_t)base);
    if (cols >= 1)
        set_single(grapheme, base, cols);
    else
        set_single(grapheme, REPLACEMENT, 1);
}

/* Whether both authorities give this point the width of a combining mark. A variation selector changes the
 * width in some terminals and not in others, so none is ever drawn. */
static bool is_plain_mark(uint32_t point)
{
    bool selector = (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF);
    return !selector && point != JOINER && wcwidth((wchar_t)point) == 0 &&
           utf8proc_charwidth((utf8proc_int32_t)point) == 0;
}

static void read_cluster(const char *text, size_t len, struct text_grapheme *grapheme)
{
    utf8proc_int32_t state = 0;
    uint32_t base, previous;
    size_t used = read_point(text, len, &base);
    bool as_it_is = true;

    grapheme->points[0] = previous = base;
    grapheme->point_count = 1;
    while (used < len) {
        uint32_t point;
        size_t point_len = read_point(text + used, len - used, &point);
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)previous, (utf8proc_int32_t)point, &state))
            break;
        used += point_len;
        previous = point;
        if (is_stripped(point) && point != JOINER)
            continue;
        if (grapheme->point_count < TEXT_GRAPHEME_MAX_POINTS && is_plain_mark(point))
            grapheme->points[grapheme->point_count++] = point;
        else
            as_it_is = false;
    }
    grapheme->source_len = used;
    int cols = wcwidth((wchar_t)base);
    if (as_it_is && cols >= 1 && utf8proc_charwidth((utf8proc_int32_t)base) == cols)
        grapheme->cols = cols;
    else
        set_base(grapheme, base);
}

static void read_control(const char *text, size_t len, uint32_t point, struct text_grapheme *grapheme)
{
    grapheme->is_break = point == '\n';
    if (point == '\t' || point == '\n')
        set_single(grapheme, ' ', 1);
    else if (point == ESCAPE)
        grapheme->source_len = control_sequence_len(text, len);
}

bool text_read_grapheme(const char *text, ssize_t len, struct text_grapheme *grapheme)
{
    /* Two printable ASCII bytes in a row need no tables, and are nearly all of what is drawn. */
    unsigned char first = len != 0 ? (unsigned char)text[0] : 0;
    unsigned char second = first && len != 1 ? (unsigned char)text[1] : 0;
    if (first >= 0x20 && first < 0x7F && second < 0x80) {
        *grapheme = (struct text_grapheme){.source_len = 1, .points = {first}, .point_count = 1, .cols = 1};
        return true;
    }

    size_t left = length_of(text, len);
    *grapheme = (struct text_grapheme){0};
    if (left == 0)
        return false;
    uint32_t point;
    grapheme->source_len = read_point(text, left, &point);
    if (is_stripped(point))
        read_control(text, left, point, grapheme);
    else
        read_cluster(text, left, grapheme);
    return true;
}

/* A mark after the last would join it, so that one is left to text_read_grapheme. */
size_t text_plain_len(const char *text, size_t len)
{
    size_t plain = 0;
    while (plain < len && text[plain] >= 0x20 && text[plain] < 0x7f)
        plain++;
    return plain > 0 && plain < len && (text[plain] & 0x80) ? plain - 1 : plain;
}

int text_cols(const char *text, ssize_t len)
{
    int cols = 0;
    text_fit(text, len, G_MAXINT, &cols);
    return cols;
}

size_t text_fit(const char *text, ssize_t len, int max_cols, int *cols)
{
    size_t total = length_of(text, len), offset = 0;
    int used = 0;
    struct text_grapheme grapheme;
    while (offset < total) {
        size_t plain = MIN(text_plain_len(text + offset, total - offset), (size_t)MAX(max_cols - used, 0));
        used += (int)plain;
        offset += plain;
        if (!text_read_grapheme(text + offset, (ssize_t)(total - offset), &grapheme) ||
            grapheme.cols > max_cols - used)
            break;
        used += grapheme.cols;
        offset += grapheme.source_len;
    }
    if (cols)
        *cols = used;
    return offset;
}

size_t text_byte_of_col(const char *text, ssize_t len, int col)
{
    size_t total = length_of(text, len), offset = 0;
    int at = 0;
    struct text_grapheme grapheme;
    while (text_read_grapheme(text + offset, (ssize_t)(total - offset), &grapheme)) {
        if (at + grapheme.cols > col)
            break;
        at += grapheme.cols;
        offset += grapheme.source_len;
    }
    return offset;
}

size_t text_next(const char *text, ssize_t len, size_t offset)
{
    size_t total = length_of(text, len);
    struct text_grapheme grapheme;
    if (offset >= total || !text_read_grapheme(text + offset, (ssize_t)(total - offset), &grapheme))
        return offset;
    return offset + grapheme.source_len;
}

size_t text_previous(const char *text, ssize_t len, size_t offset)
{
    /* Graphemes can only be read forward; a line's start is always a boundary to start from. */
    size_t at = MIN(offset, length_of(text, len));
    if (at == 0)
        return 0;
    if (text[at - 1] == '\n')
        return at - 1;
    const char *line_feed = memrchr(text, '\n', at);
    size_t start = line_feed ? (size_t)(line_feed - text) + 1 : 0;
    for (size_t next; (next = text_next(text, len, start)) < at; start = next)
        ;
    return start;
}

size_t text_snap_back(const char *text, ssize_t len, size_t offset)
{
    size_t total = length_of(text, len);
    return offset >= total ? total : text_previous(text, (ssize_t)total, offset + 1);
}

size_t text_snap_forward(const char *text, ssize_t len, size_t offset)
{
    size_t back = text_snap_back(text, len, offset);
    return back == offset ? back : text_next(text, len, back);
}

enum word_class {
    WORD_CLASS_OTHER,
    WORD_CLASS_LETTER,
    WORD_CLASS_CJK,
};

static enum word_class class_of(uint32_t point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    bool letter = (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) || point == '_';
    if (!letter)
        return WORD_CLASS_OTHER;
    return point >= 0x1100 && wcwidth((wchar_t)point) == 2 ? WORD_CLASS_CJK : WORD_CLASS_LETTER;
}

static enum word_class class_at(const char *text, size_t len, size_t offset)
{
    uint32_t point;
    read_point(text + offset, len - offset, &point);
    return class_of(point);
}

size_t text_next_word(const char *text, ssize_t len, size_t offset)
{
    size_t total = length_of(text, len), at = offset;
    if (at >= total)
        return offset;
    enum word_class first = class_at(text, total, at);
    if (first == WORD_CLASS_CJK)
        at = text_next(text, (ssize_t)total, at);
    while (first == WORD_CLASS_LETTER && at < total && class_at(text, total, at) == WORD_CLASS_LETTER)
        at = text_next(text, (ssize_t)total, at);
    while (at < total && class_at(text, total, at) == WORD_CLASS_OTHER)
        at = text_next(text, (ssize_t)total, at);
    return at;
}

size_t text_previous_word(const char *text, ssize_t len, size_t offset)
{
    size_t total = length_of(text, len), at = MIN(offset, total);
    while (at > 0) {
        size_t before = text_previous(text, (ssize_t)total, at);
        enum word_class here = class_at(text, total, before);
        at = before;
        if (here == WORD_CLASS_CJK)
            return at;
        if (here == WORD_CLASS_LETTER)
            break;
    }
    while (at > 0) {
        size_t before = text_previous(text, (ssize_t)total, at);
        if (class_at(text, total, before) != WORD_CLASS_LETTER)
            break;
        at = before;
    }
    return at;
}

static void append_grapheme(GString *out, const struct text_grapheme *grapheme)
{
    for (int i = 0; i < grapheme->point_count; i++)
        g_string_append_unichar(out, grapheme->points[i]);
}

static void append_clean(GString *out, const char *text, size_t len)
{
    struct text_grapheme grapheme;
    for (size_t at = 0; at < len && text_read_grapheme(text + at, (ssize_t)(len - at), &grapheme);
         at += grapheme.source_len)
        append_grapheme(out, &grapheme);
}

char *text_truncate(const char *text, ssize_t len, int max_cols)
{
    size_t total = length_of(text, len);
    GString *out = g_string_new(NULL);
    size_t fits = text_fit(text, (ssize_t)total, max_cols, NULL);
    if (fits == total) {
        append_clean(out, text, total);
    } else if (max_cols > 0) {
        append_clean(out, text, text_fit(text, (ssize_t)total, max_cols - 1, NULL));
        g_string_append_unichar(out, ELLIPSIS);
    }
    return g_string_free(out, FALSE);
}

char *text_clean(const char *text, ssize_t len)
{
    GString *out = g_string_new(NULL);
    append_clean(out, text, length_of(text, len));
    return g_string_free(out, FALSE);
}

char *text_sanitise(const char *text, ssize_t len)
{
    g_autofree char *valid = g_utf8_make_valid(text, len);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar point = g_utf8_get_char(at);
        if (point == '\r' && at[1] == '\n')
            continue;
        if (point == '\n' || point == '\r' || point == 0x2028 || point == 0x2029)
            g_string_append_c(out, '\n');
        else if (point == '\t' || !g_unichar_iscntrl(point))
            g_string_append_unichar(out, point);
    }
    return g_string_free(out, FALSE);
}

/* Marks that must not begin a line: ideographic and full-width closing punctuation. */
static bool is_closing(uint32_t point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    if (category == UTF8PROC_CATEGORY_PE || category == UTF8PROC_CATEGORY_PF)
        return true;
    return point >= 0x3000 && category == UTF8PROC_CATEGORY_PO;
}

/* Whether a line may end between two neighbours that are no blanks. */
static bool may_break_between(uint32_t before, uint32_t after)
{
    if (before == '-' && class_of(after) == WORD_CLASS_LETTER)
        return true;
    bool wide = wcwidth((wchar_t)before) == 2 || wcwidth((wchar_t)after) == 2;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)before);
    return wide && !is_closing(after) && category != UTF8PROC_CATEGORY_PS && category != UTF8PROC_CATEGORY_PI;
}

static size_t skip_blanks(const char *text, size_t total, size_t at)
{
    while (at < total && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at;
}

static void finish_line(const char *text, struct text_line *line, size_t end, size_t next)
{
    line->end = end;
    line->next = next;
    line->cols = text_cols(text + line->start, (ssize_t)(end - line->start));
}

/* Fills the line from line->start. */
static void wrap_from(const char *text, size_t total, int max_cols, struct text_line *line)
{
    size_t at = line->start, break_end = 0, break_next = 0;
    uint32_t before = 0;
    int cols = 0;
    struct text_grapheme grapheme;
    while (text_read_grapheme(text + at, (ssize_t)(total - at), &grapheme)) {
        if (grapheme.is_break) {
            line->is_hard = true;
            finish_line(text, line, at, at + 1);
            return;
        }
        bool blank = grapheme.point_count == 1 && grapheme.points[0] == ' ';
        if (blank && before && before != ' ') {
            break_end = at;
            break_next = skip_blanks(text, total, at);
        } else if (!blank && before && before != ' ' && grapheme.cols &&
                   may_break_between(before, grapheme.points[0])) {
            break_end = break_next = at;
        }
        if (cols + grapheme.cols > max_cols) {
            /* Blanks that overhang are swallowed with the break; a word longer than the line is cut. */
            if (break_end == 0)
                break_end = break_next = at;
            if (break_next < total && text[break_next] == '\n' && break_end != break_next) {
                line->is_hard = true;
                break_next++;
            }
            finish_line(text, line, break_end, break_next);
            return;
        }
        cols += grapheme.cols;
        if (grapheme.cols)
            before = grapheme.points[0];
        at += grapheme.source_len;
    }
    finish_line(text, line, total, total);
}

bool text_wrap(const char *text, ssize_t len, int max_cols, struct text_line *line)
{
    size_t total = length_of(text, len);
    if (line->is_filled && line->next >= total && !line->is_hard)
        return false;
    *line = (struct text_line){.start = line->next, .is_filled = true};
    wrap_from(text, total, MAX(max_cols, 2), line);
    return true;
}

int text_count_lines(const char *text, ssize_t len, int max_cols)
{
    struct text_line line = {0};
    size_t total = length_of(text, len);
    int count = 0;
    while (text_wrap(text, (ssize_t)total, max_cols, &line))
        count++;
    return count;
}
