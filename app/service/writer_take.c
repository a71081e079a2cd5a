#include <sodium.h>
#include <string.h>
#include <time.h>

#include "app/service/accounts.h"
#include "app/service/projection.h"
#include "app/service/writer_parts.h"
#include "net/problem.h"

static int64_t boot_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct device *find_device(struct writer *w, const char *name)
{
    struct device *device = g_hash_table_lookup(w->devices, name);
    if (device)
        return device;
    int64_t seq;
    GError *error = NULL;
    if (!eventlog_device(w->db, name, &seq, &error)) {
        writer_fail(w, error);
        return NULL;
    }
    device = g_new0(struct device, 1);
    device->seq = seq;
    g_hash_table_insert(w->devices, g_strdup(name), device);
    return device;
}

/* The contact of an event, read back into the world when it was over long ago. */
static struct contact *find_contact(struct writer *w, const char *id)
{
    struct contact *c = world_contact(w->world, id);
    if (c || !id)
        return c;
    GError *error = NULL;
    c = projection_contact(w->db, id, &error);
    if (error) {
        writer_fail(w, error);
        return NULL;
    }
    if (c)
        world_put_contact(w->world, c);
    return c;
}

static void touch_agents(struct writer *w, const struct event *ev, const char *owner)
{
    writer_touch(w->agents, owner);
    writer_touch(w->agents, event_text(ev, "agent"));
    if (ev->actor_kind == ACTOR_AGENT)
        writer_touch(w->agents, ev->actor);
}

/* What was shown or changed of a person goes into the audit trail as well, which outlives the texts. */
static bool audit(struct writer *w, const struct event *ev, GError **error)
{
    if (ev->kind != EVENT_CUSTOMER_REVEALED && ev->kind != EVENT_CUSTOMER_CORRECTED)
        return true;
    const char *id = event_text(ev, "customer"), *field = event_text(ev, "field");
    g_autofree char *subject = id ? g_strdup_printf("%s %s", id, field ? field : "")
                                  : g_strdup_printf("contact %s %s", ev->contact ? ev->contact : "",
                                                    field ? field : ""); /* an unknown caller's */
    return accounts_audit(w->db, ev->actor, event_kind_name(ev->kind), subject, error);
}

/* Gives the event its place, folds it and writes it. Takes ev. */
static bool keep(struct writer *w, struct event *ev)
{
    GError *error = NULL;
    struct contact *c = find_contact(w, ev->contact);
    g_autofree char *before = c ? g_strdup(c->agent) : NULL;
    ev->position = ++w->position;
    if (ev->received_at_ms == 0)
        ev->received_at_ms = writer_now_ms();
    world_fold(w->world, ev);
    w->world->position = ev->position;
    c = world_contact(w->world, ev->contact);
    struct store_news *news = g_new0(struct store_news, 1);
    news->ev = ev;
    news->owner = g_strdup(c && c->agent ? c->agent : before);
    g_ptr_array_add(w->news, news);
    if (c) {
        writer_touch(w->contacts, c->id);
        writer_touch(w->agents, before);
    }
    touch_agents(w, ev, c ? c->agent : NULL);
    char *changed;
    if (!eventlog_insert(w->db, ev, w->key, &error) ||
        !projection_fold_customer(w->db, ev, &changed, &error) || !audit(w, ev, &error))
        return writer_fail(w, error);
    if (changed)
        g_hash_table_add(w->customers, changed);
    if (ev->kind == EVENT_SCRIPT_PUBLISHED || ev->kind == EVENT_SCRIPT_RETIRED ||
        ev->kind == EVENT_CONFIG_APPLIED)
        intake_forget(w->intake);
    w->counts.events++;
    return true;
}

/* What rules_follow and rules_tick emit: an event of this node. */
void writer_emit_at(struct writer *w, struct event *ev, int64_t at_ms)
{
    GError *error = NULL;
    if (!w->failure && !writer_begin(w, &error))
        writer_fail(w, error);
    struct device *device = w->failure ? NULL : find_device(w, w->node);
    if (!device) {
        event_free(ev);
        return;
    }
    uint8_t random[10];
    char id[EVENT_ID_LEN + 1];
    randombytes_buf(random, sizeof random);
    ev->at_ms = at_ms;
    event_make_id(ev->at_ms, random, id);
    g_free(ev->id);
    ev->id = g_strdup(id);
    g_free(ev->device);
    ev->device = g_strdup(w->node);
    g_free(ev->boot);
    ev->boot = g_strdup(w->boot);
    /* What is told of an earlier moment was had then, and happened then by either clock: counted back, so
     * that no clock seems to have been set. Below 0 it was before this boot. */
    ev->boot_ms = boot_ms() - (writer_now_ms() - at_ms);
    ev->received_at_ms = at_ms;
    ev->seq = ++device->seq;
    device->touched = true;
    if (!ev->actor)
        ev->actor = g_strdup(w->node);
    keep(w, ev);
}

void writer_emit(struct event *ev, void *user_data)
{
    writer_emit_at(user_data, ev, writer_now_ms());
}

static enum problem_code problem_of_rule(const GError *error)
{
    static const enum problem_code codes[] = {
        [RULES_ERROR_FORBIDDEN] = PROBLEM_FORBIDDEN, [RULES_ERROR_STATE] = PROBLEM_REFUSED,
        [RULES_ERROR_STALE] = PROBLEM_STALE,         [RULES_ERROR_UNKNOWN] = PROBLEM_NOT_FOUND,
        [RULES_ERROR_DATA] = PROBLEM_UNPROCESSABLE,
    };
    bool known = error->domain == RULES_ERROR && (unsigned)error->code < G_N_ELEMENTS(codes);
    return known ? codes[error->code] : PROBLEM_REFUSED;
}

static void refuse(struct writer *w, const struct event *ev, enum problem_code code, const char *detail,
                   struct store_result *result)
{
    GError *error = NULL;
    struct refusal refusal = {.code = code, .detail = (char *)detail};
    if (!eventlog_refuse(w->db, ev, &refusal, writer_now_ms(), &error)) {
        writer_fail(w, error);
        return;
    }
    w->counts.refused++;
    result->problem = g_error_new_literal(NET_PROBLEM, (gint)code, detail);
}

/* What was answered to this id before; false: nothing was. That another system's record was refused is no
 * answer: what it lacked may have come since. */
static bool answered_before(struct writer *w, const struct store_batch *batch, const struct event *ev,
                            struct store_result *result)
{
    GError *error = NULL;
    struct refusal refusal = {0};
    if (!eventlog_find(w->db, ev->id, &result->position, &error) ||
        (!result->position && !batch->is_history && !eventlog_find_refusal(w->db, ev->id, &refusal, &error)))
        return !writer_fail(w, error);
    if (refusal.detail)
        result->problem = g_error_new_literal(NET_PROBLEM, (gint)refusal.code, refusal.detail);
    g_free(refusal.detail);
    return result->position || result->problem;
}

/* False: the event is answered already, as a repeat or out of its order. */
static bool is_next(struct writer *w, const struct store_batch *batch, const struct event *ev,
                    const struct device *device, struct store_result *result)
{
    if (answered_before(w, batch, ev, result))
        return false;
    if (ev->seq == device->seq + 1)
        return true;
    bool is_early = ev->seq > device->seq;
    if (is_early)
        result->expected = device->seq + 1;
    g_set_error(&result->problem, NET_PROBLEM, is_early ? PROBLEM_WRONG_ORDER : PROBLEM_REFUSED,
                is_early ? "Device %s sent its event %" G_GINT64_FORMAT " before %" G_GINT64_FORMAT
                           "; send them in order."
                         : "Device %s has used its number %" G_GINT64_FORMAT
                           " for another event (the next one is %" G_GINT64_FORMAT ").",
                ev->device, ev->seq, device->seq + 1);
    return false;
}

/* A journal that lost a range says so with the range's first number, and goes on behind its last. */
static int64_t last_seq(const struct event *ev)
{
    int64_t last = ev->kind == EVENT_JOURNAL_LOST ? event_number(ev, "last", ev->seq) : ev->seq;
    return MAX(last, ev->seq);
}

static bool is_allowed(const struct writer *w, const struct store_batch *batch, const struct event *ev,
                       GError **refusal)
{
    if (!batch->is_history)
        return rules_check(w->world, ev, batch->role, refusal);
    return !batch->is_checked || rules_check_past(w->world, ev, batch->role, refusal);
}

/* Whoever corrects what somebody else changed since they read it would undo that unseen. What they had read
 * is compared and not kept, for it is personal and told before. */
static bool is_overtaken(struct writer *w, const struct event *ev, GError **refusal)
{
    GError *error = NULL;
    const char *who = event_text(ev, "customer"), *field = event_text(ev, "field");
    if (ev->kind != EVENT_CUSTOMER_CORRECTED || !event_text(ev, "was") || !who || !field)
        return false;
    g_autofree char *now = projection_customer_value(w->db, who, field, &error);
    if (error)
        return writer_fail(w, error);
    bool may = rules_check_correction(ev, now, refusal);
    cJSON_DeleteItemFromObjectCaseSensitive(ev->data, "was");
    return !may;
}

static void take_event(struct writer *w, const struct store_batch *batch, struct event *ev,
                       struct store_result *result)
{
    g_autoptr(event) owned = ev;
    struct device *device = find_device(w, ev->device);
    if (!device)
        return;
    if (ev->seq == 0)
        ev->seq = device->seq + 1;
    if (!is_next(w, batch, ev, device, result))
        return;
    int64_t before = device->seq;
    device->seq = last_seq(ev);
    device->touched = true;
    find_contact(w, ev->contact);
    g_autoptr(GError) refusal = NULL;
    if (!is_allowed(w, batch, ev, &refusal) || is_overtaken(w, ev, &refusal)) {
        if (batch->is_history) {
            device->seq = before;
            result->problem =
                g_error_new_literal(NET_PROBLEM, (gint)problem_of_rule(refusal), refusal->message);
            return;
        }
        refuse(w, ev, problem_of_rule(refusal), refusal->message, result);
        return;
    }
    if (w->failure)
        return;
    struct event *kept = g_steal_pointer(&owned);
    if (!keep(w, kept))
        return;
    result->position = kept->position;
    if (batch->is_history)
        return;
    GError *failure = NULL;
    rules_follow(w->world, kept, writer_now_ms(), writer_emit, w);
    if (!w->failure && !intake_follow(w->intake, w->db, w->world, kept, writer_emit, w, &failure))
        writer_fail(w, failure);
}

/* A session that named no device is bound to that of its first events, in the transaction that takes them, so
 * that of two devices that share a token only one can speak. */
static bool may_take(struct writer *w, struct store_batch *batch)
{
    if (!batch->session || batch->events->len == 0)
        return true;
    const struct event *first = g_ptr_array_index(batch->events, 0);
    bool is_its = false;
    GError *error = NULL;
    if (!accounts_claim_device(w->db, batch->session, first->device, &is_its, &error))
        return writer_fail(w, error);
    if (!is_its)
        batch->error =
            g_error_new(NET_PROBLEM, PROBLEM_UNAUTHORISED,
                        "This session belongs to another device than %s; sign in again.", first->device);
    return is_its;
}

void writer_take(struct writer *w, struct store_batch *batch)
{
    if (!may_take(w, batch))
        return;
    batch->results = g_new0(struct store_result, batch->events->len);
    for (guint i = 0; i < batch->events->len && !w->failure; i++)
        take_event(w, batch, g_steal_pointer(&g_ptr_array_index(batch->events, i)), &batch->results[i]);
}
