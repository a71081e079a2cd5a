/* A folder of a test's own for one index, as a fixture of GLib's tests. */
#ifndef TESTS_SUPPORT_INDEX_FOLDER_H
#define TESTS_SUPPORT_INDEX_FOLDER_H

#include <glib.h>

struct index_folder {
    char *folder, *path; /* nothing is at the path yet */
};

void index_folder_set_up(struct index_folder *f, gconstpointer unused);
/* Removes the index and its delta; nothing else may be left there. */
void index_folder_tear_down(struct index_folder *f, gconstpointer unused);

#endif
