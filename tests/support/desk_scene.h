/* Desks in the middle of believable work, for tests of what is drawn: built by messages alone, at a fixed
 * clock, from the demo's own scripts.
 *
 *     struct play *play = scene_open("chat", SCENE_CHINESE);
 *     scene_resize(play, 120, 40);
 *     struct canvas *canvas = scene_draw(play);
 */
#pragma once

#include "tests/support/desk_play.h"
#include "ui/canvas.h"

enum scene_language { SCENE_ENGLISH, SCENE_CHINESE };

struct scene {
    const char *name;
    void (*begin)(struct play *play, enum scene_language language);
    const char *what; /* one sentence: what is to be seen */
};

/* All scenes, in the order of a day. */
const struct scene *scene_all(size_t *count);

/* A scene by name, drawn at 120x40 unless resized. Caller owns, free with play_free. */
struct play *scene_open(const char *name, enum scene_language language);
void scene_resize(struct play *play, int cols, int rows);

/* The screen as it is now; checks that the caret lies on it. Caller owns, free with canvas_free. */
struct canvas *scene_draw(const struct play *play);

/* Its text, all rows of it, and the line of keys alone. Caller owns. */
char *scene_text(const struct play *play);
char *scene_keys(const struct play *play);
