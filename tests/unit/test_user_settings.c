/* The user's settings: keys remapped, and each thing that is wrong with its line. */
#include "app/desk/popup.h"
#include "app/terminal/user_settings.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/script/problems.h"
#include "tests/support/desk_play.h"

struct fixture {
    char *folder, *path;
    struct user_settings settings;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    f->folder = g_dir_make_tmp("firstline-settings-XXXXXX", NULL);
    g_assert_nonnull(f->folder);
    f->path = g_build_filename(f->folder, "settings.yaml", NULL);
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    user_settings_release(&f->settings);
    g_unlink(f->path);
    g_rmdir(f->folder);
    g_free(f->path);
    g_free(f->folder);
}

static void read_sound(struct fixture *f, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(f->path, text, -1, NULL));
    bool is_read = user_settings_read(&f->settings, f->path, &error);
    g_assert_no_error(error);
    g_assert_true(is_read);
}

/* Each sentence, with "line:column: " before it. */
static void read_wrong(struct fixture *f, const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *prefix = g_strconcat(f->path, ":", NULL);
    g_assert_true(g_file_set_contents(f->path, text, -1, NULL));
    g_assert_false(user_settings_read(&f->settings, f->path, &error));
    g_assert_error(error, PROBLEMS_ERROR, PROBLEMS_ERROR_CONTENTS);
    g_assert_null(f->settings.keys);
    g_auto(GStrv) parts = g_strsplit(error->message, prefix, -1);
    g_autofree char *said = g_strjoinv("", parts);
    g_assert_cmpstr(g_strchomp(said), ==, expected);
}

static void no_file_is_no_setting(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(user_settings_read(&f->settings, f->path, NULL));
    g_assert_null(f->settings.keys);
    read_sound(f, "");
    g_assert_null(f->settings.theme);
}

static void everything_it_knows(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    struct key key;
    read_sound(f, "theme: light\n"
                  "mouse: yes\n"
                  "notices: yes\n"
                  "keys:\n"
                  "  everywhere:\n"
                  "    C-g: get-next\n"
                  "  list: {x: wrap-up, w: none}\n");
    g_assert_cmpstr(f->settings.theme, ==, "light");
    g_assert_true(f->settings.wants_mouse);
    g_assert_true(f->settings.wants_notices);
    g_assert_true(keys_key_of(f->settings.keys, KEYS_CONTEXT_NOTE, ACTION_GET_NEXT, &key));
    g_autofree char *label = key_label(key);
    g_assert_cmpstr(label, ==, "^G");
    g_assert_true(keys_key_of(f->settings.keys, KEYS_CONTEXT_QUEUE, ACTION_WRAP_UP, &key));
    g_assert_cmphex(key.code, ==, 'x');
    g_assert_cmpint(keys_find(f->settings.keys, KEYS_CONTEXT_QUEUE, (struct key){.code = 'w'}), ==,
                    ACTION_NONE);
}

static void each_mistake_has_its_line(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    read_wrong(f,
               "theme: dusk\n"
               "keys:\n"
               "  kitchen: {C-g: find}\n"
               "  list:\n"
               "    Hyper-g: find\n"
               "    z: dance\n"
               "    Esc: find\n"
               "  note: {g: find}\n"
               "  locked: {Enter: none}\n",
               "1:8: There is no theme called “dusk”; there are dark and light.\n"
               "3:3: “kitchen” is no context of keys; write for instance everywhere, list, queue or "
               "reply-chat.\n"
               "5:5: “Hyper-g” is not the name of a key; write for instance C-k, M-1, F2, Enter or a single "
               "character.\n"
               "6:8: “dance” is no action; the palette and firstline-keys(7) list them all.\n"
               "7:5: Esc cannot be given to “find”, because it is the way out of everything.\n"
               "8:10: “g” cannot be a command in “note”, because it is typed there; use Ctrl, Alt or an F "
               "key.\n"
               "9:3: The keys of sign-in and lock cannot be changed.");
}

static void conflicts_are_told(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    read_wrong(f,
               "keys:\n"
               "  everywhere:\n"
               "    C-g: find\n"
               "    ^G: get-next\n"
               "    F2: ready\n",
               "4:5: “^G” is the same key as “C-g” in line 3; please keep one of them.\n"
               "5:5: “F2” is the key of “accept” in “everywhere”; please give that another key there.");
    read_sound(f, "keys:\n  everywhere: {F2: ready, F9: accept}\n");
}

/* No sentence tells a key that the settings took away. */
static void sentences_name_the_keys_as_they_are(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    read_sound(f, "keys:\n"
                  "  everywhere: {C-k: none, C-g: knowledge}\n"
                  "  list: {w: none, W: wrap-up}\n"
                  "  queue: {Enter: none, o: open}\n"
                  "  popup-form: {Enter: none, F11: confirm, Up: none, C-y: up}\n");
    struct play *play = play_new();
    play->desk->keys = f->settings.keys;
    play_keys(play, "F2");
    g_assert_cmpstr(play->desk->notice.text, ==, "No contact is ringing; take one from the queue with o.");
    play_keys(play, "C-g Alt-i Esc");
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    play_keys(play, "F2 Esc W");
    g_assert_cmpstr(desk_popup(play->desk)->hint, ==,
                    "F11 closes it. Letters or ^Y and Down choose. Esc goes back.");
    play_keys(play, "Esc");
    g_assert_cmpstr(play->desk->notice.text, ==,
                    "Still in wrap-up: W goes on with it, h takes the contact up again.");
    g_autofree char *text = desk_key_names(play->desk, "{everywhere:knowledge}, {popup-form:confirm}");
    g_assert_cmpstr(text, ==, "^G, F11");
    play_free(play);
}

static const char *chosen_key(const struct desk *desk)
{
    const struct popup *p = desk_popup(desk);
    return ((const struct popup_choice *)g_ptr_array_index(p->shown, (guint)p->cursor))->key;
}

static void the_desk_goes_by_it_and_shows_it(struct fixture *f, gconstpointer unused)
{
    (void)unused;
    read_sound(f, "keys:\n  everywhere: {F2: ready, F9: accept}\n  list: {x: wrap-up}\n");
    struct play *play = play_new();
    play->desk->keys = f->settings.keys;
    play_arrive(play, "1001", CHANNEL_CHAT, "shop", "Yan");
    play_offer(play, "1001");
    g_autofree char *accept = desk_key_label(play->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_ACCEPT);
    g_assert_cmpstr(accept, ==, "F9");
    play_keys(play, "F9");
    g_assert_cmpstr(play->desk->current->id, ==, "1001");
    play_keys(play, "Esc");
    g_autoptr(GPtrArray) hints =
        keys_hints(play->desk->keys, desk_keys_context(play->desk), desk_action_have(play->desk));
    GString *shown = g_string_new(NULL);
    for (guint i = 0; i < hints->len; i++) {
        const struct keys_row *row = g_ptr_array_index(hints, i);
        g_autofree char *label = key_label(row->key);
        g_string_append_printf(shown, "%s %s\n", label, keys_row_label(row));
    }
    g_assert_nonnull(strstr(shown->str, "x wrap up\n"));
    g_assert_null(strstr(shown->str, "w wrap up\n"));
    g_string_free(shown, TRUE);
    play_keys(play, "?");
    play_type(play, "wrap up");
    g_assert_cmpstr(chosen_key(play->desk), ==, "x w");
    play_keys(play, "Esc x");
    g_assert_cmpstr(desk_popup(play->desk)->name, ==, "wrap");
    play_free(play);
}

static void the_manual_lists_every_action_and_context(struct fixture *f, gconstpointer unused)
{
    (void)f;
    (void)unused;
    g_autofree char *page = NULL;
    g_assert_true(g_file_get_contents("docs/firstline.1", &page, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(page, "\\-", -1);
    g_autofree char *plain = g_strjoinv("-", parts);
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
        if (strstr(plain, action_row(a)->name) == NULL)
            g_error("docs/firstline.1 does not list the action %s", action_row(a)->name);
    for (enum keys_context c = 0; c < KEYS_CONTEXT_LOCKED; c++)
        if (strstr(plain, keys_context_name(c)) == NULL)
            g_error("docs/firstline.1 does not list the context %s", keys_context_name(c));
}

#define TEST(name) g_test_add("/settings/" #name, struct fixture, NULL, set_up, name, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(no_file_is_no_setting);
    TEST(everything_it_knows);
    TEST(each_mistake_has_its_line);
    TEST(conflicts_are_told);
    TEST(the_desk_goes_by_it_and_shows_it);
    TEST(sentences_name_the_keys_as_they_are);
    TEST(the_manual_lists_every_action_and_context);
    return g_test_run();
}
