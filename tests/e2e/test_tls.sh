#!/bin/sh
# TLS: off loopback only with it; who serves is checked, and a wrong, foreign or outdated certificate refused.
. "$(dirname -- "$0")/../support/e2e.sh"
e2e_plan 26
command -v openssl >/dev/null && command -v curl >/dev/null || e2e_skip 26 'openssl or curl is not installed'
cd "$E2E_DIR" || exit 1

# certificate NAME SUBJECT-ALTERNATIVE-NAME [-days N]: signed by itself.
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.crt" \
        -subj "/CN=$1" -addext "subjectAltName=$2" -days "${3:-2}" 2>/dev/null
}

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

serve() {
    rm -f serve.log
    "$BIN/firstlined" serve --db floor.db "$@" 2>serve.log &
    BACKEND=$!
    e2e_started $BACKEND
    until_true grep -qs serving serve.log && URL=$(grep -o 'https://[0-9.:]*' serve.log)
}

end() {
    kill "$BACKEND"
    wait "$BACKEND"
}

# signs_in STATUS SENTENCE [AUTHORITY]
signs_in() {
    says "$1" "$2" env FIRSTLINE_CA="${3:-}" sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent bob --url '$URL'"
}

desk_in() {
    name=$1
    shift
    tmux -u -S "$E2E_DIR/tmux" -f /dev/null new-session -d -s "$name" -x 120 -y 30 \
        "exec env HOME='$E2E_DIR/home-$name' '$BIN/firstline' --url '$URL' --agent bob $*"
}

refused_on_desk() {
    desk_in "$1" "$3"
    desk_wait "$1" Password && desk_type "$1" 'long enough' && desk_keys "$1" Enter && desk_wait "$1" "$2"
}

works_on_desk() {
    desk_in "$1" --ca right.crt
    desk_sign_in "$1" 'long enough'
}

"$BIN/firstlined" config apply "$PROJECT/share/demo/settings.yaml" --db floor.db >/dev/null
echo 'long enough' | "$BIN/firstlined" user add bob --db floor.db
certificate right IP:127.0.0.1
certificate other IP:127.0.0.1
certificate elsewhere DNS:desk.example
far='0.0.0.0:0 can be reached from other machines, so it is not listened on without TLS'
ok 'off loopback without TLS it does not listen' says 2 "$far" "$BIN/firstlined" serve --db new.db --listen 0.0.0.0:0
ok 'nor on every address of IPv6' says 2 'is not listened on without TLS' "$BIN/firstlined" serve --db new.db --listen '[::]:0'
ok 'a key alone is not enough' says 2 '--tls-cert and --tls-key only together' "$BIN/firstlined" serve --db new.db --tls-key right.key
ok 'a certificate that is not there' says 2 'The TLS certificate none.crt cannot be used: ' \
    "$BIN/firstlined" serve --db floor.db --listen 127.0.0.1:0 --tls-cert none.crt --tls-key right.key
ok 'one that is none' says 2 'The TLS certificate floor.db cannot be used: it is not a PEM file.' \
    "$BIN/firstlined" serve --db floor.db --listen 127.0.0.1:0 --tls-cert floor.db --tls-key right.key
ok 'the key of another' says 2 'TLS cannot start with the certificate right.crt and the key other.key' \
    "$BIN/firstlined" serve --db floor.db --listen 127.0.0.1:0 --tls-cert right.crt --tls-key other.key
ok 'with its own it listens off loopback' serve --listen 0.0.0.0:0 --tls-cert right.crt --tls-key right.key
ok 'and ends' end
ok 'and on loopback' serve --listen 127.0.0.1:0 --tls-cert right.crt --tls-key right.key
self="The backend at $URL shows a certificate that is not trusted: it is signed by itself"
ok 'a client that knows no authority refuses it' signs_in 3 "$self"
ok 'so does one that trusts another' signs_in 3 'is not trusted' other.crt
ok 'a client that trusts it signs in' signs_in 0 'bob is signed in' right.crt
# trusts STATUS SENTENCE COMMAND…: a command that is told its authority by an option.
trusts() {
    status=$1 sentence=$2
    shift 2
    says "$status" "$sentence" env FIRSTLINE_URL="$URL" "$BIN/firstline" "$@" --ca right.crt
}
ok 'or by an option' says 0 'bob is signed in' \
    sh -c "echo 'long enough' | '$BIN/firstline' sign-in --agent bob --url '$URL' --ca right.crt"
ok 'the other commands take it too: report' trusts 0 'AHT' report aht
ok 'export' trusts 3 'Your role (agent) may not do that' export events
ok 'script' trusts 3 'Your role (agent) may not do that' script versions return-wrong-size
ok 'an authority that is not there is named' says 2 'the file of trusted authorities none.crt cannot be read' \
    env FIRSTLINE_URL="$URL" "$BIN/firstline" report aht --ca none.crt
ok 'an address without its https:// is told so' says 4 "at ${URL#https://} closed the connection without an answer; if it is served with TLS, begin the address with https://." \
    sh -c "echo x | '$BIN/firstline' sign-in --agent bob --url '${URL#https://}'"
ok 'a desk that knows no authority says so and sends no password' refused_on_desk stranger 'is not trusted' ''
ok 'a desk that trusts it is at work, its live stream too' works_on_desk friend
ok 'plain HTTP is no way in' says 4 'closed the connection without an answer; if it is served with TLS' \
    sh -c "echo x | '$BIN/firstline' sign-in --agent bob --url 'http://${URL#https://}'"
ok 'nor is old TLS' sh -c "! curl -s --cacert right.crt --tls-max 1.1 '$URL/healthz'"
ok 'a desk that was signed in refuses another certificate at the same address' end
serve --listen "${URL#https://}" --tls-cert other.crt --tls-key other.key
ok 'and says it' desk_wait friend 'is not trusted'
end
serve --listen "${URL#https://}" --tls-cert right.crt --tls-key right.key
WAIT_TENTHS=400
ok 'with the right one it is live again' desk_wait friend 'live'
end
WAIT_TENTHS=100
serve --listen 127.0.0.1:0 --tls-cert elsewhere.crt --tls-key elsewhere.key
ok 'a certificate of another name is refused' signs_in 3 'it is for another name; check the address, or ask' elsewhere.crt
e2e_done
