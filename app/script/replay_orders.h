/*
 * replay_orders: customers' orders as the log recorded them, for the facts of a replay (order.total …).
 *
 *     struct replay_orders *orders = replay_orders_new();
 *     replay_orders_take(orders, ev);                              // order.recorded; others are passed over
 *     replay_orders_tell(orders, "F1001", add, past);              // each fact of it by its name
 */
#pragma once

#include "app/model/event.h"

struct replay_orders;

struct replay_orders *replay_orders_new(void);
void replay_orders_free(struct replay_orders *orders);
void replay_orders_take(struct replay_orders *orders, const struct event *ev);

/* The order of a customer who has one alone; NULL: none, or several. Borrowed until the next is taken. */
const char *replay_orders_only(const struct replay_orders *orders, const char *customer);

/* All facts of an order as it was recorded last, "" for what it lacks, and for all of one that is not known:
 * those of another do not stand for it. */
void replay_orders_tell(const struct replay_orders *orders, const char *id,
                        void (*tell)(void *data, const char *name, const char *value), void *data);
