#!/usr/bin/env python3
"""Tests the server of docs/examples/chat_fixed: chat_test.py SERVER_BINARY

Starts the server on a free loopback port and talks to it. Every wait is for something that the
server says or does, and is bounded by one deadline for the whole test.
"""

import contextlib
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

DEADLINE = time.monotonic() + 9.5


class Failure(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def time_left(what):
    left = DEADLINE - time.monotonic()
    check(left > 0, f"out of time: {what}")
    return left


class Lines:
    """Lines from a file descriptor; None at its end."""

    def __init__(self, fd, name):
        self.fd, self.name, self.data = fd, name, b""

    def next(self, what="a line"):
        while b"\n" not in self.data:
            ready, _, _ = select.select([self.fd], [], [], time_left(f"{self.name} waits for {what}"))
            if not ready:
                continue  # time_left() raises
            try:
                chunk = os.read(self.fd, 65536)
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                return None
            self.data += chunk
        line, self.data = self.data.split(b"\n", 1)
        return line.decode()

    def expect(self, wanted):
        line = self.next(repr(wanted))
        check(line == wanted, f"{self.name}: wanted {wanted!r}, got {line!r}")

    def expect_end(self):
        line = self.next("the end")
        check(line is None, f"{self.name}: wanted the end, got {line!r}")


class Server:
    def __init__(self, binary, folder, *options, descriptors=None):
        self.history = os.path.join(folder, "chat.log")
        self.banner = os.path.join(folder, "banner.txt")
        self.drain = os.path.join(folder, "chat.drain")
        self.replace(self.banner, "welcome one\nwelcome two\n")
        limit = descriptors and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors)))
        self.process = subprocess.Popen(
            [binary, "0", "--banner", self.banner, "--history", self.history, "--drain", self.drain,
             "--tick-ms", "20", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE if limit else None,
            preexec_fn=limit)
        self.out = Lines(self.process.stdout.fileno(), "server")

    def __enter__(self):
        line = self.out.next("the port")
        prefix = "listening on 127.0.0.1:"
        check(line is not None and line.startswith(prefix), f"server's first line: {line!r}")
        self.port = int(line.removeprefix(prefix))
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in filter(None, (self.process.stdout, self.process.stderr)):
            stream.close()

    @staticmethod
    def replace(path, text):
        """In one step, so that the server never reads half a file."""
        with open(path + ".new", "w") as out:
            out.write(text)
        os.replace(path + ".new", path)

    def history_lines(self):
        with open(self.history) as lines:
            return lines.read().splitlines()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(time_left("the server's exit"))
        except subprocess.TimeoutExpired:
            raise Failure("the server does not exit on SIGTERM") from None
        check(code == 0, f"the server's exit code is {code}")


class Guest(Lines):
    """A client whose connection the server need not have accepted yet."""

    def __init__(self, server, name):
        self.socket = socket.create_connection(("127.0.0.1", server.port), time_left("connect"))
        super().__init__(self.socket.fileno(), name)

    def expect_welcome(self, banner=("welcome one", "welcome two")):
        for line in (*banner, f"* {self.name} joined"):
            self.expect(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, line, end="\n"):
        self.socket.sendall((line + end).encode())


class Client(Guest):
    def __init__(self, server, guest, nick=None, **welcome):
        super().__init__(server, guest)
        self.expect_welcome(**welcome)
        if nick:
            self.say(f"/nick {nick}")
            self.expect(f"* {guest} is now {nick}")
            self.name = nick


def expect_all(clients, line):
    for client in clients:
        client.expect(line)


def test_chat(binary, folder):
    with Server(binary, folder) as server, contextlib.ExitStack() as stack:
        connect = lambda *args, **kw: stack.enter_context(Client(server, *args, **kw))
        ann = connect("guest1", "ann")
        bob = connect("guest2", "bob")
        expect_all([ann], "* guest2 joined")
        expect_all([ann], "* guest2 is now bob")
        cat = connect("guest3", "cat")
        expect_all([ann, bob], "* guest3 joined")
        expect_all([ann, bob], "* guest3 is now cat")
        everyone = [ann, bob, cat]

        # Each one's line reaches all; \r\n is a line end too; a line may come in pieces, or two in one.
        ann.say("hello")
        expect_all(everyone, "ann: hello")
        bob.say("hi ann", end="\r\n")
        expect_all(everyone, "bob: hi ann")
        cat.say("one ", end="")
        cat.say("line\ntwo", end="\n")
        expect_all(everyone, "cat: one line")
        expect_all(everyone, "cat: two")

        # Nicknames are unique and have a form; the refusal goes to the one who asked.
        bob.say("/nick ann")
        bob.expect("* ann is taken")
        bob.say("/nick b o b")
        bob.expect("* that is not a good nickname")
        bob.say("/who")
        here = bob.next("who is here")
        check(sorted(here.split()) == sorted("* here: ann bob cat".split()), f"/who: {here!r}")

        # What is said before /save is in the file when /save is answered.
        said = ["* guest1 joined", "* guest1 is now ann", "* guest2 joined", "* guest2 is now bob",
                "* guest3 joined", "* guest3 is now cat", "ann: hello", "bob: hi ann",
                "cat: one line", "cat: two"]
        ann.say("/save")
        ann.expect("* history saved")
        check(server.history_lines() == said, f"history: {server.history_lines()}")

        # A client can leave, hang up, or be thrown out for too long a line.
        cat.say("/quit")
        cat.expect_end()
        expect_all([ann, bob], "* cat left")
        dan = connect("guest4")
        expect_all([ann, bob], "* guest4 joined")
        dan.socket.shutdown(socket.SHUT_WR)
        expect_all([ann, bob], "* guest4 left")
        eve = connect("guest5")
        expect_all([ann, bob], "* guest5 joined")
        eve.say("x" * 2000, end="")
        eve.expect_end()
        expect_all([ann, bob], "* guest5 left")

        # The maintenance thread takes up a new banner, and stops the accepting.
        server.replace(server.banner, "new banner\n")
        expect_all([ann, bob], "* the banner has changed")
        connect("guest6", "fay", banner=["new banner"])
        expect_all([ann, bob], "* guest6 joined")
        expect_all([ann, bob], "* guest6 is now fay")
        server.replace(server.drain, "")
        server.out.expect("draining")
        try:
            socket.create_connection(("127.0.0.1", server.port), time_left("connect")).close()
            raise Failure("the server accepts clients while draining")
        except ConnectionRefusedError:
            pass

        # Those who are in can go on. SIGTERM ends their connections and the server.
        ann.say("last words")
        expect_all([ann, bob], "ann: last words")
        server.terminate()
        end = server.history_lines()[-4:]
        check(end[0] == "ann: last words" and sorted(end[1:]) == ["* ann left", "* bob left", "* fay left"],
              f"history at the end: {end}")
        server.out.expect_end()


def test_idle(binary, folder):
    idle = 0.8
    with Server(binary, folder, "--idle-ms", str(int(idle * 1000))) as server:
        with Client(server, "guest1") as talker:
            before = time.monotonic()
            with Client(server, "guest2") as silent:
                # The talker came first, so that only its talking can make it stay longer.
                talker.expect("* guest2 joined")
                lines = 0
                while True:
                    talker.say("/who")
                    line = talker.next("the answer")
                    check(line is not None, "a client that talks was dropped")
                    if line == "* guest2 left":
                        break
                    check(line.startswith("* here:"), f"talker: {line!r}")
                    lines += 1
                waited = time.monotonic() - before
                silent.expect_end()
                check(waited >= idle, f"a silent client was dropped after {waited:.3f} s of {idle} s")
                check(lines > 1, "the talker got no answers")
            server.terminate()


def test_out_of_descriptors(binary, folder):
    with open(binary, "rb") as code:
        if b"__ubsan_handle_dynamic_type_cache_miss" in code.read():
            # -fsanitize=vptr opens a pipe to look at memory, and takes its failure for a bad object.
            print("skipped: -fsanitize=vptr needs descriptors itself")
            return
    # The long tick keeps the maintenance thread from opening files.
    with Server(binary, folder, "--tick-ms", "600000", descriptors=24) as server, contextlib.ExitStack() as stack:
        errors = server.process.stderr.fileno()
        inside = []
        while True:
            guest = stack.enter_context(Guest(server, f"guest{len(inside) + 1}"))
            ready, _, _ = select.select([guest.fd, errors], [], [], time_left("a banner or an error"))
            if guest.fd not in ready:
                break
            guest.expect_welcome()
            expect_all(inside, f"* {guest.name} joined")
            inside.append(guest)
        check(len(inside) >= 2, f"only {len(inside)} clients fit")
        Lines(errors, "server's errors").expect("accept: Too many open files")

        # Those who are in can go on. One leaves, and the one that waits gets in.
        first, second = inside[:2]
        first.say("full house")
        expect_all(inside, "guest1: full house")
        second.say("/quit")
        second.expect_end()
        first.expect("* guest2 left")
        first.expect(f"* {guest.name} joined")
        guest.expect_welcome()
        server.terminate()


def test_signal_right_after_start(binary, folder):
    with Server(binary, folder) as server:
        server.terminate()
        check(server.history_lines() == [], "history without clients")


def test_bad_usage(binary, folder):
    missing = os.path.join(folder, "no", "such", "chat.log")
    for args in ([], ["65536"], ["x"], ["0", "--idle-ms"], ["0", "--bad", "1"], ["0", "--history", missing]):
        result = subprocess.run([binary, *args], stdin=subprocess.DEVNULL, capture_output=True,
                                timeout=time_left("bad usage"))
        check(result.returncode == 1 and result.stderr.startswith(b"chat: "),
              f"{args}: exit code {result.returncode}, {result.stderr!r}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: chat_test.py SERVER_BINARY")
    binary = os.path.abspath(sys.argv[1])
    for test in (test_chat, test_idle, test_out_of_descriptors, test_signal_right_after_start, test_bad_usage):
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="chat_test.") as folder:
            try:
                test(binary, folder)
            except (Failure, OSError, subprocess.TimeoutExpired) as error:
                sys.exit(f"FAILED {test.__name__}: {error}")
        print(f"ok {test.__name__} ({time.monotonic() - begin:.2f} s)", flush=True)


if __name__ == "__main__":
    main()
