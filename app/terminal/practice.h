/* The command `firstline practice FILE`: one scenario on the desk's own screens, against a simulated
 * customer.
 *
 * It has a journal and a cache of its own in a temporary folder, so it can never touch live data.
 */
#ifndef APP_TERMINAL_PRACTICE_H
#define APP_TERMINAL_PRACTICE_H

/* argv[0] is "practice". Answers the exit status (net/problem.h). */
int practice_main(int argc, char **argv);

#endif
