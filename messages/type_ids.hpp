#pragma once

// Long because the numbers come from one list.

/// \file
/// The numbers of all message types. They are on the wire: only ever append.

#include "messages/interfaces.hpp"
#include "messages/nodes.hpp"

// What leaves the process has inspect() instead: messages/nodes.hpp.
// Nothing leaves the process yet; what does one day needs inspect() instead.
#define TROUPE_LOCAL_MESSAGES(X)                                               \
  X(troupe::core::task_page)                                                   \
  X(troupe::core::task_stats)                                                  \
  X(troupe::core::queue_info)                                                  \
  X(troupe::messages::done)                                                    \
  X(troupe::messages::submit_tasks)                                            \
  X(troupe::messages::stream_tasks)                                            \
  X(troupe::messages::stream_acknowledged)                                     \
  X(troupe::messages::submit_children)                                         \
  X(troupe::messages::children_refused)                                        \
  X(troupe::messages::await_tasks)                                             \
  X(troupe::messages::tasks_ended)                                             \
  X(troupe::messages::get_task)                                                \
  X(troupe::messages::task_found)                                              \
  X(troupe::messages::list_tasks)                                              \
  X(troupe::messages::get_stats)                                               \
  X(troupe::messages::cancel_task)                                             \
  X(troupe::messages::set_task_priority)                                       \
  X(troupe::messages::update_progress)                                         \
  X(troupe::messages::explain_task)                                            \
  X(troupe::messages::explanation)                                             \
  X(troupe::messages::await_idle)                                              \
  X(troupe::messages::stop_accepting)                                          \
  X(troupe::messages::attempts_ended)                                          \
  X(troupe::messages::attempts_parked)                                         \
  X(troupe::messages::attempts_unparked)                                       \
  X(troupe::messages::run_attempts)                                            \
  X(troupe::messages::cancel_attempts)                                         \
  X(troupe::messages::report_attempts)                                         \
  X(troupe::messages::report_taken)                                            \
  X(troupe::messages::report_event)                                            \
  X(troupe::messages::enqueue_tasks)                                           \
  X(troupe::messages::withdraw_tasks)                                          \
  X(troupe::messages::change_priority)                                         \
  X(troupe::messages::pause_queue)                                             \
  X(troupe::messages::resume_queue)                                            \
  X(troupe::messages::process_queue)                                           \
  X(troupe::messages::processed)                                               \
  X(troupe::messages::get_queue)                                               \
  X(troupe::messages::explain_waiting)                                         \
  X(troupe::messages::want_slots)                                              \
  X(troupe::messages::slots_changed)                                           \
  X(troupe::messages::agent_gone)                                              \
  X(troupe::messages::perform_task)                                            \
  X(troupe::messages::task_performed)                                          \
  X(troupe::messages::stop_agent)                                              \
  X(troupe::messages::publish_events)                                          \
  X(troupe::messages::attach_publisher)                                        \
  X(troupe::messages::subscribe)                                               \
  X(troupe::messages::subscribed)                                              \
  X(troupe::messages::grant_credit)                                            \
  X(troupe::messages::unsubscribe)                                             \
  X(troupe::messages::events_published)                                        \
  X(troupe::messages::listeners_changed)                                       \
  X(troupe::messages::attach_queue_to_router)                                  \
  X(troupe::messages::add_agent)                                               \
  X(troupe::messages::remove_agent)                                            \
  X(troupe::messages::get_agents)                                              \
  X(troupe::messages::agent_list)                                              \
  X(troupe::messages::explain_demand)                                          \
  X(troupe::messages::attach_queue)                                            \
  X(troupe::messages::observe_attempts)                                        \
  X(troupe::messages::attempts_observed)                                       \
  X(troupe::messages::ask_probe)                                               \
  X(troupe::messages::bar_circuits)                                            \
  X(troupe::messages::allow_probe)                                             \
  X(troupe::messages::get_circuits)                                            \
  X(troupe::messages::circuit_list)                                            \
  X(troupe::messages::trip_circuit)                                            \
  X(troupe::messages::force_open_circuit)                                      \
  X(troupe::messages::reset_circuit)                                           \
  X(troupe::messages::stop_gating)                                             \
  X(troupe::messages::get_rate_limits)                                         \
  X(troupe::messages::rate_limit_list)                                         \
  X(troupe::messages::watch_agent)                                             \
  X(troupe::messages::agent_condition)                                         \
  X(troupe::messages::list_dead_letters)                                       \
  X(troupe::messages::drop_dead_letter)                                        \
  X(troupe::messages::drop_dead_letters)                                       \
  X(troupe::messages::dead_letters_dropped)                                    \
  X(troupe::messages::ask_input)                                               \
  X(troupe::messages::inputs_answered)                                         \
  X(troupe::messages::provide_input)                                           \
  X(troupe::messages::get_inputs)                                              \
  X(troupe::messages::input_list)                                              \
  X(troupe::messages::pause_task)                                              \
  X(troupe::messages::resume_task)                                             \
  X(troupe::messages::hold_task)                                               \
  X(troupe::messages::release_task)                                            \
  X(troupe::messages::pause_attempt)                                           \
  X(troupe::messages::resume_attempt)                                          \
  X(troupe::messages::attempt_paused)                                          \
  X(troupe::messages::adopt_attempts)                                          \
  X(troupe::messages::attempts_adopted)                                        \
  X(troupe::messages::ask_again)                                               \
  X(troupe::messages::recover_tasks)                                           \
  X(troupe::messages::recover_slots)                                           \
  X(troupe::messages::slots_recovered)                                         \
  X(troupe::core::journal_status)                                              \
  X(troupe::messages::write_journal)                                           \
  X(troupe::messages::journal_committed)                                       \
  X(troupe::messages::journal_condition)                                       \
  X(troupe::messages::ask_needed)                                              \
  X(troupe::messages::forget_others)                                           \
  X(troupe::messages::attach_journal_client)                                   \
  X(troupe::messages::get_journal)                                             \
  X(troupe::messages::tasks_found)                                             \
  X(troupe::messages::keep_document)                                           \
  X(troupe::messages::pause_agent)                                             \
  X(troupe::messages::resume_agent)                                            \
  X(troupe::messages::add_schedule)                                            \
  X(troupe::messages::remove_schedule)                                         \
  X(troupe::messages::pause_schedule)                                          \
  X(troupe::messages::resume_schedule)                                         \
  X(troupe::messages::get_schedules)                                           \
  X(troupe::messages::schedule_list)                                           \
  X(troupe::messages::get_schedule)                                            \
  X(troupe::messages::schedule_found)                                          \
  X(troupe::messages::begin_schedules)                                         \
  X(troupe::messages::stop_schedules)                                          \
  X(troupe::messages::find_keys)                                               \
  X(troupe::messages::keys_found)                                              \
  X(troupe::messages::list_audit)                                              \
  X(troupe::messages::audit_found)                                             \
  X(troupe::messages::set_node)                                                \
  X(troupe::messages::drop_node)

#define TROUPE_WIRE_MESSAGES(X)                                                \
  X(troupe::messages::node_frame)                                              \
  X(troupe::messages::node_beat)                                               \
  X(troupe::messages::node_unknown)                                            \
  X(troupe::messages::node_leaves)                                             \
  X(troupe::messages::node_drains)                                             \
  X(troupe::messages::join_node)                                               \
  X(troupe::messages::node_challenge)                                          \
  X(troupe::messages::enter_node)                                              \
  X(troupe::messages::node_welcome)                                            \
  X(troupe::messages::control_call)                                            \
  X(troupe::messages::control_reply)                                           \
  X(troupe::messages::enter_client)                                            \
  X(troupe::messages::client_welcome)

TROUPE_LOCAL_MESSAGES(TROUPE_LOCAL_MESSAGE)
TROUPE_LOCAL_MESSAGES(TROUPE_MESSAGE_ELSEWHERE)
TROUPE_WIRE_MESSAGES(TROUPE_MESSAGE_ELSEWHERE)

#define TROUPE_MESSAGE(name) CAF_ADD_TYPE_ID(troupe, (troupe::messages::name))

CAF_BEGIN_TYPE_ID_BLOCK(troupe, caf::first_custom_type_id)
  CAF_ADD_TYPE_ID(troupe, (troupe::core::task_page))
  CAF_ADD_TYPE_ID(troupe, (troupe::core::task_stats))
  CAF_ADD_TYPE_ID(troupe, (troupe::core::queue_info))
  TROUPE_MESSAGE(done)
  TROUPE_MESSAGE(submit_tasks)
  TROUPE_MESSAGE(stream_tasks)
  TROUPE_MESSAGE(stream_acknowledged)
  TROUPE_MESSAGE(submit_children)
  TROUPE_MESSAGE(children_refused)
  TROUPE_MESSAGE(await_tasks)
  TROUPE_MESSAGE(tasks_ended)
  TROUPE_MESSAGE(get_task)
  TROUPE_MESSAGE(task_found)
  TROUPE_MESSAGE(list_tasks)
  TROUPE_MESSAGE(get_stats)
  TROUPE_MESSAGE(cancel_task)
  TROUPE_MESSAGE(set_task_priority)
  TROUPE_MESSAGE(update_progress)
  TROUPE_MESSAGE(explain_task)
  TROUPE_MESSAGE(explanation)
  TROUPE_MESSAGE(await_idle)
  TROUPE_MESSAGE(stop_accepting)
  TROUPE_MESSAGE(attempts_ended)
  TROUPE_MESSAGE(attempts_parked)
  TROUPE_MESSAGE(attempts_unparked)
  TROUPE_MESSAGE(run_attempts)
  TROUPE_MESSAGE(cancel_attempts)
  TROUPE_MESSAGE(report_attempts)
  TROUPE_MESSAGE(report_taken)
  TROUPE_MESSAGE(report_event)
  TROUPE_MESSAGE(enqueue_tasks)
  TROUPE_MESSAGE(withdraw_tasks)
  TROUPE_MESSAGE(change_priority)
  TROUPE_MESSAGE(pause_queue)
  TROUPE_MESSAGE(resume_queue)
  TROUPE_MESSAGE(process_queue)
  TROUPE_MESSAGE(processed)
  TROUPE_MESSAGE(get_queue)
  TROUPE_MESSAGE(explain_waiting)
  TROUPE_MESSAGE(want_slots)
  TROUPE_MESSAGE(slots_changed)
  TROUPE_MESSAGE(agent_gone)
  TROUPE_MESSAGE(perform_task)
  TROUPE_MESSAGE(task_performed)
  TROUPE_MESSAGE(stop_agent)
  TROUPE_MESSAGE(publish_events)
  TROUPE_MESSAGE(attach_publisher)
  TROUPE_MESSAGE(subscribe)
  TROUPE_MESSAGE(subscribed)
  TROUPE_MESSAGE(grant_credit)
  TROUPE_MESSAGE(unsubscribe)
  TROUPE_MESSAGE(events_published)
  TROUPE_MESSAGE(listeners_changed)
  TROUPE_MESSAGE(attach_queue_to_router)
  TROUPE_MESSAGE(add_agent)
  TROUPE_MESSAGE(remove_agent)
  TROUPE_MESSAGE(get_agents)
  TROUPE_MESSAGE(agent_list)
  TROUPE_MESSAGE(explain_demand)
  TROUPE_MESSAGE(attach_queue)
  TROUPE_MESSAGE(task_watcher_actor)
  TROUPE_MESSAGE(parent_actor)
  TROUPE_MESSAGE(stream_client_actor)
  TROUPE_MESSAGE(event_observer_actor)
  TROUPE_MESSAGE(event_publisher_actor)
  TROUPE_MESSAGE(attempt_sink_actor)
  TROUPE_MESSAGE(agent_actor)
  TROUPE_MESSAGE(agent_host_actor)
  TROUPE_MESSAGE(event_bus_actor)
  TROUPE_MESSAGE(queue_actor)
  TROUPE_MESSAGE(router_actor)
  TROUPE_MESSAGE(manager_actor)
  TROUPE_MESSAGE(observe_attempts)
  TROUPE_MESSAGE(attempts_observed)
  TROUPE_MESSAGE(get_circuits)
  TROUPE_MESSAGE(circuit_list)
  TROUPE_MESSAGE(trip_circuit)
  TROUPE_MESSAGE(force_open_circuit)
  TROUPE_MESSAGE(reset_circuit)
  TROUPE_MESSAGE(stop_gating)
  TROUPE_MESSAGE(attempt_observer_actor)
  TROUPE_MESSAGE(submission_actor)
  TROUPE_MESSAGE(circuit_breaker_actor)
  TROUPE_MESSAGE(get_rate_limits)
  TROUPE_MESSAGE(rate_limit_list)
  TROUPE_MESSAGE(rate_limiter_actor)
  TROUPE_MESSAGE(watch_agent)
  TROUPE_MESSAGE(agent_condition)
  TROUPE_MESSAGE(agent_watcher_actor)
  TROUPE_MESSAGE(list_dead_letters)
  TROUPE_MESSAGE(drop_dead_letter)
  TROUPE_MESSAGE(drop_dead_letters)
  TROUPE_MESSAGE(dead_letters_dropped)
  TROUPE_MESSAGE(ask_input)
  TROUPE_MESSAGE(inputs_answered)
  TROUPE_MESSAGE(provide_input)
  TROUPE_MESSAGE(get_inputs)
  TROUPE_MESSAGE(input_list)
  TROUPE_MESSAGE(pause_task)
  TROUPE_MESSAGE(resume_task)
  TROUPE_MESSAGE(hold_task)
  TROUPE_MESSAGE(release_task)
  TROUPE_MESSAGE(pause_attempt)
  TROUPE_MESSAGE(resume_attempt)
  TROUPE_MESSAGE(attempt_paused)
  TROUPE_MESSAGE(input_asker_actor)
  TROUPE_MESSAGE(adopt_attempts)
  TROUPE_MESSAGE(attempts_adopted)
  TROUPE_MESSAGE(ask_again)
  TROUPE_MESSAGE(recover_tasks)
  TROUPE_MESSAGE(recover_slots)
  TROUPE_MESSAGE(slots_recovered)
  TROUPE_MESSAGE(adoption_actor)
  TROUPE_MESSAGE(ask_probe)
  TROUPE_MESSAGE(bar_circuits)
  TROUPE_MESSAGE(allow_probe)
  TROUPE_MESSAGE(write_journal)
  TROUPE_MESSAGE(journal_committed)
  TROUPE_MESSAGE(journal_condition)
  TROUPE_MESSAGE(ask_needed)
  TROUPE_MESSAGE(forget_others)
  TROUPE_MESSAGE(attach_journal_client)
  TROUPE_MESSAGE(get_journal)
  TROUPE_MESSAGE(tasks_found)
  TROUPE_MESSAGE(keep_document)
  CAF_ADD_TYPE_ID(troupe, (troupe::core::journal_status))
  TROUPE_MESSAGE(journal_client_actor)
  TROUPE_MESSAGE(journal_actor)
  TROUPE_MESSAGE(pause_agent)
  TROUPE_MESSAGE(resume_agent)
  TROUPE_MESSAGE(add_schedule)
  TROUPE_MESSAGE(remove_schedule)
  TROUPE_MESSAGE(pause_schedule)
  TROUPE_MESSAGE(resume_schedule)
  TROUPE_MESSAGE(get_schedules)
  TROUPE_MESSAGE(schedule_list)
  TROUPE_MESSAGE(get_schedule)
  TROUPE_MESSAGE(schedule_found)
  TROUPE_MESSAGE(begin_schedules)
  TROUPE_MESSAGE(stop_schedules)
  TROUPE_MESSAGE(schedule_keeper_actor)
  TROUPE_MESSAGE(find_keys)
  TROUPE_MESSAGE(keys_found)
  TROUPE_MESSAGE(list_audit)
  TROUPE_MESSAGE(audit_found)
  TROUPE_MESSAGE(set_node)
  TROUPE_MESSAGE(drop_node)
  TROUPE_MESSAGE(node_frame)
  TROUPE_MESSAGE(node_beat)
  TROUPE_MESSAGE(node_unknown)
  TROUPE_MESSAGE(node_leaves)
  TROUPE_MESSAGE(node_drains)
  TROUPE_MESSAGE(join_node)
  TROUPE_MESSAGE(node_challenge)
  TROUPE_MESSAGE(enter_node)
  TROUPE_MESSAGE(node_welcome)
  TROUPE_MESSAGE(node_session_actor)
  TROUPE_MESSAGE(node_uplink_actor)
  TROUPE_MESSAGE(node_door_actor)
  TROUPE_MESSAGE(attempt_owner_actor)
  TROUPE_MESSAGE(agent_registry_actor)
  TROUPE_MESSAGE(control_call)
  TROUPE_MESSAGE(control_reply)
  TROUPE_MESSAGE(control_actor)
  TROUPE_MESSAGE(enter_client)
  TROUPE_MESSAGE(client_welcome)
CAF_END_TYPE_ID_BLOCK(troupe)

#undef TROUPE_MESSAGE
