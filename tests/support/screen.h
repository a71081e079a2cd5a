/* Golden screens: compares a canvas with tests/screen/golden/NAME.txt, its text first, then its styles.
 *
 * A golden file is the canvas's rows, a line "---- styles", and canvas_dump_styles(). With GOLDEN_WRITE=1 in
 * the environment the file is written instead. A difference fails the test and prints both sides of each row
 * that differs. Tests run from the project's root.
 */
#pragma once

#include "ui/canvas.h"

void screen_assert_golden(const struct canvas *canvas, const char *name);
