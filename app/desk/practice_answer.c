/* What a backend would answer, out of the little world of a practice; see practice.h. */
#include <string.h>

#include "app/desk/practice_parts.h"
#include "app/model/timestamp.h"
#include "net/problem.h"

static void add_position(cJSON *json, const struct practice *p)
{
    g_autofree char *position = g_strdup_printf("%u", p->events->len);
    cJSON_AddStringToObject(json, "position", position);
}

static void add_time(cJSON *json, int64_t now_ms)
{
    char text[TIMESTAMP_BYTES];
    timestamp_format(now_ms, text);
    cJSON_AddStringToObject(json, "server_time", text);
}

cJSON *practice_session(const struct practice *p, int64_t now_ms)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddItemToObject(json, "agent", agent_to_cjson(world_agent(p->world, p->agent)));
    add_position(json, p);
    add_time(json, now_ms);
    return json;
}

static cJSON *answer_floor(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)argument;
    cJSON *json = cJSON_CreateObject(), *queues = cJSON_AddArrayToObject(json, "queues"),
          *agents = cJSON_AddArrayToObject(json, "agents");
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, p->world->queues);
    while (g_hash_table_iter_next(&each, NULL, &value))
        cJSON_AddItemToArray(queues, queue_to_floor_cjson(value, now_ms));
    g_hash_table_iter_init(&each, p->world->agents);
    while (g_hash_table_iter_next(&each, NULL, &value))
        cJSON_AddItemToArray(agents, agent_to_cjson(value));
    cJSON_AddItemToObject(json, "settings", cJSON_Duplicate(p->settings, true));
    add_position(json, p);
    add_time(json, now_ms);
    return json;
}

static void add_contacts(cJSON *json, const struct practice *p, bool with_over)
{
    cJSON *contacts = cJSON_AddArrayToObject(json, "contacts");
    GHashTableIter each;
    void *value;
    g_hash_table_iter_init(&each, p->world->contacts);
    while (g_hash_table_iter_next(&each, NULL, &value))
        if (with_over || !contact_is_over(value))
            cJSON_AddItemToArray(contacts, contact_to_cjson(value));
    add_position(json, p);
}

static cJSON *answer_contacts(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)argument;
    (void)now_ms;
    cJSON *json = cJSON_CreateObject();
    add_contacts(json, p, false);
    cJSON_AddBoolToObject(json, "end_of_stream", true);
    return json;
}

static cJSON *answer_contact(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)now_ms;
    const struct contact *c = world_contact(p->world, argument);
    return c == NULL ? NULL : contact_to_cjson(c);
}

static cJSON *answer_events(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)now_ms;
    cJSON *json = cJSON_CreateObject(), *events = cJSON_AddArrayToObject(json, "events");
    for (guint i = 0; i < p->events->len; i++) {
        const struct event *ev = g_ptr_array_index(p->events, i);
        if (g_strcmp0(ev->contact, argument) == 0)
            cJSON_AddItemToArray(events, event_to_cjson(ev));
    }
    add_position(json, p);
    return json;
}

static cJSON *answer_customer(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)now_ms;
    if (g_strcmp0(argument, p->customer->id) != 0)
        return NULL;
    cJSON *json = customer_to_cjson(p->customer);
    add_contacts(json, p, true);
    return json;
}

static void add_hit(cJSON *hits, const char *kind, const char *id, const char *title, const char *detail,
                    const char *customer_id)
{
    cJSON *hit = cJSON_CreateObject();
    cJSON_AddStringToObject(hit, "kind", kind);
    cJSON_AddStringToObject(hit, "id", id);
    cJSON_AddStringToObject(hit, "title", title);
    cJSON_AddStringToObject(hit, "detail", detail);
    cJSON_AddStringToObject(hit, "customer", customer_id);
    cJSON_AddItemToArray(hits, hit);
}

static bool holds(const char *text, const char *folded)
{
    g_autofree char *lower = text == NULL ? NULL : g_utf8_casefold(text, -1);
    return lower != NULL && strstr(lower, folded) != NULL;
}

static cJSON *answer_find(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)now_ms;
    const struct customer *c = p->customer;
    cJSON *json = cJSON_CreateObject(), *hits = cJSON_AddArrayToObject(json, "hits");
    g_autofree char *folded = g_utf8_casefold(argument == NULL ? "" : argument, -1);
    const char *email = customer_identity(c, IDENTITY_EMAIL), *phone = customer_identity(c, IDENTITY_PHONE);
    if (holds(c->name, folded) || holds(email, folded) || holds(phone, folded))
        add_hit(hits, "customer", c->id, c->name, email, c->id);
    for (guint i = 0; i < c->orders->len; i++) {
        const struct order *o = g_ptr_array_index(c->orders, i);
        if (holds(o->id, folded) || holds(o->item, folded))
            add_hit(hits, "order", o->id, o->id, o->item, c->id);
    }
    return json;
}

static cJSON *answer_scripts(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)argument;
    (void)now_ms;
    cJSON *json = cJSON_CreateObject(), *scripts = cJSON_AddArrayToObject(json, "scripts");
    for (guint i = 0; i < p->content->scripts->len; i++) {
        const struct script *script = g_ptr_array_index(p->content->scripts, i);
        g_autofree char *source = NULL;
        if (!g_file_get_contents(script->file, &source, NULL, NULL))
            continue;
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", script->id);
        cJSON_AddNumberToObject(item, "version", (double)script->version);
        cJSON_AddStringToObject(item, "source", source);
        cJSON_AddItemToArray(scripts, item);
    }
    return json;
}

static cJSON *answer_articles(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)argument;
    (void)now_ms;
    g_autoptr(GString) lines = g_string_new(NULL);
    for (guint i = 0; i < p->content->articles->len; i++) {
        const struct demo_article *article = g_ptr_array_index(p->content->articles, i);
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", article->id);
        cJSON_AddStringToObject(item, "title", article->title);
        cJSON_AddStringToObject(item, "body", article->body);
        cJSON_AddStringToObject(item, "tags", article->tags);
        cJSON_AddStringToObject(item, "lang", article->lang);
        cJSON_AddStringToObject(item, "updated", article->updated);
        char *text = cJSON_PrintUnformatted(item);
        g_string_append_printf(lines, "%s\n", text);
        cJSON_free(text);
        cJSON_Delete(item);
    }
    cJSON *json = cJSON_CreateObject();
    g_autofree char *etag = g_strdup_printf("\"practice-%08x\"", g_str_hash(lines->str));
    cJSON_AddStringToObject(json, "etag", etag);
    cJSON_AddStringToObject(json, "lines", lines->str);
    return json;
}

/* Nobody has used the practice's articles before. */
static cJSON *answer_uses(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)p;
    (void)argument;
    (void)now_ms;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "lines", "");
    return json;
}

static cJSON *answer_report(const struct practice *p, const char *argument, int64_t now_ms)
{
    (void)argument;
    (void)now_ms;
    cJSON *json = cJSON_CreateObject();
    const struct contact *c = world_contact(p->world, CONTACT_ID);
    cJSON_AddNumberToObject(json, "queued", c != NULL && c->state == CONTACT_QUEUED);
    cJSON_AddNumberToObject(json, "at_risk", 0);
    return json;
}

cJSON *practice_fetch(const struct practice *p, enum link_fetch what, const char *argument, int64_t now_ms,
                      GError **error)
{
    static cJSON *(*const answers[LINK_FETCH_COUNT])(const struct practice *, const char *, int64_t) = {
        [LINK_FETCH_FLOOR] = answer_floor,       [LINK_FETCH_CONTACTS] = answer_contacts,
        [LINK_FETCH_CONTACT] = answer_contact,   [LINK_FETCH_CONTACT_EVENTS] = answer_events,
        [LINK_FETCH_CUSTOMER] = answer_customer, [LINK_FETCH_FIND] = answer_find,
        [LINK_FETCH_SCRIPTS] = answer_scripts,   [LINK_FETCH_ARTICLES] = answer_articles,
        [LINK_FETCH_USES] = answer_uses,         [LINK_FETCH_REPORT_FLOOR] = answer_report,
    };
    cJSON *json = answers[what](p, argument, now_ms);
    if (json == NULL)
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no %s in this practice.",
                    argument == NULL ? "such thing" : argument);
    return json;
}

cJSON *practice_events_after(const struct practice *p, int64_t position)
{
    cJSON *events = cJSON_CreateArray();
    for (guint i = (guint)MAX(position, 0); i < p->events->len; i++)
        cJSON_AddItemToArray(events, event_to_cjson(g_ptr_array_index(p->events, i)));
    return events;
}
