/*
 * check: whether a script that loads can also be walked to a good end by everybody.
 *
 * Loading has settled names and forms; this looks at the whole: steps nobody reaches, steps that lead
 * nowhere, circles without a way out, approvals that nobody can give, names that are used before they are
 * answered on some way, verification asked again after it passed, choices compared with what is none of their
 * options, texts missing in a language.
 *
 *     struct problems *problems = problems_new(script->file);
 *     script_check(script, problems);
 *     if (!problems_none(problems, &error)) ...
 */
#pragma once

#include "app/script/script.h"

/* Adds each with its place; none: the script may be published. */
void script_check(const struct script *script, struct problems *problems);
