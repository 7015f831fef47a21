#pragma once

/// \file
/// All that an application needs, in namespace `troupe`.

#include "actors/runtime.hpp"
#include "core/node_spec.hpp"
// So that applications can make actors of their own that speak to Troupe's.
#include "messages/type_ids.hpp"

namespace troupe {

using core::agent_info;
using core::agent_spec;
using core::agent_wish;
using core::async;
using core::audit_page;
using core::audit_query;
using core::catch_up_policy;
using core::catch_up_settings;
using core::circuit_info;
using core::circuit_options;
using core::circuit_scope;
using core::circuit_settings;
using core::circuit_state;
using core::dead_letter_query;
using core::dependency;
using core::dispatch_rate;
using core::duration;
using core::ec;
using core::error;
using core::event;
using core::event_kind;
using core::fail;
using core::failure;
using core::full_policy;
using core::json;
using core::key_policy;
using core::label_rule;
using core::label_test;
using core::limit_scope;
using core::node_info;
using core::node_spec;
using core::on_failure;
using core::open_policy;
using core::overlap_policy;
using core::parse_label_rule;
using core::payload;
using core::pending_input;
using core::placement;
using core::priority_level;
using core::queue_info;
using core::queue_spec;
using core::rate_limit;
using core::rate_limit_info;
using core::rate_limit_options;
using core::rate_policy;
using core::rate_scope;
using core::replay_edit;
using core::resource_amount;
using core::resource_amounts;
using core::restart_limits;
using core::result;
using core::retry_budget_settings;
using core::retry_settings;
using core::routing_strategy;
using core::run_after;
using core::run_at;
using core::run_cron;
using core::run_every;
using core::schedule_info;
using core::schedule_spec;
using core::schedule_state;
using core::submission_keys;
using core::task_id;
using core::task_page;
using core::task_priority;
using core::task_query;
using core::task_record;
using core::task_spec;
using core::task_stats;
using core::task_status;
using core::time_limits;
using core::time_point;
using core::token_rate;
using core::uniqueness;

using actors::agent_class;
using actors::agent_definition;
using actors::agent_factory;
using actors::agent_removal;
using actors::child_life;
using actors::cooperative;
using actors::event_stream;
using actors::execution;
using actors::handler_result;
using actors::join_options;
using actors::listen_options;
using actors::node_state;
using actors::replay_report;
using actors::runtime;
using actors::runtime_options;
using actors::stop_mode;
using actors::submission;
using actors::submitter;
using actors::system_status;
using actors::task_context;

using messages::agent_actor;
using messages::perform_task;
using messages::task_performed;

} // namespace troupe
