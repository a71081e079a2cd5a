#!/bin/sh
# Other systems' records are taken once, however often they are imported.
. "$(dirname -- "$0")/../support/e2e.sh"
DATA=${FIRSTLINE_DATA:-$PROJECT/../shared/data}
e2e_plan 14
[ -d "$DATA" ] || e2e_skip 14 'the data to import is not there'

take() {
    "$BIN/firstline" import "$1" --map "$PROJECT/share/import/$2.yaml" "$DATA/$3" >"$E2E_DIR/out" 2>"$E2E_DIR/err" &&
        grep -q "$4" "$E2E_DIR/out" && return 0
    head -n 5 "$E2E_DIR/out" "$E2E_DIR/err" | sed 's/^/# /'
    return 1
}

DB=$E2E_DIR/centre.db
"$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db "$DB" >/dev/null
echo 'long enough' | "$BIN/firstlined" user add admin --role admin --db "$DB"
"$BIN/firstlined" serve --db "$DB" --listen 127.0.0.1:0 2>"$E2E_DIR/serve.log" &
e2e_started $!
until_true grep -q 'serving' "$E2E_DIR/serve.log"
FIRSTLINE_URL=$(grep -o 'http://[0-9.:]*' "$E2E_DIR/serve.log")
export FIRSTLINE_URL
echo 'long enough' | "$BIN/firstline" sign-in --agent admin >/dev/null
for run in first second; do
    case $run in
    first) sum=' read, [1-9][0-9]* taken, 0 unchanged, 0 refused' ;;
    *) sum=' read, 0 taken, [1-9][0-9]* unchanged, 0 refused' ;;
    esac
    ok "$run: a shop's customers" take customers tau-retail-customers tau_retail/users.json "$sum"
    ok "$run: its orders" take orders tau-retail-orders tau_retail/orders.json "$sum"
    ok "$run: a bank's articles" take articles articles bank_kb/docs.jsonl "$sum"
    ok "$run: customers of dialogues" take customers abcd-customers abcd/dialogues.jsonl "$sum"
    ok "$run: their contacts" take contacts abcd-contacts abcd/dialogues.jsonl "$sum"
    ok "$run: guidelines as scripts" take scripts abcd-guidelines abcd/guidelines.json "$sum"
    ok "$run: chats of callers nobody knows" take contacts multidogo-contacts multidogo/media.dev.tsv "$sum"
done
e2e_done
