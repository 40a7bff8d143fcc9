#include "helper.h"
#include <unistd.h>

void pause_a_little() {
  ::sleep(1);
}
