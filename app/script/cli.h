/*
 * cli: the command `script`, as in `firstline script check FILE...`.
 *
 *     script check FILE...
 *     script graph FILE [--text|--mermaid] [--language LANG]
 *     script paths FILE [--most N] [--json]
 *     script run FILE [--answers FILE] [--language LANG]
 *     script replay FILE --events FILE|--since TIME [--url URL] [--json]
 *
 * and what else the caller has under this word.
 *
 * It prints; everything else in app/script does not. It knows no network: where the events of a backend come
 * from is given to it.
 */
#pragma once

#include "app/script/replay.h"

/* Tells the replay the events of the backend at `url` (NULL: the usual one) since a time as typed. False with
 * a sentence. */
typedef bool (*script_cli_fetch)(struct replay *replay, const char *url, const char *since, GError **error);

/* A further command, shown in the same list. argv[0] of its `main` is its name; it returns the exit status.
 */
struct script_cli_verb {
    const char *name, *arguments, *help;
    int (*main)(int argc, char **argv);
};
struct script_cli_backend {
    script_cli_fetch fetch;
    const struct script_cli_verb *verbs; /* verbs[verb_count] */
    size_t verb_count;
};

/* argv[0] is the word `script`, the rest what stands after it. `backend` may be NULL: then there is none to
 * ask. Returns the exit status: 0 done, 1 a script is wrong or could not be walked to its end, 2 wrong usage.
 */
int script_cli_main(int argc, char **argv, const struct script_cli_backend *backend);
