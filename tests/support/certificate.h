/* A certificate for tests of TLS. */
#ifndef TESTS_SUPPORT_CERTIFICATE_H
#define TESTS_SUPPORT_CERTIFICATE_H

#include <stdbool.h>

struct certificate {
    char *folder, *cert_path, *key_path;
};

/* Makes a certificate for 127.0.0.1 signed by itself, and its key, as PEM files in a folder of their own.
 * False where openssl is missing: the test is skipped, and there is nothing to remove. */
bool certificate_make(struct certificate *c);
void certificate_remove(struct certificate *c);

#endif
