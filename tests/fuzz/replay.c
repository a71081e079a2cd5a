/* The main of a fuzz target that is built without a fuzzer: feeds it every file of its corpus, past crashes
 * among them, and says so in TAP. The corpus of fuzz_x is tests/fuzz/corpus/x, or what the arguments name. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static unsigned replay_file(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize len;
    if (!g_file_get_contents(path, &bytes, &len, NULL))
        return 0;
    /* In a block of exactly that size, so that a sanitizer sees one byte too far. */
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    LLVMFuzzerTestOneInput(exact ? exact : (const uint8_t *)"", len);
    return 1;
}

static unsigned replay(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    if (!folder)
        return replay_file(path);
    unsigned count = 0;
    const char *name;
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        count += replay(inner);
    }
    g_dir_close(folder);
    return count;
}

int main(int argc, char **argv)
{
    g_autofree char *program = g_path_get_basename(argv[0]);
    const char *name = g_str_has_prefix(program, "fuzz_") ? program + strlen("fuzz_") : program;
    g_autofree char *corpus = g_build_filename("tests", "fuzz", "corpus", name, NULL);
    unsigned count = 0, named = 0;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-')
            continue;
        count += replay(argv[i]);
        named++;
    }
    if (!named)
        count = replay(corpus);
    printf("1..1\n%sok 1 %s stands %u inputs of its corpus\n", count ? "" : "not ", program, count);
    return count ? 0 : 1;
}
