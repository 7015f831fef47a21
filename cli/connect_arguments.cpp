#include "cli/connect_arguments.hpp"

#include <cstdlib>

namespace troupe::cli {

void add_identity(CLI::App& to, connect_options& at) {
  auto add = [&](const char* name, std::string& value,
                 const std::string& description) {
    to.add_option(name, value, description)->type_name("FILE");
  };
  add("--ca", at.ca, "Whom to trust, in PEM; or TROUPE_CA");
  add("--cert", at.certificate,
      "The certificate that says who this is; or TROUPE_CERT");
  add("--key", at.key, "Its key; or TROUPE_KEY");
  add("--secret-file", at.secret_file,
      "A file with the fleet's secret; or TROUPE_SECRET_FILE");
  to.add_flag("--insecure", at.is_insecure, "Plain TCP beyond this machine");
}

void look_up(connect_options& at) {
  // Not CLI11's: that would look for those of all commands.
  auto from = [](const char* variable, std::string& to) {
    if (auto* value = std::getenv(variable); value != nullptr && to.empty())
      to = value;
  };
  from("TROUPE_AT", at.at);
  from("TROUPE_AS", at.name);
  from("TROUPE_CA", at.ca);
  from("TROUPE_CERT", at.certificate);
  from("TROUPE_KEY", at.key);
  from("TROUPE_SECRET_FILE", at.secret_file);
}

} // namespace troupe::cli
