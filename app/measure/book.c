#include "app/measure/book.h"

#include <string.h>

struct book {
    GHashTable *entries; /* contact id -> struct book_entry *, owned */
};

static void entry_free(void *data)
{
    struct book_entry *entry = data;
    g_free(entry->customer);
    g_clear_pointer(&entry->queue, g_ref_string_release);
    g_clear_pointer(&entry->came_from, g_ref_string_release);
    g_clear_pointer(&entry->intent, g_ref_string_release);
    g_free(entry);
}

struct book *book_new(void)
{
    struct book *book = g_new0(struct book, 1);
    book->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    return book;
}

void book_free(struct book *book)
{
    if (book == NULL)
        return;
    g_hash_table_unref(book->entries);
    g_free(book);
}

static void set_if_given(GRefString **field, const struct event *ev, const char *name)
{
    const char *text = event_text(ev, name);
    if (text == NULL)
        return;
    g_clear_pointer(field, g_ref_string_release);
    *field = g_ref_string_new_intern(text);
}

static void set_customer(struct book_entry *entry, const struct event *ev)
{
    const char *customer = event_text(ev, "customer");
    if (customer == NULL)
        return;
    g_free(entry->customer);
    entry->customer = g_strdup(customer);
}

static struct book_entry *entry_of(struct book *book, const struct event *ev)
{
    struct book_entry *entry = g_hash_table_lookup(book->entries, ev->contact);
    if (entry == NULL && ev->kind == EVENT_CONTACT_CREATED) {
        size_t id_bytes = strlen(ev->contact) + 1;
        entry = g_malloc0(sizeof *entry + id_bytes);
        memcpy(entry->contact, ev->contact, id_bytes);
        entry->created_ms = ev->at_ms;
        channel_parse(event_text(ev, "channel"), &entry->channel);
        g_hash_table_insert(book->entries, entry->contact, entry);
    }
    return entry;
}

static void move(struct book_entry *entry, const struct event *ev)
{
    GRefString *from = entry->queue == NULL ? NULL : g_ref_string_acquire(entry->queue);
    set_if_given(&entry->queue, ev, "queue");
    g_clear_pointer(&entry->came_from, g_ref_string_release);
    entry->came_from = from;
}

static void move_back(struct book_entry *entry, const struct event *ev)
{
    if (event_text(ev, "queue") != NULL) {
        set_if_given(&entry->queue, ev, "queue");
    } else if (entry->came_from != NULL) {
        g_clear_pointer(&entry->queue, g_ref_string_release);
        entry->queue = g_steal_pointer(&entry->came_from);
    }
    g_clear_pointer(&entry->came_from, g_ref_string_release);
}

void book_fold(struct book *book, const struct event *ev)
{
    struct book_entry *entry = ev->contact == NULL ? NULL : entry_of(book, ev);
    if (entry == NULL)
        return;
    switch (ev->kind) {
    case EVENT_CONTACT_CREATED:
        set_if_given(&entry->queue, ev, "queue");
        set_if_given(&entry->intent, ev, "intent");
        set_customer(entry, ev);
        break;
    case EVENT_CONTACT_CLASSIFIED:
        set_if_given(&entry->intent, ev, "intent");
        break;
    case EVENT_CONTACT_CUSTOMER_LINKED:
        set_customer(entry, ev);
        break;
    case EVENT_CONTACT_ACCEPTED:
        entry->accepted_ms = entry->accepted_ms == 0 ? ev->at_ms : entry->accepted_ms;
        break;
    case EVENT_CONTACT_TRANSFERRED:
    case EVENT_CONTACT_ESCALATED:
        move(entry, ev);
        break;
    case EVENT_CONTACT_GIVEN_BACK:
        move_back(entry, ev);
        break;
    default:
        break;
    }
}

const struct book_entry *book_find(const struct book *book, const char *contact)
{
    return contact == NULL ? NULL : g_hash_table_lookup(book->entries, contact);
}

void book_forget(struct book *book, const char *contact)
{
    if (contact != NULL)
        g_hash_table_remove(book->entries, contact);
}

const char *answer_value(const struct event *ev)
{
    const char *value = event_text(ev, "value");
    return value != NULL ? value : event_text(ev, "hash");
}
