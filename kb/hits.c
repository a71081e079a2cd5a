#include "kb/hits.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static bool is_better(struct kb_hit a, struct kb_hit b)
{
    return a.score > b.score || (a.score == b.score && a.doc < b.doc);
}

static void swap(struct kb_hit *a, struct kb_hit *b)
{
    struct kb_hit spare = *a;

    *a = *b;
    *b = spare;
}

static void sift_up(struct kb_hit *heap, size_t at)
{
    for (; at > 0 && is_better(heap[(at - 1) / 2], heap[at]); at = (at - 1) / 2)
        swap(&heap[at], &heap[(at - 1) / 2]);
}

static void sift_down(struct kb_hit *heap, size_t count)
{
    for (size_t at = 0;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < count && is_better(heap[child], heap[child + 1]))
            child++;
        if (child >= count || !is_better(heap[at], heap[child]))
            return;
        swap(&heap[at], &heap[child]);
        at = child;
    }
}

/* The root is the worst that is kept. */
void kb_hits_keep(struct kb_hit *heap, size_t *count, size_t room, struct kb_hit hit)
{
    if (*count < room) {
        heap[*count] = hit;
        sift_up(heap, (*count)++);
    } else if (is_better(hit, heap[0])) {
        heap[0] = hit;
        sift_down(heap, room);
    }
}

static int compare(const void *a, const void *b)
{
    const struct kb_hit *x = a, *y = b;

    return is_better(*x, *y) ? -1 : is_better(*y, *x);
}

void kb_hits_sort(struct kb_hit *hits, size_t count)
{
    qsort(hits, count, sizeof *hits, compare);
}

bool kb_lang_matches(const char *lang, const char *wanted)
{
    size_t len = wanted ? strlen(wanted) : 0;

    return len == 0 ||
           (g_ascii_strncasecmp(lang, wanted, len) == 0 && (lang[len] == '\0' || lang[len] == '-'));
}
