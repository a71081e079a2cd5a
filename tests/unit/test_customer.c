/* The simulated customer: answers what is asked, grows impatient, leaves; the same by the same seed. */
#include "app/sim/customer.h"

#include <glib.h>
#include <string.h>

#define CAST_PATH FIRSTLINE_SHARE "/demo/customers.yaml"

static struct persona_cast *cast;

static GHashTable *some_facts(void)
{
    static const char *const facts[][2] = {
        {"name", "Crystal Minh"},       {"order", "F20417"},
        {"email", "cminh@example.org"}, {"postcode", "0561"},
        {"item", "Varde shell jacket"}, {"amount", "94.00"},
        {"date", "2026-11-06"},         {"city", "Oslo"},
        {"birth", "1984-03-12"},
    };
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
        g_hash_table_insert(table, g_strdup(facts[i][0]), g_strdup(facts[i][1]));
    return table;
}

static struct sim_customer *someone_of(const char *temper, const char *intent, enum channel channel,
                                       const char *language, uint64_t seed)
{
    g_autoptr(GHashTable) facts = some_facts();
    struct sim_customer_options options = {.cast = cast,
                                           .temper = persona_cast_temper(cast, temper),
                                           .intent = persona_cast_intent(cast, intent),
                                           .facts = facts,
                                           .channel = channel,
                                           .language = language,
                                           .seed = seed,
                                           .start_ms = 0};
    return sim_customer_new(&options);
}

static struct sim_customer *someone(const char *intent, enum channel channel, const char *language,
                                    uint64_t seed)
{
    return someone_of("calm", intent, channel, language, seed);
}

/* What is said by `until_ms`, one a line; caller owns. */
static char *said_by(struct sim_customer *c, int64_t until_ms)
{
    g_autoptr(GPtrArray) actions = sim_customer_tick(c, until_ms);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < actions->len; i++) {
        const struct sim_action *action = g_ptr_array_index(actions, i);
        if (action->kind == SIM_ACTION_SAY)
            g_string_append_printf(text, "%s\n", action->text);
        if (action->kind == SIM_ACTION_LEAVE)
            g_string_append(text, "(leaves)\n");
        if (action->kind == SIM_ACTION_ABANDON)
            g_string_append(text, "(abandons)\n");
    }
    return g_string_free(text, false);
}

static char *answer_of(struct sim_customer *c, const char *question)
{
    sim_customer_accept(c, 0);
    sim_customer_hear(c, question, 1000);
    return said_by(c, 60000);
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        g_error("\"%s\" does not hold \"%s\"", text, part);
}

static void answers_what_is_asked(void)
{
    static const struct {
        const char *question, *part;
    } rows[] = {
        {"May I have the order number, please?", "F20417"},
        {"Could you give me your e-mail address?", "cminh@example.org"},
        {"Who am I speaking with? Your full name, please.", "Crystal Minh"},
        {"What is your postcode?", "0561"},
        {"Please tell me your date of birth.", "1984-03-12"},
        {"Which item is it about?", "Varde"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sim_customer *c = someone("return_wrong_size", CHANNEL_PHONE, "en", i + 1);
        g_autofree char *answer = answer_of(c, rows[i].question);
        assert_holds(answer, rows[i].part);
        sim_customer_free(c);
    }
}

/* A day that is still to come is none of the past. */
static void a_day_to_come_is_not_told_from_the_record(void)
{
    static const char *const asked[] = {
        "An engineer has to see it. Which day suits you?",
        "What is the new address, and from which day do you need the line there?"};
    for (size_t i = 0; i < G_N_ELEMENTS(asked); i++)
        for (uint64_t seed = 1; seed < 9; seed++) {
            struct sim_customer *c = someone("return_wrong_size", CHANNEL_CHAT, "en", seed);
            g_autofree char *answer = answer_of(c, asked[i]);
            g_assert_nonnull(answer);
            g_assert_null(strstr(answer, "2026-11-06"));
            sim_customer_free(c);
        }
    struct sim_customer *c = someone("return_wrong_size", CHANNEL_CHAT, "en", 3);
    g_autofree char *answer = answer_of(c, "How did you pay, on which day and how much?");
    assert_holds(answer, "2026-11-06");
    sim_customer_free(c);
}

static void two_questions_get_two_answers(void)
{
    struct sim_customer *c = someone("return_wrong_size", CHANNEL_CHAT, "en", 7);
    g_autofree char *answer =
        answer_of(c, "May I have the order number, and the e-mail address the order was placed with?");
    assert_holds(answer, "F20417");
    assert_holds(answer, "cminh@example.org");
    sim_customer_free(c);
}

static void answers_in_chinese(void)
{
    struct sim_customer *c = someone("return_wrong_size", CHANNEL_CHAT, "zh", 3);
    g_autofree char *opening = sim_customer_opening(c);
    g_assert_cmpuint(g_utf8_strlen(opening, -1), <, strlen(opening));
    g_autofree char *answer = answer_of(c, "好的，请您提供一下订单号。");
    assert_holds(answer, "F20417");
    sim_customer_free(c);
}

/* Two answers in one message are two sentences, or parted by a comma. */
static void two_answers_are_parted(void)
{
    static const char *const questions[][2] = {
        {"en", "May I have the order number, and the e-mail address?"},
        {"zh", "请提供一下订单号，以及下单时用的电子邮箱。"},
    };
    for (uint64_t seed = 1; seed <= 40; seed++) {
        const char *const *question = questions[seed % 2];
        struct sim_customer *c = someone("return_wrong_size", CHANNEL_CHAT, question[0], seed);
        g_autofree char *answer = answer_of(c, question[1]);
        const char *number = strstr(answer, "F20417");
        g_assert_nonnull(number);
        gunichar next = g_utf8_get_char(number + strlen("F20417"));
        if (strstr(number, "@") != NULL && next != '.' && next != ',' && next != 0x3002 && next != 0xFF0C)
            g_error("nothing parts the answers of \"%s\"", answer);
        sim_customer_free(c);
    }
}

static void answer_takes_the_time_of_typing(void)
{
    struct sim_customer *c = someone("return_wrong_size", CHANNEL_CHAT, "en", 5);
    sim_customer_accept(c, 0);
    sim_customer_hear(c, "May I have the order number?", 1000);
    g_autofree char *at_once = said_by(c, 1500);
    g_assert_cmpstr(at_once, ==, "");
    g_autoptr(GPtrArray) actions = sim_customer_tick(c, 60000);
    g_assert_cmpint(((struct sim_action *)g_ptr_array_index(actions, 0))->kind, ==, SIM_ACTION_TYPING);
    g_assert_cmpint(((struct sim_action *)g_ptr_array_index(actions, 1))->kind, ==, SIM_ACTION_SAY);
    sim_customer_free(c);
}

static void abandons_the_queue(void)
{
    struct sim_customer *c = someone("no_connection", CHANNEL_PHONE, "en", 11);
    g_autofree char *early = said_by(c, 20000);
    g_assert_cmpstr(early, ==, "");
    g_autofree char *late = said_by(c, 3600000);
    g_assert_cmpstr(late, ==, "(abandons)\n");
    g_assert_cmpint(sim_customer_due_ms(c), ==, INT64_MAX);
    sim_customer_free(c);
}

static void mail_never_abandons(void)
{
    struct sim_customer *c = someone("no_connection", CHANNEL_EMAIL, "en", 11);
    g_assert_cmpint(sim_customer_due_ms(c), ==, INT64_MAX);
    sim_customer_free(c);
}

static void silence_brings_nudges_and_then_the_end(void)
{
    struct sim_customer *c = someone("bill_question", CHANNEL_CHAT, "en", 2);
    sim_customer_accept(c, 0);
    g_autofree char *all = said_by(c, 3600000);
    assert_holds(all, "Are you still there?");
    assert_holds(all, "(leaves)");
    g_assert_cmpint(sim_customer_due_ms(c), ==, INT64_MAX);
    sim_customer_free(c);
}

static void asking_for_a_minute_buys_time(void)
{
    int64_t plain = 0, asked = 0;
    for (uint64_t seed = 1; seed < 20; seed++) {
        for (int wait = 0; wait < 2; wait++) {
            struct sim_customer *c = someone("bill_question", CHANNEL_PHONE, "en", seed);
            sim_customer_accept(c, 0);
            sim_customer_hear(c, wait ? "One moment, let me check." : "Hm.", 1000);
            g_free(said_by(c, 12000)); /* whatever it is, time passes */
            *(wait ? &asked : &plain) += sim_customer_due_ms(c);
            sim_customer_free(c);
        }
    }
    g_assert_cmpint(asked, >, plain * 3 / 2);
}

/* How a talk on the phone goes on after it was accepted: a text each so many seconds, a sound of work each so
 * many; 0: none. Answers when the customer left, in seconds; 0: they are still there. */
struct manner {
    const char *text;
    int text_s, work_s;
};

static int left_after(const char *temper, struct manner manner, uint64_t seed, int until_s)
{
    struct sim_customer *c = someone_of(temper, "bill_question", CHANNEL_PHONE, "en", seed);
    int left_s = 0;
    sim_customer_accept(c, 0);
    for (int s = 1; s <= until_s && left_s == 0; s++) {
        if (manner.text_s > 0 && s % manner.text_s == 0)
            sim_customer_hear(c, manner.text, s * 1000);
        if (manner.work_s > 0 && s % manner.work_s == 0)
            sim_customer_notice(c, s * 1000);
        g_autofree char *said = said_by(c, s * 1000);
        left_s = strstr(said, "(leaves)") != NULL ? s : 0;
    }
    sim_customer_free(c);
    return left_s;
}

static int lost_of(struct manner manner, int until_s)
{
    size_t count;
    const struct persona *tempers = persona_cast_tempers(cast, &count);
    int lost = 0;
    for (size_t i = 0; i < count; i++)
        for (uint64_t seed = 1; seed <= 40; seed++)
            lost += left_after(tempers[i].id, manner, seed, until_s) > 0;
    return lost;
}

/* Four minutes in one step, a word each minute and a half, the keys heard meanwhile: nobody hangs up. Without
 * the keys a word a minute keeps all but the very few who are angry. */
static void a_slow_agent_who_says_a_word_keeps_the_caller(void)
{
    g_assert_cmpint(lost_of((struct manner){"Thank you.", 90, 12}, 240), ==, 0);
    g_assert_cmpint(lost_of((struct manner){"Thank you.", 60, 0}, 240), <=, 4);
    g_assert_cmpint(lost_of((struct manner){"One moment please.", 100, 0}, 240), ==, 0);
}

/* Minutes of silence lose every caller, and keys alone do not keep them either. */
static void a_silent_agent_loses_the_caller(void)
{
    g_assert_cmpint(lost_of((struct manner){0}, 100), <=, 4);
    g_assert_cmpint(lost_of((struct manner){0}, 360), ==, 5 * 40);
    g_assert_cmpint(lost_of((struct manner){NULL, 0, 10}, 150), ==, 0);
    g_assert_cmpint(lost_of((struct manner){NULL, 0, 10}, 720), ==, 5 * 40);
}

static void a_hold_is_borne_for_some_minutes(void)
{
    int least_s = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct sim_customer *c = someone("bill_question", CHANNEL_PHONE, "en", seed);
        sim_customer_accept(c, 0);
        sim_customer_hold(c, 1000);
        int s = 1;
        while (s < 900 && sim_customer_due_ms(c) != INT64_MAX) {
            g_autofree char *said = said_by(c, ++s * 1000);
            g_assert_null(strstr(said, "?")); /* nobody hears them */
        }
        least_s = least_s == 0 ? s : MIN(least_s, s);
        g_assert_cmpint(s, <, 900);
        sim_customer_free(c);
    }
    g_assert_cmpint(least_s, >, 150);
}

/* On the phone nobody says that the other has not written. */
static void a_caller_does_not_speak_of_writing(void)
{
    size_t count;
    const struct persona *tempers = persona_cast_tempers(cast, &count);
    for (size_t i = 0; i < count; i++) {
        for (uint64_t seed = 1; seed < 9; seed++) {
            struct sim_customer *c = someone_of(tempers[i].id, "bill_question", CHANNEL_PHONE, "en", seed);
            sim_customer_accept(c, 0);
            g_autofree char *said = said_by(c, 3600000);
            g_assert_null(strstr(said, "written"));
            g_assert_null(strstr(said, "call instead"));
            sim_customer_free(c);
        }
    }
}

static void what_is_said_fits_the_opening(void)
{
    for (uint64_t seed = 1; seed < 40; seed++) {
        struct sim_customer *c = someone("lost_card", CHANNEL_PHONE, "en", seed);
        g_autofree char *opening = sim_customer_opening(c);
        g_autofree char *loss = answer_of(c, "When did you last use it, and was it stolen or lost?");
        bool is_stolen = strstr(opening, "stolen") != NULL;
        assert_holds(loss, is_stolen ? "Stolen" : "Lost");
        sim_customer_free(c);
    }
}

static void the_story_is_told_once(void)
{
    struct sim_customer *c = someone("bill_dispute", CHANNEL_CHAT, "en", 3);
    g_autofree char *first = answer_of(c, "Hello, how can I help you?");
    sim_customer_hear(c, "Could you tell me a little more about it?", 70000);
    g_autofree char *second = said_by(c, 130000);
    g_assert_cmpstr(first, !=, second);
    assert_holds(second, "As I said");
    sim_customer_free(c);
}

/* Asked for the size once more, they want no other. */
static void asked_again_they_say_the_same(void)
{
    for (uint64_t seed = 1; seed < 20; seed++) {
        struct sim_customer *c = someone("return_wrong_size", CHANNEL_CHAT, "en", seed);
        g_autofree char *first = answer_of(c, "Which size shall we send?");
        sim_customer_hear(c, "Sorry, which size was it?", 70000);
        g_autofree char *second = said_by(c, 130000);
        g_assert_cmpstr(first, ==, second);
        sim_customer_free(c);
    }
}

static void a_greeting_is_returned_once(void)
{
    struct sim_customer *c = someone("lost_card", CHANNEL_PHONE, "en", 4);
    g_autofree char *first = answer_of(c, "Hello Crystal, this is Corbel.");
    assert_holds(first, "H");
    g_assert_null(strstr(first, "block"));
    sim_customer_hear(c, "Hello again.", 61000);
    g_autofree char *second = said_by(c, 70000);
    g_assert_cmpstr(second, ==, "");
    sim_customer_free(c);
}

static void what_is_only_promised_settles_nothing(void)
{
    static const char *const texts[] = {"Hello Crystal, I will see what can still be stopped.",
                                        "One moment, I am looking whether it is cancelled."};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sim_customer *c = someone("cancel_order", CHANNEL_CHAT, "en", 4);
        g_free(answer_of(c, texts[i]));
        sim_customer_hear(c, "Is there anything else?", 70000);
        g_autofree char *reply = said_by(c, 100000);
        assert_holds(reply, "I want to cancel it.");
        sim_customer_free(c);
    }
    struct sim_customer *c = someone("cancel_order", CHANNEL_CHAT, "zh", 4);
    g_autofree char *answer = answer_of(c, "您好，我看看还能不能取消。");
    g_assert_null(strstr(answer, "？"));
    sim_customer_free(c);
}

static void ending_too_early_brings_the_matter_back(void)
{
    struct sim_customer *c = someone("lost_card", CHANNEL_CHAT, "en", 4);
    g_autofree char *answer = answer_of(c, "Is there anything else I can do for you?");
    assert_holds(answer, "Please block my card.");
    sim_customer_free(c);
}

static void settled_customer_thanks_and_leaves(void)
{
    struct sim_customer *c = someone("lost_card", CHANNEL_CHAT, "en", 5);
    g_autofree char *name = answer_of(c, "May I have your name and your date of birth?");
    assert_holds(name, "Minh");
    sim_customer_hear(c, "Your card is blocked, a new card comes in 5 working days.", 70000);
    g_autofree char *thanks = said_by(c, 100000);
    assert_holds(thanks, "hank");
    sim_customer_hear(c, "Is there anything else?", 110000);
    g_autofree char *bye = said_by(c, 200000);
    assert_holds(bye, "(leaves)");
    sim_customer_free(c);
}

static void unresolved_is_rated_worse(void)
{
    int sums[2] = {0, 0}, counts[2] = {0, 0};
    for (uint64_t seed = 1; seed < 200; seed++) {
        for (int resolved = 0; resolved < 2; resolved++) {
            struct sim_customer *c = someone("lost_card", CHANNEL_CHAT, "en", seed);
            sim_customer_accept(c, 0);
            if (resolved)
                sim_customer_hear(c, "Your card is blocked.", 1000);
            sim_customer_close(c, resolved, 9000);
            g_autoptr(GPtrArray) actions = sim_customer_tick(c, INT64_C(900000000));
            if (actions->len > 0) {
                sums[resolved] += ((struct sim_action *)g_ptr_array_index(actions, 0))->csat;
                counts[resolved]++;
            }
            sim_customer_free(c);
        }
    }
    g_assert_cmpint(counts[0], >, 20);
    g_assert_cmpfloat((double)sums[1] / counts[1], >, (double)sums[0] / counts[0] + 1);
}

static char *whole_talk(uint64_t seed)
{
    struct sim_customer *c = someone("missing_parcel", CHANNEL_CHAT, "en", seed);
    g_autofree char *opening = sim_customer_opening(c);
    g_autofree char *one = answer_of(c, "Hello, how can I help? May I have your order number?");
    sim_customer_hear(c, "What exactly happened?", 61000);
    g_autofree char *two = said_by(c, 900000);
    sim_customer_free(c);
    return g_strconcat(opening, "\n", one, two, NULL);
}

static void same_seed_same_talk(void)
{
    int differ = 0;
    for (uint64_t seed = 1; seed < 10; seed++) {
        g_autofree char *a = whole_talk(seed), *b = whole_talk(seed), *other = whole_talk(seed + 100);
        g_assert_cmpstr(a, ==, b);
        differ += strcmp(a, other) != 0;
    }
    g_assert_cmpint(differ, >, 5);
}

static void missing_cast_is_one_sentence(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(persona_cast_open("/nowhere/customers.yaml", &error));
    assert_holds(error->message, "/nowhere/customers.yaml");
}

static void shares_are_the_usual_load(void)
{
    int64_t shares[CLASS_COUNT] = {0};
    size_t count;
    const struct persona_intent *intents = persona_cast_intents(cast, &count);
    for (size_t i = 0; i < count; i++)
        shares[intents[i].contact_class] += intents[i].share;
    g_assert_cmpint(shares[CLASS_ENQUIRY], ==, 35);
    g_assert_cmpint(shares[CLASS_TRANSACTION], ==, 45);
    g_assert_cmpint(shares[CLASS_COMPLAINT], ==, 20);
}

static void every_line_can_be_said(void)
{
    size_t count;
    const struct persona_intent *intents = persona_cast_intents(cast, &count);
    for (size_t i = 0; i < count; i++) {
        for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
            struct sim_customer *c = someone(intents[i].id, (enum channel)channel, "en", i);
            g_autofree char *opening = sim_customer_opening(c);
            g_assert_nonnull(opening);
            g_assert_null(strchr(opening, '{'));
            sim_customer_free(c);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    cast = persona_cast_open(CAST_PATH, &error);
    g_assert_no_error(error);
    g_test_add_func("/customer/answers_what_is_asked", answers_what_is_asked);
    g_test_add_func("/customer/a_day_to_come_is_not_told_from_the_record",
                    a_day_to_come_is_not_told_from_the_record);
    g_test_add_func("/customer/two_questions_get_two_answers", two_questions_get_two_answers);
    g_test_add_func("/customer/answers_in_chinese", answers_in_chinese);
    g_test_add_func("/customer/answer_takes_the_time_of_typing", answer_takes_the_time_of_typing);
    g_test_add_func("/customer/abandons_the_queue", abandons_the_queue);
    g_test_add_func("/customer/mail_never_abandons", mail_never_abandons);
    g_test_add_func("/customer/silence_brings_nudges_and_then_the_end",
                    silence_brings_nudges_and_then_the_end);
    g_test_add_func("/customer/two_answers_are_parted", two_answers_are_parted);
    g_test_add_func("/customer/asking_for_a_minute_buys_time", asking_for_a_minute_buys_time);
    g_test_add_func("/customer/a_slow_agent_who_says_a_word_keeps_the_caller",
                    a_slow_agent_who_says_a_word_keeps_the_caller);
    g_test_add_func("/customer/a_silent_agent_loses_the_caller", a_silent_agent_loses_the_caller);
    g_test_add_func("/customer/a_hold_is_borne_for_some_minutes", a_hold_is_borne_for_some_minutes);
    g_test_add_func("/customer/a_caller_does_not_speak_of_writing", a_caller_does_not_speak_of_writing);
    g_test_add_func("/customer/what_is_said_fits_the_opening", what_is_said_fits_the_opening);
    g_test_add_func("/customer/the_story_is_told_once", the_story_is_told_once);
    g_test_add_func("/customer/asked_again_they_say_the_same", asked_again_they_say_the_same);
    g_test_add_func("/customer/a_greeting_is_returned_once", a_greeting_is_returned_once);
    g_test_add_func("/customer/what_is_only_promised_settles_nothing", what_is_only_promised_settles_nothing);
    g_test_add_func("/customer/ending_too_early_brings_the_matter_back",
                    ending_too_early_brings_the_matter_back);
    g_test_add_func("/customer/settled_customer_thanks_and_leaves", settled_customer_thanks_and_leaves);
    g_test_add_func("/customer/unresolved_is_rated_worse", unresolved_is_rated_worse);
    g_test_add_func("/customer/same_seed_same_talk", same_seed_same_talk);
    g_test_add_func("/persona/missing_cast_is_one_sentence", missing_cast_is_one_sentence);
    g_test_add_func("/persona/shares_are_the_usual_load", shares_are_the_usual_load);
    g_test_add_func("/persona/every_line_can_be_said", every_line_can_be_said);
    int failed = g_test_run();
    persona_cast_free(cast);
    return failed;
}
