/* Text into tokens: folding, borders, stems, offsets back into the original. */
#include "kb/tokens.h"

#include <glib.h>
#include <string.h>

#include "kb/bytes.h"
#include "kb/fold.h"
#include "kb/stem.h"

static void assert_folds(const char *text, const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    int32_t parts[KB_FOLD_MAX];

    for (size_t at = 0, len = strlen(text); at < len;) {
        size_t count = kb_fold_char(kb_utf8_next(text, len, &at), parts);
        for (size_t i = 0; i < count; i++)
            g_string_append_unichar(out, (gunichar)parts[i]);
    }
    g_assert_cmpstr(out->str, ==, expected);
}

static void test_fold(void)
{
    assert_folds("Stra\u00dfe", "strasse");
    assert_folds("\u00c9COLE", "ecole");
    assert_folds("\uff21\uff22\uff43\uff11", "abc1");
    assert_folds("\ufb01n", "fin");
    assert_folds("\u0141\u00f3d\u017a", "lodz");
    assert_folds("co\u00adop", "coop");
    assert_folds("\u0130", "i");
    assert_folds("退款", "退款");
    assert_folds("還款賬單", "还款账单");
    assert_folds("がギ", "がギ");
    assert_folds("한국", "한국");
    assert_folds("e\u0301\u0301\u0301", "e");
    assert_folds("\xff\xfe", "\uFFFD\uFFFD");
}

/* Tokens as "text@position[start,end)" between blanks. */
static char *tokens_of(const char *text, size_t len)
{
    GString *all = g_string_new(NULL);
    struct kb_tokens tokens;
    struct kb_token token;

    kb_tokens_init(&tokens, text, len);
    while (kb_tokens_next(&tokens, &token)) {
        g_assert_cmpuint(token.len, ==, strlen(token.text));
        g_assert_cmpuint(token.end, <=, len);
        g_assert_cmpuint(token.start, <, token.end);
        g_string_append_printf(all, "%s%s@%u[%u,%u)", all->len ? " " : "", token.text, token.position,
                               token.start, token.end);
    }
    return g_string_free(all, FALSE);
}

static void assert_tokens(const char *text, const char *expected)
{
    g_autofree char *all = tokens_of(text, strlen(text));

    g_assert_cmpstr(all, ==, expected);
}

static void test_words(void)
{
    assert_tokens("Hello, World", "hello@0[0,5) world@1[7,12)");
    assert_tokens("Caf\u00e9!", "cafe@0[0,5)");
    assert_tokens("cafe\u0301 x", "cafe@0[0,6) x@1[7,8)");
    assert_tokens("open_bank_2", "open@0[0,4) bank@1[5,9) 2@2[10,11)");
    assert_tokens("", "");
    assert_tokens(" \t\n--", "");
}

static void test_apostrophes(void)
{
    assert_tokens("isn't", "isnt@0[0,5)");
    assert_tokens("customer\u2019s", "customer@0[0,12)");
    assert_tokens("I'll 'quoted'", "i@0[0,4) quoted@1[6,12)");
    assert_tokens("O'Neill", "oneill@0[0,7)");
}

static void test_numbers(void)
{
    assert_tokens("10,000 and 4.7.", "10000@0[0,6) and@1[7,10) 4.7@2[11,14)");
    assert_tokens("1,2", "1@0[0,1) 2@1[2,3)");
    assert_tokens("A4711", "a4711@0[0,5)");
}

static void test_cjk(void)
{
    assert_tokens("退款x款", "退@0[0,3) 退款@0[0,6) 款@1[3,6) x@2[6,7) 款@3[7,10)");
    assert_tokens("退 款", "退@0[0,3) 款@1[4,7)");
}

static void test_invalid_bytes(void)
{
    static const char *const texts[] = {"ab\377cd",         "\xe9\x80", "\xed\xa0\x80x",
                                        "\xf4\x90\x80\x80", "\xc0\x80", "\x80\x80"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(tokens_of(texts[i], strlen(texts[i])));
    g_free(tokens_of("a\0b", 3));
    assert_tokens("ab\xff"
                  "cd",
                  "ab@0[0,2) cd@1[3,5)");
}

/* A tower of marks belongs to its letter; an endless word is cut, and ends where it ends. */
static void test_towers_and_long_words(void)
{
    g_autoptr(GString) tower = g_string_new("a");
    g_autoptr(GString) word = g_string_new(NULL);
    struct kb_tokens tokens;
    struct kb_token token;

    for (int i = 0; i < 5000; i++)
        g_string_append(tower, "\u0301");
    kb_tokens_init(&tokens, tower->str, tower->len);
    g_assert_true(kb_tokens_next(&tokens, &token));
    g_assert_cmpstr(token.text, ==, "a");
    g_assert_cmpuint(token.end, ==, tower->len);
    for (int i = 0; i < 5000; i++)
        g_string_append(word, "\u00e4");
    kb_tokens_init(&tokens, word->str, word->len);
    g_assert_true(kb_tokens_next(&tokens, &token));
    g_assert_cmpuint(token.len, ==, KB_TOKEN_MAX);
    g_assert_cmpuint(token.end, ==, word->len);
    g_assert_false(kb_tokens_next(&tokens, &token));
}

static void test_stem(void)
{
    static const char *const rows[][2] = {
        {"consignment", "consign"},
        {"consistency", "consist"},
        {"consolingly", "consol"},
        {"knackeries", "knackeri"},
        {"kneaded", "knead"},
        {"knitting", "knit"},
        {"knotty", "knotti"},
        {"generously", "generous"},
        {"generate", "generat"},
        {"communication", "communic"},
        {"hopping", "hop"},
        {"hoping", "hope"},
        {"happy", "happi"},
        {"dying", "die"},
        {"skies", "sky"},
        {"ties", "tie"},
        {"cries", "cri"},
        {"gas", "gas"},
        {"this", "this"},
        {"gaps", "gap"},
        {"kiwis", "kiwi"},
        {"luxuriated", "luxuri"},
        {"feed", "feed"},
        {"agreed", "agre"},
        {"relational", "relat"},
        {"conditional", "condit"},
        {"rational", "ration"},
        {"digitizer", "digit"},
        {"operator", "oper"},
        {"triplicate", "triplic"},
        {"electrical", "electr"},
        {"hopeful", "hope"},
        {"goodness", "good"},
        {"revival", "reviv"},
        {"allowance", "allow"},
        {"adjustment", "adjust"},
        {"replacement", "replac"},
        {"adoption", "adopt"},
        {"by", "by"},
        {"say", "say"},
        {"enjoy", "enjoy"},
        {"proceeded", "proceed"},
        {"succeeding", "succeed"},
        {"inning", "inning"},
        {"youth", "youth"},
        {"news", "news"},
        {"opening", "open"},
        {"opened", "open"},
        {"refunds", "refund"},
        {"policies", "polici"},
        {"policy", "polici"},
        {"as", "as"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char word[KB_TOKEN_MAX + 2];
        size_t len = strlen(rows[i][0]);
        memcpy(word, rows[i][0], len);
        len = kb_stem(word, len);
        word[len] = '\0';
        g_assert_cmpstr(word, ==, rows[i][1]);
    }
}

/* Any word of letters comes out no longer than it went in, whatever its letters. */
static void test_stem_never_grows(void)
{
    static const char letters[] = "aeiouybdlstingedlyatbliz";

    for (int i = 0; i < 200000; i++) {
        char word[KB_TOKEN_MAX + 2];
        size_t len = (size_t)g_test_rand_int_range(0, 14);
        for (size_t k = 0; k < len; k++)
            word[k] = letters[g_test_rand_int_range(0, (gint32)strlen(letters))];
        size_t stemmed = kb_stem(word, len);
        g_assert_cmpuint(stemmed, <=, len + 1);
        g_assert_true(len == 0 || stemmed > 0);
    }
}

/* The table is searched by halves: each of its words must be found. */
static void test_function_words(void)
{
    static const char *const words[] = {"a",       "the", "of",      "isnt",  "yours",
                                        "wouldnt", "her", "because", "please"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        g_assert_true(kb_is_function_word(words[i]));
    g_assert_false(kb_is_function_word("refund"));
    g_assert_false(kb_is_function_word(""));
}

static void test_varints(void)
{
    static const uint32_t values[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX - 1, UINT32_MAX};
    uint8_t bytes[KB_VARINT_MAX];
    uint32_t value;

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        size_t len = kb_varint_put(bytes, values[i]);
        const uint8_t *at = bytes;
        g_assert_true(kb_varint_get(&at, bytes + len, &value));
        g_assert_cmpuint(value, ==, values[i]);
        g_assert_true(at == bytes + len);
        at = bytes;
        g_assert_false(kb_varint_get(&at, bytes + len - 1, &value));
    }
    const uint8_t endless[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
    const uint8_t *at = endless;
    g_assert_false(kb_varint_get(&at, endless + sizeof endless, &value));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kb/fold/folds case, width, accents and ligatures", test_fold);
    g_test_add_func("/kb/tokens/gives words with their bytes", test_words);
    g_test_add_func("/kb/tokens/joins at apostrophes", test_apostrophes);
    g_test_add_func("/kb/tokens/keeps numbers whole", test_numbers);
    g_test_add_func("/kb/tokens/gives cjk in singles and pairs", test_cjk);
    g_test_add_func("/kb/tokens/passes over invalid bytes", test_invalid_bytes);
    g_test_add_func("/kb/tokens/bears towers and endless words", test_towers_and_long_words);
    g_test_add_func("/kb/tokens/knows function words", test_function_words);
    g_test_add_func("/kb/stem/stems as porter's second algorithm", test_stem);
    g_test_add_func("/kb/stem/never grows a word", test_stem_never_grows);
    g_test_add_func("/kb/bytes/writes and reads varints", test_varints);
    return g_test_run();
}
