#include "app/model/approval.h"

#include <string.h>

#include "app/model/fields.h"
#include "app/model/rights.h"

FIELD_NAME_WRAPPERS(approval_state, enum approval_state)

#define FIELD(field, kind, ...)                                                                 \
    {                                                                                           \
        .name = #field, .type = (kind), .offset = offsetof(struct approval, field), __VA_ARGS__ \
    }

static const struct field fields[] = {
    FIELD(id, FIELD_TEXT, .required = true),
    FIELD(state, FIELD_NAME, .required = true, .to_name = approval_state_to_name,
          .from_name = approval_state_from_name),
    FIELD(script, FIELD_TEXT, .required = true),
    FIELD(step, FIELD_TEXT, .required = true),
    FIELD(title, FIELD_TEXT),
    FIELD(ask, FIELD_TEXT, .required = true),
    FIELD(reason, FIELD_TEXT),
    FIELD(approvers, FIELD_TEXT, .required = true),
    FIELD(queue, FIELD_TEXT),
    FIELD(amount_minor, FIELD_LONG),
    FIELD(currency, FIELD_TEXT),
    FIELD(asked_by, FIELD_TEXT),
    FIELD(delegate, FIELD_TEXT),
    FIELD(delegated_by, FIELD_TEXT),
    FIELD(decided_by, FIELD_TEXT),
    FIELD(note, FIELD_TEXT),
    FIELD(asked_ms, FIELD_TIME),
    FIELD(due_ms, FIELD_TIME),
    FIELD(expires_ms, FIELD_TIME),
    FIELD(decided_ms, FIELD_TIME),
};

struct approval *approval_new(const char *id)
{
    struct approval *a = g_new0(struct approval, 1);
    a->id = g_strdup(id);
    return a;
}

struct approval *approval_copy(const struct approval *a)
{
    struct approval *copy = g_memdup2(a, sizeof *a);
    fields_own(fields, G_N_ELEMENTS(fields), copy);
    return copy;
}

void approval_free(struct approval *a)
{
    if (a == NULL)
        return;
    fields_release(fields, G_N_ELEMENTS(fields), a);
    g_free(a);
}

cJSON *approval_to_cjson(const struct approval *a)
{
    cJSON *json = cJSON_CreateObject();
    fields_write(fields, G_N_ELEMENTS(fields), a, json);
    return json;
}

struct approval *approval_from_cjson(const cJSON *json, GError **error)
{
    g_autoptr(approval) a = approval_new(NULL);
    if (!fields_read(fields, G_N_ELEMENTS(fields), json, "an approval", a, error))
        return NULL;
    return g_steal_pointer(&a);
}

void approval_pack(const struct approval *a, GByteArray *bytes)
{
    fields_pack(fields, G_N_ELEMENTS(fields), a, bytes);
}

struct approval *approval_unpack(struct unpack *from)
{
    g_autoptr(approval) a = approval_new(NULL);
    fields_unpack(fields, G_N_ELEMENTS(fields), a, from);
    return from->is_broken ? NULL : g_steal_pointer(&a);
}

uint32_t approval_layout(void)
{
    return fields_layout(fields, G_N_ELEMENTS(fields));
}

struct approval *approval_of_step(const GPtrArray *list, const char *script, const char *step)
{
    for (guint i = list == NULL ? 0 : list->len; i > 0; i--) {
        struct approval *a = g_ptr_array_index(list, i - 1);
        if (a->state != APPROVAL_WITHDRAWN && g_strcmp0(a->script, script) == 0 &&
            g_strcmp0(a->step, step) == 0)
            return a;
    }
    return NULL;
}

struct approval *approval_find(const GPtrArray *list, const char *id)
{
    for (guint i = 0; list != NULL && i < list->len; i++) {
        struct approval *a = g_ptr_array_index(list, i);
        if (g_strcmp0(a->id, id) == 0)
            return a;
    }
    return NULL;
}

bool approval_is_for(const char *approvers, enum role role)
{
    g_auto(GStrv) names = g_strsplit(approvers != NULL ? approvers : "", " ", ROLE_COUNT + 1);
    return g_strv_contains((const char *const *)names, role_name(role));
}

/* --- what the settings say --- */

/* The number of a member, where it is a sound one. */
static int64_t number(const cJSON *json, const char *name, int64_t otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 9e15
               ? (int64_t)item->valuedouble
               : otherwise;
}

void approval_limits_init(struct approval_limits *limits, const cJSON *json)
{
    const cJSON *one, *by_role = cJSON_GetObjectItemCaseSensitive(json, "limits_minor");
    const cJSON *currencies = cJSON_GetObjectItemCaseSensitive(json, "currencies_minor");
    *limits = (struct approval_limits){
        .preauthorised_minor = number(json, "preauthorised_minor", 0),
        .due_ms = MAX(number(json, "due_ms", APPROVAL_DUE_MS), 1),
        .expires_ms = MAX(number(json, "expires_ms", APPROVAL_EXPIRES_MS), 1),
        .per_unit_minor = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .stand_ins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
    };
    cJSON_ArrayForEach (one, currencies) {
        int64_t per_unit = number(currencies, one->string, 0);
        if (per_unit > 0)
            g_hash_table_insert(limits->per_unit_minor, g_strdup(one->string),
                                g_memdup2(&per_unit, sizeof per_unit));
    }
    for (int role = 0; role < ROLE_COUNT; role++)
        limits->limit_minor[role] = number(by_role, role_name((enum role)role), APPROVAL_NO_LIMIT);
    cJSON_ArrayForEach (one, cJSON_GetObjectItemCaseSensitive(json, "stand_ins"))
        if (cJSON_IsString(one))
            g_hash_table_insert(limits->stand_ins, g_strdup(one->string), g_strdup(one->valuestring));
}

void approval_limits_release(struct approval_limits *limits)
{
    g_clear_pointer(&limits->per_unit_minor, g_hash_table_unref);
    g_clear_pointer(&limits->stand_ins, g_hash_table_unref);
}

int64_t approval_weigh(const struct approval_limits *limits, int64_t amount_minor, const char *currency)
{
    const int64_t *per_unit = currency != NULL ? g_hash_table_lookup(limits->per_unit_minor, currency) : NULL;
    if (per_unit == NULL || amount_minor <= 0)
        return amount_minor;
    return (amount_minor / *per_unit) * 100 + ((amount_minor % *per_unit) * 100 + *per_unit - 1) / *per_unit;
}

bool approval_role_may(const struct approval_limits *limits, enum role role, uint64_t rights,
                       int64_t amount_minor, const char **why)
{
    const char *no = NULL;
    if ((unsigned)role >= ROLE_COUNT || role == ROLE_INTEGRATION)
        no = "is no person's";
    else if ((rights & RIGHT_APPROVALS_DECIDE) == 0)
        no = "has not the right approvals.decide";
    else if (limits->limit_minor[role] != APPROVAL_NO_LIMIT && amount_minor > limits->limit_minor[role])
        no = "does not decide on so much";
    if (no != NULL && why != NULL)
        *why = no;
    return no == NULL;
}

const char *approval_amount(int64_t amount_minor, const char *currency, char out[APPROVAL_AMOUNT_BYTES])
{
    *out = '\0';
    if (amount_minor > 0)
        g_snprintf(out, APPROVAL_AMOUNT_BYTES, "%" G_GINT64_FORMAT ".%02d%s%.8s", amount_minor / 100,
                   (int)(amount_minor % 100), currency != NULL ? " " : "", currency != NULL ? currency : "");
    return out;
}
