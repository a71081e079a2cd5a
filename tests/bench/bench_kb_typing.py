"""Typing into the desk's knowledge box over Debian's package descriptions, beside fzf typing over their titles, on ptys of
one size: a key to the last byte it draws, and the processor's time of each key. The queries are three words of a title,
chosen by rule and seed."""
import json, os, random, re, shutil, sys, tempfile, time

sys.dont_write_bytecode = True
import package_articles
from workplace import BUILD, Backend, Terminal, between_ticks, cpu_ns, head, line

QUERIES, BATCH = 24, 8000
CLEAR = b"\x15"  # ^U, in both


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def queries(titles):
    """The rarest word of a title, and two others, in their order."""
    rand, counts, chosen = random.Random(int(os.environ.get("FIRSTLINE_SEED", "1"))), {}, []
    words_of = [list(dict.fromkeys(re.findall(r"[a-z]{3,}", title.lower()))) for title in titles]
    for words in words_of:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    while len(chosen) < QUERIES:
        words = rand.choice(words_of)
        if len(words) < 4:
            continue
        rarest = min(words, key=counts.get)
        kept = {rarest, *rand.sample([w for w in words if w != rarest], 2)}
        chosen.append(" ".join(w for w in words if w in kept))
    return chosen


def type_all(term, texts):
    """Milliseconds of each key, and of the processor's time a key."""
    times, spent, keys = [], 0, 0
    for text in texts:
        for letter in text.encode():
            between_ticks()
            before = cpu_ns(term.pid)
            took, _ = term.key(bytes([letter]))
            spent += cpu_ns(term.pid) - before
            keys += 1
            if took is not None:
                times.append(took)
        term.key(CLEAR)
        term.until_quiet(0.3, 0.1)
    return {"p50": percentile(times, 0.5), "p99": percentile(times, 0.99), "cpu": spent / 1e6 / keys}


def run_desk(folder, articles, texts):
    backend = Backend(folder, 20)
    try:
        for i in range(0, len(articles), BATCH):
            backend.import_records("articles", articles[i:i + BATCH])
        term = Terminal(*backend.desk("lina", folder))
        deadline = time.monotonic() + 120  # the snapshot is fetched and indexed first
        cache = f"{folder}/cache"
        while time.monotonic() < deadline and not has_index(cache, len(articles)):
            term.read(0.5)
        term.until_quiet(2, 1)
        term.key(b"\x0b")  # ^K
        term.until_quiet(1, 0.5)
        found = term.key_output(texts[0].encode())
        if not texts[0].split()[0].encode() in found.lower():
            raise SystemExit("The desk found nothing: is the cursor in the knowledge box?")
        term.key(CLEAR)
        if texts[0].encode() in term.key_output(b"\x0c"):
            raise SystemExit("^U did not clear the knowledge box.")
        figures = type_all(term, texts)
        term.end()
    finally:
        backend.stop()
    return figures


def has_index(cache, count):
    """Is there an index large enough to hold them all?"""
    sizes = [os.path.getsize(os.path.join(where, name)) for where, _, names in os.walk(cache) for name in names
             if name == "articles.kb"]
    return any(size > count * 400 for size in sizes)


def run_fzf(corpus, texts):
    if not shutil.which("fzf"):
        return print("fzf is not installed: passed over") or None
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8")
    term = Terminal(["sh", "-c", f"exec fzf --no-mouse <{corpus}/titles.txt"], env)
    term.until_quiet(3, 1)
    figures = type_all(term, texts)
    term.end()
    return figures


def main():
    corpus = os.path.join(BUILD, "bench-corpus")
    try:
        package_articles.make(corpus)
    except (OSError, package_articles.subprocess.CalledProcessError):
        return print("The package descriptions cannot be had (apt-get update): passed over")
    articles = [json.loads(row) for row in open(f"{corpus}/articles.jsonl", encoding="utf-8")]
    texts = queries([a["title"] for a in articles])
    with tempfile.TemporaryDirectory() as folder:
        ours = run_desk(folder, articles, texts)
    peer = run_fzf(corpus, texts)
    head(f"typing over {len(articles)} articles, 120x40")
    for what, key, target in (("key to quiet, p50", "p50", "<= 0.5x"), ("key to quiet, p99", "p99", "<= 0.25x"),
                              ("processor's time of a key", "cpu", "<= 0.2x")):
        line(what, f"{ours[key]:.2f} ms", f"fzf {peer[key]:.2f} ms" if peer else "fzf absent",
             f"{ours[key] / peer[key]:.2f}" if peer else "-", target)


main()
