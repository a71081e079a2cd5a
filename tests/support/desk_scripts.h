/* Scripts in YAML that several tests of the desk walk (play_script), each for the intent "return_size". */
#pragma once

extern const char DESK_SCRIPT_RETURN[];   /* a form, a choice, two ends with dispositions of their own */
extern const char DESK_SCRIPT_CHECKING[]; /* a form, a check by the agent, an end */
extern const char DESK_SCRIPT_MATCHING[]; /* a check against the record, with a way for who fails it */
