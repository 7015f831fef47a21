#include "link/secret.hpp"

#include "link/private_file.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <new>
#include <utility>

namespace troupe::link {

namespace {

std::string_view role_text(proof_role x) noexcept {
  return x == proof_role::joining ? "troupe join 1 joining\n"
                                  : "troupe join 1 accepting\n";
}

int digit_value(char x) noexcept {
  if (x >= '0' && x <= '9')
    return x - '0';
  if (x >= 'a' && x <= 'f')
    return x - 'a' + 10;
  return -1;
}

} // namespace

secret::secret(std::string text) noexcept : text_(std::move(text)) {
}

secret::~secret() {
  OPENSSL_cleanse(text_.data(), text_.size());
}

core::result<secret> secret::from_text(std::string text) {
  if (text.size() < size_min)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("the secret is too short: it takes {} bytes "
                                  "that nobody can guess, e.g. what `openssl "
                                  "rand -hex 32` prints",
                                  size_min));
  return secret{std::move(text)};
}

core::result<secret> secret::from_file(const std::string& path) {
  auto text = read_private_file(path, "the secret");
  if (!text)
    return core::fail(std::move(text.error()));
  if (text->ends_with('\n'))
    text->pop_back();
  auto result = from_text(std::move(*text));
  if (!result)
    result.error().message = fmt::format("{}: {}", path,
                                         result.error().message);
  return result;
}

proof secret::prove(proof_role role, const nonce& joining,
                    const nonce& accepting, std::string_view node_name) const {
  // All but the name, which comes last, have one length.
  std::string text{role_text(role)};
  text.append(reinterpret_cast<const char*>(joining.data()), joining.size());
  text.append(reinterpret_cast<const char*>(accepting.data()),
              accepting.size());
  text += node_name;
  proof result{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), text_.data(), static_cast<int>(text_.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           result.data(), &size)
      == nullptr)
    throw std::bad_alloc{};
  return result;
}

bool secret::is_proof(const proof& x, proof_role role, const nonce& joining,
                      const nonce& accepting,
                      std::string_view node_name) const {
  auto expected = prove(role, joining, accepting, node_name);
  return CRYPTO_memcmp(x.data(), expected.data(), x.size()) == 0;
}

nonce random_nonce() {
  nonce x{};
  if (RAND_priv_bytes(x.data(), static_cast<int>(x.size())) != 1)
    throw std::bad_alloc{};
  return x;
}

std::string to_hex(const std::array<unsigned char, 32>& x) {
  constexpr auto digits = "0123456789abcdef";
  std::string text;
  for (auto byte : x) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

core::result<std::array<unsigned char, 32>> from_hex(std::string_view text) {
  std::array<unsigned char, 32> result{};
  auto refuse = [] {
    return core::fail(core::ec::invalid_argument,
                      "it is to be 64 digits, 0-9 and a-f");
  };
  if (text.size() != 2 * result.size())
    return refuse();
  for (size_t i = 0; i < result.size(); ++i) {
    auto high = digit_value(text[2 * i]);
    auto low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return refuse();
    result[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return result;
}

} // namespace troupe::link
