/*
 * Debian's package descriptions as articles, for benches of the knowledge engine, and queries made from them
 * by rule and seed (FIRSTLINE_SEED, 1 where it is not set): nobody chose one by hand.
 *
 *     struct package_corpus corpus;
 *     if (package_corpus_init(&corpus, "articles")) ...
 *     package_corpus_release(&corpus);
 */
#ifndef TESTS_SUPPORT_PACKAGE_CORPUS_H
#define TESTS_SUPPORT_PACKAGE_CORPUS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kb_builder;

struct package_article {
    char *id, *title, *body;
    size_t title_len, body_len; /* bytes */
};

struct package_corpus {
    struct package_article *articles; /* articles[count] */
    size_t count;
    uint64_t text_bytes; /* of titles and bodies */
    char *folder;        /* where package_articles.py keeps its files: build/bench-corpus */
};

/* Reads NAME.jsonl, which package_articles.py makes where it is not there yet. False, and said on standard
 * output, where it cannot be made: there is no apt-get, or no network. */
bool package_corpus_init(struct package_corpus *corpus, const char *name);
void package_corpus_release(struct package_corpus *corpus);

/* Makes an index of all articles in the corpus's folder, which is named after it; returns its path, free with
 * g_free. Ends the program where that fails. */
char *package_corpus_index(const struct package_corpus *corpus, const char *name);
void package_corpus_add(const struct package_corpus *corpus, size_t article, struct kb_builder *builder);

/* What somebody types, and the article they have in mind. */
struct package_query {
    char *text;
    size_t wanted;
};

enum package_query_kind {
    PACKAGE_QUERY_WORDS,         /* half-remembered titles: the rarest word and two others, in every fourth
                                    query a word that is not in the title besides */
    PACKAGE_QUERY_TYPOS,         /* the same, with one typing error in a word of five letters or more */
    PACKAGE_QUERY_ABBREVIATIONS, /* the rarest word and one or two others as consonants, in every second
                                    query without spaces */
};
/* Caller owns; free with package_queries_free. */
struct package_query *package_queries_new(const struct package_corpus *corpus, enum package_query_kind kind,
                                          size_t count);
void package_queries_free(struct package_query *queries, size_t count);

/* Patterns: selective ones hold a literal of three letters or more, hard ones none. Free with g_strfreev. */
char **package_patterns_new(const struct package_corpus *corpus, bool selective, size_t count);

#endif
