//! The banks: `banks.md`.
use crate::json::Value;
use crate::pack::{Bank, Code, Entry};
use alloc::vec::Vec;

/// What a bank of tiles holds: 65 536 indices by rows, and 64 palettes of 16 RGB565 colours.
pub struct Tiles {
    pub pixels: Vec<u8>,
    pub colours: Vec<u16>,
}

/// Step 6 for one entry.
pub fn check(entry: &Entry) -> Result<(), Code> {
    match entry.bank {
        Bank::Tiles => {
            if !tiles_metadata(&entry.metadata) {
                return Err("BANK_METADATA");
            }
            if entry.size != 34_816 || entry.decoded_size != 67_584 {
                return Err("BANK_SIZE");
            }
        }
        Bank::Sounds => {
            let samples = samples(&entry.metadata).ok_or("BANK_METADATA")?;
            if entry.decoded_size != entry.size {
                return Err("BANK_SIZE");
            }
            let mut end = 0u64;
            for (offset, length) in samples {
                if u64::from(offset) != end {
                    return Err("BANK_RANGE");
                }
                end += u64::from(length);
            }
            if end != u64::from(entry.size) {
                return Err("BANK_RANGE");
            }
        }
    }
    Ok(())
}

/// Whether a bank's members are all there, and every other one starts with `x_`.
fn listed(metadata: &Value, names: &[&str]) -> bool {
    match metadata {
        Value::Object(members, _) => {
            members.iter().all(|m| names.contains(&m.0.as_str()) || m.0.starts_with("x_"))
        }
        _ => false,
    }
}

fn tiles_metadata(m: &Value) -> bool {
    let int = |name, low, high| m.get(name).and_then(|v| v.int(low, high));
    listed(m, &["height", "palette_authored", "palette_count", "tile_size", "width"])
        && matches!(int("tile_size", 8, 32), Some(8 | 16 | 32))
        && int("width", 256, 256).is_some()
        && int("height", 256, 256).is_some()
        && int("palette_count", 64, 64).is_some()
        && int("palette_authored", 1, 64).is_some()
}

/// Offset and length in bytes of each sample, by its number; nothing when `metadata` is wrong.
pub fn samples(m: &Value) -> Option<Vec<(u32, u32)>> {
    if !listed(m, &["channels", "sample_rate", "samples"]) {
        return None;
    }
    m.get("channels")?.int(1, 1)?;
    m.get("sample_rate")?.int(8_000, 48_000)?;
    let members = match m.get("samples")? {
        Value::Object(members, _) if (1..=4_096).contains(&members.len()) => members,
        _ => return None,
    };
    let mut found = alloc::vec![None; members.len()];
    for (name, value) in members {
        if !name.bytes().all(|b| b.is_ascii_digit()) || (name.len() > 1 && name.starts_with('0')) {
            return None;
        }
        let place = found.get_mut(name.parse::<usize>().ok()?)?;
        let offset = value.get("offset")?.int(0, 16_777_216)?;
        let length = value.get("length")?.int(2, 16_777_216)?;
        if length % 2 != 0 || !value.has_only(&["length", "offset"]) {
            return None;
        }
        *place = Some((offset as u32, length as u32));
    }
    found.into_iter().collect()
}

/// The bank of a sheet, from a slice of 34 816 bytes; nothing when it has another length.
pub fn decode_tiles(slice: &[u8]) -> Option<Tiles> {
    if slice.len() != 34_816 {
        return None;
    }
    let (indices, palettes) = slice.split_at(32_768);
    Some(Tiles {
        pixels: indices.iter().flat_map(|b| [b >> 4, b & 15]).collect(),
        colours: palettes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect(),
    })
}

/// The frames of each sample of an accepted entry; nothing when the slice is too short.
pub fn decode_sounds(slice: &[u8], metadata: &Value) -> Option<Vec<Vec<i16>>> {
    let frames = |(from, length): (u32, u32)| {
        let bytes = slice.get(from as usize..from as usize + length as usize)?;
        Some(bytes.chunks_exact(2).map(|f| i16::from_le_bytes([f[0], f[1]])).collect())
    };
    samples(metadata)?.into_iter().map(frames).collect()
}
