"""Abbreviations over titles that nothing in the engine was chosen on: names of products made up by a seed
(FIRSTLINE_SEED), and the titles of the bank's articles where the data is (FIRSTLINE_DATA, else ../shared/data). Fifty
queries of each, in four ways to abbreviate: is a title that was meant among the first ten? Beside fzy over the same
titles."""
import json, os, random, re, shutil, subprocess, tempfile
from workplace import BUILD, head, line

PRODUCTS = 80_000
QUERIES = 50
FOUND = 10

ADJECTIVES = """ultra quiet compact cordless stainless folding insulated waterproof rechargeable adjustable wireless
    portable industrial lightweight reinforced magnetic thermal digital classic professional""".split()
NOUNS = """kettle toaster drill sander vacuum blender lantern backpack stroller monitor keyboard speaker headset
    charger mattress bookcase wardrobe freezer dishwasher projector tripod telescope hammock tent bicycle helmet
    thermostat doorbell radiator humidifier""".split()
PARTS = """replacement filter|battery pack|carrying case|mounting bracket|extension cable|spare blade|dust bag|wall
    adapter|cleaning brush|rubber seal|remote control|storage box|charging dock|protective cover""".replace("\n", " ")
MAKERS = ["Norvik", "Halden", "Brightwell", "Castor", "Ostermann", "Lumeria", "Tavistock", "Quillon", "Ravenna", "Solbakken"]
PARTS = [" ".join(part.split()) for part in PARTS.split("|")]


def product(rand):
    name = [rand.choice(MAKERS), rand.choice(ADJECTIVES).capitalize(), rand.choice(NOUNS).capitalize()]
    if rand.random() < 0.4:
        name.append(f"{rand.choice('ABKMTX')}{rand.randrange(10, 900)}")
    if rand.random() < 0.5:
        name.append(rand.choice(PARTS))
    return " ".join(name) + (f", {rand.choice([12, 18, 230])} V" if rand.random() < 0.2 else "")


def bank_titles():
    path = os.path.join(os.environ.get("FIRSTLINE_DATA", "../shared/data"), "bank_kb/docs.jsonl")
    if not os.path.exists(path):
        print("the bank's titles are not there: passed over")
        return []
    return [json.loads(row)["title"] for row in open(path, encoding="utf-8")]


def consonants(word, rand):
    return word[0] + "".join(c for c in word[1:] if c not in "aeiou")[:rand.randint(2, 4)]


def beginning(word, rand):
    return word[:rand.randint(3, 4)]


def abbreviate(words, way, rand):
    """0: consonants of each with blanks; 1: the same in one; 2: beginnings in one; 3: beginnings and consonants in turn."""
    if way == 3:
        return "".join((consonants if i % 2 else beginning)(w, rand) for i, w in enumerate(words))
    return ("" if way else " ").join((beginning if way == 2 else consonants)(w, rand) for w in words)


def queries(titles, rand):
    """Two or three of the title's words in their order, the rarest among them."""
    words = [re.findall(r"[a-z]{4,}", title.lower()) for title in titles]
    often = {}
    for row in words:
        for word in set(row):
            often[word] = often.get(word, 0) + 1
    made = []
    while len(made) < QUERIES:
        i = rand.randrange(len(titles))
        row = list(dict.fromkeys(words[i]))
        if len(row) < 3:
            continue
        rarest = min(row, key=lambda word: often[word])
        kept = set(rand.sample([word for word in row if word != rarest], rand.randint(1, 2))) | {rarest}
        made.append((abbreviate([word for word in row if word in kept], len(made) % 4, rand), [w for w in row if w in kept]))
    return made


def meant(title, words):
    """A title with all the words in their order is as good as the one that they came from."""
    return re.search(".*".join(rf"\b{word}\b" for word in words), title.lower()) is not None


def found_by_us(folder, titles, asked):
    docs, index = os.path.join(folder, "docs.jsonl"), os.path.join(folder, "docs.kb")
    with open(docs, "w", encoding="utf-8") as out:
        for i, title in enumerate(titles):
            out.write(json.dumps({"id": i, "title": title}) + "\n")
    program = os.path.join(BUILD, "firstline")
    subprocess.run([program, "kb", "index", "-o", index, docs], check=True, capture_output=True)
    lines = "".join(f"{i}\t{text}\n" for i, (text, _) in enumerate(asked))
    told = subprocess.run([program, "kb", "search", index, "-m", "fuzzy", "-n", str(FOUND), "--tsv"], input=lines,
                          check=True, capture_output=True, text=True).stdout
    found = set()
    for row in told.splitlines():
        query, _, doc, _ = row.split("\t")
        if meant(titles[int(doc)], asked[int(query)][1]):
            found.add(int(query))
    return len(found)


def found_by_fzy(titles, asked):
    if not shutil.which("fzy"):
        return None
    lines = "\n".join(titles)
    told = (subprocess.run(["fzy", "-e", text], input=lines, capture_output=True, text=True).stdout.splitlines()[:FOUND]
            for text, _ in asked)
    return sum(any(meant(title, words) for title in first) for first, (_, words) in zip(told, asked))


def measure(name, titles, rand):
    asked = queries(titles, rand)
    with tempfile.TemporaryDirectory() as folder:
        ours = found_by_us(folder, titles, asked)
    fzy = found_by_fzy(titles, asked)
    line(f"{name}, in the first ten", f"{ours} of {len(asked)}", f"17 of 20, fzy {'absent' if fzy is None else fzy}",
         f"{ours / len(asked) / (17 / 20):.2f}", ">= 1x")


def main():
    rand = random.Random(int(os.environ.get("FIRSTLINE_SEED", "1")))
    products = sorted({product(rand) for _ in range(PRODUCTS)})
    bank = bank_titles()
    head(f"abbreviations over titles kept apart: {len(products)} products, {len(bank)} articles")
    measure("products", products, rand)
    if bank:
        measure("articles", bank, rand)
        measure("articles among products", bank + products, rand)


main()
