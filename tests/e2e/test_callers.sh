#!/bin/sh
# Two hundred and more chats of callers whom nobody knows, each answered, wrapped up and closed by keyboard on one real desk;
# every tenth caller becomes a customer. Then the report, the timeline and the tables must all say the same.
. "$(dirname -- "$0")/../support/e2e.sh"
DATA=${FIRSTLINE_DATA:-$PROJECT/../shared/data}
CALLERS=210
e2e_plan 7
[ -d "$DATA" ] || e2e_skip 7 'the data to import is not there'

# soon COMMAND…: as until_true, but asks fifty times a second, for there is much to do.
soon() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || return 1
        sleep 0.02
    done
}

sees() {
    soon desk_shows desk "$1" && return 0
    echo "# waited for: $1"
    desk_text desk | sed 's/^/# /'
    return 1
}

says_who() {
    desk_keys desk i && sees 'A new customer' && desk_type desk "Caller $1" && desk_keys desk Tab &&
        desk_type desk "caller$1@post.example.net" && desk_keys desk Enter && sees "^ Caller $1\|─ 2 Caller $1"
}

# works NUMBER: one caller, from the queue to the end.
works() {
    desk_keys desk M-1 f && sees '─ 2 Unknown · chat · mdg-' || return 1
    if ! desk_shows desk 'Enter sends'; then
        desk_keys desk r && sees 'Enter sends' || return 1
    fi
    desk_type desk "Thank you, this is answer-$1." && desk_keys desk Enter && sees "you .*answer-$1\." || return 1
    desk_keys desk M-3 && sees '─ 3 Customer' || return 1
    if [ $(($1 % 10)) = 0 ]; then
        says_who "$1" || return 1
    fi
    desk_keys desk w && sees 'Disposition' && desk_type desk 'answered' && sees '▌ Question answered' &&
        desk_keys desk Enter && soon desk_hides desk 'Disposition'
}

works_all() {
    number=1
    while [ $number -le $CALLERS ]; do
        works $number || return 1
        number=$((number + 1))
    done
}

count() {
    sqlite3 -readonly "$DB" "SELECT count(*) FROM $1"
}

is_delivered() {
    [ "$(count "events WHERE actor = 'lina' AND kind = 'contact.closed'")" = $CALLERS ]
}

# Each was answered with the words typed, and none twice.
is_answered() {
    answers=$(count "events WHERE actor = 'lina' AND kind = 'message.sent'")
    contacts=$(sqlite3 -readonly "$DB" "SELECT count(DISTINCT contact) FROM events WHERE actor = 'lina' AND kind = 'message.sent'")
    echo "# $answers answers on $contacts contacts"
    [ "$answers" = $CALLERS ] && [ "$contacts" = $CALLERS ]
}

is_reported() {
    firstline_as lina report aht --by agent --json | tr -d ' \n\t' | grep -q "\"key\":\"lina\",\"contacts\":$CALLERS,"
}

has_customers() {
    [ "$(count customers)" = $((CALLERS / 10)) ] &&
        [ "$(count "events WHERE actor = 'lina' AND kind = 'contact.customer_linked'")" = $((CALLERS / 10)) ]
}

folds_the_same() {
    kill "$BACKEND" && wait "$BACKEND" 2>/dev/null
    "$BIN/firstlined" check --rebuild --db "$DB" >"$E2E_DIR/out" 2>&1 && grep -q ', 0 differences' "$E2E_DIR/out" && return 0
    sed 's/^/# /' "$E2E_DIR/out"
    return 1
}

centre_start && centre_take contacts multidogo-contacts "$DATA/multidogo/media.dev.tsv"
ok 'the desk opens on 601 waiting callers' centre_desk desk 80x24
ok "$CALLERS callers are worked by keyboard" works_all
ok 'each is closed once at the backend' until_true is_delivered
ok 'each was answered once' is_answered
ok 'the report counts each' is_reported
ok 'every tenth is a customer now' has_customers
ok 'the log folds to the same tables' folds_the_same
e2e_done
