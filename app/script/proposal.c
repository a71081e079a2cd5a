#include "app/script/proposal.h"

#include <string.h>

static bool is_among(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; word && i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static bool serves(const struct script *script, const struct contact *c)
{
    return script->queue_count == 0 || is_among(script->queues, script->queue_count, c->queue);
}

int proposal_fitness(const struct script *script, const struct contact *c)
{
    if (!is_among(script->intents, script->intent_count, c->intent) || !serves(script, c))
        return 0;
    int fit = 1 + (script->queue_count > 0 ? 4 : 0);
    fit += is_among(script->languages, script->language_count, c->language) ? 2 : 0;
    return fit + (g_strcmp0(script->contact_class, contact_class_name(c->class)) == 0);
}

int proposal_fitness_named(const struct script *script, const struct contact *c, const char *named)
{
    bool is_named = named && strcmp(script->id, named) == 0;
    return is_named && serves(script, c) ? PROPOSAL_NAMED : proposal_fitness(script, c);
}

bool proposal_is_better(const struct script *script, int fit, const struct script *best, int best_fit)
{
    return fit > best_fit || (fit == best_fit && fit > 0 && strcmp(script->id, best->id) < 0);
}
