#include "app/sim/agent_lines.h"

#include <glib.h>

static const char *const lines[AGENT_LINE_COUNT][2] = {
    [AGENT_LINE_GREET] =
        {"Hello {customer.name|there}, thank you for contacting us. Could you tell me more about "
         "what happened?",
         "{customer.name|您好}，您好，感谢联系我们。请问具体是什么情况？"},
    [AGENT_LINE_LOOK] = {"Thank you, one moment, I am looking at it.", "谢谢，请稍等，我为您查看。"},
    [AGENT_LINE_ANSWER] =
        {"I have looked it up and put the details into a mail to you. Is there anything else I "
         "can help with?",
         "已经查到了，详细说明发到您的邮箱。请问还有其他可以帮您的吗？"},
    [AGENT_LINE_OUTAGE] =
        {"There is a known fault in your area; our engineers are at it, and you get an SMS when "
         "it is mended.",
         "您所在的区域有已知故障，正在抢修，恢复后会短信通知您。"},
    [AGENT_LINE_ESCALATE] =
        {"I am passing this to my colleague in the second line with everything you told me.",
         "我把您的情况完整转给二线同事处理，您不用再重复。"},
    [AGENT_LINE_ASK] = {"Please decide, beyond my limit.", "超出我的权限，请您决定。"},
    [AGENT_LINE_TRANSFER] = {"You have come to the wrong desk, I am connecting you with the right one.",
                             "我帮您转到对应的部门。"},
    [AGENT_LINE_SPECIALIST] =
        {"Hello {customer.name|there}, I have read everything my colleague wrote down, so "
         "let us go straight to the solution.",
         "{customer.name|您好}，您好，同事的记录我都看过了，我们直接处理。"},
    [AGENT_LINE_GO_ON] = {"Thank you. Could you tell me a little more about it?",
                          "谢谢，请再说一下具体情况。"},
};

const char *agent_line(enum agent_line line, const char *language)
{
    return lines[line][g_strcmp0(language, "zh") == 0];
}
