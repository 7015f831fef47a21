#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace examples {

/// A directory for what a scenario writes, gone with the object.
class workspace {
public:
  workspace() {
    auto pattern
      = (std::filesystem::temp_directory_path() / "scenario-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::system_error{errno, std::generic_category(), "mkdtemp"};
    path_ = pattern;
  }

  workspace(const workspace&) = delete;
  workspace& operator=(const workspace&) = delete;

  ~workspace() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(std::string_view name) const {
    return (path_ / name).string();
  }

private:
  std::filesystem::path path_;
};

} // namespace examples
