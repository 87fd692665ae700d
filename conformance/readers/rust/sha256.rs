//! SHA-256 (FIPS 180-4), for the digests of kind `decode`.

/// The first 32 bits of the fractions of the roots of the first primes: cube roots of 64, then
/// square roots of 8. They are found by whole numbers alone.
fn constants() -> ([u32; 64], [u32; 8]) {
    let (mut cubes, mut squares, mut found, mut n) = ([0; 64], [0; 8], 0, 2u128);
    while found < 64 {
        if (2..n).all(|d| n % d != 0) {
            cubes[found] = root(n << 96, 3);
            if found < 8 {
                squares[found] = root(n << 64, 2);
            }
            found += 1;
        }
        n += 1;
    }
    (cubes, squares)
}

/// The low 32 bits of the root of a number, rounded down.
fn root(number: u128, power: u32) -> u32 {
    let mut found = 0u128;
    for bit in (0..40).rev() {
        let next = found | 1 << bit;
        if next.checked_pow(power).map_or(false, |p| p <= number) {
            found = next;
        }
    }
    found as u32
}

/// The digest in lower-case hexadecimal.
pub fn sha256(data: &[u8]) -> String {
    let (k, mut h) = constants();
    let mut padded = data.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(data.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut w = [0u32; 64];
        for (i, word) in block.chunks_exact(4).enumerate() {
            w[i] = u32::from_be_bytes([word[0], word[1], word[2], word[3]]);
        }
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let first = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
            let second = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
            w[i] = w[i - 16].wrapping_add(first).wrapping_add(w[i - 7]).wrapping_add(second);
        }
        let mut s = h;
        for i in 0..64 {
            let (a, e) = (s[0], s[4]);
            let choice = e & s[5] ^ !e & s[6];
            let majority = a & s[1] ^ a & s[2] ^ s[1] & s[2];
            let first = s[7].wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
                .wrapping_add(choice).wrapping_add(k[i]).wrapping_add(w[i]);
            let second = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22)).wrapping_add(majority);
            s = [first.wrapping_add(second), a, s[1], s[2], s[3].wrapping_add(first), e, s[5], s[6]];
        }
        for (sum, word) in h.iter_mut().zip(s) {
            *sum = sum.wrapping_add(word);
        }
    }
    h.iter().map(|word| format!("{:08x}", word)).collect()
}
