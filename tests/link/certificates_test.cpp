#include "link/certificates.hpp"

#include "link/tls_context.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <memory>

namespace troupe::link {

namespace {

using certificate = std::unique_ptr<X509, decltype(&X509_free)>;

certificate read(const std::string& path) {
  std::unique_ptr<std::FILE, decltype(&std::fclose)> file{
    std::fopen(path.c_str(), "r"), &std::fclose};
  EXPECT_TRUE(file) << path;
  return {PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free};
}

int days_of(const X509* x) {
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(x));
  return seconds > 0 ? days + 1 : days;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};

  ::stat(path.c_str(), &status);
  return status.st_mode & 0777u;
}

core::ec code_of(const core::result<void>& x) {
  return x ? core::ec::none : x.error().code;
}

} // namespace

TEST(certificates_test, are_for_the_names_that_are_asked_for) {
  test::temporary_directory directory;
  auto own = directory.path("certs");
  ASSERT_TRUE(make_authority({.directory = own, .name = "Fleet", .days = 30}));
  ASSERT_TRUE(make_certificate({.directory = own,
                                .name = "worker-1",
                                .also_names = {"w1.example.org"},
                                .addresses = {"192.0.2.7", "2001:db8::1"},
                                .days = 10}));
  EXPECT_EQ(mode_of(own), 0700u);
  EXPECT_EQ(mode_of(own + "/ca.key"), 0600u);
  EXPECT_EQ(mode_of(own + "/worker-1.key"), 0600u);
  EXPECT_EQ(mode_of(own + "/worker-1.crt"), 0644u);
  auto x = read(own + "/worker-1.crt");
  for (auto name : {"worker-1", "w1.example.org"})
    EXPECT_EQ(X509_check_host(x.get(), name, 0, 0, nullptr), 1) << name;
  EXPECT_EQ(X509_check_host(x.get(), "worker-2", 0, 0, nullptr), 0);
  for (auto address : {"192.0.2.7", "2001:db8::1"})
    EXPECT_EQ(X509_check_ip_asc(x.get(), address, 0), 1) << address;
  EXPECT_EQ(days_of(x.get()), 10);
  EXPECT_EQ(X509_check_purpose(x.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(X509_check_purpose(x.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_ca(x.get()), 0);
  auto authority = read(own + "/ca.crt");
  EXPECT_EQ(X509_check_ca(authority.get()), 1);
  EXPECT_EQ(days_of(authority.get()), 30);
  // Both sides of a link take them.
  EXPECT_TRUE(make_tls_context(
    {own + "/ca.crt", own + "/worker-1.crt", own + "/worker-1.key"}));
}

TEST(certificates_test, do_not_outlive_their_ca) {
  test::temporary_directory directory;
  ASSERT_TRUE(make_authority({.directory = directory.path(), .days = 30}));
  ASSERT_TRUE(make_certificate({.directory = directory.path(), .name = "w"}));
  EXPECT_LE(days_of(read(directory.path("w.crt")).get()), 30);
}

TEST(certificates_test, are_replaced_only_if_told) {
  test::temporary_directory directory;
  authority_request ca{.directory = directory.path()};
  certificate_request node{.directory = directory.path(), .name = "w"};
  ASSERT_TRUE(make_authority(ca));
  ASSERT_TRUE(make_certificate(node));
  auto before = directory.read("ca.key") + directory.read("ca.crt")
                + directory.read("w.key") + directory.read("w.crt");
  EXPECT_EQ(code_of(make_authority(ca)), core::ec::duplicate);
  EXPECT_EQ(code_of(make_certificate(node)), core::ec::duplicate);
  EXPECT_EQ(before, directory.read("ca.key") + directory.read("ca.crt")
                      + directory.read("w.key") + directory.read("w.crt"));
  node.is_overwriting = true;
  EXPECT_TRUE(make_certificate(node));
  EXPECT_NE(before, directory.read("ca.key") + directory.read("ca.crt")
                      + directory.read("w.key") + directory.read("w.crt"));
}

TEST(certificates_test, are_not_made_of_nonsense) {
  test::temporary_directory directory;
  auto path = directory.path();
  using enum core::ec;
  certificate_request good{.directory = path, .name = "w"};
  auto no_ca = make_certificate(good);
  ASSERT_FALSE(no_ca);
  EXPECT_NE(no_ca.error().message.find("troupe certs ca"), std::string::npos);
  ASSERT_TRUE(make_authority({.directory = path}));
  auto with = [&](auto change) {
    auto x = good;
    change(x);
    return code_of(make_certificate(x));
  };
  EXPECT_EQ(with([](auto& x) { x.name = "a,DNS:b"; }), invalid_argument);
  EXPECT_EQ(with([](auto& x) { x.name = "ca"; }), invalid_argument);
  EXPECT_EQ(with([](auto& x) { x.also_names = {"*"}; }), invalid_argument);
  EXPECT_EQ(with([](auto& x) { x.addresses = {"x"}; }), invalid_argument);
  EXPECT_EQ(with([](auto& x) { x.days = 0; }), invalid_argument);
  EXPECT_EQ(with([](auto& x) { x.days = 1'000'000; }), invalid_argument);
  EXPECT_EQ(with([](auto&) {}), none);
  EXPECT_EQ(code_of(make_authority({.directory = path + "/x", .name = ""})),
            invalid_argument);
  EXPECT_EQ(code_of(make_authority({.directory = path + "/w.crt/x"})),
            system_error);
  directory.add("ca.key", directory.read("w.key"));
  good.name = "v";
  EXPECT_EQ(code_of(make_certificate(good)), invalid_argument);
}

} // namespace troupe::link
