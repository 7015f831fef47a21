#include "core/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>

namespace troupe::core {

namespace {

/// Exact for integers of either sign, which JSON tells apart.
std::partial_ordering compare_numbers(const json& x, const json& y) {
  if (!x.is_number_float() && !y.is_number_float()) {
    auto is_big = [](const json& n) {
      return n.is_number_unsigned() && n.get<uint64_t>() > INT64_MAX;
    };
    if (is_big(x) || is_big(y))
      return is_big(x) && is_big(y) ? x.get<uint64_t>() <=> y.get<uint64_t>()
                                    : is_big(x) <=> is_big(y);
    return x.get<int64_t>() <=> y.get<int64_t>();
  }
  return x.get<double>() <=> y.get<double>();
}

bool are_equal(const json& x, const json& y) {
  if (x.is_number() && y.is_number())
    return compare_numbers(x, y) == 0;
  return x == y;
}

} // namespace

class condition_evaluator {
public:
  condition_evaluator(const condition& what, const dependency_results& known)
    : what_(what), known_(known) {
    // nop
  }

  result<bool> evaluate() {
    auto value = value_of(what_.root_);
    if (!value)
      return fail(std::move(value).error());
    if (!value->is_boolean())
      return fail(ec::invalid_argument,
                  fmt::format("the condition {} is {}, neither true nor false",
                              what_.text_, type_of(*value)));
    return value->get<bool>();
  }

private:
  using operation = condition::operation;
  using node = condition::node;

  result<json> value_of(uint32_t number) {
    auto& x = what_.nodes_[number];
    switch (x.what) {
      case operation::literal:
        return x.value;
      case operation::refer:
        return core::value_of(what_.references_[x.referred], known_);
      case operation::list:
        return list_of(x);
      case operation::negate:
      case operation::both:
      case operation::either:
        return logic_of(x);
      default:
        return comparison_of(x);
    }
  }

  result<json> list_of(const node& x) {
    auto list = json::array();
    for (auto number : x.operands) {
      auto item = value_of(number);
      if (!item)
        return item;
      list.push_back(*std::move(item));
    }
    return list;
  }

  result<json> logic_of(const node& x) {
    auto value = false;
    for (auto number : x.operands) {
      auto operand = value_of(number);
      if (!operand)
        return operand;
      if (!operand->is_boolean())
        return wrong(x, fmt::format("true or false was expected, not {}",
                                    type_of(*operand)));
      value = operand->get<bool>();
      if ((x.what == operation::both && !value)
          || (x.what == operation::either && value))
        break;
    }
    return json(x.what == operation::negate ? !value : value);
  }

  result<json> comparison_of(const node& x) {
    auto left = value_of(x.operands[0]);
    if (!left)
      return left;
    auto right = value_of(x.operands[1]);
    if (!right)
      return right;
    switch (x.what) {
      case operation::equal:
        return json(are_equal(*left, *right));
      case operation::unequal:
        return json(!are_equal(*left, *right));
      case operation::contained:
      case operation::not_contained:
        return containment_of(x, *left, *right);
      default:
        return order_of(x, *left, *right);
    }
  }

  result<json> containment_of(const node& x, const json& part,
                              const json& whole) {
    auto is_in = false;
    if (whole.is_array())
      is_in = std::ranges::any_of(whole, [&part](const json& item) {
        return are_equal(part, item);
      });
    else if (whole.is_string() && part.is_string())
      is_in = whole.get_ref<const std::string&>().find(
                part.get_ref<const std::string&>())
              != std::string::npos;
    else if (whole.is_object() && part.is_string())
      is_in = whole.contains(part.get_ref<const std::string&>());
    else
      return wrong(x, fmt::format("{} cannot be in {}", type_of(part),
                                  type_of(whole)));
    return json(is_in == (x.what == operation::contained));
  }

  result<json> order_of(const node& x, const json& left, const json& right) {
    std::partial_ordering order = std::partial_ordering::unordered;
    if (left.is_number() && right.is_number())
      order = compare_numbers(left, right);
    else if (left.is_string() && right.is_string())
      order = left.get_ref<const std::string&>()
              <=> right.get_ref<const std::string&>();
    else
      return wrong(x, fmt::format("{} and {} have no order", type_of(left),
                                  type_of(right)));
    switch (x.what) {
      case operation::less:
        return json(order < 0);
      case operation::less_equal:
        return json(order <= 0);
      case operation::greater:
        return json(order > 0);
      default:
        return json(order >= 0);
    }
  }

  result<json> wrong(const node& x, std::string_view problem) const {
    return fail(ec::invalid_argument,
                fmt::format("column {} of the condition {}: {}", x.column,
                            what_.text_, problem));
  }

  const condition& what_;
  const dependency_results& known_;
};

result<bool> evaluate(const condition& what, const dependency_results& known) {
  return condition_evaluator{what, known}.evaluate();
}

} // namespace troupe::core
