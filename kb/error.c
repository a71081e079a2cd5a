#include "kb/error.h"

G_DEFINE_QUARK(kb - error - quark, kb_error)
