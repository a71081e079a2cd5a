/* A condition from outside: it compiles or is refused with a place inside it, and an evaluation always ends.
 */
#include <stdint.h>
#include <string.h>

#include "app/script/condition.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct condition_name NAMES[] = {
    {"customer.tier", VALUE_TYPE_TEXT},   {"order.total", VALUE_TYPE_MONEY},
    {"order.delivered", VALUE_TYPE_DATE}, {"count", VALUE_TYPE_NUMBER},
    {"agreed", VALUE_TYPE_BOOL},          {"nothing", VALUE_TYPE_TEXT},
};
static const char *const VALUES[] = {"gold", "94.50", "2026-11-03", "12.5", "yes", NULL};

static const char *lookup(void *data, size_t name)
{
    (void)data;
    return VALUES[name];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autofree char *source = g_strndup((const char *)bytes, len);
    g_autoptr(GError) error = NULL;
    size_t offset = 0, needs = SIZE_MAX;
    struct condition_engine *engine = condition_engine_new(NAMES, G_N_ELEMENTS(NAMES));
    struct condition *condition = condition_compile(engine, source, &offset, &error);
    if (!condition) {
        g_assert(error && offset <= strlen(source));
    } else {
        struct condition_context context = {.lookup = lookup, .today = 20780};
        enum condition_result result = condition_evaluate(condition, &context, &needs, &error);
        g_assert((result == CONDITION_FAILED) == (error != NULL));
        g_assert((result == CONDITION_UNKNOWN) == (needs == 5));
    }
    condition_engine_free(engine);
    return 0;
}
