#!/bin/sh
# A database that is missing, damaged, newer or somebody else's, on the command line and while it is served: one
# sentence each, and nothing is written to what is not ours.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 36
command -v curl >/dev/null || e2e_skip 36 'curl is not installed'
cd "$E2E_DIR" || exit 1

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

# answers STATUS PART PATH
answers() {
    answer=$(curl -s -w ' %{http_code}' "$URL$3")
    case $answer in *"$2"*" $1") return 0 ;; esac
    echo "# expected $1 with \"$2\", got: $answer"
    return 1
}

# refuses STATUS PART: what a sign-in, which writes, is answered.
refuses() {
    answer=$(curl -s -w ' %{http_code}' -H 'Content-Type: application/json' \
        -d '{"agent":"bob","password":"long enough","device":"d"}' "$URL/v1/session")
    case $answer in *"$2"*" $1") return 0 ;; esac
    echo "# expected $1 with \"$2\", got: $answer"
    return 1
}

same() {
    cmp "$1" "$2"
}

make_db() {
    "$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db "$1" >/dev/null &&
        echo 'long enough' | "$BIN/firstlined" user add bob --db "$1"
}

serve() {
    rm -f "$E2E_DIR/serve.log"
    "$BIN/firstlined" serve --db "$1" --listen 127.0.0.1:0 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    until_true grep -qs 'serving' "$E2E_DIR/serve.log" && URL=$(grep -o 'http://[0-9.:]*' "$E2E_DIR/serve.log")
}

end() {
    kill "$BACKEND"
    wait "$BACKEND"
}

# --- on the command line ---
ok 'a database is made' make_db floor.db
cp floor.db sound.db
sqlite3 floor.db 'INSERT INTO schema_version VALUES (99)'
cp floor.db before.db
known=$(sqlite3 sound.db 'SELECT max(version) FROM schema_version')
newer="The database floor.db is of version 99, newer than this firstlined knows ($known); install a newer firstlined."
ok 'a newer one is not served' says 1 "$newer" "$BIN/firstlined" serve --db floor.db --listen 127.0.0.1:0
ok 'nor checked' says 1 "$newer" "$BIN/firstlined" check --db floor.db
ok 'nor copied' says 1 "$newer" "$BIN/firstlined" backup copy.db --db floor.db
ok 'nor does it get settings' says 1 "$newer" "$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db floor.db
ok 'nor users' says 1 "$newer" "$BIN/firstlined" user disable bob --db floor.db
ok 'and it is as it was' same floor.db before.db
printf 'These are the minutes of the works council, in plain text and of no use as a database at all.\n' >text.db
cp text.db before.db
other='The file text.db is not a Firstline database; name another file.'
ok 'another file is not served' says 1 "$other" "$BIN/firstlined" serve --db text.db --listen 127.0.0.1:0
ok 'nor checked' says 1 "$other" "$BIN/firstlined" check --db text.db
ok 'nor does it get users' says 1 "$other" "$BIN/firstlined" user disable bob --db text.db
ok 'and it is as it was' same text.db before.db
sqlite3 notes.db 'CREATE TABLE bookmarks (url TEXT)'
cp notes.db before.db
foreign='The file notes.db is not a Firstline database; name another file.'
ok "another program's database is not served" says 1 "$foreign" "$BIN/firstlined" serve --db notes.db --listen 127.0.0.1:0
ok 'nor does it get settings' says 1 "$foreign" "$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db notes.db
ok 'nor is it checked' says 1 "$foreign" "$BIN/firstlined" check --db notes.db
ok 'and it is as it was' same notes.db before.db
cp sound.db torn.db
dd if=/dev/zero of=torn.db bs=4096 seek=2 count=60 conv=notrunc 2>/dev/null
damaged='The database torn.db is damaged; restore a backup of it'
ok 'a damaged one is not served' says 1 "$damaged" "$BIN/firstlined" serve --db torn.db --listen 127.0.0.1:0
ok 'and the check names the damage' says 1 "$damaged" "$BIN/firstlined" check --db torn.db
ok 'a missing one is not checked' says 5 'There is no database none.db; check the path.' "$BIN/firstlined" check --db none.db
ok 'nor copied' says 5 'There is no database none.db; check the path.' "$BIN/firstlined" backup copy.db --db none.db
ok 'nor made by asking' test ! -e none.db -a ! -e copy.db
ok 'one in a missing folder is not served' says 5 'The database none/floor.db cannot be opened: No such file or directory.' \
    "$BIN/firstlined" serve --db none/floor.db --listen 127.0.0.1:0
mkdir folder
ok 'a folder is no database' says 5 'The database folder cannot be opened' "$BIN/firstlined" check --db folder

# --- while it is served ---
cp sound.db live.db
ok 'a sound one is served' serve live.db
ok 'it is ready' answers 200 ready /readyz
ok 'a second server is refused' says 4 'Another firstlined serves the database live.db; use that one, or end it first.' \
    "$BIN/firstlined" serve --db live.db --listen 127.0.0.1:0
mv live.db away.db
moved='The database live.db was moved, removed or replaced while it was in use; put it back'
ok 'taken away: it is not ready, and says why' answers 503 "$moved" /readyz
ok 'what writes is refused with the sentence' refuses 503 "$moved"
cp sound.db live.db
ok 'another one in its place is not taken for it' refuses 503 "$moved"
mv away.db live.db
ok 'put back: it is ready again by itself' until_true answers 200 ready /readyz
ok 'and takes what is written' refuses 201 token
sqlite3 live.db 'INSERT INTO schema_version VALUES (99)'
ok 'changed by a newer one: it says so' answers 503 'version 99, newer than this firstlined knows' /readyz
ok 'and writes nothing into it' refuses 503 'version 99, newer than this firstlined knows'
sqlite3 live.db 'DELETE FROM schema_version WHERE version = 99'
ok 'changed back: it is ready again' until_true answers 200 ready /readyz
dd if=/dev/urandom of=live.db bs=4096 count=20 conv=notrunc 2>/dev/null
ok 'overwritten: it says so' answers 503 'The file live.db is no database any more; restore a backup of it.' /readyz
ok 'and what writes is refused with the sentence' refuses 500 'The file live.db is no database any more'
ok 'it ends clean all the same' end
e2e_done
