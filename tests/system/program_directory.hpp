#pragma once

#include "agents/subprocess.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace troupe::testing {

/// A directory of its own in which the built program runs; gone afterwards.
class program_directory {
public:
  program_directory() {
    auto name
      = (std::filesystem::temp_directory_path() / "troupe-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error{"mkdtemp " + name};
    path_ = name;
  }

  program_directory(const program_directory&) = delete;
  program_directory& operator=(const program_directory&) = delete;

  ~program_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream file{path_ / name, std::ios::binary};
    file << text;
  }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream{path_ / name, std::ios::binary}.rdbuf();
    return text.str();
  }

  bool has(const std::string& name) const {
    return std::filesystem::exists(path_ / name);
  }

  agents::subprocess_outcome
  run(const std::vector<std::string>& arguments) const {
    agents::subprocess_options options;
    options.argv = {TROUPE_PROGRAM};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.cwd = path_.string();
    options.time_limit = std::chrono::seconds{50};
    auto outcome = agents::run_subprocess(options);
    if (!outcome)
      throw std::runtime_error{outcome.error().message};
    return *outcome;
  }

private:
  std::filesystem::path path_;
};

inline bool says(const agents::captured_output& output, std::string_view part) {
  return output.bytes.find(part) != std::string::npos;
}

} // namespace troupe::testing
