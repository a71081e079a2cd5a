/* The words that drafts are made of, in the languages that have them: the record of a Chinese contact is
 * drafted in Chinese, as its customer, its script and who takes it next speak. A language without words of
 * its own has the English ones. */
#pragma once

#include "app/model/names.h"

struct story_words {
    /* the summary */
    const char *caller;             /* who asked, where no name is known */
    const char *about[CLASS_COUNT]; /* between who and what, by class of the contact */
    const char *question;           /* what, where no subject is known */
    const char *stop;               /* ends a sentence */
    const char *gap;                /* before the next one */
    const char *script[2];          /* around the script's title */
    const char *step, *steps;       /* after their number */
    const char *last[2];            /* around the last step's title */
    const char *told[2];            /* around an article's title */
    const char *verified[2];        /* around what was asked for */
    /* the story, one line each */
    const char *unknown_caller, *no_subject;
    const char *comma, *colon, *semicolon;
    const char *bracket[2];
    const char *line_verified, *line_time, *line_articles;
    const char *line_script[3]; /* around its title and its version */
    const char *left_out, *given, *yes, *no;
    const char *helped, *did_not_help, *told_it, *read;
    const char *note, *agent;
    const char *channel[CHANNEL_COUNT];
    const char *comma_of_list; /* between the names of what was asked for */
};

/* language NULL: English. Static. */
const struct story_words *story_words(const char *language);
