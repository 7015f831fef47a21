#include "link/certificates.hpp"

#include "link/new_file.hpp"
#include "link/node_name.hpp"
#include "link/private_file.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <optional>

namespace troupe::link {

namespace {

template <auto F>
struct release {
  template <class T>
  void operator()(T* x) const noexcept {
    F(x);
  }
};

using key_ptr = std::unique_ptr<EVP_PKEY, release<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, release<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, release<BIO_free>>;
using number_ptr = std::unique_ptr<BIGNUM, release<BN_free>>;
using extension_ptr
  = std::unique_ptr<X509_EXTENSION, release<X509_EXTENSION_free>>;

// What RFC 5280 allows, in bits; positive, so one less.
constexpr int serial_bits = 159;
constexpr uint32_t days_max = 36'500;
// Clocks of different machines are not quite the same.
constexpr long clock_skew_seconds = 300;
constexpr long seconds_per_day = 24 * 60 * 60;
constexpr size_t common_name_max = 64;

constexpr unsigned private_mode = 0600;
constexpr unsigned public_mode = 0644;

struct owner {
  key_ptr key;
  certificate_ptr certificate;
};

struct extension {
  int kind;
  std::string value;
};

auto fail_openssl(std::string_view doing) {
  auto* reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return core::fail(core::ec::system_error,
                    fmt::format("{} failed in OpenSSL: {}", doing,
                                reason == nullptr ? "no reason given"
                                                  : reason));
}

template <class F>
core::result<std::string> to_pem(F write) {
  bio_ptr bio{BIO_new(BIO_s_mem())};
  if (!bio || write(bio.get()) != 1)
    return fail_openssl("writing PEM");
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &data);
  return std::string{data, static_cast<size_t>(size)};
}

bool set_serial(X509* x) {
  number_ptr number{BN_new()};
  return number
         && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ANY,
                    BN_RAND_BOTTOM_ANY)
              == 1
         && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x))
              != nullptr;
}

bool add_extension(X509* x, X509* issuer, const extension& what) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, x, nullptr, nullptr, 0);
  extension_ptr made{
    X509V3_EXT_conf_nid(nullptr, &context, what.kind, what.value.c_str())};
  return made && X509_add_ext(x, made.get(), -1) == 1;
}

/// Signed by `issuer`, or by itself.
core::result<owner> make_owner(const std::string& name, uint32_t days,
                               const owner* issuer,
                               const std::vector<extension>& extensions) {
  owner made{key_ptr{EVP_EC_gen("P-256")}, certificate_ptr{X509_new()}};
  if (!made.key || !made.certificate)
    return fail_openssl("making a key");
  auto* x = made.certificate.get();
  auto* signer = issuer == nullptr ? x : issuer->certificate.get();
  auto* signing_key = issuer == nullptr ? made.key.get() : issuer->key.get();
  auto* subject = X509_get_subject_name(x);
  auto common_name = name.substr(0, common_name_max);
  auto is_good
    = X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x)
      && X509_gmtime_adj(X509_getm_notBefore(x), -clock_skew_seconds) != nullptr
      && X509_gmtime_adj(X509_getm_notAfter(x),
                         seconds_per_day * static_cast<long>(days))
           != nullptr
      && X509_NAME_add_entry_by_txt(
           subject, "CN", MBSTRING_UTF8,
           reinterpret_cast<const unsigned char*>(common_name.data()),
           static_cast<int>(common_name.size()), -1, 0)
           == 1
      && X509_set_issuer_name(x, X509_get_subject_name(signer)) == 1
      && X509_set_pubkey(x, made.key.get()) == 1;
  if (!is_good)
    return fail_openssl("filling in a certificate");
  for (auto& what : extensions)
    if (!add_extension(x, signer, what))
      return fail_openssl(fmt::format("adding {}", what.value));
  if (X509_sign(x, signing_key, EVP_sha256()) == 0)
    return fail_openssl("signing a certificate");
  return made;
}

/// The certificate last: whoever finds it finds the key.
core::result<void> write_owner(const std::string& path, const owner& x,
                               bool is_overwriting) {
  auto key = to_pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, x.key.get(), nullptr, nullptr, 0,
                                         nullptr, nullptr);
  });
  auto certificate = to_pem(
    [&](BIO* bio) { return PEM_write_bio_X509(bio, x.certificate.get()); });
  for (auto* text : {&key, &certificate})
    if (!*text)
      return core::fail(std::move(text->error()));
  std::error_code ignored;
  // Or there would be a new key beside an old certificate.
  if (!is_overwriting && std::filesystem::exists(path + ".crt", ignored))
    return core::fail(core::ec::duplicate,
                      fmt::format("{}.crt: it is there already; it stays as it "
                                  "is",
                                  path));
  auto written = write_new_file(path + ".key", *key, private_mode,
                                is_overwriting);
  OPENSSL_cleanse(key->data(), key->size());
  if (!written)
    return written;
  return write_new_file(path + ".crt", *certificate, public_mode,
                        is_overwriting);
}

core::result<owner> read_authority(const std::string& directory) {
  auto advise = [](core::error why) {
    why.message += "; `troupe certs ca DIR` makes a CA";
    return core::fail(std::move(why));
  };
  auto pem = read_public_file(directory + "/ca.crt", "the CA's certificate");
  if (!pem)
    return advise(std::move(pem.error()));
  auto key_pem = read_private_file(directory + "/ca.key", "the CA's key");
  if (!key_pem)
    return advise(std::move(key_pem.error()));
  bio_ptr bio{BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size()))};
  bio_ptr key_bio{
    BIO_new_mem_buf(key_pem->data(), static_cast<int>(key_pem->size()))};
  owner x{
    key_ptr{PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr)},
    certificate_ptr{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}};
  OPENSSL_cleanse(key_pem->data(), key_pem->size());
  ERR_clear_error();
  if (!x.key || !x.certificate
      || X509_check_private_key(x.certificate.get(), x.key.get()) != 1) {
    ERR_clear_error();
    return advise({core::ec::invalid_argument,
                   fmt::format("{}: ca.crt and ca.key are not a certificate "
                               "and its key",
                               directory)});
  }
  return x;
}

core::result<void> check_days(uint32_t days) {
  if (days == 0 || days > days_max)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("days: it must be 1..{}", days_max));
  return {};
}

/// `DNS:a,DNS:b,IP:192.0.2.7`
core::result<std::string> alternative_names(const certificate_request& x) {
  std::string text;
  auto add = [&](std::string_view kind, const std::string& name) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", kind, name);
  };
  auto names = x.also_names;
  names.insert(names.begin(), x.name);
  for (auto& name : names) {
    if (!is_node_name(name))
      return core::fail(core::ec::invalid_argument,
                        fmt::format("a node cannot be called '{}'; a name is "
                                    "made of a-z, A-Z, 0-9, '-', '_' and '.'",
                                    name));
    add("DNS", name);
  }
  for (auto& address : x.addresses) {
    std::unique_ptr<ASN1_OCTET_STRING, release<ASN1_OCTET_STRING_free>> parsed{
      a2i_IPADDRESS(address.c_str())};
    if (!parsed)
      return core::fail(core::ec::invalid_argument,
                        fmt::format("'{}' is no address", address));
    add("IP", address);
  }
  return text;
}

/// Days from now, as long as the CA's certificate lasts.
uint32_t limit_days(uint32_t days, const X509* authority) {
  int left = 0;
  int seconds = 0;
  ASN1_TIME_diff(&left, &seconds, nullptr, X509_get0_notAfter(authority));
  return std::min(days, static_cast<uint32_t>(std::max(left, 0)));
}

} // namespace

core::result<void> make_authority(const authority_request& x) {
  if (auto good = check_days(x.days); !good)
    return good;
  if (x.name.empty() || x.name.size() > common_name_max)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("the CA's name must have 1..{} characters",
                                  common_name_max));
  auto made = make_owner(x.name, x.days, nullptr,
                         {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                          {NID_key_usage, "critical,keyCertSign,cRLSign"},
                          {NID_subject_key_identifier, "hash"}});
  if (!made)
    return core::fail(std::move(made.error()));
  std::error_code problem;
  if (std::filesystem::create_directories(x.directory, problem))
    std::filesystem::permissions(x.directory, std::filesystem::perms::owner_all,
                                 problem);
  if (problem)
    return core::fail(core::ec::system_error,
                      fmt::format("{}: it cannot be made: {}", x.directory,
                                  problem.message()));
  return write_owner(x.directory + "/ca", *made, x.is_overwriting);
}

core::result<void> make_certificate(const certificate_request& x) {
  if (auto good = check_days(x.days); !good)
    return good;
  auto names = alternative_names(x);
  if (!names)
    return core::fail(std::move(names.error()));
  if (x.name == "ca")
    return core::fail(core::ec::invalid_argument,
                      "a node cannot be called 'ca': its files would be the "
                      "CA's");
  auto authority = read_authority(x.directory);
  if (!authority)
    return core::fail(std::move(authority.error()));
  auto days = limit_days(x.days, authority->certificate.get());
  if (days == 0)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("{}/ca.crt: it expires within a day, or has; "
                                  "make a new CA",
                                  x.directory));
  auto made = make_owner(x.name, days, &*authority,
                         {{NID_basic_constraints, "critical,CA:FALSE"},
                          {NID_key_usage, "critical,digitalSignature"},
                          {NID_ext_key_usage, "serverAuth,clientAuth"},
                          {NID_subject_key_identifier, "hash"},
                          {NID_authority_key_identifier, "keyid"},
                          {NID_subject_alt_name, *names}});
  if (!made)
    return core::fail(std::move(made.error()));
  return write_owner(x.directory + "/" + x.name, *made, x.is_overwriting);
}

} // namespace troupe::link
