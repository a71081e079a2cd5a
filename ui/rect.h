/* A rectangle of screen cells, half-open on both axes. Plain values; no drawing.
 *
 *     struct rect inner = rect_inset(pane, 1, 0);
 *     if (!rect_is_empty(inner)) ...
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct rect {
    int x, y;       /* top left cell, zero-based from the screen's top left */
    int cols, rows; /* never negative; either zero means empty */
};

static inline bool rect_is_empty(struct rect rect)
{
    return rect.cols <= 0 || rect.rows <= 0;
}

static inline bool rect_contains(struct rect rect, int x, int y)
{
    return x >= rect.x && x < rect.x + rect.cols && y >= rect.y && y < rect.y + rect.rows;
}

/* The part both share; empty (0 cols, 0 rows) when they share none. */
static inline struct rect rect_intersect(struct rect a, struct rect b)
{
    int left = MAX(a.x, b.x), top = MAX(a.y, b.y);
    int right = MIN(a.x + a.cols, b.x + b.cols), bottom = MIN(a.y + a.rows, b.y + b.rows);
    return (struct rect){left, top, MAX(right - left, 0), MAX(bottom - top, 0)};
}

/* The smallest that holds both; an empty one adds nothing. */
static inline struct rect rect_union(struct rect a, struct rect b)
{
    if (rect_is_empty(a) || rect_is_empty(b))
        return rect_is_empty(a) ? b : a;
    int left = MIN(a.x, b.x), top = MIN(a.y, b.y);
    int right = MAX(a.x + a.cols, b.x + b.cols), bottom = MAX(a.y + a.rows, b.y + b.rows);
    return (struct rect){left, top, right - left, bottom - top};
}

/* Shrunk by dx columns at left and right, dy rows at top and bottom, clamped at empty. */
static inline struct rect rect_inset(struct rect rect, int dx, int dy)
{
    return (struct rect){rect.x + dx, rect.y + dy, MAX(rect.cols - 2 * dx, 0), MAX(rect.rows - 2 * dy, 0)};
}

/* The rectangle without its first rows. */
static inline struct rect rect_below(struct rect rect, int rows)
{
    int taken = CLAMP(rows, 0, rect.rows);
    return (struct rect){rect.x, rect.y + taken, rect.cols, rect.rows - taken};
}

/* One row of the rectangle, counted from its top; empty when outside. */
static inline struct rect rect_row(struct rect rect, int row)
{
    return rect_intersect(rect, (struct rect){rect.x, rect.y + row, rect.cols, 1});
}

/* A rectangle of the given size in the middle of another, clipped to it. */
static inline struct rect rect_centre(struct rect outer, int cols, int rows)
{
    int fit_cols = CLAMP(cols, 0, outer.cols), fit_rows = CLAMP(rows, 0, outer.rows);
    return (struct rect){outer.x + (outer.cols - fit_cols) / 2, outer.y + (outer.rows - fit_rows) / 2,
                         fit_cols, fit_rows};
}
