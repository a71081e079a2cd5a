/* A report as a table: cells added one after the other, written as text for people, TSV and JSON for
 * programs.
 *
 *     static const struct table_column columns[] = {
 *         {"agent", "agent", TABLE_TEXT}, {"AHT", "aht_ms", TABLE_DURATION}};
 *     g_autoptr(table) t = table_new(columns, G_N_ELEMENTS(columns));
 *     table_add_text(t, "mina");
 *     table_add_number(t, 213300);
 */
#ifndef APP_MEASURE_TABLE_H
#define APP_MEASURE_TABLE_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum table_type {
    TABLE_TEXT,
    TABLE_COUNT,
    TABLE_DURATION, /* ms; "3:33", "1:02:03" for people */
    TABLE_TIME,     /* ms since 1970; RFC 3339 in UTC, "14:02:05" for people */
    TABLE_DATE,     /* the same; "2026-11-23" for people */
    TABLE_PERCENT,  /* real, one decimal; below 0: not known, as TABLE_UNKNOWN */
    TABLE_REAL,     /* one decimal for people; NAN: not known */
    TABLE_MONEY, /* minor units, hundredths; "12.34" for people, whole minor units for programs; NAN as above
                  */
};

struct table_column {
    const char *title; /* for people */
    const char *name;  /* in TSV and JSON */
    enum table_type type;
};

typedef struct table table;

/* Borrows columns[count] for as long as it lives. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(table, table_free)

/* A count or duration that is not known or means nothing there: "-" for people, null in JSON. */
#define TABLE_UNKNOWN INT64_MIN

/* The next cell, left to right and row by row; its column's type must fit. Copies. NULL is an empty text. */
void table_add_text(struct table *t, const char *text);
void table_add_number(struct table *t, int64_t number); /* count, duration, time, date */
void table_add_real(struct table *t, double number);    /* percent, real, money */

bool table_is_empty(const struct table *t);

/* The names of columns that people can do without, the first of them first; ended by NULL, borrowed for as
 * long as it lives. */
void table_may_lack(struct table *t, const char *const *names);

/* Caller owns: g_free, cJSON_Delete. Text: aligned by columns of a terminal, a header, each line ended. TSV:
 * a header line. JSON: an array of objects. In text and TSV each control
 * character and each override of the writing direction is made a space. */
char *table_to_text(const struct table *t);
/* The same in at most cols columns of a terminal, as far as the columns that it may lack allow; a line below
 * says which were left out. 0: as wide as it is. */
char *table_to_text_within(const struct table *t, size_t cols);
char *table_to_tsv(const struct table *t);
cJSON *table_to_cjson(const struct table *t);

/* "0:07", "3:33", "1:02:03" of ms, rounded to the second. Caller owns, g_free. */
char *table_format_duration(int64_t ms);

#endif
