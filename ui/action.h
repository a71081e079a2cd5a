/* Everything an agent can ask the desk to do, by name: one row each, from which the palette, help, hints, the
 * settings' key overrides and the manual of keys come. Which key asks for it is ui/keys.h's matter, doing it
 * the desk's.
 */
#pragma once

#include <stdbool.h>

enum action {
    ACTION_NONE, /* no key of the table: a text context types it, others ignore it */
    /* moving about */
    ACTION_UP,
    ACTION_DOWN,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_OPEN,
    ACTION_OUT,
    ACTION_FILTER,
    ACTION_PANE_NEXT,
    ACTION_PANE_PREVIOUS,
    ACTION_PANE_QUEUE,
    ACTION_PANE_CONTACT,
    ACTION_PANE_CUSTOMER,
    ACTION_PANE_SCRIPT,
    ACTION_PANE_KNOWLEDGE,
    /* finding */
    ACTION_KNOWLEDGE,
    ACTION_FIND,
    ACTION_PALETTE,
    ACTION_HELP,
    /* the agent */
    ACTION_READY,
    ACTION_NOT_READY,
    ACTION_TRANSFER_ONLY,
    ACTION_LOCK,
    ACTION_SIGN_IN,
    ACTION_SIGN_OUT,
    ACTION_QUIT,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_THEME,
    /* contacts */
    ACTION_NEXT_FOR_ME,
    ACTION_GET_NEXT,
    ACTION_ACCEPT,
    ACTION_REJECT,
    ACTION_NEW_CONTACT,
    ACTION_REPLY,
    ACTION_NOTE,
    ACTION_HOLD,
    ACTION_TRANSFER,
    ACTION_ESCALATE,
    ACTION_GIVE_BACK,
    ACTION_PARK,
    ACTION_WRAP_UP,
    ACTION_WHY,
    ACTION_TIMELINE,
    ACTION_LEAVE_CONTACT,
    /* reply and note */
    ACTION_SEND,
    ACTION_KEEP_NOTE,
    ACTION_BREAK_LINE,
    ACTION_CANNED,
    ACTION_EDITOR,
    ACTION_UNDO_SEND,
    /* customer */
    ACTION_REVEAL,
    ACTION_EDIT_CUSTOMER,
    ACTION_WHO_IS_THIS,
    /* script */
    ACTION_YES,
    ACTION_NO,
    ACTION_CHOOSE, /* the digit of the key says which */
    ACTION_CORRECT_ANSWER,
    ACTION_STEP_BACK,
    ACTION_SKIP_STEP,
    ACTION_SWITCH_SCRIPT,
    ACTION_SAY,
    ACTION_WITHDRAW_APPROVAL,
    ACTION_FLOW,
    ACTION_FLAG_STEP,
    /* knowledge */
    ACTION_CHOOSE_LINES,
    ACTION_PIN,
    ACTION_INSERT,
    ACTION_HELPED,
    ACTION_WRONG,
    /* dialogs */
    ACTION_CONFIRM,
    ACTION_SUBMIT,
    ACTION_NEXT_FIELD,
    ACTION_PREVIOUS_FIELD,
    /* approvals */
    ACTION_APPROVALS,
    ACTION_GRANT,
    ACTION_REFUSE_APPROVAL,
    ACTION_HAND_ON,
    ACTION_LOOK,
    /* practice */
    ACTION_PRACTICE_HINT,
    ACTION_PRACTICE_PAUSE,
    ACTION_PRACTICE_END,
    ACTION_COUNT,
};

/* What must be so before an action can be done; bits. */
enum action_need {
    ACTION_NEEDS_CONTACT = 1 << 0,   /* one is open on the desk */
    ACTION_NEEDS_MINE = 1 << 1,      /* it was accepted by me and is not over */
    ACTION_NEEDS_OFFER = 1 << 2,     /* one is ringing */
    ACTION_NEEDS_CUSTOMER = 1 << 3,  /* the contact's customer is known */
    ACTION_NEEDS_SCRIPT = 1 << 4,    /* a script is running */
    ACTION_NEEDS_ARTICLE = 1 << 5,   /* an article is chosen */
    ACTION_NEEDS_HELD = 1 << 6,      /* an answer can still be taken back */
    ACTION_NEEDS_PRACTICE = 1 << 7,  /* this is a practice run */
    ACTION_NEEDS_UNREADY = 1 << 8,   /* nothing is offered to me as I stand: F9 changes that */
    ACTION_NEEDS_SIGN_IN = 1 << 9,   /* the session ended in mid-shift */
    ACTION_NEEDS_ASKED = 1 << 10,    /* somebody asked me with this contact */
    ACTION_NEEDS_ANSWER = 1 << 11,   /* the field under the script's cursor holds words that can be changed */
    ACTION_NEEDS_WORDS = 1 << 12,    /* the current step says what to tell the customer */
    ACTION_NEEDS_REQUEST = 1 << 13,  /* an approval of the contact is being waited for */
    ACTION_NEEDS_ROW = 1 << 14,      /* a contact is open, or the queue's cursor is on one, whosever it is */
    ACTION_NEEDS_PATIENCE = 1 << 15, /* the customer is not on the line of a call, who cannot be left there */
    ACTION_NEEDS_PERSONAL = 1 << 16, /* a customer is known, or an unknown caller's address */
    ACTION_NEEDS_TALK = 1 << 17,     /* it is not in wrap-up */
    ACTION_NEEDS_ANYTHING = -1,      /* every bit: for asking with all of them granted */
};

struct action_row {
    const char *name;  /* in the settings: "next-for-me" */
    const char *label; /* in the line of keys, one or two words: "next for me" */
    const char *title; /* in the palette: "Next contact that needs me" */
    const char *help;  /* one sentence */
    int needs;         /* bits of enum action_need */
    bool is_command;   /* listed in the palette; the rest are motions that make no sense there */
};

/* The row of an action, static; ACTION_NONE has one with empty texts. */
const struct action_row *action_row(enum action action);
/* By name; ACTION_NONE where there is none of that name. */
enum action action_find(const char *name);
/* Why an action cannot be done when only `have` of its needs are met: a sentence, static, in which a key
 * stands as its context and action in braces, "{queue:open}". NULL: it can. */
const char *action_refusal(enum action action, int have);
