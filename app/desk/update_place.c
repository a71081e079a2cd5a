/* Where the agent stands: kept at each change, taken up again after a restart. The journal keeps drafts and
 * walks; this says which contact was in focus, in which pane, in which field. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "net/json.h"

static const char *const PANES[PANE_COUNT] = {"queue", "contact", "customer", "script", "knowledge"};
static const char *const COMPOSERS[] = {
    [COMPOSER_NONE] = "none", [COMPOSER_REPLY] = "reply", [COMPOSER_NOTE] = "note"};

/* The forms about the contact in focus that are opened again, with what was written into them. */
static const struct {
    const char *name;
    void (*open)(struct update *u);
} FORMS[] = {{"wrap", wrap_start}, {"escalate", contact_escalate}, {"give-back", contact_give_back}};

static int form_of(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(FORMS); i++)
        if (g_strcmp0(FORMS[i].name, name) == 0)
            return (int)i;
    return -1;
}

static void describe_form(const struct desk *desk, cJSON *json)
{
    const struct popup *p = desk_popup(desk);
    if (p == NULL || form_of(p->name) < 0 || g_strcmp0(p->subject, desk->current->id) != 0)
        return;
    cJSON_AddStringToObject(json, "form", p->name);
    cJSON *fields = cJSON_AddObjectToObject(json, "fields");
    for (guint i = 0; i < p->fields->len; i++) {
        const struct popup_field *field = g_ptr_array_index(p->fields, i);
        g_autofree char *value = popup_value(p, field->name);
        cJSON_AddStringToObject(fields, field->name, value);
    }
}

static char *describe(const struct desk *desk)
{
    const struct desk_contact *dc = desk->current;
    if (dc == NULL)
        return g_strdup("");
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "agent", desk->me);
    cJSON_AddStringToObject(json, "contact", dc->id);
    cJSON_AddStringToObject(json, "pane", PANES[desk->pane]);
    cJSON_AddStringToObject(json, "composer", COMPOSERS[dc->composer]);
    if (dc->is_answering) {
        cJSON_AddNumberToObject(json, "field", dc->script_field);
        cJSON_AddStringToObject(json, "answer", editor_text(dc->answer));
    }
    describe_form(desk, json);
    return json_print(json);
}

void place_save(struct update *u)
{
    struct desk *desk = u->desk;
    if ((desk->phase != DESK_OPEN && desk->phase != DESK_LOCKED) || desk->place != NULL || desk->is_practice)
        return;
    g_autofree char *now = describe(desk);
    if (g_strcmp0(now, desk->place_saved) == 0)
        return;
    g_free(desk->place_saved);
    desk->place_saved = g_strdup(now);
    commands_add(u->commands, COMMAND_SAVE_PLACE, NULL, now);
}

void place_forget(struct update *u)
{
    g_clear_pointer(&u->desk->place_saved, g_free);
    g_clear_pointer(&u->desk->place, cJSON_Delete);
    commands_add(u->commands, COMMAND_SAVE_PLACE, NULL, "");
}

static int word_of(const cJSON *json, const char *name, const char *const *words, int count)
{
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    for (int i = 0; i < count; i++)
        if (g_strcmp0(word, words[i]) == 0)
            return i;
    return -1;
}

/* The words of a script's field that were typed and not yet taken. */
static void restore_answer(struct update *u, struct desk_contact *dc, const cJSON *place)
{
    const char *answer = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(place, "answer"));
    const cJSON *field = cJSON_GetObjectItemCaseSensitive(place, "field");
    if (answer == NULL || !cJSON_IsNumber(field) || dc->walk == NULL)
        return;
    script_move(u, field->valueint - dc->script_field);
    if (dc->script_field != field->valueint)
        return;
    editor_set_text(dc->answer, answer);
    dc->is_answering = true;
}

static void fill_field(struct popup_field *field, const char *value)
{
    for (guint i = 0; i < field->choices->len; i++) {
        const struct popup_choice *c = g_ptr_array_index(field->choices, i);
        if (g_str_equal(c->value, value))
            field->choice = (int)i;
    }
    if (field->editor != NULL && field->kind != FIELD_CHOICE)
        editor_set_text(field->editor, value);
}

static void restore_form(struct update *u, const cJSON *place)
{
    int form = form_of(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(place, "form")));
    if (form < 0 || contact_mine(u->desk, NULL) == NULL)
        return;
    FORMS[form].open(u);
    struct popup *p = desk_popup(u->desk);
    const cJSON *item;
    if (p == NULL || !g_str_equal(p->name, FORMS[form].name))
        return;
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(place, "fields")) {
        struct popup_field *field = popup_field_of(p, item->string);
        if (field != NULL && cJSON_IsString(item))
            fill_field(field, item->valuestring);
    }
}

/* May this contact be opened again: one of mine, or somebody's that I was looking at? */
static struct desk_contact *open_again(struct update *u, const char *id)
{
    struct desk *desk = u->desk;
    const struct contact *c = world_contact(desk->world, id);
    struct desk_contact *dc = desk_find_open(desk, id);
    if (dc != NULL || c == NULL || contact_is_over(c) || c->state == CONTACT_OFFERED)
        return dc;
    return contact_open(u, id);
}

void place_restore(struct update *u)
{
    struct desk *desk = u->desk;
    if (desk->place == NULL || desk->phase != DESK_OPEN || desk->is_fetching)
        return;
    bool has_form = cJSON_HasObjectItem(desk->place, "form");
    if (has_form && desk->settings.dispositions->len == 0 && desk->current == NULL)
        return; /* its choices are still to come */
    cJSON *place = g_steal_pointer(&desk->place);
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(place, "contact"));
    int pane = word_of(place, "pane", PANES, PANE_COUNT);
    int composer = word_of(place, "composer", COMPOSERS, G_N_ELEMENTS(COMPOSERS));
    bool is_mine =
        g_strcmp0(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(place, "agent")), desk->me) == 0;
    /* Who has gone somewhere already is not pulled away. */
    struct desk_contact *dc = is_mine && id != NULL && desk->current == NULL ? open_again(u, id) : NULL;
    if (dc != NULL) {
        contact_focus(u, dc);
        bool may_reply = desk_is_mine(desk, desk_contact_of(desk, dc));
        update_set_pane(u, pane >= 0 ? (enum desk_pane)pane : PANE_CONTACT);
        if (composer == COMPOSER_NOTE || (composer == COMPOSER_REPLY && may_reply))
            dc->composer = (enum desk_composer)composer;
        restore_answer(u, dc, place);
        restore_form(u, place);
    }
    cJSON_Delete(place);
}
