"""The desk on a pty with 5,000 contacts and 50,000 articles, beside neomutt on 5,000 mails and tig on 10,000
commits. A peer that is not installed is passed over, and said so."""
import os, re, shutil, subprocess, sys, tempfile, time, unicodedata

sys.dont_write_bytecode = True
from workplace import BUILD, Backend, Terminal, between_ticks, cpu_ns, head, limit, line, pss_kb

ROWS = 20
STARTS, KEYS, KEY_ROUNDS, BURST, IDLE_S = 9, 100, 9, 200, 60
# The least that answers a key: what the pty and the scheduler take by themselves.
ECHO = "import os, tty; tty.setraw(0)\nwhile os.read(0, 64): os.write(1, b'x' * 200)"
ESCAPE = re.compile(rb"\x1b(\[[0-9;?]*[A-Za-z]|[()].|.)|[\x00-\x1f]")
CURSOR_ROW = re.compile("▌.{0,120}?(K\\d{4}Q)".encode(), re.S)  # the desk's marker, then the row's name


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure_keys(programs):
    """Cursor keys down from a list's top, the same ones in each round and the programs by turns."""
    samples = [[] for _ in programs]
    for _ in range(KEY_ROUNDS):
        for (term, top, down, _), own in zip(programs, samples):
            term.key(top)
            term.until_quiet(0.3)
            for _ in range(KEYS):
                between_ticks()
                took, size = term.key(down)
                if took is not None:
                    own.append((took, size))
    for (_, _, _, figures), own in zip(programs, samples):
        if len(own) < KEYS * KEY_ROUNDS * 0.9:
            raise SystemExit("Cursor keys drew nothing; is the cursor in a list?")
        times, sizes = zip(*own)
        figures.update(p50=percentile(times, 0.5), p99=percentile(times, 0.99), bytes=percentile(sizes, 0.5))


def burst(term, top, down):
    """Milliseconds until so many keys, sent at once from the list's top, are drawn; and all that was sent."""
    term.key(top)
    term.until_quiet(0.3, 0.3)
    between_ticks()
    start = time.monotonic()
    os.write(term.fd, down * BURST)
    out = term.until_quiet(1, 0.15)
    return (term.last - start) * 1000, out


def measure_burst(term, down, figures):
    """Also checks that the cursor comes to the row that the same keys, one by one, come to."""
    term.key(b"\x1b[H")
    stepped = []
    for _ in range(BURST):
        out = term.key_output(down)
        stepped = CURSOR_ROW.findall(out)[-1:] or stepped
    times = []
    for _ in range(5):
        took, out = burst(term, b"\x1b[H", down)
        times.append(took)
        if CURSOR_ROW.findall(out)[-1:] != stepped:
            raise SystemExit(f"{BURST} keys at once ended at {CURSOR_ROW.findall(out)[-1:]}, one by one at {stepped}.")
    figures["burst"] = percentile(times, 0.5)


def measure_opening(term, figures):
    """Bytes from Enter until the contact is open and all of it is shown, against the UTF-8 of the screen's cells
    (blanks too, colours not)."""
    term.key(b"\x1b[20~")  # F9: ready
    term.until_quiet(1, 0.5)
    term.key(b"\x1b[H")
    between_ticks()
    os.write(term.fd, b"\r")
    opened = term.until_quiet(1, 0.12)
    whole = term.key_output(b"\x0c")
    figures["open"] = len(opened)
    text = ESCAPE.sub(b"", whole).decode()
    if not re.search("yours [1-9]", text):
        raise SystemExit("Enter did not open the contact: " + text)
    figures["visible"] = 120 * 40 + sum(len(c.encode()) - (2 if unicodedata.east_asian_width(c) in "WF" else 1)
                                        for c in text)


def measure_idle(term, figures):
    term.until_quiet(1, 0.6)
    before, start = cpu_ns(term.pid), time.monotonic()
    while time.monotonic() - start < IDLE_S:
        term.read(1)
    figures["idle"] = (cpu_ns(term.pid) - before) / 1e9 / (time.monotonic() - start) * 100


def measure_starts(argv, env, figures, is_own=lambda path: True):
    """First frame, memory and exit, alone; then one more of it, to be measured beside others."""
    firsts, exits = [], []
    for _ in range(STARTS):
        term = Terminal(argv, env)
        firsts.append(term.first_rows(ROWS))
        term.until_quiet(1, 0.4)
        figures["pss"] = pss_kb(term.pid, is_own)
        exits.append(term.end())
    figures["first"], figures["rows"] = sorted(firsts)[STARTS // 2]
    figures["exit"] = percentile(exits, 0.5)


def open_at_rest(argv, env):
    term = Terminal(argv, env)
    term.first_rows(ROWS)
    term.until_quiet(1, 0.4)
    return term


def prepare_desk(backend, folder):
    argv, env = backend.desk("lina", folder)
    warm = Terminal(argv, env)  # fills the cache, as every desk but a first one has it
    warm.first_rows(ROWS)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and cpu_busy(warm):
        pass
    warm.end()
    return argv, env


def cpu_busy(term):
    before, start = cpu_ns(term.pid), time.monotonic()
    while time.monotonic() - start < 1.5:
        term.read(0.3)
    return cpu_ns(term.pid) - before > 5e7


def prepare_neomutt(folder):
    if not shutil.which("neomutt"):
        return print("neomutt is not installed: passed over") or None
    mbox = f"{folder}/box"
    with open(mbox, "w") as file:
        for i in range(5000):
            file.write(f"From k{i}@example.net Mon Jan  1 00:00:00 2024\nFrom: K{i:04}Q <k{i}@example.net>\n"
                       f"To: us@example.net\nDate: Mon, 1 Jan 2024 {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02} +0000\n"
                       f"Subject: K{i:04}Q parcel\nMessage-ID: <{i}@example.net>\n\nWhere is it?\n\n")
    with open(f"{folder}/rc", "w") as file:
        file.write(f"set folder=\"{folder}\"\nset sort=date\nset quit=yes\n")
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=folder)
    return ["neomutt", "-n", "-F", f"{folder}/rc", "-R", "-f", mbox], env


def prepare_tig(folder):
    if not shutil.which("tig") or not shutil.which("git"):
        return print("tig is not installed: passed over") or None
    repo = f"{folder}/repo"
    subprocess.run(["git", "init", "-q", "-b", "main", repo], check=True)
    feed = "".join(f"commit refs/heads/main\ncommitter A <a@example.net> {1700000000 + i} +0000\n"
                   f"data 13\nK{i % 10000:04}Q parcel\n" for i in range(10000))
    subprocess.run(["git", "-C", repo, "fast-import", "--quiet"], input=feed.encode(), check=True)
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=folder, GIT_DIR=f"{repo}/.git")
    return ["tig"], env


def compare(what, ours, peers, name, key, unit, target):
    theirs = f"{name} {peers[key]:.2f} {unit}" if peers else f"{name} absent"
    line(what, f"{ours[key]:.2f} {unit}", theirs, f"{ours[key] / peers[key]:.2f}" if peers and peers[key] else "-", target)


def main():
    with tempfile.TemporaryDirectory() as folder:
        backend, ours, mutt, tig, echo = Backend(folder, 5000, 50000), {}, {}, {}, {}
        try:
            desk_start, mutt_start, tig_start = prepare_desk(backend, folder), prepare_neomutt(folder), prepare_tig(folder)
            measure_starts(*desk_start, ours, lambda path: not path.startswith(f"{folder}/cache"))
            if mutt_start:
                measure_starts(*mutt_start, mutt)
            desk, mutt_term, tig_term = (start and open_at_rest(*start) for start in (desk_start, mutt_start, tig_start))
            echo_term = Terminal([sys.executable, "-c", ECHO], os.environ)
            echo_term.until_quiet(1)
            programs = [(desk, b"\x1b[H", b"\x1b[B", ours), (mutt_term, b"=", b"j", mutt),
                        (tig_term, b"\x1bOH", b"j", tig), (echo_term, b"j", b"j", echo)]
            measure_keys([program for program in programs if program[0]])
            measure_burst(desk, b"\x1b[B", ours)
            if mutt_term:
                mutt["burst"] = percentile([burst(mutt_term, b"=", b"j")[0] for _ in range(5)], 0.5)
            for term in filter(None, (mutt_term, tig_term, echo_term)):
                term.end()
            measure_opening(desk, ours)
            measure_idle(desk, ours)  # the status line's clock and the contact's tick
            desk.end()
        finally:
            backend.stop()
    head("desk, 120x40, 5,000 contacts, 50,000 articles")
    compare(f"first frame with {ours['rows']} true rows", ours, mutt, "neomutt", "first", "ms", "<= 0.25x")
    compare("cursor key to quiet, p50", ours, tig, "tig", "p50", "ms", "<= 0.5x")
    compare("cursor key to quiet, p99", ours, tig, "tig", "p99", "ms", "<= 0.6x")
    compare("  beside a program that only echoes, p99", ours, echo, "echo", "p99", "ms", "-")
    compare("bytes of a cursor key", ours, mutt, "neomutt", "bytes", "B", "<= 1x")
    limit("bytes of opening a contact, of 1.2x the cells", ours["open"], 1.2 * ours["visible"], "B")
    compare(f"{BURST} keys at once, the last row right", ours, mutt, "neomutt", "burst", "ms", "<= 0.1x")
    compare("PSS without the mapped index", ours, mutt, "neomutt", "pss", "KB", "<= 1x")
    limit(f"CPU over {IDLE_S} s, two clocks, heartbeat", ours["idle"], 0.1, "%")
    limit("exit", ours["exit"], 5, "ms")


main()
