#include "link/tls_context.hpp"

#include "tests/link/fleet.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

namespace troupe::link {

namespace {

using test::fleet;

std::string wrong_about(const tls_settings& x) {
  auto made = make_tls_context(x);
  return made ? "" : made.error().message;
}

void expect_mentions(const std::string& text,
                     std::initializer_list<std::string> parts) {
  for (auto& x : parts)
    EXPECT_NE(text.find(x), std::string::npos) << x << " in: " << text;
}

using file = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

file open(const std::string& path, const char* mode) {
  return {std::fopen(path.c_str(), mode), &std::fclose};
}

/// Signs the certificate again, with an end in the past.
void end_before_now(const std::string& path, const std::string& key_file) {
  auto* x = PEM_read_X509(open(path, "r").get(), nullptr, nullptr, nullptr);
  auto* key = PEM_read_PrivateKey(open(key_file, "r").get(), nullptr, nullptr,
                                  nullptr);
  ASSERT_TRUE(x != nullptr && key != nullptr);
  X509_gmtime_adj(X509_getm_notAfter(x), -1);
  EXPECT_GT(X509_sign(x, key, EVP_sha256()), 0);
  EXPECT_EQ(PEM_write_X509(open(path, "w").get(), x), 1);
  X509_free(x);
  EVP_PKEY_free(key);
}

} // namespace

TEST(tls_context_test, takes_what_fits_together) {
  fleet own;
  EXPECT_EQ(wrong_about(own.tls_of("manager")), "");
}

TEST(tls_context_test, names_the_file_that_is_wrong) {
  fleet own;
  fleet foreign;
  auto good = own.tls_of("worker");
  auto x = good;
  x.ca_file = own.path("none");
  expect_mentions(wrong_about(x), {x.ca_file, "cannot be read"});
  x = good;
  x.certificate_file = own.path("worker.key");
  expect_mentions(wrong_about(x), {x.certificate_file, "no certificate"});
  x = good;
  x.ca_file = own.path("worker.key");
  expect_mentions(wrong_about(x), {x.ca_file, "no certificate"});
  x = good;
  x.key_file = own.path("manager.key");
  expect_mentions(wrong_about(x), {x.key_file, "not the key of", "worker.crt"});
  x = good;
  x.ca_file = foreign.path("ca.crt");
  expect_mentions(wrong_about(x), {x.certificate_file, x.ca_file, "stand for"});
  ::chmod(good.key_file.c_str(), 0644);
  expect_mentions(wrong_about(good), {good.key_file, "chmod 600"});
  ::chmod(good.certificate_file.c_str(), 0600);
  x = good;
  x.key_file = x.certificate_file;
  expect_mentions(wrong_about(x), {x.key_file, "no key"});
}

TEST(tls_context_test, takes_nothing_that_has_expired) {
  fleet own;
  auto x = own.tls_of("worker");
  end_before_now(x.certificate_file, own.path("ca.key"));
  expect_mentions(wrong_about(x), {x.certificate_file, "has expired"});
  end_before_now(x.ca_file, own.path("ca.key"));
  expect_mentions(wrong_about(x), {x.ca_file, "has expired"});
}

} // namespace troupe::link
