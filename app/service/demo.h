/* The command `firstlined demo`: a fresh database with a past, live traffic, and on request the desk, signed
 * in. */
#ifndef APP_SERVICE_DEMO_H
#define APP_SERVICE_DEMO_H

/* argv[0] is "demo". Answers the exit status (net/problem.h). */
int demo_main(int argc, char **argv);

#endif
