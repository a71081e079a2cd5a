/* The command `firstline import KIND FILE`, and the same of firstlined: reads a foreign file through a
 * mapping, checks every record, and sends what is sound to the backend, which takes the file in one
 * transaction. Running it again changes nothing. What a record becomes is app/desk/import_record's.
 */
#ifndef APP_DESK_IMPORT_H
#define APP_DESK_IMPORT_H

/* argv[0] is "import"; the program's name (g_set_prgname) stands before what it says. Answers the exit status
 * (net/problem.h). */
int import_main(int argc, char **argv);

#endif
