/* Conditions in a Lua state without any library of Lua's; see the header. */
#include "app/script/condition.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "app/script/condition_engine.h"
#include "app/script/condition_parse.h"

GQuark condition_error_quark(void)
{
    return g_quark_from_static_string("firstline-condition");
}

/* lua_Alloc with the limit; Lua collects garbage and tries once more before it gives up. */
static void *allocate(void *data, void *block, size_t old_size, size_t new_size)
{
    struct condition_engine *engine = data;
    size_t old = block ? old_size : 0;
    if (new_size == 0) {
        engine->used_bytes -= old;
        g_free(block);
        return NULL;
    }
    if (new_size > old && engine->used_bytes + (new_size - old) > engine->limit_bytes)
        return NULL;
    void *moved = g_try_realloc(block, new_size);
    if (moved)
        engine->used_bytes += new_size - old;
    return moved;
}

static void condition_free(gpointer data)
{
    struct condition *condition = data;
    for (size_t i = 0; i < condition->literals->len; i++)
        g_free((char *)g_array_index(condition->literals, struct condition_literal, i).text);
    g_array_unref(condition->names);
    g_array_unref(condition->literals);
    g_free(condition->source);
    g_free(condition);
}

struct condition_engine *condition_engine_new(const struct condition_name *names, size_t count)
{
    struct condition_engine *engine = g_new0(struct condition_engine, 1);
    engine->names = g_new0(struct condition_name, count);
    for (size_t i = 0; i < count; i++)
        engine->names[i] = (struct condition_name){.name = g_strdup(names[i].name), .type = names[i].type};
    engine->name_count = count;
    engine->computed = g_new0(const struct condition *, MAX(count, 1));
    engine->limit_bytes = CONDITION_MEMORY_BYTES;
    engine->conditions = g_ptr_array_new_with_free_func(condition_free);
    engine->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
    engine->lua = lua_newstate(allocate, engine);
    g_assert(engine->lua);
    lua_pushcfunction(engine->lua, condition_install);
    int status = lua_pcall(engine->lua, 0, 0, 0);
    g_assert(status == LUA_OK);
    return engine;
}

void condition_engine_free(struct condition_engine *engine)
{
    if (!engine)
        return;
    lua_close(engine->lua);
    for (size_t i = 0; i < engine->name_count; i++)
        g_free((char *)engine->names[i].name);
    g_free(engine->names);
    g_free(engine->computed);
    g_ptr_array_unref(engine->conditions);
    g_ptr_array_unref(engine->patterns);
    g_free(engine->scratch);
    g_free(engine);
}

/* (text) -> reference of the compiled chunk */
static int compile_chunk(lua_State *lua)
{
    const GString *text = lua_touserdata(lua, 1);
    if (luaL_loadbufferx(lua, text->str, text->len, "=condition", "t") != LUA_OK)
        return lua_error(lua);
    lua_pushinteger(lua, luaL_ref(lua, LUA_REGISTRYINDEX));
    return 1;
}

/* Lua's sentence without its "condition:1: ". */
static const char *lua_sentence(lua_State *lua)
{
    static const char place[] = "condition:1: ";
    const char *message = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "unknown trouble";
    return g_str_has_prefix(message, place) ? message + strlen(place) : message;
}

static bool compile(struct condition *condition, GString *text, GError **error)
{
    struct condition_engine *engine = condition->engine;
    lua_State *lua = engine->lua;
    engine->limit_bytes = engine->used_bytes + CONDITION_MEMORY_BYTES;
    lua_pushcfunction(lua, compile_chunk);
    lua_pushlightuserdata(lua, text);
    bool compiled = lua_pcall(lua, 1, 1, 0) == LUA_OK;
    if (compiled)
        condition->function = (int)lua_tointeger(lua, -1);
    else
        g_set_error(error, CONDITION_ERROR, CONDITION_ERROR_SYNTAX, "The condition is no expression: %s.",
                    lua_sentence(lua));
    lua_pop(lua, 1);
    return compiled;
}

struct condition *condition_compile(struct condition_engine *engine, const char *source, size_t *offset,
                                    GError **error)
{
    struct condition *condition = g_new0(struct condition, 1);
    condition->engine = engine;
    condition->source = g_strdup(source);
    condition->names = g_array_new(FALSE, FALSE, sizeof(size_t));
    condition->literals = g_array_new(FALSE, FALSE, sizeof(struct condition_literal));
    g_autoptr(GString) text = g_string_new("return ");
    struct condition_parse parse = {
        .known = engine->names,
        .known_count = engine->name_count,
        .source = condition->source,
        .lua = text,
        .names = condition->names,
        .literals = condition->literals,
        .patterns = engine->patterns,
    };
    bool compiled = condition_parse(&parse, error);
    if (compiled)
        parse.offset = 0;
    compiled = compiled && compile(condition, text, error);
    if (!compiled) {
        if (offset)
            *offset = parse.offset;
        condition_free(condition);
        return NULL;
    }
    g_ptr_array_add(engine->conditions, condition);
    return condition;
}

static void stop(lua_State *lua, lua_Debug *debug)
{
    (void)debug;
    luaL_error(lua, "it runs too long");
}

/* Leaves on the stack what the function comes to, or the error. */
static int run(struct condition *condition, lua_CFunction function, lua_Integer argument,
               const struct condition_context *context)
{
    struct condition_engine *engine = condition->engine;
    lua_State *lua = engine->lua;
    engine->context = context;
    engine->limit_bytes = engine->used_bytes + CONDITION_MEMORY_BYTES;
    lua_sethook(lua, stop, LUA_MASKCOUNT, CONDITION_BUDGET);
    if (function)
        lua_pushcfunction(lua, function);
    else
        lua_rawgeti(lua, LUA_REGISTRYINDEX, condition->function);
    if (function)
        lua_pushinteger(lua, argument);
    int status = lua_pcall(lua, function ? 1 : 0, 1, 0);
    lua_sethook(lua, NULL, 0, 0);
    engine->context = NULL;
    return status;
}

/* An error on top of the stack, as a result. */
static enum condition_result judge_error(const struct condition *condition, int status, size_t *needs,
                                         GError **error)
{
    const struct condition_engine *engine = condition->engine;
    if (lua_touserdata(engine->lua, -1) == engine) {
        if (needs)
            *needs = engine->needs;
        return CONDITION_UNKNOWN;
    }
    g_set_error(error, CONDITION_ERROR, CONDITION_ERROR_RUN, "The condition `%s` cannot be decided: %s.",
                condition->source,
                status == LUA_ERRMEM ? "it takes too much memory" : lua_sentence(engine->lua));
    return CONDITION_FAILED;
}

enum condition_result condition_evaluate(struct condition *condition, const struct condition_context *context,
                                         size_t *needs, GError **error)
{
    lua_State *lua = condition->engine->lua;
    int status = run(condition, NULL, 0, context);
    enum condition_result result = CONDITION_FAILED;
    if (status != LUA_OK)
        result = judge_error(condition, status, needs, error);
    else if (lua_isboolean(lua, -1))
        result = lua_toboolean(lua, -1) ? CONDITION_TRUE : CONDITION_FALSE;
    else
        g_set_error(error, CONDITION_ERROR, CONDITION_ERROR_RUN,
                    "The condition `%s` gives a %s, neither true nor false; compare it with something.",
                    condition->source, luaL_typename(lua, -1));
    lua_pop(lua, 1);
    return result;
}

void condition_engine_define(struct condition_engine *engine, size_t name, struct condition *condition)
{
    g_assert(name < engine->name_count);
    engine->computed[name] = condition;
}

/* The canonical text of what lies on top of the stack. */
static char *text_of(lua_State *lua, enum value_type type)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    if (type == VALUE_TYPE_BOOL)
        return g_strdup(lua_toboolean(lua, -1) ? "yes" : "no");
    if (type == VALUE_TYPE_MONEY) {
        lua_Integer minor = lua_tointeger(lua, -1);
        return g_strdup_printf("%s%lld.%02d", minor < 0 ? "-" : "", llabs(minor) / 100,
                               (int)(llabs(minor) % 100));
    }
    if (type != VALUE_TYPE_NUMBER)
        return g_strdup(lua_tostring(lua, -1));
    if (lua_isinteger(lua, -1))
        return g_strdup_printf("%lld", lua_tointeger(lua, -1));
    char *text = g_strdup(g_ascii_formatd(digits, sizeof digits, "%.6f", lua_tonumber(lua, -1)));
    size_t len = strlen(text);
    while (text[len - 1] == '0')
        text[--len] = '\0';
    if (text[len - 1] == '.')
        text[--len] = '\0';
    return text;
}

enum condition_result condition_compute(struct condition *condition, enum value_type type,
                                        const struct condition_context *context, char **text, size_t *needs,
                                        GError **error)
{
    struct condition_engine *engine = condition->engine;
    size_t name = 0;
    while (name < engine->name_count && engine->computed[name] != condition)
        name++;
    g_assert(name < engine->name_count);
    int status = run(condition, condition_compute_name, (lua_Integer)name, context);
    if (status == LUA_OK)
        *text = text_of(engine->lua, type);
    enum condition_result result =
        status == LUA_OK ? CONDITION_TRUE : judge_error(condition, status, needs, error);
    lua_pop(engine->lua, 1);
    return result;
}

const size_t *condition_names(const struct condition *condition, size_t *count)
{
    *count = condition->names->len;
    return (const size_t *)(const void *)condition->names->data;
}

const struct condition_literal *condition_literals(const struct condition *condition, size_t *count)
{
    *count = condition->literals->len;
    return (const struct condition_literal *)(const void *)condition->literals->data;
}
