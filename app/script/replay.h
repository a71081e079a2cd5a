/*
 * replay: past contacts through a version of a script: who would still finish, who would go another way, who
 * would be stuck, and what time that would save.
 *
 * It is told the log's events in their order and keeps, of each contact that began the script (in whatever
 * version), what was answered, what came of each step and how long it took. Then each is walked again with
 * these answers alone. An answer that nobody gave is not guessed: there the contact is stuck, with what is
 * missing.
 *
 *     struct replay *replay = replay_new(script);
 *     replay_take(replay, ev);                       // in the order of the log; others are passed over
 *     g_autofree char *text = replay_text(replay);
 *
 * Times: a step takes the contact what it took it then; one that it did not come through takes the mean of
 * those that did; one that nobody ever came through takes its target.
 */
#pragma once

#include "app/model/event.h"
#include "app/script/script.h"

struct replay;

/* Keeps a reference to the script. Never NULL, free with replay_free. */
struct replay *replay_new(struct script *script);
void replay_free(struct replay *replay);

/* One event; one that came before (by its id's position in the log) is passed over. Borrows. */
void replay_take(struct replay *replay, const struct event *ev);

/* A line of the log as JSON (app/model/event.h), or an empty one; what says nothing of scripts is passed over
 * unread. False with a sentence where it is no event. */
bool replay_take_line(struct replay *replay, const char *line, size_t len, GError **error);

struct replay_counts {
    int contacts;      /* that began the script */
    int same, other;   /* would finish: the way they went, another way */
    int stuck;         /* would not come to an end with what is known */
    int left;          /* did not finish then; they are in none of the others */
    int left_finish;   /* of these, would finish now */
    int64_t then_ms;   /* of those that would finish: time at their steps then */
    int64_t now_ms;    /* and now */
    int guessed_steps; /* visits whose time is a target, as nobody came through */
};

/* Walks all contacts again. */
struct replay_counts replay_run(struct replay *replay);

/* Walks all and tells it: for people, and
 * {"script","version","contacts",…,"stuck_at":[{"step","why","contacts"}],
 * "other_ways":[{"after","then","now","contacts"}]}. Caller owns. */
char *replay_text(struct replay *replay);
char *replay_json(struct replay *replay);
