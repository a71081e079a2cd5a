#!/bin/sh
# A session that expires in mid-shift: the desk asks for the password over what is open; what was done meanwhile and what
# is half written stay, and reach the backend once.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 13
E2E_CHAIN=yes

# The time that the session was given is over. Asked again, since the demo's own writes hold the database too.
expire() {
    until_true sqlite3 "$DB" "PRAGMA busy_timeout = 2000; UPDATE tokens SET expires_ms = 1000 WHERE agent = 'lina'" &&
        until_true is_refused
}

# The gate looks at the tables again after two seconds.
is_refused() {
    firstline_as lina report aht >/dev/null 2>&1
    [ $? -eq 3 ]
}

# On the command line too, with the command that helps.
is_told_how() {
    firstline_as lina report aht 2>&1 |
        grep -qxF "firstline report: The session has expired; sign in again. The command is: firstline sign-in --agent ID --url $URL."
}

answers() {
    desk_step desk r 'Enter send' && desk_fill desk 'said too late' 'you .*said too late'
}

# Into what is being typed no form comes; when it pauses, one does.
is_asked() {
    desk_type desk 'half a sentence' && desk_wait desk 'half a sentence' && desk_wait desk 'Sign in again' &&
        desk_wait desk 'has expired; sign in again'
}

is_kept() {
    kept=$(sqlite3 -readonly "$E2E_DIR"/home-lina/.local/state/firstline/*/journal.db \
        "SELECT text FROM texts WHERE key LIKE 'reply %'")
    [ "$kept" = 'half a sentence' ]
}

delivered() {
    [ "$(floor_sql "SELECT count(*) FROM bodies WHERE text = 'said too late'")" = 1 ]
}

# Esc puts the form aside: work goes on, F7 brings it back.
works_on() {
    desk_leave desk 'Sign in again' && desk_keys desk N && desk_wait desk 'Note' && desk_fill desk 'a note meanwhile' 'a note meanwhile' &&
        desk_keys desk M-s && desk_step desk F7 'Sign in again'
}

refuses() {
    desk_fill desk 'not it' 'wrong; try again'
}

signs_in() {
    desk_fill desk demo 'live' && desk_wait_gone desk 'Sign in again'
}

goes_on() {
    desk_wait desk 'half a sentence' && desk_shows desk 'yours 1'
}

tables_follow() {
    tmux -S "$E2E_DIR/tmux" kill-session -t desk
    kill "$BACKEND" && wait "$BACKEND"
    "$BIN/firstlined" check --rebuild --db "$DB" | grep -q ' 0 differences'
}

demo_start --pace 0.3
mkdir -p "$E2E_DIR/home-lina"
tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s desk -x 120 -y 40 \
    "env HOME='$E2E_DIR/home-lina' '$BIN/firstline' --url '$URL' --agent lina"
ok 'a desk is at work' desk_sign_in desk
ok 'with a contact' desk_take desk
ok 'its session expires' expire
ok 'the command line says what to do' is_told_how
ok 'an answer is sent all the same' answers
ok 'the desk asks for the password, once typing pauses' is_asked
ok 'the draft is on disk' until_true is_kept
ok 'the answer is not with the backend' eval '! delivered'
ok 'put aside, it lets work go on' works_on
ok 'a wrong password is told' refuses
ok 'the right one brings the link back' signs_in
ok 'draft and contact are there' goes_on
ok 'the answer was delivered once, and the tables follow' eval 'until_true delivered && tables_follow'
e2e_done
