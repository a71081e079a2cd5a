#include "app/desk/sign_in.h"

#include <cjson/cJSON.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/desk/command_line.h"
#include "app/desk/places.h"
#include "app/desk/remote.h"
#include "net/json.h"
#include "net/problem.h"

#define PASSWORD_BYTES 1024
#define TOKEN_BYTES    512

struct choices {
    char *agent;
};

/* One line, not shown where it is typed. */
static bool read_password(char *line, size_t size, GError **error)
{
    struct termios old;
    bool is_terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    if (is_terminal) {
        struct termios quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        fputs("Password: ", stderr);
    }
    bool is_read = fgets(line, (int)size, stdin) != NULL;
    if (is_terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fputs("\n", stderr);
    }
    if (is_read)
        line[strcspn(line, "\r\n")] = '\0';
    if (is_read && *line != '\0' && g_utf8_validate(line, -1, NULL))
        return true;
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                        "There is no password; please give it as one line on standard input.");
    return false;
}

/* No device is named: the session becomes that of the desk that first delivers with it. */
static char *session_body(const char *agent, const char *password)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "agent", agent);
    cJSON_AddStringToObject(json, "password", password);
    char *body = cJSON_PrintUnformatted(json);
    cJSON *kept = cJSON_GetObjectItemCaseSensitive(json, "password");
    explicit_bzero(kept->valuestring, strlen(kept->valuestring));
    cJSON_Delete(json);
    return body;
}

static bool keep_token(const char *url, const cJSON *answer, GError **error)
{
    const char *token;
    if (!json_get_string(answer, "token", TOKEN_BYTES, &token, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_ANSWER,
                    "The backend at %s answered what no backend answers (no \"token\"); check the address.",
                    url);
        return false;
    }
    g_autofree char *path = places_token_path(url), *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700);
    if (!g_file_set_contents_full(path, token, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
        return false;
    places_remember_url(url);
    return true;
}

static bool sign_in(const char *url, const char *agent, GError **error)
{
    char password[PASSWORD_BYTES];
    if (!read_password(password, sizeof password, error))
        return false;
    char *body = session_body(agent, password);
    explicit_bzero(password, sizeof password);
    cJSON *answer = remote_ask_unsigned(url, "/v1/session", body, error);
    explicit_bzero(body, strlen(body));
    cJSON_free(body);
    bool is_done = answer != NULL && keep_token(url, answer, error);
    cJSON_Delete(answer);
    return is_done;
}

static bool run(const struct command_line *line, int argc, char **argv, GError **error)
{
    const struct choices *choices = line->user_data;
    (void)argv;
    if (argc != 1 || choices->agent == NULL) {
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_BAD_REQUEST,
                            "Please say who signs in: firstline sign-in --agent ID.");
        return false;
    }
    if (!sign_in(line->url, choices->agent, error))
        return false;
    printf("%s is signed in at %s.\n", choices->agent, line->url);
    return true;
}

int sign_in_main(int argc, char **argv)
{
    struct choices choices = {0};
    const GOptionEntry entries[] = {
        {"agent", 'a', 0, G_OPTION_ARG_STRING, &choices.agent, "Who signs in", "ID"},
        {0},
    };
    int status = command_line_main(
        &(struct command_line){
            .name = "firstline sign-in",
            .summary = "Signs in for the other commands; the password is read from standard input.",
            .entries = entries,
            .run = run,
            .user_data = &choices},
        argc, argv);
    g_free(choices.agent);
    return status;
}
