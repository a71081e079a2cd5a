/* Messages from any thread to one that runs a GLib main context, handed over in order.
 *
 * A turn of the main loop takes at most some dozens, so that a flood of messages never starves the keyboard.
 */
#ifndef NET_MAILBOX_H
#define NET_MAILBOX_H

#include <glib.h>
#include <stddef.h>

struct mailbox;

/* Takes a message on the owner's thread; `message` is freed afterwards by the mailbox. May close the mailbox.
 */
typedef void (*mailbox_handler)(void *message, void *user_data);

/* Makes a mailbox that delivers in `context` (NULL: the default one; keeps a reference until it is closed).
 */
struct mailbox *mailbox_new(GMainContext *context, mailbox_handler handle, GDestroyNotify free_message,
                            void *user_data);

/* The owner's end: nothing is handed over any more, and what waits is freed with the mailbox, once the last
 * reference is gone. On the owner's thread. NULL is allowed. */
void mailbox_close(struct mailbox *mailbox);

/* For the thread that posts: keeps the mailbox valid until its own unref, even when the owner has closed it.
 */
struct mailbox *mailbox_ref(struct mailbox *mailbox);
void mailbox_unref(struct mailbox *mailbox);

/* Posts; takes `message`. Any thread. Returns how many now wait. */
size_t mailbox_post(struct mailbox *mailbox, void *message);

/* How many wait. Any thread. */
size_t mailbox_waiting(struct mailbox *mailbox);

#endif
