/* The link of a practice: the desk on the very same screens, with a simulated customer in place of the
 * backend.
 *
 * No network and no thread: a timer of the main context drives the run. There is no password.
 *
 *     struct link *link = link_practice_new(&options, run_link_callbacks(), run, &error);
 */
#ifndef APP_DESK_LINK_PRACTICE_H
#define APP_DESK_LINK_PRACTICE_H

#include "app/desk/link.h"

struct link_practice_options {
    const char *content_folder; /* share/demo */
    const char *scenario_path;
    const char *agent, *agent_name;
    /* The run is over, or was ended: the report, lines. Borrowed for the call; from the main context. */
    void (*scored)(const char *report, void *user_data);
    void *user_data; /* of scored */
};

/* Whether one can be made of these: false where the content or the scenario has a fault, every one named. */
bool link_practice_check(const struct link_practice_options *options, GError **error);

/* NULL where the content or the scenario has a fault, every one named. Copies. Free with link_free. */
struct link *link_practice_new(const struct link_practice_options *options,
                               const struct link_callbacks *callbacks, void *user_data, GError **error);

/* What the person at the desk asks for: "hint", "pause" or "end" (then `scored` is called). The sentence to
 * show; NULL: none. Caller owns, g_free. */
char *link_practice_command(struct link *link, const char *what);

#endif
