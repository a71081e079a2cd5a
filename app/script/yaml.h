/*
 * yaml: reads a YAML file into C structs by a table, and says everything that is wrong with it at once.
 *
 * Scripts, scenarios, settings and import mappings are all read by it. It knows none of them: the caller
 * gives the shape. It does not write YAML, and it knows one document a file, no merge keys, no tags.
 *
 *     struct queue { struct yaml_head head; const char *name; int64_t answer_within_ms; };
 *     static const struct yaml_field QUEUE_FIELDS[] = {
 *         {"name", YAML_TYPE_STRING, offsetof(struct queue, name), .required = true, .help = "its name"},
 *         {"answer", YAML_TYPE_DURATION, offsetof(struct queue, answer_within_ms), .help = "a time"},
 *         {NULL},
 *     };
 *     static const struct yaml_shape QUEUE = {"a queue", sizeof(struct queue), QUEUE_FIELDS};
 *
 *     struct yaml_doc *doc = yaml_doc_open("queues.yaml", error);
 *     struct problems *problems = problems_new("queues.yaml");
 *     struct queue queue = {.answer_within_ms = 20000};            // defaults are what stood there before
 *     yaml_read(doc, yaml_doc_root(doc), &QUEUE, &queue, problems);
 *     if (!problems_none(problems, error)) ...
 *     // all pointers in `queue` are borrowed until the doc is freed
 */
#pragma once

#include "app/script/problems.h"

#include <stdint.h>

/* Limits; a file beyond one of them is refused in a sentence. */
#define YAML_SIZE_MAX_BYTES (4 * 1024 * 1024)
#define YAML_DEPTH_MAX      32
/* Nodes counted as often as they are reached, so that aliases cannot multiply without end. */
#define YAML_NODES_MAX 200000

enum yaml_kind { YAML_KIND_SCALAR, YAML_KIND_LIST, YAML_KIND_MAP };

/* One node as written. An alias is the node of its anchor, with the anchor's place. Free of NUL, valid UTF-8.
 */
struct yaml_node {
    enum yaml_kind kind;
    unsigned line;     /* from 1 */
    unsigned column;   /* from 1, in characters */
    unsigned end_line; /* where it ends; a scalar with line == end_line stands on one line */
    bool quoted;       /* scalar: written in quotes or as a block */
    bool block;        /* scalar: written as a | or > block, so its text starts a line later */
    unsigned count;    /* list, map: how many items */
    const char *text;  /* scalar; "" for an empty one; NULL for lists and maps */
    const struct yaml_node *const *items; /* items[count] */
    const struct yaml_node *const *keys;  /* map: keys[count], scalars, no two alike; NULL for a list */
};

/* Each struct that a shape fills begins with this. */
struct yaml_head {
    const struct yaml_node *at; /* where it was written, for later checks to point at */
    const char *key;            /* its key, when it is an item of a YAML_TYPE_MAP; else NULL */
};

/* A text in several languages. All zero: no text. */
struct yaml_text {
    size_t count;
    const char *const
        *languages;           /* languages[count]: "en", "zh"; "" for a text written without its language */
    const char *const *texts; /* texts[count] */
};

/* What a field may hold, and which C type stands at its offset. */
enum yaml_type {
    YAML_TYPE_STRING,   /* const char *; not empty */
    YAML_TYPE_TEXT,     /* struct yaml_text: a scalar, or a map from language to scalar */
    YAML_TYPE_INT,      /* int64_t */
    YAML_TYPE_DECIMAL,  /* double, finite */
    YAML_TYPE_DURATION, /* int64_t milliseconds: "250ms" "30s" "5m" "1h30m" "7d" "0" */
    YAML_TYPE_MONEY,    /* int64_t minor units (1/100): "94" "94.5" "94.50" */
    YAML_TYPE_BOOL,     /* bool: true false yes no */
    YAML_TYPE_ENUM,     /* int: a word of `words` */
    YAML_TYPE_STRUCT,   /* the struct of `shape`, in place */
    YAML_TYPE_LIST,     /* pointer to an array of `item`s, its length (size_t) at `count_offset` */
    YAML_TYPE_MAP,    /* like LIST: of the struct of `shape` when item is STRUCT, else of struct yaml_entry */
    YAML_TYPE_NODE,   /* const struct yaml_node *, whatever it is */
    YAML_TYPE_CUSTOM, /* read by `read`, which writes at the offset */
};

/* An item of a YAML_TYPE_MAP whose items are scalars or texts, in the order written. */
struct yaml_entry {
    struct yaml_head head;
    union {
        const char *string;
        int64_t number; /* INT, DURATION, MONEY */
        double decimal;
        bool flag;
        int word; /* ENUM */
        struct yaml_text text;
        const struct yaml_node *node;
    };
};

struct yaml_word {
    const char *word; /* NULL ends the table */
    int value;
};

struct yaml_doc;
struct yaml_shape;

/* One key of a map. Rows end with one whose key is NULL. */
struct yaml_field {
    const char *key;
    enum yaml_type type;
    size_t offset; /* in the struct of the shape */
    bool required;
    const char *help; /* what it is, a phrase that ends a sentence: "how long an agent may take" */
    /* INT, DECIMAL, DURATION, MONEY: least and greatest value. STRING: length in characters. LIST, MAP:
     * count. Only where max > min; otherwise MONEY and DURATION may not be negative, and a STRING has at most
     * 10,000. */
    int64_t min, max;
    const struct yaml_word *words;  /* ENUM, or item ENUM */
    const struct yaml_shape *shape; /* STRUCT, or item STRUCT */
    enum yaml_type item;            /* LIST, MAP; never LIST or MAP */
    size_t count_offset;            /* LIST, MAP */
    bool or_one;                    /* LIST: one item may stand without its list */
    /* CUSTOM: writes to `out`; adds what is wrong to `problems`. */
    void (*read)(struct yaml_doc *doc, const struct yaml_node *node, void *out, struct problems *problems);
};

struct yaml_shape {
    const char *what; /* with its article: "a step" */
    size_t size_bytes;
    const struct yaml_field *fields;
    const char *scalar;  /* may be NULL; a scalar in place of the map stands for this key alone */
    const void *initial; /* may be NULL; the defaults of a struct in a list or map, else zero */
};

/* Reads and parses a file. NULL with PROBLEMS_ERROR_FILE when it cannot be read, PROBLEMS_ERROR_CONTENTS when
 * it is not YAML (with place) or over a limit. Caller owns, free with yaml_doc_free. */
struct yaml_doc *yaml_doc_open(const char *path, GError **error);

/* The same from bytes[len]; `name` stands in sentences where the file would. Borrows both. */
struct yaml_doc *yaml_doc_parse(const char *name, const char *bytes, size_t len, GError **error);
void yaml_doc_free(struct yaml_doc *doc);

/* Never NULL; an empty file is an empty map. Borrowed until the doc is freed, as every node. */
const struct yaml_node *yaml_doc_root(const struct yaml_doc *doc);

/* The name given at its making; borrowed until the doc is freed. */
const char *yaml_doc_name(const struct yaml_doc *doc);

/* Zeroed memory that lives as long as the doc; for handlers that build what a table cannot say. */
void *yaml_doc_allocate(struct yaml_doc *doc, size_t size_bytes);
const char *yaml_doc_string(struct yaml_doc *doc, const char *text);

/* Fills `out` (the struct of `shape`) from a map node and adds all that is wrong to `problems`; false when it
 * added any. Fields that are absent or wrong keep what was there. */
bool yaml_read(struct yaml_doc *doc, const struct yaml_node *node, const struct yaml_shape *shape, void *out,
               struct problems *problems);

/* The place of a byte of a scalar's text: exact where the text stands on one line without escapes, else its
 * start. */
void yaml_node_place(const struct yaml_node *scalar, size_t offset_bytes, unsigned *line, unsigned *column);

/* The value of a map's key; NULL when absent, or when the node is no map. */
const struct yaml_node *yaml_node_get(const struct yaml_node *map, const char *key);

/* Adds a problem at the node's place. */
#define yaml_problem(problems, node, ...) problems_add((problems), (node)->line, (node)->column, __VA_ARGS__)

/* The text in `language` (NULL is "en"); else in "", else the first; NULL when there is none at all. */
const char *yaml_text_in(const struct yaml_text *text, const char *language);
/* Only the one in exactly that language; NULL when absent. */
const char *yaml_text_only(const struct yaml_text *text, const char *language);

/* The readers of single scalars, for values that come from elsewhere. False when `text` is none; *out
 * unchanged. */
bool yaml_parse_int(const char *text, int64_t *out);
bool yaml_parse_duration(const char *text, int64_t *out_ms);
bool yaml_parse_money(const char *text, int64_t *out_minor); /* a leading - is read */
bool yaml_parse_bool(const char *text, bool *out);

/* The word of a value and the reverse; NULL / false when there is none. */
const char *yaml_word_of(const struct yaml_word *words, int value);
bool yaml_word_value(const struct yaml_word *words, const char *word, int *out);
