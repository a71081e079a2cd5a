#include "app/sim/agenda.h"

void agenda_init(struct agenda *agenda)
{
    agenda->heap = g_array_new(false, false, sizeof(struct agenda_item));
    agenda->serial = 0;
}

void agenda_release(struct agenda *agenda)
{
    g_array_unref(agenda->heap);
}

static bool earlier(const struct agenda_item *a, const struct agenda_item *b)
{
    return a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->serial < b->serial);
}

void agenda_add(struct agenda *agenda, int64_t at_ms, int kind, gpointer data)
{
    struct agenda_item item = {.at_ms = at_ms, .serial = agenda->serial++, .kind = kind, .data = data};
    g_array_append_val(agenda->heap, item);
    struct agenda_item *items = (struct agenda_item *)(void *)agenda->heap->data;
    size_t at = agenda->heap->len - 1;
    while (at > 0 && earlier(&item, &items[(at - 1) / 2])) {
        items[at] = items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    items[at] = item;
}

bool agenda_take(struct agenda *agenda, struct agenda_item *item)
{
    if (agenda->heap->len == 0)
        return false;
    struct agenda_item *items = (struct agenda_item *)(void *)agenda->heap->data;
    *item = items[0];
    size_t count = agenda->heap->len - 1, at = 0;
    struct agenda_item last = items[count];
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && earlier(&items[child + 1], &items[child]))
            child++;
        if (!earlier(&items[child], &last))
            break;
        items[at] = items[child];
        at = child;
    }
    items[at] = last;
    g_array_set_size(agenda->heap, (guint)count);
    return true;
}

bool agenda_take_by(struct agenda *agenda, int64_t by_ms, struct agenda_item *item)
{
    if (agenda->heap->len == 0 || g_array_index(agenda->heap, struct agenda_item, 0).at_ms > by_ms)
        return false;
    return agenda_take(agenda, item);
}
