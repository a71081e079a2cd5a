#!/bin/sh
# The demo as a newcomer meets it: of a believable size, with every role, and a floor where others work too.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 15

# counts SQL LEAST MOST
counts() {
    number=$(sqlite3 -readonly "$DB" "$1")
    [ "$number" -ge "$2" ] && [ "$number" -le "$3" ] && return 0
    echo "# $number is not in $2 to $3: $1"
    return 1
}

has_every_role() {
    roles=$(sqlite3 -readonly "$DB" "SELECT DISTINCT json_extract(data, '\$.role') FROM agents ORDER BY 1" | tr '\n' ' ')
    [ "$roles" = 'admin agent specialist supervisor trainer ' ] && return 0
    echo "# $roles"
    return 1
}

# share CLASS LEAST MOST: in percent of the contacts that are over.
share() {
    counts "SELECT 100 * sum(json_extract(data, '\$.class') = '$1') / count(*) FROM contacts WHERE over" "$2" "$3"
}

# The log's own count of what a colleague does after the past is written.
colleagues_work() {
    [ "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM events WHERE position > $PAST AND actor_kind = 'agent'
        AND kind IN ('contact.accepted', 'message.sent')")" -gt 1 ]
}

none_refused() {
    refused=$(sqlite3 -readonly "$DB" 'SELECT detail, count(*) FROM refusals GROUP BY 1')
    [ -z "$refused" ] && return 0
    echo "# refused: $refused"
    return 1
}

# Numbers, order, clocks and arrivals of the log: a past that was lived through has nothing amiss there.
past_is_sound() {
    echo demo | firstline_as hugo sign-in --url "$URL" --agent hugo >/dev/null || return 1
    amiss=$(firstline_as hugo report quality --tsv | awk -F'\t' '
        $1 ~ /^(repeated|missing_numbers|out_of_order|clock_jumped|clock_ahead|late)$/ { seen++; if ($2 != 0) print $1, $2 }
        END { if (seen != 6) print "only", seen + 0, "rows" }')
    [ -z "$amiss" ] && return 0
    echo "# $amiss"
    return 1
}

# What a seed decides, without the time of day.
gist() {
    sqlite3 -readonly "$DB" "SELECT count(*), sum(length(data)) FROM customers; SELECT json_extract(data, '\$.name') FROM customers
        ORDER BY id; SELECT count(*), sum(json_extract(data, '\$.total_minor')) FROM orders"
}

another() {
    kill "$BACKEND" && wait "$BACKEND"
    rm -f "$DB"
    demo_start --seed "$1"
}

ok 'it starts on a port that is free' demo_start --seed 7 --pace 20
PAST=$(sed -n 's/.* contacts, \([0-9]*\) events.*/\1/p' "$E2E_DIR/demo.log")
gist >"$E2E_DIR/first"
ok 'about 500 customers, with orders' counts 'SELECT count(DISTINCT customer) FROM orders' 400 500
ok 'who are 500' counts 'SELECT count(*) FROM customers' 500 520
ok '15 scripts' counts 'SELECT count(*) FROM script_versions' 15 30
ok '80 articles' counts 'SELECT count(*) FROM articles' 80 120
ok 'somebody of every role' has_every_role
ok 'three weeks of past contacts' counts 'SELECT (max(at_ms) - min(at_ms)) / 86400000 FROM events' 20 22
ok 'of which enquiries are 35 percent' share enquiry 32 38
ok 'and complaints 20' share complaint 17 23
ok 'colleagues take contacts and answer' until_true colleagues_work
ok 'and nothing that anybody does is refused' none_refused
ok 'and the past looks lived through' past_is_sound
ok 'a second one has another port' sh -c '"$1/firstlined" demo --db "$2/again.db" --listen "${3#http://}" 2>&1 | grep -q "another program has this port"' \
    sh "$BIN" "$E2E_DIR" "$URL"
another 7 && gist >"$E2E_DIR/second"
ok 'the same seed makes the same people and orders' cmp "$E2E_DIR/first" "$E2E_DIR/second"
another 8 && gist >"$E2E_DIR/third"
ok 'another seed makes others' sh -c '! cmp -s "$1/first" "$1/third"' sh "$E2E_DIR"
e2e_done
