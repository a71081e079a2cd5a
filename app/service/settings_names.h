/* What a file of settings names and must be there: queues, skills, roles, days, and nothing twice. On nodes
 * of YAML, so that each fault has its place and all are told at once; settings_from_json checks the same of
 * what comes over HTTP. */
#ifndef APP_SERVICE_SETTINGS_NAMES_H
#define APP_SERVICE_SETTINGS_NAMES_H

#include "app/script/yaml.h"

/* root: the file's map; its shapes were read before, so what has another shape is passed by. */
void settings_check_names(const struct yaml_node *root, struct problems *problems);

#endif
