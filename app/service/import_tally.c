#include "app/service/import_tally.h"

#include "app/model/event.h"

double import_characters(const char *text)
{
    return text ? (double)g_utf8_strlen(text, -1) : 0;
}

static void tally_add(struct import_tally *t, const char *name, double amount)
{
    g_assert(t->count < IMPORT_SUMS_MAX);
    t->names[t->count] = name;
    t->amounts[t->count++] = amount;
}

static void tally_customer(struct import_tally *t, const struct event *ev)
{
    static const char *const lists[] = {"emails", "phones", "accounts", "handles"};
    tally_add(t, "name_characters", import_characters(event_text(ev, "name")));
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(ev->data, lists[i]));
        if (count > 0)
            tally_add(t, lists[i], count);
    }
}

static void tally_event(struct import_tally *t, const struct event *ev)
{
    t->contact = g_strdup(ev->contact);
    t->is_creation = ev->kind == EVENT_CONTACT_CREATED;
    switch (ev->kind) {
    case EVENT_CUSTOMER_CREATED:
        tally_customer(t, ev);
        break;
    case EVENT_ORDER_RECORDED:
        tally_add(t, "total_minor", (double)event_number(ev, "total_minor", 0));
        break;
    case EVENT_CONTACT_CREATED:
        tally_add(t, "contacts", 1);
        break;
    case EVENT_MESSAGE_RECEIVED:
    case EVENT_MESSAGE_SENT:
    case EVENT_NOTE_ADDED:
        tally_add(t, ev->kind == EVENT_NOTE_ADDED ? "notes" : "messages", 1);
        tally_add(t, "text_characters", import_characters(event_text(ev, "text")));
        break;
    default:
        break;
    }
}

static void clear_tally(void *tally)
{
    g_free(((struct import_tally *)tally)->contact);
}

GArray *import_tallies(const GPtrArray *events)
{
    GArray *tallies = g_array_sized_new(FALSE, TRUE, sizeof(struct import_tally), events->len);
    g_array_set_clear_func(tallies, clear_tally);
    g_array_set_size(tallies, events->len);
    for (guint i = 0; i < events->len; i++)
        tally_event(&g_array_index(tallies, struct import_tally, i), g_ptr_array_index(events, i));
    return tallies;
}
