/*
 * paths: every way from a script's first step to an end, with what it takes.
 *
 * A path passes no step twice, so a circle is gone round at most to the step before it closes, and a loop's
 * round is walked not at all or once. Ways between the same two steps are one. A script of many choices has
 * more paths than anybody reads: at most so many are gathered as asked for, and whether there are more is
 * told.
 */
#pragma once

#include "app/script/script.h"

struct script_path {
    const struct script_step **steps; /* steps[count], in order */
    size_t count;
    int64_t target_ms;      /* of the steps that have a target */
    size_t required, waste; /* steps that the customer would not pay for */
};

struct script_paths {
    GPtrArray *found; /* of struct script_path, in the order of the file's ways */
    bool more;        /* there are others */
    double all; /* how many there are in all; 0 where circles make that hard to say and there are more */
};

/* Gathers up to `most` paths. Release with script_paths_release. Borrows the script until then. */
void script_paths_init(struct script_paths *paths, const struct script *script, size_t most);
void script_paths_release(struct script_paths *paths);

/* A table for people, one path a line, under a line that sums them up; caller owns. */
char *script_paths_text(const struct script_paths *paths, const struct script *script);

/* {"script","version","paths":[{"steps":[id],"target_ms","required","waste"}],"more","all"?}; caller owns. */
char *script_paths_json(const struct script_paths *paths, const struct script *script);
