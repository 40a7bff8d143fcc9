#pragma once

#include <set>
#include <string>
#include <string_view>

namespace chat {

class history;
class session;

// Who is here. Lives on the event loop: only code that the loop runs may touch it.
class room {
public:
  room(history &log, std::string banner);

  void join(session &member);
  void leave(session &member);
  void broadcast(const std::string &line);
  void close_all();

  bool nick_taken(std::string_view nick) const;
  std::string who() const;

  const std::string &banner() const { return banner_; }
  void set_banner(std::string text);

private:
  history &log_;
  std::string banner_;
  std::set<session *> members_;
};

} // namespace chat
