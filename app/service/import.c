#include "app/service/import.h"

#include <sodium.h>
#include <string.h>

#include "app/script/script.h"
#include "app/service/accounts.h"
#include "app/service/import_tally.h"
#include "app/service/projection.h"
#include "app/service/shelf.h"
#include "app/service/versions.h"
#include "net/json.h"
#include "net/problem.h"

#define REFUSED_MAX 1000 /* told one by one; what is beyond is counted */

struct import {
    struct store *store;
    struct db *reader; /* what was there before */
    const char *by;
    GPtrArray *events; /* kinds that become events: struct event *, a line each */
    GArray *lines;     /* int64_t, of the events */
    GPtrArray *rows;   /* kinds that are rows: char *, JSON or source */
    cJSON *refused, *sums;
    GHashTable
        *lost; /* ids of contacts whose creation was refused: what follows on them needs no more words */
    int64_t taken, unchanged, refused_count;
};

static void refuse_line(struct import *im, int64_t line, const GError *cause)
{
    if (im->refused_count++ >= REFUSED_MAX)
        return;
    cJSON *row = cJSON_CreateObject();
    cJSON_AddNumberToObject(row, "line", (double)line);
    cJSON_AddStringToObject(row, "problem", cause->message);
    cJSON_AddItemToArray(im->refused, row);
}

static void add_sum(struct import *im, const char *name, double amount)
{
    cJSON *sum = cJSON_GetObjectItemCaseSensitive(im->sums, name);
    if (sum)
        cJSON_SetNumberValue(sum, sum->valuedouble + amount);
    else
        cJSON_AddNumberToObject(im->sums, name, amount);
}

/* An id that is the same for the same content, so that a second run repeats the first: a UUID of version 7
 * whose random part is a hash. */
static void content_id(const char *kind, const char *content, int64_t at_ms, char *id)
{
    uint8_t hash[16];
    g_autofree char *text = g_strconcat(kind, "\n", content, NULL);
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text, strlen(text), NULL, 0);
    event_make_id(at_ms, hash, id);
}

static struct event *record_event(struct import *im, enum event_kind kind, const cJSON *data)
{
    char id[EVENT_ID_LEN + 1];
    char *content = cJSON_PrintUnformatted(data);
    content_id(event_kind_name(kind), content, 0, id);
    cJSON_free(content);
    struct event *ev = event_new(kind, id,
                                 &(struct event_origin){.device = "import",
                                                        .boot = "import",
                                                        .actor_kind = ACTOR_INTEGRATION,
                                                        .actor = im->by,
                                                        .at_ms = g_get_real_time() / 1000});
    cJSON_Delete(ev->data);
    ev->data = cJSON_Duplicate(data, true);
    return ev;
}

static bool read_event(struct import *im, const cJSON *json, int64_t line, GError **error)
{
    (void)line;
    struct event *ev = event_from_cjson(json, error);
    if (!ev)
        return false;
    ev->position = ev->received_at_ms = ev->seq = 0;
    g_ptr_array_add(im->events, ev);
    return true;
}

/* An order or a contact of a customer whom nobody knows would be seen nowhere. */
static bool knows_customer(struct import *im, const char *id, const char *what, GError **error)
{
    GError *cause = NULL;
    g_autoptr(customer) known = projection_customer(im->reader, id, &cause);
    if (cause)
        g_propagate_error(error, cause);
    else if (!known)
        g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                    "%s is of the customer %s, whom nobody knows; please import the customers first.", what,
                    id);
    return known != NULL;
}

static bool read_contact(struct import *im, const cJSON *json, int64_t line, GError **error)
{
    if (!read_event(im, json, line, error))
        return false;
    const struct event *ev = g_ptr_array_index(im->events, im->events->len - 1);
    const char *whose = ev->kind == EVENT_CONTACT_CREATED ? event_text(ev, "customer") : NULL;
    g_autofree char *what = g_strdup_printf("Contact %s", ev->contact ? ev->contact : "without an id");
    if (!whose || knows_customer(im, whose, what, error))
        return true;
    if (ev->contact)
        g_hash_table_add(im->lost, g_strdup(ev->contact));
    g_ptr_array_set_size(im->events, (int)im->events->len - 1);
    return false;
}

static bool read_customer(struct import *im, const cJSON *json, int64_t line, GError **error)
{
    (void)line;
    static const struct {
        enum identity_kind kind;
        const char *member;
    } lists[] = {{IDENTITY_EMAIL, "emails"},
                 {IDENTITY_PHONE, "phones"},
                 {IDENTITY_ACCOUNT, "accounts"},
                 {IDENTITY_HANDLE, "handles"}};
    g_autoptr(customer) c = customer_from_cjson(json, error);
    if (!c)
        return false;
    cJSON *data = customer_to_cjson(c);
    cJSON_DeleteItemFromObjectCaseSensitive(data, "identities");
    cJSON_DeleteItemFromObjectCaseSensitive(data, "orders");
    cJSON_DeleteItemFromObjectCaseSensitive(data, "id");
    cJSON_AddStringToObject(data, "customer", c->id);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        cJSON *list = cJSON_AddArrayToObject(data, lists[i].member);
        for (guint j = 0; j < c->identities->len; j++) {
            const struct identity *identity = &g_array_index(c->identities, struct identity, j);
            if (identity->kind == lists[i].kind)
                cJSON_AddItemToArray(list, cJSON_CreateString(identity->value));
        }
    }
    g_ptr_array_add(im->events, record_event(im, EVENT_CUSTOMER_CREATED, data));
    cJSON_Delete(data);
    return true;
}

static bool read_order(struct import *im, const cJSON *json, int64_t line, GError **error)
{
    (void)line;
    g_autoptr(order) o = order_from_cjson(json, error);
    g_autofree char *what = o ? g_strdup_printf("Order %s", o->id) : NULL;
    if (!o || !knows_customer(im, o->customer, what, error))
        return false;
    cJSON *data = order_to_cjson(o);
    cJSON_DeleteItemFromObjectCaseSensitive(data, "id");
    cJSON_AddStringToObject(data, "order", o->id);
    g_ptr_array_add(im->events, record_event(im, EVENT_ORDER_RECORDED, data));
    cJSON_Delete(data);
    return true;
}

static bool read_article(struct import *im, const cJSON *json, int64_t line, GError **error)
{
    (void)line;
    char *text = shelf_article(json, g_get_real_time() / 1000, error);
    if (text)
        g_ptr_array_add(im->rows, text);
    return text != NULL;
}

static bool read_script(struct import *im, const cJSON *json, int64_t line, GError **error)
{
    (void)line;
    const char *source;
    bool raises = false;
    if (!json_get_string(json, "source", 1 << 20, &source, error) ||
        !json_get_optional_bool(json, "raises", &raises, error))
        return false;
    char *row = cJSON_PrintUnformatted(json);
    g_ptr_array_add(im->rows, g_strdup(row));
    cJSON_free(row);
    return true;
}

/* An article without "updated" gets the time of import; that alone is no change. */
static bool is_same_article(const char *old, const char *new)
{
    cJSON *a = cJSON_Parse(old), *b = cJSON_Parse(new);
    cJSON_DeleteItemFromObjectCaseSensitive(a, "updated");
    cJSON_DeleteItemFromObjectCaseSensitive(b, "updated");
    bool same = cJSON_Compare(a, b, true);
    cJSON_Delete(a);
    cJSON_Delete(b);
    return same;
}

/* Systems that know no owners shall not take away those that were named here. */
static char *with_owner_of(const char *old, const char *new)
{
    cJSON *before = cJSON_Parse(old), *after = cJSON_Parse(new);
    const cJSON *owner = cJSON_GetObjectItemCaseSensitive(before, "owner");
    if (owner && !cJSON_HasObjectItem(after, "owner"))
        cJSON_AddStringToObject(after, "owner", cJSON_GetStringValue(owner));
    char *printed = cJSON_PrintUnformatted(after);
    char *text = g_strdup(printed);
    cJSON_free(printed);
    cJSON_Delete(before);
    cJSON_Delete(after);
    return text;
}

static bool put_article(struct import *im, struct db *db, const char *json, int64_t line, GError **error)
{
    (void)line;
    cJSON *parsed = cJSON_Parse(json);
    g_autofree char *id = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(parsed, "id")));
    add_sum(im, "title_characters",
            import_characters(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(parsed, "title"))));
    add_sum(im, "body_characters",
            import_characters(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(parsed, "body"))));
    cJSON_Delete(parsed);
    int64_t version;
    GError *cause = NULL;
    g_autofree char *old = shelf_read_article(db, id, &version, &cause);
    if (cause) {
        g_propagate_error(error, cause);
        return false;
    }
    g_autofree char *row = old ? with_owner_of(old, json) : g_strdup(json);
    if (old && is_same_article(old, row)) {
        im->unchanged++;
        return true;
    }
    im->taken++;
    return shelf_put_article(db, id, row, g_get_real_time() / 1000, &version, error);
}

/* Steps with something to do; the end is none. Of a script that uses others none are counted. */
static void add_steps(struct import *im, const char *name, const char *source)
{
    struct script *script = script_parse(name, source, strlen(source), NULL);
    int64_t steps = 0;
    for (size_t i = 0; script && i < script->step_count; i++)
        steps += script->steps[i].kind != SCRIPT_KIND_END;
    add_sum(im, "steps", (double)steps);
    script_unref(script);
}

static bool put_script(struct import *im, struct db *db, const char *row, int64_t line, GError **error)
{
    bool changed;
    cJSON *json = cJSON_Parse(row);
    g_autofree char *name = g_strdup_printf("line %" G_GINT64_FORMAT, line),
                    *source =
                        g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "source")));
    GError *cause = NULL;
    const struct version_change change = {.by = im->by,
                                          .now_ms = g_get_real_time() / 1000,
                                          .raises =
                                              cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "raises"))};
    cJSON_Delete(json);
    if (versions_import(db, name, source, &change, &changed, &cause)) {
        add_steps(im, name, source);
        *(changed ? &im->taken : &im->unchanged) += 1;
        return true;
    }
    if (cause->domain == NET_PROBLEM) {
        refuse_line(im, line, cause);
        g_error_free(cause);
        return true;
    }
    g_propagate_error(error, cause);
    return false;
}

static const struct kind_row {
    const char *name;
    bool (*read)(struct import *im, const cJSON *json, int64_t line, GError **error);
    /* NULL: the kind becomes events */
    bool (*put)(struct import *im, struct db *db, const char *row, int64_t line, GError **error);
} kinds[] = {
    {"events", read_event, NULL},
    {"contacts", read_contact, NULL},
    {"customers", read_customer, NULL},
    {"orders", read_order, NULL},
    {"articles", read_article, put_article},
    {"scripts", read_script, put_script},
};

static void read_line(struct import *im, const struct kind_row *kind, const char *text, size_t len,
                      int64_t line)
{
    g_autoptr(GError) cause = NULL;
    guint before = im->events->len + im->rows->len;
    cJSON *json = json_parse(text, len, NULL, &cause);
    if (json && kind->read(im, json, line, &cause) && im->events->len + im->rows->len > before)
        g_array_append_val(im->lines, line);
    else if (cause)
        refuse_line(im, line, cause);
    cJSON_Delete(json);
}

static void read_lines(struct import *im, const struct kind_row *kind, const char *text, size_t len)
{
    const char *end = text + len;
    for (int64_t line = 1; text < end; line++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t line_len = (size_t)((stop ? stop : end) - text);
        if (line_len && !(line_len == 1 && *text == '\r'))
            read_line(im, kind, text, line_len, line);
        text += line_len + 1;
    }
}

/* --- events --- */

static void refuse_event(struct import *im, const struct import_tally *t, int64_t line, const GError *cause)
{
    if (t->contact && g_hash_table_contains(im->lost, t->contact))
        return;
    if (t->is_creation && t->contact)
        g_hash_table_add(im->lost, g_strdup(t->contact));
    refuse_line(im, line, cause);
}

static void count_results(struct import *im, const struct store_batch *batch, const GArray *tallies,
                          int64_t head)
{
    for (guint i = 0; i < tallies->len; i++) {
        const struct store_result *result = &batch->results[i];
        const struct import_tally *t = &g_array_index(tallies, struct import_tally, i);
        if (result->problem) {
            refuse_event(im, t, g_array_index(im->lines, int64_t, i), result->problem);
            continue;
        }
        *(result->position > head ? &im->taken : &im->unchanged) += 1;
        for (size_t j = 0; j < t->count; j++)
            add_sum(im, t->names[j], t->amounts[j]);
    }
}

static bool keep_events(struct import *im, bool is_checked, GError **error)
{
    int64_t head = board_position(store_board(im->store));
    g_autoptr(GArray) tallies = import_tallies(im->events);
    g_ptr_array_set_free_func(im->events, NULL);
    struct store_batch *batch = store_batch_new(g_steal_pointer(&im->events));
    batch->is_history = true;
    batch->is_checked = is_checked;
    batch->role = ROLE_INTEGRATION;
    store_append_wait(im->store, batch);
    bool kept = !batch->error;
    if (kept)
        count_results(im, batch, tallies, head);
    else
        g_propagate_error(error, g_steal_pointer(&batch->error));
    store_batch_free(batch);
    return kept;
}

struct keeping {
    struct import *import;
    const struct kind_row *kind;
};

static bool keep_rows(struct db *db, void *user_data, GError **error)
{
    const struct keeping *keeping = user_data;
    struct import *im = keeping->import;
    for (guint i = 0; i < im->rows->len; i++)
        if (!keeping->kind->put(im, db, g_ptr_array_index(im->rows, i), g_array_index(im->lines, int64_t, i),
                                error))
            return false;
    return accounts_audit(db, im->by, "import", keeping->kind->name, error);
}

static cJSON *report(struct import *im)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "taken", (double)im->taken);
    cJSON_AddNumberToObject(json, "unchanged", (double)im->unchanged);
    cJSON_AddItemToObject(json, "refused", g_steal_pointer(&im->refused));
    cJSON_AddNumberToObject(json, "refused_count", (double)im->refused_count);
    cJSON_AddItemToObject(json, "sums", g_steal_pointer(&im->sums));
    return json;
}

static void free_event(void *ev)
{
    event_free(ev);
}

cJSON *import_lines(struct store *s, const char *kind, const char *lines, size_t len, const char *by,
                    GError **error)
{
    const struct kind_row *row = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].name, kind) == 0)
            row = &kinds[i];
    if (!row) {
        g_set_error(
            error, NET_PROBLEM, PROBLEM_NOT_FOUND,
            "\"%.40s\" cannot be imported; events, contacts, customers, orders, articles and scripts can.",
            kind);
        return NULL;
    }
    struct db *reader = store_reader_take(s, error);
    if (!reader)
        return NULL;
    struct import im = {.store = s,
                        .reader = reader,
                        .by = by,
                        .events = g_ptr_array_new_with_free_func(free_event),
                        .lines = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                        .rows = g_ptr_array_new_with_free_func(g_free),
                        .refused = cJSON_CreateArray(),
                        .lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                        .sums = cJSON_CreateObject()};
    read_lines(&im, row, lines, len);
    store_reader_give(s, reader);
    bool kept = row->put ? store_run_wait(s, keep_rows, &(struct keeping){&im, row}, error)
                         : keep_events(&im, strcmp(row->name, "events") != 0, error);
    cJSON *answer = kept ? report(&im) : NULL;
    if (im.events)
        g_ptr_array_unref(im.events);
    g_array_unref(im.lines);
    g_hash_table_unref(im.lost);
    g_ptr_array_unref(im.rows);
    cJSON_Delete(im.refused);
    cJSON_Delete(im.sums);
    store_tidy(s);
    return answer;
}
