#include "cli/certs_arguments.hpp"

#include <fmt/format.h>

namespace troupe::cli {

namespace {

constexpr std::string_view certs_footer
  = "Exit status: 0 done, 2 bad usage, or nothing was written.";

} // namespace

certs_arguments::certs_arguments(CLI::App& program) {
  command_ = program.add_subcommand(
    "certs", "Make the certificates with which nodes know each other");
  command_->require_subcommand(0, 1);
  command_->allow_extras();
  command_->footer(std::string{certs_footer});
  auto add = [&](const std::string& name, const std::string& text) {
    auto x = command_->add_subcommand(name, text);
    x->allow_extras();
    x->footer(std::string{certs_footer});
    return x;
  };
  ca_command_ = add("ca", "Make the CA of a fleet: ca.crt goes to all nodes, "
                          "ca.key to none");
  ca_command_
    ->add_option("DIR", ca_.directory, "Where to; made if it is not there")
    ->required();
  ca_command_->add_option("--name", ca_.name, "What it is called");
  ca_command_
    ->add_option("--days", ca_.days, "So long it is valid, 3650 if not given")
    ->type_name("N");
  ca_command_->add_flag("--overwrite", ca_.is_overwriting,
                        "Replace the CA that is there; what it has signed is "
                        "worth nothing then");
  node_command_ = add("node",
                      "Make NAME.crt and NAME.key, for one node of the fleet");
  node_command_->add_option("DIR", node_.directory, "Where the CA is")
    ->required();
  node_command_->add_option("NAME", node_.name, "What the node is called")
    ->required();
  node_command_
    ->add_option("--also-name", node_.also_names,
                 "Another name others reach it by; may be repeated")
    ->type_name("NAME")
    ->allow_extra_args(false);
  node_command_
    ->add_option("--ip", node_.addresses,
                 "An address others reach it at; may be repeated")
    ->type_name("ADDRESS")
    ->allow_extra_args(false);
  node_command_
    ->add_option("--days", node_.days, "So long it is valid, 365 if not given")
    ->type_name("N");
  node_command_->add_flag("--overwrite", node_.is_overwriting,
                          "Replace what is there for this name");
}

bool certs_arguments::are_given() const {
  return command_->parsed();
}

const CLI::App& certs_arguments::command() const {
  for (auto x : {ca_command_, node_command_})
    if (x->parsed())
      return *x;
  return *command_;
}

std::string certs_arguments::help() const {
  auto& x = command();
  return x.help(&x == command_ ? "troupe" : "troupe certs");
}

certs_options certs_arguments::read(std::vector<std::string>& errors) const {
  if (ca_command_->parsed())
    return ca_;
  if (!node_command_->parsed())
    errors.emplace_back("certs needs to know what for: 'ca' or 'node'");
  return node_;
}

} // namespace troupe::cli
