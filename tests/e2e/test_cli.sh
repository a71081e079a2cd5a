#!/bin/sh
# Both programs' command lines: the exit status and the one sentence of each wrong option, file and state.
set -u
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
share=$PWD/share
dir=$(mktemp -d "${TMPDIR:-/tmp}/firstline-cli.XXXXXX") || exit 1
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
export HOME="$dir" XDG_STATE_HOME="$dir/state" XDG_CACHE_HOME="$dir/cache" LC_ALL=C.UTF-8
unset FIRSTLINE_URL
cd "$dir" || exit 1
number=0

# expect NAME STATUS SENTENCE COMMAND...: SENTENCE stands in what it says, on either output.
expect()
{
    name=$1 status=$2 sentence=$3
    shift 3
    "$@" >said 2>&1 </dev/null
    got=$?
    number=$((number + 1))
    if [ $got -eq "$status" ] && { [ -z "$sentence" ] || grep -qF -- "$sentence" said; }; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        echo "# exit $got, expected $status; it said:"
        sed 's/^/#   /' said
        echo "# expected: $sentence"
    fi
}

desk=$build/firstline
backend=$build/firstlined
nobody=http://127.0.0.1:1

for program in firstline firstlined; do
    expect "$program says its version" 0 "$program " "$build/$program" --version
    expect "$program explains itself" 0 'COMMAND --help' "$build/$program" --help
done
for command in report export sign-in import practice keys 'script check' 'kb search'; do
    # shellcheck disable=SC2086
    expect "firstline $command explains itself" 0 "firstline ${command%% *}" "$desk" $command --help
done
for command in serve config user import backup check demo; do
    expect "firstlined $command explains itself" 0 "firstlined $command" "$backend" $command --help
done

# sees PROGRAM COMMAND…: an option that no command has is told with where those that there are stand.
sees()
{
    program=$1
    shift
    for command in "$@"; do
        # shellcheck disable=SC2086
        expect "an unknown option of $program${command:+ $command}" 2 'Unknown option --frob' "$build/$program" $command --frob
        [ "$(grep -c . said)" = 1 ] && grep -qiE "; see .?$program ([a-z-]+ )*--help|See .?$program [a-z]+ --help" said ||
            expect "$program${command:+ $command}: in one sentence that says where to look" 0 "; see $program" false
    done
}

sees firstline '' report export sign-in import practice keys 'script check' 'script graph' 'script paths' 'script run' \
    'script replay' 'script put' 'script publish' 'script versions' 'script diff' 'script retire' 'script pull-back' \
    'kb index' 'kb update' 'kb search' 'kb similar' 'kb stats' 'kb check'
sees firstlined serve config 'config check' 'config apply' user 'user add' 'user passwd' 'user disable' 'user list' import backup check demo
expect 'an unknown command of the desk' 2 'There is no command "frob"; see firstline --help.' "$desk" frob
expect 'a command behind an option' 2 'The command comes first: firstline sign-in [OPTION…].' "$desk" --url $nobody sign-in
expect 'an unknown command of the backend' 2 'There is no command "frob"; see `firstlined --help`.' "$backend" frob
expect 'no command for the backend' 2 'Please name a command; see `firstlined --help`.' "$backend"
expect 'an unknown report' 2 'There is no report "frob"; see firstline report --help.' "$desk" report frob
expect 'words too many for the keys' 2 'It takes no further words; see firstline keys --help.' "$desk" keys frob
expect 'an unknown command of the knowledge' 2 'There is no command "frob".' "$desk" kb frob
expect 'an unknown theme' 2 'There is no theme called "frob"; there are dark and light.' \
    script -qec "'$desk' --url $nobody --theme frob" /dev/null

expect 'no terminal' 1 'The desk needs a terminal for input and output; start it without a pipe or redirection.' \
    "$desk" --url $nobody
expect 'an unknown terminal' 1 'The terminal type “frob” is not known here or cannot place its cursor; set TERM to one that does' \
    script -qec "TERM=frob '$desk' --url $nobody" /dev/null
expect 'no UTF-8 locale: C.UTF-8 is taken' 0 'And those of “Everywhere”.' env LC_ALL=C "$desk" keys
expect 'an unknown locale: C.UTF-8 is taken' 0 'And those of “Everywhere”.' env LC_ALL=xx_XX.frob "$desk" keys

expect 'a report without a sign-in' 3 \
    "Nobody is signed in at $nobody; please sign in first: firstline sign-in --agent ID --url $nobody." \
    "$desk" report aht --url $nobody
expect 'a wrong time' 2 '"frob" is no time; please write 2026-11-23, 2026-11-23T14:02:05Z, or an age such as 30m, 8h, 14d.' \
    "$desk" report aht --since frob --url $nobody
expect 'a wrong thing to report by' 2 '"frob" is nothing to report by; please choose agent, queue, channel, script or step.' \
    "$desk" report aht --by frob --url $nobody
expect 'an experiment of nothing' 2 'Please name a script: firstline report experiment return-wrong-size.' "$desk" report experiment
expect 'a report by what it does not go by' 2 'The report keys takes no --by; see firstline report --help.' "$desk" report keys --by queue
expect 'a timeline since' 2 'The report steps takes no --since; see firstline report --help.' "$desk" report steps 1 --since 1d
expect 'a word too many for a report' 2 'The report aht takes no "queue"; see firstline report --help.' "$desk" report aht queue
expect 'a report in two forms' 2 'Please choose one of --json, --tsv and --folded.' "$desk" report aht --json --tsv
expect 'an export of nothing' 2 '"" is nothing to export; please choose events, contacts or intervals.' "$desk" export
expect 'an unknown format' 2 '"frob" is no format; please choose ndjson, csv, cloudevents or xes.' "$desk" export events --format frob
expect 'a format of events alone' 2 'xes is a format of events; please choose ndjson or csv for contacts.' \
    "$desk" export contacts --format xes
expect 'an export to nowhere' 2 '/nonexistent/x cannot be written' "$desk" export events --output /nonexistent/x --url $nobody
expect 'a timeline of nothing' 2 'Please name a contact: firstline report steps 48213.' "$desk" report steps

printf 'kind: customers\nrecods: "*"\nfields: {id: "{id}"}\n' >broken.yaml
echo '[]' >records.json
expect 'an import without a mapping' 2 'Please say what, by which mapping, and from where' "$desk" import customers records.json
expect 'a broken mapping' 1 'broken.yaml:2:1: A mapping has no `recods`; did you mean `records`?' \
    "$desk" import customers --map broken.yaml records.json
expect 'a mapping of another kind' 2 'makes customers, not orders.' \
    "$desk" import orders --map "$share/import/tau-retail-customers.yaml" records.json
expect 'a missing mapping' 1 'none.yaml could not be opened: No such file or directory.' \
    "$desk" import customers --map none.yaml records.json
expect 'a missing file of records' 5 'The file none.json cannot be read' \
    "$desk" import customers --map "$share/import/tau-retail-customers.yaml" none.json
expect 'the same import by the backend'\''s program' 5 'firstlined import: The file none.json cannot be read' \
    "$backend" import customers --map "$share/import/tau-retail-customers.yaml" none.json
mkdir alone && cp "$backend" alone/
expect 'that program without the desk beside it' 1 'firstline cannot be started (No such file or directory); please install it' \
    alone/firstlined import customers --map none.yaml none.json
sed 's/script: return-wrong-size/script: return-wrong-sise/; s/FJ-101/FJ-1001/' "$share/demo/practice/return-wrong-size.yaml" >wrong.yaml
expect 'a wrong scenario, before a terminal is taken' 1 'wrong.yaml:15:11: There is no script `return-wrong-sise`; did you mean `return-wrong-size`?' \
    "$desk" practice wrong.yaml
expect 'with all that is wrong' 1 'wrong.yaml:18:14: There is no article `FJ-1001`; did you mean `FJ-101`?' \
    "$desk" practice wrong.yaml
expect 'a missing script' 1 'none.yaml could not be opened: No such file or directory.' "$desk" script check none.yaml
expect 'a missing index' 5 'The index none.idx cannot be read: No such file or directory.' "$desk" kb search none.idx word

expect 'a missing database' 5 'There is no database none.db; check the path.' "$backend" check --db none.db
echo 'This is a text, and of no use as a database, however often it says so.' >text.db
expect 'a file that is no database' 1 'The file text.db is not a Firstline database; name another file.' \
    "$backend" check --db text.db
expect 'a key without a certificate' 2 '--tls-cert and --tls-key only together.' "$backend" serve --tls-key key.pem
expect 'another machine without TLS' 2 'so it is not listened on without TLS' \
    "$backend" serve --db far.db --listen 0.0.0.0:0
expect 'missing settings' 1 'none.yaml could not be opened: No such file or directory.' "$backend" config check none.yaml
expect 'broken settings' 1 'broken.yaml:2:1: The settings have no `recods`; they may have: ' "$backend" config check broken.yaml
expect 'settings in order' 0 'settings.yaml is in order.' "$backend" config check "$share/demo/settings.yaml"
expect 'settings in force' 0 'is version 1 of the settings' "$backend" config apply "$share/demo/settings.yaml" --db floor.db
expect 'a short password' 1 'A password is one line of 8 to 1024 bytes on standard input, in UTF-8.' \
    sh -c "echo short | '$backend' user add bob --db floor.db"
expect 'a password that sign-in would not take' 1 'A password is one line of 8 to 1024 bytes' \
    sh -c "printf '%01025d\\n' 0 | '$backend' user add bob --db floor.db"
expect 'no user without a name' 1 'A user is named by 1 to 100 bytes in UTF-8.' \
    sh -c "echo long enough | '$backend' user add '' --db floor.db"
expect 'skills that are not written so' 1 'Skills are written as name:level' \
    sh -c "echo long enough | '$backend' user add bob --skills fjellhem:3x --db floor.db"
expect 'an unknown role' 1 'There is no role "frob"; agent, specialist, trainer, supervisor, admin and integration are.' \
    sh -c "echo long enough | '$backend' user add bob --role frob --db floor.db"
expect 'a new user' 0 '' sh -c "echo long enough | '$backend' user add bob --db floor.db"
expect 'a user who is there' 1 'There is a user "bob" already; use change, passwd, disable or enable.' \
    sh -c "echo long enough | '$backend' user add bob --db floor.db"
expect 'a skill that no queue asks for' 0 'no queue of the settings asks for the skill "fjelhem".' \
    sh -c "echo long enough | '$backend' user add 王芳 --name 王芳 --skills fjelhem,tideline:4 --db floor.db"
expect 'users are listed' 0 'bob   bob   agent  may sign in' "$backend" user list --db floor.db
expect 'with their skills, wide names in their column' 0 '王芳  王芳  agent  may sign in  fjelhem:3,tideline:4' \
    "$backend" user list --db floor.db
expect 'nothing to change' 1 'Please say what of "bob" shall change: --role, --name or --skills.' \
    "$backend" user change bob --db floor.db
expect 'a user is disabled' 0 '' "$backend" user disable bob --db floor.db
expect 'and listed so' 0 'bob   bob   agent  disabled' "$backend" user list --db floor.db
expect 'and not added again' 1 'There is a user "bob" already, who is disabled; use change, passwd, disable or enable.' \
    sh -c "echo long enough | '$backend' user add bob --db floor.db"
expect 'a password alone does not let them in' 0 '"bob" is disabled; `firstlined user enable bob` lets them sign in.' \
    sh -c "echo long enough | '$backend' user passwd bob --db floor.db"
expect 'a user is enabled' 0 '' "$backend" user enable bob --db floor.db
expect 'and listed so again' 0 'bob   bob   agent  may sign in' "$backend" user list --db floor.db
for command in change passwd disable enable; do
    expect "user $command: nobody of that name" 5 'There is no user "eve"; `firstlined user list` shows those there are' \
        "$backend" user $command eve --role admin --db floor.db
    expect "user $command: a database that is not there" 5 'There is no database none.db; check the path.' \
        "$backend" user $command bob --role admin --db none.db
done
expect 'user list: a database that is not there' 5 'There is no database none.db; check the path.' \
    "$backend" user list --db none.db
expect 'and none is made for nothing' 0 '' test ! -e none.db
# typed SECOND: a password typed at a terminal, and SECOND where it is asked for again.
typed()
{
    { until grep -q 'Password: ' typed.out; do sleep 0.1; done
      echo 'long enough'
      until grep -q 'again: ' typed.out; do sleep 0.1; done
      echo "$1"; } | script -qefc "'$backend' user passwd bob --db floor.db" /dev/null >typed.out 2>&1
}
: >typed.out
expect 'a password typed twice' 0 '' typed 'long enough'
: >typed.out
expect 'a slip in one of them' 1 '' typed 'long enaugh'
expect 'is told' 0 '' grep -q 'The two passwords are not the same, so nothing was changed; please try again.' typed.out
expect 'and neither is shown' 1 '' grep 'long en' typed.out

"$backend" serve --db floor.db --listen 127.0.0.1:0 2>serving </dev/null &
server=$!
for _ in $(seq 100); do
    grep -q 'serving floor.db at' serving && break
    sleep 0.1 # the only way for sh to let time pass between two looks
done
address=$(sed -n 's|.* at http://||p' serving)
expect 'a port that is taken' 4 "Cannot listen on $address: another program has this port; choose another or end that one." \
    "$backend" serve --db other.db --listen "$address"
expect 'and no database is made for nothing' 0 '' test ! -e other.db
sign_in_bob()
{
    echo 'long enough' | "$desk" sign-in --agent bob --url "http://$address"
}
echo '{"ana":{"name":{"first_name":"Ana","last_name":"Silva"},"email":"ana@example.org"}}' >people.json
expect 'a user signs in' 0 'bob is signed in' sign_in_bob
expect 'an agent does not import' 3 'Your role (agent) may not do that' \
    "$desk" import customers --map "$share/import/tau-retail-customers.yaml" people.json --url "http://$address"
expect 'their role changes while it serves' 0 '' "$backend" user change bob --role integration --db floor.db
expect 'which ends their session' 3 'sign in' "$desk" report kpi --url "http://$address"
expect 'they sign in again' 0 'bob is signed in' sign_in_bob
expect 'and import' 0 '1 read' \
    "$desk" import customers --map "$share/import/tau-retail-customers.yaml" people.json --url "http://$address"
expect 'a backup while it serves' 0 '' "$backend" backup copy.db --db floor.db
expect 'a backup over a file' 1 'The file copy.db is there already; name a new one.' "$backend" backup copy.db --db floor.db
expect 'a check while it serves' 0 '0 differences.' "$backend" check --rebuild --db floor.db
expect 'a check of the backup' 0 'copy.db is sound.' "$backend" check --db copy.db
expect 'it still serves after backup and check' 0 '"' curl -fsS "http://$address/readyz"
kill "$server"
wait "$server"
expect 'a clean end by SIGTERM' 0 'firstlined: ending' cat serving
expect 'nobody is missing there' 1 '' grep 'nobody may sign in' serving
"$backend" serve --db empty.db --listen 127.0.0.1:0 2>serving </dev/null &
server=$!
for _ in $(seq 100); do
    grep -q 'nobody may sign in to' serving && break
    sleep 0.1
done
expect 'a database without users is told' 0 'nobody may sign in to empty.db yet; `firstlined user add NAME --role admin --db empty.db` adds somebody.' \
    cat serving
kill "$server"
wait "$server"
server=
echo "1..$number"
