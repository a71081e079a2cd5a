#!/bin/sh
# A process owner's commands against a running backend: a version published to a share, seen, compared, pulled back;
# what is wrong is refused with its place, and by whom it may not be done.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 19

url() {
    grep -o 'http://[0-9.:]*' "$E2E_DIR/demo.log" | head -1
}

begin_demo() {
    "$BIN/firstlined" demo --db "$E2E_DIR/demo.db" --listen 127.0.0.1:0 >"$E2E_DIR/demo.log" 2>&1 &
    e2e_started $!
    tenths=300
    until grep -q 'The demo is at' "$E2E_DIR/demo.log"; do
        tenths=$((tenths - 1))
        [ $tenths -gt 0 ] || return 1
        sleep 0.1
    done
    FIRSTLINE_URL=$(url)
    export FIRSTLINE_URL
}

sign_in() {
    echo demo | "$BIN/firstline" sign-in --agent "$1" >/dev/null
}

# says STATUS TEXT WORD...: `firstline script WORD...` ends so and says so.
says() {
    status=$1 text=$2
    shift 2
    "$BIN/firstline" script "$@" >"$E2E_DIR/said" 2>&1
    got=$?
    [ $got -eq "$status" ] && grep -qF -- "$text" "$E2E_DIR/said" && return 0
    sed 's/^/#   /' "$E2E_DIR/said"
    return 1
}

# what_desks_get TEXT: the versions of the script in the answer to desks.
what_desks_get() {
    curl -s -H "Authorization: Bearer $(cat "$HOME"/.local/state/firstline/*/token)" "$FIRSTLINE_URL/v1/scripts" |
        grep -o '"id":"return-wrong-size","version":[0-9]*\(,"share_percent":[0-9]*\)\{0,1\}' | tr '\n' ' ' |
        grep -qx "$1 "
}

whole() {
    "$BIN/firstlined" check --rebuild --db "$E2E_DIR/demo.db" | grep -q ' 0 differences'
}

sed 's/^version: .*/version: 9/; s/^    target: 15s/    target: 14s/' \
    "$FIRSTLINE_SHARE/demo/scripts/return-wrong-size.yaml" >"$E2E_DIR/new.yaml"
sed 's/next: [a-z].*/next: nowhere/' "$E2E_DIR/new.yaml" >"$E2E_DIR/wrong.yaml"

ok 'a demo runs' begin_demo
ok 'an administrator signs in' sign_in admin
ok 'the demo rolls a script out' says 0 '50 % of the customers' versions where-is-my-parcel
ok 'what is wrong is refused with its place' says 1 'wrong.yaml:' publish "$E2E_DIR/wrong.yaml"
ok 'a version is kept' says 0 'Version 9 of return-wrong-size is kept as checked.' put "$E2E_DIR/new.yaml"
ok 'and published to a tenth' says 0 'is published to 10 % of the customers.' publish "$E2E_DIR/new.yaml" --share 10%
ok 'which says what it needs' grep -q '^Conclude when each version has [0-9]* contacts' "$E2E_DIR/said"
ok 'desks get both' what_desks_get '"id":"return-wrong-size","version":[0-9]* "id":"return-wrong-size","version":9,"share_percent":10'
before=$("$BIN/firstline" script versions return-wrong-size | awk '$3 == "all" { print $1 }')
ok 'the version before is that of all others' says 0 "$before  published  all others " versions return-wrong-size
ok 'the two stand beside each other' says 0 '14s' diff return-wrong-size "$before" 9
ok 'it is pulled back' eval 'says 0 "Version 9 of return-wrong-size is retired" pull-back return-wrong-size --reason "it loops" &&
    says 0 "because: it loops" versions return-wrong-size'
ok 'desks get the one before, and keep the other for whom it has' what_desks_get \
    "\"id\":\"return-wrong-size\",\"version\":$before \"id\":\"return-wrong-size\",\"version\":9"
# A script that another uses: the user keeps the version it was published with, until it is published anew.
sed 's/^  //' >"$E2E_DIR/who.yaml" <<'END'
  script: who
  version: 1
  title: Who
  steps:
  - {id: ask, kind: say, title: Ask, class: required, say: Who is it?, next: known}
  - {id: known, kind: end, title: Known, class: value, disposition: answered, resolved: yes}
END
sed 's/^  //' >"$E2E_DIR/greet.yaml" <<'END'
  script: greet
  version: 1 # the first
  title: Greet
  steps:
  - {id: who, use: who, results: {known: bye}}
  - {id: bye, kind: end, title: Bye, class: value, disposition: answered, resolved: yes}
END
sed 's/version: 1/version: 2/; s/Who is it/Who is there/' "$E2E_DIR/who.yaml" >"$E2E_DIR/who2.yaml"
ok 'one that another uses gets a new version' eval 'says 0 "is published to all" publish "$E2E_DIR/who.yaml" &&
    says 0 "is published to all" publish "$E2E_DIR/greet.yaml" && says 0 "is published to all" publish "$E2E_DIR/who2.yaml"'
ok 'its users are shown first' eval 'says 0 "greet 1 uses who 1, and would use 2" publish who --users &&
    grep -q "say it again with --yes" "$E2E_DIR/said" && says 0 "      1  published" versions greet'
ok 'and published anew' says 0 'Version 2 of greet is published to all.' publish who --users --yes
ok 'then none is left' says 0 'All that use who use its version 2.' publish who --users --yes
ok 'an agent may not' sh -c 'echo demo | "$0" sign-in --agent lina >/dev/null; "$0" script publish "$1" 2>"$2"; [ $? -eq 3 ]' \
    "$BIN/firstline" "$E2E_DIR/new.yaml" "$E2E_DIR/said"
ok 'nobody is signed in elsewhere' says 3 'Nobody is signed in at http://127.0.0.1:1;' versions return-wrong-size --url http://127.0.0.1:1
ok 'the log folds to the same tables' whole
e2e_done
