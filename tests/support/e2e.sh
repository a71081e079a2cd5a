# For end-to-end tests: desks in tmux, driven by keys, read as text. Source it, and call e2e_plan first.
# Everything that it starts ends with the test.
PROJECT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
case ${BUILD:-build} in
/*) BIN=${BUILD} ;;
*) BIN=$PROJECT/${BUILD:-build} ;;
esac
export FIRSTLINE_SHARE="${FIRSTLINE_SHARE:-$PROJECT/share}" LC_ALL=C.UTF-8 TZ=UTC
WAIT_TENTHS=100 # how long a text may take
E2E_DIR='' E2E_COUNT=0 E2E_BAD=0 E2E_CHAIN=''

# Ends what the test in the folder has started: its terminals, and the servers named in its list, gently and then not.
E2E_SWEEP='tmux -S "$1/tmux" kill-server 2>/dev/null
    for signal in TERM KILL; do
        left=50
        while [ $left -gt 0 ]; do
            alive=
            for pid in $(cat "$1/pids" 2>/dev/null); do
                grep -aqe firstlined -e hostile.py "/proc/$pid/cmdline" 2>/dev/null && alive="$alive $pid"
            done
            [ -z "$alive" ] && break
            [ $((left % 10)) -eq 0 ] && kill -$signal $alive 2>/dev/null
            left=$((left - 1))
            sleep 0.05
        done
    done
    rm -rf "$1"'

e2e_end() {
    [ -n "$E2E_DIR" ] && sh -c "$E2E_SWEEP" sweep "$E2E_DIR" 2>/dev/null
}

# A test that is killed ends nothing itself, so a guard in a session of its own does it when its shell is gone.
e2e_guard() {
    setsid sh -c 'while kill -0 "$2" 2>/dev/null && [ -d "$1" ]; do sleep 0.5; done
        [ -d "$1" ] || exit 0
        '"$E2E_SWEEP" guard "$E2E_DIR" $$ </dev/null >/dev/null 2>&1 &
}

# e2e_started PID: a server that ends with the test.
e2e_started() {
    echo "$1" >>"$E2E_DIR/pids"
}

# e2e_plan N: the plan; skips all N where a tool is missing.
e2e_plan() {
    echo "1..$1"
    for tool in tmux sqlite3; do
        command -v $tool >/dev/null || e2e_skip "$1" "$tool is not installed"
    done
    E2E_DIR=$(mktemp -d "${TMPDIR:-/tmp}/firstline-e2e.XXXXXX") || exit 1
    export HOME="$E2E_DIR/home" XDG_RUNTIME_DIR="$E2E_DIR/home"
    unset XDG_STATE_HOME XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME TMUX FIRSTLINE_URL NO_COLOR
    mkdir -p "$HOME"
    e2e_guard
    trap e2e_end EXIT
    trap 'exit 1' INT TERM HUP
}

e2e_skip() {
    i=1
    while [ $i -le "$1" ]; do
        echo "ok $i # SKIP $2"
        i=$((i + 1))
    done
    exit 0
}

# ok WHAT COMMAND…: one test; the command says whether it holds. With E2E_CHAIN set each builds on the one before, so
# that after a failure none is tried.
ok() {
    what=$1
    shift
    E2E_COUNT=$((E2E_COUNT + 1))
    if [ -n "$E2E_CHAIN" ] && [ $E2E_BAD -ne 0 ]; then
        echo "not ok $E2E_COUNT $what # not tried after that failure"
    elif "$@"; then
        echo "ok $E2E_COUNT $what"
    else
        echo "not ok $E2E_COUNT $what"
        E2E_BAD=1
    fi
}

e2e_done() {
    exit $E2E_BAD
}

# until_true COMMAND…: asks again every tenth of a second until it holds.
until_true() {
    tenths=0
    until "$@" >/dev/null 2>&1; do
        tenths=$((tenths + 1))
        if [ $tenths -ge $WAIT_TENTHS ]; then
            return 1
        fi
        sleep 0.1
    done
}

# --- backends ---

# demo_start ARGUMENT…: sets URL, DB, BACKEND (a pid).
demo_start() {
    DB=$E2E_DIR/demo.db
    rm -f "$E2E_DIR/demo.log"
    "$BIN/firstlined" demo --db "$DB" "$@" 2>"$E2E_DIR/demo.log" &
    BACKEND=$!
    e2e_started $BACKEND
    WAIT_TENTHS=600 until_true grep -qs 'The demo is at' "$E2E_DIR/demo.log" || {
        sed 's/^/# /' "$E2E_DIR/demo.log"
        return 1
    }
    URL=$(sed -n 's/.*The demo is at \(http[^;]*\);.*/\1/p' "$E2E_DIR/demo.log")
}

# --- desks ---

desk_keys() {
    to=$1
    shift
    tmux -S "$E2E_DIR/tmux" send-keys -t "$to" "$@"
}

desk_type() {
    tmux -S "$E2E_DIR/tmux" send-keys -t "$1" -l "$2"
}

desk_text() {
    tmux -u -S "$E2E_DIR/tmux" capture-pane -p -t "$1"
}

desk_shows() {
    desk_text "$1" | grep -q -e "$2"
}

desk_hides() {
    ! desk_text "$1" | grep -q -e "$2"
}

# desk_wait NAME PATTERN: until the screen shows it; else the screen is printed.
desk_wait() {
    until_true desk_shows "$1" "$2" && return 0
    echo "# waited for: $2"
    desk_text "$1" | sed 's/^/# /'
    return 1
}

desk_wait_gone() {
    until_true desk_hides "$1" "$2" && return 0
    echo "# waited for the end of: $2"
    desk_text "$1" | sed 's/^/# /'
    return 1
}

# desk_sign_in NAME: types the demo's password into the desk.
desk_sign_in() {
    desk_wait "$1" 'Password' && desk_type "$1" "${2:-demo}" && desk_keys "$1" Enter &&
        desk_wait "$1" 'live'
}

# desk_take NAME: gets ready and accepts the first offer; sets CONTACT.
desk_take() {
    desk_keys "$1" F9
    desk_wait "$1" 'F2 accept' || return 1
    desk_keys "$1" F2
    desk_wait "$1" '─ r Reply ─' || return 1
    desk_wait "$1" '2 .* · [0-9a-z-]* ─' || return 1
    CONTACT=$(desk_text "$1" | sed -n 's/.*2 .* · [a-z]* · \([0-9a-z-]*\) ─.*/\1/p' | head -n 1)
    [ -n "$CONTACT" ]
}

# firstline_as AGENT ARGUMENT…: a command with the token of that agent's desk.
firstline_as() {
    as=$1
    shift
    HOME=$E2E_DIR/home-$as FIRSTLINE_URL=$URL "$BIN/firstline" "$@"
}

# --- a centre with other systems' records ---

# centre_start [FOLDER]: a backend with the demo's settings alone; sets URL, DB, BACKEND. admin may import, lina works,
# customers come by channel.
# Several in one test each have a folder of their own.
centre_start() {
    DB=${1:-$E2E_DIR}/centre.db
    "$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db "$DB" >/dev/null
    echo 'long enough' | "$BIN/firstlined" user add admin --role admin --db "$DB"
    echo 'a channel' | "$BIN/firstlined" user add channel --role integration --db "$DB"
    echo 'long enough' | "$BIN/firstlined" user add lina --role agent --name 'Lina Dahl' --skills fjellhem:3 --db "$DB"
    "$BIN/firstlined" serve --db "$DB" --listen 127.0.0.1:0 2>"${1:-$E2E_DIR}/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    until_true grep -qs 'serving' "${1:-$E2E_DIR}/serve.log" || return 1
    URL=$(grep -o 'http://[0-9.:]*' "${1:-$E2E_DIR}/serve.log")
    mkdir -p "$E2E_DIR/home-admin" "$E2E_DIR/home-lina"
    echo 'long enough' | firstline_as admin sign-in --agent admin >/dev/null
}

# centre_take KIND MAPPING FILE: one import through a kept mapping; what it says lies in out and err.
centre_take() {
    firstline_as admin import "$1" --map "$PROJECT/share/import/$2.yaml" "$3" >"$E2E_DIR/out" 2>"$E2E_DIR/err"
}

# centre_desk NAME COLSxROWS: lina's desk, signed in and ready.
centre_desk() {
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x "${2%x*}" -y "${2#*x}" \
        "HOME='$E2E_DIR/home-lina' '$BIN/firstline' --url '$URL' --agent lina"
    desk_sign_in "$1" 'long enough' && desk_wait "$1" ' more' && desk_keys "$1" F9 && desk_wait "$1" '● Ready'
}

# --- a quiet floor: the demo's past, nobody waiting; customers come when the test says so ---

# floor_start: sets URL, DB, BACKEND.
floor_start() {
    demo_start && until_true floor_has_traffic || return 1
    kill "$BACKEND" && wait "$BACKEND" 2>/dev/null
    echo 'a channel' | "$BIN/firstlined" user add channel --role integration --db "$DB"
    "$BIN/firstlined" serve --db "$DB" --listen "${URL#http://}" 2>"$E2E_DIR/serve.log" &
    BACKEND=$!
    e2e_started $BACKEND
    until_true grep -q 'serving' "$E2E_DIR/serve.log" &&
        echo 'a channel' | channel sign-in "$URL" channel && channel clear
}

# The demo's first customers wait: from now on none of its own events comes without being asked for.
floor_has_traffic() {
    [ "$(floor_sql "SELECT count(*) FROM contacts WHERE over = 0")" -gt 10 ]
}

floor_sql() {
    sqlite3 -readonly "$DB" "$1"
}

channel() {
    "$PROJECT/tests/support/channel.py" "$E2E_DIR" "$@"
}

# --- a desk that is ready ---

# desk_open NAME AGENT COLSxROWS: signed in.
desk_open() {
    mkdir -p "$E2E_DIR/home-$2"
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$1" -x "${3%x*}" -y "${3#*x}" \
        "env HOME='$E2E_DIR/home-$2' '$BIN/firstline' --url '$URL' --agent $2"
    desk_sign_in "$1" && desk_keys "$1" F9 && desk_wait "$1" '● Ready'
}

# desk_step NAME KEYS PATTERN: presses, and waits for what it must bring.
desk_step() {
    to=$1 pattern=$3
    # shellcheck disable=SC2086 # several keys
    desk_keys "$to" $2 && desk_wait "$to" "$pattern"
}

# desk_fill NAME TEXT PATTERN: types and finishes with Enter.
desk_fill() {
    desk_type "$1" "$2" && desk_step "$1" Enter "$3"
}

# desk_leave NAME PATTERN: Esc, and what it must take away; a key sent before that would be read as one with Alt.
desk_leave() {
    desk_keys "$1" Escape && desk_wait_gone "$1" "$2"
}

# --- a complaint: of the customer WHO, called NAME, with the e-mail address EMAIL, about their ORDER ---

# complaint_arrives ID
complaint_arrives() {
    channel arrive "$1" "{\"channel\": \"chat\", \"class\": \"complaint\", \"intent\": \"damaged_item\", \"queue\": \"fjellhem\",
        \"customer\": \"$WHO\", \"name\": \"$NAME\", \"subject\": \"torn seam\", \"language\": \"en\"}" \
        "Order $ORDER arrived torn at the seam."
}

# complaint_verified NAME: its script on a desk, from the start until who it is is known.
complaint_verified() {
    desk_step "$1" M-4 'Enter start' && desk_step "$1" Enter '▌ Say sorry, once' &&
        desk_step "$1" Enter '▌ Confirm who it is' && desk_wait "$1" "\[$ORDER\]" && desk_step "$1" Enter 'Enter next' &&
        desk_fill "$1" "$EMAIL" '▌ What is wrong'
}
