#include "app/desk/places.h"

#include <glib.h>
#include <string.h>

static char *folder_for(const char *base, const char *url)
{
    const char *scheme_end = g_strstr_len(url, -1, "://");
    g_autofree char *name = g_strdup(scheme_end != NULL ? scheme_end + 3 : url);
    g_strcanon(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-", '_');
    return g_build_filename(base, "firstline", name, NULL);
}

static char *last_url_path(void)
{
    return g_build_filename(g_get_user_state_dir(), "firstline", "last-url", NULL);
}

char *places_url(const char *url)
{
    const char *set = g_getenv("FIRSTLINE_URL");
    char *chosen = url != NULL ? g_strdup(url) : set != NULL && *set != '\0' ? g_strdup(set) : NULL;
    g_autofree char *last_path = last_url_path();
    if (chosen == NULL && !g_file_get_contents(last_path, &chosen, NULL, NULL))
        chosen = g_strdup(PLACES_DEFAULT_URL);
    g_strstrip(chosen);
    if (g_str_has_suffix(chosen, "/"))
        chosen[strlen(chosen) - 1] = '\0';
    return chosen;
}

const char *places_ca(const char *ca)
{
    const char *set = g_getenv("FIRSTLINE_CA");
    return ca != NULL ? ca : set != NULL && *set != '\0' ? set : NULL;
}

void places_trust(const char *ca)
{
    if (ca != NULL)
        g_setenv("FIRSTLINE_CA", ca, TRUE);
}

void places_remember_url(const char *url)
{
    g_autofree char *path = last_url_path(), *known = NULL;
    if (g_file_get_contents(path, &known, NULL, NULL) && strcmp(known, url) == 0)
        return;
    /* Replaced as a whole, but not flushed: it is not worth the wait at a start. */
    g_file_set_contents_full(path, url, -1, G_FILE_SET_CONTENTS_CONSISTENT & ~G_FILE_SET_CONTENTS_DURABLE,
                             0600, NULL);
}

char *places_state_folder(const char *url)
{
    return folder_for(g_get_user_state_dir(), url);
}

char *places_cache_folder(const char *url)
{
    return folder_for(g_get_user_cache_dir(), url);
}

char *places_token_path(const char *url)
{
    g_autofree char *folder = places_state_folder(url);
    return g_build_filename(folder, "token", NULL);
}
