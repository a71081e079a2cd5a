#!/bin/sh
# However a program is ended, it ends clean: the terminal is given back, the draft is kept, what was answered is on disk.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 24
command -v curl >/dev/null || e2e_skip 24 'curl is not installed'

# --- the backend ---

serve() {
    DB=$E2E_DIR/floor.db
    [ -e "$DB" ] || {
        "$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db "$DB" >/dev/null
        echo 'long enough' | "$BIN/firstlined" user add admin --role admin --db "$DB"
    }
    rm -f "$E2E_DIR/serve.log"
    "$BIN/firstlined" serve --db "$DB" --listen 127.0.0.1:0 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    until_true grep -qs 'serving' "$E2E_DIR/serve.log" && URL=$(grep -o 'http://[0-9.:]*' "$E2E_DIR/serve.log")
}

# Many sign in at once while it is told to end: who got a token has one in the database, and nobody else.
ends_clean() {
    serve || return 1
    before=$(sqlite3 "$DB" 'SELECT count(*) FROM tokens')
    for i in 1 2 3 4; do
        (
            for j in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                curl -s -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/json' \
                    -d '{"agent":"admin","password":"long enough","device":"d"}' "$URL/v1/session" || exit
            done
        ) >"$E2E_DIR/answers.$i" &
        eval "asker_$i=$!"
    done
    until_true grep -q 201 "$E2E_DIR/answers.1"
    kill -s "$1" "$BACKEND"
    wait "$BACKEND"
    status=$?
    wait "$asker_1" "$asker_2" "$asker_3" "$asker_4"
    answered=$(cat "$E2E_DIR"/answers.* | grep -c 201)
    kept=$(($(sqlite3 "$DB" 'SELECT count(*) FROM tokens') - before))
    [ $status -eq 0 ] && grep -q 'ending' "$E2E_DIR/serve.log" && [ "$answered" = "$kept" ] && [ ! -e "$DB-wal" ] && return 0
    echo "# exit $status; $answered were answered, $kept kept; $(ls "$DB"*)"
    cat "$E2E_DIR"/answers.* | sort | uniq -c | sed 's/^/# /'
    sed 's/^/# /' "$E2E_DIR/serve.log"
    return 1
}

outlives_its_log() {
    mkfifo "$E2E_DIR/log"
    "$BIN/firstlined" serve --db "$E2E_DIR/floor.db" --listen 127.0.0.1:0 2>"$E2E_DIR/log" &
    BACKEND=$!
    e2e_started $BACKEND
    URL=$(head -n 1 "$E2E_DIR/log" | grep -o 'http://[0-9.:]*')
    # It writes a line for each answer of 5xx, and there is nobody to read it.
    mv "$E2E_DIR/floor.db" "$E2E_DIR/away.db"
    curl -s "$URL/readyz" >/dev/null
    curl -s "$URL/readyz" >/dev/null
    mv "$E2E_DIR/away.db" "$E2E_DIR/floor.db"
    until_true curl -sf "$URL/readyz" && kill "$BACKEND" && wait "$BACKEND"
}

# A reader that has seen enough is no error worth a word.
cut_short() {
    "$BIN/firstline" keys 2>"$E2E_DIR/said" | head -n 1 >/dev/null
    [ ! -s "$E2E_DIR/said" ]
}

demo_ends() {
    kill -s "$1" "$BACKEND"
    wait "$BACKEND" && "$BIN/firstlined" check --db "$DB" >/dev/null && rm "$DB"
}

for signal in TERM INT HUP; do
    ok "the backend by SIG$signal, asked by many: all that it answered is kept, exit 0" ends_clean $signal
done
ok 'the backend outlives the reader of its log' outlives_its_log
ok 'a command ends quietly with its reader' cut_short
for signal in HUP INT; do
    demo_start --pace 0.2
    ok "a demo ends clean by SIG$signal" demo_ends $signal
done

# --- the desk ---

# The shell around the desk says what it finds when the desk has ended.
desk_open() {
    cat >"$E2E_DIR/around" <<EOF
stty -a >"$E2E_DIR/before"
HOME='$E2E_DIR/home-lina' '$BIN/firstline' --url '$URL' --agent lina
echo "it ended with \$?"
stty -a >"$E2E_DIR/after"
exec cat
EOF
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x 120 -y 40 "exec sh '$E2E_DIR/around'"
}

desk_pid() {
    ps -o pid= --ppid "$(tmux -S "$E2E_DIR/tmux" display-message -p -t "$1" '#{pane_pid}')"
}

at_work() {
    desk_open "$1" && { desk_wait "$1" 'live' || desk_sign_in "$1"; } && desk_wait "$1" "${CONTACT:-live}"
}

# The draft is not waited for: what stands there when the signal comes is kept.
types_half() {
    desk_shows "$1" 'Enter send' || { desk_wait "$1" 'r reply' && desk_keys "$1" r; }
    desk_wait "$1" 'Enter send' &&
        desk_type "$1" " by $1" && desk_wait "$1" "by $1"
}

gives_back() {
    kill -s "$2" "$(desk_pid "$1")"
    desk_wait "$1" 'it ended with 0' && until_true cmp "$E2E_DIR/before" "$E2E_DIR/after" &&
        [ "$(tmux -S "$E2E_DIR/tmux" display-message -p -t "$1" '#{alternate_on} #{cursor_flag} #{mouse_any_flag}')" = '0 1 0' ]
}

draft_has() {
    sqlite3 -readonly "$E2E_DIR"/home-lina/.local/state/firstline/*/journal.db \
        "SELECT text FROM texts WHERE key LIKE 'reply %'" | grep -q "$1"
}

opens_its_contact() {
    at_work "$1" && desk_wait "$1" 'yours 1' && desk_keys "$1" C-n && desk_wait "$1" "$2"
}

hangs_up() {
    pid=$(desk_pid "$1")
    tmux -S "$E2E_DIR/tmux" kill-session -t "$1"
    until_true sh -c "! kill -0 $pid"
}

demo_start --pace 0.2
desk_open TERM
ok 'a desk signs in' desk_sign_in TERM
ok 'and takes a contact' desk_take TERM
CONTACT=
ok 'and a reply is begun' types_half TERM
ok 'SIGTERM: it ends, and gives the terminal back as it was' gives_back TERM TERM
ok 'the draft is kept' draft_has 'by TERM'
for signal in INT HUP; do
    ok "it comes back with contact and draft" opens_its_contact $signal 'by TERM'
    ok 'and more of the reply is written' types_half $signal
    ok "SIG$signal: it ends, and gives the terminal back as it was" gives_back $signal $signal
    ok 'the draft is kept' draft_has "by $signal"
done
ok 'it comes back once more' opens_its_contact window 'by HUP'
ok 'and more of the reply is written' types_half window
ok 'its window is closed: it ends' hangs_up window
ok 'the draft is kept' draft_has 'by window'
e2e_done
