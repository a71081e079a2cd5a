#include "kb/cli_results.h"

#include <stdio.h>
#include <unistd.h>

static void print_json_string(const char *text)
{
    putchar('"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            printf("\\%c", *p);
        else if ((uint8_t)*p < 0x20)
            printf("\\u%04x", (unsigned)*p);
        else
            putchar(*p);
    }
    putchar('"');
}

static void print_ranges(const char *name, const struct kb_range *ranges, size_t count)
{
    printf(",\"%s\":[", name);
    for (size_t i = 0; i < count; i++)
        printf("%s[%u,%u]", i > 0 ? "," : "", ranges[i].start, ranges[i].end);
    putchar(']');
}

/* The parts of a score, for people: one a line. */
static void print_parts(const GArray *parts)
{
    for (guint i = 0; i < parts->len; i++) {
        const struct kb_part *part = &g_array_index(parts, struct kb_part, i);
        printf("    %9.4f  %s", (double)part->value, kb_part_name(part->kind));
        if (part->word)
            printf("  %s", part->word);
        putchar('\n');
    }
}

/* And for programs: one column of "title:refund=4.1250 share=1.0000". */
static void print_parts_column(const GArray *parts)
{
    for (guint i = 0; i < parts->len; i++) {
        const struct kb_part *part = &g_array_index(parts, struct kb_part, i);
        printf("%c%s%s%s=%.4f", i > 0 ? ' ' : '\t', kb_part_name(part->kind), part->word ? ":" : "",
               part->word ? part->word : "", (double)part->value);
    }
}

static void print_json_parts(const GArray *parts)
{
    printf(",\"parts\":[");
    for (guint i = 0; i < parts->len; i++) {
        const struct kb_part *part = &g_array_index(parts, struct kb_part, i);
        printf("%s{\"part\":\"%s\"", i > 0 ? "," : "", kb_part_name(part->kind));
        if (part->word) {
            printf(",\"word\":");
            print_json_string(part->word);
        }
        printf(",\"value\":%.4f}", (double)part->value);
    }
    putchar(']');
}

void kb_cli_print_json(const char *query_id, const struct kb_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct kb_result *r = &results->results[i];
        printf("{");
        if (query_id) {
            printf("\"query_id\":");
            print_json_string(query_id);
            printf(",");
        }
        printf("\"rank\":%zu,\"id\":", i + 1);
        print_json_string(r->id);
        printf(",\"score\":%.4f,\"title\":", (double)r->score);
        print_json_string(r->title);
        print_ranges("title_ranges", r->title_ranges, r->title_range_count);
        printf(",\"snippet\":");
        print_json_string(r->snippet);
        print_ranges("snippet_ranges", r->snippet_ranges, r->snippet_range_count);
        if (r->parts)
            print_json_parts(r->parts);
        printf("}\n");
    }
}

void kb_cli_print_tsv(const char *query_id, const struct kb_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct kb_result *r = &results->results[i];
        printf("%s\t%zu\t%s\t%.4f", query_id ? query_id : "", i + 1, r->id, (double)r->score);
        if (r->parts)
            print_parts_column(r->parts);
        putchar('\n');
    }
}

/* Text for a terminal: what it marks is underlined, control characters become blanks. */
static void print_marked(const char *text, const struct kb_range *ranges, size_t count, bool marks)
{
    size_t next = 0;

    for (size_t i = 0; text[i]; i++) {
        if (marks && next < count && i == ranges[next].start)
            fputs("\033[4m", stdout);
        putchar((uint8_t)text[i] < 0x20 || text[i] == 0x7F ? ' ' : text[i]);
        if (next < count && i + 1 == ranges[next].end) {
            if (marks)
                fputs("\033[24m", stdout);
            next++;
        }
    }
}

void kb_cli_print_table(const struct kb_results *results)
{
    bool marks = isatty(STDOUT_FILENO) && !g_getenv("NO_COLOR");

    for (size_t i = 0; i < results->count; i++) {
        const struct kb_result *r = &results->results[i];
        printf("%2zu  ", i + 1);
        print_marked(r->title, r->title_ranges, r->title_range_count, marks);
        printf("  [");
        print_marked(r->id, NULL, 0, false);
        printf("]\n    ");
        print_marked(r->snippet, r->snippet_ranges, r->snippet_range_count, marks);
        putchar('\n');
        if (r->parts) {
            printf("    %9.4f  score, of which\n", (double)r->score);
            print_parts(r->parts);
        }
    }
    printf("%zu of %s%zu\n", results->count, results->incomplete ? "at least " : "", results->total);
}
