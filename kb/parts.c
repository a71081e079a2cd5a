#include "kb/parts.h"

static const char *const names[KB_PART_KIND_COUNT] = {
    [KB_PART_TITLE] = "title",     [KB_PART_BODY] = "body",       [KB_PART_TAGS] = "tags",
    [KB_PART_SHARE] = "share",     [KB_PART_COVERED] = "covered", [KB_PART_NEARNESS] = "nearness",
    [KB_PART_RECENCY] = "recency", [KB_PART_USE] = "use",         [KB_PART_ABBREVIATION] = "abbreviation",
    [KB_PART_PATTERN] = "pattern",
};

const char *kb_part_name(enum kb_part_kind kind)
{
    return names[kind];
}

static void release_part(gpointer data)
{
    g_free(((struct kb_part *)data)->word);
}

GArray *kb_parts_new(void)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(struct kb_part));

    g_array_set_clear_func(parts, release_part);
    return parts;
}

void kb_parts_add(GArray *parts, enum kb_part_kind kind, const char *word, float value)
{
    for (guint i = 0; i < parts->len; i++) {
        struct kb_part *part = &g_array_index(parts, struct kb_part, i);
        if (part->kind == kind && g_strcmp0(part->word, word) == 0) {
            part->value += value;
            return;
        }
    }
    if (value == 0)
        return;
    struct kb_part part = {.kind = kind, .word = g_strdup(word), .value = value};
    g_array_append_val(parts, part);
}
