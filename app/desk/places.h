/* Where a desk keeps its files: one folder for each backend, under the XDG directories. */
#ifndef APP_DESK_PLACES_H
#define APP_DESK_PLACES_H

#define PLACES_DEFAULT_URL "http://127.0.0.1:8080"

/* The backend's address: `url` where given, else FIRSTLINE_URL, else the one a desk was last signed in at,
 * else the default. Without a slash at its end. Caller owns, g_free. */
char *places_url(const char *url);

/* The file of the authority to trust (PEM): `ca` where given, else FIRSTLINE_CA, else NULL: the system's.
 * Borrowed. */
const char *places_ca(const char *ca);
/* From now on as if FIRSTLINE_CA named this file; NULL changes nothing. For commands, before they ask. */
void places_trust(const char *ca);

/* Remembers where a desk has signed in, for the commands that are not told. */
void places_remember_url(const char *url);

/* ~/.local/state/firstline/HOST: journal, token. ~/.cache/firstline/HOST: articles, scripts. Caller owns,
 * g_free. */
char *places_state_folder(const char *url);
char *places_cache_folder(const char *url);
char *places_token_path(const char *url);

#endif
