/* What readers see: the last committed state of living contacts, agents, queues and settings, ready as JSON.
 *
 * The writer alone changes it, after a commit and in one step, so nobody ever reads what was not kept.
 * Readers copy text out under a lock that is held for microseconds; no reader touches the world or waits for
 * a flush. Contacts that are over are not here; they are read from the tables.
 */
#ifndef APP_SERVICE_BOARD_H
#define APP_SERVICE_BOARD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/rules/world.h"

struct board *board_new(void);
void board_free(struct board *b);

/* The writer's side. Between begin and end readers wait. `created` orders contacts and is kept from the first
 * put; `json` is copied. */
void board_begin(struct board *b);
void board_put_contact(struct board *b, const struct contact *c, int64_t created, const char *json);
void board_remove_contact(struct board *b, const char *id);
void board_put_agent(struct board *b, const struct world *w, const struct agent *a);
void board_put_queues(struct board *b, const struct world *w);
void board_put_settings(struct board *b, const char *json, int64_t version);
void board_put_rights(struct board *b, const struct world *w);
void board_end(struct board *b, int64_t position);
/* Drops everything, as before a world is loaded anew; between begin and end. */
void board_clear(struct board *b);

/* The readers' side; any thread. */
struct board_page {
    const char *queue;    /* only this one; NULL: all */
    const char *customer; /* only theirs; NULL: all */
    int64_t after;        /* contacts whose `created` is greater */
    size_t limit;
};
struct board_end {
    int64_t position; /* of the log when this was so */
    int64_t after;    /* cursor behind the last one */
    bool is_last;
};
/* Appends the contacts' JSON with commas between. */
void board_contacts(struct board *b, const struct board_page *page, GString *out, struct board_end *end);
/* Appends one contact's JSON; false where no living one has this id. */
bool board_contact(struct board *b, const char *id, GString *out, int64_t *position);
/* Who has the contact now; NULL: nobody or not living. Caller owns. */
char *board_contact_agent(struct board *b, const char *id);
/* Appends one agent's JSON with "status" and "load"; false where there is none. */
bool board_agent(struct board *b, const char *id, GString *out);
/* Appends the members "position", "queues", "agents" and "settings" with commas between, without braces;
 * the queues are open or closed as of now_ms. */
void board_floor(struct board *b, int64_t now_ms, GString *out);
/* The settings' JSON and version. Caller owns, g_free. */
char *board_settings(struct board *b, int64_t *version);
/* What a role may do (app/model/rights.h). */
uint64_t board_rights(struct board *b, enum role role);
int64_t board_position(struct board *b);

/* Counts for the status line and metrics, as of now_ms. */
struct board_counts {
    unsigned contacts, queued, at_risk; /* at_risk: breached, or nearly so */
    unsigned agents[STATUS_COUNT];      /* signed in, by status */
};
void board_count(struct board *b, int64_t now_ms, struct board_counts *counts);

#endif
