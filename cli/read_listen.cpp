#include "cli/read_listen.hpp"

#include <fmt/format.h>

#include <array>

namespace troupe::cli {

namespace {

constexpr std::array<std::string_view, 8> listen_keys
  = {"address", "port",  "ca",          "certificate",
     "key",     "nodes", "secret_file", "insecure"};

constexpr std::array<std::string_view, 5> liveness_keys = {
  "heartbeat_interval", "suspect_after", "dead_after", "gone_after", "lease"};

constexpr uint64_t port_max = 65'535;

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1"
         || address == "localhost";
}

/// Whoever gets there is let in, so nobody else may.
void check_tls(const listen_settings& x, source_mark at, mistakes& found) {
  auto given = !x.ca.empty() + !x.certificate.empty() + !x.key.empty();
  if (given != 0 && given != 3)
    found.add(at, "'listen' needs all of 'ca', 'certificate' and 'key', or "
                  "none of them");
  else if (given == 3 && x.is_insecure)
    found.add(at, "'insecure' of 'listen' is for plain TCP, and there are "
                  "certificates");
  else if (given == 0 && !x.is_insecure && !is_loopback(x.address))
    found.add(at, fmt::format("'listen' on {} needs 'ca', 'certificate' and "
                              "'key' ('troupe certs' makes some), or "
                              "'insecure: true'",
                              x.address));
}

} // namespace

std::optional<listen_settings> read_listen(mapping_reader& outer,
                                           mistakes& found) {
  auto value = outer.find("listen");
  if (!value)
    return std::nullopt;
  auto before = found.size();
  mapping_reader reader{*value, value->mark, "'listen'", listen_keys, found};
  listen_settings result;
  result.address = reader.text("address").value_or(result.address);
  reader.require("port");
  result.port
    = static_cast<uint16_t>(reader.count("port", 0, port_max).value_or(0));
  result.ca = reader.text("ca").value_or("");
  result.certificate = reader.text("certificate").value_or("");
  result.key = reader.text("key").value_or("");
  result.is_insecure = reader.boolean("insecure").value_or(false);
  result.allowed = reader.texts("nodes");
  result.secret_file = reader.text("secret_file").value_or("");
  if (found.size() == before)
    check_tls(result, value->mark, found);
  return result;
}

core::liveness_settings read_liveness(mapping_reader& outer, mistakes& found) {
  core::liveness_settings result;
  auto value = outer.find("liveness");
  if (!value)
    return result;
  auto before = found.size();
  mapping_reader reader{*value, value->mark, "'liveness'", liveness_keys,
                        found};
  result.heartbeat_interval
    = reader.duration("heartbeat_interval").value_or(result.heartbeat_interval);
  result.suspect_after
    = reader.duration("suspect_after").value_or(result.suspect_after);
  result.dead_after = reader.duration("dead_after").value_or(result.dead_after);
  result.gone_after = reader.duration("gone_after").value_or(result.gone_after);
  result.lease = reader.duration("lease").value_or(result.lease);
  if (found.size() == before)
    for (auto& problem : core::validate(result))
      found.add(value->mark, "'liveness': " + problem);
  return result;
}

} // namespace troupe::cli
