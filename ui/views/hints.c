#include "ui/views/views.h"

#include <string.h>

#include "app/desk/popup.h"
#include "app/script/walk.h"
#include "ui/keys.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/line.h"
#include "ui/views/marked.h"

#define BAR(role) ((role) | STYLE_SURFACE_BAR)

#define OFFER_PERCENT   60    /* of the line that an offer takes at most, */
#define KEYS_COLS       24    /* or all but these, which name the first keys */
#define NEWS_PERCENT    45    /* of a narrow line, while there is something to say */
#define NARROW_COLS     100   /* below this the line is narrow */
#define REST_COLS       20    /* a rest narrower than this says nothing and rings with it */
#define NOTICE_ROWS_MAX 3     /* of a sentence too long for the line */
#define ALWAYS          10000 /* worth of the key that explains all others */

static const struct contact *ringing(const struct desk *desk)
{
    const struct contact *c = world_contact(desk->world, desk->offer);
    return c != NULL && c->state == CONTACT_OFFERED ? c : NULL;
}

/* What is said now; NULL: nothing. */
static const char *news(const struct desk *desk)
{
    return desk->journal_problem != NULL ? desk->journal_problem : desk->notice.text;
}

/* An offer rings in the line of keys, which is always in sight and where nothing else is moved by it. It
 * leaves the rest to the keys and the messages of the work that goes on. Answers its columns. */
static int fit_offer(const struct desk *desk, struct line *line, struct rect rect, const struct contact *c)
{
    char clock[FORMAT_BYTES];
    unsigned text = STYLE_ROLE_OFFER | STYLE_SURFACE_OFFER, key = STYLE_ROLE_KEY | STYLE_SURFACE_OFFER;
    line_addf(line, 9, text, "♪ %s  ", format_clock(MAX(c->offer_until_ms - desk_shown_ms(desk), 0), clock));
    line_addf(line, 7, text, "%s  ", channel_name(c->channel));
    g_autofree char *caller = contact_caller(c);
    line_addf(line, 8, text, "%s", caller != NULL ? caller : "unknown caller");
    if (c->subject != NULL)
        line_addf(line, 2, text, "  %s", c->subject);
    g_autofree char *accept = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_ACCEPT),
                    *reject = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_REJECT);
    line_addf(line, 10, key, "   %s", accept);
    line_add(line, 10, text, " accept");
    line_addf(line, 10, key, "  %s", reject);
    line_add(line, 10, text, " reject");
    int narrowed = rect.cols * NEWS_PERCENT / 100;
    int beside = news(desk) != NULL ? rect.cols - text_cols(news(desk), -1) - 5 : 0;
    bool is_narrow_news = rect.cols < NARROW_COLS && news(desk) != NULL && beside >= narrowed;
    int widest = MAX(rect.cols * OFFER_PERCENT / 100, rect.cols - KEYS_COLS - 2);
    line_fit(line, is_narrow_news ? MIN(beside, widest) : widest); /* longer news stand above */
    int cols = line_cols(line) + 2;
    if (rect.cols - cols < REST_COLS)
        cols = rect.cols;
    return cols;
}

static int draw_offer(const struct desk *desk, struct canvas *canvas, struct rect rect,
                      const struct contact *c)
{
    struct line line = {0};
    int cols = fit_offer(desk, &line, rect, c);
    canvas_fill(canvas, (struct rect){rect.x, rect.y, cols, rect.rows},
                STYLE_ROLE_OFFER | STYLE_SURFACE_OFFER);
    line_draw(&line, canvas, rect.x + 1, rect.y, cols - 2);
    return cols;
}

static const struct contact *offer_of(const struct desk *desk)
{
    bool is_open = desk->phase == DESK_OPEN || desk->phase == DESK_LEAVING;
    return is_open ? ringing(desk) : NULL;
}

struct rect view_hints_long_rows(const struct desk *desk, struct rect hints)
{
    const char *text = news(desk);
    const struct contact *offer = offer_of(desk);
    if (text == NULL || rect_is_empty(hints))
        return (struct rect){0};
    struct line line = {0};
    int taken = offer != NULL ? fit_offer(desk, &line, hints, offer) : 0;
    if (text_cols(text, -1) <= hints.cols - taken - (taken > 0) - 2)
        return (struct rect){0};
    int rows = CLAMP(text_count_lines(text, -1, MAX(hints.cols - 2, 2)), 1, NOTICE_ROWS_MAX);
    int y = hints.y + (offer == NULL) - rows;
    return rect_intersect((struct rect){hints.x, y, hints.cols, rows},
                          (struct rect){hints.x, 0, hints.cols, hints.y + 1});
}

static unsigned notice_style(const struct desk *desk)
{
    static const enum style_role roles[] = {
        [TONE_PLAIN] = STYLE_ROLE_TEXT,
        [TONE_GOOD] = STYLE_ROLE_OK,
        [TONE_WARNING] = STYLE_ROLE_WARN,
        [TONE_ERROR] = STYLE_ROLE_ERROR,
    };
    return BAR(roles[desk->journal_problem != NULL ? TONE_ERROR : desk->notice.tone]);
}

struct rect view_hints_draw_long(const struct desk *desk, struct canvas *canvas, struct rect hints)
{
    struct rect rows = view_hints_long_rows(desk, hints);
    if (rect_is_empty(rows))
        return rows;
    canvas_fill(canvas, rows, BAR(STYLE_ROLE_TEXT));
    marked_wrap(canvas, (struct rect){rows.x + 1, rows.y, MAX(rows.cols - 2, 2), rows.rows}, 0,
                notice_style(desk), news(desk), NULL);
    return rows;
}

static bool draw_notice(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    const char *text = news(desk);
    if (text == NULL)
        return false;
    canvas_fill(canvas, rect, BAR(STYLE_ROLE_TEXT));
    canvas_put_fit(canvas, rect.x + 1, rect.y, MAX(rect.cols - 2, 0), notice_style(desk), text);
    return true;
}

/* Can the contact on the desk be taken from where it is looked at? */
static bool is_takeable(const struct desk *desk)
{
    const struct contact *c = desk_contact_of(desk, desk->current);
    return c != NULL && (c->state == CONTACT_QUEUED || c->state == CONTACT_PARKED);
}

/* The row of Enter in a step of a script that has nothing left to fill in. */
static bool opens_step(const struct desk *desk, const struct keys_row *row)
{
    const struct desk_contact *dc = desk->current;
    return row->action == ACTION_OPEN && row->context == KEYS_CONTEXT_SCRIPT && dc != NULL &&
           dc->walk != NULL && walk_current(dc->walk) != NULL;
}

/* Does the key do something just now? Under a popup few of the keys of everywhere do. */
static bool is_alive(const struct desk *desk, const struct keys_row *row)
{
    enum keys_context context = desk_keys_context(desk);
    if (row->action == ACTION_OPEN && context == KEYS_CONTEXT_ARTICLE)
        return false; /* it is open */
    if (row->action == ACTION_OPEN && context == KEYS_CONTEXT_CONVERSATION && !is_takeable(desk))
        return false;
    if (row->action == ACTION_OPEN && row->context == KEYS_CONTEXT_SCRIPT && desk->current == NULL)
        return false;
    if (opens_step(desk, row) && desk_step_open_word(desk, desk->current) == NULL)
        return false; /* somebody else decides */
    if (row->action == ACTION_NEXT_FIELD && desk_popup(desk) != NULL && desk_popup(desk)->fields->len < 2)
        return false; /* there is none */
    return desk_popup(desk) == NULL || row->context != KEYS_CONTEXT_EVERYWHERE || row->action == ACTION_OUT ||
           row->action == ACTION_ACCEPT || row->action == ACTION_REJECT || row->action == ACTION_UNDO_SEND;
}

/* What the key does just now, where that is not always the same. */
static const char *label_of(const struct desk *desk, const struct keys_row *row)
{
    const struct contact *c = desk_acts_on(desk);
    if (row->action == ACTION_HOLD && c != NULL && c->state == CONTACT_HELD)
        return "resume";
    if (row->action == ACTION_HOLD && c != NULL && c->state == CONTACT_WRAPPING)
        return "take up again";
    if (row->action == ACTION_CORRECT_ANSWER && desk->current != NULL)
        return desk_step_correct_word(desk, desk->current);
    if (row->action == ACTION_CHOOSE_LINES && desk->knowledge.is_choosing)
        return desk->knowledge.is_anchored ? "one line" : "from here";
    if (row->action != ACTION_OPEN || row->context != KEYS_CONTEXT_SCRIPT || c == NULL)
        return keys_row_label(row);
    return opens_step(desk, row) ? desk_step_open_word(desk, desk->current)
                                 : desk_script_open_word(desk->current);
}

/* What the digits choose from, as long as there are several. */
static char *digits_of(const struct desk *desk, const struct keys_row *row)
{
    int count = desk->current != NULL ? desk_step_choices(desk->current) : 0;
    return row->action == ACTION_CHOOSE && count > 1
               ? g_strdup_printf("%s %d choose", count == 2 ? "or" : "to", MIN(count, 9))
               : NULL;
}

static void draw_keys(const struct desk *desk, struct canvas *canvas, struct rect rect, bool is_ringing)
{
    g_autoptr(GPtrArray) rows = keys_hints(desk->keys, desk_keys_context(desk), desk_action_have(desk));
    struct line line = {0};
    for (guint i = 0; i < rows->len; i++) {
        const struct keys_row *row = rows->pdata[i];
        bool is_told = is_ringing && (row->action == ACTION_ACCEPT || row->action == ACTION_REJECT);
        if (is_told || !is_alive(desk, row))
            continue;
        g_autofree char *label = key_label(row->key), *digits = digits_of(desk, row);
        int worth = row->action == ACTION_HELP ? ALWAYS : (int)(rows->len - i);
        line_addf(&line, worth, BAR(STYLE_ROLE_KEY), "%s%s", line.count > 0 ? "  " : "", label);
        line_addf(&line, worth, BAR(STYLE_ROLE_TEXT), " %s", digits != NULL ? digits : label_of(desk, row));
    }
    canvas_fill(canvas, rect, BAR(STYLE_ROLE_TEXT));
    line_draw(&line, canvas, rect.x + 1, rect.y, MAX(rect.cols - 2, 0));
}

void view_hints_draw(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    const struct contact *offer = offer_of(desk);
    bool is_long = !rect_is_empty(view_hints_long_rows(desk, rect));
    int taken = offer != NULL ? draw_offer(desk, canvas, rect, offer) : 0;
    taken += taken > 0 && taken < rect.cols; /* a gap tells the two apart without colour too */
    rect = (struct rect){rect.x + taken, rect.y, rect.cols - taken, rect.rows};
    if (rect.cols > 0 && (is_long || !draw_notice(desk, canvas, rect)))
        draw_keys(desk, canvas, rect, offer != NULL);
}
