#!/bin/sh
# A contact goes to the second line with its whole story and comes back with the answer; and one that the second line
# answers and closes itself.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 17
E2E_CHAIN=yes

takes() {
    desk_wait "$1" 'F2 accept' && desk_step "$1" F2 "· chat · $2\|$3"
}

# Two steps done, a third begun, the article read.
lina_works() {
    complaint_verified lina &&
        desk_keys lina C-k && desk_type lina 'damaged faulty' && desk_wait lina '▌ Damaged or faulty on arrival' &&
        desk_step lina Enter 'FJ-106 ·' && desk_leave lina 'FJ-106 ·' && desk_step lina M-2 "verified by order id, email"
}

lina_escalates() {
    desk_step lina e 'Escalate to the second line' && desk_wait lina '‹ Fjellhem second line ›' &&
        desk_fill lina 'May I replace it before it is back?' 'The second line has it' && desk_wait lina 'yours 0'
}

# The timeline holds what was said, asked, done and read.
sigrid_has_the_story() {
    desk_step sigrid T 'The story so far' || return 1
    desk_text sigrid >"$E2E_DIR/story"
    desk_leave sigrid '─ Timeline ─' && desk_wait sigrid 'Li Na asks: May I replace it' || return 1
    for part in "Order $ORDER arrived torn" 'Li Na asks the second line: May I replace it' 'Verified by order id, email' \
        '+ Say sorry, once' "+ Confirm who it is (Both match): Order number $ORDER" '> What is wrong' \
        'Damaged or faulty on arrival'; do
        grep -qF -- "$part" "$E2E_DIR/story" || {
            echo "# the story lacks: $part"
            sed 's/^/# /' "$E2E_DIR/story"
            return 1
        }
    done
}

sigrid_gives_back() {
    desk_step sigrid B 'Asked: May I replace it' && desk_fill sigrid 'Yes, replace it now.' 'went back with your answer' &&
        desk_wait sigrid 'yours 0'
}

replies() {
    desk_step "$1" r 'Enter sends' && desk_fill "$1" "$2" "you .*$2" && desk_leave "$1" 'Enter sends'
}

# Where lina left the script, with what she was told.
sigrid_goes_on() {
    desk_step sigrid M-4 'Enter go on' && desk_step sigrid Enter '▌ What is wrong' &&
        desk_step sigrid b '▌ Confirm who it is' && desk_wait sigrid "\[$ORDER\]" && desk_step sigrid Enter '▌ What is wrong'
}

closes() {
    desk_step "$1" w 'Disposition' && desk_type "$1" "$2" && desk_wait "$1" "▌ $3" &&
        desk_step "$1" Enter 'Closed\.' && desk_wait "$1" 'yours 0'
}

legs_tell() {
    firstline_as lina report steps 90001 >"$E2E_DIR/steps" || return 1
    for part in 'lina *aside *accepted' 'lina *talk *entered step verify' 'lina *queued *escalated to fjellhem-2: May I' \
        'sigrid *aside *accepted' 'sigrid *queued *given back: Yes, replace it now' 'lina *talk *answered: It leaves today' \
        'lina *acw *began to wrap up' 'lina *over *closed: order-changed'; do
        grep -q -e "$part" "$E2E_DIR/steps" || {
            echo "# the timeline lacks: $part"
            sed 's/^/# /' "$E2E_DIR/steps"
            return 1
        }
    done
}

# legs AGENT: ended legs since the test began, as a supervisor's report counts them.
legs() {
    firstline_as hugo report aht --by agent --json --since "$SINCE" | tr -d ' \n\t' |
        sed -n "s/.*\"key\":\"$1\",\"contacts\":\([0-9]*\).*/\1/p"
}

# Own figures and no others; the whole floor's want a right that the role has not.
lina_reads_her_own() {
    firstline_as lina report aht --by agent --json --since "$SINCE" | tr -d ' \n\t' >"$E2E_DIR/own" &&
        grep -q '"key":"lina","contacts":3,' "$E2E_DIR/own" && ! grep -q sigrid "$E2E_DIR/own" &&
        firstline_as lina report kpi >"$E2E_DIR/kpi" 2>&1
    [ $? -eq 3 ] && grep -q 'may not do that: read a report' "$E2E_DIR/kpi"
}

# An ordinary contact is the first line's: it waits, though sigrid is ready and lina is not.
sigrid_is_not_asked() {
    desk_keys lina F10 && desk_wait lina meeting && desk_step lina Enter 'Not ready' && complaint_arrives 90003 &&
        desk_wait lina "$NAME" && desk_hides sigrid "F2 accept" && desk_hides sigrid "$NAME" &&
        [ "$(floor_sql "SELECT state FROM contacts WHERE id = '90003'")" = queued ]
}

is_over() {
    [ "$(floor_sql "SELECT state FROM contacts WHERE id = '$1'")" = closed ]
}

floor_start || exit 1
SINCE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
WHO=$(floor_sql "SELECT c.id FROM customers c JOIN orders o ON o.customer = c.id WHERE o.id LIKE 'F%'
    AND json_extract(c.data, '$.language') = 'en' ORDER BY c.id LIMIT 1")
NAME=$(floor_sql "SELECT json_extract(data, '$.name') FROM customers WHERE id = '$WHO'")
EMAIL=$(floor_sql "SELECT value FROM identities WHERE customer = '$WHO' AND kind = 'email'")
ORDER=$(floor_sql "SELECT id FROM orders WHERE customer = '$WHO' AND id LIKE 'F%' ORDER BY placed DESC LIMIT 1")

ok 'lina and sigrid sign in' eval 'desk_open lina lina 80x24 && desk_open sigrid sigrid 120x40'
complaint_arrives 90001
ok 'lina takes a complaint' takes lina 90001
ok 'she walks steps, verifies and reads an article' lina_works
ok 'she escalates with what she asks' lina_escalates
ok 'sigrid is offered it and sees what is asked' takes sigrid 90001 'Li Na asks: May I replace it'
ok 'she has the whole story' sigrid_has_the_story
ok 'she gives it back with the answer' sigrid_gives_back
ok 'lina sees the answer at once' eval 'takes lina 90001 && desk_wait lina "Sigrid Holm answers: Yes, replace it now"'
ok 'lina replies and closes' eval 'replies lina "It leaves today." && closes lina contract "Order or contract changed"'
until_true is_over 90001
ok 'the timeline shows all three legs' legs_tell

complaint_arrives 90002
ok 'a second one is escalated' eval 'takes lina 90002 && lina_works && lina_escalates'
ok 'sigrid answers the customer herself' eval 'takes sigrid 90002 "Li Na asks" && replies sigrid "A new one leaves today."'
ok 'she goes on in the script with every answer' sigrid_goes_on
ok 'she closes it' closes sigrid answered 'Question answered'
until_true is_over 90002
echo demo | firstline_as hugo sign-in --agent hugo >/dev/null
ok 'the report counts the legs of both' test "$(legs lina) $(legs sigrid)" = '3 2'
ok 'an agent is shown her own' lina_reads_her_own
ok 'a first contact is not offered to the second line' sigrid_is_not_asked
e2e_done
