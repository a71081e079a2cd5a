/* What the log has said about each contact that reports go by: channel, queue, intent, customer, times.
 *
 * A fold like the others; it knows no rules. Whoever keeps one for long forgets contacts that are over.
 */
#ifndef APP_MEASURE_BOOK_H
#define APP_MEASURE_BOOK_H

#include "app/model/event.h"
#include "app/model/names.h"

struct book_entry {
    char *customer;
    GRefString *queue, *came_from, *intent; /* shared by all that have the same */
    int64_t created_ms, accepted_ms;        /* the first time; 0: not yet */
    enum channel channel;
    char contact[]; /* id */
};

/* Of step.answered: the value, or where the texts were left out of the reading its hash, which is alike where
 * the value is. NULL: neither. Borrowed. */
const char *answer_value(const struct event *ev);

struct book *book_new(void);
void book_free(struct book *book);
void book_fold(struct book *book, const struct event *ev);
/* Borrowed until the contact is forgotten; NULL where the log has not said that it was created. */
const struct book_entry *book_find(const struct book *book, const char *contact);
void book_forget(struct book *book, const char *contact);

#endif
