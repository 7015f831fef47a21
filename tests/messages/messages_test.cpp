#include "messages/type_ids.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace troupe::test {

namespace {

template <class... Ts>
std::vector<uint16_t> numbers_of() {
  return {caf::type_id<Ts>::value...};
}

} // namespace

// Whoever runs another version takes a message for what its number says. New
// types go to the end of this list, as they do to that of the numbers.
TEST(messages_test, keeps_the_numbers_of_all_message_types) {
  auto numbers = numbers_of<
    core::task_page, core::task_stats, core::queue_info, messages::done,
    messages::submit_tasks, messages::stream_tasks,
    messages::stream_acknowledged, messages::submit_children,
    messages::children_refused, messages::await_tasks, messages::tasks_ended,
    messages::get_task, messages::task_found, messages::list_tasks,
    messages::get_stats, messages::cancel_task, messages::set_task_priority,
    messages::update_progress, messages::explain_task, messages::explanation,
    messages::await_idle, messages::stop_accepting, messages::attempts_ended,
    messages::attempts_parked, messages::attempts_unparked,
    messages::run_attempts, messages::cancel_attempts,
    messages::report_attempts, messages::report_taken, messages::report_event,
    messages::enqueue_tasks, messages::withdraw_tasks,
    messages::change_priority, messages::pause_queue, messages::resume_queue,
    messages::process_queue, messages::processed, messages::get_queue,
    messages::explain_waiting, messages::want_slots, messages::slots_changed,
    messages::agent_gone, messages::perform_task, messages::task_performed,
    messages::stop_agent, messages::publish_events, messages::attach_publisher,
    messages::subscribe, messages::subscribed, messages::grant_credit,
    messages::unsubscribe, messages::events_published,
    messages::listeners_changed, messages::attach_queue_to_router,
    messages::add_agent, messages::remove_agent, messages::get_agents,
    messages::agent_list, messages::explain_demand, messages::attach_queue,
    messages::task_watcher_actor, messages::parent_actor,
    messages::stream_client_actor, messages::event_observer_actor,
    messages::event_publisher_actor, messages::attempt_sink_actor,
    messages::agent_actor, messages::agent_host_actor,
    messages::event_bus_actor, messages::queue_actor, messages::router_actor,
    messages::manager_actor, messages::observe_attempts,
    messages::attempts_observed, messages::get_circuits, messages::circuit_list,
    messages::trip_circuit, messages::force_open_circuit,
    messages::reset_circuit, messages::stop_gating,
    messages::attempt_observer_actor, messages::submission_actor,
    messages::circuit_breaker_actor, messages::get_rate_limits,
    messages::rate_limit_list, messages::rate_limiter_actor,
    messages::watch_agent, messages::agent_condition,
    messages::agent_watcher_actor, messages::list_dead_letters,
    messages::drop_dead_letter, messages::drop_dead_letters,
    messages::dead_letters_dropped, messages::ask_input,
    messages::inputs_answered, messages::provide_input, messages::get_inputs,
    messages::input_list, messages::pause_task, messages::resume_task,
    messages::hold_task, messages::release_task, messages::pause_attempt,
    messages::resume_attempt, messages::attempt_paused,
    messages::input_asker_actor, messages::adopt_attempts,
    messages::attempts_adopted, messages::ask_again, messages::recover_tasks,
    messages::recover_slots, messages::slots_recovered,
    messages::adoption_actor, messages::ask_probe, messages::bar_circuits,
    messages::allow_probe, messages::write_journal, messages::journal_committed,
    messages::journal_condition, messages::ask_needed, messages::forget_others,
    messages::attach_journal_client, messages::get_journal,
    messages::tasks_found, messages::keep_document, core::journal_status,
    messages::journal_client_actor, messages::journal_actor,
    messages::pause_agent, messages::resume_agent, messages::add_schedule,
    messages::remove_schedule, messages::pause_schedule,
    messages::resume_schedule, messages::get_schedules, messages::schedule_list,
    messages::get_schedule, messages::schedule_found, messages::begin_schedules,
    messages::stop_schedules, messages::schedule_keeper_actor,
    messages::find_keys, messages::keys_found, messages::list_audit,
    messages::audit_found, messages::set_node, messages::drop_node,
    messages::node_frame, messages::node_beat, messages::node_unknown,
    messages::node_leaves, messages::node_drains, messages::join_node,
    messages::node_challenge, messages::enter_node, messages::node_welcome,
    messages::node_session_actor, messages::node_uplink_actor,
    messages::node_door_actor, messages::attempt_owner_actor,
    messages::agent_registry_actor, messages::control_call,
    messages::control_reply, messages::control_actor, messages::enter_client,
    messages::client_welcome>();
  for (size_t i = 0; i < numbers.size(); ++i)
    EXPECT_EQ(numbers[i], caf::first_custom_type_id + i) << "type " << i;
  EXPECT_EQ(caf::id_block::troupe::end,
            caf::first_custom_type_id + numbers.size());
}

} // namespace troupe::test
