#!/bin/sh
# One practice scenario, played on the desk's own screens to its score.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 7
E2E_CHAIN=yes
WAIT_TENTHS=300 # the customer types as slowly as people do

SCENARIO=$PROJECT/share/demo/practice/return-wrong-size.yaml

rings() {
    desk_wait desk 'PRACTICE' && desk_wait desk 'F9 begins' && desk_step desk F9 'F2 accept' && desk_step desk F2 '─ 2 Crystal Minh · chat'
}

# say PATTERN: says what the step asks to be said, and waits for what the customer answers.
say() {
    desk_step desk M-4 'say “' && desk_step desk s 'draft kept' && desk_keys desk Enter && desk_wait_gone desk 'draft kept' &&
        desk_wait desk "$1" && desk_step desk M-4 '─ 4 Return, wrong size'
}

verifies() {
    desk_step desk M-4 'Enter start' && desk_step desk Enter '▌ Greet' && say 'you .*Hello Crystal' &&
        desk_step desk Enter '▌ Confirm who it is' && say 'crystal.minh7@' && desk_wait desk '\[F48201\]' &&
        desk_step desk Enter '▌ The item and when it came'
}

# A field that is filled from the order is only looked at.
arranges() {
    say 'Crystal .*all the labels\|Crystal .*tags are\|Crystal .*new\.\|Crystal .*[Yy]es' && desk_step desk y '▌ Exchange or refund' &&
        desk_step desk 1 '▌ The right size' && desk_step desk 4 '▌ Reserve the new size' && desk_step desk 1 '▌ Send the return label' &&
        desk_step desk 1 '▌ Say what happens next' && say 'you .*Once the parcel' && desk_step desk Enter '▌ Close'
}

reads() {
    desk_step desk C-k '─ 5 ' && desk_type desk 'return allowed' && desk_wait desk '▌ Return an item: what is allowed' &&
        desk_step desk Enter 'FJ-101 ·' && desk_leave desk 'FJ-101 ·' && desk_step desk M-2 '─ 2 Crystal'
}

closes() {
    desk_step desk r 'Enter sends' && desk_fill desk 'Thank you. Is there anything else?' 'you .*anything else' &&
        desk_wait desk 'customer has left\|Crystal .*[Tt]hank\|Crystal .*No' && desk_leave desk 'Enter sends' &&
        desk_step desk w '▌ Return or exchange arranged' && desk_keys desk Enter && desk_wait desk '─ Practice ─'
}

scored() {
    desk_text desk >"$E2E_DIR/score"
    for part in 'steps  *100 %' 'order  *100 %' 'verification  *100 %' 'time  *100 %' 'knowledge  *100 %' 'tone  *100 %' 'result  *100 %' \
        'Passed: 100 of 100'; do
        grep -q -e "$part" "$E2E_DIR/score" || {
            echo "# the score lacks: $part"
            sed 's/^/# /' "$E2E_DIR/score"
            return 1
        }
    done
}

prints() {
    desk_leave desk '─ Practice ─' && desk_keys desk C-q && desk_wait desk 'practice ended with 0' && desk_wait desk '^Passed: '
}

tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s desk -x 80 -y 24 \
    "'$BIN/firstline' practice --agent lina '$SCENARIO'; echo practice ended with \$?; cat"
ok 'the customer rings' rings
ok 'she is greeted and verified' verifies
ok 'an article is read' reads
ok 'the exchange is arranged step by step' arranges
ok 'the contact is closed' closes
ok 'the score is shown, part by part' scored
ok 'and printed when the desk is left' prints
e2e_done
