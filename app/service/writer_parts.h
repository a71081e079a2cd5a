/* Private to writer.c, writer_take.c and writer_world.c. */
#ifndef APP_SERVICE_WRITER_PARTS_H
#define APP_SERVICE_WRITER_PARTS_H

#include "app/service/eventlog.h"
#include "app/service/intake.h"
#include "app/service/writer.h"

struct device {
    int64_t seq;
    bool touched;
};

struct writer {
    struct db *db;
    struct board *board;
    struct store_options options;
    struct world *world; /* NULL: it has to be loaded before the next transaction */
    uint8_t key[EVENTLOG_KEY_BYTES];
    char *boot, *node;
    int64_t position;     /* last one given */
    int64_t administered; /* the fact when it was taken over last; -1: it has to be looked at */
    int64_t settings_version, forget_ms, ticked_ms;
    bool settings_changed; /* in this transaction */
    bool is_open;          /* a transaction is */
    struct intake *intake;
    GError *failure;      /* of the open transaction */
    GHashTable *devices;  /* name -> struct device * */
    GHashTable *contacts; /* ids touched in this transaction */
    GHashTable *agents;
    GHashTable *customers;
    GPtrArray *news;
    struct store_counts counts;
};

/* Keeps the first failure of the open transaction, which ends with it. Takes error. False. */
bool writer_fail(struct writer *w, GError *error);
/* Notes an id of what this transaction changes; NULL: nothing. */
void writer_touch(GHashTable *set, const char *id);

/* An event of this node, now or at another time; opens a transaction where none is. Takes ev; the first is a
 * rules_emit. */
void writer_emit(struct event *ev, void *user_data);
void writer_emit_at(struct writer *w, struct event *ev, int64_t at_ms);

/* The world as the tables have it, and the board with it; NULL stays where they cannot be read. */
bool writer_load_world(struct writer *w, GError **error);
void writer_show_agents(struct writer *w);
void writer_show_settings(struct writer *w);
/* Agents, settings and publications that changed beside the world, each into force by its event. */
bool writer_take_over_administered(struct writer *w, GError **error);

#endif
