/* The vocabulary of facts; see the header. */
#include "app/script/facts.h"

#define RECORD  FACTS_CUSTOMER_RECORD
#define ORDER   "order"
#define CONTACT "contact"

const struct fact_name FACT_NAMES[] = {
    {"customer.id", VALUE_TYPE_TEXT, RECORD, "Customer number", "客户编号"},
    {"customer.name", VALUE_TYPE_TEXT, RECORD, "Name", "姓名"},
    {"customer.tier", VALUE_TYPE_TEXT, RECORD, "Tier", "会员等级"},
    {"customer.since", VALUE_TYPE_DATE, RECORD, "Customer since", "开户日期"},
    {"customer.email", VALUE_TYPE_EMAIL, RECORD, "E-mail", "电子邮箱"},
    {"customer.phone", VALUE_TYPE_PHONE, RECORD, "Phone", "电话"},
    {"customer.language", VALUE_TYPE_TEXT, RECORD, "Language", "语言"},
    {"customer.address", VALUE_TYPE_TEXT, RECORD, "Address", "地址"},
    {"customer.postcode", VALUE_TYPE_TEXT, RECORD, "Postcode", "邮编"},
    {"customer.city", VALUE_TYPE_TEXT, RECORD, "Town", "城市"},
    {"customer.birthday", VALUE_TYPE_DATE, RECORD, "Date of birth", "出生日期"},
    {"customer.orders", VALUE_TYPE_TEXT, RECORD, "Orders", "订单"},
    {"order.id", VALUE_TYPE_ORDER, ORDER, "Order number", "订单号"},
    {"order.status", VALUE_TYPE_TEXT, ORDER, "Order status", "订单状态"},
    {"order.item", VALUE_TYPE_TEXT, ORDER, "Item", "商品"},
    {"order.total", VALUE_TYPE_MONEY, ORDER, "Order total", "订单金额"},
    {"order.currency", VALUE_TYPE_TEXT, ORDER, "Currency", "币种"},
    {"order.placed", VALUE_TYPE_DATE, ORDER, "Ordered on", "下单日期"},
    {"order.shipped", VALUE_TYPE_DATE, ORDER, "Shipped on", "发货日期"},
    {"order.delivered", VALUE_TYPE_DATE, ORDER, "Delivered on", "送达日期"},
    {"order.tracking", VALUE_TYPE_TEXT, ORDER, "Tracking number", "物流单号"},
    {"order.address", VALUE_TYPE_TEXT, ORDER, "Delivery address", "收货地址"},
    {"contact.id", VALUE_TYPE_TEXT, CONTACT, "Contact", "会话编号"},
    {"contact.channel", VALUE_TYPE_TEXT, CONTACT, "Channel", "渠道"},
    {"contact.queue", VALUE_TYPE_TEXT, CONTACT, "Queue", "队列"},
    {"contact.intent", VALUE_TYPE_TEXT, CONTACT, "Intent", "来意"},
    {"contact.class", VALUE_TYPE_TEXT, CONTACT, "Class", "类别"},
    {"contact.language", VALUE_TYPE_TEXT, CONTACT, "Language", "语言"},
    {"contact.subject", VALUE_TYPE_TEXT, CONTACT, "Subject", "主题"},
    {"contact.text", VALUE_TYPE_TEXT, "what was written", "Text", "客户来文"},
    {"agent.name", VALUE_TYPE_TEXT, "agent", "Agent", "客服"},
    {"verified", VALUE_TYPE_BOOL, "verification", "Verified", "已核实身份"},
};
const size_t FACT_NAME_COUNT = G_N_ELEMENTS(FACT_NAMES);

/* What systems usually say of an order. */
static const char *const ORDER_STATES[][2] = {
    {"received", "已下单"},  {"paid", "已付款"},      {"packed", "已打包"},   {"in transit", "运输中"},
    {"delivered", "已送达"}, {"cancelled", "已取消"}, {"returned", "已退货"}, {"active", "使用中"}};

const char *fact_word(const struct fact_name *fact, const char *value, const char *language)
{
    bool is_state = g_str_equal(fact->name, "order.status") && g_str_equal(language, "zh");
    for (size_t i = 0; is_state && i < G_N_ELEMENTS(ORDER_STATES); i++)
        if (g_str_equal(ORDER_STATES[i][0], value))
            return ORDER_STATES[i][1];
    return value;
}

int fact_index(const char *name)
{
    for (size_t i = 0; i < FACT_NAME_COUNT; i++)
        if (g_str_equal(FACT_NAMES[i].name, name))
            return (int)i;
    return -1;
}

const char *facts_get(const struct facts *facts, const char *name)
{
    const char *value = facts && facts->lookup ? facts->lookup(facts->data, name) : NULL;
    return value && *value ? value : NULL;
}
