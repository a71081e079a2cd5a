#!/bin/sh
# A full disk: backend, desk, backup, import and index say so in one sentence, claim nothing, and go on when there is
# room again. The disk is a small one of its own where namespaces allow it, else a limit on the size of files.
if [ -z "${FIRSTLINE_SMALL_DISK:-}" ]; then
    folder=$(mktemp -d) || exit 1
    # shellcheck disable=SC2016 # the inner shell's $0
    if unshare -rm sh -c 'mount -t tmpfs -o size=64k none "$0"' "$folder" 2>/dev/null; then
        rmdir "$folder"
        FIRSTLINE_SMALL_DISK=tmpfs exec unshare -rm sh "$0"
    fi
    rmdir "$folder"
    FIRSTLINE_SMALL_DISK=limit
fi
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 27
command -v curl >/dev/null && command -v prlimit >/dev/null || e2e_skip 27 'curl or prlimit is not installed'

DISK=$E2E_DIR/disk
mkdir "$DISK"
[ "$FIRSTLINE_SMALL_DISK" = limit ] || mount -t tmpfs -o size=24m none "$DISK" || exit 1
trap 'umount -l "$DISK" 2>/dev/null; e2e_end' EXIT

# disk_fill PID…: not a byte more fits for these programs.
disk_fill() {
    if [ "$FIRSTLINE_SMALL_DISK" = tmpfs ]; then
        dd if=/dev/zero of="$DISK/filler" bs=64k 2>/dev/null
        dd if=/dev/zero of="$DISK/crumbs" bs=1k 2>/dev/null
    else
        for pid in "$@"; do prlimit --pid "$pid" --fsize=1: || return 1; done
    fi
    return 0
}

disk_relieve() {
    rm -f "$DISK/filler" "$DISK/crumbs"
    [ "$FIRSTLINE_SMALL_DISK" = tmpfs ] && return 0
    for pid in "$@"; do prlimit --pid "$pid" --fsize=unlimited: || return 1; done
}

# started STATUS SENTENCE COMMAND…: what a command says that is started on the full disk.
started() {
    status=$1 sentence=$2
    shift 2
    said=$( ([ "$FIRSTLINE_SMALL_DISK" = tmpfs ] || ulimit -S -f 0; "$@" 2>&1 </dev/null))
    got=$?
    [ $got -eq "$status" ] && case $said in *"$sentence"*) return 0 ;; esac
    echo "# exit $got, expected $status with \"$sentence\"; it said: $said"
    return 1
}

# --- the backend ---

DB=$DISK/centre.db
FULL="The disk that holds $DB is full, so nothing was written; make room and try again."

serve() {
    "$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db "$DB" >/dev/null &&
        echo 'long enough' | "$BIN/firstlined" user add admin --role admin --db "$DB" || return 1
    rm -f "$E2E_DIR/serve.log"
    "$BIN/firstlined" serve --db "$DB" --listen 127.0.0.1:0 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    until_true grep -qs 'serving' "$E2E_DIR/serve.log" || return 1
    URL=$(grep -o 'http://[0-9.:]*' "$E2E_DIR/serve.log")
    echo 'long enough' | HOME=$E2E_DIR/home-admin firstline_as admin sign-in --agent admin >/dev/null || return 1
    TOKEN=$(cat "$E2E_DIR"/home-admin/.local/state/firstline/*/token)
}

# ask STATUS PART METHOD PATH [BODY]
ask() {
    answer=$(curl -s -w ' %{http_code}' -X "$3" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
        ${5:+-d "$5"} "$URL$4")
    case $answer in *"$2"*" $1") return 0 ;; esac
    echo "# expected $1 with \"$2\", got: $answer"
    return 1
}

# post STATUS PART NUMBER: the device's event of that number, 16 KB long.
post() {
    id=$(printf '01890a5d-ac96-774b-bcce-%012x' "$3")
    text=$(head -c 16000 /dev/zero | tr '\0' x)
    ask "$1" "$2" POST /v1/events "{\"events\":[{\"v\":1,\"id\":\"$id\",\"device\":\"d\",\"boot\":\"b\",\"seq\":$3,
        \"actor\":{\"kind\":\"agent\",\"id\":\"admin\"},\"kind\":\"agent.signed_in\",\"at\":\"2026-01-01T00:00:00.000Z\",
        \"boot_ms\":1,\"data\":{\"desk_version\":\"$text\"}}]}"
}

# The log of the database may have room of its own left; it is used up first.
post_until_full() {
    number=1
    while [ $number -lt 600 ] && post 200 position $number >/dev/null; do
        number=$((number + 1))
    done
    REFUSED=$number
    post 507 "$FULL" $REFUSED
}

events() {
    sqlite3 -readonly "$DB" "SELECT count(*) FROM events WHERE device = 'd'"
}

nothing_kept() {
    [ "$(events)" = $((REFUSED - 1)) ]
}

ready_again() {
    until_true ask 200 ready GET /readyz
}

log_is_short() {
    [ "$(grep -c 'WARNING.*is full' "$E2E_DIR/serve.log")" -le 2 ] &&
        grep -q 'is written again' "$E2E_DIR/serve.log" && return 0
    sed 's/^/# /' "$E2E_DIR/serve.log"
    return 1
}

articles() {
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        printf '{"id":"a%d","title":"Article %d","body":"%s"}\n' $i $i "$(head -c 20000 /dev/urandom | base64 -w 0)"
    done >"$E2E_DIR/articles.jsonl"
}

import() {
    firstline_as admin import articles --map "$PROJECT/share/import/articles.yaml" "$E2E_DIR/articles.jsonl"
}

no_articles() {
    [ "$(sqlite3 -readonly "$DB" 'SELECT count(*) FROM articles')" = 0 ]
}

sound() {
    kill "$BACKEND" && wait "$BACKEND" && "$BIN/firstlined" check --rebuild --db "$DB" | grep -q ' 0 differences'
}

gone() {
    [ ! -e "$1" ] && [ ! -e "$1-wal" ] && [ ! -e "$1-shm" ]
}

articles
ok 'a backend serves from a small disk' serve
ok 'it takes an event' post 200 position 1
disk_fill "$BACKEND"
ok 'the disk is full: events are refused with 507 and one sentence' post_until_full
ok 'and nothing of them is kept' nothing_kept
ok 'it goes on reading' ask 200 '"queues"' GET /v1/floor
ok 'it says why it is not ready' ask 503 "$FULL" GET /readyz
ok 'a sign-in is refused with the sentence' ask 507 "$FULL" POST /v1/session \
    '{"agent":"admin","password":"long enough","device":"d"}'
if [ "$FIRSTLINE_SMALL_DISK" = tmpfs ]; then
    ok 'a backup to the full disk is refused' started 4 "The disk that holds $DISK/copy.db is full" \
        "$BIN/firstlined" backup "$DISK/copy.db" --db "$DB"
else
    ok 'a backup to the full disk is refused' started 4 "The disk that holds $E2E_DIR/copy.db is full" \
        "$BIN/firstlined" backup "$E2E_DIR/copy.db" --db "$DB"
fi
ok 'and no part of it is left' gone "$DISK/copy.db"
ok 'an import is refused with the sentence' started 4 "$FULL" import
ok 'and nothing of it is kept' no_articles
disk_relieve "$BACKEND"
ok 'there is room again: it is ready by itself' ready_again
ok 'the refused event is taken' post 200 position "$REFUSED"
ok 'the import is taken' started 0 '20 taken' import
ok 'the log says it once' log_is_short
ok 'the tables follow from the log' sound

# --- an index of articles ---

old_index() {
    "$BIN/firstline" kb index -o "$DISK/small.idx" "$E2E_DIR/one.jsonl" 2>/dev/null
}

index_is_old() {
    "$BIN/firstline" kb check "$DISK/small.idx" | grep -q ' 1 document' && [ "$(ls "$DISK" | grep -c idx)" = 1 ]
}

head -n 1 "$E2E_DIR/articles.jsonl" >"$E2E_DIR/one.jsonl"
ok 'an index is made' old_index
disk_fill
ok 'another one on the full disk is refused' started 1 "The index $DISK/small.idx could not be written to the end: " \
    "$BIN/firstline" kb index -o "$DISK/small.idx" "$E2E_DIR/articles.jsonl"
ok 'and the old one stays, alone' index_is_old
disk_relieve

# --- the desk ---

JOURNAL_GLOB="$DISK/lina/.local/state/firstline/*/journal.db"

desk_open() {
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x 130 -y 30 \
        "exec env HOME='$DISK/lina' '$BIN/firstline' --url '$URL' --agent lina 2>'$E2E_DIR/$1.err'"
}

desk_pid() {
    tmux -S "$E2E_DIR/tmux" list-panes -t "$1" -F '#{pane_pid}'
}

take() {
    desk_open desk && desk_sign_in desk && desk_take desk
}

held() {
    sqlite3 -readonly "$E2E_DIR/demo.db" "SELECT count(*) FROM events WHERE kind = 'contact.held'"
}

# What the desk does goes into room that the journal's log has left, until that is used up.
do_until_full() {
    HELD=$(held)
    desk_keys desk Escape
    desk_wait desk 'r reply' || return 1
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        desk_keys desk h
        WAIT_TENTHS=5 until_true desk_shows desk 'not saved' && return 0
    done
    desk_wait desk 'not saved'
}

delivered() {
    journal=$(sqlite3 -readonly $JOURNAL_GLOB "SELECT value FROM meta WHERE key = 'seq'") || return 1
    [ "$(sqlite3 -readonly "$E2E_DIR/demo.db" "SELECT seq FROM devices WHERE device =
        '$(sqlite3 -readonly $JOURNAL_GLOB "SELECT value FROM meta WHERE key = 'device'")'")" = "$journal" ]
}

# An offer may ring in the sentence's line for a while.
not_claimed() {
    WAIT_TENTHS=300 desk_wait desk 'The journal cannot be written (database or disk is full).*what you do is kept' && before=$(held) && desk_keys desk h && sleep 0.3 && [ "$(held)" = "$before" ]
}

# Nor does a log lie beside its journal that has room left.
end_desk() {
    kill "$PID"
    until_true sh -c "! tmux -S '$E2E_DIR/tmux' has-session -t desk"
    # shellcheck disable=SC2086 # a pattern
    sqlite3 $JOURNAL_GLOB 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
}

journal_stays() {
    set -- $DISK/lina/.local/state/firstline/*/journal.db*
    case "$*" in *damaged*) return 1 ;; esac
    [ -e "$1" ]
}

comes_back() {
    desk_open again && desk_wait again 'yours 1'
}

demo_start --pace 0.3
ok 'a desk with its files on the small disk takes a contact' take
PID=$(desk_pid desk)
disk_fill "$PID"
ok 'the disk is full: the desk says so' do_until_full
ok 'and gives nothing out as done' not_claimed
disk_relieve "$PID"
ok 'there is room again: the sentence goes' desk_wait_gone desk 'not saved'
ok 'and all of it is delivered' until_true delivered
end_desk
disk_fill
ok 'a desk that starts on the full disk says one sentence' started 1 'make room on its disk' \
    timeout 20 script -qec "exec env HOME='$DISK/lina' '$BIN/firstline' --url '$URL' --agent lina" /dev/null
ok 'and leaves its journal where it is' journal_stays
disk_relieve
ok 'with room again it comes back with its contact' comes_back
e2e_done
