"""Writes a GGUF file's weights as F16: make_f16.py FROM TO. The weights mean the same numbers, rounded to half precision."""

import ctypes
import os
import sys

LLAMA_FTYPE_MOSTLY_F16 = 1


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: make_f16.py FROM TO")
    source, target = sys.argv[1:]
    if not os.path.isfile(source):
        sys.exit(f"there is no model file {source}")
    import llama_cpp

    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = LLAMA_FTYPE_MOSTLY_F16
    parameters.allow_requantize = True
    partial = target + ".partial"
    status = llama_cpp.llama_model_quantize(source.encode(), partial.encode(), ctypes.byref(parameters))
    if status != 0:
        sys.exit(f"llama.cpp could not convert {source}: status {status}")
    os.replace(partial, target)


if __name__ == "__main__":
    main()
