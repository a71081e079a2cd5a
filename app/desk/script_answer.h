/* What the backend gives out of scripts, read: YAML sources become scripts, each with the versions of others
 * that it was published with. One that cannot be read is left out, and logged with its place. */
#ifndef APP_DESK_SCRIPT_ANSWER_H
#define APP_DESK_SCRIPT_ANSWER_H

#include <cjson/cJSON.h>
#include <glib.h>

struct script_answer {
    GPtrArray *scripts;  /* struct script *: everybody's */
    GPtrArray *older;    /* struct script *: all others, also those being rolled out */
    GPtrArray *rollouts; /* struct desk_rollout * */
};

/* answer: {"scripts":[{"id","version","source","uses"?,"share_percent"?,"queues"?}],"older":[…]}. */
void script_answer_read(struct script_answer *given, const cJSON *answer);
void script_answer_release(struct script_answer *given);

#endif
