//! The text of a header or a manifest: `header.md#text`.
use alloc::{string::String, vec::Vec};

#[derive(Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// A number without fraction and exponent.
    Int(i64),
    /// Any other number: only a manifest may have one.
    Number,
    Text(String),
    List(Vec<Value>),
    /// The members in the order of the text, and the bytes of text they take, brackets included.
    Object(Vec<(String, Value)>, usize),
}

impl Value {
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members, _) => members.iter().find(|m| m.0 == name).map(|m| &m.1),
            _ => None,
        }
    }
    pub fn int(&self, low: i64, high: i64) -> Option<i64> {
        match self {
            Value::Int(n) if *n >= low && *n <= high => Some(*n),
            _ => None,
        }
    }
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(t) => Some(t),
            _ => None,
        }
    }
    /// Whether this is an object of exactly these members.
    pub fn has_only(&self, names: &[&str]) -> bool {
        match self {
            Value::Object(m, _) => {
                m.len() == names.len() && names.iter().all(|n| self.get(n).is_some())
            }
            _ => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    Utf8,
    Json,
    Nesting,
    Number,
}

/// A text's value, and what else the scan saw.
pub struct Scanned {
    pub value: Value,
    pub canonical: bool,
    pub repeated: bool,
}

const LARGEST: i64 = 9_007_199_254_740_991;
const DEPTH: usize = 16;

/// Scan a whole text; `integers` says that the number rule of a header holds.
pub fn scan(bytes: &[u8], integers: bool) -> Result<Scanned, Fault> {
    core::str::from_utf8(bytes).map_err(|_| Fault::Utf8)?;
    let mut s = Scanner { bytes, at: 0, integers, canonical: true, repeated: false };
    s.space();
    let value = s.value(0)?;
    s.space();
    if s.at != bytes.len() {
        return Err(Fault::Json);
    }
    Ok(Scanned { value, canonical: s.canonical, repeated: s.repeated })
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    integers: bool,
    canonical: bool,
    repeated: bool,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    fn next(&mut self) -> Result<u8, Fault> {
        let byte = self.peek().ok_or(Fault::Json)?;
        self.at += 1;
        Ok(byte)
    }
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.canonical = false;
            self.at += 1;
        }
    }
    fn expect(&mut self, word: &[u8]) -> Result<(), Fault> {
        for byte in word {
            if self.next()? != *byte {
                return Err(Fault::Json);
            }
        }
        Ok(())
    }
    fn value(&mut self, open: usize) -> Result<Value, Fault> {
        match self.peek().ok_or(Fault::Json)? {
            b'n' => self.expect(b"null").map(|_| Value::Null),
            b't' => self.expect(b"true").map(|_| Value::Bool(true)),
            b'f' => self.expect(b"false").map(|_| Value::Bool(false)),
            b'"' => self.string(false).map(Value::Text),
            b'[' | b'{' if open == DEPTH => Err(Fault::Nesting),
            b'[' => self.list(open + 1),
            b'{' => self.object(open + 1),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(Fault::Json),
        }
    }
    fn list(&mut self, open: usize) -> Result<Value, Fault> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(items));
        }
        loop {
            self.space();
            items.push(self.value(open)?);
            self.space();
            match self.next()? {
                b',' => (),
                b']' => return Ok(Value::List(items)),
                _ => return Err(Fault::Json),
            }
        }
    }
    fn object(&mut self, open: usize) -> Result<Value, Fault> {
        let start = self.at;
        let mut members: Vec<(String, Value)> = Vec::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members, 2));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(Fault::Json);
            }
            let name = self.string(true)?;
            if members.last().map_or(false, |m| m.0 >= name) {
                self.canonical = false;
            }
            self.space();
            self.expect(b":")?;
            self.space();
            let value = self.value(open)?;
            members.push((name, value));
            self.space();
            match self.next()? {
                b',' => (),
                b'}' => break,
                _ => return Err(Fault::Json),
            }
        }
        let mut names: Vec<&str> = members.iter().map(|m| m.0.as_str()).collect();
        names.sort_unstable();
        self.repeated |= names.windows(2).any(|w| w[0] == w[1]);
        Ok(Value::Object(members, self.at - start))
    }
    fn string(&mut self, is_name: bool) -> Result<String, Fault> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'"' => return String::from_utf8(text).map_err(|_| Fault::Utf8),
                b'\\' => {
                    self.canonical &= !is_name;
                    let c = self.escape()?;
                    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..=0x1f => return Err(Fault::Json),
                byte => text.push(byte),
            }
        }
    }
    fn escape(&mut self) -> Result<char, Fault> {
        Ok(match self.next()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => {
                self.canonical = false;
                '/'
            }
            b'b' => '\x08',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\x0c',
            b'r' => '\r',
            b'u' => {
                let mut code = self.hex()?;
                self.canonical &= (1..0x20).contains(&code) && !matches!(code, 8 | 9 | 10 | 12 | 13);
                if (0xd800..0xdc00).contains(&code) {
                    self.expect(b"\\u")?;
                    let low = self.hex()?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(Fault::Json);
                    }
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                char::from_u32(code).ok_or(Fault::Json)?
            }
            _ => return Err(Fault::Json),
        })
    }
    fn hex(&mut self) -> Result<u32, Fault> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = self.next()?;
            self.canonical &= !byte.is_ascii_uppercase();
            code = code * 16 + char::from(byte).to_digit(16).ok_or(Fault::Json)?;
        }
        Ok(code)
    }
    fn number(&mut self) -> Result<Value, Fault> {
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let mut whole: Option<i64> = Some(0);
        match self.next()? {
            b'0' => {
                if negative && self.integers {
                    return Err(Fault::Number);
                }
                if matches!(self.peek(), Some(b'0'..=b'9')) {
                    return Err(Fault::Json);
                }
            }
            first @ b'1'..=b'9' => {
                whole = Some(i64::from(first - b'0'));
                while let Some(digit @ b'0'..=b'9') = self.peek() {
                    whole = whole
                        .map(|n| n * 10 + i64::from(digit - b'0'))
                        .filter(|n| *n <= LARGEST);
                    if whole.is_none() && self.integers {
                        return Err(Fault::Number);
                    }
                    self.at += 1;
                }
            }
            _ => return Err(Fault::Json),
        }
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            if self.integers {
                return Err(Fault::Number);
            }
            whole = None;
            if self.peek() == Some(b'.') {
                self.at += 1;
                self.digits()?;
            }
            if matches!(self.peek(), Some(b'e' | b'E')) {
                self.at += 1;
                if matches!(self.peek(), Some(b'+' | b'-')) {
                    self.at += 1;
                }
                self.digits()?;
            }
        }
        Ok(whole.map_or(Value::Number, |n| Value::Int(if negative { -n } else { n })))
    }
    fn digits(&mut self) -> Result<(), Fault> {
        if !self.next()?.is_ascii_digit() {
            return Err(Fault::Json);
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }
}
