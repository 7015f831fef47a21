// What the handlers of a random fleet do, and what they see.

#include "tests/simulation/random_fleet.hpp"

#include <stdexcept>

namespace troupe::test {

random_fleet::running_guard::running_guard(random_fleet& world,
                                           const core::attempt_key& key)
  : world_(world), key_(key) {
  auto is_alone = ++world_.running_[key_] == 1;
  EXPECT_TRUE(is_alone || world_.has_killed_)
    << "attempt " << key_.number << " runs in two places";
  // Whatever breaks between nodes: who may have given a node up has waited
  // until it has stopped by itself.
  auto& others = world_.running_of_[key_.task];
  EXPECT_TRUE(others.empty() || world_.has_killed_ || world_.has_lost_some_)
    << "attempt " << key_.number << " runs beside another";
  for (auto* other : others)
    if (other->overtaken_ == core::never)
      other->overtaken_ = world_.fleet_.now();
  others.insert(this);
}

random_fleet::running_guard::~running_guard() {
  --world_.running_[key_];
  world_.running_of_[key_.task].erase(this);
  if (overtaken_ == core::never)
    return;
  // Whatever died: a node that cannot be told to stop stops by itself when its
  // lease is over.
  constexpr core::duration clock_step = std::chrono::milliseconds{100};
  EXPECT_LE(world_.fleet_.now() - overtaken_,
            core::liveness_settings{}.lease + clock_step)
    << "attempt " << key_.number << " ran on beside another";
}

void random_fleet::on_start(const core::attempt_key& key,
                            const core::task_spec& spec,
                            const core::dependency_results& inputs) {
  auto& numbers = starts_[key.task];
  EXPECT_TRUE(numbers.insert(key.number).second || has_killed_)
    << "attempt " << key.number << " of " << spec.name << " was started twice";
  EXPECT_EQ(inputs.size(), spec.dependencies.size());
  for (auto& input : inputs) {
    EXPECT_TRUE(core::is_end(input.status))
      << spec.name << " runs before " << input.alias;
    if (input.status == core::task_status::completed) {
      EXPECT_EQ(input.result.value(), core::json(to_string(input.task)));
    }
  }
}

core::async<core::payload> random_fleet::work(actors::task_context& ctx) {
  const core::attempt_key key{ctx.id(), ctx.attempt_number()};
  on_start(key, ctx.task(), ctx.dependencies());
  running_guard guard{*this, key};
  auto what = static_cast<behaviour>(ctx.parameters()["do"].get<int>());
  const core::duration time
    = std::chrono::milliseconds{ctx.parameters()["ms"].get<int>()};
  core::task_spec child;
  child.name = ctx.task().name + "/child";
  child.capabilities = {"a"};
  child.parameters = core::payload{{"do", 0}, {"ms", 0}};
  switch (what) {
    case behaviour::succeed:
      break;
    case behaviour::fail:
      throw core::failure{{core::ec::handler_failed, "as asked"}};
    case behaviour::crash:
      throw std::runtime_error{"as asked"};
    case behaviour::sleep:
      co_await ctx.sleep(time);
      break;
    case behaviour::ask: {
      auto record = co_await ctx.run(std::move(child));
      EXPECT_TRUE(record.has_ended());
      break;
    }
    case behaviour::spawn:
      ctx.submit(std::move(child));
      break;
    case behaviour::walk:
    case behaviour::question:
    case behaviour::tell:
      co_await wait(ctx, what);
      break;
  }
  co_return core::payload(core::json(to_string(ctx.id())));
}

core::async<void> random_fleet::wait(actors::task_context& ctx,
                                     behaviour what) {
  const core::duration time
    = std::chrono::milliseconds{ctx.parameters()["ms"].get<int>()};
  const core::payload text{{"type", "string"}};
  for (int i = 0; i < 3; ++i) {
    if (what == behaviour::question) {
      auto prompt = std::to_string(i);
      auto answer = co_await ctx.input(prompt, text);
      EXPECT_EQ(answer.value(), to_string(ctx.id()) + prompt);
      continue;
    }
    co_await ctx.sleep(time);
    if (what == behaviour::tell) {
      ctx.progress(i * 30.0, "on the way");
      ctx.emit(core::payload{{"part", i}});
    }
    co_await ctx.checkpoint();
  }
}

} // namespace troupe::test
