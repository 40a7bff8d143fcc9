// The source that the reports of this folder point into; it is never compiled.
asio::awaitable<void> session(tcp::socket socket) {
	auto grüße = read_banner(); // a tab in front, letters of more than one byte
  log("𝄞 and ü", save(socket)); /* behind a letter of two UTF-16 units */
  co_return;
}
