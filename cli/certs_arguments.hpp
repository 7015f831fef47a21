#pragma once

#include "cli/certs_options.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace troupe::cli {

/// The arguments of `troupe certs`, as a part of the program's.
class certs_arguments {
public:
  /// Adds the command; lives as long as the program is parsed.
  explicit certs_arguments(CLI::App& program);

  certs_arguments(const certs_arguments&) = delete;
  certs_arguments& operator=(const certs_arguments&) = delete;

  bool are_given() const;

  /// The command, or the one below it that was given.
  const CLI::App& command() const;

  /// Of the same.
  std::string help() const;

  /// What was asked for; what is wrong with it is added to `errors`.
  certs_options read(std::vector<std::string>& errors) const;

private:
  CLI::App* command_ = nullptr;
  CLI::App* ca_command_ = nullptr;
  CLI::App* node_command_ = nullptr;
  link::authority_request ca_;
  link::certificate_request node_;
};

} // namespace troupe::cli
