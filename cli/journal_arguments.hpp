#pragma once

#include "cli/journal_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::cli {

/// The arguments of `troupe journal`, as a part of the program's.
class journal_arguments {
public:
  /// Adds the command; lives as long as the program is parsed.
  explicit journal_arguments(CLI::App& program);

  journal_arguments(const journal_arguments&) = delete;
  journal_arguments& operator=(const journal_arguments&) = delete;

  bool are_given() const;

  /// The command, or the one below it that was given.
  const CLI::App& command() const;

  /// Of the same.
  std::string help() const;

  /// What was asked for; what is wrong with it is added to `errors`.
  journal_options read(std::vector<std::string>& errors) const;

private:
  CLI::App& add(journal_action action, const std::string& name,
                const std::string& description);
  void add_json(CLI::App& to);
  void define_list(CLI::App& to);
  void define_audit(CLI::App& to);
  void define_replay(CLI::App& to);
  void read_list(journal_options& to, std::vector<std::string>& errors) const;
  void read_audit(journal_options& to, std::vector<std::string>& errors) const;
  static void check_replay(const journal_options& x,
                           std::vector<std::string>& errors);

  CLI::App* command_ = nullptr;
  std::map<journal_action, CLI::App*> actions_;
  journal_options options_;
  std::string status_;
  std::string after_;
  uint32_t limit_ = 100;
  std::string audit_task_;
  std::string since_;
  std::string until_;
};

} // namespace troupe::cli
