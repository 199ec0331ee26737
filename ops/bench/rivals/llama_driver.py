"""llama.cpp as a rival of the engine benchmark: one JSON request a line in, one JSON answer a line out.

A request {"op": O, "setting": {...}, "sequences": [[id, ...], ...], "count": N} is answered by
{"seconds": S, "tokens": [id, ...]}, anything wrong by {"error": "one line"}. Operations:

hello    versions, no setting
prefill  empties the context; reads all sequences, side by side if there are several; largest logit of each
hit      keeps the KV of sequences[0], which is not timed, cuts what came after it and reads sequences[1] in one batch
decode   keeps the KV of all sequences but their last tokens; N greedy steps of one token for each of them
close    frees the setting's context
rss      {"bytes": largest resident size of this process}

A model is loaded once for each file, a context once for each setting:
{"model": path, "flash": bool, "batch": N, "ubatch": N, "context": N, "sequences": N, "unified": bool, "threads": N}.
"""

import ctypes
import json
import os
import sys
import time

OPERATIONS = ("hello", "prefill", "hit", "decode", "close", "rss")
FIELDS = {
    "model": str,
    "flash": bool,
    "batch": int,
    "ubatch": int,
    "context": int,
    "sequences": int,
    "unified": bool,
    "threads": int,
}


class DriverError(Exception):
    """A request that cannot be answered; the message is one line."""


class Library:
    """llama.cpp, loaded when it is first needed, and silent."""

    def __init__(self):
        try:
            import llama_cpp
        except Exception as problem:
            raise DriverError(f"llama-cpp-python does not load: {problem}") from problem
        self.api = llama_cpp
        self.quiet = llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(self.quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self.models = {}

    def model(self, path):
        if path not in self.models:
            parameters = self.api.llama_model_default_params()
            parameters.n_gpu_layers = 0
            # the AMX buffers of some builds crash with Q4_1
            parameters.use_extra_bufts = False
            model = self.api.llama_model_load_from_file(path.encode(), parameters)
            if not model:
                raise DriverError(f"llama.cpp cannot load {path}")
            self.models[path] = model
        return self.models[path]

    def describe(self):
        return {
            "version": self.api.__version__,
            "library": self.api.llama_version().decode(),
            "system": self.api.llama_print_system_info().decode().strip(),
        }


class Context:
    """A context and what its KV cache holds."""

    def __init__(self, library, setting):
        api = library.api
        self.api = api
        self.setting = setting
        model = library.model(setting["model"])
        parameters = api.llama_context_default_params()
        parameters.n_ctx = setting["context"]
        parameters.n_batch = setting["batch"]
        parameters.n_ubatch = setting["ubatch"]
        parameters.n_seq_max = setting["sequences"]
        parameters.kv_unified = setting["unified"]
        parameters.n_threads = setting["threads"]
        parameters.n_threads_batch = setting["threads"]
        parameters.flash_attn_type = 1 if setting["flash"] else 0
        self.context = api.llama_init_from_model(model, parameters)
        if not self.context:
            raise DriverError(f"llama.cpp cannot make a context of {setting['context']} tokens")
        self.memory = api.llama_get_memory(self.context)
        self.vocabulary = api.llama_vocab_n_tokens(api.llama_model_get_vocab(model))
        self.batch = api.llama_batch_init(setting["batch"], 0, 1)
        self.held = []

    def close(self):
        self.api.llama_batch_free(self.batch)
        self.api.llama_free(self.context)

    def clear(self):
        self.api.llama_memory_clear(self.memory, True)
        self.held = []

    def fill(self, rows):
        """Rows of (token, position, sequence, whether its logits are wanted)."""
        batch = self.batch
        batch.n_tokens = len(rows)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[i] = token
            batch.pos[i] = position
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = wanted

    def decode(self):
        status = self.api.llama_decode(self.context, self.batch)
        if status != 0:
            raise DriverError(f"llama_decode failed with status {status}")
        self.api.llama_synchronize(self.context)

    def largest(self, row):
        import numpy

        logits = self.api.llama_get_logits_ith(self.context, row)
        return int(numpy.ctypeslib.as_array(logits, shape=(self.vocabulary,)).argmax())

    def read(self, rows):
        """Decodes in batches; the largest logit of each wanted row."""
        tokens = []
        for start in range(0, len(rows), self.setting["batch"]):
            part = rows[start : start + self.setting["batch"]]
            self.fill(part)
            self.decode()
            tokens += [self.largest(i) for i, row in enumerate(part) if row[3]]
        return tokens

    def keep(self, sequences):
        """Brings the cache to hold exactly these sequences."""
        if self.held != sequences:
            self.clear()
            for number, sequence in enumerate(sequences):
                self.read(placed(sequence, 0, number, last=False))
            self.held = sequences
        for number, sequence in enumerate(sequences):
            self.api.llama_memory_seq_rm(self.memory, number, len(sequence), -1)

    def prefill(self, sequences, count):
        self.clear()
        rows = [row for number, ids in enumerate(sequences) for row in placed(ids, 0, number)]
        return timed(lambda: self.read(rows))

    def hit(self, sequences, count):
        prefix, tail = sequences
        self.keep([prefix])
        rows = placed(tail, len(prefix), 0)
        return timed(lambda: self.read(rows))

    def decode_steps(self, sequences, count):
        self.keep([sequence[:-1] for sequence in sequences])
        return timed(lambda: self.steps(sequences, count))

    def steps(self, sequences, count):
        """The tokens of all sequences, one step after the other."""
        current = [sequence[-1] for sequence in sequences]
        tokens = []
        for step in range(count):
            self.fill(
                [
                    (token, len(sequence) - 1 + step, number, True)
                    for number, (token, sequence) in enumerate(zip(current, sequences))
                ]
            )
            self.decode()
            current = [self.largest(row) for row in range(len(current))]
            tokens += current
        return tokens


def placed(ids, position, sequence, last=True):
    """Rows of a batch; the last one's logits are wanted if the caller says so."""
    end = len(ids) - 1
    return [(token, position + i, sequence, last and i == end) for i, token in enumerate(ids)]


def timed(work):
    begin = time.perf_counter()
    tokens = work()
    return {"seconds": time.perf_counter() - begin, "tokens": tokens}


def peak_bytes():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    raise DriverError("the system does not tell the resident size")


class Driver:
    def __init__(self):
        self.library = None
        self.contexts = {}

    def answer(self, line):
        request = parsed(line)
        operation = request["op"]
        if operation == "rss":
            return {"bytes": peak_bytes()}
        if operation == "hello":
            return self.loaded().describe()
        setting = checked_setting(request.get("setting"))
        key = json.dumps(setting, sort_keys=True)
        if operation == "close":
            if key in self.contexts:
                self.contexts.pop(key).close()
            return {}
        sequences = checked_sequences(request, setting)
        count = request.get("count", 0)
        if key not in self.contexts:
            self.contexts[key] = Context(self.loaded(), setting)
        context = self.contexts[key]
        work = {"prefill": context.prefill, "hit": context.hit, "decode": context.decode_steps}
        return work[operation](sequences, count)

    def loaded(self):
        if self.library is None:
            self.library = Library()
        return self.library


def parsed(line):
    try:
        request = json.loads(line)
    except ValueError as problem:
        raise DriverError(f"the request is not JSON: {problem}") from problem
    if not isinstance(request, dict) or request.get("op") not in OPERATIONS:
        raise DriverError(f"the request needs an op of {', '.join(OPERATIONS)}")
    return request


def checked_setting(setting):
    if not isinstance(setting, dict) or set(setting) != set(FIELDS):
        raise DriverError(f"a setting needs exactly the fields {', '.join(FIELDS)}")
    for name, kind in FIELDS.items():
        if type(setting[name]) is not kind or (kind is int and setting[name] < 1):
            raise DriverError(f"setting {name} must be a positive {kind.__name__}")
    if not os.path.isfile(setting["model"]):
        raise DriverError(f"there is no model file {setting['model']}")
    return setting


def checked_sequences(request, setting):
    sequences = request.get("sequences")
    sound = isinstance(sequences, list) and all(
        isinstance(ids, list) and ids and all(type(id) is int for id in ids) for ids in sequences
    )
    if not sound or not sequences:
        raise DriverError("the request needs sequences of token ids, none of them empty")
    wanted = 2 if request["op"] == "hit" else min(len(sequences), setting["sequences"])
    if len(sequences) != wanted:
        raise DriverError(f"{request['op']} takes {wanted} sequences here, not {len(sequences)}")
    return sequences


def main():
    if len(sys.argv) > 1:
        sys.exit("llama_driver.py takes no arguments: it reads JSON lines from standard input")
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever the library prints stays out of the protocol
    driver = Driver()
    for line in sys.stdin:
        try:
            answer = driver.answer(line)
        except DriverError as problem:
            answer = {"error": " ".join(str(problem).split())}
        except Exception as problem:
            answer = {"error": " ".join(f"{type(problem).__name__}: {problem}".split())}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
