#include "app/service/cli.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/service/accounts.h"
#include "app/service/epoch.h"
#include "app/service/rebuild.h"
#include "app/service/schema.h"
#include "app/service/service.h"
#include "app/service/settings.h"
#include "net/problem.h"

static char *db_file, *listen_address, *tls_cert, *tls_key, *role_text, *name_text, *skills_text;
static gboolean rebuild;

static const char *db_or_default(void)
{
    return db_file ? db_file : "firstline.db";
}

/* Prints the sentence; answers the exit status that fits. */
static int fail(GError *error)
{
    int status = EXIT_STATUS_FAILED;
    if (error->domain == NET_PROBLEM)
        status = problem_exit_status(error);
    else if (error->domain == DB_ERROR && error->code == DB_ERROR_MISSING)
        status = EXIT_STATUS_NOT_FOUND;
    else if (error->domain == DB_ERROR && (error->code == DB_ERROR_BUSY || error->code == DB_ERROR_FULL))
        status = EXIT_STATUS_TRY_AGAIN;
    fprintf(stderr, "firstlined: %s\n", error->message);
    g_error_free(error);
    return status;
}

static struct db *open_existing(GError **error)
{
    struct db *db = db_open(db_or_default(), (struct db_options){0}, error);
    if (db && schema_check(db, error))
        return db;
    db_close(db);
    return NULL;
}

/* Opens the file, new or old, with its tables up to date. */
static struct db *open_or_make(GError **error)
{
    struct db *db = db_open(db_or_default(), (struct db_options){.create = true}, error);
    if (db && schema_migrate(db, error))
        return db;
    db_close(db);
    return NULL;
}

/* serve */

static gboolean stop_loop(void *loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static int run_serve(int argc, char **argv)
{
    (void)argv;
    GError *error = NULL;
    struct service_options options = {.path = db_or_default(),
                                      .address = listen_address ? listen_address : "127.0.0.1:8080",
                                      .tls_cert_path = tls_cert,
                                      .tls_key_path = tls_key};
    if (argc > 1 || !tls_cert != !tls_key) {
        fprintf(stderr,
                "firstlined: serve takes no further words, and --tls-cert and --tls-key only together.\n");
        return EXIT_STATUS_USAGE;
    }
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, stop_loop, loop);
    g_unix_signal_add(SIGINT, stop_loop, loop);
    g_unix_signal_add(SIGHUP, stop_loop, loop);
    g_autoptr(service_handle) s = service_new(&options, &error);
    if (!s || !service_start(s, &error))
        return fail(error);
    fprintf(stderr, "firstlined: serving %s at %s\n", options.path, service_url(s));
    g_main_loop_run(loop);
    fprintf(stderr, "firstlined: ending\n");
    return EXIT_STATUS_OK;
}

/* config */

static int apply_config(const char *json, const char *path)
{
    GError *error = NULL;
    struct db *db = open_or_make(&error);
    if (!db)
        return fail(error);
    int64_t version;
    bool kept = db_begin(db, &error) &&
                settings_write(db, json, g_get_user_name(), g_get_real_time() / 1000, &version, &error) &&
                accounts_audit(db, g_get_user_name(), "settings.changed", path, &error) &&
                db_commit(db, &error);
    if (!kept)
        db_rollback(db);
    db_close(db);
    if (!kept)
        return fail(error);
    epoch_announce(db_or_default());
    printf("%s is version %" G_GINT64_FORMAT
           " of the settings; a running server takes it over within a second.\n",
           path, version);
    return EXIT_STATUS_OK;
}

static int run_config(int argc, char **argv)
{
    bool is_check = argc == 3 && strcmp(argv[1], "check") == 0;
    if (!is_check && !(argc == 3 && strcmp(argv[1], "apply") == 0)) {
        fprintf(stderr, "usage: firstlined config check|apply FILE [--db FILE]\n");
        return EXIT_STATUS_USAGE;
    }
    GError *error = NULL;
    g_autofree char *json = settings_from_yaml(argv[2], &error);
    if (!json)
        return fail(error);
    if (!is_check)
        return apply_config(json, argv[2]);
    printf("%s is in order.\n", argv[2]);
    return EXIT_STATUS_OK;
}

/* user */

/* One line from standard input, not shown where that is a terminal. Caller wipes and frees. */
static char *read_password(GError **error)
{
    struct termios old, quiet;
    bool is_terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    char line[ACCOUNTS_PASSWORD_BYTES + 2];
    if (is_terminal) {
        fprintf(stderr, "Password: ");
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool has_line = fgets(line, sizeof line, stdin) != NULL;
    if (is_terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fprintf(stderr, "\n");
    }
    if (has_line)
        line[strcspn(line, "\r\n")] = '\0';
    if (has_line && strlen(line) >= 8 && g_utf8_validate(line, -1, NULL)) {
        char *password = g_strdup(line);
        explicit_bzero(line, sizeof line);
        return password;
    }
    explicit_bzero(line, sizeof line);
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                        "A password is one line of at least 8 bytes on standard input.");
    return NULL;
}

static char *read_hash(GError **error)
{
    char *password = read_password(error);
    if (!password)
        return NULL;
    char *hash = accounts_hash_password(password);
    explicit_bzero(password, strlen(password));
    g_free(password);
    if (!hash)
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNAVAILABLE,
                            "There is not enough memory for the password.");
    return hash;
}

/* "fjellhem:3,tideline" */
static bool add_skills(struct agent *a, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(skills_text ? skills_text : "", ",", 64);
    for (char **part = parts; *part; part++) {
        char *colon = strchr(*part, ':');
        int level = colon ? atoi(colon + 1) : 3;
        if (colon)
            *colon = '\0';
        if (!**part || level < 1 || level > 5) {
            g_set_error(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
                        "Skills are written as name:level with a level of 1 to 5, such as orders:3,billing.");
            return false;
        }
        agent_set_skill(a, *part, level);
    }
    return true;
}

static bool add_user(struct db *db, const char *id, GError **error)
{
    enum role role = ROLE_AGENT;
    if (role_text && !role_parse(role_text, &role)) {
        g_set_error(
            error, NET_PROBLEM, PROBLEM_UNPROCESSABLE,
            "There is no role \"%s\"; agent, specialist, trainer, supervisor, admin and integration are.",
            role_text);
        return false;
    }
    g_autoptr(agent) there = accounts_find(db, id, NULL, NULL);
    if (there) {
        g_set_error(error, NET_PROBLEM, PROBLEM_REFUSED,
                    "There is a user \"%s\" already; use passwd or disable.", id);
        return false;
    }
    g_autoptr(agent) a = agent_new(id, name_text ? name_text : id, role);
    g_autofree char *hash = add_skills(a, error) ? read_hash(error) : NULL;
    return hash && db_begin(db, error) && accounts_put(db, a, hash, error);
}

static bool change_password(struct db *db, const char *id, GError **error)
{
    g_autofree char *hash = read_hash(error);
    return hash && db_begin(db, error) && accounts_set_password(db, id, hash, error);
}

static bool disable_user(struct db *db, const char *id, GError **error)
{
    return db_begin(db, error) && accounts_disable(db, id, true, error);
}

static int run_user(int argc, char **argv)
{
    static const struct {
        const char *name;
        bool (*run)(struct db *db, const char *id, GError **error);
        const char *action;
    } actions[] = {{"add", add_user, "user.added"},
                   {"passwd", change_password, "user.password_changed"},
                   {"disable", disable_user, "user.disabled"}};
    for (size_t i = 0; argc == 3 && i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        GError *error = NULL;
        struct db *db = open_or_make(&error);
        bool kept = db && actions[i].run(db, argv[2], &error) &&
                    accounts_audit(db, g_get_user_name(), actions[i].action, argv[2], &error) &&
                    db_commit(db, &error);
        if (db && !kept)
            db_rollback(db);
        db_close(db);
        if (kept)
            epoch_announce(db_or_default());
        return kept ? EXIT_STATUS_OK : fail(error);
    }
    fprintf(stderr, "usage: firstlined user add|passwd|disable NAME [--db FILE] [--role ROLE] [--name NAME]"
                    " [--skills LIST]\n");
    return EXIT_STATUS_USAGE;
}

/* backup, check */

static int run_backup(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: firstlined backup FILE [--db FILE]\n");
        return EXIT_STATUS_USAGE;
    }
    GError *error = NULL;
    if (access(argv[1], F_OK) == 0) {
        fprintf(stderr, "firstlined: The file %s is there already; name a new one.\n", argv[1]);
        return EXIT_STATUS_FAILED;
    }
    struct db *db = open_existing(&error);
    bool copied = db && db_backup(db, argv[1], &error);
    db_close(db);
    return copied ? EXIT_STATUS_OK : fail(error);
}

static int run_check(int argc, char **argv)
{
    (void)argv;
    if (argc != 1) {
        fprintf(stderr, "usage: firstlined check [--rebuild] [--db FILE]\n");
        return EXIT_STATUS_USAGE;
    }
    GError *error = NULL;
    struct db *db = open_existing(&error);
    if (!db || !db_verify(db, &error)) {
        db_close(db);
        return fail(error);
    }
    g_autoptr(GString) report = g_string_new(NULL);
    int64_t events = 0, differences = 0;
    bool read = !rebuild || rebuild_compare(db, report, &events, &differences, &error);
    db_close(db);
    if (!read)
        return fail(error);
    fputs(report->str, stdout);
    if (rebuild)
        printf("%" G_GINT64_FORMAT " events folded anew, %" G_GINT64_FORMAT " differences.\n", events,
               differences);
    else
        printf("%s is sound.\n", db_or_default());
    return differences ? EXIT_STATUS_FAILED : EXIT_STATUS_OK;
}

#define DB_OPTION                                                                          \
    {                                                                                      \
        "db", 0, 0, G_OPTION_ARG_FILENAME, &db_file, "the database (firstline.db)", "FILE" \
    }
static const GOptionEntry serve_options[] = {
    DB_OPTION,
    {"listen", 0, 0, G_OPTION_ARG_STRING, &listen_address, "where to listen (127.0.0.1:8080)", "ADDR:PORT"},
    {"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &tls_cert, "certificate chain, PEM", "FILE"},
    {"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &tls_key, "its key, PEM", "FILE"},
    {0}};
static const GOptionEntry db_options[] = {DB_OPTION, {0}};
static const GOptionEntry user_options[] = {
    DB_OPTION,
    {"role", 0, 0, G_OPTION_ARG_STRING, &role_text, "of a new user (agent)", "ROLE"},
    {"name", 0, 0, G_OPTION_ARG_STRING, &name_text, "as others see it", "NAME"},
    {"skills", 0, 0, G_OPTION_ARG_STRING, &skills_text, "such as orders:3,billing", "LIST"},
    {0}};
static const GOptionEntry check_options[] = {
    DB_OPTION,
    {"rebuild", 0, 0, G_OPTION_ARG_NONE, &rebuild, "fold the log again and compare the tables", NULL},
    {0}};

static const struct command {
    const char *name, *usage, *help;
    const GOptionEntry *options;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"serve", "", "Answer desks and channels.", serve_options, run_serve},
    {"config", "check|apply FILE", "Check settings, or put them in force.", db_options, run_config},
    {"user", "add|passwd|disable NAME", "Manage who may sign in; a password is read from standard input.",
     user_options, run_user},
    {"backup", "FILE", "Copy the database while it is in use.", db_options, run_backup},
    {"check", "", "Prove the database sound.", check_options, run_check},
};

static void print_help(const struct service_cli_row *more)
{
    printf("firstlined keeps the log of a service floor and answers its desks.\n\nUsage: firstlined COMMAND "
           "…\n\n");
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        printf("  %-8s %-26s %s\n", commands[i].name, commands[i].usage, commands[i].help);
    for (; more && more->name; more++)
        printf("  %-8s %-26s %s\n", more->name, more->usage, more->help);
    printf("\n`firstlined COMMAND --help` says more.\n");
}

static int run_command(const struct command *command, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strconcat("firstlined ", command->name, NULL);
    g_autoptr(GOptionContext) context = g_option_context_new(*command->usage ? command->usage : NULL);
    g_set_prgname(name); /* in "Usage:" */
    g_option_context_set_summary(context, command->help);
    g_option_context_add_main_entries(context, command->options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "firstlined: %s; see `firstlined %s --help`.\n", error->message, command->name);
        return EXIT_STATUS_USAGE;
    }
    return command->run(argc, argv);
}

int service_cli_main(int argc, char **argv, const struct service_cli_row *more)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help(more);
        return EXIT_STATUS_OK;
    }
    if (strcmp(word, "--version") == 0) {
        printf("firstlined " FIRSTLINE_VERSION "\n");
        return EXIT_STATUS_OK;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(word, commands[i].name) == 0)
            return run_command(&commands[i], argc - 1, argv + 1);
    for (; more && more->name; more++)
        if (strcmp(word, more->name) == 0)
            return more->run(argc - 1, argv + 1);
    if (*word == '\0')
        fprintf(stderr, "firstlined: Please name a command; see `firstlined --help`.\n");
    else
        fprintf(stderr, "firstlined: There is no command \"%s\"; see `firstlined --help`.\n", word);
    return EXIT_STATUS_USAGE;
}
