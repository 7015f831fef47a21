#pragma once

#include "agents/subprocess.hpp"
#include "tests/support/temporary_directory.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::testing {

/// A directory of its own in which the built program runs; gone afterwards.
class program_directory {
public:
  void write(const std::string& name, std::string_view text) const {
    std::ofstream file{path(name), std::ios::binary};
    file << text;
  }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream{path(name), std::ios::binary}.rdbuf();
    return text.str();
  }

  bool has(const std::string& name) const {
    return std::filesystem::exists(path(name));
  }

  agents::subprocess_outcome
  run(const std::vector<std::string>& arguments) const {
    agents::subprocess_options options;
    options.argv = {TROUPE_PROGRAM};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.cwd = where_.path();
    options.time_limit = std::chrono::seconds{50};
    auto outcome = agents::run_subprocess(options);
    if (!outcome)
      throw std::runtime_error{outcome.error().message};
    return *outcome;
  }

  std::string path(const std::string& name) const {
    return where_.path(name);
  }

private:
  test::temporary_directory where_;
};

inline bool says(const agents::captured_output& output, std::string_view part) {
  return output.bytes.find(part) != std::string::npos;
}

} // namespace troupe::testing
