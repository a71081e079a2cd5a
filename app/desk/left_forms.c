/* Forms that Esc left with something typed: kept beside their contact, and there again when they are asked
 * for anew. */
#include "app/desk/update.h"

#include <string.h>

#define LEFT_MAX 32

static bool is_kept(const struct popup_field *f)
{
    return f->kind != FIELD_SECRET && f->begun != NULL;
}

static bool is_changed(const struct popup *form)
{
    for (guint i = 0; i < form->fields->len; i++) {
        const struct popup_field *f = g_ptr_array_index(form->fields, i);
        g_autofree char *value = is_kept(f) ? popup_value(form, f->name) : NULL;
        if (value != NULL && !g_str_equal(value, f->begun))
            return true;
    }
    return false;
}

static void fill(struct popup *form, const struct popup *left)
{
    for (guint i = 0; i < left->fields->len; i++) {
        const struct popup_field *from = g_ptr_array_index(left->fields, i);
        struct popup_field *to = popup_field_of(form, from->name);
        if (to == NULL || to->kind != from->kind || !is_kept(from))
            continue;
        g_autofree char *value = popup_value(left, from->name);
        if (g_str_equal(value, from->begun))
            continue;
        if (to->kind != FIELD_CHOICE)
            editor_set_text(to->editor, editor_text(from->editor));
        for (guint j = 0; to->kind == FIELD_CHOICE && j < to->choices->len; j++) {
            const struct popup_choice *c = g_ptr_array_index(to->choices, j);
            if (g_str_equal(c->value, value))
                to->choice = (int)j;
        }
    }
}

static const char *contact_in_focus(const struct desk *desk)
{
    return desk->current != NULL ? desk->current->id : NULL;
}

static bool is_same(const struct popup *left, const struct popup *form, const char *contact_id)
{
    return g_str_equal(left->name, form->name) && g_str_equal(left->title, form->title) &&
           g_strcmp0(left->subject, form->subject) == 0 && g_strcmp0(left->item, form->item) == 0 &&
           g_strcmp0(left->beside, contact_id) == 0;
}

void left_forms_keep(struct desk *desk, struct popup *popup)
{
    if (popup->kind != POPUP_FORM || !is_changed(popup)) {
        popup_free(popup);
        return;
    }
    popup->beside = g_strdup(contact_in_focus(desk));
    if (desk->left_forms->len == LEFT_MAX)
        g_ptr_array_remove_index(desk->left_forms, 0);
    g_ptr_array_add(desk->left_forms, popup);
}

void left_forms_fill(struct update *u, struct popup *form)
{
    struct desk *desk = u->desk;
    for (guint i = 0; i < form->fields->len; i++) {
        struct popup_field *f = g_ptr_array_index(form->fields, i);
        f->begun = popup_value(form, f->name);
    }
    for (guint i = desk->left_forms->len; i-- > 0;) {
        const struct popup *left = g_ptr_array_index(desk->left_forms, i);
        if (!is_same(left, form, contact_in_focus(desk)))
            continue;
        fill(form, left);
        g_ptr_array_remove_index(desk->left_forms, i);
        update_say(u, TONE_PLAIN, "What you had typed here before is here again.");
        return;
    }
}

void left_forms_drop_about(struct desk *desk, const char *contact_id)
{
    for (guint i = desk->left_forms->len; i-- > 0;) {
        const struct popup *left = g_ptr_array_index(desk->left_forms, i);
        if (g_strcmp0(left->beside, contact_id) == 0)
            g_ptr_array_remove_index(desk->left_forms, i);
    }
}
