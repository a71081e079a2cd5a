/* A customer and their orders: the record that scripts fill themselves from and the 360 pane shows. Plain
 * data. */
#ifndef APP_MODEL_CUSTOMER_H
#define APP_MODEL_CUSTOMER_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum identity_kind { IDENTITY_EMAIL, IDENTITY_PHONE, IDENTITY_ACCOUNT, IDENTITY_HANDLE, IDENTITY_COUNT };

struct identity {
    enum identity_kind kind;
    char *value;
};

typedef struct order {
    char *id;       /* never NULL */
    char *customer; /* never NULL */
    char *business; /* may be NULL */
    char *item;     /* one line: what was bought */
    char *status;
    char *currency;           /* ISO 4217 */
    int64_t total_minor;      /* in the currency's minor unit */
    char *placed, *delivered; /* dates, YYYY-MM-DD */
} order;

typedef struct customer {
    char *id;   /* never NULL */
    char *name; /* never NULL */
    char *tier;
    char *since; /* YYYY-MM-DD or YYYY */
    char *language;
    char *consent; /* such as "service marketing" */
    char *postal;  /* postal address, one line */
    char *note;
    GArray *identities; /* struct identity */
    GPtrArray *orders;  /* struct order *, newest first; filled where a 360 was asked for, else empty */
} customer;

struct customer *customer_new(const char *id, const char *name);
void customer_free(struct customer *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(customer, customer_free)
void customer_add_identity(struct customer *c, enum identity_kind kind, const char *value);
/* The first value of a kind; NULL where there is none. Borrowed. */
const char *customer_identity(const struct customer *c, enum identity_kind kind);
cJSON *customer_to_cjson(const struct customer *c); /* with identities and orders */
struct customer *customer_from_cjson(const cJSON *json, GError **error);

struct order *order_new(const char *id, const char *customer_id);
void order_free(struct order *o);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(order, order_free)
cJSON *order_to_cjson(const struct order *o);
struct order *order_from_cjson(const cJSON *json, GError **error);

const char *identity_kind_name(enum identity_kind kind);
bool identity_kind_parse(const char *name, enum identity_kind *kind);

/* Hides personal data but for what a person needs to recognise it: "c•••••0@email.com", "(977) •••-2661",
 * "••••1881". Caller owns, g_free. */
char *identity_mask(enum identity_kind kind, const char *value);

/* A field by its name ("tier", "postal"; "address" is postal too), or the first identity of a kind ("email");
 * NULL where there is none. Caller owns. */
char *customer_value(const struct customer *c, const char *field);

/* Puts a value into such a field, or into the place of the first identity of the kind; "" takes out what is
 * there, but for the name. Where there is no such field nothing is changed. */
void customer_correct(struct customer *c, const char *field, const char *value);

#endif
