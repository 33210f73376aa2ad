# Writes every-dtype.safetensors with the reference library; byte i of the data of the n-th tensor is (31 n + 7 i) mod 256 (mod 2 for BOOL).
import ctypes
import safetensors
from safetensors import serialize_file
from safetensors._safetensors_rust import TensorSpec

CASES = [
    ("bool", "bool", [3], 1), ("f4", "float4_e2m1fn_x2", [2, 3], 1), ("u8", "uint8", [5], 1), ("i8", "int8", [5], 1),
    ("f8_e5m2", "float8_e5m2", [7], 1), ("f8_e4m3", "float8_e4m3fn", [7], 1), ("f8_e8m0", "float8_e8m0fnu", [3], 1),
    ("f8_e4m3fnuz", "float8_e4m3fnuz", [2], 1), ("f8_e5m2fnuz", "float8_e5m2fnuz", [2], 1),
    ("i16", "int16", [3], 2), ("u16", "uint16", [3], 2), ("f16", "float16", [1, 3], 2), ("bf16", "bfloat16", [3, 1], 2),
    ("i32", "int32", [3], 4), ("u32", "uint32", [3], 4), ("f32", "float32", [2, 3, 1], 4), ("c64", "complex64", [2], 8),
    ("f64", "float64", [3], 8), ("i64", "int64", [3], 8), ("u64", "uint64", [3], 8),
    ("scalar", "float32", [], 4), ("empty", "float32", [0], 4), ("empty.axis", "int64", [2, 0, 3], 8),
    ("rank.8", "uint8", [1, 2, 1, 2, 1, 1, 3, 1], 1),
    ("größe \"x\\y/z\" \uffee", "float32", [1], 4), ("größe \"x\\y/z\" \U0001F600", "float32", [1], 4),
]

keep, specs = [], {}
for n, (name, dtype, shape, width) in enumerate(CASES):
    size = width
    for extent in shape:
        size *= extent
    modulus = 2 if dtype == "bool" else 256
    data = bytes((31 * n + 7 * i) % modulus for i in range(size))
    buffer = ctypes.create_string_buffer(data, max(size, 1))
    keep.append(buffer)
    specs[name] = TensorSpec(dtype=dtype, shape=shape, data_ptr=ctypes.addressof(buffer), data_len=size)
serialize_file(specs, "every-dtype.safetensors", {"note": "tab\t quote\" slash/ é \U0001F600 \x01\x1f\x7f\u2028"})
