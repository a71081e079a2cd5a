#include "ui/views/views.h"

#include "ui/views/heading.h"
#include "ui/views/line.h"
#include "ui/views/field.h"

/* Letters are commands in the panes that are lists; in the knowledge box they are text. */
static bool letters_work(const struct desk *desk)
{
    return desk->pane != PANE_KNOWLEDGE || desk->knowledge.article != NULL;
}

/* The key of an action among the contact's lists, with the way there where letters are text. Caller owns. */
static char *way_to(const struct desk *desk, enum action action)
{
    g_autofree char *key = desk_key_label(desk, KEYS_CONTEXT_CONVERSATION, action);
    g_autofree char *pane = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_PANE_CONTACT);
    return letters_work(desk) ? g_steal_pointer(&key) : g_strconcat(pane, " ", key, NULL);
}

/* What goes on writing: in lists the letter, out of the knowledge's box the way back. Caller owns. */
static char *way_to_text(const struct desk *desk)
{
    return letters_work(desk) ? desk_key_label(desk, KEYS_CONTEXT_CONVERSATION, ACTION_REPLY)
                              : desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_OUT);
}

/* A draft that waits: read but not typed into, so it stands dim and without a caret. */
static void draw_kept(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    const struct desk_contact *dc = desk->current;
    bool is_note = desk_draft_shown(dc) == COMPOSER_NOTE, has_both = !is_note && !editor_is_empty(dc->note);
    enum action action = is_note ? ACTION_NOTE : ACTION_REPLY;
    g_autofree char *key = desk_key_label(desk, KEYS_CONTEXT_CONVERSATION, action);
    g_autofree char *note = desk_key_label(desk, KEYS_CONTEXT_CONVERSATION, ACTION_NOTE);
    g_autofree char *way = letters_work(desk) ? g_strdup_printf(" · %s goes on writing", key) : NULL;
    g_autofree char *right = g_strconcat(is_note ? "internal · " : "", "draft kept", way,
                                         has_both ? " · note kept too: " : "", has_both ? note : "", NULL);
    heading_draw(canvas, rect,
                 &(struct heading){.key = key,
                                   .title = is_note ? "Note" : "Reply",
                                   .right = right,
                                   .right_role = is_note ? STYLE_ROLE_NOTE : 0});
    field_draw(is_note ? dc->note : dc->reply, canvas, rect_inset(rect_below(rect, 1), 1, 0),
               (struct editor_look){.role = STYLE_ROLE_DIM}, NULL);
}

static void draw_closed(const struct desk *desk, struct canvas *canvas, struct rect rect,
                        const struct contact *c)
{
    const struct desk_contact *dc = desk->current;
    if (!editor_is_empty(dc->reply) || !editor_is_empty(dc->note)) {
        draw_kept(desk, canvas, rect);
        return;
    }
    g_autofree char *reply = desk_key_label(desk, KEYS_CONTEXT_CONVERSATION, ACTION_REPLY);
    heading_draw(canvas, rect, &(struct heading){.key = reply, .title = "Reply"});
    struct rect body = rect_below(rect, 1);
    /* What else can be done stands in the line of keys; here only what this contact waits for. */
    if (c->state != CONTACT_HELD || rect_is_empty(body))
        return;
    struct line way = {0};
    line_add(&way, 2, STYLE_ROLE_WARN, "On hold.  ");
    g_autofree char *hold = way_to(desk, ACTION_HOLD);
    line_add(&way, 3, STYLE_ROLE_KEY, hold);
    line_add(&way, 3, STYLE_ROLE_DIM, " resumes");
    line_draw(&way, canvas, body.x + 1, body.y, body.cols - 2);
}

void view_reply_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                     struct screen_caret *caret)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    if (c == NULL || (!desk_is_mine(desk, c) && dc->composer != COMPOSER_NOTE))
        return;
    if (dc->composer == COMPOSER_NONE) {
        draw_closed(desk, canvas, rect, c);
        return;
    }
    bool is_note = dc->composer == COMPOSER_NOTE;
    const char *draft = editor_len(dc->reply) == 0 ? "" : dc->reply_changed ? "draft · " : "draft kept · ";
    enum keys_context context = desk_keys_context(desk);
    bool is_here = context == KEYS_CONTEXT_REPLY_CHAT || context == KEYS_CONTEXT_REPLY_MAIL;
    /* The line of keys may be taken by an offer: what sends is said where one types. */
    g_autofree char *send = desk_key_label(desk, context, ACTION_SEND), *back = way_to_text(desk);
    struct rect body = rect_below(rect, 1);
    int rows = editor_count_rows(dc->reply, body.cols - 2);
    g_autofree char *rows_text = rows > body.rows ? g_strdup_printf("%d lines · ", rows) : NULL;
    g_autofree char *way = g_strconcat(draft, rows_text != NULL ? rows_text : "", is_here ? send : back,
                                       is_here ? " sends" : " goes on writing", NULL);
    g_autofree char *key =
        desk_key_label(desk, KEYS_CONTEXT_CONVERSATION, is_note ? ACTION_NOTE : ACTION_REPLY);
    heading_draw(canvas, rect,
                 &(struct heading){.key = key,
                                   .title = is_note ? "Note" : "Reply to the customer",
                                   .right = is_note ? "internal: the customer never sees it" : way,
                                   .right_role = is_note ? STYLE_ROLE_NOTE : 0,
                                   .has_focus = desk->pane == PANE_CONTACT});
    struct editor_look look = {.role = is_note ? STYLE_ROLE_NOTE : STYLE_ROLE_TEXT,
                               .surface = is_note ? STYLE_SURFACE_NOTE : STYLE_SURFACE_FIELD};
    bool has_keys = desk->pane == PANE_CONTACT && desk_popup(desk) == NULL;
    canvas_fill(canvas, body, look.role | look.surface);
    field_draw(is_note ? dc->note : dc->reply, canvas, rect_inset(body, 1, 0), look, has_keys ? caret : NULL);
}
