/* The articles a desk holds: its index file in the cache, searched on a worker thread, so that not even a
 * cold page stops a key.
 *
 * A newer search ends an older one under way. Answers come in the main context of the thread that made the
 * articles; they are borrowed for the call. All functions are called on that thread.
 */
#ifndef APP_DESK_ARTICLES_H
#define APP_DESK_ARTICLES_H

#include <glib.h>
#include <stdint.h>

#include "kb/search.h"

struct articles;

struct articles_callbacks {
    /* The answer of a search or a suggestion; an ended one gets none. error: a sentence, then results is
     * NULL. */
    void (*found)(int64_t number, const struct kb_results *results, const GError *error, void *user_data);
    /* An article, or NULL: there is none of that id. flags: what agents say is wrong with it, a line each;
     * NULL: nothing. */
    void (*article)(int64_t number, const struct kb_doc *doc, const char *flags, void *user_data);
    /* The index was opened, replaced or changed: `count` articles, of the snapshot `etag` ("": not known).
     * error: the snapshot could not be taken, what was there stays. */
    void (*loaded)(uint32_t count, const char *etag, const GError *error, void *user_data);
};

/* Opens folder/articles.kb where it is there; callbacks->loaded tells. Copies folder. */
struct articles *articles_new(const char *folder, const struct articles_callbacks *callbacks,
                              void *user_data);
/* Waits for what is under way (a search at most its budget). Accepts NULL. */
void articles_free(struct articles *articles);

/* Searches for what was typed, in lang and, where that has nothing, in every language; lang NULL: all.
 * Copies. */
void articles_search(struct articles *articles, int64_t number, const char *text, const char *lang);
/* Looks for what helps with a whole contact's text. */
void articles_suggest(struct articles *articles, int64_t number, const char *text, const char *lang);
void articles_read(struct articles *articles, int64_t number, const char *id);

/* Puts a snapshot in place of what is held: one JSON object a line, {id, title, body, tags, lang, updated}.
 * Lines that cannot be taken are passed over. Copies. */
void articles_replace(struct articles *articles, const char *etag, const char *lines);

/* Adds the articles of a snapshot's changes to what is held, in the place of those with their ids: lines as
 * above, and {id, deleted: true} for one that is no more. Copies. */
void articles_change(struct articles *articles, const char *etag, const char *lines);

/* Puts a table in place of what is known of the articles' use (kb/prior.h): one JSON object a line, as GET
 * /v1/articles/use answers. Searches from then on count it, and it is kept for the next start. Copies. */
void articles_use(struct articles *articles, const char *lines);

#endif
