#include "app/service/cli_parts.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/service/accounts.h"
#include "app/service/epoch.h"
#include "app/service/rebuild.h"
#include "app/service/schema.h"
#include "app/service/service.h"
#include "app/service/settings.h"
#include "net/problem.h"

static char *db_file, *listen_address, *tls_cert, *tls_key;
static gboolean rebuild;

const char *cli_db_path(void)
{
    return db_file ? db_file : "firstline.db";
}

int cli_fail(GError *error)
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

struct db *cli_open(GError **error)
{
    struct db *db = db_open(cli_db_path(), (struct db_options){0}, error);
    if (db && schema_check(db, error))
        return db;
    db_close(db);
    return NULL;
}

struct db *cli_open_or_make(GError **error)
{
    struct db *db = db_open(cli_db_path(), (struct db_options){.create = true}, error);
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

/* A database that was just made, perhaps because its name was mistyped, lets nobody in. */
static void tell_of_nobody(const char *path)
{
    struct db *db = db_open(path, (struct db_options){.read_only = true}, NULL);
    int64_t users = 1;
    if (db && db_number(db, "SELECT count(*) FROM agents WHERE password IS NOT NULL", 0, &users, NULL) &&
        users == 0)
        fprintf(stderr,
                "firstlined: nobody may sign in to %s yet; `firstlined user add NAME --role admin --db %s` "
                "adds somebody.\n",
                path, path);
    db_close(db);
}

static int run_serve(int argc, char **argv)
{
    (void)argv;
    GError *error = NULL;
    struct service_options options = {.path = cli_db_path(),
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
        return cli_fail(error);
    fprintf(stderr, "firstlined: serving %s at %s\n", options.path, service_url(s));
    tell_of_nobody(options.path);
    g_main_loop_run(loop);
    fprintf(stderr, "firstlined: ending\n");
    return EXIT_STATUS_OK;
}

/* config */

static int apply_config(const char *json, const char *path)
{
    GError *error = NULL;
    struct db *db = cli_open_or_make(&error);
    if (!db)
        return cli_fail(error);
    int64_t version;
    bool kept = db_begin(db, &error) &&
                settings_write(db, json, g_get_user_name(), g_get_real_time() / 1000, &version, &error) &&
                accounts_audit(db, g_get_user_name(), "settings.changed", path, &error) &&
                db_commit(db, &error);
    if (!kept)
        db_rollback(db);
    db_close(db);
    if (!kept)
        return cli_fail(error);
    epoch_announce(cli_db_path());
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
        return cli_fail(error);
    if (!is_check)
        return apply_config(json, argv[2]);
    printf("%s is in order.\n", argv[2]);
    return EXIT_STATUS_OK;
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
    struct db *db = cli_open(&error);
    bool copied = db && db_backup(db, argv[1], &error);
    db_close(db);
    return copied ? EXIT_STATUS_OK : cli_fail(error);
}

static int run_check(int argc, char **argv)
{
    (void)argv;
    if (argc != 1) {
        fprintf(stderr, "usage: firstlined check [--rebuild] [--db FILE]\n");
        return EXIT_STATUS_USAGE;
    }
    GError *error = NULL;
    struct db *db = cli_open(&error);
    if (!db || !db_verify(db, &error)) {
        db_close(db);
        return cli_fail(error);
    }
    g_autoptr(GString) report = g_string_new(NULL);
    int64_t events = 0, differences = 0;
    bool read = !rebuild || rebuild_compare(db, report, &events, &differences, &error);
    db_close(db);
    if (!read)
        return cli_fail(error);
    fputs(report->str, stdout);
    if (rebuild)
        printf("%" G_GINT64_FORMAT " events folded anew, %" G_GINT64_FORMAT " differences.\n", events,
               differences);
    else
        printf("%s is sound.\n", cli_db_path());
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
static const GOptionEntry user_options[] = {DB_OPTION, CLI_USER_OPTIONS, {0}};
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
    {"user", CLI_USER_USAGE, "Manage who may sign in; a password is read from standard input.", user_options,
     cli_user_run},
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
