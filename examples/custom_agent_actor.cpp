// An agent as one's own CAF actor: an exchange. It leaves an order unanswered
// until another comes that goes together with it. So answers come in another
// order than requests, and what waits is a promise in a map: no thread.

#include "actors/troupe.hpp"
#include "examples/need.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

using examples::need;

namespace {

class exchange_state {
public:
  static inline const char* name = "exchange";

  explicit exchange_state(troupe::agent_actor::pointer self) : self_(self) {
  }

  troupe::agent_actor::behavior_type make_behavior() {
    return {[this](const troupe::perform_task& x) {
      return trade(x);
    }};
  }

private:
  using promise = caf::typed_response_promise<troupe::task_performed>;

  promise trade(const troupe::perform_task& x) {
    auto side = x.parameters.value().at("side").get<std::string>();
    auto price = x.parameters.value().at("price").get<int64_t>();
    if (side == "buy")
      return match(price, bids_, offers_);
    if (side == "sell")
      return match(price, offers_, bids_);
    auto refused = self_->make_response_promise<troupe::task_performed>();
    refused.deliver(troupe::task_performed{
      {}, {troupe::ec::invalid_argument, "can buy or sell, not " + side}});
    return refused;
  }

  /// Each side has its best price in front, so what its order puts behind
  /// `price` is not good enough.
  template <class Mine, class Theirs>
  promise match(int64_t price, Mine& mine, Theirs& theirs) {
    auto answer = self_->make_response_promise<troupe::task_performed>();
    auto best = theirs.begin();
    if (best == theirs.end() || theirs.key_comp()(price, best->first)) {
      mine.emplace(price, answer);
    } else {
      troupe::task_performed traded{troupe::payload{{"price", best->first}},
                                    {}};
      best->second.deliver(traded);
      answer.deliver(traded);
      theirs.erase(best);
    }
    return answer;
  }

  troupe::agent_actor::pointer self_;
  std::multimap<int64_t, promise, std::greater<>> bids_;
  std::multimap<int64_t, promise> offers_;
};

troupe::agent_actor::behavior_type
exchange(troupe::agent_actor::stateful_pointer<exchange_state> self) {
  return troupe::compat::state_of(self).make_behavior();
}

troupe::task_spec order(const char* side, int64_t price) {
  return {.name = fmt::format("{} at {}", side, price),
          .capabilities = {"trade"},
          .parameters = {{"side", side}, {"price", price}},
          .retry = {.max_retries = 0}};
}

} // namespace

int main() {
  troupe::runtime runtime;
  // So many orders may wait for a partner: each holds a slot.
  need(runtime.add_agent(
    {.id = "exchange", .capabilities = {"trade"}, .max_concurrent = 100},
    runtime.system().spawn(exchange)));
  auto ids = need(
    runtime.submit({order("buy", 90), order("buy", 95), order("sell", 93),
                    order("sell", 90), order("lend", 90)}));
  std::vector<int64_t> prices;
  for (auto& ended : need(runtime.wait_all(ids))) {
    fmt::print("{}: {}\n", ended.name(),
               ended.failure ? to_string(*ended.failure) : ended.result.dump());
    prices.push_back(ended.result.value().is_null()
                       ? 0
                       : ended.result.value().at("price").get<int64_t>());
  }
  // Who sells at 93 gets the better bid; the other waits for a lower price.
  return prices == std::vector<int64_t>{90, 95, 95, 90, 0} ? 0 : 1;
}
