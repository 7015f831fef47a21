#include "storage/sha256.hpp"

#include <openssl/evp.h>

#include <new>

namespace troupe::storage {

namespace {

/// Looking it up takes longer than hashing something short.
const EVP_MD* method() {
  static const auto* found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}

} // namespace

void sha256::release::operator()(evp_md_ctx_st* x) const noexcept {
  EVP_MD_CTX_free(x);
}

sha256::sha256() : context_(EVP_MD_CTX_new()) {
  // What else can fail here is a lack of memory, too.
  if (!context_ || method() == nullptr
      || EVP_DigestInit_ex2(context_.get(), method(), nullptr) != 1)
    throw std::bad_alloc{};
}

void sha256::add(std::string_view bytes) noexcept {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

void sha256::add(uint64_t x) noexcept {
  std::array<char, 8> raw;
  for (size_t i = 0; i < raw.size(); ++i)
    raw[i] = static_cast<char>(x >> (56 - 8 * i));
  add(std::string_view{raw.data(), raw.size()});
}

sha256_hash sha256::finish() noexcept {
  sha256_hash hash{};
  EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr);
  EVP_DigestInit_ex2(context_.get(), method(), nullptr);
  return hash;
}

std::string to_hex(const sha256_hash& hash) {
  constexpr auto digits = "0123456789abcdef";
  std::string text;
  for (auto byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

} // namespace troupe::storage
