/* The document half of yaml.h: libyaml's document turned into our own nodes, with its limits. */
#include "app/script/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#define BLOCK_BYTES (8 * 1024) /* as a rule; what is larger than a quarter of it gets a block of its own */

/* A script has thousands of nodes and texts, which all live as long as it: so they stand side by side,
 * structs from a block's start, texts, which need no alignment, from its end. */
struct block {
    struct block *next;
    size_t start, end; /* of what is free in `bytes` */
    alignas(int64_t) char bytes[];
};

struct yaml_doc {
    char *name;
    struct block *blocks; /* the first is filled; NULL: nothing was given out */
    const struct yaml_node *root;
};

/* The state of turning libyaml's nodes into ours. */
struct loader {
    struct yaml_doc *doc;
    yaml_document_t *from;
    struct yaml_node **made; /* by libyaml's index - 1; NULL while not yet made */
    size_t *sizes; /* nodes below each made one, itself included, aliases counted as often as they stand */
};

static const char *const CONTENTS_PLACE = "%s:%zu:%zu: %s";

static void fail_at(GError **error, const char *name, const yaml_mark_t *mark, const char *sentence)
{
    g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS, CONTENTS_PLACE, name, mark->line + 1,
                mark->column + 1, sentence);
}

/* A block with room for so much; a large one stands behind the one that is being filled. */
static struct block *block_for(struct yaml_doc *doc, size_t size_bytes)
{
    struct block *first = doc->blocks;
    if (first != NULL && first->end - first->start >= size_bytes)
        return first;
    bool is_large = size_bytes > BLOCK_BYTES / 4;
    size_t room = is_large ? size_bytes : BLOCK_BYTES;
    struct block *fresh = g_malloc(sizeof *fresh + room);
    fresh->start = 0;
    fresh->end = room;
    struct block **place = is_large && first != NULL ? &first->next : &doc->blocks;
    fresh->next = *place;
    *place = fresh;
    return fresh;
}

void *yaml_doc_allocate(struct yaml_doc *doc, size_t size_bytes)
{
    const size_t unit = alignof(int64_t);
    size_t taken = (MAX(size_bytes, 1) + unit - 1) / unit * unit;
    struct block *block = block_for(doc, taken);
    char *bytes = block->bytes + block->start;
    block->start += taken;
    return memset(bytes, 0, taken);
}

const char *yaml_doc_string(struct yaml_doc *doc, const char *text)
{
    size_t taken = strlen(text) + 1;
    struct block *block = block_for(doc, taken);
    block->end -= taken;
    return memcpy(block->bytes + block->end, text, taken);
}

static bool load_node(struct loader *loader, int index, int depth, const struct yaml_node **out,
                      GError **error);

static bool load_scalar(struct loader *loader, const yaml_node_t *from, struct yaml_node *node,
                        GError **error)
{
    size_t len = from->data.scalar.length;
    if (memchr(from->data.scalar.value, '\0', len)) {
        fail_at(error, loader->doc->name, &from->start_mark,
                "A text may not hold a NUL character; take it out.");
        return false;
    }
    node->text = yaml_doc_string(loader->doc, (const char *)from->data.scalar.value);
    yaml_scalar_style_t style = from->data.scalar.style;
    node->quoted = style != YAML_PLAIN_SCALAR_STYLE;
    node->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    return true;
}

static bool load_list(struct loader *loader, const yaml_node_t *from, int depth, struct yaml_node *node,
                      GError **error)
{
    node->kind = YAML_KIND_LIST;
    node->count = (unsigned)(from->data.sequence.items.top - from->data.sequence.items.start);
    const struct yaml_node **items = yaml_doc_allocate(loader->doc, node->count * sizeof *items);
    for (size_t i = 0; i < node->count; i++)
        if (!load_node(loader, from->data.sequence.items.start[i], depth + 1, &items[i], error))
            return false;
    node->items = items;
    return true;
}

static bool load_map(struct loader *loader, const yaml_node_t *from, int depth, struct yaml_node *node,
                     GError **error)
{
    node->kind = YAML_KIND_MAP;
    node->count = (unsigned)(from->data.mapping.pairs.top - from->data.mapping.pairs.start);
    const struct yaml_node **keys = yaml_doc_allocate(loader->doc, node->count * sizeof *keys);
    const struct yaml_node **items = yaml_doc_allocate(loader->doc, node->count * sizeof *items);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < node->count; i++) {
        const yaml_node_pair_t *pair = &from->data.mapping.pairs.start[i];
        yaml_node_t *key = yaml_document_get_node(loader->from, pair->key);
        if (key->type != YAML_SCALAR_NODE) {
            fail_at(error, loader->doc->name, &key->start_mark,
                    "A key should be a word, not a list or a map.");
            return false;
        }
        if (!load_node(loader, pair->key, depth + 1, &keys[i], error) ||
            !load_node(loader, pair->value, depth + 1, &items[i], error))
            return false;
        if (!g_hash_table_add(seen, (gpointer)keys[i]->text)) {
            g_autofree char *sentence = g_strdup_printf("`%s` stands twice here; keep one.", keys[i]->text);
            fail_at(error, loader->doc->name, &key->start_mark, sentence);
            return false;
        }
    }
    node->keys = keys;
    node->items = items;
    return true;
}

static size_t children_size(const struct loader *loader, const yaml_node_t *from)
{
    size_t size = 1;
    if (from->type == YAML_SEQUENCE_NODE)
        for (yaml_node_item_t *item = from->data.sequence.items.start; item < from->data.sequence.items.top;
             item++)
            size += loader->sizes[*item - 1];
    if (from->type == YAML_MAPPING_NODE)
        for (yaml_node_pair_t *pair = from->data.mapping.pairs.start; pair < from->data.mapping.pairs.top;
             pair++)
            size += 1 + loader->sizes[pair->value - 1];
    return size;
}

static bool load_node(struct loader *loader, int index, int depth, const struct yaml_node **out,
                      GError **error)
{
    yaml_node_t *from = yaml_document_get_node(loader->from, index);
    if (depth > YAML_DEPTH_MAX) {
        g_autofree char *sentence =
            g_strdup_printf("This lies more than %d levels deep (or an alias holds itself); "
                            "write it flatter.",
                            YAML_DEPTH_MAX);
        fail_at(error, loader->doc->name, &from->start_mark, sentence);
        return false;
    }
    if (!loader->made[index - 1]) {
        struct yaml_node *node = yaml_doc_allocate(loader->doc, sizeof *node);
        node->line = (unsigned)from->start_mark.line + 1;
        node->column = (unsigned)from->start_mark.column + 1;
        node->end_line = (unsigned)from->end_mark.line + 1;
        bool loaded = from->type == YAML_SCALAR_NODE     ? load_scalar(loader, from, node, error)
                      : from->type == YAML_SEQUENCE_NODE ? load_list(loader, from, depth, node, error)
                                                         : load_map(loader, from, depth, node, error);
        if (!loaded)
            return false;
        loader->made[index - 1] = node;
        loader->sizes[index - 1] = children_size(loader, from);
        if (loader->sizes[index - 1] > YAML_NODES_MAX) {
            g_autofree char *sentence =
                g_strdup_printf("There are more than %d values from here on, aliases counted; "
                                "split the file.",
                                YAML_NODES_MAX);
            fail_at(error, loader->doc->name, &from->start_mark, sentence);
            return false;
        }
    }
    *out = loader->made[index - 1];
    return true;
}

/* What is parsed, for the sentences about it. */
struct source {
    const char *name, *bytes; /* bytes[len] */
    size_t len;
};

/* The reader is ahead of the parser, whose marks lie far before the byte that cannot be read: its line is
 * counted anew. All before it is sound UTF-8. */
static void fail_reader(GError **error, const struct source *source, const yaml_parser_t *parser)
{
    const char *at = source->bytes + MIN(parser->problem_offset, source->len), *line = source->bytes;
    yaml_mark_t mark = {0};
    for (const char *c = source->bytes; c < at; c++) {
        if (*c == '\n') {
            mark.line++;
            line = c + 1;
        }
    }
    mark.column = (size_t)g_utf8_strlen(line, at - line);
    g_autofree char *sentence =
        g_strdup_printf("This is not YAML: %s (byte %zu); save the file as UTF-8 and take the character out.",
                        parser->problem, parser->problem_offset);
    fail_at(error, source->name, &mark, sentence);
}

/* Blanks alone may indent: where nothing can begin with what stands there, it is mostly a tab. */
static bool is_tab_at(const struct source *source, const yaml_mark_t *mark)
{
    const char *at = source->bytes, *end = source->bytes + source->len;
    for (size_t line = 0; line < mark->line && at; line++)
        at = (at = memchr(at, '\n', (size_t)(end - at))) ? at + 1 : NULL;
    for (size_t column = 0; column < mark->column && at && at < end; column++)
        at = g_utf8_next_char(at);
    return at && at < end && *at == '\t';
}

/* libyaml's sentence is in fragments: the problem, and what it was reading, each with its mark. */
static void fail_parser(GError **error, const struct source *source, const yaml_parser_t *parser)
{
    g_autoptr(GString) sentence = g_string_new("This is not YAML");
    if (parser->error == YAML_READER_ERROR) {
        fail_reader(error, source, parser);
        return;
    }
    if (parser->error == YAML_SCANNER_ERROR && is_tab_at(source, &parser->problem_mark)) {
        fail_at(error, source->name, &parser->problem_mark,
                "This is not YAML: a tab stands here; indent and part with blanks instead.");
        return;
    }
    g_string_append_printf(sentence, ": %s", parser->problem ? parser->problem : "out of memory");
    if (parser->context)
        g_string_append_printf(sentence, " %s that begins at %zu:%zu", parser->context,
                               parser->context_mark.line + 1, parser->context_mark.column + 1);
    g_string_append_c(sentence, '.');
    fail_at(error, source->name, &parser->problem_mark, sentence->str);
}

static bool load_document(struct yaml_doc *doc, yaml_document_t *document, GError **error)
{
    if (!yaml_document_get_root_node(document)) {
        struct yaml_node *empty = yaml_doc_allocate(doc, sizeof *empty);
        *empty = (struct yaml_node){.kind = YAML_KIND_MAP, .line = 1, .column = 1};
        doc->root = empty;
        return true;
    }
    size_t count = (size_t)(document->nodes.top - document->nodes.start);
    struct loader loader = {.doc = doc, .from = document};
    loader.made = g_new0(struct yaml_node *, count);
    loader.sizes = g_new0(size_t, count);
    bool loaded = load_node(&loader, 1, 0, &doc->root, error);
    g_free(loader.made);
    g_free(loader.sizes);
    return loaded;
}

/* One document a file: a second one is more likely a slip (a stray ---) than meant. */
static bool refuse_second(yaml_parser_t *parser, const struct source *source, GError **error)
{
    yaml_document_t second;
    if (!yaml_parser_load(parser, &second)) {
        fail_parser(error, source, parser);
        return false;
    }
    yaml_node_t *root = yaml_document_get_root_node(&second);
    if (root)
        fail_at(error, source->name, &root->start_mark,
                "A second document begins here; a file holds one, so take out the ---.");
    yaml_document_delete(&second);
    return root == NULL;
}

static bool parse_bytes(struct yaml_doc *doc, const char *bytes, size_t len, GError **error)
{
    const struct source source = {doc->name, bytes, len};
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser))
        g_error("libyaml could not start: out of memory");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, len);
    bool parsed = yaml_parser_load(&parser, &document);
    if (!parsed) {
        fail_parser(error, &source, &parser);
    } else {
        bool some = yaml_document_get_root_node(&document) != NULL;
        parsed = load_document(doc, &document, error) && (!some || refuse_second(&parser, &source, error));
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return parsed;
}

struct yaml_doc *yaml_doc_parse(const char *name, const char *bytes, size_t len, GError **error)
{
    if (len > YAML_SIZE_MAX_BYTES) {
        g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS, "%s: The file is over %d MiB; split it.",
                    name, YAML_SIZE_MAX_BYTES / (1024 * 1024));
        return NULL;
    }
    struct yaml_doc *doc = g_new0(struct yaml_doc, 1);
    doc->name = g_strdup(name);
    if (parse_bytes(doc, bytes, len, error))
        return doc;
    yaml_doc_free(doc);
    return NULL;
}

static char *read_all(int file, size_t *len, GError **error, const char *path)
{
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_FILE, "%s is a folder; name a file in it.", path);
        return NULL;
    }
    GString *text = g_string_new(NULL);
    char block[65536];
    ssize_t got;
    while ((got = read(file, block, sizeof block)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_FILE, "%s could not be read: %s.", path,
                        g_strerror(errno));
            g_string_free(text, TRUE);
            return NULL;
        }
        g_string_append_len(text, block, got);
        if (text->len > YAML_SIZE_MAX_BYTES)
            break;
    }
    *len = text->len;
    return g_string_free(text, FALSE);
}

struct yaml_doc *yaml_doc_open(const char *path, GError **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        g_set_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_FILE, "%s could not be opened: %s.", path,
                    g_strerror(errno));
        return NULL;
    }
    size_t len = 0;
    g_autofree char *text = read_all(file, &len, error, path);
    close(file);
    return text ? yaml_doc_parse(path, text, len, error) : NULL;
}

void yaml_doc_free(struct yaml_doc *doc)
{
    if (!doc)
        return;
    while (doc->blocks != NULL) {
        struct block *next = doc->blocks->next;
        g_free(doc->blocks);
        doc->blocks = next;
    }
    g_free(doc->name);
    g_free(doc);
}

const struct yaml_node *yaml_doc_root(const struct yaml_doc *doc)
{
    return doc->root;
}

const char *yaml_doc_name(const struct yaml_doc *doc)
{
    return doc->name;
}

void yaml_node_place(const struct yaml_node *scalar, size_t offset_bytes, unsigned *line, unsigned *column)
{
    bool exact = scalar->text && !scalar->block && scalar->line == scalar->end_line &&
                 offset_bytes <= strlen(scalar->text);
    *line = scalar->line;
    *column = scalar->column;
    if (exact)
        *column += scalar->quoted + (unsigned)g_utf8_strlen(scalar->text, (gssize)offset_bytes);
}

const struct yaml_node *yaml_node_get(const struct yaml_node *map, const char *key)
{
    if (map->kind != YAML_KIND_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (g_str_equal(map->keys[i]->text, key))
            return map->items[i];
    return NULL;
}
