/* A plain HTTP caller for tests: one request, its whole answer, on the test's own thread. */
#ifndef TESTS_SUPPORT_CALLER_H
#define TESTS_SUPPORT_CALLER_H

#include <cjson/cJSON.h>
#include <glib.h>

struct answer {
    long status; /* 0: no answer */
    GString *body;
    char *etag; /* "" where there is none */
};

/* `token`, `body` and `header` (several: one a line) may be NULL. Release with answer_release. */
struct answer caller_ask(const char *method, const char *url, const char *token, const char *body,
                         const char *header);
void answer_release(struct answer *answer);
/* Ends the test unless the answer has this status and, in its body, this part (NULL: whatever); releases it.
 */
void answer_expect(struct answer answer, long status, const char *part);
/* A text of the answer's JSON object; "" where there is none. Caller owns. */
char *answer_text(const struct answer *answer, const char *name);

/* Signs in and answers the token, asserted to succeed. Caller owns. */
char *caller_sign_in(const char *url, const char *agent, const char *device);

/* Reads a stream until `count` events came or `seconds` have gone; answers what was read. Caller owns. */
char *caller_stream(const char *url, const char *token, const char *last_id, int count, int seconds);

#endif
