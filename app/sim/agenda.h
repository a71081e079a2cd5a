/* What is to happen when, taken in the order of time; of the same time, in the order it was added. */
#ifndef APP_SIM_AGENDA_H
#define APP_SIM_AGENDA_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct agenda_item {
    int64_t at_ms;
    uint64_t serial;
    int kind;      /* the owner's */
    gpointer data; /* the owner's, not freed */
};

struct agenda {
    GArray *heap; /* struct agenda_item, a binary heap */
    uint64_t serial;
};

void agenda_init(struct agenda *agenda);
void agenda_release(struct agenda *agenda);
void agenda_add(struct agenda *agenda, int64_t at_ms, int kind, gpointer data);

/* The earliest; false where there is none. */
bool agenda_take(struct agenda *agenda, struct agenda_item *item);

/* The earliest that is due by then; false where there is none. */
bool agenda_take_by(struct agenda *agenda, int64_t by_ms, struct agenda_item *item);

#endif
