#include "app/service/finder.h"

#include <string.h>

#include "app/service/projection.h"
#include "net/json_writer.h"

#define WORDS_MAX   8
#define WORD_BYTES  60 /* the bit-parallel automaton has 64 states */
#define ERRORS_MAX  2
#define COMPACT_MIN (64 * 1024) /* bytes of dead text before it is worth a copy */

enum kind { KIND_CUSTOMER, KIND_CONTACT, KIND_ORDER };
static const char *const kind_names[] = {"customer", "contact", "order"};

/* One allocation a record: there are as many as contacts, customers and orders together. */
struct record {
    size_t start;                           /* of its line in `text` */
    uint32_t len;                           /* likewise */
    uint32_t title_at, detail_at, owner_at; /* in `words` */
    uint8_t kind;
    bool is_dead;
    char words[]; /* id, title, detail, customer's id; each ended by NUL, "" where there is none */
};

static const char *title_of(const struct record *r)
{
    return r->words + r->title_at;
}

static const char *detail_of(const struct record *r)
{
    return r->words + r->detail_at;
}

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
    return g_str_hash(r->words) + r->kind;
}

static gboolean is_same_key(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    return left->kind == right->kind && strcmp(left->words, right->words) == 0;
}

/* Caller owns, free with g_free. */
static struct record *record_new(enum kind kind, const char *const words[4])
{
    size_t sizes[4], total = 0;
    for (int i = 0; i < 4; i++)
        total += sizes[i] = (words[i] ? strlen(words[i]) : 0) + 1;
    struct record *r = g_malloc0(sizeof *r + total);
    r->kind = (uint8_t)kind;
    r->title_at = (uint32_t)sizes[0];
    r->detail_at = (uint32_t)(sizes[0] + sizes[1]);
    r->owner_at = (uint32_t)(sizes[0] + sizes[1] + sizes[2]);
    const uint32_t places[] = {0, r->title_at, r->detail_at, r->owner_at};
    for (int i = 0; i < 4; i++)
        memcpy(r->words + places[i], words[i] ? words[i] : "", sizes[i]);
    return r;
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
        r->start = start;
        g_ptr_array_add(records, r);
    }
    g_ptr_array_set_free_func(f->records, NULL);
    g_ptr_array_unref(f->records);
    g_string_free(f->text, TRUE);
    f->records = records;
    f->text = text;
    f->dead_bytes = 0;
}

/* Puts a line; takes the record. Under the lock. */
static void put(struct finder *f, struct record *r, const GString *line)
{
    struct record *old = g_hash_table_lookup(f->by_key, r);
    if (old && old->len == line->len + 1 && strncmp(f->text->str + old->start, line->str, line->len) == 0 &&
        strcmp(detail_of(old), detail_of(r)) == 0 && strcmp(title_of(old), title_of(r)) == 0) {
        g_free(r);
        return;
    }
    if (old) {
        old->is_dead = true;
        f->dead_bytes += old->len;
    }
    r->start = f->text->len;
    r->len = (uint32_t)line->len + 1;
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
    g_autofree char *title = g_strdup_printf("%s %s", o->id, o->item ? o->item : "");
    g_autofree char *detail =
        g_strdup_printf("%s%s%s", name, o->status ? ", " : "", o->status ? o->status : "");
    put(f, record_new(KIND_ORDER, (const char *[]){o->id, title, detail, o->customer}), line);
}

static void put_customer(struct finder *f, const struct customer *c)
{
    g_autoptr(GString) line = g_string_new(NULL), detail = g_string_new(NULL);
    add_words(line, c->id);
    add_words(line, c->name);
    for (guint i = 0; i < c->identities->len; i++) {
        const struct identity *identity = &g_array_index(c->identities, struct identity, i);
        add_words(line, identity->value);
        if (identity->kind == IDENTITY_PHONE)
            add_digits(line, identity->value);
        g_autofree char *masked = identity_mask(identity->kind, identity->value);
        if (detail->len < 80)
            g_string_append_printf(detail, "%s%s", detail->len ? ", " : "", masked);
    }
    put(f, record_new(KIND_CUSTOMER, (const char *[]){c->id, c->name, detail->str, c->id}), line);
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
    const char *about = c->subject ? c->subject : c->name ? c->name : "";
    g_autofree char *title = g_strdup_printf("%s %s", c->id, about);
    g_autofree char *detail =
        g_strdup_printf("%s, %s%s%s", channel_name(c->channel), contact_state_name(c->state),
                        c->name ? ", " : "", c->name ? c->name : "");
    put(f, record_new(KIND_CONTACT, (const char *[]){c->id, title, detail, c->customer}), line);
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
    int errors; /* allowed at most */
    uint64_t masks[256];
};

static void prepare_word(struct word *w, const char *text)
{
    memset(w, 0, sizeof *w);
    w->len = MIN(strlen(text), (size_t)WORD_BYTES);
    memcpy(w->text, text, w->len);
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

static void write_hit(GString *out, const struct record *r)
{
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_start(&json);
    json_add_string(&json, "kind", kind_names[r->kind]);
    json_add_string(&json, "id", r->words);
    json_add_string(&json, "title", title_of(r));
    json_add_string(&json, "detail", detail_of(r));
    const char *owner = r->words + r->owner_at;
    json_add_string_if(&json, "customer", *owner ? owner : NULL);
    json_object_end(&json);
}

size_t finder_find(struct finder *f, const char *query, size_t limit, GString *out)
{
    g_autofree struct word *words = g_new(struct word, WORDS_MAX);
    size_t count = split_query(query, words);
    if (count == 0)
        return 0;
    g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct hit));
    g_rw_lock_reader_lock(&f->lock);
    scan(f, words, count, false, hits);
    if (hits->len == 0)
        scan(f, words, count, true, hits);
    g_array_sort(hits, compare_hits);
    size_t taken = MIN(limit, hits->len);
    for (size_t i = 0; i < taken; i++) {
        if (i)
            g_string_append_c(out, ',');
        write_hit(out, g_array_index(hits, struct hit, i).record);
    }
    g_rw_lock_reader_unlock(&f->lock);
    return taken;
}
