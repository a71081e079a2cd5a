#include "kb/intern.h"

#include <glib.h>
#include <string.h>

/* Open addressing, at most half full; the slots hold number + 1 and the upper half of the hash. */
struct slot {
    uint32_t number_plus_1;
    uint32_t hash;
};

struct entry {
    uint32_t at; /* in the arena */
    uint32_t len;
};

struct kb_intern {
    struct slot *slots;
    uint32_t slot_count; /* a power of two */
    GArray *entries;     /* struct entry */
    GByteArray *arena;
};

struct kb_intern *kb_intern_new(void)
{
    struct kb_intern *intern = g_new0(struct kb_intern, 1);

    intern->slot_count = 1024;
    intern->slots = g_new0(struct slot, intern->slot_count);
    intern->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    intern->arena = g_byte_array_new();
    return intern;
}

void kb_intern_free(struct kb_intern *intern)
{
    if (!intern)
        return;
    g_free(intern->slots);
    g_array_unref(intern->entries);
    g_byte_array_unref(intern->arena);
    g_free(intern);
}

static uint32_t hash_of(const char *text, size_t len)
{
    uint64_t h = 0xCBF29CE484222325ULL ^ len, part;

    for (; len >= 8; text += 8, len -= 8) {
        memcpy(&part, text, 8);
        h = (h ^ part) * 0x9E3779B185EBCA87ULL;
        h ^= h >> 32;
    }
    part = 0;
    memcpy(&part, text, len);
    h = (h ^ part) * 0x9E3779B185EBCA87ULL;
    return (uint32_t)(h >> 32);
}

static void grow(struct kb_intern *intern)
{
    uint32_t count = intern->slot_count * 2;
    struct slot *slots = g_new0(struct slot, count);

    for (uint32_t i = 0; i < intern->slot_count; i++) {
        struct slot s = intern->slots[i];
        if (s.number_plus_1 == 0)
            continue;
        uint32_t k = s.hash & (count - 1);
        while (slots[k].number_plus_1 != 0)
            k = (k + 1) & (count - 1);
        slots[k] = s;
    }
    g_free(intern->slots);
    intern->slots = slots;
    intern->slot_count = count;
}

/* The slot that holds the text, or the free one where it belongs. */
static uint32_t find_slot(const struct kb_intern *intern, const char *text, size_t len, uint32_t hash)
{
    uint32_t k = hash & (intern->slot_count - 1);

    for (; intern->slots[k].number_plus_1 != 0; k = (k + 1) & (intern->slot_count - 1)) {
        if (intern->slots[k].hash != hash)
            continue;
        const struct entry *e =
            &g_array_index(intern->entries, struct entry, intern->slots[k].number_plus_1 - 1);
        if (e->len == len && memcmp(intern->arena->data + e->at, text, len) == 0)
            break;
    }
    return k;
}

uint32_t kb_intern_add(struct kb_intern *intern, const char *text, size_t len)
{
    uint32_t hash = hash_of(text, len);
    uint32_t k = find_slot(intern, text, len, hash);

    if (intern->slots[k].number_plus_1 != 0)
        return intern->slots[k].number_plus_1 - 1;
    struct entry entry = {.at = intern->arena->len, .len = (uint32_t)len};
    uint32_t number = intern->entries->len;
    g_byte_array_append(intern->arena, (const guint8 *)text, (guint)len);
    g_array_append_val(intern->entries, entry);
    intern->slots[k] = (struct slot){.number_plus_1 = number + 1, .hash = hash};
    if (intern->entries->len * 2 > intern->slot_count)
        grow(intern);
    return number;
}

bool kb_intern_find(const struct kb_intern *intern, const char *text, size_t len, uint32_t *number)
{
    uint32_t k = find_slot(intern, text, len, hash_of(text, len));

    *number = intern->slots[k].number_plus_1 - 1;
    return intern->slots[k].number_plus_1 != 0;
}

uint32_t kb_intern_count(const struct kb_intern *intern)
{
    return intern->entries->len;
}

const char *kb_intern_text(const struct kb_intern *intern, uint32_t number, size_t *len)
{
    const struct entry *e = &g_array_index(intern->entries, struct entry, number);

    *len = e->len;
    return (const char *)intern->arena->data + e->at;
}

int kb_intern_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static gint compare_numbers(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct kb_intern *intern = data;
    size_t a_len, b_len;
    const char *x = kb_intern_text(intern, *(const uint32_t *)a, &a_len);
    const char *y = kb_intern_text(intern, *(const uint32_t *)b, &b_len);

    return kb_intern_compare(x, a_len, y, b_len);
}

uint32_t *kb_intern_sorted(const struct kb_intern *intern)
{
    uint32_t count = kb_intern_count(intern);
    uint32_t *numbers = g_new(uint32_t, count + 1);

    for (uint32_t i = 0; i < count; i++)
        numbers[i] = i;
    g_qsort_with_data(numbers, (gint)count, sizeof *numbers, compare_numbers, (gpointer)intern);
    return numbers;
}
