/* run: what the library says. Articles found and read become messages; scripts are kept in a file for the
 * next start. */
#include "app/desk/run_parts.h"

#include <string.h>

#include "app/desk/markup.h"
#include "app/desk/older_scripts.h"
#include "app/desk/script_answer.h"
#include "app/model/timestamp.h"

#define RENEW_EVERY_MS (10 * 60 * 1000) /* articles, and what became of them */

static GArray *ranges_of(const struct kb_range *ranges, size_t count)
{
    GArray *array = g_array_new(false, false, sizeof(struct desk_range));
    for (size_t i = 0; i < count; i++) {
        struct desk_range range = {ranges[i].start, ranges[i].end};
        g_array_append_val(array, range);
    }
    return array;
}

/* Scores as parts of the best one's, which is what an agent can compare. */
static struct desk_hit *hit_of(const struct kb_result *found, float best)
{
    struct desk_hit *hit = g_new0(struct desk_hit, 1);
    hit->id = g_strdup(found->id);
    hit->title = g_strdup(found->title);
    hit->title_marks = ranges_of(found->title_ranges, found->title_range_count);
    hit->snippet_marks = ranges_of(found->snippet_ranges, found->snippet_range_count);
    hit->snippet = found->snippet != NULL ? markup_plain(found->snippet, hit->snippet_marks, NULL) : NULL;
    hit->score = best > 0 ? CLAMP((int)(100.0f * found->score / best), 0, 100) : 0;
    return hit;
}

static void hit_free(void *data)
{
    struct desk_hit *hit = data;
    g_free(hit->id);
    g_free(hit->title);
    g_free(hit->snippet);
    g_array_unref(hit->title_marks);
    g_array_unref(hit->snippet_marks);
    g_free(hit);
}

static void on_found(int64_t number, const struct kb_results *found, const GError *error, void *user_data)
{
    struct desk_results results = {.hits = g_ptr_array_new_with_free_func(hit_free)};
    for (size_t i = 0; found != NULL && i < found->count; i++)
        g_ptr_array_add(results.hits, hit_of(&found->results[i], found->results[0].score));
    if (found != NULL) {
        results.total = (int)found->total;
        results.took_us = found->took_us;
        results.problem = found->note;
    } else if (error != NULL) {
        results.problem = error->message;
    }
    run_send(user_data, &(struct msg){.kind = MSG_SEARCH_RESULTS, .number = number, .results = &results});
    g_ptr_array_unref(results.hits);
}

static void on_article(int64_t number, const struct kb_doc *doc, const char *flags, void *user_data)
{
    struct msg msg = {.kind = MSG_ARTICLE, .number = number};
    if (doc == NULL) {
        msg.problem = (struct msg_problem){REFUSAL_UNKNOWN, "There is no such article any more."};
        run_send(user_data, &msg);
        return;
    }
    char updated[TIMESTAMP_BYTES] = "";
    if (doc->updated > 0)
        timestamp_format(doc->updated * 1000, updated);
    g_autoptr(GArray) strong = NULL;
    g_autofree char *body = markup_plain(doc->body, NULL, &strong);
    struct desk_article article = {.id = (char *)doc->id,
                                   .title = (char *)doc->title,
                                   .body = body,
                                   .strong = strong,
                                   .tags = (char *)doc->tags,
                                   .language = (char *)doc->lang,
                                   .updated = *updated != '\0' ? updated : NULL,
                                   .flags = (char *)flags};
    msg.article = &article;
    run_send(user_data, &msg);
}

static void on_loaded(uint32_t count, const char *etag, const GError *error, void *user_data)
{
    struct run *run = user_data;
    if (error != NULL)
        g_info("articles: %s", error->message);
    g_free(run->articles_etag);
    run->articles_etag = g_strdup(etag);
    run_send(run, &(struct msg){.kind = MSG_KNOWLEDGE, .number = count});
}

const struct articles_callbacks run_articles_callbacks = {
    .found = on_found, .article = on_article, .loaded = on_loaded};

static void send_scripts(struct run *run, const cJSON *answer)
{
    struct script_answer given;
    script_answer_read(&given, answer);
    run_send(run, &(struct msg){.kind = MSG_SCRIPTS,
                                .scripts = given.scripts,
                                .older = given.older,
                                .rollouts = given.rollouts});
    script_answer_release(&given);
}

void run_restore_scripts(struct run *run)
{
    char *text = NULL;
    if (!g_file_get_contents(run->scripts_path, &text, NULL, NULL))
        return;
    cJSON *answer = cJSON_Parse(text);
    g_free(text); /* leaves its room to the scripts */
    if (answer != NULL)
        send_scripts(run, answer);
    run->scripts_etag = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "etag")));
    cJSON_Delete(answer);
}

static void keep_scripts(struct run *run, const cJSON *answer)
{
    if (cJSON_GetObjectItemCaseSensitive(answer, "unchanged") != NULL)
        return;
    g_autofree char *before_text = NULL;
    g_file_get_contents(run->scripts_path, &before_text, NULL, NULL);
    cJSON *before = before_text != NULL ? cJSON_Parse(before_text) : NULL,
          *kept = cJSON_Duplicate(answer, true);
    older_scripts_add(kept, before);
    char *text = cJSON_PrintUnformatted(kept);
    g_file_set_contents_full(run->scripts_path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
    cJSON_free(text);
    send_scripts(run, kept);
    g_free(run->scripts_etag);
    run->scripts_etag = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(kept, "etag")));
    cJSON_Delete(kept);
    cJSON_Delete(before);
}

static void take_articles(struct run *run, const cJSON *answer)
{
    const char *etag = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "etag"));
    const char *lines = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "lines"));
    if (lines == NULL)
        return;
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "changes")))
        articles_change(run->articles, etag != NULL ? etag : "", lines);
    else
        articles_replace(run->articles, etag != NULL ? etag : "", lines);
}

static void take_uses(struct run *run, const cJSON *answer)
{
    const char *lines = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "lines"));
    if (lines != NULL)
        articles_use(run->articles, lines);
}

void run_take_library(struct run *run, enum link_fetch what, const cJSON *answer)
{
    if (what == LINK_FETCH_SCRIPTS)
        keep_scripts(run, answer);
    else if (what == LINK_FETCH_ARTICLES)
        take_articles(run, answer);
    else if (what == LINK_FETCH_USES)
        take_uses(run, answer);
}

void run_fetch_articles(struct run *run)
{
    bool has_etag = run->articles_etag != NULL && *run->articles_etag != '\0';
    link_fetch(run->link, OWN_FETCH + OWN_FETCH_ARTICLES, LINK_FETCH_ARTICLES,
               has_etag ? run->articles_etag : NULL);
    link_fetch(run->link, OWN_FETCH + OWN_FETCH_USES, LINK_FETCH_USES, NULL);
    run->renew_at_ms = run_clock_ms(CLOCK_BOOTTIME) + RENEW_EVERY_MS;
}
