/* What a role may do, as named rights; the settings may give a role other rights than these. Denied by
 * default. */
#ifndef APP_SERVICE_RIGHTS_H
#define APP_SERVICE_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "app/model/names.h"

#define RIGHT_PUBLIC          (UINT64_C(1) << 63) /* of a route: nobody has to sign in */
#define RIGHT_SIGNED_IN       (UINT64_C(1) << 0)  /* everybody who signed in has it */
#define RIGHT_EVENTS_READ     (UINT64_C(1) << 1)
#define RIGHT_KNOWLEDGE_WRITE (UINT64_C(1) << 2)
#define RIGHT_SETTINGS_CHANGE (UINT64_C(1) << 3)
#define RIGHT_IMPORT_RUN      (UINT64_C(1) << 4)
#define RIGHT_LOOPBACK        (UINT64_C(1) << 5) /* of a route: only from this machine */

/* The rights of a role. `settings` (JSON, may be NULL): its member "roles" replaces the table's row. */
uint64_t rights_of(enum role role, const char *settings);
/* Is this the name of a right, of this table or of the desk's? */
bool rights_is_name(const char *name);

#endif
