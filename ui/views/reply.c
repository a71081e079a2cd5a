#include "ui/views/views.h"

#include "ui/views/heading.h"
#include "ui/views/line.h"
#include "ui/views/field.h"

/* Letters are commands in the panes that are lists; in the knowledge box they are text. */
static bool letters_work(const struct desk *desk)
{
    return desk->pane != PANE_KNOWLEDGE || desk->knowledge.article != NULL;
}

static void draw_closed(const struct desk *desk, struct canvas *canvas, struct rect rect,
                        const struct contact *c)
{
    const struct desk_contact *dc = desk->current;
    size_t kept = editor_len(dc->reply);
    heading_draw(canvas, rect,
                 &(struct heading){.key = "r", .title = "Reply", .right = kept > 0 ? "draft kept" : NULL});
    struct rect body = rect_below(rect, 1);
    if (body.rows == 0)
        return;
    if (kept > 0) {
        field_draw(dc->reply, canvas, rect_inset(body, 1, 0), (struct editor_look){.role = STYLE_ROLE_DIM},
                   NULL);
        return;
    }
    /* What else can be done stands in the line of keys; here only what this contact waits for. */
    if (c->state != CONTACT_HELD)
        return;
    struct line way = {0};
    line_add(&way, 2, STYLE_ROLE_WARN, "On hold.  ");
    line_add(&way, 3, STYLE_ROLE_KEY, letters_work(desk) ? "h" : "Alt-2 h");
    line_add(&way, 3, STYLE_ROLE_DIM, " resumes");
    line_draw(&way, canvas, body.x + 1, body.y, body.cols - 2);
}

void view_reply_draw(const struct desk *desk, struct canvas *canvas, struct rect rect,
                     struct screen_caret *caret)
{
    const struct desk_contact *dc = desk->current;
    const struct contact *c = dc == NULL ? NULL : desk_contact_of(desk, dc);
    if (c == NULL || !desk_is_mine(desk, c))
        return;
    if (dc->composer == COMPOSER_NONE) {
        draw_closed(desk, canvas, rect, c);
        return;
    }
    bool is_note = dc->composer == COMPOSER_NOTE;
    const char *draft = editor_len(dc->reply) == 0 ? "" : dc->reply_changed ? "draft · " : "draft kept · ";
    bool is_chat = desk_keys_context(desk) == KEYS_CONTEXT_REPLY_CHAT;
    bool is_mail = desk_keys_context(desk) == KEYS_CONTEXT_REPLY_MAIL;
    /* The line of keys may be taken by an offer: what sends is said where one types. */
    g_autofree char *way = g_strdup_printf("%s%s", draft,
                                           is_chat              ? "Enter sends"
                                           : is_mail            ? "^S sends"
                                           : letters_work(desk) ? "r goes on writing"
                                                                : "Alt-2 goes on writing");
    heading_draw(canvas, rect,
                 &(struct heading){.key = is_note ? "N" : "r",
                                   .title = is_note ? "Note" : "Reply",
                                   .right = is_note ? "internal: the customer never sees it" : way,
                                   .right_role = is_note ? STYLE_ROLE_NOTE : 0,
                                   .has_focus = desk->pane == PANE_CONTACT});
    struct rect body = rect_below(rect, 1);
    struct editor_look look = {.role = is_note ? STYLE_ROLE_NOTE : STYLE_ROLE_TEXT,
                               .surface = is_note ? STYLE_SURFACE_NOTE : STYLE_SURFACE_FIELD};
    bool has_keys = desk->pane == PANE_CONTACT && desk_popup(desk) == NULL;
    canvas_fill(canvas, body, look.role | look.surface);
    field_draw(is_note ? dc->note : dc->reply, canvas, rect_inset(body, 1, 0), look, has_keys ? caret : NULL);
}
