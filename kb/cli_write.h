/*
 * The commands that write indexes: `firstline kb index` and `firstline kb update`. Each takes its arguments
 * from its own name on, and returns the exit status.
 */
#ifndef KB_CLI_WRITE_H
#define KB_CLI_WRITE_H

int kb_cli_index(int argc, char **argv);
int kb_cli_update(int argc, char **argv);

#endif
