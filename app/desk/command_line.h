/* The command line of a command that speaks to the backend: its options beside the address and the span of
 * time that several take, its one sentence where it fails, its exit status.
 *
 *     static bool run(const struct command_line *line, int argc, char **argv, GError **error);
 *     return command_line_main(
 *         &(struct command_line){.name = "firstline export", .run = run, …}, argc, argv);
 */
#ifndef APP_DESK_COMMAND_LINE_H
#define APP_DESK_COMMAND_LINE_H

#include <glib.h>
#include <stdbool.h>

struct command_line {
    const char *name;            /* as sentences begin: "firstline report" */
    const char *words;           /* what it takes beside options; NULL: nothing */
    const char *summary;         /* of its --help */
    const GOptionEntry *entries; /* its own options, {0} at the end */
    bool has_span;               /* takes --since and --until */
    /* argv[1] on are the words. False with the sentence, of NET_PROBLEM. */
    bool (*run)(const struct command_line *line, int argc, char **argv, GError **error);
    void *user_data;
    char *url;           /* for run: never NULL */
    char *ca;            /* the authority to trust, where one is named; in force when run is called */
    char *since, *until; /* for run: as they were typed; NULL: not given */
};

/* Reads, runs, says what is wrong on standard error. The exit status. */
int command_line_main(struct command_line *line, int argc, char **argv);

#endif
