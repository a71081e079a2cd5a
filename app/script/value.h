/*
 * value: the types a field or a fact can have, and how a typed text becomes its one canonical text.
 *
 * A value travels as text everywhere (answers, facts, JSON); its type says how to read it. Canonical forms:
 * number "12" or "12.5", money "94.00" (two decimals, no currency), date "2026-11-23", phone "+4712345678",
 * e-mail trimmed, bool "yes" or "no", all others trimmed.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/script/yaml.h"

#define VALUE_MAX_CHARS 2000

enum value_type {
    VALUE_TYPE_TEXT,
    VALUE_TYPE_NUMBER,
    VALUE_TYPE_MONEY,
    VALUE_TYPE_DATE,
    VALUE_TYPE_PHONE,
    VALUE_TYPE_EMAIL,
    VALUE_TYPE_CHOICE, /* one of the field's options */
    VALUE_TYPE_ORDER,  /* the number of one of this customer's orders */
    VALUE_TYPE_BOOL,
};

/* "text" "number" … in the order of the enum, ended by a NULL word. */
extern const struct yaml_word VALUE_TYPE_WORDS[];

#define VALUE_ERROR (value_error_quark())
GQuark value_error_quark(void);
enum value_error { VALUE_ERROR_FORM };

/* The canonical form of `text`; caller owns, free with g_free. NULL with a sentence that begins with `label`
 * when it is none, is empty, over VALUE_MAX_CHARS, not UTF-8, or holds control characters. Dates are also
 * read in the other forms that say their year (date.h), amounts with a thousands separator (1,250.00) or a
 * decimal comma (94,50). */
char *value_normalise(enum value_type type, const char *text, const char *label, GError **error);

/* -1, 0 or 1: how two canonical numbers, amounts or dates stand to each other. */
int value_compare(enum value_type type, const char *left, const char *right);

/* True when the digits of `text` (spaces and - allowed) pass the Luhn check of ISO/IEC 7812-1 and there are
 * 12-19. */
bool value_luhn(const char *text);

/* Days since 1970-01-01 of a canonical date; false when it is none (2026-02-30 is none). */
bool value_date_days(const char *date, int64_t *out_days);

/* "2026-11-23" of a number of days since 1970-01-01; caller owns. */
char *value_date_of(int64_t days);
