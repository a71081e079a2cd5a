/*
 * cli: the command `script`, as in `firstline script check FILE...`.
 *
 *     script check FILE...
 *     script graph FILE [--mermaid] [--language LANG]
 *     script run FILE [--answers FILE] [--language LANG]
 *
 * It prints; everything else in app/script does not.
 */
#pragma once

/* argv[0] is the word `script`, the rest what stands after it. Returns the exit status: 0 done, 1 a script is
 * wrong or could not be walked to its end, 2 wrong usage. */
int script_cli_main(int argc, char **argv);
