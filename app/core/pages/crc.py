"""CRC-32 of a whole from the CRC-32 of its parts, as zlib's `crc32_combine` does (which Python does not offer).

Appending n bytes multiplies a CRC by x^(8n) modulo the polynomial; polynomials are 32-bit numbers, lowest power in
the highest bit.
"""

POLYNOMIAL = 0xEDB88320
ONE = 1 << 31


def multiply(a: int, b: int) -> int:
    """a · b modulo the polynomial."""
    product = 0
    while a:
        if a & ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ POLYNOMIAL if b & 1 else b >> 1
    return product


def _powers() -> list[int]:
    """x^(2^k) for k = 0 … 63."""
    powers = [ONE >> 1]
    for _ in range(63):
        powers.append(multiply(powers[-1], powers[-1]))
    return powers


_POWERS = _powers()


def shift_by(length: int) -> int:
    """x^(8 · length): what a CRC is multiplied with when `length` bytes follow."""
    shift, k = ONE, 3
    while length:
        if length & 1:
            shift = multiply(shift, _POWERS[k])
        length >>= 1
        k += 1
    return shift


def combine(first: int, second: int, shift: int) -> int:
    """The CRC of A + B from the CRCs of A and B and `shift_by(len(B))`."""
    return multiply(shift, first) ^ second
