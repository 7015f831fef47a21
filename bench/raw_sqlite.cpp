#include "bench/raw_sqlite.hpp"

#include "bench/scratch_file.hpp"
#include "bench/times.hpp"
#include "bench/usage.hpp"
#include "bench/workload.hpp"
#include "core/spec_codec.hpp"
#include "storage/sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace troupe::bench {

namespace {

using storage::sqlite_database;
using storage::sqlite_statement;

/// One table, and what a task is written with.
class loop {
public:
  loop() {
    require(database_.execute(
      "pragma journal_mode=wal; pragma synchronous=full;"
      "create table task(number integer primary key, id blob not null unique,"
      " status integer not null, spec text not null, result text) strict"));
    insert_ = require(database_.prepare(
      "insert into task(number, id, status, spec) values(?1, ?2, 0, ?3)"));
    start_ = require(
      database_.prepare("update task set status = 1 where number = ?1"));
    end_ = require(database_.prepare(
      "update task set status = 2, result = ?2 where number = ?1"));
    core::encode_spec(noop_task(), spec_);
  }

  void insert(uint64_t number) {
    core::task_id id{number, number * 0x9e3779b97f4a7c15};
    insert_.bind(1, static_cast<int64_t>(number));
    insert_.bind(2, id);
    insert_.bind_text(3, spec_);
    require(insert_.run());
  }

  void start(uint64_t number) {
    start_.bind(1, static_cast<int64_t>(number));
    require(start_.run());
  }

  void end(uint64_t number) {
    end_.bind(1, static_cast<int64_t>(number));
    end_.bind_text(2, "null");
    require(end_.run());
  }

  template <class F>
  void transaction(F f) {
    require(database_.execute("begin immediate"));
    f();
    require(database_.execute("commit"));
  }

private:
  scratch_file file_;
  sqlite_database database_ = require(
    sqlite_database::open(file_.path(), sqlite_database::mode::create));
  sqlite_statement insert_;
  sqlite_statement start_;
  sqlite_statement end_;
  std::string spec_;
};

/// What a journal writes of one task that is submitted, and nothing else: the
/// task, an entry of the audit log, how many tasks its queue has, and how far
/// the journal is. The bytes are as many, without what they are made from.
class submission_loop {
public:
  submission_loop() {
    require(database_.execute(
      "pragma journal_mode=wal; pragma synchronous=full;"
      "create table task(number integer primary key, id blob not null unique,"
      " created integer not null, queue integer not null,"
      " durability integer not null, ready_at integer not null,"
      " spec text not null) strict;"
      "create table audit(sequence integer primary key, at integer not null,"
      " by text not null, action text not null, task blob,"
      " detail text not null, hash blob not null) strict;"
      "create table queue(number integer primary key, unended integer not null)"
      " strict; insert into queue values(1, 0);"
      "create table state(one integer primary key, sequence integer not null,"
      " last_number integer not null) strict; insert into state values(1, 0, "
      "0)"));
    begin_ = require(database_.prepare("begin immediate"));
    commit_ = require(database_.prepare("commit"));
    task_ = require(
      database_.prepare("insert into task values(?1, ?2, ?3, 1, 0, ?3, ?4)"));
    audit_ = require(database_.prepare(
      "insert into audit values(?1, ?2, '', 'submit', null, ?3, ?4)"));
    queue_ = require(
      database_.prepare("update queue set unended = ?1 where number = 1"));
    state_ = require(
      database_.prepare("update state set sequence = ?1, last_number = ?1"));
    core::encode_spec(noop_task(), spec_);
  }

  void submit(uint64_t index) {
    auto number = static_cast<int64_t>(index + 1);
    auto now = std::chrono::system_clock::now().time_since_epoch().count();
    auto digest = fmt::format("{:064x}", index);
    auto detail = fmt::format(R"({{"count":1,"numbers":"{}","sha256":"{}"}})",
                              number, digest);
    require(begin_.run());
    task_.bind(1, number);
    task_.bind(2, core::task_id{index, index * 0x9e3779b97f4a7c15});
    task_.bind(3, int64_t{now});
    task_.bind_text(4, spec_);
    require(task_.run());
    audit_.bind(1, number);
    audit_.bind(2, int64_t{now});
    audit_.bind_text(3, detail);
    audit_.bind_blob(4, std::string_view{digest}.substr(0, 32));
    require(audit_.run());
    queue_.bind(1, number);
    require(queue_.run());
    state_.bind(1, number);
    require(state_.run());
    require(commit_.run());
  }

private:
  scratch_file file_;
  sqlite_database database_ = require(
    sqlite_database::open(file_.path(), sqlite_database::mode::create));
  sqlite_statement begin_;
  sqlite_statement commit_;
  sqlite_statement task_;
  sqlite_statement audit_;
  sqlite_statement queue_;
  sqlite_statement state_;
  std::string spec_;
};

sample run_loop(const context& what) {
  constexpr uint64_t batch_size = 1000;
  loop table;
  auto count = what.scaled(200'000);
  auto before = usage::now();
  for (uint64_t first = 0; first < count; first += batch_size) {
    auto last = std::min(first + batch_size, count);
    auto all = [&](void (loop::*f)(uint64_t)) {
      table.transaction([&] {
        for (auto i = first; i < last; ++i)
          (table.*f)(i);
      });
    };
    all(&loop::insert);
    all(&loop::start);
    all(&loop::end);
  }
  return cost_per_task(before, usage::now(), count);
}

sample run_commits(const context& what) {
  loop table;
  return times_of(what.scaled(2000), [&](uint64_t i) {
    table.transaction([&] { table.insert(i); });
  });
}

sample run_submissions(const context& what) {
  submission_loop tables;
  return times_of(what.scaled(2000), [&](uint64_t i) { tables.submit(i); });
}

} // namespace

std::vector<benchmark> raw_sqlite_benchmarks() {
  return {
    {
      .name = std::string{raw_sqlite_bound},
      .what = "SQLite alone: 1000 tasks are inserted, marked as running and "
              "ended with a result, in three transactions",
      .run = run_loop,
    },
    {
      .name = std::string{raw_sqlite_commit},
      .what = "SQLite alone: a transaction of one task",
      .run = run_commits,
    },
    {
      .name = std::string{raw_sqlite_submission},
      .what = "SQLite alone: a transaction of the rows that a journal writes "
              "for one task",
      .run = run_submissions,
    },
  };
}

} // namespace troupe::bench
