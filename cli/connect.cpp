#include "cli/connect.hpp"

#include "cli/address.hpp"
#include "control/remote_channel.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace troupe::cli {

core::result<link::dialer_options>
make_dialer_options(const connect_options& options) {
  auto at = parse_address(options.at);
  if (!at)
    return core::fail(std::move(at).error());
  link::dialer_options result;
  result.host = at->host;
  result.port = at->port;
  result.node_name = options.name;
  auto given = !options.ca.empty() + !options.certificate.empty()
               + !options.key.empty();
  if (given != 0 && given != 3)
    return core::fail(core::ec::invalid_argument,
                      "TLS needs all three: --ca, --cert and --key");
  if (given == 3) {
    if (options.name.empty())
      return core::fail(core::ec::invalid_argument,
                        "--as NAME has to say for whom the certificate is");
    result.tls = link::tls_settings{options.ca, options.certificate,
                                    options.key};
  } else if (!options.is_insecure && !is_loopback(at->host)) {
    return core::fail(
      core::ec::invalid_argument,
      fmt::format("{} is another machine: give --ca, --cert and --key, or "
                  "--insecure if nobody else is on the way",
                  at->host));
  }
  if (result.node_name.empty())
    result.node_name = fmt::format("client-{}", ::getpid());
  return result;
}

core::result<std::optional<link::secret>> read_secret(const std::string& path) {
  if (path.empty())
    return std::nullopt;
  return link::secret::from_file(path).map(
    [](auto x) { return std::optional{std::move(x)}; });
}

core::result<std::unique_ptr<control::channel>>
connect(const connect_options& options) {
  auto dialer = make_dialer_options(options);
  if (!dialer)
    return core::fail(std::move(dialer).error());
  auto secret = read_secret(options.secret_file);
  if (!secret)
    return core::fail(std::move(secret).error());
  return control::connect_remote({*std::move(dialer), *std::move(secret)});
}

} // namespace troupe::cli
