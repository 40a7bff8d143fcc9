#include "coroguard/task/completion_watch.hpp"

namespace coroguard {

completion_watch::~completion_watch() { stop(); }

void completion_watch::watch(std::vector<ref<future_state_base>> futures) {
  futures_ = std::move(futures);
  callbacks_ = std::make_unique<callback[]>(futures_.size());
  for (std::size_t place = 0; place < futures_.size(); ++place) {
    callbacks_[place].owner_ = this;
    callbacks_[place].waiting_ = true;
    futures_[place]->add(callbacks_[place]);
  }
}

void completion_watch::stop() noexcept {
  for (std::size_t place = 0; place < futures_.size(); ++place)
    if (callbacks_[place].waiting_) {
      callbacks_[place].waiting_ = false;
      futures_[place]->remove(callbacks_[place]);
    }
}

void completion_watch::callback::will_run(future_state_base&) noexcept {
  waiting_ = false;
  queued_ = true;
  owner_->add_ref();
}

void completion_watch::callback::run() {
  const ref<completion_watch> alive = ref<completion_watch>::adopt(owner_);
  queued_ = false;
  alive->completed(static_cast<std::size_t>(this - alive->callbacks_.get()));
}

void completion_watch::callback::drop() noexcept {
  waiting_ = false;
  if (std::exchange(queued_, false)) owner_->release();
}

}  // namespace coroguard
