/* The knowledge over HTTP: articles searched, the index that follows them, and what became of them. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/service/service.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

struct fixture {
    char *path, *token;
    struct service *service;
    const char *url;
    int64_t seq;
};

static void start(struct fixture *f)
{
    f->service = floor_serve(f->path, true);
    f->url = service_url(f->service);
}

static struct answer ask(struct fixture *f, const char *method, const char *path, const char *body)
{
    g_autofree char *url = g_strconcat(f->url, path, NULL);
    return caller_ask(method, url, f->token, body, NULL);
}

static void put(struct fixture *f, const char *id, const char *json)
{
    g_autofree char *path = g_strconcat("/v1/articles/", id, NULL);
    answer_expect(ask(f, "PUT", path, json), 200, NULL);
}

/* Searches, and wants these ids in this order. */
static void assert_finds(struct fixture *f, const char *query, const char *more, const char *ids)
{
    g_autofree char *escaped = g_uri_escape_string(query, NULL, false);
    g_autofree char *path = g_strdup_printf("/v1/articles?q=%s%s", escaped, more);
    struct answer answer = ask(f, "GET", path, NULL);
    g_assert_cmpint(answer.status, ==, 200);
    cJSON *json = cJSON_Parse(answer.body->str);
    const cJSON *row;
    g_autoptr(GString) found = g_string_new(NULL);
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(json, "articles"))
        g_string_append_printf(found, "%s%s", found->len > 0 ? " " : "",
                               cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "id")));
    if (strcmp(found->str, ids) != 0)
        g_error("%s%s: expected %s, got %s", query, more, ids, answer.body->str);
    cJSON_Delete(json);
    answer_release(&answer);
}

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->path = floor_path();
    store_close(floor_open(f->path, NULL));
    start(f);
    f->token = caller_sign_in(f->url, "sara", "desk-sara");
    f->seq = 0;
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    service_free(f->service);
    floor_remove(f->path);
    g_free(f->token);
}

static void put_four(struct fixture *f)
{
    put(f, "ret",
        "{\"title\":\"Return policy\",\"body\":\"Thirty days, then store credit.\",\"tags\":[\"gift "
        "card\",\"shop\"],"
        "\"lang\":\"en\"}");
    put(f, "del",
        "{\"title\":\"Delivery times\",\"body\":\"Two days. A return is picked up.\",\"lang\":\"en\"}");
    put(f, "zh", "{\"title\":\"退款政策\",\"body\":\"三十天内可以退款。\",\"lang\":\"zh\"}");
    put(f, "pg", "{\"title\":\"PostgreSQL driver\",\"body\":\"Install it.\",\"lang\":\"en\"}");
}

static void speaks_the_syntax_of_the_box(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    put_four(f);
    assert_finds(f, "return", "", "ret del");
    assert_finds(f, "retrun policy", "", "ret del");
    assert_finds(f, "\"store credit\"", "", "ret");
    assert_finds(f, "return -delivery", "", "ret");
    assert_finds(f, "title:return", "", "ret");
    assert_finds(f, "tag:\"gift card\"", "", "ret");
    assert_finds(f, "/^two.*UP/i", "", "del");
    assert_finds(f, "~pgsqldrv", "", "pg");
    assert_finds(f, "tuikuan", "", "zh");
    assert_finds(f, "lang:zh 退款", "", "zh");
    assert_finds(f, "return", "&limit=1", "ret");
    assert_finds(f, "return", "&lang=zh", "");
    answer_expect(ask(f, "GET", "/v1/articles?q=/%5Ba/", NULL), 200,
                  "\"note\":\"The bracket is not closed yet: searched as text.\"");
    answer_expect(ask(f, "GET", "/v1/articles?q=x&limit=0", NULL), 400,
                  "\\\"limit\\\" should be 1 to 100, not \\\"0\\\".");
    answer_expect(ask(f, "GET", "/v1/articles?q=x&limit=many", NULL), 400, "not \\\"many\\\".");
}

static void says_what_matched(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    put_four(f);
    answer_expect(ask(f, "GET", "/v1/articles?q=store%20return", NULL), 200,
                  "\"title\":\"Return policy\",\"title_ranges\":[[0,6]],"
                  "\"snippet\":\"Thirty days, then store credit.\",\"snippet_ranges\":[[18,23]]}");
    answer_expect(
        ask(f, "GET", "/v1/articles?q=%E9%80%80%E6%AC%BE", NULL), 200,
        "\"title_ranges\":[[0,6]],\"snippet\":\"三十天内可以退款。\",\"snippet_ranges\":[[18,24]]}");
    answer_expect(ask(f, "GET", "/v1/articles?q=~rtn", NULL), 200, "\"kind\":\"abbreviation\"");
    answer_expect(ask(f, "GET", "/v1/articles?q=/retu/i", NULL), 200, "\"kind\":\"regex\"");
}

/* Files of the index beside the database. */
static int count_indexes(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
    g_autofree char *prefix = g_strconcat(name, ".articles", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    int count = 0;
    for (const char *at; (at = g_dir_read_name(dir)) != NULL;)
        count += g_str_has_prefix(at, prefix) && g_str_has_suffix(at, ".kb");
    return count;
}

static gint64 inode_of(const char *path)
{
    GStatBuf status;
    return g_stat(path, &status) == 0 ? (gint64)status.st_ino : -1;
}

/* A changed article is found at once, and the index is not made anew for it. */
static void follows_the_articles(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *index = g_strconcat(f->path, ".articles.kb", NULL);
    put_four(f);
    assert_finds(f, "tent", "", "");
    gint64 first = inode_of(index);
    g_assert_cmpint(first, !=, -1);
    for (int i = 0; i < 3; i++) {
        g_autofree char *body = g_strdup_printf("{\"title\":\"Tents %d\",\"body\":\"Pitch it.\"}", i);
        g_autofree char *id = g_strdup_printf("tent%d", i), *title = g_strdup_printf("\"tents %d\"", i);
        put(f, id, body);
        assert_finds(f, title, "", id);
    }
    g_assert_cmpint(inode_of(index), ==, first);
    g_assert_cmpint(count_indexes(f->path), ==, 1);
}

static void forgets_what_is_deleted(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    put_four(f);
    assert_finds(f, "title:return", "", "ret");
    struct answer article = ask(f, "GET", "/v1/articles/ret", NULL);
    g_autofree char *match = g_strdup_printf("If-Match: %s", article.etag),
                    *url = g_strconcat(f->url, "/v1/articles/ret", NULL);
    const char *body = "{\"title\":\"Return policy\",\"body\":\"None.\"}";
    answer_expect(caller_ask("DELETE", url, f->token, NULL, NULL), 428, "send its ETag as If-Match");
    answer_expect(caller_ask("DELETE", url, f->token, NULL, "If-Match: \"99\""), 412,
                  "Article ret has changed since; read it again.");
    answer_expect(caller_ask("DELETE", url, f->token, NULL, match), 204, NULL);
    answer_expect(ask(f, "GET", "/v1/articles/ret", NULL), 404, "There is no article ret.");
    answer_expect(caller_ask("DELETE", url, f->token, NULL, match), 404, "There is no article ret.");
    assert_finds(f, "title:return", "", "");
    struct answer all = ask(f, "GET", "/v1/articles/snapshot", NULL);
    g_assert_null(strstr(all.body->str, "\"ret\""));
    answer_release(&all);
    /* It can come again; no ETag is of two texts. */
    struct answer again = caller_ask("PUT", url, f->token, body, NULL);
    g_assert_cmpint(again.status, ==, 200);
    g_assert_cmpstr(again.etag, !=, article.etag);
    answer_release(&again);
    answer_expect(caller_ask("PUT", url, f->token, body, match), 412, NULL);
    assert_finds(f, "title:return", "", "ret");
    answer_release(&article);
}

static void keeps_its_index_over_a_restart(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *index = g_strconcat(f->path, ".articles.kb", NULL);
    put_four(f);
    assert_finds(f, "return", "", "ret del");
    gint64 first = inode_of(index);
    service_free(f->service);
    start(f);
    put(f, "new", "{\"title\":\"A new return\",\"body\":\"x\"}");
    assert_finds(f, "title:return", "", "ret new");
    g_assert_cmpint(inode_of(index), ==, first);
    /* Whatever lies there instead is no reason to answer nothing. */
    service_free(f->service);
    g_assert_true(g_file_set_contents(index, "no index", -1, NULL));
    start(f);
    assert_finds(f, "title:return", "", "ret new");
    service_free(f->service);
    g_assert_cmpint(g_unlink(index), ==, 0);
    start(f);
    assert_finds(f, "title:return", "", "ret new");
}

/* --- what became of articles --- */

static void send(struct fixture *f, enum event_kind kind, const char *article, const char *name,
                 const char *text)
{
    struct event *ev = floor_event(kind, "desk-sara", ++f->seq, ACTOR_AGENT, "sara", NULL);
    event_set_text(ev, "article", article);
    if (kind == EVENT_ARTICLE_RATED)
        event_set_flag(ev, "helped", strcmp(text, "yes") == 0);
    else if (name)
        event_set_text(ev, name, text);
    g_autofree char *json = event_to_json(ev);
    g_autofree char *body = g_strdup_printf("{\"events\":[%s]}", json);
    event_free(ev);
    answer_expect(ask(f, "POST", "/v1/events", body), 200, "\"position\"");
}

static void sign_on(struct fixture *f)
{
    struct event *ev = floor_event(EVENT_AGENT_SIGNED_IN, "desk-sara", ++f->seq, ACTOR_AGENT, "sara", NULL);
    g_autofree char *json = event_to_json(ev);
    g_autofree char *body = g_strdup_printf("{\"events\":[%s]}", json);
    event_free(ev);
    answer_expect(ask(f, "POST", "/v1/events", body), 200, "\"position\"");
}

/* Without indexing anything anew: a table by id, from the log. */
static void ranks_by_what_became_of_articles(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    put(f, "a", "{\"title\":\"Refunds\",\"body\":\"Three days.\"}");
    put(f, "b", "{\"title\":\"Refunds\",\"body\":\"Three days.\"}");
    sign_on(f);
    for (int i = 0; i < 5; i++) {
        send(f, EVENT_ARTICLE_INSERTED, "b", NULL, NULL);
        send(f, EVENT_ARTICLE_RATED, "b", "helped", "yes");
        send(f, EVENT_ARTICLE_RATED, "a", "helped", "no");
    }
    assert_finds(f, "refunds", "", "b a");
    answer_expect(ask(f, "GET", "/v1/articles/use", NULL), 200,
                  "{\"id\":\"b\",\"opened\":0,\"inserted\":5,\"helped\":5,\"misled\":0,\"resolved\":0,"
                  "\"unresolved\":0}\n");
}

static void flag_step(struct fixture *f, const char *what, const char *answer)
{
    struct event *ev = floor_event(EVENT_STEP_FLAGGED, "desk-sara", ++f->seq, ACTOR_AGENT, "sara", NULL);
    event_set_text(ev, "script", "refund");
    event_set_text(ev, "step", "label");
    event_set_text(ev, "what", what);
    event_set_text(ev, "note", "It prints twice.");
    g_autofree char *json = event_to_json(ev);
    g_autofree char *body = g_strdup_printf("{\"events\":[%s]}", json);
    event_free(ev);
    answer_expect(ask(f, "POST", "/v1/events", body), 200, answer);
}

static void tells_owners_what_is_wrong_with_steps(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    sign_on(f);
    flag_step(f, "late", "is one of wrong, slow and other.");
    flag_step(f, "slow", "\"position\"");
    answer_expect(ask(f, "GET", "/v1/reports/step-flags?form=tsv", NULL), 200,
                  "refund\\t0\\tlabel\\t\\t0\\t1\\t0\\t0\\t\\t\\t");
}

static void tells_owners_what_is_wrong_with_articles(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    put(f, "a", "{\"title\":\"Refunds\",\"body\":\"Three days.\",\"owner\":\"lina\"}");
    put(f, "b", "{\"title\":\"Returns\",\"body\":\"Three days.\"}");
    answer_expect(ask(f, "PUT", "/v1/articles/c", "{\"title\":\"C\",\"body\":\"\",\"owner\":7}"), 422,
                  "owner");
    answer_expect(ask(f, "GET", "/v1/articles/a", NULL), 200, "\"owner\":\"lina\"");
    sign_on(f);
    send(f, EVENT_ARTICLE_FLAGGED, "a", "note", "It is five days now.");
    send(f, EVENT_ARTICLE_FLAGGED, "b", "note", "Whose is this?");
    answer_expect(ask(f, "GET", "/v1/reports/flags", NULL), 200,
                  "\"article\":\"a\",\"title\":\"Refunds\",\"owner\":\"lina\"");
    answer_expect(ask(f, "GET", "/v1/reports/articles", NULL), 200,
                  "\"article\":\"a\",\"title\":\"Refunds\",");
    answer_expect(ask(f, "GET", "/v1/reports/flags?form=tsv", NULL), 200, "\\nb\\tReturns\\t\\t");
}

static void tells_what_is_wrong_until_it_is_mended(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    put(f, "a", "{\"title\":\"Refunds\",\"body\":\"Three days.\"}");
    sign_on(f);
    send(f, EVENT_ARTICLE_FLAGGED, "a", "note", "It is five days now.");
    answer_expect(ask(f, "GET", "/v1/articles/use", NULL), 200,
                  "\"flags\":[{\"note\":\"It is five days now.\",\"by\":\"sara\",\"at\":\"");
    answer_expect(ask(f, "GET", "/v1/reports/flags?form=text", NULL), 200, "It is five days now.");
    struct answer article = ask(f, "GET", "/v1/articles/a", NULL);
    g_autofree char *match = g_strdup_printf("If-Match: %s", article.etag),
                    *url = g_strconcat(f->url, "/v1/articles/a", NULL);
    answer_release(&article);
    g_usleep(2000); /* the change is of a later millisecond than the flag */
    answer_expect(caller_ask("PUT", url, f->token, "{\"title\":\"Refunds\",\"body\":\"Five days.\"}", match),
                  200, NULL);
    answer_expect(ask(f, "GET", "/v1/articles/use", NULL), 200, "\"flags\":[]}");
    answer_expect(ask(f, "GET", "/v1/reports/flags?form=text", NULL), 200, "It is five days now.");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/catalogue/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(speaks_the_syntax_of_the_box);
    TEST(says_what_matched);
    TEST(follows_the_articles);
    TEST(forgets_what_is_deleted);
    TEST(keeps_its_index_over_a_restart);
    TEST(ranks_by_what_became_of_articles);
    TEST(tells_owners_what_is_wrong_with_articles);
    TEST(tells_what_is_wrong_until_it_is_mended);
    TEST(tells_owners_what_is_wrong_with_steps);
    return g_test_run();
}
