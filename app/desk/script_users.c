#include "app/desk/script_users.h"

#include <stdio.h>

#include "app/desk/remote.h"
#include "app/script/renumber.h"
#include "net/json.h"
#include "net/problem.h"

static bool is_everybodys(const cJSON *row)
{
    return !cJSON_HasObjectItem(row, "share_percent") && !cJSON_HasObjectItem(row, "queues");
}

static const cJSON *row_of(const cJSON *answer, const char *id, bool everybodys)
{
    const cJSON *row;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(answer, "scripts"))
        if (g_strcmp0(json_text(row, "id"), id) == 0 && is_everybodys(row) == everybodys)
            return row;
    return NULL;
}

static bool uses(const cJSON *answer, const struct script_user *user, const char *other)
{
    const cJSON *row = row_of(answer, user->id, true);
    return cJSON_HasObjectItem(cJSON_GetObjectItemCaseSensitive(row, "uses"), other);
}

/* Before the first that uses it, so behind all that it uses: "uses" names what these use in their turn, too.
 */
static void insert(GArray *users, const cJSON *answer, const struct script_user *user)
{
    guint at = 0;
    while (at < users->len && !uses(answer, &g_array_index(users, struct script_user, at), user->id))
        at++;
    g_array_insert_val(users, at, *user);
}

GArray *script_users(const cJSON *answer, const char *name, int64_t *newest, GError **error)
{
    const cJSON *used = row_of(answer, name, true), *row;
    if (used == NULL) {
        g_set_error(error, NET_PROBLEM, PROBLEM_NOT_FOUND, "No version of a script %s is everybody's.", name);
        return NULL;
    }
    *newest = json_number(used, "version");
    GArray *users = g_array_new(FALSE, FALSE, sizeof(struct script_user));
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(answer, "scripts")) {
        int64_t version = json_number(cJSON_GetObjectItemCaseSensitive(row, "uses"), name);
        if (!is_everybodys(row) || version == 0 || version == *newest)
            continue;
        struct script_user user = {.id = json_text(row, "id"),
                                   .source = json_text(row, "source"),
                                   .version = json_number(row, "version"),
                                   .uses = version,
                                   .is_rolling = row_of(answer, json_text(row, "id"), false) != NULL};
        if (user.id != NULL && user.source != NULL)
            insert(users, answer, &user);
    }
    return users;
}

/* --- publishing them anew --- */

/* Takes the body; the answer is the version. Caller owns. */
static cJSON *change(const char *url, const struct remote_request *request, cJSON *body, GError **error)
{
    char *text = cJSON_PrintUnformatted(body);
    struct remote_request sent = *request;
    sent.body = text;
    cJSON *answer = remote_change(url, &sent, error);
    cJSON_free(text);
    cJSON_Delete(body);
    return answer;
}

static bool ask_highest(const char *url, const char *path, int64_t *highest, GError **error)
{
    cJSON *answer = remote_ask(url, path, NULL, NULL, error);
    const cJSON *newest = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(answer, "versions"), 0);
    *highest = json_number(newest, "version");
    cJSON_Delete(answer);
    return answer != NULL;
}

/* The user as its next version, kept beside the present one; caller owns. NULL with the error, which says
 * what does not fit what it uses now. */
static cJSON *put_user(const char *url, const struct script_user *user, GError **error)
{
    g_autofree char *id = g_uri_escape_string(user->id, NULL, false),
                    *all = g_strdup_printf("/v1/scripts/%s/versions", id);
    int64_t highest;
    if (!ask_highest(url, all, &highest, error))
        return NULL;
    g_autofree char *source = script_renumber(user->source, highest + 1, error);
    if (source == NULL)
        return NULL;
    g_autofree char *path = g_strdup_printf("%s/%" G_GINT64_FORMAT, all, highest + 1);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "source", source);
    cJSON *row = change(url, &(struct remote_request){.method = "PUT", .path = path}, body, error);
    const char *problems = json_text(row, "problems");
    if (problems == NULL)
        return row;
    g_set_error_literal(error, NET_PROBLEM, PROBLEM_UNPROCESSABLE, problems);
    cJSON_Delete(row);
    return NULL;
}

static bool publish_user(const char *url, const cJSON *row, GError **error)
{
    g_autofree char *id = g_uri_escape_string(json_text(row, "script"), NULL, false),
                    *path = g_strdup_printf("/v1/scripts/%s/versions/%" G_GINT64_FORMAT "/publish", id,
                                            json_number(row, "version"));
    cJSON *answer = change(
        url, &(struct remote_request){.method = "POST", .path = path, .if_match = json_text(row, "etag")},
        cJSON_CreateObject(), error);
    if (answer != NULL)
        printf("Version %d of %s is published to all.\n", (int)json_number(answer, "version"),
               json_text(answer, "script"));
    cJSON_Delete(answer);
    return answer != NULL;
}

/* Nothing is published before all are kept and fit. */
static bool publish_all(const char *url, const GArray *users, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)cJSON_Delete);
    for (guint i = 0; i < users->len; i++) {
        cJSON *row = put_user(url, &g_array_index(users, struct script_user, i), error);
        if (row == NULL)
            return false;
        g_ptr_array_add(rows, row);
    }
    for (guint i = 0; i < rows->len; i++)
        if (!publish_user(url, rows->pdata[i], error))
            return false;
    return true;
}

static bool tell(const GArray *users, const char *name, int64_t newest, GError **error)
{
    const char *rolling = NULL;
    for (guint i = 0; i < users->len; i++) {
        const struct script_user *user = &g_array_index(users, struct script_user, i);
        printf("%s %d uses %s %d, and would use %d\n", user->id, (int)user->version, name, (int)user->uses,
               (int)newest);
        rolling = user->is_rolling ? user->id : rolling;
    }
    if (users->len == 0)
        printf("All that use %s use its version %d.\n", name, (int)newest);
    if (rolling != NULL)
        g_set_error(error, NET_PROBLEM, PROBLEM_REFUSED,
                    "A version of %s is being rolled out; publish it to all or pull it back first.", rolling);
    return rolling == NULL;
}

bool script_users_publish(const char *url, const char *name, bool really, GError **error)
{
    int64_t newest = 0;
    cJSON *answer = remote_ask(url, "/v1/scripts", NULL, NULL, error);
    GArray *users = answer != NULL ? script_users(answer, name, &newest, error) : NULL;
    bool is_done = users != NULL && tell(users, name, newest, error);
    if (is_done && users->len > 0 && !really)
        puts("Nothing is published yet; say it again with --yes.");
    else if (is_done)
        is_done = publish_all(url, users, error);
    if (users != NULL)
        g_array_unref(users);
    cJSON_Delete(answer);
    return is_done;
}
