//! A cartridge's manifest: steps 1 to 5 of `cartridge.md#order`.
use crate::json::{self, Fault, Value};
use crate::pack::Code;

/// The capabilities that exist, sorted.
pub const CAPABILITIES: [&str; 9] =
    ["asset", "audio", "bank", "fs", "gfx", "input", "log", "memcard", "system"];

/// Judge the text of a manifest; gives its value, an object that obeys every rule.
pub fn manifest(bytes: &[u8]) -> Result<Value, Code> {
    if bytes.is_empty() {
        return Err("MANIFEST_MISSING");
    }
    if bytes.len() > 1_048_576 {
        return Err("FILE_TOO_LARGE");
    }
    let scanned = json::scan(bytes, false).map_err(|fault| match fault {
        Fault::Utf8 => "DOCUMENT_UTF8",
        Fault::Nesting => "DOCUMENT_NESTING",
        Fault::Json | Fault::Number => "DOCUMENT_JSON",
    })?;
    if scanned.repeated {
        return Err("DOCUMENT_REPEATED");
    }
    let value = scanned.value;
    if value.get("magic").and_then(Value::text) != Some("PMTU") {
        return Err("MANIFEST_MAGIC");
    }
    value.get("cartridge_version").and_then(|v| v.int(1, 1)).ok_or("MANIFEST_VERSION")?;
    schema(&value).ok_or("MANIFEST_SCHEMA")?;
    capabilities(&value)?;
    Ok(value)
}

fn schema(value: &Value) -> Option<()> {
    const NAMES: [&str; 8] = [
        "app_id", "app_mode", "app_version", "capabilities", "cartridge_version", "entrypoint",
        "magic", "title",
    ];
    let known = match value {
        Value::Object(members, _) => members.iter().all(|m| NAMES.contains(&m.0.as_str())),
        _ => false,
    };
    value.get("app_id")?.int(0, 4_294_967_295)?;
    let title = value.get("title")?.text()?;
    let right = known
        && matches!(value.get("app_mode")?.text()?, "Game" | "System")
        && version(value.get("app_version")?.text()?)
        && matches!(value.get("capabilities")?, Value::List(items) if items.len() <= 9)
        && (1..=64).contains(&title.chars().count())
        && !title.chars().any(char::is_control);
    right.then(|| ())
}

/// Whether a text of at most 64 characters is a version of Semantic Versioning 2.0.
fn version(text: &str) -> bool {
    let (rest, build) = match text.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (text, None),
    };
    let (core, pre) = match rest.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (rest, None),
    };
    let digits = |p: &str| p.bytes().all(|b| b.is_ascii_digit());
    let padded = |p: &str| p.len() > 1 && p.starts_with('0');
    let word = |p: &str| {
        !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 64
        && core.split('.').count() == 3
        && core.split('.').all(|p| !p.is_empty() && digits(p) && !padded(p))
        && pre.map_or(true, |t| t.split('.').all(|p| word(p) && !(digits(p) && padded(p))))
        && build.map_or(true, |t| t.split('.').all(word))
}

fn capabilities(value: &Value) -> Result<(), Code> {
    let mut seen = [false; CAPABILITIES.len()];
    if let Some(Value::List(items)) = value.get("capabilities") {
        for item in items {
            let at = CAPABILITIES.iter().position(|c| item.text() == Some(*c));
            let at = at.ok_or("CAPABILITY_UNKNOWN")?;
            if seen[at] {
                return Err("CAPABILITY_REPEATED");
            }
            if seen[at..].contains(&true) {
                return Err("CAPABILITY_ORDER");
            }
            seen[at] = true;
        }
    }
    Ok(())
}
