#include "ui/views/views.h"

#include "app/desk/hours.h"
#include "app/rules/approvals.h"
#include "ui/views/format.h"
#include "ui/views/line.h"

#define BAR(role) ((role) | STYLE_SURFACE_BAR)

static const struct {
    const char *label;
    enum style_role role;
} presences[PRESENCE_COUNT] = {
    [PRESENCE_OFFLINE] = {"○ Offline", STYLE_ROLE_DIM},
    [PRESENCE_NOT_READY] = {"◐ Not ready", STYLE_ROLE_WARN},
    [PRESENCE_READY] = {"● Ready", STYLE_ROLE_OK},
    [PRESENCE_TRANSFER_ONLY] = {"◑ Transfers only", STYLE_ROLE_WARN},
};

static void add_presence(const struct desk *desk, struct line *line)
{
    const struct agent *me = world_agent(desk->world, desk->me);
    if (me == NULL)
        return;
    char clock[FORMAT_BYTES];
    enum presence presence = (unsigned)me->presence < PRESENCE_COUNT ? me->presence : PRESENCE_OFFLINE;
    if (me->not_responding && presence == PRESENCE_READY) /* offers have stopped, whatever was chosen */
        line_add(line, 95, BAR(STYLE_ROLE_RISK), "! Not responding");
    else
        line_add(line, 95, BAR(presences[presence].role), presences[presence].label);
    if (presence == PRESENCE_NOT_READY && me->reason != NULL)
        line_addf(line, 94, BAR(STYLE_ROLE_WARN), " %s", me->reason);
    if (me->presence_since_ms > 0)
        line_addf(line, 80, BAR(STYLE_ROLE_TEXT), " %s",
                  format_clock(MAX(desk_shown_ms(desk) - me->presence_since_ms, 0), clock));
    line_add(line, 93, BAR(STYLE_ROLE_DIM), "  "); /* whatever of it is left out */
}

/* What I have in hand and what rings: together they are what the load counts. */
static int count_mine(const struct desk *desk, int *rings)
{
    const GPtrArray *list = desk->me != NULL ? world_agent_contacts(desk->world, desk->me) : NULL;
    int count = 0;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct contact *c = list->pdata[i];
        count += contact_is_handled(c);
        *rings += c->state == CONTACT_OFFERED;
    }
    return count;
}

static void add_load(const struct desk *desk, struct line *line)
{
    int rings = 0, load = desk_load(desk), mine = count_mine(desk, &rings);
    line_add(line, 60, BAR(STYLE_ROLE_TEXT), "yours ");
    line_addf(line, 60, BAR(mine > 0 ? STYLE_ROLE_BRIGHT : STYLE_ROLE_TEXT), "%d", mine);
    if (rings > 0)
        line_addf(line, 26, BAR(STYLE_ROLE_OFFER), " · %d ringing", rings);
    if (load > 0)
        line_addf(line, 25, BAR(load >= CAPACITY_POINTS ? STYLE_ROLE_WARN : STYLE_ROLE_DIM), " · load %d%%",
                  load * 100 / CAPACITY_POINTS);
    line_add(line, 60, BAR(STYLE_ROLE_TEXT), "  ");
}

/* That nobody expects an answer yet is news, as that somebody waits is. */
static void add_hours(const struct desk *desk, struct line *line)
{
    int64_t opens_ms = desk_opens_ms(desk);
    char opens[TIMESTAMP_SHORT_BYTES];
    if (opens_ms != 0)
        line_addf(line, 80, BAR(STYLE_ROLE_WARN), " · closed until %s", hours_short(desk, opens_ms, opens));
}

static void add_queue(const struct desk *desk, struct line *line)
{
    line_addf(line, 90, BAR(STYLE_ROLE_TEXT), "queue %d", desk->queue.waiting);
    if (desk->queue.at_risk > 0) {
        line_add(line, 90, BAR(STYLE_ROLE_DIM), " · ");
        line_addf(line, 90, BAR(STYLE_ROLE_RISK), "%d at risk", desk->queue.at_risk);
    }
    add_hours(desk, line);
    line_add(line, 90, BAR(STYLE_ROLE_TEXT), "  ");
}

/* What waits for my decision; nothing where nothing does. */
static void add_inbox(const struct desk *desk, struct line *line)
{
    g_autoptr(GPtrArray) inbox = desk_inbox(desk);
    if (inbox->len == 0)
        return;
    const struct approvals_open *first = g_ptr_array_index(inbox, 0);
    bool is_late = first->approval->due_ms <= desk_shown_ms(desk);
    line_addf(line, 92, BAR(is_late ? STYLE_ROLE_RISK : STYLE_ROLE_WARN), "%u to approve", inbox->len);
    line_add(line, 92, BAR(STYLE_ROLE_TEXT), "  ");
}

static void add_figures(const struct desk *desk, struct line *line)
{
    const struct desk_metrics *m = &desk->metrics;
    char clock[FORMAT_BYTES];
    if (m->service_level_percent >= 0)
        line_addf(line, 50, BAR(STYLE_ROLE_TEXT), "SL %d%%  ", m->service_level_percent);
    int64_t aht_ms = desk_aht_ms(desk);
    if (aht_ms > 0)
        line_addf(line, 70, BAR(STYLE_ROLE_TEXT), "AHT %s",
                  format_clock(aht_ms + 500, clock)); /* to the second, as the report has it */
    else
        line_add(line, 70, BAR(STYLE_ROLE_DIM), "AHT –");
    if (aht_ms > 0 && m->floor_aht_ms > 0) {
        int percent = (int)((aht_ms - m->floor_aht_ms) * 100 / m->floor_aht_ms);
        line_addf(line, 30, BAR(percent <= 0 ? STYLE_ROLE_OK : STYLE_ROLE_WARN), " %+d%%",
                  CLAMP(percent, -99, 999));
    }
    line_add(line, 70, BAR(STYLE_ROLE_TEXT), "  ");
    if (m->closed > 0)
        line_addf(line, 45, BAR(STYLE_ROLE_TEXT), "resolved %d%%  ", (int)(m->resolved * 100 / m->closed));
}

static void add_right(const struct desk *desk, struct line *line)
{
    char text[FORMAT_BYTES];
    if (desk->is_practice)
        line_add(line, 99, BAR(STYLE_ROLE_WARN), "PRACTICE · ");
    if (desk->name != NULL)
        line_addf(line, 55, BAR(STYLE_ROLE_TEXT), "%s · ", desk->name);
    line_addf(line, 75, BAR(STYLE_ROLE_TEXT), "%s · ",
              format_time(desk_shown_ms(desk), desk->utc_offset_minutes, text));
    if (desk->phase == DESK_SIGNED_OUT || desk->phase == DESK_SIGNING_IN) {
        line_add(line, 99, BAR(STYLE_ROLE_DIM),
                 desk->phase == DESK_SIGNING_IN ? "signing in…" : "signed out");
        return;
    }
    if (desk->journal_problem != NULL)
        line_add(line, 99, BAR(STYLE_ROLE_RISK), "! not saved ");
    if (desk->as_of_ms != 0)
        line_addf(line, 97, BAR(STYLE_ROLE_WARN), "as of %s · ",
                  format_time(desk->as_of_ms, desk->utc_offset_minutes, text));
    if (desk->undelivered > 0 && desk->link != LINK_LIVE)
        line_addf(line, 98, BAR(STYLE_ROLE_WARN), "%d kept · ", desk->undelivered);
    if (desk->must_sign_in) {
        g_autofree char *key = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_SIGN_IN);
        line_addf(line, 99, BAR(STYLE_ROLE_LINK_DOWN), "signed out, %s", key);
        return;
    }
    int64_t since_ms = MAX(desk_shown_ms(desk) - desk->link_since_ms, 0);
    if (desk->link == LINK_LIVE)
        line_add(line, 99, BAR(STYLE_ROLE_LINK_UP), "live");
    else
        line_addf(line, 99, BAR(STYLE_ROLE_LINK_DOWN), "%s %s",
                  desk->link == LINK_CONNECTING ? "no link" : "offline",
                  desk->link_since_ms > 0 ? format_clock(since_ms, text) : "");
}

void view_status_draw(const struct desk *desk, struct canvas *canvas, struct rect rect)
{
    canvas_fill(canvas, rect, BAR(STYLE_ROLE_TEXT));
    struct line right = {0}, left = {0};
    add_right(desk, &right);
    int room = MAX(rect.cols - 2, 0);
    line_fit(&right, room / 2);
    line_add(&left, 35, BAR(STYLE_ROLE_BRAND), "Firstline  ");
    if (desk->phase == DESK_OPEN) {
        add_presence(desk, &left);
        add_load(desk, &left);
        add_queue(desk, &left);
        add_inbox(desk, &left);
        add_figures(desk, &left);
    }
    line_fit_both(&left, &right, room - 1);
    int right_cols = line_cols(&right);
    line_draw(&right, canvas, rect.x + rect.cols - 1 - right_cols, rect.y, right_cols);
    line_draw(&left, canvas, rect.x + 1, rect.y, room - right_cols - 1);
}
