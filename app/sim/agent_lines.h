/* What simulated agents say where no script says it: templates with the customer's facts. */
#ifndef APP_SIM_AGENT_LINES_H
#define APP_SIM_AGENT_LINES_H

enum agent_line {
    AGENT_LINE_GREET,
    AGENT_LINE_LOOK,
    AGENT_LINE_ANSWER,
    AGENT_LINE_OUTAGE,
    AGENT_LINE_ESCALATE,
    AGENT_LINE_ASK, /* of the second line */
    AGENT_LINE_TRANSFER,
    AGENT_LINE_SPECIALIST,
    AGENT_LINE_GO_ON,
    AGENT_LINE_COUNT
};

/* Static; "zh" or English. */
const char *agent_line(enum agent_line line, const char *language);

#endif
