#include "app/sim/hearing.h"

#include <string.h>

#define SENTENCES_MAX 40 /* of one text that are listened to */

/* Cuts at the end of sentences; the mark stays with its sentence. */
static GPtrArray *sentences_of(const char *lower)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);
    const char *start = lower;
    for (const char *at = lower; *at != '\0' && sentences->len < SENTENCES_MAX; at = g_utf8_next_char(at)) {
        gunichar mark = g_utf8_get_char(at);
        const char *next = g_utf8_next_char(at);
        bool full = mark == 0x3002 || mark == 0xff01 || mark == 0xff1f || mark == '\n';
        bool stop =
            (mark == '.' || mark == '!' || mark == '?') && (*next == ' ' || *next == '\0' || *next == '\n');
        if (!full && !stop)
            continue;
        g_ptr_array_add(sentences, g_strndup(start, (size_t)(next - start)));
        start = next;
    }
    if (*start != '\0')
        g_ptr_array_add(sentences, g_strdup(start));
    return sentences;
}

static bool asks_for_something(const char *sentence)
{
    static const char *const marks[] = {"?",       "\357\274\237", "please",  "could you",
                                        "can you", "tell me",      "give me", "i need",
                                        "may i",   "请",           "麻烦您",  "提供"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (strstr(sentence, marks[i]) != NULL)
            return true;
    }
    return false;
}

/* Where the earliest of an ask's words stands; NULL: none does. */
static const char *first_word(const struct persona_ask *ask, const char *sentence)
{
    const char *first = NULL;
    for (size_t i = 0; i < ask->word_count; i++) {
        const char *at = strstr(sentence, ask->words[i]);
        if (at != NULL && (first == NULL || at < first))
            first = at;
    }
    return first;
}

static bool already_heard(const struct hearing *heard, const struct persona_ask *ask)
{
    for (size_t i = 0; i < heard->count; i++) {
        if (heard->asks[i] == ask)
            return true;
    }
    return false;
}

/* The questions of one sentence, the earliest first. */
static void hear_questions(const struct persona_cast *cast, const char *sentence, struct hearing *heard)
{
    size_t count;
    const struct persona_ask *asks = persona_cast_asks(cast, &count);
    const char *from = sentence;
    while (heard->count < HEARING_ASKS_MAX) {
        const struct persona_ask *best = NULL;
        const char *best_at = NULL;
        for (size_t i = 0; i < count; i++) {
            const char *at = already_heard(heard, &asks[i]) ? NULL : first_word(&asks[i], from);
            if (at != NULL && (best_at == NULL || at < best_at)) {
                best = &asks[i];
                best_at = at;
            }
        }
        if (best == NULL)
            return;
        heard->asks[heard->count++] = best;
    }
}

/* What is only promised, is still being looked at or is refused settles nothing, whatever words it is in. */
static bool settles(const struct persona_cast *cast, const struct persona_intent *intent,
                    const char *sentence)
{
    static const enum persona_sign open[] = {PERSONA_SIGN_PROMISE, PERSONA_SIGN_WAIT, PERSONA_SIGN_REFUSAL};
    for (size_t i = 0; i < G_N_ELEMENTS(open); i++) {
        if (persona_cast_has_sign(cast, open[i], sentence))
            return false;
    }
    bool is_settled = persona_cast_has_sign(cast, PERSONA_SIGN_SETTLES, sentence);
    for (size_t i = 0; i < intent->settled_count; i++)
        is_settled |= strstr(sentence, intent->settled[i]) != NULL;
    return is_settled;
}

/* "I will see whether it can no longer be stopped" refuses nothing yet. */
static void hear_signs(const struct persona_cast *cast, const char *sentence, struct hearing *heard)
{
    bool is_open = persona_cast_has_sign(cast, PERSONA_SIGN_PROMISE, sentence) ||
                   persona_cast_has_sign(cast, PERSONA_SIGN_WAIT, sentence);
    for (int sign = 0; sign < PERSONA_SIGN_COUNT; sign++)
        heard->signs[sign] |= !(is_open && sign == PERSONA_SIGN_REFUSAL) &&
                              persona_cast_has_sign(cast, (enum persona_sign)sign, sentence);
}

static void hear_sentence(const struct persona_cast *cast, const struct persona_intent *intent,
                          const char *sentence, struct hearing *heard)
{
    hear_signs(cast, sentence, heard);
    if (asks_for_something(sentence) && !persona_cast_has_sign(cast, PERSONA_SIGN_ENDING, sentence) &&
        !persona_cast_has_sign(cast, PERSONA_SIGN_WAIT, sentence)) {
        hear_questions(cast, sentence, heard);
        heard->question |= strpbrk(sentence, "?") != NULL || strstr(sentence, "\357\274\237") != NULL;
        return;
    }
    heard->settles |= settles(cast, intent, sentence);
}

static bool is_asked(const struct hearing *heard, const char *ask)
{
    for (size_t i = 0; i < heard->count; i++) {
        if (strcmp(heard->asks[i]->id, ask) == 0)
            return true;
    }
    return false;
}

static void drop(struct hearing *heard, const char *ask)
{
    size_t kept = 0;
    for (size_t i = 0; i < heard->count; i++) {
        if (strcmp(heard->asks[i]->id, ask) != 0)
            heard->asks[kept++] = heard->asks[i];
    }
    heard->count = kept;
}

/* A plain "is that right?" or "may I?" is not answered where something else was asked in the same breath, and
 * an address has its postcode in it. */
static void drop_what_is_said_along(struct hearing *heard)
{
    if (heard->count > 1)
        drop(heard, "permit");
    if (heard->count > 1)
        drop(heard, "confirm");
    if (is_asked(heard, "address"))
        drop(heard, "postcode");
}

/* In small letters, with the typewriter's apostrophe, as the words of the cast are written. */
static char *plain(const char *text)
{
    g_autofree char *lower = g_utf8_strdown(text, -1);
    g_auto(GStrv) parts = g_strsplit(lower, "\342\200\231", -1);
    return g_strjoinv("'", parts);
}

void hearing_listen(const struct persona_cast *cast, const struct persona_intent *intent, const char *text,
                    struct hearing *heard)
{
    *heard = (struct hearing){0};
    g_autofree char *lower = plain(text);
    g_autoptr(GPtrArray) sentences = sentences_of(lower);
    for (guint i = 0; i < sentences->len; i++)
        hear_sentence(cast, intent, g_ptr_array_index(sentences, i), heard);
    drop_what_is_said_along(heard);
}
