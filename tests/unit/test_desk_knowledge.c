/* Knowledge on the desk: suggestions, search, articles, insertion. */
#include <string.h>

#include "app/desk/update.h"
#include "tests/support/desk_play.h"
#include "ui/widgets/editor.h"

static void answer_search(struct play *play, int64_t number, const char *title)
{
    struct desk_hit hit = {.id = (char *)"a1", .title = (char *)title, .score = 90};
    g_autoptr(GPtrArray) hits = g_ptr_array_new();
    if (title != NULL)
        g_ptr_array_add(hits, &hit);
    struct desk_results results = {.hits = hits, .total = (int)hits->len, .took_us = 300};
    play_msg(play, (struct msg){.kind = MSG_SEARCH_RESULTS, .number = number, .results = &results});
}

static void test_stale_results_are_dropped(void)
{
    struct play *play = play_new();
    play_keys(play, "C-k");
    play_type(play, "re");
    int64_t first = play->last_search - 1, second = play->last_search;
    g_assert_cmpint(play->searches, ==, 2);
    answer_search(play, second, "Returns policy");
    answer_search(play, first, "Regional shops");
    const struct desk_hit *hit = g_ptr_array_index(desk_hits(play->desk), 0);
    g_assert_cmpstr(hit->title, ==, "Returns policy");
    play_keys(play, "Backspace Backspace");
    answer_search(play, second, "Returns policy");
    g_assert_cmpint(desk_hits_from(play->desk), ==, HITS_RECENT);
    play_free(play);
}

static void test_article_into_the_reply(void)
{
    struct play *play = play_new();
    struct desk_article article = {.id = (char *)"a1",
                                   .title = (char *)"Returns policy",
                                   .body = (char *)"You may return it within 90 days."};
    play_accept(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_ARTICLE_SUGGESTED), "articles"), ==, "a1");
    g_assert_cmpint(desk_hits_from(play->desk), ==, HITS_SUGGESTED);
    play_keys(play, "C-k Enter");
    play_msg(play, (struct msg){.kind = MSG_ARTICLE, .number = play->last_article, .article = &article});
    g_assert_cmpstr(play->desk->knowledge.article->title, ==, "Returns policy");
    play_keys(play, "M-+ M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "You may return it within 90 days.");
    g_assert_true(event_flag(play_last_event(play, EVENT_ARTICLE_RATED), "helped"));
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "article"), ==, "a1");
    play_keys(play, "C-k M-!");
    play_type(play, "gold members have 120 days");
    play_keys(play, "Enter");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_ARTICLE_FLAGGED), "note"), ==,
                    "gold members have 120 days");
    play_deliver(play);
    g_assert_cmpint(play->desk->undelivered, ==, 0);
    play_free(play);
}

static void open_article(struct play *play, const char *id, const char *body)
{
    struct desk_article article = {.id = (char *)id, .title = (char *)id, .body = (char *)body};
    play_keys(play, "C-k Enter");
    play_msg(play, (struct msg){.kind = MSG_ARTICLE, .number = play->last_article, .article = &article});
}

/* What was inserted and wiped out again was not told, neither by the answer nor by the summary. */
static void test_wiped_out_is_not_told(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    open_article(play, "a1", "You may return it.");
    play_keys(play, "M-i C-u");
    play_type(play, "One moment.");
    play_keys(play, "Enter Esc w");
    g_assert_null(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "article"));
    const struct editor *summary = popup_field_of(desk_popup(play->desk), "summary")->editor;
    g_assert_null(strstr(editor_text(summary), "Told from"));
    play_keys(play, "Esc h");
    open_article(play, "a1", "You may return it.");
    play_keys(play, "M-i Enter Esc w");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_MESSAGE_SENT), "article"), ==, "a1");
    summary = popup_field_of(desk_popup(play->desk), "summary")->editor;
    g_assert_nonnull(strstr(editor_text(summary), "Told from: a1"));
    play_free(play);
}

static void test_lines_into_the_reply(void)
{
    static const char body[] = "One.\n\nTwo.\nThree.\nFour.";
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    open_article(play, "a1", body);
    play_keys(play, "v Down v Down M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "Two.\nThree.");
    g_assert_cmpstr(event_text(play_last_event(play, EVENT_ARTICLE_INSERTED), "article"), ==, "a1");
    play_keys(play, "C-u");
    /* One line alone; past the last there is none. */
    open_article(play, "a1", body);
    play_keys(play, "v End Down Down Down Down Down M-i");
    g_assert_nonnull(g_strrstr(editor_text(play->desk->current->reply), "Four."));
    g_assert_null(strstr(editor_text(play->desk->current->reply), "One."));
    g_assert_null(play->desk->notice.text);
    /* Esc leaves the lines first, then the article; then the whole of it is inserted. */
    open_article(play, "a1", body);
    play_keys(play, "v Esc");
    g_assert_nonnull(play->desk->knowledge.article);
    play_keys(play, "M-i");
    g_assert_nonnull(strstr(editor_text(play->desk->current->reply), body));
    g_assert_cmpstr(play->desk->notice.text, ==, "The whole article is in the reply; Alt-z takes it out.");
    play_keys(play, "M-z");
    g_assert_null(strstr(editor_text(play->desk->current->reply), body));
    play_free(play);
}

/* One line of a list is none. */
static void test_a_line_of_a_list_into_the_reply(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    open_article(play, "a1", "Slots:\n· One.\n· Two.");
    play_keys(play, "v Down M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "One.");
    play_keys(play, "C-u");
    open_article(play, "a1", "Slots:\n· One.\n· Two.");
    play_keys(play, "v Down v Down M-i");
    g_assert_cmpstr(editor_text(play->desk->current->reply), ==, "· One.\n· Two.");
    play_free(play);
}

static void assert_at_hand(const struct play *play, const char *ids)
{
    g_autoptr(GString) found = g_string_new(NULL);
    const GPtrArray *hits = desk_hits(play->desk);
    for (guint i = 0; i < hits->len; i++) {
        const struct desk_hit *hit = hits->pdata[i];
        g_string_append_printf(found, "%s%s%s", i > 0 ? " " : "", hit->id, hit->is_pinned ? "*" : "");
    }
    g_assert_cmpstr(found->str, ==, ids);
}

/* The shelf as the last turn saved it. */
static cJSON *saved_shelf(const struct play *play)
{
    const char *text = NULL;
    for (size_t i = 0; i < commands_count(&play->commands); i++)
        if (commands_at(&play->commands, i)->kind == COMMAND_SAVE_SHELF)
            text = commands_at(&play->commands, i)->text;
    g_assert_nonnull(text);
    return cJSON_Parse(text);
}

static void test_pinned_and_opened_stand_ready(void)
{
    static const char shelf[] =
        "{\"pinned\":[{\"id\":\"p1\",\"title\":\"Prices\"}],"
        "\"opened\":[{\"id\":\"o1\",\"title\":\"Opening\"},{\"id\":\"p1\",\"title\":\"Prices\"},"
        "{\"id\":7}]}";
    struct play *play = play_new();
    cJSON *json = cJSON_Parse(shelf);
    play_msg(play, (struct msg){.kind = MSG_SHELF_RESTORED, .json = json});
    cJSON_Delete(json);
    assert_at_hand(play, "p1* o1");
    g_assert_cmpint(desk_hits_from(play->desk), ==, HITS_PINNED);
    play_accept(play, "1001", CHANNEL_CHAT);
    answer_search(play, play->last_suggest, "Returns policy");
    assert_at_hand(play, "a1 p1* o1"); /* what is for the contact comes first */
    play_keys(play, "C-k M-p");
    assert_at_hand(play, "a1* p1* o1");
    json = saved_shelf(play);
    g_assert_cmpint(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "pinned")), ==, 2);
    struct play *again = play_new();
    play_msg(again, (struct msg){.kind = MSG_SHELF_RESTORED, .json = json});
    cJSON_Delete(json);
    assert_at_hand(again, "a1* p1* o1");
    play_free(again);
    play_keys(play, "Down M-p");
    assert_at_hand(play, "a1* o1 p1"); /* it was opened once, so it does not go altogether */
    open_article(play, "o1", "x");
    play_keys(play, "Esc Esc");
    assert_at_hand(play, "a1* o1 p1");
    play_free(play);
}

static void test_pins_have_an_end(void)
{
    struct play *play = play_new();
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "pinned");
    for (int i = 0; i < 50; i++) {
        g_autofree char *id = g_strdup_printf("p%d", i);
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", id);
        cJSON_AddStringToObject(item, "title", "Prices");
        cJSON_AddItemToArray(list, item);
    }
    play_msg(play, (struct msg){.kind = MSG_SHELF_RESTORED, .json = json});
    cJSON_Delete(json);
    g_assert_cmpuint(desk_hits(play->desk)->len, ==, DESK_PINNED_ARTICLES);
    play_keys(play, "C-k");
    play_type(play, "re");
    answer_search(play, play->last_search, "Returns policy");
    play_keys(play, "M-p");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "20 articles are pinned, which is the most; unpin one first.");
    play_free(play);
}

static void test_a_wide_desk_reads_ahead(void)
{
    struct play *play = play_new();
    struct desk_article article = {
        .id = (char *)"a1", .title = (char *)"Returns policy", .body = (char *)"90"};
    const struct desk_knowledge *k = &play->desk->knowledge;
    play_keys(play, "C-k");
    play_type(play, "ret");
    answer_search(play, play->last_search, "Returns policy");
    g_assert_cmpint(k->peek_request, ==, 0);
    play_msg(play, (struct msg){.kind = MSG_RESIZE,
                                .size = {.cols = 200, .rows = 50, .page_rows = {10, 20, 10, 10, 10}}});
    g_assert_cmpint(k->peek_request, ==, play->last_article);
    play_msg(play, (struct msg){.kind = MSG_ARTICLE, .number = play->last_article, .article = &article});
    g_assert_cmpstr(k->peek->id, ==, "a1");
    g_assert_null(k->article);
    int64_t asked = play->last_article;
    play_type(play, "u"); /* the same article is found again: it is not asked for again */
    answer_search(play, play->last_search, "Returns policy");
    g_assert_cmpint(play->last_article, ==, asked);
    g_assert_cmpint(play_count(play, EVENT_ARTICLE_OPENED), ==, 0); /* a look aside is no reading */
    play_free(play);
}

static void test_a_search_without_result_is_logged_once(void)
{
    struct play *play = play_new();
    play_keys(play, "C-k");
    play_type(play, "zebra");
    answer_search(play, play->last_search, NULL);
    play_keys(play, "Enter M-1");
    g_assert_cmpint(play_count(play, EVENT_SEARCH_DONE), ==, 1);
    g_assert_cmpint(event_number(play_last_event(play, EVENT_SEARCH_DONE), "hits", -1), ==, 0);
    play_free(play);
}

/* A contact opened before the articles were there gets its suggestions when they are. */
static void test_suggested_when_articles_come(void)
{
    struct play *play = play_new();
    play_accept(play, "1001", CHANNEL_CHAT);
    int64_t asked = play->last_suggest;
    play_msg(play, (struct msg){.kind = MSG_KNOWLEDGE, .number = 80});
    g_assert_cmpint(play->last_suggest, >, asked);
    answer_search(play, play->last_suggest, "Returns policy");
    g_assert_cmpint(play->desk->current->suggestions->len, >, 0);
    play_free(play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desk/knowledge/stale results are dropped", test_stale_results_are_dropped);
    g_test_add_func("/desk/knowledge/suggested, read, rated, inserted, flagged", test_article_into_the_reply);
    g_test_add_func("/desk/knowledge/what was wiped out again was not told", test_wiped_out_is_not_told);
    g_test_add_func("/desk/knowledge/lines alone into the reply", test_lines_into_the_reply);
    g_test_add_func("/desk/knowledge/one line of a list comes without its sign",
                    test_a_line_of_a_list_into_the_reply);
    g_test_add_func("/desk/knowledge/pinned and opened stand ready", test_pinned_and_opened_stand_ready);
    g_test_add_func("/desk/knowledge/pins have an end", test_pins_have_an_end);
    g_test_add_func("/desk/knowledge/a wide desk reads ahead", test_a_wide_desk_reads_ahead);
    g_test_add_func("/desk/knowledge/a search is logged once", test_a_search_without_result_is_logged_once);
    g_test_add_func("/desk/knowledge/suggested when the articles come", test_suggested_when_articles_come);
    return g_test_run();
}
