/*
 * Documents out of JSON: one object a line, with id (string or number), title, body, and perhaps tags (array
 * or string), lang and updated (seconds, or RFC 3339); or with id and "deleted": true. And what became of
 * them, in lines of their own: id, and perhaps inserted, helped, misled, resolved and unresolved.
 */
#ifndef KB_READER_H
#define KB_READER_H

#include <glib.h>
#include <stdbool.h>

#include "kb/builder.h"
#include "kb/prior.h"

struct cJSON;

/* A document and what holds its texts. */
struct kb_reader_line {
    struct kb_document document; /* borrowed until kb_reader_line_release */
    bool deleted;                /* it only says that the document with this id is no more */
    struct cJSON *json;
    char *id, *tags;
};

/* Reads line[0..len), whose last byte is followed by NUL. False with KB_ERROR_DOCUMENT where it is no
 * document; there is nothing to release then. */
bool kb_reader_line_init(struct kb_reader_line *line, const char *text, size_t len, GError **error);
void kb_reader_line_release(struct kb_reader_line *line);

/* Puts a line of use, closed by NUL, into the table. False with KB_ERROR_DOCUMENT where it is none. */
bool kb_reader_use(struct kb_uses *uses, const char *line, size_t len, GError **error);

#endif
