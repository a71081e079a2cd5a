#include "ui/views/views.h"

#include <string.h>

#include "app/model/timestamp.h"
#include "ui/text.h"
#include "ui/views/format.h"
#include "ui/views/heading.h"
#include "ui/views/line.h"

#define TIME_COLS     7
#define NAME_COLS_MAX 8
#define TOP_ROWS_MAX  3 /* of what the second line is asked */

static const char *const activity_labels[ACTIVITY_COUNT] = {
    [ACTIVITY_TALK] = "talk",       [ACTIVITY_ASIDE] = "aside", [ACTIVITY_HOLD] = "hold",
    [ACTIVITY_CONSULT] = "consult", [ACTIVITY_ACW] = "wrap-up",
};

/* Caller owns. */
static char *name_of(const struct contact *c)
{
    char *caller = contact_caller(c);
    return caller != NULL ? caller : g_strdup("Unknown");
}

static void draw_heading(const struct desk *desk, struct canvas *canvas, struct rect rect,
                         const struct contact *c)
{
    char clock[FORMAT_BYTES];
    enum activity activity;
    int64_t activity_ms;
    g_autofree char *name = name_of(c);
    g_autofree char *tail = g_strdup_printf(" · %s · %s", channel_name(c->channel), c->id);
    char intent[FORMAT_BYTES];
    const char *complaint = c->class == CLASS_COMPLAINT && c->intent != NULL ? "complaint" : "";
    const char *line = c->escalated ? "2nd line" : c->given_back ? "2nd line ✓" : "";
    g_autofree char *mark = g_strconcat(complaint, *complaint && *line ? " · " : "", line, NULL);
    struct heading heading = {
        .key = "2",
        .title = name,
        .tail = tail,
        .mark = *mark != '\0' ? mark : NULL,
        .right = format_words(c->intent != NULL ? c->intent : contact_class_name(c->class), intent),
        .right_role = c->class == CLASS_COMPLAINT || c->escalated ? STYLE_ROLE_WARN : 0,
        .clock_label = contact_state_name(c->state),
        .has_focus = desk->pane == PANE_CONTACT};
    if (desk_contact_clock(desk, c, &activity, &activity_ms, NULL)) {
        heading.clock_label = activity_labels[activity];
        heading.clock_role = activity == ACTIVITY_HOLD ? STYLE_ROLE_WARN : 0;
        heading.clock = format_clock(activity_ms, clock);
    }
    heading_draw(canvas, rect, &heading);
}

/* How a message stands in its rows. */
struct message_shape {
    int name_cols, text_x, text_cols;
};

static struct message_shape shape_of(struct rect rect)
{
    int name_cols = CLAMP(rect.cols / 7, 5, NAME_COLS_MAX);
    int text_x = 1 + TIME_COLS + 1 + name_cols + 1;
    return (struct message_shape){name_cols, text_x, MAX(rect.cols - text_x - 1, 2)};
}

static enum style_role speaker_role(enum desk_speaker speaker)
{
    static const enum style_role roles[] = {
        [SPEAKER_CUSTOMER] = STYLE_ROLE_CUSTOMER, [SPEAKER_ME] = STYLE_ROLE_AGENT,
        [SPEAKER_AGENT] = STYLE_ROLE_AGENT,       [SPEAKER_NOTE] = STYLE_ROLE_NOTE,
        [SPEAKER_SYSTEM] = STYLE_ROLE_DIM,
    };
    return roles[speaker];
}

static const char *speaker_label(const struct desk_message *m, char *out, size_t size)
{
    if (m->speaker == SPEAKER_SYSTEM)
        return "";
    if (m->speaker == SPEAKER_ME)
        return "you";
    if (m->speaker == SPEAKER_NOTE)
        return "note";
    /* The first word is enough where only one customer speaks. */
    const char *end;
    g_strlcpy(out, m->name, size);
    if (!g_utf8_validate(out, -1, &end))
        out[end - out] = '\0';
    char *blank = strchr(out, ' ');
    if (blank != NULL && m->speaker == SPEAKER_CUSTOMER)
        *blank = '\0';
    return out;
}

static char *held_text(const struct desk *desk, const struct desk_message *m)
{
    g_autofree char *undo = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_UNDO_SEND);
    return g_strdup_printf(
        "goes out in %d s · %s takes it back",
        (int)CLAMP((m->held_until_ms - desk_shown_ms(desk) + 999) / 1000, 0, DESK_UNDO_MS / 1000), undo);
}

/* What stands under a message that is not done yet; NULL: nothing. */
static char *mark_text(const struct desk *desk, const struct desk_message *m)
{
    switch (m->mark) {
    case MARK_HELD:
        return held_text(desk, m);
    case MARK_WAITING:
        return desk->link == LINK_LIVE ? NULL : g_strdup("kept here, goes out when the link is back");
    case MARK_REFUSED:
        return g_strdup(m->refusal != NULL ? m->refusal : "refused");
    case MARK_DONE:
    case MARK_WRITING:
        break;
    }
    return NULL;
}

/* Does the filter let it pass, by who said it or what? */
static bool is_shown(const struct desk *desk, const struct desk_message *m)
{
    if (!desk_is_filtered(desk, PANE_CONTACT))
        return true;
    g_autofree char *all = g_strconcat(m->name, " ", m->text, NULL);
    return desk_filter_passes(desk, PANE_CONTACT, all);
}

/* Of a note, which has no column for its writer, the text begins with them; one's own is known. Caller owns.
 */
static char *shown_text(const struct desk_message *m)
{
    bool is_others = m->speaker == SPEAKER_NOTE && m->name != NULL && strcmp(m->name, "you") != 0;
    return is_others ? g_strdup_printf("%s: %s", m->name, m->text) : g_strdup(m->text);
}

static int message_rows(const struct desk *desk, const struct desk_message *m, int text_cols_wide)
{
    if (!is_shown(desk, m))
        return 0;
    g_autofree char *mark = mark_text(desk, m), *text = shown_text(m);
    return text_count_lines(text, -1, text_cols_wide) +
           (mark != NULL ? text_count_lines(mark, -1, text_cols_wide) : 0);
}

static int put_wrapped(struct canvas *canvas, struct rect area, int y, int cols, unsigned style,
                       const char *text)
{
    struct text_line line = {0};
    for (; text_wrap(text, -1, cols, &line); y++) {
        if (y >= area.y && y < area.y + area.rows)
            canvas_put_len(canvas, area.x, y, style, text + line.start, (ssize_t)(line.end - line.start));
    }
    return y;
}

/* Draws one message whose first row is y; rows outside of rect are left out. */
static void draw_message(const struct desk *desk, struct canvas *canvas, struct rect rect, int y,
                         const struct desk_message *m, bool is_chosen)
{
    struct message_shape shape = shape_of(rect);
    unsigned style = m->speaker == SPEAKER_SYSTEM ? STYLE_ROLE_DIM : STYLE_ROLE_TEXT;
    if (m->speaker == SPEAKER_NOTE)
        style = STYLE_ROLE_NOTE;
    if (m->mark == MARK_WRITING || m->mark == MARK_HELD)
        style |= STYLE_MARK_FADED;
    if (y >= rect.y && y < rect.y + rect.rows) {
        char when[FORMAT_BYTES], label[64];
        canvas_put_fit(canvas, rect.x + 1, y, TIME_COLS, STYLE_ROLE_DIM,
                       timestamp_short(m->at_ms, desk_shown_ms(desk), desk->utc_offset_minutes, when));
        canvas_put_fit(canvas, rect.x + 2 + TIME_COLS, y, shape.name_cols, speaker_role(m->speaker),
                       speaker_label(m, label, sizeof label));
        if (is_chosen)
            canvas_put(canvas, rect.x, y, STYLE_ROLE_WARN, "▌");
    }
    struct rect area = {rect.x + shape.text_x, rect.y, shape.text_cols, rect.rows};
    g_autofree char *mark = mark_text(desk, m), *text = shown_text(m);
    int after = put_wrapped(canvas, area, y, shape.text_cols, style, text);
    if (mark != NULL)
        put_wrapped(canvas, area, after, shape.text_cols,
                    m->mark == MARK_REFUSED ? STYLE_ROLE_ERROR : STYLE_ROLE_WARN, mark);
}

/* The first row of the newest messages that are in sight, and which of them is the first; the newest stands
 * at the bottom, but where all fit the oldest stands at the top, under a blank row if there is one. Only what
 * is in sight is measured. */
static int first_in_sight(const struct desk *desk, struct rect rect, const struct desk_contact *dc,
                          guint *first)
{
    struct message_shape shape = shape_of(rect);
    int y = rect.y + rect.rows + dc->scroll_rows;
    guint i = dc->messages->len;
    while (i > 0 && y > rect.y)
        y -= message_rows(desk, dc->messages->pdata[--i], shape.text_cols);
    *first = i;
    return i == 0 ? MIN(y, rect.y + 1) : y;
}

int view_contact_most(const struct desk *desk, struct rect rect)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = desk_contact_of(desk, dc);
    int cols = shape_of(rect).text_cols, rows = 0;
    for (guint i = 0; i < dc->messages->len; i++)
        rows += message_rows(desk, dc->messages->pdata[i], cols);
    /* Heading, who types, and what may stand on top. */
    int room = rect.rows - 2 - (c != NULL && c->ask != NULL ? TOP_ROWS_MAX : 0) - dc->is_news;
    return MAX(rows - MAX(room, 1), 1);
}

static void draw_messages(const struct desk *desk, struct canvas *canvas, struct rect rect,
                          const struct desk_contact *dc)
{
    guint first;
    int text_cols_wide = shape_of(rect).text_cols, y = first_in_sight(desk, rect, dc, &first);
    guint i = first;
    for (; i < dc->messages->len && y < rect.y + rect.rows; i++) {
        const struct desk_message *m = dc->messages->pdata[i];
        if (!is_shown(desk, m))
            continue;
        draw_message(desk, canvas, rect, y, m, dc->cursor == (int)i);
        y += message_rows(desk, m, text_cols_wide);
    }
    if (dc->scroll_rows > 0 && (i < dc->messages->len || y > rect.y + rect.rows)) {
        g_autofree char *newest = desk_key_names(desk, "{conversation:last}: newest");
        canvas_put_right(canvas, rect.x, rect.y + rect.rows - 1, MAX(rect.cols - 1, 0), STYLE_ROLE_KEY,
                         newest);
    }
}

/* One line under the heading: what the second line is asked, who asks me, or that news came; answers how many
 * rows it took. */
static int draw_top(const struct desk *desk, struct canvas *canvas, struct rect rect,
                    const struct desk_contact *dc, const struct contact *c)
{
    int row = 0;
    if (c->ask != NULL && !contact_is_over(c)) {
        const struct agent *by = world_agent(desk->world, c->asked_by);
        g_autofree char *ask = g_strdup_printf("%s asks: %s",
                                               by != NULL            ? by->name
                                               : c->asked_by != NULL ? c->asked_by
                                                                     : "First line",
                                               c->ask);
        int cols = MAX(rect.cols - 2, 2), all = text_count_lines(ask, -1, cols);
        int rows = MIN(all, TOP_ROWS_MAX);
        put_wrapped(canvas, (struct rect){rect.x + 1, rect.y, cols, rows}, rect.y, cols, STYLE_ROLE_WARN,
                    ask);
        if (rows < all) /* in the margin, where it hides no letter */
            canvas_put(canvas, rect.x + 1 + cols, rect.y + rows - 1, STYLE_ROLE_WARN, "…");
        row += rows;
    }
    if (desk_asks_me(desk, c) && row < rect.rows) {
        const struct agent *by = world_agent(desk->world, c->agent);
        g_autofree char *note = desk_key_label(desk, KEYS_CONTEXT_LIST, ACTION_NOTE);
        g_autofree char *asks =
            g_strdup_printf("%s asks you; %s answers with a note, unseen by the customer.",
                            by != NULL ? by->name : c->agent, note);
        canvas_put_fit(canvas, rect.x + 1, rect.y + row++, MAX(rect.cols - 2, 0), STYLE_ROLE_WARN, asks);
    }
    if (dc->is_news && row < rect.rows)
        canvas_put_fit(canvas, rect.x + 1, rect.y + row++, MAX(rect.cols - 2, 0), STYLE_ROLE_WARN,
                       "New since your draft: please read it, then send again.");
    return row;
}

/* Answers what of the row is left. */
static struct rect draw_left(const struct desk *desk, struct canvas *canvas, struct rect row)
{
    const struct desk_contact *dc = desk->current;
    g_autofree char *wrap_up = desk_key_label(desk, KEYS_CONTEXT_CONVERSATION, ACTION_WRAP_UP);
    g_autofree char *text = !desk_is_mine(desk, desk_contact_of(desk, dc))
                                ? g_strdup("The customer has left.")
                                : g_strdup_printf("The customer has left. %s%s wraps up.",
                                                  dc->composer != COMPOSER_NONE ? "Esc, then " : "", wrap_up);
    int cols = MIN(text_cols(text, -1), row.cols);
    canvas_put_fit(canvas, row.x, row.y, cols, STYLE_ROLE_WARN, text);
    return (struct rect){row.x + cols, row.y, row.cols - cols, 1};
}

/* Who else is here, before anybody answers twice: who writes first. Answers what of the row is left. */
static struct rect draw_watchers(const struct desk *desk, struct canvas *canvas, struct rect row,
                                 bool is_following, bool is_followed)
{
    const GPtrArray *watchers = desk->current->watchers;
    struct line line = {0};
    for (int writes = 1; writes >= 0; writes--)
        for (guint i = 0; i < watchers->len; i++) {
            const struct desk_watcher *w = g_ptr_array_index(watchers, i);
            const struct agent *a = world_agent(desk->world, w->agent);
            if (w->is_typing == writes)
                line_addf(&line, writes ? 9 : 5, writes ? STYLE_ROLE_WARN : STYLE_ROLE_TEXT, "%s%s %s",
                          line.count > 0 ? ", "
                          : is_following ? " · "
                                         : "",
                          a != NULL ? a->name : w->agent, writes ? "is writing here" : "is looking");
        }
    if (line.count == 0)
        return row;
    if (is_followed)
        line_add(&line, 5, STYLE_ROLE_DIM, " · ");
    int end = line_draw(&line, canvas, row.x, row.y, row.cols);
    return (struct rect){end, row.y, row.x + row.cols - end, 1};
}

/* How the agent stands while nothing is open, as bits for the ways that help then. */
enum standing {
    STANDING_UNREADY = 1,
    STANDING_READY = 2,
    STANDING_MISSED = 4,
    STANDING_ANY = 7,
    STANDING_PRACTICE = 8, /* besides */
};

static enum standing standing_of(const struct agent *me, const char **sentence)
{
    *sentence = "Nothing is open. You are not ready, so nothing rings.";
    if (me != NULL && me->presence == PRESENCE_TRANSFER_ONLY)
        *sentence = "Nothing is open. Only what is transferred rings here.";
    if (me == NULL || me->presence != PRESENCE_READY)
        return STANDING_UNREADY;
    *sentence = me->not_responding ? "Nothing is open. You missed an offer, so nothing rings."
                                   : "Nothing is open. The next contact rings here.";
    return me->not_responding ? STANDING_MISSED : STANDING_READY;
}

static void draw_nothing_open(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    heading_draw(canvas, rect,
                 &(struct heading){.key = "2", .title = "Contact", .has_focus = desk->pane == PANE_CONTACT});
    static const struct {
        enum keys_context context;
        enum action action;
        const char *text;
        int when; /* bits of enum standing */
    } ways[] = {
        {KEYS_CONTEXT_EVERYWHERE, ACTION_READY, "makes you ready: contacts are offered to you",
         STANDING_UNREADY | STANDING_MISSED},
        {KEYS_CONTEXT_EVERYWHERE, ACTION_GET_NEXT, "takes the most urgent contact",
         STANDING_READY | STANDING_MISSED},
        {KEYS_CONTEXT_QUEUE, ACTION_OPEN, "in the queue takes the row under the cursor",
         STANDING_READY | STANDING_MISSED},
        {KEYS_CONTEXT_EVERYWHERE, ACTION_FIND, "finds any customer, contact or order", STANDING_ANY},
        {KEYS_CONTEXT_EVERYWHERE, ACTION_PALETTE, "shows every command", STANDING_ANY},
        {KEYS_CONTEXT_EVERYWHERE, ACTION_PRACTICE_HINT, "gives a hint; it costs points", STANDING_PRACTICE},
        {KEYS_CONTEXT_EVERYWHERE, ACTION_PRACTICE_PAUSE, "stops the customer's clock", STANDING_PRACTICE},
        {KEYS_CONTEXT_EVERYWHERE, ACTION_PRACTICE_END, "ends the practice with its score", STANDING_PRACTICE},
    };
    const char *sentence;
    enum standing standing = standing_of(world_agent(desk->world, desk->me), &sentence);
    int y = rect.y + 2;
    if (y < rect.y + rect.rows)
        canvas_put_fit(canvas, rect.x + 2, y, MAX(rect.cols - 3, 0), STYLE_ROLE_TEXT, sentence);
    y += 2;
    for (size_t i = 0; i < G_N_ELEMENTS(ways) && y < rect.y + rect.rows; i++) {
        if (!(ways[i].when & ((int)standing | (desk->is_practice ? STANDING_PRACTICE : 0))))
            continue;
        g_autofree char *key = desk_key_label(desk, ways[i].context, ways[i].action);
        canvas_put_fit(canvas, rect.x + 2, y, 6, STYLE_ROLE_KEY, key);
        canvas_put_fit(canvas, rect.x + 9, y++, MAX(rect.cols - 10, 0), STYLE_ROLE_DIM, ways[i].text);
    }
}

/* One that was found by its number and is still to come. */
static void draw_unknown(const struct desk *desk, struct canvas *canvas, struct rect rect,
                         const struct desk_contact *dc)
{
    heading_draw(canvas, rect,
                 &(struct heading){.key = "2", .title = dc->id, .has_focus = desk->pane == PANE_CONTACT});
    if (rect.rows > 2)
        canvas_put_fit(canvas, rect.x + 2, rect.y + 2, MAX(rect.cols - 3, 0),
                       dc->problem != NULL ? STYLE_ROLE_ERROR : STYLE_ROLE_DIM,
                       dc->problem != NULL ? dc->problem : "Fetching…");
}

/* Is there a conversation to show? What was only done with it is none while what was said is not here. */
static bool has_begun(const struct desk_contact *dc)
{
    bool has = dc->is_loaded && dc->messages->len > 0;
    for (guint i = 0; i < dc->messages->len && !has; i++)
        has = ((const struct desk_message *)g_ptr_array_index(dc->messages, i))->speaker != SPEAKER_SYSTEM;
    return has;
}

void view_contact_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                       struct screen_caret *caret)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    if (c == NULL && dc != NULL) {
        draw_unknown(desk, canvas, rect, dc);
        return;
    }
    if (c == NULL) {
        draw_nothing_open(desk, canvas, rect);
        return;
    }
    draw_heading(desk, canvas, rect, c);
    struct rect body = rect_below(rect, 1);
    body = rect_below(body, draw_top(desk, canvas, body, dc, c));
    body = view_filter_draw(desk, canvas, body, PANE_CONTACT, caret);
    bool is_typing = dc->typing_until_ms > desk_shown_ms(desk);
    struct message_shape shape = shape_of(rect);
    /* The last row is always kept for it, so that nothing jumps when somebody types. */
    if (body.rows > 1) {
        int y = body.y + --body.rows;
        struct rect last = {rect.x + shape.text_x, y, shape.text_cols, 1};
        g_autofree char *name = name_of(c), *typing = g_strdup_printf("%s is typing…", name);
        bool has_left = c->customer_gone && !contact_is_over(c);
        if (has_left) /* what to do comes first, and is not cut for those who only look */
            last = draw_left(desk, canvas, last);
        last = draw_watchers(desk, canvas, last, has_left, is_typing && !has_left);
        if (is_typing && !has_left)
            canvas_put_fit(canvas, last.x, y, last.cols, STYLE_ROLE_DIM, typing);
    }
    if (has_begun(dc))
        draw_messages(desk, canvas, body, dc);
    else
        canvas_put_fit(canvas, body.x + 1, body.y + 1, body.rows > 1 ? MAX(body.cols - 2, 0) : 0,
                       dc->problem != NULL ? STYLE_ROLE_ERROR : STYLE_ROLE_DIM,
                       dc->problem != NULL ? dc->problem
                       : dc->is_loaded     ? "Nothing was said yet."
                                           : "Fetching…");
}
