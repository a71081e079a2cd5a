"""From a contact's arrival at the backend to its cells on the screen: 100 live streams, five of them real desks on a
pty. The clock runs from before the channel's request is written until the desk's terminal has the name."""
import http.client, json, multiprocessing, os, random, select, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
from bench_idle_streams import connect, read
from workplace import BUILD, Backend, Terminal, contact, head, limit

STREAMS, DESKS, ARRIVALS, QUEUE = 100, 5, 200, "fjellhem"
# No letter of one name stands in the next one, so that a terminal library has to write each name whole.
ALPHABETS = ("BCDFGHJK", "LMNPQRST")


def listen(port, tokens, pipe):
    """The desks that are none: read and forget."""
    poller, streams = select.epoll(), {}
    for token in tokens:
        stream = connect(port, "127.0.0.1", token, None)
        streams[stream.fileno()] = stream
        poller.register(stream, select.EPOLLIN)
    pipe.send("ready")
    while not pipe.poll():
        for fd, _ in poller.poll(0.2):
            read(streams[fd])


class Channel:
    """Another system that brings contacts, on a connection of its own."""

    def __init__(self, backend):
        subprocess.run([f"{BUILD}/firstlined", "user", "add", "channels", "--role", "integration", "--db", backend.db],
                       input=b"bench-channel\n", check=True, stdout=subprocess.DEVNULL)
        self.device, self.seq = "bench-channel", 0
        body = {"agent": "channels", "password": "bench-channel", "device": self.device}
        self.token = backend.call("/v1/session", json.dumps(body).encode())["token"]
        self.connection = http.client.HTTPConnection("127.0.0.1", backend.port)

    def bring(self, event):
        """Milliseconds on the clock when the request began; returns once it is answered."""
        self.seq += 1
        event.update(device=self.device, seq=self.seq)
        body, start = json.dumps({"events": [event]}), time.monotonic()
        self.connection.request("POST", "/v1/events", body, {"Content-Type": "application/json",
                                                             "Authorization": "Bearer " + self.token})
        answer = json.load(self.connection.getresponse())
        if "position" not in answer["results"][0]:
            raise SystemExit(f"The backend refused the bench's event: {answer}")
        return start


def arrival(number, name):
    event = contact(800000 + number, QUEUE)
    event["contact"] = str(1500000 + number)
    event["data"].update(name=name, subject=name, address=f"{name.lower()}@post.example.net")
    event["at"] = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return event


def leaving(number):
    event = arrival(number, "")
    event.update(kind="contact.abandoned", data={}, id=event["id"][:-12] + "%012x" % (0xA00000 + number),
                 actor={"kind": "customer", "id": "bench"})
    return event


def open_desk(backend, folder, agent):
    home = os.path.join(folder, agent)
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=home, XDG_STATE_HOME=f"{home}/state",
               XDG_CACHE_HOME=f"{home}/cache", XDG_RUNTIME_DIR=home, XDG_CONFIG_HOME=f"{home}/config")
    place = f"{home}/state/firstline/127.0.0.1_{backend.port}"
    os.makedirs(place)
    with open(f"{place}/token", "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(backend.sign_in(agent))
    desk = Terminal([f"{BUILD}/firstline", "--url", backend.url, "--agent", agent], env)
    desk.until_quiet(3, 0.4)  # less than a second: its clock never rests
    return desk


def drain(desks, seconds):
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        for fd in select.select([d.fd for d in desks], [], [], left)[0]:
            os.read(fd, 65536)


def await_name(desks, name, start, limit_s=3):
    """Milliseconds from the start until each desk's terminal had the name."""
    seen, times, waiting = {d.fd: b"" for d in desks}, [], {d.fd for d in desks}
    while waiting:
        ready = select.select(list(waiting), [], [], start + limit_s - time.monotonic())[0]
        now = time.monotonic()
        if not ready:
            raise SystemExit(f"{len(waiting)} desks have not shown {name} within {limit_s} s.")
        for fd in ready:
            seen[fd] += os.read(fd, 65536)
            if name.encode() in seen[fd]:
                times.append((now - start) * 1000)
                waiting.discard(fd)
    return times


def measure(backend, folder):
    people = backend.call("/v1/floor", token=backend.token)["agents"]
    agents = [a["id"] for a in people if a["role"] == "agent" and QUEUE in a["skills"]]  # only they have it in view
    desks = [open_desk(backend, folder, agent) for agent in agents[:DESKS]]
    ours, theirs = multiprocessing.Pipe()
    tokens = backend.make_tokens("lina", "listener-", STREAMS - DESKS)
    listener = multiprocessing.Process(target=listen, args=(backend.port, tokens, theirs))
    listener.start()
    ours.recv()
    channel, times = Channel(backend), []
    count = backend.metrics()["streams"]
    if count != STREAMS:
        raise SystemExit(f"There are {count:.0f} streams, and the bench needs {STREAMS}.")
    for number in range(ARRIVALS):
        name = "".join(random.choices(ALPHABETS[number % 2], k=6))
        drain(desks, random.uniform(0.1, 0.25))
        times += await_name(desks, name, channel.bring(arrival(number, name)))
        channel.bring(leaving(number))
    ours.send("end")
    listener.join()
    for desk in desks:
        desk.end()
    return sorted(times)


def main():
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        backend = Backend(folder, 0)
        try:
            times = measure(backend, folder)
        finally:
            backend.stop()
    head(f"arrival to the cell on the screen, {STREAMS} streams of which {DESKS} desks, {ARRIVALS} arrivals")
    limit("arrival to the cell, p50", times[len(times) // 2], 20, "ms")
    limit("arrival to the cell, p99", times[int(len(times) * 0.99)], 20, "ms")


if __name__ == "__main__":
    main()
