#!/bin/sh
# Bad input to the knowledge engine's command line: one sentence each, and the index that is there stays as it is.
set -u
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
dir=$(mktemp -d "${TMPDIR:-/tmp}/firstline-kb.XXXXXX") || exit 1
indexer=
trap '[ -z "$indexer" ] || kill -9 "$indexer" 2>/dev/null; rm -rf "$dir"' EXIT
export HOME="$dir" LC_ALL=C.UTF-8
cd "$dir" || exit 1
desk=$build/firstline
number=0
echo 1..48

check()
{
    name=$1
    shift
    number=$((number + 1))
    if "$@"; then echo "ok $number - $name"; else echo "not ok $number - $name"; fi
}

# said STATUS SENTENCE COMMAND...: it ends so, and SENTENCE stands in what it says.
said()
{
    status=$1 sentence=$2
    shift 2
    timeout 60 "$@" >said 2>&1
    got=$?
    [ $got -eq "$status" ] && grep -qF -- "$sentence" said && return 0
    echo "# exit $got, expected $status with \"$sentence\"; it said:"
    head -n 20 said | cut -c1-200 | sed 's/^/#   /'
    return 1
}

# The index and what has changed since are what they were, with nothing beside them.
is_old()
{
    cmp -s good.kb kept.kb && cmp -s good.kb.delta kept.delta && [ "$(find . -name "good.kb*" | wc -l)" -eq 2 ] &&
        said 0 'good.kb is whole: format' "$desk" kb check good.kb
}

python=$(command -v python3)
make_lines() # COUNT: articles enough to be at work for a while
{
    "$python" - "$1" <<'END'
import json, random, sys
random.seed(1)
words = ["".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(random.randint(3, 9))) for _ in range(4000)]
for i in range(int(sys.argv[1])):
    print(json.dumps({"id": i, "title": " ".join(random.choices(words, k=5)), "body": " ".join(random.choices(words, k=120))}))
END
}

printf '%s\n' '{"id":"r","title":"Return policy","body":"Thirty days."}' '{"id":"d","title":"Delivery","body":"Two days."}' >good.jsonl
printf '%s\n' '{"id":"n","title":"New"}' >change.jsonl
check 'an index is made' said 0 '2 documents indexed in good.kb.' "$desk" kb index -o good.kb good.jsonl
check 'and changed' said 0 '1 change made in good.kb.' "$desk" kb update good.kb change.jsonl
cp good.kb kept.kb
cp good.kb.delta kept.delta

# --- lines that are no documents: each is told, the rest are taken ---

refuse() # NAME LINE SENTENCE: refused in an index and in an update alike
{
    { printf '%b\n' "$2"; echo '{"id":"fine","title":"A fine one"}'; } >lines.jsonl
    check "$1" said 0 "lines.jsonl:1: refused: $3" "$desk" kb index -o other.kb lines.jsonl
    check "$1, and the rest is taken" grep -qxF '1 document indexed in other.kb.' said
}

refuse 'broken JSON' '{"id":"x","title":' 'It is not JSON.'
refuse 'no object' '[1,2]' 'It is not a JSON object.'
refuse 'a missing id' '{"title":"x"}' 'It has no id.'
refuse 'invalid UTF-8' '{"id":"x","title":"\0377\0376"}' 'It is not UTF-8.'
refuse 'a NUL' '{"id":"x","title":"a\0000b"}' 'It has a NUL character.'
refuse 'an escaped NUL' '{"id":"x","title":"a\\u0000b"}' 'It has a NUL character.'
refuse 'an unpaired surrogate' '{"id":"x","title":"\\ud800 alone"}' 'It has half a surrogate pair, which is no character.'
refuse 'neither title nor body' '{"id":"x"}' 'Document x has neither title nor body.'

printf '%s\n' '{"id":"a","title":"first"}' '{"id":"a","title":"second"}' >lines.jsonl
check 'a repeated id' said 0 'lines.jsonl:2: refused: Document a is there twice: the first one is kept.' \
    "$desk" kb index -o other.kb lines.jsonl
check 'counts its refusals' grep -qxF '1 line was refused.' said

{
    printf '{"id":"big","title":"Big","body":"'
    head -c 52428800 /dev/zero | tr '\0' 'w'
    printf '"}\n{"id":"fine","title":"A fine one"}\n'
} >lines.jsonl
check 'an article of 50 MB' said 0 'The body of document big has 52428800 bytes, and 16777216 is the most' \
    "$desk" kb index -o other.kb lines.jsonl
rm lines.jsonl

{
    printf '{"id":"tower","title":"Tower","body":"o'
    i=0
    while [ $i -lt 3000 ]; do printf '\314\201\314\202\314\203'; i=$((i + 1)); done
    printf ' stands"}\n'
} >lines.jsonl
check 'a tower of combining marks is a text' said 0 '1 document indexed in other.kb.' "$desk" kb index -o other.kb lines.jsonl
check 'and is found' said 0 'Tower' "$desk" kb search other.kb stands

# --- nothing to index ---

: >empty.jsonl
echo 'no' >refused.jsonl
check 'an empty set' said 1 'There is no document to index; good.kb was not written.' "$desk" kb index -o good.kb empty.jsonl
check 'a set of refused lines' said 1 'There is no document to index; good.kb was not written.' "$desk" kb index -o good.kb refused.jsonl
check 'a missing set' said 1 'none.jsonl cannot be read: No such file or directory.' "$desk" kb index -o good.kb none.jsonl
check 'an update of nothing' said 0 '0 changes made in good.kb.' "$desk" kb update good.kb empty.jsonl
check 'the index is the old one' is_old

# --- files that are no index ---

head -c 700 good.kb >cut.kb
echo 'a letter to a friend, not an index' >foreign.kb
cp good.kb older.kb
printf '\001' | dd of=older.kb bs=1 seek=8 conv=notrunc 2>/dev/null
check 'a truncated index' said 1 'cut.kb cannot be used: it is cut short' "$desk" kb search cut.kb return
check 'a foreign file' said 1 'foreign.kb cannot be used: it is not a knowledge index.' "$desk" kb search foreign.kb return
check 'an older index' said 1 'older.kb cannot be used: it was written by another version of the program. Make it again.' \
    "$desk" kb search older.kb return
check 'an update of an older index' said 1 'it was written by another version of the program.' "$desk" kb update older.kb change.jsonl
cp good.kb rotten.kb
printf '\377' | dd of=rotten.kb bs=1 seek=1000 conv=notrunc 2>/dev/null
check 'a damaged index' said 1 'rotten.kb' "$desk" kb check rotten.kb

# --- queries ---

long=$(head -c 10240 /dev/zero | tr '\0' 'q')
check 'a query of 10 kB' said 0 'Only the first 4 kB of the query were searched for.' "$desk" kb search good.kb "$long"
check 'an unclosed bracket' said 0 'The bracket is not closed yet: searched as text.' "$desk" kb search good.kb '/[a/'
check 'an unclosed bracket, as a pattern' said 1 'The pattern cannot be used: ' "$desk" kb search -m regex good.kb '[a'
head -c 4000 /dev/zero | tr '\0' 'a' | sed 's/^/{"id":"a","title":"x","body":"/; s/$/"}/' >lines.jsonl
"$desk" kb index -o other.kb lines.jsonl 2>/dev/null
check 'a pattern that explodes' said 0 'The pattern is too heavy for some articles, which were left out' \
    "$desk" kb search other.kb '/^(a|aa|aaa)*(a|aa)*[0-9]$/'
check 'an empty query' said 0 '0 of 0' "$desk" kb search good.kb ''
printf 'q1\tret\377\376urn\nno tab\nq2\tde\000livery\nq3\tdelivery\n' >queries.tsv
"$desk" kb search good.kb <queries.tsv >found 2>said
check 'bad lines of queries' grep -q 'A line has no tab between its query id and its query: no tab' said
check 'a NUL in one' grep -q 'A line has a NUL character' said
check 'the rest are answered' grep -q '^q3	1	d	' found

# --- a full disk, and a sudden end ---

make_lines 3000 >many.jsonl
full()
{
    # A file that may not grow is what a full disk is to the program.
    (ulimit -f 200; said 1 "$1" "$desk" kb "$2" "$3" "$4" ${5:+"$5"})
}
check 'a disk that fills while indexing' full 'The index good.kb could not be written to the end: ' index -o good.kb many.jsonl
check 'the index is the old one' is_old
check 'a disk that fills while updating' full 'What was there before is unchanged.' update good.kb many.jsonl
check 'the index and its changes are the old ones' is_old

killed() # COMMAND...: ends it without warning while it is at work on many articles, which come through a pipe
{
    mkfifo pipe
    "$@" pipe 2>/dev/null &
    indexer=$!
    exec 9>pipe
    cat many.jsonl >&9
    kill -9 $indexer
    exec 9>&-
    wait $indexer 2>/dev/null
    indexer=
    rm pipe
}
killed "$desk" kb index -o good.kb
check 'the index is the old one after a kill' is_old
killed "$desk" kb update good.kb
check 'and after the kill of an update' is_old
check 'it can be changed again' said 0 '1 change made in good.kb.' "$desk" kb update good.kb change.jsonl
