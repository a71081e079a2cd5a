#!/bin/sh
# A backend's place taken by something that answers garbage, half, nothing, a web page, a redirect: the desk says one
# sentence, works on, loses nothing, and goes on with the right backend when it is there again.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 38
command -v python3 >/dev/null || e2e_skip 38 'python3 is not installed'

hostile() {
    echo "$1" >"$E2E_DIR/how"
    if [ -z "${HOSTILE:-}" ]; then
        python3 "$PROJECT/tests/support/hostile.py" "$2" "$E2E_DIR/how" >"$E2E_DIR/hostile.log" 2>&1 &
        HOSTILE=$!
        e2e_started $HOSTILE
        until_true grep -qs listening "$E2E_DIR/hostile.log"
    fi
}

hostile_end() {
    kill "$HOSTILE"
    wait "$HOSTILE" 2>/dev/null
    HOSTILE=
}

# says STATUS SENTENCE COMMAND…
says() {
    status=$1 sentence=$2
    shift 2
    said=$(timeout 20 "$@" 2>&1 </dev/null)
    got=$?
    [ $got -eq "$status" ] && case $said in *"$sentence"*) return 0 ;; esac
    echo "# exit $got, expected $status with \"$sentence\"; it said: $said"
    return 1
}

sign_in() {
    echo 'long enough' | timeout 20 "$BIN/firstline" sign-in --agent lina --url "$URL"
}

desk_open() {
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x 130 -y 30 \
        "exec env HOME='$E2E_DIR/home-lina' '$BIN/firstline' --url '$URL' --agent lina"
}

# --- commands ---

hostile page 0
URL=$(grep -o 'http.*' "$E2E_DIR/hostile.log")
while read -r how sentence; do
    hostile "$how"
    ok "a command that is answered with $how" says 4 "The backend at $URL $sentence" \
        sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent lina --url '$URL'"
done <<'EOF'
garbage answered something that is not HTTP.
nothing closed the connection without an answer.
half broke off in the middle of its answer.
page answered what no backend answers (no JSON); check the address.
refusal refused the request with HTTP status 404 and gave no reason.
redirect sent the request elsewhere (HTTP status 302); check the address in the settings.
EOF
hostile json
ok 'a command that is answered with something else' says 4 "The backend at $URL answered what no backend answers (no \"token\"); check the address." \
    sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent lina --url '$URL'"
hostile flood
ok 'a command that is answered with endless headers' says 4 "The backend at $URL sent more than" \
    sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent lina --url '$URL'"

hostile silence
silent="The backend at $URL takes what it is asked and answers nothing; please try again later."
ok 'a command that is answered with silence' says 4 "$silent" \
    sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent lina --url '$URL'"

# Whoever was signed in there before asks for a report.
token_kept() {
    hostile token
    echo 'long enough' | "$BIN/firstline" sign-in --agent lina --url "$URL" >/dev/null && hostile silence
}
ok 'who was signed in before' token_kept
ok 'has no report of it, and is told' says 4 "firstline report: $silent" "$BIN/firstline" report aht --url "$URL"

# --- signing in on the desk ---

try_sign_in() {
    hostile "$1"
    desk_type first demo
    desk_keys first Enter
    desk_wait first "$2"
}

hostile page
desk_open first
desk_wait first Password
silent_sign_in() {
    WAIT_TENTHS=350 try_sign_in silence 'took too long to answer'
}

ok 'a sign-in on the desk that is answered with silence' silent_sign_in
for how in 'page|what no backend' 'garbage|is not HTTP' 'half|broke off' 'nothing|without an answer' 'redirect|elsewhere' \
    'json|what no backend' 'refusal|status 404'; do
    ok "a sign-in on the desk that is answered with ${how%|*}" try_sign_in "${how%|*}" "${how#*|}"
done
tmux -S "$E2E_DIR/tmux" kill-session -t first
hostile_end

# --- at work ---

sent_and_kept() {
    desk_wait desk 'r reply' || { desk_keys desk Escape && desk_wait desk 'r reply'; } || return 1
    desk_keys desk r
    desk_wait desk 'Enter send' && desk_type desk "kept through $1" && desk_keys desk Enter &&
        desk_wait desk "you .*kept through $1" && desk_wait desk '[0-9] kept'
}

leave() {
    desk_keys desk Escape
    desk_wait desk 'r reply'
}

backend_away() {
    kill "$BACKEND"
    wait "$BACKEND" 2>/dev/null
    hostile page "${URL##*:}" && desk_wait desk 'no link'
}

desk_says() {
    hostile "$1"
    WAIT_TENTHS=350 desk_wait desk "$2"
}

backend_again() {
    hostile_end
    "$BIN/firstlined" serve --db "$DB" --listen "${URL#http://}" 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    WAIT_TENTHS=400 desk_wait desk 'live'
}

delivered_once() {
    [ "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM bodies WHERE text = 'kept through $1'")" = 1 ]
}

nothing_withdrawn() {
    [ "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM events WHERE kind LIKE 'journal.%'")" = 0 ]
}

articles_are_there() {
    desk_keys desk C-k
    desk_type desk return
    desk_wait desk 'of 80\|[1-9][0-9]* found\|100$\|return'
}

demo_start --pace 0.3
desk_open desk
ok 'a desk is at work' desk_sign_in desk
ok 'with a contact' desk_take desk
desk_keys desk Escape
desk_wait desk 'r reply'
desk_keys desk F10
desk_wait desk 'Not ready: why'
desk_keys desk Enter
desk_wait desk 'Not ready break'
ok 'something else answers in the backend'\''s place: the desk says no link' backend_away
ok 'and why' desk_says page 'no live stream'
ok 'the agent goes on: a reply is kept' sent_and_kept page
leave
ok 'a refusal that is none of ours' desk_says refusal 'status 404'
ok 'refuses nothing: a reply is kept' sent_and_kept refusal
leave
ok 'silence: a reply is kept' eval 'hostile silence && sent_and_kept silence'
leave
ok 'the right backend is there again' backend_again
until_true delivered_once page
ok 'the first reply was delivered once' delivered_once page
until_true delivered_once refusal
ok 'and so was the second' delivered_once refusal
until_true delivered_once silence
ok 'and the third' delivered_once silence

# The backend itself, alive and answering nothing: its connections stand, and no word comes.
frozen() {
    kill -STOP "$BACKEND"
    WAIT_TENTHS=500 desk_wait desk 'no link' && sent_and_kept frost
}

thawed() {
    leave
    kill -CONT "$BACKEND"
    WAIT_TENTHS=400 desk_wait desk 'live' && until_true delivered_once frost
}
ok 'a backend that stands still: no link, and a reply is kept' frozen
ok 'it goes on: the reply was delivered once' thawed
ok 'nothing was withdrawn' nothing_withdrawn
ok 'the contact is still mine' desk_shows desk 'yours 1'

# --- starting without it ---

kill "$BACKEND"
wait "$BACKEND" 2>/dev/null
tmux -S "$E2E_DIR/tmux" kill-session -t desk
hostile page "${URL##*:}"
desk_open desk
ok 'a desk that starts beside something else says so' desk_wait desk 'what no backend'
ok 'and is at work when the right one is there' backend_again
ok 'with its contact' desk_wait desk 'yours 1'
e2e_done
