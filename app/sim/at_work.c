#include "app/sim/at_work.h"

bool at_work_tells(const struct event *ev)
{
    static const bool kinds[EVENT_KIND_COUNT] = {
        [EVENT_SCRIPT_STARTED] = true,     [EVENT_STEP_ENTERED] = true,
        [EVENT_STEP_ANSWERED] = true,      [EVENT_STEP_LEFT] = true,
        [EVENT_STEP_SKIPPED] = true,       [EVENT_CUSTOMER_VERIFIED] = true,
        [EVENT_SEARCH_DONE] = true,        [EVENT_ARTICLE_OPENED] = true,
        [EVENT_NOTE_ADDED] = true,         [EVENT_CUSTOMER_REVEALED] = true,
        [EVENT_CUSTOMER_CORRECTED] = true, [EVENT_APPROVAL_REQUESTED] = true,
    };
    return ev->actor_kind == ACTOR_AGENT && kinds[ev->kind];
}
