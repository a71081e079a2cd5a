/*
 * walk: one contact's way through a script: where it stands, what was answered, what was skipped and why.
 *
 * Pure: it reads no clock, disk or network; time and facts come with each call, and what happened goes out as
 * notes, which the desk makes into events. It keeps a reference to its script, so the version it began with
 * stays.
 *
 *     g_autoptr(GPtrArray) notes = walk_notes_new();
 *     struct walk_turn turn = {.facts = &facts, .at_ms = now_ms, .notes = notes};
 *     struct walk *walk = walk_start(script, &turn);
 *     walk_answer(walk, &turn, "reason", "size", &error); // error: a sentence to show under the field
 *     walk_complete(walk, &turn, NULL, &error); // adopts what is filled, decides, enters the next step
 *     walk_progress(walk, &facts, now_ms, &done, &all); // 3 of 6
 *
 * Verification is asked once: on entering a check step when the facts or the walk already say verified, the
 * step is marked done of itself and the way of `pass` is taken. The same goes for an approval that a rule
 * grants.
 */
#pragma once

#include <cjson/cJSON.h>

#include "app/script/script.h"

/* A walk of this many visits is going round in a circle; going on is refused in a sentence. */
#define WALK_VISITS_MAX 1000

#define WALK_ERROR (walk_error_quark())
GQuark walk_error_quark(void);
enum walk_error {
    WALK_ERROR_VALUE,   /* the value does not fit the field */
    WALK_ERROR_MISSING, /* a required field has no value yet; walk_missing names it */
    WALK_ERROR_NEEDS,  /* the way on depends on a value that is not known; it is now asked for in this step */
    WALK_ERROR_RESULT, /* an action or approval needs its result, or the result given is none of its results
                        */
    WALK_ERROR_REASON, /* a reason is needed */
    WALK_ERROR_FINISHED, /* the walk is over, or cannot go back or skip here */
    WALK_ERROR_SCRIPT,   /* a condition failed, or a saved walk does not fit its script */
};

/* Something that happened, to be logged. Kinds and their data:
 * - script.started: script, version, title, [from: the script switched from]
 * - step.entered: step, title, kind, class, [waste], visit (1 for the first time), [target_ms]
 * - step.answered: step, field, type, source, [personal: true], value
 * - step.left: step, class, [waste], how (completed, timeout, back, switched, left), spent_ms, [result],
 *   [reason]
 * - step.skipped: step, class, [waste], title, reason, automatic (bool), [rule: true, an approval that the
 *   script granted], [spent_ms when not automatic]
 * - verification.passed: step, fields (names)
 * - verification.failed: step, fields
 * - script.finished: script, version, outcome (completed, transferred, escalated, switched, left), steps,
 *   spent_ms, [disposition, resolved], [queue], [reason]
 */
struct walk_note {
    const char *kind; /* static */
    cJSON *data;      /* an object, owned by the note */
    int64_t at_ms;
};

/* An array that frees its struct walk_note. */
GPtrArray *walk_notes_new(void);

struct walk_turn {
    const struct facts *facts; /* NULL: nothing is known */
    int64_t at_ms;             /* Unix time */
    GPtrArray *notes;          /* of struct walk_note, appended to; NULL: not wanted */
};

struct walk;

/* Begins at the first step, or behind it where it has not to be asked. Never NULL; free with walk_free. */
struct walk *walk_start(struct script *script, const struct walk_turn *turn);
void walk_free(struct walk *walk);

const struct script *walk_script(const struct walk *walk);

/* NULL when the walk is over. */
const struct script_step *walk_current(const struct walk *walk);
int64_t walk_entered_ms(const struct walk *walk); /* when the current step was entered; 0 when over */
bool walk_verified(const struct walk *walk, const struct facts *facts);

/* --- fields of the current step: its own, then those the way on turned out to need --- */

size_t walk_field_count(const struct walk *walk);
const struct script_field *walk_field(const struct walk *walk, size_t index);

/* What a field holds. */
struct walk_fill {
    const char *
        value; /* canonical; NULL: nothing. Borrowed until the walk changes or the next lookup of the facts */
    const char *source; /* "agent", "customer record", "order"…, or "step ID"; NULL when there is no value */
    bool is_fresh;      /* the agent said it since the step was entered */
    bool answered; /* without a value: it was withheld. false: only proposed from what is known; completing
                      the step adopts it */
};
struct walk_fill walk_fill_of(const struct walk *walk, const struct facts *facts,
                              const struct script_field *field);

/* The first required field of the current step that holds nothing; NULL when all do. */
const struct script_field *walk_missing(const struct walk *walk, const struct facts *facts);

/* The current step is a check that is filled in, and the record knows too little to decide it: the agent
 * says. */
bool walk_is_for_agent(const struct walk *walk, const struct facts *facts);

/* Any name's value as conditions and templates see it; NULL when not known. Borrowed like walk_fill.value. */
const char *walk_value(const struct walk *walk, const struct facts *facts, const char *name);

/* The order number last answered in a field of type order, so that the facts can be that order's; NULL when
 * none. */
const char *walk_order(const struct walk *walk);
/* And where none was answered: the one that a field of the current step takes out of what the customer has
 * written, before the step is done and adopts it. NULL: none. Caller owns. */
char *walk_order_written(const struct walk *walk, const char *text);

/* --- what the agent does: false with a sentence in `error`, and then nothing changed, save as said --- */

/* `field` is the name of any field of the script (values typed anywhere count everywhere) or of a needed
 * fact. An empty `value` takes the answer away. */
bool walk_answer(struct walk *walk, const struct walk_turn *turn, const char *field, const char *value,
                 GError **error);

/* A field was answered, and nobody here may know how: what asks for its value does not find it, but its step
 * can be done. For walking again what was done; the desk has no use for it. */
void walk_withhold(struct walk *walk, const struct script_field *field);

/* Leaves the current step as done and enters the next. `result` is one of the step's results, where it has
 * any; NULL in a check step lets the matching fields decide. On WALK_ERROR_NEEDS the needed field joins the
 * step's fields. */
bool walk_complete(struct walk *walk, const struct walk_turn *turn, const char *result, GError **error);

/* When the limit of the current step passes, Unix time: its `timeout` after it was entered or its last field
 * filled in, whichever came last. 0 where no clock runs: it is no action with a limit and a result timeout,
 * or something is still to be filled in first. */
int64_t walk_limit_ms(const struct walk *walk, const struct facts *facts);

/* Once the limit has passed, leaves the step by that result and enters the next. False where there is nothing
 * to be done. */
bool walk_expire(struct walk *walk, const struct walk_turn *turn);

/* Returns to the step before (one the agent saw); answers stay. */
bool walk_back(struct walk *walk, const struct walk_turn *turn, GError **error);

/* Leaves the step undone. The way on is the first whose condition holds with what is known, else the last; a
 * skipped verification goes the way of `fail`, an approval that of `refused`, an action that of `skip` or
 * else its last result. */
bool walk_skip(struct walk *walk, const struct walk_turn *turn, const char *reason, GError **error);

/* Goes on in another script, keeping answers to fields (and facts) that it has too, where they fit, and the
 * verification. Keeps a reference to `script`, lets go of the old one. `reason` may be NULL. */
bool walk_switch(struct walk *walk, const struct walk_turn *turn, struct script *script, const char *reason,
                 GError **error);

/* Begins after another walk of the same contact, which is over or was another agent's: as walk_switch, but
 * that one is not left by it, and stays the caller's, with fewer answers. */
struct walk *walk_start_after(struct walk *before, const struct walk_turn *turn, struct script *script);

/* Goes on where the walk stood when its last leg ended; there must be a current step, which is entered anew.
 */
void walk_resume(struct walk *walk, const struct walk_turn *turn);

/* Ends the walk before its end. */
bool walk_leave(struct walk *walk, const struct walk_turn *turn, const char *reason, GError **error);

/* --- what to show --- */

/* The text to say in the current step, with its names filled in; caller owns, NULL when the step says
 * nothing. A name without value and without fallback stands as [Label] and its name is added to `blanks` (of
 * char *, may be NULL). */
char *walk_say(const struct walk *walk, const struct facts *facts, GPtrArray *blanks);
char *walk_todo(const struct walk *walk, const struct facts *facts);

/* What an approve step asks, as the answers stand. Release with walk_request_release. */
struct walk_request {
    char *ask;            /* never NULL */
    char *reason;         /* the value that `with` names so; NULL: none */
    char *currency;       /* of the order; NULL: not known */
    int64_t amount_minor; /* the value that `with` names so; 0: it is not about money, or not known */
    bool is_whole;        /* nothing that is asked with it is missing */
};
void walk_request_init(struct walk_request *request, const struct walk *walk, const struct facts *facts,
                       const struct script_step *step);
void walk_request_release(struct walk_request *request);
/* Does a rule of the script grant it at once? */
enum condition_result walk_preauthorises(const struct walk *walk, const struct facts *facts, int64_t at_ms,
                                         const struct script_step *step);
/* What came of it, as facts.approval says: "asked", or one of the step's results; NULL: not asked for. */
const char *walk_approval(const struct walk *walk, const struct facts *facts, const struct script_step *step,
                          const char **by);
/* The result of the last time that a step was done on the way that counts; NULL: it was not. */
const char *walk_result(const struct walk *walk, const struct script_step *step);

/* Any template of the script, likewise. */
char *walk_render(const struct walk *walk, const struct facts *facts, const char *template_text,
                  GPtrArray *blanks);

/* The disposition of the end step it stands at or finished with; NULL when there is none. */
const char *walk_disposition(const struct walk *walk, bool *resolved);

enum walk_state { WALK_STATE_DONE, WALK_STATE_SKIPPED, WALK_STATE_CURRENT, WALK_STATE_COMING };

struct walk_line {
    const struct script_step *step;
    enum walk_state state;
    bool automatic;     /* done or skipped of itself: "already verified" */
    const char *reason; /* why skipped or automatic; NULL else. Borrowed until the walk changes */
    const char *result; /* what it came to: pass, granted…; NULL else. Borrowed likewise */
    int64_t entered_ms; /* 0 when coming */
    int64_t spent_ms;   /* 0 when coming; for the current one up to at_ms */
};

/* The way so far, the current step and the likely way on with what is known now; of struct walk_line, caller
 * owns. */
GArray *walk_lines(const struct walk *walk, const struct facts *facts, int64_t at_ms);

/* A name's value as the step of lines[line] left it: what was asked in a round of a loop is of that round,
 * everything else as it is now. NULL when not known. Borrowed like walk_fill.value. */
const char *walk_value_at(const struct walk *walk, const struct facts *facts, size_t line, const char *name);

/* The current step is the `done`-th (from 1) of `all` lines; when over, done == all. */
void walk_progress(const struct walk *walk, const struct facts *facts, int64_t at_ms, int *done, int *all);

/* --- keeping it --- */

/* {"format":1,"script":ID,"version":N,"answers":[…],"visits":[…],…}; caller owns, free with cJSON_Delete. */
cJSON *walk_to_json(const struct walk *walk);

/* Finds a script by id and version; returns a new reference, or NULL when there is none. */
typedef struct script *(*walk_find_script)(void *data, const char *id, int64_t version);

/* The walk that walk_to_json wrote. NULL with a sentence when it is malformed, its script is not to be had,
 * or it does not fit the script. */
struct walk *walk_from_json(const cJSON *json, walk_find_script find, void *data, GError **error);
