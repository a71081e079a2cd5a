/* The command `firstline report`: asks the backend for a report and prints it. */
#ifndef APP_DESK_REPORT_H
#define APP_DESK_REPORT_H

#include <glib.h>

/* argv[0] is "report". Answers the exit status (net/problem.h). */
int report_main(int argc, char **argv);

/* A time as typed: a date, a time, or an age such as 30m, 8h, 14d. Answers RFC 3339; NULL with a sentence.
 * Caller owns. */
char *report_time(const char *text, GError **error);

#endif
