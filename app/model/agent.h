/* An agent as routing and the floor know them. Plain data, folded from events by app/rules/world. */
#ifndef APP_MODEL_AGENT_H
#define APP_MODEL_AGENT_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/model/names.h"
#include "app/model/pack.h"

struct agent_skill {
    char *skill; /* a queue asks for one */
    int level;   /* 1 .. 5 */
};

typedef struct agent {
    char *id;   /* never NULL; also the sign-in name */
    char *name; /* never NULL */
    enum role role;
    bool disabled;
    GArray *skills; /* struct agent_skill */
    bool signed_in;
    enum presence presence;
    char *reason;              /* of not-ready */
    int64_t presence_since_ms; /* of this presence with this reason, or of the missed offer */
    bool not_responding;       /* an offer was missed; cleared by the next presence chosen */
    char *focus;               /* contact that has the focus, NULL: none */
    int64_t idle_since_ms;     /* for "longest idle first" */
} agent;

struct agent *agent_new(const char *id, const char *name, enum role role);
void agent_free(struct agent *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(agent, agent_free)
void agent_set_skill(struct agent *a, const char *skill, int level);
int agent_skill_level(const struct agent *a, const char *skill); /* 0: does not have it */
cJSON *agent_to_cjson(const struct agent *a);
struct agent *agent_from_cjson(const cJSON *json, GError **error);

/* As bytes for a file of the desk's own (app/model/pack.h); NULL where they are broken. The layout changes
 * with the fields. */
void agent_pack(const struct agent *a, GByteArray *bytes);
struct agent *agent_unpack(struct unpack *from);
uint32_t agent_layout(void);

#endif
