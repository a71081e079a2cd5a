/* A line of the log from outside: an event or a sentence. What is read is written and read alike, and a
 * replay of a script takes any events in any order. */
#include "app/model/event.h"

#include <stdint.h>
#include <string.h>

#include "app/script/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char SCRIPT[] =
    "script: s\nversion: 1\ntitle: T\nsteps:\n"
    "- {id: a, kind: ask, title: A, class: value, fields: [{name: q, type: number}], next: [{when: q > 1, "
    "to: b}, c]}\n"
    "- {id: b, kind: action, title: B, class: value, action: x, results: {done: c, failed: a}}\n"
    "- {id: c, kind: end, title: C, class: value, disposition: d, resolved: yes}\n";

static void read_one(const char *line, size_t len)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(event) ev = event_from_json(line, (gssize)len, &error);
    g_assert_true((ev == NULL) == (error != NULL));
    if (!ev)
        return;
    g_autofree char *written = event_to_json(ev);
    g_autoptr(event) again = event_from_json(written, -1, &error);
    g_assert_no_error(error);
    g_autofree char *rewritten = event_to_json(again);
    g_assert_cmpstr(written, ==, rewritten);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct script *script;
    if (!script)
        script = script_parse("s", SCRIPT, strlen(SCRIPT), NULL);
    struct replay *replay = replay_new(script);
    const char *at = (const char *)bytes, *end = at + len;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        read_one(at, (size_t)(stop - at));
        replay_take_line(replay, at, (size_t)(stop - at), NULL);
        at = stop + 1;
    }
    g_autofree char *text = replay_text(replay);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    replay_free(replay);
    return 0;
}
