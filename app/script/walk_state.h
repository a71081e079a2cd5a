/*
 * walk_state: what a walk holds, shared by walk.c (what the agent does), walk_answer.c, walk_outcome.c,
 * walk_notes.c (what it leaves for the log), walk_view.c (what to show) and walk_json.c (keeping it); private
 * to them.
 */
#pragma once

#include "app/script/walk.h"

enum visit_how { VISIT_OPEN, VISIT_COMPLETED, VISIT_SKIPPED, VISIT_AUTOMATIC, VISIT_BACK };

struct visit {
    const struct script_step *step;
    int64_t entered_ms;
    int64_t left_ms; /* 0 while open */
    enum visit_how how;
    char *result; /* may be NULL */
    char *reason; /* may be NULL */
};

struct answer {
    bool withheld; /* it was given, and its value is not known here */
    char *value;   /* NULL: none */
    char *source;
    int64_t at_ms;
};

/* What a name was when a round of a loop ended. */
struct round_answer {
    size_t visit; /* of the `each` step that ended the round */
    size_t slot;
    struct answer answer;
};

struct walk {
    struct script *script;
    struct answer *answers; /* by slot, answers[script->name_count] */
    char **fills;           /* by slot: the canonical form last proposed, so that it can be lent out */
    GArray *visits;         /* of struct visit, every one in order of time */
    GArray *trail;          /* of size_t into visits: the way that counts, without what was gone back from */
    GArray *rounds;         /* of struct round_answer, in order of time */
    GArray *wanted;    /* of size_t, slots that the current step asks for because the way on needs them */
    int64_t today;     /* of the last turn, for what is computed between turns */
    char *item;        /* last lent by walk_loop_item */
    size_t order_slot; /* of the last answered order field; SIZE_MAX: none */
    bool verified;
    int64_t started_ms;
    const struct script_step *current; /* NULL when over */
    const struct script_step *last;    /* where it ended; NULL before */
    char *outcome;                     /* NULL before */
};

/* An empty walk of a script, of which it keeps a reference; not yet begun. */
struct walk *walk_allocate(struct script *script);

/* --- visits: walk.c --- */

/* A visit of the step begins: it is the current one. */
void walk_add_visit(struct walk *walk, const struct walk_turn *turn, const struct script_step *step);

/* The open visit ends; there is no current step until the next is entered. */
void walk_close_open(struct walk *walk, int64_t at_ms, enum visit_how how, const char *result,
                     const char *reason);

/* The open visit counts no longer, nor does its time; what is entered next stands in its place. */
void walk_drop_open(struct walk *walk);

/* The open visit ends and counts no longer, with the one that one goes back to. Answers the step of that one.
 */
const struct script_step *walk_drop_back(struct walk *walk, int64_t at_ms);

/* Answers of `from` that fit a name of `to`, moved there. */
void walk_move_answers(struct walk *from, struct walk *to);

/* The value of a slot: an answer, a fact, or what a field is filled from. NULL when not known. */
const char *walk_slot_value(const struct walk *walk, const struct facts *facts, size_t slot);

/* False, with the sentence. */
bool walk_refuse(GError **error, enum walk_error code, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Whether the walk is over, which is then said. */
bool walk_refuse_over(const struct walk *walk, GError **error);
/* Of the sentences; `facts` may be NULL. */
const char *walk_language(const struct facts *facts);

/* Keeps an answer of the current step, and notes it. Takes the value; NULL: there is none any more. */
void walk_set_answer(struct walk *walk, const struct walk_turn *turn, const struct script_field *field,
                     char *value, const char *source);

/* --- what comes of the current step: walk_outcome.c --- */

/* Whether the answers are to each other as the step's rules say; else the sentence. */
bool walk_keeps_rules(struct walk *walk, const struct walk_turn *turn, GError **error);
/* What came of it, by what was given (may be NULL) or by itself; NULL with the sentence. */
const struct script_result *walk_step_result(const struct walk *walk, const struct facts *facts,
                                             const char *given, GError **error);
/* Where `next` leads. False with a sentence; *target stays NULL where the walk ends here. */
bool walk_decide_next(struct walk *walk, const struct walk_turn *turn, const struct script_step **target,
                      GError **error);

/* --- loops: walk_loop.c --- */

/* Where an `each` step leads on arriving there now: its result, in *text what to say of it, the caller's.
 * NULL while its list is not known. */
const struct script_result *walk_loop_next(const struct walk *walk, const struct facts *facts,
                                           const struct script_step *each, char **text);

/* The item at hand; NULL outside of the loop. Borrowed until the next look-up of an item. */
const char *walk_loop_item(const struct walk *walk, const struct facts *facts,
                           const struct script_step *each);

/* The same by a name that is asked in the loop; NULL for one that is in none. */
const char *walk_loop_item_of(const struct walk *walk, const struct facts *facts, size_t slot);

/* The visit of an `each` step begins: the answers of the round before are put by, to be asked anew. */
void walk_loop_enter(struct walk *walk, const struct facts *facts, size_t visit, int64_t at_ms);

/* The visit is gone back from: what it had put by is there again. */
void walk_loop_undo(struct walk *walk, size_t visit);

/* As condition_context.round: past rounds of loops that a name was asked in, with the present one. */
const char *walk_loop_round(const struct walk *walk, const struct facts *facts, size_t slot, size_t index);

/* What today is for conditions: days since 1970. */
int64_t walk_today(const struct facts *facts, int64_t at_ms);

/* Evaluates with the walk's values; at_ms says what day it is. */
enum condition_result walk_decide(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                  struct condition *condition, size_t *needs, GError **error);

/* Where a step leads with what is known now: for results the good one, else the first way whose condition
 * holds; while that is open, where most of the open ways lead. NULL where it ends. */
const struct script_step *walk_likely_next(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                           const struct script_step *step);

/* How a step is done of itself. */
struct walk_pass {
    char *reason; /* the caller's to free */
    const struct script_result *result;
    bool by_rule; /* an approval that the script itself grants: nobody was asked */
};
/* Whether entering this step now would mark it done of itself; fills `pass` only then. */
bool walk_automatic(const struct walk *walk, const struct walk_turn *turn, const struct script_step *step,
                    struct walk_pass *pass);

extern const struct yaml_word VISIT_HOW_WORDS[];

/* A note's data to fill, which the turn's notes own; NULL when no notes are wanted (cJSON then adds nothing).
 */
cJSON *walk_note(const struct walk_turn *turn, const char *kind);

/* The same with step, class and, where it is any, waste. */
cJSON *walk_note_step(const struct walk_turn *turn, const char *kind, const struct script_step *step);
void walk_note_script_started(const struct walk *walk, const struct walk_turn *turn, const char *from);
void walk_note_script_finished(const struct walk *walk, const struct walk_turn *turn, const char *outcome,
                               const char *reason);

/* A title in English, as the log has it; "" when there is none. */
const char *walk_title_of(const struct yaml_text *title);
