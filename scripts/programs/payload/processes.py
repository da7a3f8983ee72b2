"""Children by fork out of a process with threads, by forkserver and by spawn, that hand data back."""
import hashlib
import multiprocessing
import threading
from multiprocessing import shared_memory


def digest(number):
    text = ",".join(str(number * step) for step in range(500))
    return hashlib.sha256(text.encode()).hexdigest()


def add_up(name, number):
    memory = shared_memory.SharedMemory(name)
    memory.buf[number] = number * 3 % 251
    memory.close()


def churn(stop):
    while not stop.is_set():
        blocks = [bytes(size) for size in range(0, 5000, 97)]
        del blocks


def by(method):
    context = multiprocessing.get_context(method)
    with context.Pool(4, maxtasksperchild=20) as pool:
        digests = pool.map(digest, range(100), chunksize=5)
    memory = shared_memory.SharedMemory(create=True, size=64)
    children = [context.Process(target=add_up, args=(memory.name, number)) for number in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(method, hashlib.sha256("".join(digests).encode()).hexdigest(), sum(memory.buf), [c.exitcode for c in children])
    memory.close()
    memory.unlink()


if __name__ == "__main__":
    stop = threading.Event()
    threads = [threading.Thread(target=churn, args=(stop,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for method in ("fork", "forkserver", "spawn"):
        by(method)
    stop.set()
    for thread in threads:
        thread.join()
