/* Every kind of event there is: one row each, from which reading, checking, streaming and the documents come.
 *
 * The rows name the members of `data` ("?" = may be absent). `agent` of agent.* is whom it is about, where a
 * supervisor or the system does it; absent: the actor. `keys` is how many keys were pressed in the contact
 * since the event of its leg that said so last: a count, never what was typed. `agent`-rights and what is
 * refused when are app/rules'.
 */
#ifndef APP_MODEL_EVENT_KIND_H
#define APP_MODEL_EVENT_KIND_H

#include <stdbool.h>

/* EVENT(identifier, name, scope, data)
 * scope FLOOR: every desk sees it; OWNER: only the contact's agent, second line and above; PRIVATE: the actor
 * alone. */
#define EVENT_KINDS(EVENT)                                                                                  \
    /* agents */                                                                                            \
    EVENT(AGENT_SIGNED_IN, "agent.signed_in", FLOOR, "desk_version?")                                       \
    EVENT(AGENT_SIGNED_OUT, "agent.signed_out", FLOOR, "agent? reason?")                                    \
    EVENT(AGENT_PRESENCE_CHANGED, "agent.presence_changed", FLOOR, "agent? presence reason?")               \
    EVENT(DESK_LOCKED, "desk.locked", PRIVATE, "")                                                          \
    EVENT(DESK_UNLOCKED, "desk.unlocked", PRIVATE, "")                                                      \
    EVENT(FOCUS_MOVED, "focus.moved", PRIVATE, "contact?: in the envelope; none: no contact has the focus") \
    /* a contact's life */                                                                                  \
    EVENT(CONTACT_CREATED, "contact.created", FLOOR,                                                        \
          "channel class? intent? queue customer? name? address? subject? priority? tier? language? case? " \
          "imported?")                                                                                      \
    EVENT(CONTACT_CLASSIFIED, "contact.classified", FLOOR, "class? intent? priority?")                      \
    EVENT(CONTACT_CUSTOMER_LINKED, "contact.customer_linked", FLOOR, "customer name tier?")                 \
    EVENT(CONTACT_OFFERED, "contact.offered", FLOOR, "agent until_ms")                                      \
    EVENT(CONTACT_OFFER_REJECTED, "contact.offer_rejected", FLOOR, "agent reason")                          \
    EVENT(CONTACT_OFFER_TIMED_OUT, "contact.offer_timed_out", FLOOR, "agent")                               \
    EVENT(CONTACT_OFFER_WITHDRAWN, "contact.offer_withdrawn", FLOOR, "agent reason")                        \
    EVENT(CONTACT_ACCEPTED, "contact.accepted", FLOOR, "; leg in the envelope is new, from=offer|pull")     \
    EVENT(CONTACT_HELD, "contact.held", FLOOR, "reason?")                                                   \
    EVENT(CONTACT_RESUMED, "contact.resumed", FLOOR, "")                                                    \
    EVENT(CONTACT_CONSULT_STARTED, "contact.consult_started", FLOOR, "agent? queue?")                       \
    EVENT(CONTACT_CONSULT_ENDED, "contact.consult_ended", FLOOR, "")                                        \
    EVENT(CONTACT_TRANSFERRED, "contact.transferred", FLOOR, "queue? agent? reason? story? keys?")          \
    EVENT(CONTACT_ESCALATED, "contact.escalated", FLOOR, "queue ask story? keys?")                          \
    EVENT(CONTACT_GIVEN_BACK, "contact.given_back", FLOOR, "queue? agent? answer keys?")                    \
    EVENT(CONTACT_PARKED, "contact.parked", FLOOR, "until_ms reason? keys?")                                \
    EVENT(CONTACT_UNPARKED, "contact.unparked", FLOOR, "reason?")                                           \
    EVENT(CONTACT_ABANDONED, "contact.abandoned", FLOOR, "")                                                \
    EVENT(CONTACT_CUSTOMER_LEFT, "contact.customer_left", FLOOR,                                            \
          "; the customer hung up or closed the chat")                                                      \
    EVENT(CONTACT_WRAP_STARTED, "contact.wrap_started", FLOOR, "")                                          \
    EVENT(CONTACT_CLOSED, "contact.closed", FLOOR, "disposition resolved summary? timeout? keys?")          \
    EVENT(CONTACT_RATED, "contact.rated", FLOOR, "csat? nps?; csat 1-5, nps 0-10, by the customer")         \
    /* what is said and written */                                                                          \
    EVENT(MESSAGE_RECEIVED, "message.received", OWNER, "text")                                              \
    EVENT(MESSAGE_SENT, "message.sent", OWNER, "text canned? article?")                                     \
    EVENT(NOTE_ADDED, "note.added", OWNER, "text")                                                          \
    EVENT(CUSTOMER_TYPING, "customer.typing", OWNER, "")                                                    \
    /* the customer's record */                                                                             \
    EVENT(CUSTOMER_CREATED, "customer.created", FLOOR,                                                      \
          "customer name tier? since? language? emails? phones? accounts?")                                 \
    EVENT(CUSTOMER_CORRECTED, "customer.corrected", OWNER, "customer field value was?")                     \
    EVENT(CUSTOMER_REVEALED, "customer.revealed", PRIVATE,                                                  \
          "customer?: none: of the contact's caller, whom nobody knows yet; field")                         \
    EVENT(CUSTOMER_VERIFIED, "customer.verified", OWNER, "customer method")                                 \
    EVENT(ORDER_RECORDED, "order.recorded", FLOOR,                                                          \
          "customer order status? item? total_minor? currency? placed? delivered?")                         \
    /* the script */                                                                                        \
    EVENT(SCRIPT_PROPOSED, "script.proposed", OWNER, "script version")                                      \
    EVENT(SCRIPT_STARTED, "script.started", OWNER, "script version")                                        \
    EVENT(STEP_ENTERED, "step.entered", OWNER, "script step class waste? title? target_ms?")                \
    EVENT(STEP_ANSWERED, "step.answered", OWNER, "script step field value source?")                         \
    EVENT(STEP_LEFT, "step.left", OWNER, "script step how? result? spent_ms? to? back? keys?")              \
    EVENT(STEP_SKIPPED, "step.skipped", OWNER,                                                              \
          "script step reason keys? automatic? rule?; automatic=true: passed by of itself, rule=true: an "  \
          "approval "                                                                                       \
          "that the script granted")                                                                        \
    EVENT(STEP_FLAGGED, "step.flagged", PRIVATE,                                                            \
          "script version step title? what owner? note?; what=wrong|slow|other")                            \
    EVENT(SCRIPT_FINISHED, "script.finished", OWNER, "script")                                              \
    EVENT(SCRIPT_LEFT, "script.left", OWNER, "script reason")                                               \
    /* approvals: `approval` is the id of the event that asked */                                           \
    EVENT(APPROVAL_REQUESTED, "approval.requested", FLOOR,                                                  \
          "script step ask approvers title? reason? queue? amount_minor? currency? due_ms? expires_ms?; "   \
          "times are durations")                                                                            \
    EVENT(APPROVAL_DECIDED, "approval.decided", FLOOR,                                                      \
          "approval decision note? rule?; decision=granted|refused, rule=true: nobody had to")              \
    EVENT(APPROVAL_DELEGATED, "approval.delegated", FLOOR, "approval agent")                                \
    EVENT(APPROVAL_WITHDRAWN, "approval.withdrawn", FLOOR, "approval reason?")                              \
    EVENT(APPROVAL_EXPIRED, "approval.expired", FLOOR, "approval")                                          \
    /* knowledge */                                                                                         \
    EVENT(SEARCH_DONE, "search.done", PRIVATE, "query hits")                                                \
    EVENT(ARTICLE_SUGGESTED, "article.suggested", PRIVATE, "articles: ids, a space between")                \
    EVENT(ARTICLE_OPENED, "article.opened", OWNER, "article")                                               \
    EVENT(ARTICLE_INSERTED, "article.inserted", OWNER, "article")                                           \
    EVENT(ARTICLE_RATED, "article.rated", PRIVATE, "article helped")                                        \
    EVENT(ARTICLE_FLAGGED, "article.flagged", PRIVATE, "article note")                                      \
    /* the log's own */                                                                                     \
    EVENT(JOURNAL_WITHDRAWN, "journal.withdrawn", PRIVATE, "reason")                                        \
    EVENT(JOURNAL_LOST, "journal.lost", PRIVATE, "first last")                                              \
    EVENT(CONFIG_APPLIED, "config.applied", FLOOR, "version")                                               \
    /* versions of scripts; the system's alone */                                                           \
    EVENT(SCRIPT_PUBLISHED, "script.published", FLOOR, "script version share_percent queues? per_arm? by")  \
    EVENT(SCRIPT_RETIRED, "script.retired", FLOOR, "script version pulled_back? reason? by")

enum event_kind {
#define EVENT_KIND_ENUM(identifier, name, scope, data) EVENT_##identifier,
    EVENT_KINDS(EVENT_KIND_ENUM)
#undef EVENT_KIND_ENUM
        EVENT_KIND_COUNT
};

enum event_scope { EVENT_SCOPE_FLOOR, EVENT_SCOPE_OWNER, EVENT_SCOPE_PRIVATE };

struct event_kind_row {
    const char *name; /* on the wire: dotted, past tense */
    enum event_scope scope;
    const char *data; /* the members of `data`, for people */
};

/* The row of a kind; borrowed, static. */
const struct event_kind_row *event_kind_row(enum event_kind kind);
const char *event_kind_name(enum event_kind kind);

/* Finds a kind by its wire name; false where there is none. */
bool event_kind_parse(const char *name, enum event_kind *kind);

#endif
