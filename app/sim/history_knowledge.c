/* What agents of the past looked up: searches, articles opened, inserted and rated. */
#include <string.h>

#include "app/sim/history_parts.h"

#define LOST_PERCENT 6 /* of searches: lead to no article */

/* What agents look for and no article tells, by business: some of it finds nothing, some only what does not
 * help, and the report of gaps shows it. The first of a business are asked most. */
static const struct lost {
    const char *business, *query;
    int hits;
} LOST[] = {
    {"fjellhem", "voucher stacking", 0},     {"fjellhem", "rent a tent", 0},
    {"fjellhem", "corporate bulk order", 3}, {"fjellhem", "以旧换新", 0},
    {"tideline", "esim on watch", 0},        {"tideline", "roaming on a ferry", 4},
    {"tideline", "two routers", 6},          {"corbel", "metal card", 0},
    {"corbel", "card for a child", 2},       {"corbel", "proof of funds letter", 0},
};

static const struct lost *lost_in(struct past *past, const char *business)
{
    const struct lost *first = LOST;
    while (first < LOST + G_N_ELEMENTS(LOST) && strcmp(first->business, business) != 0)
        first++;
    size_t count = 0;
    while (first + count < LOST + G_N_ELEMENTS(LOST) && strcmp(first[count].business, business) == 0)
        count++;
    if (count == 0)
        return NULL;
    size_t one = sim_random_index(&past->random, count), other = sim_random_index(&past->random, count);
    return &first[MIN(one, other)];
}

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

static void search(struct past *past, struct talk *t, const char *query, int64_t hits)
{
    struct event *ev = past_agent_event(past, EVENT_SEARCH_DONE, t->agent, t);
    event_set_text(ev, "query", query);
    event_set_number(ev, "hits", hits);
    lapse_type(t, query);
    past_emit(past, ev);
}

void talk_look_up(struct past *past, struct talk *t)
{
    const char *article = article_for(past, t);
    const struct lost *lost = sim_random_chance(&past->random, LOST_PERCENT) || article == NULL
                                  ? lost_in(past, t->intent->business)
                                  : NULL;
    if (lost != NULL)
        search(past, t, lost->query, lost->hits);
    if (lost != NULL || article == NULL)
        return;
    search(past, t, yaml_text_in(&t->intent->subject, t->language), sim_random_between(&past->random, 2, 14));
    talk_emit_text(past, t, EVENT_ARTICLE_SUGGESTED, "articles", article);
    open_article(past, t, article);
}
