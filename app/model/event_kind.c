#include "app/model/event_kind.h"

#include <glib.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const struct event_kind_row rows[EVENT_KIND_COUNT] = {
#define EVENT_KIND_ROW(identifier, wire_name, wire_scope, members) \
    [EVENT_##identifier] = {.name = (wire_name), .scope = EVENT_SCOPE_##wire_scope, .data = (members)},
    EVENT_KINDS(EVENT_KIND_ROW)
#undef EVENT_KIND_ROW
};

const struct event_kind_row *event_kind_row(enum event_kind kind)
{
    return &rows[kind];
}

const char *event_kind_name(enum event_kind kind)
{
    return rows[kind].name;
}

static int compare_kinds(const void *a, const void *b)
{
    return strcmp(rows[*(const enum event_kind *)a].name, rows[*(const enum event_kind *)b].name);
}

/* All kinds by name; every row that is read asks. */
static const enum event_kind *sorted_kinds(void)
{
    static enum event_kind sorted[EVENT_KIND_COUNT];
    static gsize is_sorted;
    if (g_once_init_enter(&is_sorted)) {
        for (int i = 0; i < EVENT_KIND_COUNT; i++)
            sorted[i] = (enum event_kind)i;
        qsort(sorted, EVENT_KIND_COUNT, sizeof sorted[0], compare_kinds);
        g_once_init_leave(&is_sorted, 1);
    }
    return sorted;
}

bool event_kind_parse(const char *name, enum event_kind *kind)
{
    const enum event_kind *kinds = sorted_kinds();
    for (int low = 0, high = EVENT_KIND_COUNT; name != NULL && low < high;) {
        int middle = (low + high) / 2, order = strcmp(name, rows[kinds[middle]].name);
        if (order == 0) {
            *kind = kinds[middle];
            return true;
        }
        low = order > 0 ? middle + 1 : low;
        high = order < 0 ? middle : high;
    }
    return false;
}
