#include "app/terminal/user_settings.h"

#include <stddef.h>
#include <string.h>

#include "app/script/yaml.h"
#include "ui/theme.h"

/* As the table of YAML fills it. */
struct written {
    struct yaml_head head;
    const char *theme;
    bool mouse, notices;
    const struct yaml_node *keys;
};

static const struct yaml_field WRITTEN_FIELDS[] = {
    {"theme", YAML_TYPE_STRING, offsetof(struct written, theme), .help = "the colours: dark or light"},
    {"mouse", YAML_TYPE_BOOL, offsetof(struct written, mouse),
     .help = "whether clicks and the wheel are taken"},
    {"notices", YAML_TYPE_BOOL, offsetof(struct written, notices),
     .help = "whether a ring is a notice of the desktop, too"},
    {"keys", YAML_TYPE_NODE, offsetof(struct written, keys), .help = "keys with their actions, by context"},
    {0},
};
static const struct yaml_shape WRITTEN = {
    .what = "the settings", .size_bytes = sizeof(struct written), .fields = WRITTEN_FIELDS};

/* One line of the file: a key of a context and what it is to do. */
struct given {
    enum keys_context context;
    struct key key;
    enum action action;
    const struct yaml_node *at;
};

char *user_settings_path(void)
{
    return g_build_filename(g_get_user_config_dir(), "firstline", "settings.yaml", NULL);
}

static void give_key(struct user_settings *settings, GArray *all, const char *context,
                     const struct yaml_node *key, const struct yaml_node *action, struct problems *problems)
{
    g_autoptr(GError) error = NULL;
    struct given given = {.at = key};
    if (action->kind != YAML_KIND_SCALAR) {
        yaml_problem(problems, action, "“%s” takes the name of one action.", key->text);
        return;
    }
    if (!keys_remap(settings->keys, context, key->text, action->text, &error)) {
        yaml_problem(problems, error->code == KEYS_ERROR_ACTION ? action : key, "%s", error->message);
        return;
    }
    given.context = keys_context_find(context);
    given.action = action_find(action->text);
    key_parse(key->text, &given.key, NULL);
    for (guint i = 0; i < all->len; i++) {
        const struct given *other = &g_array_index(all, struct given, i);
        if (other->context == given.context && key_equals(other->key, given.key))
            yaml_problem(problems, key, "“%s” is the same key as “%s” in line %u; please keep one of them.",
                         key->text, other->at->text, other->at->line);
    }
    g_array_append_val(all, given);
}

static void give_context(struct user_settings *settings, GArray *all, const struct yaml_node *name,
                         const struct yaml_node *keys, struct problems *problems)
{
    if (keys_context_find(name->text) == KEYS_CONTEXT_NOWHERE) {
        yaml_problem(problems, name,
                     "“%s” is no context of keys; write for instance everywhere, list, queue or reply-chat.",
                     name->text);
    } else if (keys_context_find(name->text) == KEYS_CONTEXT_LOCKED) {
        yaml_problem(problems, name, "The keys of sign-in and lock cannot be changed.");
    } else if (keys->kind != YAML_KIND_MAP) {
        yaml_problem(problems, keys, "“%s” takes keys with their actions, for instance C-g: get-next.",
                     name->text);
    } else {
        for (size_t i = 0; i < keys->count; i++)
            give_key(settings, all, name->text, keys->keys[i], keys->items[i], problems);
    }
}

/* A key that was given away must leave its old action another one: F2 that no longer accepts is found out
 * while a customer rings. */
static void check_displaced(const struct user_settings *settings, const GArray *all,
                            struct problems *problems)
{
    for (guint i = 0; i < all->len; i++) {
        const struct given *given = &g_array_index(all, struct given, i);
        enum action was = keys_find(NULL, given->context, given->key);
        struct key key;
        if (given->action == ACTION_NONE || was == ACTION_NONE || was == given->action ||
            keys_key_of(settings->keys, given->context, was, &key))
            continue;
        yaml_problem(problems, given->at,
                     "“%s” is the key of “%s” in “%s”; please give that another key there.", given->at->text,
                     action_row(was)->name, keys_context_name(given->context));
    }
}

static void read_keys(struct user_settings *settings, const struct yaml_node *map, struct problems *problems)
{
    if (map->kind != YAML_KIND_MAP) {
        yaml_problem(problems, map, "`keys` takes contexts, for instance everywhere: {C-g: get-next}.");
        return;
    }
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct given));
    settings->keys = keys_new();
    for (size_t i = 0; i < map->count; i++)
        give_context(settings, all, map->keys[i], map->items[i], problems);
    check_displaced(settings, all, problems);
}

bool user_settings_read(struct user_settings *settings, const char *path, GError **error)
{
    *settings = (struct user_settings){0};
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    struct yaml_doc *doc = yaml_doc_open(path, error);
    if (doc == NULL)
        return false;
    struct problems *problems = problems_new(path);
    struct written written = {0};
    yaml_read(doc, yaml_doc_root(doc), &WRITTEN, &written, problems);
    if (written.theme != NULL && theme_find(written.theme) == NULL)
        yaml_problem(problems, yaml_node_get(yaml_doc_root(doc), "theme"),
                     "There is no theme called “%s”; there are dark and light.", written.theme);
    if (written.keys != NULL)
        read_keys(settings, written.keys, problems);
    settings->theme = g_strdup(written.theme);
    settings->wants_mouse = written.mouse;
    settings->wants_notices = written.notices;
    bool is_sound = problems_none(problems, error);
    if (!is_sound)
        user_settings_release(settings);
    problems_free(problems);
    yaml_doc_free(doc);
    return is_sound;
}

void user_settings_release(struct user_settings *settings)
{
    g_free(settings->theme);
    keys_free(settings->keys);
    *settings = (struct user_settings){0};
}
