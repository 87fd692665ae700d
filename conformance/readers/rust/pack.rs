//! Steps 1 to 5, 7 and 8 of `reader.md#order`; step 6 is in `banks`.
use crate::banks;
use crate::json::{self, Fault, Value};
use alloc::{collections::BTreeSet, string::String, vec::Vec};

pub type Code = &'static str;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bank {
    Tiles,
    Sounds,
}

#[derive(Debug)]
pub struct Entry {
    pub id: u32,
    pub name: String,
    pub bank: Bank,
    pub offset: u32,
    pub size: u32,
    pub decoded_size: u32,
    pub metadata: Value,
}

#[derive(Debug)]
pub struct Preload {
    pub id: u32,
    pub slot: u8,
    pub bank: Bank,
}

#[derive(Debug)]
pub struct Pack {
    pub payload_offset: u32,
    pub table: Vec<Entry>,
    pub preload: Vec<Preload>,
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn round_up(n: u64) -> u64 {
    (n + 15) / 16 * 16
}

/// The CRC-32 of each byte alone.
static BYTES: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let (mut crc, mut bit) = (n as u32, 0);
        while bit < 8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};

/// CRC-32 (ISO-HDLC).
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| (crc >> 8) ^ BYTES[usize::from(crc as u8 ^ *byte)])
}

/// Judge the prelude and the file's size; gives `payload_offset`, the bytes that `read` needs.
///
/// `start` has the first 32 bytes, or the whole file when it is shorter; `size` is the file's.
pub fn prelude(start: &[u8], size: u64) -> Result<u32, Code> {
    if start.len() < 4 {
        return Err("PRELUDE_TRUNCATED");
    }
    match &start[..4] {
        b"ASPA" => (),
        b"PPA1" => return Err("PRELUDE_LEGACY"),
        _ => return Err("PRELUDE_MAGIC"),
    }
    if start.len() < 8 {
        return Err("PRELUDE_TRUNCATED");
    }
    if u32_at(start, 4) != 1 {
        return Err("PRELUDE_VERSION");
    }
    if start.len() < 32 {
        return Err("PRELUDE_TRUNCATED");
    }
    let (header_len, payload_offset) = (u32_at(start, 8), u32_at(start, 12));
    if header_len == 0 || header_len > 16_777_216 {
        return Err("PRELUDE_HEADER_LEN");
    }
    if u64::from(payload_offset) != round_up(32 + u64::from(header_len)) {
        return Err("PRELUDE_PAYLOAD_OFFSET");
    }
    if u32_at(start, 16) != 0 {
        return Err("PRELUDE_FLAGS");
    }
    if start[20..28].iter().any(|b| *b != 0) {
        return Err("PRELUDE_RESERVED");
    }
    if size > 2_147_483_647 {
        return Err("FILE_SIZE");
    }
    if size < u64::from(payload_offset) {
        return Err("HEADER_TRUNCATED");
    }
    Ok(payload_offset)
}

/// Step 3 alone: the value of a header's text.
pub fn text(bytes: &[u8]) -> Result<Value, Code> {
    let scanned = json::scan(bytes, true).map_err(|fault| match fault {
        Fault::Utf8 => "HEADER_UTF8",
        Fault::Json => "HEADER_JSON",
        Fault::Nesting => "HEADER_NESTING",
        Fault::Number => "HEADER_NUMBER",
    })?;
    if scanned.canonical { Ok(scanned.value) } else { Err("HEADER_CANONICAL") }
}

/// Judge a pack by profile reader, from its first `payload_offset` bytes (or more) and its size.
pub fn read(start: &[u8], size: u64) -> Result<Pack, Code> {
    let payload_offset = prelude(start, size)?;
    let end = 32 + u32_at(start, 8) as usize;
    let header = &start[32..end];
    if crc32(header) != u32_at(start, 28) {
        return Err("HEADER_CHECKSUM");
    }
    if start[end..payload_offset as usize].iter().any(|b| *b != 0) {
        return Err("HEADER_PADDING");
    }
    let value = text(header)?;
    let (table, preload) = schema(value).ok_or("HEADER_SCHEMA")?;
    check_table(&table, size - u64::from(payload_offset))?;
    for entry in &table {
        banks::check(entry)?;
    }
    let preload = check_preload(&preload, &table)?;
    Ok(Pack { payload_offset, table, preload })
}

fn schema(value: Value) -> Option<(Vec<Entry>, Vec<(u32, u8)>)> {
    if !value.has_only(&["asset_table", "preload"]) {
        return None;
    }
    let mut members = match value {
        Value::Object(members, _) => members.into_iter(),
        _ => return None,
    };
    match (members.next()?.1, members.next()?.1) {
        (Value::List(table), Value::List(preload)) if table.len() <= 65_536 && preload.len() <= 32 => {
            let table = table.into_iter().map(entry).collect::<Option<_>>()?;
            let preload = preload.iter().map(preload_entry).collect::<Option<_>>()?;
            Some((table, preload))
        }
        _ => None,
    }
}

fn entry(value: Value) -> Option<Entry> {
    const NAMES: [&str; 8] = [
        "asset_id", "asset_name", "bank_type", "codec", "decoded_size", "metadata", "offset", "size",
    ];
    if !value.has_only(&NAMES) {
        return None;
    }
    let name = value.get("asset_name")?.text()?;
    let bank = match value.get("bank_type")?.text()? {
        "TILES" => Bank::Tiles,
        "SOUNDS" => Bank::Sounds,
        _ => return None,
    };
    let int = |name, low, high| value.get(name)?.int(low, high).map(|n| n as u32);
    let id = int("asset_id", 1, 2_147_483_647)?;
    let decoded_size = int("decoded_size", 1, 16_777_216)?;
    let offset = int("offset", 0, 2_147_483_647)?;
    let size = int("size", 1, 16_777_216)?;
    if value.get("codec")?.text()? != "NONE" || !name_is_valid(name) {
        return None;
    }
    match value.get("metadata")? {
        m @ Value::Object(_, length) if *length <= 65_536 && names_are_valid(m) => (),
        _ => return None,
    }
    let name = String::from(name);
    let metadata = match value {
        Value::Object(members, _) => members.into_iter().nth(5)?.1,
        _ => return None,
    };
    Some(Entry { id, name, bank, offset, size, decoded_size, metadata })
}

fn name_is_valid(name: &str) -> bool {
    let bytes = name.as_bytes();
    (1..=255).contains(&bytes.len())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"_./-".contains(b))
        && (bytes[0].is_ascii_alphanumeric() || bytes[0] == b'_')
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn names_are_valid(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().all(names_are_valid),
        Value::Object(members, _) => members.iter().all(|(name, value)| {
            let b = name.as_bytes();
            (1..=64).contains(&b.len())
                && b[0].is_ascii_alphanumeric()
                && b.iter().all(|c| c.is_ascii_alphanumeric() || b"_.-".contains(c))
                && names_are_valid(value)
        }),
        _ => true,
    }
}

fn preload_entry(value: &Value) -> Option<(u32, u8)> {
    if !value.has_only(&["asset_id", "slot"]) {
        return None;
    }
    let id = value.get("asset_id")?.int(1, 2_147_483_647)?;
    Some((id as u32, value.get("slot")?.int(0, 15)? as u8))
}

fn check_table(table: &[Entry], region: u64) -> Result<(), Code> {
    let (mut last_id, mut next, mut end) = (0, 0, 0);
    for entry in table {
        let (offset, size) = (u64::from(entry.offset), u64::from(entry.size));
        if entry.id <= last_id {
            return Err("TABLE_ORDER");
        }
        if offset != next {
            return Err("TABLE_OFFSET");
        }
        if size > region || offset > region - size {
            return Err("TABLE_BOUNDS");
        }
        last_id = entry.id;
        end = offset + size;
        next = round_up(end);
    }
    let mut names = BTreeSet::new();
    if !table.iter().all(|entry| names.insert(entry.name.as_str())) {
        return Err("TABLE_NAME");
    }
    if end == region { Ok(()) } else { Err("TABLE_TRAILING") }
}

fn check_preload(preload: &[(u32, u8)], table: &[Entry]) -> Result<Vec<Preload>, Code> {
    let (mut last_id, mut claimed, mut result) = (0, BTreeSet::new(), Vec::new());
    for &(id, slot) in preload {
        if id <= last_id {
            return Err("PRELOAD_ORDER");
        }
        let found = table.binary_search_by_key(&id, |e| e.id).map_err(|_| "PRELOAD_UNKNOWN")?;
        let bank = table[found].bank;
        if !claimed.insert((bank, slot)) {
            return Err("PRELOAD_SLOT");
        }
        last_id = id;
        result.push(Preload { id, slot, bank });
    }
    Ok(result)
}

impl Pack {
    /// The slice of an entry, not copied; nothing when `file` ends before it does.
    pub fn slice<'a>(&self, file: &'a [u8], entry: &Entry) -> Option<&'a [u8]> {
        let from = self.payload_offset as usize + entry.offset as usize;
        file.get(from..from + entry.size as usize)
    }

    /// Step 8, profile writer, over the whole file; its size is the one that was read.
    pub fn check_payload(&self, file: &[u8]) -> Result<(), Code> {
        let mut end = self.payload_offset as usize;
        for entry in &self.table {
            let from = self.payload_offset as usize + entry.offset as usize;
            if file[end..from].iter().any(|b| *b != 0) {
                return Err("PAYLOAD_PADDING");
            }
            end = from + entry.size as usize;
        }
        for entry in self.table.iter().filter(|e| e.bank == Bank::Tiles) {
            let authored = entry.metadata.get("palette_authored").and_then(|v| v.int(1, 64));
            let from = 32_768 + 32 * authored.unwrap_or(64) as usize;
            let slice = self.slice(file, entry).unwrap_or(&[]);
            if slice[from..].iter().any(|b| *b != 0) {
                return Err("PAYLOAD_PALETTE");
            }
        }
        Ok(())
    }
}
