#pragma once

#include "control/channel.hpp"
#include "control/fleet.hpp"

#include <memory>
#include <string>

namespace troupe::actors {

class runtime;

} // namespace troupe::actors

namespace troupe::control {

struct service_options {
  /// What the manager is called, for `control.describe`.
  std::string name = {};
  /// Of the program or application, likewise.
  std::string version = {};
};

/// Answers calls from a runtime of this process. docs/control.md lists methods,
/// arguments and results.
class service : public channel {
public:
  /// Both outlive the service. Without a fleet, methods about nodes fail with
  /// `ec::invalid_argument`.
  explicit service(actors::runtime& troupe, fleet* nodes = nullptr,
                   service_options options = {});
  ~service() override;

  service(const service&) = delete;
  service& operator=(const service&) = delete;

  /// `by`, which every method takes, is who wants it, for the audit log. Who
  /// passes on the calls of others sets it, so that nobody can pretend.
  /// `ec::invalid_argument` names the method or argument that is not known or
  /// of another type, and what was probably meant.
  core::result<core::json> call(std::string_view method,
                                core::json arguments) override;

private:
  struct impl;

  std::unique_ptr<impl> impl_;
};

} // namespace troupe::control
