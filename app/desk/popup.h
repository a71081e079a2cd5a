/* What stands over the panes until it is answered: a list to choose from, a form, a question, a text.
 *
 * Plain state: views draw it (ui/views/popup*.c), keys reach it by update_popup.c, and what completing one
 * does is its finish(). All that a struct points to is its own, unless "borrowed" or "static" is said.
 *
 *     struct popup *p = popup_new(POPUP_LIST, "reject", "Reject the offer: why?");
 *     popup_add_choice(p, "language", "language", NULL);
 *     p->finish = finish_reject;
 *     popup_push(u, p);
 */
#ifndef APP_DESK_POPUP_H
#define APP_DESK_POPUP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct desk;
struct editor; /* ui/widgets/editor.h */
struct popup;
struct update; /* private to the update half */

enum popup_kind {
    POPUP_LIST,     /* query (may be NULL), shown[], cursor: palette, help, menus, canned texts, find */
    POPUP_FORM,     /* fields[], field: wrap-up, addresses, blanks, sign-in, lock */
    POPUP_QUESTION, /* text: y or n */
    POPUP_TEXT,     /* text, scroll_rows: article, story, score */
    POPUP_FLOW,     /* subject: whose script; cursor: index into its steps as they are drawn */
    POPUP_INBOX     /* item: the approval under the cursor; cursor: where it stood last in desk_inbox */
};

struct popup_choice {
    char *value;   /* never NULL; what finish() is told */
    char *label;   /* never NULL */
    char *detail;  /* dim, at the right of the label */
    char *key;     /* its key, for people */
    char *why_off; /* NULL: can be chosen; else the sentence why not */
    GArray *marks; /* struct desk_range of label that the query matched; NULL: none */
    int score;
};

enum popup_field_kind { FIELD_TEXT, FIELD_LINES, FIELD_SECRET, FIELD_CHOICE };

struct popup_field {
    char *name, *label; /* never NULL */
    enum popup_field_kind kind;
    struct editor *editor; /* TEXT, LINES, SECRET; CHOICE that narrows: what was typed, else NULL */
    GPtrArray *choices;    /* CHOICE: struct popup_choice * */
    GPtrArray *shown;      /* CHOICE that narrows: those left by what was typed, best first; borrowed */
    int choice;            /* CHOICE: index into choices; -1 none */
    int rest;         /* CHOICE that narrows: what `choice` comes back to when the letters are taken away */
    bool is_narrowed; /* CHOICE that narrows: letters stand in it */
    bool required;
    char *hint;
    char *problem; /* sentence under it */
    char *begun;   /* its value when the form came up; NULL: not yet up */
};

/* The popup was completed (a choice, a filled form, a yes). False: it stays open. */
typedef bool (*popup_finish)(struct update *u, struct popup *popup, const char *value);

struct popup {
    enum popup_kind kind;
    const char *name; /* static: "palette" "help" "find" "canned" "wrap" "sign-in" "lock" "article" … */
    char *title;      /* never NULL */
    char *hint;       /* one line below; may be NULL */
    char *subject;    /* contact or other id it is about */
    char *item;       /* what of the subject: a step; NULL: the whole */
    char *beside;     /* a left form: the contact in focus then; NULL: none */
    struct editor *query;
    GPtrArray *choices; /* struct popup_choice *, all */
    GPtrArray *shown;   /* the same, borrowed: those the query leaves, best first */
    int cursor;         /* index into shown, or of a flow's steps */
    int64_t request;    /* find: number under way; 0: none */
    char *empty;        /* said where nothing is shown */
    GPtrArray *fields;  /* struct popup_field * */
    int field;          /* index of the one with the keys */
    char *problem;      /* sentence about the whole */
    char *text;
    int scroll_rows;
    bool is_fixed;    /* Esc does not close it: sign-in, lock */
    bool is_warned;   /* what completing it loses was said; the next time it is meant */
    const char *left; /* static, keys named as in desk_key_names: said where Esc left it; NULL: nothing */
    popup_finish finish;
};

/* Not up yet: caller owns until popup_push. Keeps `name`, which is static; copies the title. */
struct popup *popup_new(enum popup_kind kind, const char *name, const char *title);
void popup_free(gpointer popup);
/* Puts it on top. Takes it; borrowed back. */
struct popup *popup_push(struct update *u, struct popup *popup);
void popup_pop(struct update *u); /* frees the topmost */
/* Takes away all that are about this contact, but those that stay until they are answered. */
void popup_drop_about(struct desk *desk, const char *id);
/* The one of this name; NULL: it is not up. */
struct popup *popup_named(const struct desk *desk, const char *name);
/* Takes away all of this name. */
void popup_drop(struct desk *desk, const char *name);
/* One choice more; copies its texts, of which `detail` may be NULL. Borrowed until the choices are cleared.
 */
struct popup_choice *popup_add_choice(struct popup *popup, const char *value, const char *label,
                                      const char *detail);
/* With a query line: what is typed narrows the choices. */
void popup_with_query(struct popup *popup);
void popup_clear_choices(struct popup *popup);
/* Fills `shown` from the choices and the query, best first, cursor on the first. */
void popup_narrow(struct popup *popup);
/* The one under the cursor; NULL: none is shown. Borrowed. */
const struct popup_choice *popup_chosen(const struct popup *popup);
/* One field more, with this text in it (NULL: none); copies its texts. Borrowed, as popup_field_of. */
struct popup_field *popup_add_field(struct popup *popup, enum popup_field_kind kind, const char *name,
                                    const char *label, const char *text);
/* A choice field whose choices stand below it and are narrowed by what one types; call it when all are added.
 */
void popup_field_narrows(struct popup_field *field);
/* What was typed changed: narrows, and chooses the best that is left. */
void popup_field_narrow(struct popup_field *field);
/* Another of the shown ones; from none the first or last. */
void popup_field_step(struct popup_field *field, int step);
struct popup_choice *popup_field_add_choice(struct popup_field *field, const char *value, const char *label,
                                            const char *detail);
gint popup_by_label(gconstpointer a, gconstpointer b); /* sorts an array of choices */
/* NULL: there is none of this name. */
struct popup_field *popup_field_of(const struct popup *popup, const char *name);
/* What stands in a field: text without blanks at the ends, or the chosen value; "" where nothing is. Caller
 * owns. */
char *popup_value(const struct popup *popup, const char *name);
/* A sentence under a field, or, `field` NULL, about the whole. Copies it. */
void popup_set_problem(struct popup *popup, const char *field, const char *sentence);
/* A yes or no question; `subject` may be NULL. */
void popup_ask(struct update *u, const char *name, const char *question, const char *subject,
               popup_finish finish);

/* How well `query` matches `label` as a subsequence of letters, words' beginnings first; 0: not at all.
 * marks (struct desk_range) may be NULL. */
int popup_match(const char *query, const char *label, GArray *marks);

#endif
