#!/usr/bin/python3
"""A channel for tests: lets customers come, speak and leave through the backend's API, as a telephone switch or a mail
gateway would. The account has the role integration; its password is read from standard input.

usage: channel.py FOLDER sign-in URL ACCOUNT < password
       channel.py FOLDER arrive CONTACT DATA TEXT     DATA: the members of contact.created, as JSON
       channel.py FOLDER say CONTACT CUSTOMER TEXT
       channel.py FOLDER clear                        everybody who waits gives up

FOLDER keeps the token and the number of the last event. Exit status 1, with the sentence, where the backend refuses.
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request


def ask(url, token, path, body=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = "Bearer " + token
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, data, headers), timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(json.load(error).get("detail", str(error)))


def uuid_of_now(now_ms):
    tail = os.urandom(10).hex()
    head = "%012x" % now_ms
    return "%s-%s-7%s-8%s-%s" % (head[:8], head[8:], tail[:3], tail[3:6], tail[6:18])


class Channel:
    def __init__(self, folder):
        self.path = os.path.join(folder, "channel.json")
        with open(self.path) as file:
            self.state = json.load(file)

    def ask(self, path, body=None):
        return ask(self.state["url"], self.state["token"], path, body)

    def event(self, kind, contact, actor, data):
        self.state["seq"] += 1
        now_ms = int(time.time() * 1000)
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now_ms // 1000))
        return {"v": 1, "id": uuid_of_now(now_ms), "device": "channel", "boot": "test", "seq": self.state["seq"],
                "actor": actor, "contact": contact, "kind": kind, "at": "%s.%03dZ" % (seconds, now_ms % 1000),
                "boot_ms": now_ms, "data": data}

    def send(self, events):
        results = self.ask("/v1/events", {"events": events})["results"]
        with open(self.path, "w") as file:
            json.dump(self.state, file)
        for result in results:
            if "problem" in result:
                sys.exit(result["problem"]["detail"])


def customer(identity):
    return {"kind": "customer", "id": identity}


def main(folder, verb, *rest):
    if verb == "sign-in":
        url, account = rest
        answer = ask(url, None, "/v1/session",
                     {"agent": account, "password": sys.stdin.readline().strip(), "device": "channel"})
        with open(os.path.join(folder, "channel.json"), "w") as file:
            json.dump({"url": url, "token": answer["token"], "seq": 0}, file)
        return
    channel = Channel(folder)
    if verb == "arrive":
        contact, data, text = rest[0], json.loads(rest[1]), rest[2]
        channel.send([
            channel.event("contact.created", contact, {"kind": "integration", "id": "channel"}, data),
            channel.event("message.received", contact, customer(data.get("customer", "unknown")), {"text": text})])
    elif verb == "say":
        channel.send([channel.event("message.received", rest[0], customer(rest[1]), {"text": rest[2]})])
    elif verb == "clear":
        waiting = [c for c in channel.ask("/v1/contacts?state=open&limit=200")["contacts"]
                   if c["state"] in ("queued", "offered")]
        channel.send([channel.event("contact.abandoned", c["id"], customer(c.get("customer", "unknown")), {})
                      for c in waiting])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
