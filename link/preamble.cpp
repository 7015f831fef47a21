#include "link/preamble.hpp"

#include "link/node_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace troupe::link {

namespace {

constexpr std::string_view greeting_word = "TROUPE-LINK";
constexpr std::string_view welcome_word = "OK";
constexpr std::string_view refusal_word = "NO";

/// Takes what is before the next space, and the space.
std::string_view take_word(std::string_view& line) noexcept {
  auto end = std::min(line.find(' '), line.size());
  auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::optional<unsigned> to_version(std::string_view text) noexcept {
  unsigned x = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(),
                                        x);
  if (problem != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return x;
}

bool is_token(std::string_view text) noexcept {
  return text.size() == token_digits && std::ranges::all_of(text, [](char x) {
           return (x >= '0' && x <= '9') || (x >= 'a' && x <= 'f');
         });
}

auto refuse_greeting(refusal code, std::string text) {
  return tl::unexpected<refusal_reason>{{code, std::move(text)}};
}

/// What others say may be shown to people: no control characters.
std::string printable(std::string_view text) {
  std::string result;
  for (auto x : text)
    result += x >= ' ' && x <= '~' ? x : '?';
  return result;
}

bool helps_to_try_again(std::optional<refusal> code) noexcept {
  using enum refusal;
  return code != version && code != wrong_name && code != not_allowed;
}

} // namespace

std::string render(const greeting& x) {
  return fmt::format("{} {} {} {}\n", greeting_word, preamble_version,
                     x.node_name, x.token);
}

tl::expected<greeting, refusal_reason> read_greeting(std::string_view line) {
  if (take_word(line) != greeting_word)
    return refuse_greeting(refusal::malformed, "this is a link of Troupe, and "
                                               "that was no greeting");
  auto version = to_version(take_word(line));
  if (!version)
    return refuse_greeting(refusal::malformed, "the greeting has no version");
  if (*version != preamble_version)
    return refuse_greeting(
      refusal::version,
      fmt::format("this node speaks version {} of the link, the other one "
                  "version {}; run the same version of Troupe on both",
                  preamble_version, *version));
  auto name = take_word(line);
  if (!is_node_name(name))
    return refuse_greeting(refusal::malformed, "a node cannot be called so");
  if (!is_token(line))
    return refuse_greeting(refusal::malformed, "the token is none");
  return greeting{std::string{name}, std::string{line}};
}

std::string render(const refusal_reason& x) {
  return fmt::format("{} {} {}\n", refusal_word, to_string(x.code),
                     printable(x.text));
}

std::string render_welcome() {
  return fmt::format("{} {}\n", welcome_word, preamble_version);
}

core::result<void> read_answer(std::string_view line) {
  auto word = take_word(line);
  if (word == welcome_word) {
    auto version = to_version(line);
    if (version == preamble_version)
      return {};
    return core::fail({core::ec::unavailable,
                       fmt::format("it speaks version {} of the link, and this "
                                   "node version {}; run the same version of "
                                   "Troupe on both",
                                   printable(line), preamble_version),
                       true});
  }
  if (word != refusal_word)
    return core::fail(core::ec::unavailable,
                      "it does not answer as a link of Troupe does; is it the "
                      "right port, and do both sides have TLS?");
  auto code = take_word(line);
  return core::fail(
    {core::ec::unavailable,
     fmt::format("it refuses: {} ({})", printable(line), printable(code)),
     !helps_to_try_again(refusal_from(code))});
}

} // namespace troupe::link
