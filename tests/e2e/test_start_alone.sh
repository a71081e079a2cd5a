#!/bin/sh
# A desk that is started while the backend is down shows what it had, works on, and catches up.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 11

desk_open() {
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x 120 -y 40 \
        "env HOME='$E2E_DIR/home-$2' '$BIN/firstline' --url '$URL' --agent lina"
}

close_desk() {
    kill "$(tmux -S "$E2E_DIR/tmux" display-message -p -t "$1" '#{pane_pid}')"
    until_true sh -c "! tmux -S '$E2E_DIR/tmux' has-session -t $1"
}

kill_backend() {
    kill -9 "$BACKEND"
    wait "$BACKEND" 2>/dev/null
    ! curl -sf "$URL/readyz" >/dev/null
}

# What it keeps is for its user alone, whatever others of theirs may read.
is_private() {
    until_true test -s "$(echo "$E2E_DIR"/home-lina/.cache/firstline/*/scripts.json)" &&
        until_true test -s "$(echo "$E2E_DIR"/home-lina/.cache/firstline/*/articles.etag)" || return 1
    open=$(find "$E2E_DIR/home-lina/.cache" "$E2E_DIR/home-lina/.local" -type f -perm /077)
    [ -z "$open" ] && return 0
    echo "# $open"
    return 1
}

starts_alone() {
    desk_open alone lina && desk_wait alone 'no link' && desk_wait alone 'as of [0-9]' &&
        desk_wait alone 'yours [1-9]' && desk_wait alone 'waiting [1-9]' && desk_hides alone 'F2 accept'
}

says_that_it_needs_it() {
    desk_open stranger nobody && desk_wait stranger Password && desk_type stranger demo &&
        desk_keys stranger Enter && desk_wait stranger 'Signing in needs the backend' &&
        desk_wait stranger 'does not answer' && close_desk stranger
}

answers_alone() {
    desk_keys alone C-n && desk_wait alone "$CONTACT" || return 1
    desk_shows alone 'Enter sends\|Enter send' || { desk_keys alone r && desk_wait alone 'Enter send'; }
    desk_type alone 'written alone' && desk_wait alone 'written alone' && desk_keys alone Enter &&
        desk_wait alone 'you .*written alone'
}

starts_alone_again() {
    kill -9 "$(tmux -S "$E2E_DIR/tmux" display-message -p -t alone '#{pane_pid}')"
    until_true sh -c "! tmux -S '$E2E_DIR/tmux' has-session -t alone"
    starts_alone && desk_keys alone C-n && desk_wait alone "$CONTACT"
}

is_confirmed() {
    WAIT_TENTHS=400 desk_wait "$1" 'live' && until_true sh -c \
        "! tmux -S '$E2E_DIR/tmux' capture-pane -p -t $1 | grep -q 'as of'"
}

backend_again() {
    "$BIN/firstlined" serve --db "$DB" --listen "${URL#http://}" 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    is_confirmed alone
}

delivered_once() {
    [ "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM bodies WHERE text = 'written alone'")" = 1 ]
}

starts_on_the_snapshot() {
    close_desk alone && desk_open alone lina && desk_wait alone 'yours [1-9]' && is_confirmed alone
}

# Somebody else is named at the start: what lina left is neither shown nor used.
is_not_lina() {
    close_desk alone &&
        tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s other -x 120 -y 40 \
            "env HOME='$E2E_DIR/home-lina' '$BIN/firstline' --url '$URL' --agent sigrid" &&
        desk_wait other 'Li Na was still signed in here; that has ended.' &&
        desk_type other demo && desk_keys other Enter && desk_wait other 'Sigrid Holm' && close_desk other
}

rebuilds() {
    kill "$BACKEND" && wait "$BACKEND" 2>/dev/null
    "$BIN/firstlined" check --db "$DB" --rebuild | grep -q ' 0 differences'
}

mkdir -p "$E2E_DIR/home-lina" "$E2E_DIR/home-nobody"
demo_start --pace 0.2 && desk_open desk lina && desk_sign_in desk
ok 'a contact is taken' desk_take desk
ok 'what the desk keeps is for its user alone' is_private
desk_keys desk Escape
close_desk desk
ok 'the backend is killed' kill_backend
ok 'who was never signed in is told that this needs the backend' says_that_it_needs_it
ok 'who was sees what was there, as of when' starts_alone
ok 'and answers' answers_alone
ok 'killed and started again, still alone' starts_alone_again
ok 'with the backend what is shown is confirmed' backend_again
until_true delivered_once
ok 'the next start catches up at once' starts_on_the_snapshot
ok 'somebody else starts with a sign-in of their own' is_not_lina
ok 'and the tables follow from the log' rebuilds
delivered_once || { echo '# the answer is not in the log exactly once'; E2E_BAD=1; }
e2e_done
