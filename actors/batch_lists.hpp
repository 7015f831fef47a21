#pragma once

#include "messages/nodes.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>

namespace troupe::actors {

/// In a batch, unless they are large.
inline constexpr size_t batch_items_max = 1024;

/// What a batch is made of, in the order in which it is taken in.
inline auto lists_of(messages::node_orders& x) {
  return std::tie(x.orders, x.ends, x.refusals, x.answers, x.commands,
                  x.refused);
}

inline auto lists_of(messages::node_reports& x) {
  return std::tie(x.added, x.children, x.progress, x.events, x.questions,
                  x.signals, x.outcomes, x.conditions, x.removed);
}

template <class Batch>
size_t item_count(Batch& x) {
  return std::apply([](auto&... lists) { return (lists.size() + ...); },
                    lists_of(x));
}

template <class Batch>
bool is_empty(Batch& x) {
  return item_count(x) == 0;
}

/// Puts what came before in front of what there is.
template <class Batch>
void put_before(Batch& to, Batch before) {
  auto both = [&]<size_t... I>(std::index_sequence<I...>) {
    auto now = lists_of(to);
    auto first = lists_of(before);
    auto put = [](auto& later, auto& earlier) {
      std::ranges::move(later, std::back_inserter(earlier));
      later = std::move(earlier);
    };
    (put(std::get<I>(now), std::get<I>(first)), ...);
  };
  both(std::make_index_sequence<std::tuple_size_v<decltype(lists_of(to))>>{});
}

/// The first items, `items_max` of them at most, so that no batch is too long.
/// What is left is to be taken in after them.
template <class Batch>
Batch take_some(Batch& from, size_t items_max) {
  Batch taken;
  auto take = [&]<size_t... I>(std::index_sequence<I...>) {
    auto all = lists_of(from);
    auto some = lists_of(taken);
    auto move = [&](auto& source, auto& to) {
      if (source.size() <= items_max) {
        items_max -= source.size();
        to = std::exchange(source, {});
        return;
      }
      auto end = source.begin() + static_cast<std::ptrdiff_t>(items_max);
      to.assign(std::make_move_iterator(source.begin()),
                std::make_move_iterator(end));
      source.erase(source.begin(), end);
      items_max = 0;
    };
    (move(std::get<I>(all), std::get<I>(some)), ...);
  };
  take(std::make_index_sequence<std::tuple_size_v<decltype(lists_of(from))>>{});
  return taken;
}

/// What goes next to the other side, and as what: as many items as make no
/// batch that is longer than `bytes_max`. A single one may still be.
template <class Batch>
std::pair<Batch, std::string>
take_batch(caf::actor_system& system, Batch& from, size_t bytes_max) {
  for (auto count = std::min(batch_items_max, item_count(from));; count /= 2) {
    auto batch = take_some(from, count);
    auto bytes = compat::encode(system, batch);
    if (bytes.size() <= bytes_max || count == 1)
      return {std::move(batch), std::move(bytes)};
    put_before(from, std::move(batch));
  }
}

} // namespace troupe::actors
