//! A reader of `assets.pa`, `schema_version` 1, written from `spec/contract/1` alone.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
extern crate alloc;
pub mod banks;
pub mod cartridge;
pub mod json;
pub mod pack;
#[cfg(test)]
mod tests;
