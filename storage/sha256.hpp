#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace troupe::storage {

using sha256_hash = std::array<unsigned char, 32>;

/// Hashes one thing after another.
class sha256 {
public:
  /// Ready for the first.
  sha256();

  void add(std::string_view bytes) noexcept;

  /// As eight bytes.
  void add(uint64_t x) noexcept;

  /// With its length, so that no two lists of texts are the same bytes.
  void add_text(std::string_view text) noexcept {
    add(uint64_t{text.size()});
    add(text);
  }

  /// Of all since the last call; ready for the next then.
  sha256_hash finish() noexcept;

private:
  struct release {
    void operator()(evp_md_ctx_st* x) const noexcept;
  };

  std::unique_ptr<evp_md_ctx_st, release> context_;
};

/// 64 digits.
std::string to_hex(const sha256_hash& hash);

} // namespace troupe::storage
