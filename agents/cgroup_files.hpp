#pragma once

#include "agents/file_descriptor.hpp"

#include <fcntl.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace troupe::agents {

/// The whole of a file by which the kernel shows a control group; empty if it
/// cannot be read.
inline std::string read_cgroup_file(const std::filesystem::path& path) {
  file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string result;
  std::array<char, 4096> buffer;
  for (ssize_t n = 0;
       file && (n = ::read(file.get(), buffer.data(), buffer.size())) > 0;)
    result.append(buffer.data(), static_cast<size_t>(n));
  return result;
}

/// Not open if it is not there, or not ours to write. In a plain directory it
/// is made; the kernel makes those of a group itself, and lets nobody add any.
inline file_descriptor open_cgroup_file(const std::filesystem::path& path) {
  return file_descriptor{
    ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)};
}

/// In one piece, as the kernel wants it. False if it did not take it.
inline bool write_cgroup_file(const std::filesystem::path& path,
                              std::string_view text) {
  auto file = open_cgroup_file(path);
  return file
         && ::write(file.get(), text.data(), text.size())
              == static_cast<ssize_t>(text.size());
}

} // namespace troupe::agents
