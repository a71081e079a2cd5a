/* What the desk sees of a terminal: it shows canvases and gives input. Two back ends implement it: the real
 * terminal (ui/term.h) and one in memory for tests (ui/screen_memory.h). No drawing: that is ui/canvas.h.
 *
 *     struct screen *screen = term_open(&options, &error);
 *     screen_listen(screen, (struct screen_listener){.input = on_input, .settled = draw, .user = desk});
 *     screen_show(screen, canvas, (struct screen_caret){.visible = true, .x = 3, .y = 4});
 *     screen_free(screen);
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/key.h"

enum {
    SCREEN_PASTE_MAX_BYTES = 1 << 20, /* the rest of a longer paste is dropped */
};

enum screen_input_kind {
    SCREEN_INPUT_KEY,
    SCREEN_INPUT_PASTE,
    SCREEN_INPUT_MOUSE,
    SCREEN_INPUT_RESIZE,
    SCREEN_INPUT_HANGUP, /* the terminal is gone; nothing can be shown any more */
};

enum screen_mouse_kind {
    SCREEN_MOUSE_PRESS,
    SCREEN_MOUSE_WHEEL_UP,
    SCREEN_MOUSE_WHEEL_DOWN,
};

struct screen_input {
    enum screen_input_kind kind;
    struct key key;    /* KEY */
    const char *paste; /* PASTE: valid UTF-8, line feeds for line ends, no other control but tab. Borrowed for
                          the call */
    size_t paste_len;
    enum screen_mouse_kind mouse; /* MOUSE */
    int x, y;                     /* MOUSE: cell, zero-based */
    int cols, rows;               /* RESIZE */
};

struct screen_caret {
    bool visible;
    int x, y; /* cell, zero-based */
};

/* input: one event. settled: all input that was there has been given, now draw once. */
struct screen_listener {
    void (*input)(const struct screen_input *input, void *user);
    void (*settled)(void *user);
    void *user;
};

struct screen;

/* The rows a back end fills; it embeds struct screen as its first member. */
struct screen_backend {
    void (*show)(struct screen *screen, const struct canvas *canvas, struct rect part,
                 struct screen_caret caret);
    void (*redraw)(struct screen *screen);
    void (*ring)(struct screen *screen);
    void (*set_title)(struct screen *screen, const char *title);
    void (*notify)(struct screen *screen, const char *text);
    bool (*suspend)(struct screen *screen);
    void (*resume)(struct screen *screen);
    void (*free)(struct screen *screen);
};

struct screen {
    const struct screen_backend *backend;
    struct screen_listener listener;
    int cols, rows; /* present size */
};

/* Who is told of input. One listener; the last call counts. Keeps a reference to listener.user until the
 * screen is freed. */
void screen_listen(struct screen *screen, struct screen_listener listener);

/* Shows a canvas: only what differs from the last is sent. Borrows the canvas. */
void screen_show(struct screen *screen, const struct canvas *canvas, struct screen_caret caret);
/* The same where nothing outside of part has changed since the last canvas shown, so that it is not looked
 * at. */
void screen_show_part(struct screen *screen, const struct canvas *canvas, struct rect part,
                      struct screen_caret caret);
/* Forgets what the terminal shows, so that the next canvas is sent whole (Ctrl-L). */
void screen_redraw(struct screen *screen);
/* The bell; the window's title; a desktop notification where the terminal has them. Texts are cleaned. */
void screen_ring(struct screen *screen);
void screen_set_title(struct screen *screen, const char *title);
void screen_notify(struct screen *screen, const char *text);
/* Gives the terminal back for another program ($EDITOR, the shell); resume takes it again and redraws.
 * Between them nothing may be shown. suspend: false when the back end has no terminal to give. */
bool screen_suspend(struct screen *screen);
void screen_resume(struct screen *screen);
/* Restores the terminal. NULL is accepted. */
void screen_free(struct screen *screen);

/* For back ends: passes an event to the listener; a resize also sets the size. */
void screen_give(struct screen *screen, const struct screen_input *input);
void screen_settle(struct screen *screen);
