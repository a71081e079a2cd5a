#include "kb/builder.h"

#include <string.h>

#include "kb/error.h"
#include "kb/fold.h"
#include "kb/format.h"
#include "kb/index.h"
#include "kb/intern.h"
#include "kb/output.h"
#include "kb/postings.h"
#include "kb/raw.h"
#include "kb/sound.h"
#include "kb/tokens.h"

#define DOCS_MAX 0x7FFFFFF0u

struct word {
    uint32_t group;
    uint32_t count;
    uint8_t kind;
};

/* A stem (or CJK token) and, while one field is read, the chain of its places in that field. */
struct group {
    struct kb_list_writer *lists[KB_FIELD_COUNT]; /* owned, NULL where empty */
    uint32_t df_any, next_any;                    /* next_any: last document that counted in df_any, + 1 */
    uint32_t first, last;                         /* rows of `places` + 1; 0 is none */
    uint32_t example; /* a word whose spelling begins with the stem, + 1; 0 is none */
    uint8_t kind;
};

struct place {
    uint32_t position;
    uint32_t next; /* row + 1 */
};

struct kb_builder {
    struct kb_output *output;
    GArray *docs;    /* struct kb_disk_doc */
    GArray *lengths; /* struct kb_disk_length */
    GArray *letters; /* uint64_t */
    GByteArray *heads;
    struct kb_intern *ids, *spellings, *stems;
    GArray *words;   /* struct word, by number in `spellings` */
    GArray *groups;  /* struct group, by number in `stems` */
    GArray *places;  /* of the field being read */
    GArray *touched; /* uint32_t: groups that have places */
    GArray *positions;
    uint64_t title_words, body_words;
    bool finished;
};

static struct kb_builder *new_builder(struct kb_output *output)
{
    if (!output)
        return NULL;
    struct kb_builder *b = g_new0(struct kb_builder, 1);
    b->output = output;
    b->docs = g_array_new(FALSE, TRUE, sizeof(struct kb_disk_doc));
    b->lengths = g_array_new(FALSE, TRUE, sizeof(struct kb_disk_length));
    b->letters = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    b->heads = g_byte_array_new();
    b->ids = kb_intern_new();
    b->spellings = kb_intern_new();
    b->stems = kb_intern_new();
    b->words = g_array_new(FALSE, TRUE, sizeof(struct word));
    b->groups = g_array_new(FALSE, TRUE, sizeof(struct group));
    b->places = g_array_new(FALSE, FALSE, sizeof(struct place));
    b->touched = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    b->positions = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    kb_output_begin(output, KB_SECTION_KIND_BODIES);
    return b;
}

struct kb_builder *kb_builder_new(const char *path, GError **error)
{
    return new_builder(kb_output_new(path, error));
}

struct kb_builder *kb_builder_new_in_memory(GError **error)
{
    return new_builder(kb_output_new_in_memory(error));
}

void kb_builder_free(struct kb_builder *b)
{
    if (!b)
        return;
    for (guint i = 0; i < b->groups->len; i++) {
        struct group *group = &g_array_index(b->groups, struct group, i);
        for (int f = 0; f < KB_FIELD_COUNT; f++) {
            if (group->lists[f])
                kb_list_writer_release(group->lists[f]);
            g_free(group->lists[f]);
        }
    }
    kb_output_free(b->output);
    g_array_unref(b->docs);
    g_array_unref(b->lengths);
    g_array_unref(b->letters);
    g_byte_array_unref(b->heads);
    kb_intern_free(b->ids);
    kb_intern_free(b->spellings);
    kb_intern_free(b->stems);
    g_array_unref(b->words);
    g_array_unref(b->groups);
    g_array_unref(b->places);
    g_array_unref(b->touched);
    g_array_unref(b->positions);
    g_free(b);
}

uint32_t kb_builder_count(const struct kb_builder *b)
{
    return b->docs->len;
}

/* One text of a document against its bound; the sentence names the document and the field. */
static bool check_text(const char *id, const char *field, const char *text, size_t max, GError **error)
{
    size_t len = strlen(text);
    g_autofree char *shown = NULL;

    if (len <= max && g_utf8_validate(text, (gssize)len, NULL))
        return true;
    shown = g_utf8_make_valid(id, (gssize)MIN(strlen(id), 64));
    if (len > max)
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT,
                    "The %s of document %s has %zu bytes, and %zu is the most: shorten or split it.", field,
                    shown, len, max);
    else
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT,
                    "The %s of document %s is not UTF-8: convert it first.", field, shown);
    return false;
}

static bool check_document(struct kb_builder *b, const struct kb_document *d, GError **error)
{
    if (d->id[0] == '\0') {
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT, "A document has no id: give each one its own.");
        return false;
    }
    if (!check_text(d->id, "id", d->id, KB_ID_MAX_BYTES, error) ||
        !check_text(d->id, "title", d->title, KB_TITLE_MAX_BYTES, error) ||
        !check_text(d->id, "body", d->body, KB_BODY_MAX_BYTES, error) ||
        !check_text(d->id, "tags", d->tags, KB_TAGS_MAX_BYTES, error) ||
        !check_text(d->id, "language", d->lang, KB_LANG_MAX, error))
        return false;
    if (d->title[0] == '\0' && d->body[0] == '\0') {
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT, "Document %s has neither title nor body.", d->id);
        return false;
    }
    if (b->docs->len >= DOCS_MAX || b->heads->len > G_MAXUINT - 16 * 1024) {
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT, "Document %s is one too many for one index: use two.",
                    d->id);
        return false;
    }
    return true;
}

static uint32_t group_number(struct kb_builder *b, const char *text, size_t len, enum kb_token_kind kind)
{
    uint32_t number = kb_intern_add(b->stems, text, len);

    if (number == b->groups->len) {
        struct group group = {.kind = (uint8_t)kind};
        g_array_append_val(b->groups, group);
    }
    return number;
}

/* The group of a token; a spelling is stemmed once, when it is first seen. */
static uint32_t group_of_token(struct kb_builder *b, const struct kb_token *token)
{
    char stem[KB_TOKEN_MAX + 2];

    if (token->kind == KB_TOKEN_KIND_SINGLE || token->kind == KB_TOKEN_KIND_PAIR)
        return group_number(b, token->text, token->len, token->kind);
    uint32_t number = kb_intern_add(b->spellings, token->text, token->len);
    if (number == b->words->len) {
        size_t len = kb_token_stem(token, stem);
        struct word word = {.group = group_number(b, stem, len, token->kind), .kind = (uint8_t)token->kind};
        struct group *group = &g_array_index(b->groups, struct group, word.group);
        if (group->example == 0 && len <= token->len && memcmp(stem, token->text, len) == 0)
            group->example = number + 1;
        g_array_append_val(b->words, word);
    }
    struct word *word = &g_array_index(b->words, struct word, number);
    word->count++;
    return word->group;
}

static void note_place(struct kb_builder *b, uint32_t number, uint32_t position)
{
    struct group *group = &g_array_index(b->groups, struct group, number);
    struct place place = {.position = position};

    g_array_append_val(b->places, place);
    if (group->first == 0) {
        group->first = b->places->len;
        g_array_append_val(b->touched, number);
    } else {
        g_array_index(b->places, struct place, group->last - 1).next = b->places->len;
    }
    group->last = b->places->len;
}

static void write_places(struct kb_builder *b, uint32_t number, uint32_t doc, enum kb_field field)
{
    struct group *group = &g_array_index(b->groups, struct group, number);

    g_array_set_size(b->positions, 0);
    for (uint32_t row = group->first; row != 0;) {
        const struct place *place = &g_array_index(b->places, struct place, row - 1);
        g_array_append_val(b->positions, place->position);
        row = place->next;
    }
    if (!group->lists[field])
        group->lists[field] = g_new0(struct kb_list_writer, 1);
    kb_list_writer_add(group->lists[field], doc, (const uint32_t *)b->positions->data, b->positions->len);
    if (group->next_any != doc + 1) {
        group->next_any = doc + 1;
        group->df_any++;
    }
    group->first = group->last = 0;
}

/* A group that is no word's. */
static void note_special(void *data, const char *text, size_t len)
{
    struct kb_builder *b = data;

    note_place(b, group_number(b, text, len, KB_TOKEN_KIND_NUMBER), 0);
}

/* Reads one field of document `doc`; returns how many words and characters it has. */
static uint32_t add_field(struct kb_builder *b, uint32_t doc, enum kb_field field, const char *text)
{
    struct kb_tokens tokens;
    struct kb_token token;

    g_array_set_size(b->places, 0);
    g_array_set_size(b->touched, 0);
    kb_tokens_init(&tokens, text, strlen(text));
    while (kb_tokens_next(&tokens, &token)) {
        note_place(b, group_of_token(b, &token), token.position);
        if (token.cut)
            note_special(b, KB_CUT_GROUP, strlen(KB_CUT_GROUP));
    }
    kb_raw_tell(text, strlen(text), note_special, b);
    for (guint i = 0; i < b->touched->len; i++)
        write_places(b, g_array_index(b->touched, uint32_t, i), doc, field);
    return tokens.position;
}

static uint64_t title_letters(const char *title)
{
    int32_t folded[KB_FOLD_MAX];
    size_t len = strlen(title);
    uint64_t letters = 0;

    for (size_t at = 0; at < len;) {
        size_t count = kb_fold_char(kb_utf8_next(title, len, &at), folded);
        for (size_t i = 0; i < count; i++)
            letters |= kb_letter_64(folded[i]);
    }
    return letters;
}

static uint16_t append_head(struct kb_builder *b, const char *text)
{
    size_t len = strlen(text);

    g_byte_array_append(b->heads, (const guint8 *)text, (guint)len + 1);
    return (uint16_t)len;
}

static void add_texts(struct kb_builder *b, const struct kb_document *d)
{
    struct kb_disk_doc doc = {.updated = d->updated, .head_at = b->heads->len};
    uint64_t letters = title_letters(d->title);

    doc.id_len = (uint8_t)append_head(b, d->id);
    doc.title_len = append_head(b, d->title);
    doc.tags_len = append_head(b, d->tags);
    doc.body_at = kb_output_size(b->output);
    doc.body_len = (uint32_t)strlen(d->body);
    doc.ascii =
        (uint8_t)(g_str_is_ascii(d->title) << KB_FIELD_TITLE | g_str_is_ascii(d->body) << KB_FIELD_BODY |
                  g_str_is_ascii(d->tags) << KB_FIELD_TAGS);
    strcpy(doc.lang, d->lang);
    kb_output_write(b->output, d->body, doc.body_len + 1);
    g_array_append_val(b->docs, doc);
    g_array_append_val(b->letters, letters);
}

bool kb_builder_add(struct kb_builder *b, const struct kb_document *document, GError **error)
{
    struct kb_document d = *document;

    d.id = d.id ? d.id : "";
    d.title = d.title ? d.title : "";
    d.body = d.body ? d.body : "";
    d.tags = d.tags ? d.tags : "";
    d.lang = d.lang ? d.lang : "";
    if (!check_document(b, &d, error) || !kb_output_check(b->output, error))
        return false;
    uint32_t doc = b->docs->len;
    if (kb_intern_add(b->ids, d.id, strlen(d.id)) != doc) {
        g_set_error(error, KB_ERROR, KB_ERROR_DOCUMENT, "Document %s is there twice: the first one is kept.",
                    d.id);
        return false;
    }
    add_texts(b, &d);
    uint32_t title = add_field(b, doc, KB_FIELD_TITLE, d.title);
    uint32_t body = add_field(b, doc, KB_FIELD_BODY, d.body);
    add_field(b, doc, KB_FIELD_TAGS, d.tags);
    struct kb_disk_length length = {.title = (uint16_t)MIN(title, UINT16_MAX),
                                    .body = (uint16_t)MIN(body, UINT16_MAX)};
    g_array_append_val(b->lengths, length);
    b->title_words += title;
    b->body_words += body;
    return true;
}

static bool is_known(const struct kb_builder *b, GHashTable *skip, const char *id)
{
    uint32_t unused;

    return (skip && g_hash_table_contains(skip, id)) || kb_intern_find(b->ids, id, strlen(id), &unused);
}

bool kb_builder_add_doc(struct kb_builder *b, const struct kb_doc *doc, GError **error)
{
    return kb_builder_add(b,
                          &(struct kb_document){.id = doc->id,
                                                .title = doc->title,
                                                .body = doc->body,
                                                .tags = doc->tags,
                                                .lang = doc->lang,
                                                .updated = doc->updated},
                          error);
}

bool kb_builder_add_index(struct kb_builder *b, const struct kb_index *index, GHashTable *skip,
                          GError **error)
{
    struct kb_doc doc;

    for (uint32_t i = 0; i < kb_index_ordinals(index); i++) {
        if (!kb_index_doc(index, i, &doc) || is_known(b, skip, doc.id))
            continue;
        if (!kb_builder_add_doc(b, &doc, error))
            return false;
    }
    return true;
}

/* Finishing: each function writes one or two sections. */

static void write_array(struct kb_builder *b, enum kb_section_kind kind, const GArray *array,
                        size_t row_bytes)
{
    kb_output_begin(b->output, kind);
    kb_output_write(b->output, array->data, array->len * row_bytes);
}

static void write_ids(struct kb_builder *b)
{
    g_autofree uint32_t *sorted = kb_intern_sorted(b->ids);

    kb_output_begin(b->output, KB_SECTION_KIND_IDS);
    kb_output_write(b->output, sorted, kb_intern_count(b->ids) * sizeof *sorted);
}

static uint32_t letters_of(const char *text, size_t len)
{
    uint32_t letters = 0;

    for (size_t at = 0; at < len;)
        letters |= kb_letter_32(kb_utf8_next(text, len, &at));
    return letters;
}

/* The spellings of all words, and where each begins, by number. */
static void write_spellings(struct kb_builder *b, const uint32_t *order, uint32_t *word_at,
                            uint32_t *group_at)
{
    size_t len;

    kb_output_begin(b->output, KB_SECTION_KIND_SPELLINGS);
    for (guint i = 0; i < b->words->len; i++) {
        const char *text = kb_intern_text(b->spellings, order[i], &len);
        word_at[order[i]] = (uint32_t)kb_output_size(b->output);
        kb_output_write(b->output, text, len);
    }
    for (guint i = 0; i < b->groups->len; i++) {
        const struct group *group = &g_array_index(b->groups, struct group, i);
        if (group->example != 0) {
            group_at[i] = word_at[group->example - 1];
            continue;
        }
        const char *text = kb_intern_text(b->stems, i, &len);
        group_at[i] = (uint32_t)kb_output_size(b->output);
        kb_output_write(b->output, text, len);
    }
}

static void write_words(struct kb_builder *b, const uint32_t *order, const uint32_t *word_at,
                        const uint32_t *group_rank)
{
    size_t len;

    kb_output_begin(b->output, KB_SECTION_KIND_WORDS);
    for (guint i = 0; i < b->words->len; i++) {
        const struct word *word = &g_array_index(b->words, struct word, order[i]);
        const char *text = kb_intern_text(b->spellings, order[i], &len);
        struct kb_disk_word row = {.spelling_at = word_at[order[i]],
                                   .group = group_rank[word->group],
                                   .letters = letters_of(text, len),
                                   .count = word->count,
                                   .len = (uint8_t)len,
                                   .kind = word->kind};
        kb_output_write(b->output, &row, sizeof row);
    }
}

/* All lists in the order of their groups; fills rows[group_count + 1]. */
static void write_postings(struct kb_builder *b, const uint32_t *order, const uint32_t *group_at,
                           struct kb_disk_group *rows)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    size_t len;

    kb_output_begin(b->output, KB_SECTION_KIND_POSTINGS);
    for (guint i = 0; i < b->groups->len; i++) {
        const struct group *group = &g_array_index(b->groups, struct group, order[i]);
        kb_intern_text(b->stems, order[i], &len);
        rows[i] = (struct kb_disk_group){.spelling_at = group_at[order[i]],
                                         .df_any = group->df_any,
                                         .postings_at = (uint32_t)kb_output_size(b->output),
                                         .len = (uint8_t)len,
                                         .kind = group->kind};
        g_byte_array_set_size(bytes, 0);
        for (int f = 0; f < KB_FIELD_COUNT; f++) {
            if (!group->lists[f])
                continue;
            rows[i].df[f] = group->lists[f]->df;
            kb_list_writer_finish(group->lists[f], bytes);
        }
        kb_output_write(b->output, bytes->data, bytes->len);
    }
    rows[b->groups->len] = (struct kb_disk_group){.postings_at = (uint32_t)kb_output_size(b->output)};
}

static void write_sounds(struct kb_builder *b, const uint32_t *order)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct kb_disk_sound));
    size_t len;

    for (guint i = 0; i < b->groups->len; i++) {
        uint8_t kind = g_array_index(b->groups, struct group, order[i]).kind;
        const char *text = kb_intern_text(b->stems, order[i], &len);
        if (kind == KB_TOKEN_KIND_SINGLE || kind == KB_TOKEN_KIND_PAIR)
            kb_sounds_add(rows, text, len, i);
    }
    kb_sounds_sort(rows);
    write_array(b, KB_SECTION_KIND_SOUNDS, rows, sizeof(struct kb_disk_sound));
}

static bool check_size(uint64_t postings, GError **error)
{
    if (postings <= UINT32_MAX)
        return true;
    g_set_error(error, KB_ERROR, KB_ERROR_FILE,
                "The words of these documents take more than 4 GB: divide them between two indexes.");
    return false;
}

static bool write_dictionary(struct kb_builder *b, GError **error)
{
    g_autofree uint32_t *word_order = kb_intern_sorted(b->spellings);
    g_autofree uint32_t *group_order = kb_intern_sorted(b->stems);
    g_autofree uint32_t *word_at = g_new(uint32_t, b->words->len + 1);
    g_autofree uint32_t *group_at = g_new(uint32_t, b->groups->len + 1);
    g_autofree uint32_t *group_rank = g_new(uint32_t, b->groups->len + 1);
    g_autofree struct kb_disk_group *rows = g_new0(struct kb_disk_group, b->groups->len + 1);

    for (guint i = 0; i < b->groups->len; i++)
        group_rank[group_order[i]] = i;
    write_spellings(b, word_order, word_at, group_at);
    write_words(b, word_order, word_at, group_rank);
    write_sounds(b, group_order);
    write_postings(b, group_order, group_at, rows);
    if (!check_size(kb_output_size(b->output), error))
        return false;
    kb_output_begin(b->output, KB_SECTION_KIND_GROUPS);
    kb_output_write(b->output, rows, (b->groups->len + 1) * sizeof *rows);
    return true;
}

/* Writes all sections but the bodies, which are there; the header is the caller's to write. */
static bool write_rest(struct kb_builder *b, struct kb_disk_header *header, GError **error)
{
    g_assert(!b->finished);
    b->finished = true;
    *header = (struct kb_disk_header){.text_rules = KB_TEXT_RULES,
                                      .doc_count = b->docs->len,
                                      .word_count = b->words->len,
                                      .group_count = b->groups->len,
                                      .title_words = b->title_words,
                                      .body_words = b->body_words};
    write_array(b, KB_SECTION_KIND_DOCS, b->docs, sizeof(struct kb_disk_doc));
    write_array(b, KB_SECTION_KIND_LENGTHS, b->lengths, sizeof(struct kb_disk_length));
    write_array(b, KB_SECTION_KIND_LETTERS, b->letters, sizeof(uint64_t));
    write_ids(b);
    kb_output_begin(b->output, KB_SECTION_KIND_HEADS);
    kb_output_write(b->output, b->heads->data, b->heads->len);
    return write_dictionary(b, error);
}

bool kb_builder_finish(struct kb_builder *b, GError **error)
{
    struct kb_disk_header header;

    return write_rest(b, &header, error) && kb_output_commit(b->output, &header, error);
}

GBytes *kb_builder_take(struct kb_builder *b, GError **error)
{
    struct kb_disk_header header;

    return write_rest(b, &header, error) ? kb_output_take(b->output, &header, error) : NULL;
}
