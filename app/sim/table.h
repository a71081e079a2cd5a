/* Rows of the tables by which the files of share/demo are read (app/script/yaml.h). */
#ifndef APP_SIM_TABLE_H
#define APP_SIM_TABLE_H

#include <stddef.h>

#include "app/script/yaml.h"

#define ROW(structure, member, name, row_type, ...)                                                  \
    {                                                                                                \
        .key = (name), .type = (row_type), .offset = offsetof(struct structure, member), __VA_ARGS__ \
    }

/* A text that must be there. */
#define TEXT(structure, member, name) \
    ROW(structure, member, name, YAML_TYPE_STRING, .required = true, .help = "a text")
#define TEXT_OR_NONE(structure, member, name) ROW(structure, member, name, YAML_TYPE_STRING, .help = "a text")

/* A struct demo_words that must be there. */
#define WORDS(structure, member, name)                                                             \
    ROW(structure, member.items, name, YAML_TYPE_LIST, .item = YAML_TYPE_STRING, .required = true, \
        .count_offset = offsetof(struct structure, member.count), .help = "a list of words")
#define WORDS_OR_NONE(structure, member, name)                                   \
    ROW(structure, member.items, name, YAML_TYPE_LIST, .item = YAML_TYPE_STRING, \
        .count_offset = offsetof(struct structure, member.count), .help = "a list of words")

#define SHAPE(name, what_it_is, structure, rows) \
    static const struct yaml_shape name = {      \
        .what = (what_it_is), .size_bytes = sizeof(structure), .fields = (rows)}

#endif
