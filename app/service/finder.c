#include "app/service/finder.h"

#include <string.h>

#include "app/service/projection.h"

#define WORDS_MAX   8
#define WORD_BYTES  60 /* the bit-parallel automaton has 64 states */
#define ERRORS_MAX  2
#define COMPACT_MIN (64 * 1024) /* bytes of dead text before it is worth a copy */

/* One allocation a record: there are as many as contacts, customers and orders together. */
struct record {
    uint32_t start, len; /* of its line in `text` */
    uint32_t letters;    /* the line's, by letters_of */
    uint8_t kind;        /* enum finder_kind */
    bool is_dead;
    char id[];
};

struct finder {
    GRWLock lock;
    GString *text;      /* all lines, each ended by a line feed */
    GPtrArray *records; /* struct record *, in the order of their lines */
    GHashTable *by_key; /* set of struct record *, by kind and id; borrowed */
    size_t dead_bytes;
};

static guint hash_key(const void *data)
{
    const struct record *r = data;
    return g_str_hash(r->id) + r->kind;
}

static gboolean is_same_key(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    return left->kind == right->kind && strcmp(left->id, right->id) == 0;
}

struct finder *finder_new(void)
{
    struct finder *f = g_new0(struct finder, 1);
    g_rw_lock_init(&f->lock);
    f->text = g_string_new(NULL);
    f->records = g_ptr_array_new_with_free_func(g_free);
    f->by_key = g_hash_table_new(hash_key, is_same_key);
    return f;
}

void finder_free(struct finder *f)
{
    if (!f)
        return;
    g_hash_table_unref(f->by_key);
    g_ptr_array_unref(f->records);
    g_string_free(f->text, TRUE);
    g_rw_lock_clear(&f->lock);
    g_free(f);
}

/* Which letters and digits a text has, a bit or the share of one each; what else it has counts for nothing. A
 * line can only hold a word whose letters it has, all but one for each mistake. */
static uint32_t letters_of(const char *text, size_t len)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < len; i++) {
        if (g_ascii_islower(text[i]))
            letters |= UINT32_C(1) << (text[i] - 'a');
        else if (g_ascii_isdigit(text[i]))
            letters |= UINT32_C(1) << (26 + (text[i] - '0') % 6);
    }
    return letters;
}

/* Lower case, without accents and line feeds. */
static char *fold(const char *text)
{
    g_autofree char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
    GString *folded = g_string_new(NULL);
    for (const char *p = apart ? apart : ""; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (g_unichar_type(c) == G_UNICODE_NON_SPACING_MARK)
            continue;
        g_string_append_unichar(folded, g_unichar_iscntrl(c) ? ' ' : g_unichar_tolower(c));
    }
    return g_string_free(folded, FALSE);
}

static void add_words(GString *line, const char *text)
{
    if (!text)
        return;
    g_autofree char *folded = fold(text);
    g_string_append_c(line, ' ');
    g_string_append(line, folded);
}

static void add_digits(GString *line, const char *text)
{
    g_string_append_c(line, ' ');
    for (const char *p = text; *p; p++)
        if (g_ascii_isdigit(*p))
            g_string_append_c(line, *p);
}

/* Drops dead lines; the living keep their order. Under the lock. */
static void compact(struct finder *f)
{
    GString *text = g_string_sized_new(f->text->len - f->dead_bytes + 1);
    GPtrArray *records = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < f->records->len; i++) {
        struct record *r = g_ptr_array_index(f->records, i);
        if (r->is_dead) {
            g_free(r);
            continue;
        }
        size_t start = text->len;
        g_string_append_len(text, f->text->str + r->start, (gssize)r->len);
        r->start = (uint32_t)start;
        g_ptr_array_add(records, r);
    }
    g_ptr_array_set_free_func(f->records, NULL);
    g_ptr_array_unref(f->records);
    g_string_free(f->text, TRUE);
    f->records = records;
    f->text = text;
    f->dead_bytes = 0;
}

static struct record *record_new(enum finder_kind kind, const char *id)
{
    size_t id_bytes = strlen(id) + 1;
    struct record *r = g_malloc0(sizeof *r + id_bytes);
    r->kind = (uint8_t)kind;
    memcpy(r->id, id, id_bytes);
    return r;
}

/* Puts the line of a record; nothing where four gigabytes are full. Under the lock. */
static void put(struct finder *f, enum finder_kind kind, const char *id, const GString *line)
{
    struct record *r = record_new(kind, id), *old = g_hash_table_lookup(f->by_key, r);
    bool is_full = f->text->len + line->len + 1 > UINT32_MAX;
    if (is_full ||
        (old && old->len == line->len + 1 && strncmp(f->text->str + old->start, line->str, line->len) == 0)) {
        g_free(r);
        return;
    }
    if (old) {
        old->is_dead = true;
        f->dead_bytes += old->len;
    }
    r->start = (uint32_t)f->text->len;
    r->len = (uint32_t)line->len + 1;
    r->letters = letters_of(line->str, line->len);
    g_string_append_len(f->text, line->str, (gssize)line->len);
    g_string_append_c(f->text, '\n');
    g_ptr_array_add(f->records, r);
    g_hash_table_replace(f->by_key, r, r);
    if (f->dead_bytes > COMPACT_MIN && f->dead_bytes > f->text->len / 2)
        compact(f);
}

static void put_order(struct finder *f, const struct order *o, const char *name)
{
    g_autoptr(GString) line = g_string_new(NULL);
    add_words(line, o->id);
    add_words(line, o->item);
    add_words(line, name);
    put(f, FINDER_ORDER, o->id, line);
}

static void put_customer(struct finder *f, const struct customer *c)
{
    g_autoptr(GString) line = g_string_new(NULL);
    add_words(line, c->id);
    add_words(line, c->name);
    for (guint i = 0; i < c->identities->len; i++) {
        const struct identity *identity = &g_array_index(c->identities, struct identity, i);
        add_words(line, identity->value);
        if (identity->kind == IDENTITY_PHONE)
            add_digits(line, identity->value);
    }
    put(f, FINDER_CUSTOMER, c->id, line);
    for (guint i = 0; i < c->orders->len; i++)
        put_order(f, g_ptr_array_index(c->orders, i), c->name);
}

static void put_contact(struct finder *f, const struct contact *c)
{
    g_autoptr(GString) line = g_string_new(NULL);
    add_words(line, c->id);
    add_words(line, c->name);
    add_words(line, c->subject);
    add_words(line, c->address);
    put(f, FINDER_CONTACT, c->id, line);
}

void finder_put_customer(struct finder *f, const struct customer *c)
{
    g_rw_lock_writer_lock(&f->lock);
    put_customer(f, c);
    g_rw_lock_writer_unlock(&f->lock);
}

void finder_put_contact(struct finder *f, const struct contact *c)
{
    g_rw_lock_writer_lock(&f->lock);
    put_contact(f, c);
    g_rw_lock_writer_unlock(&f->lock);
}

static bool load_contacts(struct finder *f, struct db *db, GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT data FROM contacts ORDER BY created", error);
    if (!s)
        return false;
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW) {
        cJSON *json = cJSON_Parse(db_column_text(s, 0));
        g_autoptr(contact) c = contact_from_cjson(json, NULL);
        cJSON_Delete(json);
        if (c)
            put_contact(f, c);
    }
    db_reset(s);
    return step == DB_DONE;
}

static bool load_customers(struct finder *f, struct db *db, GError **error)
{
    struct db_stmt *s = db_prepare(db, "SELECT id FROM customers ORDER BY position", error);
    if (!s)
        return false;
    enum db_step step;
    while ((step = db_step(s, error)) == DB_ROW) {
        g_autoptr(customer) c = projection_customer(db, db_column_text(s, 0), NULL);
        if (c)
            put_customer(f, c);
    }
    db_reset(s);
    return step == DB_DONE;
}

bool finder_load(struct finder *f, struct db *db, GError **error)
{
    g_rw_lock_writer_lock(&f->lock);
    bool loaded = load_customers(f, db, error) && load_contacts(f, db, error);
    g_rw_lock_writer_unlock(&f->lock);
    return loaded;
}

struct word {
    char text[WORD_BYTES + 1];
    size_t len;
    uint32_t letters;
    int errors; /* allowed at most */
    uint64_t masks[256];
};

static void prepare_word(struct word *w, const char *text)
{
    memset(w, 0, sizeof *w);
    w->len = MIN(strlen(text), (size_t)WORD_BYTES);
    memcpy(w->text, text, w->len);
    w->letters = letters_of(text, w->len);
    bool is_ascii = true;
    for (size_t i = 0; i < w->len; i++) {
        w->masks[(unsigned char)w->text[i]] |= UINT64_C(1) << i;
        is_ascii = is_ascii && (unsigned char)w->text[i] < 0x80;
    }
    /* A byte of a Chinese character is no letter; there one mistake would fit anything. */
    w->errors = !is_ascii || w->len < 4 ? 0 : w->len < 8 ? 1 : ERRORS_MAX;
}

static size_t split_query(const char *query, struct word *words)
{
    g_autofree char *folded = fold(query);
    g_auto(GStrv) parts = g_strsplit_set(folded, " \t", -1);
    g_autoptr(GString) digits = g_string_new(NULL);
    bool is_number = true;
    size_t count = 0;
    for (const char *p = folded; *p; p++) {
        if (g_ascii_isdigit(*p))
            g_string_append_c(digits, *p);
        is_number = is_number && (g_ascii_isdigit(*p) || strchr(" +-()./", *p));
    }
    /* "(977) 555-2661" is one number however it is written. */
    if (is_number && digits->len >= 4) {
        prepare_word(&words[0], digits->str);
        words[0].errors = digits->len >= 8 ? 1 : 0;
        return 1;
    }
    for (char **part = parts; *part && count < WORDS_MAX; part++)
        if (**part)
            prepare_word(&words[count++], *part);
    return count;
}

/* Wu and Manber, "Fast text searching allowing errors" (1992): the fewest mistakes, up to `errors`, with
 * which the word occurs in the line; -1: none so few. */
static int fewest_errors(const struct word *w, const char *line, size_t len, int errors)
{
    uint64_t end = UINT64_C(1) << (w->len - 1), state[ERRORS_MAX + 1];
    int best = -1;
    for (int k = 0; k <= errors; k++)
        state[k] = (UINT64_C(1) << k) - 1;
    for (size_t i = 0; i < len; i++) {
        uint64_t mask = w->masks[(unsigned char)line[i]], before = state[0];
        state[0] = ((state[0] << 1) | 1) & mask;
        for (int k = 1; k <= errors; k++) {
            uint64_t old = state[k];
            state[k] = (((old << 1) | 1) & mask) | before | ((before | state[k - 1]) << 1) | 1;
            before = old;
        }
        while (errors >= 0 && (state[errors] & end))
            best = errors--;
        if (best == 0)
            break;
    }
    return best;
}

struct hit {
    const struct record *record;
    int errors, score;
};

static int compare_hits(const void *a, const void *b)
{
    const struct hit *left = a, *right = b;
    if (left->errors != right->errors)
        return left->errors - right->errors;
    if (left->score != right->score)
        return right->score - left->score;
    if (left->record->kind != right->record->kind)
        return (int)left->record->kind - (int)right->record->kind;
    return left->record->start < right->record->start ? 1 : -1; /* the newer first */
}

/* Better where the word begins a word of the line, best where it is all of one. */
static int place_score(const char *line, size_t len, const struct word *w)
{
    const char *at = memmem(line, len, w->text, w->len);
    if (!at)
        return 0;
    bool begins = at == line || at[-1] == ' ', ends = at[w->len] == ' ' || at[w->len] == '\n';
    return 1 + begins + (begins && ends) * 2;
}

static bool judge(const struct finder *f, const struct record *r, const struct word *words, size_t count,
                  bool fuzzy, struct hit *hit)
{
    const char *line = f->text->str + r->start;
    *hit = (struct hit){.record = r};
    for (size_t i = 0; i < count; i++)
        if (__builtin_popcount(words[i].letters & ~r->letters) > (fuzzy ? words[i].errors : 0))
            return false;
    for (size_t i = 0; i < count; i++) {
        int errors = memmem(line, r->len, words[i].text, words[i].len) ? 0 : -1;
        if (errors < 0 && fuzzy && words[i].errors)
            errors = fewest_errors(&words[i], line, r->len, words[i].errors);
        if (errors < 0)
            return false;
        hit->errors += errors;
        hit->score += place_score(line, r->len, &words[i]);
    }
    return true;
}

static void scan(const struct finder *f, const struct word *words, size_t count, bool fuzzy, GArray *hits)
{
    g_array_set_size(hits, 0);
    for (guint i = 0; i < f->records->len; i++) {
        const struct record *r = g_ptr_array_index(f->records, i);
        struct hit hit;
        if (!r->is_dead && judge(f, r, words, count, fuzzy, &hit))
            g_array_append_val(hits, hit);
    }
}

static void free_hit(void *data)
{
    struct finder_hit *hit = data;
    g_free(hit->id);
    g_free(hit);
}

GPtrArray *finder_find(struct finder *f, const char *query, size_t limit)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(free_hit);
    g_autofree struct word *words = g_new(struct word, WORDS_MAX);
    size_t count = split_query(query, words);
    if (count == 0)
        return found;
    g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct hit));
    g_rw_lock_reader_lock(&f->lock);
    scan(f, words, count, false, hits);
    if (hits->len == 0)
        scan(f, words, count, true, hits);
    g_array_sort(hits, compare_hits);
    for (guint i = 0; i < hits->len && i < limit; i++) {
        const struct record *r = g_array_index(hits, struct hit, i).record;
        struct finder_hit *hit = g_new(struct finder_hit, 1);
        *hit = (struct finder_hit){.kind = r->kind, .id = g_strdup(r->id)};
        g_ptr_array_add(found, hit);
    }
    g_rw_lock_reader_unlock(&f->lock);
    return found;
}
