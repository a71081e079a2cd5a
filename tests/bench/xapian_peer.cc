// Xapian, asked over a pipe by bench_kb_speed: the peer for words and typing errors, in C++ because that is its
// language. Built only where Xapian is installed.
//
//     xapian_peer FOLDER < articles     articles := (title NUL body NUL)*: indexed, the title doubled
//     xapian_peer FOLDER -q < queries   queries  := ('w' | 's') query LF: words, or words with its spelling
//                                       corrected; prints microseconds and the numbers of the ten best
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include <xapian.h>

static void build(const std::string &folder)
{
    // Written in batches of Xapian's default size, the million lines end in "Too few chunks of compressed data".
    setenv("XAPIAN_FLUSH_THRESHOLD", "300000", 0);
    Xapian::WritableDatabase db(folder, Xapian::DB_CREATE_OR_OVERWRITE);
    Xapian::TermGenerator generator;
    std::string title, body;

    generator.set_stemmer(Xapian::Stem("en"));
    generator.set_database(db);
    generator.set_flags(Xapian::TermGenerator::FLAG_SPELLING);
    while (std::getline(std::cin, title, '\0') && std::getline(std::cin, body, '\0')) {
        Xapian::Document document;
        generator.set_document(document);
        generator.index_text(title, 2);
        generator.increase_termpos();
        generator.index_text(body);
        document.set_data(title);
        db.add_document(document);
    }
    db.commit();
}

// All words must be there, the last one as a prefix: without that it is three times as slow.
static Xapian::MSet ask(Xapian::Database &db, Xapian::QueryParser &parser, const std::string &text, bool spell)
{
    unsigned flags = Xapian::QueryParser::FLAG_PARTIAL;
    Xapian::Query query =
        parser.parse_query(text, spell ? flags | Xapian::QueryParser::FLAG_SPELLING_CORRECTION : flags);

    if (spell && !parser.get_corrected_query_string().empty())
        query = parser.parse_query(parser.get_corrected_query_string(), flags);
    Xapian::Enquire enquire(db);
    enquire.set_query(query);
    return enquire.get_mset(0, 10);
}

static void answer(const std::string &folder)
{
    Xapian::Database db(folder);
    Xapian::QueryParser parser;
    std::string line;

    parser.set_database(db);
    parser.set_stemmer(Xapian::Stem("en"));
    parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
    parser.set_default_op(Xapian::Query::OP_AND);
    while (std::getline(std::cin, line)) {
        auto started = std::chrono::steady_clock::now();
        Xapian::MSet found = ask(db, parser, line.substr(1), line[0] == 's');
        std::string titles;
        for (auto i = found.begin(); i != found.end(); ++i)
            titles += i.get_document().get_data();
        auto took = std::chrono::steady_clock::now() - started;
        std::cout << std::chrono::duration_cast<std::chrono::nanoseconds>(took).count() / 1000.0;
        for (auto i = found.begin(); i != found.end(); ++i)
            std::cout << ' ' << *i;
        std::cout << std::endl;
    }
}

int main(int argc, char **argv)
{
    try {
        if (argc == 3)
            answer(argv[1]);
        else
            build(argv[1]);
    } catch (const Xapian::Error &error) {
        std::cerr << error.get_description() << std::endl;
        return 1;
    }
    return 0;
}
