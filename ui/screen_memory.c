/* The screen without a terminal. */
#include "ui/screen_memory.h"

#include <stdio.h>
#include <string.h>

struct screen_memory {
    struct screen screen;
    struct canvas *canvas;
    struct screen_caret caret;
    int shows, rings;
    char *title, *notice;
};

static struct screen_memory *memory_of(const struct screen *screen)
{
    return (struct screen_memory *)screen;
}

static void memory_show(struct screen *screen, const struct canvas *canvas, struct rect part,
                        struct screen_caret caret)
{
    (void)part;
    struct screen_memory *memory = memory_of(screen);
    canvas_copy(memory->canvas, canvas);
    memory->caret = caret;
    memory->shows++;
}

static void memory_redraw(struct screen *screen)
{
    (void)screen;
}

static void memory_ring(struct screen *screen)
{
    memory_of(screen)->rings++;
}

static void memory_set_title(struct screen *screen, const char *title)
{
    g_free(memory_of(screen)->title);
    memory_of(screen)->title = g_strdup(title);
}

static void memory_notify(struct screen *screen, const char *text)
{
    g_free(memory_of(screen)->notice);
    memory_of(screen)->notice = g_strdup(text);
}

static bool memory_suspend(struct screen *screen)
{
    (void)screen;
    return false;
}

static void memory_resume(struct screen *screen)
{
    (void)screen;
}

static void memory_free(struct screen *screen)
{
    struct screen_memory *memory = memory_of(screen);
    canvas_free(memory->canvas);
    g_free(memory->title);
    g_free(memory->notice);
    g_free(memory);
}

static const struct screen_backend memory_backend = {
    .show = memory_show,
    .redraw = memory_redraw,
    .ring = memory_ring,
    .set_title = memory_set_title,
    .notify = memory_notify,
    .suspend = memory_suspend,
    .resume = memory_resume,
    .free = memory_free,
};

struct screen *screen_memory_new(int cols, int rows)
{
    struct screen_memory *memory = g_new0(struct screen_memory, 1);
    memory->screen = (struct screen){.backend = &memory_backend, .cols = cols, .rows = rows};
    memory->canvas = canvas_new(cols, rows);
    memory->title = g_strdup("");
    memory->notice = g_strdup("");
    return &memory->screen;
}

/* ~ is a space, ~~ a tilde, \n a line feed. */
static char *unescape(const char *word)
{
    GString *out = g_string_new(NULL);
    for (const char *at = word; *at; at++) {
        bool pair = at[0] == '~' && at[1] == '~', feed = at[0] == '\\' && at[1] == 'n';
        g_string_append_c(out, pair ? '~' : feed ? '\n' : *at == '~' ? ' ' : *at);
        at += pair || feed;
    }
    return g_string_free(out, FALSE);
}

static void give_text(struct screen *screen, const char *text)
{
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        struct key key = {.code = g_utf8_get_char(at)};
        if (key.code == '\n')
            key.code = KEY_SYMBOL_ENTER;
        screen_give(screen, &(struct screen_input){.kind = SCREEN_INPUT_KEY, .key = key});
    }
}

/* Plays one word. */
static bool play_word(struct screen *screen, const char *word, GError **error)
{
    struct screen_input input = {.kind = SCREEN_INPUT_KEY};
    g_autofree char *text = NULL;
    if (g_str_has_prefix(word, "text:")) {
        text = unescape(word + strlen("text:"));
        give_text(screen, text);
        screen_settle(screen);
        return true;
    }
    if (g_str_has_prefix(word, "paste:")) {
        text = unescape(word + strlen("paste:"));
        input = (struct screen_input){.kind = SCREEN_INPUT_PASTE, .paste = text, .paste_len = strlen(text)};
    } else if (sscanf(word, "resize:%dx%d", &input.cols, &input.rows) == 2) {
        input.kind = SCREEN_INPUT_RESIZE;
    } else if (sscanf(word, "click:%d,%d", &input.x, &input.y) == 2) {
        input.kind = SCREEN_INPUT_MOUSE;
        input.mouse = SCREEN_MOUSE_PRESS;
    } else if (!key_parse(word, &input.key, error)) {
        g_prefix_error(error, "The key script stops at “%s”: ", word);
        return false;
    }
    screen_give(screen, &input);
    screen_settle(screen);
    return true;
}

bool screen_memory_play(struct screen *screen, const char *script, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) words = g_strsplit_set(*line, " \t\r", -1);
        for (char **word = words; *word; word++) {
            if (**word == '#')
                break;
            if (**word && !play_word(screen, *word, error))
                return false;
        }
    }
    return true;
}

const struct canvas *screen_memory_canvas(const struct screen *screen)
{
    return memory_of(screen)->canvas;
}

struct screen_caret screen_memory_caret(const struct screen *screen)
{
    return memory_of(screen)->caret;
}

int screen_memory_shows(const struct screen *screen)
{
    return memory_of(screen)->shows;
}

int screen_memory_rings(const struct screen *screen)
{
    return memory_of(screen)->rings;
}

const char *screen_memory_title(const struct screen *screen)
{
    return memory_of(screen)->title;
}

const char *screen_memory_notice(const struct screen *screen)
{
    return memory_of(screen)->notice;
}
