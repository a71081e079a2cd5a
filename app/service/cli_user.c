/* firstlined user: who may sign in, and as what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/measure/table.h"
#include "app/service/accounts.h"
#include "app/service/cli_parts.h"
#include "app/service/epoch.h"
#include "app/service/projection.h"
#include "app/service/settings.h"
#include "net/problem.h"

#define PASSWORD_LEAST 8
#define ID_BYTES_MAX   100

char *cli_user_role, *cli_user_name, *cli_user_skills;

/* --- passwords --- */

static char *read_line(const char *prompt, bool is_terminal)
{
    char line[ACCOUNTS_PASSWORD_BYTES + 3]; /* one byte too many shows, and the line's end */
    if (is_terminal)
        fprintf(stderr, "%s: ", prompt);
    bool has_line = fgets(line, sizeof line, stdin) != NULL;
    if (is_terminal)
        fprintf(stderr, "\n");
    if (has_line)
        line[strcspn(line, "\r\n")] = '\0';
    char *read = has_line ? g_strdup(line) : NULL;
    explicit_bzero(line, sizeof line);
    return read;
}

static void forget(char *password)
{
    if (password)
        explicit_bzero(password, strlen(password));
    g_free(password);
}

/* What is typed unseen is typed twice. */
static char *read_password(bool is_terminal, GError **error)
{
    char *password = read_line("Password", is_terminal);
    size_t len = password ? strlen(password) : 0;
    if (len < PASSWORD_LEAST || len > ACCOUNTS_PASSWORD_BYTES || !g_utf8_validate(password, -1, NULL)) {
        problem_refuse(error, "A password is one line of %d to %d bytes on standard input, in UTF-8.",
                       PASSWORD_LEAST, ACCOUNTS_PASSWORD_BYTES);
        forget(password);
        return NULL;
    }
    char *again = is_terminal ? read_line("The same again", is_terminal) : NULL;
    if (is_terminal && g_strcmp0(password, again) != 0) {
        problem_refuse(error,
                       "The two passwords are not the same, so nothing was changed; please try again.");
        forget(password);
        password = NULL;
    }
    forget(again);
    return password;
}

static char *read_hash(GError **error)
{
    struct termios old, quiet;
    bool is_terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    if (is_terminal) {
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    char *password = read_password(is_terminal, error);
    if (is_terminal)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
    if (!password)
        return NULL;
    char *hash = accounts_hash_password(password);
    forget(password);
    if (!hash)
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNAVAILABLE,
                            "There is not enough memory for the password.");
    return hash;
}

/* --- what is administered of a user --- */

/* "fjellhem:3,tideline": these, and no others. */
static bool set_skills(struct agent *a, const char *list, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(list, ",", 64);
    g_array_set_size(a->skills, 0);
    for (char **part = parts; *part; part++) {
        gint64 level = 3;
        char *colon = strchr(*part, ':');
        bool is_sound = !colon || g_ascii_string_to_signed(colon + 1, 10, 1, 5, &level, NULL);
        if (colon)
            *colon = '\0';
        if (!**part || !is_sound)
            return problem_refuse(
                error, "Skills are written as name:level with a level of 1 to 5, such as orders:3,billing.");
        agent_set_skill(a, *part, (int)level);
    }
    return true;
}

static bool set_role(struct agent *a, const char *name, GError **error)
{
    return role_parse(name, &a->role) ||
           problem_refuse(
               error,
               "There is no role \"%s\"; agent, specialist, trainer, supervisor, admin and integration are.",
               name);
}

/* What the options say of the user; what they do not name stays. */
static bool set_facts(struct agent *a, GError **error)
{
    if (cli_user_name) {
        g_free(a->name);
        a->name = g_strdup(cli_user_name);
    }
    return (!cli_user_role || set_role(a, cli_user_role, error)) &&
           (!cli_user_skills || set_skills(a, cli_user_skills, error));
}

static bool is_asked_for(GHashTable *queues, const char *skill)
{
    GHashTableIter iter;
    void *value;
    g_hash_table_iter_init(&iter, queues);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (g_strcmp0(((const struct queue *)value)->skill, skill) == 0)
            return true;
    return false;
}

/* A slip of the pen would keep all contacts from them. */
static void tell_of_strange_skills(struct db *db, const struct agent *a)
{
    int64_t version;
    g_autofree char *json =
        cli_user_skills && settings_newest(db, &version, NULL) ? settings_read(db, version, NULL) : NULL;
    g_autoptr(GHashTable) queues = json ? settings_queues(json, NULL) : NULL;
    for (guint i = 0; queues && i < a->skills->len; i++) {
        const char *skill = g_array_index(a->skills, struct agent_skill, i).skill;
        if (!is_asked_for(queues, skill))
            fprintf(stderr, "firstlined: no queue of the settings asks for the skill \"%s\".\n", skill);
    }
}

/* --- the commands; all but list in a transaction --- */

static bool add_user(struct db *db, const char *id, GError **error)
{
    g_autoptr(agent) there = accounts_find(db, id, NULL, NULL);
    if (there)
        return problem_refuse(error,
                              "There is a user \"%s\" already%s; use change, passwd, disable or enable.", id,
                              there->disabled ? ", who is disabled" : "");
    if (!*id || strlen(id) > ID_BYTES_MAX || !g_utf8_validate(id, -1, NULL))
        return problem_refuse(error, "A user is named by 1 to %d bytes in UTF-8.", ID_BYTES_MAX);
    g_autoptr(agent) a = agent_new(id, id, ROLE_AGENT);
    g_autofree char *hash = set_facts(a, error) ? read_hash(error) : NULL;
    if (!hash || !db_begin(db, error) || !accounts_put(db, a, hash, error))
        return false;
    tell_of_strange_skills(db, a);
    return true;
}

/* Another role ends their sessions, so that nothing goes on with the rights of the old one. */
static bool change_user(struct db *db, const char *id, GError **error)
{
    if (!cli_user_role && !cli_user_name && !cli_user_skills)
        return problem_refuse(error, "Please say what of \"%s\" shall change: --role, --name or --skills.",
                              id);
    g_autoptr(agent) a = accounts_need(db, id, error);
    if (!a)
        return false;
    enum role before = a->role;
    if (!set_facts(a, error) || !db_begin(db, error) || !accounts_put(db, a, NULL, error) ||
        (a->role != before && !accounts_end_sessions(db, id, error)))
        return false;
    tell_of_strange_skills(db, a);
    return true;
}

static bool change_password(struct db *db, const char *id, GError **error)
{
    g_autoptr(agent) a = accounts_need(db, id, error);
    g_autofree char *hash = a ? read_hash(error) : NULL;
    if (!hash || !db_begin(db, error) || !accounts_set_password(db, id, hash, error))
        return false;
    if (a->disabled)
        fprintf(stderr, "firstlined: \"%s\" is disabled; `firstlined user enable %s` lets them sign in.\n",
                id, id);
    return true;
}

static bool disable_user(struct db *db, const char *id, GError **error)
{
    g_autoptr(agent) a = accounts_need(db, id, error);
    return a && db_begin(db, error) && accounts_disable(db, id, true, error);
}

static bool enable_user(struct db *db, const char *id, GError **error)
{
    g_autoptr(agent) a = accounts_need(db, id, error);
    return a && db_begin(db, error) && accounts_disable(db, id, false, error);
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(struct agent *const *)a)->id, (*(struct agent *const *)b)->id);
}

static void collect(struct agent *a, void *list)
{
    g_ptr_array_add(list, a);
}

static void add_row(struct table *t, const struct agent *a)
{
    g_autoptr(GString) skills = g_string_new(NULL);
    for (guint i = 0; i < a->skills->len; i++) {
        const struct agent_skill *skill = &g_array_index(a->skills, struct agent_skill, i);
        g_string_append_printf(skills, "%s%s:%d", i > 0 ? "," : "", skill->skill, skill->level);
    }
    table_add_text(t, a->id);
    table_add_text(t, a->name);
    table_add_text(t, role_name(a->role));
    table_add_text(t, a->disabled ? "disabled" : "may sign in");
    table_add_text(t, skills->str);
}

static int list_users(void)
{
    static const struct table_column columns[] = {{"user", "user", TABLE_TEXT},
                                                  {"name", "name", TABLE_TEXT},
                                                  {"role", "role", TABLE_TEXT},
                                                  {"state", "state", TABLE_TEXT},
                                                  {"skills", "skills", TABLE_TEXT}};
    GError *error = NULL;
    g_autoptr(GPtrArray) users = g_ptr_array_new_with_free_func((GDestroyNotify)agent_free);
    struct db *db = cli_open(&error);
    bool is_read = db && projection_agents(db, collect, users, &error);
    db_close(db);
    if (!is_read)
        return cli_fail(error);
    g_ptr_array_sort(users, by_id);
    g_autoptr(table) t = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < users->len; i++)
        add_row(t, g_ptr_array_index(users, i));
    g_autofree char *text = table_to_text(t);
    fputs(text, stdout);
    return EXIT_STATUS_OK;
}

static const struct action {
    const char *name;
    bool (*run)(struct db *db, const char *id, GError **error);
    const char *audit;
    bool makes; /* the database, where there is none */
} actions[] = {{"add", add_user, "user.added", true},
               {"change", change_user, "user.changed", false},
               {"passwd", change_password, "user.password_changed", false},
               {"disable", disable_user, "user.disabled", false},
               {"enable", enable_user, "user.enabled", false}};

static int run_action(const struct action *action, const char *id)
{
    GError *error = NULL;
    struct db *db = action->makes ? cli_open_or_make(&error) : cli_open(&error);
    bool kept = db && action->run(db, id, &error) &&
                accounts_audit(db, g_get_user_name(), action->audit, id, &error) && db_commit(db, &error);
    if (db && !kept)
        db_rollback(db);
    db_close(db);
    if (kept)
        epoch_announce(cli_db_path());
    return kept ? EXIT_STATUS_OK : cli_fail(error);
}

int cli_user_run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list_users();
    for (size_t i = 0; argc == 3 && i < G_N_ELEMENTS(actions); i++)
        if (strcmp(argv[1], actions[i].name) == 0)
            return run_action(&actions[i], argv[2]);
    fprintf(stderr, "usage: firstlined user " CLI_USER_USAGE " [--db FILE] [--role ROLE] [--name NAME]"
                    " [--skills LIST]\n");
    return EXIT_STATUS_USAGE;
}
