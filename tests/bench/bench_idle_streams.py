"""Memory of firstlined with 5,000 contacts while 10,000 desks follow it and nothing happens but heartbeats, without
and with TLS. Each stream has a session of its own. Measured whole, after every stream heard two heartbeats."""
import multiprocessing, os, resource, select, socket, ssl, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
from workplace import Backend, head, limit, pss_kb

STREAMS, CLIENTS, BEATS, DEADLINE_S = 10000, 2, 2, 180
BEAT = b":\n\n"


def connect(port, source, token, context):
    request = (f"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
               "Accept: text/event-stream\r\nUser-Agent: firstline/0.1.0\r\n\r\n").encode()
    stream = socket.create_connection(("127.0.0.1", port), source_address=(source, 0))
    if context:
        stream = context.wrap_socket(stream)
    stream.sendall(request)
    stream.setblocking(False)
    return stream


def read(stream):
    try:
        return stream.recv(4096)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None


def follow(port, source, tokens, has_tls, pipe):
    """One client: opens its streams, tells when each has heard its heartbeats, and holds them until it is told."""
    context = ssl.create_default_context() if has_tls else None
    if context:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    poller, streams, beats = select.epoll(), {}, {}
    for token in tokens:
        stream = connect(port, source, token, context)
        streams[stream.fileno()], beats[stream.fileno()] = stream, 0
        poller.register(stream, select.EPOLLIN)
    deadline, waiting = time.monotonic() + DEADLINE_S, set(streams)
    while waiting and time.monotonic() < deadline:
        for fd, _ in poller.poll(1):
            data = read(streams[fd])
            if data == b"":
                pipe.send("a stream was ended by the backend")
                return
            beats[fd] += data.count(BEAT) if data else 0
            if beats[fd] >= BEATS:
                waiting.discard(fd)
    pipe.send(f"{len(waiting)} streams heard too few heartbeats" if waiting else "")
    pipe.recv()


def measure(backend, has_tls):
    tokens, per_client = backend.make_tokens("lina", "idle-", STREAMS), STREAMS // CLIENTS
    clients = []
    for i in range(CLIENTS):
        ours, theirs = multiprocessing.Pipe()
        part = tokens[i * per_client:(i + 1) * per_client]
        process = multiprocessing.Process(target=follow, args=(backend.port, f"127.0.0.{i + 2}", part, has_tls, theirs))
        process.start()
        theirs.close()
        clients.append((process, ours))
    troubles = [pipe.recv() for _, pipe in clients]
    count, pss = backend.metrics()["streams"], pss_kb(backend.pid, backend.is_own) / 1024
    for process, pipe in clients:
        if process.is_alive():
            pipe.send("end")
        process.join()
    if any(troubles) or count != STREAMS:
        raise SystemExit(f"Of {STREAMS} streams {count:.0f} were live: {'; '.join(filter(None, troubles))}.")
    return pss


def make_certificate(folder):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", cert], check=True,
                   stderr=subprocess.DEVNULL)
    return cert, key


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < STREAMS + 500:
        return print(f"skipped: no more than {most} files may be open at once (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        backend = Backend(folder, 5000)
        try:
            head("10,000 idle streams, 5,000 contacts, heartbeats on")
            limit("PSS without TLS", measure(backend, False), 120, "MB")
            backend.stop()
            backend.serve(make_certificate(folder))
            limit("PSS with TLS", measure(backend, True), 256, "MB")
        finally:
            backend.stop()


if __name__ == "__main__":
    main()
