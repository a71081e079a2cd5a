#!/bin/sh
# Other systems' records are taken whole, and once, however often they are imported.
. "$(dirname -- "$0")/../support/e2e.sh"
DATA=${FIRSTLINE_DATA:-$PROJECT/../shared/data}
TESTS=37
e2e_plan $TESTS
[ -d "$DATA" ] || e2e_skip $TESTS 'the data to import is not there'
command -v python3 >/dev/null || e2e_skip $TESTS 'python3 is not installed'

show_output() {
    head -n 5 "$E2E_DIR/out" "$E2E_DIR/err" | sed 's/^/# /'
    return 1
}

# take KIND MAPPING FILE SUMS: what it says is what the file says.
take() {
    centre_take "$1" "$2" "$DATA/$3" &&
        python3 "$PROJECT/tests/support/import_sums.py" "$4" "$DATA/$3" "$run" >"$E2E_DIR/expected" &&
        cmp -s "$E2E_DIR/expected" "$E2E_DIR/out" && return 0
    diff "$E2E_DIR/expected" "$E2E_DIR/out" | sed 's/^/# /'
    show_output
}

# An order without a number is refused with its line, and nothing else is.
says_why() {
    grep -q '^/.*/dialogues.jsonl:3: It has no id, which an order must have\.$' "$E2E_DIR/err" &&
        grep -q '^/.*/dialogues.jsonl:5: It has no id' "$E2E_DIR/err" && [ "$(wc -l <"$E2E_DIR/err")" = 2 ] ||
        show_output
}

# take_guidelines: each action is a step, and at least 60 in 100 of the ifs are branches, which are steps too.
take_guidelines() {
    centre_take scripts abcd-guidelines "$DATA/abcd/guidelines.json" &&
        python3 "$PROJECT/tests/support/import_sums.py" guidelines "$DATA/abcd/guidelines.json" "$run" >"$E2E_DIR/expected" ||
        show_output || return 1
    least=$(sed -n 's/.*; steps \([0-9]*\);.*/\1/p' "$E2E_DIR/expected")
    steps=$(sed -n 's/.*; steps \([0-9]*\);.*/\1/p' "$E2E_DIR/out")
    branches=$(sed -n 's/.*; \([0-9]*\) of [0-9]* ifs .*/\1/p' "$E2E_DIR/out")
    ifs=$(sed -n 's/.*; \([0-9]*\) ifs .*/\1/p' "$E2E_DIR/expected")
    sed "s/; steps $steps; $branches of \(.*\) became branches\$/; steps $least; \1/" "$E2E_DIR/out" | cmp -s - "$E2E_DIR/expected" &&
        [ "$steps" -gt $((least + branches)) ] && [ $((branches * 100)) -ge $((ifs * 60)) ] || show_output
}

# Each "if" that is no branch is told, with its script and step.
tells_ifs() {
    told=$(grep -c ' is not a branch: ' "$E2E_DIR/err")
    more=$(sed -n 's/.*: \([0-9]*\) "if" are not branches: .*/\1/p' "$E2E_DIR/err" | awk '{ n += $1 } END { print n + 0 }')
    [ $((told + more)) = $((ifs - branches)) ] || show_output
}

wants() {
    file=$E2E_DIR/$1
    printf '%s' "$2" >"$file"
    centre_take "$3" "$4" "$file"
    grep -qF -e "$5" "$E2E_DIR/err" "$E2E_DIR/out" || show_output
}

is_broken_mapping() {
    printf 'kind: customers\nfields:\n  id: "{id}"\n  nmae: "{name|lowre}"\n' >"$E2E_DIR/broken.yaml"
    ! firstline_as admin import customers --map "$E2E_DIR/broken.yaml" "$DATA/tau_retail/users.json" 2>"$E2E_DIR/err" &&
        grep -q 'broken.yaml:4:3: .* has no `nmae`; did you mean `name`?' "$E2E_DIR/err" &&
        grep -q 'broken.yaml:4:9: There is no filter `lowre`; did you mean `lower`?' "$E2E_DIR/err"
}

# A backend that takes its time: the import says each second how far it is.
shows_progress() {
    kill -STOP "$BACKEND"
    firstline_as admin import articles --map "$PROJECT/share/import/articles.yaml" "$DATA/bank_kb/docs.jsonl" \
        >"$E2E_DIR/out" 2>"$E2E_DIR/err" &
    importing=$!
    until_true grep -q '698 records read, the backend takes 698 lines, 2 s' "$E2E_DIR/err"
    shown=$?
    kill -CONT "$BACKEND"
    wait $importing && [ $shown = 0 ] && grep -q '698 unchanged' "$E2E_DIR/out" || show_output
}

rows() {
    sqlite3 -readonly "$DB" 'SELECT count(*) FROM events; SELECT count(*) FROM contacts; SELECT count(*) FROM customers;
        SELECT count(*), sum(json_extract(data, "$.total_minor")) FROM orders; SELECT count(*) FROM articles;
        SELECT count(*) FROM script_versions' | tr '\n' ' '
}

is_kept_whole() {
    "$BIN/firstlined" check --rebuild --db "$DB" >"$E2E_DIR/out" 2>"$E2E_DIR/err" &&
        grep -q ', 0 differences' "$E2E_DIR/out" || show_output
}

centre_start
for run in first second; do
    ok "$run: a shop's 500 customers" take customers tau-retail-customers tau_retail/users.json shop_customers
    ok "$run: its 1,000 orders" take orders tau-retail-orders tau_retail/orders.json shop_orders
    ok "$run: a bank's 698 articles" take articles articles bank_kb/docs.jsonl bank_articles
    ok "$run: the customers of dialogues" take customers abcd-customers abcd/dialogues.jsonl dialogue_customers
    ok "$run: their orders" take orders abcd-orders abcd/dialogues.jsonl dialogue_orders
    ok "$run: two have no number, and are told" says_why
    ok "$run: their contacts" take contacts abcd-contacts abcd/dialogues.jsonl dialogue_contacts
    ok "$run: guidelines as scripts" take_guidelines
    ok "$run: every if of theirs is told" tells_ifs
    for domain in airline fastfood finance insurance media software; do
        ok "$run: chats of callers nobody knows, $domain" take contacts multidogo-contacts "multidogo/$domain.dev.tsv" chats
    done
    eval "rows_$run=\$(rows)"
done
ok 'the tables are the same after both' test "$rows_first" = "$rows_second"
ok 'progress is shown of what takes over a second' shows_progress
ok 'a broken mapping is told with its places' is_broken_mapping
ok 'a broken line is told, the others are taken' wants some.jsonl '{"id":"a-1","title":"T","body":"B"}
{"id":"a-2","title":
{"id":"a-3","title":"T","body":"B"}' articles articles '3 read, 2 taken, 0 unchanged, 1 refused'
ok 'an order of nobody is refused' wants orders.json \
    '{"#W":{"order_id":"#W","user_id":"nobody","items":[{"name":"Cup","price":1}]}}' orders tau-retail-orders \
    'orders.json, record 1 (#W): Order #W is of the customer nobody, whom nobody knows; please import the customers first.'
ok 'an amount that is none is refused' wants orders.json \
    '{"#W":{"order_id":"#W","user_id":"noah_brown_6181","items":[{"name":"Cup","price":"free"}]}}' orders \
    tau-retail-orders 'record 1 (#W): Its total_minor cannot be made: "free" is not a number.'
kill "$BACKEND" && wait "$BACKEND" 2>/dev/null
ok 'the log folds to the same tables' is_kept_whole
e2e_done
