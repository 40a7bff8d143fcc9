#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace chat {

struct options {
  std::uint16_t port = 0;                      // 0: any free port
  std::filesystem::path banner = "banner.txt"; // sent to each new client
  std::filesystem::path history = "chat.log";  // every line said is appended here
  std::filesystem::path drain = "chat.drain";  // once this file exists, no new clients are let in
  std::chrono::milliseconds idle{300'000};     // a client silent for this long is dropped
  std::chrono::milliseconds tick{1'000};       // how often the maintenance thread looks around
};

} // namespace chat
