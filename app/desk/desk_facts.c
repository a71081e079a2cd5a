/* What scripts and canned texts may know of a contact: FACT_NAMES, answered from the record, the order and
 * the contact. */
#include "app/desk/desk.h"

#include <string.h>

#include "app/desk/update.h"
#include "app/script/contact_facts.h"

#define WRITTEN_MAX_BYTES (64 * 1024)

/* Numbers are told and typed with blanks and in small letters. */
static bool is_same_number(const char *a, const char *b)
{
    for (;;) {
        while (g_unichar_isspace(g_utf8_get_char(a)))
            a = g_utf8_next_char(a);
        while (g_unichar_isspace(g_utf8_get_char(b)))
            b = g_utf8_next_char(b);
        if (*a == '\0' || *b == '\0')
            return *a == *b;
        if (g_unichar_tolower(g_utf8_get_char(a)) != g_unichar_tolower(g_utf8_get_char(b)))
            return false;
        a = g_utf8_next_char(a);
        b = g_utf8_next_char(b);
    }
}

/* What the customer wrote, a line a message. */
static char *written(const struct desk_contact *dc)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < dc->messages->len && text->len < WRITTEN_MAX_BYTES; i++) {
        const struct desk_message *m = g_ptr_array_index(dc->messages, i);
        if (m->speaker == SPEAKER_CUSTOMER)
            g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", m->text);
    }
    return g_string_free(text, FALSE);
}

/* The order that is spoken of: the one the script was told, else the only one there is. */
static const struct order *order_of(const struct desk_contact *dc)
{
    if (dc->customer == NULL || dc->customer->orders->len == 0)
        return NULL;
    const struct walk *walk = desk_walk(dc);
    const char *named = walk != NULL ? walk_order(walk) : NULL;
    g_autofree char *text = walk != NULL && named == NULL ? written(dc) : NULL;
    g_autofree char *heard = text != NULL ? walk_order_written(walk, text) : NULL;
    named = named != NULL ? named : heard;
    for (guint i = 0; named != NULL && i < dc->customer->orders->len; i++) {
        const struct order *o = g_ptr_array_index(dc->customer->orders, i);
        if (is_same_number(o->id, named))
            return o;
    }
    return named == NULL && dc->customer->orders->len == 1 ? g_ptr_array_index(dc->customer->orders, 0)
                                                           : NULL;
}

static char *fact(const struct desk_facts *df, const char *name)
{
    const struct contact *c = desk_contact_of(df->desk, df->dc);
    if (c == NULL)
        return NULL;
    if (g_str_equal(name, "contact.text"))
        return written(df->dc);
    if (g_str_equal(name, "agent.name"))
        return g_strdup(df->desk->name);
    if (g_str_equal(name, "verified"))
        return g_strdup(c->verified != NULL ? "yes" : "no");
    if (g_str_equal(name, "customer.orders"))
        return contact_facts_orders(df->dc->customer);
    return contact_facts_text(c, df->dc->customer, order_of(df->dc), name);
}

static const char *lookup(void *data, const char *name)
{
    struct desk_facts *df = data;
    const char *known = g_hash_table_lookup(df->texts, name);
    if (known != NULL)
        return known;
    char *value = fact(df, name);
    if (value == NULL)
        return NULL;
    g_hash_table_insert(df->texts, g_strdup(name), value);
    return value;
}

/* What came of a step's approval, while it is about the same amount. */
static const char *came_of_approval(void *data, const char *script, const char *step, int64_t amount_minor,
                                    const char **by, int64_t *at_ms)
{
    const struct desk_facts *df = data;
    const struct contact *c = desk_contact_of(df->desk, df->dc);
    const struct approval *a = c != NULL ? approval_of_step(c->approvals, script, step) : NULL;
    if (a == NULL || a->amount_minor != amount_minor)
        return NULL;
    const struct agent *who = world_agent(df->desk->world, a->decided_by);
    *by = who != NULL ? who->name : a->decided_by;
    *at_ms = a->decided_ms;
    return approval_state_name(a->state);
}

void desk_facts_init(struct desk_facts *df, const struct desk *desk, const struct desk_contact *dc,
                     struct facts *facts)
{
    *df = (struct desk_facts){desk, dc, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    *facts = (struct facts){.lookup = lookup,
                            .approval = came_of_approval,
                            .data = df,
                            .language = desk_language(desk, dc),
                            .utc_offset_minutes = desk->utc_offset_minutes};
}

void desk_facts_release(struct desk_facts *df)
{
    g_clear_pointer(&df->texts, g_hash_table_unref);
}
