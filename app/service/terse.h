/* JSON objects of one kind, many of them, held without the names of their members.
 *
 * Of a contact's JSON two thirds are names, the same in each. Here a name with all that stands around it
 * (`,"channel":"`) is one byte from 1 to 30, which JSON never holds unescaped; the first 30 that are met get
 * one, others stay as they are. A time with milliseconds, of which each contact has five and more, is
 * seven bytes instead of 25. It reads the JSON as text and keeps its every byte; values within values are
 * left alone.
 *
 *     text   = *( phrase / time / byte )  ; byte: 32 and above
 *     phrase = 1 / 2 / ... / 30           ; stands for names[phrase - 1]
 *     time   = 31 6OCTET                  ; year - 2000 (10 bits), month (4), day, hour (5), minute, second
 *                                         ; (6), ms (10), big-endian: a time and its closing quote
 *
 * Not thread-safe where it writes: the caller's lock serves for terse_from_json against terse_to_json.
 */
#ifndef APP_SERVICE_TERSE_H
#define APP_SERVICE_TERSE_H

#include <glib.h>
#include <stddef.h>

struct terse *terse_new(void);
void terse_free(struct terse *t);

/* The text for an object's compact JSON (no blanks between its parts). Learns names. Caller owns, g_free. */
char *terse_from_json(struct terse *t, const char *json, size_t *len);
/* Appends the JSON that text[len] was made from; json_len is its length. */
void terse_to_json(const struct terse *t, const char *text, size_t len, size_t json_len, GString *out);

#endif
