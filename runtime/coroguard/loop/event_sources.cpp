// The part of event_loop that has to do with file descriptors and signals.
#include <stdexcept>
#include <string>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/signals.hpp"

namespace coroguard {

// ---- file descriptors ------------------------------------------------------------------------------------------------

void event_loop::watch(int fd, const descriptor& wanted) {
  if (fd < 0) throw std::invalid_argument("Invalid file descriptor: " + std::to_string(fd));
  selector_->watch(fd, static_cast<bool>(wanted.reader), static_cast<bool>(wanted.writer));
}

handle event_loop::set_direction(int fd, ref<handle_state> descriptor::*direction, ref<handle_state> state) {
  const auto found = descriptors_.find(fd);
  descriptor wanted = found == descriptors_.end() ? descriptor{} : found->second;
  const ref<handle_state> before = std::exchange(wanted.*direction, state);
  watch(fd, wanted);
  descriptors_[fd] = std::move(wanted);
  tell([&](observer& each) { each.descriptor_added(fd, direction == &descriptor::reader, state->where()); });
  if (before) before->cancel();
  return handle(std::move(state));
}

bool event_loop::remove_reader(int fd) {
  check_thread("event_loop::remove_reader");
  return remove_direction(fd, &descriptor::reader);
}

bool event_loop::remove_writer(int fd) {
  check_thread("event_loop::remove_writer");
  return remove_direction(fd, &descriptor::writer);
}

bool event_loop::remove_direction(int fd, ref<handle_state> descriptor::*direction) {
  const auto found = descriptors_.find(fd);
  if (is_closed() || found == descriptors_.end() || !(found->second.*direction)) return false;
  const ref<handle_state> removed = std::exchange(found->second.*direction, nullptr);
  watch(fd, found->second);
  if (!found->second.reader && !found->second.writer) descriptors_.erase(found);
  removed->cancel();
  return true;
}

void event_loop::queue_direction(int fd, ref<handle_state> descriptor::*direction) {
  const auto found = descriptors_.find(fd);
  if (found == descriptors_.end() || !(found->second.*direction)) return;
  // Whoever cancelled the handle does not read what comes: watched any longer, it would wake the loop for ever.
  if ((found->second.*direction)->cancelled())
    remove_direction(fd, direction);
  else
    queue_handle(found->second.*direction);
}

// ---- signals ---------------------------------------------------------------------------------------------------------

void event_loop::set_signal_handler(int signal, ref<handle_state> state) {
  catch_signal(signal, wake_fd_, pending_signals_);
  const ref<handle_state> before = std::exchange(signal_handlers_[signal], std::move(state));
  if (before) before->cancel();
}

bool event_loop::remove_signal_handler(int signal) {
  check_signal(signal);
  check_thread("event_loop::remove_signal_handler");
  const auto found = signal_handlers_.find(signal);
  if (found == signal_handlers_.end()) return false;
  if (!in_main_thread() && !is_closed())
    throw runtime_error("remove_signal_handler() can only be called from the main thread");
  release_signal(signal, pending_signals_);
  found->second->cancel();
  signal_handlers_.erase(found);
  return true;
}

void event_loop::queue_signals() noexcept {
  const std::uint64_t pending = pending_signals_.exchange(0);
  for (const auto& [signal, state] : signal_handlers_)
    if ((pending >> (signal - 1) & 1) != 0) queue_handle(state);
}

}  // namespace coroguard
