/* Foreign files record by record: the first byte says which form, the rest is the file. Each record is one or
 * a sentence, on a line that the file has, and lines never go back but where rows are grouped. */
#include "app/desk/records.h"

#include <stdint.h>
#include <unistd.h>

#include "app/desk/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct seen {
    int line, last_line; /* of the record before; of the file */
    bool is_grouped;
};

static void visit(const cJSON *record, const char *key, int line, const char *problem, void *user_data)
{
    struct seen *seen = user_data;
    g_assert_true((record == NULL) == (problem != NULL));
    g_assert_true(key == NULL || record != NULL);
    g_assert_true(problem == NULL || g_utf8_validate(problem, -1, NULL));
    g_assert_cmpint(line, >=, 1);
    g_assert_cmpint(line, <=, seen->last_line);
    g_assert_true(seen->is_grouped || line >= seen->line);
    seen->line = line;
}

static int lines_in(const uint8_t *bytes, size_t len)
{
    int lines = 1;
    for (size_t i = 0; i < len; i++)
        lines += bytes[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const endings[] = {"jsonl", "csv", "tsv", "csv"};
    if (len == 0)
        return 0;
    unsigned form = *bytes % G_N_ELEMENTS(endings);
    g_autofree char *path = g_strdup_printf("/tmp/fuzz-records-%d.%s", (int)getpid(), endings[form]);
    g_autoptr(GError) error = NULL;
    struct mapping mapping = {.kind = IMPORT_CONTACTS, .group = form == 3 ? "{a}" : NULL};
    struct seen seen = {.last_line = lines_in(bytes + 1, len - 1), .is_grouped = form == 3};
    g_assert_true(g_file_set_contents(path, (const char *)bytes + 1, (gssize)len - 1, NULL));
    bool read = records_read(path, &mapping, visit, &seen, &error);
    g_assert_true(read == (error == NULL));
    unlink(path);
    return 0;
}
