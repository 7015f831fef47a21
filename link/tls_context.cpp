#include "link/tls_context.hpp"

#include "link/private_file.hpp"

#include <asio/ip/address.hpp>
#include <asio/ssl/error.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>

namespace troupe::link {

namespace {

using context_ptr = std::shared_ptr<asio::ssl::context>;

struct free_bio {
  void operator()(BIO* x) const noexcept {
    BIO_free(x);
  }
};

struct free_certificate {
  void operator()(X509* x) const noexcept {
    X509_free(x);
  }
};

using certificate = std::unique_ptr<X509, free_certificate>;

// Forward secrecy and nothing that has to be explained away.
constexpr auto ciphers_of_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

constexpr auto advice = "`troupe certs` makes files that fit together";

auto refuse_file(const std::string& path, std::string_view why) {
  return core::fail(core::ec::invalid_argument,
                    fmt::format("{}: {}; {}", path, why, advice));
}

core::result<certificate> read_certificate(const std::string& path,
                                           const std::string& pem) {
  std::unique_ptr<BIO, free_bio> bio{
    BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  certificate x{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
  ERR_clear_error();
  if (!x)
    return refuse_file(path, "there is no certificate in it, in PEM");
  return x;
}

std::string to_text(const ASN1_TIME* x) {
  std::unique_ptr<BIO, free_bio> bio{BIO_new(BIO_s_mem())};
  ASN1_TIME_print(bio.get(), x);
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<size_t>(size)};
}

core::result<void> check_dates(const std::string& path, const X509* x) {
  if (X509_cmp_current_time(X509_get0_notBefore(x)) > 0)
    return refuse_file(path, fmt::format("the certificate is not valid before "
                                         "{}: is the clock right?",
                                         to_text(X509_get0_notBefore(x))));
  if (X509_cmp_current_time(X509_get0_notAfter(x)) < 0)
    return refuse_file(path,
                       fmt::format("the certificate has expired, on {}: make "
                                   "a new one",
                                   to_text(X509_get0_notAfter(x))));
  return {};
}

/// A file's text, if its first certificate is valid today.
core::result<std::string> read_valid_certificate(const std::string& path,
                                                 const char* what) {
  auto pem = read_public_file(path, what);
  if (!pem)
    return pem;
  auto first = read_certificate(path, *pem);
  if (!first)
    return core::fail(std::move(first.error()));
  if (auto good = check_dates(path, first->get()); !good)
    return core::fail(std::move(good.error()));
  return pem;
}

core::result<void> use_authority(asio::ssl::context& context,
                                 const std::string& path) {
  auto pem = read_valid_certificate(path, "the CA's certificate");
  if (!pem)
    return core::fail(std::move(pem.error()));
  std::error_code problem;
  context.add_certificate_authority(asio::buffer(*pem), problem);
  if (problem)
    return refuse_file(path, problem.message());
  return {};
}

core::result<void> use_certificate(asio::ssl::context& context,
                                   const tls_settings& settings) {
  auto& path = settings.certificate_file;
  auto pem = read_valid_certificate(path, "the certificate");
  if (!pem)
    return core::fail(std::move(pem.error()));
  std::error_code problem;
  context.use_certificate_chain(asio::buffer(*pem), problem);
  if (problem)
    return refuse_file(path, problem.message());
  auto key = read_private_file(settings.key_file, "the key");
  if (!key)
    return core::fail(std::move(key.error()));
  context.use_private_key(asio::buffer(*key), asio::ssl::context::pem, problem);
  OPENSSL_cleanse(key->data(), key->size());
  ERR_clear_error();
  if (problem
        == std::error_code{ERR_PACK(ERR_LIB_X509, 0,
                                    X509_R_KEY_VALUES_MISMATCH),
                           asio::error::get_ssl_category()}
      || (!problem && SSL_CTX_check_private_key(context.native_handle()) != 1))
    return refuse_file(settings.key_file,
                       fmt::format("it is not the key of the certificate in {}",
                                   path));
  if (problem)
    return refuse_file(settings.key_file,
                       fmt::format("there is no key in it, in PEM and without "
                                   "a passphrase, or not the one of {}: {}",
                                   path, problem.message()));
  return {};
}

/// Would others of the same CA take this certificate?
core::result<void> check_signature(SSL_CTX* context,
                                   const tls_settings& settings) {
  auto* store = X509_STORE_CTX_new();
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  X509_STORE_CTX_init(store, SSL_CTX_get_cert_store(context),
                      SSL_CTX_get0_certificate(context), chain);
  auto is_good = X509_verify_cert(store) == 1;
  auto problem = X509_STORE_CTX_get_error(store);
  X509_STORE_CTX_free(store);
  ERR_clear_error();
  if (!is_good)
    return refuse_file(settings.certificate_file,
                       fmt::format("the CA in {} does not stand for this "
                                   "certificate: {}",
                                   settings.ca_file,
                                   X509_verify_cert_error_string(problem)));
  return {};
}

} // namespace

core::result<context_ptr> make_tls_context(const tls_settings& settings) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls);
  auto* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, ciphers_of_1_2);
  // Each connection shows its certificate; nothing is resumed or renegotiated.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION
                             | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  if (auto good = use_authority(*context, settings.ca_file); !good)
    return core::fail(std::move(good.error()));
  if (auto good = use_certificate(*context, settings); !good)
    return core::fail(std::move(good.error()));
  if (auto good = check_signature(raw, settings); !good)
    return core::fail(std::move(good.error()));
  return context;
}

namespace {

constexpr unsigned name_flags = X509_CHECK_FLAG_NO_WILDCARDS
                                | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;

bool is_address(const std::string& name) {
  std::error_code problem;
  asio::ip::make_address(name, problem);
  return !problem;
}

} // namespace

bool is_certified(SSL* tls, const std::string& name) {
  certificate x{SSL_get1_peer_certificate(tls)};
  if (!x)
    return false;
  return is_address(name) ? X509_check_ip_asc(x.get(), name.c_str(), 0) == 1
                          : X509_check_host(x.get(), name.data(), name.size(),
                                            name_flags, nullptr)
                              == 1;
}

void expect_name(SSL* tls, const std::string& name) {
  auto* parameters = SSL_get0_param(tls);
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str());
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(parameters, name_flags);
  X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size());
  SSL_set_tlsext_host_name(tls, name.c_str());
}

std::string describe_tls_error(SSL* tls, std::error_code problem) {
  if (auto verdict = SSL_get_verify_result(tls); verdict != X509_V_OK)
    return X509_verify_cert_error_string(verdict);
  if (problem.category() != asio::error::get_ssl_category())
    return problem.message();
  auto* reason
    = ERR_reason_error_string(static_cast<unsigned long>(problem.value()));
  return reason == nullptr ? problem.message() : reason;
}

} // namespace troupe::link
