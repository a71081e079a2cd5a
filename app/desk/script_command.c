#include "app/desk/script_command.h"

#include "app/desk/places.h"
#include "app/desk/remote.h"
#include "app/desk/report.h"
#include "app/desk/script_versions.h"
#include "app/model/timestamp.h"
#include "app/script/cli.h"
#include "net/problem.h"

#define PAGE 1000

/* One page of the log to the replay, from `since_ms` on. False where the answer is not one. */
static bool take_page(struct replay *replay, const cJSON *answer, int64_t since_ms, GError **error)
{
    const cJSON *item, *events = cJSON_GetObjectItemCaseSensitive(answer, "events");
    cJSON_ArrayForEach (item, events) {
        g_autoptr(event) ev = event_from_cjson(item, NULL); /* one of a newer kind is none of ours */
        bool is_order = ev != NULL && ev->kind == EVENT_ORDER_RECORDED; /* what was so before counts, too */
        if (ev != NULL && (ev->at_ms >= since_ms || is_order))
            replay_take(replay, ev);
    }
    if (!cJSON_IsArray(events))
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_ANSWER, "The backend answered no events.");
    return cJSON_IsArray(events);
}

static bool fetch(struct replay *replay, const char *url, const char *since, GError **error)
{
    g_autofree char *at = places_url(url), *from = report_time(since, error);
    g_autofree char *after = g_strdup("0");
    int64_t since_ms = 0;
    bool more = from != NULL && timestamp_parse(from, &since_ms);
    while (more) {
        g_autofree char *path = g_strdup_printf("/v1/events?after=%s&limit=%d", after, PAGE);
        cJSON *answer = remote_ask(at, path, NULL, NULL, error);
        bool taken = answer != NULL && take_page(replay, answer, since_ms, error);
        more = taken && !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "end_of_stream"));
        const char *next = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "after_cursor"));
        if (next != NULL) {
            g_free(after);
            after = g_strdup(next);
        }
        more = more && next != NULL;
        cJSON_Delete(answer);
        if (!taken)
            return false;
    }
    return from != NULL;
}

int script_command_main(int argc, char **argv)
{
    struct script_cli_backend backend = {.fetch = fetch};
    backend.verbs = script_versions_verbs(&backend.verb_count);
    return script_cli_main(argc, argv, &backend);
}
