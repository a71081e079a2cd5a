/* The face both back ends share. */
#include "ui/screen.h"

#include "ui/text.h"

void screen_listen(struct screen *screen, struct screen_listener listener)
{
    screen->listener = listener;
}

void screen_show(struct screen *screen, const struct canvas *canvas, struct screen_caret caret)
{
    screen->backend->show(screen, canvas, canvas_bounds(canvas), caret);
}

void screen_show_part(struct screen *screen, const struct canvas *canvas, struct rect part,
                      struct screen_caret caret)
{
    screen->backend->show(screen, canvas, part, caret);
}

void screen_redraw(struct screen *screen)
{
    screen->backend->redraw(screen);
}

void screen_ring(struct screen *screen)
{
    screen->backend->ring(screen);
}

void screen_set_title(struct screen *screen, const char *title)
{
    g_autofree char *clean = text_clean(title, -1);
    screen->backend->set_title(screen, clean);
}

void screen_notify(struct screen *screen, const char *text)
{
    g_autofree char *clean = text_clean(text, -1);
    screen->backend->notify(screen, clean);
}

bool screen_suspend(struct screen *screen)
{
    return screen->backend->suspend(screen);
}

void screen_resume(struct screen *screen)
{
    screen->backend->resume(screen);
}

void screen_free(struct screen *screen)
{
    if (screen)
        screen->backend->free(screen);
}

void screen_give(struct screen *screen, const struct screen_input *input)
{
    if (input->kind == SCREEN_INPUT_RESIZE) {
        screen->cols = input->cols;
        screen->rows = input->rows;
    }
    if (screen->listener.input)
        screen->listener.input(input, screen->listener.user);
}

void screen_settle(struct screen *screen)
{
    if (screen->listener.settled)
        screen->listener.settled(screen->listener.user);
}
