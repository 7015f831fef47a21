#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

namespace troupe::test {

/// A directory of one's own, gone with the object.
class temporary_directory {
public:
  temporary_directory() {
    auto pattern
      = (std::filesystem::temp_directory_path() / "troupe-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::system_error{errno, std::generic_category(), "mkdtemp"};
    // As programs that run in it see it.
    path_ = std::filesystem::canonical(pattern);
  }

  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  /// A path in it; with the empty name its own.
  std::string path(std::string_view name = {}) const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }

  /// Writes a file and makes the directories for it; returns its path.
  std::string add(std::string_view name, std::string_view content = {}) const {
    auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << content;
    return file.string();
  }

  /// The content of a file in it.
  std::string read(std::string_view name) const {
    std::ifstream file{path_ / name, std::ios::binary};
    EXPECT_TRUE(file.good()) << path(name);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  }

private:
  std::filesystem::path path_;
};

} // namespace troupe::test
