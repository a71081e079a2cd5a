#!/bin/sh
# Manuals, completions and --help of both programs say the same: every command and every option of one is in the others.
set -u
build=${BUILD:-build}
dir=$(mktemp -d "${TMPDIR:-/tmp}/firstline-manual.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
export HOME="$dir" LC_ALL=C.UTF-8
number=0

# ok WHAT COMMAND…
ok()
{
    what=$1
    shift
    number=$((number + 1))
    if "$@"; then echo "ok $number - $what"; else echo "not ok $number - $what"; fi
}

# options TEXT…: the long options in it, one a line.
options()
{
    sed 's/\\-/-/g; s/\\f[BIRP]//g' "$@" | grep -oE '(^|[^a-z-])--[a-z][a-z-]*' | sed 's/^[^-]*//' | sort -u
}

# all_in FILE FILE: what lines of the first are not in the second is said.
all_in()
{
    missing=$(comm -23 "$1" "$2")
    [ -z "$missing" ] && return 0
    echo "# missing: $missing" | tr '\n' ' '
    echo
    return 1
}

# said_by PROGRAM COMMAND…: --help of each command.
said_by()
{
    program=$1
    shift
    "$build/$program" --help
    for command in "$@"; do
        # shellcheck disable=SC2086 # a command may be two words
        "$build/$program" $command --help
    done
}

# names FILE: the commands that the overview lists.
names()
{
    sed -n 's/^  \([a-z][a-z-]*\)  *[^ ].*/\1/p' "$1" | grep -v '^firstline' | sort -u
}

# completions PROGRAM WORD…: what is offered after these words.
completions()
{
    bash -c '. "share/completions/$1"; COMP_WORDS=("$@" ""); COMP_CWORD=$#; "_$1"; printf "%s\n" "${COMPREPLY[@]}"' completions "$@" |
        sort -u
}

# offers PROGRAM COMMAND…: the completions after it hold the options of its --help (and -h's own).
offers()
{
    program=$1
    shift
    # shellcheck disable=SC2086
    "$build/$program" "$@" --help 2>&1 | options >"$dir/wanted"
    grep -v -e '^--version$' "$dir/wanted" >"$dir/wanted.some"
    completions "$program" "$@" word >"$dir/offered"
    completions "$program" "$@" >>"$dir/offered"
    sort -u "$dir/offered" >"$dir/offered.sorted"
    all_in "$dir/wanted.some" "$dir/offered.sorted"
}

check()
{
    program=$1 section=$2
    shift 2
    said_by "$program" "$@" >"$dir/help" 2>&1
    "$build/$program" --help >"$dir/overview"
    options "$dir/help" | grep -vx -e '--help' >"$dir/in_help"
    options "docs/$program.$section" >"$dir/in_manual"
    ok "$program($section) has every option" all_in "$dir/in_help" "$dir/in_manual"
    (echo --help && cat "$dir/in_help") | sort -u >"$dir/known"
    ok "$program($section) has no other" all_in "$dir/in_manual" "$dir/known"
    names "$dir/overview" >"$dir/commands"
    completions "$program" >"$dir/offered"
    ok "$program: every command is completed" all_in "$dir/commands" "$dir/offered"
    grep -v '^--' "$dir/offered" >"$dir/offered.commands"
    ok "$program: nothing else is" all_in "$dir/offered.commands" "$dir/commands"
    sed 's/\\-/-/g; s/\\f[BIRP]//g' "docs/$program.$section" |
        grep -oE "^\.B $program [a-z-]+" | sed 's/.* //' | sort -u >"$dir/in_synopsis"
    ok "$program($section) has every command" all_in "$dir/commands" "$dir/in_synopsis"
    ok "$program($section) has no command that is none" all_in "$dir/in_synopsis" "$dir/commands"
    for command in "$@"; do
        # shellcheck disable=SC2086
        ok "$program $command: its options are completed" offers "$program" $command
    done
}

desk='report,export,sign-in,import,practice,script check,script graph,script paths,script run,script replay,script put,script publish,script versions,script diff,script retire,script pull-back,kb index,kb update,kb search,kb similar,kb stats,kb check,keys'
IFS=,
# shellcheck disable=SC2086 # parted at commas
set -- $desk
unset IFS
check firstline 1 "$@"
check firstlined 8 serve config user import backup check demo

# every right that settings may give stands in the manual, and no other.
sed -n 's/^ *RIGHT([A-Z_]*, "\([a-z.]*\)",.*/\1/p; s/^ *"\([a-z]*\.[a-z]*\)",.*/\1/p' app/model/rights.h | sort -u >"$dir/rights"
sed -n '/^Rights: /,/\.$/p' docs/firstlined.8 | grep -oE '[a-z]+\.[a-z]+' | sort -u >"$dir/in_manual"
ok 'the rights in the manual are those there are' cmp -s "$dir/rights" "$dir/in_manual"
# every key of a scenario stands in its manual, and the scenario that stands there is one.
grep -oE '^ *(TEXT|TEXT_OR_NONE|WORDS_OR_NONE|SPAN|PART|ROW)\([^"]*"[a-z_]+"' app/sim/scenario.c | grep -oE '[a-z_]+"$' |
    tr -d '"' | sort -u >"$dir/keys"
grep -oE '[a-z_]+' docs/firstline-scenario.5 | sort -u >"$dir/in_manual"
ok 'firstline-scenario(5) has every key' all_in "$dir/keys" "$dir/in_manual"
sed -n '/^\.SH EXAMPLE/,/^\.fi/p' docs/firstline-scenario.5 | sed '/^\./d; s/\\-/-/g' >"$dir/example.yaml"
example_is_one()
{
    FIRSTLINE_SHARE=$PWD/share "$build/firstline" practice "$dir/example.yaml" >"$dir/said" 2>&1 </dev/null
    grep -q 'The desk needs a terminal' "$dir/said" || { sed 's/^/# /' "$dir/said"; return 1; }
}
ok 'its example is sound' example_is_one
# so it is with a mapping: its keys, the fields of each kind, its filters, and the example at work.
{
    grep -oE '^ *\{"[a-z_]+", YAML_TYPE' app/desk/mapping.c
    sed -n '/kind_fields\[IMPORT_KIND_COUNT\] = /,/^};/p; /identity_names/p' app/desk/mapping.c
    sed -n '/^} filters\[\] = /,/^};/p' app/desk/mapping_text.c
} | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u >"$dir/keys"
grep -oE '[a-z_]+' docs/firstline-mapping.5 | sort -u >"$dir/in_manual"
ok 'firstline-mapping(5) has every key, field and filter' all_in "$dir/keys" "$dir/in_manual"
sed -n '/^\.SH EXAMPLE/,/^\.fi/p' docs/firstline-mapping.5 | sed '/^\./d; s/\\-/-/g' >"$dir/mapping.yaml"
printf 'parcels\tfjellhem\n' >"$dir/teams.tsv"
echo '{"tickets": [{"no": 7, "group": "Parcels", "title": "Late", "opened": "2026-11-23T14:02:05Z", "lines":
    [{"by": "client", "text": "Where is it?", "time": ""}, {"by": "log", "text": "Moved.", "time": ""}]}]}' >"$dir/tickets.json"
mapping_works()
{
    "$build/firstline" import contacts --map "$dir/mapping.yaml" --dry-run "$dir/tickets.json" >"$dir/said" 2>&1 &&
        grep -q '"contact":"old-7".*"queue":"fjellhem"' "$dir/said" && grep -q 'message.received.*Where is it?' "$dir/said" &&
        grep -q 'note.added.*Moved' "$dir/said" || { sed 's/^/# /' "$dir/said"; return 1; }
}
ok 'its example works' mapping_works
# the unit starts a command that there is, alone and with the drop-in of the manual.
unit_is_sound()
{
    command -v systemd-analyze >/dev/null || return 0
    mkdir -p "$dir/units/firstlined.service.d" "$dir/prefix/bin"
    cp "$build/firstlined" "$dir/prefix/bin/"
    sed "s|@PREFIX@|$dir/prefix|; /^Documentation=/d" share/units/firstlined.service >"$dir/units/firstlined.service"
    sed -n '/^\[Service\]/,/^\.fi/p' docs/firstlined.8 | sed '/^\.fi/d; s/\\-/-/g' >"$dir/units/firstlined.service.d/tls.conf"
    grep -q 'FIRSTLINE_TLS=--tls-cert %d/cert.pem' "$dir/units/firstlined.service.d/tls.conf" || return 1
    grep -q '^ExecStart=.*\$FIRSTLINE_TLS$' "$dir/units/firstlined.service" || return 1
    SYSTEMD_UNIT_PATH=$dir/units: systemd-analyze verify "$dir/units/firstlined.service" >"$dir/said" 2>&1
    ! grep -i 'firstlined' "$dir/said" || { sed 's/^/# /' "$dir/said"; return 1; }
}
ok 'the unit and its drop-in are sound' unit_is_sound
pages_are_sound()
{
    command -v man >/dev/null || return 0
    for page in docs/*.[0-9]; do
        said=$(MANWIDTH=100 man --warnings -l "$page" 2>&1 >/dev/null)
        [ -z "$said" ] || { echo "# $page: $said"; return 1; }
    done
}
ok 'man reads the pages without a warning' pages_are_sound
echo "1..$number"
