//! Any text as a mapping template: nothing panics, and what is said of it is right. `make fuzz TARGET=velocity`.

#![no_main]

#[path = "../../tests/harness/velocity.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|text: &str| oracle::check(text));
