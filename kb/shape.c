#include "kb/shape.h"

#include <string.h>

#include "kb/format.h"

/* A shape is a nondeterministic automaton without empty steps (Glushkov's): a place for each character, one
 * bit each. A longer one is not followed. */
#define PLACES_MAX 63

/* The bit of no place: the beginning of a word. */
#define BEGINNING (1ull << PLACES_MAX)

/* Of longer repetitions so many are told apart: none of them would leave a word in. */
#define REPEATS_MAX 24

/* Sets of places that are told apart while words are read; beyond, every word is taken to have the shape. */
#define STATES_MAX 512

/* Symbols of folded words: letters, digits, the point inside numbers, the underscore, any one character
 * beyond ASCII (KB_RAW_OTHER), and all the rest. */
#define SYMBOL_DIGITS     26
#define SYMBOL_POINT      36
#define SYMBOL_UNDERSCORE 37
#define SYMBOL_BEYOND     38
#define SYMBOL_OTHER      39
#define SYMBOLS           40

#define DIGITS (0x3FFull << SYMBOL_DIGITS)

/* A class of more symbols says little. */
#define WIDE 30

/* So many wide ones together say something: the word is long. */
#define WIDE_RUN 4

struct shape {
    uint64_t symbols[PLACES_MAX]; /* a bit for each that may stand at the place */
    uint64_t follow[PLACES_MAX];  /* places that may come next */
    uint64_t first, last;         /* places that may begin, and end */
    unsigned count;
    unsigned least;    /* characters of the shortest text; 0: it may be empty */
    uint32_t letters;  /* kb_letter_32 of those in every text */
    bool begins, ends; /* it begins where a word does, and ends there */
    bool twice;        /* the word stands twice in a row */
};

struct kb_shape {
    struct shape shape;
    uint8_t symbol_of[256];
    uint64_t with[SYMBOLS]; /* places at which the symbol may stand */
    uint64_t states[STATES_MAX];
    size_t state_count;
    uint16_t next[STATES_MAX][SYMBOLS]; /* the state, plus 1; 0 where it is not known yet */
};

static void collect(const struct kb_syntax *node, GPtrArray *shapes);

static unsigned symbol_of(uint8_t c)
{
    if (g_ascii_isalpha(c))
        return (unsigned)(g_ascii_tolower((char)c) - 'a');
    if (g_ascii_isdigit(c))
        return SYMBOL_DIGITS + (unsigned)(c - '0');
    if (c == '_')
        return SYMBOL_UNDERSCORE;
    if (c == KB_RAW_OTHER)
        return SYMBOL_BEYOND;
    return c == '.' ? SYMBOL_POINT : SYMBOL_OTHER;
}

static bool is_word_character(int32_t c)
{
    return c == '_' || (c < 128 && g_ascii_isalnum((char)c));
}

static bool has_word_character(const struct kb_syntax *class)
{
    for (uint8_t c = 0; c < 128; c++)
        if (class->set[c / 64] >> (c % 64) & 1 && is_word_character(c))
            return true;
    return false;
}

/* The symbols of a character or class; 0 where it stands for anything but letters, digits and underscores. */
static uint64_t symbols_of(const struct kb_syntax *node)
{
    uint64_t symbols = 0;

    if (node->kind == KB_SYNTAX_KIND_CHARACTER)
        return is_word_character(node->character) ? 1ull << symbol_of((uint8_t)node->character) : 0;
    for (uint8_t c = 0; c < 128; c++) {
        if (!(node->set[c / 64] >> (c % 64) & 1))
            continue;
        if (!is_word_character(c))
            return 0;
        symbols |= 1ull << symbol_of(c);
    }
    return symbols;
}

/* Does all that the node stands for lie inside one word? */
static bool is_in_word(const struct kb_syntax *node)
{
    if (node->kind == KB_SYNTAX_KIND_NOTHING || node->kind == KB_SYNTAX_KIND_BORDER)
        return true;
    if (node->kind == KB_SYNTAX_KIND_ANYTHING)
        return false;
    if (node->kind == KB_SYNTAX_KIND_AGAIN)
        return is_in_word(node->again);
    if (node->kind == KB_SYNTAX_KIND_CHARACTER || node->kind == KB_SYNTAX_KIND_CLASS)
        return symbols_of(node) != 0;
    for (guint i = 0; i < node->parts->len; i++)
        if (!is_in_word(g_ptr_array_index(node->parts, i)))
            return false;
    return true;
}

/* Letters that must be there, where one of the symbols must. */
static uint32_t letters_of(uint64_t symbols)
{
    if ((symbols & ~DIGITS) == 0)
        return kb_letter_32('0');
    return symbols < DIGITS && (symbols & (symbols - 1)) == 0 ? (uint32_t)symbols : 0;
}

static struct shape one_place(uint64_t symbols)
{
    return (struct shape){
        .symbols = {symbols}, .first = 1, .last = 1, .count = 1, .least = 1, .letters = letters_of(symbols)};
}

static void link_places(struct shape *s, uint64_t from, uint64_t to)
{
    for (; from != 0; from &= from - 1)
        s->follow[__builtin_ctzll(from)] |= to;
}

/* The places of `other` behind those of *s, as yet without a way between; false where they are too many. */
static bool append_places(struct shape *s, const struct shape *other)
{
    if (s->count + other->count > PLACES_MAX)
        return false;
    for (unsigned i = 0; i < other->count; i++) {
        s->symbols[s->count + i] = other->symbols[i];
        s->follow[s->count + i] = other->follow[i] << s->count;
    }
    s->count += other->count;
    return true;
}

/* *s, then `other`. */
static bool append(struct shape *s, const struct shape *other)
{
    unsigned shift = s->count;

    if (!append_places(s, other))
        return false;
    link_places(s, s->last, other->first << shift);
    s->first |= s->least == 0 ? other->first << shift : 0;
    s->last = other->last << shift | (other->least == 0 ? s->last : 0);
    s->least += other->least;
    s->letters |= other->letters;
    return true;
}

/* *s or `other`. */
static bool join(struct shape *s, const struct shape *other)
{
    unsigned shift = s->count;

    if (!append_places(s, other))
        return false;
    s->first |= other->first << shift;
    s->last |= other->last << shift;
    s->least = MIN(s->least, other->least);
    s->letters &= other->letters;
    return true;
}

static bool build(const struct kb_syntax *node, struct shape *s);

/* The least number of copies; where more are allowed the last may be repeated without end. */
static bool build_repeat(const struct kb_syntax *node, struct shape *s)
{
    uint32_t least = MIN(node->least, REPEATS_MAX);
    struct shape once;

    if (node->most == 0)
        return true;
    if (!build(g_ptr_array_index(node->parts, 0), &once))
        return false;
    if (node->most > MAX(least, 1))
        link_places(&once, once.last, once.first);
    for (uint32_t i = 0; i < MAX(least, 1); i++)
        if (!append(s, &once))
            return false;
    if (least == 0)
        s->least = s->letters = 0;
    return true;
}

/* What a node inside a word stands for, or more; false where it has too many places. */
static bool build(const struct kb_syntax *node, struct shape *s)
{
    struct shape part;

    *s = (struct shape){.count = 0};
    if (node->kind == KB_SYNTAX_KIND_NOTHING || node->kind == KB_SYNTAX_KIND_BORDER)
        return true;
    if (node->kind == KB_SYNTAX_KIND_REPEAT)
        return build_repeat(node, s);
    if (node->kind == KB_SYNTAX_KIND_AGAIN)
        return build(node->again, s);
    if (!node->parts) {
        *s = one_place(symbols_of(node));
        return true;
    }
    for (guint i = 0; i < node->parts->len; i++) {
        if (!build(g_ptr_array_index(node->parts, i), &part))
            return false;
        bool fits = node->kind == KB_SYNTAX_KIND_SEQUENCE || i == 0 ? append(s, &part) : join(s, &part);
        if (!fits)
            return false;
    }
    return true;
}

/* Digits, at least one, and nothing else. */
static bool is_number(const struct kb_syntax *node)
{
    struct shape s;

    if (!is_in_word(node) || !build(node, &s) || s.least == 0)
        return false;
    for (unsigned i = 0; i < s.count; i++)
        if (s.symbols[i] & ~DIGITS)
            return false;
    return true;
}

/* A point between digits is part of their word (kb/tokens.h). */
static bool is_point(const struct kb_syntax *sequence, guint at)
{
    const struct kb_syntax *node = g_ptr_array_index(sequence->parts, at);

    return node->kind == KB_SYNTAX_KIND_CHARACTER && node->character == '.' && at > 0 &&
           at + 1 < sequence->parts->len && is_number(g_ptr_array_index(sequence->parts, at - 1)) &&
           is_number(g_ptr_array_index(sequence->parts, at + 1));
}

static struct kb_shape *new_shape(const struct shape *s)
{
    struct kb_shape *shape = g_new0(struct kb_shape, 1);

    shape->shape = *s;
    for (unsigned c = 0; c < 256; c++)
        shape->symbol_of[c] = (uint8_t)symbol_of((uint8_t)c);
    shape->states[0] = BEGINNING;
    shape->state_count = 1;
    for (unsigned i = 0; i < s->count; i++)
        for (uint64_t left = s->symbols[i]; left != 0; left &= left - 1)
            shape->with[__builtin_ctzll(left)] |= 1ull << i;
    shape->with[SYMBOL_BEYOND] = (1ull << s->count) - 1;
    return shape;
}

static bool has_point(const struct shape *s)
{
    uint64_t symbols = 0;

    for (unsigned i = 0; i < s->count; i++)
        symbols |= s->symbols[i];
    return symbols >> SYMBOL_POINT & 1;
}

/* Ends a run of parts inside one word, and begins anew. In numbers with points words begin and end at these,
 * so there borders say nothing. */
static void end_run(struct shape *run, GPtrArray *shapes)
{
    if (has_point(run))
        run->begins = run->ends = false;
    if (run->least >= 2)
        g_ptr_array_add(shapes, new_shape(run));
    *run = (struct shape){.count = 0};
}

/* A border ends what is before it and begins what follows. */
static void add_border(struct shape *run, GPtrArray *shapes)
{
    run->ends = true;
    end_run(run, shapes);
    run->begins = true;
}

/* Does the node stand for characters that are no word's, or for none at all? *least: how many at least. */
static bool lies_between(const struct kb_syntax *node, uint32_t *least)
{
    uint32_t sum = 0, one;

    *least = 0;
    if (node->kind == KB_SYNTAX_KIND_NOTHING || node->kind == KB_SYNTAX_KIND_BORDER)
        return true;
    if (node->kind == KB_SYNTAX_KIND_CHARACTER || node->kind == KB_SYNTAX_KIND_CLASS) {
        *least = 1;
        return node->kind == KB_SYNTAX_KIND_CLASS
                   ? !node->beyond && !has_word_character(node)
                   : node->character < 128 && !is_word_character(node->character);
    }
    if (!node->parts)
        return false;
    for (guint i = 0; i < node->parts->len; i++) {
        if (!lies_between(g_ptr_array_index(node->parts, i), &one))
            return false;
        sum = node->kind == KB_SYNTAX_KIND_CHOICE && i > 0 ? MIN(sum, one) : MIN(sum + one, 1);
    }
    *least = node->kind == KB_SYNTAX_KIND_REPEAT && node->least == 0 ? 0 : sum;
    return true;
}

/* Does a word begin or end at the node for certain? */
static bool is_edge(const struct kb_syntax *sequence, guint at)
{
    const struct kb_syntax *node = at < sequence->parts->len ? g_ptr_array_index(sequence->parts, at) : NULL;
    uint32_t least;

    return node && (node->kind == KB_SYNTAX_KIND_BORDER || (lies_between(node, &least) && least > 0));
}

/* Behind what lies between, from `at`, and the group again; 0 where that does not come next. */
static guint behind_again(const struct kb_syntax *sequence, guint at, const struct kb_syntax *group)
{
    uint32_t between = 0, least;

    for (; at < sequence->parts->len; at++) {
        const struct kb_syntax *node = g_ptr_array_index(sequence->parts, at);
        if (node->kind == KB_SYNTAX_KIND_AGAIN)
            return node->again == group && between > 0 ? at + 1 : 0;
        if (!lies_between(node, &least))
            break;
        between += least;
    }
    if (between > 0 || at == sequence->parts->len)
        return 0;
    /* "(\s+\1)+" */
    const struct kb_syntax *node = g_ptr_array_index(sequence->parts, at);
    if (node->kind == KB_SYNTAX_KIND_REPEAT && node->least > 0)
        node = g_ptr_array_index(node->parts, 0);
    return node->kind == KB_SYNTAX_KIND_SEQUENCE && behind_again(node, 0, group) == node->parts->len ? at + 1
                                                                                                     : 0;
}

/* A whole word that stands twice in a row: adds its shape and moves *at to the last of its parts. */
static bool add_twice(const struct kb_syntax *sequence, guint *at, GPtrArray *shapes)
{
    const struct kb_syntax *group = g_ptr_array_index(sequence->parts, *at);
    guint behind = *at > 0 && is_edge(sequence, *at - 1) ? behind_again(sequence, *at + 1, group) : 0;
    struct shape word;

    if (behind == 0 || !is_edge(sequence, behind) || !is_in_word(group) || !build(group, &word) ||
        word.least == 0)
        return false;
    word.begins = word.ends = word.twice = true;
    g_ptr_array_add(shapes, new_shape(&word));
    *at = behind - 1;
    return true;
}

static void collect_sequence(const struct kb_syntax *node, GPtrArray *shapes)
{
    struct shape run = {.count = 0}, part;

    for (guint i = 0; i < node->parts->len; i++) {
        const struct kb_syntax *child = g_ptr_array_index(node->parts, i);
        bool ok = true;
        if (add_twice(node, &i, shapes)) {
            end_run(&run, shapes);
            continue;
        }
        if (child->kind == KB_SYNTAX_KIND_BORDER) {
            add_border(&run, shapes);
            continue;
        }
        if (is_point(node, i))
            part = one_place(1ull << SYMBOL_POINT);
        else
            ok = is_in_word(child) && build(child, &part);
        if (!ok || !append(&run, &part)) {
            end_run(&run, shapes);
            collect(child, shapes);
        }
    }
    end_run(&run, shapes);
}

/* The shape of one word that leaves the fewest in, as far as one can tell without them. */
static const struct kb_shape *best_shape(const GPtrArray *shapes)
{
    const struct kb_shape *best = NULL;

    for (guint i = 0; i < shapes->len; i++) {
        const struct kb_shape *shape = g_ptr_array_index(shapes, i);
        if (!shape->shape.twice && (!best || shape->shape.least > best->shape.least))
            best = shape;
    }
    return best;
}

/* With several branches, one shape: the best of each. */
static void collect_choice(const struct kb_syntax *node, GPtrArray *shapes)
{
    struct shape joined = {.count = 0};

    for (guint i = 0; i < node->parts->len; i++) {
        g_autoptr(GPtrArray) branch = g_ptr_array_new_with_free_func(g_free);
        collect(g_ptr_array_index(node->parts, i), branch);
        const struct kb_shape *best = best_shape(branch);
        if (!best || !(i == 0 ? append(&joined, &best->shape) : join(&joined, &best->shape)))
            return;
        joined.begins = best->shape.begins && (i == 0 || joined.begins);
        joined.ends = best->shape.ends && (i == 0 || joined.ends);
    }
    if (has_point(&joined))
        joined.begins = joined.ends = false;
    g_ptr_array_add(shapes, new_shape(&joined));
}

/* Adds the shapes of which a match of the node has each. */
static void collect(const struct kb_syntax *node, GPtrArray *shapes)
{
    if (node->kind == KB_SYNTAX_KIND_SEQUENCE)
        collect_sequence(node, shapes);
    else if (node->kind == KB_SYNTAX_KIND_CHOICE)
        collect_choice(node, shapes);
    else if (node->kind == KB_SYNTAX_KIND_REPEAT && node->least > 0)
        collect(g_ptr_array_index(node->parts, 0), shapes);
}

/* Does it say more than the letters that stand in it alone? */
static bool says_more(const struct shape *s)
{
    unsigned wide = 0;

    if (s->begins || s->ends)
        return true;
    for (unsigned i = 0; i < s->count; i++) {
        int symbols = __builtin_popcountll(s->symbols[i]);
        if (symbols > 1 && symbols < WIDE)
            return true;
        wide += symbols > 1;
    }
    return wide >= WIDE_RUN;
}

GPtrArray *kb_shapes_new(const struct kb_syntax *syntax, bool has_literals)
{
    GPtrArray *shapes = g_ptr_array_new_with_free_func(g_free);

    if (syntax)
        collect(syntax, shapes);
    for (guint i = shapes->len; has_literals && i-- > 0;)
        if (!says_more(&((struct kb_shape *)g_ptr_array_index(shapes, i))->shape))
            g_ptr_array_remove_index(shapes, i);
    return shapes;
}

/* The state of a set of places; STATES_MAX where there is no room for another. */
static size_t state_of(struct kb_shape *shape, uint64_t places)
{
    for (size_t i = 0; i < shape->state_count; i++)
        if (shape->states[i] == places)
            return i;
    if (shape->state_count == STATES_MAX)
        return STATES_MAX;
    shape->states[shape->state_count] = places;
    return shape->state_count++;
}

/* The state after a symbol. A match may begin anywhere, or only where the word does. */
static size_t step(struct kb_shape *shape, size_t state, unsigned symbol)
{
    uint64_t places = shape->states[state];
    uint64_t next = places & BEGINNING || !shape->shape.begins ? shape->shape.first : 0;
    size_t to = 0;

    for (uint64_t left = places & ~BEGINNING; left != 0; left &= left - 1)
        next |= shape->shape.follow[__builtin_ctzll(left)];
    next &= shape->with[symbol];
    if (next != 0 || symbol != SYMBOL_POINT)
        to = state_of(shape, next);
    if (to < STATES_MAX)
        shape->next[state][symbol] = (uint16_t)(to + 1);
    return to;
}

/* Is a group asked for again anywhere, and nothing looked at around a word? */
static bool asks_again(const struct kb_syntax *node, bool *looks_around)
{
    bool again = node->kind == KB_SYNTAX_KIND_AGAIN;

    *looks_around |= node->kind == KB_SYNTAX_KIND_NOTHING;
    for (guint i = 0; node->parts && i < node->parts->len; i++)
        again |= asks_again(g_ptr_array_index(node->parts, i), looks_around);
    return again;
}

bool kb_shape_is_pattern_of_word(const struct kb_syntax *syntax)
{
    bool looks_around = false;

    return syntax && is_in_word(syntax) && asks_again(syntax, &looks_around) && !looks_around;
}

bool kb_shape_is_twice(const struct kb_shape *shape)
{
    return shape->shape.twice;
}

void kb_shape_outline(const struct kb_shape *shape, uint32_t *letters, size_t *least)
{
    *letters = shape->shape.letters;
    *least = shape->shape.least;
}

bool kb_shape_is_in(struct kb_shape *shape, const char *word, size_t len)
{
    size_t state = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned symbol = shape->symbol_of[(uint8_t)word[i]];
        size_t next = shape->next[state][symbol];
        state = next > 0 ? next - 1 : step(shape, state, symbol);
        if (state == STATES_MAX)
            return true;
        if (shape->states[state] & shape->shape.last &&
            (!shape->shape.ends || i + 1 == len || word[i + 1] == '.'))
            return true;
    }
    return false;
}
