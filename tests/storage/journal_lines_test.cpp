#include "storage/journal_lines.hpp"

#include "core/image_codec.hpp"
#include "tests/storage/scripted_journal.hpp"

#include <sstream>

namespace troupe::storage {

namespace {

class journal_lines_test : public scripted_journal {
protected:
  std::vector<core::task_image> archived() const {
    std::vector<core::task_image> all;
    std::istringstream lines{directory.read("archive")};
    for (std::string line; std::getline(lines, line);) {
      auto image = core::decode_image(line);
      EXPECT_TRUE(image) << line;
      if (image)
        all.push_back(std::move(*image));
    }
    return all;
  }
};

} // namespace

TEST_F(journal_lines_test, what_is_forgotten_is_in_the_archive) {
  auto journal = opened(path);
  auto to = json_lines::open(directory.path("archive"));
  ASSERT_TRUE(to);
  auto& content = script.expected().content();
  EXPECT_EQ(archive_and_forget(*journal, {.count_max = 0, .steps = 5}, *to),
            5u);
  EXPECT_EQ(archived().size(), 5u);
  EXPECT_GT(archive_and_forget(*journal, {.count_max = 0}, *to).value_or(0),
            0u);
  for (auto& image : archived()) {
    test::expect_same(image, content.tasks.at(image.number));
    EXPECT_FALSE(journal->find(image.spec->id).value());
  }
}

TEST_F(journal_lines_test, nothing_is_forgotten_that_cannot_be_archived) {
  auto journal = opened(path);
  auto to = json_lines::open("/dev/full");
  ASSERT_TRUE(to);
  auto done = archive_and_forget(*journal, {.count_max = 0}, *to);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, core::ec::system_error);
  EXPECT_NE(done.error().message.find("/dev/full: "), std::string::npos);
  expect_same_content(*journal, script.expected());
}

TEST_F(journal_lines_test, goes_on_behind_what_is_there) {
  directory.add("lines", "first\n");
  {
    auto to = json_lines::open(directory.path("lines"));
    ASSERT_TRUE(to);
    ASSERT_TRUE(to->add("second"));
    ASSERT_TRUE(to->add(std::string(100'000, 'x')));
    ASSERT_TRUE(to->sync());
  }
  EXPECT_EQ(directory.read("lines"),
            "first\nsecond\n" + std::string(100'000, 'x') + "\n");
}

} // namespace troupe::storage
