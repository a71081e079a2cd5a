#include "ui/queue_mark.h"

static const struct queue_mark_row rows[QUEUE_MARK_COUNT] = {
    [QUEUE_MARK_NONE] = {" ", 0, 0},
    [QUEUE_MARK_OFFERED] = {"♪", "offered", "It rings: with you, or with a colleague."},
    [QUEUE_MARK_MEANT] = {"→", "for you",
                          "It waits for you by name: passed or given back to you, or parked by you before."},
    [QUEUE_MARK_UNREAD] = {"•", "unread", "The customer has written and you have not read it yet."},
    [QUEUE_MARK_URGENT] = {"!", "urgent",
                           "Its answer is due in a moment or overdue, or the customer waits for you."},
    [QUEUE_MARK_HELD] = {"‖", "held", "The customer is on hold."},
    [QUEUE_MARK_CONSULTING] = {"&", "consulting", "A colleague is asked meanwhile, or asks you."},
    [QUEUE_MARK_PARKED] = {"z", "parked", "It rests until the time at the left has passed."},
    [QUEUE_MARK_WRAPPING] = {"w", "wrap-up", "The talk is over and the wrap-up is not."},
    [QUEUE_MARK_ESCALATED] = {"↑", "second line", "It was escalated and is with the second line."},
    [QUEUE_MARK_GIVEN_BACK] = {"↓", "given back",
                               "The second line gave it back with its answer, which stands in the story."},
};

const struct queue_mark_row *queue_mark_row(enum queue_mark mark)
{
    return &rows[mark];
}

const struct queue_mark_row *queue_time_row(void)
{
    static const struct queue_mark_row row = {
        "0:00", "time at the left",
        "Waiting: until due (-: overdue). Ringing, parked: until that ends. Yours: how long the "
        "customer waits, else how long it is as it is."};
    return &row;
}
