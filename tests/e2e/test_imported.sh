#!/bin/sh
# Imported records that belong together are worked by keyboard alone: a dialogue with its customer, order and guideline,
# a shop's customer with their orders, and callers nobody knows; with a bank's articles to search.
. "$(dirname -- "$0")/../support/e2e.sh"
DATA=${FIRSTLINE_DATA:-$PROJECT/../shared/data}
TESTS=24
e2e_plan $TESTS
[ -d "$DATA" ] || e2e_skip $TESTS 'the data to import is not there'

take_all() {
    centre_take customers abcd-customers "$DATA/abcd/dialogues.jsonl" &&
        centre_take orders abcd-orders "$DATA/abcd/dialogues.jsonl" &&
        centre_take contacts abcd-contacts "$DATA/abcd/dialogues.jsonl" &&
        centre_take scripts abcd-guidelines "$DATA/abcd/guidelines.json" &&
        centre_take customers tau-retail-customers "$DATA/tau_retail/users.json" &&
        centre_take orders tau-retail-orders "$DATA/tau_retail/orders.json" &&
        centre_take articles articles "$DATA/bank_kb/docs.jsonl" &&
        centre_take contacts multidogo-contacts "$DATA/multidogo/airline.dev.tsv"
}

# DESK is the terminal that the following drive.

# opens FILTER CONTACT: from the queue, by its filter line.
opens() {
    desk_keys "$DESK" M-1 && desk_wait "$DESK" '─ 1 Queue' || return 1
    if desk_shows "$DESK" '^ / '; then # the filter of before; Escape alone must have gone through before the next key
        desk_keys "$DESK" Escape && desk_wait_gone "$DESK" '^ / ' || return 1
    fi
    desk_type "$DESK" '/' && desk_type "$DESK" "$1" && desk_wait "$DESK" "/ $1" &&
        desk_wait_gone "$DESK" ' more' && desk_keys "$DESK" Enter && desk_wait "$DESK" "· $2 ─"
}

# has_customer TEXT…: the customer's pane shows each of them.
has_customer() {
    desk_keys "$DESK" M-3
    for shown in "$@"; do
        desk_wait "$DESK" "$shown" || return 1
    done
}

# walks TITLE: the guideline proposed, to its end: each step is done, each question is denied.
walks() {
    desk_keys "$DESK" M-4 && desk_wait "$DESK" "─ 4 $1 " && desk_wait "$DESK" 'Enter start' &&
        desk_keys "$DESK" Enter || return 1
    step=1
    while ! desk_shows "$DESK" '▌ Close' && [ $step -lt 40 ]; do
        desk_wait "$DESK" "─ 4 $1 .* $step of " || return 1
        if desk_shows "$DESK" 'y yes'; then key=n; else key=Enter; fi
        desk_keys "$DESK" "$key" && desk_wait "$DESK" "─ 4 $1 .* $((step + 1)) of " || return 1
        step=$((step + 1))
    done
    desk_wait "$DESK" '▌ Close'
}

# finds WORDS TITLE: in the knowledge of 698 articles.
finds() {
    desk_keys "$DESK" C-k && desk_type "$DESK" "$1" && desk_wait "$DESK" "> $1" && desk_wait "$DESK" '698' &&
        desk_wait "$DESK" "▌ $2"
}

# replies TEXT: the article chosen and a text of one's own.
replies() {
    desk_keys "$DESK" M-i && desk_wait "$DESK" 'draft kept' && desk_type "$DESK" " $1" && desk_wait "$DESK" "$1" &&
        desk_keys "$DESK" Enter && desk_wait_gone "$DESK" 'draft kept' && desk_wait "$DESK" "$1" &&
        desk_keys "$DESK" Escape && desk_wait_gone "$DESK" 'Enter sends'
}

# wraps_up: with the disposition proposed, else with the first that the word finds.
wraps_up() {
    desk_keys "$DESK" M-3 && desk_keys "$DESK" w && desk_wait "$DESK" 'Disposition' || return 1
    if desk_shows "$DESK" 'type to narrow'; then
        desk_type "$DESK" 'answered' && desk_wait "$DESK" '▌ Question answered' || return 1
    fi
    desk_keys "$DESK" Enter && desk_wait_gone "$DESK" 'Disposition'
}

legs_of() {
    firstline_as lina report aht --by agent --json | tr -d ' \n\t' | sed -n 's/.*"key":"lina","contacts":\([0-9]*\).*/\1/p'
}

counts_legs() {
    [ "$(legs_of)" = "$1" ]
}

# told CONTACT TEXT: of its timeline.
told() {
    firstline_as lina report steps "$1" >"$E2E_DIR/steps" 2>&1
    shift
    for line in "$@"; do
        grep -q -e "$line" "$E2E_DIR/steps" && continue
        echo "# not told: $line"
        sed 's/^/# /' "$E2E_DIR/steps"
        return 1
    done
}

closes_desk() {
    desk_keys "$DESK" C-q
    until_true sh -c "! tmux -S '$E2E_DIR/tmux' has-session -t '$DESK'" 2>/dev/null
}

# makes_by_hand NAME ACCOUNT: a contact for somebody found.
makes_by_hand() {
    desk_keys "$DESK" C-f && desk_wait "$DESK" 'Find a customer' && desk_type "$DESK" "$1" &&
        desk_wait "$DESK" "│ .*$2" && desk_keys "$DESK" Enter && desk_wait "$DESK" 'Make a contact by hand' &&
        desk_keys "$DESK" Enter && desk_wait "$DESK" 'Queue  *‹ Fjellhem ›' && desk_keys "$DESK" BTab && desk_keys "$DESK" BTab &&
        desk_keys "$DESK" Right && desk_wait "$DESK" '‹ chat ›' && desk_keys "$DESK" C-s && desk_wait "$DESK" "─ 2 $2 · chat"
}

says_who() {
    desk_keys "$DESK" M-3 && desk_wait "$DESK" 'Unknown caller' && desk_keys "$DESK" i &&
        desk_wait "$DESK" 'A new customer' && desk_type "$DESK" "$1" && desk_keys "$DESK" Tab &&
        desk_type "$DESK" "$2" && desk_keys "$DESK" Enter && desk_wait_gone "$DESK" 'A new customer' &&
        desk_wait "$DESK" "$1"
}

centre_start
ok 'the records are taken' take_all
DESK=small
ok '80x24: the desk opens' centre_desk small 80x24
ok '80x24: a dialogue is opened from the queue' opens abcd-3592 abcd-3592
ok '80x24: its customer and order are there, masked' has_customer 'Crystal Minh   bronze' '••••' '3348917502 .*michael_kors jeans .*94.00' '2019-11-06'
ok '80x24: its guideline is walked' walks 'Return Due to Size'
ok '80x24: an article is found' finds 'card replacement shipping' 'Credit Card Replacement Shipping Options'
ok '80x24: it is inserted, and the reply sent' replies 'Goodbye!'
ok '80x24: the wrap-up closes it' wraps_up
ok '80x24: the report counts it' until_true counts_legs 1
ok '80x24: its timeline tells all of it' told abcd-3592 'wrote: Hi! I need to return an item' \
    'started script abcd-return-due-to-size' 'entered step s1: Pull up Account (value)' 'inserted article doc_credit' \
    'ended script abcd-return-due-to-size: completed' 'closed: answered'
ok '80x24: the desk closes' closes_desk
rm -rf "$E2E_DIR/home-lina" && mkdir "$E2E_DIR/home-lina"
DESK=wide
ok '120x40: the desk opens' centre_desk wide 120x40
ok '120x40: a dialogue is opened from the queue' opens abcd-5798 abcd-5798
ok '120x40: its customer and order are there, masked' has_customer 'Crystal Minh   silver' '••••' '4870952797 .*227.00' 'in transit · 2020-03-30'
ok '120x40: its guideline is walked' walks 'Manage Shipping'
ok '120x40: an article is found' finds 'emergency card' 'Emergency card replacement'
ok '120x40: it is inserted, and the reply sent' replies 'Goodbye!'
ok '120x40: the wrap-up closes it' wraps_up
ok "a shop's customer is found, and a contact made" makes_by_hand 'ava moore 2033' 'Ava Moore'
ok 'her order is there' has_customer 'Ava Moore' '#W4817420'
ok 'the wrap-up closes it' wraps_up
ok 'a caller nobody knows is opened' opens mdg-31971762 mdg-31971762-f14e
ok 'and becomes a customer' says_who 'Viswa Nathan' 'viswa@post.example.net'
wraps_up
ok 'the report counts them all' until_true counts_legs 4
e2e_done
