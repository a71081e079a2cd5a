#!/bin/sh
# A backend's place taken by something that answers garbage, half, nothing, a web page, a redirect: the desk says one
# sentence, works on, loses nothing, and goes on with the right backend when it is there again.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 36
command -v python3 >/dev/null || e2e_skip 36 'python3 is not installed'

# Silence is noticed after half a minute and more, so what meets it is tried beside the rest: `beside NAME COMMAND…` begins
# it, `was NAME` waits for what came of it.
beside() {
    name=$1
    shift
    mkdir -p "$E2E_DIR/$name"
    (
        trap - EXIT
        "$@" >"$E2E_DIR/$name/said" 2>&1
        echo $? >"$E2E_DIR/$name/status"
    ) &
}

was() {
    WAIT_TENTHS=900 until_true test -s "$E2E_DIR/$1/status"
    cat "$E2E_DIR/$1/said"
    [ "$(cat "$E2E_DIR/$1/status")" = 0 ]
}

# hostile HOW [PORT]: begins one, and says how it answers from now on. Its files lie in HOSTILE_DIR.
hostile() {
    echo "$1" >"$HOSTILE_DIR/how"
    if [ -z "${HOSTILE:-}" ]; then
        python3 "$PROJECT/tests/support/hostile.py" "$2" "$HOSTILE_DIR/how" >"$HOSTILE_DIR/hostile.log" 2>&1 &
        HOSTILE=$!
        e2e_started $HOSTILE
        until_true grep -qs listening "$HOSTILE_DIR/hostile.log"
    fi
}

hostile_url() {
    grep -o 'http.*' "$HOSTILE_DIR/hostile.log"
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

# desk_open NAME: with a home of its own.
desk_open() {
    mkdir -p "$E2E_DIR/home-$1"
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x 130 -y 30 \
        "exec env HOME='$E2E_DIR/home-$1' '$BIN/firstline' --url '$URL' --agent lina"
}

# at_work NAME: a centre of its own, and a desk there that has taken a chat and is not ready for more.
at_work() {
    mkdir -p "$E2E_DIR/at-$1"
    centre_start "$E2E_DIR/at-$1" || return 1
    echo 'a channel' | "$PROJECT/tests/support/channel.py" "$E2E_DIR/at-$1" sign-in "$URL" channel &&
        "$PROJECT/tests/support/channel.py" "$E2E_DIR/at-$1" arrive 1001 \
            '{"channel": "chat", "class": "enquiry", "queue": "fjellhem", "name": "Ann Lee", "language": "en"}' Hello &&
        desk_open "$1" && desk_sign_in "$1" 'long enough' && desk_take "$1" && desk_step "$1" F10 'Not ready: why' &&
        desk_step "$1" Enter 'Not ready break'
}

# sent_and_kept NAME WORD
sent_and_kept() {
    desk_wait "$1" 'r reply' || { desk_keys "$1" Escape && desk_wait "$1" 'r reply'; } || return 1
    desk_keys "$1" r
    desk_wait "$1" 'Enter send' && desk_type "$1" "kept through $2" && desk_keys "$1" Enter &&
        desk_wait "$1" "you .*kept through $2" && desk_wait "$1" '[0-9] kept'
}

leave() {
    desk_keys "$1" Escape
    desk_wait "$1" 'r reply'
}

delivered_once() {
    [ "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM bodies WHERE text = 'kept through $1'")" = 1 ]
}

nothing_withdrawn() {
    [ "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM events WHERE kind LIKE 'journal.%'")" = 0 ]
}

# The backend itself, alive and answering nothing: its connections stand, and no word comes.
frozen() {
    at_work cold && kill -STOP "$BACKEND" && WAIT_TENTHS=500 desk_wait cold 'no link' && sent_and_kept cold frost
    frozen_status=$?
    leave cold
    kill -CONT "$BACKEND"
    [ $frozen_status -eq 0 ] && WAIT_TENTHS=400 desk_wait cold 'live' && until_true delivered_once frost &&
        nothing_withdrawn
    frozen_status=$?
    kill "$BACKEND"
    return $frozen_status
}

silent="takes what it is asked and answers nothing; please try again later."

silent_command() {
    says 4 "The backend at $URL $silent" sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent lina --url '$URL'"
}

# Whoever was signed in there before asks for a report.
silent_report() {
    says 4 "firstline report: The backend at $URL $silent" "$BIN/firstline" report aht --url "$URL"
}

silent_desk() {
    desk_open quiet
    desk_wait quiet Password && desk_type quiet demo && desk_keys quiet Enter &&
        WAIT_TENTHS=350 desk_wait quiet 'took too long to answer'
}

# --- commands ---

HOSTILE_DIR=$E2E_DIR
hostile token 0
SILENT=$HOSTILE
URL=$(hostile_url)
token_kept() {
    echo 'long enough' | "$BIN/firstline" sign-in --agent lina --url "$URL" >/dev/null
}
ok 'somebody is signed in where soon nothing answers' token_kept
hostile silence
beside command silent_command
beside report silent_report
beside desk-signing-in silent_desk
beside frozen frozen

HOSTILE='' HOSTILE_DIR=$E2E_DIR/answers
mkdir -p "$HOSTILE_DIR"
hostile page 0
URL=$(hostile_url)
while read -r how sentence; do
    hostile "$how"
    ok "a command that is answered with $how" says 4 "The backend at $URL $sentence" \
        sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent lina --url '$URL'"
done <<'EOF'
garbage answered something that is not HTTP.
nothing closed the connection without an answer; if it is served with TLS, begin the address with https://.
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
for how in 'page|what no backend' 'garbage|is not HTTP' 'half|broke off' 'nothing|without an answer' 'redirect|elsewhere' \
    'json|what no backend' 'refusal|status 404'; do
    ok "a sign-in on the desk that is answered with ${how%|*}" try_sign_in "${how%|*}" "${how#*|}"
done
tmux -S "$E2E_DIR/tmux" kill-session -t first
hostile_end

# --- at work, beside what answers in the backend's place ---

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

ok 'a desk is at work with a contact' at_work desk
ok 'something else answers in the backend'\''s place: the desk says no link' backend_away
ok 'and why' desk_says page 'no live stream'
ok 'the agent goes on: a reply is kept' sent_and_kept desk page
leave desk
ok 'a refusal that is none of ours' desk_says refusal 'status 404'
ok 'refuses nothing: a reply is kept' sent_and_kept desk refusal
leave desk
ok 'silence: a reply is kept' eval 'hostile silence && sent_and_kept desk silence'
leave desk
ok 'the right backend is there again' backend_again
for how in page refusal silence; do
    ok "the reply kept beside $how was delivered once" until_true delivered_once $how
done
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

# --- what met silence ---

ok 'a command that is answered with silence' was command
ok 'a report of who was signed in before, and it is told' was report
ok 'a sign-in on the desk that is answered with silence' was desk-signing-in
ok 'a backend that stands still: no link, a reply is kept and delivered once' was frozen
kill "$SILENT"
e2e_done
