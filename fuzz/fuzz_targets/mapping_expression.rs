//! Any text as a mapping expression: nothing panics, and what is said of it is right. `make fuzz TARGET=mapping_expression`.

#![no_main]

#[path = "../../tests/harness/mapping_expression.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|text: &str| oracle::check(text));
