#include "cli/yaml_document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace troupe::cli {

namespace {

/// Ends parsing with one mistake.
struct unreadable {
  mistake why;
};

/// Where lines begin, to turn yaml-cpp's columns (bytes) into characters.
class line_index {
public:
  explicit line_index(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n')
        starts_.push_back(i + 1);
  }

  source_mark at_offset(size_t offset) const {
    auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    auto line = static_cast<size_t>(next - starts_.begin()) - 1;
    return at(line, offset - starts_[line]);
  }

  /// Both from 0.
  source_mark at(size_t line, size_t byte) const {
    int column = 1;
    if (line < starts_.size()) {
      auto rest = text_.substr(starts_[line]);
      for (auto c : rest.substr(0, byte))
        column += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }
    return {static_cast<int>(line) + 1, column};
  }

  source_mark at(const YAML::Mark& x) const {
    if (x.is_null())
      return {};
    return at(static_cast<size_t>(x.line), static_cast<size_t>(x.column));
  }

private:
  std::string_view text_;
  std::vector<size_t> starts_;
};

/// Length of the well-formed UTF-8 character at the front; 0 if there is none.
size_t utf8_length(std::string_view s) {
  auto byte = [&](size_t i) {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u;
  };
  auto is_tail = [&](size_t i) {
    return (byte(i) & 0xc0) == 0x80;
  };
  auto b0 = byte(0);
  if (b0 < 0x80)
    return 1;
  if (b0 >= 0xc2 && b0 <= 0xdf)
    return is_tail(1) ? 2 : 0;
  if (b0 >= 0xe0 && b0 <= 0xef) {
    auto is_overlong = b0 == 0xe0 && byte(1) < 0xa0;
    auto is_surrogate = b0 == 0xed && byte(1) > 0x9f;
    return is_tail(1) && is_tail(2) && !is_overlong && !is_surrogate ? 3 : 0;
  }
  if (b0 >= 0xf0 && b0 <= 0xf4) {
    auto is_overlong = b0 == 0xf0 && byte(1) < 0x90;
    auto is_beyond = b0 == 0xf4 && byte(1) > 0x8f;
    return is_tail(1) && is_tail(2) && is_tail(3) && !is_overlong && !is_beyond
             ? 4
             : 0;
  }
  return 0;
}

void check_encoding(std::string_view text, const line_index& lines) {
  for (size_t i = 0; i < text.size();) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
      throw unreadable{{lines.at_offset(i),
                        fmt::format("control character 0x{:02x}; this is not "
                                    "a text file, or not in UTF-8",
                                    c)}};
    auto n = utf8_length(text.substr(i));
    if (n == 0)
      throw unreadable{{lines.at_offset(i),
                        fmt::format("byte 0x{:02x} is not UTF-8; save the file "
                                    "in that encoding",
                                    c)}};
    i += n;
  }
}

/// Builds the tree. Aliases are copied, within the bounds.
class tree_builder : public YAML::EventHandler {
public:
  tree_builder(const line_index& lines, const yaml_limits& limits,
               mistakes& found)
    : lines_(lines), limits_(limits), found_(found) {
  }

  std::optional<yaml_node> take() {
    return std::move(root_);
  }

  void OnDocumentStart(const YAML::Mark&) override {
  }

  void OnDocumentEnd() override {
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // An empty value has the mark of what follows it, which may be lines on.
    add(make_null(lines_.at(mark)), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto at = lines_.at(mark);
    auto target = anchors_.find(anchor);
    if (target == anchors_.end())
      throw unreadable{{at, "an alias cannot stand inside of what it means"}};
    auto copy = target->second;
    count(copy, at);
    add(std::move(copy), YAML::NullAnchor, false);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    auto at = lines_.at(mark);
    check_tag(tag, at);
    add(make_scalar(value, at, tag == "!"), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(yaml_kind::list, mark, tag, anchor);
  }

  void OnSequenceEnd() override {
    close();
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(yaml_kind::mapping, mark, tag, anchor);
  }

  void OnMapEnd() override {
    close();
  }

private:
  struct level {
    yaml_node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    /// Of a mapping: the key whose value comes next.
    std::optional<yaml_node> key;
    /// Of a mapping: where each key was given first.
    std::map<std::string, source_mark, std::less<>> keys;
  };

  void check_tag(const std::string& tag, source_mark at) {
    if (!tag.empty() && tag != "?" && tag != "!")
      throw unreadable{
        {at, fmt::format("the tag {} is not supported; leave it out",
                         in_quotes(tag))}};
  }

  void open(yaml_kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    auto at = lines_.at(mark);
    check_tag(tag, at);
    if (stack_.size() >= limits_.depth_max)
      throw unreadable{
        {at, fmt::format("nested deeper than {} levels", limits_.depth_max)}};
    level next;
    next.node.kind = kind;
    next.node.mark = at;
    next.anchor = anchor;
    stack_.push_back(std::move(next));
  }

  void close() {
    auto done = std::move(stack_.back());
    stack_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(yaml_node node, YAML::anchor_t anchor, bool is_new = true) {
    if (is_new)
      count_one(node, node.mark);
    if (anchor != YAML::NullAnchor)
      anchors_[anchor] = node;
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& top = stack_.back();
    if (top.node.kind == yaml_kind::list) {
      top.node.items.push_back(std::move(node));
    } else if (!top.key) {
      if (!node.is_scalar())
        throw unreadable{{node.mark, fmt::format("a key must be text, not {}",
                                                 describe(node.kind))}};
      top.key = std::move(node);
    } else {
      add_entry(top, std::move(node));
    }
  }

  void add_entry(level& top, yaml_node value) {
    auto key = std::move(*top.key);
    top.key.reset();
    auto [first, is_new] = top.keys.try_emplace(key.text, key.mark);
    if (is_new)
      top.node.entries.push_back(
        {std::move(key.text), key.mark, std::move(value)});
    else
      found_.add(key.mark,
                 fmt::format("key {} is given twice; the first is in "
                             "line {}",
                             in_quotes(key.text), first->second.line));
  }

  void count(const yaml_node& node, source_mark at) {
    count_one(node, at);
    for (auto& x : node.items)
      count(x, at);
    for (auto& x : node.entries)
      count(x.value, at);
  }

  void count_one(const yaml_node& node, source_mark at) {
    ++nodes_;
    bytes_ += node.text.size();
    if (nodes_ > limits_.nodes_max || bytes_ > limits_.text_bytes_max)
      throw unreadable{
        {at, fmt::format("too much: with its aliases the file has more than "
                         "{} values or {} MiB",
                         limits_.nodes_max, limits_.text_bytes_max >> 20)}};
  }

  const line_index& lines_;
  const yaml_limits& limits_;
  mistakes& found_;
  std::optional<yaml_node> root_;
  std::vector<level> stack_;
  std::map<YAML::anchor_t, yaml_node> anchors_;
  size_t nodes_ = 0;
  size_t bytes_ = 0;
};

std::optional<yaml_node> build(std::string_view text, const line_index& lines,
                               const yaml_limits& limits, mistakes& found) {
  std::istringstream in{std::string{text}};
  YAML::Parser parser{in};
  tree_builder builder{lines, limits, found};
  if (!parser.HandleNextDocument(builder))
    return make_null({1, 1});
  tree_builder second{lines, limits, found};
  if (parser.HandleNextDocument(second)) {
    auto extra = second.take();
    throw unreadable{{extra ? extra->mark : source_mark{},
                      "a second document; a file holds one pipeline"}};
  }
  return builder.take();
}

} // namespace

std::optional<yaml_node> parse_yaml(std::string_view text, mistakes& found,
                                    const yaml_limits& limits) {
  if (text.size() > limits.file_bytes_max) {
    found.add({}, fmt::format("the file is larger than {} MiB",
                              limits.file_bytes_max >> 20));
    return std::nullopt;
  }
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  line_index lines{text};
  try {
    check_encoding(text, lines);
    return build(text, lines, limits, found);
  } catch (unreadable& x) {
    found.add(x.why.at, std::move(x.why.message));
  } catch (const YAML::Exception& x) {
    found.add(lines.at(x.mark), fmt::format("not YAML: {}", x.msg));
  }
  return std::nullopt;
}

} // namespace troupe::cli
