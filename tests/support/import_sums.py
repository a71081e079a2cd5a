"""What `firstline import` should say of a file, summed up from the file itself: import_sums.py WHAT FILE RUN

WHAT names one of the functions below, RUN is first or second. None of the product's code is used.
"""
import json
import re
import sys
from decimal import Decimal


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def document(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


# Each answers: records read, lines taken, records refused, sums as shown.


def shop_customers(path):
    users = document(path).values()
    names = sum(len(u["name"]["first_name"] + " " + u["name"]["last_name"]) for u in users)
    emails = sum(1 for u in users if u["email"])
    return len(users), len(users), 0, [f"name_characters {names}", f"emails {emails}", f"accounts {len(users)}"]


def shop_orders(path):
    orders = document(path).values()
    total = sum(Decimal(str(item["price"])) for order in orders for item in order["items"])
    return len(orders), len(orders), 0, [f"total_minor {int(total * 100)}"]


def bank_articles(path):
    articles = lines(path)
    title = sum(len(a["title"]) for a in articles)
    body = sum(len(a["body"]) for a in articles)
    return len(articles), len(articles), 0, [f"title_characters {title}", f"body_characters {body}"]


def dialogue_customers(path):
    people = [d["scenario"]["personal"] for d in lines(path)]
    sums = [f"name_characters {sum(len(p['customer_name']) for p in people)}"]
    for shown, member in (("emails", "email"), ("phones", "phone"), ("accounts", "username")):
        sums.append(f"{shown} {sum(1 for p in people if p.get(member))}")
    return len(people), len(people), 0, sums


def dialogue_orders(path):
    scenarios = [d["scenario"] for d in lines(path)]
    known = [s for s in scenarios if s["order"].get("order_id")]
    total = sum(Decimal(str(amount)) for s in known for amount in s["product"]["amounts"])
    return len(scenarios), len(known), len(scenarios) - len(known), [f"total_minor {int(total * 100)}"]


def dialogue_contacts(path):
    dialogues = lines(path)
    turns = [turn for d in dialogues for turn in d["turns"]]
    notes = sum(1 for who, _ in turns if who == "action")
    characters = sum(len(text) for _, text in turns)
    return len(dialogues), len(dialogues) + len(turns), 0, [
        f"contacts {len(dialogues)}",
        f"messages {len(turns) - notes}",
        f"text_characters {characters}",
        f"notes {notes}",
    ]


def guidelines(path):
    scripts = [s for flow in document(path).values() for s in flow["subflows"].values()]
    steps, ifs, with_ifs = 0, 0, 0
    for script in scripts:
        texts = list(script["instructions"])
        for action in script["actions"]:
            texts += [action["text"], *action["subtext"]]
        count = sum(len(re.findall(r"\bif\b", text, re.I)) for text in texts)
        steps += len(script["actions"])
        ifs += count
        with_ifs += count > 0
    return len(scripts), len(scripts), 0, [f"steps {steps}", f"{ifs} ifs in {with_ifs} scripts"]


def chats(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    said = [row for row in rows if row[3].strip()]
    contacts = len({row[0] for row in rows})
    return contacts, contacts + len(said), 0, [
        f"contacts {contacts}",
        f"messages {len(said)}",
        f"text_characters {sum(len(row[3]) for row in said)}",
        f"{len(rows) - len(said)} messages without a text left out",
    ]


def main():
    what, path, run = sys.argv[1:]
    read, taken, refused, sums = globals()[what](path)
    unit = "events " if what in ("dialogue_contacts", "chats") else ""
    new, old = (taken, 0) if run == "first" else (0, taken)
    print(f"{path}: {read} read, {new} {unit}taken, {old} unchanged, {refused} refused; " + "; ".join(sums))


main()
