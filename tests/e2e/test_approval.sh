#!/bin/sh
# An approval on two desks: asked for in the script on one, decided with one key on the other, and the script goes on;
# a second one is taken back. The backend proves its tables afterwards.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 9
E2E_CHAIN=yes

takes() {
    desk_wait "$1" 'F2 accept' && desk_step "$1" F2 "· chat · $2"
}

# Up to the approval: verified, the damage described, a new one wanted.
lina_works() {
    complaint_verified lina &&
        desk_step lina 2 '\[Faulty\]' && desk_step lina Enter 'Enter next' &&
        desk_fill lina 'sole came off' '\[sole came off\]' && desk_step lina Enter '▌ Photos of item' &&
        desk_step lina Enter '▌ Replacement or money' && desk_step lina 1 '▌ May we settle it'
}

lina_asks() {
    desk_wait lina 'asks a specialist or supervisor' && desk_step lina Enter 'asked 0:0[0-9] ago, due in'
}

sigrid_reads() {
    desk_wait sigrid '1 to approve' && desk_step sigrid M-a '1 approval waits for you' &&
        desk_wait sigrid "$NAME" && desk_wait sigrid 'Why: sole came off' && desk_wait sigrid 'Li Na asked'
}

sigrid_grants() {
    desk_step sigrid a "$NAME: granted" && desk_wait_gone sigrid 'to approve'
}

# The next customer's: asked for, and taken back before anybody decides.
takes_back() {
    desk_step lina W 'The request was taken back' && desk_wait lina 'asks a specialist or supervisor' &&
        desk_wait_gone sigrid 'to approve'
}

floor_start || exit 1
ORDER=$(floor_sql "SELECT o.id FROM orders o JOIN customers c ON o.customer = c.id WHERE o.id LIKE 'F%'
    AND json_extract(c.data, '$.language') = 'en' AND json_extract(o.data, '$.total_minor') BETWEEN 25001 AND 50000
    AND json_extract(o.data, '$.delivered') >= date('now', '-13 days') ORDER BY o.id LIMIT 1")
WHO=$(floor_sql "SELECT customer FROM orders WHERE id = '$ORDER'")
NAME=$(floor_sql "SELECT json_extract(data, '$.name') FROM customers WHERE id = '$WHO'")
EMAIL=$(floor_sql "SELECT value FROM identities WHERE customer = '$WHO' AND kind = 'email'")

ok 'lina and sigrid sign in' eval 'desk_open lina lina 80x24 && desk_open sigrid sigrid 120x40 && desk_keys sigrid F10 &&
    desk_wait sigrid "meeting" && desk_step sigrid Enter "Not ready"'
complaint_arrives 90001
ok 'lina takes a complaint' takes lina 90001
ok 'she walks up to the approval' lina_works
ok 'one key asks for it' lina_asks
ok 'sigrid sees how many wait, and what' sigrid_reads
ok 'one key grants it' sigrid_grants
ok 'lina is told, and the script goes on' eval 'desk_wait lina "▌ Put it right" && desk_wait lina "granted by Sigrid Holm"'
complaint_arrives 90002
ok 'a second one is asked for and taken back' eval 'takes lina 90002 && lina_works &&
    lina_asks && desk_wait sigrid "1 to approve" && takes_back'
kill "$BACKEND" && wait "$BACKEND" 2>/dev/null
ok 'the tables are what the log says' "$BIN/firstlined" check --rebuild --db "$DB"
e2e_done
