#include "app/desk/link_practice.h"

#include <string.h>

#include "app/desk/practice.h"
#include "net/problem.h"

#define TICK_MS     200
#define DOWN_REASON "The connection of this practice is down on purpose; work goes on."

/* Answers wait here, for no callback may come from within a call. */
enum answer_kind { ANSWER_SIGNED_IN, ANSWER_CHECKED, ANSWER_FETCHED, ANSWER_DELIVERED, ANSWER_STREAMED };
struct answer {
    enum answer_kind kind;
    uint64_t number;
    enum link_fetch what;
    cJSON *json;
    GError *error;
};

struct link_practice {
    struct link base;
    struct practice *practice;
    GQueue answers; /* struct answer * */
    GQueue events;  /* the same, of the stream; they wait while the link is down */
    guint tick, idle;
    bool streams, is_down, was_live, was_scored;
    void (*scored)(const char *report, void *user_data);
    void *scored_data;
};

static struct link_practice *of(struct link *link)
{
    return (struct link_practice *)link;
}

static int64_t now_ms(void)
{
    return g_get_real_time() / 1000;
}

static void answer_free(gpointer data)
{
    struct answer *answer = data;
    cJSON_Delete(answer->json);
    g_clear_error(&answer->error);
    g_free(answer);
}

static void give(struct link_practice *l, const struct answer *answer)
{
    const struct link_callbacks *callbacks = l->base.callbacks;
    switch (answer->kind) {
    case ANSWER_SIGNED_IN:
        callbacks->signed_in(answer->json, answer->error, l->base.user_data);
        break;
    case ANSWER_CHECKED:
        callbacks->checked(answer->error, l->base.user_data);
        break;
    case ANSWER_FETCHED:
        callbacks->fetched(answer->number, answer->what, answer->json, answer->error, l->base.user_data);
        break;
    case ANSWER_DELIVERED:
        callbacks->delivered(answer->number, answer->json, answer->error, l->base.user_data);
        break;
    case ANSWER_STREAMED:
        callbacks->streamed(answer->json, l->base.user_data);
        break;
    }
}

static void give_all(struct link_practice *l, GQueue *queue)
{
    struct answer *answer;
    while ((answer = g_queue_pop_head(queue)) != NULL) {
        give(l, answer);
        answer_free(answer);
    }
}

/* What was asked before the link went down is answered. */
static gboolean give_answers(void *data)
{
    struct link_practice *l = data;
    l->idle = 0;
    give_all(l, &l->answers);
    if (!l->is_down)
        give_all(l, &l->events);
    return G_SOURCE_REMOVE;
}

static void give_soon(struct link_practice *l)
{
    if (l->idle == 0)
        l->idle = g_idle_add_full(G_PRIORITY_DEFAULT, give_answers, l, NULL);
}

static struct answer *answer_new(struct link_practice *l, enum answer_kind kind)
{
    struct answer *answer = g_new0(struct answer, 1);
    answer->kind = kind;
    g_queue_push_tail(kind == ANSWER_STREAMED ? &l->events : &l->answers, answer);
    give_soon(l);
    return answer;
}

static void applied(const struct event *ev, void *user_data)
{
    struct link_practice *l = user_data;
    if (l->streams)
        answer_new(l, ANSWER_STREAMED)->json = event_to_cjson(ev);
}

static GError *down_error(void)
{
    return g_error_new_literal(NET_PROBLEM, PROBLEM_UNAVAILABLE, DOWN_REASON);
}

/* --- time --- */

static void tell_score(struct link_practice *l)
{
    g_autofree char *report = practice_report(l->practice);
    l->was_scored = true;
    if (l->scored != NULL)
        l->scored(report, l->scored_data);
}

static void watch_state(struct link_practice *l)
{
    bool down = practice_is_link_down(l->practice, now_ms());
    if (!l->streams || (down == l->is_down && l->was_live))
        return;
    l->is_down = down;
    l->was_live = true;
    l->base.callbacks->state(down ? LINK_CONNECTING : LINK_LIVE, down ? DOWN_REASON : NULL,
                             l->base.user_data);
    if (!down)
        give_soon(l);
}

static gboolean on_tick(void *data)
{
    struct link_practice *l = data;
    practice_tick(l->practice, now_ms());
    watch_state(l);
    if (practice_is_over(l->practice) && !l->was_scored && !l->is_down)
        tell_score(l);
    return G_SOURCE_CONTINUE;
}

/* --- the link --- */

static void sign_in(struct link *link, const char *agent, const char *password)
{
    (void)agent;
    (void)password;
    struct link_practice *l = of(link);
    answer_new(l, ANSWER_SIGNED_IN)->json = practice_session(l->practice, now_ms());
}

static void check(struct link *link, const char *agent, const char *password)
{
    (void)agent;
    (void)password;
    answer_new(of(link), ANSWER_CHECKED);
}

static bool resume(struct link *link)
{
    sign_in(link, NULL, NULL);
    return true;
}

static void sign_out(struct link *link)
{
    of(link)->streams = false;
}

static void fetch(struct link *link, uint64_t number, enum link_fetch what, const char *argument)
{
    struct link_practice *l = of(link);
    struct answer *answer = answer_new(l, ANSWER_FETCHED);
    answer->number = number;
    answer->what = what;
    if (l->is_down)
        answer->error = down_error();
    else
        answer->json = practice_fetch(l->practice, what, argument, now_ms(), &answer->error);
}

static void deliver(struct link *link, uint64_t number, const char *events_json)
{
    struct link_practice *l = of(link);
    bool down = practice_is_link_down(l->practice, now_ms());
    cJSON *json = down ? NULL : practice_deliver(l->practice, events_json, now_ms());
    struct answer *answer = answer_new(l, ANSWER_DELIVERED);
    answer->number = number;
    answer->json = json;
    answer->error = down ? down_error() : NULL;
}

static void stream(struct link *link, int64_t after)
{
    struct link_practice *l = of(link);
    cJSON *events = practice_events_after(l->practice, after), *ev;
    l->streams = true;
    while ((ev = cJSON_DetachItemFromArray(events, 0)) != NULL)
        answer_new(l, ANSWER_STREAMED)->json = ev;
    cJSON_Delete(events);
}

/* Nobody else is there to be told; the customer hears the keys. */
static void watch(struct link *link, const char *contact, const char *customer_id, bool is_typing)
{
    (void)customer_id;
    practice_type(of(link)->practice, contact != NULL && is_typing);
}

static void link_practice_free(struct link *link)
{
    struct link_practice *l = of(link);
    if (l->tick != 0)
        g_source_remove(l->tick);
    if (l->idle != 0)
        g_source_remove(l->idle);
    g_queue_clear_full(&l->answers, answer_free);
    g_queue_clear_full(&l->events, answer_free);
    practice_free(l->practice);
    g_free(l);
}

static const struct link_class link_practice_class = {
    .sign_in = sign_in,
    .check = check,
    .resume = resume,
    .sign_out = sign_out,
    .fetch = fetch,
    .deliver = deliver,
    .stream = stream,
    .watch = watch,
    .free = link_practice_free,
};

static struct practice *make_practice(const struct link_practice_options *options, struct link_practice *l,
                                      GError **error)
{
    return practice_new(&(struct practice_options){.content_folder = options->content_folder,
                                                   .scenario_path = options->scenario_path,
                                                   .agent = options->agent,
                                                   .agent_name = options->agent_name,
                                                   .now_ms = now_ms(),
                                                   .applied = applied,
                                                   .user_data = l},
                        error);
}

bool link_practice_check(const struct link_practice_options *options, GError **error)
{
    struct practice *practice = make_practice(options, NULL, error);
    practice_free(practice);
    return practice != NULL;
}

struct link *link_practice_new(const struct link_practice_options *options,
                               const struct link_callbacks *callbacks, void *user_data, GError **error)
{
    struct link_practice *l = g_new0(struct link_practice, 1);
    l->base = (struct link){.class = &link_practice_class, .callbacks = callbacks, .user_data = user_data};
    l->scored = options->scored;
    l->scored_data = options->user_data;
    g_queue_init(&l->answers);
    g_queue_init(&l->events);
    l->practice = make_practice(options, l, error);
    if (l->practice == NULL) {
        link_practice_free(&l->base);
        return NULL;
    }
    l->tick = g_timeout_add(TICK_MS, on_tick, l);
    return &l->base;
}

char *link_practice_command(struct link *link, const char *what)
{
    struct link_practice *l = of(link);
    if (strcmp(what, "hint") == 0) {
        const char *hint = practice_hint(l->practice);
        return g_strdup(hint != NULL ? hint : "There is no hint for this scenario.");
    }
    if (strcmp(what, "pause") == 0)
        return g_strdup(practice_pause(l->practice, now_ms()) ? "The customer's time stands still."
                                                              : "The customer's time goes on.");
    tell_score(l);
    return NULL;
}
