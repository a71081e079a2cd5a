#include "app/measure/export.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/measure/xes.h"
#include "tests/support/tape.h"

static void collect(const char *text, size_t len, void *user_data)
{
    g_string_append_len(user_data, text, (gssize)len);
}

static char *export_at(const struct tape *t, enum export_what what, enum export_form form,
                       const struct rates *rates)
{
    GString *text = g_string_new(NULL);
    g_autoptr(exporter) x = exporter_new(&(struct exporter_options){.what = what,
                                                                    .form = form,
                                                                    .since_ms = TAPE_START_MS,
                                                                    .until_ms = INT64_MAX,
                                                                    .rates = *rates,
                                                                    .write = collect,
                                                                    .user_data = text});
    for (guint i = 0; i < t->events->len; i++) {
        exporter_fold(x, g_ptr_array_index(t->events, i));
        exporter_fold(x, g_ptr_array_index(t->events, i));
    }
    exporter_finish(x, TAPE_START_MS + 1000 * 1000);
    return g_string_free(text, false);
}

static char *export_of(const struct tape *t, enum export_what what, enum export_form form)
{
    return export_at(t, what, form, &(struct rates){{0}, ""});
}

/* Identities are UUIDs. */
static void give_ids(struct tape *t)
{
    for (guint i = 0; i < t->events->len; i++) {
        struct event *ev = g_ptr_array_index(t->events, i);
        uint8_t bytes[10] = {(uint8_t)i};
        g_free(ev->id);
        ev->id = g_malloc(EVENT_ID_LEN + 1);
        event_make_id(ev->at_ms, bytes, ev->id);
    }
}

/* Two contacts at once, with all that a trace may hold and texts that no XML takes as they are. */
static struct tape *shift(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "1",
             "{'channel':'chat','class':'enquiry','intent':'a<b>&c','queue':'shop','subject':'=1+1','tier':'"
             "gold'}");
    tape_add(t, 1, EVENT_CONTACT_CREATED, "integration", "2", "{'channel':'phone','queue':'bank'}");
    tape_add(t, 2, EVENT_CONTACT_OFFERED, "system", "1", "{'agent':'ann','until_ms':1}");
    tape_add(t, 3, EVENT_CONTACT_ACCEPTED, "ann", "1", "{'from':'offer'}");
    tape_add(t, 3, EVENT_FOCUS_MOVED, "ann", "1", "{}");
    tape_add(t, 4, EVENT_STEP_ENTERED, "ann", "1", "{'script':'s','step':'a','class':'required'}");
    tape_add(t, 5, EVENT_MESSAGE_RECEIVED, "customer", "1", "{'text':'secret, and \\'quoted\\' \\u0007'}");
    tape_add(t, 6, EVENT_STEP_LEFT, "ann", "1", "{'script':'s','step':'a','back':true}");
    tape_add(t, 6, EVENT_STEP_ENTERED, "ann", "1", "{'script':'s','step':'a','class':'required'}");
    tape_add(t, 7, EVENT_STEP_SKIPPED, "ann", "1", "{'script':'s','step':'a','reason':'r'}");
    tape_add(t, 7, EVENT_STEP_SKIPPED, "ann", "1", "{'script':'s','step':'b','automatic':true}");
    tape_add(t, 8, EVENT_CONTACT_HELD, "ann", "1", "{}");
    tape_add(t, 9, EVENT_CONTACT_RESUMED, "ann", "1", "{}");
    tape_add(t, 10, EVENT_CONTACT_ABANDONED, "customer", "2", "{}");
    tape_add(t, 11, EVENT_CONTACT_WRAP_STARTED, "ann", "1", "{}");
    tape_add(t, 12, EVENT_CONTACT_CLOSED, "ann", "1", "{'disposition':'done','resolved':true}");
    tape_add(t, 13, EVENT_CONTACT_RATED, "customer", "1", "{'csat':5}");
    tape_add(t, 14, EVENT_CONTACT_CREATED, "integration", "3", "{'channel':'sms','queue':'shop'}");
    give_ids(t);
    return t;
}

/* --- XES: read again as IEEE 1849-2016 says it, element by element --- */

/* What may stand within what, and in which order (clause 5 and the schema of annex B): the children of <log>
 * are extensions, globals, classifiers, attributes, traces; of <trace> attributes and then events. */
enum part { PART_EXTENSION, PART_GLOBAL, PART_CLASSIFIER, PART_ATTRIBUTE, PART_TRACE, PART_EVENT };

struct reader {
    GPtrArray *open; /* element names, borrowed */
    int log_part, trace_part;
    GHashTable *prefixes;   /* declared by extensions */
    GHashTable *globals[2]; /* of trace, of event: "type key" */
    GHashTable *keys;       /* of the trace or event that is open */
    GHashTable *identities; /* all so far */
    int traces, events, classifiers, extensions;
    GString *story; /* activity transition, a line an event */
    char *activity, *transition, *resource;
};

static const char *value_of(const char **names, const char **values, const char *name)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0)
            return values[i];
    }
    return NULL;
}

static const char *parent_of(const struct reader *r)
{
    return r->open->len == 0 ? "" : g_ptr_array_index(r->open, r->open->len - 1);
}

/* xs:NCName, near enough: what extensions, classifiers and scopes may be called. */
static void assert_name(const char *name)
{
    g_assert_nonnull(name);
    g_assert_true(g_ascii_isalpha(name[0]) || name[0] == '_');
    for (const char *at = name; *at != '\0'; at++)
        g_assert_true(g_ascii_isalnum(*at) || strchr("_-.", *at) != NULL);
}

static void enter_part(int *at, enum part part)
{
    g_assert_cmpint((int)part, >=, *at);
    *at = (int)part;
}

/* The value has the form of its type (clause 5.6: string, date, int, float, boolean, id). */
static void assert_value(const char *type, const char *value)
{
    if (strcmp(type, "date") == 0) {
        g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
        g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(value, utc);
        g_assert_nonnull(time);
    } else if (strcmp(type, "int") == 0) {
        g_assert_true(g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, NULL, NULL));
    } else if (strcmp(type, "boolean") == 0) {
        g_assert_true(strcmp(value, "true") == 0 || strcmp(value, "false") == 0);
    } else if (strcmp(type, "float") == 0) {
        char *end;
        g_ascii_strtod(value, &end);
        g_assert_true(*value != '\0' && *end == '\0');
    } else if (strcmp(type, "id") == 0) {
        g_assert_true(g_uuid_string_is_valid(value));
    }
}

/* A key's prefix is that of a declared extension (clause 6.2), and standard keys have their type (clause 7).
 */
static void assert_key(const struct reader *r, const char *type, const char *key)
{
    static const struct {
        const char *key, *type, *levels;
    } standard[] = {
        {"concept:name", "string", "log trace event"},
        {"concept:instance", "string", "event"},
        {"lifecycle:model", "string", "log"},
        {"lifecycle:transition", "string", "event"},
        {"org:resource", "string", "event"},
        {"org:role", "string", "event"},
        {"org:group", "string", "event"},
        {"time:timestamp", "date", "event"},
        {"identity:id", "id", "log trace event"},
        {"cost:total", "float", "trace event"},
        {"cost:currency", "string", "trace event"},
    };
    const char *colon = strchr(key, ':');
    if (colon == NULL)
        return;
    g_autofree char *prefix = g_strndup(key, (gsize)(colon - key));
    g_assert_true(g_hash_table_contains(r->prefixes, prefix));
    for (size_t i = 0; i < G_N_ELEMENTS(standard); i++) {
        if (strcmp(standard[i].key, key) != 0)
            continue;
        g_assert_cmpstr(type, ==, standard[i].type);
        const char *level = strcmp(parent_of(r), "global") == 0 ? "" : parent_of(r);
        g_assert_nonnull(strstr(standard[i].levels, level));
        return;
    }
    g_error("%s is no key of a standard extension", key);
}

static void read_attribute(struct reader *r, const char *type, const char *key, const char *value)
{
    static const char *const transitions[] = {"schedule", "assign",     "withdraw", "reassign",  "start",
                                              "suspend",  "resume",     "pi_abort", "ate_abort", "complete",
                                              "autoskip", "manualskip", "unknown",  NULL};
    g_assert_nonnull(key);
    g_assert_nonnull(value);
    assert_key(r, type, key);
    assert_value(type, value);
    if (strcmp(parent_of(r), "log") == 0)
        enter_part(&r->log_part, PART_ATTRIBUTE);
    if (strcmp(parent_of(r), "trace") == 0)
        enter_part(&r->trace_part, PART_ATTRIBUTE);
    g_autofree char *typed = g_strdup_printf("%s %s", type, key);
    if (r->keys != NULL)
        g_assert_true(
            g_hash_table_add(r->keys, g_steal_pointer(&typed))); /* keys are unique among siblings */
    if (strcmp(key, "lifecycle:transition") == 0)
        g_assert_true(g_strv_contains(transitions, value));
    if (strcmp(key, "identity:id") == 0)
        g_assert_true(g_hash_table_add(r->identities, g_strdup(value)));
    char **kept = strcmp(key, "lifecycle:transition") == 0 ? &r->transition
                  : strcmp(key, "concept:name") == 0       ? &r->activity
                  : strcmp(key, "org:resource") == 0       ? &r->resource
                                                           : NULL;
    if (kept != NULL) {
        g_free(*kept);
        *kept = g_strdup(value);
    }
}

static void start_element(GMarkupParseContext *context, const char *name, const char **names,
                          const char **values, gpointer user_data, GError **error)
{
    struct reader *r = user_data;
    const char *parent = parent_of(r), *key = value_of(names, values, "key");
    (void)context;
    (void)error;
    if (strcmp(name, "log") == 0) {
        g_assert_cmpuint(r->open->len, ==, 0);
        g_assert_cmpstr(value_of(names, values, "xes.version"), ==, "1849.2016");
        g_assert_nonnull(value_of(names, values, "xes.features"));
        g_assert_cmpstr(value_of(names, values, "xmlns"), ==, "http://www.xes-standard.org/");
    } else if (strcmp(name, "extension") == 0) {
        const char *prefix = value_of(names, values, "prefix");
        g_autofree char *uri = g_strdup_printf("http://www.xes-standard.org/%s.xesext", prefix);
        g_assert_cmpstr(parent, ==, "log");
        enter_part(&r->log_part, PART_EXTENSION);
        assert_name(value_of(names, values, "name"));
        assert_name(prefix);
        g_assert_cmpstr(value_of(names, values, "uri"), ==, uri);
        g_hash_table_add(r->prefixes, g_strdup(prefix));
        r->extensions++;
    } else if (strcmp(name, "global") == 0) {
        const char *scope = value_of(names, values, "scope");
        g_assert_cmpstr(parent, ==, "log");
        enter_part(&r->log_part, PART_GLOBAL);
        g_assert_true(strcmp(scope, "trace") == 0 || strcmp(scope, "event") == 0);
        r->keys = r->globals[strcmp(scope, "event") == 0];
        g_assert_cmpuint(g_hash_table_size(r->keys), ==, 0);
    } else if (strcmp(name, "classifier") == 0) {
        const char *scope = value_of(names, values, "scope");
        g_auto(GStrv) keys = g_strsplit(value_of(names, values, "keys"), " ", -1);
        g_assert_cmpstr(parent, ==, "log");
        enter_part(&r->log_part, PART_CLASSIFIER);
        assert_name(value_of(names, values, "name"));
        g_assert_cmpstr(scope, ==, "event");
        for (size_t i = 0; keys[i] != NULL;
             i++) { /* a classifier's keys are global attributes of its scope */
            g_autofree char *typed = g_strdup_printf("string %s", keys[i]);
            g_assert_true(g_hash_table_contains(r->globals[1], typed));
        }
        r->classifiers++;
    } else if (strcmp(name, "trace") == 0) {
        g_assert_cmpstr(parent, ==, "log");
        enter_part(&r->log_part, PART_TRACE);
        r->trace_part = PART_ATTRIBUTE;
        r->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        r->traces++;
    } else if (strcmp(name, "event") == 0) {
        g_assert_cmpstr(parent, ==, "trace");
        enter_part(&r->trace_part, PART_EVENT);
        if (r->keys != NULL) { /* the trace's own attributes are complete */
            g_assert_true(g_hash_table_contains(r->keys, "string concept:name"));
            g_string_append_printf(r->story, "-- %s\n", r->activity);
            g_hash_table_unref(r->keys);
        }
        r->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        r->events++;
    } else {
        static const char *const types[] = {"string", "date", "int", "float", "boolean", "id", NULL};
        static const char *const parents[] = {"log", "global", "trace", "event", NULL};
        g_assert_true(g_strv_contains(types, name));
        g_assert_true(g_strv_contains(parents, parent));
        read_attribute(r, name, key, value_of(names, values, "value"));
    }
    g_ptr_array_add(r->open, (gpointer)g_intern_string(name));
}

static void end_element(GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
    struct reader *r = user_data;
    (void)context;
    (void)error;
    g_ptr_array_set_size(r->open, (int)r->open->len - 1);
    if (strcmp(name, "event") == 0) {
        GHashTableIter each;
        void *key;
        g_hash_table_iter_init(&each, r->globals[1]);
        while (g_hash_table_iter_next(&each, &key, NULL)) /* what is global is in every event */
            g_assert_true(g_hash_table_contains(r->keys, key));
        g_string_append_printf(r->story, "%s %s %s\n", r->activity, r->transition, r->resource);
        g_clear_pointer(&r->keys, g_hash_table_unref);
    } else if (strcmp(name, "global") == 0) {
        r->keys = NULL;
    } else if (strcmp(name, "trace") == 0) {
        g_clear_pointer(&r->keys, g_hash_table_unref);
    }
}

static void read_text(GMarkupParseContext *context, const char *text, gsize len, gpointer user_data,
                      GError **error)
{
    (void)context;
    (void)user_data;
    (void)error;
    for (gsize i = 0; i < len; i++)
        g_assert_true(g_ascii_isspace(text[i]));
}

static struct reader reader_new(void)
{
    struct reader r = {.open = g_ptr_array_new(),
                       .prefixes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                       .identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                       .story = g_string_new(NULL)};
    for (int i = 0; i < 2; i++)
        r.globals[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return r;
}

static void reader_release(struct reader *r)
{
    g_ptr_array_unref(r->open);
    g_hash_table_unref(r->prefixes);
    g_hash_table_unref(r->identities);
    g_hash_table_unref(r->globals[0]);
    g_hash_table_unref(r->globals[1]);
    g_string_free(r->story, true);
    g_free(r->activity);
    g_free(r->transition);
    g_free(r->resource);
}

static void read_xes(struct reader *r, const char *xml)
{
    static const GMarkupParser parser = {
        .start_element = start_element, .end_element = end_element, .text = read_text};
    g_autoptr(GError) error = NULL;
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, r, NULL);
    g_markup_parse_context_parse(context, xml, -1, &error);
    g_assert_no_error(error);
    g_markup_parse_context_end_parse(context, &error);
    g_assert_no_error(error);
    g_markup_parse_context_free(context);
}

static void test_xes_is_as_the_standard_has_it(void)
{
    struct tape *t = shift();
    g_autofree char *xml = export_of(t, EXPORT_EVENTS, EXPORT_XES);
    struct reader r = reader_new();
    read_xes(&r, xml);
    g_assert_cmpint(r.traces, ==, 3);
    g_assert_cmpint(r.extensions, ==, 5);
    g_assert_cmpint(r.classifiers, ==, 2);
    g_assert_cmpuint(g_hash_table_size(r.globals[0]), ==, 1);
    g_assert_cmpuint(g_hash_table_size(r.globals[1]), ==, 5);
    g_assert_cmpstr(r.story->str, ==,
                    "-- 1\n"
                    "contact.created complete integration\n"
                    "handle assign system\n"
                    "handle start ann\n"
                    "s/a start ann\n"
                    "message.received complete customer\n"
                    "s/a pi_abort ann\n"
                    "s/a start ann\n"
                    "s/a manualskip ann\n"
                    "s/b autoskip ann\n"
                    "handle suspend ann\n"
                    "handle resume ann\n"
                    "wrap-up start ann\n"
                    "wrap-up complete ann\n"
                    "handle complete ann\n"
                    "contact.closed complete ann\n"
                    "contact.rated complete customer\n"
                    "-- 2\n"
                    "contact.created complete integration\n"
                    "contact.abandoned complete customer\n"
                    "-- 3\n"
                    "contact.created complete integration\n");
    g_assert_null(strstr(xml, "secret"));
    g_assert_nonnull(strstr(xml, "a&lt;b&gt;&amp;c"));
    reader_release(&r);
    tape_free(t);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

/* A cent a second on chat, seen to for nine; the call has no rate, and so no cost, which is not none at all.
 */
static void test_xes_says_what_legs_cost(void)
{
    static const char cost[] = "<float key=\"cost:total\" value=\"0.0900\"/>\n"
                               "<string key=\"cost:currency\" value=\"EUR\"/>\n";
    struct tape *t = shift();
    g_autofree char *xml =
        export_at(t, EXPORT_EVENTS, EXPORT_XES, &(struct rates){{[CHANNEL_CHAT] = 3600}, "EUR"});
    struct reader r = reader_new();
    read_xes(&r, xml);
    g_assert_cmpint(r.extensions, ==, 6);
    g_assert_true(g_hash_table_contains(r.prefixes, "cost"));
    g_assert_cmpint(count_of(xml, cost), ==, 2);
    g_assert_cmpint(count_of(xml, "cost:"), ==, 4);
    const char *on_trace = strstr(xml, cost), *on_leg = strstr(on_trace + 1, cost);
    g_assert_true(on_trace < strstr(xml, "<event>"));
    g_autofree char *before = g_strndup(xml, (gsize)(on_leg - xml));
    const char *last = g_strrstr(before, "<event>");
    g_assert_nonnull(strstr(last, "value=\"handle\""));
    g_assert_nonnull(strstr(last, "value=\"complete\""));
    reader_release(&r);
    g_autofree char *unnamed =
        export_at(t, EXPORT_EVENTS, EXPORT_XES, &(struct rates){{[CHANNEL_CHAT] = 3600}, ""});
    g_assert_cmpint(count_of(unnamed, "cost:total"), ==, 2);
    g_assert_null(strstr(unnamed, "cost:currency"));
    tape_free(t);
}

static void test_xes_is_well_formed_by_xmllint(void)
{
    g_autofree char *xmllint = g_find_program_in_path("xmllint");
    if (xmllint == NULL) {
        g_test_skip("xmllint is not installed");
        return;
    }
    struct tape *t = shift();
    g_autofree char *xml = export_of(t, EXPORT_EVENTS, EXPORT_XES);
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    int file = g_file_open_tmp("xes-XXXXXX", &path, &error), status = -1;
    g_assert_no_error(error);
    g_close(file, NULL);
    g_assert_true(g_file_set_contents(path, xml, -1, NULL));
    char *argv[] = {xmllint, "--noout", path, NULL};
    g_assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    remove(path);
    tape_free(t);
}

/* Traces leave while the log goes on, so memory is by contacts and not by events. */
static void test_xes_gives_out_traces_as_it_goes(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(xes) x = xes_new(TAPE_START_MS, INT64_MAX, &(struct rates){{0}, ""}, collect, text);
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "1", "{'channel':'sms','queue':'q'}");
    tape_add(t, 5, EVENT_CONTACT_ABANDONED, "customer", "1", "{}");
    tape_add(t, 3 * 86400, EVENT_AGENT_SIGNED_IN, "ann", NULL, "{}");
    tape_add(t, 3 * 86400 + 1, EVENT_CONTACT_RATED, "customer", "1", "{'csat':1}"); /* too late to be in it */
    give_ids(t);
    for (guint i = 0; i < 2; i++)
        xes_fold(x, g_ptr_array_index(t->events, i));
    g_assert_null(strstr(text->str, "<trace>"));
    for (guint i = 2; i < t->events->len; i++)
        xes_fold(x, g_ptr_array_index(t->events, i));
    g_assert_nonnull(strstr(text->str, "</trace>"));
    xes_finish(x);
    struct reader r = reader_new();
    read_xes(&r, text->str);
    g_assert_cmpint(r.traces, ==, 1);
    g_assert_cmpint(r.events, ==, 2);
    reader_release(&r);
    tape_free(t);
}

/* --- the others --- */

/* CloudEvents 1.0, "Context Attributes" and the JSON format. */
static void test_cloudevents_have_what_is_required(void)
{
    struct tape *t = shift();
    g_autofree char *text = export_of(t, EXPORT_EVENTS, EXPORT_CLOUDEVENTS);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, t->events->len + 1);
    for (guint i = 0; i < t->events->len; i++) {
        const struct event *ev = g_ptr_array_index(t->events, i);
        cJSON *json = cJSON_Parse(lines[i]);
        g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "specversion")), ==,
                        "1.0");
        g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "id")), ==, ev->id);
        g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "source")), ==,
                        "/devices/test");
        g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type")), ==,
                        event_kind_name(ev->kind));
        for (const cJSON *member = json->child; member != NULL; member = member->next) {
            if (strcmp(member->string, "data") == 0) {
                g_assert_true(cJSON_IsObject(member));
                continue;
            }
            g_assert_true(cJSON_IsString(member) && *member->valuestring != '\0');
            g_assert_cmpuint(strlen(member->string), <=, 20);
            for (const char *at = member->string; *at != '\0'; at++)
                g_assert_true(g_ascii_islower(*at) || g_ascii_isdigit(*at));
        }
        cJSON_Delete(json);
    }
    tape_free(t);
}

/* RFC 4180: fields of one record; caller frees. Moves *at behind it. */
static GPtrArray *read_record(const char **at)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
    for (;;) {
        GString *field = g_string_new(NULL);
        if (**at == '"') {
            for ((*at)++; **at != '"' || (*at)[1] == '"'; (*at)++) {
                g_assert_true(**at != '\0');
                *at += **at == '"';
                g_string_append_c(field, **at);
            }
            (*at)++;
        } else {
            for (; **at != ',' && **at != '\r'; (*at)++) {
                g_assert_true(**at != '"' && **at != '\n' && **at != '\0');
                g_string_append_c(field, **at);
            }
        }
        g_ptr_array_add(fields, g_string_free(field, false));
        if (**at == ',') {
            (*at)++;
            continue;
        }
        g_assert_true(g_str_has_prefix(*at, "\r\n"));
        *at += 2;
        return fields;
    }
}

static const char *field_of(const GPtrArray *header, const GPtrArray *record, const char *name)
{
    for (guint i = 0; i < header->len; i++) {
        if (strcmp(g_ptr_array_index(header, i), name) == 0)
            return g_ptr_array_index(record, i);
    }
    g_error("no column %s", name);
}

static void test_csv_is_read_back(void)
{
    struct tape *t = shift();
    g_autofree char *text = export_of(t, EXPORT_EVENTS, EXPORT_CSV);
    const char *at = text;
    g_autoptr(GPtrArray) header = read_record(&at);
    for (guint i = 0; i < t->events->len; i++) {
        const struct event *ev = g_ptr_array_index(t->events, i);
        g_autoptr(GPtrArray) record = read_record(&at);
        g_assert_cmpuint(record->len, ==, header->len);
        g_assert_cmpstr(field_of(header, record, "id"), ==, ev->id);
        g_assert_cmpstr(field_of(header, record, "kind"), ==, event_kind_name(ev->kind));
        cJSON *data = cJSON_Parse(field_of(header, record, "data"));
        g_assert_true(cJSON_Compare(data, ev->data, true));
        cJSON_Delete(data);
    }
    g_assert_cmpstr(at, ==, "");
    tape_free(t);
}

static void test_contacts_and_intervals_are_rows(void)
{
    struct tape *t = shift();
    g_autofree char *contacts = export_of(t, EXPORT_CONTACTS, EXPORT_CSV),
                    *intervals = export_of(t, EXPORT_INTERVALS, EXPORT_CSV),
                    *lines = export_of(t, EXPORT_CONTACTS, EXPORT_NDJSON);
    const char *at = contacts;
    g_autoptr(GPtrArray) header = read_record(&at);
    g_autoptr(GPtrArray) first = read_record(&at);
    g_assert_cmpstr(field_of(header, first, "contact"), ==, "1");
    g_assert_cmpstr(field_of(header, first, "intent"), ==, "a<b>&c");
    g_assert_cmpstr(field_of(header, first, "handle_ms"), ==, "9000");
    g_assert_cmpstr(field_of(header, first, "hold_ms"), ==, "1000");
    g_assert_cmpstr(field_of(header, first, "csat"), ==, "5");
    g_assert_cmpstr(field_of(header, first, "resolved"), ==, "true");
    g_assert_cmpstr(field_of(header, first, "repeated"), ==, "");
    g_assert_cmpstr(field_of(header, first, "nps"), ==, "");
    at = intervals;
    g_autoptr(GPtrArray) columns = read_record(&at);
    g_autoptr(GPtrArray) row = read_record(&at);
    g_assert_cmpstr(field_of(columns, row, "activity"), ==, "talk");
    g_assert_cmpstr(field_of(columns, row, "duration_ms"), ==, "1000");
    g_auto(GStrv) objects = g_strsplit(lines, "\n", -1);
    g_assert_cmpuint(g_strv_length(objects), ==, 4);
    cJSON *last = cJSON_Parse(objects[2]);
    g_assert_cmpstr(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(last, "fate")), ==, "open");
    g_assert_null(cJSON_GetObjectItemCaseSensitive(last, "over_at"));
    cJSON_Delete(last);
    tape_free(t);
}

static void test_a_text_is_no_formula_in_a_spreadsheet(void)
{
    struct tape *t = tape_new();
    tape_add(t, 0, EVENT_CONTACT_CREATED, "integration", "1",
             "{'channel':'sms','queue':'q','intent':'=cmd|x!A1'}");
    g_autofree char *text = export_of(t, EXPORT_CONTACTS, EXPORT_CSV);
    g_assert_nonnull(strstr(text, ",'=cmd|x!A1,"));
    tape_free(t);
}

static void test_forms_are_of_what_they_can_be(void)
{
    enum export_what what = EXPORT_EVENTS;
    enum export_form form = EXPORT_NDJSON;
    g_assert_true(export_what_parse("contacts", &what) && export_form_parse("xes", &form));
    g_assert_false(export_can(what, form));
    g_assert_false(export_what_parse("moods", &what) || export_form_parse(NULL, &form));
    g_assert_cmpint(what, ==, EXPORT_CONTACTS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/export/XES is as the standard has it", test_xes_is_as_the_standard_has_it);
    g_test_add_func("/export/xes says what legs cost", test_xes_says_what_legs_cost);
    g_test_add_func("/export/XES is well-formed by xmllint", test_xes_is_well_formed_by_xmllint);
    g_test_add_func("/export/XES gives out traces as it goes", test_xes_gives_out_traces_as_it_goes);
    g_test_add_func("/export/CloudEvents have what is required", test_cloudevents_have_what_is_required);
    g_test_add_func("/export/CSV is read back", test_csv_is_read_back);
    g_test_add_func("/export/contacts and intervals are rows", test_contacts_and_intervals_are_rows);
    g_test_add_func("/export/a text is no formula in a spreadsheet",
                    test_a_text_is_no_formula_in_a_spreadsheet);
    g_test_add_func("/export/forms are of what they can be", test_forms_are_of_what_they_can_be);
    return g_test_run();
}
