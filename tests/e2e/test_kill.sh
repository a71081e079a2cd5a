#!/bin/sh
# A killed desk and a killed backend lose nothing, what was done without the backend is delivered once, and an import is
# there whole or not at all.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 11

JOURNAL_GLOB='/home-lina/.local/state/firstline/*/journal.db'

desk_open() {
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x 120 -y 40 \
        "env HOME='$E2E_DIR/home-lina' '$BIN/firstline' --url '$URL' --agent lina"
}

desk_pid() {
    tmux -S "$E2E_DIR/tmux" display-message -p -t "$1" '#{pane_pid}'
}

draft_is_kept() {
    sqlite3 -readonly "$E2E_DIR"$JOURNAL_GLOB "SELECT text FROM texts WHERE key LIKE 'reply %'" | grep -q 'half a sen'
}

half_a_reply() {
    desk_keys desk r
    desk_wait desk 'Enter send\|sends' && desk_type desk 'half a sen' && until_true draft_is_kept
}

kill_desk() {
    kill -9 "$(desk_pid desk)"
    until_true sh -c "! tmux -S '$E2E_DIR/tmux' has-session -t desk"
}

# Its contact stands in the queue; the key for the next that needs me opens it.
comes_back() {
    desk_open again && desk_wait again 'live' && desk_wait again 'yours [12]' && desk_keys again C-n &&
        desk_wait again "$CONTACT"
}

draft_is_there() {
    desk_wait again 'half a sen'
}

kill_backend() {
    kill -9 "$BACKEND"
    wait "$BACKEND" 2>/dev/null
    desk_wait again 'no link\|offline'
}

# The draft is finished and sent while there is nobody to send it to.
work_without() {
    desk_wait again 'half a sen' || return 1
    desk_shows again 'Enter sends\|Enter send' || { desk_keys again r && desk_wait again 'Enter send'; }
    desk_type again 'tence more' && desk_wait again 'sentence more' && desk_keys again Enter &&
        desk_wait again 'you .*half a sentence more'
}

backend_again() {
    "$BIN/firstlined" serve --db "$DB" --listen "${URL#http://}" 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    WAIT_TENTHS=400 desk_wait again 'live'
}

delivered_once() {
    [ "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM bodies WHERE text = 'half a sentence more'")" = 1 ]
}

rebuilds() {
    kill "$BACKEND" && wait "$BACKEND" 2>/dev/null
    "$BIN/firstlined" check --db "$DB" --rebuild | grep -q ' 0 differences'
}

# --- an import, killed on either side ---

ARTICLES=3000

# begin_import SERIES: of articles of its own.
begin_import() {
    seq $ARTICLES | sed "s/.*/{\"id\":\"$1-&\",\"title\":\"Article &\",\"body\":\"Of no account.\"}/" >"$E2E_DIR/articles.jsonl"
    firstline_as admin import articles --map "$PROJECT/share/import/articles.yaml" "$E2E_DIR/articles.jsonl" \
        >"$E2E_DIR/out" 2>"$E2E_DIR/err" &
    IMPORT=$!
}

kept() {
    sqlite3 -readonly "$DB" "SELECT count(*) FROM articles WHERE id LIKE '$1-%'"
}

# The backend is ended at some moment of it: all is kept or nothing, and what was answered is.
kill_importing_backend() {
    for moment in 1 2 3 4 5; do
        begin_import $moment
        sleep 0.$moment # the moments differ
        kill -9 "$BACKEND"
        wait "$BACKEND" 2>/dev/null
        wait $IMPORT
        said=$?
        serve_centre || return 1
        case "$(kept $moment) $said" in "0 4" | "$ARTICLES 0" | "$ARTICLES 4") ;; *)
            echo "# $(kept $moment) kept, exit $said: $(cat "$E2E_DIR/err")"
            return 1
            ;;
        esac
    done
}

import_again() {
    begin_import 1
    wait $IMPORT && [ "$(kept 1)" = $ARTICLES ] && grep -q "$ARTICLES read, .* 0 refused" "$E2E_DIR/out"
}

serve_centre() {
    "$BIN/firstlined" serve --db "$DB" --listen "${URL#http://}" 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    until_true grep -qs 'serving' "$E2E_DIR/serve.log"
}

centre_start
ok 'a backend killed while it imports keeps all or nothing' kill_importing_backend
ok 'and takes it whole the next time' import_again
kill "$BACKEND" && wait "$BACKEND" 2>/dev/null

# --- a desk, and its backend ---

mkdir -p "$E2E_DIR/home-lina"
demo_start --pace 0.2 && desk_open desk && desk_sign_in desk
ok 'a contact is taken' desk_take desk
ok 'a half-typed reply is on disk' half_a_reply
ok 'the desk is killed' kill_desk
ok 'it comes back signed in, with its contact' comes_back
ok 'the half-typed reply is there' draft_is_there
ok 'the backend is killed, and the desk says so' kill_backend
ok 'the desk goes on without it' work_without
ok 'with the backend the answer is delivered' backend_again
until_true delivered_once
ok 'it was delivered once, and the tables follow from the log' rebuilds
delivered_once || { echo '# the answer is not in the log exactly once'; E2E_BAD=1; }
e2e_done
