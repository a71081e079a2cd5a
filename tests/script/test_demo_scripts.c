/* Every script of the demo is walked by keys alone, from ring to close, and the rules take every event of it.
 *
 * What is answered is plausible, not wise: the first choice, "yes", a text; the point is that no key is
 * missing on the way and that no step records what the backend would refuse.
 */
#include <string.h>

#include "app/desk/popup.h"
#include "app/script/pattern.h"
#include "app/script/script.h"
#include "app/script/walk.h"
#include "tests/support/desk_play.h"

#define MOVES_MAX 80

static const char *sample(const struct script_field *field)
{
    switch (field->type) {
    case VALUE_TYPE_NUMBER:
        return field->range[0] != NULL ? field->range[0] : "3";
    case VALUE_TYPE_MONEY:
        return field->range[0] != NULL ? field->range[0] : "12.50";
    case VALUE_TYPE_DATE:
        return field->range[0] != NULL ? field->range[0] : "2025-11-20";
    case VALUE_TYPE_PHONE:
        return "+4712345678";
    case VALUE_TYPE_EMAIL:
        return "crystal@email.com";
    case VALUE_TYPE_ORDER:
        return "3348917502";
    default:
        return "all as it should be";
    }
}

/* A field may ask for a form that only its author knows. */
static bool takes(const struct script_field *field)
{
    g_autofree char *value = script_field_accept(field, sample(field), "en", NULL);
    return value != NULL;
}

/* One move by keys. */
static void press(struct play *play, const struct desk_contact *dc)
{
    enum keys_context context = desk_keys_context(play->desk);
    if (context == KEYS_CONTEXT_SCRIPT_ASK || context == KEYS_CONTEXT_SCRIPT_CHOOSE) {
        play_keys(play, "1");
        return;
    }
    if (!dc->is_answering)
        play_keys(play, "Enter");
    if (!dc->is_answering)
        return;
    const struct script_field *field = walk_field(dc->walk, (size_t)dc->script_field);
    play_keys(play, "C-u");
    if (!takes(field)) {
        play_keys(play, "Esc S Enter");
        return;
    }
    play_type(play, sample(field));
    play_keys(play, "Enter");
}

/* The choice made in a field of the topmost form; -1: none. */
static int choice_of(const struct play *play, const char *name)
{
    const struct popup *p = desk_popup(play->desk);
    for (guint i = 0; p != NULL && i < p->fields->len; i++) {
        const struct popup_field *f = g_ptr_array_index(p->fields, i);
        if (g_str_equal(f->name, name))
            return f->choice;
    }
    return -1;
}

static void close_what_is_open(struct play *play)
{
    const struct popup *p = desk_popup(play->desk);
    if (p != NULL && g_str_equal(p->name, "escalate")) {
        play_keys(play, "C-u");
        play_type(play, "May I?");
        play_keys(play, "Enter");
    } else if (p != NULL && g_str_equal(p->name, "transfer")) {
        play_keys(play, "Enter");
    } else {
        if (p == NULL)
            play_keys(play, "M-4 w");
        if (choice_of(play, "disposition") < 0)
            play_keys(play, "Down");
        play_keys(play, "Enter");
    }
}

static const struct script *only_script(const struct play *play)
{
    GHashTableIter iter;
    const struct script *script = NULL;
    g_hash_table_iter_init(&iter, play->desk->scripts);
    g_assert_true(g_hash_table_iter_next(&iter, NULL, (gpointer *)&script));
    return script;
}

static void begin(struct play *play, const char *language)
{
    struct event *ev = play_event(play, EVENT_CONTACT_CREATED, ACTOR_CUSTOMER, "c1", "1001");
    event_set_text(ev, "channel", "chat");
    event_set_text(ev, "queue", "shop");
    event_set_text(ev, "customer", "c1");
    event_set_text(ev, "name", "Crystal Minh");
    event_set_text(ev, "class", only_script(play)->contact_class);
    event_set_text(ev, "language", language);
    play_stream(play, ev);
    play_offer(play, "1001");
    play_keys(play, "F2");
    play_customer_known(play, "c1", "Crystal Minh");
    play_keys(play, "M-4 Enter");
    if (desk_popup(play->desk) != NULL) /* not of this queue: chosen from the list */
        play_keys(play, "Enter");
    g_assert_nonnull(play->desk->current->walk);
}

static void walk_one(const char *path, const char *language)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *source = NULL;
    g_file_get_contents(path, &source, NULL, &error);
    g_assert_no_error(error);
    struct play *play = play_new();
    play_script(play, source);
    begin(play, language);
    const struct desk_contact *dc = play->desk->current;
    int moves = 0;
    while (moves < MOVES_MAX && desk_popup(play->desk) == NULL && walk_current(dc->walk) != NULL) {
        press(play, dc);
        moves++;
    }
    if (moves == MOVES_MAX)
        g_error("%s stands at %s: %s", path, walk_current(dc->walk)->id, dc->script_problem);
    close_what_is_open(play);
    play_deliver(play);
    if (play->refusals > 0)
        g_error("%s: %s", path, play->desk->notice.text);
    g_assert_null(play->desk->current);
    enum contact_state state = world_contact(play->backend, "1001")->state;
    g_assert_true(state == CONTACT_CLOSED || state == CONTACT_QUEUED);
    g_assert_cmpint(play->desk->metrics.handled, ==, 1);
    play_free(play);
}

static void test_each(const void *language)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open("share/demo/scripts", 0, &error);
    g_assert_no_error(error);
    int count = 0;
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename("share/demo/scripts", name, NULL);
        if (!g_str_has_suffix(name, ".yaml"))
            continue;
        walk_one(path, language);
        count++;
    }
    g_assert_cmpint(count, >=, 15);
}

static void assert_taken(const char *path, const struct script_field *field, const char *wanted)
{
    static const char *const texts[] = {"F21532, it's bjorn.arslan91@example.org.",
                                        "订单号F21532，邮箱是bjorn.arslan91@example.org，谢谢。",
                                        "My number is 21532210, order F21532 (bjorn.arslan91@example.org)"};
    if (field->capture_pattern == NULL)
        g_error("%s: what the customer wrote does not fill %s", path, field->name);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        size_t from = 0;
        g_autofree char *found = pattern_capture(field->capture_pattern, texts[i], &from);
        g_assert_cmpstr(found, ==, wanted);
    }
}

/* What says who they are is not typed again by the agent where the customer wrote it. */
static void test_what_is_written_is_taken(void)
{
    g_autoptr(GDir) dir = g_dir_open("share/demo/scripts", 0, NULL);
    int count = 0;
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename("share/demo/scripts", name, NULL);
        g_autoptr(GError) error = NULL;
        struct script *script = script_open(path, &error);
        g_assert_no_error(error);
        for (size_t i = 0; i < script->step_count; i++)
            for (size_t k = 0; k < script->steps[i].field_count; k++) {
                const struct script_field *field = &script->steps[i].fields[k];
                bool is_order = g_strcmp0(field->match, "order.id") == 0;
                if (!is_order && g_strcmp0(field->match, "customer.email") != 0)
                    continue;
                assert_taken(path, field, is_order ? "F21532" : "bjorn.arslan91@example.org");
                count++;
            }
        script_unref(script);
    }
    g_assert_cmpint(count, >=, 14);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/desk/demo/each script is walked by keys from ring to close", "en", test_each);
    g_test_add_data_func("/desk/demo/and so it is in Chinese", "zh", test_each);
    g_test_add_func("/desk/demo/what is written is taken", test_what_is_written_is_taken);
    return g_test_run();
}
