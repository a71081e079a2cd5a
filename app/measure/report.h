/* A report made ready to be shown: sentences, tables, drawings, and the formulas of its figures, in order.
 *
 *     g_autoptr(report) r = report_new();
 *     report_say(r, "Of %d contacts closed …", n);
 *     struct table *t = report_add_table(r, "rows", REPORT_FOR_ALL, columns, G_N_ELEMENTS(columns));
 *     report_add_formula(r, "AHT", "(talk + …) / contacts handled");
 */
#ifndef APP_MEASURE_REPORT_H
#define APP_MEASURE_REPORT_H

#include <stdbool.h>

#include "app/measure/table.h"

enum report_for {
    REPORT_FOR_PEOPLE = 1,   /* in text */
    REPORT_FOR_PROGRAMS = 2, /* in JSON, and the first of them in TSV */
    REPORT_FOR_ALL = 3
};

typedef struct report report;

struct report *report_new(void);
void report_free(struct report *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(report, report_free)

/* A paragraph: in text, and in JSON's "notes". */
void report_say(struct report *r, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Lines for people alone, as they are. */
void report_draw(struct report *r, const char *lines);
/* Without rows it stands in JSON and TSV alone: headings over nothing tell people nothing.
 * Borrowed until the report is freed; the columns must outlive it. The name is JSON's member; borrowed. */
struct table *report_add_table(struct report *r, const char *name, enum report_for readers,
                               const struct table_column *columns, size_t count);
/* Copies. JSON has them in "formulas" always, text where they are asked for. */
void report_add_formula(struct report *r, const char *figure, const char *formula);
/* Lines of a form of their own, such as folded stacks: in JSON a member of that name. Copies. */
void report_add_lines(struct report *r, const char *name, const char *lines);

/* The columns of the terminal that the text is for; unless it is called the text is as wide as it is. */
void report_fit(struct report *r, size_t cols);

/* Caller owns: g_free, cJSON_Delete. */
char *report_to_text(const struct report *r, bool with_formulas);
char *report_to_tsv(const struct report *r);
cJSON *report_to_cjson(const struct report *r);
const char *report_lines(const struct report *r, const char *name); /* NULL: none; borrowed */

#endif
