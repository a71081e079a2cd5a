/* What agents of the past looked up: searches, articles opened, inserted and rated. */
#include <string.h>

#include "app/sim/history_parts.h"

/* Deliberately a table of the words agents type, not of article titles: some find nothing, and reports show
 * those. */
static const char *const lost_queries[] = {"voucher stacking", "corporate bulk order", "esim watch",
                                           "card metal",       "rent a tent",          "以旧换新"};

static void open_article(struct past *past, struct talk *t, const char *article)
{
    talk_emit_text(past, t, EVENT_ARTICLE_OPENED, "article", article);
    if (sim_random_chance(&past->random, 50))
        talk_emit_text(past, t, EVENT_ARTICLE_INSERTED, "article", article);
    if (!sim_random_chance(&past->random, 12))
        return;
    struct event *ev = past_agent_event(past, EVENT_ARTICLE_RATED, t->agent, t);
    event_set_text(ev, "article", article);
    event_set_flag(ev, "helped", !t->bad);
    past_emit(past, ev);
}

static const char *article_for(struct past *past, struct talk *t)
{
    const struct demo_planted *planted = &past->content->floor.planted;
    const struct persona_intent *intent = t->intent;
    if (strcmp(intent->id, planted->bad_intent) == 0 &&
        sim_random_chance(&past->random, (int)planted->bad_opened_percent)) {
        t->bad = true;
        return planted->bad_article;
    }
    bool chinese = strcmp(t->language, "zh") == 0;
    for (size_t i = 0; i < intent->article_count; i++) {
        const struct demo_article *article = demo_content_article(past->content, intent->articles[i]);
        if (article != NULL && (strcmp(article->lang, "zh") == 0) == chinese)
            return article->id;
    }
    return NULL;
}

void talk_look_up(struct past *past, struct talk *t)
{
    const char *article = article_for(past, t);
    bool lost = article == NULL || sim_random_chance(&past->random, 6);
    struct event *ev = past_agent_event(past, EVENT_SEARCH_DONE, t->agent, t);
    event_set_text(ev, "query",
                   lost ? lost_queries[sim_random_index(&past->random, G_N_ELEMENTS(lost_queries))]
                        : yaml_text_in(&t->intent->subject, t->language));
    lapse_type(t, event_text(ev, "query"));
    event_set_number(ev, "hits", lost ? 0 : sim_random_between(&past->random, 2, 14));
    past_emit(past, ev);
    if (article == NULL)
        return;
    talk_emit_text(past, t, EVENT_ARTICLE_SUGGESTED, "articles", article);
    open_article(past, t, article);
}
