/* What a demo's database begins with: settings, people, articles and scripts. */
#ifndef APP_SERVICE_DEMO_CENTRE_H
#define APP_SERVICE_DEMO_CENTRE_H

#include "app/service/db.h"
#include "app/sim/content.h"

#define DEMO_PASSWORD "demo" /* of everybody */

struct demo_centre {
    const struct demo_content *content;
    const char *settings; /* as the store keeps them */
};

/* In a transaction of the caller's; user_data is the struct demo_centre. */
bool demo_centre_put(struct db *db, void *user_data, GError **error);

#endif
