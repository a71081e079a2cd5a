/* Which field of a foreign record becomes which of ours: a YAML file, and the templates it is made of.
 *
 *     kind: orders                 # customers, orders, articles, scripts or contacts
 *     records: "*"                 # where the records stand in a JSON document; lines and rows need none
 *     group: "{conversation}"      # rows with the same value are one record, its rows under "rows"
 *     header: [conversation, text] # names of the columns, where the file's first line does not say them
 *     fields:
 *       id: "{order_id}"
 *       item: "{items.*.name}"
 *       total_minor: "{items.*.price|sum|minor}"
 *     identities: {email: "{email}"}                              # customers
 *     messages: {each: turns, from: "{0}", text: "{1}"}           # contacts
 *     steps: {each: actions, title: "{button}", do: "{text}"}     # scripts: one step an item, in a line
 *
 * A template is text with {PATH|FILTER…}. A path is member names and indexes joined by dots; "*" takes all
 * members; "@key" is the name under which the record stood; "records" may have several "*". Several values
 * are joined by ", ". Filters: sum, minor (to the currency's hundredths), title (Each Word), lower, digits,
 * date (the first ten characters), first.
 */
#ifndef APP_DESK_MAPPING_H
#define APP_DESK_MAPPING_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct yaml_doc;

enum import_kind {
    IMPORT_CUSTOMERS,
    IMPORT_ORDERS,
    IMPORT_ARTICLES,
    IMPORT_SCRIPTS,
    IMPORT_CONTACTS,
    IMPORT_KIND_COUNT
};
const char *import_kind_name(enum import_kind kind);
bool import_kind_parse(const char *name, enum import_kind *kind);

struct mapping_field {
    const char *name, *template;
};

struct mapping {
    int kind; /* enum import_kind */
    const char *records, *group;
    const char **header; /* header[header_count] */
    size_t header_count;
    const struct mapping_field *fields, *identities,
        *says; /* says: values of `from`, to customer, agent, system */
    size_t field_count, identity_count, say_count;
    const char *each, *from, *text, *at;      /* of messages; each NULL: there are none */
    const char *steps, *step_title, *step_do; /* of steps; steps NULL: there are none */
    struct yaml_doc *doc;                     /* owns all of these */
};

/* NULL with every problem, one a line. Free with mapping_free. */
struct mapping *mapping_open(const char *path, GError **error);
void mapping_free(struct mapping *mapping);

/* The value of a path in a record: borrowed where it is one value, else NULL. */
const cJSON *mapping_find(const cJSON *record, const char *path);

/* The template filled from a record; "" where nothing is there. key: what "@key" is, may be NULL. Caller
 * owns. */
char *mapping_fill(const char *template, const cJSON *record, const char *key);

#endif
