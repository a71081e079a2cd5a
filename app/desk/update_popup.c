/* Keys while a popup is on top: moving, choosing, filling in, saying yes or no. */
#include "app/desk/update.h"

#include <string.h>

#define PAGE_ROWS 10 /* of popups; views show at least as many */

static struct popup_field *current_field(struct popup *popup)
{
    return popup->field >= 0 && (guint)popup->field < popup->fields->len
               ? g_ptr_array_index(popup->fields, (guint)popup->field)
               : NULL;
}

/* Where something is wrong, but not in the field with the keys, these go to the first that is. */
static void go_to_problem(struct popup *popup)
{
    const struct popup_field *now = current_field(popup);
    for (guint i = 0; now != NULL && now->problem == NULL && i < popup->fields->len; i++) {
        const struct popup_field *f = g_ptr_array_index(popup->fields, i);
        if (f->problem == NULL)
            continue;
        popup->field = (int)i;
        return;
    }
}

static void say_finished(struct update *u, struct popup *popup, const char *value)
{
    /* finish() may push another popup, so the one that is done leaves first and is freed after. */
    GPtrArray *popups = u->desk->popups;
    for (guint i = 0; i < popups->len; i++) {
        if (g_ptr_array_index(popups, i) != popup)
            continue;
        g_ptr_array_steal_index(popups, i);
        guint before = popups->len;
        if (popup->finish == NULL || popup->finish(u, popup, value)) {
            popup_free(popup);
            return;
        }
        g_ptr_array_insert(popups, (gint)MIN(before, popups->len), popup);
        go_to_problem(popup);
        return;
    }
}

static void choose(struct update *u, struct popup *popup)
{
    const struct popup_choice *c = popup_chosen(popup);
    if (c == NULL)
        return;
    if (c->why_off != NULL) {
        update_say(u, TONE_WARNING, "%s", c->why_off);
        return;
    }
    g_autofree char *value = g_strdup(c->value);
    say_finished(u, popup, value);
}

/* Every required field has something; else the cursor goes to the first that has not. */
static bool is_filled(struct popup *popup)
{
    for (guint i = 0; i < popup->fields->len; i++) {
        struct popup_field *f = g_ptr_array_index(popup->fields, i);
        g_autofree char *value = popup_value(popup, f->name);
        g_clear_pointer(&f->problem, g_free);
        if (!f->required || *value != '\0')
            continue;
        f->problem = f->kind == FIELD_CHOICE ? g_strdup_printf("Choose the %s first.", f->label)
                                             : g_strdup_printf("Fill in “%s” first.", f->label);
        popup->field = (int)i;
        return false;
    }
    return true;
}

/* Letters that narrow a field's choices to none would be thrown away without a word. */
static bool is_found(struct popup *popup)
{
    for (guint i = 0; i < popup->fields->len; i++) {
        struct popup_field *f = g_ptr_array_index(popup->fields, i);
        if (f->kind != FIELD_CHOICE || f->editor == NULL || f->shown->len > 0)
            continue;
        f->problem = g_strdup("Nothing matches; take letters away to choose.");
        popup->field = (int)i;
        return false;
    }
    return true;
}

static void submit(struct update *u, struct popup *popup)
{
    g_clear_pointer(&popup->problem, g_free);
    if (is_filled(popup) && is_found(popup))
        say_finished(u, popup, NULL);
}

static void move_field(struct popup *popup, int step)
{
    int count = (int)popup->fields->len;
    if (count > 0)
        popup->field = (popup->field + step + count) % count;
}

static void move_in_field(struct popup *popup, struct popup_field *f, int step)
{
    g_clear_pointer(&f->problem, g_free);
    if (f->kind == FIELD_CHOICE) {
        popup_field_step(f, step);
        return;
    }
    struct key key = {.code = step < 0 ? KEY_SYMBOL_UP : KEY_SYMBOL_DOWN};
    if (f->kind != FIELD_LINES || !editor_handle_key(f->editor, &key))
        move_field(popup, step);
}

static void act_in_form(struct update *u, struct popup *popup, enum action action)
{
    struct popup_field *f = current_field(popup);
    switch (action) {
    case ACTION_CONFIRM:
    case ACTION_SUBMIT:
        submit(u, popup);
        break;
    case ACTION_NEXT_FIELD:
        move_field(popup, 1);
        break;
    case ACTION_PREVIOUS_FIELD:
        move_field(popup, -1);
        break;
    case ACTION_DOWN:
    case ACTION_UP:
        if (f != NULL)
            move_in_field(popup, f, action == ACTION_DOWN ? 1 : -1);
        break;
    default:
        break;
    }
}

static int step_of(enum action action)
{
    switch (action) {
    case ACTION_UP:
        return -1;
    case ACTION_DOWN:
        return 1;
    case ACTION_PAGE_UP:
        return -PAGE_ROWS;
    case ACTION_PAGE_DOWN:
        return PAGE_ROWS;
    case ACTION_FIRST:
        return G_MININT / 2;
    case ACTION_LAST:
        return G_MAXINT / 2;
    default:
        return 0;
    }
}

void update_popup_act(struct update *u, struct popup *popup, enum action action)
{
    switch (popup->kind) {
    case POPUP_LIST:
        if (action == ACTION_CONFIRM)
            choose(u, popup);
        else if (popup->shown->len > 0)
            popup->cursor = CLAMP(popup->cursor + step_of(action), 0, (int)popup->shown->len - 1);
        break;
    case POPUP_FORM:
        act_in_form(u, popup, action);
        break;
    case POPUP_QUESTION:
        if (action == ACTION_YES)
            say_finished(u, popup, "yes");
        else if (action == ACTION_NO)
            popup_pop(u);
        break;
    case POPUP_FLOW:
        flow_move(u, popup, step_of(action));
        break;
    case POPUP_INBOX:
        inbox_move(u, popup, step_of(action));
        break;
    case POPUP_TEXT:
        popup->scroll_rows = CLAMP(popup->scroll_rows + step_of(action), 0,
                                   u->desk->popup_most > 0 ? u->desk->popup_most : G_MAXINT / 2);
        break;
    }
}

/* A list whose query changed: narrowed here, or asked for elsewhere. */
static void query_changed(struct update *u, struct popup *popup)
{
    if (g_str_equal(popup->name, "find"))
        find_changed(u, popup);
    else
        popup_narrow(popup);
}

/* A choice field goes to the next choice that begins with the letter. */
static void choose_by_letter(struct popup_field *f, gunichar letter)
{
    int count = (int)f->choices->len;
    for (int i = 1; i <= count; i++) {
        int at = (MAX(f->choice, -1) + i) % count;
        const struct popup_choice *c = g_ptr_array_index(f->choices, (guint)at);
        if (g_unichar_tolower(g_utf8_get_char(c->label)) == g_unichar_tolower(letter)) {
            f->choice = at;
            return;
        }
    }
}

void update_popup_key(struct update *u, struct popup *popup)
{
    struct popup_field *f = popup->kind == POPUP_FORM ? current_field(popup) : NULL;
    const struct key *key = &u->msg->key;
    if (popup->kind == POPUP_LIST && popup->query != NULL) {
        if (editor_handle_key(popup->query, key) == EDITOR_CHANGED)
            query_changed(u, popup);
    } else if (f != NULL && f->kind == FIELD_CHOICE && f->editor != NULL) {
        if (editor_handle_key(f->editor, key) == EDITOR_CHANGED) {
            g_clear_pointer(&f->problem, g_free);
            popup_field_narrow(f);
        }
    } else if (f != NULL && f->kind == FIELD_CHOICE && key->modifiers == 0 &&
               (key->code == KEY_SYMBOL_LEFT || key->code == KEY_SYMBOL_RIGHT)) { /* it is drawn ‹ so › */
        move_in_field(popup, f, key->code == KEY_SYMBOL_LEFT ? -1 : 1);
    } else if (f != NULL && f->kind == FIELD_CHOICE && key_is_text(*key)) {
        g_clear_pointer(&f->problem, g_free);
        choose_by_letter(f, key->code);
    } else if (f != NULL && f->kind != FIELD_CHOICE)
        editor_handle_key(f->editor, key);
}

bool update_popup_insert(struct update *u, struct popup *popup, const char *text)
{
    struct popup_field *f = popup->kind == POPUP_FORM ? current_field(popup) : NULL;
    bool is_whole = true;
    if (popup->kind == POPUP_LIST && popup->query != NULL) {
        is_whole = editor_insert(popup->query, text, -1);
        query_changed(u, popup);
    } else if (f != NULL && f->editor != NULL) {
        is_whole = editor_insert(f->editor, text, -1);
        if (f->kind == FIELD_CHOICE)
            popup_field_narrow(f);
    }
    return is_whole;
}

void update_popup_choose(struct update *u, struct popup *popup, int item)
{
    if (popup->kind == POPUP_FORM && item >= 0 && (guint)item < popup->fields->len)
        popup->field = item;
    if (popup->kind == POPUP_FLOW && item >= 0)
        popup->cursor = item;
    if (popup->kind == POPUP_INBOX && item >= 0)
        inbox_move(u, popup, item - popup->cursor);
    if (popup->kind != POPUP_LIST || item < 0 || (guint)item >= popup->shown->len)
        return;
    popup->cursor = item;
    choose(u, popup);
}
