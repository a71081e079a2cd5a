#include "ui/views/views.h"

#include <string.h>

#include "app/desk/excerpt.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"
#include "ui/views/field.h"

#define SCORE_COLS    4
#define LIST_ROWS_MAX 12
#define BESIDE_COLS   96 /* from this width on the article stands beside the list */
#define PROSE_COLS    84 /* longer lines are hard to read */

static bool is_side_by_side(struct rect rect)
{
    return rect.cols >= BESIDE_COLS;
}

/* Where box, list and snippet are. */
static struct rect list_part(struct rect rect)
{
    if (is_side_by_side(rect))
        rect.cols = rect.cols * 2 / 5;
    return rect;
}

/* The list under the box: at most half of the pane, the rest previews what the cursor is on. */
static struct rect list_rect(const struct desk *desk, struct rect rect)
{
    struct rect list = rect_below(rect, 3);
    int hits = (int)desk_hits(desk)->len,
        most = MIN(LIST_ROWS_MAX, list.rows > 8 ? list.rows / 2 : list.rows);
    list.rows = MIN(MIN(hits, most), list.rows);
    return list;
}

static const struct desk_hit *hit_at_cursor(const struct desk *desk)
{
    const GPtrArray *hits = desk_hits(desk);
    int at = desk->knowledge.cursor;
    return at >= 0 && at < (int)hits->len ? hits->pdata[at] : NULL;
}

static int first_hit(const struct desk *desk, struct rect list)
{
    return MAX(desk->knowledge.cursor - list.rows + 1, 0);
}

int view_knowledge_item_at(const struct desk *desk, struct rect rect, int y)
{
    struct rect list = list_rect(desk, list_part(rect));
    int item = first_hit(desk, list) + y - list.y;
    return y >= list.y && y < list.y + list.rows && item < (int)desk_hits(desk)->len ? item : -1;
}

static void draw_box(const struct desk *desk, struct canvas *canvas, struct rect row,
                     struct screen_caret *caret)
{
    /* While an article is open, letters are commands. */
    bool has_focus =
        desk->pane == PANE_KNOWLEDGE && desk->knowledge.article == NULL && desk_popup(desk) == NULL;
    int x = canvas_put(canvas, row.x + 1, row.y, has_focus ? STYLE_ROLE_KEY : STYLE_ROLE_DIM, "> ");
    struct rect box = {x, row.y, MAX(row.x + row.cols - x - 1, 0), 1};
    field_draw(desk->knowledge.box, canvas, box,
               (struct editor_look){.surface = has_focus ? STYLE_SURFACE_FIELD : STYLE_SURFACE_PLAIN,
                                    .placeholder = "words, \"a phrase\", /regex/"},
               has_focus ? caret : NULL);
}

static void draw_subtitle(const struct desk *desk, struct canvas *canvas, struct rect row)
{
    const struct desk_results *results = desk->knowledge.results;
    const char *text = "";
    enum style_role role = STYLE_ROLE_DIM;
    if (results != NULL && results->problem != NULL) {
        text = results->problem;
        role = STYLE_ROLE_WARN;
    } else if (desk_hits_from(desk) == HITS_SUGGESTED) {
        text = "for this contact";
    } else if (desk_hits_from(desk) == HITS_PINNED) {
        text = "pinned, then opened last";
    } else if (desk_hits_from(desk) == HITS_RECENT && desk_hits(desk)->len > 0) {
        text = "opened last";
    } else if (results != NULL && desk_hits(desk)->len == 0) {
        text = "Nothing found. Fewer or other words may help.";
    }
    canvas_put_fit(canvas, row.x + 1, row.y, MAX(row.cols - 2, 0), role, text);
}

static void draw_hit(const struct desk *desk, struct canvas *canvas, struct rect row,
                     const struct desk_hit *hit, bool is_cursor)
{
    int cols = MAX(row.cols - 3 - SCORE_COLS, 0);
    canvas_put(canvas, row.x, row.y, STYLE_ROLE_WARN, is_cursor ? "▌" : " ");
    marked_put(canvas, row.x + 2, row.y, cols, STYLE_ROLE_TEXT, hit->title, hit->title_marks);
    if (hit->score > 0)
        canvas_printf(canvas, row.x + row.cols - 1 - SCORE_COLS, row.y, STYLE_ROLE_DIM, "%*d", SCORE_COLS,
                      hit->score);
    else if (hit->is_pinned)
        canvas_put(canvas, row.x + row.cols - 1 - 3, row.y, STYLE_ROLE_DIM, "pin");
    if (is_cursor)
        canvas_set_surface(canvas, row,
                           desk->pane == PANE_KNOWLEDGE && desk->knowledge.article == NULL
                               ? STYLE_SURFACE_SELECTED
                               : STYLE_SURFACE_REST);
}

/* How much is left out below, at the right end of the last row. */
static void draw_more(struct canvas *canvas, struct rect body, int more)
{
    char text[FORMAT_BYTES];
    g_snprintf(text, sizeof text, " %d more", more);
    int cols = MIN((int)text_cols(text, -1), body.cols - 1);
    canvas_put_fit(canvas, body.x + body.cols - 1 - cols, body.y + body.rows - 1, cols, STYLE_ROLE_DIM, text);
}

static void draw_list(const struct desk *desk, struct canvas *canvas, struct rect rect,
                      struct screen_caret *caret)
{
    const GPtrArray *hits = desk_hits(desk);
    draw_box(desk, canvas, rect_row(rect, 1), caret);
    draw_subtitle(desk, canvas, rect_row(rect, 2));
    struct rect list = list_rect(desk, rect);
    int first = first_hit(desk, list);
    for (int row = 0; row < list.rows && first + row < (int)hits->len; row++)
        draw_hit(desk, canvas, rect_row(list, row), hits->pdata[first + row],
                 first + row == desk->knowledge.cursor);
    const struct desk_hit *hit = hit_at_cursor(desk);
    if (hit == NULL)
        return;
    struct rect preview = rect_inset(rect_below(rect, 4 + list.rows), 1, 0);
    if (hit->snippet != NULL && preview.rows > 0)
        marked_wrap(canvas, preview, 0, STYLE_ROLE_DIM, hit->snippet, hit->snippet_marks);
}

/* Rows of what is said to be wrong with an article. */
#define FLAGS_MAX 3

static int flag_rows(const struct desk_article *article)
{
    int rows = 0;
    for (const char *at = article->flags; at != NULL && rows < FLAGS_MAX; rows++) {
        at = strchr(at, '\n');
        at = at != NULL ? at + 1 : NULL;
    }
    return rows;
}

static void draw_flags(struct canvas *canvas, struct rect rect, const struct desk_article *article)
{
    g_auto(GStrv) flags = g_strsplit(article->flags != NULL ? article->flags : "", "\n", -1);
    int count = (int)g_strv_length(flags);
    for (int row = 0; row < flag_rows(article); row++) {
        bool is_rest = row == FLAGS_MAX - 1 && count > FLAGS_MAX;
        g_autofree char *text = is_rest ? g_strdup_printf("! %d more say what is wrong", count - row)
                                        : g_strdup_printf("! %s", flags[row]);
        canvas_put_fit(canvas, rect.x, rect.y + row, rect.cols, STYLE_ROLE_WARN, text);
    }
}

/* Where an article's text stands; *rows: how many it has in all. Where they are more, the last row of the
 * rectangle says so. */
static struct rect article_text(struct rect body, const struct desk_article *article, int *rows)
{
    struct rect inner = rect_inset(body, 1, 0);
    inner.cols = MIN(inner.cols, PROSE_COLS);
    struct rect text = rect_below(inner, 3 + flag_rows(article));
    *rows = marked_prose(NULL, text, 0, STYLE_ROLE_TEXT, article->body, NULL);
    text.rows -= *rows > text.rows && text.rows > 1;
    return text;
}

static struct rect article_part(struct rect rect)
{
    struct rect list = list_part(rect), body = rect_below(rect, 1);
    if (is_side_by_side(rect)) {
        body.x = list.x + list.cols + 1;
        body.cols = rect.x + rect.cols - body.x;
    }
    return body;
}

int view_knowledge_most(const struct desk *desk, struct rect rect, int *top)
{
    const struct desk_knowledge *k = &desk->knowledge;
    int rows;
    struct rect text = article_text(article_part(rect), k->article, &rows);
    int most = MAX(rows - text.rows, 1);
    size_t at = marked_prose_at(k->article->body, text.cols, MIN(k->article_scroll_rows, most));
    *top = excerpt_line_at(k->article->body, at);
    return most;
}

/* The rows that are chosen to be inserted: the row with the cursor in sight, all of them marked. Answers how
 * many rows of the text are to be skipped. */
static int show_chosen(const struct desk_knowledge *k, struct rect text, int skip, int *from, int *to)
{
    struct desk_range line = excerpt_range(k->article->body, k->line, k->line);
    int first, end;
    marked_prose_rows(k->article->body, text.cols, line, &first, &end);
    marked_prose_rows(k->article->body, text.cols, excerpt_chosen(k), from, to);
    if (end - skip > text.rows)
        skip = end - text.rows;
    return MIN(skip, first);
}

static void mark_chosen(struct canvas *canvas, struct rect text, int from, int to)
{
    int first = MAX(from, 0), end = MIN(to, text.rows);
    if (end > first)
        canvas_set_surface(canvas, (struct rect){text.x - 1, text.y + first, text.cols + 1, end - first},
                           STYLE_SURFACE_SELECTED);
}

/* `k`: of the article that is open; NULL for one that is only looked at. */
static void draw_article(struct canvas *canvas, struct rect body, const struct desk_article *article,
                         const struct desk_knowledge *k)
{
    struct rect inner = rect_inset(body, 1, 0);
    if (inner.rows < 2)
        return;
    inner.cols = MIN(inner.cols, PROSE_COLS);
    canvas_put_fit(canvas, inner.x, inner.y, inner.cols, STYLE_ROLE_BRIGHT | STYLE_MARK_BOLD, article->title);
    struct line about = {0};
    line_add(&about, 2, STYLE_ROLE_DIM, article->id);
    if (article->updated != NULL)
        line_addf(&about, 1, STYLE_ROLE_DIM, " · %.10s", article->updated);
    line_draw(&about, canvas, inner.x, inner.y + 1, inner.cols);
    draw_flags(canvas, rect_below(inner, 2), article);
    int rows, from = 0, to = 0;
    struct rect text = article_text(body, article, &rows);
    int skip = CLAMP(k != NULL ? k->article_scroll_rows : 0, 0, MAX(rows - text.rows, 0));
    bool is_choosing = k != NULL && k->is_choosing && excerpt_count(article->body) > 0;
    if (is_choosing)
        skip = show_chosen(k, text, skip, &from, &to);
    marked_prose(canvas, text, skip, STYLE_ROLE_TEXT, article->body, article->strong);
    if (is_choosing)
        mark_chosen(canvas, text, from - skip, to - skip);
    int more = rows - skip - text.rows;
    if (more > 0)
        draw_more(canvas, body, more);
}

/* The list and, right of it, the article that is open or else the one under the cursor. */
static void draw_side_by_side(const struct desk *desk, struct canvas *canvas, struct rect rect,
                              struct screen_caret *caret)
{
    const struct desk_knowledge *k = &desk->knowledge;
    const struct desk_hit *hit = hit_at_cursor(desk);
    struct rect list = list_part(rect), body = article_part(rect);
    draw_list(desk, canvas, list, caret);
    canvas_vline(canvas, body.x - 1, body.y, body.rows, STYLE_ROLE_RULE);
    if (k->article != NULL) {
        canvas_put(canvas, body.x, body.y, STYLE_ROLE_STEP_NOW, "▌"); /* it is open, not only looked at */
        draw_article(canvas, body, k->article, k);
    } else if (hit != NULL && k->peek != NULL && strcmp(k->peek->id, hit->id) == 0)
        draw_article(canvas, body, k->peek, NULL);
}

void view_knowledge_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                         struct screen_caret *caret)
{
    const struct desk_knowledge *k = &desk->knowledge;
    char right[FORMAT_BYTES];
    if (k->results != NULL && k->request == k->shown && k->article == NULL)
        g_snprintf(right, sizeof right, "%.1f ms · %d", (double)k->results->took_us / 1000.0, (int)k->held);
    else
        g_snprintf(right, sizeof right, "%d", (int)k->held);
    heading_draw(
        canvas, rect,
        &(struct heading){
            .key = "5", .title = "Knowledge", .right = right, .has_focus = desk->pane == PANE_KNOWLEDGE});
    struct rect body = rect_below(rect, 1), before = canvas_clip(canvas, body);
    if (is_side_by_side(rect))
        draw_side_by_side(desk, canvas, rect, caret);
    else if (k->article != NULL)
        draw_article(canvas, body, k->article, k);
    else
        draw_list(desk, canvas, rect, caret);
    canvas_unclip(canvas, before);
}
