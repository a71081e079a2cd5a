/* The floor, the customers and the contacts of the scenes (desk_scene.h). */
#pragma once

#include "tests/support/desk_scene.h"

/* Queues, colleagues, settings, today's figures. */
void scene_floor_set_up(struct play *play);
/* Twenty-three contacts that wait, four of them at risk. */
void scene_floor_arrivals(struct play *play, enum scene_language language);
/* A contact of Crystal Minh's or of an unknown caller; and one that the first line escalated. */
void scene_floor_contact(struct play *play, const char *id, enum channel channel,
                         enum scene_language language);
void scene_floor_stranger(struct play *play, const char *id, enum scene_language language);
void scene_floor_escalation(struct play *play, const char *id, enum scene_language language);
/* Sigrid Holm of the second line takes such a one and gives it back. */
void scene_floor_answer(struct play *play, const char *id);
/* Answers to the last fetch of a customer, and of a find. */
void scene_floor_customer(struct play *play, enum scene_language language);
void scene_floor_found(struct play *play, enum scene_language language);
