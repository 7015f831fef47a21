#pragma once

#include "actors/troupe.hpp"

#include <type_traits>
#include <utility>

namespace examples {

/// The value of `x`. Throws its error, which nobody here catches: it ends the
/// program with the error's text.
template <class T>
T need(troupe::result<T> x) {
  if (!x)
    throw troupe::failure(std::move(x.error()));
  if constexpr (!std::is_void_v<T>)
    return *std::move(x);
}

} // namespace examples
