# SPDX-License-Identifier: BSD-3-Clause
"""A program under test: what it says is collected, and can be awaited."""
import subprocess
import threading
import time


class Process:
    def __init__(self, command, **more):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, bufsize=1, **more)
        self.out, self.err = [], []
        self.changed = threading.Condition()
        self.readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            with self.changed:
                lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def write(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def await_line(self, lines, wanted, timeout=30.0, start=0):
        """The first of self.out or self.err from index start that wanted() takes."""
        end = time.monotonic() + timeout
        with self.changed:
            while True:
                for line in lines[start:]:
                    if wanted(line):
                        return line
                start = len(lines)
                left = end - time.monotonic()
                ended = not any(reader.is_alive() for reader in self.readers)
                if left <= 0 or ended:
                    raise AssertionError(
                        f"{self.process.args}: {'ended' if ended else 'waited in vain'}\n" +
                        "\n".join(self.out + self.err))
                self.changed.wait(min(left, 0.2))

    def finish(self, timeout=30.0):
        """Its exit status, once it has ended by itself."""
        status = self.process.wait(timeout)
        for reader in self.readers:
            reader.join(timeout)
        return status

    def stop(self, timeout=30.0):
        """Ends it by SIGTERM; its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
        status = self.finish()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass
        return status
