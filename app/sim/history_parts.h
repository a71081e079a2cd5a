/* What the files of the history share: the floor, its agents, and the talks between them and customers.
 * Not for others. */
#ifndef APP_SIM_HISTORY_PARTS_H
#define APP_SIM_HISTORY_PARTS_H

#include "app/script/walk.h"
#include "app/sim/agenda.h"
#include "app/sim/customer.h"
#include "app/sim/history.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   INT64_C(3600000)
#define DAY_MS    INT64_C(86400000)
#define TODAY_MS  (5 * HOUR_MS) /* before now: staffed and busy at whatever hour that is */

enum past_kind {
    PAST_ARRIVE,   /* talk */
    PAST_GIVE_UP,  /* talk: patience in the queue ends */
    PAST_ACCEPT,   /* talk */
    PAST_MISSED,   /* talk: the offer runs out */
    PAST_REJECT,   /* talk */
    PAST_READY,    /* talk: the customer answered */
    PAST_SAYS,     /* talk: the customer's next words */
    PAST_RATES,    /* talk */
    PAST_WORKED,   /* agent: the piece of work is done */
    PAST_SIGN_IN,  /* agent */
    PAST_SIGN_OUT, /* agent */
    PAST_TOGGLE,   /* agent: ready or a pause */
    PAST_IDLE,     /* agent: has had nothing in hand for a while */
    PAST_CALLED,   /* agent: comes from the back office, since somebody waits */
    PAST_KIND_COUNT
};

enum talk_state { TALK_COMING, TALK_QUEUED, TALK_OFFERED, TALK_ACTIVE, TALK_OVER };
enum talk_fate { FATE_CLOSE, FATE_TRANSFER, FATE_ESCALATE };

struct talk;

struct past_shift {
    int64_t from_ms, until_ms;
};

struct past_agent {
    const struct demo_staff *staff;
    GPtrArray *talks;   /* struct talk *, offered and active */
    struct talk *work;  /* what is being worked on; NULL: nothing */
    struct talk *focus; /* as last said by focus.moved */
    bool signed_in, ready, offered, wants_pause, leaving, not_responding;
    bool on_call, called; /* at work in the back office, and asked to come */
    int64_t idle_since_ms;
    GArray *shifts;    /* struct past_shift */
    const char *pause; /* reason of the next pause */
};

/* An answer in a step of a talk's path. */
struct talk_said {
    guint step; /* index into the path */
    const struct script_field *field;
    char *value;
    bool is_known; /* the record filled it in */
};

struct talk {
    char *id, *leg;
    int legs;
    const struct customer *customer;
    const struct persona_intent *intent;
    const char *language;
    char *queue;
    const char *right_queue; /* where it should have come to; NULL: it did */
    enum channel channel;
    enum talk_state state;
    enum talk_fate fate;
    struct past_agent *agent;
    struct sim_customer *sim;
    GHashTable *facts;
    GPtrArray *path;    /* struct script_step *; NULL: no script */
    GPtrArray *results; /* by step of the path: what comes of it, a char * of the script; NULL: nothing */
    GArray *said;       /* struct talk_said, in order */
    struct walk_request request; /* for an approval on the path, not asked yet; ask NULL: none */
    guint request_step;          /* index into the path */
    char *approval;              /* id of the open request; NULL: none */
    struct past_agent *decider;
    struct script *script;
    guint step;
    int64_t version; /* of the script as it was walked; 0: none was */
    int64_t keys;    /* pressed and not told yet */
    bool half;       /* the step's question was asked, its answer is to be taken */
    bool ready;      /* wants the agent */
    bool waits_for_words;
    bool went_back;   /* in this leg */
    bool was_held;    /* in this leg: whoever was asked to hold once is not asked again */
    guint said_until; /* steps of the path whose text was said */
    bool reassured;   /* was answered once more, having said that the matter was open */
    bool left_out;    /* a text of the script, whose facts are not known */
    bool held, wrapping, escalated, verified, bad, repeat, outage, customer_gone;
    bool resolved;
    int64_t ready_since_ms, created_ms;
};

struct past {
    const struct demo_content *content;
    const struct crowd *crowd;
    const struct history_options *options;
    struct history_result *result;
    struct sim_emitter emitter;
    struct agenda agenda;
    struct sim_random random;
    int64_t now_ms; /* of the simulation */
    int64_t end_ms, start_ms, keep_from_ms;
    GPtrArray *kept;  /* events after keep_from_ms, until it is known which contacts end in time */
    GPtrArray *talks; /* all */
    GPtrArray *waiting;
    struct past_agent *agents;
    size_t agent_count;
    int64_t next_contact;
};

/* history.c */
void past_emit(struct past *past, struct event *ev);
struct event *past_agent_event(struct past *past, enum event_kind kind, const struct past_agent *a,
                               const struct talk *t);
struct event *past_customer_event(struct past *past, enum event_kind kind, const struct talk *t);
struct talk *past_talk_new(struct past *past, const struct customer *c, const struct persona_intent *intent);

/* history_floor.c: agents and queues */
void floor_plan_shifts(struct past *past);
void floor_enqueue(struct past *past, struct talk *t);
bool floor_has_second_line(const struct past *past, const struct talk *t); /* for its matter, at work now */
void floor_release(struct past *past, struct past_agent *a, struct talk *t);
void floor_happen(struct past *past, const struct agenda_item *item);

/* history_talk.c: what is done in a contact */
void talk_start_leg(struct past *past, struct talk *t);
int64_t talk_begin(struct past *past, struct talk *t); /* answers how long the piece of work takes */
void talk_end(struct past *past, struct talk *t);
void talk_hear(struct past *past, struct talk *t);
void talk_free(gpointer data);
bool talk_is_live(const struct talk *t); /* both sides are there at once */
void talk_emit_text(struct past *past, struct talk *t, enum event_kind kind, const char *name,
                    const char *text);

/* history_knowledge.c */
void talk_look_up(struct past *past, struct talk *t);

/* history_approvals.c */
void approval_ask(struct past *past, struct talk *t); /* where the step now is one and somebody can decide */
void approval_decide(struct past *past, struct talk *t); /* what is open, as the path goes on */

/* history_end.c */
void talk_close(struct past *past, struct talk *t);
void talk_hand_over(struct past *past, struct talk *t);
void talk_rate(struct past *past, struct talk *t);

/* history_lapse.c: what does not go by the book, versions, keys */
int64_t lapse_version(const struct past *past, const struct talk *t);
int64_t lapse_span(const struct past *past, const struct talk *t,
                   int64_t span_ms); /* an old version takes longer */
bool lapse_goes_back(struct past *past, struct talk *t);
bool lapse_skips(struct past *past, const struct talk *t);
void lapse_verify_again(struct past *past, struct talk *t);
void lapse_recommend(const struct talk *t, struct event *ev, int csat);
void lapse_press(struct talk *t, int64_t keys);
void lapse_type(struct talk *t, const char *text);
void lapse_tell_keys(struct talk *t, struct event *ev); /* all since the last that told */

/* history_path.c: the way through a script */
void path_plan(struct past *past, struct talk *t);
void path_forget(struct talk *t);
const char *path_result(const struct talk *t);             /* of the step now; NULL: it has none */
const struct script_step *path_step(const struct talk *t); /* now; NULL: no script, or behind its last */
const struct script_step *path_end(const struct talk *t);  /* reached; NULL: no script, or none was */
bool path_step_asks(const struct script_step *step);

#endif
