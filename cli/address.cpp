#include "cli/address.hpp"

#include "cli/mistakes.hpp"

#include <fmt/format.h>

#include <charconv>

namespace troupe::cli {

core::result<address> parse_address(std::string_view text, bool may_be_any) {
  auto colon = text.rfind(':');
  auto host = text.substr(0, colon == text.npos ? 0 : colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != host.npos)
    host = {};
  auto digits = colon == text.npos ? std::string_view{}
                                   : text.substr(colon + 1);
  address result{std::string{host}, 0};
  auto [end, trouble] = std::from_chars(
    digits.data(), digits.data() + digits.size(), result.port);
  if (host.empty() || trouble != std::errc{}
      || end != digits.data() + digits.size()
      || (result.port == 0 && !may_be_any))
    return core::fail(core::ec::invalid_argument,
                      fmt::format("{} is not HOST:PORT, for example "
                                  "manager.example:7117 or [::1]:7117",
                                  in_quotes(text)));
  return result;
}

bool is_loopback(std::string_view host) noexcept {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

} // namespace troupe::cli
