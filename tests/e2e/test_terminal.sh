#!/bin/sh
# Terminals and locales as people have them: too small, unknown, poor in capabilities, without UTF-8.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 22

# desk_in NAME COLSxROWS ENVIRONMENT…
desk_in() {
    name=$1 size=$2
    shift 2
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$name" -x "${size%x*}" -y "${size#*x}" \
        "env $* HOME='$E2E_DIR/home-$name' '$BIN/firstline' --url '$URL' --agent lina; echo \"it ended with \$?\"; exec cat"
}

# Until the terminal has that size: tmux takes its time after another change, and any command makes it longer.
resize() {
    tty=$(tmux -S "$E2E_DIR/tmux" display-message -p -t "$1" '#{pane_tty}')
    tmux -S "$E2E_DIR/tmux" resize-window -t "$1" -x "${2%x*}" -y "${2#*x}"
    until_true sh -c "[ \"\$(stty -F '$tty' size)\" = '${2#*x} ${2%x*}' ]"
}

refused() {
    desk_in "$1" 100x30 "$2" && desk_wait "$1" "$3" && desk_wait "$1" 'it ended with 1' &&
        [ "$(tmux -S "$E2E_DIR/tmux" display-message -p -t "$1" '#{alternate_on} #{cursor_flag}')" = '0 1' ]
}

works() {
    desk_in "$1" 100x30 "$2" && desk_sign_in "$1" && desk_wait "$1" '1 Queue' && desk_wait "$1" "$3" && leave "$1"
}

leave() {
    desk_keys "$1" C-q
    desk_wait "$1" 'it ended with 0'
}

shows_both() {
    desk_wait "$1" "$2" && desk_wait "$1" "$3"
}

demo_start --pace 0.1
desk_in small 30x6
ok 'a window too small at the start is told' shows_both small 'The window is 30x6; Firstline' 'needs 60x16'
resize small 12x3
ok 'and one yet smaller' shows_both small 'The window' 'Firstline'
resize small 1x1
resize small 100x30
ok 'made larger, it asks for the password' desk_wait small Password
ok 'and is at work' desk_sign_in small
resize small 59x16
ok 'too narrow at work is told' desk_wait small 'The window is 59x16; Firstline needs 60x16'
resize small 60x15
ok 'and too low' desk_wait small 'The window is 60x15'
resize small 60x16
ok 'the least size shows the queue' desk_wait small 'Queue'
resize small 240x60
ok 'a large one all of it' shows_both small '5 Knowledge' '1 Queue'
ok 'and it still takes keys' leave small

ok 'a terminal type nobody knows is refused in one sentence' refused unknown TERM=frob 'The terminal type “frob” is not known here'
ok 'none at all too' refused none TERM= 'The terminal type “” is not known here'
ok 'and one that cannot place its cursor' refused dumb TERM=dumb 'The terminal type “dumb” is not known here or cannot place'
for term in vt100 xterm linux screen; do
    infocmp $term >/dev/null 2>&1 || { ok "TERM=$term is not known on this machine # SKIP" true; continue; }
    ok "TERM=$term works" works $term TERM=$term '╷\|│\|x\||\|Queue'
done

# The demo's queue has Chinese names and subjects, whoever they are.
CHINESE=$(sqlite3 -readonly "$DB" "SELECT group_concat(json_extract(data, '\$.name') || '.*' ||
    substr(json_extract(data, '\$.subject'), 1, 2), '\\|') FROM contacts
    WHERE NOT over AND json_extract(data, '\$.language') = 'zh'")
: "${CHINESE:=nobody Chinese waits}"
ok 'LANG=C: Chinese is right' works lang 'LC_ALL= LANG=C' "$CHINESE"
ok 'LC_ALL=POSIX: Chinese is right' works posix LC_ALL=POSIX "$CHINESE"
ok 'no locale at all: Chinese is right' works nolocale '-u LC_ALL -u LANG' "$CHINESE"
ok 'a locale that is not there: Chinese is right' works nowhere LC_ALL=xx_XX.UTF-8 "$CHINESE"
ok 'a locale of another encoding: Chinese is right' works latin LC_ALL=de_DE.ISO-8859-1 "$CHINESE"
ok 'a command in LC_ALL=C writes UTF-8' sh -c "LC_ALL=C '$BIN/firstline' keys | grep -q 'Pos1\|…\|“\|·'"
e2e_done
