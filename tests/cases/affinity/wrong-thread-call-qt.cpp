// for: qt
// Widgets and timers in work of the thread pool.
#include <lib.h>

class window : public QWidget {
  QLabel *label;
  QTimer *timer;
  void compute() {
    QtConcurrent::run([this] {
      label->setText("done"); // warn: wrong-thread-call "'QLabel::setText'"
      timer->stop();          // warn: wrong-thread-call "'QTimer::stop'"
      update();               // warn: wrong-thread-call "'QWidget::update'"
      return timer->isActive();
    });
  }
  // Silent: on the loop.
  void later() {
    QTimer::singleShot(1, [this] { label->setText("done"); });
  }
};
