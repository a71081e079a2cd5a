#include "tests/support/shift.h"

#include <string.h>

static void add_queue(struct world *w, const char *id, int line, const char *escalates_to)
{
    struct queue *q = queue_new(id, id);
    q->skill = g_strdup(id);
    q->line = line;
    q->escalates_to = g_strdup(escalates_to);
    q->wrap_ms = 120 * 1000;
    world_put_queue(w, q);
}

static void add_agent(struct world *w, const char *id, const char *name, enum role role, const char *skills)
{
    struct agent *a = agent_new(id, name, role);
    g_auto(GStrv) words = g_strsplit(skills, " ", -1);
    for (size_t i = 0; words[i] != NULL && words[i + 1] != NULL; i += 2)
        agent_set_skill(a, words[i], atoi(words[i + 1]));
    world_put_agent(w, a);
}

struct world *shift_empty_world(void)
{
    struct world *w = world_new();
    add_queue(w, "shop", 1, "shop2");
    add_queue(w, "shop2", 2, NULL);
    add_queue(w, "zh", 1, "shop2");
    add_agent(w, "mina", "Mina Ek", ROLE_AGENT, "shop 3 zh 1");
    add_agent(w, "omar", "Omar Diaz", ROLE_AGENT, "shop 3");
    add_agent(w, "lena", "Lena Roth", ROLE_AGENT, "shop 5");
    add_agent(w, "wei", "Wei Zhang", ROLE_AGENT, "zh 5");
    add_agent(w, "sofia", "Sofia Brandt", ROLE_SPECIALIST, "shop2 4");
    add_agent(w, "boss", "Ben Osei", ROLE_SUPERVISOR, "");
    add_agent(w, "root", "Rita Olsen", ROLE_ADMIN, "");
    return w;
}

struct shift *shift_new(void)
{
    struct shift *s = g_new0(struct shift, 1);
    s->w = shift_empty_world();
    s->log = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    s->now_ms = SHIFT_START_MS;
    return s;
}

void shift_free(struct shift *s)
{
    world_free(s->w);
    g_ptr_array_unref(s->log);
    g_free(s);
}

static enum actor_kind kind_of(const char *actor)
{
    if (strcmp(actor, "customer") == 0)
        return ACTOR_CUSTOMER;
    if (strcmp(actor, "integration") == 0)
        return ACTOR_INTEGRATION;
    return strcmp(actor, "system") == 0 ? ACTOR_SYSTEM : ACTOR_AGENT;
}

struct event *shift_event(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
                          const char *data)
{
    struct event_origin origin = {.device = "test",
                                  .boot = "boot",
                                  .seq = ++s->seq,
                                  .actor_kind = kind_of(actor),
                                  .actor = actor,
                                  .at_ms = s->now_ms,
                                  .boot_ms = s->now_ms - SHIFT_START_MS};
    g_autofree char *id = g_strdup_printf("test-%" G_GINT64_FORMAT, s->seq);
    struct event *ev = event_new(kind, id, &origin);
    ev->contact = g_strdup(contact_id);
    ev->saw = s->saw;
    g_autofree char *json = g_strdelimit(g_strdup(data), "'", '"');
    cJSON_Delete(ev->data);
    ev->data = cJSON_Parse(json);
    g_assert_nonnull(ev->data);
    const struct contact *c = world_contact(s->w, contact_id);
    if (kind == EVENT_CONTACT_ACCEPTED && c != NULL)
        ev->leg = g_strdup_printf("%s.%d", c->id, c->legs + 1);
    else if (c != NULL)
        ev->leg = g_strdup(c->leg);
    return ev;
}

static void append(struct shift *s, struct event *ev)
{
    ev->position = ++s->position;
    g_ptr_array_add(s->log, ev);
    world_fold(s->w, ev);
}

static void take_emitted(struct event *ev, void *user_data)
{
    struct shift *s = user_data;
    ev->id = g_strdup_printf("system-%" G_GINT64_FORMAT, ++s->seq);
    ev->device = g_strdup("node");
    ev->boot = g_strdup("node-boot");
    ev->seq = s->seq;
    ev->at_ms = s->now_ms;
    g_autoptr(GError) error = NULL;
    rules_check(s->w, ev, ROLE_AGENT, &error);
    g_assert_no_error(error);
    append(s, ev);
}

bool shift_try(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
               const char *data, GError **error)
{
    struct event *ev = shift_event(s, kind, actor, contact_id, data);
    s->saw = 0;
    const struct agent *a = world_agent(s->w, actor);
    if (!rules_check(s->w, ev, a == NULL ? ROLE_INTEGRATION : a->role, error)) {
        event_free(ev);
        return false;
    }
    append(s, ev);
    s->emitted = s->log->len;
    rules_follow(s->w, ev, s->now_ms, take_emitted, s);
    return true;
}

void shift_do(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
              const char *data)
{
    g_autoptr(GError) error = NULL;
    shift_try(s, kind, actor, contact_id, data, &error);
    g_assert_no_error(error);
}

void shift_refuse(struct shift *s, enum event_kind kind, const char *actor, const char *contact_id,
                  const char *data, enum rules_error code, const char *sentence)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(shift_try(s, kind, actor, contact_id, data, &error));
    g_assert_cmpstr(error->message, ==, sentence);
    g_assert_error(error, RULES_ERROR, (int)code);
}

void shift_sign_in(struct shift *s, const char *agent_id)
{
    shift_do(s, EVENT_AGENT_SIGNED_IN, agent_id, NULL, "{}");
    shift_do(s, EVENT_AGENT_PRESENCE_CHANGED, agent_id, NULL, "{'presence':'ready'}");
}

void shift_arrive(struct shift *s, const char *contact_id, const char *channel, const char *queue_id)
{
    g_autofree char *data = g_strdup_printf("{'channel':'%s','queue':'%s'}", channel, queue_id);
    shift_do(s, EVENT_CONTACT_CREATED, "integration", contact_id, data);
}

void shift_finish(struct shift *s, const char *agent_id, const char *contact_id)
{
    shift_do(s, EVENT_CONTACT_WRAP_STARTED, agent_id, contact_id, "{}");
    shift_do(s, EVENT_CONTACT_CLOSED, agent_id, contact_id, "{'disposition':'solved','resolved':true}");
}

int64_t shift_wait(struct shift *s, int64_t ms)
{
    s->now_ms += ms;
    s->emitted = s->log->len;
    return rules_tick(s->w, s->now_ms, take_emitted, s);
}

struct contact *shift_contact(struct shift *s, const char *id)
{
    struct contact *c = world_contact(s->w, id);
    g_assert_nonnull(c);
    return c;
}

const char *shift_where(struct shift *s, const char *id)
{
    static char text[128];
    const struct contact *c = shift_contact(s, id);
    g_snprintf(text, sizeof text, "%s %s", contact_state_name(c->state), c->agent == NULL ? "-" : c->agent);
    return text;
}

unsigned shift_emitted(const struct shift *s, enum event_kind kind)
{
    unsigned count = 0;
    for (guint i = s->emitted; i < s->log->len; i++)
        count += ((const struct event *)g_ptr_array_index(s->log, i))->kind == kind;
    return count;
}

static int compare_keys(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

static void dump_table(GString *text, GHashTable *table, cJSON *(*to_cjson)(const void *))
{
    GList *keys = g_list_sort(g_hash_table_get_keys(table), compare_keys);
    for (GList *key = keys; key != NULL; key = key->next) {
        cJSON *json = to_cjson(g_hash_table_lookup(table, key->data));
        char *line = cJSON_PrintUnformatted(json);
        g_string_append_printf(text, "%s\n", line);
        cJSON_free(line);
        cJSON_Delete(json);
    }
    g_list_free(keys);
}

static cJSON *agent_json(const void *a)
{
    return agent_to_cjson(a);
}

static cJSON *contact_json(const void *c)
{
    return contact_to_cjson(c);
}

char *shift_dump(const struct world *w)
{
    GString *text = g_string_new(NULL);
    dump_table(text, w->agents, agent_json);
    dump_table(text, w->contacts, contact_json);
    return g_string_free(text, false);
}
