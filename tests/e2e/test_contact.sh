#!/bin/sh
# A whole contact by keyboard alone, on the smallest screen.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 9

legs_of_lina() {
    sqlite3 -readonly "$DB" \
        "SELECT count(*) FROM events WHERE actor = 'lina' AND kind = 'contact.closed' AND contact = '$CONTACT'"
}

legs_reported() {
    firstline_as lina report aht --by agent --json | tr -d ' \n\t' | sed -n 's/.*"key":"lina","contacts":\([0-9]*\).*/\1/p'
}

reply_and_note() {
    desk_keys desk r && desk_wait desk 'Enter sends' && desk_type desk 'One moment please, I am looking.' && desk_keys desk Enter &&
        desk_wait desk 'you .*One moment please' &&
        desk_keys desk Escape && desk_wait_gone desk 'Enter sends' &&
        desk_keys desk N && desk_wait desk '─ N Note ─' &&
        desk_type desk 'asked twice' && desk_keys desk M-s && desk_wait desk 'note  *asked twice'
}

walk_script() {
    desk_keys desk M-4 && desk_wait desk 'Enter start' && desk_keys desk Enter && desk_wait desk '1 of ' &&
        desk_keys desk Enter && desk_wait desk '2 of '
}

wrap_up() {
    desk_keys desk M-2
    desk_wait desk '─ 2 ' && desk_keys desk w &&
        desk_wait desk 'Disposition' || return 1
    desk_type desk 'answered'
    desk_wait desk '▌ Question answered' || return 1
    desk_keys desk Enter
    desk_wait_gone desk 'Disposition' && desk_wait desk 'AHT [0-9]'
}

is_closed() {
    [ "$(legs_of_lina)" = 1 ]
}

leaves() {
    desk_keys desk C-q
    desk_wait desk 'shell>\|Sign out and quit' || return 1
    if desk_shows desk 'Sign out and quit'; then
        desk_type desk 'Quit for a moment' && desk_keys desk Enter
    fi
    desk_wait desk 'desk ended with 0'
}

same_terminal() {
    [ "$(tmux -S "$E2E_DIR/tmux" display-message -p -t desk '#{alternate_on}')" = 0 ] &&
        cmp -s "$E2E_DIR/before" "$E2E_DIR/after"
}

demo_start && tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s desk -x 80 -y 24 \
    "env HOME='$E2E_DIR/home-lina' PS1='shell> ' sh"
mkdir -p "$E2E_DIR/home-lina"
desk_wait desk 'shell>'
desk_type desk "clear; stty -a >$E2E_DIR/before; $BIN/firstline --url $URL --agent lina; echo desk ended with \$?; stty -a >$E2E_DIR/after"
desk_keys desk Enter
ok 'the password signs in' desk_sign_in desk
before=$(legs_reported)
ok 'an offer is accepted' desk_take desk
ok 'a reply is sent and a note kept' reply_and_note
ok 'a script is started and stepped' walk_script
ok 'the wrap-up closes the contact' wrap_up
ok 'the backend has it closed once' until_true is_closed
ok 'the report counts one more' test "$(legs_reported)" -eq $((before + 1))
firstline_as lina report steps "$CONTACT" >"$E2E_DIR/steps" 2>&1
ok 'its timeline is printed' test "$(wc -l <"$E2E_DIR/steps")" -gt 3
leaves
ok 'the terminal is as it was' same_terminal
e2e_done
