#pragma once

#include "link/certificates.hpp"
#include "link/tls_settings.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace troupe::test {

/// Certificates of a CA.
class fleet {
public:
  explicit fleet(std::initializer_list<const char*> names = {"manager",
                                                             "worker"}) {
    good(link::make_authority({.directory = directory_.path()}));
    for (auto name : names)
      good(link::make_certificate({.directory = directory_.path(),
                                   .name = name,
                                   .addresses = {"127.0.0.1"}}));
  }

  std::string path(const std::string& name) const {
    return directory_.path(name);
  }

  std::string directory() const {
    return directory_.path();
  }

  link::tls_settings tls_of(const std::string& name) const {
    return {path("ca.crt"), path(name + ".crt"), path(name + ".key")};
  }

private:
  static void good(const core::result<void>& x) {
    ASSERT_TRUE(x) << x.error().message;
  }

  temporary_directory directory_;
};

} // namespace troupe::test
