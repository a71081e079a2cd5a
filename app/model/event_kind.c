#include "app/model/event_kind.h"

#include <stddef.h>
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

bool event_kind_parse(const char *name, enum event_kind *kind)
{
    for (int i = 0; name != NULL && i < EVENT_KIND_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *kind = (enum event_kind)i;
            return true;
        }
    }
    return false;
}
