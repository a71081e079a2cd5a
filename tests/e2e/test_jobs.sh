#!/bin/sh
# A whole contact of each class by keyboard alone, in English and in Chinese, on the smallest screen: it rings, is read,
# its script is walked to the end, an article is found and sent, and it is wrapped up, closed and in the report.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 37
E2E_CHAIN=yes

# order LANGUAGE CONDITION: an order of the shop that suits; sets ORDER, WHO, NAME, EMAIL.
order() {
    ORDER=$(floor_sql "SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer WHERE o.id LIKE 'F%'
        AND json_extract(c.data, '$.language') = '$1' AND $2 ORDER BY o.id LIMIT 1")
    WHO=$(floor_sql "SELECT customer FROM orders WHERE id = '$ORDER'")
    NAME=$(floor_sql "SELECT json_extract(data, '$.name') FROM customers WHERE id = '$WHO'")
    EMAIL=$(floor_sql "SELECT value FROM identities WHERE customer = '$WHO' AND kind = 'email'")
    [ -n "$ORDER" ] && [ -n "$EMAIL" ]
}

rings() {
    channel arrive "$CONTACT" "{\"channel\": \"$channel\", \"class\": \"$class\", \"intent\": \"$intent\", \"queue\": \"$queue\",
        \"customer\": \"$WHO\", \"name\": \"$NAME\", \"subject\": \"$subject\", \"language\": \"$language\"}" \
        "$opening $ORDER" &&
        desk_wait lina 'F2 accept' && desk_step lina F2 "─ 2 $NAME · $channel" && desk_wait lina "$opening $ORDER" &&
        desk_wait lina '─ r Reply ─'
}

# Each line: what is pressed (k) or typed and finished with Enter (t), and what the screen must then show.
walks() {
    printf '%s\n' "$steps" | sed "s/ORDER/$ORDER/g; s/EMAIL/$EMAIL/g; s/TODAY/$(date -u +%F)/g" >"$E2E_DIR/walk"
    while IFS='|' read -r how keys pattern <&3; do
        case $how in
        k) desk_step lina "$keys" "$pattern" || return 1 ;;
        t) desk_fill lina "$keys" "$pattern" || return 1 ;;
        esac
    done 3<"$E2E_DIR/walk"
}

searches() {
    desk_step lina C-k '─ 5 ' && desk_type lina "$query" && desk_wait lina "▌ $article" &&
        desk_step lina M-i '─ r Reply .*draft kept'
}

sends() {
    desk_keys lina "$send" && desk_wait_gone lina 'draft kept' && desk_leave lina ' sends ─'
}

# The script's last step opens the wrap-up with how it ended; one key closes.
wraps_up() {
    desk_step lina M-4 "▌ $last" && desk_step lina Enter '─ Wrap up ─' && desk_wait lina "▌ $disposition" &&
        desk_step lina Enter 'Closed\.' && desk_wait lina 'yours 0'
}

# contacts: how many of hers the report counts since the test began.
contacts() {
    firstline_as lina report aht --by agent --json --since "$SINCE" | tr -d ' \n\t' |
        sed -n 's/.*"key":"lina","contacts":\([0-9]*\).*/\1/p'
}

# said: answers with an article in them that reached the customer.
said() {
    floor_sql "SELECT count(*) FROM events WHERE contact = '$CONTACT' AND kind = 'message.sent' AND actor = 'lina'
        AND json_extract(data, '$.article') IS NOT NULL"
}

is_reported() {
    [ "$(contacts)" = "$DONE" ] && [ "$(said)" = 1 ] &&
        floor_sql "SELECT data FROM contacts WHERE id = '$CONTACT'" | grep -q "\"class\":\"$class\".*\"state\":\"closed\""
}

# job CONDITION: one contact, from what the variables say.
job() {
    CONTACT=$((90000 + DONE)) DONE=$((DONE + 1)) name="$class, $language"
    case $channel in
    email) send=C-s ;;
    *) send=Enter ;;
    esac
    order "$language" "$1" || {
        echo "# no order with $1"
        E2E_BAD=1
    }
    ok "$name: it rings, is accepted and read" rings
    ok "$name: every step of the script" walks
    ok "$name: an article is found and inserted" searches
    ok "$name: the reply is sent" sends
    ok "$name: wrap-up closes it" wraps_up
    ok "$name: the report has it" until_true is_reported
}

floor_start || exit 1
SINCE=$(date -u +%Y-%m-%dT%H:%M:%SZ) DONE=0
ok 'lina signs in' desk_open lina lina 80x24

UNDER_WAY="json_extract(o.data, '$.status') = 'in transit'"
RECEIVED="json_extract(o.data, '$.status') = 'received'"
JUST_CAME="json_extract(o.data, '$.delivered') >= date('now', '-12 days') AND json_extract(o.data, '$.total_minor') < 25000"

class=enquiry intent=order_status channel=chat
language=en queue=fjellhem subject='where is my parcel' opening='Where is it? It is order'
query='parcel delivered' article='Parcel says delivered' last=Close disposition='Question answered'
steps='k|M-4|Enter start
k|Enter|▌ Greet
k|Enter|▌ Confirm who it is
k|Enter|\[ORDER\]
t|EMAIL|▌ What the tracking says
k|2|▌ The last scan
k|Enter|Enter next
t|TODAY|y yes  n no
k|n|▌ Say when it comes
k|Enter|▌ Close'
job "$UNDER_WAY"

language=zh queue=fjellhem-zh subject='包裹在哪里' opening='包裹到哪儿了？订单'
query='物流' article='订单到哪里了' last='结束'
steps='k|M-4|Enter start
k|Enter|▌ 问候
k|Enter|▌ 核实身份
k|Enter|\[ORDER\]
t|EMAIL|▌ 物流状态
k|2|▌ 最新扫描
k|Enter|Enter next
t|TODAY|y yes  n no
k|n|▌ 告知送达时间
k|Enter|▌ 结束'
job "$UNDER_WAY"

class=transaction intent=change_address channel=email
language=en queue=fjellhem subject='another address' opening='Please send it to another address, order'
query='change address' article='Change the delivery address' last=Close disposition='Order or contract changed'
steps='k|M-4|Enter start
k|Enter|▌ Greet
k|Enter|▌ Confirm who it is
k|Enter|\[ORDER\]
t|EMAIL|▌ Packed already
k|1|▌ The new address
k|Enter|Enter next
t|Mill Lane 7|› Postcode
t|5014|› Town
t|Bergen|y yes  n no
k|n|▌ Change it
k|1|▌ Close'
job "$RECEIVED"

language=zh queue=fjellhem-zh subject='修改地址' opening='请改一下收货地址，订单'
query='修改地址' article='修改收货地址' last='结束'
steps='k|M-4|Enter start
k|Enter|▌ 问候
k|Enter|▌ 核实身份
k|Enter|\[ORDER\]
t|EMAIL|▌ 是否已打包
k|1|▌ 新地址
k|Enter|Enter next
t|中山路7号|› 邮编
t|200040|› 城市
t|上海市|y yes  n no
k|n|▌ 修改
k|1|▌ 结束'
job "$RECEIVED"

class=complaint intent=damaged_item channel=phone
language=en queue=fjellhem subject='arrived broken' opening='It arrived broken, order'
query='damaged faulty' article='Damaged or faulty on arrival' last=Close disposition='Refund or credit given'
steps='k|M-4|Enter start
k|Enter|▌ Say sorry, once
k|Enter|▌ Confirm who it is
k|Enter|\[ORDER\]
t|EMAIL|▌ What is wrong
k|1|Enter fill in
k|Enter|Enter next
t|The seam is torn|\[The seam is torn\]
k|Enter|▌ Photos of item and box
k|Enter|▌ Replacement or money
k|1|▌ Put it right
k|1|▌ Say what happens now
k|Enter|▌ Close'
job "$JUST_CAME"

language=zh queue=fjellhem-zh subject='收到时已损坏' opening='收到就是坏的，订单'
query='破损' article='商品破损或有质量问题' last='结束'
steps='k|M-4|Enter start
k|Enter|▌ 道歉一次
k|Enter|▌ 核实身份
k|Enter|\[ORDER\]
t|EMAIL|▌ 具体情况
k|1|Enter fill in
k|Enter|Enter next
t|接缝裂开了|\[接缝裂开了\]
k|Enter|▌ 商品和包装照片
k|Enter|▌ 补发还是退款
k|1|▌ 办理
k|1|▌ 说明后续
k|Enter|▌ 结束'
job "json_extract(o.data, '$.delivered') >= date('now', '-12 days') AND json_extract(o.data, '$.total_minor') < 200000"
e2e_done
