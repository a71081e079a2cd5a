/* Numbers and texts as bytes that are read back in one pass: what a file holds ready for the next start.
 *
 * Not a wire format: no names, no versions and no types are in it. Who writes a file puts a version and a
 * checksum before it (app/desk/keeper); the reader here only never steps outside its bytes.
 *
 *     number = 1*10 byte ; LEB128 of the zigzag code: small numbers of either sign are one byte
 *     text   = number *byte NUL ; the number is the length and one; zero alone is NULL
 *
 *     pack_text(bytes, c->name);
 *     struct unpack from = {.at = data, .end = data + len};
 *     c->name = g_strdup(unpack_text(&from));
 */
#ifndef APP_MODEL_PACK_H
#define APP_MODEL_PACK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define PACK_NUMBER_BYTES 10 /* the most that one takes */

void pack_number(GByteArray *bytes, int64_t number);
void pack_text(GByteArray *bytes, const char *text); /* NULL stays NULL */

/* The same where room was made before: PACK_NUMBER_BYTES, and for a text its length and the NUL. Both answer
 * where the next goes. */
uint8_t *pack_number_at(uint8_t *at, int64_t number);
uint8_t *pack_text_at(uint8_t *at, const char *text, size_t len);

/* Where reading stands. Once broken it stays so, and gives zeros and NULLs. */
struct unpack {
    const uint8_t *at, *end;
    bool is_broken;
};

int64_t unpack_number(struct unpack *from);
/* Borrowed from the bytes read; NULL where NULL was packed, or nothing sound is there. */
const char *unpack_text(struct unpack *from);
/* A number of things that follow, each of at least one byte: never more than the bytes that are left. */
size_t unpack_count(struct unpack *from);

#endif
