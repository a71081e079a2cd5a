#include "app/measure/step_titles.h"

struct step_titles {
    GHashTable *by_key; /* script/step -> title, both owned */
};

char *step_titles_key(const char *script, const char *step)
{
    return g_strconcat(script == NULL ? "-" : script, "/", step, NULL);
}

struct step_titles *step_titles_new(void)
{
    struct step_titles *t = g_new0(struct step_titles, 1);
    t->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return t;
}

void step_titles_free(struct step_titles *t)
{
    if (t == NULL)
        return;
    g_hash_table_unref(t->by_key);
    g_free(t);
}

void step_titles_put(struct step_titles *t, const char *script, const char *step, const char *title)
{
    if (step == NULL || title == NULL || *title == '\0')
        return;
    g_autofree char *key = step_titles_key(script, step);
    if (g_strcmp0(g_hash_table_lookup(t->by_key, key), title) != 0)
        g_hash_table_replace(t->by_key, g_steal_pointer(&key), g_strdup(title));
}

void step_titles_fold(struct step_titles *t, const struct event *ev)
{
    if (ev->kind == EVENT_STEP_ENTERED || ev->kind == EVENT_STEP_SKIPPED)
        step_titles_put(t, event_text(ev, "script"), event_text(ev, "step"), event_text(ev, "title"));
}

const char *step_titles_find(const struct step_titles *t, const char *key)
{
    return g_hash_table_lookup(t->by_key, key);
}

const char *step_titles_of(const struct step_titles *t, const char *script, const char *step)
{
    if (step == NULL)
        return NULL;
    g_autofree char *key = step_titles_key(script, step);
    return step_titles_find(t, key);
}
