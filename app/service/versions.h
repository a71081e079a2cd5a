/* Versions of scripts: kept side by side, from draft to retired, and which of them contacts get.
 *
 *     draft ──put──► checked ──publish──► published ──retire, pull back──► retired ──publish──► published
 *
 * A draft becomes checked when nothing is wrong with it and all that it uses. Of a script at most two
 * versions are published: one that is everybody's, and one that a share of customers or some queues have in
 * its stead (app/script/rollout). What is published never changes: its source, and which versions of other
 * scripts it uses, are settled then. Each publication and retirement is a row of `publications`, from which
 * the writer makes the log's script.published and script.retired.
 *
 * Functions with a struct db run in a transaction of the store, those that answer also on a reader's
 * connection. Errors are NET_PROBLEM where somebody asked for what cannot be, DB_ERROR where the database
 * failed.
 */
#ifndef APP_SERVICE_VERSIONS_H
#define APP_SERVICE_VERSIONS_H

#include <cjson/cJSON.h>

#include "app/script/script.h"
#include "app/service/db.h"

#define VERSIONS_SOURCE_BYTES_MAX (1024 * 1024)
#define VERSIONS_EVERYBODY        100

enum version_state {
    VERSION_STATE_DRAFT,
    VERSION_STATE_CHECKED,
    VERSION_STATE_PUBLISHED,
    VERSION_STATE_RETIRED,
    VERSION_STATE_COUNT
};

struct script_version {
    char *script, *source; /* all texts owned */
    int64_t version;
    enum version_state state;
    char *uses;       /* {"ID":VERSION}, settled when it was first published; "" before */
    int64_t share;    /* percent of customers that get it; VERSIONS_EVERYBODY: all, unless there are queues */
    char *queues;     /* those that get it, a space between; "": the share counts */
    int64_t per_arm;  /* contacts an arm that were stated to be needed; 0: none were */
    int64_t replaced; /* the version that was everybody's before it; 0: none */
    int64_t changed;  /* its ETag: each change of any version takes the next number */
    int64_t changed_ms;
    char *changed_by;
    char *reason; /* why it was taken out of use; "": nobody said, or it is in use */
};
void script_version_release(struct script_version *v);
const char *version_state_name(enum version_state state);
/* Is it everybody's who is not chosen for another? */
bool script_version_is_base(const struct script_version *v);

/* v->script is NULL where there is none; release it. */
bool versions_find(struct db *db, const char *script, int64_t version, struct script_version *v,
                   GError **error);
/* struct script_version *, newest first; NULL: error. Caller owns, g_ptr_array_unref. */
GPtrArray *versions_of(struct db *db, const char *script, GError **error);
/* The wire form; with the source where it is asked for. Caller owns. */
cJSON *script_version_to_cjson(const struct script_version *v, bool with_source);

/* Who changes what, when, and why (may be NULL; kept where something is taken out of use). `file` stands in
 * sentences about the source. */
struct version_change {
    const char *script, *file, *by, *reason;
    int64_t version, now_ms;
    bool is_for_floor; /* its queues and dispositions are those of the settings, or it is wrong; what an
                        * import brings may name those of another centre */
    bool raises; /* import: the number in the source is nobody's choice; where the text is otherwise than that
                  * of the newest version, it gets the next one */
};

/* Keeps a source as draft or, where nothing is wrong with it, as checked. *problems (NULL: none) is what is
 * wrong, a line each; caller owns. PROBLEM_REFUSED where that version was published with another source,
 * PROBLEM_UNPROCESSABLE where the source names another script or version. */
bool versions_put(struct db *db, const struct version_change *change, const char *source, char **problems,
                  GError **error);

/* Who shall get it; share VERSIONS_EVERYBODY and no queues: all. */
struct version_audience {
    int64_t share;
    const char *queues; /* a space between; NULL: none */
    int64_t per_arm;
};
/* PROBLEM_UNPROCESSABLE with every problem where the check of it and of all it uses says no, PROBLEM_REFUSED
 * where another version is being rolled out, or where there is none that the others would keep. */
bool versions_publish(struct db *db, const struct version_change *change,
                      const struct version_audience *audience, GError **error);
/* Takes a published version back: of one that some have, all get everybody's again; of everybody's, all get
 * the one that it replaced. Contacts that are in it keep it. */
bool versions_pull_back(struct db *db, const struct version_change *change, GError **error);
/* Takes it out of use. Everybody's is then no longer proposed at all. */
bool versions_retire(struct db *db, const struct version_change *change, GError **error);

/* For imports: keeps the source and publishes it to all; *changed: it was not so already. */
bool versions_import(struct db *db, const char *name, const char *source, const struct version_change *change,
                     bool *changed, GError **error);

/* What desks get: {"scripts":[…],"older":[…]}, the published versions with who gets them, and those that open
 * contacts may be in or that others use. Caller owns; NULL: error. */
char *versions_answer(struct db *db, GError **error);

/* Each version that was ever published, as a script; those of other formats are left out. */
typedef void (*versions_visit)(const struct script *script, void *user_data);
bool versions_each(struct db *db, versions_visit visit, void *user_data, GError **error);

/* A row of `publications`; texts borrowed for the call. */
struct publication {
    int64_t number, at_ms, version, share, per_arm;
    const char *actor, *action, *script, *queues, *reason;
};
#define PUBLICATION_PUBLISHED   "published"
#define PUBLICATION_RETIRED     "retired"
#define PUBLICATION_PULLED_BACK "pulled back"
/* Those that the log does not have yet, in order; marks them as told. In a transaction. */
bool versions_tell(struct db *db, void (*tell)(const struct publication *p, void *user_data), void *user_data,
                   GError **error);

#endif
