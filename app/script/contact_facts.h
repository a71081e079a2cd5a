/*
 * contact_facts: facts (facts.h) out of the records: a contact, its customer and the order that is spoken of.
 * For whoever holds these: the desk, and the backend when a contact comes in.
 */
#pragma once

#include "app/model/contact.h"
#include "app/model/customer.h"

/* The canonical text of a fact customer.*, order.* or contact.*; NULL where it is not known, or of another
 * kind. `who` and `o` may be NULL. Caller owns. */
char *contact_facts_text(const struct contact *c, const struct customer *who, const struct order *o,
                         const char *name);

/* The numbers of the customer's orders, commas between; "" without any. `who` may be NULL. Caller owns. */
char *contact_facts_orders(const struct customer *who);
