#!/bin/sh
# A backend that is restored from a copy older than what a desk delivered: the desk says what was lost and goes on.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 6

rows() {
    sqlite3 -readonly "$DB" "SELECT kind || ' ' || seq FROM events WHERE device NOT IN ('node', 'import') ORDER BY position"
}

has() {
    rows | grep -qx "$1"
}

signs_in() {
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s desk -x 120 -y 40 \
        "HOME='$E2E_DIR/home-lina' '$BIN/firstline' --url '$URL' --agent lina"
    desk_sign_in desk 'long enough' && until_true has 'agent.signed_in 1'
}

gets_ready() {
    desk_keys desk F9
    desk_wait desk '● Ready' && until_true has 'agent.presence_changed 2'
}

restored() {
    kill "$BACKEND" && wait "$BACKEND"
    desk_wait desk 'no link\|offline' || return 1
    rm -f "$DB" "$DB-wal" "$DB-shm"
    cp "$E2E_DIR/copy.db" "$DB"
    "$BIN/firstlined" serve --db "$DB" --listen "${URL#http://}" 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    desk_wait desk '· live' && ! has 'agent.presence_changed 2'
}

goes_on() {
    desk_keys desk C-p
    desk_type desk 'transfers only'
    desk_keys desk Enter
    until_true has 'agent.presence_changed 3' || { rows | sed 's/^/# /'; desk_text desk | sed 's/^/# /'; return 1; }
    has 'journal.lost 2'
}

is_whole() {
    "$BIN/firstlined" check --rebuild --db "$DB" | grep -q ' 0 differences'
}

centre_start
ok 'a desk signs in' signs_in
ok 'a copy is made' "$BIN/firstlined" backup "$E2E_DIR/copy.db" --db "$DB"
ok 'the desk does more' gets_ready
ok 'the copy is put in place' restored
ok 'what the desk does next is taken, behind what was lost' goes_on
ok 'and the log folds to the tables' is_whole
e2e_done
