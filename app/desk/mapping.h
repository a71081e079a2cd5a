/* Which field of a foreign record becomes which of ours: a YAML file of templates (app/desk/mapping_text.h).
 *
 *     kind: orders                 # customers, orders, articles, scripts or contacts
 *     records: "*"                 # where the records stand in a JSON document; lines and rows need none
 *     group: "{conversation}"      # rows with the same value are one record, its rows under "rows"
 *     header: [conversation, text] # names of the columns, where the file's first line does not say them
 *     tables:                      # other files of rows between tabs, beside the one imported: a filter each
 *       subflow: {file: subflow_map.tsv, from: 2, to: 1}        # columns, from 1
 *     fields:
 *       id: "{order_id}"
 *       item: "{items.*.name}"
 *       total_minor: "{items.*.price|minor|sum}"
 *     identities: {email: "{email}"}                            # customers
 *     messages: {each: turns, from: "{0}", text: "{1}"}         # contacts
 *     steps: {each: actions, title: "{button}", do: "{text}"}   # scripts: a step an item, a way a condition
 *
 *     graph: {disposition: fixed, hands_over: transfer}         # scripts: a decision graph (.dot)
 *
 * The mapping is checked as a whole when it is opened: fields that the kind does not have, fields that it
 * must have, templates and filters.
 */
#ifndef APP_DESK_MAPPING_H
#define APP_DESK_MAPPING_H

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

struct mapping_table {
    const char *name, *file;
    int64_t from, to; /* columns, from 1 */
    GHashTable *rows; /* value of `from` -> value of `to`; NULL until mapping_load_tables */
};

struct mapping_messages { /* of a contact; each NULL: there are none */
    const char *each, *from, *text, *at;
    const struct mapping_field *says; /* says[say_count]: values of `from`, to customer, agent, system */
    size_t say_count;
};

struct mapping_steps { /* of a script; each NULL: there are none */
    const char *each, *title, *todo;
    const char *before, *after; /* said with the first step, and at the end; may be NULL */
    const char *disposition;    /* proposed at the end */
    const char *unresolved;     /* where the customer did not get what they wanted; may be NULL */
};

struct mapping_graph {       /* of a script; disposition NULL: there is none */
    const char *disposition; /* of the ends */
    const char *hands_over;  /* a final node whose label has this word hands over; may be NULL */
};

struct mapping {
    int kind; /* enum import_kind */
    const char *records, *group;
    const char **header; /* header[header_count] */
    size_t header_count;
    const struct mapping_field *fields, *identities;
    size_t field_count, identity_count;
    struct mapping_messages messages;
    struct mapping_steps steps;
    struct mapping_graph graph;
    struct mapping_table *tables; /* tables[table_count] */
    size_t table_count;
    struct yaml_doc *doc; /* owns all of these but the tables' rows */
};

/* NULL with every problem, one a line: "file:line:column: sentence". Free with mapping_free. */
struct mapping *mapping_open(const char *path, GError **error);
void mapping_free(struct mapping *mapping);

/* Reads the tables, which lie beside the file that is imported. Records cannot be mapped before. */
bool mapping_load_tables(struct mapping *mapping, const char *imported_path, GError **error);

/* NULL: there is no such table. Borrowed. */
const struct mapping_table *mapping_table(const struct mapping *mapping, const char *name);

#endif
