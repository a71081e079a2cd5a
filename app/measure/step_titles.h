/* What the steps of scripts are called: of each the title under which it was entered or
 * passed by last. An id such as
 * q4-1 tells nobody anything; two versions of a script may call one step differently.
 *
 *     struct step_titles *titles = step_titles_new();
 *     step_titles_fold(titles, ev);             // in the order of positions; a repeat does no harm
 *     step_titles_of(titles, "return", "q4-1"); // "Ask why"
 */
#ifndef APP_MEASURE_STEP_TITLES_H
#define APP_MEASURE_STEP_TITLES_H

#include "app/model/event.h"

/* "script/step", by which folds keep steps apart; "-" stands for no script. Caller owns, g_free. */
char *step_titles_key(const char *script, const char *step);

typedef struct step_titles step_titles;

struct step_titles *step_titles_new(void);
void step_titles_free(struct step_titles *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(step_titles, step_titles_free)
void step_titles_fold(struct step_titles *t, const struct event *ev);
/* What is known besides the log. Copies; without a title nothing changes. */
void step_titles_put(struct step_titles *t, const char *script, const char *step, const char *title);

/* NULL: none is known. Borrowed until the next fold or put. */
const char *step_titles_find(const struct step_titles *t, const char *key);
const char *step_titles_of(const struct step_titles *t, const char *script, const char *step);

#endif
