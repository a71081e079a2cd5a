/*
 * The index file, format version 6. What has changed since lies beside it, in FILE.delta (kb/delta.h).
 *
 * One immutable file, little-endian, read by mapping it: every section is an array of the structs below or a
 * run of bytes, and nothing is parsed when it is opened. It is written beside its name, flushed and renamed,
 * so a reader sees the old file or the new one whole, and one that has the old file mapped keeps it.
 *
 * 1. The file
 *
 *     file      := header section{11}
 *     header    := struct kb_disk_header
 *
 * Sections begin on multiples of 8; the bytes between them are zero. They may stand in any order: the header
 * says where each begins, how long it is, and its checksum (XXH64, seed 0: kb/checksum.h). The header's own
 * checksum is its last member.
 *
 * 2. Documents. A document's ordinal is its place in the order in which they were added.
 *
 *     DOCS      := struct kb_disk_doc[doc_count]
 *     LENGTHS   := struct kb_disk_length[doc_count]
 *     LETTERS   := u64[doc_count]
 *     IDS       := u32[doc_count]
 *     HEADS     := (id NUL title NUL tags NUL)*
 *     BODIES    := (body NUL)*
 *
 * LENGTHS has the words of each field, for the ranking. LETTERS has which letters a title has (kb_letter_64),
 * to rule titles out. IDS has the ordinals in byte order of the documents' ids, to find one by bisection.
 * Tags are separated by U+000A. Heads stand apart from bodies so that a pass over all titles touches no body.
 *
 * 3. Words. A spelling is a word as it stands in a text, folded (kb/fold.h); its group is its stem, or the
 * CJK character or pair itself. Both tables are in byte order of their spellings. Some groups are of no word:
 * KB_CUT_GROUP, KB_ODD_GROUP, KB_RAW_PREFIX, KB_TWICE_PREFIX.
 *
 *     WORDS     := struct kb_disk_word[word_count]
 *     GROUPS    := struct kb_disk_group[group_count + 1]
 *     SPELLINGS := byte*
 *     SOUNDS    := struct kb_disk_sound*
 *
 * WORDS serves beginnings of words and corrections, GROUPS everything else; both point into SPELLINGS. The
 * last row of GROUPS is no group: its postings_at marks where the last list ends. SOUNDS has a row for each
 * way in which a CJK group may be read, in the order of the sounds, for pinyin and for errors of sound.
 *
 * 4. Postings: the three lists of each group, in the order of GROUPS. A field whose df is 0 has no list.
 *
 *     POSTINGS  := (title-list? body-list? tags-list?)*
 *     list      := varint(docs_len) varint(positions_len) skip* docs positions
 *     skip      := u32(doc) u32(docs_at) u32(positions_at)
 *     docs      := (varint(delta * 2 + 1) | varint(delta * 2) varint(tf))*
 *     positions := varint(delta)*
 *
 * docs has one entry for each of the df documents: delta is the difference to the ordinal before it (to -1 at
 * first), and tf how often the document has the group, of which the usual 1 is told by the low bit. positions
 * has tf entries for each document, differences from 0 anew in each. A list has (df - 1) / 128 skips: each
 * stands behind 128 more documents and says the ordinal reached, and the offsets in docs and in positions at
 * which the next one begins. A varint has seven bits a byte, the lowest first, and the high bit set where
 * another byte follows (kb/bytes.h).
 *
 * 5. What a reader believes: nothing but the header, whose checksum it proves. Each offset, length and
 * ordinal is checked where it is used, so that a damaged file gives fewer results and no crash. The sections'
 * checksums are proved by kb_index_check only, since that reads the whole file.
 *
 * 6. Versions. KB_FORMAT_VERSION is raised where the bytes change, KB_TEXT_RULES (kb/tokens.h) where folding,
 * word borders or stems do: a file of another of either is refused with a sentence and made anew, since it
 * holds nothing that its documents do not. There is no reading of older versions.
 */
#ifndef KB_FORMAT_H
#define KB_FORMAT_H

#include <stdint.h>

#define KB_FORMAT_MAGIC      "FLKBIDX\n"
#define KB_FORMAT_VERSION    6
#define KB_FORMAT_BYTE_ORDER 0x01020304

/* Postings between two skips. */
#define KB_FORMAT_SKIP 128

/* The fields of a document that words are found in. */
enum kb_field { KB_FIELD_TITLE, KB_FIELD_BODY, KB_FIELD_TAGS };
#define KB_FIELD_COUNT 3

enum kb_section_kind {
    KB_SECTION_KIND_DOCS,
    KB_SECTION_KIND_LENGTHS,
    KB_SECTION_KIND_LETTERS,
    KB_SECTION_KIND_IDS,
    KB_SECTION_KIND_HEADS,
    KB_SECTION_KIND_BODIES,
    KB_SECTION_KIND_WORDS,
    KB_SECTION_KIND_GROUPS,
    KB_SECTION_KIND_SPELLINGS,
    KB_SECTION_KIND_POSTINGS,
    KB_SECTION_KIND_SOUNDS,
};
#define KB_SECTION_COUNT 11

struct kb_disk_section {
    uint64_t offset; /* bytes from the beginning of the file, a multiple of 8 */
    uint64_t size;   /* bytes */
    uint64_t checksum;
};

struct kb_disk_header {
    char magic[8];
    uint32_t version;
    uint32_t byte_order; /* KB_FORMAT_BYTE_ORDER as this machine reads it */
    uint64_t file_size;  /* bytes of the whole file */
    uint32_t text_rules; /* KB_TEXT_RULES of the program that wrote it */
    uint32_t doc_count, word_count, group_count;
    uint64_t title_words, body_words; /* sums over all documents */
    struct kb_disk_section sections[KB_SECTION_COUNT];
    uint64_t checksum; /* of the header up to here */
};

/* The group of all documents that hold a word longer than KB_TOKEN_MAX: no word has this spelling. */
#define KB_CUT_GROUP "\001"

/* The group of all documents with a text in which nobody can say what PCRE2 takes for a word: marks, which
 * belong to words since 10.43, and letters and numbers that are new in Unicode. No word has this spelling
 * either. */
#define KB_ODD_GROUP "\002"

/* Words of PCRE2 (letters, numbers and underscores, and points inside numbers) that are no words of the index
 * have groups of their own: this, then the word in small letters, KB_RAW_OTHER for each character that is not
 * ASCII (kb/raw.h). Single letters are left out. Those longer than KB_TOKEN_MAX with it are in KB_CUT_GROUP.
 */
#define KB_RAW_PREFIX "\003"
#define KB_RAW_OTHER  '\177'

/* Words of PCRE2 that stand twice in a row, with nothing but other characters between them, have groups of
 * the documents where they do: this, then the word as above, without points and of one letter or more. */
#define KB_TWICE_PREFIX "\004"

#define KB_LANG_MAX 13

struct kb_disk_doc {
    uint64_t head_at; /* in HEADS */
    uint64_t body_at; /* in BODIES */
    int64_t updated;  /* seconds since 1970, 0 where unknown */
    uint32_t body_len;
    uint16_t title_len, tags_len; /* bytes without the NUL */
    uint8_t id_len;
    uint8_t ascii;              /* a bit for each field (1 << enum kb_field): its text is ASCII alone */
    char lang[KB_LANG_MAX + 1]; /* closed by NUL, "" where unknown */
};

struct kb_disk_length {
    uint16_t title, body; /* words; 65535 stands for more */
};

struct kb_disk_word {
    uint32_t spelling_at; /* in SPELLINGS */
    uint32_t group;       /* its stem's row in GROUPS */
    uint32_t letters;     /* kb_letter_32, to rule corrections out */
    uint32_t count;       /* occurrences in all fields of all documents */
    uint8_t len;          /* bytes */
    uint8_t kind;         /* enum kb_token_kind: word or number */
    uint16_t reserved;
};

struct kb_disk_group {
    uint32_t spelling_at;        /* in SPELLINGS */
    uint32_t df[KB_FIELD_COUNT]; /* documents that have it in this field */
    uint32_t df_any;             /* documents that have it in any field */
    uint32_t postings_at;        /* in POSTINGS */
    uint8_t len;                 /* bytes */
    uint8_t kind;                /* enum kb_token_kind */
    uint16_t reserved;
};

struct kb_disk_sound {
    uint16_t first, second; /* sounds (kb/han.h); second is 0 for a single character */
    uint32_t group;         /* row in GROUPS */
};

_Static_assert(sizeof(struct kb_disk_header) == 64 + 24 * KB_SECTION_COUNT, "the header has no holes");
_Static_assert(sizeof(struct kb_disk_doc) == 48, "a document's row has no holes");
_Static_assert(sizeof(struct kb_disk_word) == 20 && sizeof(struct kb_disk_group) == 28, "rows have no holes");

/* Which letters a folded text has, one bit each: a-z, one for all digits, five shared by all the rest. */
static inline uint32_t kb_letter_32(int32_t c)
{
    if (c >= 'a' && c <= 'z')
        return 1u << (c - 'a');
    if (c >= '0' && c <= '9')
        return 1u << 26;
    return 1u << (27 + (uint32_t)c % 5);
}

/* The same with a bit for each digit, and 28 for the rest. */
static inline uint64_t kb_letter_64(int32_t c)
{
    if (c >= 'a' && c <= 'z')
        return 1ull << (c - 'a');
    if (c >= '0' && c <= '9')
        return 1ull << (26 + (c - '0'));
    return 1ull << (36 + (uint32_t)c % 28);
}

#endif
