#include "storage/journal_lines.hpp"
#include "tests/storage/scripted_journal.hpp"

namespace troupe::storage {

namespace {

class journal_export_test : public scripted_journal {
protected:
  std::vector<std::string> exported() const {
    std::vector<std::string> lines;
    auto done = export_journal(path, [&](std::string_view line) {
      lines.emplace_back(line);
      return core::result<void>{};
    });
    EXPECT_TRUE(done) << to_string(done.error());
    return lines;
  }

  static core::result<uint64_t> import(journal& to,
                                       const std::vector<std::string>& lines) {
    auto next = lines.begin();
    return import_journal(to, [&]() -> std::optional<std::string> {
      if (next == lines.end())
        return std::nullopt;
      return *next++;
    });
  }

  /// What is wrong with the lines.
  std::string problem(const std::vector<std::string>& lines) const {
    memory_journal to;
    auto done = import(to, lines);
    if (done)
      return "";
    EXPECT_EQ(done.error().code, core::ec::invalid_argument);
    return done.error().message;
  }
};

} // namespace

TEST_F(journal_export_test, a_new_journal_gets_all_of_an_export) {
  auto lines = exported();
  // The head, 30 tasks, a document, 18 entries.
  EXPECT_EQ(lines.size(), 50u);
  auto other = directory.path("other");
  EXPECT_EQ(import(*opened(other), lines), 30u);
  auto journal = opened(other);
  EXPECT_EQ(journal->last_number(), 30u);
  EXPECT_EQ(documents_of(*journal), documents_of(script.expected()));
  for (auto& [number, image] : script.expected().content().tasks)
    test::expect_same(journal->find(image.spec->id).value().value(), image);
  EXPECT_FALSE(import(*journal, lines));
}

TEST_F(journal_export_test, says_which_line_is_wrong) {
  EXPECT_EQ(problem({"{\"task\":{}}"}).find("line 1: "), 0u);
  std::string head = "{\"troupe_journal\":1}";
  EXPECT_EQ(problem({head, "{"}).find("line 2: "), 0u);
  EXPECT_EQ(problem({head, head}).find("line 2: "), 0u);
  EXPECT_EQ(problem({"{\"troupe_journal\":9}"}).find("line 1: "), 0u);
  EXPECT_EQ(problem({head, "{\"document\":{\"kind\":1}}"}),
            "line 2: document: kind: is a number, not a string");
}

TEST_F(journal_export_test, ends_when_a_line_cannot_be_written) {
  auto done = export_journal(path, [](std::string_view) {
    return core::result<void>{core::fail(core::ec::system_error, "full")};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "full");
}

} // namespace troupe::storage
