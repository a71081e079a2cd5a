#include "tests/support/index_folder.h"

#include <glib/gstdio.h>

void index_folder_set_up(struct index_folder *f, gconstpointer unused)
{
    (void)unused;
    f->folder = g_dir_make_tmp("firstline-kb-XXXXXX", NULL);
    f->path = g_build_filename(f->folder, "docs.kb", NULL);
}

void index_folder_tear_down(struct index_folder *f, gconstpointer unused)
{
    g_autofree char *delta = g_strconcat(f->path, ".delta", NULL);
    (void)unused;
    g_unlink(delta);
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->folder), ==, 0);
    g_free(f->path);
    g_free(f->folder);
}
