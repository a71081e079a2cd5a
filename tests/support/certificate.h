/* A certificate for tests of TLS.
 */
#ifndef TESTS_SUPPORT_CERTIFICATE_H
#define TESTS_SUPPORT_CERTIFICATE_H

#include <stdbool.h>

/* Makes a certificate for 127.0.0.1 signed by itself, and its key, as PEM files; false where openssl is
 * missing. */
bool certificate_make(const char *cert_path, const char *key_path);

#endif
