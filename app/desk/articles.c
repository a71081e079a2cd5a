#include "app/desk/articles.h"

#include <cjson/cJSON.h>
#include <glib/gstdio.h>
#include <string.h>

#include "kb/error.h"
#include "kb/reader.h"
#include "kb/update.h"
#include "net/mailbox.h"

#define RESULTS_MAX 50
#define SUGGESTIONS 5

enum job_kind { JOB_OPEN, JOB_SEARCH, JOB_SUGGEST, JOB_READ, JOB_REPLACE, JOB_CHANGE, JOB_USES, JOB_END };

/* What the worker is asked; `text` is the query, the article's id or the snapshot's lines, `extra` the
 * language or the etag. */
struct job {
    enum job_kind kind;
    int64_t number;
    char *text, *extra;
    gint cancelled;
    gint references; /* of the queue or worker, and of `latest` */
};

/* What the worker answers. */
struct answer {
    enum job_kind kind;
    int64_t number;
    struct kb_results *results;
    struct kb_index *index; /* holds the texts of doc */
    struct kb_doc doc;
    bool has_doc;
    uint32_t count;
    char *etag, *flags;
    GError *error;
};

struct articles {
    char *index_path, *etag_path, *uses_path;
    GAsyncQueue *jobs;
    GThread *worker;
    struct mailbox *answers;
    struct job *latest; /* search asked for last, so that the next can end it */
    const struct articles_callbacks *callbacks;
    void *user_data;
    /* the worker's */
    struct kb_index *index;
    struct kb_uses *uses; /* NULL: not known */
    GHashTable *flags;    /* article -> what is wrong with it, a line each */
};

static void job_unref(void *data)
{
    struct job *job = data;
    if (job == NULL || !g_atomic_int_dec_and_test(&job->references))
        return;
    g_free(job->text);
    g_free(job->extra);
    g_free(job);
}

static void answer_free(void *data)
{
    struct answer *answer = data;
    kb_results_free(answer->results);
    kb_index_close(answer->index);
    g_free(answer->etag);
    g_free(answer->flags);
    g_clear_error(&answer->error);
    g_free(answer);
}

/* The worker's half */

static void open_index(struct articles *l, struct answer *answer)
{
    struct kb_index *index = kb_index_open(l->index_path, &answer->error);
    if (index != NULL) {
        kb_index_close(l->index);
        l->index = index;
    } else if (!g_file_test(l->index_path, G_FILE_TEST_EXISTS)) {
        g_clear_error(&answer->error); /* the first start: nothing is held yet */
    }
    answer->count = l->index != NULL ? kb_index_count(l->index) : 0;
    if (l->index == NULL || !g_file_get_contents(l->etag_path, &answer->etag, NULL, NULL))
        answer->etag = g_strdup("");
}

/* Where the articles of a snapshot or of its changes go: one of the two. */
struct taking {
    struct kb_builder *builder;
    struct kb_update *update;
};

static void add_line(const struct taking *taking, const char *line, size_t len)
{
    g_autofree char *text = g_strndup(line, len);
    struct kb_reader_line read;
    if (!kb_reader_line_init(&read, text, len, NULL))
        return;
    if (read.deleted && taking->update != NULL)
        kb_update_delete(taking->update, read.document.id);
    else if (taking->update != NULL)
        kb_update_put(taking->update, &read.document, NULL);
    else if (!read.deleted)
        kb_builder_add(taking->builder, &read.document, NULL);
    kb_reader_line_release(&read);
}

static void add_lines(const struct taking *taking, const char *line)
{
    while (*line != '\0') {
        size_t len = strcspn(line, "\n");
        add_line(taking, line, len);
        line += len + (line[len] == '\n');
    }
}

/* What was written is opened; what could not be written leaves what was there, with its etag. */
static void open_written(struct articles *l, const struct job *job, bool is_done, struct answer *answer)
{
    if (is_done)
        g_file_set_contents_full(l->etag_path, job->extra, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
    g_autoptr(GError) error = g_steal_pointer(&answer->error);
    open_index(l, answer);
    if (error != NULL) {
        g_clear_error(&answer->error);
        answer->error = g_steal_pointer(&error);
    }
}

static void replace_index(struct articles *l, const struct job *job, struct answer *answer)
{
    struct taking taking = {.builder = kb_builder_new(l->index_path, &answer->error)};
    if (taking.builder != NULL)
        add_lines(&taking, job->text);
    bool is_done = taking.builder != NULL && kb_builder_finish(taking.builder, &answer->error);
    kb_builder_free(taking.builder);
    open_written(l, job, is_done, answer);
}

static void change_index(struct articles *l, const struct job *job, struct answer *answer)
{
    struct taking taking = {.update = kb_update_new(l->index_path, &answer->error)};
    if (taking.update != NULL)
        add_lines(&taking, job->text);
    bool is_done = taking.update != NULL && kb_update_commit(taking.update, &answer->error);
    kb_update_free(taking.update);
    open_written(l, job, is_done, answer);
}

/* What is wrong with one article: "the price is old · lina", a line each. Caller owns. */
static char *read_flags(const cJSON *flags)
{
    const cJSON *flag;
    GString *text = g_string_new(NULL);
    cJSON_ArrayForEach (flag, flags) {
        const char *note = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(flag, "note")),
                   *by = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(flag, "by"));
        if (note == NULL || by == NULL)
            continue;
        g_autofree char *line = g_strdelimit(g_strdup(note), "\r\n", ' ');
        g_string_append_printf(text, "%s%s · %s", text->len > 0 ? "\n" : "", line, by);
    }
    return g_string_free(text, false);
}

static void take_flags(struct articles *l, const char *line)
{
    cJSON *json = cJSON_Parse(line);
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "id"));
    const cJSON *flags = cJSON_GetObjectItemCaseSensitive(json, "flags");
    if (id != NULL && cJSON_GetArraySize(flags) > 0)
        g_hash_table_insert(l->flags, g_strdup(id), read_flags(flags));
    cJSON_Delete(json);
}

static void take_uses(struct articles *l, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    kb_uses_unref(l->uses);
    l->uses = kb_uses_new();
    g_hash_table_remove_all(l->flags);
    for (size_t i = 0; lines[i] != NULL; i++)
        if (kb_reader_use(l->uses, lines[i], strlen(lines[i]), NULL))
            take_flags(l, lines[i]);
}

/* Kept beside the index, so that a desk without its backend ranks as it did. */
static void keep_uses(struct articles *l, const char *text)
{
    g_file_set_contents_full(l->uses_path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
    take_uses(l, text);
}

static void open_uses(struct articles *l)
{
    g_autofree char *text = NULL;
    if (g_file_get_contents(l->uses_path, &text, NULL, NULL))
        take_uses(l, text);
}

static void search_index(struct articles *l, struct job *job, struct answer *answer)
{
    struct kb_search_options options = {.limit = job->kind == JOB_SUGGEST ? SUGGESTIONS : RESULTS_MAX,
                                        .cancel = &job->cancelled,
                                        .lang = job->extra,
                                        .uses = l->uses};
    if (l->index == NULL)
        return;
    answer->results = job->kind == JOB_SUGGEST ? kb_similar(l->index, job->text, &options, &answer->error)
                                               : kb_search(l->index, job->text, &options, &answer->error);
    /* An agent who types knows what language that is: the contact's comes first, and is no wall. */
    bool is_empty = answer->results != NULL && answer->results->total == 0;
    if (job->kind == JOB_SEARCH && is_empty && options.lang != NULL && !g_atomic_int_get(&job->cancelled)) {
        kb_results_free(answer->results);
        options.lang = NULL;
        answer->results = kb_search(l->index, job->text, &options, &answer->error);
    }
}

static void run_job(struct articles *l, struct job *job, struct answer *answer)
{
    switch (job->kind) {
    case JOB_OPEN:
        open_index(l, answer);
        open_uses(l);
        break;
    case JOB_REPLACE:
        replace_index(l, job, answer);
        break;
    case JOB_CHANGE:
        change_index(l, job, answer);
        break;
    case JOB_SEARCH:
    case JOB_SUGGEST:
        search_index(l, job, answer);
        break;
    case JOB_READ:
        answer->has_doc = l->index != NULL && kb_index_find(l->index, job->text, &answer->doc);
        answer->index = answer->has_doc ? kb_index_ref(l->index) : NULL;
        answer->flags = g_strdup(g_hash_table_lookup(l->flags, job->text));
        break;
    case JOB_USES:
        keep_uses(l, job->text);
        break;
    case JOB_END:
        break;
    }
}

static void *worker_main(void *data)
{
    struct articles *l = data;
    for (;;) {
        struct job *job = g_async_queue_pop(l->jobs);
        bool is_end = job->kind == JOB_END;
        if (!is_end && !g_atomic_int_get(&job->cancelled)) {
            struct answer *answer = g_new0(struct answer, 1);
            answer->kind = job->kind;
            answer->number = job->number;
            run_job(l, job, answer);
            mailbox_post(l->answers, answer);
        }
        job_unref(job);
        if (is_end)
            return NULL;
    }
}

/* The owner's half */

static void on_answer(void *message, void *user_data)
{
    struct articles *l = user_data;
    const struct answer *answer = message;
    switch (answer->kind) {
    case JOB_OPEN:
    case JOB_REPLACE:
    case JOB_CHANGE:
        l->callbacks->loaded(answer->count, answer->etag, answer->error, l->user_data);
        return;
    case JOB_SEARCH:
    case JOB_SUGGEST:
        if (!g_error_matches(answer->error, KB_ERROR, KB_ERROR_CANCELLED))
            l->callbacks->found(answer->number, answer->results, answer->error, l->user_data);
        return;
    case JOB_READ:
        l->callbacks->article(answer->number, answer->has_doc ? &answer->doc : NULL, answer->flags,
                              l->user_data);
        return;
    case JOB_USES:
    case JOB_END:
        return;
    }
}

static struct job *push(struct articles *l, enum job_kind kind, int64_t number, const char *text,
                        const char *extra)
{
    struct job *job = g_new0(struct job, 1);
    *job = (struct job){
        .kind = kind, .number = number, .text = g_strdup(text), .extra = g_strdup(extra), .references = 1};
    if (kind == JOB_SEARCH)
        g_atomic_int_inc(&job->references);
    g_async_queue_push(l->jobs, job);
    return job;
}

struct articles *articles_new(const char *folder, const struct articles_callbacks *callbacks, void *user_data)
{
    struct articles *l = g_new0(struct articles, 1);
    g_mkdir_with_parents(folder, 0700);
    l->index_path = g_build_filename(folder, "articles.kb", NULL);
    l->etag_path = g_build_filename(folder, "articles.etag", NULL);
    l->uses_path = g_build_filename(folder, "articles.use", NULL);
    l->flags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    l->jobs = g_async_queue_new_full(job_unref);
    l->answers = mailbox_new(g_main_context_get_thread_default(), on_answer, answer_free, l);
    l->callbacks = callbacks;
    l->user_data = user_data;
    l->worker = g_thread_new("articles", worker_main, l);
    push(l, JOB_OPEN, 0, NULL, NULL);
    return l;
}

static void end_latest(struct articles *l)
{
    if (l->latest != NULL)
        g_atomic_int_set(&l->latest->cancelled, 1);
    job_unref(g_steal_pointer(&l->latest));
}

void articles_free(struct articles *l)
{
    if (l == NULL)
        return;
    end_latest(l);
    push(l, JOB_END, 0, NULL, NULL);
    g_thread_join(l->worker);
    mailbox_close(l->answers);
    g_async_queue_unref(l->jobs);
    kb_index_close(l->index);
    kb_uses_unref(l->uses);
    g_hash_table_unref(l->flags);
    g_free(l->uses_path);
    g_free(l->index_path);
    g_free(l->etag_path);
    g_free(l);
}

void articles_search(struct articles *l, int64_t number, const char *text, const char *lang)
{
    end_latest(l);
    l->latest = push(l, JOB_SEARCH, number, text, lang);
}

void articles_suggest(struct articles *l, int64_t number, const char *text, const char *lang)
{
    push(l, JOB_SUGGEST, number, text, lang);
}

void articles_read(struct articles *l, int64_t number, const char *id)
{
    push(l, JOB_READ, number, id, NULL);
}

void articles_replace(struct articles *l, const char *etag, const char *lines)
{
    push(l, JOB_REPLACE, 0, lines, etag);
}

void articles_change(struct articles *l, const char *etag, const char *lines)
{
    push(l, JOB_CHANGE, 0, lines, etag);
}

void articles_use(struct articles *l, const char *lines)
{
    push(l, JOB_USES, 0, lines, NULL);
}
