#include "tests/support/tape.h"

#include <math.h>
#include <string.h>

struct tape *tape_new(void)
{
    struct tape *t = g_new0(struct tape, 1);
    t->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    t->legs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    t->boot = "boot";
    return t;
}

void tape_free(struct tape *t)
{
    g_ptr_array_unref(t->events);
    g_hash_table_unref(t->legs);
    g_free(t);
}

static enum actor_kind kind_of(const char *actor)
{
    if (strcmp(actor, "customer") == 0)
        return ACTOR_CUSTOMER;
    if (strcmp(actor, "integration") == 0)
        return ACTOR_INTEGRATION;
    return strcmp(actor, "system") == 0 ? ACTOR_SYSTEM : ACTOR_AGENT;
}

struct event *tape_add(struct tape *t, double second, enum event_kind kind, const char *actor,
                       const char *contact, const char *data)
{
    int64_t ms = llround(second * 1000);
    struct event_origin origin = {.device = "test",
                                  .boot = t->boot,
                                  .seq = (int64_t)t->events->len + 1,
                                  .actor_kind = kind_of(actor),
                                  .actor = actor,
                                  .at_ms = TAPE_START_MS + ms + t->clock_shift_ms,
                                  .boot_ms = ms + t->boot_shift_ms};
    g_autofree char *id = g_strdup_printf("tape-%u", t->events->len);
    struct event *ev = event_new(kind, id, &origin);
    ev->contact = g_strdup(contact);
    ev->position = (int64_t)t->events->len + 1;
    g_autofree char *json = g_strdelimit(g_strdup(data), "'", '"');
    cJSON_Delete(ev->data);
    ev->data = cJSON_Parse(json);
    g_assert_nonnull(ev->data);
    if (contact != NULL) {
        int leg = GPOINTER_TO_INT(g_hash_table_lookup(t->legs, contact));
        if (kind == EVENT_CONTACT_ACCEPTED)
            g_hash_table_insert(t->legs, g_strdup(contact), GINT_TO_POINTER(++leg));
        if (leg > 0)
            ev->leg = g_strdup_printf("%s.%d", contact, leg);
    }
    g_ptr_array_add(t->events, ev);
    return ev;
}
