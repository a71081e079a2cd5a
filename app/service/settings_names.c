#include "app/service/settings_names.h"

#include <stdlib.h>
#include <string.h>

#include "app/model/calendar.h"
#include "app/model/names.h"
#include "app/script/suggest.h"

#define LISTED_MAX 20 /* so many names are told where none is near */

/* The member of a map; NULL too where map is none. */
static const struct yaml_node *get(const struct yaml_node *map, const char *key)
{
    return map ? yaml_node_get(map, key) : NULL;
}

static size_t count_of(const struct yaml_node *node, enum yaml_kind kind)
{
    return node && node->kind == kind ? node->count : 0;
}

/* The texts of a list, or of a member of each of its maps: set of char * -> struct yaml_node *. What stands
 * twice is told. Free with g_hash_table_unref. */
static GHashTable *names_of(const struct yaml_node *root, const char *list_key, const char *member,
                            struct problems *problems)
{
    const struct yaml_node *list = get(root, list_key);
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < count_of(list, YAML_KIND_LIST); i++) {
        const struct yaml_node *item = list->items[i], *name = member ? get(item, member) : item;
        if (!name || !name->text)
            continue;
        if (g_hash_table_contains(names, name->text))
            yaml_problem(problems, name, "`%s` stands twice in `%s`; give it once.", name->text, list_key);
        else
            g_hash_table_insert(names, (void *)name->text, (void *)(member ? item : name));
    }
    return names;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "There is no queue `x`; did you mean `y`?", or which there are. */
static void tell_missing(const struct yaml_node *at, const char *what, GHashTable *names,
                         struct problems *problems)
{
    guint count;
    g_autofree const char **known = (const char **)g_hash_table_get_keys_as_array(names, &count);
    qsort((void *)known, count, sizeof *known, by_name);
    g_autofree char *end = suggest_end(at->text, known, count);
    g_autofree char *list =
        strcmp(end, ".") == 0 && count > 0 && count <= LISTED_MAX ? g_strjoinv(", ", (char **)known) : NULL;
    yaml_problem(problems, at, "There is no %s `%s`%s%s%s", what, at->text, list ? "; there are " : end,
                 list ? list : "", list ? "." : "");
}

/* Whoever follows a queue's escalations comes to an end. */
static bool goes_round(GHashTable *queues, const char *id)
{
    const char *at = id;
    for (guint i = 0; at && i < g_hash_table_size(queues); i++) {
        const struct yaml_node *to = get(g_hash_table_lookup(queues, at), "escalates_to");
        at = to ? to->text : NULL;
        if (at && strcmp(at, id) == 0)
            return true;
    }
    return false;
}

static void check_calendar(const struct yaml_node *at, const char *text, struct problems *problems)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(calendar) read = calendar_parse(text, &error);
    if (!read)
        yaml_problem(problems, at, "%s", error->message);
}

static void check_queues(const struct yaml_node *root, struct problems *problems)
{
    g_autoptr(GHashTable) queues = names_of(root, "queues", "id", problems),
                          skills = names_of(root, "skills", NULL, problems);
    const struct yaml_node *list = get(root, "queues");
    for (size_t i = 0; i < count_of(list, YAML_KIND_LIST); i++) {
        const struct yaml_node *id = get(list->items[i], "id"), *to = get(list->items[i], "escalates_to"),
                               *skill = get(list->items[i], "skill"), *hours = get(list->items[i], "hours");
        if (to && to->text && !g_hash_table_contains(queues, to->text))
            tell_missing(to, "queue", queues, problems);
        else if (to && to->text && id && id->text && goes_round(queues, id->text))
            yaml_problem(problems, to,
                         "What `%s` escalates comes back to it; the last line escalates to nobody.",
                         id->text);
        if (skill && skill->text && g_hash_table_size(skills) > 0 &&
            !g_hash_table_contains(skills, skill->text))
            tell_missing(skill, "skill", skills, problems);
        if (hours && hours->text)
            check_calendar(hours, hours->text, problems);
    }
}

static void check_hours(const struct yaml_node *root, struct problems *problems)
{
    const struct yaml_node *hours = get(root, "hours");
    for (size_t i = 0; i < count_of(hours, YAML_KIND_MAP); i++) {
        const struct yaml_node *day = hours->keys[i], *times = hours->items[i];
        if (!times->text)
            continue;
        /* A closed day, a holiday and a zone are sound beside a day that is open. */
        g_autofree char *text = g_strdup_printf(
            "%s=00:00-24:00;%s=%s", strcmp(day->text, "mon") == 0 ? "tue" : "mon", day->text, times->text);
        check_calendar(times, text, problems);
    }
}

static bool is_currency(const char *word)
{
    return strlen(word) == 3 && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static void check_currency(const struct yaml_node *at, struct problems *problems)
{
    if (at && at->text && !is_currency(at->text))
        yaml_problem(problems, at, "`%s` is no currency; write its three capitals, such as EUR.", at->text);
}

static void check_approvals(const struct yaml_node *approvals, struct problems *problems)
{
    const struct yaml_node *limits = get(approvals, "limits"), *currencies = get(approvals, "currencies"),
                           *stand_ins = get(approvals, "stand_ins");
    enum role role;
    for (size_t i = 0; i < count_of(limits, YAML_KIND_MAP); i++)
        if (!role_parse(limits->keys[i]->text, &role) || role == ROLE_INTEGRATION)
            yaml_problem(problems, limits->keys[i],
                         "There is no role `%s` to have a limit; agent, specialist, trainer, supervisor and "
                         "admin are.",
                         limits->keys[i]->text);
    for (size_t i = 0; i < count_of(currencies, YAML_KIND_MAP); i++)
        check_currency(currencies->keys[i], problems);
    for (size_t i = 0; i < count_of(stand_ins, YAML_KIND_MAP); i++)
        if (g_strcmp0(stand_ins->keys[i]->text, stand_ins->items[i]->text) == 0)
            yaml_problem(problems, stand_ins->items[i],
                         "Who stands in for `%s` is somebody else, named by their id.",
                         stand_ins->keys[i]->text);
}

void settings_check_names(const struct yaml_node *root, struct problems *problems)
{
    static const char *const lists[][2] = {{"dispositions", "code"}, {"canned", "id"}, {"reasons", NULL}};
    check_queues(root, problems);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_hash_table_unref(names_of(root, lists[i][0], lists[i][1], problems));
    check_hours(root, problems);
    check_currency(get(root, "currency"), problems);
    check_approvals(get(root, "approvals"), problems);
}
