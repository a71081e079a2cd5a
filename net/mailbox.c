/* A GSource that is ready while its queue holds something. */
#include "net/mailbox.h"

enum {
    MESSAGES_PER_TURN = 64,
};

struct mailbox {
    GSource source; /* first: GLib allocates and counts it */
    GMutex lock;
    GQueue queue;
    mailbox_handler handle;
    GDestroyNotify free_message;
    void *user_data;
};

static void *take(struct mailbox *mailbox)
{
    g_mutex_lock(&mailbox->lock);
    void *message = g_queue_pop_head(&mailbox->queue);
    /* Within the lock, so that a post in between cannot be forgotten. */
    if (g_queue_is_empty(&mailbox->queue))
        g_source_set_ready_time(&mailbox->source, -1);
    g_mutex_unlock(&mailbox->lock);
    return message;
}

static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    (void)callback;
    (void)data;
    struct mailbox *mailbox = (struct mailbox *)source;
    for (int i = 0; i < MESSAGES_PER_TURN && !g_source_is_destroyed(source); i++) {
        void *message = take(mailbox);
        if (!message)
            break;
        mailbox->handle(message, mailbox->user_data);
        mailbox->free_message(message);
    }
    return G_SOURCE_CONTINUE;
}

static void finalize(GSource *source)
{
    struct mailbox *mailbox = (struct mailbox *)source;
    g_queue_clear_full(&mailbox->queue, mailbox->free_message);
    g_mutex_clear(&mailbox->lock);
}

struct mailbox *mailbox_new(GMainContext *context, mailbox_handler handle, GDestroyNotify free_message,
                            void *user_data)
{
    static GSourceFuncs functions = {.dispatch = dispatch, .finalize = finalize};
    struct mailbox *mailbox = (struct mailbox *)g_source_new(&functions, sizeof *mailbox);
    g_mutex_init(&mailbox->lock);
    g_queue_init(&mailbox->queue);
    mailbox->handle = handle;
    mailbox->free_message = free_message;
    mailbox->user_data = user_data;
    g_source_set_static_name(&mailbox->source, "mailbox");
    g_source_attach(&mailbox->source, context);
    return mailbox;
}

void mailbox_close(struct mailbox *mailbox)
{
    if (!mailbox)
        return;
    g_source_destroy(&mailbox->source);
    g_source_unref(&mailbox->source);
}

struct mailbox *mailbox_ref(struct mailbox *mailbox)
{
    return (struct mailbox *)g_source_ref(&mailbox->source);
}

void mailbox_unref(struct mailbox *mailbox)
{
    g_source_unref(&mailbox->source);
}

size_t mailbox_post(struct mailbox *mailbox, void *message)
{
    g_mutex_lock(&mailbox->lock);
    g_queue_push_tail(&mailbox->queue, message);
    size_t waiting = g_queue_get_length(&mailbox->queue);
    if (waiting == 1)
        g_source_set_ready_time(&mailbox->source, 0);
    g_mutex_unlock(&mailbox->lock);
    return waiting;
}

size_t mailbox_waiting(struct mailbox *mailbox)
{
    g_mutex_lock(&mailbox->lock);
    size_t waiting = g_queue_get_length(&mailbox->queue);
    g_mutex_unlock(&mailbox->lock);
    return waiting;
}
