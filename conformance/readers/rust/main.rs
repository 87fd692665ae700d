//! The conformance kit's protocol (`PROTOCOL.md`) for the reader in `lib.rs`.
#![forbid(unsafe_code)]
mod sha256;

use reader::json::Value;
use reader::pack::{self, Bank, Code, Entry, Pack};
use reader::{banks, cartridge};
use sha256::sha256;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

enum End {
    Reject(Code),
    NoVerdict(String),
}
impl From<Code> for End {
    fn from(code: Code) -> End {
        End::Reject(code)
    }
}
impl From<io::Error> for End {
    fn from(error: io::Error) -> End {
        End::NoVerdict(error.to_string())
    }
}
type Judged = Result<Option<String>, End>;

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => { out.push('\\'); out.push(c) }
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32).unwrap(),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn show(out: &mut String, value: &Value) {
    match value {
        Value::Null | Value::Number => out.push_str("null"),
        Value::Bool(b) => write!(out, "{}", b).unwrap(),
        Value::Int(n) => write!(out, "{}", n).unwrap(),
        Value::Text(t) => quote(out, t),
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 { out.push(',') }
                show(out, item);
            }
            out.push(']');
        }
        Value::Object(members, _) => {
            out.push('{');
            for (i, (name, value)) in members.iter().enumerate() {
                if i > 0 { out.push(',') }
                quote(out, name);
                out.push(':');
                show(out, value);
            }
            out.push('}');
        }
    }
}

fn bank(bank: Bank) -> &'static str {
    match bank { Bank::Tiles => "TILES", Bank::Sounds => "SOUNDS" }
}

fn open(path: &Path) -> Result<(File, u64), End> {
    if !fs::metadata(path)?.is_file() {
        return Err(End::NoVerdict("not a regular file".into()));
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

fn accepted(path: &Path) -> Result<(Pack, Vec<u8>), End> {
    let (mut file, size) = open(path)?;
    let mut start = vec![0; size.min(32) as usize];
    file.read_exact(&mut start)?;
    let needed = pack::prelude(&start, size)?;
    start.resize(needed as usize, 0);
    file.read_exact(&mut start[32..])?;
    let pack = pack::read(&start, size)?;
    file.seek(SeekFrom::Start(0))?;
    let mut whole = vec![0; size as usize];
    file.read_exact(&mut whole)?;
    Ok((pack, whole))
}

fn read_pack(path: &Path, writer: bool) -> Result<String, End> {
    let (pack, whole) = accepted(path)?;
    if writer {
        pack.check_payload(&whole)?;
    }
    Ok(view(&pack, &whole))
}

/// Kind `decode`: what is in the banks once every asset is loaded.
fn decode(path: &Path) -> Judged {
    let (pack, whole) = accepted(path)?;
    let mut out = String::from("{\"assets\":[");
    for (i, e) in pack.table.iter().enumerate() {
        if i > 0 { out.push(',') }
        write!(out, "{{\"asset_id\":{},\"bank_type\":\"{}\",", e.id, bank(e.bank)).unwrap();
        let slice = pack.slice(&whole, e).unwrap();
        match e.bank { Bank::Tiles => tiles(&mut out, e, slice), Bank::Sounds => sounds(&mut out, e, slice) }
        out.push('}');
    }
    out.push_str("]}");
    Ok(Some(out))
}

fn tiles(out: &mut String, entry: &Entry, slice: &[u8]) {
    let sheet = banks::decode_tiles(slice).unwrap();
    let size = entry.metadata.get("tile_size").and_then(|v| v.int(8, 32)).unwrap() as usize;
    let across = 256 / size;
    let mut tiles = Vec::new();
    for n in 0..across * across {
        let (left, top) = (n % across * size, n / across * size);
        for y in top..top + size {
            tiles.extend_from_slice(&sheet.pixels[256 * y + left..256 * y + left + size]);
        }
    }
    let words: Vec<u8> = sheet.colours.iter().flat_map(|c| c.to_le_bytes()).collect();
    let shown: Vec<u8> = sheet.colours.iter().flat_map(|c| {
        let (r, g, b) = (c >> 11, c >> 5 & 63, c & 31);
        [(r << 3 | r >> 2) as u8, (g << 2 | g >> 4) as u8, (b << 3 | b >> 2) as u8]
    }).collect();
    write!(out, "\"tile_size\":{},\"tile_count\":{},\"pixels_sha256\":\"{}\",\"tiles_sha256\":\"{}\",\"palettes_sha256\":\"{}\",\"colours_sha256\":\"{}\"",
        size, across * across, sha256(&sheet.pixels), sha256(&tiles), sha256(&words), sha256(&shown)).unwrap();
}

fn sounds(out: &mut String, entry: &Entry, slice: &[u8]) {
    out.push_str("\"sample_rate\":");
    show(out, entry.metadata.get("sample_rate").unwrap());
    out.push_str(",\"samples\":[");
    for (i, frames) in banks::decode_sounds(slice, &entry.metadata).unwrap().iter().enumerate() {
        if i > 0 { out.push(',') }
        let wide: Vec<u8> = frames.iter().flat_map(|f| i32::from(*f).to_le_bytes()).collect();
        write!(out, "{{\"frame_count\":{},\"sha256\":\"{}\"}}", frames.len(), sha256(&wide)).unwrap();
    }
    out.push(']');
}

fn view(pack: &Pack, whole: &[u8]) -> String {
    let mut out = String::from("{\"assets\":[");
    for (i, e) in pack.table.iter().enumerate() {
        if i > 0 { out.push(',') }
        let crc = pack::crc32(pack.slice(whole, e).unwrap());
        write!(out, "{{\"asset_id\":{},\"bank_type\":\"{}\",\"codec\":\"NONE\",\"crc32\":\"{:08x}\",\"decoded_size\":{},\"offset\":{},\"size\":{},\"asset_name\":",
            e.id, bank(e.bank), crc, e.decoded_size, e.offset, e.size).unwrap();
        quote(&mut out, &e.name);
        out.push_str(",\"metadata\":");
        show(&mut out, &e.metadata);
        out.push('}');
    }
    write!(out, "],\"payload_offset\":{},\"preload\":[", pack.payload_offset).unwrap();
    for (i, p) in pack.preload.iter().enumerate() {
        if i > 0 { out.push(',') }
        write!(out, "{{\"asset_id\":{},\"bank_type\":\"{}\",\"slot\":{}}}", p.id, bank(p.bank), p.slot).unwrap();
    }
    out.push_str("],\"schema_version\":1}");
    out
}

fn regular(path: &Path) -> bool {
    fs::symlink_metadata(path).map_or(false, |m| m.is_file())
}

fn load(dir: &Path) -> Judged {
    fs::read_dir(dir)?;
    let path = dir.join("manifest.json");
    if !regular(&path) {
        return Err("MANIFEST_MISSING".into());
    }
    let mut text = Vec::new();
    File::open(&path)?.take(1_048_577).read_to_end(&mut text)?;
    let manifest = cartridge::manifest(&text)?;
    let program = dir.join("program.pbx");
    if !regular(&program) || fs::metadata(&program)?.len() == 0 {
        return Err("PROGRAM_MISSING".into());
    }
    let mut out = String::from("{\"manifest\":{");
    for (i, name) in ["app_id", "app_mode", "app_version", "capabilities", "title"].iter().enumerate() {
        if i > 0 { out.push(',') }
        quote(&mut out, name);
        out.push(':');
        show(&mut out, manifest.get(name).unwrap());
    }
    out.push_str("},\"pack\":");
    let declared = matches!(manifest.get("capabilities"), Some(Value::List(l)) if l.iter().any(|c| c.text() == Some("asset")));
    if declared {
        let path = dir.join("assets.pa");
        if !regular(&path) {
            return Err("PACK_MISSING".into());
        }
        out.push_str(&read_pack(&path, false)?);
    } else {
        out.push_str("null");
    }
    out.push('}');
    Ok(Some(out))
}

fn text(path: &Path) -> Judged {
    let (mut file, _) = open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    pack::text(&bytes)?;
    Ok(None)
}

fn run() -> i32 {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut options: Vec<(&str, &str)> = Vec::new();
    let mut at = 0;
    while at < args.len() && args[at].starts_with('-') {
        let name = args[at].as_str();
        let known = ["--kind", "--profile", "--document", "--asset-uuid"].contains(&name);
        if !known || options.iter().any(|o| o.0 == name) || at + 1 == args.len() {
            eprintln!("wrong call at {}", name);
            return 2;
        }
        options.push((name, &args[at + 1]));
        at += 2;
    }
    let files = &args[at..];
    if files.is_empty() || files.iter().any(|f| f.starts_with('-')) {
        eprintln!("wrong call: options first, then files");
        return 2;
    }
    let option = |name, default| options.iter().find(|o| o.0 == name).map_or(default, |o| o.1);
    let (kind, profile) = (option("--kind", "read"), option("--profile", "reader"));
    let known = ["read", "canonical-json", "cartridge", "decode"].contains(&kind);
    if !known || (kind == "read" && !["reader", "writer"].contains(&profile)) {
        println!("not supported: kind {}, profile {}", kind, profile);
        return 3;
    }
    let mut rejected = 0;
    for file in files {
        let path = Path::new(file);
        let judged = match kind {
            "read" => read_pack(path, profile == "writer").map(Some),
            "cartridge" => load(path),
            "decode" => decode(path),
            _ => text(path),
        };
        let line = match judged {
            Ok(Some(view)) => format!("{{\"verdict\":\"accept\",\"view\":{}}}", view),
            Ok(None) => String::from("{\"verdict\":\"accept\"}"),
            Err(End::Reject(code)) => {
                rejected = 1;
                format!("{{\"verdict\":\"reject\",\"code\":\"{}\"}}", code)
            }
            Err(End::NoVerdict(why)) => {
                eprintln!("{}: {}", file, why);
                return 3;
            }
        };
        if writeln!(io::stdout(), "{}", line).is_err() {
            return 3;
        }
    }
    rejected
}

fn main() {
    std::process::exit(run());
}
