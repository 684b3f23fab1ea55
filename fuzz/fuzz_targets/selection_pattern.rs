//! Any text as a selection pattern: nothing panics, and what is said of it is right. `make fuzz TARGET=selection_pattern`.

#![no_main]

#[path = "../../tests/harness/selection_pattern.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|text: &str| oracle::check(text));
