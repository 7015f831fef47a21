#include "storage/process_user.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace troupe::storage {

std::string user_of_process() {
  auto id = ::geteuid();
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0
      && found != nullptr && found->pw_name != nullptr)
    return found->pw_name;
  return "uid " + std::to_string(id);
}

} // namespace troupe::storage
