/*
 * diff: two versions of a script beside each other, as written: what of the head and of each step is
 * otherwise, which steps came and went.
 *
 * It compares the texts, not what `use` brings in, so it wants no library and takes drafts too.
 */
#pragma once

#include <glib.h>

struct script_diff_side {
    const char *name;   /* what stands above its column: "version 2" */
    const char *source; /* YAML */
};

/* For people, in three columns. Caller owns; NULL where one is no YAML or has no steps (PROBLEMS_ERROR). */
char *script_diff_text(const struct script_diff_side *old, const struct script_diff_side *new,
                       GError **error);
