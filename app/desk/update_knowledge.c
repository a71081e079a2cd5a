/* Knowledge: searched as one types, suggested for the contact, read, inserted, rated. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/excerpt.h"

/* The knowledge is asked in the middle of a sentence, which Esc goes back to. An empty field is left. */
void knowledge_focus(struct update *u)
{
    const struct desk_contact *dc = u->desk->current;
    bool is_written = dc != NULL && !editor_is_empty(dc->composer == COMPOSER_NOTE ? dc->note : dc->reply);
    if (is_written)
        update_visit_pane(u, PANE_KNOWLEDGE);
    else
        update_set_pane(u, PANE_KNOWLEDGE);
    g_clear_pointer(&u->desk->knowledge.article, desk_article_free);
    u->desk->knowledge.is_choosing = false;
}

void knowledge_ask(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    const struct contact *c = desk_contact_of(u->desk, u->desk->current);
    const char *text = editor_text(k->box);
    g_clear_pointer(&k->article, desk_article_free);
    k->is_choosing = false;
    k->cursor = 0;
    k->is_logged = false;
    k->request = update_number(u);
    if (*text != '\0') {
        const char *language = c != NULL ? desk_language(u->desk, u->desk->current) : NULL;
        commands_add_request(u->commands, COMMAND_SEARCH, k->request, language, text);
        return;
    }
    k->shown = k->request; /* an empty box shows suggestions at once; an answer on its way is stale */
    g_clear_pointer(&k->results, desk_results_free);
}

void knowledge_search(struct update *u, const char *text)
{
    editor_set_text(u->desk->knowledge.box, text);
    knowledge_ask(u);
}

/* --- answers --- */

static void record_suggested(struct update *u, const struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(u->desk, dc);
    if (!desk_is_mine(u->desk, c) || dc->suggestions->len == 0)
        return;
    GString *ids = g_string_new(NULL);
    for (guint i = 0; i < dc->suggestions->len; i++) {
        const struct desk_hit *hit = g_ptr_array_index(dc->suggestions, i);
        g_string_append_printf(ids, "%s%s", i > 0 ? " " : "", hit->id);
    }
    record_simple(u, EVENT_ARTICLE_SUGGESTED, c, "articles", ids->str);
    g_string_free(ids, TRUE);
}

static bool is_same(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return false;
    for (guint i = 0; i < a->len; i++) {
        const struct desk_hit *left = g_ptr_array_index(a, i), *right = g_ptr_array_index(b, i);
        if (!g_str_equal(left->id, right->id))
            return false;
    }
    return true;
}

static void suggestions_came(struct update *u)
{
    for (guint i = 0; i < u->desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(u->desk->open, i);
        if (dc->suggest_request != u->msg->number)
            continue;
        struct desk_results *copy = desk_results_copy(u->msg->results);
        GPtrArray *before = dc->suggestions;
        dc->suggest_request = 0;
        dc->suggestions = g_steal_pointer(&copy->hits);
        copy->hits = g_ptr_array_new();
        desk_results_free(copy);
        u->desk->knowledge.is_scattered = true;
        if (!is_same(before, dc->suggestions))
            record_suggested(u, dc);
        g_ptr_array_unref(before);
        return;
    }
}

void knowledge_results(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    if (u->msg->results == NULL)
        return;
    if (u->msg->number != k->request || k->shown == k->request) {
        suggestions_came(u); /* or stale, and then nobody waits for it */
        return;
    }
    k->shown = k->request;
    desk_results_free(k->results);
    k->results = desk_results_copy(u->msg->results);
}

static struct desk_tried *tried(struct desk_contact *dc, const char *id, const char *title)
{
    for (guint i = 0; i < dc->tried->len; i++) {
        struct desk_tried *t = g_ptr_array_index(dc->tried, i);
        if (g_str_equal(t->id, id))
            return t;
    }
    struct desk_tried *t = g_new0(struct desk_tried, 1);
    t->id = g_strdup(id);
    t->title = g_strdup(title);
    g_ptr_array_add(dc->tried, t);
    return t;
}

/* The gap list and the use of the knowledge are made of these: one per search that was read or left. */
static void log_search(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    const char *text = editor_text(k->box);
    if (k->is_logged || *text == '\0' || k->results == NULL || k->shown != k->request)
        return;
    k->is_logged = true;
    struct event *ev = record_new(u, EVENT_SEARCH_DONE, contact_mine(u->desk, NULL));
    event_set_text(ev, "query", text);
    event_set_number(ev, "hits", k->results->total);
    record(u, ev);
}

void knowledge_leave(struct update *u)
{
    log_search(u);
}

/* What is chosen of an article; one line of a list comes without its sign. Caller owns. */
static char *excerpt_of(const struct desk_article *article, struct desk_range part)
{
    char *text = g_strndup(article->body + part.start, part.end - part.start);
    if (strchr(text, '\n') == NULL)
        memmove(text, text + excerpt_mark_len(text), strlen(text) - excerpt_mark_len(text) + 1);
    return text;
}

/* The whole of it, or the lines that are chosen of the open one. */
static void insert_article(struct update *u, const struct desk_article *article)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    struct desk_contact *dc;
    const struct contact *c = contact_mine(u->desk, &dc);
    if (c == NULL) {
        update_say(u, TONE_WARNING, "No contact of yours is open, so there is no reply to insert into.");
        return;
    }
    compose_reply(u); /* never into a note that happens to be open */
    struct desk_range part = article == k->article ? excerpt_chosen(k) : (struct desk_range){0, 0};
    g_autofree char *excerpt = part.end > part.start ? excerpt_of(article, part) : NULL;
    size_t before = editor_len(dc->reply);
    compose_insert_piece(u, excerpt != NULL ? excerpt : article->body);
    /* Of a long text the field shows only the end. */
    if (excerpt == NULL && editor_len(dc->reply) >= before + strlen(article->body))
        update_say(u, TONE_PLAIN, "The whole article is in the reply; Alt-z takes it out.");
    k->is_choosing = false;
    g_free(dc->article);
    dc->article = g_strdup(article->id);
    tried(dc, article->id, article->title)->inserted = true;
    record_simple(u, EVENT_ARTICLE_INSERTED, c, "article", article->id);
}

static void peek_came(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    k->peek_request = 0;
    g_clear_pointer(&k->peek, desk_article_free);
    if (u->msg->article != NULL)
        k->peek = desk_article_copy(u->msg->article);
}

void knowledge_article(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    if (k->peek_request != 0 && u->msg->number == k->peek_request) {
        peek_came(u);
        return;
    }
    if (u->msg->number != k->article_request)
        return;
    k->article_request = 0;
    if (u->msg->article == NULL) {
        update_say(u, TONE_WARNING, "%s",
                   u->msg->problem.sentence != NULL ? u->msg->problem.sentence
                                                    : "The article is not there any more.");
        return;
    }
    shelf_remember(u, u->msg->article->id, u->msg->article->title);
    if (k->is_inserting) {
        k->is_inserting = false;
        insert_article(u, u->msg->article);
        return;
    }
    const struct contact *c = contact_mine(u->desk, NULL);
    desk_article_free(k->article);
    k->article = desk_article_copy(u->msg->article);
    k->article_scroll_rows = 0;
    k->is_choosing = false;
    k->article_top = 0;
    record_simple(u, EVENT_ARTICLE_OPENED, c, "article", k->article->id);
    if (c != NULL)
        tried(u->desk->current, k->article->id, k->article->title);
}

/* --- acts --- */

static const struct desk_hit *chosen(const struct desk *desk)
{
    const GPtrArray *hits = desk_hits(desk);
    int at = desk->knowledge.cursor;
    return at >= 0 && (guint)at < hits->len ? g_ptr_array_index(hits, (guint)at) : NULL;
}

void knowledge_peek(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    const struct desk_hit *hit = u->desk->cols >= DESK_PEEK_COLS ? chosen(u->desk) : NULL;
    if (hit == NULL || g_strcmp0(hit->id, k->peek_asked) == 0)
        return;
    g_free(k->peek_asked);
    k->peek_asked = g_strdup(hit->id);
    k->peek_request = update_number(u);
    commands_add_request(u->commands, COMMAND_READ_ARTICLE, k->peek_request, hit->id, NULL);
}

void knowledge_move(struct update *u, int step)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    int count = (int)desk_hits(u->desk)->len;
    if (k->article != NULL && k->is_choosing)
        k->line = CLAMP(k->line + step, 0, MAX(excerpt_count(k->article->body) - 1, 0));
    else if (k->article != NULL)
        k->article_scroll_rows =
            CLAMP(k->article_scroll_rows + step, 0, k->article_most > 0 ? k->article_most : G_MAXINT / 2);
    else
        k->cursor = CLAMP(k->cursor + step, 0, MAX(count - 1, 0));
}

static void read_article(struct update *u, bool insert)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    const struct desk_hit *hit = chosen(u->desk);
    log_search(u);
    if (hit == NULL) {
        update_say(u, TONE_PLAIN, "No article is found for this; the search is noted as a gap.");
        return;
    }
    k->is_inserting = insert;
    k->article_request = update_number(u);
    commands_add_request(u->commands, COMMAND_READ_ARTICLE, k->article_request, hit->id, NULL);
}

void knowledge_open(struct update *u)
{
    if (u->desk->knowledge.article == NULL)
        read_article(u, false);
}

void knowledge_choose_lines(struct update *u)
{
    struct desk_knowledge *k = &u->desk->knowledge;
    if (k->article == NULL)
        return;
    if (!k->is_choosing) {
        k->is_choosing = true;
        k->is_anchored = false;
        k->line = CLAMP(k->article_top, 0, MAX(excerpt_count(k->article->body) - 1, 0));
    } else {
        k->is_anchored = !k->is_anchored;
        k->anchor = k->line;
    }
}

void knowledge_insert(struct update *u)
{
    if (u->desk->knowledge.article != NULL)
        insert_article(u, u->desk->knowledge.article);
    else
        read_article(u, true);
}

bool knowledge_article_at_hand(const struct desk *desk, const char **id, const char **title)
{
    const struct desk_article *open = desk->knowledge.article;
    const struct desk_hit *hit = chosen(desk);
    if (open == NULL && hit == NULL)
        return false;
    *id = open != NULL ? open->id : hit->id;
    *title = open != NULL ? open->title : hit->title;
    return true;
}

static void rate(struct update *u, bool helped)
{
    const char *id, *title;
    const struct contact *c = contact_mine(u->desk, NULL);
    if (!knowledge_article_at_hand(u->desk, &id, &title))
        return;
    struct event *ev = record_new(u, EVENT_ARTICLE_RATED, c);
    event_set_text(ev, "article", id);
    event_set_flag(ev, "helped", helped);
    record(u, ev);
    if (c != NULL)
        tried(u->desk->current, id, title)->helped = helped ? 1 : -1;
}

void knowledge_helped(struct update *u)
{
    rate(u, true);
    update_say(u, TONE_GOOD, "Noted: it helped.");
}

static bool finish_wrong(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    g_autofree char *note = popup_value(popup, "note");
    struct event *ev = record_new(u, EVENT_ARTICLE_FLAGGED, contact_mine(u->desk, NULL));
    event_set_text(ev, "article", popup->subject);
    event_set_text(ev, "note", note);
    record(u, ev);
    update_say(u, TONE_GOOD, "Flagged: the note stands on the article until it is changed.");
    return true;
}

void knowledge_wrong(struct update *u)
{
    const char *id, *title;
    if (!knowledge_article_at_hand(u->desk, &id, &title))
        return;
    struct popup *p = popup_new(POPUP_FORM, "flag", title);
    popup_add_field(p, FIELD_TEXT, "note", "what is wrong", NULL)->required = true;
    p->subject = g_strdup(id);
    p->finish = finish_wrong;
    rate(u, false);
    popup_push(u, p);
}
