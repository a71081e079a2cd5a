/* What desk_update asks the outside to do: plain data, run by app/desk/run.c after the update, in order.
 *
 * Nothing here does anything. A test reads the array; the runner walks it and clears it.
 *
 *     struct commands commands;
 *     commands_init(&commands);
 *     desk_update(desk, &msg, &commands);
 *     for (size_t i = 0; i < commands_count(&commands); i++) run(commands_at(&commands, i));
 *     commands_clear(&commands);
 */
#ifndef APP_DESK_COMMAND_H
#define APP_DESK_COMMAND_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/desk/link.h"
#include "app/model/event.h"

enum command_kind {
    /* event: complete but for its seq, which the journal gives (id, device, boot, actor, times and saw stand
     * and are kept, because the desk has folded it with them). number: 1, 2, 3 … in the order of appending,
     * so that seq - number is the same for all events of a run; MSG_FLUSHED says up to which number all are
     * on disk. */
    COMMAND_APPEND_EVENT,
    /* number, fetch, text (the argument): ask the link; the answer is a MSG_REPLY of that number. Contacts:
     * all pages, joined in one answer. */
    COMMAND_FETCH,
    /* number, text: knowledge search as typed (words or a slash regex); id: language to prefer or NULL.
     * Answer: MSG_SEARCH_RESULTS. A newer number makes an older one pointless. */
    COMMAND_SEARCH,
    /* number, id: contact, text: what it is about. Answer: MSG_SEARCH_RESULTS with the same number. */
    COMMAND_SUGGEST,
    /* number, id: article. Answer: MSG_ARTICLE. */
    COMMAND_READ_ARTICLE,
    /* id: contact, is_note: which of the two drafts, text: the draft; "" forgets it. */
    COMMAND_SAVE_DRAFT,
    /* id: contact, text: the walk as JSON (walk_to_json); "" forgets it. */
    COMMAND_SAVE_WALK,
    COMMAND_SAVE_STATE, /* text: the day's counters as JSON; given back as MSG_STATE_RESTORED */
    COMMAND_SAVE_PLACE, /* text: where the agent stands, as JSON; "" forgets it. Given back as
                           MSG_PLACE_RESTORED */
    COMMAND_SAVE_SHELF, /* text: pinned and opened articles, as JSON. Given back as MSG_SHELF_RESTORED */
    /* id: contact in view, customer: whose record is, NULL: none; text: "typing" or "". Answer: MSG_WATCHING
     */
    COMMAND_WATCH,
    COMMAND_RING,     /* the bell once; text: what a desktop notice says, nothing personal; NULL: none */
    COMMAND_TITLE,    /* text: the terminal's title */
    COMMAND_SIGN_IN,  /* number, id: agent, text: password. Answer: MSG_SIGNED_IN or MSG_SIGN_IN_REFUSED */
    COMMAND_SIGN_OUT, /* the journal goes on being delivered; then the token is given back */
    COMMAND_CHECK_PASSWORD, /* number, text: to unlock. Answer: MSG_UNLOCK */
    COMMAND_EDIT_IN_EDITOR, /* id: contact, is_note, text: the draft. Answer: MSG_EDITED */
    COMMAND_SUSPEND,
    COMMAND_PRACTICE, /* text: "hint" "pause" or "end" */
    COMMAND_NEXT_THEME,
    COMMAND_REDRAW, /* the whole screen anew */
    COMMAND_QUIT,
    COMMAND_KIND_COUNT
};

struct command {
    enum command_kind kind;
    int64_t
        number; /* of the request (answers carry it; from 1 up, never reused in a run), or of the append */
    enum link_fetch fetch;
    bool is_note;
    char *id, *customer, *text; /* owned; NULL where the kind has none */
    struct event *event;        /* owned */
};

struct commands {
    GArray *array; /* struct command */
};

void commands_init(struct commands *commands);
void commands_release(struct commands *commands);
void commands_clear(struct commands *commands); /* frees what they hold; reusable */
size_t commands_count(const struct commands *commands);
/* Borrowed until the next change. The runner may take what it holds by g_steal_pointer. */
struct command *commands_at(const struct commands *commands, size_t index);

/* Each copies its strings, and takes the event. */
void commands_add(struct commands *commands, enum command_kind kind, const char *id, const char *text);
void commands_add_request(struct commands *commands, enum command_kind kind, int64_t number, const char *id,
                          const char *text);
void commands_add_fetch(struct commands *commands, enum link_fetch fetch, int64_t number,
                        const char *argument);
void commands_add_event(struct commands *commands, int64_t number, struct event *ev);
void commands_add_draft(struct commands *commands, enum command_kind kind, const char *contact, bool is_note,
                        const char *text);
void commands_add_watch(struct commands *commands, const char *contact, const char *customer_id,
                        bool is_typing);

#endif
