/*
 * script: one guided process as a file says it: steps, what each asks, says and does, and where each leads.
 *
 * Immutable once loaded, and counted by references, because a contact keeps the version it began with. It
 * does not walk (walk.h) and does not judge the whole (check.h). The language: docs/firstline-script.5.
 *
 *     g_autoptr(GError) error = NULL;
 *     struct script *script = script_open("return-wrong-size.yaml", &error); // error: all that is wrong
 *     yaml_text_in(&script->title, "zh");
 *     script_unref(script);
 *
 * The conditions of a script are evaluated by one thread at a time.
 */
#pragma once

#include "app/script/condition.h"
#include "app/script/facts.h"
#include "app/script/yaml.h"

#define SCRIPT_FORMAT    1
#define SCRIPT_STEPS_MAX 200

/* The result that an action takes when the connected system has not answered within its `timeout`. */
#define SCRIPT_RESULT_TIMEOUT "timeout"
/* The result that an approve step has where the contact goes on until it is decided. */
#define SCRIPT_RESULT_MEANWHILE "meanwhile"

enum script_kind {
    SCRIPT_KIND_SAY,
    SCRIPT_KIND_ASK,
    SCRIPT_KIND_CHOOSE, /* one field of type choice or bool */
    SCRIPT_KIND_FORM,
    SCRIPT_KIND_CHECK,    /* verification; results pass, fail */
    SCRIPT_KIND_ACTION,   /* a connected system is told; results as named */
    SCRIPT_KIND_APPROVE,  /* results granted, refused; may have expired and meanwhile */
    SCRIPT_KIND_KB,       /* an article to read or send */
    SCRIPT_KIND_WAIT,     /* for the customer or others */
    SCRIPT_KIND_TRANSFER, /* to a queue */
    SCRIPT_KIND_ESCALATE, /* to the second line */
    SCRIPT_KIND_EACH,     /* once for each item of a list; results item, done */
    SCRIPT_KIND_END,      /* disposition */
};

enum script_class { SCRIPT_CLASS_VALUE, SCRIPT_CLASS_REQUIRED, SCRIPT_CLASS_WASTE };

enum script_waste {
    SCRIPT_WASTE_NONE,
    SCRIPT_WASTE_WAITING,
    SCRIPT_WASTE_REWORK,
    SCRIPT_WASTE_RE_ENTRY,
    SCRIPT_WASTE_RE_VERIFICATION,
    SCRIPT_WASTE_SEARCH,
    SCRIPT_WASTE_HANDOVER,
    SCRIPT_WASTE_APPROVAL,
    SCRIPT_WASTE_OVER_PROCESSING,
};

enum script_checksum { SCRIPT_CHECKSUM_NONE, SCRIPT_CHECKSUM_LUHN };

enum script_wait { SCRIPT_WAIT_CUSTOMER, SCRIPT_WAIT_OTHER };

/* The words of the enums as files, events and screens have them, each ended by a NULL word. */
extern const struct yaml_word SCRIPT_KIND_WORDS[];
extern const struct yaml_word SCRIPT_CLASS_WORDS[];
extern const struct yaml_word SCRIPT_WASTE_WORDS[];

/* What is done about an approval when the contact comes in. */
enum script_intake {
    SCRIPT_INTAKE_NONE,
    SCRIPT_INTAKE_RULE, /* granted where a rule does */
    SCRIPT_INTAKE_ASK,  /* else people are asked */
};

struct script_option {
    struct yaml_head head;
    const char *value;      /* what is stored and compared */
    struct yaml_text title; /* what is shown; none: the value itself */
};

struct script_field {
    struct yaml_head head;
    const char *name;
    struct yaml_text label;              /* none: the name */
    int type;                            /* enum value_type */
    bool required;                       /* a file's default is yes */
    bool personal;                       /* personal data: masked on screens, named and not told in stories */
    const struct script_option *options; /* CHOICE: options[option_count] */
    size_t option_count;
    int64_t length[2];       /* least and most characters; both 0: no bound */
    const char *range[2];    /* number, money, date: least and greatest, canonical; NULL: no bound */
    const char *regex;       /* may be NULL; the whole value must match */
    struct pattern *pattern; /* compiled */
    int checksum;            /* enum script_checksum */
    const char *const *from; /* from[from_count]: names of facts or fields, the first known one fills it */
    size_t from_count;
    const char *capture; /* what to take out of `contact.text` in `from`: a pattern; may be NULL */
    struct pattern *capture_pattern; /* compiled */
    const char *match;               /* check steps: the name of the fact it must equal; may be NULL */
    struct yaml_text hint;
    size_t slot; /* index into the script's names */
};

struct script_step;

/* One way on. The first whose condition holds is taken. */
struct script_branch {
    struct yaml_head head;
    const char *when; /* NULL: always */
    const char *to;
    struct yaml_text title;           /* what the condition says, in words; none: it stands for itself */
    struct condition *condition;      /* NULL: always */
    const struct script_step *target; /* never NULL in a loaded script */
};

/* head.key is the result's name. */
struct script_result {
    struct yaml_head head;
    const char *to;
    struct yaml_text title; /* none: the result's name */
    const struct script_step *target;
};

/* What the answers of a step must be to each other. */
struct script_rule {
    struct yaml_head head;
    const char *must;
    struct yaml_text otherwise; /* the sentence to show when they are not, file key `else` */
    struct condition *condition;
};

struct script_step {
    struct yaml_head head; /* of a step that `use` brought in: of the step that says `use` */
    const char *id;
    const char *use; /* SCRIPT or SCRIPT/STEP whose steps stand here; NULL once loaded, save for checks */
    int kind;        /* enum script_kind */
    int step_class;  /* enum script_class */
    int waste;       /* enum script_waste; NONE unless class is waste */
    struct yaml_text title;
    struct yaml_text say;  /* what to tell the customer: a template (template.h); none: nothing */
    struct yaml_text todo; /* what the agent does, file key `do`; none: nothing */
    int64_t target_ms;     /* how long it should take; 0: no target */
    struct script_field *fields;
    size_t field_count;
    struct script_branch *next;
    size_t next_count;
    struct script_result *results;
    size_t result_count;
    struct script_rule *rules; /* rules[rule_count] */
    size_t rule_count;
    const char *items; /* each: the name of the list */
    const char *as;    /* each: the name of the item that is at hand */
    size_t items_slot, as_slot;
    const bool *in_round;        /* each: in_round[name_count]: what is asked anew for each item; NULL else */
    const struct script *origin; /* the script that it was brought from by `use`; NULL: its own */
    int64_t need;                /* check: how many of the fields with `match` must do so; 0: all */
    const char *action;          /* action: the name of what is called */
    struct yaml_entry *with;     /* action, approve: argument to the name of the value given */
    size_t with_count;
    int64_t timeout_ms;           /* action, wait: 0: none */
    const char *const *approvers; /* approve: roles that may grant it */
    size_t approver_count;
    const char *preauthorised; /* approve: condition under which it is granted at once; may be NULL */
    struct condition *preauthorised_if; /* its compiled form */
    int64_t due_ms, expires_ms;         /* approve: after the request; 0: as the settings say */
    int intake;                         /* approve: enum script_intake */
    const char *article;                /* kb: article id; may be NULL */
    struct yaml_text query;             /* kb: what to search for; none: nothing */
    int wait_for;                       /* wait: enum script_wait */
    const char *queue;                  /* transfer, escalate: where to; approve: who works it decides */
    struct yaml_text request;           /* escalate, approve: what is asked of them, file key `ask` */
    const char *disposition;            /* end: the code */
    bool resolved;                      /* end */
    size_t index;                       /* in the script's steps */
};

/* A value that is computed from others; head.key is its name. */
struct script_value {
    struct yaml_head head;
    int type;       /* enum value_type */
    const char *is; /* the expression */
    struct yaml_text label;
    struct condition *condition;
};

/* One name that conditions, templates and `from` may use: first all facts in the order of FACT_NAMES, then
 * computed values, then items of `each` steps, then the fields. */
struct script_name {
    const char *name;
    enum value_type type;
    const struct fact_name *fact;     /* NULL unless it is one */
    const struct script_value *value; /* likewise */
    const struct script_step *each;   /* whose item it is; likewise */
    const struct script_field
        *field; /* a field's first definition; for another, how it is asked for or called */
};

struct script {
    struct yaml_head head;
    const char *id;
    int64_t format;
    int64_t version; /* from 1 */
    struct yaml_text title;
    const char *owner;            /* who answers for it; may be NULL */
    const char *const *languages; /* languages[language_count]; every text should be there in each */
    size_t language_count;
    const char *const *intents; /* intents[intent_count]: contacts it is proposed for */
    size_t intent_count;
    const char *const *queues; /* queues[queue_count]; none: any */
    size_t queue_count;
    const char *contact_class;         /* enquiry, transaction, complaint; may be NULL */
    const char *business;              /* free word to group by; may be NULL */
    const struct script_value *values; /* values[value_count]; each may use those before it */
    size_t value_count;
    struct script_step *steps; /* steps[step_count], the first is where it starts */
    size_t step_count;
    const struct script_name *names; /* names[name_count] */
    size_t name_count;
    const char *file;       /* the name it was read under */
    struct script_own *own; /* what it holds; private */
};

/* Where the scripts lie that others `use`. */
struct script_library {
    /* The source of a script by its id, and in *name what to call it in sentences; both the caller's to free.
     * NULL when there is none. */
    char *(*source)(void *data, const char *id, char **name);
    void *data;
};

/* Reads the file and checks all names in it; what it uses is looked for beside it, as ID.yaml. NULL with
 * every problem, one a line (PROBLEMS_ERROR). The caller owns a reference, release with script_unref. */
struct script *script_open(const char *path, GError **error);

/* The same from bytes[len]; `name` stands in sentences where the file would. `library` may be NULL: then it
 * may use none. Borrows all. */
struct script *script_parse_using(const char *name, const char *bytes, size_t len,
                                  const struct script_library *library, GError **error);
struct script *script_parse(const char *name, const char *bytes, size_t len, GError **error);

struct script *script_ref(struct script *script);
void script_unref(struct script *script);

/* NULL when there is none of that id / name. */
const struct script_step *script_step_of(const struct script *script, const char *id);
const struct script_result *script_result_of(const struct script_step *step, const char *name);
const struct script_option *script_option_of(const struct script_field *field, const char *value);

/* The names of the scripts it uses, directly or through others; NULL-terminated, borrowed. */
const char *const *script_uses(const struct script *script);

/* Whether no way leads on from this step. */
bool script_step_ends(const struct script_step *step);

/* How many of a check step's fields are matched with a fact. */
size_t script_step_matches(const struct script_step *step);

/* The index in names, or -1. */
int script_name_index(const struct script *script, const char *name);

/* The text of a language with what is shown when there is none. Never NULL; borrowed until the script is
 * freed. */
const char *script_field_label(const struct script_field *field, const char *language);
const char *script_option_title(const struct script_option *option, const char *language);
const char *script_result_title(const struct script_result *result, const char *language);

/* The canonical form of `text` as this field's value, checked by all of its rules. Caller owns; NULL with a
 * sentence in VALUE_ERROR that names the field in `language`. */
char *script_field_accept(const struct script_field *field, const char *text, const char *language,
                          GError **error);
