/* The customer pane: the record with personal data masked, revealed one by one and logged, corrected; and the
 * unknown caller who becomes a customer. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "app/desk/identity_check.h"

/* --- the record --- */

static void read_past(struct desk_contact *dc, const cJSON *list)
{
    const cJSON *item;
    g_ptr_array_set_size(dc->past, 0);
    cJSON_ArrayForEach (item, list) {
        struct contact *c = contact_from_cjson(item, NULL);
        if (c != NULL && !g_str_equal(c->id, dc->id))
            g_ptr_array_add(dc->past, c);
        else
            contact_free(c);
    }
}

void customer_answer(struct update *u, struct desk_contact *dc, const cJSON *json)
{
    g_autoptr(GError) error = NULL;
    struct customer *who = customer_from_cjson(json, &error);
    if (who == NULL) {
        update_say(u, TONE_ERROR, "%s", error->message);
        return;
    }
    /* What I corrected myself and the backend does not know yet stays as I typed it. */
    g_autoptr(GPtrArray) under_way = record_under_way(u->desk, NULL);
    for (guint i = 0; i < under_way->len; i++) {
        const struct event *ev = ((const struct desk_sent *)g_ptr_array_index(under_way, i))->event;
        if (ev->kind == EVENT_CUSTOMER_CORRECTED && g_strcmp0(event_text(ev, "customer"), who->id) == 0)
            customer_correct(who, event_text(ev, "field"), event_text(ev, "value"));
    }
    if (dc->customer == NULL || !g_str_equal(dc->customer->id, who->id))
        g_hash_table_remove_all(dc->revealed); /* what was shown was an unknown caller's, or another's */
    customer_free(dc->customer);
    dc->customer = who;
    read_past(dc, cJSON_GetObjectItemCaseSensitive(json, "contacts"));
}

void customer_ask_again(struct update *u, struct desk_contact *dc)
{
    if (dc->customer != NULL)
        dc->requests[LINK_FETCH_CUSTOMER] = update_fetch(u, LINK_FETCH_CUSTOMER, dc->customer->id);
}

void customer_changed(struct update *u)
{
    for (guint i = 0; i < u->desk->open->len; i++) {
        struct desk_contact *dc = g_ptr_array_index(u->desk->open, i);
        if (dc->customer != NULL && g_str_equal(dc->customer->id, u->msg->id))
            customer_ask_again(u, dc);
    }
    find_customer_changed(u);
}

/* --- lines --- */

static void line_free(gpointer data)
{
    struct desk_customer_line *line = data;
    g_free(line->field);
    g_free(line->text);
    g_free(line);
}

static struct desk_customer_line *add_line(GPtrArray *lines, enum desk_customer_line_kind kind,
                                           const char *field, const char *text)
{
    struct desk_customer_line *line = g_new0(struct desk_customer_line, 1);
    line->kind = kind;
    line->field = g_strdup(field);
    line->text = g_strdup(text != NULL ? text : "");
    g_ptr_array_add(lines, line);
    return line;
}

static void add_identity(GPtrArray *lines, const struct desk_contact *dc, enum identity_kind kind,
                         const char *value)
{
    const char *field = identity_kind_name(kind);
    bool is_open = g_hash_table_contains(dc->revealed, field);
    g_autofree char *text = is_open ? g_strdup(value) : identity_mask(kind, value);
    add_line(lines, CUSTOMER_LINE_IDENTITY, field, text)->is_masked = !is_open;
}

static void add_identities(GPtrArray *lines, const struct desk_contact *dc)
{
    for (guint i = 0; i < dc->customer->identities->len; i++) {
        const struct identity *identity = &g_array_index(dc->customer->identities, struct identity, i);
        add_identity(lines, dc, identity->kind, identity->value);
    }
    if (dc->customer->postal == NULL)
        return;
    bool is_open = g_hash_table_contains(dc->revealed, "postal");
    add_line(lines, CUSTOMER_LINE_POSTAL, "postal", is_open ? dc->customer->postal : "••••••")->is_masked =
        !is_open;
}

/* A note can hold anything: dates of birth, cards, numbers. Its words are shown, its digits when revealed. */
static void add_note(GPtrArray *lines, const struct desk_contact *dc)
{
    const char *note = dc->customer->note;
    if (note == NULL)
        return;
    bool is_open = g_hash_table_contains(dc->revealed, "note");
    GString *text = g_string_new(NULL);
    bool is_masked = false;
    for (const char *at = note; *at != '\0'; at = g_utf8_next_char(at)) {
        bool hides = !is_open && g_unichar_isdigit(g_utf8_get_char(at));
        is_masked |= hides;
        if (hides)
            g_string_append(text, "•");
        else
            g_string_append_len(text, at, g_utf8_next_char(at) - at);
    }
    add_line(lines, CUSTOMER_LINE_NOTE, "note", text->str)->is_masked = is_masked;
    g_string_free(text, TRUE);
}

/* Of a caller whom nobody knows yet there is the address they came from. */
static void add_unknown(GPtrArray *lines, const struct desk *desk, const struct desk_contact *dc)
{
    const struct contact *c = desk_contact_of(desk, dc);
    if (c != NULL && c->customer == NULL && c->address != NULL)
        add_identity(lines, dc, contact_address_kind(c), c->address);
}

static void add_known(GPtrArray *lines, const struct desk_contact *dc)
{
    add_line(lines, CUSTOMER_LINE_NAME, "name", dc->customer->name);
    add_identities(lines, dc);
    add_note(lines, dc);
    for (guint i = 0; i < dc->customer->orders->len; i++) {
        const struct order *o = g_ptr_array_index(dc->customer->orders, i);
        g_autofree char *text = g_strdup_printf("%s  %s  %s", o->id, o->item != NULL ? o->item : "",
                                                o->status != NULL ? o->status : "");
        add_line(lines, CUSTOMER_LINE_ORDER, o->id, text)->order = o;
    }
    for (guint i = 0; i < dc->past->len; i++) {
        const struct contact *c = g_ptr_array_index(dc->past, i);
        g_autofree char *text =
            g_strdup_printf("%s  %s", channel_name(c->channel), c->subject != NULL ? c->subject : c->id);
        add_line(lines, CUSTOMER_LINE_PAST, c->id, text)->past = c;
    }
}

GPtrArray *desk_customer_lines(const struct desk *desk, const struct desk_contact *dc)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
    if (dc == NULL)
        return lines;
    if (dc->customer != NULL)
        add_known(lines, dc);
    else
        add_unknown(lines, desk, dc);
    for (guint i = lines->len; desk_is_filtered(desk, PANE_CUSTOMER) && i-- > 0;) {
        const struct desk_customer_line *line = g_ptr_array_index(lines, i);
        if (!desk_filter_passes(desk, PANE_CUSTOMER, line->text))
            g_ptr_array_remove_index(lines, i);
    }
    return lines;
}

/* --- reveal and correct --- */

static const struct desk_customer_line *line_at(const GPtrArray *lines, int index)
{
    return index >= 0 && (guint)index < lines->len ? g_ptr_array_index(lines, (guint)index) : NULL;
}

/* The chosen line when it is masked or can be masked again, else the first masked one. */
static const struct desk_customer_line *line_to_reveal(const struct desk_contact *dc, const GPtrArray *lines)
{
    const struct desk_customer_line *line = line_at(lines, dc->customer_cursor);
    if (line != NULL && (line->is_masked || g_hash_table_contains(dc->revealed, line->field)))
        return line;
    for (guint i = 0; i < lines->len; i++) {
        line = g_ptr_array_index(lines, i);
        if (line->is_masked)
            return line;
    }
    return NULL;
}

void customer_record_reveal(struct update *u, struct desk_contact *dc, const char *field)
{
    struct event *ev = record_new(u, EVENT_CUSTOMER_REVEALED, desk_contact_of(u->desk, dc));
    if (dc->customer != NULL) /* else it is the contact's caller, whom nobody knows yet */
        event_set_text(ev, "customer", dc->customer->id);
    event_set_text(ev, "field", field);
    record(u, ev);
    g_hash_table_add(dc->revealed, g_strdup(field));
}

void customer_reveal(struct update *u)
{
    struct desk_contact *dc = u->desk->current;
    g_autoptr(GPtrArray) lines = desk_customer_lines(u->desk, dc);
    const struct desk_customer_line *line = line_to_reveal(dc, lines);
    if (line == NULL) {
        update_say(u, TONE_PLAIN, "Nothing of this customer is masked.");
        return;
    }
    if (!line->is_masked) {
        g_hash_table_remove(dc->revealed, line->field);
        return;
    }
    customer_record_reveal(u, dc, line->field);
}

/* What is newly typed for an address or a number reads as one; else the form stays, and says so. */
static bool is_sound(struct popup *popup, const char *field, enum identity_kind kind, const char *label)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = popup_value(popup, field);
    const struct popup_field *f = popup_field_of(popup, field);
    if (*text == '\0' || g_strcmp0(text, f->begun) == 0)
        return true;
    if (identity_check(kind, label, text, &error))
        return true;
    popup_set_problem(popup, field, error->message);
    return false;
}

static bool are_sound(struct popup *popup)
{
    bool is_mail = is_sound(popup, "email", IDENTITY_EMAIL, "E-mail");
    return is_sound(popup, "phone", IDENTITY_PHONE, "Phone") && is_mail;
}

static bool finish_edit(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    if (dc == NULL || dc->customer == NULL)
        return true;
    if (!are_sound(popup))
        return false;
    for (guint i = 0; i < popup->fields->len; i++) {
        const struct popup_field *f = g_ptr_array_index(popup->fields, i);
        /* What was read when the form opened: the record may have come anew since. */
        g_autofree char *now = popup_value(popup, f->name);
        const char *was = f->begun != NULL ? f->begun : "";
        if (g_str_equal(now, was))
            continue;
        struct event *ev = record_new(u, EVENT_CUSTOMER_CORRECTED, desk_contact_of(u->desk, dc));
        event_set_text(ev, "customer", dc->customer->id);
        event_set_text(ev, "field", f->name);
        event_set_text(ev, "value", now);
        event_set_text(ev, "was", was);
        record(u, ev);
        customer_correct(dc->customer, f->name, now);
        update_say(u, TONE_GOOD, "The record is corrected.");
    }
    return true;
}

static bool is_masked(const GPtrArray *lines, const char *field)
{
    for (guint i = 0; i < lines->len; i++) {
        const struct desk_customer_line *line = g_ptr_array_index(lines, i);
        if (line->is_masked && strcmp(line->field, field) == 0)
            return true;
    }
    return false;
}

void customer_edit(struct update *u)
{
    static const char *const FIELDS[] = {"name", "email", "phone", "postal", "note"};
    static const char *const LABELS[] = {"name", "e-mail", "phone", "address", "note"};
    struct desk_contact *dc = u->desk->current;
    g_autoptr(GPtrArray) lines = desk_customer_lines(u->desk, dc);
    const struct desk_customer_line *line = line_at(lines, dc->customer_cursor);
    if (dc->customer == NULL) {
        update_say(u, TONE_WARNING, "The customer's record is not here yet; try again in a moment.");
        return;
    }
    struct popup *p = popup_new(POPUP_FORM, "edit-customer", "Correct the record");
    for (size_t i = 0; i < G_N_ELEMENTS(FIELDS); i++) {
        g_autofree char *value = customer_value(dc->customer, FIELDS[i]);
        if (is_masked(lines, FIELDS[i])) /* the form shows it whole */
            customer_record_reveal(u, dc, FIELDS[i]);
        popup_add_field(p, FIELD_TEXT, FIELDS[i], LABELS[i], value)->required = i == 0;
        if (line != NULL && g_strcmp0(line->field, FIELDS[i]) == 0)
            p->field = (int)i;
    }
    p->subject = g_strdup(dc->id);
    p->finish = finish_edit;
    popup_push(u, p);
}

/* --- who is this --- */

static void record_link(struct update *u, const struct contact *c, const struct customer *who)
{
    struct event *ev = record_new(u, EVENT_CONTACT_CUSTOMER_LINKED, c);
    event_set_text(ev, "customer", who->id);
    event_set_text(ev, "name", who->name);
    if (who->tier != NULL)
        event_set_text(ev, "tier", who->tier);
    record(u, ev);
    update_say(u, TONE_GOOD, "The contact is %s's now.", who->name);
}

void customer_link(struct update *u, const struct contact *c, const struct customer *who)
{
    struct desk_contact *dc = desk_find_open(u->desk, c->id);
    record_link(u, c, who);
    if (dc != NULL)
        dc->requests[LINK_FETCH_CUSTOMER] = update_fetch(u, LINK_FETCH_CUSTOMER, who->id);
}

static void set_list(struct event *ev, const char *member, const char *value)
{
    if (*value == '\0')
        return;
    cJSON *list = cJSON_CreateArray();
    cJSON_AddItemToArray(list, cJSON_CreateString(value));
    cJSON_AddItemToObject(ev->data, member, list);
}

static bool finish_who(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    const struct contact *c = world_contact(u->desk->world, popup->subject);
    struct desk_contact *dc = desk_find_open(u->desk, popup->subject);
    if (c == NULL || dc == NULL)
        return true;
    if (!are_sound(popup))
        return false;
    g_autofree char *name = popup_value(popup, "name"), *email = popup_value(popup, "email"),
                    *phone = popup_value(popup, "phone"), *postal = popup_value(popup, "postal");
    struct event *ev = record_new(u, EVENT_CUSTOMER_CREATED, c);
    g_autofree char *id = g_strdup_printf("c%s", ev->id);
    struct customer *who = customer_new(id, name);
    event_set_text(ev, "customer", id);
    event_set_text(ev, "name", name);
    set_list(ev, "emails", email);
    set_list(ev, "phones", phone);
    record(u, ev);
    if (*email != '\0')
        customer_add_identity(who, IDENTITY_EMAIL, email);
    if (*phone != '\0')
        customer_add_identity(who, IDENTITY_PHONE, phone);
    record_link(u, c, who); /* the record is at hand; the backend may not have it yet */
    if (*postal != '\0') {
        ev = record_new(u, EVENT_CUSTOMER_CORRECTED, c);
        event_set_text(ev, "customer", id);
        event_set_text(ev, "field", "postal");
        event_set_text(ev, "value", postal);
        record(u, ev);
        customer_correct(who, "postal", postal);
    }
    customer_free(dc->customer);
    dc->customer = who;
    return true;
}

/* A switch may give a word for a number, such as "anonymous", and a handle may begin with "@". */
static bool reads_as(enum identity_kind kind, const char *address)
{
    return address != NULL && identity_check(kind, "", address, NULL);
}

void customer_who(struct update *u)
{
    const struct contact *c = desk_contact_of(u->desk, u->desk->current);
    if (c == NULL)
        return;
    g_autofree char *find = desk_key_label(u->desk, KEYS_CONTEXT_EVERYWHERE, ACTION_FIND);
    if (c->customer != NULL) {
        update_say(u, TONE_PLAIN, "This is %s; find others with %s.", c->name != NULL ? c->name : c->customer,
                   find);
        return;
    }
    bool is_mail = reads_as(IDENTITY_EMAIL, c->address);
    bool is_number =
        (c->channel == CHANNEL_PHONE || c->channel == CHANNEL_SMS) && reads_as(IDENTITY_PHONE, c->address);
    g_autoptr(GPtrArray) lines = desk_customer_lines(u->desk, u->desk->current);
    if ((is_mail || is_number) && is_masked(lines, identity_kind_name(contact_address_kind(c))))
        customer_record_reveal(u, u->desk->current, identity_kind_name(contact_address_kind(c)));
    struct popup *p = popup_new(POPUP_FORM, "who", "A new customer");
    popup_add_field(p, FIELD_TEXT, "name", "name", c->name)->required = true;
    popup_add_field(p, FIELD_TEXT, "email", "e-mail", is_mail ? c->address : NULL);
    popup_add_field(p, FIELD_TEXT, "phone", "phone", is_number ? c->address : NULL);
    popup_add_field(p, FIELD_TEXT, "postal", "address", NULL);
    p->hint = g_strdup_printf("Known already? Esc, then %s finds and links them.", find);
    p->subject = g_strdup(c->id);
    p->finish = finish_who;
    popup_push(u, p);
}
