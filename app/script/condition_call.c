/* What expressions call: the values of names, loops' rounds, and the functions that are listed; see
 * condition.h.
 */
#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <string.h>

#include "app/script/condition_engine.h"

#define LIST_MAX_BYTES 20000

static struct condition_engine *engine_of(lua_State *lua)
{
    void *engine = NULL;
    lua_getallocf(lua, &engine);
    return engine;
}

static void push_value(lua_State *lua, enum value_type type, const char *text)
{
    int64_t whole = 0;
    switch (type) {
    case VALUE_TYPE_BOOL:
        lua_pushboolean(lua, g_str_equal(text, "yes"));
        return;
    case VALUE_TYPE_MONEY:
        if (yaml_parse_money(text, &whole)) {
            lua_pushinteger(lua, whole);
            return;
        }
        break;
    case VALUE_TYPE_NUMBER:
        if (yaml_parse_int(text, &whole))
            lua_pushinteger(lua, whole);
        else
            lua_pushnumber(lua, g_ascii_strtod(text, NULL));
        return;
    default:
        break;
    }
    lua_pushstring(lua, text);
}

/* Whether the value on top of the stack is one of the type; amounts and numbers may come as each other. */
static bool is_of(lua_State *lua, enum value_type type)
{
    int64_t days = 0;
    if (type == VALUE_TYPE_BOOL)
        return lua_isboolean(lua, -1);
    if (type == VALUE_TYPE_NUMBER || type == VALUE_TYPE_MONEY)
        return lua_type(lua, -1) == LUA_TNUMBER && isfinite(lua_tonumber(lua, -1)) &&
               fabs(lua_tonumber(lua, -1)) < 1e15;
    return lua_type(lua, -1) == LUA_TSTRING &&
           (type != VALUE_TYPE_DATE || value_date_days(lua_tostring(lua, -1), &days));
}

/* Leaves the value of a computed name on the stack; needs and errors go up to whoever began the run. */
static int push_computed(lua_State *lua, const struct condition_engine *engine, size_t name)
{
    lua_rawgeti(lua, LUA_REGISTRYINDEX, engine->computed[name]->function);
    lua_call(lua, 0, 1);
    enum value_type type = engine->names[name].type;
    if (!is_of(lua, type))
        return luaL_error(lua, "%s comes to a %s, not to a %s", engine->names[name].name,
                          luaL_typename(lua, -1), yaml_word_of(VALUE_TYPE_WORDS, (int)type));
    if (type == VALUE_TYPE_MONEY) { /* whole minor units */
        lua_Integer minor = (lua_Integer)floor(lua_tonumber(lua, -1) + 0.5);
        lua_pop(lua, 1);
        lua_pushinteger(lua, minor);
    }
    return 1;
}

static int need(lua_State *lua, struct condition_engine *engine, size_t name)
{
    engine->needs = name;
    lua_pushlightuserdata(lua, engine);
    return lua_error(lua);
}

static int call_value(lua_State *lua)
{
    struct condition_engine *engine = engine_of(lua);
    size_t name = (size_t)lua_tointeger(lua, 1);
    if (engine->computed[name])
        return push_computed(lua, engine, name);
    const char *text = engine->context->lookup(engine->context->data, name);
    if (!text)
        return need(lua, engine, name);
    push_value(lua, engine->names[name].type, text);
    return 1;
}

int condition_compute_name(lua_State *lua)
{
    return push_computed(lua, engine_of(lua), (size_t)lua_tointeger(lua, 1));
}

static int call_has(lua_State *lua)
{
    struct condition_engine *engine = engine_of(lua);
    size_t name = (size_t)lua_tointeger(lua, 1);
    if (!engine->computed[name]) {
        lua_pushboolean(lua, engine->context->lookup(engine->context->data, name) != NULL);
        return 1;
    }
    lua_pushcfunction(lua, condition_compute_name);
    lua_pushvalue(lua, 1);
    int status = lua_pcall(lua, 1, 1, 0);
    if (status != LUA_OK && lua_touserdata(lua, -1) != engine)
        return lua_error(lua);
    lua_pushboolean(lua, status == LUA_OK);
    return 1;
}

/* --- loops: the answers of all rounds --- */

static const char *round_text(const struct condition_engine *engine, size_t name, size_t index)
{
    const struct condition_context *context = engine->context;
    return context->round ? context->round(context->data, name, index) : NULL;
}

static int call_count(lua_State *lua)
{
    const struct condition_engine *engine = engine_of(lua);
    size_t name = (size_t)lua_tointeger(lua, 1);
    lua_Integer count = 0;
    const char *text;
    for (size_t i = 0; (text = round_text(engine, name, i)) != NULL; i++)
        count += *text && !(engine->names[name].type == VALUE_TYPE_BOOL && g_str_equal(text, "no"));
    lua_pushinteger(lua, count);
    return 1;
}

static int call_sum(lua_State *lua)
{
    const struct condition_engine *engine = engine_of(lua);
    size_t name = (size_t)lua_tointeger(lua, 1);
    enum value_type type = engine->names[name].type;
    const char *text;
    if (type != VALUE_TYPE_NUMBER && type != VALUE_TYPE_MONEY)
        return luaL_error(lua, "sum wants a number or an amount, and %s is a %s", engine->names[name].name,
                          yaml_word_of(VALUE_TYPE_WORDS, (int)type));
    lua_pushinteger(lua, 0);
    for (size_t i = 0; (text = round_text(engine, name, i)) != NULL; i++)
        if (*text) {
            push_value(lua, type, text);
            lua_arith(lua, LUA_OPADD);
        }
    return 1;
}

static int call_list(lua_State *lua)
{
    struct condition_engine *engine = engine_of(lua);
    size_t name = (size_t)lua_tointeger(lua, 1);
    const char *text;
    GString *all = g_string_new(NULL);
    for (size_t i = 0; (text = round_text(engine, name, i)) != NULL && all->len <= LIST_MAX_BYTES; i++)
        if (*text)
            g_string_append_printf(all, "%s%s", all->len ? ", " : "", text);
    g_free(engine->scratch);
    engine->scratch = g_string_free(all, FALSE);
    lua_pushstring(lua, engine->scratch);
    return 1;
}

static const char *text_argument(lua_State *lua, int position, const char *function)
{
    if (lua_type(lua, position) != LUA_TSTRING)
        luaL_error(lua, "%s wants a text, not a %s", function, luaL_typename(lua, position));
    return lua_tostring(lua, position);
}

static int call_days_since(lua_State *lua)
{
    const char *date = text_argument(lua, 1, "days_since");
    int64_t days = 0;
    if (!value_date_days(date, &days))
        return luaL_error(lua, "days_since wants a date such as 2026-11-23, not '%s'", date);
    lua_pushinteger(lua, engine_of(lua)->context->today - days);
    return 1;
}

static int call_today(lua_State *lua)
{
    struct condition_engine *engine = engine_of(lua);
    g_free(engine->scratch);
    engine->scratch = value_date_of(engine->context->today);
    lua_pushstring(lua, engine->scratch);
    return 1;
}

static int call_one_of(lua_State *lua)
{
    int count = lua_gettop(lua);
    bool found = false;
    for (int i = 2; i <= count && !found; i++)
        found = lua_rawequal(lua, 1, i);
    lua_pushboolean(lua, found);
    return 1;
}

static int call_matches(lua_State *lua)
{
    struct condition_engine *engine = engine_of(lua);
    const char *text = text_argument(lua, 1, "matches");
    lua_pushboolean(lua, pattern_matches(engine->patterns->pdata[lua_tointeger(lua, 2)], text));
    return 1;
}

static int call_contains(lua_State *lua)
{
    const char *text = text_argument(lua, 1, "contains"), *part = text_argument(lua, 2, "contains");
    lua_pushboolean(lua, strstr(text, part) != NULL);
    return 1;
}

static int push_changed(lua_State *lua, char *(*change)(const char *, gssize), const char *function)
{
    struct condition_engine *engine = engine_of(lua);
    const char *text = text_argument(lua, 1, function);
    g_free(engine->scratch);
    engine->scratch = change(text, -1);
    lua_pushstring(lua, engine->scratch);
    return 1;
}

static int call_lower(lua_State *lua)
{
    return push_changed(lua, g_utf8_strdown, "lower");
}

static int call_upper(lua_State *lua)
{
    return push_changed(lua, g_utf8_strup, "upper");
}

static int call_len(lua_State *lua)
{
    lua_pushinteger(lua, g_utf8_strlen(text_argument(lua, 1, "len"), -1));
    return 1;
}

/* The greatest (sign 1) or least (sign -1) of the numbers given. */
static int push_extreme(lua_State *lua, int sign, const char *function)
{
    int count = lua_gettop(lua), best = 1;
    for (int i = 1; i <= count; i++) {
        if (lua_type(lua, i) != LUA_TNUMBER)
            return luaL_error(lua, "%s wants numbers, not a %s", function, luaL_typename(lua, i));
        if (sign > 0 ? lua_compare(lua, best, i, LUA_OPLT) : lua_compare(lua, i, best, LUA_OPLT))
            best = i;
    }
    lua_pushvalue(lua, best);
    return 1;
}

static int call_min(lua_State *lua)
{
    return push_extreme(lua, -1, "min");
}

static int call_max(lua_State *lua)
{
    return push_extreme(lua, 1, "max");
}

static int call_number(lua_State *lua)
{
    if (lua_type(lua, 1) == LUA_TNUMBER) {
        lua_pushvalue(lua, 1);
        return 1;
    }
    const char *text = text_argument(lua, 1, "number");
    if (!lua_stringtonumber(lua, text))
        return luaL_error(lua, "number wants a text such as '12.5', not '%s'", text);
    return 1;
}

static int call_money(lua_State *lua)
{
    int64_t minor = 0;
    if (lua_type(lua, 1) == LUA_TNUMBER && isnan(lua_tonumber(lua, 1)))
        return luaL_error(lua, "money wants an amount, and a division of nothing by nothing is none");
    if (lua_type(lua, 1) == LUA_TNUMBER)
        minor = (int64_t)(CLAMP(lua_tonumber(lua, 1), -1e13, 1e13) * 100 +
                          (lua_tonumber(lua, 1) < 0 ? -0.5 : 0.5));
    else if (!yaml_parse_money(text_argument(lua, 1, "money"), &minor))
        return luaL_error(lua, "money wants an amount such as 94.50, not '%s'", lua_tostring(lua, 1));
    lua_pushinteger(lua, minor);
    return 1;
}

const struct condition_function CONDITION_FUNCTIONS[] = {
    {"has", 1, 1, "whether the name's value is known"},
    {"count", 1, 1, "in how many rounds of a loop the name got a value other than no"},
    {"sum", 1, 1, "the sum of a name's values in all rounds"},
    {"list", 1, 1, "a name's values in all rounds, with commas between them"},
    {"days_since", 1, 1, "whole days from a date until today"},
    {"today", 0, 0, "today's date, as a text such as '2026-11-23'"},
    {"one_of", 2, 50, "whether the first value is one of the others"},
    {"matches", 2, 2, "whether a text holds what a regular expression describes"},
    {"contains", 2, 2, "whether a text holds another"},
    {"lower", 1, 1, "the text in small letters"},
    {"upper", 1, 1, "the text in capitals"},
    {"len", 1, 1, "how many characters a text has"},
    {"min", 1, 50, "the least of the numbers"},
    {"max", 1, 50, "the greatest of the numbers"},
    {"number", 1, 1, "the number that a text says"},
    {"money", 1, 1, "an amount in minor units: money(50) is 5000"},
};
const size_t CONDITION_FUNCTION_COUNT = G_N_ELEMENTS(CONDITION_FUNCTIONS);

static const lua_CFunction CALLS[] = {
    call_has,      call_count, call_sum,   call_list, call_days_since, call_today, call_one_of, call_matches,
    call_contains, call_lower, call_upper, call_len,  call_min,        call_max,   call_number, call_money,
};
G_STATIC_ASSERT(G_N_ELEMENTS(CALLS) == G_N_ELEMENTS(CONDITION_FUNCTIONS));

int condition_install(lua_State *lua)
{
    lua_register(lua, "_v", call_value);
    for (size_t i = 0; i < G_N_ELEMENTS(CALLS); i++)
        lua_register(lua, CONDITION_FUNCTIONS[i].name, CALLS[i]);
    return 0;
}
