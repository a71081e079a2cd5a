/* The command `firstline sign-in`: takes a password from standard input and keeps the token, as the desk
 * does, so that scripts can use the other commands.
 */
#ifndef APP_DESK_SIGN_IN_H
#define APP_DESK_SIGN_IN_H

/* argv[0] is "sign-in". Answers the exit status (net/problem.h). */
int sign_in_main(int argc, char **argv);

#endif
