"""What the benches of whole programs share: a backend with a filled queue, and a program on a pty."""
import contextlib, fcntl, hashlib, json, math, os, pty, re, secrets, select, signal, socket, sqlite3, ssl, struct
import subprocess, termios, time, urllib.request

BUILD = os.environ.get("BUILD", "build")
MARK = re.compile(rb"K(\d{4})Q")  # names of the rows that this bench has put there


def verdict(ratio, target):
    """A target is written as "<= 0.5x" or ">= 2x"; "" where it or the peer is absent."""
    found = re.match(r"(<=|>=) ([\d.]+)x$", target)
    try:
        value = float(ratio)
    except ValueError:
        return ""
    if not found:
        return ""
    bound = float(found[2])
    return "met" if (value <= bound if found[1] == "<=" else value >= bound) else "MISSED"


def line(what, ours, peer, ratio, target):
    print(f"{what:<46} {ours:>14} {peer:>22} {ratio:>8} {target:>10} {verdict(ratio, target)}", flush=True)


def limit(what, value, bound, unit):
    """A figure beside a fixed limit."""
    line(what, f"{value:.2f} {unit}", f"limit {bound:g} {unit}", f"{math.ceil(value / bound * 100) / 100:.2f}", "<= 1x")


def head(title):
    print(title)
    line("what", "ours", "peer or limit", "ratio", "target")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def pss_kb(pid, is_own=lambda path: True):
    """Proportional set size of the mappings whose path is wanted."""
    total, wanted = 0, True
    for row in open(f"/proc/{pid}/smaps", errors="replace"):
        words = row.split()
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", row):
            wanted = is_own(words[5] if len(words) > 5 else "")
        elif row.startswith("Pss:") and wanted:
            total += int(words[1])
    return total


def cpu_ns(pid):
    return sum(int(open(f"/proc/{pid}/task/{t}/schedstat").read().split()[0])
               for t in os.listdir(f"/proc/{pid}/task"))


def between_ticks():
    """Waits until no clock turns for a while: what a second's turn draws is not the key's."""
    while not 0.1 < time.time() % 1 < 0.85:
        time.sleep(0.01)
    return True


class Backend:
    """The demo's database with contacts and articles beside it, served without live traffic."""

    def __init__(self, folder, contacts=5000, articles=0, spread=False):
        """All contacts wait in one queue, or are spread evenly over all queues."""
        self.folder, self.context, self.scheme = folder, None, "http"
        self.db, self.port = os.path.join(folder, "bench.db"), free_port()
        self.log = open(os.path.join(folder, "backend.log"), "w")
        self._start("demo", "--pace", "0.01")
        self.stop()
        self.serve()
        self.token = self.sign_in("admin")
        queues = ["fjellhem"]
        if spread:
            queues = [q["id"] for q in self.call("/v1/floor", token=self.token)["queues"]]
        self.import_records("contacts", (contact(i, queues[i % len(queues)]) for i in range(contacts)))
        if articles:
            self.import_records("articles", (article(i) for i in range(articles)))

    def serve(self, certificate=None):
        """Starts it; with TLS where a certificate's and its key's paths are given."""
        if certificate:
            self.scheme, self.context = "https", ssl._create_unverified_context()
            self._start("serve", "--tls-cert", certificate[0], "--tls-key", certificate[1])
        else:
            self._start("serve")

    def is_own(self, path):
        """Is a mapping its own memory, and not a store in the bench's folder?"""
        return not path.startswith(self.folder)

    def _open(self, request):
        return urllib.request.urlopen(request, timeout=120, context=self.context)

    def _start(self, *command):
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [f"{BUILD}/firstlined", command[0], "--db", self.db, "--listen", f"127.0.0.1:{self.port}",
             *command[1:]], stderr=self.log, stdout=self.log)
        self.pid, deadline = self.process.pid, time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self._open(self.url + "/readyz").read()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"The backend did not come up; see {self.log.name}.")

    def call(self, path, body=None, kind="application/json", token=None):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind})
        if token:
            request.add_header("Authorization", "Bearer " + token)
        return json.load(self._open(request))

    def sign_in(self, agent, device=""):
        """A token; without a device it is that of the desk that first delivers with it."""
        body = {"agent": agent, "password": "demo", "device": device}
        return self.call("/v1/session", json.dumps(body).encode())["token"]

    def make_tokens(self, agent, device_prefix, count):
        """Many sessions at once, each of a device (the prefix and 0, 1, 2...), written as firstlined does: signing
        in for each would take a password's hash of a processor's time."""
        tokens, now_ms = [secrets.token_urlsafe(32) for _ in range(count)], int(time.time() * 1000)
        rows = [(hashlib.blake2b(t.encode(), digest_size=32).hexdigest(), agent, f"{device_prefix}{i}", now_ms,
                 now_ms + 3600000) for i, t in enumerate(tokens)]
        with contextlib.closing(sqlite3.connect(self.db)) as db, db:
            db.executemany("INSERT INTO tokens (hash, agent, device, created_ms, expires_ms) VALUES (?,?,?,?,?)", rows)
        return tokens

    def metrics(self):
        text = self._open(self.url + "/metrics").read().decode()
        return {m[1]: float(m[2]) for m in re.finditer(r"^firstline_(\w+) (\S+)$", text, re.M)}

    def import_records(self, kind, records):
        body = "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode()
        answer = self.call("/v1/import/" + kind, body, "application/x-ndjson", self.token)
        if answer["refused_count"]:
            raise SystemExit(f"The backend refused {kind} of the bench: {answer['refused'][0]['problem']}")

    def desk(self, agent, folder):
        """What starts a desk that is signed in, all its files in the folder: argv and environment."""
        env = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8", HOME=folder,
                   XDG_STATE_HOME=f"{folder}/state", XDG_CACHE_HOME=f"{folder}/cache",
                   XDG_RUNTIME_DIR=folder, XDG_CONFIG_HOME=f"{folder}/config")
        place = f"{folder}/state/firstline/127.0.0.1_{self.port}"
        os.makedirs(place, exist_ok=True)
        with open(f"{place}/token", "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(self.sign_in(agent))
        return [f"{BUILD}/firstline", "--url", self.url, "--agent", agent], env

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def contact(i, queue="fjellhem"):
    at = time.time() - 3600 - i / 1000
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + ".%03dZ" % (at % 1 * 1000)
    return {"v": 1, "kind": "contact.created", "actor": {"kind": "integration", "id": "channels"},
            "id": "%08x-%04x-7000-8000-%012x" % (int(at * 1000) >> 16, int(at * 1000) & 0xffff, i),
            "device": "bench", "boot": "bench", "seq": i + 1, "at": stamp, "boot_ms": i,
            "contact": str(700000 + i),
            "data": {"channel": "chat", "class": "enquiry", "intent": "size_advice", "queue": queue,
                     "name": f"K{i:04}Q", "address": f"k{i}@post.example.net", "subject": f"K{i:04}Q parcel",
                     "tier": "gold", "language": "en"}}


def article(i):
    words = " ".join(f"word{(i * 7919 + k * k * 31) % 20011}" for k in range(40))
    return {"id": f"B-{i}", "title": f"How to settle matter {i}", "body": words, "lang": "en",
            "updated": "2026-01-01", "tags": ["bench"]}


class Terminal:
    """A program on a 120x40 pty."""

    def __init__(self, argv, env):
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
            os.execvpe(argv[0], argv, env)
        self.last = self.started

    def read(self, wait):
        ready, _, _ = select.select([self.fd], [], [], wait)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.last = time.monotonic()
        return data

    def until_quiet(self, first=0.3, quiet=0.04):
        """All output until none came for `quiet` seconds; the first may take `first`."""
        out, data = b"", self.read(first)
        while data:
            out, data = out + data, self.read(quiet)
        return out

    def first_rows(self, rows, limit=10):
        """Milliseconds until so many rows have been drawn, and how many were."""
        out, deadline, seen, at = b"", time.monotonic() + limit, set(), self.started
        while len(seen) < rows and time.monotonic() < deadline:
            out += self.read(0.5)
            found = set(MARK.findall(out))
            if len(found) > len(seen):
                seen, at = found, self.last
        return (at - self.started) * 1000, len(seen)

    def key_output(self, keys):
        os.write(self.fd, keys)
        return self.until_quiet()

    def key(self, keys):
        """Milliseconds from the key to the last byte it causes, and how many bytes."""
        start = time.monotonic()
        os.write(self.fd, keys)
        out = self.until_quiet()
        return ((self.last - start) * 1000 if out else None), len(out)

    def end(self):
        """Milliseconds from SIGTERM to the program's end. Waited for asleep: who asks again and again takes the
        time of a processor that the program needs."""
        exited = os.pidfd_open(self.pid)
        waits, start = [exited, self.fd], time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        while exited not in (ready := select.select(waits, [], [], 5)[0]):
            if not ready:
                os.kill(self.pid, signal.SIGKILL)
            elif not self.read(0):
                waits.remove(self.fd)  # the terminal is closed; its end is still to come
        took_ms = (time.monotonic() - start) * 1000
        os.waitpid(self.pid, 0)
        os.close(exited)
        os.close(self.fd)
        return took_ms
