#include "app/desk/script_versions.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "app/desk/places.h"
#include "app/desk/remote.h"
#include "app/desk/script_users.h"
#include "app/script/check.h"
#include "app/script/diff.h"
#include "net/json.h"
#include "net/problem.h"

struct choices {
    char *url, *ca, *share, *reason;
    char **queues, **words; /* words: what is no option */
    int per_arm;
    gboolean json, users, yes;
};

/* --- asking --- */

static char *path_of(const char *id, int64_t version, const char *action)
{
    g_autofree char *escaped = g_uri_escape_string(id, NULL, false);
    return version > 0
               ? g_strdup_printf("/v1/scripts/%s/versions/%" G_GINT64_FORMAT "%s", escaped, version, action)
               : g_strdup_printf("/v1/scripts/%s/versions", escaped);
}

static cJSON *ask_versions(const struct choices *choices, const char *id, GError **error)
{
    g_autofree char *path = path_of(id, 0, "");
    return remote_ask(choices->url, path, NULL, NULL, error);
}

/* The row of a version; NULL: there is none. */
static const cJSON *row_of(const cJSON *versions, int64_t version)
{
    const cJSON *row;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(versions, "versions"))
        if (json_number(row, "version") == version)
            return row;
    return NULL;
}

static bool is_published(const cJSON *row)
{
    return g_strcmp0(json_text(row, "state"), "published") == 0;
}

static bool is_for_all(const cJSON *row)
{
    return is_published(row) && json_number(row, "share_percent") == 0 && !cJSON_HasObjectItem(row, "queues");
}

/* "50 % of the customers", "the queues a, b", "all". Caller owns. */
static char *audience_of(const cJSON *row)
{
    const cJSON *item, *queues = cJSON_GetObjectItemCaseSensitive(row, "queues");
    g_autoptr(GString) words = g_string_new(NULL);
    if (json_number(row, "share_percent") > 0)
        return g_strdup_printf("%d %% of the customers", (int)json_number(row, "share_percent"));
    cJSON_ArrayForEach (item, queues)
        g_string_append_printf(words, "%s%s", words->len > 0 ? ", " : "the queues ", item->valuestring);
    return words->len > 0 ? g_string_free(g_steal_pointer(&words), false) : g_strdup("all");
}

/* A change of one version; tells nothing. Caller owns the answer. */
static cJSON *change(const struct choices *choices, const struct remote_request *request, cJSON *body,
                     GError **error)
{
    char *text = body != NULL ? cJSON_PrintUnformatted(body) : NULL;
    struct remote_request sent = *request;
    sent.body = text;
    cJSON *answer = remote_change(choices->url, &sent, error);
    cJSON_free(text);
    cJSON_Delete(body);
    return answer;
}

/* --- put, publish --- */

/* A script of a file that loads and passes its check; NULL with all that is wrong. */
static struct script *load(const char *path, GError **error)
{
    struct script *script = script_open(path, error);
    if (script == NULL)
        return NULL;
    struct problems *problems = problems_new(path);
    script_check(script, problems);
    bool is_sound = problems_none(problems, error);
    problems_free(problems);
    if (!is_sound)
        g_clear_pointer(&script, script_unref);
    return script;
}

/* Keeps the file's source; the answer is the version. Caller owns. */
static cJSON *put_file(const struct choices *choices, const char *path, const struct script *script,
                       GError **error)
{
    g_autofree char *source = NULL, *file = g_path_get_basename(path);
    cJSON *versions = ask_versions(choices, script->id, error);
    if (versions == NULL || !g_file_get_contents(path, &source, NULL, error)) {
        cJSON_Delete(versions);
        return NULL;
    }
    g_autofree char *address = path_of(script->id, script->version, "");
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "source", source);
    cJSON_AddStringToObject(body, "file", file);
    cJSON *answer =
        change(choices,
               &(struct remote_request){.method = "PUT",
                                        .path = address,
                                        .if_match = json_text(row_of(versions, script->version), "etag")},
               body, error);
    cJSON_Delete(versions);
    return answer;
}

static bool run_put(const struct choices *choices, GError **error)
{
    struct script *script = script_open(choices->words[0], error);
    cJSON *answer = script != NULL ? put_file(choices, choices->words[0], script, error) : NULL;
    const char *problems = json_text(answer, "problems");
    if (problems != NULL)
        fprintf(stderr, "%s\n", problems);
    if (answer != NULL)
        printf("Version %d of %s is kept as %s.\n", (int)json_number(answer, "version"),
               json_text(answer, "script"), json_text(answer, "state"));
    cJSON_Delete(answer);
    script_unref(script);
    return answer != NULL;
}

static bool read_share(const char *text, int64_t *share, GError **error)
{
    char *end;
    gint64 number = g_ascii_strtoll(text, &end, 10);
    if (number >= 1 && number <= 100 && (*end == '\0' || strcmp(end, "%") == 0)) {
        *share = number;
        return true;
    }
    g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "\"%s\" is no share; please write 1%% to 100%%.",
                text);
    return false;
}

/* How many contacts an arm needs, by what the version that is everybody's took; 0: it is not known. */
static int64_t plan(const struct choices *choices, const char *id, int64_t base)
{
    g_autoptr(GString) path = g_string_new("/v1/reports/experiment?form=json&subject=");
    g_string_append_uri_escaped(path, id, NULL, false);
    cJSON *answer = remote_ask(choices->url, path->str, NULL, NULL, NULL);
    const cJSON *row;
    int64_t count = 0;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(answer, "plan"))
        if (json_number(row, "version") == base)
            count = json_number(row, "per_arm");
    cJSON_Delete(answer);
    return count;
}

static int64_t base_version(const cJSON *versions)
{
    const cJSON *row;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(versions, "versions"))
        if (is_for_all(row))
            return json_number(row, "version");
    return 0;
}

static cJSON *audience_body(const struct choices *choices, int64_t share, int64_t per_arm)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddNumberToObject(body, "share_percent", (double)share);
    if (per_arm > 0)
        cJSON_AddNumberToObject(body, "per_arm", (double)per_arm);
    if (choices->queues != NULL)
        cJSON_AddItemToObject(body, "queues",
                              cJSON_CreateStringArray((const char *const *)choices->queues,
                                                      (int)g_strv_length(choices->queues)));
    return body;
}

static void tell_published(const cJSON *answer)
{
    g_autofree char *audience = audience_of(answer);
    printf("Version %d of %s is published to %s.\n", (int)json_number(answer, "version"),
           json_text(answer, "script"), audience);
    if (json_number(answer, "per_arm") > 0)
        printf("Conclude when each version has %d contacts: firstline report experiment %s.\n",
               (int)json_number(answer, "per_arm"), json_text(answer, "script"));
}

static bool publish(const struct choices *choices, const cJSON *versions, const cJSON *row, GError **error)
{
    int64_t share = 100, per_arm = choices->per_arm;
    const char *id = json_text(row, "script");
    if (choices->share != NULL && !read_share(choices->share, &share, error))
        return false;
    if (per_arm == 0 && (share < 100 || choices->queues != NULL))
        per_arm = plan(choices, id, base_version(versions));
    g_autofree char *path = path_of(id, json_number(row, "version"), "/publish");
    cJSON *answer = change(
        choices, &(struct remote_request){.method = "POST", .path = path, .if_match = json_text(row, "etag")},
        audience_body(choices, share, per_arm), error);
    if (answer != NULL)
        tell_published(answer);
    cJSON_Delete(answer);
    return answer != NULL;
}

static bool publish_file(const struct choices *choices, GError **error)
{
    int64_t share;
    if (choices->share != NULL && !read_share(choices->share, &share, error))
        return false;
    struct script *script = load(choices->words[0], error);
    cJSON *row = script != NULL ? put_file(choices, choices->words[0], script, error) : NULL;
    const char *problems = json_text(row, "problems");
    if (problems != NULL)
        g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, problems);
    cJSON *versions = row != NULL && problems == NULL ? ask_versions(choices, script->id, error) : NULL;
    bool is_done = versions != NULL && publish(choices, versions, row, error);
    cJSON_Delete(versions);
    cJSON_Delete(row);
    script_unref(script);
    return is_done;
}

/* NAME VERSION of the words; the row of that version in *row. Caller owns the answer; NULL with the error. */
static cJSON *ask_named(const struct choices *choices, const cJSON **row, GError **error)
{
    gint64 version;
    if (!g_ascii_string_to_signed(choices->words[1], 10, 1, 1000000, &version, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "\"%s\" is no version; please write a number.",
                    choices->words[1]);
        return NULL;
    }
    cJSON *versions = ask_versions(choices, choices->words[0], error);
    *row = row_of(versions, version);
    if (versions != NULL && *row == NULL) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no version %d of the script %s.",
                    (int)version, choices->words[0]);
        g_clear_pointer(&versions, cJSON_Delete);
    }
    return versions;
}

static bool run_publish(const struct choices *choices, GError **error)
{
    const cJSON *row;
    if (choices->users)
        return script_users_publish(choices->url, choices->words[0], choices->yes, error);
    if (choices->words[1] == NULL)
        return publish_file(choices, error);
    cJSON *versions = ask_named(choices, &row, error);
    bool is_done = versions != NULL && publish(choices, versions, row, error);
    cJSON_Delete(versions);
    return is_done;
}

/* --- versions, retire, pull back --- */

/* A row of the table; `is_parted`: some have another version than everybody's. */
static void print_version(const cJSON *row, bool is_parted)
{
    g_autofree char *audience = !is_published(row)             ? g_strdup("-")
                                : is_parted && is_for_all(row) ? g_strdup("all others")
                                                               : audience_of(row);
    const char *at = json_text(row, "changed_at");
    g_autofree char *when =
        at != NULL && strlen(at) > 16 ? g_strdup_printf("%.10s %.5s", at, at + 11) : g_strdup("-");
    printf("%7d  %-9s  %-28s %-16s  %s\n", (int)json_number(row, "version"), json_text(row, "state"),
           audience, when, json_text(row, "changed_by"));
    if (json_text(row, "reason") != NULL)
        printf("%20s %s\n", "because:", json_text(row, "reason"));
}

static bool run_versions(const struct choices *choices, GError **error)
{
    const cJSON *row;
    cJSON *versions = ask_versions(choices, choices->words[0], error);
    if (versions == NULL)
        return false;
    bool is_known = row_of(versions, 0) != NULL ||
                    cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(versions, "versions")) > 0;
    if (!is_known)
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "There is no script %s.", choices->words[0]);
    if (is_known && choices->json) {
        char *text = cJSON_Print(versions);
        puts(text);
        cJSON_free(text);
    } else if (is_known) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(versions, "versions");
        bool is_parted = false;
        cJSON_ArrayForEach (row, list)
            is_parted |= is_published(row) && !is_for_all(row);
        printf("version  state      %-28s changed (UTC)     by\n", "who has it");
        cJSON_ArrayForEach (row, list)
            print_version(row, is_parted);
    }
    cJSON_Delete(versions);
    return is_known;
}

/* The source of a version, in the answer that *answer gets and the caller owns; NULL with the error. */
static const char *ask_source(const struct choices *choices, const char *version, cJSON **answer,
                              GError **error)
{
    gint64 number;
    if (!g_ascii_string_to_signed(version, 10, 1, 1000000, &number, NULL)) {
        g_set_error(error, NET_PROBLEM, PROBLEM_BAD_REQUEST, "\"%s\" is no version; please write a number.",
                    version);
        return NULL;
    }
    g_autofree char *path = path_of(choices->words[0], number, "");
    *answer = remote_ask(choices->url, path, NULL, NULL, error);
    return json_text(*answer, "source");
}

static bool run_diff(const struct choices *choices, GError **error)
{
    cJSON *answers[2] = {NULL, NULL};
    g_autofree char *old_name = g_strconcat("version ", choices->words[1], NULL),
                    *new_name = g_strconcat("version ", choices->words[2], NULL);
    struct script_diff_side old = {.name = old_name}, new = {.name = new_name};
    old.source = ask_source(choices, choices->words[1], &answers[0], error);
    new.source = old.source != NULL ? ask_source(choices, choices->words[2], &answers[1], error) : NULL;
    g_autofree char *text = new.source != NULL ? script_diff_text(&old, &new, error) : NULL;
    if (text != NULL)
        fputs(text, stdout);
    cJSON_Delete(answers[0]);
    cJSON_Delete(answers[1]);
    return text != NULL;
}

static bool take_out(const struct choices *choices, const cJSON *row, const char *action, GError **error)
{
    g_autofree char *path = path_of(json_text(row, "script"), json_number(row, "version"), action);
    cJSON *body = cJSON_CreateObject();
    if (choices->reason != NULL)
        cJSON_AddStringToObject(body, "reason", choices->reason);
    cJSON *answer = change(
        choices, &(struct remote_request){.method = "POST", .path = path, .if_match = json_text(row, "etag")},
        body, error);
    if (answer != NULL)
        printf("Version %d of %s is retired; contacts that are in it keep it.\n",
               (int)json_number(answer, "version"), json_text(answer, "script"));
    cJSON_Delete(answer);
    return answer != NULL;
}

static bool run_retire(const struct choices *choices, GError **error)
{
    const cJSON *row;
    cJSON *versions = ask_named(choices, &row, error);
    bool is_done = versions != NULL && take_out(choices, row, "/retire", error);
    cJSON_Delete(versions);
    return is_done;
}

/* The version that some have; where none is rolled out, everybody's. */
static const cJSON *row_to_pull_back(const cJSON *versions)
{
    const cJSON *row, *found = NULL;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(versions, "versions"))
        if (is_published(row) && (found == NULL || !is_for_all(row)))
            found = row;
    return found;
}

static bool run_pull_back(const struct choices *choices, GError **error)
{
    cJSON *versions = ask_versions(choices, choices->words[0], error);
    const cJSON *row = row_to_pull_back(versions);
    if (versions != NULL && row == NULL)
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "No version of a script %s is published.",
                    choices->words[0]);
    bool is_done = row != NULL && take_out(choices, row, "/pull-back", error);
    cJSON_Delete(versions);
    return is_done;
}

/* --- the command line --- */

static const struct verb {
    const char *name, *arguments, *help;
    guint least, most; /* words that are no options */
    bool (*run)(const struct choices *choices, GError **error);
} VERBS[] = {
    {"put", "FILE", "keep a script in the backend as draft, or checked where nothing is wrong", 1, 1,
     run_put},
    {"publish", "FILE|NAME VERSION [--share N%]|NAME --users",
     "give a version to all, to a share or to queues", 1, 2, run_publish},
    {"versions", "NAME [--json]", "the versions of a script, and who has them", 1, 1, run_versions},
    {"retire", "NAME VERSION [--reason TEXT]", "take a version out of use", 2, 2, run_retire},
    {"diff", "NAME VERSION VERSION", "two versions beside each other", 3, 3, run_diff},
    {"pull-back", "NAME [--reason TEXT]", "take the version published last back at once", 1, 1,
     run_pull_back},
};

static bool parse(const struct verb *verb, int argc, char **argv, struct choices *choices)
{
    const GOptionEntry entries[] = {
        {"share", 0, 0, G_OPTION_ARG_STRING, &choices->share,
         "publish: to this share of the customers, such as 10%", "N%"},
        {"queue", 0, 0, G_OPTION_ARG_STRING_ARRAY, &choices->queues,
         "publish: to the contacts of this queue; may be said again", "ID"},
        {"per-arm", 0, 0, G_OPTION_ARG_INT, &choices->per_arm,
         "publish: contacts each version needs (from what the present one took)", "N"},
        {"users", 0, 0, G_OPTION_ARG_NONE, &choices->users,
         "publish: all that use an older version of NAME than everybody's, anew; shows them first", NULL},
        {"yes", 0, 0, G_OPTION_ARG_NONE, &choices->yes, "publish --users: do it", NULL},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &choices->reason,
         "retire, pull-back: why, for the log and whoever looks at the versions", "TEXT"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &choices->json, "versions: for programs", NULL},
        {"url", 'u', 0, G_OPTION_ARG_STRING, &choices->url, "Address of the backend (FIRSTLINE_URL)", "URL"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &choices->ca,
         "Trust this authority (PEM) instead of the system's (FIRSTLINE_CA)", "FILE"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &choices->words, NULL, NULL},
        {0},
    };
    g_autofree char *usage = g_strdup_printf("%s - %s", verb->arguments, verb->help),
                    *name = g_strdup_printf("firstline script %s", verb->name);
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    g_set_prgname(name);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "%s; see `%s --help`.\n", error->message, name);
        return false;
    }
    guint count = choices->words != NULL ? g_strv_length(choices->words) : 0;
    if (count >= verb->least && count <= verb->most)
        return true;
    fprintf(stderr, "`%s` wants %s.\n", name, verb->arguments);
    return false;
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
    struct choices choices = {0};
    g_autoptr(GError) error = NULL;
    bool is_read = parse(verb, argc, argv, &choices);
    char *url = places_url(choices.url);
    g_free(choices.url);
    choices.url = url;
    places_trust(choices.ca);
    bool is_done = is_read && verb->run(&choices, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    int status = !is_read ? EXIT_STATUS_USAGE : is_done ? EXIT_STATUS_OK : (int)problem_exit_status(error);
    g_free(choices.url);
    g_free(choices.ca);
    g_free(choices.share);
    g_free(choices.reason);
    g_strfreev(choices.queues);
    g_strfreev(choices.words);
    return status;
}

#define MAIN(name, index)                           \
    static int name(int argc, char **argv)          \
    {                                               \
        return run_verb(&VERBS[index], argc, argv); \
    }
MAIN(put_main, 0)
MAIN(publish_main, 1)
MAIN(versions_main, 2)
MAIN(retire_main, 3)
MAIN(diff_main, 4)
MAIN(pull_back_main, 5)

const struct script_cli_verb *script_versions_verbs(size_t *count)
{
    static struct script_cli_verb verbs[] = {
        {.main = put_main},    {.main = publish_main}, {.main = versions_main},
        {.main = retire_main}, {.main = diff_main},    {.main = pull_back_main},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        verbs[i].name = VERBS[i].name;
        verbs[i].arguments = VERBS[i].arguments;
        verbs[i].help = VERBS[i].help;
    }
    *count = G_N_ELEMENTS(verbs);
    return verbs;
}
