/* A contact as the queue and the desk know it: its life's present state, without its messages.
 *
 * Plain data: app/rules/world changes it by folding events; everybody else reads. All strings are owned by
 * the struct; those that most contacts have alike are words, one copy for all (fields_set_word). NULL means
 * unknown unless said otherwise. Times are ms since 1970 UTC; 0 means "not".
 */
#ifndef APP_MODEL_CONTACT_H
#define APP_MODEL_CONTACT_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/model/approval.h"
#include "app/model/names.h"
#include "app/model/pack.h"

/* A floor has thousands: the fields stand so that nothing lies empty between them. */
typedef struct contact {
    char *id; /* never NULL */
    enum channel channel;
    enum contact_class class;
    enum contact_state state;
    int priority;         /* minutes of waiting that it counts for, -60 .. 600; 0: usual */
    GRefString *queue;    /* id; never NULL */
    GRefString *intent;   /* such as "return_size" */
    char *subject;        /* one line for lists */
    char *customer;       /* id; NULL: unknown caller */
    char *name;           /* of the customer or caller, for lists */
    char *address;        /* e-mail address, phone number or handle it came from */
    GRefString *tier;     /* of the customer */
    GRefString *language; /* "en", "zh"; NULL: not known */
    char *case_id;
    int64_t created_ms; /* age counts from here, across transfers */
    int64_t queued_ms;  /* since when it waits in this queue, offers included; 0 while somebody has it */
    int64_t state_since_ms;
    int64_t due_ms; /* when the service level or reply clock is breached; 0: no clock runs */
    char *agent;    /* offered to, or owner; while queued: meant for, if they can take it */
    char *leg;      /* the present leg, or the last one when closed; NULL while queued, offered, parked */
    int64_t accepted_ms;    /* of the present leg */
    int64_t first_reply_ms; /* first public reply by an agent; 0: none yet */
    int64_t offer_until_ms;
    int64_t parked_until_ms;
    int64_t unanswered_ms; /* since when the customer waits for an answer; 0: the agent spoke last */
    int legs;              /* how many so far */
    int unread;            /* messages of the customer since the agent's last focus or reply */
    bool customer_gone;    /* hung up or closed the chat */
    bool escalated;        /* is with the second line */
    bool resolved;
    bool given_back;   /* the second line's answer came back with it; until it is handed over anew */
    char *asked_by;    /* agent whose turn ended by transfer or escalation, for giving back */
    char *consulted;   /* agent whom the owner asks while consulting; NULL: nobody by name */
    char *came_from;   /* queue it was escalated or transferred from, for giving back */
    char *ask;         /* what the second line is asked */
    char *story;       /* the story so far, text */
    char *preview;     /* first line of the last message, at most 120 bytes */
    char *disposition; /* closed: the code */
    int64_t closed_ms;
    GPtrArray *approvals;  /* struct approval *, oldest first; NULL: none was ever asked for */
    char *script;          /* the running script's id, NULL: none */
    char *verified;        /* method of the customer's verification in this contact, NULL: none */
    int64_t news_position; /* of the customer's last message or leaving; 0: none */
    int64_t position;      /* of the last event on it that is not private */
} contact;

struct contact *contact_new(const char *id);
struct contact *contact_copy(const struct contact *c);
void contact_free(struct contact *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(contact, contact_free)

/* Takes the approval. */
void contact_add_approval(struct contact *c, struct approval *a);

/* Does an agent have it now (active, held, consulting or wrapping)? */
bool contact_is_handled(const struct contact *c);
/* Is its life over (closed or abandoned)? */
bool contact_is_over(const struct contact *c);

/* Whom a list names: the customer by name, else the address with its personal part hidden; NULL: neither is
 * known. Caller owns, g_free. */
char *contact_caller(const struct contact *c);
/* What kind of address `c->address`, which must not be NULL, looks like: by hand any can come by any channel,
 * and a switch may give a word. */
enum identity_kind contact_address_kind(const struct contact *c);

/* The wire form, every field by its name here (enums by name, times as RFC 3339, position as string). */
cJSON *contact_to_cjson(const struct contact *c);
struct contact *contact_from_cjson(const cJSON *json, GError **error);

/* As bytes for a file of the desk's own (app/model/pack.h); NULL where they are broken. The layout changes
 * with the fields. */
void contact_pack(const struct contact *c, GByteArray *bytes);
struct contact *contact_unpack(struct unpack *from);
uint32_t contact_layout(void);

#endif
