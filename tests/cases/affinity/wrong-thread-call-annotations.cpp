// COROGUARD_LOOP_BOUND, ANY_THREAD, OFFLOAD and SINK in the places where people put them.
#include <coroguard/annotations.h>
#include <functional>
#include <thread>

class COROGUARD_LOOP_BOUND session {
public:
  void send(int);
  COROGUARD_ANY_THREAD void request_close();
  COROGUARD_ANY_THREAD int id() const { return 1; }
  void declared_twice();
  static void count();
  virtual void close();
  COROGUARD_ANY_THREAD virtual void wake();
  virtual ~session();
};
COROGUARD_ANY_THREAD void session::declared_twice() {}

struct derived : session {
  void close() override;
  void wake() override;
  void own();
};
class session_alias_target {
public:
  void send(int);
};
using session_alias COROGUARD_LOOP_BOUND = session_alias_target; // an alias is only another name

template <class T> class COROGUARD_LOOP_BOUND channel {
public:
  void put(T);
};
union COROGUARD_LOOP_BOUND either {
  int n;
  void use();
};

namespace work {
template <class F> COROGUARD_OFFLOAD void run(F f) { f(); }
COROGUARD_OFFLOAD void run_erased(std::function<void()> f);
template <class F> COROGUARD_SINK void post(F f) { f(); }
struct COROGUARD_THREAD_BOUND counted {};
class crew {
public:
  template <class F> COROGUARD_OFFLOAD void submit(F f) { f(); }
  COROGUARD_OFFLOAD virtual void enqueue(std::function<void()> f) = 0;
  template <class F> void plain(F f) { f(); }
};
class big_crew : public crew {
public:
  void enqueue(std::function<void()> f) override;
};
void redeclared(std::function<void()> f);
COROGUARD_OFFLOAD void redeclared(std::function<void()> f);
} // namespace work

void uses(session &s, derived &d, session_alias &a, channel<int> &c, either &e) {
  std::thread([&] {
    s.send(1); // warn: wrong-thread-call "'session::send' is called on a thread that does not run the event loop; it is annotated"
    s.close(); // warn: wrong-thread-call "'session::close'"
    d.send(1); // warn: wrong-thread-call "'session::send'"
    d.close(); // warn: wrong-thread-call "'derived::close'"
    c.put(1);  // warn: wrong-thread-call "'channel::put'"
    e.use();   // warn: wrong-thread-call "'either::use'"
    s.request_close();
    (void)s.id();
    s.declared_twice();
    s.wake(), d.wake();
    session::count();
    d.own();
    a.send(1);
  }).detach();
}

// What a member of the class does with its own object: it is the call from outside that counts.
class COROGUARD_LOOP_BOUND mailbox {
public:
  COROGUARD_ANY_THREAD void post(int letter) {
    if (is_here()) put(letter);
    else this->hand_over(letter);
  }
  void flush() { put(0); }
  COROGUARD_ANY_THREAD void leak(session &other) { other.send(1); } // warn: wrong-thread-call "'session::send'"
  void put(int);

private:
  bool is_here();
  void hand_over(int);
};
void posts(mailbox &box, session &s) {
  std::thread([&] {
    box.post(1);
    box.flush(); // warn: wrong-thread-call "'mailbox::flush'"
    box.leak(s);
  }).detach();
}

void sinks(session &s, work::crew &crew, work::big_crew &big) {
  work::run([&] { s.send(1); });         // warn: wrong-thread-call "'session::send'"
  work::run_erased([&] { s.send(1); });  // warn: wrong-thread-call "'session::send'"
  work::redeclared([&] { s.send(1); });  // warn: wrong-thread-call "'session::send'"
  crew.submit([&] { s.send(1); });       // warn: wrong-thread-call "'session::send'"
  crew.enqueue([&] { s.send(1); });      // warn: wrong-thread-call "'session::send'"
  big.enqueue([&] { s.send(1); });       // warn: wrong-thread-call "'session::send'"
  work::post([&] { s.send(1); });
  crew.plain([&] { s.send(1); });
}
