/* The command `firstline report`: asks the backend for a report and prints it. */
#ifndef APP_DESK_REPORT_H
#define APP_DESK_REPORT_H

/* argv[0] is "report". Answers the exit status (net/problem.h). */
int report_main(int argc, char **argv);

#endif
