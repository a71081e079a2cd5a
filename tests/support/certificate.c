#include "tests/support/certificate.h"

#include <glib.h>
#include <glib/gstdio.h>

static bool run_openssl(const char *program, const struct certificate *c)
{
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
                             c->cert_path,
                             "-keyout",
                             c->key_path,
                             NULL};
    int status = 1;
    g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                 NULL, NULL, NULL, &status, NULL);
    return status == 0;
}

bool certificate_make(struct certificate *c)
{
    g_autofree char *program = g_find_program_in_path("openssl");
    if (program == NULL) {
        g_test_skip("openssl is not installed");
        return false;
    }
    c->folder = g_dir_make_tmp("firstline-XXXXXX", NULL);
    c->cert_path = g_build_filename(c->folder, "cert.pem", NULL);
    c->key_path = g_build_filename(c->folder, "key.pem", NULL);
    g_assert_true(run_openssl(program, c));
    return true;
}

void certificate_remove(struct certificate *c)
{
    g_unlink(c->cert_path);
    g_unlink(c->key_path);
    g_rmdir(c->folder);
    g_free(c->cert_path);
    g_free(c->key_path);
    g_free(c->folder);
}
