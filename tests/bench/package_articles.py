"""Debian's package descriptions as articles, for the benches of the knowledge engine: fetched once by apt-get into a folder
of the bench's own, since slim images hold no long descriptions, and never part of the project.

    articles.jsonl      one article a package: its name and synopsis the title, its description the body
    articles-6x.jsonl   the same with bodies six times as long: those of its neighbours follow its own
    lines.jsonl         1,000,000 articles of one line: the descriptions' sentences, each with a number, as titles
    titles.txt, lines.txt   the titles of the first and the last, a line each, for peers that read lines
"""
import json
import os
import subprocess
import sys

LINES = 1_000_000


def fetch(folder):
    """apt's own lists, English descriptions with them; returns the translation files."""
    folder = os.path.abspath(folder)
    for part in ("state/lists/partial", "cache/archives/partial"):
        os.makedirs(os.path.join(folder, part), exist_ok=True)
    options = [
        f"Dir::State={folder}/state", f"Dir::Cache={folder}/cache", "Dir::State::status=/dev/null",
        "Acquire::Languages=en", "APT::Sandbox::User=root",
    ]
    subprocess.run(["apt-get", "-q", *(f"-o{o}" for o in options), "update"], check=True, stdout=subprocess.DEVNULL)
    lists = os.path.join(folder, "state/lists")
    return [os.path.join(lists, n) for n in sorted(os.listdir(lists)) if "Translation-en" in n]


def paragraphs(path):
    text = subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", path], check=True, stdout=subprocess.PIPE).stdout
    return text.decode("utf-8", "replace").split("\n\n")


def read_articles(files):
    articles = {}
    for path in files:
        for paragraph in paragraphs(path):
            name = title = None
            body = []
            for line in paragraph.split("\n"):
                if line.startswith("Package: "):
                    name = line[9:]
                elif line.startswith("Description-en: "):
                    title = line[16:]
                elif line.startswith(" ") and title:
                    body.append("" if line == " ." else line[1:])
            if name and title and name not in articles:
                articles[name] = {"id": name, "title": f"{name}: {title}", "body": "\n".join(body)}
    return list(articles.values())


def write(path, articles):
    with open(path, "w", encoding="utf-8") as out:
        for article in articles:
            out.write(json.dumps(article, ensure_ascii=False) + "\n")


def longer(articles):
    for i, article in enumerate(articles):
        bodies = [articles[(i + k) % len(articles)]["body"] for k in range(6)]
        yield dict(article, body="\n".join(bodies))


def sentences(articles):
    number = 0
    while number < LINES:
        for article in articles:
            for line in article["body"].split("\n"):
                if len(line) > 20 and number < LINES:
                    number += 1
                    yield {"id": str(number), "title": f"{line} {number}", "body": ""}


def make(folder):
    """Makes the files in `folder` where they are not there yet."""
    if os.path.exists(os.path.join(folder, "titles.txt")):
        return
    os.makedirs(folder, exist_ok=True)
    articles = read_articles(fetch(folder))
    lines = list(sentences(articles))
    write(os.path.join(folder, "articles.jsonl"), articles)
    write(os.path.join(folder, "articles-6x.jsonl"), longer(articles))
    write(os.path.join(folder, "lines.jsonl"), lines)
    for name, rows in (("lines.txt", lines), ("titles.txt", articles)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.writelines(row["title"] + "\n" for row in rows)


if __name__ == "__main__":
    make(sys.argv[1])
