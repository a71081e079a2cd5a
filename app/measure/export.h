/* The log, and what is folded from it, in the forms that other programs read: events, contacts and intervals
 * as NDJSON and CSV, events as CloudEvents 1.0 and as XES (xes.h).
 *
 * NDJSON: an object a line; of events their wire form. CloudEvents: structured JSON, one a line; `source` is
 * /devices/ and the device, `subject` the contact, `type` the kind, and the envelope's other members are
 * extension attributes (all strings, since an Integer there has 32 bits). CSV: RFC 4180, UTF-8, a header,
 * lines ended by CR LF; a text that a spreadsheet would take for a formula (it begins with = + - @ or a tab)
 * has an apostrophe before it.
 *
 * Streams: what is written leaves through the callback at once. Memory is by what is open (contacts: and by
 * those closed within seven days, whose fate is not known before), not by event.
 *
 *     struct exporter *x = exporter_new(&(struct exporter_options){
 *         .what = EXPORT_CONTACTS, .form = EXPORT_CSV, .until_ms = now_ms, .write = write});
 *     exporter_fold(x, ev);          // in the order of positions; a repeat is ignored
 *     exporter_finish(x, now_ms);
 */
#ifndef APP_MEASURE_EXPORT_H
#define APP_MEASURE_EXPORT_H

#include "app/measure/rates.h"
#include "app/model/event.h"

enum export_what { EXPORT_EVENTS, EXPORT_CONTACTS, EXPORT_INTERVALS, EXPORT_WHAT_COUNT };
enum export_form { EXPORT_NDJSON, EXPORT_CSV, EXPORT_CLOUDEVENTS, EXPORT_XES, EXPORT_FORM_COUNT };
bool export_what_parse(const char *name, enum export_what *what);
bool export_form_parse(const char *name, enum export_form *form);
/* CloudEvents and XES are of events alone. */
bool export_can(enum export_what what, enum export_form form);

typedef void (*export_write)(const char *text, size_t len, void *user_data);

struct exporter_options {
    enum export_what what;
    enum export_form form;
    /* Events and intervals at or after since_ms and before until_ms; contacts, and in XES traces, that came
     * then. */
    int64_t since_ms, until_ms;
    struct rates rates; /* XES: of what legs cost; none: no cost is written */
    export_write write;
    void *user_data;
};

typedef struct exporter exporter;

struct exporter *exporter_new(const struct exporter_options *options);
void exporter_free(struct exporter *x);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(exporter, exporter_free)
void exporter_fold(struct exporter *x, const struct event *ev);
/* The end: contacts and traces that are left, and what closes the file. Once. */
void exporter_finish(struct exporter *x, int64_t now_ms);

#endif
