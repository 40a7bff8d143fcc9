#include "room.hpp"

#include "history.hpp"
#include "session.hpp"

#include <algorithm>
#include <utility>

namespace chat {

room::room(history &log, std::string banner) : log_{log}, banner_{std::move(banner)} {}

void room::join(session &member) {
  members_.insert(&member);
  broadcast("* " + member.nick() + " joined");
}

void room::leave(session &member) {
  if (members_.erase(&member) > 0) broadcast("* " + member.nick() + " left");
}

void room::broadcast(const std::string &line) {
  for (session *member : members_) member->deliver(line);
  log_.append(line);
}

void room::close_all() {
  for (session *member : members_) member->stop();
}

bool room::nick_taken(std::string_view nick) const {
  return std::ranges::find(members_, nick, &session::nick) != members_.end();
}

std::string room::who() const {
  std::string line = "* here:";
  for (const session *member : members_) line += " " + member->nick();
  return line;
}

void room::set_banner(std::string text) {
  banner_ = std::move(text);
  broadcast("* the banner has changed");
}

} // namespace chat
