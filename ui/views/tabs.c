#include "ui/views/views.h"

#include "app/script/walk.h"
#include "ui/views/format.h"
#include "ui/views/line.h"

#define TITLED_COLS 28 /* a tab so wide also has its pane's title */
#define TITLE_COLS  10
#define TAB(role)   ((role) | STYLE_SURFACE_BAR)

static void queue_line(const struct desk *desk, struct line *line)
{
    char clock[FORMAT_BYTES];
    line_addf(line, 5, TAB(STYLE_ROLE_TEXT), "%d waiting", desk->queue.waiting);
    if (desk->queue.at_risk > 0)
        line_addf(line, 6, TAB(STYLE_ROLE_RISK), "  %d at risk", desk->queue.at_risk);
    if (desk->queue.rows->len > (guint)desk->queue.mine) {
        const struct contact *next = desk->queue.rows->pdata[desk->queue.mine];
        if (next->due_ms > 0)
            line_addf(line, 2, TAB(STYLE_ROLE_DIM), "  %s",
                      format_left(next->due_ms - desk_shown_ms(desk), clock));
    }
}

/* The newest words of the customer, borrowed; NULL: none, or they lie under what was answered since. */
static const struct desk_message *said_last(const struct desk_contact *dc)
{
    for (guint i = dc->messages->len; i-- > 0;) {
        const struct desk_message *m = dc->messages->pdata[i];
        if (m->speaker == SPEAKER_CUSTOMER)
            return m;
        if (m->speaker == SPEAKER_ME || m->speaker == SPEAKER_AGENT)
            return NULL;
    }
    return NULL;
}

/* That the customer was set aside, and for how long, before anything else there is to say; "": they were not.
 * Caller owns. */
static char *set_aside(const struct desk *desk, const struct contact *c)
{
    char clock[FORMAT_BYTES];
    enum activity activity;
    int64_t activity_ms;
    bool is_aside = desk_contact_clock(desk, c, &activity, &activity_ms, NULL) &&
                    (activity == ACTIVITY_HOLD || activity == ACTIVITY_CONSULT);
    return !is_aside ? g_strdup("")
                     : g_strdup_printf("%s %s · ", activity == ACTIVITY_HOLD ? "hold" : "consult",
                                       format_clock(activity_ms, clock));
}

/* Who works at the script must miss neither what the customer says meanwhile nor that they were left on hold.
 */
static void contact_line(const struct desk *desk, struct line *line)
{
    const struct contact *c = desk->current == NULL ? NULL : desk_contact_of(desk, desk->current);
    if (c == NULL)
        return;
    g_autofree char *aside = set_aside(desk, c);
    bool is_aside = *aside != '\0';
    const struct desk_message *said = said_last(desk->current);
    const char *name = c->name != NULL ? c->name : channel_name(c->channel);
    if (desk->current->typing_until_ms > desk_shown_ms(desk)) {
        line_addf(line, 7, TAB(is_aside ? STYLE_ROLE_WARN : STYLE_ROLE_TEXT), "%s%s is typing…", aside, name);
        return;
    }
    if (said != NULL) {
        g_autofree char *text = g_strdelimit(g_strdup(said->text), "\r\n\t", ' ');
        line_addf(line, 7, TAB(is_aside ? STYLE_ROLE_WARN : STYLE_ROLE_CUSTOMER), "%s“%s”", aside, text);
        return;
    }
    line_addf(line, is_aside ? 7 : 5, TAB(is_aside ? STYLE_ROLE_WARN : STYLE_ROLE_TEXT), "%s%s", aside, name);
    if (c->unread > 0)
        line_addf(line, 6, TAB(STYLE_ROLE_WARN), " %d new", c->unread);
}

static void customer_line(const struct desk *desk, struct line *line)
{
    const struct contact *c = desk->current == NULL ? NULL : desk_contact_of(desk, desk->current);
    if (c == NULL)
        return;
    const struct customer *known = desk->current->customer;
    if (known == NULL) {
        line_add(line, 5, TAB(STYLE_ROLE_WARN), "unknown");
        return;
    }
    bool has_tier = known->tier != NULL && *known->tier != '\0';
    line_add(line, 4, TAB(STYLE_ROLE_TEXT), has_tier ? known->tier : known->name);
    line_add(line, 5, TAB(c->verified != NULL ? STYLE_ROLE_OK : STYLE_ROLE_WARN),
             c->verified != NULL ? "  ✓ verified" : "  not verified");
}

static const char *title_of_script(const struct desk *desk, const struct script *script)
{
    const char *title =
        script == NULL ? NULL : yaml_text_in(&script->title, desk_language(desk, desk->current));
    return title != NULL ? title : desk->current->proposed;
}

static void script_line(const struct desk *desk, struct line *line)
{
    const struct desk_contact *dc = desk->current;
    if (dc == NULL)
        return;
    const struct contact *c = desk_contact_of(desk, dc);
    const char *story = c != NULL ? c->story : NULL;
    if (dc->walk != NULL) {
        const struct script_step *step = walk_current(dc->walk);
        const char *title = step == NULL ? "finished" : yaml_text_in(&step->title, desk_language(desk, dc));
        line_add(line, 5, TAB(STYLE_ROLE_TEXT), title != NULL ? title : step->id);
    } else if (dc->proposed != NULL) {
        const struct script *proposed = desk_script(desk, dc);
        line_add(line, 4, TAB(STYLE_ROLE_DIM), "proposed: ");
        line_add(line, 5, TAB(STYLE_ROLE_TEXT), title_of_script(desk, proposed));
    } else if (story != NULL) {
        line_add(line, 5, TAB(STYLE_ROLE_TEXT), "the story so far");
    }
}

/* While the step itself stands over the reply: what it is a step of. */
static void script_title_line(const struct desk *desk, struct line *line)
{
    if (desk->current == NULL || desk->current->walk == NULL)
        script_line(desk, line);
    else
        line_add(line, 5, TAB(STYLE_ROLE_DIM), title_of_script(desk, walk_script(desk->current->walk)));
}

static void knowledge_line(const struct desk *desk, struct line *line)
{
    const GPtrArray *hits = desk_hits(desk);
    if (hits->len > 0)
        line_add(line, 5, TAB(STYLE_ROLE_TEXT), ((const struct desk_hit *)hits->pdata[0])->title);
    else if (desk->knowledge.held > 0)
        line_addf(line, 5, TAB(STYLE_ROLE_DIM), "%d articles", (int)desk->knowledge.held);
}

static const struct {
    enum layout_pane pane;
    const char *key, *title;
    void (*fill)(const struct desk *desk, struct line *line);
} tabs[] = {
    {LAYOUT_PANE_QUEUE, "1", "Queue", queue_line},
    {LAYOUT_PANE_CONTACT, "2", "Contact", contact_line},
    {LAYOUT_PANE_CUSTOMER, "3", "Customer", customer_line},
    {LAYOUT_PANE_SCRIPT, "4", "Script", script_line},
    {LAYOUT_PANE_KNOWLEDGE, "5", "Knowledge", knowledge_line},
};

/* The key and the pane's most important line; where that is too long it is cut, not dropped. */
static void draw_tab(const struct desk *desk, struct canvas *canvas, const struct layout *layout,
                     size_t index)
{
    struct rect rect = layout->tab[tabs[index].pane];
    struct line line = {0};
    if (tabs[index].pane == LAYOUT_PANE_SCRIPT && !rect_is_empty(layout->strip))
        script_title_line(desk, &line);
    else
        tabs[index].fill(desk, &line);
    bool is_titled = rect.cols >= TITLED_COLS || line.count == 0;
    int x = canvas_printf(canvas, rect.x + 1, rect.y, TAB(STYLE_ROLE_KEY), "%s ", tabs[index].key);
    if (is_titled) {
        int title_cols = CLAMP(rect.x + rect.cols - x, 0, TITLE_COLS);
        canvas_put_fit(canvas, x, rect.y, title_cols, TAB(STYLE_ROLE_DIM), tabs[index].title);
        x += title_cols;
    }
    int room = MAX(rect.x + rect.cols - x - 1, 0);
    struct line fitting = line;
    line_fit(&fitting, room);
    if (fitting.count > 0 || line.count == 0) {
        line_draw(&fitting, canvas, x, rect.y, room);
        return;
    }
    struct line_piece most = line.pieces[0];
    for (int i = 1; i < line.count; i++)
        most = line.pieces[i].worth > most.worth ? line.pieces[i] : most;
    canvas_put_fit(canvas, x, rect.y, room, most.style, most.text);
}

void view_tabs_draw(const struct desk *desk, struct canvas *canvas, const struct layout *layout)
{
    canvas_fill(canvas, layout->tabs, TAB(STYLE_ROLE_TEXT));
    for (size_t i = 0; i < G_N_ELEMENTS(tabs); i++) {
        if (!rect_is_empty(layout->tab[tabs[i].pane]))
            draw_tab(desk, canvas, layout, i);
    }
}
