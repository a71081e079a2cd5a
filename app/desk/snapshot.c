#include "app/desk/snapshot.h"

#include <string.h>

#include "app/desk/update.h"
#include "app/model/pack.h"
#include "kb/checksum.h"

#define SNAPSHOT_FORMAT 5

uint64_t snapshot_layout(void)
{
    const uint32_t parts[] = {SNAPSHOT_FORMAT, contact_layout(), queue_layout(), agent_layout(),
                              g_str_hash(FIRSTLINE_VERSION)};
    return kb_checksum_of(parts, sizeof parts);
}

bool snapshot_may_take(const struct desk *desk)
{
    bool is_in = desk->phase == DESK_OPEN || desk->phase == DESK_LOCKED || desk->phase == DESK_LEAVING;
    return is_in && desk->me != NULL && !desk->is_practice && !desk->is_fetching && desk->mending == 0 &&
           desk->unflushed == 0 && desk->journal_problem == NULL && desk->world->position > 0;
}

/* --- taking --- */

static void take_settings(const struct desk_settings *s, GByteArray *out)
{
    pack_text(out, s->version);
    pack_number(out, s->reasons->len);
    for (guint i = 0; i < s->reasons->len; i++)
        pack_text(out, s->reasons->pdata[i]);
    pack_number(out, s->dispositions->len);
    for (guint i = 0; i < s->dispositions->len; i++) {
        const struct desk_disposition *d = s->dispositions->pdata[i];
        pack_text(out, d->code);
        pack_text(out, d->label);
        pack_number(out, d->resolved);
        pack_number(out, d->customer_gone);
    }
    pack_number(out, s->canned->len);
    for (guint i = 0; i < s->canned->len; i++) {
        const struct desk_canned *c = s->canned->pdata[i];
        pack_text(out, c->id);
        pack_text(out, c->title);
        pack_text(out, c->text);
        pack_text(out, c->language);
    }
    GHashTableIter iter;
    void *intent, *script;
    pack_number(out, g_hash_table_size(s->scripts));
    g_hash_table_iter_init(&iter, s->scripts);
    while (g_hash_table_iter_next(&iter, &intent, &script)) {
        pack_text(out, intent);
        pack_text(out, script);
    }
}

static void take_world(const struct world *w, GByteArray *out)
{
    GHashTableIter iter;
    void *value;
    pack_number(out, g_hash_table_size(w->queues));
    g_hash_table_iter_init(&iter, w->queues);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        queue_pack(value, out);
    pack_number(out, g_hash_table_size(w->agents));
    g_hash_table_iter_init(&iter, w->agents);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        agent_pack(value, out);
    pack_number(out, g_hash_table_size(w->contacts));
    g_hash_table_iter_init(&iter, w->contacts);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        contact_pack(value, out);
}

static void take_json(cJSON *json, GByteArray *out)
{
    char *text = cJSON_PrintUnformatted(json);
    pack_text(out, text);
    cJSON_free(text);
    cJSON_Delete(json);
}

/* What waits to be sent is a draft still, and the journal's. */
static bool is_kept(const struct desk_message *m)
{
    return m->mark != MARK_HELD && m->mark != MARK_REFUSED;
}

static void take_messages(const GPtrArray *messages, GByteArray *out)
{
    size_t count = 0;
    for (guint i = 0; i < messages->len; i++)
        count += is_kept(messages->pdata[i]);
    pack_number(out, (int64_t)count);
    for (guint i = 0; i < messages->len; i++) {
        const struct desk_message *m = messages->pdata[i];
        if (!is_kept(m))
            continue;
        pack_text(out, m->event);
        pack_number(out, m->speaker);
        pack_text(out, m->name);
        pack_text(out, m->text);
        pack_number(out, m->at_ms);
        pack_number(out, m->position);
        pack_number(out, m->mark);
    }
}

static void take_begun(GHashTable *begun, GByteArray *out)
{
    GHashTableIter iter;
    gpointer id, version;
    pack_number(out, g_hash_table_size(begun));
    g_hash_table_iter_init(&iter, begun);
    while (g_hash_table_iter_next(&iter, &id, &version)) {
        pack_text(out, id);
        pack_number(out, GPOINTER_TO_INT(version));
    }
}

static void take_contact(const struct desk_contact *dc, GByteArray *out)
{
    pack_text(out, dc->id);
    pack_number(out, dc->loaded_to);
    pack_number(out, dc->saw);
    take_messages(dc->messages, out);
    take_begun(dc->begun, out);
    if (dc->customer != NULL)
        take_json(customer_to_cjson(dc->customer), out);
    else
        pack_text(out, NULL);
    pack_number(out, dc->past->len);
    for (guint i = 0; i < dc->past->len; i++)
        contact_pack(dc->past->pdata[i], out);
}

static bool is_mine_and_loaded(const struct desk *desk, const struct desk_contact *dc)
{
    return dc->is_loaded && desk_is_mine(desk, desk_contact_of(desk, dc));
}

static void take_open(const struct desk *desk, GByteArray *out)
{
    size_t count = 0;
    for (guint i = 0; i < desk->open->len; i++)
        count += is_mine_and_loaded(desk, desk->open->pdata[i]);
    pack_number(out, (int64_t)count);
    for (guint i = 0; i < desk->open->len; i++)
        if (is_mine_and_loaded(desk, desk->open->pdata[i]))
            take_contact(desk->open->pdata[i], out);
}

/* Own events are folded before the journal numbers them; here the number only has to be one. */
static void take_event(const struct event *ev, GByteArray *out)
{
    g_autoptr(event) numbered = event_copy(ev);
    numbered->seq = MAX(ev->seq, 1);
    take_json(event_to_cjson(numbered), out);
}

/* The events that my running legs' clocks are folded from; those of legs that are over count nothing. */
static void take_history(const struct desk *desk, GByteArray *out)
{
    int64_t since_ms = INT64_MAX;
    size_t count = 0;
    for (guint i = 0; i < desk->open->len; i++) {
        const struct contact *c = desk_contact_of(desk, desk->open->pdata[i]);
        if (desk_is_mine(desk, c))
            since_ms = MIN(since_ms, c->accepted_ms);
    }
    for (guint i = 0; i < desk->history->len; i++)
        count += ((const struct event *)desk->history->pdata[i])->at_ms >= since_ms;
    pack_number(out, (int64_t)count);
    for (guint i = 0; i < desk->history->len; i++) {
        const struct event *ev = desk->history->pdata[i];
        if (ev->at_ms >= since_ms)
            take_event(ev, out);
    }
}

/* Since when what is shown is not known to be true: from a snapshot, or since the link went down. */
static int64_t as_of(const struct desk *desk)
{
    if (desk->as_of_ms != 0)
        return desk->as_of_ms;
    return desk->link == LINK_LIVE ? desk->now_ms : desk->link_since_ms;
}

GBytes *snapshot_take(const struct desk *desk, const struct snapshot_facts *facts)
{
    GByteArray *out = g_byte_array_sized_new(64 * 1024 + 256 * g_hash_table_size(desk->world->contacts));
    pack_number(out, facts->seq);
    pack_number(out, desk->world->position);
    pack_number(out, facts->expires_ms);
    pack_number(out, (int64_t)facts->token_mark);
    pack_text(out, desk->me);
    pack_text(out, desk->name);
    pack_number(out, desk->role);
    pack_number(out, as_of(desk));
    pack_number(out, desk->metrics.service_level_percent);
    pack_number(out, desk->metrics.floor_aht_ms);
    pack_number(out, desk->metrics.floor_resolved_percent);
    pack_number(out, desk->metrics.floor_at_ms);
    take_settings(&desk->settings, out);
    take_world(desk->world, out);
    take_open(desk, out);
    take_history(desk, out);
    return g_byte_array_free_to_bytes(out);
}

/* --- restoring --- */

static struct unpack reader_of(GBytes *bytes)
{
    gsize len;
    const uint8_t *data = g_bytes_get_data(bytes, &len);
    return (struct unpack){.at = data, .end = data + len};
}

static struct snapshot_facts read_facts(struct unpack *from)
{
    struct snapshot_facts facts = {.seq = unpack_number(from)};
    facts.position = unpack_number(from);
    facts.expires_ms = unpack_number(from);
    facts.token_mark = (uint64_t)unpack_number(from);
    return facts;
}

bool snapshot_peek(GBytes *bytes, struct snapshot_facts *facts)
{
    struct unpack from = reader_of(bytes);
    *facts = read_facts(&from);
    return !from.is_broken;
}

static void restore_settings(struct desk_settings *s, struct unpack *from)
{
    s->version = g_strdup(unpack_text(from));
    for (size_t left = unpack_count(from); left > 0; left--)
        g_ptr_array_add(s->reasons, g_strdup(unpack_text(from)));
    for (size_t left = unpack_count(from); left > 0; left--) {
        struct desk_disposition *d = g_new0(struct desk_disposition, 1);
        d->code = g_strdup(unpack_text(from));
        d->label = g_strdup(unpack_text(from));
        d->resolved = unpack_number(from) != 0;
        d->customer_gone = unpack_number(from) != 0;
        g_ptr_array_add(s->dispositions, d);
    }
    for (size_t left = unpack_count(from); left > 0; left--) {
        struct desk_canned *c = g_new0(struct desk_canned, 1);
        c->id = g_strdup(unpack_text(from));
        c->title = g_strdup(unpack_text(from));
        c->text = g_strdup(unpack_text(from));
        c->language = g_strdup(unpack_text(from));
        g_ptr_array_add(s->canned, c);
    }
    for (size_t left = unpack_count(from); left > 0; left--) {
        char *intent = g_strdup(unpack_text(from)), *script = g_strdup(unpack_text(from));
        if (intent != NULL)
            g_hash_table_replace(s->scripts, intent, script);
        else
            g_free(script);
    }
}

static void restore_world(struct world *w, struct unpack *from)
{
    for (size_t left = unpack_count(from); left > 0; left--) {
        struct queue *q = queue_unpack(from);
        if (q != NULL)
            world_put_queue(w, q);
    }
    for (size_t left = unpack_count(from); left > 0; left--) {
        struct agent *a = agent_unpack(from);
        if (a != NULL)
            world_put_agent(w, a);
    }
    for (size_t left = unpack_count(from); left > 0; left--) {
        struct contact *c = contact_unpack(from);
        if (c != NULL)
            world_put_contact(w, c);
    }
}

static void restore_messages(struct desk_contact *dc, struct unpack *from)
{
    for (size_t left = unpack_count(from); left > 0 && !from->is_broken; left--) {
        g_autofree char *id = g_strdup(unpack_text(from));
        enum desk_speaker speaker = (enum desk_speaker)unpack_number(from);
        const char *name = unpack_text(from), *text = unpack_text(from);
        struct desk_message *m = desk_message_new(speaker, name, text, unpack_number(from));
        m->event = g_steal_pointer(&id);
        m->position = unpack_number(from);
        m->mark = (enum desk_mark)unpack_number(from);
        if (m->mark == MARK_WRITING) /* one is taken only when all is on disk */
            m->mark = MARK_WAITING;
        g_ptr_array_add(dc->messages, m);
    }
}

static void restore_begun(struct desk_contact *dc, struct unpack *from)
{
    for (size_t left = unpack_count(from); left > 0 && !from->is_broken; left--) {
        g_autofree char *id = g_strdup(unpack_text(from));
        version_note(dc, id, unpack_number(from));
    }
}

static void restore_customer(struct desk_contact *dc, const char *text)
{
    cJSON *json = text != NULL ? cJSON_Parse(text) : NULL;
    dc->customer = json != NULL ? customer_from_cjson(json, NULL) : NULL;
    cJSON_Delete(json);
}

static void restore_open(struct desk *desk, struct unpack *from)
{
    for (size_t left = unpack_count(from); left > 0 && !from->is_broken; left--) {
        const char *id = unpack_text(from);
        struct desk_contact *dc = desk_contact_new(id != NULL ? id : "");
        dc->loaded_to = unpack_number(from);
        dc->saw = unpack_number(from);
        dc->is_loaded = true;
        restore_messages(dc, from);
        restore_begun(dc, from);
        restore_customer(dc, unpack_text(from));
        for (size_t past = unpack_count(from); past > 0; past--) {
            struct contact *c = contact_unpack(from);
            if (c != NULL)
                g_ptr_array_add(dc->past, c);
        }
        contact_fit(desk, dc);
        g_ptr_array_add(desk->open, dc);
    }
}

static GPtrArray *restore_history(struct unpack *from)
{
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    for (size_t left = unpack_count(from); left > 0 && !from->is_broken; left--) {
        const char *text = unpack_text(from);
        struct event *ev = text != NULL ? event_from_json(text, -1, NULL) : NULL;
        if (ev != NULL)
            g_ptr_array_add(events, ev);
    }
    return events;
}

/* Back to what desk_new made: of bytes that turn out broken nothing may stay. */
static void take_back(struct desk *desk)
{
    world_free(desk->world);
    desk->world = world_new();
    g_ptr_array_set_size(desk->open, 0);
    g_ptr_array_set_size(desk->settings.reasons, 0);
    g_ptr_array_set_size(desk->settings.dispositions, 0);
    g_ptr_array_set_size(desk->settings.canned, 0);
    g_hash_table_remove_all(desk->settings.scripts);
    g_clear_pointer(&desk->settings.version, g_free);
    desk->as_of_ms = desk->restored_seq = 0;
    desk->queue.is_dirty = true;
}

bool snapshot_restore(struct desk *desk, GBytes *bytes)
{
    struct unpack from = reader_of(bytes);
    struct snapshot_facts facts = read_facts(&from);
    const char *me = unpack_text(&from), *name = unpack_text(&from);
    enum role role = (enum role)unpack_number(&from);
    desk->restored_seq = facts.seq;
    desk->as_of_ms = unpack_number(&from);
    struct desk_metrics floor = {.service_level_percent = (int)unpack_number(&from)};
    floor.floor_aht_ms = unpack_number(&from);
    floor.floor_resolved_percent = (int)unpack_number(&from);
    floor.floor_at_ms = unpack_number(&from);
    restore_settings(&desk->settings, &from);
    restore_world(desk->world, &from);
    restore_open(desk, &from);
    g_autoptr(GPtrArray) history = restore_history(&from);
    if (from.is_broken || me == NULL || name == NULL) {
        take_back(desk);
        return false;
    }
    desk->world->position = facts.position;
    g_free(desk->me);
    g_free(desk->name);
    desk->me = g_strdup(me);
    desk->name = g_strdup(name);
    desk->role = role;
    desk->metrics.service_level_percent = floor.service_level_percent;
    desk->metrics.floor_aht_ms = floor.floor_aht_ms;
    desk->metrics.floor_resolved_percent = floor.floor_resolved_percent;
    desk->metrics.floor_at_ms = floor.floor_at_ms;
    if (history->len > 0)
        record_history(desk, history);
    desk->queue.is_dirty = true;
    return true;
}
