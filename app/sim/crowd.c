#include "app/sim/crowd.h"

#include <string.h>

#include "app/model/timestamp.h"

#define DAY_MS            INT64_C(86400000)
#define CHINESE_PERCENT   24
#define YUAN_PER_EURO_X10 78 /* list prices are made with 7.8 */

static const char *word(const struct demo_words *words, struct sim_random *random)
{
    return words->items[sim_random_index(random, words->count)];
}

static char *date_text(int64_t unix_ms)
{
    int64_t year;
    int month, day;
    timestamp_date(unix_ms / DAY_MS, &year, &month, &day);
    return g_strdup_printf("%04" G_GINT64_FORMAT "-%02d-%02d", year, month, day);
}

/* A seed of the customer's own, for what is asked of them now and again. */
static struct sim_random own_random(const struct customer *c, uint64_t salt)
{
    struct sim_random random = {g_str_hash(c->id) * UINT64_C(0x9e3779b97f4a7c15) + salt};
    sim_random_next(&random);
    return random;
}

/* Letters and digits of a name in ASCII, lower case, for an address. */
static void append_ascii(GString *out, const char *name)
{
    g_autofree char *ascii = g_str_to_ascii(name, "C");
    for (const char *at = ascii; *at != '\0'; at++) {
        if (g_ascii_isalnum(*at))
            g_string_append_c(out, g_ascii_tolower(*at));
    }
}

static void add_chinese_identities(struct customer *c, struct sim_random *random)
{
    g_autofree char *email =
        g_strdup_printf("user%05d@mail.example.cn", (int)sim_random_between(random, 10000, 99999));
    g_autofree char *phone =
        g_strdup_printf("+86 13%d %04d %04d", (int)sim_random_between(random, 0, 9),
                        (int)sim_random_between(random, 0, 9999), (int)sim_random_between(random, 0, 9999));
    customer_add_identity(c, IDENTITY_EMAIL, email);
    customer_add_identity(c, IDENTITY_PHONE, phone);
}

static void add_identities(struct customer *c, const char *given, const char *family,
                           struct sim_random *random)
{
    static const char *const providers[] = {"example.org", "mail.example.com", "post.example.net"};
    g_autoptr(GString) email = g_string_new(NULL);
    append_ascii(email, given);
    g_string_append_c(email, '.');
    append_ascii(email, family);
    g_string_append_printf(email, "%d@%s", (int)sim_random_between(random, 1, 99),
                           providers[sim_random_index(random, G_N_ELEMENTS(providers))]);
    g_autofree char *phone =
        g_strdup_printf("+47 4%02d %02d %03d", (int)sim_random_between(random, 0, 99),
                        (int)sim_random_between(random, 0, 99), (int)sim_random_between(random, 0, 999));
    customer_add_identity(c, IDENTITY_EMAIL, email->str);
    customer_add_identity(c, IDENTITY_PHONE, phone);
    if (!sim_random_chance(random, 22))
        return;
    g_autoptr(GString) handle = g_string_new("@");
    append_ascii(handle, given);
    g_string_append_printf(handle, "_%c", g_ascii_tolower(email->str[0]));
    customer_add_identity(c, IDENTITY_HANDLE, handle->str);
}

static void add_address(struct customer *c, const struct demo_people *people, bool chinese,
                        struct sim_random *random)
{
    int number = (int)sim_random_between(random, 1, 148);
    if (chinese) {
        const struct demo_city *city = &people->zh_cities[sim_random_index(random, people->zh_city_count)];
        c->postal = g_strdup_printf("%s%s%d号, %s", city->name, word(&people->zh_streets, random), number,
                                    city->postcode);
        return;
    }
    const struct demo_city *city = &people->cities[sim_random_index(random, people->city_count)];
    c->postal =
        g_strdup_printf("%s %d, %s %s", word(&people->streets, random), number, city->postcode, city->name);
}

/* What proves who they are. */
static char *birth_of(struct sim_random *own)
{
    int year = (int)sim_random_between(own, 1946, 2006), month = (int)sim_random_between(own, 1, 12);
    return g_strdup_printf("%d-%02d-%02d", year, month, (int)sim_random_between(own, 1, 28));
}

static int card_of(struct sim_random *own)
{
    return (int)sim_random_between(own, 1000, 9999);
}

static void add_note(struct customer *c)
{
    struct sim_random own = own_random(c, 1);
    g_autofree char *birth = birth_of(&own);
    c->note = g_strdup_printf("Born %s, card ends in %d.", birth, card_of(&own));
}

static const struct demo_product *product_of(const struct demo_people *people, bool chinese,
                                             struct sim_random *random)
{
    for (;;) {
        const struct demo_product *product =
            &people->products[sim_random_index(random, people->product_count)];
        if (!chinese || product->zh != NULL)
            return product;
    }
}

static gint compare_placed(gconstpointer a, gconstpointer b)
{
    const struct order *one = *(const struct order *const *)a, *two = *(const struct order *const *)b;
    int newer = strcmp(two->placed, one->placed);
    return newer != 0 ? newer : strcmp(one->id, two->id);
}

static void add_order(struct customer *c, const struct demo_product *product, int serial, int64_t placed_ms,
                      int64_t now_ms)
{
    bool chinese = g_strcmp0(c->language, "zh") == 0;
    g_autofree char *id = g_strdup_printf("%c%d", g_ascii_toupper(product->business[0]), 20000 + serial);
    struct order *o = order_new(id, c->id);
    o->business = g_strdup(product->business);
    o->item = g_strdup(chinese ? product->zh : product->name);
    o->currency = g_strdup(chinese ? "CNY" : "EUR");
    o->total_minor = chinese ? product->price_minor * YUAN_PER_EURO_X10 / 10 : product->price_minor;
    o->placed = date_text(placed_ms);
    bool goods = strcmp(product->business, "fjellhem") == 0;
    int64_t arrives_ms = placed_ms + (chinese ? 11 : 3) * DAY_MS;
    if (!goods) {
        o->status = g_strdup("active");
    } else if (arrives_ms > now_ms) {
        o->status = g_strdup(now_ms - placed_ms < DAY_MS ? "received" : "in transit");
    } else {
        o->status = g_strdup("delivered");
        o->delivered = date_text(arrives_ms);
    }
    g_ptr_array_add(c->orders, o);
}

static struct customer *make_customer(const struct demo_content *content, size_t index, int *order_serial,
                                      const struct crowd_options *options)
{
    const struct demo_people *people = &content->people;
    struct sim_random random = {options->seed * UINT64_C(1000003) + index};
    bool chinese = sim_random_chance(&random, CHINESE_PERCENT);
    const char *given = word(chinese ? &people->zh_given : &people->given, &random);
    const char *family = word(chinese ? &people->zh_family : &people->family, &random);
    g_autofree char *id = g_strdup_printf("c%zu", 1001 + index);
    g_autofree char *name =
        chinese ? g_strconcat(family, given, NULL) : g_strconcat(given, " ", family, NULL);
    struct customer *c = customer_new(id, name);
    static const char *const tiers[] = {"bronze", "silver", "gold"};
    static const int64_t weights[] = {62, 27, 11};
    c->tier = g_strdup(tiers[sim_random_weighted(&random, weights, 3)]);
    c->since = g_strdup_printf("%d", (int)sim_random_between(&random, 2012, 2026));
    c->language = g_strdup(chinese ? "zh" : "en");
    c->consent = g_strdup(sim_random_chance(&random, 45) ? "service marketing" : "service");
    if (chinese)
        add_chinese_identities(c, &random);
    else
        add_identities(c, given, family, &random);
    g_autofree char *account = g_strdup_printf("%08d", 31000000 + (int)index * 37);
    customer_add_identity(c, IDENTITY_ACCOUNT, account);
    add_address(c, people, chinese, &random);
    add_note(c);
    int orders = (int)sim_random_between(&random, 1, 4);
    for (int i = 0; i < orders; i++) {
        int64_t age_ms = sim_random_between(&random, 3600000, (i == 0 ? 20 : 300) * DAY_MS);
        add_order(c, product_of(people, chinese, &random), (*order_serial)++, options->now_ms - age_ms,
                  options->now_ms);
    }
    g_ptr_array_sort(c->orders, compare_placed);
    return c;
}

struct crowd *crowd_new(const struct demo_content *content, const struct crowd_options *options)
{
    struct crowd *crowd = g_new0(struct crowd, 1);
    int order_serial = 417;
    crowd->customers = g_ptr_array_new_with_free_func((GDestroyNotify)customer_free);
    for (size_t i = 0; i < options->count; i++)
        g_ptr_array_add(crowd->customers, make_customer(content, i, &order_serial, options));
    return crowd;
}

void crowd_free(struct crowd *crowd)
{
    if (crowd == NULL)
        return;
    g_ptr_array_unref(crowd->customers);
    g_free(crowd);
}

static void know(GHashTable *facts, const char *name, const char *text)
{
    if (text != NULL)
        g_hash_table_replace(facts, g_strdup(name), g_strdup(text));
}

static void know_number(GHashTable *facts, const char *name, int64_t number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    know(facts, name, text);
}

static bool is_about(const struct order *o, const char *business, enum persona_order wanted)
{
    bool is_coming = g_strcmp0(o->status, "received") == 0 || g_strcmp0(o->status, "in transit") == 0;
    return g_strcmp0(o->business, business) == 0 &&
           (wanted == PERSONA_ORDER_ANY || (wanted == PERSONA_ORDER_COMING) == is_coming);
}

/* What was bought and when: the newest such order of that business. */
static void know_order(GHashTable *facts, const struct customer *c, const char *business,
                       enum persona_order wanted, struct sim_random *random)
{
    for (guint i = 0; i < c->orders->len; i++) {
        const struct order *o = g_ptr_array_index(c->orders, i);
        if (!is_about(o, business, wanted))
            continue;
        g_autofree char *amount =
            g_strdup_printf("%" G_GINT64_FORMAT ".%02d", o->total_minor / 100, (int)(o->total_minor % 100));
        know(facts, "order", o->id);
        know(facts, "order.id", o->id);
        know(facts, "item", o->item);
        know(facts, "order.item", o->item);
        know(facts, "date", o->delivered != NULL ? o->delivered : o->placed);
        know(facts, "order.delivered", o->delivered);
        know(facts, "order.status", o->status);
        know(facts, "order.placed", o->placed);
        know(facts, "order.total", amount);
        know(facts, "order.currency", o->currency);
        if (o->total_minor > 0) {
            know(facts, "amount", amount);
            return;
        }
    }
    if (g_hash_table_contains(facts, "amount"))
        return;
    g_autofree char *amount = g_strdup_printf("%d.%02d", (int)sim_random_between(random, 8, 190),
                                              (int)sim_random_between(random, 0, 99));
    know(facts, "amount", amount);
}

static void know_address(GHashTable *facts, const struct demo_content *content, const struct customer *c,
                         struct sim_random *own)
{
    bool chinese = g_strcmp0(c->language, "zh") == 0;
    const struct demo_people *people = &content->people;
    const struct demo_city *cities = chinese ? people->zh_cities : people->cities;
    size_t count = chinese ? people->zh_city_count : people->city_count;
    for (size_t i = 0; i < count; i++) {
        if (strstr(c->postal, cities[i].name) == NULL)
            continue;
        know(facts, "city", cities[i].name);
        know(facts, "postcode", cities[i].postcode);
        know(facts, "customer.postcode", cities[i].postcode);
    }
    g_autofree char *street = g_strdup_printf(chinese ? "%s%d号" : "%s %d",
                                              word(chinese ? &people->zh_streets : &people->streets, own),
                                              (int)sim_random_between(own, 1, 99));
    know(facts, "new_street", street);
}

GHashTable *crowd_facts(const struct demo_content *content, const struct customer *c, const char *business,
                        enum persona_order wanted, struct sim_random *random)
{
    GHashTable *facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    struct sim_random own = own_random(c, 1);
    g_autofree char *birth = birth_of(&own);
    int card = card_of(&own);
    know(facts, "name", c->name);
    know(facts, "customer.name", c->name);
    know(facts, "customer.tier", c->tier);
    know(facts, "email", customer_identity(c, IDENTITY_EMAIL));
    know(facts, "customer.email", customer_identity(c, IDENTITY_EMAIL));
    know(facts, "phone", customer_identity(c, IDENTITY_PHONE));
    know(facts, "birth", birth);
    know_number(facts, "card", card);
    know_number(facts, "code", sim_random_between(random, 100000, 999999));
    know(facts, "merchant", word(&content->people.merchants, random));
    know_address(facts, content, c, &own);
    know_order(facts, c, business, wanted, random);
    if (g_hash_table_contains(facts, "date"))
        return facts;
    static const char *const days[][2] = {
        {"Monday", "周一"}, {"Tuesday", "周二"}, {"Friday", "周五"}, {"Thursday", "周四"}};
    size_t day = sim_random_index(random, G_N_ELEMENTS(days));
    know(facts, "date", days[day][g_strcmp0(c->language, "zh") == 0]);
    return facts;
}

/* Whom somebody is picked from. */
struct wanted {
    const char *language, *city;         /* city may be NULL */
    const struct persona_intent *intent; /* whose order they have; NULL: any or none */
};

static bool fits(const struct customer *c, const struct wanted *wanted)
{
    bool is_buyer = wanted->intent == NULL;
    for (guint i = 0; !is_buyer && i < c->orders->len; i++)
        is_buyer = is_about(g_ptr_array_index(c->orders, i), wanted->intent->business,
                            (enum persona_order)wanted->intent->order);
    return is_buyer && g_strcmp0(c->language, wanted->language) == 0 &&
           (wanted->city == NULL || strstr(c->postal, wanted->city) != NULL);
}

/* Each who fits as likely as the other: the next from a random place on would be those who follow many that
 * do not. NULL: nobody fits. */
static const struct customer *pick(const struct crowd *crowd, const struct wanted *wanted,
                                   struct sim_random *random)
{
    size_t count = 0;
    for (guint i = 0; i < crowd->customers->len; i++)
        count += fits(g_ptr_array_index(crowd->customers, i), wanted);
    size_t left = sim_random_index(random, count);
    for (guint i = 0; i < crowd->customers->len; i++) {
        const struct customer *c = g_ptr_array_index(crowd->customers, i);
        if (fits(c, wanted) && left-- == 0)
            return c;
    }
    return NULL;
}

const struct customer *crowd_pick(const struct crowd *crowd, const char *language, const char *city,
                                  struct sim_random *random)
{
    const struct customer *c = pick(crowd, &(struct wanted){.language = language, .city = city}, random);
    if (c == NULL && city != NULL)
        c = pick(crowd, &(struct wanted){.language = language}, random);
    return c != NULL ? c
                     : g_ptr_array_index(crowd->customers, sim_random_index(random, crowd->customers->len));
}

const struct customer *crowd_pick_buyer(const struct crowd *crowd, const char *language,
                                        const struct persona_intent *intent, struct sim_random *random)
{
    const struct customer *c = pick(crowd, &(struct wanted){.language = language, .intent = intent}, random);
    return c != NULL ? c : crowd_pick(crowd, language, NULL, random);
}

const struct persona *crowd_temper(const struct demo_content *content, const struct customer *c)
{
    enum { TEMPERS_MAX = 32 };
    size_t count;
    int64_t weights[TEMPERS_MAX];
    struct sim_random own = own_random(c, 2);
    const struct persona *tempers = persona_cast_tempers(content->cast, &count);
    count = MIN(count, TEMPERS_MAX);
    for (size_t i = 0; i < count; i++)
        weights[i] = tempers[i].share;
    return &tempers[sim_random_weighted(&own, weights, count)];
}
