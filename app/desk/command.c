/* The array of commands: strings copied in, freed on clear. */
#include "app/desk/command.h"

static void command_release(gpointer data)
{
    struct command *c = data;
    g_free(c->id);
    g_free(c->customer);
    g_free(c->text);
    event_free(c->event);
}

void commands_init(struct commands *commands)
{
    commands->array = g_array_new(FALSE, TRUE, sizeof(struct command));
    g_array_set_clear_func(commands->array, command_release);
}

void commands_release(struct commands *commands)
{
    if (commands->array != NULL)
        g_array_unref(commands->array);
    commands->array = NULL;
}

void commands_clear(struct commands *commands)
{
    g_array_set_size(commands->array, 0);
}

size_t commands_count(const struct commands *commands)
{
    return commands->array->len;
}

struct command *commands_at(const struct commands *commands, size_t index)
{
    g_assert(index < commands->array->len);
    return &g_array_index(commands->array, struct command, index);
}

static void add(struct commands *commands, struct command c)
{
    g_array_append_val(commands->array, c);
}

void commands_add(struct commands *commands, enum command_kind kind, const char *id, const char *text)
{
    add(commands, (struct command){.kind = kind, .id = g_strdup(id), .text = g_strdup(text)});
}

void commands_add_request(struct commands *commands, enum command_kind kind, int64_t number, const char *id,
                          const char *text)
{
    add(commands,
        (struct command){.kind = kind, .number = number, .id = g_strdup(id), .text = g_strdup(text)});
}

void commands_add_fetch(struct commands *commands, enum link_fetch fetch, int64_t number,
                        const char *argument)
{
    add(commands, (struct command){
                      .kind = COMMAND_FETCH, .number = number, .fetch = fetch, .text = g_strdup(argument)});
}

void commands_add_event(struct commands *commands, int64_t number, struct event *ev)
{
    add(commands, (struct command){.kind = COMMAND_APPEND_EVENT, .number = number, .event = ev});
}

void commands_add_draft(struct commands *commands, enum command_kind kind, const char *contact, bool is_note,
                        const char *text)
{
    add(commands,
        (struct command){.kind = kind, .id = g_strdup(contact), .is_note = is_note, .text = g_strdup(text)});
}

void commands_add_watch(struct commands *commands, const char *contact, const char *customer_id,
                        bool is_typing)
{
    add(commands, (struct command){.kind = COMMAND_WATCH,
                                   .id = g_strdup(contact),
                                   .customer = g_strdup(customer_id),
                                   .text = g_strdup(is_typing ? "typing" : "")});
}
