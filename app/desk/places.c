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

char *places_url(const char *url)
{
    const char *set = g_getenv("FIRSTLINE_URL");
    char *chosen = g_strdup(url != NULL ? url : set != NULL && *set != '\0' ? set : PLACES_DEFAULT_URL);
    if (g_str_has_suffix(chosen, "/"))
        chosen[strlen(chosen) - 1] = '\0';
    return chosen;
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
