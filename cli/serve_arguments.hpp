#pragma once

#include "cli/serve_options.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <variant>
#include <vector>

namespace troupe::cli {

/// The arguments of `troupe serve` and `troupe worker`, as a part of the
/// program's.
class serve_arguments {
public:
  /// Adds the commands; lives as long as the program is parsed.
  explicit serve_arguments(CLI::App& program);

  serve_arguments(const serve_arguments&) = delete;
  serve_arguments& operator=(const serve_arguments&) = delete;

  bool are_given() const;

  /// The one that was given.
  const CLI::App& command() const;

  /// Of that one, or of the one with this name; empty if there is none.
  std::string help(const std::string& name = {}) const;

  /// What was asked for; what is wrong with it is added to `errors`.
  std::variant<serve_options, worker_options>
  read(std::vector<std::string>& errors) const;

private:
  serve_options read_serve(std::vector<std::string>& errors) const;
  worker_options read_worker(std::vector<std::string>& errors) const;

  CLI::App* serve_command_ = nullptr;
  CLI::App* worker_command_ = nullptr;
  serve_options serve_;
  worker_options worker_;
  std::string serve_grace_;
  std::string worker_grace_;
  std::vector<std::string> labels_;
};

} // namespace troupe::cli
