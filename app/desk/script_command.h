/* The command `script` (app/script/cli.h), with the backend to ask for past events. */
#ifndef APP_DESK_SCRIPT_COMMAND_H
#define APP_DESK_SCRIPT_COMMAND_H

/* argv[0] is "script". Answers the exit status. */
int script_command_main(int argc, char **argv);

#endif
