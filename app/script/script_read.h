/*
 * script_read: the two halves of loading a script, private to script.c.
 *
 * script_shape.c holds the tables by which the file becomes structs; script_link.c then gives every name in
 * them its meaning (steps, facts, fields, conditions, templates) and says which have none.
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
};

/* What stands in a script's file; fills a struct script. */
extern const struct yaml_shape SCRIPT_SHAPE;

/* Adds what is wrong; a script with problems is not to be used. */
void script_link(struct script *script, struct problems *problems);
