/* The command `firstline export`: reads the log page by page and writes it, or what is folded from it, in a
 * form for other programs (app/measure/export.h). */
#ifndef APP_DESK_EXPORT_H
#define APP_DESK_EXPORT_H

/* argv[0] is "export". Answers the exit status (net/problem.h). */
int export_main(int argc, char **argv);

#endif
