/* The demo's content, read once from its folder: cast, people, floor, articles and scripts.
 *
 *     struct demo_content *content = demo_content_load(FIRSTLINE_SHARE "/demo", &error);
 */
#ifndef APP_SIM_CONTENT_H
#define APP_SIM_CONTENT_H

#include "app/script/script.h"
#include "app/sim/persona.h"

/* An article: Markdown under a front matter of id, title, tags, lang and updated. */
struct demo_article {
    char *id, *title, *body;
    char *tags;    /* with a comma and a blank between; the first is the business */
    char *lang;    /* "en", "zh" */
    char *updated; /* YYYY-MM-DD */
};

struct demo_city {
    struct yaml_head head;
    const char *name, *postcode;
};

struct demo_product {
    struct yaml_head head;
    const char *business, *name, *zh; /* zh may be NULL */
    int64_t price_minor;              /* EUR */
};

/* A list of words. */
struct demo_words {
    const char **items; /* items[count] */
    size_t count;
};

struct demo_people {
    struct yaml_head head;
    struct demo_words given, family, zh_family, zh_given, streets, zh_streets, merchants;
    struct demo_city *cities, *zh_cities;
    size_t city_count, zh_city_count;
    struct demo_product *products;
    size_t product_count;
};

enum demo_shift { DEMO_SHIFT_EARLY, DEMO_SHIFT_LATE, DEMO_SHIFT_DAY };

struct demo_staff {
    struct yaml_head head;
    const char *id, *name;
    int role; /* enum role */
    struct demo_words skills;
    int shift;    /* enum demo_shift */
    bool days[7]; /* on which they work, from Monday */
};

/* What the past holds for reports to find; see share/demo/floor.yaml. */
struct demo_planted {
    struct yaml_head head;
    const char *slow_script, *slow_step;
    int64_t slow_factor;
    const char *bad_article, *bad_intent;
    int64_t bad_opened_percent, bad_resolved_percent, bad_repeat_percent;
    const char *outage_intent, *outage_city;
    int64_t outage_days_ago, outage_from_hour, outage_to_hour, outage_contacts;
    const char *rollout_script; /* its version before the present one ran alone until so many days ago, */
    int64_t rollout_days_ago, rollout_percent; /* since then so many customers have the new one, */
    int64_t rollout_slower_percent;            /* and the old one's steps take so much of the usual time */
};

struct demo_floor {
    struct yaml_head head;
    struct demo_staff *staff;
    size_t staff_count;
    int64_t hours[24];               /* relative load */
    int64_t weekdays[7];             /* relative load from Monday */
    int64_t channels[CHANNEL_COUNT]; /* percent */
    struct demo_planted planted;
};

struct demo_content {
    char *dir;
    struct persona_cast *cast;
    struct demo_people people;
    struct demo_floor floor;
    GPtrArray *articles;                     /* struct demo_article *, by id */
    GPtrArray *scripts;                      /* struct script *, by file */
    struct yaml_doc *people_doc, *floor_doc; /* what the texts above are borrowed from */
};

/* NULL with every problem of the first file that has one. Caller owns, free with demo_content_free. */
struct demo_content *demo_content_load(const char *dir, GError **error);
void demo_content_free(struct demo_content *content);

/* The script for an intent, NULL: none. Borrowed. */
struct script *demo_content_script(const struct demo_content *content, const char *intent);
const struct demo_article *demo_content_article(const struct demo_content *content, const char *id);

#endif
