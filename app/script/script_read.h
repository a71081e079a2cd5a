/*
 * script_read: the parts of loading a script, private to script.c.
 *
 * script_shape.c holds the tables by which the file becomes structs; script_use.c brings in the steps of
 * other scripts; script_names.c gathers the names; script_link.c then gives every name in the structs its
 * meaning (steps, facts, fields, conditions, templates) and says which have none.
 */
#pragma once

#include "app/script/pattern.h"
#include "app/script/script.h"

struct script_own {
    gatomicrefcount references;
    struct yaml_doc *doc;
    struct condition_engine *engine; /* NULL until the names are known */
    GArray *names;                   /* of struct script_name */
    GPtrArray *patterns;             /* of struct pattern */
    GPtrArray *used;                 /* of struct script: whose steps stand among its own */
    GPtrArray *used_ids;             /* the ids of these and of what they use, ended by NULL */
};

/* Scripts that are being read, each within the one before: none may use itself. */
struct reading_script {
    const struct script_library *library; /* may be NULL */
    const struct reading_script *outer;   /* NULL: the first */
    const char *id;
    GHashTable *known; /* id -> struct script: what was read already, shared by all of them */
};

/* Reads `bytes` within `reading`; as script_parse_using. */
struct script *script_parse_within(const char *name, const char *bytes, size_t len,
                                   const struct reading_script *reading, GError **error);

/* Puts the steps that `use` names in the place of those that say it; before script_link. False after saying
 * which cannot be had: then names are missing, and nothing can be said of the others. */
bool script_use(struct script *script, const struct reading_script *reading, struct problems *problems);

/* Gathers the names of facts, values, items and fields, and makes the engine that knows them. */
void script_collect_names(struct script *script, struct problems *problems);

/* What stands in a script's file; fills a struct script. One of its steps; fills a struct script_step. */
extern const struct yaml_shape SCRIPT_SHAPE;
extern const struct yaml_shape SCRIPT_STEP_SHAPE;

/* The node of a key, or of the thing itself when the key is not written. */
const struct yaml_node *script_node_of(const struct yaml_node *map, const char *key);

/* Ids and names: small letters, digits, and `joint`, beginning with a letter. */
bool script_word_is_well_formed(const char *word, char joint);

/* Adds what is wrong; a script with problems is not to be used. */
void script_link(struct script *script, struct problems *problems);
