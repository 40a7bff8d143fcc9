"""The rows of rows.hpp with asyncio, called in the same way: see there."""
import asyncio
import logging
import os
import socket
import sys
import time
import warnings

BATCH = 1000
MESSAGE = bytes(64)

taken = 0.0
debug = False


def measured(work):
    global taken
    before = time.process_time()
    work()
    taken = time.process_time() - before


def new_loop():
    loop = asyncio.new_event_loop()
    loop.set_debug(debug)
    return loop


def run_ready(loop):
    loop.call_soon(loop.stop)
    loop.run_forever()


def nothing():
    pass


def soon_batch(loop, operations):
    left = operations

    def refill():
        nonlocal left
        if left <= 0:
            return loop.stop()
        for _ in range(BATCH - 1):
            loop.call_soon(nothing)
        left -= BATCH
        loop.call_soon(refill)

    loop.call_soon(refill)
    measured(loop.run_forever)


def soon_one(loop, operations):
    left = operations

    def again():
        nonlocal left
        left -= 1
        if left <= 0:
            loop.stop()
        else:
            loop.call_soon(again)

    loop.call_soon(again)
    measured(loop.run_forever)


def in_batches(loop, operations, schedule, size=BATCH):
    def work():
        for _ in range(0, operations, size):
            schedule()
            run_ready(loop)

    measured(work)


def threadsafe(loop, operations):
    def schedule():
        for _ in range(10 * BATCH):
            loop.call_soon_threadsafe(nothing)

    in_batches(loop, operations, schedule, 10 * BATCH)


def run_once(loop, operations):
    def work():
        for _ in range(operations):
            loop.call_soon(nothing)
            run_ready(loop)

    measured(work)


def seconds_late():
    state = 12345
    for _ in range(BATCH):
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) % 100000 / 1e6


def timers(loop, operations):
    late = list(seconds_late())

    def schedule():
        for delay in late:
            loop.call_later(-delay, nothing)

    in_batches(loop, operations, schedule)


async def leaf():
    return 1


async def spawns_and_joins(operations):
    for _ in range(operations):
        await asyncio.create_task(leaf())


async def awaits_coroutines(operations):
    for _ in range(operations):
        await leaf()


async def awaits_futures(operations):
    loop = asyncio.get_running_loop()
    for _ in range(operations):
        awaited = loop.create_future()
        loop.call_soon(awaited.set_result, 1)
        await awaited


def coroutine_row(body):
    return lambda loop, operations: measured(lambda: loop.run_until_complete(body(operations)))


def tcp_pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]


class HeldMemory:
    """As bench::held_memory in rows.hpp, which says why."""

    def __init__(self):
        self.messages = 0
        self.held = []

    def message_came(self):
        self.messages += 1
        if self.messages % 64 != 0:
            return
        if len(self.held) == 36:
            self.release()
        self.held.append(os.eventfd(0))

    def release(self):
        for one in self.held:
            os.close(one)
        self.held.clear()


def echo_row(connect):
    def echo(loop, operations):
        client, server = connect()
        left = operations

        def answer():
            server.send(server.recv(len(MESSAGE)))

        held = HeldMemory()

        def ask():
            nonlocal left
            client.recv(len(MESSAGE))
            held.message_came()
            left -= 1
            if left <= 0:
                return loop.stop()
            client.send(MESSAGE)

        with client, server:
            client.setblocking(False)
            server.setblocking(False)
            loop.add_reader(server, answer)
            loop.add_reader(client, ask)
            client.send(MESSAGE)
            measured(loop.run_forever)
            held.release()
            loop.remove_reader(server)
            loop.remove_reader(client)

    return echo


ROWS = {
    "call_soon, 1000 a turn": soon_batch,
    "call_soon, one a turn": soon_one,
    "call_soon_threadsafe, 10000 a turn": threadsafe,
    "a run of the loop, one callback": run_once,
    "task spawn + join": coroutine_row(spawns_and_joins),
    "await of a coroutine": coroutine_row(awaits_coroutines),
    "await of a future": coroutine_row(awaits_futures),
    "call_later, 1000 due": timers,
    "echo round trip, socketpair": echo_row(socket.socketpair),
    "echo round trip, TCP on loopback": echo_row(tcp_pair),
}


def nanoseconds_each(row, operations):
    loop = new_loop()
    ROWS[row](loop, operations)
    loop.close()
    return taken * 1e9 / operations


def nanoseconds_for(row, seconds):
    operations = BATCH
    while True:
        each = nanoseconds_each(row, operations)
        if taken >= seconds / 2:
            return each
        operations = max(operations * 2, int(seconds * 1e9 / (each + 1)) // BATCH * BATCH)


def main(words):
    global debug
    warnings.simplefilter("ignore")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    if words[:1] == ["--debug"]:
        debug = True
        words = words[1:]
    if words == ["--list"]:
        print("\n".join(ROWS))
        return
    how, number, row = words
    for name in ROWS if row == "all" else [row]:
        each = nanoseconds_for(name, float(number)) if how == "--seconds" else nanoseconds_each(name, int(number))
        print(f"{each:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
