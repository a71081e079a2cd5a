/* The table of actions. */
#include "ui/action.h"

#include <glib.h>

enum {
    CONTACT = ACTION_NEEDS_CONTACT,
    MINE = ACTION_NEEDS_CONTACT | ACTION_NEEDS_MINE,
    TALK = ACTION_NEEDS_CONTACT | ACTION_NEEDS_MINE | ACTION_NEEDS_TALK,
    CUSTOMER = ACTION_NEEDS_CONTACT | ACTION_NEEDS_CUSTOMER,
    SCRIPT = ACTION_NEEDS_CONTACT | ACTION_NEEDS_SCRIPT,
};

#define MOTION(id, name, label, title, help)         [ACTION_##id] = {name, label, title, help, 0, false}
#define COMMAND(id, name, label, title, needs, help) [ACTION_##id] = {name, label, title, help, needs, true}
#define INNER(id, name, label, title, needs, help)   [ACTION_##id] = {name, label, title, help, needs, false}

static const struct action_row rows[ACTION_COUNT] = {
    [ACTION_NONE] = {"", "", "", "", 0, false},
    MOTION(UP, "up", "up", "Up", "Goes one row up."),
    MOTION(DOWN, "down", "down", "Down", "Goes one row down."),
    MOTION(PAGE_UP, "page-up", "page up", "Page up", "Goes one page up."),
    MOTION(PAGE_DOWN, "page-down", "page down", "Page down", "Goes one page down."),
    MOTION(FIRST, "first", "first", "First", "Goes to the first row."),
    MOTION(LAST, "last", "last", "Last", "Goes to the last row."),
    MOTION(OPEN, "open", "open", "Open", "Opens what the cursor is on, or completes it."),
    MOTION(OUT, "out", "out", "Out", "Leaves the field, the popup or the filter; nothing typed is lost."),
    MOTION(FILTER, "filter", "filter", "Filter the list", "Opens a line that narrows the list as you type."),
    MOTION(PANE_NEXT, "pane-next", "pane", "Next pane", "Gives the keys to the next pane."),
    MOTION(PANE_PREVIOUS, "pane-previous", "pane back", "Previous pane",
           "Gives the keys to the previous pane."),
    COMMAND(PANE_QUEUE, "pane-queue", "queue", "Go to the queue", 0, "Gives the keys to the queue."),
    COMMAND(PANE_CONTACT, "pane-contact", "contact", "Go to the contact", 0,
            "Gives the keys to the conversation."),
    COMMAND(PANE_CUSTOMER, "pane-customer", "customer", "Go to the customer", 0,
            "Gives the keys to the customer's record."),
    COMMAND(PANE_SCRIPT, "pane-script", "script", "Go to the script", 0, "Gives the keys to the script."),
    COMMAND(PANE_KNOWLEDGE, "pane-knowledge", "knowledge", "Go to the knowledge", 0,
            "Gives the keys to the knowledge pane."),
    COMMAND(KNOWLEDGE, "knowledge", "knowledge", "Search the knowledge", 0,
            "Searches the articles as you type: words, typos, /regex/."),
    COMMAND(FIND, "find", "find", "Find a customer, contact or order", 0,
            "Finds anybody and anything by name, number, e-mail address or phone."),
    COMMAND(PALETTE, "palette", "commands", "All commands", 0, "Finds any command by a part of its name."),
    COMMAND(HELP, "help", "keys", "Explain the keys", 0, "Explains the keys of the place one is in."),
    COMMAND(READY, "ready", "ready", "Ready", ACTION_NEEDS_UNREADY,
            "Says that contacts may be offered to me."),
    COMMAND(NOT_READY, "not-ready", "not ready", "Not ready, with a reason", 0,
            "Asks for the reason and stops offers; open contacts stay mine."),
    COMMAND(TRANSFER_ONLY, "transfer-only", "transfers only", "Ready for transfers only", 0,
            "Takes transfers and escalations, but nothing from the queue."),
    COMMAND(LOCK, "lock", "lock", "Lock the screen", 0, "Hides everything until the password is typed."),
    COMMAND(SIGN_IN, "sign-in", "sign in", "Sign in again", ACTION_NEEDS_SIGN_IN,
            "Asks for the password after the session ended in mid-shift."),
    COMMAND(SIGN_OUT, "sign-out", "sign out", "Sign out", 0, "Shows what of mine is open, then signs out."),
    COMMAND(QUIT, "quit", "quit", "Leave the desk", 0, "Signs out and closes the desk; nothing is lost."),
    COMMAND(REDRAW, "redraw", "redraw", "Redraw the screen", 0,
            "Redraws the whole screen after something else wrote on it."),
    COMMAND(SUSPEND, "suspend", "suspend", "Suspend the desk", 0,
            "Goes back to the shell, after a question while contacts are open."),
    COMMAND(THEME, "theme", "theme", "Switch between dark and light", 0, "Takes the next colour theme."),
    COMMAND(NEXT_FOR_ME, "next-for-me", "next for me", "Next contact that needs me", 0,
            "Opens the one of my contacts that has waited longest for me."),
    COMMAND(GET_NEXT, "get-next", "get next", "Get the next contact", 0,
            "Takes the first contact of the queue that I may serve."),
    COMMAND(ACCEPT, "accept", "accept", "Accept the offer", ACTION_NEEDS_OFFER,
            "Accepts the contact that rings."),
    COMMAND(REJECT, "reject", "reject", "Reject the offer, with a reason", ACTION_NEEDS_OFFER,
            "Asks for the reason and gives the contact back to the queue."),
    COMMAND(NEW_CONTACT, "new-contact", "new contact", "Make a contact by hand", 0,
            "Makes a contact for somebody who came by no channel of ours."),
    COMMAND(REPLY, "reply", "reply", "Reply to the customer", MINE,
            "Opens the reply that the customer will read."),
    COMMAND(NOTE, "note", "note", "Write an internal note", CONTACT,
            "Opens a note that colleagues see and the customer never does."),
    COMMAND(HOLD, "hold", "hold", "Hold or resume", MINE,
            "Puts the contact on hold; takes it up again from hold or wrap-up."),
    COMMAND(
        TRANSFER, "transfer", "transfer", "Transfer, or ask a colleague", TALK,
        "Gives the contact with its story to a queue or a colleague; or consults one, and it stays mine."),
    COMMAND(ESCALATE, "escalate", "escalate", "Escalate to the second line", TALK,
            "Sends the contact to a specialist with steps, answers and articles."),
    COMMAND(GIVE_BACK, "give-back", "give back", "Give back to the first line", TALK | ACTION_NEEDS_ASKED,
            "Returns an escalated contact with the answer to who sent it."),
    COMMAND(PARK, "park", "park", "Park until later", TALK | ACTION_NEEDS_PATIENCE,
            "Sets the contact aside until a time or an answer."),
    COMMAND(WRAP_UP, "wrap-up", "wrap up", "Wrap up and close", MINE,
            "Ends the contact with a disposition and a summary, both proposed."),
    COMMAND(WHY, "why", "why", "Why is it here?", ACTION_NEEDS_ROW,
            "Says why the contact has its place in the queue and its times."),
    COMMAND(TIMELINE, "timeline", "timeline", "Timeline of the contact", CONTACT,
            "Shows the story so far, and every step of the contact with its time."),
    COMMAND(LEAVE_CONTACT, "leave-contact", "leave", "Leave the contact open and go on", CONTACT,
            "Takes the contact off the screen; it stays mine."),
    COMMAND(SEND, "send", "send", "Send the reply", MINE, "Sends the reply to the customer."),
    COMMAND(KEEP_NOTE, "keep-note", "keep note", "Keep the note", CONTACT,
            "Keeps the internal note with the contact."),
    INNER(BREAK_LINE, "break-line", "new line", "New line", 0, "Begins a new line in the text."),
    COMMAND(CANNED, "canned", "canned", "Insert a canned text", MINE,
            "Chooses a prepared text, fills its blanks and inserts it."),
    COMMAND(EDITOR, "editor", "$EDITOR", "Write in my own editor", CONTACT,
            "Opens the draft in the program that EDITOR names."),
    COMMAND(UNDO_SEND, "undo-send", "take back", "Take the last answer back", ACTION_NEEDS_HELD,
            "Undoes the sending of an answer that still waits its seconds: it is a draft again."),
    COMMAND(REVEAL, "reveal", "reveal", "Reveal masked data", CONTACT | ACTION_NEEDS_PERSONAL,
            "Shows the masked value; the reveal is logged."),
    COMMAND(EDIT_CUSTOMER, "edit-customer", "correct", "Correct the customer's record", CUSTOMER,
            "Corrects an address, a number or a name."),
    COMMAND(WHO_IS_THIS, "who-is-this", "who", "Say who the customer is", CONTACT,
            "Finds the customer of an unknown caller, or makes a new one."),
    INNER(YES, "yes", "yes", "Yes", 0, "Answers yes."),
    INNER(NO, "no", "no", "No", 0, "Answers no."),
    INNER(CHOOSE, "choose", "choose", "Choose by number", SCRIPT, "Takes the choice of that number."),
    COMMAND(CORRECT_ANSWER, "correct-answer", "correct", "Correct an answer of the step",
            SCRIPT | ACTION_NEEDS_ANSWER,
            "Opens the field under the cursor to change what it holds, or to fill in what may stay empty."),
    COMMAND(STEP_BACK, "step-back", "back", "Back to the step before", SCRIPT,
            "Goes back one step of the script."),
    COMMAND(SKIP_STEP, "skip-step", "skip", "Skip the step, with a reason", SCRIPT,
            "Leaves the step out; the reason is logged."),
    COMMAND(SWITCH_SCRIPT, "switch-script", "other script", "Take another script", CONTACT,
            "Chooses the script to follow."),
    COMMAND(SAY, "say", "say it", "Put what to say into the reply", SCRIPT | ACTION_NEEDS_WORDS,
            "Copies the step's words into the reply."),
    COMMAND(WITHDRAW_APPROVAL, "withdraw-approval", "take back", "Take a request for an approval back",
            MINE | ACTION_NEEDS_REQUEST, "Takes back what was asked for; nobody has to decide it any more."),
    COMMAND(FLOW, "flow", "map", "Flow of the script", CONTACT,
            "Draws the script: where you stand, what is done, the way taken and what can come."),
    COMMAND(FLAG_STEP, "flag-step", "wrong or slow", "The step is wrong or slow", CONTACT,
            "Says that the step is wrong, slow or otherwise amiss; it goes to the script's owner."),
    INNER(CHOOSE_LINES, "choose-lines", "lines", "Choose lines of the article", ACTION_NEEDS_ARTICLE,
          "Chooses lines of the open article to insert: once to begin, again to choose from there on."),
    COMMAND(PIN, "pin", "pin", "Pin or unpin the article", ACTION_NEEDS_ARTICLE,
            "Keeps the article at hand whenever the box is empty, or lets it go again."),
    COMMAND(INSERT, "insert", "insert", "Insert the article into the reply", CONTACT | ACTION_NEEDS_ARTICLE,
            "Copies the chosen article, or the lines chosen of it, into the reply."),
    COMMAND(HELPED, "helped", "helped", "The article helped", ACTION_NEEDS_ARTICLE,
            "Says that the article solved it."),
    COMMAND(WRONG, "wrong", "wrong", "The article is wrong", ACTION_NEEDS_ARTICLE,
            "Says that the article is wrong or stale; the note stands on it until it is changed."),
    INNER(CONFIRM, "confirm", "choose", "Take the choice", 0, "Takes what is chosen."),
    INNER(SUBMIT, "submit", "done", "Finish the form", 0, "Finishes the form if nothing is missing."),
    INNER(NEXT_FIELD, "next-field", "next field", "Next field", 0, "Goes to the next field."),
    INNER(PREVIOUS_FIELD, "previous-field", "field before", "Previous field", 0, "Goes to the field before."),
    COMMAND(APPROVALS, "approvals", "approvals", "Approvals that wait for me", 0,
            "Lists what others ask me to decide, first due first."),
    INNER(GRANT, "grant", "approve", "Approve it", 0, "Grants what is asked for under the cursor."),
    INNER(REFUSE_APPROVAL, "refuse-approval", "decline", "Decline it", 0,
          "Refuses what is asked for under the cursor."),
    INNER(HAND_ON, "hand-on", "hand on", "Let somebody else decide it", 0,
          "Names a colleague who may decide it in my stead."),
    INNER(LOOK, "look", "look", "Look at its contact", 0, "Opens the contact that it is about, to read it."),
    COMMAND(PRACTICE_HINT, "practice-hint", "hint", "Hint", ACTION_NEEDS_PRACTICE,
            "Says what the script would do next; it costs points."),
    COMMAND(PRACTICE_PAUSE, "practice-pause", "pause", "Pause or go on", ACTION_NEEDS_PRACTICE,
            "Stops the clock and the customer of the practice run."),
    COMMAND(PRACTICE_END, "practice-end", "end practice", "End the practice run", ACTION_NEEDS_PRACTICE,
            "Ends the practice run and shows its score."),
};

static const struct {
    int need;
    const char *sentence;
} refusals[] = {
    /* In the order in which they help: without a contact nothing else matters. */
    {ACTION_NEEDS_PRACTICE, "This works in practice only; start it with “firstline practice FILE”."},
    {ACTION_NEEDS_SIGN_IN, "You are signed in; nothing waits for your password."},
    {ACTION_NEEDS_OFFER, "No contact is ringing; take one from the queue with {queue:open}."},
    {ACTION_NEEDS_UNREADY, "You are ready already; contacts will be offered to you."},
    {ACTION_NEEDS_HELD, "Nothing waits to be sent; what has gone out cannot be taken back."},
    {ACTION_NEEDS_CONTACT, "No contact is open; choose one in the queue and press {queue:open}."},
    {ACTION_NEEDS_ROW, "No contact is chosen; go to one in the queue with {queue:down}."},
    {ACTION_NEEDS_MINE, "This contact is not yours; accept or take it first."},
    {ACTION_NEEDS_PATIENCE, "A call cannot be parked while the customer is on the line; {list:hold} holds "
                            "it, {list:transfer} passes "
                            "it on."},
    {ACTION_NEEDS_TALK, "It is in wrap-up; {list:hold} takes it up again first."},
    {ACTION_NEEDS_ASKED, "Nobody asked you with this contact; transfer it with t."},
    {ACTION_NEEDS_PERSONAL, "The caller is not known, and nothing of them is masked."},
    {ACTION_NEEDS_CUSTOMER, "The customer is not known yet; say who it is in the customer pane."},
    {ACTION_NEEDS_SCRIPT, "No script is running; start one in the script pane."},
    {ACTION_NEEDS_ANSWER, "The cursor is on no filled field; fill it in with {script:open}."},
    {ACTION_NEEDS_WORDS, "This step has nothing to say to the customer."},
    {ACTION_NEEDS_REQUEST, "No approval of this contact is being waited for."},
    {ACTION_NEEDS_ARTICLE, "No article is chosen; search the knowledge with {everywhere:knowledge}."},
};

const struct action_row *action_row(enum action action)
{
    g_assert(action < ACTION_COUNT);
    return &rows[action];
}

enum action action_find(const char *name)
{
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
        if (g_strcmp0(rows[action].name, name) == 0)
            return action;
    return ACTION_NONE;
}

const char *action_refusal(enum action action, int have)
{
    int missing = action_row(action)->needs & ~have;
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
        if (missing & refusals[i].need)
            return refusals[i].sentence;
    return NULL;
}
