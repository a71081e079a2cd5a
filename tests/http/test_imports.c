/* Records imported over HTTP: twice without doubling, only where they belong, whole once they do. */
#include <string.h>

#include "app/service/service.h"
#include "tests/support/caller.h"
#include "tests/support/floor.h"

struct fixture {
    char *path, *token; /* root's */
    struct service *service;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->path = floor_path();
    store_close(floor_open(f->path, NULL));
    f->service = floor_serve(f->path, true);
    f->token = caller_sign_in(service_url(f->service), "root", "desk-root");
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    service_free(f->service);
    g_free(f->token);
    floor_remove(f->path);
}

static struct answer ask(struct fixture *f, const char *method, const char *path, const char *body)
{
    g_autofree char *url = g_strconcat(service_url(f->service), path, NULL);
    return caller_ask(method, url, f->token, body, NULL);
}

static void imports_twice_without_doubling(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    const char *lines = "{\"id\":\"c1\",\"name\":\"Ana Silva\",\"identities\":[{\"kind\":\"email\",\"value\":"
                        "\"ana.silva@example.com\"}]}\n{\"name\":\"no id\"}\n";
    answer_expect(ask(f, "POST", "/v1/import/customers", lines), 200,
                  "\"taken\":1,\"unchanged\":0,\"refused\":[{\"line\":2");
    answer_expect(ask(f, "POST", "/v1/import/customers", lines), 200, "\"taken\":0,\"unchanged\":1");
    answer_expect(ask(f, "POST", "/v1/import/widgets", lines), 404, "cannot be imported");
    answer_expect(ask(f, "GET", "/v1/customers/c1", NULL), 200, "ana.silva@example.com");
    answer_expect(ask(f, "GET", "/v1/find?q=ana+slva", NULL), 200, "\"id\":\"c1\"");
    struct answer hits = ask(f, "GET", "/v1/find?q=ana", NULL);
    g_assert_null(strstr(hits.body->str, "ana.silva@"));
    answer_release(&hits);
}

static void imports_articles_with_their_owners(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    const char *path = "/v1/import/articles", *article = "/v1/articles/a1";
    const char *owned =
        "{\"id\":\"a1\",\"title\":\"Refunds\",\"body\":\"Ninety days.\",\"owner\":\"hugo\"}\n";
    answer_expect(ask(f, "POST", path, owned), 200, "\"taken\":1");
    answer_expect(ask(f, "GET", article, NULL), 200, "\"owner\":\"hugo\"");
    /* A source that knows no owners takes none away, and an owner alone is no change to it. */
    answer_expect(ask(f, "POST", path, "{\"id\":\"a1\",\"title\":\"Refunds\",\"body\":\"Ninety days.\"}\n"),
                  200, "\"taken\":0,\"unchanged\":1");
    answer_expect(ask(f, "POST", path, "{\"id\":\"a1\",\"title\":\"Refunds\",\"body\":\"Sixty days.\"}\n"),
                  200, "\"taken\":1");
    answer_expect(ask(f, "GET", article, NULL), 200, "Sixty days.\",\"tags\":[],\"lang\":\"en\"");
    answer_expect(ask(f, "GET", article, NULL), 200, "\"owner\":\"hugo\"");
    answer_expect(ask(f, "POST", path,
                      "{\"id\":\"a1\",\"title\":\"Refunds\",\"body\":\"Sixty days.\",\"owner\":\"ana\"}\n"),
                  200, "\"taken\":1");
    answer_expect(ask(f, "GET", article, NULL), 200, "\"owner\":\"ana\"");
    answer_expect(ask(f, "POST", path, "{\"id\":\"a1\",\"title\":\"T\",\"body\":\"B\",\"owner\":7}\n"), 200,
                  "\"refused_count\":1");
}

/* A contact and its first message, as an import sends them. more: members of the creation's data. id: two
 * hexadecimal digits. */
static char *contact_lines(const char *id, const char *where, const char *more)
{
    return g_strdup_printf(
        "{\"v\":1,\"id\":\"00000000-0000-7000-8000-0000000000%s\",\"device\":\"import\",\"boot\":\"import\","
        "\"seq\":1,\"boot_ms\":0,"
        "\"actor\":{\"kind\":\"integration\",\"id\":\"import\"},\"contact\":\"%s\",\"kind\":\"contact."
        "created\","
        "\"at\":\"2026-11-23T14:02:05.120Z\",\"data\":{\"channel\":\"chat\",\"queue\":\"%s\"%s}}\n"
        "{\"v\":1,\"id\":\"00000000-0000-7000-8000-0000000001%s\",\"device\":\"import\",\"boot\":\"import\","
        "\"seq\":1,\"boot_ms\":0,"
        "\"actor\":{\"kind\":\"customer\",\"id\":\"import\"},\"contact\":\"%s\",\"kind\":\"message."
        "received\","
        "\"at\":\"2026-11-23T14:02:06.120Z\",\"data\":{\"text\":\"h\u00e9llo\"}}\n",
        id, id, where, more, id, id);
}

static void imports_only_what_belongs_somewhere(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    answer_expect(
        ask(f, "POST", "/v1/import/orders", "{\"id\":\"o1\",\"customer\":\"nobody\"}"), 200,
        "Order o1 is of the customer nobody, whom nobody knows; please import the customers first.");
    g_autofree char *nowhere = contact_lines("c1", "nowhere", ""),
                    *stranger = contact_lines("c2", "orders", ",\"customer\":\"nobody\""),
                    *sound = contact_lines("c3", "orders", "");
    answer_expect(
        ask(f, "POST", "/v1/import/contacts", nowhere), 200,
        "\"refused\":[{\"line\":1,\"problem\":\"There is no queue \\\"nowhere\\\"; choose one of the "
        "list.\"}],\"refused_count\":1,\"sums\":{}");
    answer_expect(
        ask(f, "POST", "/v1/import/contacts", stranger), 200,
        "\"problem\":\"Contact c2 is of the customer nobody, whom nobody knows; please import the customers "
        "first.\"}],\"refused_count\":1,\"sums\":{}");
    answer_expect(ask(f, "POST", "/v1/import/contacts", sound), 200,
                  "\"taken\":2,\"unchanged\":0,\"refused\":[],\"refused_count\":0,\"sums\":{\"contacts\":1,"
                  "\"messages\":1,\"text_characters\":5}");
    answer_expect(ask(f, "POST", "/v1/import/contacts", sound), 200, "\"taken\":0,\"unchanged\":2");
    g_autofree char *again = g_strdup(sound);
    memcpy(strstr(again, "00000000-"), "10000000-", strlen("10000000-"));
    answer_expect(ask(f, "POST", "/v1/import/contacts", again), 200,
                  "Contact c3 exists already; give the new one an id of its own.");
}

/* "Please import the customers first": whoever does gets the contact whole, with what was said in it. */
static void imports_whole_what_it_refused_before(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_autofree char *lines = contact_lines("c2", "orders", ",\"customer\":\"ana\"");
    for (int i = 0; i < 2; i++)
        answer_expect(ask(f, "POST", "/v1/import/contacts", lines), 200,
                      "please import the customers first.\"}],\"refused_count\":1");
    answer_expect(ask(f, "POST", "/v1/import/customers", "{\"id\":\"ana\",\"name\":\"Ana\"}"), 200,
                  "\"taken\":1");
    answer_expect(ask(f, "POST", "/v1/import/contacts", lines), 200,
                  "\"taken\":2,\"unchanged\":0,\"refused\":[],\"refused_count\":0");
    answer_expect(ask(f, "GET", "/v1/contacts/c2/events", NULL), 200, "\"text\":\"héllo\"");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/imports/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(imports_twice_without_doubling);
    TEST(imports_articles_with_their_owners);
    TEST(imports_only_what_belongs_somewhere);
    TEST(imports_whole_what_it_refused_before);
    return g_test_run();
}
