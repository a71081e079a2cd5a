#include "tests/support/certificate.h"

#include <glib.h>

bool certificate_make(const char *cert_path, const char *key_path)
{
    g_autofree char *program = g_find_program_in_path("openssl");
    if (!program)
        return false;
    const char *command[] = {program,
                             "req",
                             "-x509",
                             "-newkey",
                             "ec",
                             "-pkeyopt",
                             "ec_paramgen_curve:P-256",
                             "-nodes",
                             "-days",
                             "2",
                             "-subj",
                             "/CN=firstline test",
                             "-addext",
                             "subjectAltName=IP:127.0.0.1",
                             "-out",
                             cert_path,
                             "-keyout",
                             key_path,
                             NULL};
    int status = 1;
    g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                 NULL, NULL, NULL, &status, NULL);
    return status == 0;
}
