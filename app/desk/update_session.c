/* Sign-in, presence, lock, sign-out and what of mine is open then; the floor and the contacts as first
 * fetched. */
#include "app/desk/update.h"

#include <string.h>

#include "app/desk/areas.h"
#include "net/json.h"

static bool finish_sign_in(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    struct desk *desk = u->desk;
    g_autofree char *who = popup_value(popup, "agent"), *password = popup_value(popup, "password");
    desk->phase = DESK_SIGNING_IN;
    desk->sign_in_request = update_number(u);
    popup_set_problem(popup, NULL, NULL);
    commands_add_request(u->commands, COMMAND_SIGN_IN, desk->sign_in_request, who, password);
    return false;
}

void session_start(struct update *u)
{
    struct popup *p = popup_new(POPUP_FORM, "sign-in", "Sign in");
    struct popup_field *who = popup_add_field(p, FIELD_TEXT, "agent", "agent", u->desk->me);
    struct popup_field *password = popup_add_field(p, FIELD_SECRET, "password", "password", NULL);
    who->required = password->required = true;
    p->field = u->desk->me != NULL ? 1 : 0;
    p->is_fixed = true;
    p->finish = finish_sign_in;
    u->desk->phase = DESK_SIGNED_OUT;
    popup_push(u, p);
}

void session_sign_in_refused(struct update *u)
{
    struct popup *p = desk_popup(u->desk);
    if (token_refused(u))
        return;
    bool is_earlier =
        u->msg->number == 0 && u->desk->phase == DESK_SIGNED_OUT; /* the form is being filled in */
    if (!is_earlier && (u->desk->phase != DESK_SIGNING_IN || u->msg->number != u->desk->sign_in_request))
        return;
    u->desk->phase = DESK_SIGNED_OUT;
    if (p == NULL || !g_str_equal(p->name, "sign-in"))
        return;
    popup_set_problem(p, NULL, u->msg->text);
    if (is_earlier)
        return;
    editor_set_text(popup_field_of(p, "password")->editor, "");
    p->field = 1;
}

void session_ended(struct update *u)
{
    struct desk *desk = u->desk;
    if (desk->phase == DESK_OPEN || desk->phase == DESK_LOCKED) {
        restore_drop(u);
        g_ptr_array_set_size(desk->popups, 0);
        g_ptr_array_set_size(desk->left_forms, 0);
        session_start(u);
    }
    struct popup *p = desk_popup(desk);
    if (p != NULL && g_str_equal(p->name, "sign-in"))
        popup_set_problem(p, NULL, u->msg->text);
}

static int64_t position_of(const cJSON *json)
{
    const cJSON *position = cJSON_GetObjectItemCaseSensitive(json, "position");
    if (cJSON_IsString(position))
        return g_ascii_strtoll(position->valuestring, NULL, 10);
    return json_number(json, "position");
}

static void fetch_contacts(struct update *u)
{
    update_fetch(u, LINK_FETCH_CONTACTS, NULL);
    u->desk->is_fetching = true;
}

/* The backend knows whose snapshot is shown: the stream goes on behind it, or all is asked for anew. */
static void confirm_restored(struct update *u)
{
    struct desk *desk = u->desk;
    desk->is_restored = false;
    update_fetch(u, LINK_FETCH_FLOOR, NULL);
    update_fetch(u, LINK_FETCH_REPORT_FLOOR, NULL);
    if (restore_catches_up(desk, position_of(u->msg->json)))
        return;
    if (position_of(u->msg->json) < desk->world->position) {
        restore_drop(u); /* a backend that was put back in time: nothing of this is comparable */
        fetch_contacts(u);
        return;
    }
    fetch_contacts(u);
    for (guint i = 0; i < desk->open->len; i++)
        contact_fetch(u, g_ptr_array_index(desk->open, i));
}

void session_signed_in(struct update *u)
{
    struct desk *desk = u->desk;
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(u->msg->json, "agent");
    g_autoptr(GError) error = NULL;
    struct agent *a = agent_from_cjson(json, &error);
    if (a == NULL) {
        update_say(u, TONE_ERROR, "%s", error->message);
        return;
    }
    if (g_strcmp0(desk->me, a->id) != 0) { /* somebody else's day */
        desk->metrics.is_told = false;
        desk->metrics.handled = desk->metrics.handle_ms = desk->metrics.closed = desk->metrics.resolved =
            desk->metrics.keystrokes = 0;
    }
    if (desk->is_restored && g_strcmp0(desk->me, a->id) != 0)
        restore_drop(u);
    bool is_first = desk->phase != DESK_OPEN && desk->phase != DESK_LOCKED;
    g_free(desk->me);
    g_free(desk->name);
    desk->me = g_strdup(a->id);
    desk->name = g_strdup(a->name);
    desk->role = a->role;
    world_put_agent(desk->world, a);
    popup_drop(desk, "sign-in");
    token_renewed(u);
    if (desk->is_restored) {
        confirm_restored(u);
        record_fold_again(desk, NULL); /* what we did since, over what the backend says of us */
    }
    if (!is_first)
        return;
    desk->is_arriving = true;
    desk->phase = DESK_OPEN;
    update_fetch(u, LINK_FETCH_FLOOR, NULL);
    fetch_contacts(u);
    update_fetch(u, LINK_FETCH_REPORT_FLOOR, NULL);
    record_simple(u, EVENT_AGENT_SIGNED_IN, NULL, "desk_version", FIRSTLINE_VERSION);
    g_autofree char *ready = desk_key_label(desk, KEYS_CONTEXT_EVERYWHERE, ACTION_READY);
    if (desk->is_practice)
        update_say_keys(u, TONE_PLAIN,
                        "This is practice. {everywhere:ready} begins, then a customer comes; "
                        "{everywhere:practice-hint} gives a hint, {everywhere:practice-pause} pauses, "
                        "{everywhere:practice-end} ends it with the score.");
    else if (a->not_responding)
        update_say(u, TONE_PLAIN, "Welcome back, %s. You missed an offer; %s makes you ready again.",
                   desk->name, ready);
    else if (a->presence == PRESENCE_READY)
        update_say(u, TONE_PLAIN, "Welcome back, %s. You are ready.", desk->name);
    else
        update_say(u, TONE_PLAIN, "Welcome, %s. %s makes you ready.", desk->name, ready);
}

/* --- the floor and its settings --- */

static void read_dispositions(struct desk_settings *settings, const cJSON *list)
{
    const cJSON *item;
    g_ptr_array_set_size(settings->dispositions, 0);
    cJSON_ArrayForEach (item, list) {
        const char *code = json_text(item, "code"), *label = json_text(item, "label");
        if (code == NULL)
            continue;
        struct desk_disposition *d = g_new0(struct desk_disposition, 1);
        d->code = g_strdup(code);
        d->label = g_strdup(label != NULL ? label : code);
        d->resolved = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "resolved"));
        d->customer_gone = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "customer_gone"));
        g_ptr_array_add(settings->dispositions, d);
    }
}

static void read_canned(struct desk_settings *settings, const cJSON *list)
{
    const cJSON *item;
    g_ptr_array_set_size(settings->canned, 0);
    cJSON_ArrayForEach (item, list) {
        const char *id = json_text(item, "id"), *text = json_text(item, "text"),
                   *title = json_text(item, "title");
        if (id == NULL || text == NULL)
            continue;
        struct desk_canned *c = g_new0(struct desk_canned, 1);
        c->id = g_strdup(id);
        c->title = g_strdup(title != NULL ? title : id);
        c->text = g_strdup(text);
        c->language = g_strdup(json_text(item, "language"));
        g_ptr_array_add(settings->canned, c);
    }
}

static void read_scripts(struct desk_settings *settings, const cJSON *map)
{
    const cJSON *item;
    g_hash_table_remove_all(settings->scripts);
    cJSON_ArrayForEach (item, map)
        if (cJSON_IsString(item))
            g_hash_table_replace(settings->scripts, g_strdup(item->string), g_strdup(item->valuestring));
}

static void read_settings(struct desk_settings *settings, const cJSON *json)
{
    const cJSON *item;
    g_ptr_array_set_size(settings->reasons, 0);
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "reasons")) {
        const char *reason = cJSON_IsString(item) ? item->valuestring : json_text(item, "code");
        if (reason != NULL)
            g_ptr_array_add(settings->reasons, g_strdup(reason));
    }
    read_dispositions(settings, cJSON_GetObjectItemCaseSensitive(json, "dispositions"));
    read_canned(settings, cJSON_GetObjectItemCaseSensitive(json, "canned"));
    read_scripts(settings, cJSON_GetObjectItemCaseSensitive(json, "scripts"));
    g_free(settings->sign_in_help);
    settings->sign_in_help = g_strdup(json_text(json, "sign_in_help"));
    g_free(settings->version);
    settings->version = g_strdup(json_text(json, "version"));
}

/* A zone of which this machine has no data must not take a queue away: its clocks run all day then. */
static struct queue *read_queue(const cJSON *item)
{
    struct queue *q = queue_from_cjson(item, NULL);
    if (q != NULL || !cJSON_HasObjectItem(item, "hours"))
        return q;
    cJSON *open = cJSON_Duplicate(item, true);
    cJSON_DeleteItemFromObjectCaseSensitive(open, "hours");
    q = queue_from_cjson(open, NULL);
    cJSON_Delete(open);
    return q;
}

void session_floor(struct update *u, const cJSON *json)
{
    struct desk *desk = u->desk;
    const cJSON *item;
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "queues")) {
        struct queue *q = read_queue(item);
        if (q != NULL)
            world_put_queue(desk->world, q);
    }
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "agents")) {
        struct agent *a = agent_from_cjson(item, NULL);
        if (a != NULL)
            world_put_agent(desk->world, a);
    }
    const cJSON *settings = cJSON_GetObjectItemCaseSensitive(json, "settings");
    read_settings(&desk->settings, settings);
    world_put_rights(desk->world, cJSON_GetObjectItemCaseSensitive(settings, "roles"));
    world_put_limits(desk->world, cJSON_GetObjectItemCaseSensitive(settings, "approvals"));
    record_fold_again(desk, NULL);
}

/* The answer is all that is open: what the world has beyond it is over, unless it is newer than the answer.
 */
static void drop_absent(struct desk *desk, GHashTable *there, int64_t position)
{
    g_autoptr(GPtrArray) absent = g_ptr_array_new();
    GHashTableIter iter;
    struct contact *c;
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c))
        if (!contact_is_over(c) && !g_hash_table_contains(there, c->id) && c->position <= position)
            g_ptr_array_add(absent, c);
    for (guint i = 0; i < absent->len; i++) {
        struct contact *over = contact_copy(g_ptr_array_index(absent, i));
        over->state = CONTACT_CLOSED;
        over->closed_ms = desk->now_ms;
        world_put_contact(desk->world, over);
    }
}

void session_contacts(struct update *u, const cJSON *json)
{
    struct desk *desk = u->desk;
    const cJSON *item;
    int64_t position = position_of(json);
    g_autoptr(GHashTable) there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "contacts")) {
        struct contact *c = contact_from_cjson(item, NULL);
        if (c == NULL)
            continue;
        const struct contact *known = world_contact(desk->world, c->id);
        g_hash_table_add(there, g_strdup(c->id));
        if (known != NULL && known->position > c->position)
            contact_free(c);
        else
            world_put_contact(desk->world, c);
    }
    drop_absent(desk, there, position);
    desk->world->position = MAX(desk->world->position, position);
    desk->as_of_ms = 0;
    record_fold_again(desk, NULL);
    desk->queue.is_dirty = true;
    contact_reconcile_all(u);
    queue_offer_over(u);
}

/* --- presence --- */

static void change_presence(struct update *u, enum presence presence, const char *reason)
{
    struct event *ev = record_new(u, EVENT_AGENT_PRESENCE_CHANGED, NULL);
    event_set_text(ev, "presence", presence_name(presence));
    if (reason != NULL)
        event_set_text(ev, "reason", reason);
    record(u, ev);
    const char *word = presence == PRESENCE_READY           ? "ready: contacts will be offered to you"
                       : presence == PRESENCE_TRANSFER_ONLY ? "ready for transfers only"
                                                            : "not ready: nothing will be offered to you";
    if (presence == PRESENCE_READY && (u->desk->world->rights[u->desk->role] & RIGHT_CONTACTS_OWN) == 0)
        update_say(u, TONE_WARNING,
                   "You are ready, but nothing will be offered to you: your role, %s, takes no contacts.",
                   role_name(u->desk->role));
    else
        update_say(u, TONE_GOOD, "You are %s.", word);
}

void session_ready(struct update *u)
{
    change_presence(u, PRESENCE_READY, NULL);
}

void session_transfer_only(struct update *u)
{
    change_presence(u, PRESENCE_TRANSFER_ONLY, NULL);
}

static bool finish_not_ready(struct update *u, struct popup *popup, const char *value)
{
    (void)popup;
    change_presence(u, PRESENCE_NOT_READY, value);
    return true;
}

void session_not_ready(struct update *u)
{
    static const char *const USUAL[] = {"break", "meal", "meeting", "training", "coaching", "back-office"};
    struct popup *p = popup_new(POPUP_LIST, "not-ready", "Not ready: why?");
    popup_with_query(p);
    const GPtrArray *reasons = u->desk->settings.reasons;
    for (guint i = 0; i < reasons->len; i++)
        popup_add_choice(p, g_ptr_array_index(reasons, i), g_ptr_array_index(reasons, i), NULL);
    for (size_t i = 0; reasons->len == 0 && i < G_N_ELEMENTS(USUAL); i++)
        popup_add_choice(p, USUAL[i], USUAL[i], NULL);
    p->finish = finish_not_ready;
    popup_push(u, p);
}

/* --- lock --- */

static bool finish_unlock(struct update *u, struct popup *popup, const char *value)
{
    (void)value;
    g_autofree char *password = popup_value(popup, "password");
    popup->request = update_number(u);
    popup_set_problem(popup, NULL, NULL);
    commands_add_request(u->commands, COMMAND_CHECK_PASSWORD, popup->request, u->desk->me, password);
    return false;
}

void session_lock(struct update *u)
{
    struct popup *p = popup_new(POPUP_FORM, "lock", "Locked");
    popup_add_field(p, FIELD_SECRET, "password", "password", NULL)->required = true;
    const char *help = u->desk->settings.sign_in_help;
    p->hint = g_strdup_printf("%s: your password opens the desk again.%s%s", u->desk->name,
                              help != NULL ? " " : "", help != NULL ? help : "");
    p->is_fixed = true;
    p->finish = finish_unlock;
    record_simple(u, EVENT_DESK_LOCKED, NULL, NULL, NULL);
    u->desk->phase = DESK_LOCKED;
    popup_push(u, p);
}

void session_unlocked(struct update *u)
{
    struct popup *p = desk_popup(u->desk);
    if (u->desk->phase != DESK_LOCKED || p == NULL || p->request != u->msg->number)
        return;
    if (!u->msg->flag) {
        popup_set_problem(p, NULL, u->msg->text);
        editor_set_text(popup_field_of(p, "password")->editor, "");
        return;
    }
    u->desk->phase = DESK_OPEN;
    popup_drop(u->desk, "lock");
    record_simple(u, EVENT_DESK_UNLOCKED, NULL, NULL, NULL);
}

/* --- leaving --- */

static void leave(struct update *u, bool quit, bool sign_out)
{
    struct desk *desk = u->desk;
    compose_release(u, NULL, true);
    if (desk->current != NULL)
        contact_focus(u, NULL);
    if (sign_out && (desk->phase == DESK_OPEN || desk->phase == DESK_LOCKED)) {
        place_forget(u);
        record_simple(u, EVENT_AGENT_SIGNED_OUT, NULL, NULL, NULL);
        commands_add(u->commands, COMMAND_SIGN_OUT, NULL, NULL);
    }
    desk->must_sign_in = desk->asks_sign_in = false;
    if (quit) {
        desk->phase = DESK_LEAVING;
        commands_add(u->commands, COMMAND_QUIT, NULL, NULL);
        return;
    }
    g_ptr_array_set_size(desk->popups, 0);
    g_ptr_array_set_size(desk->left_forms, 0);
    g_ptr_array_set_size(desk->open, 0);
    session_start(u);
}

static bool finish_leave(struct update *u, struct popup *popup, const char *value)
{
    bool quit = popup->subject != NULL;
    if (g_str_equal(value, "leave") || g_str_equal(value, "pause")) {
        leave(u, quit, g_str_equal(value, "leave"));
        return true;
    }
    struct desk_contact *dc = contact_open(u, value);
    contact_focus(u, dc);
    update_set_pane(u, PANE_CONTACT);
    return true;
}

/* Mine in hand, parked, or in the queue for me by name: what was parked and came back is such a one. */
static const char *why_listed(const struct desk *desk, const struct contact *c)
{
    bool is_with_me = g_strcmp0(c->agent, desk->me) == 0;
    if (desk_is_mine(desk, c) || (is_with_me && c->state == CONTACT_PARKED))
        return contact_state_name(c->state);
    return is_with_me && c->state == CONTACT_QUEUED ? "waits for you" : NULL;
}

/* What the list of what is open holds: contacts in it, those of them in which somebody waits for me to go on,
 * and those that stay mine over a sign-out. */
struct left_open {
    guint listed, handled, parked;
};

static struct left_open list_open(const struct desk *desk, struct popup *p)
{
    GHashTableIter iter;
    const struct contact *c;
    struct left_open open = {0};
    g_hash_table_iter_init(&iter, desk->world->contacts);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c)) {
        const char *why = why_listed(desk, c);
        if (why == NULL)
            continue;
        g_autofree char *label =
            g_strdup_printf("%s · %s", c->name != NULL ? c->name : c->id, channel_name(c->channel));
        popup_add_choice(p, c->id, label, why);
        open.listed++;
        open.handled += desk_is_mine(desk, c);
        open.parked += c->state == CONTACT_PARKED;
    }
    g_ptr_array_sort(p->choices, popup_by_label);
    return open;
}

/* The list as it is now; answers how many contacts are in it. */
static guint fill_leave(const struct desk *desk, struct popup *p)
{
    bool quit = p->subject != NULL;
    popup_clear_choices(p);
    struct left_open open = list_open(desk, p);
    g_free(p->title);
    g_free(p->hint);
    p->title = g_strdup(open.listed > 0 ? "Still open and yours" : "Nothing of yours is open any more");
    p->hint = open.listed == 0
                  ? NULL
                  : desk_key_names(
                        desk, "{popup-list:confirm} goes to a contact: finish it, pass it on or park it.");
    const char *stays = open.handled == 0 && open.parked > 0 ? "parked ones stay mine" : NULL;
    struct popup_choice *out = popup_add_choice(p, "leave", quit ? "Sign out and quit" : "Sign out", stays);
    if (open.handled > 0)
        out->why_off = g_strdup("Close, park or transfer what is open before you sign out.");
    if (open.handled > 0 && quit)
        popup_add_choice(p, "pause", "Quit for a moment, staying signed in", "these stay mine");
    return open.listed;
}

/* Asks first where something is open. */
static void session_leave(struct update *u, bool quit)
{
    struct popup *p = popup_new(POPUP_LIST, "leave", "");
    p->subject = quit ? g_strdup("quit") : NULL;
    if (u->desk->phase != DESK_OPEN || fill_leave(u->desk, p) == 0) {
        popup_free(p);
        leave(u, quit, true);
        return;
    }
    p->finish = finish_leave;
    popup_push(u, p);
}

/* The cursor stays on its row. Where that has gone it stands on none, so that no neighbour is chosen in its
 * stead. */
void session_follow_leave(struct update *u)
{
    struct popup *p = popup_named(u->desk, "leave");
    if (p == NULL)
        return;
    const struct popup_choice *chosen = popup_chosen(p);
    g_autofree char *value = chosen != NULL ? g_strdup(chosen->value) : NULL;
    fill_leave(u->desk, p);
    popup_narrow(p);
    p->cursor = -1;
    for (guint i = 0; value != NULL && i < p->shown->len; i++)
        if (g_str_equal(((const struct popup_choice *)g_ptr_array_index(p->shown, i))->value, value))
            p->cursor = (int)i;
}

void session_sign_out(struct update *u)
{
    session_leave(u, false);
}

void session_quit(struct update *u)
{
    session_leave(u, true);
}
