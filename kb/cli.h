/*
 * The command line over the engine: firstline kb index|search|similar|stats|check. Prints; knows nothing that
 * the other modules do not.
 */
#ifndef KB_CLI_H
#define KB_CLI_H

/* argv[0] is the sub-command ("index"). Returns the exit status: 0 done, 1 failed, 2 the call was wrong, 5
 * the index is not there. */
int kb_cli_main(int argc, char **argv);

#endif
