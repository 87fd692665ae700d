//! What banks of a few bytes hold, by hand; the clauses are in `banks.md`.
use crate::banks::{decode_sounds, decode_tiles};
use crate::pack;

#[test]
fn tiles() {
    let mut slice = vec![0u8; 34_816];
    slice[0] = 0x1F; // the left pixel is in the high nibble
    slice[127] = 0x20; // the last two pixels of the first row
    slice[128] = 0x03; // the first two of the second row
    slice[32_767] = 0x4E; // the last two pixels of the sheet
    slice[32_768] = 0x34; // colour 0 of palette 0, low byte first
    slice[32_769] = 0x12;
    slice[34_815] = 0xF8; // colour 15 of palette 63
    let bank = decode_tiles(&slice).unwrap();
    assert_eq!((bank.pixels.len(), bank.colours.len()), (65_536, 1_024));
    assert_eq!(bank.pixels[..3], [1, 15, 0]);
    assert_eq!(bank.pixels[253..259], [0, 2, 0, 0, 3, 0]);
    assert_eq!(bank.pixels[65_534..], [4, 14]);
    assert_eq!((bank.colours[0], bank.colours[1], bank.colours[1_023]), (0x1234, 0, 0xF800));
    assert!(decode_tiles(&slice[1..]).is_none());
}

#[test]
fn sounds() {
    let text = br#"{"channels":1,"sample_rate":8000,"samples":{"0":{"length":4,"offset":0},"1":{"length":2,"offset":4}}}"#;
    let metadata = pack::text(text).unwrap();
    let slice = [0x00, 0x80, 0xFF, 0xFF, 0xFF, 0x7F];
    let samples = decode_sounds(&slice, &metadata).unwrap();
    assert_eq!(samples, [vec![-32_768, -1], vec![32_767]]);
    assert!(decode_sounds(&slice[..5], &metadata).is_none());
}
