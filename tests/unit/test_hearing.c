/* What a simulated customer hears: every question that the demo's scripts ask is known for what it is. */
#include "app/sim/hearing.h"

#include <glib.h>
#include <string.h>

#include "app/sim/content.h"

static struct demo_content *content;

static bool is_question(const char *say)
{
    return strchr(say, '?') != NULL || strstr(say, "\357\274\237") != NULL;
}

static void assert_known(const struct script *script, const struct script_step *step, const char *language)
{
    const char *say = step->say.count == 0 ? NULL : yaml_text_in(&step->say, language);
    const struct persona_intent *intent = persona_cast_intent(content->cast, script->intents[0]);
    struct hearing heard;
    if (intent == NULL || say == NULL || !is_question(say) || !persona_intent_speaks(intent, language))
        return;
    hearing_listen(content->cast, intent, say, &heard);
    if (heard.count == 0 && !heard.signs[PERSONA_SIGN_ENDING])
        g_error("%s/%s asks what no customer understands: %s", script->id, step->id, say);
}

static void every_question_of_the_scripts_is_known(void)
{
    for (guint i = 0; i < content->scripts->len; i++) {
        const struct script *script = g_ptr_array_index(content->scripts, i);
        for (size_t j = 0; j < script->step_count; j++) {
            assert_known(script, &script->steps[j], "en");
            assert_known(script, &script->steps[j], "zh");
        }
    }
}

static struct hearing listen(const char *intent, const char *text)
{
    struct hearing heard;
    hearing_listen(content->cast, persona_cast_intent(content->cast, intent), text, &heard);
    return heard;
}

static void assert_asks(const char *text, const char *first, const char *second)
{
    struct hearing heard = listen("lost_card", text);
    g_assert_cmpuint(heard.count, ==, (first != NULL) + (second != NULL));
    if (first != NULL)
        g_assert_cmpstr(heard.asks[0]->id, ==, first);
    if (second != NULL)
        g_assert_cmpstr(heard.asks[1]->id, ==, second);
}

static void questions_are_told_apart(void)
{
    assert_asks("When did you last use it, and was it stolen or lost?", "date", "loss");
    assert_asks("Which of these shall it be?", "pick", NULL);
    assert_asks("Shall I order it?", "permit", NULL);
    assert_asks("May I have the order number, please?", "order", NULL);
    assert_asks("It goes to Oslo, is that right?", "confirm", NULL);
    assert_asks("What is the new address, street and number, postcode and town?", "address", NULL);
    assert_asks("Cards show it on the day of the purchase, please search for the amount.", NULL, NULL);
}

/* Who writes to people types the apostrophe that typesetters use as often as the other. */
static void both_apostrophes_are_the_same(void)
{
    g_assert_true(listen("lost_card", "I can\342\200\231t do that.").signs[PERSONA_SIGN_REFUSAL]);
    g_assert_true(listen("lost_card", "I can't do that.").signs[PERSONA_SIGN_REFUSAL]);
}

static void a_moment_is_asked_for_in_many_words(void)
{
    static const char *const texts[] = {
        "One moment please", "Bear with me.",      "I'm still here, nearly done.", "Just a sec",
        "请稍等一下。",      "还在查，马上就好。", "Moment please, I look",        "Let me check that."};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_true(listen("order_status", texts[i]).signs[PERSONA_SIGN_WAIT]);
    g_assert_false(listen("order_status", "You get a link by SMS in a minute.").signs[PERSONA_SIGN_WAIT]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    content = demo_content_load(FIRSTLINE_SHARE "/demo", &error);
    g_assert_no_error(error);
    g_test_add_func("/hearing/every_question_of_the_scripts_is_known",
                    every_question_of_the_scripts_is_known);
    g_test_add_func("/hearing/questions_are_told_apart", questions_are_told_apart);
    g_test_add_func("/hearing/both_apostrophes_are_the_same", both_apostrophes_are_the_same);
    g_test_add_func("/hearing/a_moment_is_asked_for_in_many_words", a_moment_is_asked_for_in_many_words);
    int failed = g_test_run();
    demo_content_free(content);
    return failed;
}
