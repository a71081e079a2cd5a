/* The one error domain of the knowledge engine. Every message is a whole sentence that may be shown as it is.
 */
#ifndef KB_ERROR_H
#define KB_ERROR_H

#include <glib.h>

#define KB_ERROR (kb_error_quark())

enum kb_error {
    KB_ERROR_FILE,      /* the file system refused */
    KB_ERROR_FORMAT,    /* not an index, damaged, or of another version */
    KB_ERROR_DOCUMENT,  /* a document that cannot be taken; the builder goes on without it */
    KB_ERROR_QUERY,     /* nothing can be searched for with this text */
    KB_ERROR_CANCELLED, /* the caller's cancel flag was raised */
};

GQuark kb_error_quark(void);

#endif
